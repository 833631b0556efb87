"""The register of forecasts: what was said before, and whether it held."""

import numpy as np
import pandas as pd
import streamlit as st

from core.backtest.boards import RANK, SCORE
from core.store.checks import StoreError
from core.track.marks import by_span, held_of_ten, marks
from pages.parts.shared import tables
from pages.parts.state import links, register, session
from pages.parts.words import text
from pages.parts.words.text import t

SHOWN = 200


def show() -> None:
    """Of ten forecasts, how many held; the marks by how far ahead; every one of them."""
    case = session.case()
    register.freeze_baseline(case)
    st.subheader(t("The register: forecasts of this program against what happened"))
    try:
        frozen = register.frozen()
    except StoreError as error:
        st.error(links.sentence(error))
        return
    table = marks(frozen, case.dataset)
    mine = [one for one, _ in frozen if one.province == case.dataset.meta.province]
    st.caption(
        t(
            "Every week's baseline and every issued plan freezes its forecast; what is due is "
            "scored as soon as a board arrives. Frozen for this province: {count}.",
            count=text.number(len(mine), 0),
        )
    )
    true = table[~table["late"].astype(bool)]
    late = len(table) - len(true)
    if len(true):
        st.markdown(
            t(
                "Of ten forecasts {held} held: {inside} of {all} lay inside their range, which is "
                "said to hold 8 of 10.",
                held=text.number(held_of_ten(true), 1),
                inside=text.number(int(true["inside"].sum()), 0),
                all=text.number(len(true), 0),
            )
        )
        tables.show(
            _spans(true), key="register-spans", whole=(t("Forecasts"), t("Inside the range"))
        )
    else:
        st.info(t("No forecast is due yet: it takes a board that came after it was frozen."))
    if late:
        st.caption(
            t(
                "{count} more were frozen only after the day of which they speak, from figures "
                "before it: they are listed and not counted.",
                count=text.number(late, 0),
            )
        )
    if len(table):
        tables.show(_every(table.head(SHOWN)), key="register", file="so-du-bao.csv")


def _spans(table: pd.DataFrame) -> pd.DataFrame:
    spans = by_span(table)
    return pd.DataFrame(
        {
            t("Measure"): [_measure(one) for one in spans["measure"]],
            t("Days ahead"): [
                t("more") if np.isnan(until) else t("up to {days}", days=text.number(until, 0))
                for until in spans["until"]
            ],
            t("Forecasts"): spans["many"],
            t("Inside the range"): spans["inside"],
            t("How far off (CRPS, RPS)"): spans["mark"],
            t("“It stays as it is”"): spans["mark_stays"],
            t("“Own rates stand still”"): spans["mark_still"],
        }
    )


def _measure(name: str) -> str:
    return {SCORE: t("points"), RANK: t("rank")}[name]


def _every(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            t("Figures of"): [text.date(day) for day in table["as_of"]],
            t("Plan of targets"): [title or text.UNKNOWN for title in table["title"]],
            t("Day"): [text.date(day) for day in table["happened"]],
            t("Measure"): [_measure(one) for one in table["measure"]],
            t("80% from"): table["low"].astype(float),
            t("What was said"): table["median"].astype(float),
            t("80% to"): table["high"].astype(float),
            t("What happened"): table["actual"].astype(float),
            t("Inside the range"): [t("yes") if held else t("no") for held in table["inside"]],
            t("How far off (CRPS, RPS)"): table["mark"].astype(float),
            t("“It stays as it is”"): table["mark_stays"].astype(float),
            t("“Own rates stand still”"): table["mark_still"].astype(float),
            t("Frozen before"): [t("no") if late else t("yes") for late in table["late"]],
        }
    )
