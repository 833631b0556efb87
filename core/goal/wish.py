"""Goal seek against the draws: what a wished score or rank asks of the planned score.

A plan gives a planned score, that of the own rates. A rank is asked for on the line that leads,
like the others, with the draws and the estimates' share that Simulate shows, so that a plan's
probability is the one on every other page. A score is asked of the plan itself: the own rates,
with the noise of standing still, for what all provinces gain is nobody's plan.
"""

from dataclasses import dataclass, replace

from core.arrays import TOLERANCE, Array
from core.field.draws import HIGHEST, moved
from core.goal.aims import SAFETY, needed_score, rank_probability, safe_score
from core.goal.options import DEFAULTS, Options
from core.goal.seek import Answer, Safety, plan_scenario, seek, with_safety
from core.goal.shortfall import explain
from core.index.rollup import Baseline
from core.outlook.case import Case
from core.outlook.simulate import simulate
from core.outlook.standing import change_draws
from core.outlook.uncertainty import Moves, moves_at
from core.problems import DataError, Problem

EVEN = 0.5
SETTLING = 4  # times that an aim is set again; each comes nearer


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
    """The planned `score`, at most 100, that grants a wish with a `probability`; `enough` is False
    where not even 100 points do."""

    score: float
    probability: float
    enough: bool = True


@dataclass(frozen=True)
class Sought:
    """A wish, answered twice.

    `plain` asks for the score itself, or for the rank as often as not; `safe` for either in 80 %
    of the draws, or in more where a rank is wished for with more. `asked` says which of the two
    the wish itself is, `plain` or `safe`; `safety` has the answers and the price of the second,
    `chances` the part of the draws in which the plan of each grants the wish.
    """

    wish: Wish
    plain: Aim
    safe: Aim
    asked: str
    safety: Safety
    chances: dict[str, float]

    @property
    def answer(self) -> Answer:
        """The answer to the wish itself."""
        return self.safety.plain if self.asked == "plain" else self.safety.safe


def chance(
    case: Case,
    wish: Wish,
    planned: float,
    field_gain: float | None = None,
    strays: Array | float = 0.0,
) -> float:
    """Part of the draws in which a planned score, that strays by `strays` (N,), grants the wish."""
    moves, error = _moves(case, wish, field_gain), case.drawn.own + strays
    if wish.score is None:
        return rank_probability(planned, wish.rank, moves.others, error, moves.like)
    return float((moved(planned, error, moves.still) >= wish.score - TOLERANCE).mean())


def aims(
    case: Case, wish: Wish, field_gain: float | None = None, strays: Array | float = 0.0
) -> tuple[Aim, Aim, str]:
    """The plain and the safe aim, and which of them is the wish itself. Raises DataError."""
    _check(case, wish)
    moves, error = _moves(case, wish, field_gain), case.drawn.own + strays

    def reached(score: float, part: float) -> Aim:
        kept = chance(case, wish, score, field_gain, strays)
        return Aim(score, part, score < HIGHEST or kept >= part - TOLERANCE)

    if wish.score is not None:
        plainly = Aim(wish.score, chance(case, wish, wish.score, field_gain, strays))
        return plainly, reached(safe_score(wish.score, error, SAFETY, moves.still), SAFETY), "plain"
    sure = wish.probability >= SAFETY
    chosen = (EVEN, wish.probability) if sure else (wish.probability, SAFETY)
    plain, safe = (
        reached(needed_score(wish.rank, part, moves.others, error, moves.like), part)
        for part in chosen
    )
    return plain, safe, "safe" if sure else "plain"


def pursue(
    case: Case,
    baseline: Baseline,
    wish: Wish,
    options: Options = DEFAULTS,
    field_gain: float | None = None,
) -> Sought:
    """The least effort that grants a wish, and the same with more certainty.

    `baseline` is the case's, or the same under assumed rules. Where unit figures are estimates a
    plan brings more or less than planned; then the aim is set again with what the plan strays by.
    Raises DataError.
    """
    plain, safe, asked = aims(case, wish, field_gain)
    settled = {}
    for place, (name, aim) in enumerate({"plain": plain, "safe": safe}.items()):
        for _ in range(SETTLING):
            answer = _answer(case, baseline, wish, aim, options)
            strays = _strays(case, baseline, wish, answer)
            kept = chance(case, wish, answer.plan.score, field_gain, strays)
            settled[name] = (aim, answer, kept)
            as_planned = wish.score is not None and name == "plain"
            if as_planned or kept >= aim.probability - TOLERANCE or answer.status == "out_of_reach":
                break
            aim = aims(case, wish, field_gain, strays)[:2][place]
    (plain, first, often), (safe, second, oftener) = settled["plain"], settled["safe"]
    chances = {"plain": often, "safe": oftener}
    return Sought(wish, plain, safe, asked, with_safety(first, second), chances)


def _moves(case: Case, wish: Wish, field_gain: float | None) -> Moves:
    date = case.calendar.horizons[wish.horizon]
    return moves_at(case.drawn, wish.horizon, date, field_gain)


def _strays(case: Case, baseline: Baseline, wish: Wish, answer: Answer) -> Array:
    """How much more the plan brings in each draw than planned, (N,)."""
    plan = plan_scenario(baseline, answer.plan)
    result = simulate(baseline, plan, case.calendar)[wish.horizon]
    return change_draws(baseline, plan, case.calendar, result, case.drawn)


def _answer(case: Case, baseline: Baseline, wish: Wish, aim: Aim, options: Options) -> Answer:
    """The plan for an aim; one that not even 100 points reach is out of reach for any plan."""
    found = seek(baseline, case.calendar, aim.score, wish.horizon, options)
    if aim.enough:
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
