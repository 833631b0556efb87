"""Tables that pages share: shown with numbers in the viewer's language, sorted by their values."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.dataset.facts import facts
from core.field.ranks import unit_ranks
from core.index.rollup import Baseline, Outcome, Status
from core.outlook.simulate import Result
from pages.parts.state import rights, session
from pages.parts.state.cases import seen
from pages.parts.widgets import downloads, paper
from pages.parts.words import headings, text
from pages.parts.words.names import component_name, in_order, level_name, unit_names
from pages.parts.words.text import t

LETTER, ASIDE = 7, 24  # pixels: of a letter in a table, beside the text of a cell
# pixels: for a table as wide as the page of a projector of 1280, or as half of it
ROOM, HALF_ROOM = 940, 440
LEAST = 19  # letters that a long text keeps where columns need its room
MOST_LETTERS = 68  # of a text for which a column is made wider; Streamlit stops at 500 pixels
LINES, LINE_HEIGHT, WRAPPED_HEIGHT = 3, 35, 66  # Streamlit wraps text in rows above 64 pixels
FEWEST_WRAPPED = 16  # letters; shorter texts stay on a line
MOST_WRAPPED, WRAPPED_TABLE = 24, 780  # rows of a table that may wrap, and its height
MARKS = {Status.ESTIMATED: text.ESTIMATED, Status.COMPUTED: "="}


def legend() -> str:
    """What the marks before figures mean; said once on a page."""
    return t(
        "No mark: published. = computed from published figures. ≈ estimated, within its range."
    )


def status_name(status: int) -> str:
    """Where a figure comes from, in words."""
    return {
        Status.PUBLISHED: t("published"),
        Status.COMPUTED: "= " + t("computed"),
        Status.ESTIMATED: f"{text.ESTIMATED} " + t("estimated"),
        Status.NO_DATA: t("no dossiers"),
        Status.UNKNOWN: t("not published"),
    }[Status(int(status))]


def show(
    frame: pd.DataFrame,
    key: str,
    whole: tuple[str, ...] = (),
    height: int = 420,
    fine: tuple[str, ...] = (),
    file: str = "",
    label: str = "",
    estimated: Mapping[str, "pd.Series[bool]"] = MappingProxyType({}),
    of: str | None = None,
    brief: tuple[str, ...] = (),
    signed: tuple[str, ...] = (),
    most: int = paper.MOST_ROWS,
    room: int = ROOM,
) -> None:
    """A table sortable by a click on a heading; numbers to two places, `whole` columns to none,
    `fine` ones to four, `signed` ones, which are changes, with their sign. With the name of a
    `file` buttons below take it away as CSV and as a workbook, which names whose figures it holds:
    `of`, by default the dataset on the screen. Cells of a column where `estimated` says so by row
    get the mark of an estimate, in the files too.
    Columns that are `brief` stand first, and paper gets only those, in small letters; and the first
    `most` rows: the others are in the file.
    Headings are short on the screen, and say themselves in full under the pointer, on paper and in
    files. Where the columns (the `brief` ones) are wider than the `room`, long texts give way; in a
    table of few rows they wrap."""
    numbers = list(frame.select_dtypes("number").columns)
    digits = {name: 0 if name in whole else 4 if name in fine else 2 for name in numbers}
    cells: dict[Any, Any] = {
        name: partial(_cell, digits=digits[name], sign=name in signed) for name in numbers
    }
    style = frame.style.format(cells)
    words = frame.assign(**{name: frame[name].map(cell) for name, cell in cells.items()})
    for name, rows in estimated.items():
        style.format(partial(_marked, digits=digits[name]), subset=(rows, name))
        words.loc[rows, name] = frame.loc[rows, name].map(partial(_marked, digits=digits[name]))
    marked = [name for name, rows in estimated.items() if rows.any()]
    kept = [name for name in brief if name in words]
    narrowed, wraps = _narrowed(words[kept] if kept else words, numbers, room)
    row = WRAPPED_HEIGHT if wraps else LINE_HEIGHT
    needs = {name: _wide(words[name]) for name in words}
    has_room = sum(needs.values()) <= room
    held = [name for name in words if name in marked or (has_room and _is_uneven(words[name]))]
    widths = {**{name: needs[name] for name in held}, **narrowed}
    st.dataframe(
        style,
        hide_index=True,
        key=key,
        height=min(WRAPPED_TABLE if wraps else height, 38 + row * max(1, len(frame))),
        row_height=row if wraps else None,
        placeholder=text.UNKNOWN,
        column_config={str(name): _column(str(name), widths.get(name)) for name in words},
        column_order=[*kept, *(str(name) for name in words if name not in kept)],
    )
    paper.show(words[kept] if kept else words, tuple(numbers), brief=bool(kept), most=most)
    if file:
        source = seen.name_of(session.case()) if of is None else of
        taken = downloads.Taken(frame, words, digits, estimated, source, legend())
        downloads.offer_table(taken, file, key, label, _traced)


def _column(name: str, width: int | None) -> Any:
    """How a column stands on the screen: under its short heading, with the full one to be read."""
    brief = headings.short(name)
    told = None if brief == name else name
    return st.column_config.Column(brief, width=width, help=told)


def _narrowed(words: pd.DataFrame, numbers: list[Any], room: int) -> tuple[dict[Any, int], bool]:
    """Pixels of the texts that have to give way so that all columns fit, and whether they wrap."""
    needs = {name: _wide(words[name]) for name in words}
    over = sum(needs.values()) - room
    if over <= 0:
        return {}, False
    wraps = len(words) <= MOST_WRAPPED
    spare = {}
    for name in words.columns.drop(numbers, errors="ignore"):
        least = LETTER * _least(words[name], wraps) + ASIDE
        if needs[name] > max(least, LETTER * (FEWEST_WRAPPED if wraps else LEAST) + ASIDE):
            spare[name] = needs[name] - least
    part = min(1.0, over / max(1, sum(spare.values())))
    narrowed = {name: needs[name] - round(part * most) for name, most in spare.items()}
    return narrowed, wraps and bool(narrowed)


def _is_uneven(cells: "pd.Series[str]") -> bool:
    """Whether a text is twice as long as most: a column by itself leaves such a one out."""
    lengths = cells.astype(str).str.len()
    return bool(2 * lengths.mean() <= lengths.max() <= MOST_LETTERS)


def _least(cells: "pd.Series[str]", wraps: bool) -> int:
    """Letters that a column of texts keeps: its heading, words such as dates, and enough for the
    lines of a row, which do not end with their last letter; all of an address is for a click."""
    whole = [len(headings.short(str(cells.name)))]
    whole += [len(word) for cell in cells for word in str(cell).split() if len(word) <= LEAST]
    longest = int(cells.astype(str).str.len().max())
    return max(*whole, min(longest // LINES + 3, 3 * LEAST // 2) if wraps else LEAST)


def _wide(cells: "pd.Series[str]") -> int:
    """Pixels for a column that holds its heading and its longest cell: by itself a column follows
    its first rows, and a mark that comes later is cut."""
    longest = max(len(headings.short(str(cells.name))), int(cells.astype(str).str.len().max() or 0))
    return LETTER * longest + ASIDE


def _traced(write: downloads.Write, file: str) -> downloads.Write:
    return rights.traced(write, f"{file} {session.case().dataset.id}")


def _cell(value: object, digits: int = 2, sign: bool = False) -> str:
    shown = float(str(value))
    return text.UNKNOWN if np.isnan(shown) else text.number(shown, digits, sign)


def _marked(value: object, digits: int) -> str:
    return text.estimated(_cell(value, digits))


def unit_table(result: Result, column: int) -> pd.DataFrame:
    """Every unit before and after: rate of one component, own score, rank inside the province."""
    case = session.case()
    baseline, names = case.baseline, unit_names(case.dataset)
    rows = in_order(case.dataset, baseline)
    return pd.DataFrame(
        {
            t("Unit"): [names[baseline.units[u]] for u in rows],
            t("Rate before, %"): 100 * result.before.rate[rows, column],
            t("Rate after, %"): 100 * result.after.rate[rows, column],
            t("Score before"): _own(baseline, result.before)[rows],
            t("Score after"): _own(baseline, result.after)[rows],
            t("Rank before"): unit_ranks(result.before, baseline)[rows],
            t("Rank after"): unit_ranks(result.after, baseline)[rows],
            t("Source of the rate"): [status_name(s) for s in baseline.status[rows, column]],
            t("80% from"): 100 * baseline.rate_low[rows, column],
            t("80% to"): 100 * baseline.rate_high[rows, column],
            t("Level"): [level_name(baseline.level[u]) for u in rows],
        }
    )


def show_unit_table(result: Result) -> None:
    """The table of `unit_table` for a component that the viewer picks, with legend and sources."""
    rules, first = session.case().dataset.rules, default_column()
    column = st.selectbox(
        t("Rate shown"),
        range(len(rules.components)),
        key=f"table_component_{first}",  # another lever that is moved is shown, whatever was before
        index=first,
        format_func=lambda c: component_name(rules, c),
    )
    baseline = session.case().baseline
    rows = in_order(session.case().dataset, baseline)
    guessed = pd.Series(baseline.status[rows, column] == Status.ESTIMATED)
    scored = unsure(baseline)
    told = np.isfinite(facts(session.case().dataset).total)
    before, after = pd.Series((scored & ~told)[rows]), pd.Series(scored[rows])
    show(
        unit_table(result, column),
        key="units",
        whole=(t("Rank before"), t("Rank after")),
        estimated={
            **dict.fromkeys((t("Rate before, %"), t("Rate after, %")), guessed),
            **dict.fromkeys((t("Score before"), t("Rank before")), before),
            **dict.fromkeys((t("Score after"), t("Rank after")), after),
        },
    )
    st.caption(legend())
    sources(component_sources(column))


def unsure(baseline: Baseline) -> np.ndarray:
    """(U,) bool: some of what makes up a unit's score is estimated."""
    rates = (baseline.status == Status.ESTIMATED) & baseline.carried
    return np.asarray(rates.any(axis=1))


def _own(baseline: Baseline, outcome: Outcome) -> np.ndarray:
    """Scores of units; none for those without anything to score."""
    return np.where(np.isnan(unit_ranks(outcome, baseline)), np.nan, outcome.total)


def default_column() -> int:
    """The component whose rate the table shows first: the one changed last."""
    changes = session.scenario().changes
    rules = session.case().dataset.rules
    return rules.index(changes[-1].component) if changes else rules.shown_first


def sources(names: list[str]) -> None:
    """Where the figures on a page come from: title, publisher, date, and the address if known."""
    known = session.case().dataset.sources
    rows = [known.loc[name] for name in dict.fromkeys(names) if name in known.index]
    with st.expander(t("Sources"), key="sources"):
        for row in rows:
            about = [row["title"], row["publisher"], row["date"]]
            words = ", ".join(
                text.date(part) if isinstance(part, pd.Timestamp) else str(part)
                for part in about
                if not pd.isna(part)
            )
            link: str = "" if pd.isna(row["url"]) else f" ({row['url']})"
            st.markdown("- " + text.escape(words + link))


def component_sources(column: int) -> list[str]:
    """The sources of one component's rates, targets and volumes in this dataset."""
    dataset = session.case().dataset
    component = dataset.rules.components[column]
    rates = dataset.observations.loc[dataset.observations["component"] == component, "source"]
    aims = dataset.targets.loc[dataset.targets["component"] == component, "source"]
    return [*rates, *aims, *dataset.units["volume_source"].dropna()]
