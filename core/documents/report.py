"""Báo cáo: what a week's figures say, with the tables of the notices that provinces send round."""

from core.dataset.boards import own_name
from core.documents.followed import follow_blocks
from core.documents.progress import (
    moves_of,
    overdue_sentences,
    pairs_table,
    rank_sentence,
    rates_table,
    units_tables,
)
from core.documents.targets import needed_table
from core.documents.words import Words
from core.export.official import Annex, Block, OfficialDocument, Paragraph
from core.index.rollup import PROVINCE
from core.outlook.case import Case
from core.plans.model import TargetPlan, check_plan
from core.problems import DataError

REPORT_CODE = "BC-UBND"


def report_document(case: Case, plan: TargetPlan | None, language: str = "vi") -> OfficialDocument:
    """The report of a dataset's date; with a plan also how every unit stands against it.

    Raises DataError as `check_plan` finds.
    """
    problems = check_plan(plan, case.baseline) if plan else []
    if problems:
        raise DataError(problems)
    words = Words(language)
    say, meta = words.say, case.dataset.meta
    province = own_name(str(case.dataset.units["name_vi"].iloc[PROVINCE]))
    subject = say("report_subject", as_of=words.day(meta.as_of))
    code, year = REPORT_CODE, f"{meta.as_of.year}"
    annexes = _annexes(case, plan, words)
    return OfficialDocument(
        language=words.language,
        agency_over=say("agency_over"),
        agency=f"{words.level('province')} {province}" if words.language == "vi" else province,
        state=(say("state"), say("motto")),
        number=say("number", code=code),
        place_and_date=say("date", place=province, year=year),
        kind=say("bao_cao"),
        subject=subject,
        addressed=(say("to"), ()),
        body=_report_body(case, plan, words, bool(annexes)),
        recipients=(say("recipients"), (say("leaders"), say("office"), say("archive"))),
        signed=(say("sign_1"), say("sign_2")),
        annexes=annexes,
        annex_word=say("annex"),
        annex_note=say("annex_note", kind=say("bao_cao"), code=code, year=year),
        title=f"{say('bao_cao')} – {subject}",
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
    dataset = case.dataset.meta
    name = dataset.name_vi if words.language == "vi" else dataset.name_en
    return (*found, Paragraph(say("marks", dataset=name)), Paragraph(say("report_end")))


def _moves(case: Case, words: Words) -> list[Block]:
    return [Paragraph(one) for one in moves_of(case, words)]
