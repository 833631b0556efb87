"""The trace on the screen: found by who, what and when; checked as a chain; taken away."""

import datetime as dt
import json
from functools import partial

import pandas as pd
import streamlit as st

from core.export.csv import csv
from core.store.database import Store
from core.store.office import accounts
from core.store.office.audit import END_GONE, AuditRow, Verified
from core.store.office.deeds import OPERATOR
from core.store.office.trace import (
    MOST_TAKEN,
    TraceFilter,
    follow_trace,
    take_trace,
    trace_deeds,
    trace_page,
)
from pages.parts.admin import doing
from pages.parts.shared import tables
from pages.parts.state.kept import storage
from pages.parts.widgets import downloads, headline, pick
from pages.parts.widgets.folded import fold
from pages.parts.words import clock, text
from pages.parts.words.text import later, t

SHOWN = 50
ALL = "\n"
CHAIN = "chain"  # in the session: what was found, and when


def show() -> None:
    """The newest rows first."""
    db = storage.store()
    people = {one.subject: doing.labelled(one) for one in accounts.accounts(db)}
    people |= {OPERATOR.subject: t("command line")}
    asked = _filter(people, trace_deeds(db))
    limit = st.session_state.setdefault("trace-shown", SHOWN)
    page = trace_page(db, asked, limit)
    headline.show(t("{count} deeds, newest first.", count=text.number(page.total, 0)))
    if page.rows:
        tables.show(_worded(page.rows, people), key="trace", whole=(t("Number"),), height=560)
    else:
        st.info(t("Nothing like this is in the trace."), icon=":material/history:")
    with st.container(horizontal=True):
        if page.total > limit:
            more = min(SHOWN, page.total - limit)
            st.button(t("Show {count} more", count=more), key="trace-more", on_click=_show_more)
        language = text.language()
        downloads.offer(partial(_file, db, asked, language), "nhat-ky.csv", "trace-file")
    if page.total > MOST_TAKEN:
        st.caption(t("The file has the newest {count}.", count=text.number(MOST_TAKEN, 0)))
    if inner := fold(t("Is the trace whole?"), "trace-chain"):
        with inner:
            _chain()


def _show_more() -> None:
    st.session_state["trace-shown"] += SHOWN


def _filter(people: dict[str, str], deeds: tuple[str, ...]) -> TraceFilter:
    who, what, how, days = st.columns(4)
    whom = {ALL: t("everybody")} | people | {"": t("not signed in")}
    subject = pick.one(who, t("Who"), whom, "trace-who")
    known = {ALL: t("everything")} | {deed: deed_name(deed) for deed in deeds}
    deed = pick.one(what, t("What"), known, "trace-what")
    ends = {ALL: t("done or refused"), "done": t("done"), "refused": t("refused")}
    outcome = pick.one(how, t("Outcome"), ends, "trace-how")
    since = days.date_input(t("From day"), value=None, key="trace-since", format="DD/MM/YYYY")
    start = _start(since) if isinstance(since, dt.date) else ""
    who_asked, what_asked, how_asked = (
        None if one == ALL else one for one in (subject, deed, outcome)
    )
    return TraceFilter(who_asked, what_asked, how_asked, start)


def _start(day: dt.date) -> str:
    """The first moment of a day of the viewer, as the trace writes moments."""
    zone = clock.local(clock.now()).tzinfo
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC).isoformat()


def _worded(rows: tuple[AuditRow, ...], people: dict[str, str]) -> pd.DataFrame:
    """Rows as people read them."""
    return pd.DataFrame(
        {
            t("Time"): [clock.moment(dt.datetime.fromisoformat(row.at), True) for row in rows],
            t("Who"): [people.get(row.subject, row.subject) for row in rows],
            t("What"): [deed_name(row.deed) for row in rows],
            t("Outcome"): [t("done") if row.outcome == "done" else t("refused") for row in rows],
            t("On what"): [people.get(row.target, row.target) for row in rows],
            t("More"): [_details(row.details) for row in rows],
            t("Number"): [row.number for row in rows],
        }
    )


def _details(details: str) -> str:
    """What else a row says, in words; what has none stays as the store has it."""
    found: dict[str, object] = json.loads(details)
    if "role" in found:
        role, units = found["role"], json.loads(str(found["units"] or "[]"))
        named = doing.role_names()[str(role)] if role else t("no role")
        return ", ".join([named, doing.place_name(str(found["dataset"])), *units])
    return "; ".join(_detail(name, value) for name, value in found.items())


def _detail(name: str, value: object) -> str:
    if name == "why" and value in WHYS:
        return t(WHYS[str(value)])
    if name == "dataset":
        return doing.place_name(str(value))
    if name in COUNTS and isinstance(value, int):
        return t(COUNTS[name], count=text.number(value, 0))
    return f"{name}: {value}"


def _file(db: Store, asked: TraceFilter, language: str) -> bytes:
    """The rows as the store has them, so that others can follow the chain."""
    rows = take_trace(db, asked)
    names = ("number", "at", "subject", "deed", "target", "outcome", "details", "before")
    columns = {name: [getattr(row, name) for row in rows] for name in names}
    return csv(pd.DataFrame(columns | {"hash": [row.digest for row in rows]}), language)


def _chain() -> None:
    st.caption(
        t(
            "Each row holds the hash of the one before. Note the last hash elsewhere: whoever has "
            "an earlier one sees whether rows at the end are gone."
        )
    )
    st.text_input(t("A hash noted earlier (may be empty)"), key="trace-seen", max_chars=80)
    st.button(t("Check the trace"), key="trace-check", icon=":material/verified:", on_click=_check)
    found: tuple[Verified, dt.datetime] | None = st.session_state.get(CHAIN)
    if found is None:
        return
    verified, when = found
    rows, moment = text.number(verified.rows, 0), clock.moment(when)
    if verified.problem:
        pattern = (
            later(
                "The rows are whole, but the hash noted earlier is of none of them ({rows} rows)."
            )
            if verified.problem == END_GONE
            else later("The trace is not whole: what comes after row {rows} was changed.")
        )
        st.error(t(pattern, rows=rows), icon=":material/gpp_bad:")
        return
    st.success(
        t("Whole: {rows} rows, checked at {when}. The last hash:", rows=rows, when=moment),
        icon=":material/verified:",
    )
    st.code(verified.last, language=None, wrap_lines=True)


def _check() -> None:
    seen = str(st.session_state.get("trace-seen", ""))

    def check(db: Store) -> None:
        st.session_state[CHAIN] = follow_trace(db, seen), clock.now()

    doing.do(check, t("Checked."))


def deed_name(deed: str) -> str:
    """A deed in words; a refusal that names no deed stands under its reason."""
    known = DEED_NAMES.get(deed) or WHYS.get(deed)
    return t(known) if known else deed


DEED_NAMES = {
    "sign_in": later("sign in"),
    "sign_out": later("sign out"),
    "request": later("a request"),
    "account_added": later("account added"),
    "account_known": later("first sign-in"),
    "account_disabled": later("account disabled"),
    "account_enabled": later("account let in again"),
    "password_set": later("password set"),
    "role_set": later("role changed"),
    "work_handed": later("work handed over"),
    "people": later("administration"),
    "download": later("download"),
    "save": later("save"),
    "copy": later("copy"),
    "conflict": later("saved beside another's version"),
    "rename": later("rename"),
    "delete": later("delete"),
    "restore": later("bring back"),
    "submit": later("submit a plan"),
    "withdraw": later("withdraw a plan"),
    "return": later("return a plan"),
    "issue": later("issue a plan"),
    "supersede": later("supersede a plan"),
    "correct": later("correct figures"),
    "load": later("load figures"),
    "names": later("names of units"),
    "freeze": later("freeze a forecast"),
    "open": later("open work"),
    "read": later("read"),
}
WHYS = {  # why something was refused
    "wrong_password": later("the account or the password is wrong"),
    "disabled": later("the account is disabled"),
    "throttled": later("too many attempts"),
    "expired": later("the sign-in had expired"),
    "old_token": later("the sign-in had ended"),
    "unknown_token": later("no sign-in is known by this cookie"),
    "signed_out": later("signed out meanwhile"),
    "no_sign_in": later("without a sign-in"),
    "forged_header": later("a header that only the server may set"),
    "path_trick": later("an address made to get round the sign-in"),
    "large_body": later("a request that is too large"),
    "foreign_form": later("a form that this browser was not given"),
    "foreign_name": later("under a name that is not this server's"),
    "foreign_page": later("from the page of another site"),
    "more": later("more of them than are written one by one"),
    "anothers_visit": later("the visit of somebody else"),
    "told_twice": later("two names for one person"),
    "strange_name": later("a name that no account can have"),
    "no_proxy": later("not through the proxy"),
    "not_signed_in": later("not signed in"),
    "not_allowed": later("the role does not allow it"),
    "not_yours": later("it belongs to somebody else"),
    "own_plan": later("one's own plan"),
    "frozen": later("it is locked"),
    "submitted": later("it waits for approval"),
    "not_submitted": later("it was not submitted"),
    "unknown_work": later("there is no such work"),
    "unknown_scenario": later("there is no such scenario"),
    "unknown_plan": later("there is no such plan"),
    "unknown_account": later("there is no such account"),
    "last_admin": later("the last administrator"),
}
COUNTS = {
    "count": later("{count} times"),
    "tabs": later("working scenarios of tabs: {count}"),
}
