"""Plotly figures from what is already computed; texts come in translated."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import plotly.graph_objects as go

from core.arrays import Array
from core.charts.look import GAIN, GREY, LEVEL_STYLES, LOSS, OWN, Described, layout, with_layout


def waterfall(
    names: Sequence[str],
    steps: Sequence[float],
    total: tuple[str, float],
    texts: Sequence[str],
    language: str,
) -> go.Figure:
    """Where the change of the score comes from: a step per component from no change at all, and
    what they make together (its name and points).

    `texts` are the labels of all bars, the last one's included.
    """
    reached = [0.0, total[1], *(sum(steps[: n + 1]) for n in range(len(steps)))]
    low, high = min(reached), max(reached)
    room = 0.35 * max(high - low, 0.01)  # for what is written beside a bar
    frame = _waterfall_frame(len(steps), language)
    bars = {"y": [*names, total[0]], "x": [*steps, total[1]], "text": list(texts)}
    ends = [low - (room if low < 0 else 0), high + (room if high > 0 else 0)]
    filled = {**frame, "data": [frame["data"][0] | bars]}
    return Described(with_layout(filled, {"xaxis": {"range": ends}}))


@lru_cache(maxsize=100)
def _waterfall_frame(steps: int, language: str) -> dict[str, Any]:
    """All of a waterfall but its figures and names, which Plotly need not check at every move."""
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            measure=[*["relative"] * steps, "total"],
            textposition="outside",
            cliponaxis=False,
            connector={"line": {"color": GREY, "width": 1}},
            increasing={"marker": {"color": GAIN}},
            decreasing={"marker": {"color": LOSS}},
            totals={"marker": {"color": GREY}},
            hovertemplate="%{y}: %{text}<extra></extra>",
        ),
        {
            "xaxis": {
                "showticklabels": False,
                "showgrid": False,
                "zeroline": True,
                "zerolinecolor": GREY,
                "zerolinewidth": 1.5,
            },
            "yaxis": {"autorange": "reversed"},
        },
    )
    whole: dict[str, Any] = layout(figure, language, 40 + 34 * (steps + 1)).to_dict()
    return whole


def score_over_time(
    dates: Sequence[object],
    before: Array,
    after: Array | None,
    still: Array,
    low: Array,
    high: Array,
    names: dict[str, str],
    language: str,
    marks: Sequence[tuple[object, str]] = (),
) -> go.Figure:
    """The score over time: the baseline, the scenario with its 80 % range, and dates marked.

    `still` is thin, for it is no forecast. `names` has the texts `before`, `after`, `still`,
    `range` and `score`; `marks` dates with a label.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=dates, y=high, mode="lines", line={"width": 0}, hoverinfo="skip", showlegend=False
    )
    figure.add_scatter(
        x=dates,
        y=low,
        mode="lines",
        line={"width": 0},
        fill="tonexty",
        fillcolor="rgba(86,180,233,0.25)",
        name=names["range"],
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=dates,
        y=before,
        mode="lines",
        name=names["before"],
        line={"color": GREY, "dash": "dash", "width": 2},
        hovertemplate="%{x|%d/%m/%Y}: %{y:.2f}<extra></extra>",
    )
    if after is not None:
        figure.add_scatter(
            x=dates,
            y=after,
            mode="lines",
            name=names["after"],
            line={"color": OWN, "width": 3},
            hovertemplate="%{x|%d/%m/%Y}: %{y:.2f}<extra></extra>",
        )
    figure.add_scatter(
        x=dates,
        y=still,
        mode="lines",
        name=names["still"],
        line={"color": LOSS, "dash": "dot", "width": 2},
        hovertemplate="%{x|%d/%m/%Y}: %{y:.2f}<extra></extra>",
    )
    for date, label in marks:
        figure.add_vline(x=date, line={"color": GREY, "width": 1, "dash": "dot"})
        figure.add_annotation(
            x=date,
            y=1,
            yref="paper",
            text=label,
            showarrow=False,
            yanchor="bottom",
            xanchor="right",
            xshift=6,
        )
    figure.update_xaxes(tickformat="%d/%m")
    figure.update_yaxes(title=names["score"])
    layout(figure, language, 340)
    figure.update_layout(
        showlegend=True, legend={"orientation": "h", "y": -0.15}, margin_t=28 if marks else 8
    )
    return figure


def rates_over_time(
    dates: Sequence[object],
    paths: Mapping[str, Array],
    marks: Sequence[tuple[object, str, float]],
    names: Mapping[str, str],
    axis: str,
    target: str,
    language: str,
) -> go.Figure:
    """Rates in per cent by level over time, and targets as open marks: date, level, per cent."""
    figure = go.Figure()
    for level, path in paths.items():
        colour, symbol = LEVEL_STYLES[level]
        figure.add_scatter(
            x=dates,
            y=path,
            mode="lines+markers",
            name=names[level],
            line={"color": colour, "width": 2},
            marker={"symbol": symbol, "size": 6},
            hovertemplate="%{x|%d/%m/%Y}: %{y:.2f}%<extra></extra>",
        )
    for date, level, percent in marks:
        colour, symbol = LEVEL_STYLES[level]
        figure.add_scatter(
            x=[date],
            y=[percent],
            mode="markers",
            marker={"symbol": f"{symbol}-open", "size": 15, "color": colour, "line": {"width": 3}},
            hovertemplate=f"{target}: %{{y:.2f}}%<extra>{names[level]}</extra>",
            showlegend=False,
        )
    figure.update_xaxes(tickformat="%d/%m")
    figure.update_yaxes(title=axis, range=[0, 103])
    layout(figure, language, 300)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": -0.2})
    return figure
