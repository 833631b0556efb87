"""What an import would write and what not: counts, headings, warnings, and a reason a refusal."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

import pandas as pd
import streamlit as st

from core.dataset.rules_csv import shipped_rules
from core.imports.plan import ImportPlan
from core.imports.reading import PORTAL_2025, PORTAL_2026
from core.problems import Problem
from pages.parts.shared import tables
from pages.parts.words import text
from pages.parts.words.names import figure_names
from pages.parts.words.text import t

# options of the command line, in brackets: the page has a field for each
OPTION = re.compile(r" ?\\\((?:[^()]*?)\\-\\-[^()]*?\\\)")
SHOWN = 30


def kind_name(kind: str) -> str:
    """What a file is."""
    return {
        PORTAL_2026: t("figures of the national portal of 2026"),
        PORTAL_2025: t("figures of the national portal of 2025"),
    }.get(kind, t("a table that people made"))


def period_name(period: str) -> str:
    """What figures count."""
    return {"year": t("the year"), "quarter": t("the quarter"), "month": t("a month")}[period]


def sentence(problem: Problem, figures: Mapping[str, str] = MappingProxyType({})) -> str:
    """A problem as the page says it, without the option of the command line; `figures` names
    what is a code otherwise."""
    place = problem.column and figures.get(problem.column, problem.column)
    details = {
        name: figures.get(value, value) if isinstance(value, str) else value
        for name, value in problem.details.items()
    }
    return OPTION.sub("", text.problem(replace(problem, column=place, details=details)))


def show(plan: ImportPlan) -> None:
    """All of a plan, problems first."""
    known = shipped_rules()
    figures = figure_names(known.get(plan.rule_set, known[max(known)]))
    if plan.problems:
        st.error(t("This can't be loaded yet:"), icon=":material/error:")
        sentences(plan.problems, figures)
    if plan.observations or plan.board:
        _counts(plan)
    if plan.warnings:
        with st.expander(t("Worth knowing ({count})", count=len(plan.warnings)), expanded=True):
            sentences(plan.warnings, figures)
    if plan.left_out:
        total = sum(out.count for out in plan.left_out)
        with st.expander(t("Left out, each with its reason ({count})", count=total)):
            rows = [(sentence(out.why, figures), out.count) for out in plan.left_out[: 10 * SHOWN]]
            for words, count in rows:
                st.markdown(f"- {words}" + (f" (× {count})" if count > 1 else ""))
    if plan.observations:
        with st.expander(t("The figures as they will be written")):
            _figures(plan, figures)


def sentences(
    problems: Iterable[Problem], figures: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Problems one below the other, of many the first."""
    found = list(problems)
    for problem in found[:SHOWN]:
        st.markdown("- " + sentence(problem, figures))
    if len(found) > SHOWN:
        st.markdown("- " + t("and {count} more.", count=text.number(len(found) - SHOWN, 0)))


def _counts(plan: ImportPlan) -> None:
    total = plan.published_total
    day = text.UNKNOWN if plan.as_of is None else text.date(plan.as_of)
    st.markdown(
        t(
            "**{kind}** of {province}, {day}, counted over {period}.",
            kind=kind_name(plan.kind),
            province=text.escape(plan.province_name or text.UNKNOWN),
            day=day,
            period=period_name(plan.period),
        )
    )
    cells = {
        t("Units"): text.number(max(0, len(plan.units) - 1), 0),
        t("Figures"): text.number(len(plan.observations), 0),
        t("Boards of provinces"): text.number(plan.boards, 0),
        t("Score"): text.UNKNOWN if total is None else text.number(total),
    }
    for column, (label, value) in zip(st.columns(len(cells)), cells.items(), strict=True):
        column.metric(label, value)


def _figures(plan: ImportPlan, figures: dict[str, str]) -> None:
    names = {unit.unit: unit.name for unit in plan.units}
    rows = [
        {
            t("Unit"): names.get(row.unit, row.unit),
            t("Code"): row.unit,
            t("Figure"): figures.get(row.component, row.component),
            t("Numerator"): row.numerator,
            t("Denominator"): row.denominator,
            t("Rate, %"): row.rate_percent,
            t("Points"): row.points,
        }
        for row in plan.observations
    ]
    whole = (t("Numerator"), t("Denominator"))
    frame = pd.DataFrame(rows).astype(dict.fromkeys([*whole, t("Rate, %"), t("Points")], float))
    tables.show(frame, key="import_figures", whole=whole, file=t("figures") + ".csv", of="")
