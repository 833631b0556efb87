"""How a presentation looks: large type, no sidebar and no toolbar, buttons at a fixed place."""

import streamlit as st

# sizes follow the height of the screen, so that a slide fits a projector of any resolution
STYLE = """
<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"],
[data-testid="stExpandSidebarButton"], [data-testid="stSidebarCollapsedControl"] { display: none; }
.stApp { --present-text: clamp(1.05rem, min(3.35vh, 2.6vw), 2.75rem); }
.stMainBlockContainer { padding-top: 0.5rem; padding-bottom: 4.5rem; max-width: none; }
.stMainBlockContainer > [data-testid="stVerticalBlock"],
.stMainBlockContainer [data-testid="stColumn"] > [data-testid="stVerticalBlock"] { gap: 0.4rem; }
.stMainBlockContainer h1 {
  font-size: clamp(1.5rem, min(4.6vh, 4vw), 3.5rem);
  line-height: 1.2; padding: 0; overflow-wrap: anywhere;
}
.st-key-present_long h1 { font-size: var(--present-text); }
.stMainBlockContainer [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
/* Streamlit writes a button's key paler than small text may be */
.stMainBlockContainer kbd { opacity: 1; color: inherit; }
.st-key-present_bar button { min-height: 2.25rem; }
:is(.st-key-present_assumed, .st-key-present_guessed, .st-key-present_why, .st-key-present_noted) p,
[class*="st-key-present_horizon"] p {
  font-size: var(--present-text); margin-bottom: 0; line-height: 1.25;
}
[class*="st-key-present_horizon"] { padding: 0.2rem 0.7rem; }
[class*="st-key-present_score"] > :first-child p, [class*="st-key-present_rank"] > :first-child p {
  font-size: clamp(1.5rem, min(5vh, 3vw), 4.5rem); font-weight: 700; line-height: 1.15;
}
/* a slide is as high as the screen, and its picture takes what the words leave */
.stMainBlockContainer > [data-testid="stVerticalBlock"] { height: calc(100vh - 5rem); }
[data-testid="stLayoutWrapper"]:has(> .st-key-present_ladder_box),
[data-testid="stLayoutWrapper"]:has(> .st-key-present_picture_box) { flex: 1 1 auto; }
.st-key-present_ladder_box { flex: 1 1 auto; min-height: 11.9rem; container-type: size; }
.st-key-present_picture_box { flex: 1 1 auto; min-height: 280px; }
table.duties { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
table.duties :is(th, td) {
  font-size: var(--present-text); line-height: 1.25; padding: 0.22rem 0.5rem; text-align: right;
  border-bottom: 1px solid light-dark(#8795A3, #56616D); white-space: nowrap;
}
table.duties th { white-space: normal; vertical-align: bottom; }
table.duties :is(th, td):nth-child(-n + 2) {
  text-align: left; overflow: hidden; text-overflow: ellipsis; max-width: 34vw;
}
table.duties .more { display: flex; gap: 0.3em; }
table.duties .more span { overflow: hidden; text-overflow: ellipsis; }
.st-key-present_question p {
  font-size: clamp(1.75rem, min(6vh, 4.8vw), 4.5rem); line-height: 1.25; margin-bottom: 0;
}
.st-key-present_question { margin-bottom: 0.75rem; }
.st-key-present_question [data-testid="stCaptionContainer"] p { font-size: var(--present-text); }
[data-testid="stForm"] label p, [data-testid="stForm"] input, [data-testid="stForm"] button p {
  font-size: var(--present-text);
}
[data-testid="stForm"] button { min-height: 3.5rem; }
/* the keys have buttons nobody needs to see */
[class*="st-key-present_key_"] { display: none; }
.st-key-present_steps {
  position: fixed; z-index: 10; left: 0; right: 0; bottom: 0; padding: 0.4rem 2.5vw;
  background: Canvas;
  background: light-dark(#FFFFFF, #0B0F14);  /* of the theme, see .streamlit/config.toml */
}
.st-key-present_steps button { min-height: 3rem; }
.st-key-present_steps button p { font-size: 1.25rem; }
.st-key-present_place { padding-bottom: 0.25rem; }
.st-key-present_place p { font-size: 1.5rem; font-weight: 700; text-align: center; margin: 0; }
@media (max-width: 640px) {
  .stMainBlockContainer > [data-testid="stVerticalBlock"] { height: auto; }
  .st-key-present_ladder_box { container-type: normal; }
  .st-key-present_picture_box { flex: none; height: max(280px, 73vh - 10.5rem); }
  .st-key-present_steps [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; }
  .st-key-present_steps [data-testid="stColumn"] { min-width: 0; }
  .st-key-present_steps button p, .st-key-present_place p { font-size: 1.1rem; }
  table.duties, table.duties :is(thead, tbody, tr, td) { display: block; }
  table.duties thead { display: none; }
  table.duties tr { border-bottom: 1px solid light-dark(#8795A3, #56616D); padding: 0.3rem 0; }
  table.duties td { display: inline; border: 0; padding: 0 0.6rem 0 0; }
  table.duties td:nth-child(-n + 2) { max-width: none; white-space: normal; }
  table.duties .more { display: inline; }
  table.duties td:first-child { display: block; font-weight: 600; }
}
@media print {
  .st-key-present_bar button, .st-key-present_steps { display: none; }
  .stMainBlockContainer > [data-testid="stVerticalBlock"] { height: auto; }
  .st-key-present_ladder_box { container-type: normal; }
  .st-key-present_picture_box { flex: none; height: 346px; }
  .stApp { --present-text: 12pt; }
}
</style>
"""


def apply() -> None:
    """Write the style into the page; it is fixed text, never built from data."""
    st.html(STYLE)
