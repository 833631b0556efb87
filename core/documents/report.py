"""Báo cáo: what a week's figures say, with the tables of the notices that provinces send round."""

from core.documents.followed import follow_blocks
from core.documents.frame import dataset_name, framed
from core.documents.progress import (
    moves_of,
    overdue_sentences,
    pairs_table,
    rank_sentence,
    rates_table,
    units_tables,
)
from core.documents.targets import needed_table
from core.documents.words import REPORT, Words
from core.export.official import Annex, Block, OfficialDocument, Paragraph
from core.outlook.case import Case
from core.plans.model import TargetPlan, check_plan
from core.problems import DataError


def report_document(case: Case, plan: TargetPlan | None, language: str = "vi") -> OfficialDocument:
    """The report of a dataset's date; with a plan also how every unit stands against it.

    Raises DataError as `check_plan` finds.
    """
    problems = check_plan(plan, case.baseline) if plan else []
    if problems:
        raise DataError(problems)
    words = Words(language)
    say, as_of = words.say, case.dataset.meta.as_of
    annexes = _annexes(case, plan, words)
    return framed(
        case,
        words,
        REPORT,
        say("report_subject", as_of=words.day(as_of)),
        as_of.year,
        body=_report_body(case, plan, words, bool(annexes)),
        annexes=annexes,
        recipients=(say("leaders"), say("office"), say("archive")),
    )


def _annexes(case: Case, plan: TargetPlan | None, words: Words) -> tuple[Annex, ...]:
    table = needed_table(case, plan, words) if plan else None
    if table is None or not table.rows:
        return ()
    return (Annex(words.say("annex_needed"), (table,)),)


def _report_body(
    case: Case, plan: TargetPlan | None, words: Words, has_annex: bool
) -> tuple[Block, ...]:
    """Numbered parts; one that the data tell nothing of is left out, and the others close up."""
    say = words.say
    rates = rates_table(case, words)
    parts: list[tuple[str, list[Block]]] = [
        (say("part_rates"), [Paragraph(rank_sentence(case, words)), rates, *_moves(case, words)])
    ]
    for level, table in units_tables(case, words):
        parts.append((say("part_units", level=words.inside(level)), [table]))
    pairs = pairs_table(case, words)
    if pairs.rows:
        parts.append((say("part_pairs"), [pairs]))
    overdue = overdue_sentences(case, words)
    if overdue:
        parts.append((say("part_overdue"), [Paragraph(one) for one in overdue]))
    on_plan = follow_blocks(case, plan, words) if plan else []
    if has_annex:
        on_plan = [*on_plan, Paragraph(say("see_plan"))]
    if on_plan:
        parts.append((say("part_plan"), on_plan))
    found: list[Block] = [Paragraph(say("basis"))]
    for number, (title, blocks) in enumerate(parts, 1):
        found += [Paragraph(f"{number}. {title}", heading=True), *blocks]
    marks = say("marks", dataset=dataset_name(case, words))
    return (*found, Paragraph(marks), Paragraph(say("report_end")))


def _moves(case: Case, words: Words) -> list[Block]:
    return [Paragraph(one) for one in moves_of(case, words)]
