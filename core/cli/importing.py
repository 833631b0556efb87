"""`import FILE... --to FOLDER`: files that people have become a dataset's folder."""

import argparse
import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.cli.answers import Plain
from core.cli.templates import template_import
from core.dataset.kept.loads import dataset_view
from core.dataset.kept.names import kept_names
from core.dataset.load import load_dataset
from core.dataset.schema import is_in_reach
from core.dataset.tables import OUT_OF_REACH
from core.dossiers.opening.names import read_names
from core.dossiers.upload import Upload
from core.imports.corrections.rows import KEYS_FILE
from core.imports.corrections.trace import Signed
from core.imports.files.archive import Given, without_archives
from core.imports.folder.named import keep_names
from core.imports.folder.units import known_units
from core.imports.folder.write import write_dataset
from core.imports.names import name_key
from core.imports.opening import LARGEST_IMPORT, read_file
from core.imports.own_files import OwnFiles, load_own, own_files, own_plan
from core.imports.plan import ImportOptions, ImportPlan
from core.imports.planning.gather import plan_import
from core.imports.reading import Reading, Seen
from core.imports.template.take import is_template
from core.problems import DataError, Problem, shorten
from core.store.office.deeds import OPERATOR


class ImportRefused(DataError):
    """An import with problems: nothing was written, and `answer` says what was found."""

    def __init__(self, answer: Plain, problems: tuple[Problem, ...]):
        super().__init__(problems)
        self.answer = answer


def add_options(made: argparse.ArgumentParser) -> None:
    """The options of the command."""
    made.add_argument("files", nargs="+", type=Path, metavar="FILE", help="what people have")
    made.add_argument("--to", type=Path, required=True, help="the dataset's folder")
    made.add_argument("--as-of", type=dt.date.fromisoformat, help="YYYY-MM-DD, where no file says")
    made.add_argument("--period", choices=("year", "quarter", "month"), help="what is counted")
    made.add_argument("--province", help="its code or name, where no file says")
    made.add_argument("--decimal", choices=("comma", "point"), help="where it can't be told")
    made.add_argument("--portal", choices=("national", "provincial"), default="national")
    made.add_argument("--hidden", choices=("keep", "leave"), help="rows that a sheet hides")
    made.add_argument(
        "--restate", action="store_true", help="figures of the past that differ take their place"
    )
    about = "a table: name in the files (of before the reform), unit of today; kept in the folder"
    made.add_argument("--names", type=Path, help=about)
    made.add_argument("--json", action="store_true", help="answer as JSON")


def import_answer(asked: argparse.Namespace) -> Plain:
    """Read, plan and write. Raises ImportRefused with every problem, and then writes nothing."""
    if len(asked.files) == 1 and is_template(raw := _bytes(asked.files[0])):
        answer, faults = template_import(asked.files[0].name, raw, asked.to)
        if faults:
            raise ImportRefused(answer, faults)
        return answer
    if asked.as_of is not None and not is_in_reach(asked.as_of):
        raise DataError([Problem("--as-of", None, None, f"{asked.as_of}", OUT_OF_REACH)])
    given, faults = _given(asked.files)
    if not faults and (own := own_files(given)) is not None:
        return own_import(own, asked.to)
    options = ImportOptions(
        as_of=asked.as_of,
        period=asked.period,
        province=asked.province,
        decimal=asked.decimal,
        portal=asked.portal,
        hidden=None if asked.hidden is None else asked.hidden == "keep",
        saved={path.name: day for path in asked.files if (day := _saved(path)) is not None},
        known=known_units(asked.to),
        aliases=kept_names(asked.to),
    )
    readings, problems = _read(given, options)
    problems = [*faults, *problems]
    plan = plan_import(readings, options)
    names: dict[str, str] = {}
    if asked.names is not None:
        names = _given_names(asked.names, plan)
        taken = {name_key(name) for name in names}
        known = options.known or tuple(
            Seen(unit.unit, None, unit.name, unit.level)
            for unit in plan.units
            if name_key(unit.name) not in taken
        )
        options = replace(options, aliases=options.aliases | names, known=known)
        plan = plan_import(readings, options)
    plan = replace(plan, problems=(*problems, *(plan.problems if readings else ())))
    if not plan.problems:
        try:
            write_dataset(plan, asked.to, restate=asked.restate, by=OPERATOR)
            _keep(asked.to, names)
        except DataError as error:
            plan = replace(plan, problems=error.problems)
    answer = plan_answer(plan, asked.to)
    if plan.problems:
        raise ImportRefused(answer, plan.problems)
    return answer


def own_import(own: OwnFiles, folder: Path) -> Plain:
    """A dataset's own files into its folder. Raises ImportRefused, and then writes nothing."""
    before = load_dataset(folder) if (folder / KEYS_FILE).is_file() else None
    plan = own_plan(own, [] if before is None else [before])
    problems = plan.problems
    if not problems and before is not None and plan.before is None:
        expected = "a new folder, or the dataset of {province}; this one is of {other}"
        assert plan.found is not None
        details = {"province": plan.found.meta.province, "other": before.meta.province}
        problems = (Problem("--to", None, None, folder.name, expected, details),)
    if not problems and (plan.before is None or plan.changes):
        signed = Signed("python -m core", ", ".join(own.names), dt.datetime.now(dt.UTC))
        try:
            load_own(plan, folder.parent, signed, to=folder, by=OPERATOR)
        except DataError as error:
            problems = error.problems
    found = plan.found
    answer: Plain = {
        "folder": str(folder),
        "kind": "dataset",
        "province": found.meta.province if found else None,
        "as_of": f"{found.meta.as_of}" if found else None,
        "period": dataset_view(found.meta) if found else "year",
        "rule_set": found.meta.rule_set if found else None,
        "units": len(found.units) if found else 0,
        "observations": len(found.observations) if found else 0,
        "boards": len(found.field[["date", "period"]].drop_duplicates()) if found else 0,
        "changes": len(plan.changes),
        "warnings": [str(one) for one in plan.warnings],
        "problems": [str(one) for one in problems],
        "left_out": [],
    }
    if problems:
        raise ImportRefused(answer, problems)
    return answer


def _given_names(path: Path, plan: ImportPlan) -> dict[str, str]:
    """The table of names for the units of a plan and of the dataset that stands. Raises DataError.

    A table is right for the units of today; a plan may hold those of before besides.
    """
    _bytes(path)  # says why where it can't be read
    units = pd.DataFrame(
        {"name_vi": [unit.name for unit in plan.units]},
        index=pd.Index([unit.unit for unit in plan.units], dtype=str),
    )
    with tempfile.TemporaryDirectory(prefix="names-") as folder:
        return read_names(Upload(path, path.name), units, Path(folder))


def _keep(folder: Path, names: dict[str, str]) -> None:
    """Keep names with the dataset that was written. Raises DataError."""
    try:
        if names:
            keep_names(folder, kept_names(folder) | names, OPERATOR)
    except OSError as error:
        expected = "a folder that can be written ({reason})"
        details = {"reason": error.strerror or "unwritable"}
        raise DataError([Problem("--to", None, None, folder.name, expected, details)]) from None


def _given(paths: list[Path]) -> tuple[list[Given], list[Problem]]:
    """What the files hold, those of an archive in its place, and why some can't be read."""
    found: list[Given] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append((path.name, _bytes(path)))
        except DataError as error:
            problems += error.problems
    found, faults = without_archives(found)
    return found, [*problems, *faults]


def _read(given: list[Given], options: ImportOptions) -> tuple[list[Reading], list[Problem]]:
    readings: list[Reading] = []
    problems: list[Problem] = []
    for name, raw in given:
        try:
            readings += read_file(name, raw, options)
        except DataError as error:
            problems += error.problems
    return readings, problems


def _bytes(path: Path) -> bytes:
    """A file of a bearable size: a device such as /dev/zero has no end. Raises DataError."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_IMPORT + 1)
            whole = path.stat().st_size
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "unreadable"
        expected = "a file that can be read ({reason})"
        where = Problem(shorten(str(path)), None, None, None, expected, {"reason": reason})
        raise DataError([where]) from None
    if len(raw) > LARGEST_IMPORT:
        sizes = {"limit": LARGEST_IMPORT // 10**6, "size": max(whole, len(raw)) // 10**6}
        expected = "a file of at most {limit} MB, found {size} MB"
        raise DataError([Problem(path.name, None, None, None, expected, sizes)])
    return raw


def _saved(path: Path) -> dt.date | None:
    try:
        return dt.date.fromtimestamp(path.stat().st_mtime)
    except (OSError, ValueError, OverflowError):
        return None


def plan_answer(plan: ImportPlan, folder: Path) -> Plain:
    """A plan as plain data."""
    return {
        "folder": str(folder),
        "kind": plan.kind,
        "province": plan.province,
        "as_of": None if plan.as_of is None else f"{plan.as_of}",
        "period": plan.period,
        "rule_set": plan.rule_set,
        "units": len(plan.units),
        "observations": len(plan.observations),
        "boards": plan.boards,
        "warnings": [str(one) for one in plan.warnings],
        "problems": [str(one) for one in plan.problems],
        "left_out": [
            {"what": out.what, "why": str(out.why), "count": out.count} for out in plan.left_out
        ],
    }


def import_lines(answer: Plain) -> Iterator[str]:
    """An import as lines of text."""
    yield (
        f"{answer['folder']}: {answer['kind']}, {answer['province']}, {answer['as_of']}: "
        f"{answer['units']} units, {answer['observations']} figures, {answer['boards']} boards"
    )
    yield from (f"warning: {warning}" for warning in answer["warnings"])
    for out in answer["left_out"]:
        yield f"left out: {out['what']}: {out['why']} ({out['count']})"
