"""A viewer's way through scenarios: states, a log of what was done, and both as JSON to keep.

Nothing here knows of the screen, the clock or the store.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from core.scenario.model import Change, Scenario

MAX_STEPS = 100  # who takes back more opens what was saved; each is kept anew at every move
# of how a state came to be shown; "start" is the state that the log begins with
Kind = Literal["start", "change", "undo", "redo", "reset", "open", "return"]


@dataclass(frozen=True)
class Entry:
    """One thing done: when (UTC), how, and the scenario shown afterwards."""

    at: datetime
    kind: Kind
    scenario: Scenario


@dataclass(frozen=True)
class Origin:
    """The saved version that the working scenario was opened from or last saved as."""

    scenario_id: str
    number: int
    name: str
    content: Scenario


@dataclass
class History:
    """All states a viewer's scenario went through, and which one is shown.

    `log` begins with a "start" entry and is never cut by an undo; `origin` is None while the
    scenario has no name in the store.
    """

    steps: list[Scenario]
    at: int = 0
    log: list[Entry] = field(default_factory=list)
    origin: Origin | None = None

    @property
    def now(self) -> Scenario:
        return self.steps[self.at]

    @property
    def is_saved(self) -> bool:
        """Whether what is shown is what the store has under its name."""
        return self.origin is not None and same_effect(self.now, self.origin.content)

    def push(self, scenario: Scenario) -> None:
        if scenario != self.now:
            self.steps = [*self.steps[: self.at + 1], scenario][-MAX_STEPS:]
            self.at = len(self.steps) - 1

    def record(self, at: datetime, kind: Kind) -> None:
        """Write down that the present state came to be shown."""
        self.log = latest([*self.log, Entry(at, kind, self.now)], MAX_STEPS)


def same_effect(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios differ in nothing but their title, author, note and data version."""
    return (one.changes, one.assumptions) == (other.changes, other.assumptions)


def latest(log: list[Entry], count: int) -> list[Entry]:
    """The last `count` entries; the first of them becomes the start."""
    return [replace(entry, kind="start") for entry in log[-count:][:1]] + log[-count:][1:]


def shortened(past: History) -> History:
    """About half of a history: its older half left out, the present state kept."""
    drop = min(past.at, (len(past.steps) + 1) // 2)
    steps = past.steps[drop:] if drop else past.steps[: max(1, len(past.steps) // 2)]
    log = latest(past.log, max(1, len(past.log) // 2))
    return replace(past, steps=steps, at=past.at - drop, log=log)


# --- as JSON: every change and every scenario once, the rest as numbers --------------------------

_Number = Annotated[int, Field(ge=0)]
_STRICT = ConfigDict(extra="forbid", frozen=True)


class _Kept(BaseModel):
    """A scenario without its changes, and the numbers of these."""

    model_config = _STRICT
    rest: Scenario
    changes: list[_Number] = []


class _Origin(BaseModel):
    model_config = _STRICT
    scenario_id: str
    number: int
    name: str
    content: _Number


class _History(BaseModel):
    model_config = _STRICT
    changes: list[Change]
    scenarios: list[_Kept]
    steps: Annotated[list[_Number], Field(min_length=1)]
    at: _Number
    log: list[tuple[datetime, Kind, _Number]]
    origin: _Origin | None = None


_ALL = TypeAdapter(list[_History])
_LOG = TypeAdapter(list[tuple[datetime, Kind, _Number]])


def pack(histories: Iterable[History], limit: int) -> str:
    """Histories as a JSON array of at most `limit` bytes: the oldest states are left out first.

    The present states alone may be longer; then they are returned as they are.
    """
    kept = list(histories)
    while True:
        text = f"[{','.join(map(_packed, kept))}]"
        if len(text.encode()) <= limit or (shorter := list(map(shortened, kept))) == kept:
            return text
        kept = shorter


def _packed(past: History) -> str:
    """A `_History` as JSON, put together from the JSON of its parts: a long history is written at
    every change, and an object of every part to be checked takes four times as long."""
    changes: dict[Change, int] = {}
    scenarios: list[str] = []
    known: dict[int, int] = {}  # by id: steps and log share their scenarios
    rests: dict[tuple[int, ...], str] = {}  # by ids too: most scenarios differ in changes alone

    def number(scenario: Scenario) -> int:
        if id(scenario) not in known:
            known[id(scenario)] = len(scenarios)
            inside = [changes.setdefault(change, len(changes)) for change in scenario.changes]
            same = tuple(id(value) for name, value in scenario if name != "changes")
            if same not in rests:
                rests[same] = scenario.model_dump_json(exclude={"changes"}, exclude_defaults=True)
            scenarios.append(f'{{"rest":{rests[same]},"changes":{json.dumps(inside)}}}')
        return known[id(scenario)]

    parts = {
        "steps": json.dumps([number(step) for step in past.steps]),
        "at": str(past.at),
        "log": _LOG.dump_json(
            [(entry.at, entry.kind, number(entry.scenario)) for entry in past.log]
        ).decode(),
    }
    if found := past.origin:
        parts["origin"] = _Origin(
            scenario_id=found.scenario_id,
            number=found.number,
            name=found.name,
            content=number(found.content),
        ).model_dump_json()
    held = ",".join(change.model_dump_json(exclude_defaults=True) for change in changes)
    parts |= {"changes": f"[{held}]", "scenarios": f"[{','.join(scenarios)}]"}
    return "{" + ",".join(f'"{name}":{part}' for name, part in parts.items()) + "}"


def unpack(text: str, fits: Callable[[Scenario], bool]) -> tuple[list[History], int]:
    """What `pack` wrote, and how many states were left out because they do not fit (any more).

    Raises ValueError where it is not what `pack` writes.
    """
    lost = 0
    histories = []
    for packed in _ALL.validate_json(text):
        try:
            past, dropped = _unpacked(packed, fits)
        except IndexError:
            raise ValueError("a number without its scenario or change") from None
        lost += dropped
        histories += [past] if past else []
    return histories, lost


def _unpacked(packed: _History, fits: Callable[[Scenario], bool]) -> tuple[History | None, int]:
    def whole(kept: _Kept) -> Scenario | None:
        changes = tuple(packed.changes[number] for number in kept.changes)
        scenario = kept.rest.model_copy(update={"changes": changes})
        return scenario if fits(scenario) else None

    scenarios = [whole(kept) for kept in packed.scenarios]
    lost = sum(scenario is None for scenario in scenarios)
    steps = [scenarios[number] for number in packed.steps]
    if packed.at >= len(steps):
        raise IndexError(packed.at)
    fitting = [step for step in steps if step]
    if not fitting:
        return None, lost
    at = max(0, sum(step is not None for step in steps[: packed.at + 1]) - 1)
    log = [Entry(when, kind, found) for when, kind, n in packed.log if (found := scenarios[n])]
    kept = packed.origin
    content = scenarios[kept.content] if kept else None
    origin = Origin(kept.scenario_id, kept.number, kept.name, content) if kept and content else None
    return History(fitting, at, latest(log, MAX_STEPS), origin), lost
