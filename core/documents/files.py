"""A plan or scenario as any of the files that people take away, by its ending and kind."""

from dataclasses import replace

from core.documents.kinds import document_of
from core.documents.meeting.brief import brief_page
from core.documents.meeting.deck import meeting_deck
from core.documents.takeaway import targets_csv, targets_sheet
from core.documents.words import DOCUMENT_KINDS
from core.documents.workbook.calculating import calculating_workbook
from core.export.official_docx import official_document
from core.export.page_docx import one_page
from core.export.slides import slides_file
from core.outlook.case import Case
from core.plans.made import as_scenario, from_scenario
from core.plans.model import TargetPlan, check_plan
from core.problems import DataError, Problem
from core.scenario.model import Scenario

BRIEF, WORKBOOK_KIND, SLIDES_KIND, TABLE_KIND = "tom_tat", "bang_tinh", "trinh_chieu", "bang"
# by the ending of the file, the first where none is said
FILE_KINDS: dict[str, tuple[str, ...]] = {
    ".docx": (*DOCUMENT_KINDS, BRIEF),
    ".xlsx": (WORKBOOK_KIND, TABLE_KIND),
    ".pptx": (SLIDES_KIND,),
    ".csv": (TABLE_KIND,),
}


def file_of(
    case: Case,
    asked: TargetPlan | Scenario,
    ending: str,
    kind: str | None,
    language: str,
    steps: tuple[str, ...] = (),
) -> bytes:
    """The bytes of a file; `ending` with its dot, `kind` one of FILE_KINDS of it; `steps` of its
    approval stand at the foot of an official document.

    A plan is the scenario in which all units reach its targets; a scenario's targets are what it
    leads to. Raises DataError for a plan or scenario that does not fit, another ending or kind.
    """
    problems = [] if isinstance(asked, Scenario) else check_plan(asked, case.baseline)
    if ending not in FILE_KINDS:
        details: dict[str, object] = {"endings": ", ".join(FILE_KINDS)}
        expected = "a file that ends with one of {endings}"
        problems.append(Problem("--to", None, None, ending, expected, details))
    elif kind is not None and kind not in FILE_KINDS[ending]:
        expected, details = "one of {kinds}", {"kinds": ", ".join(FILE_KINDS[ending])}
        problems.append(Problem("--kind", None, None, kind, expected, details))
    if problems:
        raise DataError(problems)
    kind = kind or FILE_KINDS[ending][0]
    if kind == WORKBOOK_KIND:  # what only a scenario can say, such as a ramp, is calculated too
        return calculating_workbook(case, _scenario_of(case, asked), language)
    plan = _plan_of(case, asked)
    if kind == TABLE_KIND:
        table = targets_sheet if ending == ".xlsx" else targets_csv
        return table(case, plan, language)
    if kind == SLIDES_KIND:
        return slides_file(meeting_deck(case, _scenario_of(case, asked), plan, language))
    if kind == BRIEF:
        return one_page(brief_page(case, _scenario_of(case, asked), plan, language))
    return official_document(replace(document_of(case, plan, kind, language), steps=steps))


def _scenario_of(case: Case, asked: TargetPlan | Scenario) -> Scenario:
    return asked if isinstance(asked, Scenario) else as_scenario(asked, case.baseline)


def _plan_of(case: Case, asked: TargetPlan | Scenario) -> TargetPlan:
    if isinstance(asked, TargetPlan):
        return asked
    return from_scenario(asked, case.baseline, case.counted(asked))
