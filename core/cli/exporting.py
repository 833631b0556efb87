"""`export`: a plan, or a scenario as one, as a file to take away."""

import os
from pathlib import Path

from core.cli.answers import Plain
from core.documents.kinds import document_of
from core.documents.takeaway import targets_csv
from core.export.official_docx import official_document
from core.outlook.case import Case
from core.plans.files import LARGEST_PLAN, is_plan, read_plan
from core.plans.made import from_assigned, from_scenario
from core.plans.model import TargetPlan, check_plan
from core.problems import DataError, Problem, shorten
from core.scenario.files import json_object, parse

ENDINGS = (".docx", ".csv")


def export_answer(
    case: Case, given: tuple[bytes, str] | None, to: Path, kind: str, language: str
) -> Plain:
    """Write the file; without a plan or scenario (its bytes and name) the dataset's own targets.

    Raises DataError: for a plan that does not fit, another ending, a file that is there already.
    """
    if to.suffix.lower() not in ENDINGS:
        details: dict[str, object] = {"endings": ", ".join(ENDINGS)}
        raise _wrong(to, "a file that ends with one of {endings}", details)
    plan = from_assigned(case.dataset) if given is None else plan_of(case, *given)
    if problems := check_plan(plan, case.baseline):
        raise DataError(problems)
    if to.suffix.lower() == ".csv":
        content = targets_csv(case, plan, language)
    else:
        content = official_document(document_of(case, plan, kind, language))
    try:
        with os.fdopen(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644), "wb") as file:
            file.write(content)
    except OSError as error:
        reason: dict[str, object] = {"reason": error.strerror or "unwritable"}
        raise _wrong(to, "a new file that can be written ({reason})", reason) from None
    return {"file": str(to), "targets": len(plan.targets), "bytes": len(content)}


def plan_of(case: Case, content: bytes, name: str) -> TargetPlan:
    """The plan of a file, or what the scenario of one asks. Raises DataError."""
    expected = "a plan or scenario in JSON"
    too_large = "a file of at most {limit} kB, found {size} kB"
    if is_plan(json_object(content, name, LARGEST_PLAN, too_large, expected)):
        return read_plan(content, name)
    return from_scenario(parse(content, name), case.baseline, case.calendar)


def _wrong(to: Path, expected: str, details: dict[str, object]) -> DataError:
    return DataError([Problem("--to", None, None, shorten(str(to)), expected, details)])
