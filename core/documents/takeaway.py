"""A plan's targets as a table to take away."""

import pandas as pd

from core.documents.frame import dataset_name
from core.documents.situation import component_title
from core.documents.targets import place_title
from core.documents.words import ABOUT, Words
from core.export.csv import csv
from core.export.sheet import sheet
from core.outlook.case import Case
from core.plans.made import in_force_order
from core.plans.model import TargetPlan

_HEAD = {
    "vi": ("Đơn vị", "Chỉ số", "Chỉ tiêu, %", "Thời hạn", "Bộ số liệu"),
    "en": ("Unit", "Indicator", "Target, %", "Due", "Data"),
}


def targets_csv(case: Case, plan: TargetPlan, language: str) -> bytes:
    """The table as CSV; `read_targets` reads it again."""
    words = Words(language)
    table = _targets(case, plan, words)
    table[_HEAD[words.language][-1]] = dataset_name(case, words)
    return csv(table, words.language)


def targets_sheet(case: Case, plan: TargetPlan, language: str) -> bytes:
    """The table as a workbook, below the name of the plan and of the dataset."""
    words = Words(language)
    rate = _HEAD[words.language][2]
    title = plan.title or words.say("annex_targets")
    return sheet(
        _targets(case, plan, words), title, dataset_name(case, words), {rate: 2}, {}, ABOUT
    )


def _targets(case: Case, plan: TargetPlan, words: Words) -> pd.DataFrame:
    """A row a target, per cents with the decimals that people see.

    Units are written by name, and by code where two have the same name.
    """
    names = case.dataset.units["name_vi"]
    twice = set(names[names.duplicated(keep=False)].index)
    rows = [
        (
            one.unit if one.unit in twice else place_title(case, one.unit, words),
            component_title(case, case.dataset.rules.index(one.component), words),
            round(100 * one.rate, 2),
            words.day(one.due),
        )
        for one in in_force_order(plan)
    ]
    return pd.DataFrame(rows, columns=list(_HEAD[words.language][:-1]))
