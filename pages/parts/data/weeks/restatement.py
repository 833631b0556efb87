"""Figures of a file that the dataset has otherwise: shown old and new before it is written."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from core.dataset.tables import read_text
from core.imports.folder.onto import FIGURES, Restated, put_beside, rows_of
from core.imports.folder.write import dataset_there, files_of
from core.imports.plan import ImportPlan
from pages.parts.shared import tables
from pages.parts.words import text
from pages.parts.words.text import t


def found(plan: ImportPlan, folder: Path) -> tuple[list[Restated], bool]:
    """What the plan states anew of the dataset that stands in its folder, and whether it says
    anything that this does not have. Raises DataError."""
    before = dataset_there(plan, folder)
    if before is None:
        return [], True
    old = {name: read_text(before.path / name)[0] or "" for name in FIGURES}
    files, restated = put_beside(before, files_of(plan))
    return restated, any(rows_of(files[name])[0] != rows_of(old[name])[0] for name in FIGURES)


def agreed(restated: Sequence[Restated]) -> bool:
    """The figures before and now; whether the viewer takes them as a restatement."""
    count = text.number(len(restated), 0)
    st.warning(
        t("{count} figures of the past differ from those that the dataset has.", count=count),
        icon=":material/history:",
    )
    frame = pd.DataFrame(
        {
            t("Fact"): [" · ".join(one.key) for one in restated],
            t("Before"): [one.before for one in restated],
            t("In the file"): [one.now for one in restated],
        }
    )
    tables.show(frame, key="import_restated", height=220)
    return st.checkbox(
        t("Take them as a restatement: the old figures are kept and named"), key="import_restate"
    )
