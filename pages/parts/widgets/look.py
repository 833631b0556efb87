"""What the theme cannot set: page margins, contrast, and how it fits a phone and a projector."""

import streamlit as st

from core.charts.look import INK
from pages.parts.widgets import paper

STYLE = """
<style>
.stMainBlockContainer {
  padding-left: clamp(1rem, 2.5vw, 3rem);
  padding-right: clamp(1rem, 2.5vw, 3rem);
  max-width: 1440px; /* longer lines are hard to read, and wider charts too small on paper */
}
.stApp .stMainBlockContainer h1 { padding: 0.5rem 0 0.25rem; }
.stApp .stMainBlockContainer h2 { line-height: 1.4; padding: 0.5rem 0; }
/* the answer of Simulate has room for its longest sentence, so that a move shifts no lever */
@media (min-width: 900px) { .st-key-simulate_answer h2 { min-height: calc(4.2em + 1rem); } }
/* the row of the last change keeps its place too */
.st-key-last_change { min-height: 2.5rem; }
.st-key-last_change [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
.st-key-last_change [data-testid="stMarkdown"] p {
  font-size: 0.875rem; line-height: 1.4; margin-bottom: 0;
}
@media (min-width: 900px) { .st-key-last_change { flex-wrap: nowrap; } }
/* all of the sidebar is in view on a projector */
[data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] { gap: 0.35rem; }
[data-testid="stSidebar"] .stSelectbox input { font-size: 0.75rem; padding-left: 0.5rem; }
[data-testid="stMetricValue"] { line-height: 1.2; }
/* Streamlit's captions are paler than the 4.5:1 that small text needs */
.stApp [data-testid="stCaptionContainer"] { opacity: 0.78; }
/* text in the primary colour: on dark it takes the link colour, the primary one is too deep */
.stApp button[data-selected="true"][data-variant="segmented_control"],
.stApp [data-testid="stSliderThumbValue"] {
  color: light-dark(#0B5CAD, #7CB7FF) !important; transition: none;
}
/* where the keyboard is; Streamlit shows it on some controls only, and faintly */
.stApp :is(a, button, summary, [role="radio"], [role="tab"]):focus-visible {
  outline: 2px solid light-dark(#0B5CAD, #7CB7FF) !important; outline-offset: 2px;
}
.stApp :is(input, textarea):focus-visible,
/* a table moves the focus to its cells for screen readers by itself: that counts as no keyboard */
.stApp canvas:focus-within,
.stApp .stSlider div:has(> div > input:focus-visible) {
  outline: 2px solid light-dark(#0B5CAD, #7CB7FF) !important; outline-offset: -1px;
}
/* what a button says of itself lies over the control above it, and would take the click for that */
body:has(
  :is(.stButton, .stDownloadButton, .stFormSubmitButton, .stPopover)
  [data-testid="stTooltipHoverTarget"][aria-describedby]
) :is([role="tooltip"], [role="tooltip"] *) { pointer-events: none !important; }
/* what was decided and its cross are one line, on a phone too */
[class*="st-key-revocable-"] { flex-wrap: nowrap; }
/* names of up to all units, in as many columns as there is room for */
.st-key-zeros ul { columns: 14rem; }
/* the levers begin on the first screen of a projector */
.st-key-last_change button { min-height: 2rem; padding: 0.1rem 0.6rem; }
@media (max-width: 640px) {
  [data-testid="stMetricValue"] { font-size: 1.6rem; }
  .stButtonGroup [role="radiogroup"] { flex-wrap: wrap; overflow: visible; }
}
</style>
"""


def _letters() -> str:
    """Letters of charts follow the theme while the page is open: they were drawn in the ink of the
    theme that it had at its last run. Those inside bars are of the bar's colour, and stay."""
    drawn = [
        'text[style*="fill: rgb({}, {}, {})"]'.format(*bytes.fromhex(ink[1:]))
        for ink in INK.values()
    ]
    letters = f".js-plotly-plot :is({', '.join(drawn)})"
    now = f"light-dark({INK['light']}, {INK['dark']})"
    return f"<style>@media screen {{ {letters} {{ fill: {now} !important; }} }}</style>"


def apply() -> None:
    """Write the style into the page; it is fixed text, never built from data."""
    st.html(STYLE + _letters() + paper.style())
