"""Figures of the overview and of comparisons, from what is already computed."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from core.charts.look import GREY, INK, NOT_YET, OWN, OWN_GUESSED, ink_on, layout, wrapped

# what is estimated or not published is hatched, so that colour alone never tells
LOOKS = {
    "known": (OWN, ""),
    "estimated": (OWN_GUESSED, "/"),
    "units": (NOT_YET[0], ""),
    "province": (NOT_YET[1], "\\"),
    "ministries": (NOT_YET[2], "x"),
}
_WIDTH = 22  # letters of a scenario's name on a line


def bullets(
    table: pd.DataFrame, rows: Sequence[str], names: Mapping[str, str], language: str
) -> go.Figure:
    """Groups (`rows`, as they are called) as bars of points: what is earned, then what is lost.

    `table` has a row a group and a column a piece, in the order of `names`, which tells what the
    pieces are called. A piece that no group has is left out.
    """
    figure = go.Figure()
    for piece, name in names.items():
        points = [float(value) for value in table[piece]]
        if max(points, default=0.0) < 0.005:
            continue
        colour, pattern = LOOKS[piece]
        figure.add_bar(
            orientation="h",
            name=name,
            y=list(rows),
            x=points,
            marker=_marker(colour, pattern),
            texttemplate="%{x:.2f}",
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": ink_on(colour), "size": 12},
            hovertemplate="%{y}<br>" + name + ": %{x:.2f}<extra></extra>",
        )
    # a figure that does not fit into its piece is left out
    figure.update_layout(barmode="stack", bargap=0.35, uniformtext={"minsize": 12, "mode": "hide"})
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(showgrid=False, showticklabels=False, zeroline=False)
    layout(figure, language, 66 + 42 * len(rows))
    return _legend(figure, -0.02)


def bars(
    rows: Sequence[str],
    points: Sequence[float],
    texts: Sequence[str],
    pieces: Sequence[str],
    names: Mapping[str, str],
    language: str,
) -> go.Figure:
    """Points lost as bars in the order of the rows, each in the look of its piece of `LOOKS`."""
    figure = go.Figure()
    for piece, name in names.items():
        inside = [n for n, one in enumerate(pieces) if one == piece]
        if not inside:
            continue
        colour, pattern = LOOKS[piece]
        figure.add_bar(
            orientation="h",
            name=name,
            y=[rows[n] for n in inside],
            x=[points[n] for n in inside],
            text=[texts[n] for n in inside],
            marker=_marker(colour, pattern),
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<br>" + name + "<extra></extra>",
        )
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=list(rows))
    most = max(points, default=1.0)
    figure.update_xaxes(range=[0, 1.25 * most], showgrid=False, showticklabels=False)
    figure.update_layout(bargap=0.3)
    layout(figure, language, 66 + 32 * len(rows))
    return _legend(figure, -0.02)


def standings(
    names: Sequence[str],
    scores: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
    texts: Sequence[tuple[str, str]],
    language: str,
) -> go.Figure:
    """Scenarios by score, the best on top: a dot with its 80 % range, two `texts` above it.

    The first of them all, to measure the others by, is a grey diamond.
    """
    order = sorted(range(len(names)), key=lambda n: scores[n])
    rows = [wrapped(names[n], _WIDTH) for n in order]
    figure = go.Figure()
    figure.add_scatter(
        x=[scores[n] for n in order],
        y=rows,
        mode="markers+text",
        marker={
            "size": 18,
            "color": [GREY if n == 0 else OWN for n in order],
            "symbol": ["diamond" if n == 0 else "circle" for n in order],
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [highs[n] - scores[n] for n in order],
            "arrayminus": [scores[n] - lows[n] for n in order],
            "thickness": 2,
            "width": 6,
            "color": GREY,
        },
        text=[f"<b>{texts[n][0]}</b><br>{texts[n][1]}" for n in order],
        textposition="top center",
        textfont={"size": 15},
        cliponaxis=False,
        hovertemplate="%{y}<br>%{text}<extra></extra>",
    )
    low, high = min(lows, default=0.0), max(highs, default=100.0)
    pad = max(0.25 * (high - low), 0.5)
    figure.update_xaxes(range=[low - pad, high + pad], zeroline=False)
    figure.update_yaxes(range=[-0.5, len(rows) - 0.2], tickfont={"size": 14}, showgrid=False)
    return layout(figure, language, 50 + 74 * len(rows))


def _marker(colour: str, pattern: str) -> dict[str, object]:
    look = {
        "shape": pattern,
        "fillmode": "overlay",
        "fgcolor": INK["light"],
        "fgopacity": 0.22,
        "size": 6,
        "solidity": 0.2,
    }
    return {"color": colour, "pattern": look if pattern else {}, "line": {"width": 0}}


def _legend(figure: go.Figure, y: float) -> go.Figure:
    legend = {"orientation": "h", "y": y, "yanchor": "top", "x": 0, "traceorder": "normal"}
    figure.update_layout(showlegend=True, legend=legend)
    return figure
