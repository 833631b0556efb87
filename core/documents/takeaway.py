"""A plan's targets as a table to take away."""

import pandas as pd

from core.documents.situation import component_title
from core.documents.targets import place_title
from core.documents.words import Words
from core.export.csv import csv
from core.outlook.case import Case
from core.plans.made import in_force_order
from core.plans.model import TargetPlan

_HEAD = {
    "vi": ("Đơn vị", "Chỉ số", "Chỉ tiêu, %", "Thời hạn", "Bộ số liệu"),
    "en": ("Unit", "Indicator", "Target, %", "Due", "Data"),
}


def targets_csv(case: Case, plan: TargetPlan, language: str) -> bytes:
    """A row a target, per cents with the decimals that people see; `read_targets` reads it again.

    Units are written by name, and by code where two have the same name.
    """
    words = Words(language)
    names = case.dataset.units["name_vi"]
    twice = set(names[names.duplicated(keep=False)].index)
    meta = case.dataset.meta
    data = meta.name_vi if words.language == "vi" else meta.name_en
    rows = [
        (
            one.unit if one.unit in twice else place_title(case, one.unit, words),
            component_title(case, case.dataset.rules.index(one.component), words),
            round(100 * one.rate, 2),
            words.day(one.due),
            data,
        )
        for one in in_force_order(plan)
    ]
    return csv(pd.DataFrame(rows, columns=list(_HEAD[words.language])), words.language)
