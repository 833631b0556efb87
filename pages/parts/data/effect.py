"""What a correction changes, before it is saved: computed anew on a copy."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.dataset.facts import DATA
from core.imports.corrections.rows import RowChange
from core.imports.corrections.trial import trial_folder
from core.outlook.case import Case, load_case
from core.outlook.standing import Standing
from core.outlook.timeline import TODAY
from core.problems import DataError, Problem
from core.review.correction import Effect, effect_of
from pages.parts.data import preview
from pages.parts.shared import strip, tables
from pages.parts.words import text
from pages.parts.words.names import component_name, unit_names
from pages.parts.words.text import t

Asked = tuple[object, ...]


@dataclass
class Tried:
    """The trial made last: of what, and what came of it."""

    asked: Asked = ()
    effect: Effect | None = None
    problems: tuple[Problem, ...] = ()


def show(case: Case, changes: tuple[RowChange, ...], unit: str, asked: Asked) -> bool:
    """Rates, points, scores and ranks before and after; whether the figures are possible at all.

    `asked` says what was changed, however it is signed: with the same, nothing is computed anew.
    """
    tried: Tried = st.session_state.setdefault("correct_tried", Tried())
    asked = (case.dataset.id, case.dataset.version, text.language(), *asked)
    if tried.asked != asked:
        with st.spinner(t("Computing what it changes …")):
            tried = st.session_state.correct_tried = _tried(case, changes, unit, asked)
    if tried.problems or tried.effect is None:
        st.error(t("These figures are not possible:"), icon=":material/error:")
        preview.sentences(tried.problems)
        return False
    st.markdown("**" + t("What it changes") + "**")
    frame = table(case, tried.effect, unit)
    if not tried.effect.components:
        st.caption(t("No rate and no point changes: it is kept, and moves no score."))
    tables.show(frame, key="correct_effect")
    if any(any(move.estimated) for move in tried.effect.components):
        st.caption(t("Figures with ≈ are estimates: they are made anew from everything published."))
    province = tried.effect.province
    if tried.effect.components and abs(province[1] - province[0]) < 0.005:
        st.caption(
            t(
                "The score of the province stays: its own figure is published and is taken as it "
                "stands. Where it counts the same dossiers, correct it, too."
            )
        )
    return True


def _tried(case: Case, changes: tuple[RowChange, ...], unit: str, asked: Asked) -> Tried:
    try:
        with trial_folder(case.dataset, changes) as path:
            after = load_case(path, DATA)
        return Tried(asked, effect_of(case, after, unit))
    except DataError as error:
        return Tried(asked, None, error.problems)


def table(case: Case, effect: Effect, unit: str) -> pd.DataFrame:
    """One row a rate, points, score and rank: before, after, and the change."""
    names, rules = unit_names(case.dataset), case.baseline.rules
    whole = case.baseline.units[0]
    rows = []
    for move in effect.components:
        figure = component_name(rules, move.component)
        rates = [text.percent(one) for one in move.rate]
        rates = [text.estimated(w, g) for w, g in zip(rates, move.estimated, strict=True)]
        change = text.percent(move.rate[1] - move.rate[0], sign=True)
        rows.append(_row(names[move.unit], t("Rate: {figure}", figure=figure), rates, change))
        points = _numbers(move.points, move.estimated)
        change = text.number(move.points[1] - move.points[0], sign=True)
        rows.append(_row(names[move.unit], t("Points: {figure}", figure=figure), points, change))
    standing = next(iter(effect.standings.values()))
    scores = {
        unit: (effect.unit, effect.unit_estimated),
        whole: (effect.province, (not standing[0].certain, not standing[1].certain)),
    }
    for name, (pair, guessed) in scores.items():
        change = text.number(pair[1] - pair[0], sign=True)
        rows.append(_row(names[name], t("Score"), _numbers(pair, guessed), change))
    for key, places in effect.standings.items():
        ranks = [strip.rank_range(one) for one in places]
        label = t("Rank: {horizon}", horizon=strip.horizon_name(key))
        if key == TODAY:
            label = t("Rank on {date}", date=text.date(case.calendar.as_of))
        rows.append(_row(names[whole], label, ranks, _places(places)))
    return pd.DataFrame(rows)


def _row(name: str, figure: str, pair: list[str], change: str) -> dict[str, str]:
    return {
        t("Unit"): name,
        t("Figure"): figure,
        t("Before"): pair[0],
        t("After"): pair[1],
        t("Change"): change,
    }


def _numbers(pair: tuple[float, float], estimated: tuple[bool, bool]) -> list[str]:
    return [text.estimated(text.number(n), g) for n, g in zip(pair, estimated, strict=True)]


def _places(pair: tuple[Standing, Standing]) -> str:
    """By how many places the middle rank moves: upwards is what counts as more."""
    moved = pair[0].rank.median - pair[1].rank.median
    if moved == 0:
        return t("no change")
    if moved > 0:
        return t("up {count} places", count=text.number(moved, 0))
    return t("down {count} places", count=text.number(-moved, 0))
