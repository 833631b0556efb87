"""What is split over units: a lever, the province's target on a date, a method, who is held."""

import math

import streamlit as st

from core.arrays import TOLERANCE
from core.goal.cascade import METHODS, Cascade, cascade
from core.goal.options import Options
from pages.parts.goalseek.choices import choose_horizon
from pages.parts.goalseek.common import baseline, choose_held, number_box, unit_levers
from pages.parts.shared.named import lever_names
from pages.parts.state import session, views
from pages.parts.words import text
from pages.parts.words.text import t

STEP = 0.05  # a first target is the next multiple of it above the present rate


def method_name(method: str) -> str:
    """A method as it is called."""
    return {
        "gap": t("By what is missing"),
        "volume": t("By dossiers"),
        "pro_rata": t("Pro rata"),
        "even": t("Even"),
    }[method]


def method_about(method: str) -> str:
    """What a method does."""
    return {
        "gap": t("Every unit closes the same part of its own gap to 100%."),
        "volume": t("Every unit rises by the same percentage points."),
        "pro_rata": t("Every rate grows by the same factor: who does more now gets more."),
        "even": t("Every unit gets the same number of extra dossiers, large or small."),
    }[method]


def choose() -> tuple[Cascade, list[Cascade]] | None:
    """The cascade as chosen, and by every method; None while the target is missing or wrong.

    Raises DataError.
    """
    case, base = session.case(), baseline()
    left, middle = st.columns(2)
    levers = unit_levers()
    names, usual_lever = lever_names(levers), base.rules.roles.get("all_dossiers")
    component = left.selectbox(
        t("Rate"),
        levers,
        index=levers.index(usual_lever) if usual_lever in levers else 0,
        key=f"cascade_component-{case.dataset.id}",
        format_func=names.__getitem__,
        persist_state="session",
    )
    now = float(base.rate[0, base.rules.index(component)])
    usual = min(100.0, 100 * STEP * (math.floor(now / STEP + TOLERANCE) + 1))
    label = t("Target of the province (year to date), %")
    target = number_box(middle, label, f"cascade_target-{component}", usual, 0, 100)
    methods = ["gap", "volume", "pro_rata", "even"]
    with st.container(horizontal=True):
        horizon = choose_horizon()
        method = views.choose(t("Split"), methods, "cascade_method", method_name)
    st.caption(method_about(method) + " " + t("Nobody goes beyond 100%: the rest goes to others."))
    options = Options(held=choose_held("cascade_held"))
    if target is None:
        return None
    found = {
        one: cascade(base, case.calendar, component, target / 100, horizon, one, options)
        for one in METHODS
    }
    return found[method], [found[one] for one in ("gap", "volume", "pro_rata", "even")]


def percent_of(rate: float) -> str:
    """A target in per cent without needless places."""
    return text.percent(rate, 0 if round(100 * rate, 6).is_integer() else 2)
