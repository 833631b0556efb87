"""The queries of a matching. Nothing in here comes from users."""

SIDES = ("provincial", "national")

PART_BITS = 40  # a line's number has these bits, those above are the place of its list on its side
_LINE = f"& {2**PART_BITS - 1}"
LOST = "reason NOT IN ('blank', 'heading', 'total', 'hidden')"  # rows that may hold a dossier

# Which row of several counts, and what it says: `d` is what the rows of one dossier have in common.
_AGREED = {
    flag: f"CASE WHEN coalesce(d.{flag}_differs, false) THEN NULL ELSE r.{flag} END"
    for flag in ("digitized", "paid")
}
_LATEST = """arg_max(line, coalesce(strftime(day, '%Y%m%d'), '00000000')
    || lpad(regexp_extract(date, '(\\d{1,2}):\\d\\d', 1), 2, '0')
    || rpad(regexp_extract(date, '\\d{1,2}(:\\d\\d(?::\\d\\d)?)', 1), 6, ':')
    || lpad(line::VARCHAR, 20, '0'))"""
_OWN = {"digitized": "r.digitized", "paid": "r.paid"}
COUNTING = {  # choice -> the line of the row that counts, what it says, whether rows contradict
    "agree": ("min(line)", _AGREED, "coalesce(d.digitized_differs OR d.paid_differs, false)"),
    "first": ("min(line)", _OWN, "false"),
    "latest": (_LATEST, _OWN, "false"),
    "any": (
        "min(line)",
        {flag: f"coalesce(d.any_{flag}, r.{flag})" for flag in ("digitized", "paid")},
        "false",
    ),
}

# `<side>_row` is what was understood of one side's rows (`rows.understand`), in memory.
DOSSIER = """
CREATE TEMP TABLE {side}_twice AS
SELECT key FROM {side}_row WHERE reason IS NULL GROUP BY key HAVING count(*) > 1;

CREATE TEMP TABLE {side}_repeated AS
SELECT key, {chosen} AS first_line,
    count(DISTINCT digitized) > 1 AS digitized_differs,
    count(DISTINCT CASE WHEN free THEN 'free' WHEN paid THEN 'yes' WHEN NOT paid THEN 'no' END) > 1
        AS paid_differs,
    bool_or(digitized) AS any_digitized, bool_or(paid) AS any_paid
FROM {side}_row SEMI JOIN {side}_twice USING (key) WHERE reason IS NULL GROUP BY key;

CREATE TEMP TABLE {side}_unread AS
SELECT DISTINCT key FROM {side}_row WHERE {lost} AND key <> '';

CREATE TEMP VIEW {side}_dossier AS
SELECT r.* REPLACE ({digitized} AS digitized, {paid} AS paid), {contradicts} AS contradicts
FROM {side}_row r LEFT JOIN {side}_repeated d ON d.key = r.key
WHERE reason IS NULL AND (first_line IS NULL OR first_line = line);
"""
PAIR = """
CREATE TABLE pair AS
SELECT
    coalesce(p.code, n.code, '') AS unit,
    CASE WHEN p.key IS NULL OR n.key IS NULL THEN key END AS key,
    coalesce(p.dossier_id, n.dossier_id) AS dossier_id,
    coalesce(nullif(p.date, ''), n.date) AS date,
    coalesce(p.unit, n.unit) AS unit_in_file,
    p.line AS provincial_line, n.line AS national_line,
    p.digitized AS provincial_digitized, n.digitized AS national_digitized,
    p.paid AS provincial_paid, n.paid AS national_paid,
    coalesce(n.code, '') AS national_unit,
    CASE
        WHEN p.key IS NOT NULL AND n.key IS NOT NULL THEN 'both'
        WHEN p.key IN (FROM national_unread) OR n.key IN (FROM provincial_unread) THEN 'undecided'
        WHEN n.key IS NULL THEN 'missing'
        ELSE 'only_national'
    END AS outcome,
    coalesce(p.code <> n.code, false) AS other_unit,
    coalesce(p.day, n.day) AS day,
    coalesce(p.contradicts, false) AS provincial_contradicts,
    coalesce(n.contradicts, false) AS national_contradicts,
    coalesce(p.free, false) AS provincial_free, coalesce(n.free, false) AS national_free
FROM provincial_dossier p FULL JOIN national_dossier n USING (key)
"""

BOTH_FLAGS = {  # what the provincial and the national portal say of a dossier that both have
    "not_digitized": "provincial_digitized AND NOT national_digitized",
    "digitized_only_national": "NOT provincial_digitized AND national_digitized",
    "digitized_nowhere": "NOT provincial_digitized AND NOT national_digitized",
    "not_paid": "provincial_paid AND NOT national_paid",
    "paid_only_national": "NOT provincial_paid AND national_paid",
    "paid_nowhere": "NOT provincial_paid AND NOT national_paid",
}
DOSSIERS = {  # kind of listing -> which dossiers
    "missing": "outcome = 'missing'",
    **{name: f"outcome = 'both' AND {flags}" for name, flags in BOTH_FLAGS.items()},
    "only_national": "outcome = 'only_national'",
    "other_unit": "other_unit",
    "undecided": "outcome = 'undecided'",
    "contradicting": "provincial_contradicts OR national_contradicts",
    "outside": "outcome = 'outside'",
}
# what keeps two lists from being the same; a no on both portals is none of it
FOUND = tuple(kind for kind in DOSSIERS if not kind.endswith("_nowhere"))
UNPAIRED = "SELECT {side}_line AS line, key, day FROM pair WHERE outcome = '{alone}'"
SET_APART = "UPDATE pair SET outcome = '{outcome}' WHERE outcome = '{alone}'"
SET_MET = SET_APART + " AND {side}_line IN (SELECT line FROM met_{side})"
SET_OUTSIDE = SET_APART.replace("{outcome}", "outside") + " AND day {beyond} ?"
LIST_PERIOD = "SELECT min(day) AS first, max(day) AS last FROM {side}_row WHERE reason IS NULL"
PAIRED = "SELECT count(*) AS both FROM pair WHERE outcome = 'both'"
ALONE_DAYS = "SELECT day, count(*) AS count FROM pair WHERE outcome = '{alone}' GROUP BY day"
# nothing is turned where both lists have a day of the month after the twelfth: nobody compares
_TURNABLE = """(
    SELECT key, day FROM {side}_row
    WHERE reason IS NULL AND (
        SELECT least(p.most, n.most)
        FROM (SELECT max(day(day)) AS most FROM provincial_row WHERE reason IS NULL) p,
            (SELECT max(day(day)) AS most FROM national_row WHERE reason IS NULL) n
    ) <= 12
)"""
TURNS = f"""
SELECT count(*) FILTER (p.day <> n.day AND day(p.day) = month(n.day) AND month(p.day) = day(n.day))
        AS turned,
    count(*) FILTER (p.day = n.day AND day(p.day) <> month(p.day)) AS same
FROM {_TURNABLE.format(side="provincial")} p JOIN {_TURNABLE.format(side="national")} n USING (key)
WHERE year(p.day) = year(n.day)
"""
DAY_WIDTH = """
SELECT min(day) AS first, max(day) AS last, max(day(day)) AS most
FROM {side}_row WHERE reason IS NULL
"""
MONTHS = """line >> {bits} IN (SELECT m.part FROM month_first m WHERE m.list = '{side}')
    AND day IS NOT NULL"""
DATE_EXAMPLES = """
SELECT line >> {bits} AS part, min_by(date, line) AS value, min(line) AS line, count(*) AS count
FROM {side}_row WHERE reason IS NULL AND trim(date) <> '' AND {which} GROUP BY part
"""
DOSSIER_KIND = """
CREATE VIEW {kind} AS
SELECT unit, name AS unit_name, * EXCLUDE (unit, name, code, key, outcome, other_unit, day,
    provincial_contradicts, national_contradicts, provincial_free, national_free)
FROM pair LEFT JOIN unit_name ON code = unit WHERE {where}
"""
ROWS = {  # kind of listing -> which rows of one side
    "duplicates": """
SELECT '{side}' AS list, r.line, d.first_line, coalesce(r.code, '') AS unit, r.dossier_id,
    r.unit AS unit_in_file,
    (r.code, r.digitized, r.paid, r.free)
        IS DISTINCT FROM (f.code, f.digitized, f.paid, f.free) AS differs
FROM {side}_row r JOIN {side}_repeated d ON d.key = r.key AND d.first_line <> r.line
JOIN {side}_row f ON f.line = d.first_line
WHERE r.reason IS NULL
""",
    "unknown_units": """
SELECT '{side}' AS list, line, '' AS unit, dossier_id, unit_in_file, problem
FROM (SELECT *, unit AS unit_in_file FROM {side}_dossier WHERE code IS NULL)
JOIN unit_problem USING (unit_in_file)
""",
    "unreadable": """
SELECT '{side}' AS list, line, reason, name AS "column", value, coalesce(code, '') AS unit,
    dossier_id, unit AS unit_in_file, raw
FROM {side}_row LEFT JOIN heading ON list = '{side}' AND part = line >> {bits}
    AND field = CASE WHEN reason LIKE '%_id' THEN 'dossier_id' ELSE reason END
WHERE {lost}
""",
}
KINDS = (*DOSSIERS, *ROWS)
ORDER = {  # by the lines with the places of their lists, as they are not shown
    **{k: f"position, {k}.provincial_line, {k}.national_line" for k in DOSSIERS},
    **{k: f"list DESC, {k}.line" for k in ROWS},
}

ACCOUNT = """
SELECT
    count(*) AS rows,
    count(*) FILTER (reason = 'blank') AS blank,
    count(*) FILTER (reason = 'heading') AS heading,
    count(*) FILTER (reason = 'total') AS total,
    count(*) FILTER (reason = 'hidden') AS hidden,
    count(*) FILTER ({lost}) AS unreadable,
    (SELECT count(*) FROM duplicates WHERE list = '{side}') AS duplicate,
    (SELECT count(*) FROM pair WHERE outcome = 'both') AS both,
    (SELECT count(*) FROM pair WHERE outcome = '{alone}') AS one_side,
    (SELECT count(*) FROM pair WHERE outcome = 'undecided' AND {side}_line IS NOT NULL)
        AS undecided,
    (SELECT count(*) FROM pair WHERE outcome = 'outside' AND {side}_line IS NOT NULL) AS outside,
    (SELECT count(*) FROM pair WHERE {side}_contradicts) AS contradicting,
    (SELECT count(*) FROM pair WHERE {side}_free) AS free,
    count(*) FILTER (repaired AND reason IS NULL) AS repaired,
    (SELECT count(*) FROM unknown_units WHERE list = '{side}') AS unknown_unit,
    count(*) FILTER (span > 1) AS spanning
FROM {side}_row
"""
EXAMPLES = """
SELECT reason, min_by(coalesce(value, dossier_id), line) AS value, min(line) AS line,
    count(*) AS count
FROM {side}_row WHERE reason IN ('number_id', 'date_id', 'total') GROUP BY reason
"""
# the province that a code names: at its very beginning for most, which spares the others a search
PROVINCES = """
WITH headed AS (
    SELECT line >> {bits} AS part, left(key, 4) AS head, min(line) AS line, count(*) AS count,
        regexp_full_match(head, 'H[0-9]{{2}}[^0-9]') AS plain
    FROM {side}_row WHERE reason IS NULL GROUP BY part, head
), named AS (
    SELECT part, left(head, 3) AS found, line, count FROM headed WHERE plain
    UNION ALL
    SELECT line >> {bits}, regexp_extract(key, '(?:^|[^A-Z0-9])(H\\d\\d)(?:[^0-9]|$)', 1), line, 1
    FROM {side}_row
    WHERE reason IS NULL AND left(key, 4) IN (SELECT head FROM headed WHERE NOT plain)
        AND contains(key, 'H')
), first AS (
    SELECT part, found, min(line) AS line, sum(count)::BIGINT AS count
    FROM named GROUP BY part, found HAVING found <> ''
)
SELECT part, found, dossier_id AS value, line, count
FROM first JOIN (SELECT line, dossier_id FROM {side}_row) USING (line)
"""
HOME = (
    "SELECT DISTINCT regexp_extract(code, '^(H\\d\\d)(?:\\.|$)', 1) FROM unit_name WHERE code <> ''"
)
CODELESS = """
SELECT count(*) FILTER (reason IN ('number_id', 'date_id')) AS lost,
    count(*) FILTER (reason IS NULL) AS read
FROM {side}_row
"""
REPAIRED = """
SELECT min_by(dossier_id, line) AS value, min(line) AS line, count(*) AS count
FROM {side}_row WHERE repaired AND reason IS NULL HAVING count(*) > 0
"""
TOTALS = "SELECT value, line >> {bits} AS part, line FROM {side}_row WHERE reason = 'total'"
# the different codes of each list: of few codes is there more than one row to count apart
PART_COUNTS = """
WITH several AS (FROM {side}_twice UNION ALL FROM {side}_unread), coded AS (
    SELECT line >> {bits} AS part, count(*) FILTER (key <> '') AS coded, count(*) AS rows,
        bool_or(key = '') AS codeless
    FROM {side}_row WHERE reason IS NULL OR {lost} GROUP BY part
), again AS (
    SELECT line >> {bits} AS part, count(*) - count(DISTINCT key) AS again
    FROM {side}_row SEMI JOIN several USING (key)
    WHERE key <> '' AND (reason IS NULL OR {lost}) GROUP BY part
)
SELECT part, coded - coalesce(again, 0) AS dossiers, rows, codeless
FROM coded LEFT JOIN again USING (part)
"""
SEVERAL = {  # how lines of several lists are shown: each with its list
    "dossiers": f"""REPLACE (provincial_line {_LINE} AS provincial_line,
    national_line {_LINE} AS national_line),
    (SELECT name FROM part WHERE list = 'provincial' AND place = provincial_line >> {PART_BITS})
        AS provincial_file,
    (SELECT name FROM part WHERE list = 'national' AND place = national_line >> {PART_BITS})
        AS national_file""",
    **{
        kind: f"""REPLACE ({lines}),
    (SELECT name FROM part WHERE part.list = {kind}.list AND place = {kind}.line >> {PART_BITS})
        AS file"""
        for kind, lines in {
            "duplicates": f"line {_LINE} AS line, first_line {_LINE} AS first_line",
            "unknown_units": f"line {_LINE} AS line",
            "unreadable": f"line {_LINE} AS line",
        }.items()
    },
}
ALONE = {"provincial": "missing", "national": "only_national"}
# `alone`, in one database or gathered from many: list, line, key and day without a partner
ALONE_OF_BOTH = " UNION ALL ".join(
    f"SELECT '{side}' AS list, * FROM ({UNPAIRED.format(side=side, alone=alone)})"
    for side, alone in ALONE.items()
)
FIRST_ALONE = "SELECT key FROM alone WHERE list = ? ORDER BY line LIMIT 1"
MET_DAYS = """
SELECT day, count(*) FROM alone
WHERE list = '{side}' AND line IN (SELECT line FROM met_{side}) GROUP BY day
"""
REASON_COUNTS = """
SELECT list, reason, "column", CASE WHEN reason IN ('digitized', 'paid') THEN value END AS value,
    count(*) AS rows
FROM unreadable GROUP BY ALL
"""
UNKNOWN = """
SELECT unit_in_file, any_value(problem) AS problem,
    count(*) FILTER (list = 'provincial') AS provincial,
    count(*) FILTER (list = 'national') AS national
FROM unknown_units GROUP BY unit_in_file
"""
COUNTED = {  # column of the table of units -> which dossiers it counts
    "provincial": "provincial_line IS NOT NULL",
    "national": "national_line IS NOT NULL",
    "both": "outcome = 'both'",
    "provincial_digitized": "provincial_digitized",
    "national_digitized": "national_digitized",
    "provincial_paid": "provincial_paid",
    "national_paid": "national_paid",
    "provincial_free": "provincial_free",
    "national_free": "national_free",
    **DOSSIERS,
}
UNIT_COUNTS = """
SELECT code AS unit, any_value(name) AS name_vi, any_value(position) AS position, {counts}
FROM unit_name LEFT JOIN pair ON pair.unit = code
GROUP BY code
""".format(
    counts=", ".join(f'count(*) FILTER ({where}) AS "{name}"' for name, where in COUNTED.items())
)

_RATES = {
    "both": "outcome = 'both'",
    "missing": "outcome = 'missing'",
    **{f"{side}_{flag}": f"{side}_{flag}" for side in SIDES for flag in ("digitized", "paid")},
    **{
        f"{side}_{flag}_of": f"{side}_{flag} IS NOT NULL"
        for side in SIDES
        for flag in ("digitized", "paid")
    },
}
RATE_NAMES = tuple(_RATES)
RATE_COUNTS = """
SELECT code AS unit, any_value(position) AS position, {counts}
FROM unit_name LEFT JOIN pair ON pair.unit = code
GROUP BY code
""".format(
    counts=", ".join(f'count(*) FILTER ({where}) AS "{name}"' for name, where in _RATES.items())
)
