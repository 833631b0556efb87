"""Scenarios as files and as links: versioned JSON, packed for an address."""

import base64
import binascii
import json
import zlib
from typing import Any

from pydantic import ValidationError

from core.dataset.schema import validation_problems
from core.problems import DataError, Problem
from core.scenario.model import Scenario

FORMAT = 2
"""The version that is written; version 1, without `end` and `attain`, is read and upgraded."""


LARGEST_SCENARIO = 1_000_000


LONGEST_LINK = 16_000


def dump(scenario: Scenario, indent: int | None = 2) -> str:
    """The scenario as JSON text; what is at its default is left out."""
    data = scenario.model_dump(mode="json", exclude_defaults=True)
    data = {"version": scenario.version, **data}
    return json.dumps(data, ensure_ascii=False, indent=indent)


def parse(text: str | bytes, file: str = "scenario") -> Scenario:
    """Read a scenario's JSON. Raises DataError with all problems at once."""
    data = json_object(text, file, LARGEST_SCENARIO, _TOO_LARGE, "a scenario in JSON")
    found = data.get("version")
    if type(found) is not int or not 1 <= found <= FORMAT:  # True == 1 == 1.0
        details = {"version": FORMAT}
        raise DataError([Problem(file, None, "version", str(found), "version {version}", details)])
    if problems := _too_new(data, file) if found < FORMAT else []:
        raise DataError(problems)
    data["version"] = FORMAT
    try:
        return Scenario.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise DataError(validation_problems(error, file)) from None


_TOO_LARGE = "a scenario of at most {limit} kB, found {size} kB"


def json_object(
    text: str | bytes, file: str, largest: int, too_large: str, expected: str
) -> dict[str, Any]:
    """The object of a JSON text of at most `largest` bytes. Raises DataError, in these words."""
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > largest:
        details = {"limit": largest // 1000, "size": len(raw) // 1000}
        raise DataError([Problem(file, None, None, None, too_large, details)])
    try:
        decoded = raw.decode("utf-8-sig")
        data = json.loads(decoded, parse_constant=_no_constant, object_pairs_hook=_keys_once)
    except UnicodeDecodeError:
        raise DataError([Problem(file, None, None, None, "text in UTF-8")]) from None
    except KeyError as error:
        raise DataError([Problem(file, None, error.args[0], None, "every key once")]) from None
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise DataError([Problem(file, line, None, None, expected)]) from None
    if not isinstance(data, dict):
        raise DataError([Problem(file, None, None, None, expected)])
    return data


def _too_new(data: dict[str, Any], file: str) -> list[Problem]:
    """What a file of version 1 may not hold yet: a reader of that time would refuse it."""
    changes = data.get("changes")
    return [
        Problem(file, None, f"changes.{number}.end", f"{one['end']}", "only known keys")
        for number, one in enumerate(changes if isinstance(changes, list) else [], 1)
        if isinstance(one, dict) and "end" in one
    ]


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
    """The scenario as text that is safe in an address: version, dot, packed JSON.

    >>> plan = Scenario(dataset="phu_tho_2026", title="Quý IV")
    >>> to_link(plan)[:2], set(to_link(plan)) & set("+/=&? ")
    ('2.', set())
    """
    packed = zlib.compress(dump(scenario, indent=None).encode(), 9)
    return f"{FORMAT}." + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def from_link(text: str) -> Scenario:
    """Read what `to_link` wrote. Raises DataError when it is damaged, too long or of no version.

    >>> from_link(to_link(Scenario(dataset="phu_tho_2026", title="Quý IV"))).title
    'Quý IV'
    >>> from_link("2.abc")
    Traceback (most recent call last):
    core.problems.DataError: link: expected a complete link of this program
    """
    expected = "a complete link of this program"
    version, dot, packed = text.partition(".")
    if not dot or len(text) > LONGEST_LINK:
        raise DataError([Problem("link", None, None, None, expected)])
    if version not in [str(number) for number in range(1, FORMAT + 1)]:
        details = {"version": FORMAT}
        raise DataError([Problem("link", None, "version", version, "version {version}", details)])
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(raw, LARGEST_SCENARIO)
        if not unpacker.eof or unpacker.unused_data:
            raise ValueError("cut off")
    except (binascii.Error, ValueError, zlib.error):
        raise DataError([Problem("link", None, None, None, expected)]) from None
    return parse(content, "link")
