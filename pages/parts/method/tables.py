"""The tables of the Method page: rules, estimates, stated_contradictions, backtests."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from core.backtest.cases import backtests
from core.backtest.prediction import Backtest, Row
from core.dataset.load import stated_contradictions
from core.dataset.priors import prior_at
from core.index.rollup import Status
from core.review import guard
from pages.parts.shared import less_counted, tables
from pages.parts.state import session
from pages.parts.state.cases import seen
from pages.parts.words import text
from pages.parts.words.names import (
    component_name,
    confidence_name,
    group_name,
    rollup_name,
    unit_names,
)
from pages.parts.words.text import t

BOARDS = ("boards_2026", "boards_each")


def summary() -> str:
    """How much of the baseline is published, in one sentence."""
    baseline = session.case().baseline
    count = {status: int((baseline.status == status).sum()) for status in Status}
    return t(
        "{dataset}: {published} unit figures are published, {computed} follow from them exactly, "
        "{estimated} are estimated with a range.",
        dataset=seen.name_of(session.case()),
        published=text.number(count[Status.PUBLISHED], 0),
        computed=text.number(count[Status.COMPUTED], 0),
        estimated=text.number(count[Status.ESTIMATED], 0),
    )


def rules() -> pd.DataFrame:
    """The rule set, a row a component."""
    found = session.case().dataset.rules
    full, zero = t("full points"), t("0 points")
    return pd.DataFrame(
        {
            t("Component"): [component_name(found, c) for c in range(len(found.components))],
            t("Group"): [group_name(found.groups[g]) for g in found.group_index],
            t("Points at most"): found.max_points,
            t("Full points from, %"): 100 * found.target_rate,
            t("Nothing to count"): [full if f else zero for f in found.no_data_full],
            t("Adds up"): [rollup_name(kind) for kind in found.rollup],
            t("How sure"): [confidence_name(kind) for kind in found.confidence],
            t("Source"): [t(source) for source in found.source],  # rules.csv has it in English
        }
    )


def show_estimates() -> None:
    """Every estimated figure with its range: of the province and of its units."""
    case = session.case()
    baseline, names = case.baseline, unit_names(case.dataset)
    rows, columns = np.nonzero(baseline.status == Status.ESTIMATED)
    st.subheader(t("Estimated unit rates"))
    if not len(rows):
        st.info(t("No unit rate is estimated in this dataset."), icon=":material/verified:")
        return
    frame = pd.DataFrame(
        {
            t("Unit"): [names[baseline.units[u]] for u in rows],
            t("Component"): [component_name(baseline.rules, int(c)) for c in columns],
            t("Rate, %"): 100 * baseline.rate[rows, columns],
            t("80% from"): 100 * baseline.rate_low[rows, columns],
            t("80% to"): 100 * baseline.rate_high[rows, columns],
        }
    )
    every = pd.Series(True, index=frame.index)
    tables.show(frame, key="estimates", file="uoc-tinh.csv", estimated={t("Rate, %"): every})


def show_priors() -> None:
    """What each component was expected to be before anything was published, and from whom."""
    case = session.case()
    rules = case.dataset.rules
    expected = prior_at(case.dataset.priors, rules, case.dataset.meta.as_of)
    rows = case.dataset.priors[case.dataset.priors["rule_set"] == rules.name]
    by = rows.sort_values("date").groupby("component").last()
    st.subheader(t("Expected before anything is published"))
    st.caption(
        t(
            "Mean and standard deviation over other provinces. What is published of this province "
            "then moves them."
        )
    )
    by = by.reindex(list(rules.components))
    frame = pd.DataFrame(
        {
            t("Component"): [component_name(rules, c) for c in range(len(rules.components))],
            t("Expected rate, %"): 100 * expected.mean,
            t("Standard deviation, %"): 100 * expected.sd,
            t("Provinces it is from"): by["provinces"].to_numpy(float),
            t("Last of"): [text.UNKNOWN if pd.isna(day) else text.date(day) for day in by["date"]],
        }
    )
    tables.show(frame, key="priors", whole=(t("Provinces it is from"),), file="tien-nghiem.csv")


def show_contradictions() -> None:
    """What the sources say that cannot all be true, and what the published figures contradict."""
    case = session.case()
    names, rules_ = unit_names(case.dataset), case.dataset.rules
    found = stated_contradictions(case.dataset)
    for row in found.itertuples():
        words = row.vi if text.language() == "vi" else row.en
        st.markdown("- " + text.escape(str(words)))
    for one in case.solved.contradictions:
        what = one.what.removeprefix("group:")
        name = (
            component_name(rules_, rules_.index(what))
            if what in rules_.components
            else t("Score")
            if what == "total"
            else group_name(what)
        )
        st.markdown(
            "- "
            + text.escape(
                t(
                    "{unit}, {what}: published {published}, the other figures allow {fitted}.",
                    unit=names[case.baseline.units[one.unit]],
                    what=name,
                    published=text.number(one.published, 4),
                    fitted=text.number(one.fitted, 4),
                )
            )
        )
    for warning in case.dataset.warnings:
        st.markdown("- " + text.problem(warning))
    flagged = less_counted.lines()
    if flagged:
        st.markdown("\n".join(flagged))
    if found.empty and not (case.solved.contradictions or case.dataset.warnings or flagged):
        st.success(t("The published figures of this dataset agree with each other."))
    _show_guard()


def _show_guard() -> None:
    """What is looked at so that nobody scores by counting less."""
    pairs = guard.pairs(session.case().dataset)
    st.caption(
        t("Rates that rise because less is counted: {count} pairs of dates compared.", count=pairs)
        if pairs
        else t(
            "Rates that rise because less is counted can't be looked for here: that takes "
            "numerators and denominators at two dates of one year."
        )
    )
    st.caption(
        t(
            "A scenario can't rise by counting less: volumes are held and rates stay within 0 to "
            "100%. Other rules than the portal's raise the score without any work, so they are "
            "shown as an assumption."
        )
    )


@st.cache_resource(show_spinner=False)
def _backtests() -> tuple[Backtest, ...]:
    return backtests()


def show_backtests() -> None:
    """Predictions against what happened, good or bad."""
    with st.spinner(t("Predicting the past…")):
        found = _backtests()
    # first what a leader needs first: in how many of ten cases the range held
    for one in sorted(found, key=lambda one: one.key not in BOARDS):
        st.subheader(_sentence(one.title, {}))
        for note in one.notes:
            st.markdown("- " + text.escape(_sentence(note.text, note.details)))
        rows = _chosen_pair(one) if one.key == BOARDS[-1] else one.rows
        tables.show(_predictions(rows), key=f"backtest-{one.key}")


def _chosen_pair(one: Backtest) -> tuple[Row, ...]:
    """The rows of a pair of boards; all together they are hundreds."""
    pairs = list(dict.fromkeys((row.details["made"], row.details["date"]) for row in one.rows))
    chosen = st.selectbox(
        t("Board, and the later one that it predicts"),
        pairs,
        index=len(pairs) - 1,
        format_func=lambda pair: f"{_shown(pair[0])} → {_shown(pair[1])}",
        key="backtest_pair",
    )
    return tuple(r for r in one.rows if (r.details["made"], r.details["date"]) == chosen)


def _predictions(rows: tuple[Row, ...]) -> pd.DataFrame:
    measures = {"points": t("points"), "rank": t("rank"), "percent": t("per cent")}
    inside = {True: t("yes"), False: t("no"), None: text.UNKNOWN}
    return pd.DataFrame(
        {
            t("Question"): [_sentence(row.label, row.details) for row in rows],
            t("Measure"): [measures[row.measure] for row in rows],
            t("What was said"): [row.predicted for row in rows],
            t("80% from"): [np.nan if row.low is None else row.low for row in rows],
            t("80% to"): [np.nan if row.high is None else row.high for row in rows],
            t("What happened"): [row.happened for row in rows],
            t("Error"): [row.error for row in rows],
            t("Inside the range"): [inside[row.inside] for row in rows],
        }
    )


def _sentence(pattern: str, details: Mapping[str, object]) -> str:
    """An English pattern of the engine in the language of the screen, its fields formatted."""
    return t(pattern).format(**{name: _shown(value) for name, value in details.items()})


def _shown(value: object) -> str:
    if isinstance(value, dt.date):
        return text.date(value)
    if isinstance(value, float):
        return text.number(value)
    return str(value)
