"""Where a presentation stands: its slide, what the room guessed and has seen, the way back.

All of it is in the address, so that a reload in the middle of a meeting comes back to it.
"""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

import streamlit as st

PAGE = "present"
FIRST_PAGE = "overview"
PAGES = [
    "overview",
    "simulate",
    "targets",
    "goalseek",
    "compare",
    "sensitivity",
    "sync",
    "data",
    "saved",
    "method",
]
SLIDE, ROOM, FROM, PREDICT = "slide", "room", "from", "predict"  # names in the address
MOST_GUESSES = 12  # of a slide; a room that says more says the same again
LONGEST = 1000  # letters of what the room said in the address: servers and messengers cut long ones


@dataclass(frozen=True)
class Guess:
    """What somebody expects: a score in points and a rank; None where nothing was said."""

    score: float | None = None
    rank: int | None = None


@dataclass
class Showing:
    """`seen` and `guesses` are by the mark of a scenario, see `slides.mark`."""

    seen: set[str] = field(default_factory=set)
    guesses: dict[str, list[Guess]] = field(default_factory=dict)


def showing() -> Showing:
    """What the room said and saw; from the address where this is a new visit, after a reload."""
    if "showing" not in st.session_state:
        st.session_state.showing = read(st.query_params.get(ROOM, ""))
    state: Showing = st.session_state.showing
    return state


def begin(page: str, address: dict[str, str]) -> dict[str, str]:
    """Start at the first slide with nothing seen; the part of the address that says so.

    Whether to predict first stays as it was, and so do the slides chosen.
    """
    st.session_state.showing = Showing()
    came = page + (f"?{urlencode(address)}" if address else "")
    return {**st.session_state.get("present_kept", {}), FROM: came}


def keep(**parts: str) -> None:
    """Put what is chosen into the address, nothing of it where it is empty; the next presentation
    of this visit begins with it."""
    kept: dict[str, str] = st.session_state.setdefault("present_kept", {})
    for name, value in parts.items():
        for place in (kept, st.query_params):
            place.pop(name, None)
            if value:
                place[name] = value


def left() -> tuple[str, dict[str, str]]:
    """The page to come back to, and the address it had; nobody's links to elsewhere."""
    page, _, rest = st.query_params.get(FROM, "").partition("?")
    return (page, dict(parse_qsl(rest))) if page in PAGES else (FIRST_PAGE, {})


def at() -> int:
    """The slide that the address names, counted from 0."""
    asked = st.query_params.get(SLIDE, "1")
    return int(asked) - 1 if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 0


def go(place: int) -> None:
    """To a slide, counted from 0; the first needs no mention."""
    st.query_params.pop(SLIDE, None)
    if place > 0:
        st.query_params[SLIDE] = str(place + 1)


def predicts() -> bool:
    """Whether the room predicts before it sees."""
    return st.query_params.get(PREDICT) == "1"


def turn_predict() -> None:
    """Predict first, or show everything at once; either way nothing counts as seen yet."""
    keep(predict="" if predicts() else "1")
    st.session_state.showing = Showing()
    st.query_params.pop(ROOM, None)


def remember() -> None:
    """Put what the room said and saw into the address."""
    st.query_params[ROOM] = written(showing())


def written(state: Showing) -> str:
    """What the room said and saw in a line: `mark*60.5/20_61/` is seen, with two guesses.

    What is said twice stands once. Where it would be too long, the guesses noted last are in it.

    >>> written(Showing({"a"}, {"a": [Guess(60.5, 20), Guess(61.0)]}))
    'a*60.5/20_61/'
    """
    parts = {mark: f"{mark}*" for mark in sorted(state.seen)}
    room = LONGEST - sum(len(part) + 1 for part in parts.values())
    for mark in reversed(state.guesses):  # the last ones that were noted first
        start = parts.get(mark) or f"{mark}!"
        said = "_".join(dict.fromkeys(_guess(one) for one in state.guesses[mark]))
        needed = len(said) + (0 if mark in parts else len(start) + 1)
        if said and needed <= room:
            parts[mark] = start + said
            room -= needed
    unsaid = [part for mark, part in parts.items() if mark not in state.guesses]
    return "~".join([*unsaid, *(parts[mark] for mark in state.guesses if mark in parts)])


def _guess(one: Guess) -> str:
    score = "" if one.score is None else f"{one.score:.6g}"
    return f"{score}/{'' if one.rank is None else one.rank}"


def read(words: str) -> Showing:
    """The reverse of `written`; what was changed by hand and makes no sense is left out.

    >>> read("a*60.5/20_x/y~b!") == Showing({"a"}, {"a": [Guess(60.5, 20)]})
    True
    """
    state = Showing()
    for part in words[: 4 * LONGEST].split("~"):
        split = next((n for n, letter in enumerate(part) if letter in "*!"), 0)
        if not split:
            continue
        mark = part[:split]
        if part[split] == "*":
            state.seen.add(mark)
        found = [_read_guess(one) for one in part[split + 1 :].split("_")]
        kept = [one for one in found if one is not None][:MOST_GUESSES]
        if kept:
            state.guesses[mark] = kept
    return state


def _read_guess(words: str) -> Guess | None:
    score, slash, rank = words.partition("/")
    try:
        found = Guess(float(score) if score else None, int(rank) if rank else None)
    except ValueError:
        return None
    inside = found.score is None or 0 <= found.score <= 100
    is_said = found.score is not None or found.rank is not None
    return found if slash and inside and is_said else None
