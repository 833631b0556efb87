"""The page for who has a minute: three figures, the ladder, ten units."""

from core.documents.frame import agency_of, dataset_name
from core.documents.meeting.facts import (
    Meant,
    estimated_count,
    meant_of,
    rank_in,
    rungs_around,
    score_words,
    today_standing,
)
from core.documents.meeting.said import MEETING_WORDS
from core.documents.meeting.tables import tasks_table
from core.documents.words import ABOUT
from core.export.page_docx import OnePage
from core.outlook.case import Case
from core.outlook.standing import Standing
from core.plans.model import TargetPlan
from core.scenario.model import Scenario


def brief_page(case: Case, scenario: Scenario, plan: TargetPlan, language: str) -> OnePage:
    """The page of a scenario and its targets. Raises DataError as `check_scenario` finds."""
    meant = meant_of(case, scenario, plan, language)
    words = meant.words
    last = list(meant.outlooks)[-1]
    found = meant.outlooks[last]
    date = words.day(found.result.date)
    rungs = rungs_around(meant, last, _say(meant, "nameless"))
    tasks = "tasks" if plan.targets else "tasks_by_points"
    table = tasks_table(meant)
    return OnePage(
        language=words.language,
        agency=agency_of(case, words),
        state=(words.say("state"), words.say("motto")),
        title=_say(meant, "brief"),
        subtitle=scenario.title or dataset_name(case, words),
        figures=_figures(meant, date),
        ladder_title=_say(meant, "ladder_head", date=date),
        ladder=tuple(
            (f"{one.rank}. {one.name}: {ABOUT}{words.number(one.score)}", one.is_own)
            for one in rungs
        ),
        sentences=_sentences(meant, date),
        table_title=_say(meant, tasks if table.rows else "none_left"),
        table=table,
        below=_say(meant, "below", dataset=dataset_name(case, words)),
    )


def _say(meant: Meant, key: str, **values: object) -> str:
    return meant.words.pick(MEETING_WORDS[key], **values)


def _figures(meant: Meant, date: str) -> tuple[tuple[str, str, str], ...]:
    """Now, with and without; of a dataset alone now and its two lines."""
    found = list(meant.outlooks.values())[-1]
    score, rank = today_standing(meant)
    as_of = meant.words.day(meant.case.dataset.meta.as_of)
    points = _say(meant, "big_score", score=score)
    now = _say(meant, "big_now", date=as_of), points, _say(meant, "big_rank", rank=rank)
    if meant.changes_something:
        pair = (("big_with", found.after), ("big_without", found.before))
    else:
        pair = (("big_like", found.like.after), ("big_still", found.still.after))
    return (now, *(_figure(meant, key, date, one) for key, one in pair))


def _figure(meant: Meant, key: str, date: str, found: Standing) -> tuple[str, str, str]:
    score = _say(meant, "big_score", score=score_words(meant.words, found))
    return (
        _say(meant, key, date=date),
        score,
        _say(meant, "big_rank", rank=rank_in(meant.words, found)),
    )


def _sentences(meant: Meant, date: str) -> tuple[str, ...]:
    words, found = meant.words, list(meant.outlooks.values())[-1]
    rank = found.after.rank
    chance = words.percent(rank.probability_at_most[rank.median - 1], 0)
    count, of, points = estimated_count(meant)
    return (
        _say(meant, "unsure_rank", date=date, low=rank.p10, high=rank.p90, rank=rank.median,
             chance=chance),
        _say(meant, "others", gain=ABOUT + words.number(found.others_gain)),
        _say(meant, "estimates", count=count, of=of, points=ABOUT + words.number(points))
        if count
        else _say(meant, "all_published"),
    )  # fmt: skip
