"""Scenarios side by side as tables: standing, groups, units and inputs that differ."""

import numpy as np
import pandas as pd

from core.field.ranks import unit_ranks
from core.index.rollup import PROVINCE
from core.outlook.standing import Outlook
from core.rounding import change_of, parts_of
from core.scenario.model import Change, Scenario, phases
from pages.parts.shared import strip, when
from pages.parts.state import results, session
from pages.parts.words import text
from pages.parts.words.names import (
    component_name,
    group_name,
    level_name,
    mode_words,
    scope_name,
    unit_names,
)
from pages.parts.words.text import t

# smaller differences do not show with two decimals
SAME = 0.005
Outlooks = dict[str, dict[str, Outlook]]


def outlooks(chosen: dict[str, Scenario]) -> Outlooks:
    """What each scenario does at every horizon, by label."""
    return {label: results.outlooks_of(scenario) for label, scenario in chosen.items()}


def standings(found: Outlooks, horizons: list[str]) -> pd.DataFrame:
    """Score and rank of each scenario with their 80 % ranges, a row a scenario and horizon."""
    rows = []
    for label, by_horizon in found.items():
        for key in horizons:
            one, after = by_horizon[key], by_horizon[key].after
            rows.append(
                {
                    t("Scenario"): label,
                    t("Horizon"): strip.horizon_name(key),
                    t("Score"): after.score,
                    t("Change"): strip.shown_change(one),
                    t("80% from"): after.score_p10,
                    t("80% to"): after.score_p90,
                    t("Rank"): float(after.rank.median),
                    t("Rank from"): float(after.rank.p10),
                    t("Rank to"): float(after.rank.p90),
                    t("Rank without"): float(one.before.rank.median),
                    t("Rank if own rates stay"): float(one.still.after.rank.median),
                }
            )
    return pd.DataFrame(rows)


def estimated(found: Outlooks, horizons: list[str]) -> "pd.Series[bool]":
    """Which rows of `standings` have a score that is not certain."""
    rows = [not one[key].after.certain for one in found.values() for key in horizons]
    return pd.Series(rows, dtype=bool)


def unsure_ranks(found: Outlooks, horizons: list[str]) -> dict[str, "pd.Series[bool]"]:
    """Which rows of `standings` have a rank that is not certain, by column."""
    ones = [one[key] for one in found.values() for key in horizons]
    return {
        heading: pd.Series([row.rank.p10 != row.rank.p90 for row in rows], dtype=bool)
        for heading, rows in (
            (t("Rank"), [one.after for one in ones]),
            (t("Rank without"), [one.before for one in ones]),
            (t("Rank if own rates stay"), [one.still.after for one in ones]),
        )
    }


def groups(found: Outlooks, horizon: str) -> pd.DataFrame:
    """Points of the six groups in each scenario, what improving as the others do adds to them by
    then, the score that they make, and the most there are."""
    rules = session.case().baseline.rules
    names = [group_name(group) for group in rules.groups]
    frame = pd.DataFrame({t("Group"): [*names, t("Improving as the others do"), t("Score")]})
    for label, by_horizon in found.items():
        score, planned = by_horizon[horizon].after.score, by_horizon[horizon].result.after
        total = float(planned.total[PROVINCE])
        groups = parts_of(total, list(planned.groups[PROVINCE]))
        frame[label] = [*groups, change_of(total, score), score]
    frame[t("Points at most")] = [*rules.group_max, np.nan, rules.group_max.sum()]
    alike = np.abs(frame.loc[len(names), list(found)].astype(float)).max() < SAME
    return frame.drop(index=len(names)) if alike else frame


def units(found: Outlooks, horizon: str) -> pd.DataFrame:
    """Scores of the units that are not the same in all scenarios, the largest difference first."""
    case = session.case()
    baseline, names = case.baseline, unit_names(case.dataset)
    totals = np.array([one[horizon].result.after.total for one in found.values()])
    apart = np.ptp(totals, axis=0)
    idle = np.isnan(unit_ranks(next(iter(found.values()))[horizon].result.before, baseline))
    rows = [u for u in np.argsort(-apart, kind="stable") if apart[u] >= SAME and not idle[u]]
    frame = pd.DataFrame(
        {
            t("Unit"): [names[baseline.units[u]] for u in rows],
            t("Level"): [level_name(baseline.level[u]) for u in rows],
        }
    )
    for label, total in zip(found, totals, strict=True):
        frame[label] = total[rows]
    return frame


def inputs(chosen: dict[str, Scenario]) -> pd.DataFrame:
    """The changes and assumptions that are not the same in all scenarios, in words."""
    dataset = session.case().dataset
    places = dict.fromkeys(
        (change.component, change.unit) for one in chosen.values() for change in one.changes
    )
    rows = []
    for component, unit in places:
        words = [_words(phases(one, unit, component)) for one in chosen.values()]
        if len(set(words)) > 1:
            name = component_name(dataset.rules, dataset.rules.index(component))
            rows.append([name, scope_name(dataset, unit), *words])
    rows += _assumptions(chosen)
    return pd.DataFrame(rows, columns=[t("Component"), t("Where"), *chosen])


def _words(found: tuple[Change, ...]) -> str:
    """The changes of one scope and component, in turn."""
    if not found:
        return text.UNKNOWN
    return "; ".join(
        mode_words(one.mode, one.value, 2) + when.describe(one.start, one.ramp_weeks, one.end)
        for one in found
    )


def _assumptions(chosen: dict[str, Scenario]) -> list[list[str]]:
    """Rows for the other provinces' gain and for components taken to be scored otherwise."""
    rules = session.case().dataset.rules
    gains = [one.assumptions.field_gain for one in chosen.values()]
    words = [
        t("Their own pace") if gain is None else text.points(gain, sign=True) for gain in gains
    ]
    rows = [[t("Other provinces gain"), text.UNKNOWN, *words]] if len(set(words)) > 1 else []
    edited = dict.fromkeys(name for one in chosen.values() for name in one.assumptions.rules)
    for name in edited:
        words = [_rule(one, name) for one in chosen.values()]
        if len(set(words)) > 1:
            rows.append([component_name(rules, rules.index(name)), t("Rule"), *words])
    return rows


def _rule(scenario: Scenario, component: str) -> str:
    edit = scenario.assumptions.rules.get(component)
    if edit is None:
        return t("As it is")
    return t(
        "{points} from {target} on",
        points=text.points(edit.max_points),
        target=text.percent(edit.target_rate, 0),
    )
