"""How a page looks on paper: everything on it, nothing to press, and tables that are not cut.

Tables on the screen are drawn and scroll, so paper would get the rows and columns in view only.
Each is written once more as plain text that the screen hides.
"""

import html
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts.words import text
from pages.parts.words.text import t

MOST_ROWS = 400  # longer lists are for the file
NARROW = 3  # columns of a table of which three have room beside each other

# Charts keep the width that they had on the screen, so paper shrinks each by its own measure; a
# browser that cannot divide lengths shrinks all alike.
STYLE = """
<style>
.stElementContainer:has(.paper) { display: none; }
@media print {
  @page { size: A4; margin: 14mm 12mm; }
  html, body, #root, .stApp, .stAppViewContainer, .stMain {
    position: static !important; height: auto !important; overflow: visible !important;
  }
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"],
  [data-testid="stStatusWidget"], .stButton, .stDownloadButton, .stPopover, .stFileUploader,
  [class*="st-key-slide-"], [class*="st-key-box-"], [data-testid="stElementToolbar"],
  .stButtonGroup button:not([data-selected="true"]), .stHeadingAnchor,
  [data-testid="stHeaderActionElements"], .modebar-container,
  .stElementContainer:has(.stDataFrame),
  [data-testid="stLayoutWrapper"]:has(> .stExpander > details:not([open])):not(.st-key-sources) {
    display: none !important;
  }
  .stMainBlockContainer { padding: 0; max-width: none; }
  [data-testid="stLayoutWrapper"] { position: static !important; }
  .st-key-sources details::details-content { content-visibility: visible; height: auto; }
  .stElementContainer:has(.paper) { display: block; }
  html { font-size: 12.5px !important; } /* about 9.5 points for a sentence */
  .paper[hidden] { display: block !important; }
  table.paper { width: 100%; border-collapse: collapse; font-size: 8pt; line-height: 1.3; }
  .brief.paper[hidden] { display: flex !important; gap: 3mm; align-items: flex-start; }
  .brief table.paper { font-size: 7pt; line-height: 1.15; }
  .brief.paper :is(th, td) { padding: 0.8pt 2pt; }
  .paper th, .paper td {
    border: 0.5pt solid #8795A3; padding: 2pt 3pt; text-align: left; vertical-align: top;
    overflow-wrap: break-word;
  }
  .paper th { font-weight: 600; }
  .paper .number { text-align: right; }
  .paper td.number { white-space: nowrap; }
  .paper thead { display: table-header-group; }
  .paper tr, .stPlotlyChart, .stMetric, .stAlert { break-inside: avoid; }
  h1, h2, h3, h4, summary { break-after: avoid; }
  .stColumn:has(.stPlotlyChart), .stElementContainer:has(.stPlotlyChart) {
    width: 100% !important; flex: 0 0 100% !important; height: auto !important;
  }
  .stPlotlyChart { container-type: inline-size; width: 100% !important; height: auto !important; }
  .stPlotlyChart .js-plotly-plot, .stPlotlyChart .plot-container, .stPlotlyChart .svg-container {
    width: 100% !important; height: auto !important;
  }
  .stPlotlyChart .main-svg {
    zoom: 0.6;
    zoom: min(1, calc(100cqw / attr(width px)));
  }
  /* the overview's two charts share its first sheet with the ladder */
  :is(.st-key-groups, .st-key-losses) .stPlotlyChart .main-svg { zoom: 0.74; }
  .stButtonGroup button { flex: none; max-width: none; overflow: visible; }
  .stButtonGroup button * { overflow: visible; }
  .stPlotlyChart .main-svg:first-child { position: static !important; display: block; }
}
</style>
"""

# what was drawn for a dark screen: dark letters on white paper
DARK = """
<style>
@media print {
  html, body { background: #FFFFFF !important; }
  .stApp, .stApp *:not(svg *) { background: transparent !important; }
  .stApp, .stApp * { color: #1B2733 !important; border-color: #8795A3 !important; }
  .stApp .main-svg text { fill: #1B2733 !important; }
}
</style>
"""


def style() -> str:
    """What paper needs, as a style sheet; fixed text, never built from data."""
    return STYLE + (DARK if st.context.theme.type == "dark" else "")


def show(
    frame: pd.DataFrame,
    numbers: tuple[str, ...] = (),
    brief: bool = False,
    most: int = MOST_ROWS,
) -> None:
    """A table for paper only: every cell as text, the columns of `numbers` to the right, the first
    `most` rows and how many more there are. A `brief` one has small letters, and stands in three
    parts beside each other where it has few columns."""
    classes = [' class="number"' if name in numbers else "" for name in frame.columns]
    shown = frame.head(most)
    tables = 3 if brief and len(frame.columns) <= NARROW else 1
    size = -(-len(shown) // tables) or 1
    parts = [shown.iloc[start : start + size] for start in range(0, max(1, len(shown)), size)]
    st.html(
        f'<div class="paper{" brief" if brief else ""}" hidden>'  # until the style is there, too
        + "".join(
            '<table class="paper"><thead>'
            + _row("th", classes, list(frame.columns))
            + "</thead><tbody>"
            + "".join(_row("td", classes, row) for row in part.to_numpy().tolist())
            + "</tbody></table>"
            for part in parts
        )
        + f"</div>{_rest(len(frame) - most)}"
    )


def _row(tag: str, classes: list[str], cells: list[Any]) -> str:
    words = ["" if pd.isna(cell) else html.escape(str(cell)) for cell in cells]
    parts = zip(classes, words, strict=True)
    return "<tr>" + "".join(f"<{tag}{kind}>{word}</{tag}>" for kind, word in parts) + "</tr>"


def _rest(count: int) -> str:
    if count <= 0:
        return ""
    words = t("{count} more rows are in the file.", count=text.number(count, 0))
    return f'<p class="paper" hidden>{html.escape(words)}</p>'
