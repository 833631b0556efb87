"""A scenario: only what differs from the baseline; as a file, as a link, and applied to rates."""

import datetime as dt
from dataclasses import replace

import numpy as np

from core.arrays import Array, Mask, Rows
from core.index.rollup import PROVINCE, Baseline
from core.index.rules import with_edits
from core.problems import DataError, Problem
from core.scenario.model import MODES, Change, Mode, Scenario, overlap, set_change, without
from core.scenario.scope import A_SCOPE, ALL, is_scope, rows_within


def check_scenario(scenario: Scenario, baseline: Baseline) -> list[Problem]:
    """What makes a scenario impossible on this baseline: unknown names, two equal changes."""
    found = []
    if scenario.dataset != baseline.dataset_id:
        expected, details = "the dataset {dataset}", {"dataset": baseline.dataset_id}
        found.append(Problem("scenario", None, "dataset", scenario.dataset, expected, details))
    for component in scenario.assumptions.rules:
        if component not in baseline.rules.components:
            expected = "a component of the rules"
            found.append(Problem("scenario", None, "assumptions.rules", component, expected))
    seen: dict[tuple[str, str], list[int]] = {}
    for number, change in enumerate(scenario.changes, 1):
        place = f"changes.{number}"
        if not is_scope(change.unit, baseline):
            found.append(Problem("scenario", None, f"{place}.unit", change.unit, A_SCOPE))
        if change.component not in baseline.rules.components:
            expected = "a component of the rules"
            found.append(
                Problem("scenario", None, f"{place}.component", change.component, expected)
            )
        same = seen.setdefault((change.unit, change.component), [])
        clashing = [n for n in same if overlap(scenario.changes[n - 1].span, change.span)]
        if clashing:
            value = f"{change.component} {change.unit}"
            expected = "one change for a unit and component; changes {first} and {second} clash"
            clash: dict[str, object] = {"first": clashing[0], "second": number}
            found.append(Problem("scenario", None, place, value, expected, clash))
        same.append(number)
    return found


def assumed_rules(scenario: Scenario, baseline: Baseline) -> Baseline:
    """The baseline scored by the rules that the scenario assumes; itself where it assumes none."""
    edits = scenario.assumptions.rules
    if not edits:
        return baseline
    pairs = {name: (edit.max_points, edit.target_rate) for name, edit in edits.items()}
    return replace(baseline, rules=with_edits(baseline.rules, pairs))


def winners(scenario: Scenario, baseline: Baseline) -> Rows:
    """Which change meets each unit and component last: (U, C) index into `changes`, -1 for none.

    The most specific wins: a unit before a level before all. A change for all moves the province's
    own figure too where its units don't add up to it. Raises DataError as `check_scenario` finds.
    """
    found = layers(scenario, baseline)
    chosen = found[0]
    for layer in found[1:]:
        chosen = np.where(layer >= 0, layer, chosen)
    return chosen


def layers(scenario: Scenario, baseline: Baseline) -> list[Rows]:
    """The changes that meet each unit and component in turn, at least one (U, C) array.

    The first array holds the index into `changes` of the first of them, the next of the second, -1
    where there is none. A narrower change takes the place of every wider one with which it shares a
    day, wholly; those that follow each other in time stay. Raises DataError as `check_scenario`
    finds.
    """
    problems = check_scenario(scenario, baseline)
    if problems:
        raise DataError(problems)
    found = [np.full(baseline.rate.shape, -1, dtype=np.intp)]
    by_column: dict[int, list[int]] = {}
    for index, change in enumerate(scenario.changes):
        by_column.setdefault(baseline.rules.index(change.component), []).append(index)
    for column, indices in by_column.items():
        depth = np.zeros(len(baseline.units), dtype=np.intp)
        for index, held in sorted(
            _held(scenario, baseline, column, indices), key=lambda one: _in_time(scenario, one[0])
        ):
            reached = depth[held]
            for deep in range(int(reached.max(initial=-1)) + 1):
                if deep == len(found):
                    found.append(np.full(baseline.rate.shape, -1, dtype=np.intp))
                found[deep][held[reached == deep], column] = index
            depth[held] += 1
    return found


def _in_time(scenario: Scenario, index: int) -> tuple[dt.date, int]:
    return scenario.changes[index].span[0], index


def _held(
    scenario: Scenario, baseline: Baseline, column: int, indices: list[int]
) -> list[tuple[int, Rows]]:
    """Each of the changes of a component with the rows that no narrower one takes from it."""
    found: list[tuple[int, Rows]] = []
    changes = scenario.changes
    widths = sorted({changes[index].specificity for index in indices})
    for index in indices:
        one = changes[index]
        if one.unit in baseline.rows:  # a unit's: nothing is narrower
            found.append((index, np.array([baseline.rows[one.unit]])))
            continue
        held = scope_rows(one, baseline, column)
        if one.specificity != widths[-1]:
            for other in indices:
                narrower = changes[other].specificity > one.specificity
                if narrower and overlap(changes[other].span, one.span):
                    held &= ~scope_rows(changes[other], baseline, column)
        found.append((index, np.flatnonzero(held)))
    return found


def scope_rows(change: Change, baseline: Baseline, column: int) -> Mask:
    """The rows (U,) that a change is for, whether or not a more specific one meets them."""
    rows = rows_within(change.unit, baseline)
    if change.unit == ALL:
        rows[PROVINCE] &= not baseline.summed[column]
    return rows


def give_way(scenario: Scenario, baseline: Baseline, change: Change) -> Scenario:
    """`set_change`, and where more specific changes leave it no unit, without these.

    A lever that somebody moves must move something. Raises DataError as `check_scenario` finds.
    """
    made = set_change(scenario, change)
    column = baseline.rules.index(change.component)
    rows = scope_rows(change, baseline, column)
    met = winners(made, baseline)[rows & np.isfinite(baseline.rate[:, column]), column]
    if not len(met) or (met == len(made.changes) - 1).any():  # it comes last
        return made
    for one in scenario.changes:
        inside = one.component == change.component and one.specificity > change.specificity
        if inside and rows[scope_rows(one, baseline, column)].all():
            made = without(made, one.unit, one.component)
    return made


def apply(scenario: Scenario, baseline: Baseline, rate: Array | None = None) -> Array:
    """The rates that units would have with the scenario's values, before any roll-up.

    `rate` (..., U, C) what it starts from, by default the baseline's rates. Returns the same shape.
    A rate that nothing is known of, or that has nothing to count, stays NaN.
    """
    start = baseline.rate if rate is None else rate
    return apply_layer(scenario, baseline, start, winners(scenario, baseline))


def apply_layer(scenario: Scenario, baseline: Baseline, start: Array, chosen: Rows) -> Array:
    """`apply` with the change (U, C) that is chosen for each rate, -1 for none."""
    result, changes = start.copy(), scenario.changes
    # the live panel puts a whole array of values, one a place of the thumb, into a change
    alone = [n for n, change in enumerate(changes) if not isinstance(change.value, int | float)]
    value = np.array([0.0 if n in alone else one.value for n, one in enumerate(changes)] + [0.0])
    mode = np.array(
        [-1 if n in alone else MODES.index(one.mode) for n, one in enumerate(changes)] + [-1]
    )[chosen]
    for number in np.unique(mode[mode >= 0]):
        mask = mode == number
        made = value[chosen[mask]]
        result[..., mask] = shift(MODES[number], made, start[..., mask], baseline.provincial[mask])
    for index in alone:
        mask = chosen == index
        result[..., mask] = move(changes[index], start[..., mask], baseline.provincial[mask])
    return result


def move(change: Change, rate: Array, provincial: Array) -> Array:
    """One change on rates (..., K): `floor`, `set`, `add`, or `close_gap` (model, section 5).

    `attain` is a floor here: as if the units had already come where they have to be on its last
    day. What it asks of new dossiers is told in `core/outlook/phases.py`.

    `provincial` (K,) is what the provincial portal counts, NaN where there is no pair.

    >>> rate, provincial = np.array([0.25, 0.75]), np.array([0.5, np.nan])
    >>> def moved(mode, value):
    ...     change = Change(unit="*", component="digitized", mode=mode, value=value)
    ...     return move(change, rate, provincial).tolist()
    >>> moved("floor", 0.5), moved("set", 0.5), moved("add", 0.5), moved("close_gap", 1)
    ([0.5, 0.75], [0.5, 0.5], [0.75, 1.0], [0.5, 0.75])
    """
    return shift(change.mode, change.value, rate, provincial)


def shift(mode: Mode, value: float | Array, rate: Array, provincial: Array) -> Array:
    """What a mode makes of rates (..., K); `value` one number, or an array that broadcasts."""
    if mode in ("floor", "attain"):
        moved = np.maximum(rate, value)
    elif mode == "set":
        moved = np.zeros_like(rate) + value
    elif mode == "add":
        moved = np.where(np.equal(value, 0), rate, np.clip(rate + value, 0.0, 1.0))
    else:
        gap = np.maximum(0.0, np.nan_to_num(provincial - rate))
        moved = rate + value * gap
    return np.where(np.isnan(rate), rate, moved)
