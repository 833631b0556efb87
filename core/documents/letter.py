"""Công văn, Kế hoạch and Quyết định written from a plan: sentences from figures, and annexes."""

import datetime as dt
from typing import Any

from core.documents.frame import DECISION, LETTER, dataset_name, framed, province_title
from core.documents.situation import component_title, count_at_zero, groups_table, zeros_table
from core.documents.targets import assigned_table, needed_table, place_title
from core.documents.words import ABOUT, DOCUMENT_KINDS, REPORT, Words, from_to
from core.export.official import Annex, Block, OfficialDocument, Paragraph
from core.outlook.case import Case
from core.outlook.standing import Standing
from core.outlook.timeline import TODAY
from core.plans.made import as_scenario
from core.plans.model import TargetPlan, check_plan
from core.problems import DataError, Problem
from core.scenario.scope import level_of

NAMED = 3  # units with targets of their own that a sentence names; more are counted


def plan_document(
    case: Case, plan: TargetPlan, kind: str = "cong_van", language: str = "vi"
) -> OfficialDocument:
    """A plan as one of `DOCUMENT_KINDS`, not a report.

    Raises DataError as `check_plan` finds, for no targets and for another kind.
    """
    problems = check_plan(plan, case.baseline)
    if kind not in DOCUMENT_KINDS or kind == REPORT:
        expected, details = "one of {kinds}", {"kinds": ", ".join(DOCUMENT_KINDS)}
        problems.append(Problem("--kind", None, None, kind, expected, details))
    if not plan.targets:
        problems.append(Problem("plan", None, "targets", None, "at least one target"))
    if problems:
        raise DataError(problems)
    words = Words(language)
    annexes = _annexes(case, plan, words)
    return framed(
        case,
        words,
        kind,
        plan.title or words.say("subject"),
        max(plan.dues[0], case.dataset.meta.as_of).year,
        body=_body(case, plan, kind, words, list(annexes)),
        annexes=tuple(annexes.values()),
        recipients=_recipients(case, kind, words),
        addressed=_addressed(case, words) if kind == LETTER else (),
    )


def _addressed(case: Case, words: Words) -> tuple[str, ...]:
    here = set(case.baseline.level)
    pairs = (("department", "departments"), ("district", "districts"), ("commune", "communes"))
    # communes get it through their districts, where there are districts
    levels = [
        key
        for level, key in pairs
        if level in here and not (level == "commune" and "district" in here)
    ]
    return tuple(words.say(key) for key in levels)


def _recipients(case: Case, kind: str, words: Words) -> tuple[str, ...]:
    first = ("as_above",) if kind == LETTER else ()
    named = () if kind == LETTER else tuple(f"{one};" for one in _addressed(case, words))
    rest = (words.say(key) for key in (*first, "leaders"))
    return (*rest, *named, words.say("office"), words.say("archive"))


def _annexes(case: Case, plan: TargetPlan, words: Words) -> dict[str, Annex]:
    """By what they hold, in order; one with nothing to say is left out."""
    marks = Paragraph(words.say("marks", dataset=dataset_name(case, words)))
    tables = {
        "groups": groups_table(case, words),
        "targets": assigned_table(case, plan, words),
        "needed": needed_table(case, plan, words),
        "zeros": zeros_table(case, plan.components, words),
    }
    return {
        name: Annex(words.say(f"annex_{name}"), (table, marks))
        for name, table in tables.items()
        if table.rows
    }


def _body(
    case: Case, plan: TargetPlan, kind: str, words: Words, annexes: list[str]
) -> tuple[Block, ...]:
    say = words.say
    situation = [_situation(case, words, _roman(annexes, "groups")), *_outlook(case, plan, words)]
    asked = _asked(case, plan, words)
    see = say("see", annex=_roman(annexes, "targets", "needed"))
    zeros = _zeros(case, plan, words, annexes)
    if kind == DECISION:
        authority = say("authority", province=province_title(case)).upper()
        lines = [_middle(authority), say("basis"), *situation, _middle(say("decide"))]
        lines += [_head(say("article_1")), *asked]
        lines += [see, *zeros, say("article_2")]
    elif kind == "ke_hoach":
        lines = [say("basis"), _head(say("purpose")), *situation, _head(say("targets")), *asked]
        lines += [see, *zeros, _head(say("doing")), say("follow"), say("close")]
    else:
        lines = [*situation, say("asked"), *asked, see, *zeros, say("follow"), say("close")]
    return tuple(one if isinstance(one, Paragraph) else Paragraph(one) for one in lines)


def _head(text: str) -> Any:
    return Paragraph(text, heading=True)


def _middle(text: str) -> Any:
    return Paragraph(text, heading=True, centred=True)


def _roman(annexes: list[str], *names: str) -> str:
    numbers = ("I", "II", "III", "IV")
    return ", ".join(numbers[annexes.index(name)] for name in names if name in annexes)


def _situation(case: Case, words: Words, annex: str) -> str:
    meta, now = case.dataset.meta, case.outlook(_still(case))[TODAY].before
    known_score, known_rank = meta.published_total, meta.published_rank
    score = words.number(known_score) if known_score else ABOUT + words.number(now.score)
    rank = f"{known_rank}/{meta.field_size}" if known_rank else ABOUT + _rank(now)
    standing = words.say("stands", score=score, rank=rank)
    return words.say("situation", as_of=words.full_day(meta.as_of), standing=standing, annex=annex)


def _still(case: Case) -> Any:
    return as_scenario(TargetPlan(dataset=case.dataset.id), case.baseline)


def _rank(found: Standing) -> str:
    return f"{found.rank.median:.0f}/{found.size}"


def _outlook(case: Case, plan: TargetPlan, words: Words) -> list[str]:
    """Where the plan leads on each horizon that some target is due by, and where its absence."""
    dues, found = plan.dues, case.outlook(as_scenario(plan, case.baseline))
    return [
        words.say(
            "outlook",
            date=words.day(one.result.date),
            with_score=_score(words, one.after),
            with_rank=_ranks(one.after),
            without_score=_score(words, one.before),
            without_rank=_ranks(one.before),
        )
        for key, one in found.items()
        if key != TODAY and one.result.date in dues
    ]


def _score(words: Words, found: Standing) -> str:
    low, high = words.number(found.score_p10), words.number(found.score_p90)
    return f"{words.number(found.score)} ({from_to(low, high)})"


def _ranks(found: Standing) -> str:
    return f"{_rank(found)} ({from_to(found.rank.p10, found.rank.p90)})"


def _asked(case: Case, plan: TargetPlan, words: Words) -> list[str]:
    """A sentence for each component and due date: its levels, and who has a target of its own."""
    found: list[str] = []
    rules = case.dataset.rules
    pairs = {(rules.index(one.component), one.due) for one in plan.targets}
    for number, (column, due) in enumerate(sorted(pairs), 1):
        title = component_title(case, column, words)
        places = _places(case, plan, rules.components[column], due, words)
        until = words.say("target", component=title, due=words.day(due), places=places)
        found.append(f"{number}. {until}")
    return found


def _places(case: Case, plan: TargetPlan, component: str, due: dt.date, words: Words) -> str:
    mine = [one for one in plan.targets if (one.component, one.due) == (component, due)]
    own = [one for one in mine if level_of(one.unit) is None]
    shown = [one for one in mine if level_of(one.unit) is not None]
    if len(own) <= NAMED:
        shown, own = [*shown, *own], []
    parts = [
        words.say("place", place=_inside(case, one.unit, words), rate=words.percent(one.rate))
        for one in shown
    ]
    return "; ".join(parts + ([words.say("own", count=len(own))] if own else []))


def _inside(case: Case, scope: str, words: Words) -> str:
    """A level or unit within a sentence."""
    title = place_title(case, scope, words)
    return words.inside(title) if level_of(scope) is not None else title


def _zeros(case: Case, plan: TargetPlan, words: Words, annexes: list[str]) -> list[str]:
    if "zeros" not in annexes:
        return []
    count = count_at_zero(case, plan.components)
    return [words.say("zeros", count=count, annex=_roman(annexes, "zeros"))]
