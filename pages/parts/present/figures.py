"""A slide's one picture: the ladder with its figures, the way over time, or who does what."""

import html

import streamlit as st

from core.charts.present import Line, journey
from core.outlook.standing import Outlook, Standing
from core.outlook.timeline import TODAY
from core.problems import shorten
from core.review.duties import Duty
from core.scenario.model import Scenario
from pages.parts.live import board
from pages.parts.present.slides import Slide, asked, last_day
from pages.parts.shared import strip
from pages.parts.state import results, session
from pages.parts.widgets.drawing import draw, ink
from pages.parts.words import text
from pages.parts.words.names import component_name, unit_names
from pages.parts.words.text import t

LETTERS = 30  # of a name in the legend
UNITS = 10  # that a slide names


def show(outlooks: dict[str, Outlook], slide: Slide, all_of: list[Scenario]) -> None:
    """The picture; `all_of` the presentation share its axes."""
    if slide.kind == "duties":
        _duties(asked(slide.scenario))
    elif slide.kind == "path":
        _journey(outlooks, slide, all_of)
    else:
        _ladder(outlooks, slide, all_of)


def moves(outlooks: dict[str, Outlook]) -> bool:
    """Whether the scenario changes the score on any horizon, as far as two decimals show it."""
    return any(round(one.change, 2) for one in outlooks.values())


def horizon_name(key: str, slide: Slide) -> str:
    """A horizon in words; nothing has to be reached where nothing differs."""
    if key == TODAY and not slide.scenario.differs:
        return t("Now ({date})", date=text.date(session.case().calendar.as_of))
    return strip.horizon_name(key)


def _ladder(outlooks: dict[str, Outlook], slide: Slide, all_of: list[Scenario]) -> None:
    """Score and rank on every date, large, and below them all provinces on the last date."""
    for column, (key, outlook) in zip(st.columns(len(outlooks)), outlooks.items(), strict=True):
        with column:
            _horizon(horizon_name(key, slide), outlook)
    last = list(outlooks)[-1]
    with st.container(key="present_ladder_box"):
        others = [results.outlooks_of(one)[last] for one in all_of]
        board.show_large(outlooks[last], slide.scenario, others, "present_ladder")


def _horizon(name: str, outlook: Outlook) -> None:
    """One date: what the score and the rank would be, large, and below each how sure that is."""
    after, key = outlook.after, outlook.result.horizon
    with st.container(border=True, height="stretch", key=f"present_horizon_{key}", gap=None):
        st.markdown(name)
        with st.container(key=f"present_score_{key}", gap=None):
            score_text = strip.score_range(after, unit=False)
            st.markdown(t("{value} points", value=score_text).replace(" ", text.SPACE))
            _small(score_words(outlook))
        with st.container(key=f"present_rank_{key}", gap=None):
            st.markdown(t("rank {rank}", rank=strip.the_rank(after)))
            _small(rank_words(outlook))


def _small(words: str) -> None:
    if words:
        st.markdown(words)


def score_words(outlook: Outlook) -> str:
    """The change of the score against the baseline, and its range where it has one; or empty."""
    change, after = strip.shown_change(outlook), outlook.after
    words = [f"**{text.points(change, sign=True)}**"] if round(change, 2) else []
    if not after.certain:
        words.append(_range(text.number(after.score_p10, 1), text.number(after.score_p90, 1)))
    return _joined(words)


def _joined(words: list[str]) -> str:
    """Parts of a line; none of them is broken."""
    return "; ".join(one.replace(" ", text.SPACE) for one in words)


def rank_words(outlook: Outlook) -> str:
    """The rank's range, and the rank without the scenario if it is another, else where the own
    rates that stay lead; or empty."""
    before, after = outlook.before, outlook.after
    words = []
    if after.rank.p10 != after.rank.p90:
        words.append(_range(text.number(after.rank.p10, 0), text.number(after.rank.p90, 0)))
    if before.rank.median != after.rank.median:
        words.append(t("**{rank}** if not done", rank=strip.rank_alone(before)))
    elif outlook.result.horizon != TODAY and not moves({"": outlook}):
        words.append(strip.still(outlook))
    return _joined(words)


def _range(low: str, high: str) -> str:
    return t("80%: {range}", range=text.between(low, high))


def _way(outlooks: dict[str, Outlook]) -> tuple[list[Standing], list[Standing]]:
    """From now on to the last horizon, without and with a scenario."""
    keys = list(session.case().calendar.horizons) or [TODAY]
    now = outlooks[TODAY].before
    ahead = [outlooks[key] for key in keys]
    return [now, *(one.before for one in ahead)], [now, *(one.after for one in ahead)]


def _journey(outlooks: dict[str, Outlook], slide: Slide, all_of: list[Scenario]) -> None:
    """The score from now on, with the rank at every step."""
    case = session.case()
    before, after = _way(outlooks)
    steps = [text.date(case.calendar.as_of)]
    steps += [text.date(day) for day in case.calendar.horizons.values()]
    if not case.calendar.horizons:
        steps.append(strip.horizon_name(TODAY))
    every = [one for made in all_of for way in _way(results.outlooks_of(made)) for one in way]
    figure = journey(
        steps,
        _line(t("If not done"), before),
        _line(shorten(slide.name, LETTERS), after) if moves(outlooks) else None,
        (min(one.score_p10 for one in every), max(one.score_p90 for one in every)),
        ink(),
        text.language(),
    )
    words = "; ".join(
        f"{step}: {strip.score_range(one)}, {t('rank {rank}', rank=strip.rank_range(one))}"
        for step, one in zip(steps, after, strict=True)
    )
    with st.container(key="present_picture_box"):
        draw(figure, "present_picture", f"{slide.name}: {words}", height="stretch")
    if case.calendar.horizons:
        why = strip.others(outlooks[list(outlooks)[-1]])
        with st.container(key="present_why"):
            st.markdown(f"{steps[-1]}: {why}.")


def _line(name: str, standings: list[Standing]) -> Line:
    return Line(
        html.escape(name, quote=False),
        [one.score for one in standings],
        [one.score_p10 for one in standings],
        [one.score_p90 for one in standings],
        [t("rank {rank}", rank=text.number(one.rank.median, 0)) for one in standings],
    )


def _duties(found: tuple[Duty, ...]) -> None:
    """The units with most to do, a row each; names are text, never markup."""
    day, shown = text.date(last_day()), found[:UNITS]
    known = any(one.extra == one.extra for one in shown)
    if len(shown) < len(found):
        head = t("Who does what until {date}: the {count} units with most to do of {all}.")
    else:
        head = t("Who does what until {date}: {count} units.")
    words = head.format(date=day, count=len(shown), all=len(found))
    if any(one.others for one in shown):
        words += " " + t("(+1): one more rate to raise.")
    if not known:
        words += " " + t("How many dossiers they have is not published.")
    with st.container(key="present_why"):
        st.markdown(words)
    names = unit_names(session.case().dataset)
    heads = [t("Unit"), t("Rate"), t("Now"), text.date(last_day())]
    rows = [_duty(one, names, known) for one in shown]
    if known:
        heads.append(t("Dossiers a week"))
    st.html(
        '<table class="duties"><thead><tr>'
        + "".join(f'<th scope="col">{html.escape(one)}</th>' for one in heads)
        + "</tr></thead><tbody>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        + "</tbody></table>"
    )


def _duty(one: Duty, names: dict[str, str], known: bool) -> list[str]:
    """The cells of a row, as HTML."""
    case = session.case()
    name = html.escape(component_name(case.dataset.rules, one.component))
    if one.others:  # a long name is cut, never how many more there are
        name = f'<div class="more"><span>{name}</span> (+{one.others})</div>'
    cells = [
        html.escape(names[case.baseline.units[one.unit]]),
        name,
        text.percent(one.so_far, 1),
        text.percent(one.rate, 1),
    ]
    if known:
        extra = text.number(one.extra, 0, sign=True)
        weekly = text.number(one.weekly, 0)
        cells.append(f"{weekly} ({extra})" if one.extra == one.extra else text.UNKNOWN)
    return cells
