"""Putting a chart on the page, from which a button of its own takes it away as a picture."""

from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from core.charts.look import INK, Described, with_layout
from pages.parts.words.text import t

PICTURES = ("PNG", "SVG")
# as the tables beside them are called
PICTURE_NAMES = {
    "groups": "nhom-chi-so",
    "losses": "diem-mat",
    "waterfall": "diem-thay-doi",
    "path": "diem-theo-thoi-gian",
    "rate-path": "ty-le-theo-thoi-gian",
    "heat": "chi-tieu-theo-don-vi",
    "compare": "so-sanh",
    "cascade_chart": "phan-ra",
    "goal_chart": "phan-bo",
    "push": "uu-tien",
    "findings": "doi-soat",
    "dumbbells": "hai-cong",
    "tornado_levers": "yeu-to-anh-huong-chi-so",
    "tornado_unknown": "yeu-to-anh-huong-gia-dinh",
}


def choose_picture() -> None:
    """As what charts are taken away: PNG for slides and letters, SVG to be drawn in any size."""
    st.segmented_control(
        t("Charts as pictures"),
        PICTURES,
        key="picture",
        default=PICTURES[0],
        required=True,
        help=t("The camera above a chart saves it as a picture of this kind."),
    )


def ink() -> str:
    """The colour of the page's text; Streamlit mutes that of charts below a readable contrast."""
    return INK[st.context.theme.type or "light"]


def draw(
    figure: go.Figure, key: str, alt: str, height: Literal["content", "stretch"] = "content"
) -> None:
    """Draw a figure, its letters as dark as the page's; `alt` says what it shows to who can't see
    it. It has its own height, or with "stretch" that of the container it is in."""
    letters = {"color": ink()}
    axis = {"tickfont": letters, "title": {"font": letters}}
    bar = {"bgcolor": "rgba(0,0,0,0)", "color": ink(), "activecolor": ink()}
    look = {"font": letters, "legend": {"font": letters}, "xaxis": axis, "yaxis": axis}
    lettered = Described(with_layout(figure.to_dict(), {**look, "modebar": bar}))
    st.plotly_chart(lettered, key=key, config=_config(key, height), alt=alt, height=height)


def _config(key: str, height: str) -> dict[str, Any]:
    """One button, drawn by the browser: the chart as a picture under the name of what it shows."""
    if height == "stretch":  # a slide, which nobody takes pieces of
        return {"displayModeBar": False, "responsive": True}
    kind = str(st.session_state.get("picture") or PICTURES[0])
    words = {
        "Download plot as a PNG": t("Save this chart as a picture (PNG)"),
        "Download plot": t("Save this chart as a picture (SVG)"),
        "Preparing image - this may take a few seconds": t("The picture is being made…"),
        "Snapshot succeeded": t("The picture is saved."),
        "Sorry, there was a problem downloading your snapshot!": t("The picture can't be made."),
    }
    return {
        "displayModeBar": "hover",
        "modeBarButtons": [["toImage"]],
        "displaylogo": False,
        "responsive": True,
        "toImageButtonOptions": {
            "format": kind.lower(),
            "filename": picture_name(key),
            "scale": 2,
        },
        "locale": "page",
        "locales": {"page": {"dictionary": words}},
    }


def picture_name(key: str) -> str:
    """What a chart's picture is called, by the chart's key."""
    return PICTURE_NAMES.get(key, key.replace("_", "-"))
