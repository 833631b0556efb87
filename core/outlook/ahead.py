"""Score and rank on any later day as draws, on both lines: what a range is made of."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from core.arrays import Array, Rows
from core.field.draws import moved
from core.field.ranks import exact_rank
from core.index.rollup import Baseline
from core.outlook.simulate import simulate_on
from core.outlook.standing import change_draws
from core.outlook.timeline import Calendar
from core.outlook.uncertainty import Uncertainty, moves_after
from core.scenario.model import Scenario


@dataclass(frozen=True)
class LineDraws:
    """One line on a day: scores (N,) and, in the same draws, ranks (N,) among `size`."""

    score: Array
    rank: Rows
    size: int


@dataclass(frozen=True)
class Ahead:
    """Both lines with a scenario on a day: `like` the others, and standing `still`."""

    like: LineDraws
    still: LineDraws


def ahead(
    baseline: Baseline,
    scenario: Scenario,
    calendar: Calendar,
    drawn: Uncertainty,
    date: dt.date,
) -> Ahead:
    """The draws behind `outlook` on any day after the data. Raises DataError as `simulate_on`."""
    result = simulate_on(baseline, scenario, calendar, date)
    days = max(0, (pd.Timestamp(date) - drawn.field_day).days)
    moves = moves_after(drawn.field, days, scenario.assumptions.field_gain)
    strays = change_draws(baseline, scenario, calendar, result, drawn)

    def line(part: Array) -> LineDraws:
        true = moved(result.score_after + strays, drawn.own, part)
        return LineDraws(true, exact_rank(true, moves.others), moves.others.shape[1] + 1)

    return Ahead(line(moves.like), line(moves.still))
