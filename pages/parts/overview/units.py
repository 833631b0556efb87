"""Units by score: what is published of them, what is estimated, and their change (the overview)."""

import numpy as np
import pandas as pd

from core.arrays import RANGE_SD, Array
from core.dataset.facts import facts
from core.field.ranks import unit_ranks
from core.index.rollup import PROVINCE, Status, score
from core.index.rules import points
from core.outlook.case import Case
from core.review.since import Since
from pages.parts.shared import tables
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.names import in_order, level_name, unit_names
from pages.parts.words.text import t


def standings(since: Since | None) -> pd.DataFrame:
    """Every unit, the best first: rank, score and where it comes from, published rates, change."""
    case = session.case()
    baseline, names = case.baseline, unit_names(case.dataset)
    outcome = score(baseline, baseline.rate)
    rank = unit_ranks(outcome, baseline)
    low, high = score_ranges(case, outcome.total)
    frame = pd.DataFrame(
        {
            t("Rank"): rank,
            t("Unit"): [names[code] for code in baseline.units],
            t("Level"): [level_name(level) for level in baseline.level],
            t("Score"): np.where(np.isnan(rank), np.nan, outcome.total),
            change_name(since): np.nan if since is None else since.units,
            t("Source of the score"): score_sources(case),
            t("80% from"): low,
            t("80% to"): high,
            t("Rates published"): (baseline.status == Status.PUBLISHED).sum(axis=1).astype(float),
            t("Rates estimated"): (baseline.status == Status.ESTIMATED).sum(axis=1).astype(float),
        }
    )
    rows = in_order(case.dataset, baseline)  # units of the same rank stay in this order
    below = frame.iloc[rows].dropna(axis="columns", how="all")
    return below.sort_values(t("Rank"), kind="stable", na_position="last", ignore_index=True)


def brief() -> tuple[str, ...]:
    """The columns of `standings` that paper has room for, three of them beside each other."""
    return t("Rank"), t("Unit"), t("Score")


def guessed(frame: pd.DataFrame) -> dict[str, "pd.Series[bool]"]:
    """Which rows of `standings` have an estimated score, and so an estimated rank, by column."""
    rows = frame[t("80% from")].notna() if t("80% from") in frame else pd.Series(False, frame.index)
    return dict.fromkeys((t("Score"), t("Rank")), rows)


def change_name(since: Since | None) -> str:
    """The heading of a change since a date."""
    return t("Since {date}", date=text.date(since.day)) if since else t("Change")


def score_sources(case: Case) -> list[str]:
    """Where each unit's score comes from, in words, U of them."""
    baseline, published = case.baseline, np.isfinite(facts(case.dataset).total)
    sure = ~tables.unsure(baseline)
    idle = np.isnan(unit_ranks(score(baseline, baseline.rate), baseline))
    idle[PROVINCE] = False
    return [
        t("no dossiers")
        if nothing
        else t("published")
        if told
        else "= " + t("computed")
        if exact
        else f"{text.ESTIMATED} " + t("estimated")
        for nothing, told, exact in zip(idle, published, sure, strict=True)
    ]


def score_ranges(case: Case, total: Array) -> tuple[Array, Array]:
    """80 % range (U,), (U,) of the scores that are estimated, NaN for the others.

    Normal approximation: the variance of the points that the drawn rates earn.
    """
    baseline = case.baseline
    variance = np.zeros(len(baseline.units))
    if len(case.drawn.rates):
        earned = np.where(baseline.carried, points(baseline.rules, case.drawn.rates), 0.0)
        variance = variance + earned.sum(axis=-1).var(axis=0)
    spread = RANGE_SD * np.sqrt(variance)
    guessed = tables.unsure(case.baseline) & np.isnan(facts(case.dataset).total)
    low, high = np.clip(total - spread, 0, 100), np.clip(total + spread, 0, 100)
    return np.where(guessed, low, np.nan), np.where(guessed, high, np.nan)
