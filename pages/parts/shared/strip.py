"""The strip at the top of a page: where we are and where the scenario leads."""

import streamlit as st

from core.outlook.simulate import TODAY
from core.outlook.standing import Outlook, Standing
from pages.parts.state import session
from pages.parts.widgets import headline
from pages.parts.words import text
from pages.parts.words.text import t


def horizon_name(key: str) -> str:
    """A horizon in words, with its date."""
    calendar = session.case().calendar
    if key == TODAY:
        return t("If it held today")
    return t("By {date}", date=text.date(calendar.horizons[key]))


def answer(outlooks: dict[str, Outlook]) -> str:
    """The answer in one sentence: the present standing, and what the scenario makes of it."""
    case = session.case()
    today = outlooks[TODAY]
    values = {
        "province": case.dataset.field_name,
        "score": score_range(today.before),
        "rank": text.rank(today.before.rank.median, today.before.size),
        "date": text.date(case.calendar.as_of),
    }
    if not session.scenario().differs:
        return t(
            "On {date} {province} has {score} and rank {rank}. Move a lever to see what changes.",
            **values,
        )
    last = outlooks[list(outlooks)[-1]]
    return t(
        "The scenario takes {province} from {score}, rank {rank}, to {after}, rank {after_rank}, "
        "{horizon} ({change}).",
        **values,
        after=score_range(last.after),
        after_rank=rank_range(last.after),
        horizon=horizon_name(last.result.horizon).lower(),
        change=text.points(last.result.score_after - last.result.score_before, sign=True),
    )


def show(outlooks: dict[str, Outlook]) -> None:
    """The sentence, then a card for the present and one for each horizon."""
    headline.show(answer(outlooks))
    cards = st.container(key="strip").columns(len(outlooks) + 1, border=True)
    before = outlooks[TODAY].before
    with cards[0]:
        st.metric(
            t("Now ({date})", date=text.date(session.case().calendar.as_of)),
            score_range(before, unit=False),
        )
        st.markdown(t("rank **{rank}**", rank=rank_range(before)))
    for card, (key, outlook) in zip(cards[1:], outlooks.items(), strict=True):
        with card:
            change = outlook.result.score_after - outlook.result.score_before
            st.metric(
                horizon_name(key),
                score_range(outlook.after, unit=False),
                text.points(change, sign=True) if round(change, 2) else None,
            )
            st.markdown(ranks(outlook))


def ranks(outlook: Outlook) -> str:
    """The rank of a scenario, and the one without it if that is another."""
    before, after = outlook.before.rank.median, rank_range(outlook.after)
    if before == outlook.after.rank.median:
        return t("rank **{rank}**", rank=after)
    return t("rank **{before} → {after}**", before=text.number(before, 0), after=after)


def spread(outlook: Outlook) -> str:
    """What the range of the score comes from, in one sentence; empty where it is certain."""
    names = {
        "points": t("points that were not published"),
        "units": t("estimated unit rates and volumes"),
        "pace": t("the own pace until then"),
    }
    parts = [
        f"{names[name]} {text.percent(part, 0)}"
        for name, part in outlook.spread.items()
        if part >= 0.005
    ]
    return t("What the range comes from: {parts}.", parts=", ".join(parts)) if parts else ""


def score_range(standing: Standing, unit: bool = True) -> str:
    """A score; estimated ones with ≈ and their 80 % range."""
    score = text.points(standing.score) if unit else text.number(standing.score)
    if standing.certain:
        return score
    low, high = text.number(standing.score_p10, 1), text.number(standing.score_p90, 1)
    return text.estimated(f"{score} ({low}–{high})" if unit else score)


def rank_range(standing: Standing) -> str:
    """A rank of how many, with its 80 % range where it is not certain."""
    rank = text.rank(standing.rank.median, standing.size)
    if standing.rank.p10 == standing.rank.p90:
        return rank
    return rank + " " + t("(80 %: {low}–{high})", low=standing.rank.p10, high=standing.rank.p90)
