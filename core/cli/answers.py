"""The engine's answers as plain dictionaries, for JSON."""

import math
from collections.abc import Iterator
from typing import Any

from core.field.ranks import RankDistribution
from core.index.rollup import PROVINCE, Baseline, Outcome, Status, score
from core.outlook.case import Case
from core.outlook.standing import Course, Standing
from core.outlook.timeline import TODAY
from core.scenario.idle import idle
from core.scenario.model import Scenario
from core.text import ESTIMATED

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


def score_lines(answer: Plain) -> Iterator[str]:
    """Scores as lines of text; what rests on a rate that nobody published is marked."""
    for unit, found in answer["units"].items():
        groups = "  ".join(f"{name} {points:.2f}" for name, points in found["groups"].items())
        rates = found["components"].values()
        mark = any(one["points"] and one["status"] == Status.ESTIMATED.label for one in rates)
        yield f"{unit}: {_about(mark)}{found['total']:.2f}   {groups}"


def _about(is_estimated: bool) -> str:
    return f"{ESTIMATED} " if is_estimated else ""


def simulate_answer(case: Case, scenario: Scenario) -> Plain:
    """Baseline and scenario side by side at every horizon, and what of it moves nothing.

    Points are those of the own rates, so that groups and changes add up; the rank is that of the
    leading line, like the others. `forecast_answer` has both lines whole.
    """
    rules = case.baseline.rules
    horizons = {}
    for key, found in case.outlook(scenario).items():
        result = found.result
        horizons[key] = {
            "date": f"{result.date}",
            "baseline": _side(case.baseline, result.before, found.still.before, found.before),
            "scenario": _side(case.baseline, result.after, found.still.after, found.after),
            "change": {c: float(p) for c, p in zip(rules.components, result.change, strict=True)},
        }
    return {
        "dataset": case.baseline.dataset_id,
        "title": scenario.title,
        "warnings": [str(problem) for problem in idle(scenario, case.baseline)],
        "horizons": horizons,
    }


def forecast_answer(case: Case, scenario: Scenario) -> Plain:
    """Both lines at every horizon, without and with the scenario."""
    found = case.outlook(scenario)
    today = found.pop(TODAY)
    return {
        "dataset": case.baseline.dataset_id,
        "as_of": f"{case.dataset.meta.as_of}",
        "title": scenario.title,
        "warnings": [str(problem) for problem in idle(scenario, case.baseline)],
        "today": _standing(today.before),
        "horizons": {
            key: {
                "date": f"{one.result.date}",
                "others_gain": one.others_gain,
                "standing_still": _line(one.still),
                "like_the_others": _line(one.like),
            }
            for key, one in found.items()
        },
    }


def _line(line: Course) -> Plain:
    return {"without": _standing(line.before), "with": _standing(line.after)}


def _standing(standing: Standing) -> Plain:
    score = {"median": standing.score, "p10": standing.score_p10, "p90": standing.score_p90}
    return {"score": score, "rank": rank_answer(standing.rank)}


def forecast_lines(answer: Plain) -> Iterator[str]:
    """A forecast as lines of text, the leading line first."""
    yield from (f"warning: {warning}" for warning in answer["warnings"])
    yield f"today {answer['as_of']}: {_said(answer['today'])}"
    for key, found in answer["horizons"].items():
        gain = f"other provinces {found['others_gain']:+.2f} points on the mean"
        yield f"{key} {found['date']}: {gain}"
        for name in ("like_the_others", "standing_still"):
            line = found[name]
            yield f"  {name.replace('_', ' ')}: {_said(line['without'])}"
            if line["with"] != line["without"]:
                yield f"    with the scenario: {_said(line['with'])}"


def _said(standing: Plain) -> str:
    score, rank = standing["score"], standing["rank"]
    return _points_and_rank(score["median"], score["p10"], score["p90"], rank)


def side_said(side: Plain) -> str:
    """One side of a horizon of `simulate_answer` as text."""
    return _points_and_rank(side["total"], side["p10"], side["p90"], side["rank"])


def _points_and_rank(total: float, low: float, high: float, rank: Plain) -> str:
    """A score and a rank with their ranges; marked where the range leaves more than one figure."""
    score = f"{_about(f'{low:.2f}' != f'{high:.2f}')}{total:.2f} points ({low:.2f} to {high:.2f})"
    place = f"{_about(rank['p10'] != rank['p90'])}{rank['median']}"
    return f"{score}, rank {place} ({rank['p10']} to {rank['p90']})"


def _side(baseline: Baseline, outcome: Outcome, still: Standing, like: Standing) -> Plain:
    groups = zip(baseline.rules.groups, outcome.groups[PROVINCE], strict=True)
    return {
        "total": float(outcome.total[PROVINCE]),
        "p10": still.score_p10,
        "p90": still.score_p90,
        "groups": {group: float(points) for group, points in groups},
        "units": {u: clean(p) for u, p in zip(baseline.units, outcome.total, strict=True)},
        "rank": rank_answer(like.rank),
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
