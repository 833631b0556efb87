"""What is not known of a score and its rank, as one function of a few numbers.

Every other thing is held: the scenario, the horizon, the published figures. The numbers are the
points no published rate tells, the own pace, the move of the other provinces, what estimated unit
rates and volumes add to the scenario's effect, and targets that no document states.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from core.arrays import RANGE, TOLERANCE, Array, Mask
from core.dataset.facts import facts
from core.field.draws import moved
from core.field.ranks import expected_rank
from core.index.rollup import PROVINCE, Baseline, Status
from core.index.rules import ROUNDING, RuleSet, by_group, points
from core.outlook.case import Case
from core.outlook.simulate import rates_on
from core.outlook.timeline import TODAY
from core.outlook.uncertainty import moves_at
from core.scenario.apply import assumed_rules
from core.scenario.model import Scenario

KNOWN = ("official", "fitted")  # a target is stated by a document, or published figures tell it


@dataclass(frozen=True)
class Factor:
    """One number that is not known.

    `kind` is `hidden`, `pace`, `field`, `estimates` (points) or `target` (a rate); `what` the group
    or component it belongs to. `middle` is what the engine takes; `low` and `high` the ends of its
    80 % range, of a target's all that it may be; `ppf` its quantiles, from 0..1.
    """

    kind: str
    what: str
    low: float
    middle: float
    high: float
    ppf: Callable[[Array], Array]


@dataclass(frozen=True)
class Unknowns:
    """Score and expected rank as functions of K factors.

    `rules` those of the scenario; `rate` (C,) the province's on the horizon, NaN without one;
    `carried` (C,) scored from its rate; `others` all scores of all draws of the `size` - 1 other
    provinces, sorted, at the field's mean move; `left` the part of what the own province misses
    that is left on the horizon, if it gains like them.
    """

    factors: tuple[Factor, ...]
    rules: RuleSet
    rate: Array
    carried: Mask
    others: Array
    size: int
    left: float = 1.0

    @property
    def middle(self) -> Array:
        """(K, 1) what the engine takes."""
        return np.array([[factor.middle] for factor in self.factors]).reshape(-1, 1)

    def values(self, part: Array) -> Array:
        """Values (K, N) of the factors at quantiles `part` (K, N), 0..1."""
        return np.array([f.ppf(u) for f, u in zip(self.factors, part, strict=True)])

    def evaluate(self, values: Array, rate: Array | None = None) -> tuple[Array, Array]:
        """Score and expected rank, (N,) each, at factors `values` (K, N).

        `rate` (C,) replaces the province's rates. What hidden points are off by moves the score
        only: the field is drawn so that the stated score has the published rank (`core.outlook`).
        So does the common move, which the own province shares with the others.
        """
        rate = self.rate if rate is None else rate
        earned = np.where(self.carried, points(self.rules, rate), 0.0)
        stated = np.full(values.shape[1], earned.sum())
        hidden, shared, strayed = np.zeros((3, len(stated)))
        for factor, value in zip(self.factors, values, strict=True):
            if factor.kind == "target":
                c = self.rules.index(factor.what)
                most = self.rules.max_points[c]
                stated += np.minimum(most, most * rate[c] / value) - earned[c]
            elif factor.kind == "hidden":
                hidden += value - factor.middle
            elif factor.kind == "field":
                shared += value - factor.middle
            elif factor.kind == "pace":
                strayed += value
            else:
                stated += value
        line, hidden = stated + strayed + (100 - stated) * (1 - self.left), hidden * self.left
        return np.clip(line + hidden + shared, 0, 100), self.expected_rank(np.clip(line, 0, 100))

    def expected_rank(self, score: Array) -> Array:
        """Mean rank over the draws of the field of scores (N,) that are stated."""
        return expected_rank(score, self.others, self.size)


def unknowns(case: Case, scenario: Scenario, horizon: str, ladder: Sequence[RuleSet]) -> Unknowns:
    """All that is uncertain about a scenario on a horizon (or `today`). Raises DataError.

    `ladder` are all rule sets known, for what a target might be instead.
    """
    baseline = assumed_rules(scenario, case.baseline)
    date = case.calendar.dates[horizon]
    row = rates_on(case.baseline, scenario, case.calendar, date)[PROVINCE]
    earned = np.where(baseline.carried[PROVINCE], points(baseline.rules, row), 0.0).sum()
    others, pace, moves, left = _field(case, scenario, horizon, float(earned))
    found = [
        *_hidden(baseline),
        *_drawn("pace", pace, 0.0),
        *_drawn("field", moves, float(moves.mean())),
        *_drawn("estimates", _effects(case, scenario, horizon), 0.0),
        *_targets(case, baseline, set(scenario.assumptions.rules), ladder),
    ]
    return Unknowns(
        factors=tuple(found),
        rules=baseline.rules,
        rate=row,
        carried=baseline.carried[PROVINCE],
        others=np.sort((others - (moves - moves.mean())[:, None]).ravel()),
        size=others.shape[1] + 1,
        left=left,
    )


def _hidden(baseline: Baseline) -> list[Factor]:
    """Points of each group that no published rate tells, as the province's draws have them."""
    unsure = (baseline.status[PROVINCE] == Status.ESTIMATED) & baseline.carried[PROVINCE]
    drawn = by_group(baseline.rules, points(baseline.rules, baseline.province) * unsure)
    middle = by_group(baseline.rules, points(baseline.rules, baseline.rate[PROVINCE]) * unsure)
    return [
        factor
        for group, name in enumerate(baseline.rules.groups)
        for factor in _drawn("hidden", drawn[:, group], float(middle[group]), name)
    ]


def _drawn(kind: str, draws: Array, middle: float, what: str = "") -> list[Factor]:
    """A factor from draws (N,); none where they are all the same."""
    if not len(draws) or np.ptp(draws) < TOLERANCE:
        return []
    low, high = np.quantile(draws, RANGE)
    ordered = np.sort(draws)
    return [Factor(kind, what, float(low), middle, float(high), lambda u: np.quantile(ordered, u))]


def _field(
    case: Case, scenario: Scenario, horizon: str, stated: float
) -> tuple[Array, Array, Array, float]:
    """The others' scores (N, P-1) as a stated own score meets them; how far the own score strays
    from the leading line alone (N,) and with the middle province (N,), points since the start; and
    the part left of what it misses.

    A scenario that says how much the others gain leaves nothing unknown of that.
    """
    date = case.calendar.dates[horizon]
    gain, drawn = scenario.assumptions.field_gain, case.drawn
    moves = moves_at(drawn, horizon, date, gain)
    left = float(np.median(moves.like))
    others = moves.others - (drawn.own * moves.like)[:, None]
    if horizon == TODAY:
        return others, np.zeros(len(others)), np.zeros(len(others)), left
    # the middle province, for the mean also follows one that strays far alone
    common = np.median(moves.others - drawn.field.start, axis=1)
    common = common if gain is None else np.zeros(len(others))
    own = moved(stated, np.zeros(len(others)), moves.like)
    alone = own - np.median(own) - (common - common.mean())
    return others, alone - np.median(alone), common, left


def _effects(case: Case, scenario: Scenario, horizon: str) -> Array:
    """How much more a scenario brings in each draw of unit rates and volumes than stated, (M,)."""
    drawn, baseline = case.drawn, case.baseline
    if not len(drawn.rates) or not scenario.changes:
        return np.zeros(0)
    date = case.calendar.dates[horizon]
    assumed, carried = assumed_rules(scenario, baseline), baseline.carried[PROVINCE]

    def gained(start: Array, share: Array | None) -> Array:
        after = rates_on(baseline, scenario, case.calendar, date, start, share)[..., PROVINCE, :]
        more = points(assumed.rules, after) - points(assumed.rules, start[..., PROVINCE, :])
        return np.asarray((more * carried).sum(axis=-1))

    return gained(drawn.rates, drawn.shares) - gained(baseline.rate, None)


def _targets(
    case: Case, baseline: Baseline, edited: set[str], ladder: Sequence[RuleSet]
) -> list[Factor]:
    """Targets that no document states, as triangles with the rules' own value on top."""
    rules, found = case.dataset.rules, []
    published = facts(case.dataset).points[PROVINCE]
    for c, name in enumerate(rules.components):
        rate = case.baseline.rate[PROVINCE, c]
        known = rules.confidence[c] in KNOWN or name in edited or np.isnan(rate)
        if known or not baseline.carried[PROVINCE, c]:
            continue
        low, high = target_range(name, rules, ladder)
        if published[c] >= rules.max_points[c] - ROUNDING:
            high = max(float(rules.target_rate[c]), min(high, float(rate)))
        elif not np.isnan(published[c]):
            continue  # rate and points are published, and below the cap they tell the target
        middle = float(rules.target_rate[c])
        if high > low:
            top = (middle - low) / (high - low)
            spread = stats.triang(top, loc=low, scale=high - low).ppf
            found.append(Factor("target", name, low, middle, high, spread))
    return found


def target_range(component: str, rules: RuleSet, ladder: Sequence[RuleSet]) -> tuple[float, float]:
    """What a target that no document states may be: lowest and highest.

    One step down and up among all targets that the rule sets use, and whatever another rule set
    says of the same component. An assumption of this program, for want of a document.
    """
    own = float(rules.target_rate[rules.index(component)])
    steps = sorted({float(target) for one in ladder for target in one.target_rate} | {own})
    at = steps.index(own)
    others = [
        float(one.target_rate[one.index(component)])
        for one in ladder
        if component in one.components
    ]
    span = [*others, own, steps[max(at - 1, 0)], steps[min(at + 1, len(steps) - 1)]]
    return min(span), max(span)
