"""A table of targets that somebody wrote, CSV or Excel, read into a plan: every row is a target, a
row left out by name, or a problem."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from core.dataset.facts import Dataset
from core.dossiers.lists import DossierList
from core.dossiers.unit_guess import suggest
from core.dossiers.upload import Upload, open_lists
from core.index.rollup import PROVINCE
from core.plans.model import MOST_TARGETS, Target, TargetPlan
from core.plans.words import due_in, rate_in
from core.problems import DataError, Problem, shorten
from core.scenario.scope import of_level
from core.text import fold

TARGET_HEADINGS = {
    "unit": "don vi|ten don vi|co quan|don vi thuc hien|cap|cap/don vi|unit|level|dia phuong",
    "component": "chi so|chi so thanh phan|ten chi so|indicator|noi dung|nhiem vu|component|"
    "chi tieu",
    "rate": "ty le|muc|muc tieu|muc chi tieu|chi tieu giao|ke hoach|rate|target|target,|"
    "chi tieu,|chi tieu",
    "due": "thoi han|han|thoi diem|thoi gian|ky|moc|han hoan thanh|due|thoi han hoan thanh",
}
LEVEL_WORDS = {
    "department": "cap so|so|cac so|cac so, ban, nganh|so, ban, nganh|so ban nganh|cap tinh|"
    "cac so, ban, nganh tinh|departments|department",
    "district": "cap huyen|huyen|ubnd cac huyen, thi xa, thanh pho|cac huyen, thi xa, thanh pho|"
    "ubnd cap huyen|districts|district|district people's committees",
    "commune": "cap xa|xa|ubnd cac xa, phuong|cac xa, phuong|ubnd cap xa|xa, phuong|"
    "ubnd cac xa, phuong, thi tran|communes|commune|commune people's committees",
}
_PROVINCE = {"toan tinh", "tinh", "province", "ca tinh"}
_PERCENT_SIGN = re.compile(r"[()%]")
MOST_ROWS = 20_000
_COMMITTEE = re.compile(r"^(uy ban nhan dan|ubnd) ")


@dataclass(frozen=True)
class RowLeftOut:
    """A row that is no target of this index: its line and what stands there."""

    line: int
    text: str


@dataclass(frozen=True)
class ReadTargets:
    """What a table holds: the plan, and the rows that belong to no component, by name."""

    plan: TargetPlan
    left_out: tuple[RowLeftOut, ...]


def read_targets(
    path: Path, name: str, folder: Path, dataset: Dataset, component: str | None = None
) -> ReadTargets:
    """Read a table of targets: columns for unit or level, component, rate and due date.

    `component` is meant where the table has no such column. What is unpacked goes into `folder`.
    Raises DataError with all problems at once, by line.
    """
    (opened,) = open_lists([Upload(path, name)], folder)
    rows = _rows(opened)
    if not rows:
        raise DataError([Problem(name, None, None, None, "a table with at least one row")])
    line, columns = _heading(rows, name, component is not None)
    plan, left_out, problems = _targets(rows, line, columns, name, dataset, component)
    if problems:
        raise DataError(problems)
    return ReadTargets(plan, left_out)


_Line = tuple[int, tuple[str, ...]]


def _rows(opened: DossierList) -> list[_Line]:
    """All rows with their line, at most MOST_ROWS. Raises DataError."""
    too_many = "at most {most} rows"
    if opened.path.suffix == ".arrow":
        with pa.memory_map(str(opened.path)) as file:
            table = pa.ipc.open_file(file).read_all()
        if table.num_rows > MOST_ROWS:
            raise DataError([Problem(opened.name, None, None, None, too_many, {"most": MOST_ROWS})])
        columns = [column.to_pylist() for column in table.columns]
        found = [tuple(cell or "" for cell in row) for row in zip(*columns, strict=True)]
        return list(enumerate(found, 1))
    rows: list[_Line] = []
    with opened.path.open(encoding=opened.encoding, newline="", errors="replace") as text:
        reader = csv.reader(text, delimiter=opened.delimiter or ",")
        line = 1
        try:
            for cells in reader:
                rows.append((line, tuple(cells)))
                line = reader.line_num + 1
                if len(rows) > MOST_ROWS:
                    raise DataError(
                        [Problem(opened.name, None, None, None, too_many, {"most": MOST_ROWS})]
                    )
        except csv.Error as error:
            details = {"reason": str(error)}
            problem = Problem(opened.name, line, None, None, "a CSV row ({reason})", details)
            raise DataError([problem]) from None
    return rows


def _heading(rows: Sequence[_Line], name: str, has_component: bool) -> tuple[int, dict[str, int]]:
    """The place in `rows` of the headings and where each column is. Raises DataError."""
    needed = {"unit", "rate", "due"} | (set() if has_component else {"component"})
    best: dict[str, int] = {}
    for place, (_, cells) in enumerate(rows[:20]):
        found = _columns(cells)
        if needed <= found.keys():
            return place, found
        best = max(best, found, key=len)
    expected = "a row of headings with {columns}"
    missing = ", ".join(sorted(needed - best.keys()))
    raise DataError([Problem(name, None, None, None, expected, {"columns": missing})])


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Which column says what; a heading that may mean two things takes what is left."""
    words = [_PERCENT_SIGN.sub("", fold(cell)).strip() for cell in cells]
    found: dict[str, int] = {}
    for field, names in sorted(TARGET_HEADINGS.items(), key=lambda item: item[0] == "component"):
        known = names.split("|")
        places = [n for n, word in enumerate(words) if word in known and n not in found.values()]
        exact = [n for n in places if words[n] != "chi tieu"] or places
        if exact:
            found[field] = exact[0]
    return found


def _targets(
    rows: Sequence[_Line],
    head: int,
    columns: dict[str, int],
    file: str,
    dataset: Dataset,
    component: str | None,
) -> tuple[TargetPlan, tuple[RowLeftOut, ...], list[Problem]]:
    titles, problems, left_out = rows[head][1], list[Problem](), []
    targets: dict[tuple[str, str, object], tuple[int, Target]] = {}
    for line, cells in rows[head + 1 :]:
        if not any(cell.strip() for cell in cells):
            continue
        row = {field: cells[n].strip() if n < len(cells) else "" for field, n in columns.items()}
        named = component if "component" not in columns else _component(row["component"], dataset)
        if named is None:
            left_out.append(RowLeftOut(line, shorten(row["component"] or row["unit"])))
            continue
        unit, rate, due = _unit(row["unit"], dataset), rate_in(row["rate"]), due_in(row["due"])
        wrong = {
            "unit": None if unit else _expected_unit(row["unit"], dataset),
            "rate": None if rate is not None else ("a rate from 0 to 100%, at least", {}),
            "due": None if due else ("a day, quarter or year", {}),
        }
        for field, why in wrong.items():
            if why:
                title = shorten(titles[columns[field]])
                problems.append(Problem(file, line, title, row[field], why[0], why[1]))
        if unit and rate is not None and due:
            made = Target(unit=unit, component=named, due=due, rate=rate)
            first, _ = targets.setdefault((unit, named, due), (line, made))
            if first != line:
                expected = "one target for a unit, component and day; line {first} has it too"
                value = row["unit"]
                problems.append(Problem(file, line, None, value, expected, {"first": first}))
    if len(targets) > MOST_TARGETS:
        details: dict[str, object] = {"most": MOST_TARGETS}
        problems.append(Problem(file, None, None, None, "at most {most} rows", details))
        return TargetPlan(dataset=dataset.id), (), problems
    if not targets and not problems:
        problems.append(Problem(file, None, None, None, "a table with at least one target", {}))
    plan = TargetPlan(
        dataset=dataset.id,
        dataset_version=dataset.version,
        targets=tuple(target for _, target in targets.values()),
    )
    return plan, tuple(left_out), problems


def _component(text: str, dataset: Dataset) -> str | None:
    """The component that a text names: its code or name, or all words of just one name."""
    rules, asked = dataset.rules, fold(text)
    for names in (rules.components, rules.name_vi, rules.name_en):
        for code, name in zip(rules.components, names, strict=True):
            if fold(str(name)) == asked.removeprefix("ty le "):
                return code
    words = set(re.findall(r"\w+", asked))
    inside = {
        code: len(own)
        for code, name in zip(rules.components, rules.name_vi, strict=True)
        if (own := set(re.findall(r"\w+", fold(str(name))))) <= words
    }
    longest = [code for code, size in inside.items() if size == max(inside.values())]
    return longest[0] if len(longest) == 1 else None


def _unit(text: str, dataset: Dataset) -> str | None:
    """The unit or level that a text names; one word for two units is none."""
    asked = fold(text)
    for level, names in LEVEL_WORDS.items():
        if asked in names.split("|"):
            return of_level(level)
    units = dataset.units
    if asked in _PROVINCE:
        return str(units.index[PROVINCE])
    plain = _COMMITTEE.sub("", asked)
    same = [
        str(code)
        for code, name in units["name_vi"].items()
        if asked in (fold(str(code)), fold(str(name)))
        or (plain and plain == _COMMITTEE.sub("", fold(str(name))))
    ]
    return same[0] if len(same) == 1 else None


def _expected_unit(text: str, dataset: Dataset) -> tuple[str, dict[str, object]]:
    near = suggest(text, dataset.units)
    if near is None:
        return "a unit or level of the dataset", {}
    expected = "a unit or level of the dataset, perhaps {near}"
    return expected, {"near": dataset.units.loc[near, "name_vi"]}
