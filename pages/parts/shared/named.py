"""What levers, units, scopes and losses are called on screen."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from core.index.coupling import UNCOUPLED, partners
from core.scenario.scope import of_level
from pages.parts.state import session
from pages.parts.words import names
from pages.parts.words.names import component_name, in_order, unit_names
from pages.parts.words.text import t


def lever_name(component: str) -> str:
    """A component by its name in the rules, as it is called."""
    rules = session.case().dataset.rules
    return component_name(rules, rules.index(component))


def partner_of(component: str) -> str | None:
    """The component that counts the same dossiers, None for most."""
    rules = session.case().dataset.rules
    pair = int(partners(rules)[rules.index(component)])
    return None if pair == UNCOUPLED else rules.components[pair]


def with_partners(components: pd.Series) -> pd.Series:
    """A column of components as they are called, each with what its dossiers count for too."""

    def together(component: str) -> str:
        other = partner_of(component)
        name = lever_name(component)
        return (
            name
            if other is None
            else t("{lever}, with: {other}", lever=name, other=lever_name(other))
        )

    return components.map({name: together(name) for name in components.unique()})


def named(components: pd.Series) -> pd.Series:
    """A column of components as they are called."""
    return components.map(lever_names(components.unique()))


def placed(units: pd.Series) -> pd.Series:
    """A column of units as they are called."""
    return units.map(unit_names(session.case().dataset))


def called(name: Callable[[Any], str], keys: Iterable[Any]) -> list[str]:
    """What each of many is called, every different one asked for once."""
    asked = list(keys)
    names = {key: name(key) for key in set(asked)}
    return [names[key] for key in asked]


def rows_of(units: Iterable[str]) -> list[int]:
    """The rows of units in every array."""
    at = {unit: row for row, unit in enumerate(session.case().baseline.units)}
    return [at[unit] for unit in units]


def columns_of(components: Iterable[str]) -> list[int]:
    """The columns of components in every array."""
    at = {name: column for column, name in enumerate(session.case().dataset.rules.components)}
    return [at[name] for name in components]


def scope_name(scope: str) -> str:
    """A scope as it is called."""
    return names.scope_name(session.case().dataset, scope)


def lever_names(components: Iterable[str]) -> dict[str, str]:
    """What components are called, by their names in the rules."""
    return {name: lever_name(name) for name in components}


def levels() -> list[str]:
    """The levels below the province, as the dataset orders them."""
    return [one for one in dict.fromkeys(session.case().baseline.level) if one != "province"]


def scope_names() -> dict[str, str]:
    """Levels and units, as they are called, in the order in which people look for them."""
    case = session.case()
    units = [case.baseline.units[u] for u in in_order(case.dataset, case.baseline)]
    scopes = [*(of_level(level) for level in levels()), *units]
    return {scope: scope_name(scope) for scope in scopes}


def listed(names: Sequence[str], most: int = 3) -> str:
    """Some names, and how many more there are."""
    said = ", ".join(names[:most])
    left = len(names) - most
    return t("{names} and {count} more", names=said, count=left) if left > 0 else said


def who_name(who: str) -> str:
    """Who can win a loss back."""
    return {
        "units": t("Units"),
        "province": t("The province"),
        "ministries": t("Only ministries"),
    }[who]


def item_name(item: str) -> str:
    """A component, or what is left of a group, as it is called."""
    rules = session.case().dataset.rules
    return component_name(rules, rules.index(item))


def how_sure(component: str) -> str:
    """How a target is known where it was not published: then the cap may lie elsewhere."""
    rules = session.case().dataset.rules
    confidence = rules.confidence[rules.index(component)]
    if confidence in ("official", "fitted"):
        return ""
    return {
        "secondary": t("inferred from a secondary source"),
        "inferred": t("inferred"),
        "assumed": t("assumed"),
    }[confidence]


def rate_name(component: str) -> str:
    """A component by its id, in words."""
    rules = session.case().baseline.rules
    return component_name(rules, rules.index(component))
