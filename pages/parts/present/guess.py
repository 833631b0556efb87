"""Predict first: the room says what it expects, more than once, before the result is shown."""

import streamlit as st

from core.outlook.standing import Outlook
from pages.parts.present.state import MOST_GUESSES, Guess, remember, showing
from pages.parts.shared import strip
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.text import t

MOST_POINTS = 100


def ask(mark: str, outlooks: dict[str, Outlook]) -> None:
    """The question, room for guesses, what was guessed so far, and the button that shows the
    result of the scenario of a `mark`."""
    horizon, today = list(outlooks)[-1], next(iter(outlooks.values()))
    now = today.before
    with st.container(key="present_question"):
        st.markdown(t("What will score and rank be {horizon}?", horizon=_by(horizon)))
        st.caption(
            t(
                "On {date}: {score}, rank {rank}.",
                date=text.date(session.case().calendar.as_of),
                score=strip.score_range(now),
                rank=strip.rank_range(now),
            )
        )
    guesses = showing().guesses.get(mark, [])
    with st.form(f"present_guess_{mark}", border=False, width=900):
        score, rank = st.columns(2)
        score.text_input(
            t("Score that the meeting expects"), key=f"guess_score_{mark}", max_chars=20
        )
        rank.text_input(t("Rank that the meeting expects"), key=f"guess_rank_{mark}", max_chars=20)
        add, back, show = st.columns([3, 3, 4])
        add.form_submit_button(
            t("Note it"),
            key=f"present_add_{mark}",
            icon=":material/add:",
            on_click=_note,
            args=(mark, now.size),
            disabled=len(guesses) >= MOST_GUESSES,
            width="stretch",
        )
        back.form_submit_button(
            t("Drop the last one"),
            key=f"present_drop_{mark}",
            icon=":material/undo:",
            on_click=_drop,
            args=(mark,),
            disabled=not guesses,
            width="stretch",
        )
        # Enter does what Space does; a button has one key only
        for key, shortcut in (("present_reveal", "Space"), ("present_key_enter", "Enter")):
            show.form_submit_button(
                t("Show the result"),
                key=f"{key}_{mark}",
                type="primary",
                icon=":material/visibility:",
                shortcut=shortcut,
                on_click=_reveal,
                args=(mark, now.size),
                width="stretch",
            )
    for words in st.session_state.pop("guess_faults", []):
        st.warning(words)
    if guesses:
        with st.container(key="present_noted"):
            st.markdown(f"{t('Expected by the meeting')}: {spread(guesses)}.")


def _by(horizon: str) -> str:
    """A horizon inside a sentence."""
    name = strip.horizon_name(horizon)
    return name[:1].lower() + name[1:]


def _note(mark: str, size: int) -> None:
    _noted(mark, size)


def _noted(mark: str, size: int) -> bool:
    """Note what was typed; False where it can't be understood."""
    keys = f"guess_score_{mark}", f"guess_rank_{mark}"
    score, rank = (str(st.session_state[key]) for key in keys)
    guess, faults = read(score, rank, size)
    st.session_state.guess_faults = faults
    if faults:
        return False
    if guess != Guess():
        noted = showing().guesses.pop(mark, [])  # and in again, as the last one
        showing().guesses[mark] = [*noted, guess][:MOST_GUESSES]
        for key in keys:
            st.session_state[key] = ""
    remember()
    return True


def _drop(mark: str) -> None:
    showing().guesses[mark] = showing().guesses.get(mark, [])[:-1]
    remember()


def _reveal(mark: str, size: int) -> None:
    """Show the result, unless what was typed can't be understood."""
    if _noted(mark, size):
        showing().seen.add(mark)
        remember()


def read(score: str, rank: str, size: int) -> tuple[Guess, list[str]]:
    """What was typed as a guess among `size` provinces; a sentence for each that is none."""
    points, place = text.parse_number(score), text.parse_number(rank)
    faults = []
    if score.strip() and not (points is not None and 0 <= points <= MOST_POINTS):
        faults.append(
            t(
                "“{value}” is no score: write a number from 0 to 100, such as 93,37.",
                value=text.escape(score.strip()),
            )
        )
    if rank.strip() and not (place is not None and 1 <= place <= size and place == int(place)):
        faults.append(
            t(
                "“{value}” is no rank: write a whole number from 1 to {size}.",
                value=text.escape(rank.strip()),
                size=size,
            )
        )
    if faults:
        return Guess(), faults
    return Guess(points, None if place is None else int(place)), []


def spread(guesses: list[Guess]) -> str:
    """How far apart the guesses of a room are: every score and rank once, from low to high."""
    scores = sorted({one.score for one in guesses if one.score is not None})
    ranks = sorted({one.rank for one in guesses if one.rank is not None})
    said = []
    if scores:
        said.append(t("score {values}", values=" · ".join(_plain(one) for one in scores)))
    if ranks:
        said.append(t("rank {values}", values=" · ".join(str(one) for one in ranks)))
    return "; ".join(said)


def compare(guesses: list[Guess], outlooks: dict[str, Outlook]) -> str:
    """The guesses beside the result on the last horizon, without a verdict; empty without any."""
    if not (said := spread(guesses)):
        return ""
    after = outlooks[list(outlooks)[-1]].after
    return t(
        "Expected by the meeting: {said}. Computed: score {score}, rank {rank}.",
        said=said,
        score=strip.score_range(after, unit=False),
        rank=strip.the_rank(after),
    )


def _plain(value: float) -> str:
    """A number as short as it was typed: `88`, `93,37`."""
    return text.number(value, 0 if value == int(value) else 2)
