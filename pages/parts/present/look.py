"""How a presentation looks: large type, no sidebar and no toolbar, buttons at a fixed place."""

import streamlit as st

# sizes follow the height of the screen, so that a slide fits a projector of any resolution
STYLE = """
<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"],
[data-testid="stExpandSidebarButton"], [data-testid="stSidebarCollapsedControl"] { display: none; }
.stMainBlockContainer { padding-top: 0.75rem; padding-bottom: 4.75rem; max-width: none; }
.stMainBlockContainer > [data-testid="stVerticalBlock"],
.stMainBlockContainer [data-testid="stColumn"] > [data-testid="stVerticalBlock"] { gap: 0.5rem; }
.stMainBlockContainer h1 {
  font-size: clamp(1.5rem, min(5vh, 4vw), 3.5rem);
  line-height: 1.2; padding: 0; overflow-wrap: anywhere;
}
.stMainBlockContainer [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
/* Streamlit writes a button's key paler than small text may be */
.stMainBlockContainer kbd { opacity: 1; color: inherit; }
.st-key-present_bar button { min-height: 2.5rem; }
.st-key-present_assumed p, .st-key-present_guessed p {
  font-size: clamp(1.05rem, min(2.7vh, 2.2vw), 2rem); margin-bottom: 0; line-height: 1.3;
}
[class*="st-key-present_horizon"] { padding: 0.3rem 0.9rem; }
[class*="st-key-present_horizon"] p {
  font-size: clamp(1rem, min(2.5vh, 2vw), 1.75rem); margin-bottom: 0;
}
[class*="st-key-present_score"] > :first-child p, [class*="st-key-present_rank"] > :first-child p {
  font-size: clamp(1.75rem, min(5.5vh, 3.1vw), 4.5rem); font-weight: 700; line-height: 1.15;
}
/* the picture takes what a screen larger than a projector leaves */
.st-key-present_picture_box { flex: none; height: max(346px, 100vh - 31rem); }
.st-key-present_question p {
  font-size: clamp(1.75rem, min(6vh, 4.8vw), 4.5rem); line-height: 1.25; margin-bottom: 0;
}
.st-key-present_question { margin-bottom: 1.5rem; }
.st-key-present_question [data-testid="stCaptionContainer"] p {
  font-size: clamp(1.05rem, min(2.8vh, 2.2vw), 2rem);
}
[data-testid="stForm"] label p, [data-testid="stForm"] input, [data-testid="stForm"] button p {
  font-size: clamp(1.1rem, min(3vh, 2.4vw), 2rem);
}
[data-testid="stForm"] button { min-height: 3.5rem; }
/* the keys have buttons nobody needs to see */
[class*="st-key-present_key_"] { display: none; }
.st-key-present_steps {
  position: fixed; z-index: 10; left: 0; right: 0; bottom: 0; padding: 0.5rem 2.5vw;
  background: Canvas;
  background: light-dark(#FFFFFF, #0B0F14);  /* of the theme, see .streamlit/config.toml */
}
.st-key-present_steps button { min-height: 3.5rem; }
.st-key-present_steps button p { font-size: 1.25rem; }
.st-key-present_place { padding-bottom: 0.25rem; }
.st-key-present_place p { font-size: 1.5rem; font-weight: 700; text-align: center; margin: 0; }
@media (max-width: 640px) {
  .st-key-present_steps [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; }
  .st-key-present_steps [data-testid="stColumn"] { min-width: 0; }
  .st-key-present_steps button p, .st-key-present_place p { font-size: 1.1rem; }
}
@media print {
  .st-key-present_bar button, .st-key-present_steps { display: none; }
  .st-key-present_picture_box { height: 346px; }
}
</style>
"""


def apply() -> None:
    """Write the style into the page; it is fixed text, never built from data."""
    st.html(STYLE)
