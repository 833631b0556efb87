"""A dataset made ready: baseline, calendar and everything uncertain, solved once."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from core.dataset.facts import DATA, Dataset
from core.dataset.load import load_boards, load_dataset
from core.estimate.baseline import make_baseline, solve
from core.estimate.reconcile import Reconciled
from core.field.told import rank_tells
from core.index.rollup import Baseline
from core.outlook.ahead import Ahead, ahead
from core.outlook.standing import Outlook, ScorePath, Step, outlook, score_path, steps
from core.outlook.timeline import Calendar, calendar, counted
from core.outlook.uncertainty import Uncertainty, moves_at, uncertainty
from core.scenario.model import Scenario


@dataclass(frozen=True)
class Case:
    """What the screen and the command line ask: a dataset with what follows from it."""

    dataset: Dataset
    solved: Reconciled
    baseline: Baseline
    calendar: Calendar
    drawn: Uncertainty

    def outlook(self, scenario: Scenario) -> dict[str, Outlook]:
        """Score and rank with their ranges at every horizon. Raises DataError."""
        return outlook(self.baseline, scenario, self.counted(scenario), self.drawn)

    def steps(self, scenario: Scenario, horizon: str) -> list[Step]:
        """What the ranks near the scenario's take at a horizon. Raises DataError."""
        found = self.outlook(scenario)[horizon]
        gain = scenario.assumptions.field_gain
        moves = moves_at(self.drawn, horizon, found.result.date, gain)
        return steps(self.drawn, moves, found)

    def ahead(self, scenario: Scenario, date: dt.date) -> Ahead:
        """Draws of both lines on any day after the data. Raises DataError."""
        return ahead(self.baseline, scenario, self.counted(scenario), self.drawn, date)

    def path(self, scenario: Scenario) -> ScorePath:
        """The score over time. Raises DataError."""
        return score_path(self.baseline, scenario, self.counted(scenario), self.drawn)

    def counted(self, scenario: Scenario) -> Calendar:
        """The calendar as the scenario takes the portal to count."""
        return counted(self.calendar, scenario.assumptions.counting)


def load_case(path: Path, data: Path = DATA) -> Case:
    """Load, check and solve a dataset's folder. Raises DataError with all problems.

    `data` has the rules, the shared sources and the boards.
    """
    dataset, boards = load_dataset(path, data), load_boards(data)
    solved = solve(dataset, rank_tells(dataset, boards))
    baseline = make_baseline(dataset, solved)
    days = calendar(dataset.meta)
    drawn = uncertainty(dataset, baseline, days, boards, solved)
    return Case(dataset, solved, baseline, days, drawn)
