"""How components, families, groups, levels and units are called on the screen."""

from core.dataset.facts import Dataset
from core.index.rollup import Baseline
from core.index.rules import RuleSet
from core.scenario.scope import ALL, level_of
from pages.parts.words import alphabet, text
from pages.parts.words.text import t


def component_name(rules: RuleSet, column: int) -> str:
    """A component by its row in the rules."""
    return (rules.name_vi if text.language() == "vi" else rules.name_en)[column]


def family_name(family: str) -> str:
    """A family of levers."""
    return {
        "publishing": t("Publishing procedures"),
        "sync": t("Synchronisation"),
        "progress": t("Handling on time"),
        "online": t("Online services"),
        "payment": t("Online payment"),
        "satisfaction": t("Satisfaction"),
        "digitization": t("Digitisation"),
    }.get(family, family)


def group_name(group: str) -> str:
    """One of the six groups."""
    return {
        "transparency": t("Transparency"),
        "progress": t("Progress"),
        "online": t("Online services"),
        "payment": t("Online payment"),
        "satisfaction": t("Satisfaction"),
        "digitization": t("Digitisation"),
    }[group]


def figure_names(rules: RuleSet) -> dict[str, str]:
    """What the figures of a dataset's files are called: components, groups and the score."""
    found = {name: component_name(rules, at) for at, name in enumerate(rules.components)}
    found |= {f"group:{g}": t("points of {group}", group=group_name(g)) for g in rules.groups}
    return found | {"total": t("score")}


def portal_names() -> dict[str, str]:
    """The two portals that a figure may be of."""
    return {"national": t("national portal"), "provincial": t("provincial portal")}


def code_names(dataset: Dataset) -> dict[str, str]:
    """What stands in a dataset's files as a code, as people call it: units, figures, portals."""
    return unit_names(dataset) | figure_names(dataset.rules) | portal_names()


def level_name(level: str) -> str:
    """A level of units."""
    return {
        "province": t("Province"),
        "department": t("Departments"),
        "district": t("Districts"),
        "commune": t("Communes"),
    }[level]


def rollup_name(kind: str) -> str:
    """How units make up the province's figure."""
    return {
        "sum": t("sum of units"),
        "distinct": t("distinct procedures"),
        "province": t("the province's own"),
    }[kind]


def confidence_name(kind: str) -> str:
    """How a rule is known."""
    return {
        "official": t("official"),
        "fitted": t("fits published figures"),
        "secondary": t("secondary source"),
        "inferred": t("inferred"),
        "assumed": t("assumed"),
    }[kind]


def mode_name(mode: str) -> str:
    """A mode in words."""
    return {
        "floor": t("Lift those below"),
        "set": t("Set to"),
        "add": t("Add"),
        "close_gap": t("Close the portal gap"),
        "attain": t("Attain, year to date,"),
    }[mode]


def mode_words(mode: str, value: float, digits: int) -> str:
    """What a change does with a rate, as the end of a sentence: `đơn vị dưới 60% đạt 60%`."""
    said = text.percent(value, digits, sign=mode == "add")
    if mode == "floor":
        return t("units below {value} reach {value}", value=said)
    return f"{mode_name(mode).lower()} {said}"


def unit_names(dataset: Dataset) -> dict[str, str]:
    """Names of all units by code."""
    return {str(code): str(name) for code, name in dataset.units["name_vi"].items()}


def in_order(dataset: Dataset, baseline: Baseline) -> list[int]:
    """Rows of all units below the province: by level as the dataset has them, then by name."""
    names, levels = unit_names(dataset), list(dict.fromkeys(baseline.level))
    return sorted(
        range(1, len(baseline.units)),
        key=lambda u: (levels.index(baseline.level[u]), alphabet.key(names[baseline.units[u]])),
    )


def scope_name(dataset: Dataset, scope: str) -> str:
    """A scope as it is called."""
    if scope == ALL:
        return t("All units")
    level = level_of(scope)
    return str(unit_names(dataset).get(scope, scope)) if level is None else level_name(level)
