"""Plans as files: versioned JSON, read with all that is wrong at once."""

import json

from pydantic import ValidationError

from core.dataset.schema import validation_problems
from core.plans.model import TargetPlan
from core.problems import DataError, Problem
from core.scenario.files import json_object

PLAN_FORMAT = 1
LARGEST_PLAN = 2_000_000
LONG = 1000  # targets; more are written without spaces, so that what is written can be read
_TOO_LARGE = "a plan of at most {limit} kB, found {size} kB"
_A_PLAN = "a plan in JSON"


def write_plan(plan: TargetPlan) -> str:
    """The plan as JSON text; what is at its default is left out."""
    data = plan.model_dump(mode="json", exclude_defaults=True)
    data = {"kind": plan.kind, "version": plan.version, **data}
    short = len(plan.targets) < LONG
    separators = None if short else (",", ":")
    return json.dumps(data, ensure_ascii=False, indent=2 if short else None, separators=separators)


def read_plan(text: str | bytes, file: str = "plan") -> TargetPlan:
    """Read a plan's JSON. Raises DataError with all problems at once."""
    data = json_object(text, file, LARGEST_PLAN, _TOO_LARGE, _A_PLAN)
    if not is_plan(data):
        value = str(data.get("kind"))
        raise DataError([Problem(file, None, "kind", value, "plan")])
    version = data.get("version")
    if type(version) is not int or version != PLAN_FORMAT:
        details = {"version": PLAN_FORMAT}
        problem = Problem(file, None, "version", str(version), "version {version}", details)
        raise DataError([problem])
    try:
        return TargetPlan.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise DataError(validation_problems(error, file)) from None


def is_plan(data: dict[str, object]) -> bool:
    """Whether a JSON object says that it is a plan; a scenario's says nothing of the kind."""
    return data.get("kind") == "plan"
