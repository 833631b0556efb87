"""Every kind of document from one place."""

from core.documents.letter import plan_document
from core.documents.report import report_document
from core.documents.words import REPORT
from core.export.official import OfficialDocument
from core.outlook.case import Case
from core.plans.model import TargetPlan


def document_of(case: Case, plan: TargetPlan, kind: str, language: str) -> OfficialDocument:
    """A plan as one of `DOCUMENT_KINDS`; a report needs no target. Raises DataError."""
    if kind == REPORT:
        return report_document(case, plan if plan.targets else None, language)
    return plan_document(case, plan, kind, language)
