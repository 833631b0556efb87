"""Predict first: the room says what it expects before the result is shown."""

import streamlit as st

from core.outlook.standing import Outlook
from pages.parts.present.state import Guess, showing
from pages.parts.shared import strip
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.text import t

MOST_POINTS = 100


def ask(label: str, outlooks: dict[str, Outlook]) -> None:
    """The question, room for a guess, and the button that shows the result of slide `label`."""
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
    at = showing().at
    with st.form(f"present_guess_{at}", border=False, width=640):
        score, rank = st.columns(2)
        score.text_input(t("Your guess: score"), key=f"guess_score_{at}", max_chars=20)
        rank.text_input(t("Your guess: rank"), key=f"guess_rank_{at}", max_chars=20)
        # Enter does what Space does; a button has one key only
        for key, shortcut in (("present_reveal", "Space"), ("present_key_enter", "Enter")):
            st.form_submit_button(
                t("Show the result"),
                key=f"{key}_{at}",
                type="primary",
                icon=":material/visibility:",
                shortcut=shortcut,
                on_click=_reveal,
                args=(label, now.size),
            )
    for words in st.session_state.pop("guess_faults", []):
        st.warning(words)


def _by(horizon: str) -> str:
    """A horizon inside a sentence."""
    name = strip.horizon_name(horizon)
    return name[:1].lower() + name[1:]


def _reveal(label: str, size: int) -> None:
    """Show the result, unless what was typed can't be understood."""
    score, rank = (
        str(st.session_state[f"guess_{what}_{showing().at}"]) for what in ("score", "rank")
    )
    guess, faults = read(score, rank, size)
    st.session_state.guess_faults = faults
    if not faults:
        showing().guesses[label] = guess
        showing().seen.add(label)


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


def compare(guess: Guess, outlooks: dict[str, Outlook]) -> str:
    """The guess beside the result on the last horizon, and how far off it was; empty without."""
    after = outlooks[list(outlooks)[-1]].after
    words = []
    if guess.score is not None:
        words.append(
            t(
                "Guessed {guess}, computed {score}: {off} off.",
                guess=_plain(guess.score),
                score=text.number(after.score),
                off=text.points(abs(guess.score - round(after.score, 2))),
            )
        )
    if guess.rank is not None:
        words.append(
            t(
                "Guessed rank {guess}, computed {rank}: {off} places off.",
                guess=guess.rank,
                rank=after.rank.median,
                off=abs(guess.rank - after.rank.median),
            )
        )
    return " ".join(words)


def _plain(value: float) -> str:
    """A number as short as it was typed: `88`, `93,37`."""
    return text.number(value, 0 if value == int(value) else 2)
