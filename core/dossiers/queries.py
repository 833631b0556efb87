"""The queries of a matching, and the words its downloads use. Nothing in here comes from users."""

SIDES = ("provincial", "national")

# `<side>_row` is what was understood of one side's rows (`list_rows.understand`), in memory.
DOSSIER = """
CREATE TEMP TABLE {side}_repeated AS
SELECT key, min(line) AS first_line FROM {side}_row WHERE reason IS NULL
GROUP BY key HAVING count(*) > 1;

CREATE TEMP TABLE {side}_unread AS
SELECT DISTINCT key FROM {side}_row WHERE reason <> 'blank' AND key <> '';

CREATE TEMP VIEW {side}_dossier AS
SELECT r.* FROM {side}_row r LEFT JOIN {side}_repeated USING (key)
WHERE reason IS NULL AND (first_line IS NULL OR first_line = line);
"""
PAIR = """
CREATE TABLE pair AS
SELECT
    coalesce(p.code, n.code, '') AS unit,
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
    coalesce(p.code <> n.code, false) AS other_unit
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
}
DOSSIER_KIND = """
CREATE VIEW {kind} AS
SELECT unit, name AS unit_name, * EXCLUDE (unit, name, code, outcome, other_unit)
FROM pair LEFT JOIN unit_name ON code = unit WHERE {where}
"""
ROWS = {  # kind of listing -> which rows of one side
    "duplicates": """
SELECT '{side}' AS list, r.line, d.first_line, coalesce(r.code, '') AS unit, r.dossier_id,
    r.unit AS unit_in_file,
    (r.code, r.digitized, r.paid) IS DISTINCT FROM (f.code, f.digitized, f.paid) AS differs
FROM {side}_row r JOIN {side}_repeated d ON d.key = r.key AND d.first_line < r.line
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
FROM {side}_row LEFT JOIN heading ON list = '{side}'
    AND field = CASE WHEN reason LIKE '%_id' THEN 'dossier_id' ELSE reason END
WHERE reason <> 'blank'
""",
}
KINDS = (*DOSSIERS, *ROWS)
ORDER = {
    **dict.fromkeys(DOSSIERS, "position, provincial_line, national_line"),
    **dict.fromkeys(ROWS, "list DESC, line"),
}

ACCOUNT = """
SELECT
    count(*) AS rows,
    count(*) FILTER (reason = 'blank') AS blank,
    count(*) FILTER (reason <> 'blank') AS unreadable,
    (SELECT count(*) FROM duplicates WHERE list = '{side}') AS duplicate,
    (SELECT count(*) FROM pair WHERE outcome = 'both') AS both,
    (SELECT count(*) FROM pair WHERE outcome = '{alone}') AS one_side,
    (SELECT count(*) FROM pair WHERE outcome = 'undecided' AND {side}_line IS NOT NULL)
        AS undecided,
    (SELECT count(*) FROM unknown_units WHERE list = '{side}') AS unknown_unit,
    count(*) FILTER (span > 1) AS spanning
FROM {side}_row
"""
ALONE = {"provincial": "missing", "national": "only_national"}
REASON_COUNTS = """
SELECT list, reason, "column", CASE WHEN reason IN ('digitized', 'paid') THEN value END AS value,
    count(*) AS rows
FROM unreadable GROUP BY ALL ORDER BY rows DESC, list DESC, reason, value LIMIT 100
"""
UNKNOWN = """
SELECT unit_in_file, any_value(problem) AS problem,
    count(*) FILTER (list = 'provincial') AS provincial,
    count(*) FILTER (list = 'national') AS national
FROM unknown_units GROUP BY unit_in_file ORDER BY count(*) DESC, unit_in_file LIMIT 100
"""
COUNTED = {  # column of the table of units -> which dossiers it counts
    "provincial": "provincial_line IS NOT NULL",
    "national": "national_line IS NOT NULL",
    "both": "outcome = 'both'",
    "provincial_digitized": "provincial_digitized",
    "national_digitized": "national_digitized",
    "provincial_paid": "provincial_paid",
    "national_paid": "national_paid",
    **DOSSIERS,
}
UNIT_COUNTS = """
SELECT code AS unit, any_value(name) AS name_vi, {counts}
FROM unit_name LEFT JOIN pair ON pair.unit = code
GROUP BY code ORDER BY any_value(position)
""".format(
    counts=", ".join(f'count(*) FILTER ({where}) AS "{name}"' for name, where in COUNTED.items())
)

HEADINGS = {
    "list": ("Danh sách", "List"),
    "line": ("Dòng", "Line"),
    "first_line": ("Trùng với dòng", "Same as line"),
    "unit": ("Mã đơn vị", "Unit code"),
    "unit_name": ("Đơn vị", "Unit"),
    "dossier_id": ("Mã hồ sơ", "Dossier"),
    "date": ("Ngày", "Date"),
    "unit_in_file": ("Đơn vị ghi trong tệp", "Unit as in the file"),
    "provincial_line": ("Dòng trong tệp của tỉnh", "Line in the provincial file"),
    "national_line": ("Dòng trong tệp quốc gia", "Line in the national file"),
    "provincial_digitized": ("Số hóa (tỉnh)", "Digitised (province)"),
    "national_digitized": ("Số hóa (quốc gia)", "Digitised (national)"),
    "provincial_paid": ("Thanh toán trực tuyến (tỉnh)", "Paid online (province)"),
    "national_paid": ("Thanh toán trực tuyến (quốc gia)", "Paid online (national)"),
    "national_unit": ("Mã đơn vị (quốc gia)", "Unit code (national)"),
    "differs": ("Nội dung khác nhau", "Says otherwise"),
    "problem": ("Vấn đề", "Problem"),
    "reason": ("Lý do", "Reason"),
    "column": ("Cột", "Column"),
    "value": ("Giá trị", "Value"),
    "raw": ("Nguyên văn dòng", "Text of the row"),
}
WORDS = {  # what stands in the columns list, problem and reason, and yes and no
    "provincial": ("tỉnh", "province"),
    "national": ("quốc gia", "national"),
    "unknown": ("không có trong danh mục đơn vị", "not among the units"),
    "ambiguous": ("nhiều đơn vị cùng tên này", "several units have this name"),
    "empty": ("để trống", "empty"),
    "fields": ("số ô khác dòng tiêu đề", "another number of cells than the header"),
    "quote": ("dấu ngoặc kép không khép đúng", "a quotation mark that is not closed"),
    "too_long": ("dòng quá dài", "the line is too long"),
    "damaged": ("chữ bị hỏng (sai bảng mã)", "damaged letters (encoding)"),
    "no_id": ("không có mã hồ sơ", "no dossier identifier"),
    "long_id": ("mã hồ sơ dài hơn 100 ký tự", "an identifier of more than 100 characters"),
    "number_id": (
        "mã hồ sơ đã bị Excel đổi thành số và mất chữ số",
        "Excel made a number of the identifier and lost digits",
    ),
    "digitized": ("không rõ đã số hóa hay chưa", "not clear whether digitised"),
    "paid": ("không rõ đã thanh toán hay chưa", "not clear whether paid"),
    "true": ("có", "yes"),
    "false": ("không", "no"),
}
