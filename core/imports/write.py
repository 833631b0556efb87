"""A plan becomes a dataset's folder: written beside its place, checked, and put there whole."""

import csv
import datetime as dt
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from core.dataset.boards import own_name
from core.dataset.facts import DATA, Dataset
from core.dataset.load import load_dataset
from core.imports import moments
from core.imports.onto import onto
from core.imports.plan import BoardRow, Plan
from core.imports.reading import TABLE
from core.index.rules import GROUPS
from core.problems import DataError, Problem
from core.text import clean_text

REFORM = dt.date(2025, 7, 1)  # 63 provinces became 34
UNITS = ("unit", "name_vi", "level", "parent", "volume_share", "volume_source")
OBSERVATIONS = (
    "as_of", "unit", "component", "portal", "numerator", "denominator", "rate_percent", "points",
    "source", "note",
)  # fmt: skip
TARGETS = ("due", "level", "unit", "component", "rate_percent", "source", "note")
FIELD = ("date", "period", "province", *GROUPS, "total", "rank", "mean_total", "source", "note")
SOURCES = ("source", "title", "publisher", "date", "url")
PORTAL = "Cổng dịch vụ công quốc gia"


def write_plan(plan: Plan, folder: Path, data: Path = DATA) -> Dataset:
    """Write a plan's dataset, checked as every dataset is, and return it.

    A folder that holds this province's dataset gets the new figures beside the old. Raises
    DataError, with nothing written, where the plan or the finished folder has problems.
    """
    if plan.problems:
        raise DataError(plan.problems)
    before = _before(plan, folder, data)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".import-", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        inner = draft / folder.name
        inner.mkdir()
        files = dataset_files(plan, data) if before is None else onto(before, plan, files_of(plan))
        for name, text in files.items():
            (inner / name).write_text(text, encoding="utf-8", newline="")
        dataset = load_dataset(inner, data)
        _swap(inner, folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return dataset


def _before(plan: Plan, folder: Path, data: Path) -> Dataset | None:
    """The dataset that stands there; a folder of something else is not touched."""
    if not folder.exists():
        return None
    if folder.is_dir() and (folder / "dataset.toml").exists():
        found = load_dataset(folder, data)
        if found.meta.province == plan.province:
            return found
        expected = "a new folder, or the dataset of {province}; this one is of {other}"
        details = {"province": plan.province_name, "other": found.meta.province}
    elif folder.is_dir() and not any(folder.iterdir()):
        return None
    else:
        expected, details = "a new folder; there is something else", {}
    raise DataError([Problem("--to", None, None, folder.name, expected, details)])


def _swap(inner: Path, folder: Path) -> None:
    """Put the new folder in place; what stood there goes only when the new one stands."""
    old = inner.parent / "before"
    if folder.exists():
        folder.replace(old)
    try:
        inner.replace(folder)
    except OSError:
        if old.exists():
            old.replace(folder)
        raise


def _unwritable(folder: Path, error: OSError) -> DataError:
    expected = "a folder that can be written ({reason})"
    details = {"reason": error.strerror or "unwritable"}
    return DataError([Problem("--to", None, None, folder.name, expected, details)])


def source_id(plan: Plan) -> str:
    """How this load is called among the sources."""
    return f"import-{plan.as_of}"


def files_of(plan: Plan) -> dict[str, str]:
    """The tables that the plan itself fills, by their file's name."""
    source = source_id(plan)
    return {
        "units.csv": table(UNITS, ((u.unit, u.name, u.level, u.parent, "", "") for u in plan.units)),
        "observations.csv": table(
            OBSERVATIONS,
            (
                (r.as_of, r.unit, r.component, r.portal, r.numerator, r.denominator,
                 r.rate_percent, r.points, source, r.note)
                for r in plan.observations
            ),
        ),
        "field.csv": table(FIELD, (board_cells(row, source) for row in plan.board)),
        "sources.csv": table(SOURCES, [_source(plan)]),
    }  # fmt: skip


def dataset_files(plan: Plan, data: Path) -> dict[str, str]:
    """All files of a new dataset."""
    files = files_of(plan)
    known = known_boards(plan, data)
    if len(known):
        rows = [[None if pd.isna(cell) else cell for cell in row] for row in known.to_numpy()]
        files["field.csv"] += table(FIELD, rows).split("\n", 1)[1]
    files["targets.csv"] = table(TARGETS, ())
    files["dataset.toml"] = toml(plan)
    return files


def known_boards(plan: Plan, data: Path) -> pd.DataFrame:
    """Boards of the same year that came with the program, up to the plan's day, of days that the
    plan has none of: without the others there is no rank."""
    assert plan.as_of is not None
    have = {f"{row.date}" for row in plan.board}
    found = []
    for path in sorted(data.glob("*/field.csv")):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows = rows.reindex(columns=list(FIELD), fill_value="")
        year = rows["date"].str.startswith(f"{plan.as_of.year}-")
        found.append(rows[year & (rows["date"] <= f"{plan.as_of}") & ~rows["date"].isin(have)])
    if not found:
        return pd.DataFrame(columns=list(FIELD))
    rows = pd.concat(found).drop_duplicates(["date", "period", "province", "mean_total"])
    return rows.replace("", None)


def board_cells(row: BoardRow, source: str) -> tuple[object, ...]:
    groups = [row.groups.get(group) for group in GROUPS]
    where = (row.date, row.period, row.province)
    return (*where, *groups, row.total, row.rank, row.mean_total, source, "")


def _source(plan: Plan) -> tuple[object, ...]:
    names = clean_text(", ".join(plan.files))[:300]
    publisher = "" if plan.kind == TABLE else PORTAL
    title = f"Số liệu của {plan.province_name}, nhập từ tệp: {names}"
    return source_id(plan), title, publisher, plan.as_of, ""


def toml(plan: Plan) -> str:
    """The keys of `dataset.toml`."""
    assert plan.as_of is not None
    name, day = own_name(plan.province_name), plan.as_of
    lines = {
        "name_vi": f"{name}, {day.day}/{day.month}/{day.year}",
        "name_en": f"{name}, {day.day} {day:%b} {day.year}",
        "province": plan.province,
        "field_name": name,
        "rule_set": plan.rule_set,
    }
    size = 34 if day >= REFORM else 63
    text = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in lines.items())
    text += f"period_start = {moments.period_start(plan.period, day)}\nas_of = {day}\n"
    text += f"horizons = [{', '.join(_horizons(plan.period, day))}]\nfield_size = {size}\n"
    if plan.published_rank is not None and plan.published_rank <= size:
        text += f"published_rank = {plan.published_rank}\n"
    if plan.published_total is not None:
        text += f"published_total = {plan.published_total:g}\n"
    return text + ('counting = "month"\n' if plan.period == moments.MONTH else "")


def _horizons(period: str, day: dt.date) -> list[str]:
    """The ends of quarters of the year to come, the last one as the end of the year."""
    ends = {"q1": (3, 31), "q2": (6, 30), "q3": (9, 30), "year_end": (12, 31)}
    dates = {key: dt.date(day.year, *end) for key, end in ends.items()}
    ahead = {key: date for key, date in dates.items() if date > day}
    if period != moments.YEAR:
        ahead = dict(list(ahead.items())[:1])
    return [f'{{key = "{key}", date = {date}}}' for key, date in ahead.items()]


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV text: whole numbers without a point, empty for what is not known."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell_of(value) for value in row])
    return out.getvalue()


def cell_of(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.10g}"
    return clean_text(str(value))
