"""What the workbook knows of each date: the rates that it opens with, and what the engine makes."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Mask
from core.field.ladder import Ladder, ladder
from core.index.rollup import Baseline
from core.outlook.case import Case
from core.outlook.simulate import own_rates_on
from core.outlook.standing import Outlook, change_draws
from core.outlook.timeline import TODAY
from core.outlook.uncertainty import moves_at
from core.scenario.apply import winners
from core.scenario.model import Scenario


@dataclass(frozen=True)
class SheetDay:
    """One date: `opened` (U, C) the rates of the units before any roll-up, as the sheet opens with
    them, `found` what the engine says there, `rungs` the scores that reach each rank."""

    key: str
    date: dt.date
    opened: Array
    found: Outlook
    rungs: Ladder

    @property
    def is_today(self) -> bool:
        """Whether it is the date of the figures."""
        return self.key == TODAY


def sheet_days(case: Case, scenario: Scenario) -> list[SheetDay]:
    """The date of the data and every horizon. Raises DataError as `check_scenario` finds."""
    base, calendar = case.baseline, case.counted(scenario)
    days = []
    for key, found in case.outlook(scenario).items():
        result = found.result
        moves = moves_at(case.drawn, key, result.date, scenario.assumptions.field_gain)
        # with what the scenario's effect strays by, the rungs give the very ranks of the engine
        strays = change_draws(base, scenario, calendar, result, case.drawn)
        error = case.drawn.own + strays
        rungs = ladder(case.drawn.field.names, moves.others, error, moves.like)
        opened = own_rates_on(base, scenario, calendar, result.date, base.rate)
        days.append(SheetDay(key, result.date, opened, found, rungs))
    return days


def named_cells(baseline: Baseline, scenario: Scenario) -> Mask:
    """(U, C) the rates that some change of the scenario names: such a rate is carried by none."""
    return np.asarray(winners(scenario, baseline) >= 0)


def in_tree_order(baseline: Baseline) -> list[int]:
    """The rows of all units, each followed by those below it."""
    below: dict[int, list[int]] = {}
    for row, parent in enumerate(baseline.parent):
        below.setdefault(int(parent), []).append(row)

    def walk(row: int) -> list[int]:
        return [row, *(deeper for child in below.get(row, []) for deeper in walk(child))]

    return [row for top in below.get(-1, []) for row in walk(top)]
