"""What the theme cannot set: page margins, and how it fits a phone, a projector and paper."""

import streamlit as st

STYLE = """
<style>
.stMainBlockContainer {
  padding-left: clamp(1rem, 2.5vw, 3rem);
  padding-right: clamp(1rem, 2.5vw, 3rem);
}
.stMainBlockContainer h4 { line-height: 1.4; font-weight: 600; }
[data-testid="stMetricValue"] { line-height: 1.2; }
/* the effect stays in view while the levers scroll */
@media (min-width: 900px) {
  [data-testid="stLayoutWrapper"]:has(> .st-key-effect) { position: sticky; top: 3.5rem; }
}
@media (max-width: 640px) {
  [data-testid="stMetricValue"] { font-size: 1.6rem; }
}
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], .stButton { display: none; }
  .stMainBlockContainer { padding: 0; }
}
</style>
"""


def apply() -> None:
    """Write the style into the page; it is fixed text, never built from data."""
    st.html(STYLE)
