"""What the sensitivity page shows, computed once, and how its rows are called."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.dataset.rules_csv import shipped_rules
from core.levers.factors import Factor, unknowns
from core.levers.sensitivity import Advice, Bar, Indices, advice, indices, tornado
from core.scenario import files
from core.scenario.model import Scenario
from pages.parts.shared import when
from pages.parts.state import session
from pages.parts.state.cases import seen
from pages.parts.words import text
from pages.parts.words.names import component_name, group_name
from pages.parts.words.text import t


@dataclass(frozen=True)
class Found:
    """All answers for one scenario and horizon; `score` and `rank` are Sobol indices."""

    bars: list[Bar]
    factors: tuple[Factor, ...]
    score: Indices
    rank: Indices
    advice: Advice

    def of(self, lever: bool) -> list[Bar]:
        """The levers' bars, or those of what is not known."""
        return [bar for bar in self.bars if (bar.kind == "lever") == lever]


def choose_horizon() -> str:
    """The date that the page answers for; the last one first."""
    keys = list(session.case().calendar.dates)
    return when.choose_horizon(t("Date"), keys, usual=keys[-1])


def found(horizon: str) -> Found:
    """The answers for the scenario on the screen."""
    now = session.scenario().model_copy(update={"title": "", "author": "", "note": ""})
    return _found(session.case().dataset.version, files.dump(now), horizon)


@st.cache_resource(max_entries=32, show_spinner=False)
def _found(version: str, scenario: str, horizon: str) -> Found:
    now = Scenario.model_validate_json(scenario)
    case = seen.cases()[now.dataset]
    model = unknowns(case, now, horizon, list(shipped_rules().values()))
    score, rank = indices(model)
    return Found(
        tornado(case, now, horizon, model),
        model.factors,
        score,
        rank,
        advice(case, now, horizon, model),
    )


def name(kind: str, what: str) -> str:
    """A lever or something not known, as it is called."""
    rules = session.case().dataset.rules
    if kind == "lever":
        return component_name(rules, rules.index(what))
    if kind == "target":
        return t("Target of: {component}", component=component_name(rules, rules.index(what)))
    if kind == "hidden":
        return t("Points not published: {group}", group=group_name(what))
    return {
        "pace": t("Own pace"),
        "field": t("Pace of the other provinces"),
        "estimates": t("Estimated unit rates and volumes"),
    }[kind]


def end(kind: str, value: float) -> str:
    """An end of a range with its unit."""
    if kind in ("lever", "target"):
        return text.percent(value, 1)
    return text.points(value, sign=kind != "hidden")


def frame(bars: list[Bar]) -> pd.DataFrame:
    """The tornado as a table, a row a bar."""
    return pd.DataFrame(
        {
            t("What moves"): [name(bar.kind, bar.what) for bar in bars],
            t("Kind"): [t("lever") if bar.kind == "lever" else t("not known") for bar in bars],
            t("Lower end"): [end(bar.kind, bar.low) for bar in bars],
            t("Upper end"): [end(bar.kind, bar.high) for bar in bars],
            t("Score at the lower end"): [bar.score[0] for bar in bars],
            t("Score at the upper end"): [bar.score[1] for bar in bars],
            t("Places at the lower end"): [bar.rank[0] for bar in bars],
            t("Places at the upper end"): [bar.rank[1] for bar in bars],
        }
    )


def index_frame(answers: Found) -> pd.DataFrame:
    """The Sobol indices in per cent, a row a factor, the largest for the score first."""
    table = pd.DataFrame(
        {
            t("Not known"): [name(f.kind, f.what) for f in answers.factors],
            t("Score, alone, %"): 100 * answers.score.first,
            t("Score, in all, %"): 100 * answers.score.total,
            t("Rank, alone, %"): 100 * answers.rank.first,
            t("Rank, in all, %"): 100 * answers.rank.total,
        }
    )
    order = (-(answers.score.total + answers.rank.total)).argsort()
    figures = table.select_dtypes("number").clip(lower=0)  # an estimate of 0 may lie below it
    return table.assign(**{str(column): figures[column] for column in figures}).iloc[order]
