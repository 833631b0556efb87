"""Where a presentation stands: its slide, what the room guessed and has seen, the way back."""

from dataclasses import dataclass, field

import streamlit as st

PAGE = "present"
FIRST_PAGE = "overview"


@dataclass(frozen=True)
class Guess:
    """What the room expects: a score in points and a rank; None where it said nothing."""

    score: float | None = None
    rank: int | None = None


@dataclass
class Showing:
    """`at` counts slides from 0; `seen` and `guesses` are by slide; `left` is the page before."""

    at: int = 0
    predict: bool = False
    seen: set[str] = field(default_factory=set)
    guesses: dict[str, Guess] = field(default_factory=dict)
    left: str = FIRST_PAGE
    address: dict[str, str] = field(default_factory=dict)  # of that page


def showing() -> Showing:
    """The presentation of this session."""
    state: Showing = st.session_state.setdefault("showing", Showing())
    return state


def begin(page: str, address: dict[str, str]) -> None:
    """Start at the first slide with nothing seen; whether to predict first stays as it was."""
    st.session_state.showing = Showing(predict=showing().predict, left=page, address=address)


def step(by: int) -> None:
    """The next (1) or the previous (-1) slide; the page keeps it between the first and the last."""
    showing().at += by


def turn_predict() -> None:
    """Predict first, or show everything at once; either way nothing counts as seen yet."""
    state = showing()
    state.predict = not state.predict
    state.seen.clear()
    state.guesses.clear()
