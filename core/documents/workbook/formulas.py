"""The engine as formulas: roll-up, coupled rates, points, scores (model, sections 1 and 2)."""

from xlsxwriter.utility import xl_rowcol_to_cell

from core.arrays import Array
from core.documents.workbook.grid import (
    FIRST_COLUMN,
    FIRST_ROW,
    FULL_COLUMN,
    MOST_COLUMN,
    RULES_FIRST,
    Names,
    SheetGrid,
    on_sheet,
)
from core.index.coupling import UNCOUPLED
from core.index.rollup import PROVINCE


def rolls_up(grid: SheetGrid, unit: int, column: int) -> bool:
    """Whether units below move this rate."""
    base = grid.base
    if not grid.below(unit) or base.rules.rollup[column] != "sum":
        return False
    return unit != PROVINCE or bool(base.summed[column])


def is_paired(grid: SheetGrid, opened: Array, unit: int, column: int) -> bool:
    """Whether a change of another component of the unit carries this rate."""
    other = grid.partner[column]
    return other != UNCOUPLED and bool(
        opened[unit, column] == opened[unit, column] and opened[unit, other] == opened[unit, other]
    )


def own_rate(grid: SheetGrid, names: Names, key: str, opened: Array, unit: int, column: int) -> str:
    """The rate that a unit's own cells give: the cell itself, or carried by its edited partner."""
    mine = grid.at(unit, FIRST_COLUMN + column, names.rates[key])
    if not is_paired(grid, opened, unit, column) or grid.named[unit, column]:
        return mine
    other = grid.partner[column]
    theirs = grid.at(unit, FIRST_COLUMN + other, names.rates[key])
    start = grid.at(unit, FIRST_COLUMN + column, names.start)
    before = grid.at(unit, FIRST_COLUMN + other, names.start)
    ratio = grid.at(unit, FIRST_COLUMN + grid.wide + 1 + other, names.share)
    still = f"{mine}={grid.at(unit, grid.opened(column))}"
    edited = f"{theirs}<>{grid.at(unit, grid.opened(other))}"
    carried = f"MAX(0,MIN(1,{start}+{ratio}*({theirs}-{before})))"
    return f"IF(AND({still},{edited}),{carried},{mine})"


def brought_by(grid: SheetGrid, names: Names, unit: int, column: int) -> str:
    """By how much the units below move a rate: their changes, weighted by their shares."""
    inside = grid.below(unit)
    parts = zip(
        grid.span(inside, FIRST_COLUMN + column),
        grid.span(inside, FIRST_COLUMN + column, names.start),
        grid.span(inside, FIRST_COLUMN + column, names.share),
        strict=True,
    )
    return "+".join(
        f"SUMPRODUCT({now},{share})-SUMPRODUCT({start},{share})" for now, start, share in parts
    )


def rolled_up(grid: SheetGrid, names: Names, unit: int, column: int) -> str:
    """A unit's own change, or what those below bring where that goes further the same way."""
    start = grid.at(unit, FIRST_COLUMN + column, names.start)
    own, brought = grid.at(unit, grid.own(column)), grid.at(unit, grid.brought(column))
    change = (
        f"IF({own}={start},{brought},IF({own}>{start},"
        f"MAX({own}-{start},{brought}),MIN({own}-{start},{brought})))"
    )
    return f"MAX(0,MIN(1,{start}+{change}))"


def points_of(grid: SheetGrid, names: Names, unit: int, column: int) -> str:
    """`min(max, max * rate / target)`; where there is nothing to count 0, or the maximum."""
    base, row = grid.base, RULES_FIRST + column
    most = on_sheet(names.rules, xl_rowcol_to_cell(row, MOST_COLUMN, True, True))
    if not base.carried[unit, column]:
        return "0"
    if base.rate[unit, column] != base.rate[unit, column]:
        return most if base.rules.no_data_full[column] else "0"
    full = on_sheet(names.rules, xl_rowcol_to_cell(row, FULL_COLUMN, True, True))
    return f"MIN({most},{most}*{grid.at(unit, FIRST_COLUMN + column)}/{full})"


def group_of(grid: SheetGrid, unit: int, group: int) -> str:
    """The sum of a group's components."""
    inside = [c for c, g in enumerate(grid.base.rules.group_index) if g == group]
    return f"SUM({','.join(grid.at(unit, grid.points(c)) for c in inside)})"


def score_of(grid: SheetGrid, unit: int) -> str:
    """The sum of all groups."""
    first, last = grid.at(unit, grid.groups(0)), grid.at(unit, grid.total - 1)
    return f"SUM({first}:{last})"


def reached_rank_of(score: str, needed: str) -> str:
    """The rank of a score among the provinces: one behind every rank that needs more."""
    return f"1+SUMPRODUCT(--({needed}>{score}))"


def inner_rank_of(grid: SheetGrid, unit: int) -> str:
    """The rank among the units below the province; equal scores share the better one."""
    first = xl_rowcol_to_cell(FIRST_ROW + 1, grid.total, True, True)
    last = xl_rowcol_to_cell(FIRST_ROW + len(grid.order) - 1, grid.total, True, True)
    return f"RANK({grid.at(unit, grid.total)},{first}:{last})"
