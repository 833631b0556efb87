"""Which levers the panel shows, in which order, and what it says beside each."""

import zlib
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from core.index.coupling import UNCOUPLED, followers, partners
from core.index.rollup import PROVINCE, Baseline, Outcome
from core.levers.leverage import LeverValue, lever_value, scope_rate
from core.levers.pull import Pull, position_of
from core.scenario.model import Change, Mode, Scenario, phases
from pages.parts.shared.named import who_name
from pages.parts.simulate.scope import Scope
from pages.parts.state import session
from pages.parts.state.cases import seen
from pages.parts.words import text
from pages.parts.words.names import component_name, confidence_name, family_name, mode_words
from pages.parts.words.text import t

SHOWN = 5  # levers that fit a projector's screen; the others are folded


@dataclass(frozen=True)
class Lever:
    """A lever that can be moved here: `column` its component, `rows` (U,) what it moves, `value`
    what it is worth as things stand with the scenario, `room` the points it can win without one,
    `change` the one that all units of its scope share."""

    column: int
    pull: Pull
    rows: np.ndarray
    value: LeverValue
    room: float
    change: Change | None

    @property
    def at(self) -> float:
        """Where the thumb stands, as a fraction."""
        place = position_of(self.pull, self.change) if self.change else None
        return self.pull.neutral if place is None else place


def sort_out(scope: Scope, after: Outcome) -> tuple[list[Lever], list[str]]:
    """The levers of a scope, those with most points to be won first; and why the other components
    are none here, a sentence for each reason."""
    baseline, scenario = session.case().baseline, session.scenario()
    found: list[Lever] = []
    none: dict[str, list[str]] = {}
    for column in range(len(baseline.rules.components)):
        lever = _lever(scope, baseline, scenario, after, column)
        if isinstance(lever, str):
            none.setdefault(lever, []).append(component_name(baseline.rules, column))
        else:
            found.append(lever)
    # by what there is to win without the scenario: a lever that is moved stays where it is
    found.sort(key=lambda one: -round(one.room, 6))
    return found, [f"{reason} {', '.join(names)}." for reason, names in none.items()]


def in_view(levers: list[Lever], more: bool) -> list[Lever]:
    """Those that are shown: the first ones, those that planners ask about (the rules say which) as
    long as there are points to win, what is changed; or all."""
    if more:
        return levers
    rules = session.case().baseline.rules
    # of two that count the same dossiers the second moves along
    second = followers(rules)
    able = [one for one in levers if one.room > 0 and not second[one.column]]
    asked = [one for one in able if one.pull.component in rules.first]
    columns = {one.column for one in [*able[:SHOWN], *asked]}
    return [one for one in levers if one.column in columns or one.change is not None]


def _lever(
    scope: Scope, baseline: Baseline, scenario: Scenario, after: Outcome, column: int
) -> Lever | str:
    component = baseline.rules.components[column]
    if not baseline.summed[column]:
        mode: Mode = "floor" if scope.mode == "close_gap" else scope.mode
        scope = replace(scope, units=(baseline.units[PROVINCE],), mode=mode)
    rows = scope.rows(baseline)
    stands, room = _ground(baseline.dataset_id, baseline.version, scope.units, column)
    other = partner(baseline, column)
    own_way = any(one.component == other for one in scenario.changes)
    value = _value(baseline, after.rate, column, rows, own_way)
    if not np.isfinite(stands) or not value.known:
        return t("Not published, so these cannot be computed here:")
    if scope.mode == "close_gap" and not _has_gap(baseline, column, rows):
        return t("No pair of figures from both portals here, so there is no gap to close:")
    neutral = round(stands, 3)
    timing = (scope.start, scope.ramp_weeks, scope.end)
    pull = Pull(scope.units, component, scope.mode, neutral, *timing)
    return Lever(column, pull, rows, value, room, _change(scope, scenario, component))


def _value(
    baseline: Baseline, rate: np.ndarray, column: int, rows: np.ndarray, own_way: bool
) -> LeverValue:
    """`lever_value`, which a move changes for one or two of twenty levers."""
    read = [column, max(0, int(partners(baseline.rules)[column]))]
    whose = baseline.dataset_id, baseline.version
    return _valued(*whose, column, own_way, rows.tobytes(), rate[:, read].tobytes())


@lru_cache(maxsize=1000)
def _valued(
    dataset: str, version: str, column: int, own_way: bool, rows: bytes, rates: bytes
) -> LeverValue:
    baseline = seen.cases()[dataset].baseline
    read = [column, max(0, int(partners(baseline.rules)[column]))]
    rate = np.full(baseline.rate.shape, np.nan)
    rate[:, read] = np.frombuffer(rates).reshape(len(rate), 2)
    found = np.frombuffer(rows, dtype=bool)
    return lever_value(baseline, rate, column, found, by_itself=own_way)


@lru_cache(maxsize=2000)
def _ground(dataset: str, version: str, units: tuple[str, ...], column: int) -> tuple[float, float]:
    """Without a scenario: the rate of a scope, and the points that its lever can win."""
    baseline = seen.cases()[dataset].baseline
    rows = Scope(units, "floor", None, 0.0).rows(baseline)
    stands = scope_rate(baseline, baseline.rate, column, rows)
    return stands, lever_value(baseline, baseline.rate, column, rows).room


def partner(baseline: Baseline, column: int) -> str | None:
    """The component that counts the same dossiers, where it can be moved here too."""
    pair = int(partners(baseline.rules)[column])
    known = pair != UNCOUPLED and bool(np.isfinite(baseline.rate[:, pair]).any())
    return baseline.rules.components[pair] if known else None


def _has_gap(baseline: Baseline, column: int, rows: np.ndarray) -> bool:
    return bool((baseline.provincial[rows, column] > baseline.rate[rows, column]).any())


def _change(scope: Scope, scenario: Scenario, component: str) -> Change | None:
    """The change that all units of the scope share in the end, if there is one."""
    turns = [phases(scenario, unit, component) for unit in scope.units]
    found = [turn[-1] for turn in turns if turn]
    same = len({(c.mode, c.value) for c in found}) == 1 and len(found) == len(scope.units)
    return found[0] if same else None


def token(scope: Scope) -> str:
    """A mark of a scope: what is moved while another one is still being drawn does nothing rather
    than move the wrong units."""
    whole = "+".join((session.case().dataset.id, scope.mode, *scope.units))
    return f"{zlib.crc32(whole.encode()):x}"


def who(lever: Lever) -> str:
    """The family of a lever, and who moves it."""
    rules = session.case().baseline.rules
    return f"{family_name(rules.lever_family[lever.column])} · {who_name(rules.who[lever.column])}"


def doing(lever: Lever) -> str:
    """What its change does, in words."""
    change = lever.change
    if change is None:
        return ""
    return mode_words(change.mode, change.value, 1)


def notes(lever: Lever, after: Outcome) -> list[str]:
    """What must be known beside a lever: what moves along, and who else moves it."""
    baseline = session.case().baseline
    said = [capped(baseline, lever.column)] if lever.value.capped else []
    change = lever.change
    turns = change and len(phases(session.scenario(), change.unit, change.component))
    if change and (change.end != lever.pull.end or (turns or 0) > 1):
        said.append(t("Changes with dates of their own: the slider puts one in their place."))
    if other := partner(baseline, lever.column):
        own_way = any(one.component == other for one in session.scenario().changes)
        reached = scope_rate(baseline, after.rate, lever.column, lever.rows)
        follows = own_way and lever.change is None
        said.append(_same_dossiers(other, follows, lever.pull.stands, reached))
    if count := elsewhere(session.scenario(), lever.pull.units, lever.pull.component):
        said.append(
            t("Changes of this in other scopes: {count}; the narrower one holds.", count=count)
        )
    return said


def _same_dossiers(other: str, follows: bool, stands: float, reached: float) -> str:
    """What moves along, as long as the scenario does not set both."""
    rules = session.case().dataset.rules
    name = component_name(rules, rules.index(other))
    if follows:
        return t(
            "Follows “{other}”, the same dossiers: {stands} → {reached}.",
            other=name,
            stands=text.percent(stands, 1),
            reached=text.percent(reached, 1),
        )
    return t("The same dossiers as “{other}”: it moves along unless it is set too.", other=name)


def capped(baseline: Baseline, column: int) -> str:
    """That there is nothing to win any more, and how the cap is known."""
    rules = baseline.rules
    assumed = rules.confidence[column] not in ("official", "fitted")
    how = confidence_name(rules.confidence[column])
    return t(
        "Maximum points: the province already earns all {points} from {target} on{mark}. "
        "A higher rate adds none.",
        points=text.points(rules.max_points[column]),
        target=text.percent(rules.target_rate[column], 0),
        mark=" " + t("(this threshold: {how}, not published)", how=how) if assumed else "",
    )


def elsewhere(scenario: Scenario, units: tuple[str, ...], component: str) -> int:
    """How many changes of a component other scopes have."""
    return sum(c.component == component and c.unit not in units for c in scenario.changes)
