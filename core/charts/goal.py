"""Figures of the allocation: what moves bring, and how a target's load is spread."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.charts.look import GREY, GROUP_COLOURS, OWN, layout

_LINE, _GAP, _LEGEND = 16, 12, 40  # pixels: of a line of text, between rows, below


def moves(
    rows: Sequence[str],
    points: Sequence[float],
    texts: Sequence[str],
    groups: Sequence[str],
    names: Mapping[str, str],
    language: str,
) -> go.Figure:
    """What each move brings, as bars, the largest on top, coloured by group; `texts` at the bars.

    `names` has what the groups are called; the rows tell the component too, never colour alone.
    """
    figure = go.Figure()
    for group in dict.fromkeys(groups):
        inside = [n for n, one in enumerate(groups) if one == group]
        figure.add_bar(
            orientation="h",
            name=names[group],
            y=[rows[n] for n in inside],
            x=[points[n] for n in inside],
            text=[texts[n] for n in inside],
            textposition="outside",
            cliponaxis=False,
            marker={"color": GROUP_COLOURS[group]},
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    _rows(figure, rows, max(points, default=1.0))
    layout(figure, language, _height(rows))
    legend = {"orientation": "h", "y": 0, "yanchor": "top", "x": 0}
    figure.update_layout(showlegend=True, legend=legend)
    return figure


def loads(
    rows: Sequence[str],
    rises: Sequence[float],
    texts: Sequence[str],
    full: Sequence[bool],
    mean: float,
    names: Mapping[str, str],
    language: str,
) -> go.Figure:
    """How much more of its new dossiers each unit has to do, in percentage points, with the mean.

    `full` units go to their limit (hatched); `names` has the texts `free`, `full` and `mean`.
    """
    figure = go.Figure()
    for name, chosen, colour, pattern in (
        (names["free"], False, OWN, ""),
        (names["full"], True, OWN, "/"),
    ):
        inside = [n for n, one in enumerate(full) if one == chosen]
        if not inside:
            continue
        figure.add_bar(
            orientation="h",
            name=name,
            y=[rows[n] for n in inside],
            x=[rises[n] for n in inside],
            text=[texts[n] for n in inside],
            textposition="outside",
            cliponaxis=False,
            marker={"color": colour, "pattern": {"shape": pattern}},
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    figure.add_vline(x=mean, line={"color": GREY, "width": 2, "dash": "dot"})
    figure.add_scatter(
        x=[None], y=[None], mode="lines", name=names["mean"], line={"color": GREY, "dash": "dot"}
    )
    _rows(figure, rows, max([*rises, mean], default=1.0))
    layout(figure, language, _height(rows))
    legend = {"orientation": "h", "y": 0, "yanchor": "top", "x": 0}
    figure.update_layout(showlegend=True, legend=legend)
    return figure


def _rows(figure: go.Figure, rows: Sequence[str], most: float) -> None:
    """Bars in the order of `rows`, with room for what is written at the longest."""
    figure.update_layout(bargap=0.35)
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=list(rows))
    figure.update_xaxes(
        range=[0, 1.45 * max(most, 1e-9)], showgrid=False, showticklabels=False, zeroline=False
    )


def _height(rows: Sequence[str]) -> int:
    """Pixels for rows of text, each as high as the longest one, and for the legend."""
    lines = max((row.count("<br>") + 1 for row in rows), default=1)
    return _LEGEND + len(rows) * (_GAP + _LINE * max(2, lines))
