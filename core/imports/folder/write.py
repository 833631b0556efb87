"""A plan becomes a dataset's folder: written beside its place, checked, and put there whole."""

import csv
import datetime as dt
import io
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.dataset.boards import own_name, province_key
from core.dataset.facts import DATA, Dataset
from core.dataset.kept.loads import LOADS_FILE, loads_of, view_of
from core.dataset.load import load_dataset
from core.imports.folder.history import source_title, with_load
from core.imports.folder.keys import toml
from core.imports.folder.onto import onto
from core.imports.plan import BoardRow, ImportPlan
from core.imports.reading import PEOPLES
from core.index.rules import GROUPS
from core.problems import DataError, Problem
from core.store.office.deeds import OPEN_ACTOR
from core.store.office.leave import Hand, deed_on_files
from core.text import clean_text

_UNITS = ("unit", "name_vi", "level", "parent", "volume_share", "volume_source")
_OBSERVATIONS = (
    "as_of", "unit", "component", "portal", "numerator", "denominator", "rate_percent", "points",
    "source", "note",
)  # fmt: skip
_TARGETS = ("due", "level", "unit", "component", "rate_percent", "source", "note")
_FIELD = ("date", "period", "province", *GROUPS, "total", "rank", "mean_total", "source", "note")
_SOURCES = ("source", "title", "publisher", "date", "url")
PORTAL = "Cổng dịch vụ công quốc gia"


def write_dataset(
    plan: ImportPlan,
    folder: Path,
    data: Path = DATA,
    restate: bool = False,
    by: Hand = OPEN_ACTOR,
) -> Dataset:
    """Write a plan's dataset, checked as every dataset is, and return it. `by`: who does it.

    A folder that holds this province's dataset gets the new figures beside the old; with `restate`
    those of the past that differ stand, and the old ones are kept as restated. Raises DataError,
    with nothing written, where the plan or the finished folder has problems, and StoreError where
    the role does not allow it.
    """
    if plan.problems:
        raise DataError(plan.problems)
    before, at = dataset_there(plan, folder, data), f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    if before is None:
        files = dataset_files(plan, data)
    else:
        files = onto(before, plan, files_of(plan), at, restate)
    files[LOADS_FILE] = with_load(files, plan, at)
    with deed_on_files(by, "load", folder.name):
        return put_folder(files, folder, data)


def put_folder(files: Mapping[str, str], folder: Path, data: Path = DATA) -> Dataset:
    """Put a dataset's files where it belongs, checked before, and return it.

    Raises DataError, with nothing written, where they have problems or the folder can't be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".import-", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        inner = draft / folder.name
        inner.mkdir()
        for name, text in files.items():
            (inner / name).write_text(text, encoding="utf-8", newline="")
        dataset = load_dataset(inner, data)
        _swap(inner, folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return replace(dataset, path=folder)


def checked_files(files: Mapping[str, str], data: Path = DATA) -> Dataset | tuple[Problem, ...]:
    """The files as a dataset by themselves, or everything that is wrong with them."""
    with tempfile.TemporaryDirectory(prefix="dataset-") as draft:
        for name, text in files.items():
            (Path(draft) / name).write_text(text, encoding="utf-8", newline="")
        try:
            return load_dataset(Path(draft), data)
        except DataError as error:
            return error.problems


def dataset_there(plan: ImportPlan, folder: Path, data: Path = DATA) -> Dataset | None:
    """The dataset that stands there; a folder of something else is not touched. Raises DataError.

    A month, a quarter and a year count different dossiers: each has a dataset of its own.
    """
    details: dict[str, object] = {}
    if not folder.exists():
        return None
    if folder.is_dir() and (folder / "dataset.toml").exists():
        found = load_dataset(folder, data)
        view = view_of(found, pd.Timestamp(found.meta.as_of), loads_of(found))
        if found.meta.province != plan.province:
            expected = "a new folder, or the dataset of {province}; this one is of {other}"
            details = {"province": plan.province_name, "other": found.meta.province}
        elif view != plan.period:
            expected = "figures of the {period} as the dataset has; these count a {other}"
            details = {"period": view, "other": plan.period}
        else:
            return found
    elif folder.is_dir() and not any(folder.iterdir()):
        return None
    else:
        expected = "a new folder; there is something else"
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


def source_id(plan: ImportPlan) -> str:
    """How this load is called among the sources."""
    return f"import-{plan.as_of}"


def files_of(plan: ImportPlan) -> dict[str, str]:
    """The tables that the plan itself fills, by their file's name."""
    source = source_id(plan)
    return {
        "units.csv": table(
            _UNITS, ((u.unit, u.name, u.level, u.parent, "", "") for u in plan.units)
        ),
        "observations.csv": table(
            _OBSERVATIONS,
            (
                (r.as_of, r.unit, r.component, r.portal, r.numerator, r.denominator,
                 r.rate_percent, r.points, source, r.note)
                for r in plan.observations
            ),
        ),
        "field.csv": table(_FIELD, (board_cells(row, source) for row in plan.board)),
        "sources.csv": table(_SOURCES, [_source(plan)]),
    }  # fmt: skip


def dataset_files(plan: ImportPlan, data: Path) -> dict[str, str]:
    """All files of a new dataset."""
    files = files_of(plan)
    known = known_boards(plan, data)
    if len(known):
        rows = [[None if pd.isna(cell) else cell for cell in row] for row in known.to_numpy()]
        files["field.csv"] += table(_FIELD, rows).split("\n", 1)[1]
    files["targets.csv"] = table(_TARGETS, ())
    files["dataset.toml"] = toml(plan)
    return files


def known_boards(plan: ImportPlan, data: Path) -> pd.DataFrame:
    """Boards of the same year that came with the program, up to the plan's day, of days that the
    plan has none of: without the others there is no rank."""
    assert plan.as_of is not None
    have = {f"{row.date}" for row in plan.board}
    found = []
    for path in sorted(data.glob("*/field.csv")):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows = rows.reindex(columns=list(_FIELD), fill_value="")
        year = rows["date"].str.startswith(f"{plan.as_of.year}-")
        found.append(rows[year & (rows["date"] <= f"{plan.as_of}") & ~rows["date"].isin(have)])
    if not found:
        return pd.DataFrame(columns=list(_FIELD))
    rows = pd.concat(found).drop_duplicates(["date", "period", "province", "mean_total"])
    if province_key(own_name(plan.province_name)) not in set(rows["province"].map(province_key)):
        return rows.iloc[:0]
    return rows.replace("", None)


def board_cells(row: BoardRow, source: str) -> tuple[object, ...]:
    groups = [row.groups.get(group) for group in GROUPS]
    where = (row.date, row.period, row.province)
    return (*where, *groups, row.total, row.rank, row.mean_total, source, "")


def _source(plan: ImportPlan) -> tuple[object, ...]:
    publisher = "" if plan.kind == PEOPLES else PORTAL
    return source_id(plan), source_title(plan), publisher, plan.as_of, ""


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
