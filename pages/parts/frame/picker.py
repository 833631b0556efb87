"""The picker of the dataset, and what is wrong with folders that can't be used."""

import streamlit as st

from core.problems import Problem
from pages.parts.state import edits, session
from pages.parts.state.cases import seen
from pages.parts.widgets import pick
from pages.parts.words import text
from pages.parts.words.text import t

MOST = 20  # sentences at once; a file of the wrong kind has thousands


def choose() -> None:
    """The datasets that can be used; below them, folded, the others by name with their problems."""
    cases = seen.cases()
    st.session_state.dataset_choice = session.case().dataset.id
    pick.one(
        st.container(),
        t("Data"),
        {name: seen.name_of(case) for name, case in cases.items()},
        "dataset_choice",
        on_change=lambda: edits.open_dataset(st.session_state.dataset_choice),
    )
    for name, problems in seen.faulty().items():
        label = t("{name}: can not be used", name=text.escape(name))
        with st.expander(label, icon=":material/error:", key=f"faulty-{name}"):
            _sentences(problems)


def show_nothing() -> None:
    """The whole page where no dataset can be used: why not."""
    st.title(t("No dataset can be used"))
    faulty = seen.faulty()
    if not faulty:
        st.warning(t("There is no folder with a dataset.toml below data/."))
        return
    first, *others = faulty.values()
    told = [set(map(str, problems)) for problems in others]
    # a line of the rules is wrong for every dataset: it is said once
    common = tuple(one for one in first if all(str(one) in known for known in told))
    _sentences(common)
    shared = set(map(str, common))
    for name, problems in faulty.items():
        if own := tuple(problem for problem in problems if str(problem) not in shared):
            st.subheader(text.escape(name))
            _sentences(own)


def _sentences(problems: tuple[Problem, ...]) -> None:
    for problem in problems[:MOST]:
        st.markdown("- " + text.problem(problem))
    if len(problems) > MOST:
        st.markdown("- " + t("and {count} more.", count=text.number(len(problems) - MOST, 0)))
