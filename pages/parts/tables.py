"""Tables that pages share: shown with numbers in the viewer's language, sorted by their values."""

import numpy as np
import pandas as pd
import streamlit as st

from core.rollup import PROVINCE, Baseline, Outcome, Status
from core.simulate import Result, unit_ranks
from pages.parts import session, text
from pages.parts.names import component_name, level_name, unit_names
from pages.parts.text import t

MISSING = -1.0
MARKS = {Status.ESTIMATED: "≈", Status.COMPUTED: "="}


def legend() -> str:
    """What the marks before figures mean; said once on a page."""
    return t("No mark: published. = computed from published figures. ≈ estimated, within its range.")


def unit_table(result: Result, column: int) -> pd.DataFrame:
    """Every unit before and after: rate of one component, own score, rank inside the province.

    Rates in per cent. Units without dossiers keep empty cells.
    """
    baseline = session.case().baseline
    names = unit_names(session.case().dataset)
    rows = slice(PROVINCE + 1, None)
    return pd.DataFrame(
        {
            "unit": [names[code] for code in baseline.units[rows]],
            "level": [level_name(level) for level in baseline.level[rows]],
            "rate_before": 100 * result.before.rate[rows, column],
            "rate_after": 100 * result.after.rate[rows, column],
            "score_before": _own(baseline, result.before)[rows],
            "score_after": _own(baseline, result.after)[rows],
            "rank_before": unit_ranks(result.before, baseline)[rows],
            "rank_after": unit_ranks(result.after, baseline)[rows],
            "status": baseline.status[rows, column],
        }
    )


def _own(baseline: Baseline, outcome: Outcome) -> np.ndarray:
    """Scores of units; none for those without anything to score."""
    return np.where(np.isnan(unit_ranks(outcome, baseline)), np.nan, outcome.total)


def default_column() -> int:
    """The component whose rate the table shows first: the one changed last."""
    changes = session.scenario().changes
    rules = session.case().dataset.rules
    return rules.index(changes[-1].component) if changes else rules.index("dossiers_paid")


def _cell(value: float, digits: int = 2) -> str:
    return text.UNKNOWN if value == MISSING else text.number(value, digits)


def show_units(frame: pd.DataFrame, key: str) -> None:
    """The table of `unit_table`, sortable by a click on a heading."""
    headings = {
        "unit": t("Unit"),
        "rate_before": t("Rate before, %"),
        "rate_after": t("Rate after, %"),
        "score_before": t("Score before"),
        "score_after": t("Score after"),
        "rank_before": t("Rank before"),
        "rank_after": t("Rank after"),
        "level": t("Level"),
    }
    numbers = list(headings)[1:-1]
    # a missing number would be shown as "None"; below 0 it sorts last and is shown as a dash
    shown = frame[list(headings)].fillna(dict.fromkeys(numbers, MISSING))
    styler = shown.style.format(_cell, subset=numbers[:4])
    styler = styler.format(lambda rank: _cell(rank, 0), subset=numbers[4:])
    st.dataframe(styler, hide_index=True, key=key,
                 column_config={n: st.column_config.Column(h) for n, h in headings.items()})
