"""Where each figure stands: the same row for a unit and column for a component on all sheets."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from core.arrays import Array, Mask
from core.documents.workbook.days import in_tree_order, named_cells
from core.index.coupling import carried_rise, partners
from core.index.rollup import PROVINCE, Baseline
from core.scenario.model import Scenario

HEAD_ROW, FIRST_ROW = 4, 6  # rows: headings of columns, the province
FIRST_COLUMN = 2  # the first component's column; before it name and level
RULES_FIRST, MOST_COLUMN, FULL_COLUMN = (
    4,
    2,
    3,
)  # on the sheet of rules: its first row, two of its columns


@dataclass(frozen=True)
class Names:
    """The names of the sheets that others refer to; `rates` and `worked` by the date's key."""

    result: str
    rules: str
    field: str
    share: str
    start: str
    rates: dict[str, str]
    worked: dict[str, str]


@dataclass(frozen=True)
class SheetGrid:
    """Rows and columns of a province: `order` its rows as the sheets list them.

    `ratio` (U, C) rise of the partner, `partner` (C,) its column, -1 for none; `named` (U, C) which
    rates some change names; `copied` (U, C) those that are the province's own.
    """

    base: Baseline
    order: tuple[int, ...]
    place: dict[int, int]
    partner: tuple[int, ...]
    ratio: Array
    named: Mask
    copied: Mask

    @property
    def wide(self) -> int:
        """How many components there are."""
        return len(self.base.rules.components)

    def row(self, unit: int) -> int:
        """The sheets' row of a unit's row."""
        return FIRST_ROW + self.place[unit]

    def at(self, unit: int, column: int, sheet: str = "") -> str:
        """The cell of a unit and a sheet's column, of another sheet by its name."""
        return on_sheet(sheet, xl_rowcol_to_cell(self.row(unit), column))

    def span(self, units: Iterable[int], column: int, sheet: str = "") -> list[str]:
        """Ranges of a column that hold these units, one for each run of rows."""
        rows = sorted(self.row(unit) for unit in units)
        runs: list[list[int]] = []
        for row in rows:
            if runs and row == runs[-1][1] + 1:
                runs[-1][1] = row
            else:
                runs.append([row, row])
        return [
            on_sheet(sheet, f"{xl_rowcol_to_cell(a, column)}:{xl_rowcol_to_cell(b, column)}")
            for a, b in runs
        ]

    def below(self, unit: int) -> list[int]:
        """The units directly below one."""
        return [int(row) for row in np.flatnonzero(self.base.parent == unit)]

    # columns of the sheets "worked": rates, points, groups, score, rank, then the working of those
    # that have units below them
    def points(self, column: int) -> int:
        return FIRST_COLUMN + self.wide + 1 + column

    def groups(self, group: int) -> int:
        return FIRST_COLUMN + 2 * self.wide + 2 + group

    @property
    def total(self) -> int:
        return self.groups(len(self.base.rules.groups))

    def own(self, column: int) -> int:
        return self.total + 3 + column

    def brought(self, column: int) -> int:
        return self.own(column) + self.wide + 1

    def opened(self, column: int) -> int:
        """What a coupled rate opened with."""
        return self.brought(column) + self.wide + 1


def on_sheet(sheet: str, cell: str) -> str:
    """A cell or range of a sheet."""
    return f"'{sheet.replace(chr(39), chr(39) * 2)}'!{cell}" if sheet else cell


def grid_of(base: Baseline, scenario: Scenario) -> SheetGrid:
    """The grid of a baseline. Raises DataError as `check_scenario` finds."""
    order = tuple(in_tree_order(base))
    copied = np.array(base.rules.rollup) == "province"
    same = (base.rate == base.rate[PROVINCE]) & copied
    same[PROVINCE] = False
    return SheetGrid(
        base=base,
        order=order,
        place={unit: number for number, unit in enumerate(order)},
        partner=tuple(int(one) for one in partners(base.rules)),
        ratio=carried_rise(base),
        named=named_cells(base, scenario),
        copied=same,
    )
