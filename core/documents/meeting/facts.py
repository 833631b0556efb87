"""The figures of slides and page: where the province stands and leads, who has most to do."""

from dataclasses import dataclass

import numpy as np

from core.dataset.facts import facts
from core.documents.frame import province_title
from core.documents.words import ABOUT, UNKNOWN_FIGURE, Words, from_to
from core.field.ladder import ladder
from core.index.rollup import PROVINCE, Status
from core.outlook.case import Case
from core.outlook.simulate import rates_on
from core.outlook.standing import Outlook, Standing
from core.outlook.timeline import TODAY
from core.outlook.uncertainty import moves_at
from core.plans.model import TargetPlan, asked_of
from core.review.targets import Review, review
from core.scenario.model import Scenario

AROUND = 5  # ranks shown above and below the own one


@dataclass(frozen=True)
class Meant:
    """What is shown: a scenario, and the targets that it comes from or leads to."""

    case: Case
    scenario: Scenario
    plan: TargetPlan
    words: Words
    outlooks: dict[str, Outlook]

    @property
    def changes_something(self) -> bool:
        """Whether there is a plan or scenario at all."""
        return bool(self.scenario.changes or self.scenario.assumptions.rules)


def meant_of(case: Case, scenario: Scenario, plan: TargetPlan, language: str) -> Meant:
    """A scenario with its plan, solved on every horizon. Raises DataError."""
    return Meant(case, scenario, plan, Words(language), case.outlook(scenario))


def score_words(words: Words, found: Standing) -> str:
    """A score as people read it, an estimate marked."""
    return ("" if found.certain else ABOUT) + words.number(found.score)


def rank_in(words: Words, found: Standing) -> str:
    """`≈31/63 (10–52)`; the range where there is one."""
    low, high = found.rank.p10, found.rank.p90
    rank = f"{found.rank.median:.0f}/{found.size}"
    return rank if low == high else f"{ABOUT}{rank} ({from_to(low, high)})"


def today_standing(meant: Meant) -> tuple[str, str]:
    """The score and rank of the data, as published where they are."""
    meta, words = meant.case.dataset.meta, meant.words
    now = meant.outlooks[TODAY].before
    published = meta.published_total
    score = score_words(words, now) if published is None else words.number(published)
    if meta.published_rank is None:
        return score, rank_in(words, now)
    return score, f"{meta.published_rank}/{meta.field_size}"


@dataclass(frozen=True)
class Rung:
    """A place of the ladder: its rank, whose it is, its score, whether it is the own one."""

    rank: int
    name: str
    score: float
    is_own: bool


def rungs_around(meant: Meant, horizon: str, nameless: str) -> list[Rung]:
    """The ladder near the own rank on a date, with the own province in its place."""
    drawn, found = meant.case.drawn, meant.outlooks[horizon]
    gain = meant.scenario.assumptions.field_gain
    moves = moves_at(drawn, horizon, found.result.date, gain)
    others = ladder(drawn.field.names, moves.others, drawn.own, moves.like)
    own = int(found.after.rank.median)
    rungs = [
        Rung(
            place if place < own else place + 1,
            others.names[place - 1] if others.names else nameless,
            float(score),
            False,
        )
        for place, score in enumerate(others.scores, 1)
    ]
    mine = Rung(own, province_title(meant.case), found.after.score, True)
    near = [one for one in rungs if abs(one.rank - own) <= AROUND]
    return sorted([*near, mine], key=lambda one: one.rank)


@dataclass(frozen=True)
class UnitTask:
    """What a unit has to do first: the rate it has and is asked for, the rate that new dossiers
    need and how many a week that is (NaN where volumes are not published); `weight` orders."""

    unit: str
    component: int
    due: str
    so_far: float
    target: float
    needed: float
    weekly: float
    is_estimate: bool
    weight: float


def first_tasks(meant: Meant, most: int) -> list[UnitTask]:
    """The units whose targets, or else whose missing points, weigh most for the province.

    One row a unit. By a plan: the part of the province's dossiers that has to change, on the first
    due date of each component. Without targets: the points that the province gains where the unit
    reaches the rate that earns all.
    """
    found = _by_plan(meant) if meant.plan.targets else _by_points(meant)
    best: dict[str, UnitTask] = {}
    for task in sorted(found, key=lambda one: -one.weight):
        best.setdefault(task.unit, task)
    return list(best.values())[:most]


def _by_plan(meant: Meant) -> list[UnitTask]:
    case, base = meant.case, meant.case.baseline
    share, names = base.whole_share, case.dataset.units["name_vi"]
    found = []
    for component in meant.plan.components:
        column = base.rules.index(component)
        seen = _first_in_reach(meant, component)
        if seen is None:
            continue
        target = seen.target
        missing = np.nan_to_num(target - seen.so_far)
        for u in np.flatnonzero(missing > 0):
            if u != PROVINCE:
                found.append(
                    UnitTask(
                        str(names.iloc[u]),
                        column,
                        meant.words.day(seen.due),
                        float(seen.so_far[u]),
                        float(target[u]),
                        float(seen.needed[u]),
                        float(seen.weekly[u]),
                        bool(base.status[u, column] == Status.ESTIMATED),
                        float(share[u, column] * missing[u]),
                    )
                )
    return found


def _first_in_reach(meant: Meant, component: str) -> Review | None:
    """Every unit against the first due date that half of those below their target can still meet,
    else against the last; none where no date is ahead."""
    case, base = meant.case, meant.case.baseline
    still, column = Scenario(dataset=case.dataset.id), base.rules.index(component)
    seen = None
    for due in sorted({one.due for one in meant.plan.targets if one.component == component}):
        if due > case.calendar.last or case.calendar.to_come(due) <= 0:
            continue
        target = asked_of(meant.plan, base, component, due)
        pace = rates_on(base, still, case.calendar, due)[:, column]
        seen = review(base, case.calendar, column, due, target, pace)
        behind = seen.needed[target > seen.so_far]
        if not len(behind) or np.median(behind) <= 1:
            return seen
    return seen


def _by_points(meant: Meant) -> list[UnitTask]:
    base = meant.case.baseline
    rules, share = base.rules, base.whole_share
    names = meant.case.dataset.units["name_vi"]
    open_ = np.nan_to_num(np.maximum(0.0, rules.target_rate - base.rate))
    room = np.nan_to_num(np.maximum(0.0, rules.target_rate - base.rate[PROVINCE]))
    # a unit's part counts as far as the province is below what earns all
    gain = rules.max_points / rules.target_rate * np.minimum(share * open_, room)
    gain[:, [who != "units" for who in rules.who]] = 0.0
    gain[~base.carried] = 0.0
    found, unknown = [], float("nan")
    for u in range(PROVINCE + 1, len(base.units)):
        column = int(gain[u].argmax())
        if gain[u, column] > 0:
            about = bool(base.status[u, column] == Status.ESTIMATED)
            aim, now = float(rules.target_rate[column]), float(base.rate[u, column])
            found.append(
                UnitTask(
                    str(names.iloc[u]),
                    column,
                    "",
                    now,
                    aim,
                    unknown,
                    unknown,
                    about,
                    float(gain[u, column]),
                )
            )
    return found


def estimated_count(meant: Meant) -> tuple[int, int, float]:
    """How many of the province's components are estimates, of how many, and the points of those."""
    base = meant.case.baseline
    guessed = base.status[PROVINCE] == Status.ESTIMATED
    earned = meant.outlooks[TODAY].result.before.points[PROVINCE]
    return int(guessed.sum()), len(guessed), float(earned[guessed].sum())


def published_groups(meant: Meant) -> list[tuple[float, bool]]:
    """Points of each group as published, else as computed; whether that is an estimate."""
    base = meant.case.baseline
    told = facts(meant.case.dataset).group_points[PROVINCE]
    made = meant.outlooks[TODAY].result.before.groups[PROVINCE]
    guessed = (base.status[PROVINCE] == Status.ESTIMATED) & base.carried[PROVINCE]
    return [
        (float(told[g]), False)
        if np.isfinite(told[g])
        else (float(made[g]), bool(guessed[base.rules.group_index == g].any()))
        for g in range(len(base.rules.groups))
    ]


def rate_words(words: Words, rate: float, about: bool = False) -> str:
    """A rate in a table; above 100 % it is out of reach."""
    if rate != rate:
        return UNKNOWN_FIGURE
    return f"> {words.percent(1)}" if rate > 1 else words.percent(max(0.0, rate), 2, about)
