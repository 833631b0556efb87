"""Where we are and where the scenario leads, in words."""

from core.dataset.facts import facts
from core.index.rollup import PROVINCE, score
from core.outlook.case import Case
from core.outlook.standing import Outlook, Standing
from core.outlook.timeline import TODAY
from core.rounding import change_of, parts_of
from pages.parts.state import session
from pages.parts.words import text
from pages.parts.words.text import t

ROUNDED_APART = 0.1  # points: how far scores are apart at most because parts were rounded


def horizon_name(key: str) -> str:
    """A horizon in words, with its date."""
    calendar = session.case().calendar
    if key == TODAY:
        return t("If achieved now ({date})", date=text.date(calendar.as_of))
    return t("By {date}", date=text.date(calendar.horizons[key]))


def answer(outlooks: dict[str, Outlook]) -> str:
    """The answer in one sentence: the present standing, and what the scenario makes of it."""
    case = session.case()
    today = outlooks[TODAY]
    values = {
        "province": case.dataset.field_name,
        "score": score_range(today.before),
        "rank": the_rank(today.before),
        "date": text.date(case.calendar.as_of),
    }
    now = t("On {date} {province} has {score} and rank {rank}.", **values)
    last = outlooks[list(outlooks)[-1]]
    if session.scenario().differs:
        return f"{now} {effect(last)}"
    return f"{now} {lines(last)}" if last.result.horizon != TODAY else now


def rounded(case: Case, unit: int = PROVINCE) -> str:
    """Why a score here is not to the last digit the one that is published; empty where it is, and
    where they are further apart than rounding explains."""
    published = float(facts(case.dataset).total[unit])
    here = float(score(case.baseline, case.baseline.rate).total[unit])
    if not 0.005 <= abs(here - published) <= ROUNDED_APART:
        return ""
    return t(
        "The portal publishes {published}, here it is {score}: the portal rounds the points of "
        "each part before it adds them up, and here nothing is rounded before the end.",
        published=text.number(published),
        score=text.number(here),
    )


def effect(outlook: Outlook) -> str:
    """With the scenario against without it on the same horizon, in one sentence."""
    words = t(
        "{horizon}: rank {after} if done, rank {before} if not, {change}",
        horizon=_short(outlook),
        after=rank_range(outlook.after),
        before=rank_alone(outlook.before),
        change=text.points(shown_change(outlook), sign=True),
    )
    return f"{words}; {others(outlook)}." if outlook.result.horizon != TODAY else f"{words}."


def shown_change(outlook: Outlook) -> float:
    """What a scenario brings, as the scores with and without it are shown."""
    return change_of(outlook.before.score, outlook.after.score)


def lines(outlook: Outlook) -> str:
    """Both lines of the scenario on a horizon, in one sentence; the leading one first."""
    return t(
        "{horizon}: rank {like} if the province improves as the others do, rank {still} if its own "
        "rates stay as they are; {others}.",
        horizon=_short(outlook),
        like=rank_range(outlook.after),
        still=rank_range(outlook.still.after),
        others=others(outlook),
    )


def others(outlook: Outlook) -> str:
    """Why a rank moves without us, as a clause."""
    gain = text.points(outlook.others_gain, digits=1)
    return t("the other provinces are expected to gain {gain} on average", gain=gain)


def _short(outlook: Outlook) -> str:
    """A horizon as the beginning of a sentence: its date."""
    today = outlook.result.horizon == TODAY
    return horizon_name(TODAY) if today else text.date(outlook.result.date)


def ranks(outlook: Outlook) -> str:
    """The rank of a scenario, and the one without it if that is another."""
    before, after = outlook.before.rank.median, rank_range(outlook.after)
    if before == outlook.after.rank.median:
        return t("rank **{rank}**", rank=after)
    return t("rank **{after}** if done, **{before}** if not", after=after, before=before)


def still(outlook: Outlook) -> str:
    """The other line, small: where it leads if the own rates stay."""
    standing = outlook.still.after
    place = text.number(standing.rank.median, 0)
    sure = standing.rank.p10 == standing.rank.p90
    return t("own rates stay: {rank}", rank=text.estimated(place, not sure))


def spread(outlook: Outlook) -> str:
    """What the range of the score comes from, in one sentence; empty where it is certain."""
    names = {
        "points": t("points that were not published"),
        "units": t("estimated unit rates and volumes"),
        "pace": t("what comes until then"),
    }
    shown = parts_of(sum(outlook.spread.values()), list(outlook.spread.values()))
    parts = [
        f"{names[name]} {text.percent(part, 0)}"
        for name, part in zip(outlook.spread, shown, strict=True)
        if part
    ]
    return t("What the range comes from: {parts}.", parts=", ".join(parts)) if parts else ""


def score_range(standing: Standing, unit: bool = True) -> str:
    """A score; estimated ones with ≈ and their 80 % range."""
    score = text.points(standing.score) if unit else text.number(standing.score)
    if standing.certain:
        return score
    low, high = text.number(standing.score_p10, 1), text.number(standing.score_p90, 1)
    return text.estimated(f"{score} ({text.between(low, high)})" if unit else score)


def rank_range(standing: Standing) -> str:
    """A rank of how many, with its 80 % range where it is not certain."""
    rank = the_rank(standing)
    if standing.rank.p10 == standing.rank.p90:
        return rank
    return rank + " " + text.spread(standing.rank.p10, standing.rank.p90)


def rank_alone(standing: Standing) -> str:
    """A rank where its range and the number of provinces stand beside it; with ≈ where it is not
    certain."""
    rank = standing.rank
    return text.estimated(text.number(rank.median, 0), rank.p10 != rank.p90)


def the_rank(standing: Standing) -> str:
    """A rank of how many; with ≈ where it is not certain."""
    rank = text.rank(standing.rank.median, standing.size)
    return rank if standing.rank.p10 == standing.rank.p90 else text.estimated(rank)
