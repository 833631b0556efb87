"""The look that all charts share: colours, marks of levels, layout."""

import html
import itertools
import textwrap
from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

# letters as dark as the page's, by theme: the text colours of .streamlit/config.toml
INK = {"light": "#1B2733", "dark": "#E6EDF3"}
LONGEST = 48  # letters of a name beside a chart


# A colour means one thing on all pages: the own province, more or fewer points, a portal, a group
# or a level. What is told by other means than colour is grey.
GREY = "#8A8F98"
PAPER = "#FFFFFF"  # letters on a dark bar: the light theme's background
BLACK = "#000000"  # letters on any other: on some colours none but it is dark enough
OWN = "#2A77CC"  # the province, its score and its scenario
OWN_GUESSED = "#8DB7E6"  # of its points those that are estimated
GAIN, LOSS = OWN, "#A8431A"  # more of its points, and fewer
NOT_YET = ("#5F6B78", "#929DA9", "#C3CBD3")  # points to be won: by units, the province, ministries
PORTAL_COLOURS = {"provincial": "#CC6677", "national": "#6A5ACD"}
# Okabe and Ito's palette but for its blue, which would be taken for the province's: told apart by
# colour-blind readers and in print
GROUP_COLOURS = {
    "transparency": "#999933",
    "progress": "#E69F00",
    "online": "#009E73",
    "payment": "#CC79A7",
    "satisfaction": "#56B4E9",
    "digitization": "#D55E00",
}
PALETTE = tuple(GROUP_COLOURS.values())
# from a rate of 0 to one of 100 %, for ColorBrewer's RdBu: red, through white, to blue
RATES = (
    (0.0, (178, 24, 43)),
    (0.4, (244, 165, 130)),
    (0.7, (247, 247, 247)),
    (1.0, (67, 147, 195)),
)


def rate_colours(rate: float) -> tuple[str, str]:
    """The colour of a rate (a fraction, kept within 0..1), and of letters that are read on it."""
    at = min(max(rate, 0.0), 1.0)
    (low, first), (high, last) = next(
        pair for pair in itertools.pairwise(RATES) if at <= pair[1][0]
    )
    part = (at - low) / (high - low)
    paper = [round(a + part * (b - a)) for a, b in zip(first, last, strict=True)]
    colour = "#" + "".join(f"{one:02X}" for one in paper)
    return colour, ink_on(colour)


def ink_on(colour: str) -> str:
    """The colour of letters that can be read on a colour, `#RRGGBB`."""
    red, green, blue = ((int(colour[at : at + 2], 16) / 255) ** 2.2 for at in (1, 3, 5))
    return BLACK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 else PAPER


def wrapped(name: str, width: int) -> str:
    """A name as Plotly shows it, in lines of at most `width` letters; nothing in it is obeyed.

    Wrapped first: an escaped `&amp;` would count as five letters and could be cut in two.
    """
    return "<br>".join(html.escape(line, quote=False) for line in textwrap.wrap(name, width))


def layout(figure: go.Figure, language: str, height: int) -> go.Figure:
    """The look all charts share."""
    return laid_out(
        figure,
        {
            "height": height,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "separators": ",." if language == "vi" else ".,",
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "showlegend": False,
            "dragmode": False,
            "xaxis": {"automargin": True, "fixedrange": True},
            "yaxis": {"automargin": True, "fixedrange": True},
        },
    )


def laid_out(figure: go.Figure, changes: Mapping[str, Any]) -> go.Figure:
    """`figure.update_layout(changes)` for nested mappings, in less than half of its time: keys that
    are set one by one are not looked for in the theme's template."""
    _set(figure.layout, changes)
    return figure


def _set(node: Any, changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, Mapping):
            _set(node[key], value)
        else:
            node[key] = value


class Described(go.Figure):  # type: ignore[misc]
    """A figure that is its description and nothing else, for those who draw one: what Plotly checks
    when it makes an object of every part takes longer than all of a page's figures."""

    def __init__(self, description: dict[str, Any]) -> None:
        # not Plotly's own __init__, which would check and copy every part
        self.__dict__["_description"] = description

    def to_dict(self) -> dict[str, Any]:
        return dict(self.__dict__["_description"])


def with_layout(description: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A figure's description with other values in its layout; the given one stays as it is."""
    return {**description, "layout": _merged(description.get("layout", {}), changes)}


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    both = {key: (old[key], value) for key, value in new.items() if key in old}
    nested = {
        key: _merged(before, after)
        for key, (before, after) in both.items()
        if isinstance(before, Mapping) and isinstance(after, Mapping)
    }
    return {**old, **new, **nested}


LEVEL_STYLES = {
    "province": (OWN, "diamond"),
    "department": ("#A9743A", "circle"),
    "district": ("#5F8A8B", "square"),
    "commune": ("#AA4499", "triangle-up"),
}
