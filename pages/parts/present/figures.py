"""A slide's result: score and rank on every horizon, and the one picture."""

import html

import streamlit as st

from core.charts.present import Line, journey
from core.outlook.standing import Outlook, Standing
from core.outlook.timeline import TODAY
from core.problems import shorten
from pages.parts.present.slides import Slide
from pages.parts.shared import strip
from pages.parts.state import session
from pages.parts.widgets.drawing import draw, ink
from pages.parts.words import text
from pages.parts.words.text import t

LETTERS = 30  # of a name in the legend


def show(outlooks: dict[str, Outlook], slide: Slide) -> None:
    """Figures left, picture right."""
    left, right = st.columns(2, gap="medium")
    with left:
        for key, outlook in outlooks.items():
            _horizon(horizon_name(key, slide), outlook)
    with right:
        _picture(outlooks, slide)


def moves(outlooks: dict[str, Outlook]) -> bool:
    """Whether the scenario changes the score on any horizon, as far as two decimals show it."""
    return any(round(one.change, 2) for one in outlooks.values())


def horizon_name(key: str, slide: Slide) -> str:
    """A horizon in words; nothing has to be reached where nothing differs."""
    if key == TODAY and not slide.scenario.differs:
        return t("Now ({date})", date=text.date(session.case().calendar.as_of))
    return strip.horizon_name(key)


def _horizon(name: str, outlook: Outlook) -> None:
    """One date: what the score and the rank would be, large, and below it how sure that is."""
    after, key = outlook.after, outlook.result.horizon
    with st.container(border=True, key=f"present_horizon_{key}", gap=None):
        st.markdown(f"**{name}**")
        score, rank = st.columns([11, 10])
        with score.container(key=f"present_score_{key}", gap=None):
            score_text = strip.score_range(after, unit=False)
            st.markdown(t("{value} points", value=score_text).replace(" ", text.SPACE))
            _small(score_words(outlook))
        with rank.container(key=f"present_rank_{key}", gap=None):
            st.markdown(t("rank {rank}", rank=strip.the_rank(after)))
            _small(rank_words(outlook))


def _small(words: str) -> None:
    if words:
        st.markdown(words)


def score_words(outlook: Outlook) -> str:
    """The change of the score against the baseline, and its range where it has one; or empty."""
    change, after = outlook.change, outlook.after
    words = [f"**{text.points(change, sign=True)}**"] if round(change, 2) else []
    if not after.certain:
        words.append(_range(text.number(after.score_p10, 1), text.number(after.score_p90, 1)))
    return "; ".join(words)


def rank_words(outlook: Outlook) -> str:
    """The rank without the scenario if it is another, and the rank's range; or empty."""
    before, after = outlook.before, outlook.after
    words = []
    if before.rank.median != after.rank.median:
        words.append(t("**{rank}** if not done", rank=text.number(before.rank.median, 0)))
    if after.rank.p10 != after.rank.p90:
        words.append(_range(text.number(after.rank.p10, 0), text.number(after.rank.p90, 0)))
    if outlook.result.horizon != TODAY:
        words.append(strip.still(outlook))
    return "; ".join(words)


def _range(low: str, high: str) -> str:
    return t("80%: {low}–{high}", low=low, high=high).replace(" ", text.SPACE)


def _picture(outlooks: dict[str, Outlook], slide: Slide) -> None:
    """From now on to the last horizon, without and with the scenario."""
    case = session.case()
    ahead = [outlooks[key] for key in case.calendar.horizons] or [outlooks[TODAY]]
    now = outlooks[TODAY].before
    before = _line(t("If not done"), [now, *(one.before for one in ahead)])
    after = _line(shorten(slide.name, LETTERS), [now, *(one.after for one in ahead)])
    steps = [text.date(case.calendar.as_of)]
    steps += [text.date(day) for day in case.calendar.horizons.values()]
    if not case.calendar.horizons:
        steps.append(strip.horizon_name(TODAY))
    figure = journey(
        steps,
        before,
        after if moves(outlooks) else None,
        ink(),
        text.language(),
    )
    words = "; ".join(
        f"{step}: {strip.score_range(one)}, {t('rank {rank}', rank=strip.rank_range(one))}"
        for step, one in zip(steps, [now, *(one.after for one in ahead)], strict=True)
    )
    with st.container(key="present_picture_box"):
        draw(figure, "present_picture", f"{slide.name}: {words}", height="stretch")
    if case.calendar.horizons:
        why = strip.others(ahead[-1])
        st.caption(f"{steps[-1]}: {why}.")


def _line(name: str, standings: list[Standing]) -> Line:
    return Line(
        html.escape(name, quote=False),
        [one.score for one in standings],
        [one.score_p10 for one in standings],
        [one.score_p90 for one in standings],
        [t("rank {rank}", rank=text.number(one.rank.median, 0)) for one in standings],
    )
