"""What a plan is worth: targets that bring no point, and points that no target asks for."""

import datetime as dt

import pandas as pd

from core.index.rollup import PROVINCE, Baseline
from core.levers.losses import losses
from core.outlook.case import Case
from core.plans.made import as_scenario
from core.plans.model import TargetPlan


def capped_components(plan: TargetPlan, baseline: Baseline) -> list[str]:
    """Components of the plan whose rate earns all points of the province already."""
    rules = baseline.rules
    return [
        name
        for name in plan.components
        if baseline.rate[PROVINCE, rules.index(name)] >= rules.target_rate[rules.index(name)]
    ]


def unasked_points(plan: TargetPlan, baseline: Baseline) -> pd.DataFrame:
    """The rows of `losses` that units can win back and no target of the plan is for, the largest
    first."""
    table = losses(baseline)
    free = (table["who"] == "units") & ~table["item"].isin(plan.components) & (table["lost"] > 0)
    return table[free].sort_values("lost", ascending=False, ignore_index=True)


def score_probability(case: Case, plan: TargetPlan, score: float, date: dt.date) -> float:
    """How likely the plan brings at least a score on a day, on the leading line. Raises
    DataError."""
    draws = case.ahead(as_scenario(plan, case.baseline), date).like.score
    return float((draws >= score).mean())
