"""Other names of units: given once as a table or name by name, and kept with the dataset."""

import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st

from core.dataset.kept.names import kept_names
from core.dossiers.opening.names import read_names
from core.dossiers.upload import Upload
from core.imports.folder.named import keep_names
from core.imports.folder.units import known_units
from core.imports.names import suggestions
from core.imports.plan import ImportPlan
from core.imports.planning.gather import NO_SUCH_UNIT
from core.problems import DataError, shorten
from core.store.checks import StoreError
from pages.parts.shared import tables
from pages.parts.state import links, rights, session
from pages.parts.state.cases import other_names
from pages.parts.widgets import pick
from pages.parts.words import text
from pages.parts.words.names import unit_names
from pages.parts.words.text import t

SHOWN = 10


def ask(plan: ImportPlan, folder: Path) -> bool:
    """A box for each name of the files that no unit of the dataset in `folder` has, the most alike
    first; whether names were said, so that the plan is made again."""
    left = [out.why.value for out in plan.left_out if out.why.expected == NO_SUCH_UNIT]
    unknown = [name for name in dict.fromkeys(left) if name]
    if not unknown:
        return False
    units = {str(unit.code): unit.name or str(unit.code) for unit in known_units(folder)}
    st.markdown("**" + t("Which unit is meant?") + "**")
    chosen = {name: _box(name, units) for name in unknown[:SHOWN]}
    if len(unknown) > SHOWN:
        st.caption(t("and {count} more.", count=text.number(len(unknown) - SHOWN, 0)))
    new = {name: code for name, code in chosen.items() if code}
    label = t("Keep these names: {count}", count=len(new))
    if not st.button(label, disabled=not new, key="import_names", icon=":material/join_inner:"):
        return False
    try:
        keep_names(folder, kept_names(folder) | new, rights.hand())
    except StoreError as error:
        st.error(links.sentence(error))
        return False
    except OSError as error:
        st.error(_unwritable(error))
        return False
    return True


def _box(name: str, units: dict[str, str]) -> str:
    near = suggestions(name, tuple(units.values()), len(units))
    order = sorted(units, key=lambda code: near.index(units[code]) if units[code] in near else 999)
    names = {"": t("leave it unknown"), **{code: f"{units[code]} ({code})" for code in order}}
    return pick.one(st.container(), f"“{shorten(name)}”", names, f"import_name-{name}")


def show() -> None:
    """The names that are kept for the dataset on the screen, and a table of more."""
    dataset = session.case().dataset
    said = other_names.recall(dataset)
    st.caption(
        t(
            "A CSV or Excel file with two columns: the name of before the reform (or another "
            "way of writing it), and the unit of today by its name or code. It is kept with the "
            "dataset, for files of figures and for lists of dossiers. A name that fits two units "
            "is refused, naming both."
        )
    )
    if said:
        names = unit_names(dataset)
        frame = pd.DataFrame(
            {t("Name in files"): list(said), t("Unit of today"): [names[c] for c in said.values()]}
        )
        tables.show(frame, key="names_kept", height=220)
        if st.button(t("Take back all of them"), key="names_drop", icon=":material/close:"):
            _keep({})
    number = st.session_state.setdefault("names_taken", 0)
    kinds = ["csv", "txt", "xlsx", "xls", "ods"]
    given = st.file_uploader(t("Table of names"), type=kinds, key=f"names_upload-{number}")
    if given is None:
        return
    with tempfile.TemporaryDirectory(prefix="names-") as place:
        path = Path(place) / "table"
        try:
            path.write_bytes(given.getbuffer())
            found = read_names(Upload(path, given.name), dataset.units, Path(place))
        except DataError as error:
            for problem in error.problems[:SHOWN]:
                st.error(text.problem(problem), icon=":material/error:")
            return
        except OSError as error:
            st.error(_unwritable(error))
            return
    st.session_state.names_taken += 1
    _keep(said | found)


def _keep(names: dict[str, str]) -> None:
    try:
        other_names.keep(session.case().dataset, names, rights.hand())
    except StoreError as error:
        st.error(links.sentence(error))
        return
    except OSError as error:
        st.error(_unwritable(error))
        return
    st.rerun()


def _unwritable(error: OSError) -> str:
    reason = text.escape(str(error.strerror))
    return t("The data folder can't be written: {reason}", reason=reason)
