"""What is at its cap, and what is published but earns nothing (the overview)."""

import pandas as pd
import streamlit as st

from core import losses
from pages.parts import session, text
from pages.parts.names import confidence_name
from pages.parts.overview_losses import item_name
from pages.parts.text import t


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
        + _how_sure(row["item"])
        for _, row in losses.capped(table).iterrows()
    ]
    if not said:
        st.caption(t("Nothing is at its cap yet."))
    said += [
        t(
            "{component}: {rate}, published but not scored by this rule set",
            component=component,
            rate=text.percent(rate),
        )
        for component, rate in unscored()
    ]
    st.markdown("\n".join("- " + text.escape(words) for words in said))


def _how_sure(component: str) -> str:
    """What to add where the target was not published: then the cap may lie elsewhere."""
    rules = session.case().dataset.rules
    confidence = rules.confidence[rules.index(component)]
    if confidence in ("official", "fitted"):
        return ""
    how = confidence_name(confidence)
    return " " + t("(this cap is {how}, not published)", how=how)


def unscored() -> list[tuple[str, float]]:
    """Rates of the province that are published and earn no points, with what they are called."""
    dataset = session.case().dataset
    names = {"services_full_online": t("Procedures offered fully online")}
    rows = dataset.observations
    rows = rows[(rows["unit"] == dataset.meta.province) & (rows["portal"] == "national")]
    rows = rows[rows["as_of"] == pd.Timestamp(dataset.meta.as_of)]
    rates = dict(zip(rows["component"], rows["rate_percent"] / 100, strict=True))
    return [(names.get(name, name), rates[name]) for name in dataset.meta.unscored if name in rates]
