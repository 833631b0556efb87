"""Figures of the Sync page, from what is already computed; texts come in translated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.charts.look import GREY, LOSS, NOT_YET, PORTAL_COLOURS, layout

_ROW = 30
_HEADING = 26
_LEGEND = 60
# beyond 100 % there is room for the difference in numbers
TICKS = [0, 50, 100]
_WIDTH = 125
KEY = {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0, "itemclick": False}


@dataclass(frozen=True)
class Dumbbell:
    """One pair: `provincial` and `national` in per cent, `label` the difference in words."""

    name: str
    provincial: float
    national: float
    label: str
    hover: str


def dumbbells(
    groups: Sequence[tuple[str, Sequence[Dumbbell]]], names: dict[str, str], language: str
) -> go.Figure:
    """Both portals' rates as two marks on a line, in groups with a heading each, from the top.

    A full line where the national portal counts less, a dotted one where it counts more. The marks
    differ in shape and colour. `names` has the texts `provincial` and `national`.
    """
    figure = go.Figure()
    places, rows, at = [], [], 0.0
    for heading, pairs in groups:
        figure.add_annotation(
            x=0, xref="paper", y=at, text=f"<b>{heading}</b>", showarrow=False, xanchor="left"
        )
        for pair in pairs:
            at += 1
            places.append(at)
            rows.append(pair)
        at += 1.2
    for place, pair in zip(places, rows, strict=True):
        _line(figure, place, pair)
    _marks(figure, places, rows, "provincial", names)
    _marks(figure, places, rows, "national", names)
    figure.update_xaxes(
        range=[-3, _WIDTH],
        tickvals=TICKS,
        ticktext=[f"{tick}%" for tick in TICKS],
        showgrid=True,
        gridcolor="rgba(138,143,152,0.25)",
        zeroline=False,
    )
    figure.update_yaxes(
        tickvals=places,
        ticktext=[row.name for row in rows],
        range=[at - 0.6, -0.6],
        showgrid=False,
        zeroline=False,
    )
    layout(figure, language, _LEGEND + _ROW * len(rows) + _HEADING * len(groups))
    figure.update_layout(
        showlegend=True,
        legend=KEY,
    )
    return figure


def _line(figure: go.Figure, place: float, pair: Dumbbell) -> None:
    """The line between the two marks, and the difference behind the right one."""
    uncounted = pair.provincial > pair.national
    figure.add_scatter(
        x=[pair.national, pair.provincial],
        y=[place, place],
        mode="lines",
        line={
            "color": LOSS if uncounted else GREY,
            "width": 4 if uncounted else 2,
            "dash": "solid" if uncounted else "dot",
        },
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_annotation(
        x=max(pair.national, pair.provincial),
        xshift=9,
        y=place,
        text=f"<b>{pair.label}</b>" if uncounted else pair.label,
        showarrow=False,
        xanchor="left",
    )


def _marks(
    figure: go.Figure, places: list[float], rows: list[Dumbbell], side: str, names: dict[str, str]
) -> None:
    """One portal's marks: the province's a circle, the national portal's a diamond on top."""
    provincial = side == "provincial"
    figure.add_scatter(
        x=[getattr(row, side) for row in rows],
        y=places,
        mode="markers",
        name=names[side],
        text=[row.hover for row in rows],
        marker={
            "size": 15 if provincial else 12,
            "color": PORTAL_COLOURS[side],
            "symbol": "circle" if provincial else "diamond",
            "line": {"width": 0},
        },
        hovertemplate="%{text}<extra></extra>",
    )


def findings(
    units: Sequence[str], counts: Mapping[str, Sequence[int]], texts: Sequence[str], language: str
) -> go.Figure:
    """Dossiers of each unit by finding, stacked; `counts` by the finding's name, `texts` the sums.

    At most three findings, told apart by pattern as well as by colour.
    """
    looks = ((LOSS, ""), (NOT_YET[0], "/"), (NOT_YET[1], "."))
    figure = go.Figure()
    for (name, values), (colour, pattern) in zip(counts.items(), looks, strict=False):
        figure.add_bar(
            orientation="h",
            y=list(units),
            x=list(values),
            name=name,
            marker={
                "color": colour,
                "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": "white", "size": 7},
            },
            hovertemplate="%{y}<br>" + name + ": %{x:,}<extra></extra>",
        )
    total = [sum(column) for column in zip(*counts.values(), strict=True)]
    figure.add_scatter(
        x=total,
        y=list(units),
        mode="text",
        text=list(texts),
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_xaxes(range=[0, 1.18 * max([1, *total])], showgrid=True, tickformat=",d")
    figure.update_yaxes(autorange="reversed")
    layout(figure, language, _LEGEND + 40 + _ROW * len(units))
    figure.update_layout(
        barmode="stack",
        showlegend=True,
        legend={**KEY, "traceorder": "normal"},
    )
    return figure
