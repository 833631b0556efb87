"""One figure, target or volume corrected or added: with its source, its author, and undo."""

import pandas as pd
import streamlit as st

from core.dataset.facts import Dataset
from core.imports.corrections.commit import commit_changes, files_at, own_folder, undo_step
from core.imports.corrections.facts_of import FIGURE_PARTS, fact_changes, fact_row
from core.imports.corrections.rows import RowChange
from core.imports.corrections.trace import Correction, Signed, read_trace, undone
from core.problems import DataError
from core.store.checks import StoreError
from pages.parts.data import effect, loaded, preview, template
from pages.parts.shared import tables
from pages.parts.state import edits, links, rights, session
from pages.parts.state.cases import own_datasets, seen
from pages.parts.widgets import pick, signature
from pages.parts.words import clock, text
from pages.parts.words.names import (
    code_names,
    figure_names,
    level_name,
    portal_names,
    unit_names,
)
from pages.parts.words.text import t

FIGURE, TARGET, VOLUME = "figure", "target", "volume"
SHOWN = 5  # steps with a button of their own, the newest
_Values = dict[str, float | None]


def show() -> None:
    """What to correct, and what was corrected."""
    st.subheader(t("Correct and add"))
    dataset = session.case().dataset
    own = own_folder(dataset, own_datasets.folder())
    if said := st.session_state.pop("correct_said", ""):
        st.success(said, icon=":material/check_circle:")
    if own != dataset.path and own.name in seen.cases():
        copy = seen.cases()[own.name]
        st.info(t("This dataset has a copy with corrections; correct there."))
        if st.button(t("Open “{name}”", name=seen.name_of(copy)), key="correct_open"):
            edits.open_dataset(own.name)
            st.rerun()
        return
    if own != dataset.path:
        st.caption(
            t(
                "This dataset came with the program and is never changed: the first correction "
                "makes a copy of it, which is then open."
            )
        )
    st.caption(
        t(
            "Each step keeps what stood there before, its source, its author and its time, and can "
            "be undone. Figures of a later day: load their file above, or fill in the template."
        )
    )
    if session.may("correct"):
        with st.expander(t("Correct or add a figure, a target, a volume"), icon=":material/edit:"):
            _form(dataset)
    else:
        st.caption(rights.why_not("correct"))
    _history(dataset)


def _form(dataset: Dataset) -> None:
    names = {FIGURE: t("figure"), TARGET: t("target"), VOLUME: t("volume")}
    kind = st.segmented_control(t("What"), list(names), format_func=lambda one: names[one],
                                default=FIGURE, key="correct_kind")  # fmt: skip
    files = files_at(dataset.path)
    file, key = _fact(dataset, kind or FIGURE)
    before = fact_row(files, file, key)
    st.caption(_stands(before))
    values = _values(kind or FIGURE, before or {}, " ".join(key.values()))
    left, right = st.columns(2)
    source = left.text_input(t("Source: document, number, date"), key="correct_source")
    with right:
        author = signature.ask(session.author(), "correct_author", rights.is_guarded(), most=None)
    note = st.text_input(t("Note"), key="correct_note")
    if values is None:
        return
    signed = Signed(author, source, clock.now(), note)
    changes = tuple(fact_changes(files, file, key, values, signed))
    ready = bool(changes and source.strip() and author.strip())
    if changes:
        template.show_changes(changes, "correct_changes", code_names(dataset))
        if kind == TARGET:
            st.caption(t("A target moves no score: it says what is asked of the units."))
        else:
            draft = Signed("-", "-", signed.when, note)  # it may be looked at before it is signed
            tried = tuple(fact_changes(files, file, key, values, draft))
            asked = (file, *key.items(), *values.items())
            ready &= effect.show(session.case(), tried, key["unit"], asked)
    if not ready:
        st.caption(t("A changed value, its source and your name are needed."))
    if st.button(t("Record"), type="primary", icon=":material/check:", key="correct_commit",
                 disabled=not ready):  # fmt: skip
        try:
            with st.spinner(t("Writing and computing …")):
                made = commit_changes(
                    dataset, own_datasets.folder(), changes, signed, by=rights.hand()
                )
        except DataError as error:
            preview.sentences(error.problems)
            return
        except StoreError as error:
            st.error(links.sentence(error), icon=":material/error:")
            return
        _done(author, made.path.name, t("Recorded. Everything is computed anew with it."))


def _fact(dataset: Dataset, kind: str) -> tuple[str, dict[str, str]]:
    """Which row is meant: its file and its key."""
    left, right = st.columns(2)
    unit = pick.one(left, t("Unit"), unit_names(dataset), f"correct_unit_{dataset.id}")
    component = pick.one(
        right,
        t("Figure"),
        _figures(dataset, kind == FIGURE),
        f"correct_component_{kind == FIGURE}_{dataset.id}",
    )
    if kind == VOLUME:
        return "volumes.csv", {"unit": unit, "component": component}
    if kind == TARGET:
        ends = [one.date for one in dataset.meta.horizons]
        first = max(ends, default=dataset.meta.as_of)
        due = st.date_input(
            t("Due"), value=first, key=f"correct_due_{dataset.id}", format="DD/MM/YYYY"
        )
        levels = {"": t("this unit"), **{one: level_name(one) for one in _levels(dataset)}}
        level = pick.one(st.container(), t("For"), levels, f"correct_level_{dataset.id}")
        whom = {"level": level, "unit": ""} if level else {"level": "", "unit": unit}
        return "targets.csv", {"due": f"{due}", **whom, "component": component}
    left, right = st.columns(2)
    newest = dataset.meta.as_of
    day = left.date_input(
        t("Day of the figure"),
        value=newest,
        max_value=newest,
        key=f"correct_day_{dataset.id}",
        format="DD/MM/YYYY",
    )
    portal = pick.one(right, t("Portal"), portal_names(), "correct_portal")
    key = {"as_of": f"{day}", "unit": unit, "component": component, "portal": portal}
    return "observations.csv", key


def _levels(dataset: Dataset) -> list[str]:
    return list(dict.fromkeys(str(one) for one in dataset.units["level"][1:]))


def _figures(dataset: Dataset, with_sums: bool) -> dict[str, str]:
    found = figure_names(dataset.rules)
    return found if with_sums else {name: found[name] for name in dataset.rules.components}


def _stands(before: dict[str, str] | None) -> str:
    """What stands there now, in one sentence."""
    if before is None:
        return t("Nothing is published there yet.")
    told = "; ".join(
        f"{_part(name)} {_written(before[name])}" for name in _PARTS if before.get(name)
    )
    return t("There now: {figures}. Source: {source}.", figures=text.escape(told),
             source=text.escape(before.get("source", "")))  # fmt: skip


_PARTS = (*FIGURE_PARTS, "volume_share")


def _part(name: str) -> str:
    return {
        "numerator": t("numerator"),
        "denominator": t("denominator"),
        "rate_percent": t("rate, %"),
        "points": t("points"),
        "volume_share": t("part of the province's dossiers, 0 to 1"),
    }[name]


def _values(kind: str, before: dict[str, str], key: str) -> _Values | None:
    """The values typed, the present ones to begin with; None where one is no number."""
    parts = {FIGURE: FIGURE_PARTS, TARGET: ("rate_percent",), VOLUME: ("volume_share",)}[kind]
    found: _Values = {}
    wrong = False
    for column, name in zip(st.columns(len(parts)), parts, strict=True):
        now = _written(before.get(name, ""))
        typed = column.text_input(_part(name), value=now, key=f"correct_{name} {key}")
        found[name] = text.parse_number(typed) if typed.strip() else None
        if typed.strip() and found[name] is None:
            wrong = True
            words = t("“{text}” is not a number; write for example 93,37.", text=typed)
            column.error(text.escape(words))
    return None if wrong else found


def _written(number: str) -> str:
    """A number of the files with the decimal mark of the screen, all of its digits kept."""
    return number.replace(".", "," if text.language() == "vi" else ".")


def _done(author: str, name: str, said: str) -> None:
    session.sign(author)
    loaded.open_it(name)
    st.session_state.correct_said = said
    st.rerun()


def _history(dataset: Dataset) -> None:
    """Every step so far; the newest with the button that takes it back."""
    steps = read_trace(dataset.path)
    if not steps:
        return
    gone = undone(steps)
    names = code_names(dataset)
    st.markdown("**" + t("What was corrected") + "**")
    for step in reversed(steps[-SHOWN:]):
        left, right = st.columns([5, 1], vertical_alignment="center")
        left.markdown(_sentence(step, step.number in gone, names))
        if step.number not in gone and right.button(
            t("Undo"),
            key=f"correct_undo_{step.number}",
            icon=":material/undo:",
            disabled=not session.may("correct"),
        ):
            _undo(dataset, step)
    rows = [
        {
            t("Step"): step.number,
            t("Time"): clock.moment(step.signed.when),
            t("Author"): step.signed.author,
            t("Source"): step.signed.source,
            t("Note"): step.signed.note,
            t("Row"): " · ".join(names.get(part, part) for part in change.key if part),
            t("Before"): template.cells(change.before, change.after, names),
            t("After"): template.cells(change.after, change.before, names),
        }
        for step in steps
        for change in step.changes
    ]
    with st.expander(t("All steps with what stood before")):
        tables.show(pd.DataFrame(rows), key="correct_steps", whole=(t("Step"),),
                    file=t("corrections") + ".csv")  # fmt: skip


def _undo(dataset: Dataset, step: Correction) -> None:
    author = session.author() or step.signed.author
    source = t("undoes step {number}", number=step.number)
    signed = Signed(author, source, clock.now())
    try:
        with st.spinner(t("Writing and computing …")):
            made = undo_step(dataset, own_datasets.folder(), step.number, signed, by=rights.hand())
    except DataError as error:
        preview.sentences(error.problems)
        return
    except StoreError as error:
        st.error(links.sentence(error), icon=":material/error:")
        return
    _done(author, made.path.name, t("Step {number} is undone.", number=step.number))


def _sentence(step: Correction, is_undone: bool, names: dict[str, str]) -> str:
    """A step in one sentence: of one row what it changes, of several how many."""
    signed = step.signed
    rows = [change for change in step.changes if change.file != "sources.csv"]
    what = t("{count} rows", count=len(rows))
    if len(rows) == 1 and (moved := _moved(rows[0])):
        what = ", ".join(names.get(part, part) for part in rows[0].key if part) + f": {moved}"
    told = t(
        "{number}. {moment}, {author}: {what}; source: {source}",
        number=step.number,
        moment=clock.moment(signed.when),
        author=text.escape(signed.author),
        what=text.escape(what),
        source=text.escape(signed.source),
    )
    return f"~~{told}~~ " + t("(undone)") if is_undone else told


def _moved(change: RowChange) -> str:
    """The numbers of a row before and after."""
    before, after = change.before or {}, change.after or {}
    return "; ".join(
        f"{_part(name)} {_written(before.get(name, '')) or text.UNKNOWN} → "
        f"{_written(after.get(name, '')) or text.UNKNOWN}"
        for name in _PARTS
        if before.get(name, "") != after.get(name, "")
    )
