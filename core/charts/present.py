"""The one figure of a slide: where the score goes, with the rank written at every step."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.charts.look import GREY, OWN, layout

HEIGHT = 346  # pixels: with name, figures and buttons it fills a projector of 1280 x 720
LETTERS = 24


@dataclass(frozen=True)
class Line:
    """Scores at every step with their 80 % range, what to write at them, and the line's name."""

    name: str
    scores: Sequence[float]
    lows: Sequence[float]
    highs: Sequence[float]
    texts: Sequence[str]


def journey(
    steps: Sequence[str],
    before: Line,
    after: Line | None,
    ends: tuple[float, float],
    ink: str,
    language: str,
) -> go.Figure:
    """Scores from now on: the baseline grey and dashed, the scenario blue and whole, if it differs.

    `ends` are the lowest and highest score that any slide shows: the axis stays the same from
    slide to slide. `ink` is the colour of all texts, which a room has to read from afar.
    The texts of the line that ends higher stand above it, those of the other one below. Of two
    lines only the scenario's range is drawn: two on top of each other can't be told apart.
    """
    figure = go.Figure()
    above = after is not None and after.scores[-1] >= before.scores[-1]
    _add(figure, steps, before, GREY, ink, "bottom" if above else "top", first=True)
    if after is not None:
        _add(figure, steps, after, OWN, ink, "top" if above else "bottom", first=False)
    figure.data[-1].error_y.visible = True
    low, high = ends
    pad = max(0.2 * (high - low), 0.5)
    figure.update_yaxes(range=[low - pad, high + pad], tickfont={"size": LETTERS, "color": ink})
    figure.update_xaxes(
        range=[-0.35, len(steps) - 0.55],
        tickfont={"size": LETTERS, "color": ink},
        showgrid=False,
        zeroline=False,
    )
    layout(figure, language, HEIGHT)
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "y": 1.0,
            "yanchor": "bottom",
            "font": {"size": LETTERS, "color": ink},
        },
    )
    return figure


def _add(
    figure: go.Figure,
    steps: Sequence[str],
    line: Line,
    colour: str,
    ink: str,
    side: str,
    first: bool,
) -> None:
    """A line with its range; the step where both begin is written only once, by the first."""
    texts = list(line.texts) if first else ["", *line.texts[1:]]
    figure.add_scatter(
        x=list(steps),
        y=list(line.scores),
        mode="lines+markers+text",
        name=line.name,
        line={"color": colour, "dash": "dash" if first else "solid", "width": 4},
        marker={"size": 14, "symbol": "diamond" if first else "circle"},
        error_y={
            "visible": False,
            "type": "data",
            "symmetric": False,
            "array": [high - s for high, s in zip(line.highs, line.scores, strict=True)],
            "arrayminus": [s - low for low, s in zip(line.lows, line.scores, strict=True)],
            "thickness": 2,
            "width": 8,
            "color": colour,
        },
        text=texts,
        textposition=[
            f"{side} {_free(side, line.scores[place : place + 2])}"
            for place in range(len(line.scores))
        ],
        textfont={"size": LETTERS, "color": ink},
        cliponaxis=False,
        hovertemplate="%{x}: %{y:.2f}<extra>%{fullData.name}</extra>",
    )


def _free(side: str, ahead: Sequence[float]) -> str:
    """Where a text does not lie on its line: the line goes on to the right of its step, upwards
    through what is written above, downwards through what is written below."""
    crossed = len(ahead) == 2 and (ahead[1] > ahead[0]) == (side == "top")
    return "left" if crossed else "right"
