"""What is at its cap, and what is published but earns nothing (the overview)."""

import pandas as pd
import streamlit as st

from core.levers import losses
from pages.parts.shared.named import how_sure, item_name
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.text import t


def show(table: pd.DataFrame) -> None:
    """What earns all there is already, so that pushing it further moves the score by 0."""
    said = [
        t(
            "{component}: {rate}, all {points} from {target} on",
            component=item_name(row["item"]),
            rate=text.percent(row["rate"]),
            points=text.points(row["most"], digits=0),
            target=text.percent(row["target"], 0),
        )
        + _how_sure(row)
        for _, row in losses.capped(table).iterrows()
    ]
    if not said:
        st.caption(t("Nothing has its maximum points yet."))
    said += [
        t(
            "{component}: {rate}, published but not scored by this rule set",
            component=component,
            rate=text.percent(rate),
        )
        for component, rate in unscored()
    ]
    lines = ("- " + text.escape(words) for words in said)
    st.markdown("\n".join(lines))


def _how_sure(row: pd.Series) -> str:
    """What to add where a cap was not published, and what changes if it lies at 100 %."""
    how = how_sure(row["item"])
    if not how:
        return ""
    lost = row["most"] - row["at_100"]
    if lost < 0.005:
        return " " + t("(this threshold: {how}, not published)", how=how)
    return " " + t(
        "(this threshold: {how}, not published; if full points came only at 100%, it would earn "
        "{points} and {lost} could be won back)",
        how=how,
        points=text.points(row["at_100"]),
        lost=text.points(lost),
    )


def unscored() -> list[tuple[str, float]]:
    """Rates of the province that are published and earn no points, with what they are called."""
    dataset = session.case().dataset
    names = {"services_full_online": t("Procedures offered fully online")}
    rows = dataset.observations
    rows = rows[(rows["unit"] == dataset.meta.province) & (rows["portal"] == "national")]
    rows = rows[rows["as_of"] == pd.Timestamp(dataset.meta.as_of)]
    rates = dict(zip(rows["component"], rows["rate_percent"] / 100, strict=True))
    return [(names.get(name, name), rates[name]) for name in dataset.meta.unscored if name in rates]
