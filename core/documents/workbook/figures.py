"""The sheets of a province's figures: rates to change, their working, shares, baseline."""

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from core.documents.situation import component_title
from core.documents.words import Words
from core.documents.workbook import formulas
from core.documents.workbook.days import SheetDay
from core.documents.workbook.grid import (
    FIRST_COLUMN,
    FIRST_ROW,
    HEAD_ROW,
    Names,
    SheetGrid,
    on_sheet,
)
from core.documents.workbook.page import POINTS_FORMAT, RANK_FORMAT, RATE_FORMAT, Book, SheetPage
from core.documents.workbook.said import SAID
from core.field.ranks import unit_ranks
from core.index.coupling import UNCOUPLED
from core.index.rollup import PROVINCE, Status
from core.outlook.case import Case


class FigureSheets:
    """Writes these sheets of one dataset."""

    def __init__(self, book: Book, case: Case, words: Words, grid: SheetGrid, names: Names) -> None:
        self.book, self.case, self.words, self.grid, self.names = book, case, words, grid, names
        self.base = case.baseline
        self.guessed = self.base.status == Status.ESTIMATED
        self.unsure = (self.guessed & self.base.carried).any(axis=1)
        self.titles = [component_title(case, c, words) for c in range(grid.wide)]

    def rates(self, day: SheetDay) -> None:
        """The rates that people change: those of units, before any roll-up."""
        key, grid = day.key, self.grid
        page = self._page(self.names.rates[key], "rates_title", day)
        page.line(1, self.words.pick(SAID["how_2"]))
        page.line(2, self.words.pick(SAID["marks"]))
        page.words(FIRST_ROW - 1, 0, self.words.pick(SAID["after"]), self.book.head)
        page.words(FIRST_ROW - 1, 1, "", self.book.head)
        after = day.found.result.after.rate
        for c in range(grid.wide):
            about = bool(self.guessed[PROVINCE, c])
            cell = grid.at(PROVINCE, FIRST_COLUMN + c, self.names.worked[key])
            style = self.book.figure(RATE_FORMAT, about, strong=True)
            page.formula(FIRST_ROW - 1, FIRST_COLUMN + c, cell, after[PROVINCE, c], style)
        for unit in grid.order:
            row = grid.row(unit)
            for c in range(grid.wide):
                if grid.copied[unit, c]:
                    of = grid.at(PROVINCE, FIRST_COLUMN + c)
                    value = day.opened[PROVINCE, c]
                    page.formula(
                        row,
                        FIRST_COLUMN + c,
                        of,
                        value,
                        self.book.grey_rate(bool(self.guessed[unit, c])),
                    )
                else:
                    style = self.book.figure(RATE_FORMAT, bool(self.guessed[unit, c]), is_open=True)
                    page.number(row, FIRST_COLUMN + c, day.opened[unit, c], style)
        last = FIRST_ROW + len(grid.order) - 1
        box = (FIRST_ROW, FIRST_COLUMN, last, FIRST_COLUMN + grid.wide - 1)
        rule = self.words.pick(SAID["rate_rule"])
        page.sheet.data_validation(
            *box,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": 1,
                "ignore_blank": False,
                "error_title": "0% - 100%",
                "error_message": rule,
            },
        )
        first = xl_rowcol_to_cell(FIRST_ROW, FIRST_COLUMN)
        changed = f"={first}<>{on_sheet(self.names.start, first)}"
        look = self.book.book.add_format({"font_color": "#B2182B", "bold": True})
        page.sheet.conditional_format(
            *box, {"type": "formula", "criteria": changed, "format": look}
        )

    def worked(self, day: SheetDay) -> None:
        """Rates rolled up, points, groups, scores, ranks; to the right what the roll-up needs."""
        grid, names, key, after = self.grid, self.names, day.key, day.found.result.after
        page = self._page(names.worked[key], "worked_title", day)
        rules, pick = self.base.rules, self.words.pick
        page.heads(
            HEAD_ROW, [f"{pick(SAID['points_of'])}: {one}" for one in self.titles], grid.points(0)
        )
        page.heads(HEAD_ROW, [self.words.group(one) for one in rules.groups], grid.groups(0))
        page.heads(HEAD_ROW, [pick(SAID["total"]), pick(SAID["inner_rank"])], grid.total)
        page.heads(
            HEAD_ROW, [f"{pick(SAID['own_part'])}: {one}" for one in self.titles], grid.own(0)
        )
        heads = [f"{pick(SAID['brought'])}: {one}" for one in self.titles]
        page.heads(HEAD_ROW, heads, grid.brought(0))
        page.sheet.set_column(grid.points(0), grid.total + 1, 11)
        page.sheet.set_column(grid.own(0), grid.opened(grid.wide), 11, None, {"level": 1})
        ranks = unit_ranks(after, self.base)
        rolled = day.found.result.after.rate
        for unit in grid.order:
            row, idle = grid.row(unit), not np.isfinite(self.base.rate[unit]).any()
            for c in range(grid.wide):
                self._rate(page, day, unit, c, float(rolled[unit, c]))
                style = self.book.figure(POINTS_FORMAT, bool(self.guessed[unit, c]))
                value = float("nan") if idle else float(after.points[unit, c])
                text = formulas.points_of(grid, names, unit, c)
                page.formula(row, grid.points(c), text, value, style)
            if idle:
                continue
            about = bool(self.unsure[unit])
            for g in range(len(rules.groups)):
                text = formulas.group_of(grid, unit, g)
                style = self.book.figure(POINTS_FORMAT, about)
                page.formula(row, grid.groups(g), text, after.groups[unit, g], style)
            style = self.book.figure(POINTS_FORMAT, about, strong=True)
            page.formula(row, grid.total, formulas.score_of(grid, unit), after.total[unit], style)
            if unit != PROVINCE:
                text, style = (
                    formulas.inner_rank_of(grid, unit),
                    self.book.figure(RANK_FORMAT, about),
                )
                page.formula(row, grid.total + 1, text, ranks[unit], style)

    def _rate(self, page: SheetPage, day: SheetDay, unit: int, c: int, value: float) -> None:
        """The rate in effect, with the cells that its formula needs."""
        grid, names, row = self.grid, self.names, self.grid.row(unit)
        style = self.book.figure(RATE_FORMAT, bool(self.guessed[unit, c]))
        plain = self.book.figure("0.000%", False)
        own = formulas.own_rate(grid, names, day.key, day.opened, unit, c)
        if formulas.is_paired(grid, day.opened, unit, c):
            page.number(row, grid.opened(c), day.opened[unit, c], plain)
        if grid.copied[unit, c]:
            page.formula(row, FIRST_COLUMN + c, grid.at(PROVINCE, FIRST_COLUMN + c), value, style)
        elif formulas.rolls_up(grid, unit, c) and value == value:
            page.formula(row, grid.own(c), own, day.opened[unit, c], plain)
            brought = self._brought(day, unit, c)
            text = formulas.brought_by(grid, names, unit, c)
            page.formula(row, grid.brought(c), text, brought, plain)
            page.formula(
                row, FIRST_COLUMN + c, formulas.rolled_up(grid, names, unit, c), value, style
            )
        else:
            page.formula(row, FIRST_COLUMN + c, own, value, style)

    def _brought(self, day: SheetDay, unit: int, c: int) -> float:
        inside = self.grid.below(unit)
        part = (self.base.share if unit == PROVINCE else self.base.parent_share)[inside, c]
        after, start = day.found.result.after.rate[inside, c], self.base.rate[inside, c]
        return float((np.nan_to_num(after - start) * np.nan_to_num(part)).sum())

    def shares(self) -> None:
        """Parts of the unit above, and how many dossiers of a partner one dossier carries."""
        page = self._page(self.names.share, "share_title", None)
        grid, plain = self.grid, self.book.figure("0.0000%", False)
        coupled = [c for c in range(grid.wide) if grid.partner[c] != UNCOUPLED]
        for c in coupled:
            text = self.words.pick(SAID["carried"], name=self.titles[grid.partner[c]])
            page.words(HEAD_ROW, FIRST_COLUMN + grid.wide + 1 + c, text, self.book.head)
        for unit in grid.order:
            row = grid.row(unit)
            parent = int(self.base.parent[unit])
            part = self.base.share if parent == PROVINCE else self.base.parent_share
            for c in range(grid.wide):
                share = float("nan") if parent < 0 else float(part[unit, c])
                page.number(row, FIRST_COLUMN + c, share, plain)
            for c in coupled:
                ratio = self.book.figure("0.0000", False)
                page.number(row, FIRST_COLUMN + grid.wide + 1 + c, self.grid.ratio[unit, c], ratio)

    def start(self) -> None:
        """The rates of the data, which every change is measured from."""
        page = self._page(self.names.start, "start_title", None)
        for unit in self.grid.order:
            for c in range(self.grid.wide):
                style = self.book.figure(RATE_FORMAT, bool(self.guessed[unit, c]))
                page.number(self.grid.row(unit), FIRST_COLUMN + c, self.base.rate[unit, c], style)

    def _page(self, name: str, title: str, day: SheetDay | None) -> SheetPage:
        """A sheet with its title, headings, and the names of all units."""
        page, pick = SheetPage(self.book, name), self.words.pick
        date = self.words.day(day.date if day else self.case.dataset.meta.as_of)
        page.line(0, pick(SAID[title], date=date), bold=True, font_size=13)
        page.heads(HEAD_ROW, [pick(SAID["unit"]), pick(SAID["level"]), *self.titles])
        page.sheet.set_row(HEAD_ROW, 78)
        rules = self.base.rules
        for c in range(self.grid.wide):
            group = self.words.group(rules.groups[rules.group_index[c]])
            page.words(
                HEAD_ROW - 1, FIRST_COLUMN + c, group, self.book.style(italic=True, font_size=8)
            )
        page.sheet.set_column(0, 0, 34)
        page.sheet.set_column(1, 1, 15)
        page.sheet.set_column(FIRST_COLUMN, FIRST_COLUMN + self.grid.wide - 1, 12)
        page.sheet.freeze_panes(FIRST_ROW, FIRST_COLUMN)
        page.sheet.repeat_rows(HEAD_ROW)
        titles = self.case.dataset.units["name_vi"]
        for unit in self.grid.order:
            row = self.grid.row(unit)
            page.words(row, 0, str(titles.iloc[unit]))
            page.words(row, 1, pick(SAID[self.base.level[unit]]))
        return page
