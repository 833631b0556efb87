"""The datasets there are: what they hold, and whose they are."""

import pandas as pd

from core.outlook.case import Case
from pages.parts.shared import tables
from pages.parts.state.cases import own_datasets, seen
from pages.parts.words import text
from pages.parts.words.text import t


def answer() -> str:
    """How many datasets can be used, in one sentence."""
    found = seen.cases()
    own = [case for case in found.values() if is_own(case)]
    return t(
        "{count} datasets can be used, {own} of them loaded here",
        count=text.number(len(found), 0),
        own=text.number(len(own), 0),
    )


def is_own(case: Case) -> bool:
    """Whether people made a dataset; the others came with the program and are never changed."""
    return case.dataset.path.parent == own_datasets.folder()


def show() -> None:
    """One row a dataset."""
    rows = [_row(case) for case in seen.cases().values()]
    tables.show(pd.DataFrame(rows), key="datasets", whole=(t("Units"), t("Figures")))


def _row(case: Case) -> dict[str, object]:
    dataset = case.dataset
    boards = dataset.field[["date", "period"]].drop_duplicates()
    return {
        t("Dataset"): seen.name_of(case),
        t("Figures of"): text.date(dataset.meta.as_of),
        t("Dates"): ", ".join(text.date(day.date()) for day in dataset.dates[-3:]),
        t("Units"): len(dataset.units) - 1,
        t("Figures"): len(dataset.observations),
        t("Boards of provinces"): f"{len(boards)}",
        t("Where from"): t("loaded here") if is_own(case) else t("came with the program"),
        t("Warnings"): f"{len(dataset.warnings)}",
    }
