"""What was done in this session, in words: the log with its way back, and the minutes."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.documents.frame import agency_of
from core.documents.targets import assigned_table
from core.documents.words import Words
from core.export.ladder_png import ladder_png
from core.export.minutes_docx import Minutes, Picture, document
from core.export.official import OfficialTable
from core.outlook.timeline import TODAY
from core.plans.made import from_scenario
from core.scenario.history import MAX_STEPS, Entry, History, same_effect
from core.scenario.model import Scenario
from pages.parts.live import board
from pages.parts.shared.changes import difference, moved
from pages.parts.shared.strip import effect, horizon_name, rank_range, score_range, the_rank
from pages.parts.state import edits, results, rights, session
from pages.parts.state.cases import seen
from pages.parts.widgets.downloads import WORD
from pages.parts.words import clock, text
from pages.parts.words.text import t

SHOWN = 20
EMPTY_LINES, MOST_ROWS, LONGEST = 3, 60, 5000  # left open; of a table; letters typed


@dataclass(frozen=True)
class Step:
    """An entry of the log with the state before it."""

    entry: Entry
    before: Scenario


def steps(past: History) -> list[Step]:
    """All that was done, oldest first."""
    pairs = zip(past.log[1:], past.log, strict=False)
    return [Step(entry, earlier.scenario) for entry, earlier in pairs]


def words(step: Step) -> str:
    """What was done, in words; plain text."""
    after, before = step.entry.scenario, step.before
    title = after.title
    if step.entry.kind == "undo":
        return t("Undone: {words}", words=difference(after, before))
    if step.entry.kind == "redo":
        return t("Redone: {words}", words=difference(before, after))
    if step.entry.kind == "return":
        return t("Back to an earlier state: {words}", words=difference(before, after))
    if step.entry.kind == "reset":
        return t("Back to the baseline")
    if step.entry.kind == "open":
        opened = t("Opened “{name}”", name=title) if title else t("Opened a scenario")
        return f"{opened}: {difference(before, after)}"
    return difference(before, after)


def show_log() -> None:
    """Everything done with this dataset in this session, newest first; a click goes back there."""
    past = session.history()
    done = steps(past)
    if not done:
        st.info(t("Nothing was done in this session yet."), icon=":material/touch_app:")
        return
    _download(past, done)
    shown = st.session_state.setdefault("log_shown", SHOWN)
    for number in range(len(done), max(0, len(done) - shown), -1):
        _row(done[number - 1], number)
    if len(done) <= shown:
        _start_row(past.log[0])
    else:
        st.button(t("Show earlier changes"), on_click=_show_more)


def _row(step: Step, number: int) -> None:
    last = list(results.standings_of(step.before))[-1]
    before = results.standings_of(step.before)[last]
    after = results.standings_of(step.entry.scenario)[last]
    about = f"{horizon_name(last)}: {moved(before, after)}"
    _line(step.entry, words(step), about, number)


def _start_row(first: Entry) -> None:
    _line(first, t("The state that this log begins with"), "", 0)


def _line(entry: Entry, what: str, about: str, number: int) -> None:
    left, right = st.columns([6, 1.4], vertical_alignment="center")
    left.markdown(f"**{clock.moment(entry.at, seconds=True)}** · {text.escape(what)}")
    if about:
        left.caption(text.escape(about))
    right.button(
        t("Back to here"),
        key=f"log-{number}",
        icon=":material/history:",
        disabled=same_effect(entry.scenario, session.scenario()),
        on_click=edits.change,
        args=(entry.scenario, "return"),
        width="stretch",
    )


def _show_more() -> None:
    st.session_state.log_shown += SHOWN


def _download(past: History, done: list[Step]) -> None:
    """The minutes as a Word file, written again when something was done since."""
    with st.expander(t("Participants and conclusions"), icon=":material/groups:"):
        st.caption(
            t("One a line; what is left empty has room in the file to be filled in by hand.")
        )
        people = st.text_area(t("Participants"), key="minutes_people", max_chars=LONGEST)
        concluded = st.text_area(t("Conclusions"), key="minutes_concluded", max_chars=LONGEST)
    case, last = session.case(), past.log[-1].at
    mark = (text.language(), case.dataset.id, last, past.origin, people, concluded)
    if st.session_state.get("minutes", (None,))[0] != mark:
        with st.spinner(t("Writing the minutes…")):
            made = _minutes(past, done, _each_line(people), _each_line(concluded))
            st.session_state.minutes = (mark, document(made))
    content: bytes = st.session_state.minutes[1]
    st.download_button(
        t("Download the minutes (Word)"),
        rights.traced(lambda: content, "minutes") if rights.is_guarded() else content,
        file_name=t("minutes") + f"-{clock.local(last):%Y-%m-%d-%H%M}.docx",
        mime=WORD,
        icon=":material/description:",
    )


def _each_line(typed: str) -> tuple[str, ...]:
    """The lines that somebody typed; three empty ones where there are none."""
    return tuple(line for line in typed.splitlines() if line.strip()) or ("",) * EMPTY_LINES


def _assigned(past: History, words: Words) -> tuple[OfficialTable, str]:
    """Who is asked for what by when, as the scenario leads to it; and how much is left out."""
    case = session.case()
    plan = from_scenario(past.now, case.baseline, case.counted(past.now))
    table = assigned_table(case, plan, words)
    if len(table.rows) <= MOST_ROWS:
        return table, ""
    most = MOST_ROWS - 1 if MOST_ROWS - 1 in table.bands else MOST_ROWS  # no band without its rows
    bands = frozenset(row for row in table.bands if row < most)
    shown = replace(table, rows=table.rows[:most], bands=bands)
    more = len(table.rows) - most
    return shown, t("… and {count} more rows: see the scenario.", count=text.number(more, 0))


def _minutes(
    past: History, done: list[Step], people: tuple[str, ...], concluded: tuple[str, ...]
) -> Minutes:
    """The texts of the minutes, in the language of the screen."""
    case, official = session.case(), Words(text.language())
    assigned, left_out = _assigned(past, official)
    horizons = list(results.standings_of(past.now))
    origin, began = past.origin, clock.moment(past.log[0].at)
    name = origin.name if origin else t("not saved under a name")
    data = t("{name} (version {version})", name=seen.name_of(case), version=case.dataset.version)
    return Minutes(
        language=official.language,
        agency=agency_of(case, official),
        state=(official.say("state"), official.say("motto")),
        people_title=t("Participants"),
        people=people,
        concluded_title=t("Conclusions"),
        concluded=concluded,
        assigned_title=t("Assigned units"),
        assigned=assigned,
        assigned_note=left_out,
        title=t("Minutes: simulating the score"),
        facts=(
            (t("Scenario"), name),
            (t("Data"), data),
            (t("Begun") if len(past.log) < MAX_STEPS else t("Noted from"), began),
            (t("Ended"), clock.moment(past.log[-1].at)),
            (t("Written by"), session.author() or text.UNKNOWN),
        ),
        result_title=t("Result"),
        results=tuple(_result(past, key) for key in horizons),
        log_title=t("Changes"),
        head=(t("Time"), t("What was done"), *(horizon_name(key) for key in horizons)),
        rows=tuple(_cells(step, horizons) for step in done),
        note=t(
            "Scores and ranks after ≈ are estimates; ranges hold with a probability of 80%. "
            "Each line gives score and rank before and after the change."
        ),
        signatures=(t("Written by"), t("Chair")),
        picture=_ladder(past, horizons[-1]),
    )


def _result(past: History, key: str) -> str:
    """Where the last state leads, against no scenario on the same date."""
    found = results.outlooks_of(past.now)[key]
    words = f"{score_range(found.after)}. {effect(found)}"
    if key == TODAY:
        return words
    rank = rank_range(found.still.after)
    return f"{words} {t('If its rates stay as they are otherwise: rank {rank}.', rank=rank)}"


def _ladder(past: History, key: str) -> Picture:
    """All provinces by score on a horizon, with the last state's place and the one without it."""
    found = results.outlooks_of(past.now)[key]
    one = board.ladder_data(key, found, past.now)
    scores = [score / 100 for score in one["scores"]]
    step = one["step"] // 100
    png = ladder_png(
        scores,
        found.before.score,
        found.after.score,
        (one["low"] // 100, one["high"] // 100),
        step,
    )
    own = t(
        "● {province}: {score}, rank {rank}",
        province=one["own"],
        score=score_range(found.after),
        rank=the_rank(found.after),
    )
    if round(found.change, 2):
        own += "; " + t(
            "○ if not: {score}, rank {rank}",
            score=score_range(found.before),
            rank=the_rank(found.before),
        )
    near = _near(one, scores, found.after.rank.median, round(found.after.score, 2))
    title = f"{one['title']} ({horizon_name(key)})"
    return Picture(title, png, (f"{own}.", near, one["note"]), f"{title}: {own}. {near}")


def _near(one: dict[str, Any], scores: list[float], rank: int, own: float) -> str:
    """The two provinces above and below, and how far they are."""
    nameless = board.words()["nameless"]

    def said(place: int) -> str:
        name = one["names"][place] if one["names"] else nameless
        away = text.number(scores[place] - own, 2, sign=True)
        score = text.estimated(text.number(scores[place]), not one["settled"])
        return f"{name} {score} ({away})"

    above = [said(place) for place in range(max(0, rank - 3), rank - 1)]
    below = [said(place) for place in range(rank - 1, min(len(scores), rank + 1))]
    parts = [t("above: {names}", names=", ".join(above))] if above else []
    parts += [t("below: {names}", names=", ".join(below))] if below else []
    words = "; ".join(parts)
    return f"{words[:1].upper()}{words[1:]}."


def _cells(step: Step, horizons: list[str]) -> tuple[str, ...]:
    before, after = results.standings_of(step.before), results.standings_of(step.entry.scenario)
    figures = (moved(before[key], after[key]) for key in horizons)
    return clock.moment(step.entry.at, seconds=True), words(step), *figures
