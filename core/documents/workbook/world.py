"""The sheets of what surrounds the figures: the rules, and the other provinces."""

from xlsxwriter.utility import xl_range_abs

from core.documents.words import Words
from core.documents.workbook.days import SheetDay
from core.documents.workbook.grid import FULL_COLUMN, MOST_COLUMN, RULES_FIRST, Names, on_sheet
from core.documents.workbook.page import POINTS_FORMAT, RANK_FORMAT, RATE_FORMAT, Book, SheetPage
from core.documents.workbook.said import SAID
from core.index.rules import RuleSet

FIELD_FIRST, FIELD_WIDE = 5, 6  # the first row of ranks, the columns of one date


def rules_sheet(
    book: Book, words: Words, rules: RuleSet, names: Names, titles: list[str], fund: str
) -> None:
    """A row a component: what it earns at most, from which rate, and by which authority."""
    page, pick = SheetPage(book, names.rules), words.pick
    page.line(0, pick(SAID["rules_title"], rules=fund), bold=True, font_size=13)
    heads = ["component", "group", "most_points", "full_at", "no_data", "rollup", "basis", "source"]
    page.heads(RULES_FIRST - 1, [pick(SAID[one]) for one in heads])
    for column, width in enumerate((44, 26, 10, 12, 16, 30, 20, 60)):
        page.sheet.set_column(column, column, width)
    kinds = {"sum": "sum", "distinct": "distinct", "province": "by_province"}
    for c, title in enumerate(titles):
        row = RULES_FIRST + c
        page.words(row, 0, title)
        page.words(row, 1, words.group(rules.groups[rules.group_index[c]]))
        page.number(row, MOST_COLUMN, rules.max_points[c], book.figure("0.##", False, is_open=True))
        page.number(
            row, FULL_COLUMN, rules.target_rate[c], book.figure(RATE_FORMAT, False, is_open=True)
        )
        page.words(row, 4, pick(SAID["full" if rules.no_data_full[c] else "none"]))
        page.words(row, 5, pick(SAID[kinds[rules.rollup[c]]]))
        page.words(row, 6, pick(SAID[rules.confidence[c]]))
        page.words(row, 7, rules.source[c])
    last = RULES_FIRST + len(titles) - 1
    for column, low, high, said in (
        (MOST_COLUMN, 0, 100, "points_rule"),
        (FULL_COLUMN, 0.0001, 1, "rate_rule"),
    ):
        page.sheet.data_validation(
            RULES_FIRST,
            column,
            last,
            column,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": low,
                "maximum": high,
                "ignore_blank": False,
                "error_message": pick(SAID[said]),
            },
        )
    page.sheet.freeze_panes(RULES_FIRST, 1)


def needed_range(names: Names, number: int, day: SheetDay, place: int) -> str:
    """The scores that reach each rank on a date, as a range: `place` 0 best, 1 middle, 2 worst."""
    column = number * FIELD_WIDE + (3, 2, 4)[place]
    last = FIELD_FIRST + day.rungs.bounds.shape[1] - 1
    return on_sheet(names.field, xl_range_abs(FIELD_FIRST, column, last, column))


def field_sheet(book: Book, words: Words, names: Names, days: list[SheetDay]) -> None:
    """For every date the score that reaches each rank, and who is expected there."""
    page, pick = SheetPage(book, names.field), words.pick
    page.line(0, pick(SAID["field_title"]), bold=True, font_size=13)
    page.line(1, pick(SAID["left_note"]))
    for number, day in enumerate(days):
        first = number * FIELD_WIDE
        page.words(FIELD_FIRST - 2, first, words.day(day.date), book.style(bold=True))
        heads = ("rank", "holder", "needed", "needed_low", "needed_high")
        page.heads(FIELD_FIRST - 1, [pick(SAID[one]) for one in heads], first)
        page.sheet.set_column(first, first, 7)
        page.sheet.set_column(first + 1, first + 1, 22)
        page.sheet.set_column(first + 2, first + 4, 13)
        page.sheet.set_column(first + 5, first + 5, 3)
        settled = day.rungs.settled
        for place in range(day.rungs.bounds.shape[1]):
            row, bounds = FIELD_FIRST + place, day.rungs.bounds[:, place]
            page.number(row, first, place + 1, book.figure(RANK_FORMAT, False))
            known = day.rungs.names[place] if day.rungs.names else pick(SAID["nameless"])
            page.words(row, first + 1, known)
            for column, value in zip((2, 3, 4), bounds[[1, 0, 2]], strict=True):
                page.number(row, first + column, value, book.figure(POINTS_FORMAT, not settled))
    page.sheet.set_row(FIELD_FIRST - 1, 45)
    page.sheet.freeze_panes(FIELD_FIRST, 0)
