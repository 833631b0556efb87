"""The data format as schemas: the columns of each table and the keys of `dataset.toml`."""

import datetime as dt
import math
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

import pandera.pandas as pa
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from core.dataset.tables import FIRST_DAY, LAST_DAY, OUT_OF_REACH, read_text
from core.problems import Problem

LEVELS = ("province", "department", "district", "commune")
PORTALS = ("national", "provincial")
PERIODS = ("year_to_date", "month", "week")
FARTHEST = 720  # days ahead: nobody can say more of the other provinces

_DATE = "datetime64[ns]"
_PERCENT = pa.Check.in_range(0, 100, error="a rate from 0 to 100%")
_POINTS = pa.Check.in_range(0, 100, error="points from 0 to 100")
_COUNT = pa.Check.ge(0, error="a count of 0 or more")
# the whole country files some 10^8 dossiers a year
_MOST = pa.Check.le(1e12, error="a count of at most 10^12")
# 597.918 may be meant as 597918, with a point between the thousands
_WHOLE = pa.Check(lambda count: count % 1 == 0, error="a whole number without separators")


def _text(*choices: str, nullable: bool = False, required: bool = True) -> pa.Column:
    checks = pa.Check.isin(choices, error=f"one of {', '.join(choices)}") if choices else None
    return pa.Column(str, checks, nullable=nullable, required=required)


def _number(*checks: pa.Check) -> pa.Column:
    return pa.Column(float, list(checks), nullable=True)


SOURCES = pa.DataFrameSchema(
    {
        "source": _text(),
        "title": _text(),
        "publisher": _text(nullable=True),
        "date": pa.Column(_DATE, nullable=True),
        "url": _text(nullable=True),
    }
)
UNITS = pa.DataFrameSchema(
    {
        "unit": pa.Column(
            str, pa.Check.str_matches(r"^[A-Za-z0-9._-]{1,64}$", error="letters, digits and . _ -")
        ),
        "name_vi": pa.Column(
            str, pa.Check.str_length(1, 200, error="a name of at most 200 characters")
        ),
        "level": _text(*LEVELS),
        "parent": _text(nullable=True),
        "volume_share": _number(pa.Check.in_range(0, 1, error="a share from 0 to 1")),
        "volume_source": _text(nullable=True),
    }
)
OBSERVATIONS = pa.DataFrameSchema(
    {
        "as_of": pa.Column(_DATE),
        "unit": _text(),
        "component": _text(),
        "portal": _text(*PORTALS),
        "numerator": _number(_COUNT, _MOST, _WHOLE),
        "denominator": _number(_COUNT, _MOST, _WHOLE),
        "rate_percent": _number(_PERCENT),
        "points": _number(_POINTS),
        "source": _text(),
        "note": _text(nullable=True),
    }
)
TARGETS = pa.DataFrameSchema(
    {
        "due": pa.Column(_DATE),
        "level": _text(*LEVELS, nullable=True),
        "unit": _text(nullable=True),
        "component": _text(),
        "rate_percent": pa.Column(float, _PERCENT),
        "source": _text(),
        "note": _text(nullable=True, required=False),
    }
)
FIELD = pa.DataFrameSchema(
    {
        "date": pa.Column(_DATE),
        "period": _text(*PERIODS, nullable=True, required=False),
        "province": _text(nullable=True),
        "transparency": _number(_POINTS),
        "progress": _number(_POINTS),
        "online": _number(_POINTS),
        "payment": _number(_POINTS),
        "satisfaction": _number(_POINTS),
        "digitization": _number(_POINTS),
        "total": _number(_POINTS),
        "rank": _number(pa.Check.ge(1, error="a rank of 1 or more")),
        "mean_total": _number(_POINTS),
        "source": _text(),
        "note": _text(nullable=True, required=False),
    }
)
COUNTS = pa.DataFrameSchema(
    {
        "as_of": pa.Column(_DATE),
        "unit": _text(),
        "quantity": _text(),
        "count": pa.Column(float, [_COUNT, _MOST]),
        "of": _number(_COUNT, _MOST),
        "source": _text(),
        "note": _text(nullable=True),
    }
)
VOLUMES = pa.DataFrameSchema(
    {
        "unit": _text(),
        "component": _text(),
        "volume_share": pa.Column(float, pa.Check.in_range(0, 1, error="a share from 0 to 1")),
        "source": _text(),
    }
)
UNIT_PRIORS = pa.DataFrameSchema(
    {
        "component": _text(),
        "level": _text(*LEVELS),
        "province_rate": pa.Column(float, pa.Check.in_range(0, 1, error="a rate from 0 to 1")),
        "offset": pa.Column(float, pa.Check.in_range(-1, 1, error="a number from -1 to 1")),
        "sd": pa.Column(float, pa.Check.gt(0, error="a number above 0")),
        "units": pa.Column(float, _COUNT),
        "source": _text(),
    }
)
UNIT_CORRELATIONS = pa.DataFrameSchema(
    {
        "component": _text(),
        "other": _text(),
        "correlation": pa.Column(float, pa.Check.in_range(-1, 1, error="a number from -1 to 1")),
        "units": pa.Column(float, _COUNT),
        "source": _text(),
    }
)
CONTRADICTIONS = pa.DataFrameSchema({"source": _text(), "vi": _text(), "en": _text()})


def is_in_reach(day: dt.date) -> bool:
    """Whether pandas holds a date, with room to reckon: the same span as in the tables."""
    return FIRST_DAY.date() <= day <= LAST_DAY.date()


def _in_reach(day: dt.date) -> dt.date:
    if not is_in_reach(day):
        raise ValueError(OUT_OF_REACH)
    return day


Day = Annotated[dt.date, AfterValidator(_in_reach)]


class Horizon(BaseModel):
    """A date to project to."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    date: Day


class Meta(BaseModel):
    """The keys of `dataset.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name_vi: Annotated[str, Field(min_length=1, max_length=200)]
    name_en: Annotated[str, Field(min_length=1, max_length=200)]
    province: str
    rule_set: str
    period_start: Day
    as_of: Day
    horizons: tuple[Horizon, ...]
    field_size: Annotated[int, Field(ge=2, le=1000)]
    published_rank: Annotated[int | None, Field(ge=1)] = None
    published_total: Annotated[float | None, Field(ge=0, le=100)] = None
    default: bool = False
    # what a published rate counts: the dossiers of the year to date, or those of its month; where
    # it is not known a scenario can assume either, and year to date is taken
    counting: Literal["year_to_date", "month", "unknown"] = "year_to_date"
    # how the province is called in the boards; by default its unit's name without "UBND tỉnh"
    field_name: str | None = None
    # published rates that the rule set gives no points for
    unscored: tuple[str, ...] = ()
    # share of the year's dossiers that falls in each month, twelve numbers; uniform when absent
    monthly_volume: Annotated[tuple[float, ...] | None, Field(min_length=12, max_length=12)] = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> "Meta":
        if self.period_start > self.as_of:
            raise ValueError("period_start on or before as_of")
        if any(horizon.date <= self.as_of for horizon in self.horizons):
            raise ValueError("every horizon after as_of")
        if any((horizon.date - self.as_of).days > FARTHEST for horizon in self.horizons):
            raise ValueError("every horizon within two years of as_of")
        keys = [horizon.key for horizon in self.horizons]
        if len(set(keys)) < len(keys):
            raise ValueError("every horizon's key once")
        if self.published_rank is not None and self.published_rank > self.field_size:
            raise ValueError("a published_rank of at most field_size")
        volume = self.monthly_volume
        if volume is not None and not (min(volume) >= 0 and 0 < sum(volume) < math.inf):
            raise ValueError("a monthly_volume of numbers from 0, not all 0")
        same_year = self.as_of.year == self.period_start.year
        last = self.as_of.month if same_year else 12
        if volume is not None and not any(volume[self.period_start.month - 1 : last]):
            raise ValueError("a monthly_volume above 0 in some month up to as_of")
        return self


def read_meta(path: Path) -> tuple[Meta | None, list[Problem]]:
    """Read and check `dataset.toml`."""
    text, problems = read_text(path)
    if text is None:
        return None, problems
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return None, [Problem(path.name, None, None, None, "TOML ({reason})", {"reason": error})]
    try:
        return Meta.model_validate(data), []
    except ValidationError as error:
        return None, validation_problems(error, path.name, text)


# Pydantic's words are English only; these have the reader's. Their fields are of the error's `ctx`.
REASONS = {
    "missing": "this key; it is missing",
    "extra_forbidden": "only known keys",
    "greater_than_equal": "a number of at least {ge}",
    "greater_than": "a number above {gt}",
    "less_than_equal": "a number of at most {le}",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "string_type": "text",
    "string_too_short": "at least {min_length} character(s)",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "text of the form {pattern}",
    "too_short": "at least {min_length} entries",
    "too_long": "at most {max_length} entries",
    "literal_error": "one of {expected}",
    "date_type": "a date as YYYY-MM-DD",
    "date_parsing": "a date as YYYY-MM-DD",
    "date_from_datetime_parsing": "a date as YYYY-MM-DD",
    "date_from_datetime_inexact": "a date as YYYY-MM-DD",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "names and values in braces",
    "model_type": "names and values in braces",
    "json_invalid": "a scenario in JSON",
}


def validation_problems(error: ValidationError, file: str, text: str = "") -> list[Problem]:
    """Pydantic's errors as problems; the line is where the key first stands in `text`.

    Entries of a list are counted from 1.
    """
    found, lines = [], key_lines(text)
    for item in error.errors(include_url=False):
        parts = [part + 1 if isinstance(part, int) else part for part in item["loc"]]
        key = ".".join(str(part) for part in parts) or None
        # what concerns several keys is told where the first of them stands
        named = item["loc"][:1] or re.findall(r"\w+", item["msg"])
        line = next((lines[str(name)] for name in named if str(name) in lines), None)
        value = None if isinstance(item["input"], dict) else str(item["input"])
        limits = {name: _plain(value) for name, value in item.get("ctx", {}).items()}
        context = {**limits, "reason": item["msg"].removeprefix("Input should be ")}
        expected = REASONS.get(item["type"], "{reason}")
        if item["type"] == "value_error":
            expected = item["msg"].removeprefix("Value error, ")
        found.append(Problem(file, line, key, value, expected, context))
    return found


def key_lines(text: str) -> dict[str, int]:
    """The line of each top-level key of a TOML text."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if named := re.match(r"(\w+)\s*=", line):
            found.setdefault(named[1], number)
    return found


def _plain(value: object) -> object:
    """A limit as it is written: `1` for 1.0, and choices without an English "or"."""
    if isinstance(value, float):
        return f"{value:g}"
    return value.replace(" or ", ", ") if isinstance(value, str) else value
