"""Answers of the portal of 2026 as JSON: one endpoint or seven, as they come or as crawlers keep
them.

The tree is walked once. A record that names a unit is its; `overview` and `parent` name the unit of
all that lies beside them. Which group a `score` belongs to is told by the keys on the way, by the
metrics and counts of the endpoint, or by its maximum.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.imports import moments
from core.imports.people.headings import component_of
from core.imports.portal import counts
from core.imports.portal.counts import first, keyed, plain_number
from core.imports.portal.flat import DEEPEST, unflatten
from core.imports.portal.tallies import Tallies
from core.imports.reading import PORTAL_2025, PORTAL_2026, Draft, Figure, Reading, Seen
from core.imports.vocabulary import GROUP, PLACE, TOTAL, Vocabulary, squeezed
from core.problems import Problem
from core.text import fold

HEADS = ("overview", "parent", "department", "unit", "tinh")
# what is of another time, another view, or said elsewhere in the same answer
_SKIPPED = (
    "monthlychart", "dossierchart", "trend", "history", "previous", "topimprovers", "topdrops",
    "groupscoresdelta", "classification",
)  # fmt: skip
DATE_KEYS = (
    "date", "capturedat", "capturedate", "extractedat", "crawledat", "fetchedat", "timestamp",
    "updatedat", "rundate", "rundatestr", "currentrundate", "asof", "ngay", "createdat",
    "crawltime", "time", "starteddatetime",
)  # fmt: skip
PERIODS = ("timetype", "periodtype", "period", "viewtype", "periodlabel", "currentperiod", "view")
HINTS = ("endpoint", "api", "url", "sourceurl", "tab", "type", "indicator", "group", "groupcode")
MOST_RECORDS = 30_000
LIMIT = {"limit": MOST_RECORDS}
JOINT = 22.0  # online services and payment as one figure; digitization has that maximum, too


@dataclass(frozen=True)
class _Place:
    """Where the walk is: whose records these are, and what their points are of."""

    unit: Seen = field(default_factory=Seen)
    hint: str | None = None
    depth: int = 0


class Walk:
    """One walk through a file's tree; `draft` and `tallies` grow with it."""

    def __init__(self, draft: Draft, words: Vocabulary):
        self.draft, self.words, self.tallies = draft, words, Tallies()
        self.dates: dict[str, dt.date] = {}
        self.period: str | None = None
        self.records = 0

    def node(self, node: Any, place: _Place) -> None:
        if place.depth > DEEPEST:
            return
        if isinstance(node, list):
            if place.hint is None and counts.is_board(node, self.words):
                place = replace(place, hint=TOTAL)
            for one in node:
                self.node(one, replace(place, depth=place.depth + 1))
        elif isinstance(node, Mapping):
            self._record(node, keyed(node), place)

    def _record(self, node: Mapping[str, Any], record: dict[str, Any], place: _Place) -> None:
        self.records += 1
        if self.records > MOST_RECORDS:
            if self.records == MOST_RECORDS + 1:
                expected = (
                    "an answer of at most {limit} records; this is larger, and not read whole"
                )
                problem = Problem(self.draft.file, None, None, None, expected, LIMIT)
                self.draft.problems.append(problem)
            return
        self._moment(record)
        hint = self._said(record) or place.hint
        own, beside = counts.unit_in(record, self.words), self._head(record)
        if beside is not None or not own.is_empty:
            hint = self._hint_of(node, record, hint)
        unit = place.unit
        if not own.is_empty:
            unit = own
        elif beside is not None and not beside.is_empty:
            unit = beside
        if (figure := figure_by_maximum(record)) is not None:
            hint = figure
        if self._is_metric(record):
            self._metric(record, unit)
            return
        named = not own.is_empty or place.hint is not None or hint is not None
        self._points(record, unit, hint if named else None, not own.is_empty)
        found = list(counts.counted_figures(record, unit, self.words))
        self.draft.figures += found
        self.tallies.count(record, unit, found)
        self._children(node, unit, hint, place.depth + 1)

    def _children(self, node: Mapping[str, Any], unit: Seen, hint: str | None, depth: int) -> None:
        for key, value in node.items():
            plain = squeezed(str(key))
            if plain.startswith(_SKIPPED):
                continue
            if plain.startswith("rank") and not counts.is_board(value, self.words):
                continue
            figure = self._figure_of(str(key))
            if plain == "radar" and isinstance(value, list):
                self._radar(value, unit)
            elif isinstance(value, Mapping | list):
                if isinstance(value, Mapping) and self._named_metric(value, figure, unit):
                    continue
                below = figure if figure and figure.startswith((GROUP, TOTAL)) else hint
                self.node(value, _Place(unit, below, depth))
            elif figure is not None and figure.startswith(GROUP):
                self._add(Figure(unit, figure, points=plain_number(value)))
            elif figure is None and (split := self._flat_metric(str(key))) is not None:
                self._flat(node, split, unit)

    def _figure_of(self, key: str) -> str | None:
        """What a key names: CKMB, TRANSPARENCY, TDGQ_TienDoGiaiQuyet, paymentScore."""
        plain = squeezed(key)
        for one in (plain, plain.removesuffix("totalscore").removesuffix("score")):
            if one in self.words.keys:
                return self.words.keys[one]
        head = key.split("_")[0]
        found = self.words.keys.get(squeezed(head)) if "_" in key and head.isupper() else None
        return found if found is not None and found.startswith(GROUP) else None

    def _said(self, record: Mapping[str, Any]) -> str | None:
        """What a record's own words or address say that it is of."""
        for key in HINTS:
            value = record.get(key)
            if isinstance(value, str):
                for part in reversed(value.split("?")[0].split("/")):
                    figure = self.words.keys.get(squeezed(part))
                    if figure is not None and figure.startswith((GROUP, TOTAL)):
                        return figure
        return None

    def _head(self, record: Mapping[str, Any]) -> Seen | None:
        """The unit that `overview` or `parent` names for all beside it; empty if it has no name."""
        heads = [record[key] for key in HEADS if isinstance(record.get(key), Mapping)]
        for head in heads:
            inner = keyed(head)
            seen = counts.unit_in(inner, self.words)
            if seen.is_empty and isinstance(inner.get("name"), str):
                code, ident = inner.get("code"), inner.get("id")
                seen = Seen(code and str(code), ident and str(ident), str(inner["name"]))
            if not seen.is_empty:
                return seen
        if isinstance(record.get("metadata"), Mapping):
            inner = keyed(record["metadata"])
            if isinstance(inner.get("provincecode"), str):
                return Seen(inner["provincecode"], name=str(inner.get("province") or "") or None)
        return Seen() if heads else None

    def _hint_of(self, node: Any, record: Mapping[str, Any], hint: str | None) -> str | None:
        if "radar" in record or "groupscores" in record or "scores" in record:
            return TOTAL
        single = {self.words.keys.get(key) for key, value in record.items()
                  if plain_number(value) is not None}  # fmt: skip
        if len([one for one in single if one is not None and one.startswith(GROUP)]) > 1:
            return TOTAL
        groups = counts.groups_in(node, self.words)
        if len(groups) == 1 and hint is None:
            return next(iter(groups))
        return TOTAL if len(groups) > 1 else hint

    def _points(
        self, record: Mapping[str, Any], unit: Seen, hint: str | None, is_own: bool
    ) -> None:
        value = first(record, counts.SCORES)
        if value is None and is_own:
            value = first(record, counts.SCORES_OF_UNIT)
        if hint is None or unit.is_empty or isinstance(value, Mapping | list):
            return
        points = plain_number(value)
        if points is None and value is not None and str(value).strip():
            told = Problem(self.draft.file, None, hint, str(value)[:100], "a number")
            self.draft.refuse("figure", told)
        self._add(Figure(unit, hint, points=points))
        rank = plain_number(first(record, ("rank", "rowstt", "hang", "xephang")))
        if hint == TOTAL and is_own and rank is not None:
            self._add(Figure(unit, PLACE, points=rank))

    def _add(self, figure: Figure) -> None:
        if figure.points is not None:
            self.draft.figures.append(figure)

    def _is_metric(self, record: Mapping[str, Any]) -> bool:
        has = "numerator" in record or "denominator" in record
        return has and (first(record, counts.METRIC) is not None or "name" in record)

    def _metric(self, record: Mapping[str, Any], unit: Seen) -> None:
        code, name = first(record, counts.METRIC), record.get("name")
        component = self.words.keys.get(squeezed(str(code))) if code is not None else None
        if component is None and code is None and isinstance(name, str):
            component = component_of(name, self.words)
        if component is None or component not in self.words.group_of:
            expected = "a rate that the rules give points for"
            told = str(code or name)[:100]
            self.draft.refuse("rate", Problem(self.draft.file, None, None, told, expected))
            return
        self._metric_of(record, component, unit)

    def _metric_of(self, record: Mapping[str, Any], component: str, unit: Seen) -> None:
        """A metric's figure; one of which the portal gives nothing is unknown, and told."""
        found = counts.metric_figure(record, component, unit)
        if found.denominator is None and found.points is None and found.rate_percent is None:
            expected = "a figure; the portal gives null for it"
            self.draft.refuse("figure", Problem(self.draft.file, None, component, None, expected))
            return
        self.draft.figures.append(found)

    def _named_metric(self, value: Mapping[str, Any], figure: str | None, unit: Seen) -> bool:
        """A metric under its own name: `"onTime": {"numerator": ...}`."""
        record = keyed(value)
        if figure is None or figure not in self.words.group_of or "numerator" not in record:
            return False
        self._metric_of(record, figure, unit)
        return True

    def _flat_metric(self, key: str) -> tuple[str, str] | None:
        """`PUBLISH_ON_TIME_numerator` is a metric's code and one of its parts."""
        plain = squeezed(key)
        for part in ("numerator", "tuso"):
            code = plain.removesuffix(part)
            if code != plain and self.words.keys.get(code) in self.words.group_of:
                return key[: len(key) - len(part)], self.words.keys[code]
        return None

    def _flat(self, node: Mapping[str, Any], split: tuple[str, str], unit: Seen) -> None:
        head, component = squeezed(split[0]), split[1]
        record = keyed(node)
        parts = {key.removeprefix(head): one for key, one in record.items() if key.startswith(head)}
        self._metric_of(parts, component, unit)

    def _radar(self, rows: list[Any], unit: Seen) -> None:
        for row in rows:
            record = keyed(row) if isinstance(row, Mapping) else {}
            figure = self.words.keys.get(squeezed(str(record.get("code"))))
            points, most = plain_number(record.get("score")), plain_number(record.get("maxscore"))
            if figure is None or points is None:
                continue
            if most == JOINT and self.words.maxima[figure] != JOINT:
                self.tallies.joint(unit, points)
            else:
                self._add(Figure(unit, figure, points=points))

    def _moment(self, record: Mapping[str, Any]) -> None:
        for key in DATE_KEYS:
            value = record.get(key)
            found = moments.find_date(str(value)) if isinstance(value, str | int) else None
            if found is not None:
                self.dates.setdefault(key, found)
        for key in PERIODS:
            if self.period is None and isinstance(record.get(key), str):
                self.period = moments.find_period(record[key])


def figure_by_maximum(record: Mapping[str, Any]) -> str | None:
    """What a score is of where its maximum says so."""
    most = plain_number(first(record, counts.MAXIMA))
    return counts.BY_MAXIMUM.get(most) if most is not None else None


def read_answers(tree: Any, file: str, words: Vocabulary) -> Reading:
    """The figures of a tree of JSON. `problems` says so where it holds none."""
    draft = Draft(file)
    walk = Walk(draft, words)
    hint = next((words.keys.get(squeezed(part)) for part in _name_parts(file, words)), None)
    walk.node(unflatten(tree), _Place(hint=hint))
    if not draft.figures:
        draft.problems.append(
            Problem(file, None, None, None, "figures of units, as the portal's answers have them")
        )
    walk.tallies.warn(draft)
    old = any("tongscore" in keyed(one) for one in _some_records(tree))
    return Reading(
        file,
        PORTAL_2025 if old else PORTAL_2026,
        tuple(draft.figures),
        as_of=next((walk.dates[key] for key in DATE_KEYS if key in walk.dates), None),
        period=walk.period or moments.find_period(file),
        dossiers=tuple(walk.tallies.dossiers),
        warnings=tuple(draft.warnings),
        problems=tuple(draft.problems),
        left_out=draft.left_out(),
    )


def _some_records(tree: Any) -> list[Mapping[str, Any]]:
    """The first records of a list, or of the lists of a record."""
    lists = [tree] if isinstance(tree, list) else []
    if isinstance(tree, Mapping):
        lists = [value for value in tree.values() if isinstance(value, list)]
    return [one for rows in lists for one in rows[:3] if isinstance(one, Mapping)]


def _name_parts(file: str, words: Vocabulary) -> list[str]:
    """The words of a file's name that may name an endpoint, the longest first."""
    parts = fold(file.rsplit(".", 1)[0]).replace("_", "-").replace(" ", "-").split("-")
    joined = ["".join(parts[a:b]) for a in range(len(parts)) for b in range(a + 1, len(parts) + 1)]
    return sorted((one for one in joined if one in words.keys), key=len, reverse=True)
