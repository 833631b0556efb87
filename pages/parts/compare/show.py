"""What the comparison says: which scenarios, the answer in a sentence, and the one chart."""

import streamlit as st

from core.charts import overview as charts_overview
from core.outlook.standing import Outlook
from core.outlook.timeline import TODAY
from core.rounding import change_of
from core.scenario.model import Scenario
from pages.parts.compare.tables import Outlooks
from pages.parts.shared import strip, when
from pages.parts.shared.at_hand import NEW, OFFERED, PICKED, choices, own, show_adding
from pages.parts.shared.kept import saved
from pages.parts.state import session
from pages.parts.widgets.drawing import draw
from pages.parts.words import text
from pages.parts.words.text import t

MOST, FEWEST = 4, 2


def choose() -> dict[str, Scenario]:
    """The scenarios to compare, the first one to measure the others by."""
    found = choices()
    kept = [label for label in st.session_state.get(PICKED, []) if label in found]
    new = st.session_state.pop(NEW, None)
    brought = [label for label, made in found.items() if made == new][-1:]
    others = [label for label in kept or list(own()) if label not in brought]
    st.session_state[PICKED] = others[: MOST - len(brought)] + brought
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with right:
        show_adding()
    picked = left.multiselect(
        t("Scenarios, two to four"),
        list(found),
        key=PICKED,
        max_selections=MOST,
        placeholder=t("Choose at least two"),
        on_change=lambda: st.session_state.update({OFFERED: list(found)}),
        persist_state="session",
        wrap=True,
    )
    for note in saved().notes:
        st.caption(note)
    return {label: found[label] for label in picked}


def horizons() -> list[str]:
    """The dates ahead; where there is none, today."""
    return list(session.case().calendar.horizons) or [TODAY]


def choose_horizon() -> str:
    """The date that the chart and the tables below it are for."""
    keys = list(session.case().calendar.dates)
    return when.choose_horizon(t("Horizon"), keys, usual=keys[-1])


def answer(found: Outlooks, horizon: str) -> str:
    """Which scenario does best, in one sentence."""
    best = max(found, key=lambda label: found[label][horizon].after.score)
    first = next(iter(found))
    gain = change_of(found[first][horizon].after.score, found[best][horizon].after.score)
    if gain <= 0:
        return t(
            "{horizon}, no scenario does better than “{first}”: {score}, rank {rank}.",
            horizon=strip.horizon_name(horizon),
            first=first,
            score=strip.score_range(found[first][horizon].after),
            rank=strip.rank_range(found[first][horizon].after),
        )
    return t(
        "{horizon}, “{best}” does best: {score}, rank {rank}, {gain} against “{first}”.",
        horizon=strip.horizon_name(horizon),
        best=best,
        score=strip.score_range(found[best][horizon].after),
        rank=strip.rank_range(found[best][horizon].after),
        gain=text.points(gain, sign=True),
        first=first,
    )


def show_chart(found: Outlooks, horizon: str) -> None:
    """Every scenario's score with its range, and its rank written at it."""
    after = [one[horizon].after for one in found.values()]
    labels, texts = list(found), [_label(one[horizon]) for one in found.values()]
    figure = charts_overview.standings(
        labels,
        [one.score for one in after],
        [one.score_p10 for one in after],
        [one.score_p90 for one in after],
        texts,
        text.language(),
    )
    words = "; ".join(
        f"{label}: {score}, {rank}" for label, (score, rank) in zip(labels, texts, strict=True)
    )
    draw(figure, "compare", words)


def _label(found: Outlook) -> tuple[str, str]:
    """Score with its change, and rank, of a scenario."""
    change = text.number(strip.shown_change(found), sign=True)
    score = strip.score_range(found.after, unit=False)
    return f"{score} ({change})", t("rank {rank}", rank=strip.rank_range(found.after))
