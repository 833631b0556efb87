"""The tornado: what each thing alone does to a result, from its lower to its upper end."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.charts.look import GREY, OWN, layout

_LINE, _GAP, _LEGEND = 15, 14, 60  # pixels: of a line of text, between rows, above


def tornado_chart(
    rows: Sequence[str],
    low: Sequence[float],
    high: Sequence[float],
    names: Mapping[str, str],
    language: str,
) -> go.Figure:
    """Bars from 0 to the change at either end, the largest on top.

    `rows` say the changes too, so that colour alone tells nothing; `names` has `low`, `high` and
    `axis`. Where both ends are on one side the smaller lies on the larger.
    """
    figure = go.Figure()
    ends = [(names["low"], low, GREY, ""), (names["high"], high, OWN, "/")]
    for name, values, colour, pattern in ends:
        figure.add_bar(
            orientation="h",
            name=name,
            y=list(rows),
            x=list(values),
            marker={
                "color": colour,
                "opacity": 0.85,
                "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": "white", "size": 6},
            },
            hovertemplate="%{y}: %{x:.2f}<extra>" + name + "</extra>",
        )
    figure.update_yaxes(autorange="reversed", ticklabelstandoff=6)
    figure.update_xaxes(title=names["axis"], zeroline=True, zerolinewidth=1.5, nticks=5)
    figure.update_xaxes(tickangle=0)  # a narrow screen would set them upright
    layout(figure, language, _LEGEND + 30 + (_GAP + _LINE * _lines(rows)) * len(rows))
    legend = {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0}
    figure.update_layout(showlegend=True, legend=legend, barmode="overlay", bargap=0.3)
    return figure


def _lines(rows: Sequence[str]) -> int:
    """The lines of the longest name; every row is as high."""
    return max((row.count("<br>") + 1 for row in rows), default=1)
