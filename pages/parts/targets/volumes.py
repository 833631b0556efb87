"""The dossiers of the province in a year, typed in where no source has them."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.arrays import Array
from core.review.volumes import unit_dossiers
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.text import t

MOST = 1e9  # dossiers in a year: ten for everybody in the country


@dataclass(frozen=True)
class Volumes:
    """Dossiers (U,) so far as assumed, and the ends of their 80 % range."""

    best: Array
    low: Array
    high: Array


def choose(component: int) -> Volumes | None:
    """The units' dossiers from what is typed in; None where sources have them or nothing is typed.

    What is missing is said: without a number of dossiers there is none a week.
    """
    case = session.case()
    if np.isfinite(case.baseline.dossiers[1:, component]).any():
        return None
    typed = st.text_input(
        t("Dossiers of the province that count for this rate, in a year"),
        key=f"target-volume-{case.dataset.id}-{component}",
        placeholder=t("not published"),
    )
    value = text.parse_number(typed)
    if typed.strip() and (value is None or not 0 < value <= MOST):
        st.error(t("Write how many dossiers there are in a year, for example 120000."))
        value = None
    if value is None:
        st.caption(
            t(
                "Dossiers a week: can not be computed, because nobody publishes how many dossiers "
                "the province has. Write a number for a year to see them."
            )
        )
        return None
    st.caption(
        t(
            "Dossiers a week follow from the number typed in and from the units' parts of it, "
            "which are assumed (≈, with their 80% range)."
        )
    )
    shares = case.drawn.shares
    return Volumes(*unit_dossiers(case.baseline, case.calendar, shares, component, value))
