"""The sheets of the workbook: their columns, and the words that each language has for them.

A row of small grey codes below the headings says what a column is, so that headings may be worded
anew and columns moved, and a workbook of either language is read.
"""

from dataclasses import dataclass

from core.index.rules import GROUPS, RuleSet

TEMPLATE_MARK = "766-template"
EDITION = 1
FIGURE_KEY = ("as_of", "unit", "name", "portal", "source")
FIGURE_ROLES = ("numerator", "denominator", "rate_percent", "points")
POINTS_ONLY = ("points",)


@dataclass(frozen=True)
class ListSheet:
    """A sheet that is a table of the dataset as it stands: one column a column, one row a row."""

    name: str
    file: str
    headings: dict[str, str]


@dataclass(frozen=True)
class TemplateWords:
    """What a language calls the sheets, their columns by code, and the choices in their cells.

    `lists` are in the same order in every language: units first, sources last. `heads` are the
    headings of `FIGURE_KEY`, `roles` those of `FIGURE_ROLES`.
    """

    guide: str
    keys: str
    figures: str
    notes: str
    guidance: tuple[str, ...]
    key_names: dict[str, str]
    lists: tuple[ListSheet, ...]
    heads: tuple[str, ...]
    roles: dict[str, str]
    note_columns: dict[str, str]
    choices: dict[str, dict[str, str]]

    @property
    def units(self) -> str:
        """The name of the sheet of units."""
        return self.lists[0].name


def figure_roles(rules: RuleSet, unscored: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The columns of each figure: of a component four, of groups and the total points only."""
    roles = dict.fromkeys((*rules.components, *unscored), FIGURE_ROLES)
    return roles | dict.fromkeys((*(f"group:{group}" for group in GROUPS), "total"), POINTS_ONLY)
