"""The first sheet: where the rates lead, what they are made of, charts, and what it can't do."""

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from core.documents.words import Words
from core.documents.workbook import formulas
from core.documents.workbook.days import SheetDay
from core.documents.workbook.grid import MOST_COLUMN, RULES_FIRST, Names, SheetGrid, on_sheet
from core.documents.workbook.page import POINTS_FORMAT, RANK_FORMAT, Book, SheetPage
from core.documents.workbook.said import SAID
from core.documents.workbook.world import FIELD_FIRST, FIELD_WIDE, needed_range
from core.index.rollup import PROVINCE, Status
from core.outlook.case import Case

DATES_ROW = 9  # the row of the headings of the table of dates
OWN_COLUMN, LEFT_OVER, NOW_COLUMN, RANK_COLUMN = (
    9,
    10,
    2,
    5,
)  # its columns that other formulas and charts use
_EARNED, _MISSING, _INK = "#0072B2", "#D9D9D9", "#E69F00"


class ResultSheet:
    """Writes the sheet."""

    def __init__(
        self,
        book: Book,
        case: Case,
        words: Words,
        grid: SheetGrid,
        names: Names,
        days: list[SheetDay],
    ) -> None:
        self.book, self.case, self.words = book, case, words
        self.grid, self.names, self.days = grid, names, days
        self.page = SheetPage(book, names.result)
        guessed = case.baseline.status == Status.ESTIMATED
        self.guessed = guessed[PROVINCE] & case.baseline.carried[PROVINCE]

    def say(self, key: str, **values: object) -> str:
        return self.words.pick(SAID[key], **values)

    def write(self, title: str) -> None:
        """All of it; `title` is what the plan or scenario is called."""
        page, meta = self.page, self.case.dataset.meta
        name = meta.name_vi if self.words.language == "vi" else meta.name_en
        page.line(0, self.say("title"), bold=True, font_size=16)
        page.line(1, self.say("data", dataset=name, as_of=self.words.day(meta.as_of)))
        page.line(2, self.say("of_plan", title=title) if title else self.say("no_plan"))
        wide = self.book.style(text_wrap=True, valign="top")
        for row, key in enumerate(("how_1", "how_2", "marks", "cannot"), 3):
            strong = self.book.style(text_wrap=True, valign="top", bold=key == "cannot")
            said = self.say(key)
            page.sheet.merge_range(row, 0, row, 10, "", wide)
            page.words(row, 0, said, strong)
            page.sheet.set_row(row, 30)
        page.sheet.set_column(0, 0, 34)
        page.sheet.set_column(1, 10, 13)
        page.sheet.fit_to_pages(1, 1)
        self._dates()
        after = self._groups(DATES_ROW + len(self.days) + 3)
        after = self._made_of(after + 1)
        self._charts(after + 1)

    def _dates(self) -> None:
        page = self.page
        heads = (
            "when score_without score_now gained rank_without rank_now rank_low rank_high size "
            "own_score left"
        )
        page.heads(DATES_ROW, [self.say(one) for one in heads.split()])
        page.sheet.set_row(DATES_ROW, 60)
        for number, day in enumerate(self.days):
            self._date(DATES_ROW + 1 + number, number, day)
        page.line(DATES_ROW + len(self.days) + 1, self.say("left_note"), italic=True, font_size=9)

    def _date(self, row: int, number: int, day: SheetDay) -> None:
        page, book, found = self.page, self.book, day.found
        before, after = found.before, found.after
        when = self.say("today" if day.is_today else "by", date=self.words.day(day.date))
        page.words(row, 0, when)
        unsure = bool(self.guessed.any())
        page.number(row, 1, before.score, book.figure(POINTS_FORMAT, not before.certain))
        own, left = (xl_rowcol_to_cell(row, column) for column in (OWN_COLUMN, LEFT_OVER))
        strong = book.figure(POINTS_FORMAT, not after.certain, strong=True)
        page.formula(row, NOW_COLUMN, f"{own}+(100-{own})*(1-{left})", after.score, strong)
        change = f"{xl_rowcol_to_cell(row, NOW_COLUMN)}-{xl_rowcol_to_cell(row, 1)}"
        page.formula(row, 3, change, found.change, book.figure("+0.00;-0.00;0.00", False))
        rank = before.rank
        page.number(row, 4, rank.median, book.figure(RANK_FORMAT, rank.p10 != rank.p90))
        for column, place, value in (
            (RANK_COLUMN, 1, after.rank.median),
            (6, 0, after.rank.p10),
            (7, 2, after.rank.p90),
        ):
            needed = needed_range(self.names, number, day, place)
            about = after.rank.p10 != after.rank.p90
            style = book.figure(RANK_FORMAT, about, strong=column == RANK_COLUMN)
            page.formula(row, column, formulas.reached_rank_of(own, needed), value, style)
        page.number(row, 8, after.size, book.figure(RANK_FORMAT, False))
        total = self.grid.at(PROVINCE, self.grid.total, self.names.worked[day.key])
        page.formula(
            row, OWN_COLUMN, total, found.result.score_after, book.figure(POINTS_FORMAT, unsure)
        )
        page.number(row, LEFT_OVER, found.left, book.figure("0.0000", False))

    def _groups(self, row: int) -> int:
        """Points of each group on each date, and what is missing on the last; the row after."""
        page, rules, book = self.page, self.case.baseline.rules, self.book
        page.line(row, self.say("groups"), bold=True)
        dates = [self.words.day(day.date) for day in self.days]
        earned = [self.say("earned", date=date) for date in dates]
        last = self.days[-1]
        heads = [self.say("group"), self.say("most"), *earned, self.say("missing", date=dates[-1])]
        page.heads(row + 1, heads)
        page.sheet.set_row(row + 1, 32)
        self.first_group = row + 2
        for g, group in enumerate(rules.groups):
            line, inside = row + 2 + g, rules.group_index == g
            page.words(line, 0, self.words.group(group))
            cells = [
                on_sheet(self.names.rules, xl_rowcol_to_cell(RULES_FIRST + c, MOST_COLUMN))
                for c in inside.nonzero()[0]
            ]
            most = float(rules.max_points[inside].sum())
            page.formula(line, 1, f"SUM({','.join(cells)})", most, book.figure("0.##", False))
            about = bool(self.guessed[inside].any())
            for number, day in enumerate(self.days):
                cell = self.grid.at(PROVINCE, self.grid.groups(g), self.names.worked[day.key])
                value = day.found.result.after.groups[PROVINCE, g]
                page.formula(line, 2 + number, cell, value, book.figure(POINTS_FORMAT, about))
            column = 2 + len(self.days)
            text = f"{xl_rowcol_to_cell(line, 1)}-{xl_rowcol_to_cell(line, column - 1)}"
            value = most - last.found.result.after.groups[PROVINCE, g]
            page.formula(line, column, text, value, book.figure(POINTS_FORMAT, about))
        return row + 2 + len(rules.groups)

    def _made_of(self, row: int) -> int:
        """What of today's score is known and what is estimated, against what is published."""
        page, book, day = self.page, self.book, self.days[0]
        page.line(row, self.say("made_of", date=self.words.day(day.date)), bold=True)
        sheet, points = self.names.worked[day.key], day.found.result.after.points[PROVINCE]
        for line, (key, chosen) in enumerate(
            (("sure", ~self.guessed), ("guessed", self.guessed)), row + 1
        ):
            page.words(line, 0, self.say(key))
            columns = [int(c) for c in chosen.nonzero()[0]]
            cells = [self.grid.at(PROVINCE, self.grid.points(c), sheet) for c in columns]
            text = f"SUM({','.join(cells)})" if cells else "0"
            style = book.figure(POINTS_FORMAT, key == "guessed")
            page.formula(line, 1, text, float(points[columns].sum()), style)
        page.words(row + 3, 0, self.say("whole"))
        whole, unsure = float(points.sum()), bool(self.guessed.any())
        first, second = xl_rowcol_to_cell(row + 1, 1), xl_rowcol_to_cell(row + 2, 1)
        style = book.figure(POINTS_FORMAT, unsure, strong=True)
        page.formula(row + 3, 1, f"{first}+{second}", whole, style)
        printed = self.case.dataset.meta.published_total
        if printed is None:
            page.line(row + 4, self.say("not_printed"), italic=True)
            return row + 6
        page.words(row + 4, 0, self.say("printed"))
        page.number(row + 4, 1, printed, book.figure(POINTS_FORMAT, False))
        page.words(row + 5, 0, self.say("off"))
        # of what the file opened with: an edit is no rounding of the portal
        stated = self.days[0].found.result.score_before
        page.number(row + 5, 1, printed - stated, book.figure("+0.0000;-0.0000;0.0000", False))
        return row + 7

    def _charts(self, row: int) -> None:
        """Groups, score by date, and the scores of ranks: drawn by the reader's own program."""
        sheet, name, book = self.page.sheet, self.names.result, self.book.book
        count, last = len(self.case.baseline.rules.groups), self.days[-1]
        first, column = self.first_group, 1 + len(self.days)
        stacked = book.add_chart({"type": "bar", "subtype": "stacked"})
        for at, colour in ((column, _EARNED), (column + 1, _MISSING)):
            stacked.add_series(
                {
                    "name": [name, first - 1, at],
                    "categories": [name, first, 0, first + count - 1, 0],
                    "values": [name, first, at, first + count - 1, at],
                    "fill": {"color": colour},
                    "gap": 60,
                }
            )
        date = self.words.day(last.date)
        self._finish(stacked, self.say("chart_groups", date=date), reverse=True)
        sheet.insert_chart(row, 0, stacked)
        lines = book.add_chart({"type": "column"})
        dates = (DATES_ROW + 1, DATES_ROW + len(self.days))
        for at, colour in ((1, _MISSING), (NOW_COLUMN, _EARNED)):
            lines.add_series(
                {
                    "name": [name, DATES_ROW, at],
                    "categories": [name, dates[0], 0, dates[1], 0],
                    "values": [name, dates[0], at, dates[1], at],
                    "fill": {"color": colour},
                    "data_labels": {"value": True, "num_format": "0.00"},
                }
            )
        self._finish(lines, self.say("chart_score"))
        sheet.insert_chart(row, 4, lines)
        ranks = book.add_chart({"type": "line"})
        number, size = len(self.days) - 1, last.rungs.bounds.shape[1]
        start = number * FIELD_WIDE
        ranks.add_series(
            {
                "name": self.say("needed"),
                "categories": [self.names.field, FIELD_FIRST, start, FIELD_FIRST + size - 1, start],
                "values": [
                    self.names.field, FIELD_FIRST, start + 2, FIELD_FIRST + size - 1, start + 2,
                ],
                "line": {"color": _INK, "width": 2},
            }
        )  # fmt: skip
        low = float(last.rungs.bounds[1].min()) // 10 * 10
        self._finish(ranks, self.say("chart_field", date=date), legend=False, low=max(0.0, low))
        sheet.insert_chart(row + 17, 0, ranks)

    def _finish(
        self, chart: Any, title: str, reverse: bool = False, legend: bool = True, low: float = 0
    ) -> None:
        chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
        chart.set_size({"width": 500, "height": 320})
        chart.set_legend({"position": "bottom"} if legend else {"none": True})
        axis = {
            "num_format": "0",
            "major_gridlines": {"visible": True, "line": {"color": "#E5E5E5"}},
        }
        if reverse:
            chart.set_y_axis({"reverse": True})
            chart.set_x_axis(axis)
        else:
            chart.set_y_axis({**axis, "min": low})
