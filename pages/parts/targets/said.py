"""What the review says in sentences: the answer, whose figures, how fair, what the data note."""

import numpy as np
import pandas as pd

from core.index.rollup import PROVINCE, Status
from core.plans.fairness import unit_loads
from core.review import targets
from core.review.targets import Review, Verdict
from pages.parts.state import session
from pages.parts.state.plans import at_hand, work
from pages.parts.targets.chosen import Choice
from pages.parts.words import alphabet, text
from pages.parts.words.names import component_name, unit_names
from pages.parts.words.text import t


def answer(found: Review, choice: Choice) -> str:
    """How many units stand how, in one sentence."""
    count = {standing: found.standing[1:].count(standing) for standing in Verdict}
    aimed = sum(count.values()) - count[Verdict.NONE]
    if not aimed:
        return t(
            "No target is assigned for this rate and date: write one below to see who meets it."
        )
    unsure = session.case().baseline.status[:, choice.component] == Status.ESTIMATED
    met = np.array([standing is Verdict.MET for standing in found.standing])
    met[PROVINCE] = False
    words = t(
        "{component} by {date}: of {aimed} units with a target {met} meet it, {course} are on "
        "course, {stretch} must do better on new dossiers, {out} can no longer reach it.",
        component=component_name(session.case().dataset.rules, choice.component),
        date=text.date(found.due),
        aimed=aimed,
        met=count[Verdict.MET],
        course=count[Verdict.ON_COURSE],
        stretch=count[Verdict.STRETCH],
        out=count[Verdict.OUT_OF_REACH],
    )
    if not (guesses := int((met & unsure).sum())):
        return words
    return f"{words} {t('Of those that meet it {count} do so by estimate.', count=guesses)}"


def shown_words() -> str:
    """Which scenario and which plan the tables show; plain text."""
    scenario, title = session.scenario(), work.title(at_hand.now())
    if not scenario.changes:
        return t(
            "Targets of the plan “{plan}”; rates lead where they do at the present pace, without "
            "any scenario.",
            plan=title,
        )
    name = scenario.title or t("Scenario on the screen")
    return t(
        "Targets of the plan “{plan}”; rates lead to what the scenario “{scenario}” makes of them.",
        plan=title,
        scenario=name,
    )


def fairness(found: Review) -> str:
    """How evenly the targets load the units; plain text, empty where few are asked."""
    loads = unit_loads(found)
    if len(loads.rows) < 2 or loads.mean <= 0:
        return ""
    names = unit_names(session.case().dataset)
    units = session.case().baseline.units
    return t(
        "How evenly these targets weigh: {mean} more of 100 new dossiers on the mean; most {unit} "
        "({most}), least {other} ({least}); Gini {gini} (0 all alike, 1 one has all).",
        mean=text.number(100 * loads.mean, 1),
        unit=names[units[loads.most]],
        most=text.number(100 * float(loads.load.max()), 1),
        other=names[units[loads.least]],
        least=text.number(100 * float(loads.load.min()), 1),
        gini=text.number(loads.gini),
    )


def notes(choice: Choice) -> list[str]:
    """What the dataset says about these targets, in its own words: the year they are from."""
    rows = session.case().dataset.targets
    name = session.case().dataset.rules.components[choice.component]
    mine = rows[(rows["component"] == name) & (rows["due"] == pd.Timestamp(choice.due))]
    return [
        t("As noted in the data: “{note}”", note=note) for note in mine["note"].dropna().unique()
    ]


def zeros(component: int) -> list[str]:
    """Units whose published rate is 0 %, and communes that a document counts without naming."""
    case = session.case()
    names = unit_names(case.dataset)
    units = targets.at_zero(case.baseline, component)
    named = sorted((names[case.baseline.units[u]] for u in units), key=alphabet.key)
    counts = case.dataset.counts
    # of the year of the data only, and not of a district whose communes stand there by name
    inside = {case.baseline.units[case.baseline.parent[u]] for u in units}
    counted = counts[
        (counts["quantity"] == "communes_paid_zero")
        & (pd.to_datetime(counts["as_of"]).dt.year == case.calendar.as_of.year)
        & ~counts["unit"].isin(inside)
    ]
    if component != case.dataset.rules.role("payment"):
        return named
    return named + [
        t(
            "{count} of {total} communes of {unit} ({date})",
            count=text.number(row["count"], 0),
            total=text.number(row["of"], 0),
            unit=names[row["unit"]],
            date=text.date(row["as_of"]),
        )
        for _, row in counted.iterrows()
    ]
