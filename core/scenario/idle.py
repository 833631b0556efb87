"""What a scenario asks for that moves nothing: possible, unusual, and so said and not refused."""

from collections.abc import Iterator

import numpy as np

from core.arrays import Mask
from core.index.rollup import PROVINCE, Baseline
from core.problems import Problem
from core.scenario.apply import scope_rows
from core.scenario.model import Change, Scenario

NOTHING = "a unit with a rate of its own in this component; this change moves nothing"
NO_PAIR = "a rate on the provincial portal too; without it there is no gap to close"
OWN_ONLY = "units whose figures add up to the province's; this change moves their own scores only"
NO_RATE = "a component with a published rate; other rules for this one move nothing"


def idle(scenario: Scenario, baseline: Baseline) -> list[Problem]:
    """The changes and the what-ifs on rules that do nothing, or nothing for the province.

    The scenario fits the baseline (`check_scenario`).
    """
    changes, moves = enumerate(scenario.changes, 1), baseline.whole_share > 0
    found = [problem for n, one in changes for problem in _of_change(n, one, baseline, moves)]
    for component in scenario.assumptions.rules:
        if not baseline.carried[PROVINCE, baseline.rules.index(component)]:
            found.append(Problem("scenario", None, "assumptions.rules", component, NO_RATE))
    return found


def _of_change(number: int, change: Change, baseline: Baseline, moves: Mask) -> Iterator[Problem]:
    """What is idle about a change; `moves` (U, C) the rates that move the province's."""
    column = baseline.rules.index(change.component)
    live = scope_rows(change, baseline, column) & np.isfinite(baseline.rate[:, column])
    if baseline.rules.rollup[column] == "province":  # units have the province's figure
        live[PROVINCE + 1 :] &= (baseline.rate[:, column] != baseline.rate[PROVINCE, column])[1:]
    paired = live & np.isfinite(baseline.provincial[:, column])
    if not live.any():
        expected = NOTHING
    elif change.mode == "close_gap" and not paired.any():
        expected = NO_PAIR
    elif not (live & moves[:, column]).any():
        expected = OWN_ONLY
    else:
        return
    value = f"{change.component} {change.unit}"
    yield Problem("scenario", None, f"changes.{number}", value, expected)
