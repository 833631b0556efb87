"""`template`: a dataset as a workbook to fill in, or an empty one; `import` takes it back."""

import argparse
import datetime as dt
import os
from pathlib import Path

from core.cli.answers import Plain
from core.dataset.facts import Dataset
from core.dataset.load import load_dataset
from core.dataset.rules_csv import shipped_rules
from core.imports.corrections.trace import Signed
from core.imports.template.languages import TEMPLATE_LANGUAGES
from core.imports.template.load import Returned, load_template, returned_of
from core.imports.template.make import dataset_template, empty_template
from core.imports.template.take import taken_of
from core.problems import DataError, Problem, shorten
from core.store.office.deeds import OPERATOR

EMPTY = "empty"


def add_template_options(made: argparse.ArgumentParser) -> None:
    """The options of the command."""
    made.add_argument("dataset", help=f"a dataset's name or folder; {EMPTY}: without figures")
    made.add_argument("--to", type=Path, required=True, help="the new file, .xlsx")
    languages = list(TEMPLATE_LANGUAGES)
    made.add_argument("--language", choices=languages, default=languages[0])
    made.add_argument("--json", action="store_true", help="answer as JSON")


def template_answer(dataset: Dataset | None, to: Path, language: str) -> Plain:
    """Write the workbook; an empty one without a dataset. Raises DataError, too for a file that is
    there already."""
    if dataset is None:
        rules = shipped_rules()
        content = empty_template(rules[max(rules)], dt.date.today(), language)
    else:
        content = dataset_template(dataset, language)
    try:
        with os.fdopen(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644), "wb") as file:
            file.write(content)
    except OSError as error:
        expected = "a new file that can be written ({reason})"
        details = {"reason": error.strerror or "unwritable"}
        where = Problem("--to", None, None, shorten(str(to)), expected, details)
        raise DataError([where]) from None
    return {"file": str(to), "dataset": dataset.id if dataset else None, "bytes": len(content)}


def template_import(name: str, raw: bytes, folder: Path) -> tuple[Plain, tuple[Problem, ...]]:
    """What a filled workbook became, and what is wrong with it: then nothing was written.

    A folder that holds a dataset gets what the workbook changes, with its trace.
    """
    before = load_dataset(folder) if (folder / "dataset.toml").is_file() else None
    returned = returned_of(taken_of(name, raw), before)
    problems = returned.problems
    if not problems and (before is None or returned.changes):
        signed = Signed("python -m core", name, dt.datetime.now(dt.UTC))
        try:
            load_template(returned, folder.parent, signed, to=folder, by=OPERATOR)
        except DataError as error:
            problems = error.problems
    return _plain_answer(returned, folder, problems), problems


def _plain_answer(returned: Returned, folder: Path, problems: tuple[Problem, ...]) -> Plain:
    """The answer of `import`, for a workbook made here."""
    keys, tables = returned.taken.keys, returned.taken.tables
    boards = {(row["date"], row["period"]) for row in tables.get("field.csv", ())}
    return {
        "folder": str(folder),
        "kind": "template",
        "province": keys.get("province"),
        "as_of": str(keys["as_of"]) if "as_of" in keys else None,
        "period": "year",
        "rule_set": keys.get("rule_set"),
        "units": len(tables.get("units.csv", ())),
        "observations": len(tables.get("observations.csv", ())),
        "boards": len(boards),
        "changes": len(returned.changes),
        "warnings": [str(one) for one in returned.warnings],
        "problems": [str(one) for one in problems],
        "left_out": [],
    }
