"""Text, numbers and dates in the language of the screen.

Messages are written in English in the code; `pages/locale/<language>.po` has the other languages.
"""

import datetime as dt
import re
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path

import streamlit as st
from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from core.problems import Problem, shorten
from core.text import ESTIMATED as ESTIMATED
from core.text import clean_text

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
FIRST = "vi"
LOCALES = {"vi": Locale.parse("vi_VN"), "en": Locale.parse("en_GB")}
CATALOGS = Path(__file__).resolve().parents[2] / "locale"
# a no-break space keeps "85,45 điểm" on one line
SPACE = "\N{NO-BREAK SPACE}"
UNKNOWN = "–"
# a line breaks behind a dash, and "3–" alone says another thing than "3–31"
TO = "\N{WORD JOINER}–\N{WORD JOINER}"
# whether the run has said yet what a range is
TOLD: ContextVar[bool] = ContextVar("told", default=True)
# the language of the run: hundreds of texts ask for it, and the session's state is slow to ask
RUN: ContextVar[str] = ContextVar("language")


def follow_address() -> None:
    """Take the language from the address; where a menu opened a bare page, put it there again.

    Not `bind`: that writes the translated label, and loses it on the way to another page.
    """
    asked = st.query_params.get("language", FIRST)
    bare = "d" not in st.query_params  # every page of a session names its dataset
    if "language" not in st.session_state or not bare:
        st.session_state.language = asked if asked in LANGUAGES else FIRST
    RUN.set(_chosen())
    TOLD.set(False)
    write_address()


def write_address() -> None:
    """Put the chosen language into the address; the first one needs no mention."""
    if (chosen := _chosen()) == FIRST:
        st.query_params.pop("language", None)
    elif st.query_params.get("language") != chosen:
        st.query_params["language"] = chosen


def warm_up() -> None:
    """Read what numbers and texts of all languages need, before the first viewer."""
    for code in LANGUAGES:
        _decimal(0.5, 2, False, code)
    catalog("vi")


def language() -> str:
    """The language of the screen: Vietnamese, unless the viewer chose another."""
    return RUN.get(None) or _chosen()


def _chosen() -> str:
    chosen = st.session_state.get("language", FIRST)
    return chosen if chosen in LANGUAGES else FIRST


@cache
def catalog(code: str) -> dict[str, str]:
    """Translations of one language by English message."""
    with (CATALOGS / f"{code}.po").open(encoding="utf-8") as file:
        messages = read_po(file, locale=code)
    return {str(m.id): str(m.string) for m in messages if m.id and m.string}


def t(message: str, **values: object) -> str:
    """The message in the language of the screen, with `{name}` fields filled."""
    code = language()
    text = message if code == "en" else catalog(code).get(message, message)
    return text.format(**values) if values else text


def later(message: str) -> str:
    """Mark a message for the catalogues that `t` translates where it is shown."""
    return message


def number(value: float | None, digits: int = 2, sign: bool = False) -> str:
    """A number as people write it: `85,45`; with `sign`, `+1,20` and `−0,30`."""
    if value is None or value != value:
        return UNKNOWN
    return _decimal(float(value), digits, sign, language())


@cache
def _pattern(digits: int, sign: bool) -> str:
    plain = "#,##0" + ("." + "0" * digits if digits else "")
    return f"+{plain};−{plain}" if sign else f"{plain};−{plain}"


@lru_cache(maxsize=100_000)  # a table of a thousand units writes the same numbers on every run
def _decimal(value: float, digits: int, sign: bool, code: str) -> str:
    rounded = round(value, digits)
    if rounded == 0:
        return format_decimal(0, _pattern(digits, False), LOCALES[code])
    return format_decimal(rounded, _pattern(digits, sign), LOCALES[code])


def percent(rate: float | None, digits: int = 2, sign: bool = False) -> str:
    """A fraction as per cent: `93,37%`."""
    if rate is None or rate != rate:
        return UNKNOWN
    return number(100 * rate, digits, sign) + "%"


def points(value: float | None, sign: bool = False, digits: int = 2) -> str:
    """Points with their unit: `85,45 điểm`."""
    return t("{value} points", value=number(value, digits, sign)).replace(" ", SPACE)


def mark(is_estimated: bool) -> str:
    """What stands before the figures of a sentence: `≈ ` before an estimate."""
    return ESTIMATED + SPACE if is_estimated else ""


def estimated(words: str, is_estimated: bool = True) -> str:
    """A figure with the mark of an estimate, where it is one: `≈ 85,45`."""
    return mark(is_estimated and words != UNKNOWN) + words


def date(day: dt.date) -> str:
    """A date: `27/3/2025`, in English `27 March 2025`."""
    pattern = "d/M/y" if language() == "vi" else "d MMMM y"
    return format_date(day, pattern, LOCALES[language()])


def spread(low: object, high: object) -> str:
    """The range of an estimate behind it: what it is, is said the first time on a page."""
    told = TOLD.get()
    TOLD.set(True)
    message = "(80%: {range})" if told else "(80% range: {range})"
    return t(message, range=between(low, high))


def between(low: object, high: object) -> str:
    """Two ends of a range, which stay on one line: `3–31`."""
    return f"{low}{TO}{high}"


def rank(position: float | None, size: int) -> str:
    """A rank: `8/63`."""
    return UNKNOWN if position is None or position != position else f"{position:.0f}/{size}"


# digits with at most one comma or point: what is not finite (NaN, inf, 1e999) is not a number
NUMBER = re.compile(r"[+-]?(\d{1,15}([.,]\d{0,15})?|[.,]\d{1,15})")


def parse_number(text: str) -> float | None:
    """A number that a person typed, `93,37` or `93.37`, with or without `%`; None if it is none."""
    plain = text.replace("%", "").replace(SPACE, "").replace("−", "-").strip()
    return float(plain.replace(",", ".")) if NUMBER.fullmatch(plain) else None


LONGEST_NAME = 100  # characters of a file's or column's name in a message
LONGEST_DETAIL = 300  # and of what was expected of it
# inputs that are no files but are named like one
INPUTS = (later("lists"), later("scenario"), later("link"), later("options"), later("goal"))


def problem(found: Problem) -> str:
    """A problem of an input as one sentence, place and value first, safe to show as Markdown.

    Names and values of files come without bidi, zero-width and control characters, which could
    make a reader see another value than the file has.
    """
    place = [shorten(t(found.file), LONGEST_NAME)]
    if found.line is not None:
        place.append(t("line {line}", line=found.line))
    if found.column is not None:
        place.append(t("column {column}", column=shorten(found.column, LONGEST_NAME)))
    details = {
        name: shorten(t(value), LONGEST_DETAIL) if isinstance(value, str) else value
        for name, value in found.details.items()
    }
    value = "" if found.value is None else f"“{shorten(found.value)}” – "
    expected = t(found.expected).format(**details)
    sentence = f"{', '.join(place)}: {value}" + t("expected {what}", what=expected)
    return escape(clean_text(sentence))


# what Markdown makes a link of even where its signs are escaped: it looks at the finished text
ADDRESS = re.compile(r"(?<=http)(?=s?:)|(?<=https)(?=:)|(?<=www)(?=\.)|(?<=@)", re.IGNORECASE)
JOINER = "\N{WORD JOINER}"  # has no width, and no address goes across it


def escape(text: str) -> str:
    """Text of people or files so that Markdown shows it as it is, without a link in it."""
    signs = r"\`*_{}[]()#+-.!|<>$~:&"
    return "".join("\\" + c if c in signs else c for c in ADDRESS.sub(JOINER, text))
