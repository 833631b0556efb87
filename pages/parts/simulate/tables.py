"""The tables of the panel: what it shows at every place of a thumb, as it is shown."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from core.levers import live
from core.levers.pull import STEPS_A_LEVER, Pull
from core.outlook.standing import Outlook
from core.scenario import files
from core.scenario.model import Scenario
from pages.parts.live import board
from pages.parts.simulate.levers import Lever
from pages.parts.state import results, session
from pages.parts.state.cases import seen

CLOSE = 1e-6  # of a hundredth: far more than multiplying by 100 is off by
Earned = dict[str, live.LivePoints]  # by horizon


class Ranks:
    """The ranks that tables name by number: every different one as text, once."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.place: dict[tuple[int, int, int], int] = {}

    def numbers(self, found: live.LiveRanks) -> list[int]:
        """The ranks at all places of a thumb, by number."""
        most = self.size + 1
        codes = (found.low * most + found.median) * most + found.high
        # on its way a thumb passes a handful of ranks, each for a while
        starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
        numbers = [self._number(code // most**2, code // most % most, code % most)
                   for code in codes[starts].tolist()]  # fmt: skip
        lengths = np.diff(np.append(starts, len(codes)))
        found_at: list[int] = np.repeat(numbers, lengths).tolist()
        return found_at

    def _number(self, *rank: int) -> int:
        low, median, high = rank
        return self.place.setdefault((low, median, high), len(self.place))

    def texts(self) -> list[list[Any]]:
        """The words of each number."""
        return [board.rank_texts(*one, self.size) for one in self.place]


def tables(
    lever: Lever, outlooks: dict[str, Outlook], earns: Earned, ranks: Ranks, wanted: bool
) -> list[Any]:
    """One table a horizon; without ranks where they take a while and are not `wanted` yet."""
    quick = not live.strays_too(session.case())
    return [_table(lever, one, earns[key], ranks, quick, wanted) for key, one in outlooks.items()]


def _table(
    lever: Lever, outlook: Outlook, earns: live.LivePoints, ranks: Ranks, quick: bool, wanted: bool
) -> dict[str, Any]:
    totals = live.live_totals(outlook, earns)
    scores = live.live_scores(outlook, totals)
    found = _ranks(lever.pull, outlook, totals, quick) if wanted or quick else None
    certain: bool | list[bool] = outlook.after.certain
    if found is not None and found.certain.any() != found.certain.all():
        certain = found.certain.tolist()
    return {
        "score": _hundredths(scores),
        "before": board.hundredths(outlook.before.score),
        "rank": None if found is None else ranks.numbers(found),
        "certain": certain,
    }


def rates(earns: live.LivePoints) -> list[int]:
    """The province's rate at all places of a thumb, in tenths of a per cent."""
    tenths: list[int] = np.round(np.nan_to_num(1000 * earns.rate)).astype(int).tolist()
    return tenths


def earned(pull: Pull, outlooks: dict[str, Outlook]) -> Earned:
    """What a lever's components earn on each date of `outlooks`, which are the scenario's; kept
    until another of them is moved."""
    case = session.case()
    scenario = _plain(live.own_part(case.baseline, session.scenario(), pull))
    # where the lever stands makes no difference to where it can go: moved, it needs no new table
    free = live.let_go(scenario, pull)
    known = case.dataset.id, case.dataset.version, results.asked(free), pull
    return {
        key: replace(_earned(*known, key), now=live.earned_now(case.baseline, one, pull))
        for key, one in outlooks.items()
    }


@lru_cache(maxsize=2000)
def _earned(
    dataset: str, version: str, asked: results.Asked, pull: Pull, horizon: str
) -> live.LivePoints:
    case, made = seen.cases()[dataset], asked.scenario
    date = case.counted(made).dates[horizon]
    return live.live_points(case, made, pull, date)


@st.cache_resource(show_spinner=False, max_entries=500)
def _slow_ranks(
    dataset: str, version: str, scenario: str, pull: str, horizon: str, _asked: Any
) -> live.LiveRanks:
    ranks: live.LiveRanks = _asked()
    return ranks


def _ranks(pull: Pull, outlook: Outlook, totals: np.ndarray, quick: bool) -> live.LiveRanks:
    case, scenario = session.case(), session.scenario()
    horizon = outlook.result.horizon

    def ask() -> live.LiveRanks:
        rungs = board.rungs(horizon, scenario)
        return live.live_ranks(case, scenario, outlook, pull, totals, rungs)

    if quick:
        return ask()
    whole = files.dump(_plain(scenario), indent=None)
    return _slow_ranks(
        case.dataset.id, case.dataset.version, whole, repr(pull), horizon, _asked=ask
    )


def _plain(scenario: Scenario) -> Scenario:
    """Without what no result depends on."""
    return scenario.model_copy(
        update={"title": "", "author": "", "note": "", "dataset_version": None}
    )


def _hundredths(values: np.ndarray) -> list[int]:
    """`board.hundredths` of many. Numpy rounds what it has multiplied by 100, which is another
    number where the third digit is a five: there each is rounded by itself."""
    cents = 100 * values
    rounded = np.rint(cents).astype(int)
    for place in np.flatnonzero(np.abs(cents - np.floor(cents) - 0.5) < CLOSE).tolist():
        rounded[place] = board.hundredths(values[place])
    found: list[int] = rounded.tolist()
    return found


def step(pull: Pull) -> float:
    """Per cent from one place of a thumb to the next."""
    return 100 * (1 - pull.lowest) / STEPS_A_LEVER


def held(lever: Lever, outlook: Outlook, earns: live.LivePoints) -> tuple[int, int]:
    """As the scenario stands: the province's rate in tenths of a per cent, and what the lever's
    change brings, in hundredths."""
    reached = outlook.result.after.rate[0, lever.column]
    before = live.live_scores(outlook, live.live_totals(outlook, earns))[-1]
    won = board.hundredths(outlook.after.score) - board.hundredths(before)
    return int(np.round(1000 * np.nan_to_num(reached))), won
