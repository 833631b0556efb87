"""Goal seek against the draws: what a wished score or rank asks of the planned score.

A plan gives a planned score. On its date the true one strays from it as the strip's range says:
by the own pace, and by what today's score is off. The others' scores are already drawn so that the
stated score has the published rank, so a rank strays by the own pace alone (as in `core.outlook`).
"""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import TOLERANCE, Array
from core.goal.aims import SAFETY, needed_score, rank_probability, safe_score
from core.goal.options import DEFAULTS, Options
from core.goal.seek import Answer, Safety, seek, with_safety
from core.goal.shortfall import explain
from core.index.rollup import Baseline
from core.outlook.case import Case
from core.outlook.uncertainty import others_at, pace_sd
from core.problems import DataError, Problem

HIGHEST = 100.0
EVEN = 0.5


@dataclass(frozen=True)
class Wish:
    """At least `score` points on a horizon, or, where it is None, `rank` or better there with a
    `probability`."""

    horizon: str
    score: float | None = None
    rank: int = 1
    probability: float = EVEN


@dataclass(frozen=True)
class Aim:
    """The planned `score` that grants a wish with a `probability`; above 100 none is enough."""

    score: float
    probability: float


@dataclass(frozen=True)
class Sought:
    """A wish, answered twice.

    `plain` asks for the score itself, or for the rank as often as not; `safe` for either in 80 %
    of the draws, or in more where a rank is wished for with more. `asked` says which of the two
    the wish itself is, `plain` or `safe`; `safety` has the answers and the price of the second.
    """

    wish: Wish
    plain: Aim
    safe: Aim
    asked: str
    safety: Safety

    @property
    def answer(self) -> Answer:
        """The answer to the wish itself."""
        return self.safety.plain if self.asked == "plain" else self.safety.safe


def stray(case: Case, horizon: str) -> Array:
    """Points (N,) by which the score on a horizon strays from the plan: the own pace of the new
    dossiers."""
    return case.drawn.pace * pace_sd(case.calendar, case.calendar.horizons[horizon])


def others(case: Case, horizon: str, field_gain: float | None = None) -> Array:
    """The other provinces' scores (N, P-1) on a horizon, at their pace or with a gain in points."""
    return others_at(case.drawn, horizon, case.calendar.horizons[horizon], field_gain)


def chance(case: Case, wish: Wish, planned: float, field_gain: float | None = None) -> float:
    """Part of the draws in which a planned score grants the wish."""
    error = np.clip(planned + stray(case, wish.horizon), 0, HIGHEST) - planned
    if wish.score is None:
        rivals = others(case, wish.horizon, field_gain)
        return rank_probability(planned, wish.rank, rivals, error)
    return float((planned + error + case.drawn.own >= wish.score - TOLERANCE).mean())


def aims(case: Case, wish: Wish, field_gain: float | None = None) -> tuple[Aim, Aim, str]:
    """The plain and the safe aim, and which of them is the wish itself. Raises DataError."""
    _check(case, wish)
    error = stray(case, wish.horizon)
    if wish.score is not None:
        safe = safe_score(wish.score, error + case.drawn.own)
        plainly = Aim(wish.score, chance(case, wish, wish.score))
        return plainly, Aim(safe, SAFETY), "plain"
    rivals = others(case, wish.horizon, field_gain)
    sure = wish.probability >= SAFETY
    chosen = (EVEN, wish.probability) if sure else (wish.probability, SAFETY)
    plain, safe = (needed_score(wish.rank, part, rivals, error) for part in chosen)
    return Aim(plain, chosen[0]), Aim(safe, chosen[1]), "safe" if sure else "plain"


def pursue(
    case: Case,
    baseline: Baseline,
    wish: Wish,
    options: Options = DEFAULTS,
    field_gain: float | None = None,
) -> Sought:
    """The least effort that grants a wish, and the same with more certainty.

    `baseline` is the case's, or the same under assumed rules. Raises DataError.
    """
    plain, safe, asked = aims(case, wish, field_gain)
    first, second = (_answer(case, baseline, wish, aim, options) for aim in (plain, safe))
    return Sought(wish, plain, safe, asked, with_safety(first, second))


def _answer(case: Case, baseline: Baseline, wish: Wish, aim: Aim, options: Options) -> Answer:
    """The plan for an aim; one above 100 points is out of reach whatever is planned."""
    found = seek(baseline, case.calendar, min(HIGHEST, aim.score), wish.horizon, options)
    if aim.score <= HIGHEST:
        return found
    stops = explain(baseline, case.calendar, wish.horizon, options, aim.score)
    return replace(found, goal=aim.score, status="out_of_reach", shortfall=stops)


def _check(case: Case, wish: Wish) -> None:
    size, found = case.dataset.meta.field_size, []
    if wish.horizon not in case.calendar.horizons:
        details: dict[str, object] = {"horizons": ", ".join(case.calendar.horizons) or "-"}
        found.append(Problem("goal", None, "horizon", wish.horizon, "one of {horizons}", details))
    if wish.score is not None and not 0 <= wish.score <= HIGHEST:
        found.append(Problem("goal", None, "score", f"{wish.score:g}", "points from 0 to 100"))
    if wish.score is None and not 1 <= wish.rank <= size:
        expected, details = "a rank from 1 to {size}", {"size": size}
        found.append(Problem("goal", None, "rank", str(wish.rank), expected, details))
    if wish.score is None and not 0 < wish.probability < 1:
        value = f"{wish.probability:g}"
        found.append(Problem("goal", None, "probability", value, "a fraction between 0 and 1"))
    if found:
        raise DataError(found)
