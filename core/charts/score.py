"""Plotly figures from what is already computed; texts come in translated."""

import html
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.arrays import Array
from core.charts.look import BLUE, GREY, LEVEL_STYLES, LONGEST, ORANGE, RATES, RED, layout
from core.problems import shorten


def waterfall(
    names: Sequence[str],
    steps: Sequence[float],
    start: float,
    end: float,
    start_name: str,
    end_name: str,
    texts: Sequence[str],
    language: str,
) -> go.Figure:
    """Where the change of the score comes from: the baseline, a step per component, the scenario.

    `texts` are the labels of all bars, start and end included.
    """
    reached = [start, end, *(start + sum(steps[: n + 1]) for n in range(len(steps)))]
    low, high = min(reached), max(reached)
    pad = max(0.35 * (high - low), 0.5)
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            measure=["absolute", *["relative"] * len(steps), "total"],
            y=[start_name, *names, end_name],
            x=[start, *steps, end],
            text=list(texts),
            textposition="outside",
            cliponaxis=False,
            connector={"line": {"color": GREY, "width": 1}},
            increasing={"marker": {"color": BLUE}},
            decreasing={"marker": {"color": RED}},
            totals={"marker": {"color": GREY}},
            hovertemplate="%{y}: %{text}<extra></extra>",
        ),
        {"xaxis": {"range": [low - pad, high + pad]}, "yaxis": {"autorange": "reversed"}},
    )
    return layout(figure, language, 90 + 34 * (len(steps) + 2))


def heatmap(
    rates: Sequence[Sequence[float | None]],
    columns: Sequence[str],
    rows: Sequence[str],
    texts: Sequence[Sequence[str]],
    language: str,
) -> go.Figure:
    """Rates in per cent of units (rows) by component (columns); `texts` stand in the cells.

    Rows are told apart by their place, so two units may have the same name; a long name is cut
    beside the map and whole where the pointer is.
    """
    places = list(range(len(rows)))
    figure = go.Figure(
        go.Heatmap(
            z=rates,
            x=list(columns),
            y=places,
            text=texts,
            customdata=[[html.escape(name)] * len(columns) for name in rows],
            texttemplate="%{text}",
            zmin=0,
            zmax=100,
            xgap=1,
            ygap=1,
            colorscale=RATES,
            colorbar={"title": "%", "thickness": 12},
            hovertemplate="%{customdata}<br>%{x}: %{text}<extra></extra>",
        )
    )
    shown = [html.escape(shorten(name, LONGEST)) for name in rows]
    figure.update_yaxes(
        autorange="reversed", tickfont={"size": 12}, tickvals=places, ticktext=shown
    )
    figure.update_xaxes(side="top", tickangle=0, tickfont={"size": 11})
    return layout(figure, language, 110 + 24 * len(rows))


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
            line={"color": BLUE, "width": 3},
            hovertemplate="%{x|%d/%m/%Y}: %{y:.2f}<extra></extra>",
        )
    figure.add_scatter(
        x=dates,
        y=still,
        mode="lines",
        name=names["still"],
        line={"color": ORANGE, "dash": "dot", "width": 2},
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
            yanchor="top",
            xanchor="right",
            textangle=-90,
            font={"size": 11},
        )
    figure.update_xaxes(tickformat="%d/%m")
    figure.update_yaxes(title=names["score"])
    layout(figure, language, 280)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": -0.2})
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
            hovertemplate="%{x|%d/%m/%Y}: %{y:.2f} %<extra></extra>",
        )
    for date, level, percent in marks:
        colour, symbol = LEVEL_STYLES[level]
        figure.add_scatter(
            x=[date],
            y=[percent],
            mode="markers",
            marker={"symbol": f"{symbol}-open", "size": 15, "color": colour, "line": {"width": 3}},
            hovertemplate=f"{target}: %{{y:.2f}} %<extra>{names[level]}</extra>",
            showlegend=False,
        )
    figure.update_xaxes(tickformat="%d/%m")
    figure.update_yaxes(title=axis, range=[0, 103])
    layout(figure, language, 300)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": -0.2})
    return figure
