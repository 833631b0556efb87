"""Sensitivity: what moves the result most, and whether what is not known changes the advice."""

import streamlit as st

from pages.parts.sensitivity import found as sensitivity_found
from pages.parts.sensitivity import show as sensitivity_show
from pages.parts.shared import tables
from pages.parts.state import session, views
from pages.parts.widgets import headline
from pages.parts.words.text import t

st.title(t("Sensitivity"))
top = st.container()  # the answer and its pictures stand before what they are asked with
with st.container(horizontal=True):
    horizon = sensitivity_found.choose_horizon()
    measure = views.choose(
        t("Result"),
        sensitivity_show.MEASURES,
        "sensitivity_measure",
        lambda one: t(sensitivity_show.MEASURES[one]),
    )
with st.spinner(t("Computing…")):
    found = sensitivity_found.found(horizon)
with top:
    headline.show(sensitivity_show.answer(found, horizon))
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader(t("Which levers move the result most?"))
        sensitivity_show.show_largest()
        sensitivity_show.show_tornado(found.of(lever=True), measure, "tornado_levers", lever=True)
    with right:
        st.subheader(t("What makes the result uncertain?"))
        sensitivity_show.show_tornado(found.of(lever=False), measure, "tornado_unknown", False)

st.subheader(t("Would it change the advice?"))
sensitivity_show.show_advice(found)

with st.expander(t("Every lever and unknown alone"), key="every_bar"):
    frame = sensitivity_found.frame(found.bars)
    tables.show(frame, key="sensitivity", file="yeu-to-anh-huong.csv")
with st.expander(t("All unknowns together"), key="sobol_box"):
    st.caption(
        t(
            "Sobol indices: the part of the result's variance that one unknown explains alone, "
            "and in all, with what it does together with others."
        )
    )
    if found.factors:
        tables.show(sensitivity_found.index_frame(found), key="sobol", file="chi-so-sobol.csv")
    else:
        st.info(t("Nothing is uncertain here."), icon=":material/verified:")
sensitivity_show.show_ground()
tables.sources(sorted(set(session.case().dataset.observations["source"])))
