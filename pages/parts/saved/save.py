"""Saving and sharing the scenario on the screen, from every page."""

from urllib.parse import urlencode

import streamlit as st

from core import text as core_text
from core.scenario import files as scenario_files
from core.scenario import model
from core.scenario.history import Origin
from core.scenario.model import Scenario
from core.store import versions as store
from core.store.checks import NAME_LENGTH, StoreError
from core.store.rows import Version
from core.store.versions import Conflict
from pages.parts.shared import files
from pages.parts.state import edits, links, rights, session
from pages.parts.state.kept import again, storage
from pages.parts.widgets import folded, signature
from pages.parts.words import clock, text
from pages.parts.words.text import t


def show_sidebar() -> None:
    """Which scenario this is, and the two doors: save, share."""
    st.markdown(t("**Scenario:** {state}", state=text.escape(state())))
    why = None if session.may("save") else rights.why_not("save")
    icon = ":material/save:"
    folded.door(t("Save"), "save", _save_form, why, is_typed_in=True, icon=icon, width="stretch")
    icon = ":material/share:"
    folded.door(t("Share"), "share", show_share, icon=icon, width="stretch")


def state() -> str:
    """The scenario's name and whether it is saved, in a few words; plain text."""
    past = session.history()
    if past.origin is None:
        changed = past.now.changes or past.now.assumptions != model.Assumptions()
        return t("not saved yet") if changed else t("baseline")
    name = t("“{name}”, version {number}", name=past.origin.name, number=past.origin.number)
    return name if past.is_saved else name + ", " + t("with changes that are not saved")


def show_data_note() -> None:
    """Beside every result: that the data changed since the scenario was made, if they did."""
    now, current = session.scenario(), session.case().dataset.version
    if now.dataset_version in (None, current) or not (now.changes or now.assumptions.rules):
        return
    left, right = st.columns([5, 1.4], vertical_alignment="center")
    left.info(
        t(
            "This scenario was made on an earlier version of the data ({old}; today {new}): the "
            "results below are computed on today's and may differ from then.",
            old=text.escape(str(now.dataset_version)),
            new=current,
        ),
        icon=":material/history:",
    )
    right.button(
        t("Go on with today's data"),
        on_click=lambda: edits.change(now.model_copy(update={"dataset_version": current})),
        width="stretch",
    )


# --- saving --------------------------------------------------------------------------------------


def _save_form() -> None:
    past = session.history()
    origin = past.origin
    mark = f"{origin.scenario_id}.{origin.number}" if origin else past.now.dataset
    keys = {name: f"save-{name}-{mark}" for name in ("name", "author", "note")}
    with st.form("save", border=False, enter_to_submit=False):
        st.text_input(
            t("Name of the scenario"),
            value=origin.name if origin else past.now.title,
            key=keys["name"],
            max_chars=NAME_LENGTH,
        )
        signature.ask(session.author(), keys["author"], rights.is_guarded())
        st.text_area(t("Note"), key=keys["note"], height=110, max_chars=2000)
        if origin:
            st.form_submit_button(
                t("Save as version after {number}", number=origin.number),
                type="primary",
                on_click=_save,
                args=(keys, False),
                width="stretch",
            )
        st.form_submit_button(
            t("Save as another scenario") if origin else t("Save the scenario"),
            type="secondary" if origin else "primary",
            on_click=_save,
            args=(keys, True),
            width="stretch",
        )


def _save(keys: dict[str, str], as_new: bool) -> None:
    typed = {name: str(st.session_state[key]) for name, key in keys.items()}
    try:
        kept = save(as_new=as_new, **typed)
    except StoreError as error:
        session.tell(t("Not saved.") + " " + links.sentence(error))
        return
    if isinstance(kept, Conflict):
        session.tell(conflict(kept))
        return
    words = t("Saved: “{name}”, version {number}.", name=kept.name, number=kept.number)
    st.toast(text.escape(words), icon=":material/check:")


def save(name: str, author: str, note: str, as_new: bool) -> Version | Conflict:
    """Save the scenario on the screen, on top of the version it came from or as a new one.

    Raises StoreError. Whatever comes of it, the scenario on the screen is what was saved.
    """
    again.follow_store()
    origin = None if as_new else session.history().origin
    made = stamped(session.scenario(), name, author, note)
    payload, signed = scenario_files.dump(made, indent=None), {"author": author, "note": note}
    data = session.case().dataset
    db = storage.store()
    kept: Version | Conflict
    if origin is None:
        kept = store.create(
            db, payload, name=name, dataset_id=data.id, dataset_version=data.version, **signed
        )
    else:
        kept = store.save(
            db,
            origin.scenario_id,
            origin.number,
            payload,
            name=name,
            dataset_version=data.version,
            **signed,
        )
    version = kept.kept if isinstance(kept, Conflict) else kept
    session.sign(author)
    edits.saved_as(Origin(version.scenario_id, version.number, version.name, made))
    return kept


def stamped(made: Scenario, name: str, author: str, note: str) -> Scenario:
    """The scenario with its title, author and note, on today's data."""
    texts = {"title": name, "author": author, "note": note}
    clean = {field: core_text.clean_text(value) for field, value in texts.items()}
    return made.model_copy(update=clean | {"dataset_version": session.case().dataset.version})


def conflict(found: Conflict) -> str:
    """Who did what in between, and where this save was kept; safe as Markdown."""
    others = "; ".join(event(version) for version in found.between)
    return t(
        "While you were working somebody else was faster: {others}. Your version was kept as "
        "“{name}”; nothing was lost.",
        others=text.escape(others),
        name=text.escape(found.kept.name),
    )


def event(version: Version) -> str:
    """One line of a scenario's history: what, who, when and why; plain text."""
    words = t(
        "version {number}, {kind} by {author} at {when}",
        number=version.number,
        kind=_kind(version.kind),
        author=version.author,
        when=clock.moment(version.saved_at),
    )
    return words + (f" – {' '.join(version.note.split())}" if version.note else "")


def _kind(kind: str) -> str:
    return {
        "save": t("saved"),
        "rename": t("renamed"),
        "delete": t("deleted"),
        "restore": t("brought back"),
        "copy": t("copied"),
        "conflict": t("saved beside another's version"),
    }[kind]


# --- sharing -------------------------------------------------------------------------------------


def show_share() -> None:
    """The link to copy, short for a saved scenario, self-contained for any other; and the file."""
    past = session.history()
    if past.origin and past.is_saved:
        st.caption(t("Always the newest version:"))
        st.code(links.short_link(past.origin), language=None, wrap_lines=True)
        st.caption(t("Exactly this version:"))
        st.code(links.short_link(past.origin, exact=True), language=None, wrap_lines=True)
    elif address := whole_link():
        st.caption(t("This link holds the whole scenario. Save it to get a short one."))
        st.code(address, language=None, wrap_lines=True)
    else:
        st.info(t("Too long for a link: save the scenario, or send the file."))
    files.show_download(width="stretch")


def whole_link() -> str:
    """The address that holds the scenario on the screen; empty where it would be too long."""
    packed = session.link()
    if not packed and session.scenario() != session.baseline_scenario():
        return ""
    asked = {links.DATASET: session.case().dataset.id} | ({links.LINK: packed} if packed else {})
    return f"{st.context.url or ''}?{urlencode(asked)}"
