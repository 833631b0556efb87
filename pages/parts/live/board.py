"""What the panel shows of a scenario: a card for each date, and the ladder of all provinces."""

from functools import lru_cache
from typing import Any

import streamlit as st

from core.field.ladder import Ladder, ladder
from core.outlook.standing import Outlook, Standing
from core.outlook.timeline import TODAY
from core.outlook.uncertainty import moves_at
from core.scenario.model import Scenario
from pages.parts.live.mount import mount
from pages.parts.shared import strip
from pages.parts.state import results, session
from pages.parts.state.cases import seen
from pages.parts.words import text
from pages.parts.words.text import t

AXIS_STEP = 5  # an axis begins and ends at whole steps of so many points


def rungs(horizon: str, scenario: Scenario) -> Ladder:
    """The ladder on a horizon, as the scenario takes the others to move."""
    dataset = session.case().dataset
    return _rungs(dataset.id, dataset.version, horizon, scenario.assumptions.field_gain)


@lru_cache(maxsize=60)
def _rungs(dataset: str, version: str, horizon: str, gain: float | None) -> Ladder:
    case = seen.cases()[dataset]
    moves = moves_at(case.drawn, horizon, case.calendar.dates[horizon], gain)
    return ladder(case.drawn.field.names, moves.others, case.drawn.own, moves.like)


def hundredths(value: float) -> int:
    """A number as it is shown, in hundredths: rounded as `text.number` rounds."""
    return round(100 * round(float(value), 2))


def rank_texts(low: int, median: int, high: int, size: int, told: bool = True) -> list[Any]:
    """A rank as the panel shows it: the number, the words, and its range; `told` where the page has
    said before what a range is, as it has above levers."""
    words, short = _rank_words(low, median, high, size, text.language())
    spread = "" if low == high else short if told else text.spread(low, high)
    return [median, words, spread]


@lru_cache(maxsize=10_000)  # the tables of a panel name a hundred, most of them at every run
def _rank_words(low: int, median: int, high: int, size: int, language: str) -> tuple[str, str]:
    short = t("(80%: {range})", range=text.between(low, high))
    return text.estimated(text.rank(median, size), low != high), short


def cards(outlooks: dict[str, Outlook]) -> list[dict[str, Any]]:
    """The present, then every horizon."""
    now = outlooks[TODAY].before
    day = text.date(session.case().calendar.as_of)
    first = {"key": "now", "name": t("Now ({date})", date=day), **_figures(now), "gain": 0}
    return [first, *(_card(key, outlook) for key, outlook in outlooks.items())]


def _card(key: str, outlook: Outlook, told: bool = True) -> dict[str, Any]:
    return {
        "key": key,
        "name": strip.horizon_name(key),
        **_figures(outlook.after, told),
        "gain": hundredths(strip.shown_change(outlook)),
        "without": outlook.before.rank.median,
        "unless": strip.rank_alone(outlook.before),
        "still": "" if key == TODAY else strip.still(outlook),
    }


def _figures(standing: Standing, told: bool = True) -> dict[str, Any]:
    rank = standing.rank
    return {
        "score": hundredths(standing.score),
        "certain": standing.certain,
        "rank": rank_texts(rank.p10, rank.median, rank.p90, standing.size, told),
    }


def ladder_data(horizon: str, outlook: Outlook, scenario: Scenario | None = None) -> dict[str, Any]:
    """All provinces on one axis: the rungs best first, and where the own province stands without
    and with a scenario, by default that on the screen. Whose rung it is, is said as far as it is
    known."""
    case = session.case()
    found = rungs(horizon, scenario or session.scenario())
    scores = [hundredths(score) for score in found.scores]
    own = [hundredths(outlook.before.score), hundredths(outlook.after.score)]
    step = 100 * AXIS_STEP
    ends = min(*scores, *own), max(*scores, *own)
    date = text.date(outlook.result.date)
    if not found.names:
        note = t("No board of single provinces here: the others are estimated from single figures.")
    elif found.settled:
        note = t("The others as published on the board of {date}.", date=_board_day())
    else:
        note = t("The others as they are expected on {date}: the middle of all draws.", date=date)
    return {
        "title": t("All {count} provinces by score", count=outlook.after.size),
        "note": note,
        "horizon": horizon,
        "names": list(found.names),
        "scores": scores,
        "settled": found.settled,
        "own": case.dataset.field_name,
        "without": own[0],
        "low": max(0, ends[0] // step * step),
        "high": min(10_000, -(-ends[1] // step) * step),
        "step": step,
    }


def _board_day() -> str:
    return text.date(session.case().drawn.field_day.date())


def words() -> dict[str, str]:
    """The texts that the panel fills in itself."""
    return {
        "points": t("{value} points").replace(" ", text.SPACE),
        "estimated": text.ESTIMATED + text.SPACE,
        "rank": t("rank"),
        "without": t("if not: {rank}"),
        "pass": t("{points} to pass"),
        "ahead": t("{points} behind us"),
        "level": t("level with us"),
        "close": t("too close to tell"),
        "nameless": t("estimated province"),
        "ghost": t("if not"),
        "ladder": t("{own}: {score} points, rank {rank}; above: {above}; below: {below}"),
    }


def panel_data(outlooks: dict[str, Outlook], horizon: str) -> dict[str, Any]:
    """Everything that the panel shows when nothing is held."""
    return {
        "comma": "," if text.language() == "vi" else ".",
        "words": words(),
        "cards": cards(outlooks),
        "shown": horizon,
        "ladder": ladder_data(horizon, outlooks[horizon]),
        "levers": [],
        "others": [],
        "ranks": [],
    }


def show_standing(key: str) -> None:
    """Three large figures, the score, the rank and what they will be, and the ladder of today, on
    a page without levers."""
    outlooks = results.outlooks()
    data = panel_data(outlooks, TODAY)
    now, last = data["cards"][0], list(outlooks)[-1]
    day = text.date(session.case().calendar.as_of)
    rank = _figures(outlooks[TODAY].before, told=False)
    cards = [
        {**now, "name": t("Score on {date}", date=day), "only": "score"},
        {**now, **rank, "key": "rank", "name": t("Rank on {date}", date=day), "only": "rank"},
    ]
    if last != TODAY:
        cards.append(_card(last, outlooks[last], told=False))
        data["ladder"]["without"] = now["score"]
    mount({**data, "bare": True, "cards": cards, "shown": "now"}, key)


def show_large(outlook: Outlook, scenario: Scenario, among: list[Outlook], key: str) -> None:
    """The ladder of one date for a room: large, nothing else; with the same axis `among` several
    outlooks."""
    horizon = outlook.result.horizon
    data = panel_data({TODAY: outlook, horizon: outlook}, horizon)
    data["ladder"] = ladder_data(horizon, outlook, scenario)
    if not outlook.after.certain:
        data["ladder"]["note"] += " " + t("80%: the probable range.")
    _widen(data["ladder"], [one.after.score for one in among] + [one.before.score for one in among])
    mount({**data, "bare": True, "large": True}, key)


def _widen(one: dict[str, Any], scores: list[float]) -> None:
    """Let the axis of a ladder reach all of some scores."""
    step, found = one["step"], [hundredths(score) for score in scores]
    one["low"] = max(0, min(one["low"], *(score // step * step for score in found)))
    one["high"] = min(10_000, max(one["high"], *(-(-score // step) * step for score in found)))


def show_compared(
    scenarios: dict[str, Scenario], found: dict[str, dict[str, Outlook]], horizon: str, key: str
) -> None:
    """The ladder with a flag for each of some scenarios, the best on top, where they take the
    others to move the same way; else there is no one ladder to show them on."""
    if len({made.assumptions.field_gain for made in scenarios.values()}) > 1:
        st.caption(t("These scenarios take the other provinces to move differently."))
        return
    first = next(iter(scenarios))
    outlooks = {label: one[horizon] for label, one in found.items()}
    data = panel_data(found[first], horizon)
    data["ladder"] = ladder_data(horizon, outlooks[first], scenarios[first])
    flags = [
        {
            "name": label,
            "score": hundredths(one.after.score),
            "certain": one.after.certain,
            "rank": strip.the_rank(one.after),
        }
        for label, one in sorted(outlooks.items(), key=lambda pair: pair[1].after.score)[::-1]
    ]
    _widen(data["ladder"], [one.after.score for one in outlooks.values()])
    mount({**data, "bare": True, "cards": [], "flags": flags}, key)
