"""Unit names of the lists that no unit here has: a person says which unit is meant."""

import uuid

import streamlit as st

from core.dossiers.opening.names import read_names
from core.dossiers.results.matched import Matched
from core.dossiers.sheet import NO_ROOM
from core.dossiers.unit_guess import suggest
from core.dossiers.upload import Upload
from core.problems import DataError, Problem, shorten
from pages.parts.state import session
from pages.parts.state.cases import seen
from pages.parts.sync import desk as sync_desk
from pages.parts.sync.desk import Desk
from pages.parts.widgets import pick, revocable
from pages.parts.words import text
from pages.parts.words.names import in_order, unit_names
from pages.parts.words.text import t

SHOWN = 10


def aliases(found: Desk) -> dict[str, str]:
    """What was said so far for this dataset: code of the unit by name in the lists."""
    dataset = session.case().dataset
    if dataset.id not in found.aliases:
        kept = sync_desk.agreed().names.items()
        found.aliases[dataset.id] = {n: code for n, code in kept if code in dataset.units.index}
    return found.aliases[dataset.id]


def show(found: Desk, matched: Matched) -> bool:
    """A box for each of the most frequent unknown names; whether to match again with them."""
    said = aliases(found)
    for name, code in list(said.items())[:SHOWN]:
        _said(name, code, said)
    if len(said) > SHOWN:
        words = t("And {count} more names.", count=text.number(len(said) - SHOWN, 0))
        revocable.show(words, "alias_drop_all", t("Take back all of them"), _take_all_back, (said,))
    if matched.unknown.empty:
        return False
    if _table(found, said):
        return True
    st.markdown("**" + t("Which unit is meant?") + "**")
    st.caption(
        t(
            "A name is taken for a unit only where you say so: what is marked as similar is a "
            "suggestion. Names left open stay counted as unknown."
        )
    )
    chosen = dict(_ask(name, count) for name, count in _frequent(matched).items())
    new = {name: code for name, code in chosen.items() if code is not None}
    if not st.button(
        t("Match again with these names: {count}", count=len(new)),
        icon=":material/join_inner:",
        disabled=not new,
        key="match_again",
    ):
        return False
    said.update(new)
    return True


def _table(found: Desk, said: dict[str, str]) -> bool:
    """A table of old names, given once for all of them; whether it was taken."""
    with st.expander(t("Names of before the reform: load a table"), icon=":material/table:"):
        st.caption(
            t(
                "A CSV or Excel file with two columns: the name in the lists, and the unit of "
                "today by its name or code. It is kept for the next lists of this dataset."
            )
        )
        key = found.key("names", "upload")
        given = st.file_uploader(
            t("Table of names"), type=["csv", "txt", "xlsx", "xls", "ods"], key=key
        )
        if given is None:
            return False
        path = found.path / uuid.uuid4().hex
        try:
            path.write_bytes(given.getbuffer())
            units = session.case().dataset.units
            said.update(read_names(Upload(path, given.name), units, found.path))
            sync_desk.keep(names=said)
        except DataError as error:
            for problem in error.problems[:SHOWN]:
                st.error(text.problem(problem), icon=":material/error:")
            return False
        except OSError:
            problem = Problem(given.name, None, None, None, NO_ROOM)
            st.error(text.problem(problem), icon=":material/error:")
            return False
        finally:
            path.unlink(missing_ok=True)
        found.taken["names"] = found.taken.get("names", 0) + 1
        return True


def _frequent(matched: Matched) -> dict[str, int]:
    """The names that most dossiers have, with how many dossiers of both lists."""
    named = matched.unknown[matched.unknown["unit_in_file"].notna()].head(SHOWN)
    counts = named["provincial"] + named["national"]
    return dict(zip(named["unit_in_file"].astype(str), counts.astype(int), strict=True))


def _ask(name: str, count: int) -> tuple[str, str | None]:
    dataset = session.case().dataset
    names, near = unit_names(dataset), _near(dataset.id, dataset.version, name)
    codes = [dataset.units.index[u] for u in in_order(dataset, session.case().baseline)]
    others = [str(code) for code in codes if code != near]

    def called(code: str | None) -> str:
        if code is None:
            return t("leave it unknown")
        return t("{unit} (similar name)", unit=names[code]) if code == near else names[code]

    words = t(
        "“{name}”, {count} dossiers of both lists",
        name=shorten(name),
        count=text.number(count, 0),
    )
    if near:
        words += " – " + t("similar name: {unit}", unit=names[near])
    st.markdown(text.escape(words))
    options = [None, *([near] if near else []), *others]
    key = f"alias-{dataset.id}-{name}"
    # screen readers get the label as it is written, so it stands above escaped and here plain
    chosen = pick.one(
        st.container(),
        words,
        {code: called(code) for code in options},
        key,
        label_visibility="collapsed",
    )
    return name, chosen


@st.cache_data(show_spinner=False, max_entries=2000)
def _near(dataset: str, version: str, name: str) -> str | None:
    return suggest(name, seen.cases()[dataset].dataset.units)


def _said(name: str, code: str, said: dict[str, str]) -> None:
    words = t(
        "As you said, “{name}” is {unit}.",
        name=shorten(name),
        unit=unit_names(session.case().dataset)[code],
    )
    about = t("Take this back; it counts from the next matching on")
    revocable.show(words, f"alias_drop-{name}", about, _take_back, (name, said))


def _take_back(name: str, said: dict[str, str]) -> None:
    said.pop(name, None)
    kept = sync_desk.agreed().names
    if kept.pop(name, None) is not None:
        sync_desk.keep(names=kept)


def _take_all_back(said: dict[str, str]) -> None:
    said.clear()
    sync_desk.keep(names={})
