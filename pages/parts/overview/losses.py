"""What is earned and lost, in words, charts and tables (the overview)."""

import html

import pandas as pd
import streamlit as st

from core.charts import overview as charts_overview
from core.charts.look import wrapped
from core.dataset.facts import DATA
from core.dataset.responsibility import load_responsibility
from core.levers import losses
from core.outlook.timeline import TODAY
from pages.parts.shared import strip, tables
from pages.parts.shared.named import item_name, who_name
from pages.parts.state import results, session
from pages.parts.widgets.drawing import draw
from pages.parts.words import text
from pages.parts.words.names import group_name, unit_names
from pages.parts.words.text import t


@st.cache_resource(show_spinner=False)
def responsibility() -> pd.DataFrame:
    """Why it is others who can move a component, with the source; read once for all viewers."""
    return load_responsibility(DATA)


def found() -> pd.DataFrame:
    """`core.losses.losses` of the dataset on the screen, at its date, as it is shown."""
    return losses.as_shown(losses.losses(session.case().baseline))


def piece_name(piece: str) -> str:
    """A piece of a group's bar."""
    return {
        "known": t("Earned"),
        "estimated": t("Earned (≈ estimated)"),
        "units": t("Lost, units can win it back"),
        "province": t("Lost, the province can"),
        "ministries": t("Lost, only ministries can"),
    }[piece]


def answer(table: pd.DataFrame) -> str:
    """Where the province stands and who can win back what it loses, in one sentence."""
    case = session.case()
    now = results.outlooks_of(session.baseline_scenario())[TODAY].before
    lost = losses.by_who(table)
    words = {
        "units": t("units can win back {points}"),
        "province": t("the province itself {points}"),
        "ministries": t("only ministries {points}"),
    }
    parts = [
        words[who].format(points=_about(points, table[table["who"] == who]))
        for who, points in lost.items()
        if points >= 0.005
    ]
    return t(
        "On {date} {province} has {score} and rank {rank}. Of the {lost} it loses, {parts}.",
        date=text.date(case.calendar.as_of),
        province=case.dataset.field_name,
        score=strip.score_range(now),
        rank=strip.rank_range(now),
        lost=_about(float(table["lost"].sum()), table),
        parts="; ".join(parts),
    )


def ahead() -> str:
    """Where both lines lead, a sentence a date; empty where there is no date ahead."""
    found = results.outlooks_of(session.baseline_scenario())
    return " ".join(strip.lines(found[key]) for key in session.case().calendar.horizons)


def _about(points: float, rows: pd.DataFrame) -> str:
    """Points with their unit, marked where a row of them is estimated."""
    mark = text.mark(bool(rows["estimated"].any()))
    return mark + text.points(points)


def show_groups(table: pd.DataFrame) -> None:
    """The six groups as bars: what is earned, and what is lost by who can win it back."""
    baseline = session.case().baseline
    groups = losses.loss_by_group(table, baseline.rules.groups)
    rows, words = [], []
    for group, known, guessed, most in zip(
        groups.index, groups["known"], groups["estimated"], baseline.rules.group_max, strict=True
    ):
        value = f"{_estimate(known + guessed, guessed > 0)}/{text.number(most, 0)}"
        rows.append(f"{html.escape(group_name(group))}<br><b>{value}</b>")
        words.append(f"{group_name(group)} {value}")
    names = {piece: piece_name(piece) for piece in groups.columns}
    figure = charts_overview.bullets(groups, rows, names, text.language())
    draw(figure, "groups", "; ".join(words))


def show_largest(rows: pd.DataFrame) -> None:
    """The largest losses as bars in the look of who can win them back."""
    names = [item_name(item) for item in rows["item"]]
    texts = [_estimate(row["lost"], row["estimated"]) for _, row in rows.iterrows()]
    lines = [wrapped(name, 30) for name in names]
    whose = {who: who_name(who) for who in losses.WHO}
    figure = charts_overview.bars(
        lines, list(rows["lost"]), texts, list(rows["who"]), whose, text.language()
    )
    words = "; ".join(f"{name} {value}" for name, value in zip(names, texts, strict=True))
    draw(figure, "losses", words)


def show_table(rows: pd.DataFrame) -> None:
    """The largest losses with who can win them back, why, and the unit that can most; as a file."""
    units = unit_names(session.case().dataset)
    frame = pd.DataFrame(
        {
            t("Loss"): [item_name(item) for item in rows["item"]],
            t("Points lost"): rows["lost"],
            t("Who can win it back"): [who_name(who) for who in rows["who"]],
            t("Unit that can most"): [units.get(code, text.UNKNOWN) for code in rows["unit"]],
            t("It alone, points"): [
                _estimate(row["unit_points"], row["unit_estimated"]) for _, row in rows.iterrows()
            ],
            t("Rate, %"): 100 * rows["rate"],
            t("Full points from, %"): 100 * rows["target"],
            t("Why"): [_why(row["item"], row["who"]) for _, row in rows.iterrows()],
        }
    )
    tables.show(frame, key="largest", file="diem-mat.csv")


def show_reasons(rows: pd.DataFrame) -> None:
    """Why only ministries can move some of the losses."""
    said = [
        f"- **{text.escape(item_name(item))}** – {text.escape(_why(item, who))}"
        for item, who in zip(rows["item"], rows["who"], strict=True)
        if who == "ministries"
    ]
    if said:
        st.caption("\n".join([t("Only ministries can move:"), "", *said]))


def _why(item: str, who: str) -> str:
    """Why it is they who can win a loss back: as the source says, or as the component adds up."""
    rules, rows = session.case().dataset.rules, responsibility()
    named = rows[(rows["rule_set"] == rules.name) & (rows["component"] == item)]
    if len(named):
        return str(named.iloc[0]["note_vi" if text.language() == "vi" else "note_en"])
    return {
        "units": t("The province's rate is the sum of its units"),
        "province": t("The province's own figure; units' figures do not add up to it"),
        "ministries": "",
    }[who]


def _estimate(points: float, estimated: bool) -> str:
    value = text.number(points)
    return text.estimated(value, estimated)


def sources(rows: pd.DataFrame) -> list[str]:
    """The sources of these losses and of who can win them back."""
    dataset, whose = session.case().dataset, responsibility()
    observed = dataset.observations
    observed = observed[observed["as_of"] == pd.Timestamp(dataset.meta.as_of)]
    named = whose[(whose["rule_set"] == dataset.rules.name) & whose["component"].isin(rows["item"])]
    return [*observed["source"], *named["source"], *dataset.units["volume_source"].dropna()]
