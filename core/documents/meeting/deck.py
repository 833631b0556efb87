"""Five slides: where we stand, the ladder, the plan, who does what, what is uncertain."""

from core.documents.frame import dataset_name, province_title
from core.documents.meeting.facts import (
    Meant,
    estimated_count,
    meant_of,
    published_groups,
    rank_in,
    rungs_around,
    score_words,
    today_standing,
)
from core.documents.meeting.said import MEETING_WORDS
from core.documents.meeting.tables import losses_table, tasks_table
from core.documents.targets import assigned_table
from core.documents.words import ABOUT
from core.export.official import OfficialTable
from core.export.slides import Deck, OneSlide, SlideBars
from core.index.rules import by_group
from core.outlook.case import Case
from core.plans.model import TargetPlan
from core.scenario.model import Scenario

MOST_SHOWN = 12  # of a table, below which nothing is cut off
_EARNED, _MISSING, _OTHERS = "#0072B2", "#D9D9D9", "#8A8F98"
_NEAR_FULL = 0.95
_LEAST_PART = 0.5  # per cent: less is none in the whole numbers that the slide shows


def meeting_deck(case: Case, scenario: Scenario, plan: TargetPlan, language: str) -> Deck:
    """The slides of a scenario and its targets. Raises DataError as `check_scenario` finds."""
    meant = meant_of(case, scenario, plan, language)
    made = (_where(meant), _ladder(meant), _plan(meant), _tasks(meant), _unsure(meant))
    title = scenario.title or dataset_name(case, meant.words)
    return Deck(_say(meant, "name", title=title), meant.words.language, made)


def _say(meant: Meant, key: str, **values: object) -> str:
    return meant.words.pick(MEETING_WORDS[key], **values)


def _below(meant: Meant) -> str:
    return _say(meant, "below", dataset=dataset_name(meant.case, meant.words))


def _where(meant: Meant) -> OneSlide:
    words, rules = meant.words, meant.case.baseline.rules
    score, rank = today_standing(meant)
    most = by_group(rules, rules.max_points)
    known = published_groups(meant)
    names = [words.group(one) for one in rules.groups]
    worst = max(range(len(most)), key=lambda g: most[g] - known[g][0])
    earned = (ABOUT if known[worst][1] else "") + words.number(known[worst][0])
    near = [names[g] for g in range(len(most)) if known[g][0] >= _NEAR_FULL * most[g]]
    guessed = [names[g] for g in range(len(most)) if known[g][1]]
    group, top = names[worst], words.number(float(most[worst]), 0)
    lines = (
        _say(meant, "most_missing", group=group, earned=earned, most=top),
        _say(meant, "full", groups=", ".join(near)) if near else _say(meant, "no_full"),
        *([_say(meant, "groups_of", groups=", ".join(guessed))] if guessed else []),
    )
    chart = SlideBars(
        categories=tuple((f"{ABOUT} " if about else "") + name
                         for name, (_, about) in zip(names, known, strict=True)),
        series=(
            (_say(meant, "earned"), tuple(points for points, _ in known), _EARNED),
            (
                _say(meant, "missing"),
                tuple(max(0.0, float(m) - p) for m, (p, _) in zip(most, known, strict=True)),
                _MISSING,
            ),
        ),
        stacked=True,
    )  # fmt: skip
    as_of = words.day(meant.case.dataset.meta.as_of)
    province = province_title(meant.case)
    title = _say(meant, "where", province=province, score=score, rank=rank, as_of=as_of)
    return OneSlide(title, lines, _below(meant), chart=chart)


def _ladder(meant: Meant) -> OneSlide:
    words, last = meant.words, list(meant.outlooks)[-1]
    found = meant.outlooks[last]
    date, rungs = words.day(found.result.date), rungs_around(meant, last, _say(meant, "nameless"))
    rank, without = rank_in(words, found.after), rank_in(words, found.before)
    if meant.changes_something:
        title = _say(meant, "ladder", date=date, rank=rank, without=without)
        change = words.number(found.change, 2, sign=True)
        scores = score_words(words, found.after), score_words(words, found.before)
        line = _say(meant, "score_line", score=scores[0], without=scores[1], change=change)
    else:
        title = _say(meant, "ladder_still", date=date, rank=rank)
        line = _say(meant, "score_still", score=score_words(words, found.after))
    place = next(n for n, one in enumerate(rungs) if one.is_own)
    gap = rungs[place - 1].score - rungs[place].score if place else 0.0
    ahead = _say(meant, "next", gap=ABOUT + words.number(max(0.0, gap)))
    gained = words.number(found.others_gain)
    lines = (
        line,
        ahead if rungs[place].rank > 1 else _say(meant, "first"),
        _say(meant, "others", gain=ABOUT + gained),
    )
    scores_shown = tuple(round(one.score, 2) for one in rungs)
    low = max(0.0, (min(scores_shown) - 5) // 5 * 5)
    chart = SlideBars(
        categories=tuple(_say(meant, "rung", rank=one.rank, name=one.name) for one in rungs),
        series=((_say(meant, "score", low=words.number(low, 0)), scores_shown, _OTHERS),),
        own=place,
        low=low,
    )
    return OneSlide(title, lines, _below(meant), chart=chart)


def _plan(meant: Meant) -> OneSlide:
    if not meant.plan.targets:
        return OneSlide(_say(meant, "losses"), (), _below(meant), table=losses_table(meant))
    table = assigned_table(meant.case, meant.plan, meant.words)
    name = meant.plan.title
    title = _say(meant, "plan", title=name) if name else _say(meant, "plan_unnamed")
    shown = _cut(table)
    left = len(table.rows) - len(table.bands) - len(shown.rows) + len(shown.bands)
    lines = (_say(meant, "more", count=left),) if left else ()
    return OneSlide(title, lines, _below(meant), table=shown)


def _cut(table: OfficialTable) -> OfficialTable:
    """The first rows; no band without a row below it."""
    end = len(table.rows) if len(table.rows) <= MOST_SHOWN else MOST_SHOWN
    while end - 1 in table.bands:
        end -= 1
    bands = frozenset(one for one in table.bands if one < end)
    return OfficialTable(table.head, table.rows[:end], table.widths, table.align, bands)


def _tasks(meant: Meant) -> OneSlide:
    title = _say(meant, "tasks" if meant.plan.targets else "tasks_by_points")
    table = tasks_table(meant)
    if not table.rows:
        return OneSlide(title, (_say(meant, "none_left"),), _below(meant))
    return OneSlide(title, (), _below(meant), table=table)


def _unsure(meant: Meant) -> OneSlide:
    words, found = meant.words, list(meant.outlooks.values())[-1]
    after, rank = found.after, found.after.rank
    chance = words.percent(rank.probability_at_most[rank.median - 1], 0)
    count, of, points = estimated_count(meant)
    known = (
        _say(meant, "estimates", count=count, of=of, points=ABOUT + words.number(points))
        if count
        else _say(meant, "all_published")
    )
    lines = (
        _say(meant, "unsure_rank", date=words.day(found.result.date), low=rank.p10,
             high=rank.p90, rank=rank.median, chance=chance),
        _say(meant, "unsure_score", low=words.number(after.score_p10),
             high=words.number(after.score_p90)),
        known,
        _say(meant, "still", rank=rank_in(words, found.still.after)),
    )  # fmt: skip
    names = {"points": "points", "units": "of_units", "pace": "pace"}
    parts = {names[key]: 100 * part for key, part in found.spread.items() if key in names}
    spread = [(key, part) for key, part in parts.items() if part >= _LEAST_PART]
    chart = SlideBars(
        categories=tuple(_say(meant, key) for key, _ in spread),
        series=((_say(meant, "from"), tuple(round(part) for _, part in spread), _EARNED),),
        digits="0",
    )
    return OneSlide(
        _say(meant, "unsure"), lines, _below(meant), chart=chart if len(spread) > 1 else None
    )
