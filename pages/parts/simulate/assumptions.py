"""What is taken as given about the other provinces."""

import streamlit as st

from pages.parts.state import edits, session
from pages.parts.widgets.folded import fold
from pages.parts.words import text
from pages.parts.words.text import t

LEAST, MOST = -5, 20  # points


def show() -> None:
    """The other provinces: at their own pace, or each gaining so many points by the horizon."""
    gain = session.scenario().assumptions.field_gain
    st.session_state.own_pace = gain is None
    st.session_state.field_gain = float(gain or 0.0)
    held = "" if gain is None else text.points(gain, sign=True)
    inner = fold(t("Other provinces"), "other_provinces", held, ":material/groups:")
    if inner is None:
        return
    with inner:
        st.toggle(t("At the pace of their own history"), key="own_pace", on_change=_changed)
        # not a number slider: that writes its value with a point in every language
        st.select_slider(
            t("Every other province gains, points"),
            # a scenario from a file may take another one than people do here
            sorted({step / 2 for step in range(2 * LEAST, 2 * MOST + 1)} | {float(gain or 0.0)}),
            format_func=lambda points: text.number(points, 1, sign=True),
            key="field_gain",
            disabled=gain is None,
            on_change=_changed,
        )
        st.caption(t("Holds for the dates ahead; today's rank is by the scores of today."))


def _changed() -> None:
    gain = None if st.session_state.own_pace else float(st.session_state.field_gain)
    scenario = session.scenario()
    assumed = scenario.assumptions.model_copy(update={"field_gain": gain})
    edits.change(scenario.model_copy(update={"assumptions": assumed}))


def show_counting() -> None:
    """What the portal's rates are taken to count, where its publisher did not say."""
    if session.case().dataset.meta.counting != "unknown":
        return
    assumed = session.scenario().assumptions.counting
    st.session_state.counting = assumed or "year_to_date"
    names = {"year_to_date": t("the year to date"), "month": t("the month")}
    held = names["month"] if assumed == "month" else ""
    inner = fold(t("How rates are counted"), "how_counted", held, ":material/calendar_month:")
    if inner is None:
        return
    with inner:
        st.radio(
            t("A published rate counts the dossiers of"),
            list(names),
            format_func=lambda name: names[name],
            key="counting",
            on_change=_counted,
        )
        st.caption(
            t("Not published. Counted in the month, what is done so far does not drag on a date.")
        )


def _counted() -> None:
    chosen = str(st.session_state.counting)
    scenario = session.scenario()
    held = None if chosen == "year_to_date" else chosen
    assumed = scenario.assumptions.model_copy(update={"counting": held})
    edits.change(scenario.model_copy(update={"assumptions": assumed}))
