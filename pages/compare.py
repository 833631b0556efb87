"""Compare: two to four scenarios side by side, and what makes them differ."""

import streamlit as st

from pages.parts.compare import show as compare_show
from pages.parts.compare import tables as compare_tables
from pages.parts.live import board
from pages.parts.shared import tables
from pages.parts.state import session
from pages.parts.widgets import headline
from pages.parts.words.text import t

st.title(t("Compare"))
top = st.container()  # the answer and its pictures stand before what they are asked with
chosen = compare_show.choose()
if len(chosen) < compare_show.FEWEST:
    top.info(t("Choose at least two scenarios to compare."), icon=":material/compare_arrows:")
    st.stop()
horizon = compare_show.choose_horizon()
found = compare_tables.outlooks(chosen)
with top:
    headline.show(compare_show.answer(found, horizon))
    board.show_compared(chosen, found, horizon, "compare_ladder")
    compare_show.show_chart(found, horizon)

ranks = (
    t("Rank"),
    t("Rank from"),
    t("Rank to"),
    t("Rank without"),
    t("Rank if own rates stay"),
)
standings = compare_tables.standings(found, compare_show.horizons())
estimated = compare_tables.estimated(found, compare_show.horizons())
tables.show(
    standings,
    key="compare_standings",
    whole=ranks,
    file="so-sanh.csv",
    signed=(t("Change"),),
    estimated={
        t("Score"): estimated,
        **compare_tables.unsure_ranks(found, compare_show.horizons()),
    },
)
st.caption(tables.legend())

st.subheader(t("Groups"))
tables.show(compare_tables.groups(found, horizon), key="compare_groups")
st.subheader(t("Units that differ"))
units = compare_tables.units(found, horizon)
if units.empty:
    st.caption(t("All units have the same score in these scenarios."))
else:
    tables.show(units, key="compare_units")
st.subheader(t("Inputs that differ"))
inputs = compare_tables.inputs(chosen)
if inputs.empty:
    st.caption(t("These scenarios have the same inputs."))
else:
    tables.show(inputs, key="compare_inputs")
tables.sources(sorted(set(session.case().dataset.observations["source"])))
