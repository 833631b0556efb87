"""The sheet of keys becomes `dataset.toml`; what a person left empty follows from the rest."""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from core.dataset.schema import is_in_reach
from core.imports.files.grid import Grid, letters
from core.imports.folder.keys import toml
from core.imports.moments import YEAR, find_date
from core.imports.plan import ImportPlan
from core.imports.reading import PEOPLES
from core.imports.template.cells import DAY_CODES, NUMBER_CODES, text_of_code
from core.imports.template.words_vi import IN_VIETNAMESE
from core.imports.vocabulary import vocabulary
from core.problems import Problem

_VALUE = 2  # the column of values; codes stand in the first
_PAIR = re.compile(r"([a-z][a-z0-9_]*)\s*=\s*(.+)")


def read_keys(
    grid: Grid, file: str, faults: list[Problem]
) -> tuple[dict[str, str], dict[str, str]]:
    """The keys as texts, and the cell of each."""
    found: dict[str, str] = {}
    places: dict[str, str] = {}
    for line, row in enumerate(grid.rows, 1):
        key = str(row[0] or "").strip() if row else ""
        if key not in IN_VIETNAMESE.key_names:
            continue
        places[key] = f"{grid.name}!{letters(_VALUE)}{line}"
        where = f"{file}, {places[key]}"
        if shown := grid.errors.get((line, _VALUE)):
            expected = "a value; the cell shows an error"
            faults.append(Problem(where, None, None, shown, expected))
        elif text := text_of_code(key, row[_VALUE] if len(row) > _VALUE else None, where, faults):
            found[key] = text
    for key in ("province", "as_of"):
        if key not in found:
            place = places.get(key, grid.name)
            faults.append(Problem(f"{file}, {place}", None, None, "", "a value; it is empty"))
    return found, places


def key_values(texts: Mapping[str, str], name: str, is_new: bool) -> dict[str, Any]:
    """The keys as values of TOML; of a new dataset what is empty follows from the rest and `name`,
    what the province is called. What can't be read stays text, for the checks to name."""
    day = _day(texts.get("as_of", ""))
    given = {key: _value(key, text) for key, text in texts.items()}
    if day is None or not is_new:
        return given
    total, rank = given.get("published_total"), given.get("published_rank")
    plan = ImportPlan(
        PEOPLES, (), texts.get("province", ""), name, texts.get("rule_set", ""), day, YEAR,
        published_rank=rank if isinstance(rank, int) else None,
    )  # fmt: skip
    usual = tomllib.loads(toml(plan))
    return usual | given | ({} if total is None else {"published_total": total})


def province_name(texts: Mapping[str, str]) -> str:
    """What the province is called: as the person says, else as its code tells."""
    code = texts.get("province", "")
    return texts.get("field_name") or vocabulary().provinces.get(code, code)


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_in_reach(day) else None


def _value(key: str, text: str) -> Any:
    if key in DAY_CODES:
        return _day(text) or text
    if key in NUMBER_CODES:
        number = float(text)
        return int(number) if number.is_integer() and key != "published_total" else number
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if key == "horizons":
        return [_horizon(part) for part in parts]
    if key == "unscored":
        return parts
    if key == "monthly_volume":
        return [_float(part) for part in parts]
    return text


def _horizon(part: str) -> Any:
    found = _PAIR.fullmatch(part)
    return {"key": found[1], "date": find_date(found[2]) or found[2]} if found else part


def _float(text: str) -> Any:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text
