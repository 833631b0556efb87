"""One unit on one card: its rates and points, what is missing, what a correction changes."""

import numpy as np
import pandas as pd
import streamlit as st

from core.dataset.facts import facts
from core.field.ranks import unit_ranks
from core.index.rollup import PROVINCE, Status, score
from core.levers.leverage import leverage
from core.outlook.case import Case
from core.review.correction import corrected, own_per_point
from pages.parts.shared import strip, tables
from pages.parts.shared.named import listed
from pages.parts.state import session
from pages.parts.widgets import pick
from pages.parts.words import text
from pages.parts.words.names import component_name, group_name, in_order, unit_names
from pages.parts.words.text import t


def show() -> None:
    """A unit to choose, and its card."""
    case = session.case()
    names = unit_names(case.dataset)
    rows = [PROVINCE, *in_order(case.dataset, case.baseline)]
    called = {case.baseline.units[u]: names[case.baseline.units[u]] for u in rows}
    code = pick.one(st.container(), t("Unit"), called, f"card_unit-{case.dataset.id}")
    unit = case.baseline.row(code)
    _top(case, unit)
    _sentences(case, unit)
    guessed = pd.Series(case.baseline.status[unit] == Status.ESTIMATED)
    tables.show(
        table(case, unit), key="card_table", whole=(t("Numerator"), t("Denominator")),
        fine=(t("Province gains, +1 percentage point"),), file=t("unit") + ".csv",
        estimated=dict.fromkeys((t("Rate, %"), t("Points")), guessed),
    )  # fmt: skip
    st.caption(tables.legend())
    _correct(case, unit)


def _top(case: Case, unit: int) -> None:
    """Score, rank among the units, part of the dossiers, how much is published."""
    baseline, outcome = case.baseline, score(case.baseline, case.baseline.rate)
    unsure = bool(tables.unsure(baseline)[unit])
    cells = {t("Score"): text.estimated(text.number(float(outcome.total[unit])), unsure)}
    if unit != PROVINCE:
        ranks = unit_ranks(outcome, baseline)
        cells[t("Rank among units")] = text.rank(ranks[unit], int(np.isfinite(ranks).sum()))
        shares = baseline.whole_share[unit][baseline.summed]
        part = float(np.nanmean(shares)) if shares.size else np.nan
        cells[t("Part of the dossiers")] = text.percent(part)
    status = baseline.status[unit]
    cells[t("Rates published")] = f"{int((status == Status.PUBLISHED).sum())}/{len(status)}"
    for column, (label, value) in zip(st.columns(len(cells)), cells.items(), strict=True):
        column.metric(label, value)


def _sentences(case: Case, unit: int) -> None:
    """What is published, estimated and missing, by name; and the petitions and other counts."""
    rules, status = case.baseline.rules, case.baseline.status[unit]
    said = []
    for kind, label in (
        (Status.ESTIMATED, t("Estimated, no source states it: {names}.")),
        (Status.UNKNOWN, t("Not published and not estimated: {names}.")),
        (Status.NO_DATA, t("Nothing to count: {names}.")),
    ):
        found = [component_name(rules, c) for c in np.flatnonzero(status == kind).tolist()]
        if found:
            said.append(label.format(names=listed(found, 5)))
    told = facts(case.dataset)
    groups = np.isfinite(told.group_points[unit])
    if np.isfinite(told.total[unit]):
        words = t("Published score: {score}.", score=text.points(float(told.total[unit])))
        said += [words, *([rounded] if (rounded := strip.rounded(case, unit)) else [])]
    if groups.any():
        parts = [
            f"{group_name(group)} {text.number(float(value))}"
            for group, value in zip(rules.groups, told.group_points[unit], strict=True)
            if np.isfinite(value)
        ]
        said.append(t("Published points of groups: {parts}.", parts="; ".join(parts)))
    if parts := _petitions(case, unit):
        said.append(t("Satisfaction and petitions: {parts}.", parts="; ".join(parts)))
    counts = case.dataset.counts
    mine = counts[counts["unit"] == case.baseline.units[unit]]
    for day, quantity, count in zip(mine["as_of"], mine["quantity"], mine["count"], strict=True):
        words = t("Published count “{what}” of {day}: {count}.", what=quantity,
                  day=text.date(day.date()), count=text.number(count, 0))  # fmt: skip
        said.append(words)
    for words in said:
        st.markdown("- " + text.escape(words))


def _petitions(case: Case, unit: int) -> list[str]:
    """The published counts of the group in which citizens are heard."""
    told, rules = facts(case.dataset), case.baseline.rules
    group = rules.groups.index("satisfaction")
    return [
        t("{name} {above} of {below}", name=component_name(rules, c),
          above=text.number(float(told.numerator[unit, c]), 0),
          below=text.number(float(told.denominator[unit, c]), 0))
        for c in np.flatnonzero(rules.group_index == group).tolist()
        if np.isfinite(told.denominator[unit, c])
    ]  # fmt: skip


def table(case: Case, unit: int) -> pd.DataFrame:
    """One row a component: what it is, where it is from, and what a percentage point moves."""
    baseline, rules = case.baseline, case.baseline.rules
    told, outcome = facts(case.dataset), score(baseline, baseline.rate)
    rows = case.dataset.observations
    mine = rows[(rows["unit"] == baseline.units[unit]) & (rows["portal"] == "national")]
    mine = mine[mine["as_of"] == pd.Timestamp(case.dataset.meta.as_of)]
    sources = dict(zip(mine["component"], mine["source"], strict=True))
    titles = case.dataset.sources["title"].to_dict()
    return pd.DataFrame(
        {
            t("Component"): [component_name(rules, c) for c in range(len(rules.components))],
            t("Rate, %"): 100 * baseline.rate[unit],
            t("Points"): np.where(baseline.carried[unit], outcome.points[unit], np.nan),
            t("Maximum"): rules.max_points,
            t("How it is known"): [tables.status_name(one) for one in baseline.status[unit]],
            t("Unit gains, +1 percentage point"): own_per_point(baseline, unit),
            t("Province gains, +1 percentage point"): leverage(baseline).per_point[unit],
            t("Numerator"): told.numerator[unit],
            t("Denominator"): told.denominator[unit],
            t("Source"): [
                str(titles.get(sources[name], "")) if name in sources else text.UNKNOWN
                for name in rules.components
            ],
        }
    )


def _correct(case: Case, unit: int) -> None:
    """What one other figure would do, before anybody writes it anywhere."""
    rules, rate = case.baseline.rules, case.baseline.rate[unit]
    columns = {c: component_name(rules, c) for c in np.flatnonzero(np.isfinite(rate)).tolist()}
    if not columns:
        st.caption(t("No rate of this unit is known, so no correction can be worked out."))
        return
    st.markdown("**" + t("What one correction changes") + "**")
    left, right = st.columns(2)
    key = f"{case.dataset.id}-{case.baseline.units[unit]}"
    column = pick.one(left, t("Component"), columns, f"card_component-{key}")
    now = round(100 * float(rate[column]), 2)
    # not a number box: that writes its value with a point in every language
    typed = right.text_input(
        t("If the rate were, %"), text.number(now), key=f"card_rate-{key}-{column}"
    )
    other = text.parse_number(typed)
    if other is None or not 0 <= other <= 100:
        right.error(t("Write a number from 0 to 100, for example 60 or 62,5."))
        return
    if abs(other - now) < 0.005:
        st.caption(t("Enter another rate: what it changes is shown here, and nothing is written."))
        return
    found = corrected(case.baseline, unit, column, other / 100)
    words = t(
        "At {rate} instead of {now}, “{component}” earns {after} points and not {before}; its "
        "unit's score goes from {unit_before} to {unit_after}, that of the province from "
        "{province_before} to {province_after} ({change}).",
        rate=text.percent(other / 100),
        now=text.percent(float(rate[column])),
        component=columns[column],
        before=text.number(found.points_before),
        after=text.number(found.points_after),
        unit_before=text.number(found.unit_before),
        unit_after=text.number(found.unit_after),
        province_before=text.number(found.province_before),
        province_after=text.number(found.province_after),
        change=text.number(found.province_after - found.province_before, 4, sign=True),
    )
    st.markdown(text.escape(words))
    st.caption(
        t("The province's own figure is taken to move by the unit's part of its dossiers, where "
          "units add up to it; its number of dossiers is held.")
    )  # fmt: skip
