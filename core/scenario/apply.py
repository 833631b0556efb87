"""A scenario: only what differs from the baseline; as a file, as a link, and applied to rates."""

import base64
import binascii
import datetime as dt
import json
import unicodedata
import zlib
from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from core.dataset.schema import LEVELS, validation_problems
from core.index.rollup import Baseline
from core.index.rules import Array, with_edits
from core.problems import DataError, Problem

VERSION = 1
MAX_BYTES = 1_000_000
MAX_LINK = 16_000
_HIDDEN = {"Cc", "Cf", "Co", "Cs"}
Mode = Literal["floor", "set", "add", "close_gap"]


def clean_text(text: str) -> str:
    """Text of a person for one line: NFC, without control, bidi and zero-width characters."""
    kept = (c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in _HIDDEN)
    return " ".join("".join(kept).split())


class Change(BaseModel):
    """One lever moved in one scope.

    `unit` is `*`, `level:<level>` or a unit's code; `value` a fraction 0..1 (for `add` -1..1, for
    `close_gap` the share of the gap closed); `start` the day from which new dossiers follow it, by
    default the day after the data; `ramp_weeks` how long it takes to get there, in a straight line
    or an S-curve.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    unit: Annotated[str, Field(min_length=1, max_length=80)]
    component: Annotated[str, Field(min_length=1, max_length=80)]
    mode: Mode
    value: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    start: dt.date | None = None
    ramp_weeks: Annotated[float, Field(ge=0, le=104, allow_inf_nan=False)] = 0.0
    ramp_shape: Literal["linear", "s_curve"] = "linear"

    @field_validator("value")
    @classmethod
    def _only_add_is_negative(cls, value: float, info: Any) -> float:
        if value < 0 and info.data.get("mode") != "add":
            raise ValueError("a value from 0 to 1")
        return value

    @property
    def rank(self) -> int:
        """How specific the scope is: 0 all, 1 a level, 2 a unit."""
        return 0 if self.unit == "*" else 1 if self.unit.startswith("level:") else 2


class RuleEdit(BaseModel):
    """A component scored otherwise than the rules say: a what-if."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    max_points: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    target_rate: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class Assumptions(BaseModel):
    """What the scenario takes as given about the world outside.

    `field_gain` points that every other province gains by the horizon (by default its own pace);
    `rules` components that the portal is taken to score otherwise.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    field_gain: Annotated[float | None, Field(ge=-50, le=50, allow_inf_nan=False)] = None
    rules: Annotated[dict[str, RuleEdit], Field(max_length=100)] = {}


class Scenario(BaseModel):
    """What differs from the baseline of one dataset."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: Literal[1] = 1
    dataset: Annotated[str, Field(min_length=1, max_length=100)]
    dataset_version: Annotated[str | None, Field(max_length=64)] = None
    title: Annotated[str, Field(max_length=200)] = ""
    author: Annotated[str, Field(max_length=100)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""
    changes: Annotated[tuple[Change, ...], Field(max_length=5000)] = ()
    assumptions: Assumptions = Assumptions()

    @property
    def differs(self) -> bool:
        """Whether anything at all differs from the baseline."""
        return bool(self.changes) or self.assumptions != Assumptions()

    @field_validator("title", "author", "note")
    @classmethod
    def _clean(cls, text: str) -> str:
        return clean_text(text)


def dump(scenario: Scenario, indent: int | None = 2) -> str:
    """The scenario as JSON text; what is at its default is left out."""
    data = scenario.model_dump(mode="json", exclude_defaults=True)
    data = {"version": scenario.version, **data}
    return json.dumps(data, ensure_ascii=False, indent=indent)


def parse(text: str | bytes, file: str = "scenario") -> Scenario:
    """Read a scenario's JSON. Raises DataError with all problems at once."""
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        details = {"limit": MAX_BYTES // 1000, "size": len(raw) // 1000}
        expected = "a scenario of at most {limit} kB, found {size} kB"
        raise DataError([Problem(file, None, None, None, expected, details)])
    try:
        decoded = raw.decode("utf-8-sig")
        data = json.loads(decoded, parse_constant=_no_constant, object_pairs_hook=_keys_once)
    except UnicodeDecodeError:
        raise DataError([Problem(file, None, None, None, "text in UTF-8")]) from None
    except KeyError as error:
        raise DataError([Problem(file, None, error.args[0], None, "every key once")]) from None
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise DataError([Problem(file, line, None, None, "a scenario in JSON")]) from None
    if not isinstance(data, dict):
        raise DataError([Problem(file, None, None, None, "a scenario in JSON")])
    if type(data.get("version")) is not int or data["version"] != VERSION:  # True == 1 == 1.0
        value = str(data.get("version"))
        raise DataError(
            [Problem(file, None, "version", value, "version {version}", {"version": VERSION})]
        )
    try:
        return Scenario.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise DataError(validation_problems(error, file)) from None


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; of two values for one key none may win silently."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise KeyError(key)
        found[key] = value
    return found


def to_link(scenario: Scenario) -> str:
    """The scenario as text that is safe in an address: version, dot, packed JSON."""
    packed = zlib.compress(dump(scenario, indent=None).encode(), 9)
    return f"{VERSION}." + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def from_link(text: str) -> Scenario:
    """Read what `to_link` wrote. Raises DataError when it is damaged, too long or of no version."""
    expected = "a complete link of this program"
    version, dot, packed = text.partition(".")
    if not dot or len(text) > MAX_LINK:
        raise DataError([Problem("link", None, None, None, expected)])
    if version != str(VERSION):
        details = {"version": VERSION}
        raise DataError([Problem("link", None, "version", version, "version {version}", details)])
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(raw, MAX_BYTES)
        if not unpacker.eof or unpacker.unused_data:
            raise ValueError("cut off")
    except (binascii.Error, ValueError, zlib.error):
        raise DataError([Problem("link", None, None, None, expected)]) from None
    return parse(content, "link")


def check(scenario: Scenario, baseline: Baseline) -> list[Problem]:
    """What makes a scenario impossible on this baseline: unknown names, two equal changes."""
    found = []
    if scenario.dataset != baseline.dataset_id:
        expected, details = "the dataset {dataset}", {"dataset": baseline.dataset_id}
        found.append(Problem("scenario", None, "dataset", scenario.dataset, expected, details))
    for component in scenario.assumptions.rules:
        if component not in baseline.rules.components:
            expected = "a component of the rules"
            found.append(Problem("scenario", None, "assumptions.rules", component, expected))
    levels = {f"level:{level}" for level in LEVELS}
    seen: dict[tuple[str, str], int] = {}
    for number, change in enumerate(scenario.changes, 1):
        place = f"changes.{number}"
        if change.unit != "*" and change.unit not in levels and change.unit not in baseline.units:
            expected = "*, level:<level> or a unit of the dataset"
            found.append(Problem("scenario", None, f"{place}.unit", change.unit, expected))
        if change.component not in baseline.rules.components:
            expected = "a component of the rules"
            found.append(
                Problem("scenario", None, f"{place}.component", change.component, expected)
            )
        first = seen.setdefault((change.unit, change.component), number)
        if first != number:
            value = f"{change.component} {change.unit}"
            expected = "one change for a unit and component; changes {first} and {second} clash"
            clash: dict[str, object] = {"first": first, "second": number}
            found.append(Problem("scenario", None, place, value, expected, clash))
    return found


def assumed_rules(scenario: Scenario, baseline: Baseline) -> Baseline:
    """The baseline scored by the rules that the scenario assumes; itself where it assumes none."""
    edits = scenario.assumptions.rules
    if not edits:
        return baseline
    pairs = {name: (edit.max_points, edit.target_rate) for name, edit in edits.items()}
    return replace(baseline, rules=with_edits(baseline.rules, pairs))


def winners(scenario: Scenario, baseline: Baseline) -> npt.NDArray[np.intp]:
    """Which change meets each unit and component: (U, C) index into `changes`, -1 for none.

    The most specific wins: a unit before a level before all. A change for all moves the province's
    own figure too where its units don't add up to it. Raises DataError as `check` finds.
    """
    problems = check(scenario, baseline)
    if problems:
        raise DataError(problems)
    chosen = np.full(baseline.rate.shape, -1, dtype=np.intp)
    order = sorted(range(len(scenario.changes)), key=lambda i: (scenario.changes[i].rank, i))
    for index in order:
        change = scenario.changes[index]
        column = baseline.rules.index(change.component)
        chosen[scope_rows(change, baseline, column), column] = index
    return chosen


def scope_rows(change: Change, baseline: Baseline, column: int) -> npt.NDArray[np.bool_]:
    """The rows (U,) that a change is for, whether or not a more specific one meets them."""
    levels = np.array(baseline.level)
    if change.rank == 2:
        return np.array(baseline.units) == change.unit
    if change.rank == 1:
        return levels == change.unit.removeprefix("level:")
    return (levels != "province") if baseline.summed[column] else np.ones(len(levels), bool)


def give_way(scenario: Scenario, baseline: Baseline, change: Change) -> Scenario:
    """`set_change`, and where more specific changes leave it no unit, without these.

    A lever that somebody moves must move something. Raises DataError as `check` finds.
    """
    made = set_change(scenario, change)
    column = baseline.rules.index(change.component)
    rows = scope_rows(change, baseline, column)
    met = winners(made, baseline)[rows & np.isfinite(baseline.rate[:, column]), column]
    if not len(met) or (met == len(made.changes) - 1).any():  # it comes last
        return made
    for one in scenario.changes:
        inside = one.component == change.component and one.rank > change.rank
        if inside and rows[scope_rows(one, baseline, column)].all():
            made = without(made, one.unit, one.component)
    return made


def apply(scenario: Scenario, baseline: Baseline, rate: Array | None = None) -> Array:
    """The rates that units would have with the scenario's values, before any roll-up.

    `rate` (..., U, C) what it starts from, by default the baseline's rates. Returns the same shape.
    A rate that nothing is known of, or that has nothing to count, stays NaN.
    """
    start = baseline.rate if rate is None else rate
    chosen = winners(scenario, baseline)
    result = start.copy()
    for index, change in enumerate(scenario.changes):
        mask = chosen == index
        if mask.any():
            moved = move(change, start[..., mask], baseline.provincial[mask])
            result[..., mask] = moved
    return result


def move(change: Change, rate: Array, provincial: Array) -> Array:
    """One change on rates (..., K): `floor`, `set`, `add`, or `close_gap` (model, section 5).

    `provincial` (K,) is what the provincial portal counts, NaN where there is no pair.
    """
    if change.mode == "floor":
        moved = np.maximum(rate, change.value)
    elif change.mode == "set":
        moved = np.full_like(rate, change.value)
    elif change.mode == "add":
        moved = np.clip(rate + change.value, 0.0, 1.0) if change.value else rate
    else:
        gap = np.maximum(0.0, np.nan_to_num(provincial - rate))
        moved = rate + change.value * gap
    return np.where(np.isnan(rate), rate, moved)


def set_change(scenario: Scenario, change: Change) -> Scenario:
    """The scenario with this change, in the place of an earlier one of the same scope."""
    others = without(scenario, change.unit, change.component)
    return others.model_copy(update={"changes": (*others.changes, change)})


def without(scenario: Scenario, unit: str, component: str) -> Scenario:
    """The scenario without the change of one unit (or scope) and component."""
    kept = tuple(c for c in scenario.changes if (c.unit, c.component) != (unit, component))
    return scenario.model_copy(update={"changes": kept})
