"""The engine's answers as plain dictionaries, for JSON."""

import math
from typing import Any

from core.field.ranks import RankDistribution
from core.index.rollup import PROVINCE, Baseline, Outcome, Status, score
from core.outlook.case import Case
from core.outlook.standing import Standing
from core.scenario.idle import idle
from core.scenario.model import Scenario

Plain = dict[str, Any]


def clean(value: float) -> float | None:
    """A number for JSON: None where there is none."""
    return None if math.isnan(value) else float(value)


def check_answer(case: Case) -> Plain:
    """What is in a dataset, and its warnings."""
    dataset = case.dataset
    return {
        "dataset": dataset.id,
        "version": dataset.version,
        "as_of": f"{dataset.meta.as_of}",
        "rule_set": dataset.rules.name,
        "units": len(dataset.units),
        "observations": len(dataset.observations),
        "warnings": [str(warning) for warning in dataset.warnings],
    }


def score_answer(case: Case, unit: str | None = None) -> Plain:
    """Points by component and group, and the score, of the province and every unit (or one)."""
    baseline = case.baseline
    outcome = score(baseline, baseline.rate)
    rows = range(len(baseline.units)) if unit is None else [baseline.row(unit)]
    return {
        "dataset": baseline.dataset_id,
        "as_of": f"{case.dataset.meta.as_of}",
        "rule_set": baseline.rules.name,
        "units": {baseline.units[u]: _unit(baseline, outcome, u) for u in rows},
    }


def _unit(baseline: Baseline, outcome: Outcome, u: int) -> Plain:
    rules = baseline.rules
    components = {}
    for c, name in enumerate(rules.components):
        carried = bool(baseline.carried[u, c])
        components[name] = {
            "rate": clean(outcome.rate[u, c]),
            "points": clean(outcome.points[u, c]) if carried else None,
            "max_points": float(rules.max_points[c]),
            "status": Status(int(baseline.status[u, c])).label,
        }
        if baseline.rate_sd[u, c] > 0:
            low, high = baseline.rate_low[u, c], baseline.rate_high[u, c]
            components[name] |= {"p10": float(low), "p90": float(high)}
    return {
        "components": components,
        "groups": {g: clean(p) for g, p in zip(rules.groups, outcome.groups[u], strict=True)},
        "total": clean(outcome.total[u]),
    }


def simulate_answer(case: Case, scenario: Scenario) -> Plain:
    """Baseline and scenario side by side at every horizon, and what of it moves nothing."""
    rules = case.baseline.rules
    horizons = {}
    for key, found in case.outlook(scenario).items():
        result = found.result
        horizons[key] = {
            "date": f"{result.date}",
            "baseline": _side(case.baseline, found.before, result.before),
            "scenario": _side(case.baseline, found.after, result.after),
            "change": {c: float(p) for c, p in zip(rules.components, result.change, strict=True)},
        }
    return {
        "dataset": case.baseline.dataset_id,
        "title": scenario.title,
        "warnings": [str(problem) for problem in idle(scenario, case.baseline)],
        "horizons": horizons,
    }


def _side(baseline: Baseline, standing: Standing, outcome: Outcome) -> Plain:
    groups = zip(baseline.rules.groups, outcome.groups[PROVINCE], strict=True)
    return {
        "total": standing.score,
        "p10": standing.score_p10,
        "p90": standing.score_p90,
        "groups": {group: float(points) for group, points in groups},
        "units": {u: clean(p) for u, p in zip(baseline.units, outcome.total, strict=True)},
        "rank": rank_answer(standing.rank),
    }


def rank_answer(found: RankDistribution) -> Plain:
    """A rank distribution."""
    reached = {str(k): p for k, p in enumerate(found.probability_at_most, 1)}
    return {
        "median": found.median,
        "p10": found.p10,
        "p90": found.p90,
        "probability_at_most": reached,
    }
