"""`export`: a dataset, plan or scenario as a file to take away."""

import os
from pathlib import Path

from core.cli.answers import Plain
from core.documents.files import file_of
from core.outlook.case import Case
from core.plans.files import LARGEST_PLAN, is_plan, read_plan
from core.plans.made import from_assigned, from_scenario
from core.plans.model import TargetPlan
from core.problems import DataError, Problem, shorten
from core.scenario.files import json_object, parse
from core.scenario.model import Scenario


def export_answer(
    case: Case, given: tuple[bytes, str] | None, to: Path, kind: str | None, language: str
) -> Plain:
    """Write the file; without a plan or scenario (its bytes and name) the dataset's own targets.

    Raises DataError: for a plan that does not fit, another ending or kind, a file that is there
    already; then nothing is written.
    """
    asked = from_assigned(case.dataset) if given is None else asked_of_file(*given)
    content = file_of(case, asked, to.suffix.lower(), kind, language)
    try:
        with os.fdopen(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644), "wb") as file:
            file.write(content)
    except OSError as error:
        expected = "a new file that can be written ({reason})"
        details: dict[str, object] = {"reason": error.strerror or "unwritable"}
        place = shorten(str(to))
        raise DataError([Problem("--to", None, None, place, expected, details)]) from None
    held = asked.targets if isinstance(asked, TargetPlan) else asked.changes
    return {"file": str(to), "targets": len(held), "bytes": len(content)}


def asked_of_file(content: bytes, name: str) -> TargetPlan | Scenario:
    """The plan or scenario of a file. Raises DataError."""
    expected = "a plan or scenario in JSON"
    too_large = "a file of at most {limit} kB, found {size} kB"
    if is_plan(json_object(content, name, LARGEST_PLAN, too_large, expected)):
        return read_plan(content, name)
    return parse(content, name)


def plan_of(case: Case, content: bytes, name: str) -> TargetPlan:
    """The plan of a file, or what the scenario of one asks. Raises DataError."""
    asked = asked_of_file(content, name)
    if isinstance(asked, TargetPlan):
        return asked
    return from_scenario(asked, case.baseline, case.calendar)
