"""The workbook as a whole: its sheets in the order of the question, written in one go."""

from dataclasses import replace

from core.documents.situation import component_title
from core.documents.words import Words
from core.documents.workbook.days import sheet_days
from core.documents.workbook.figures import FigureSheets
from core.documents.workbook.grid import Names, grid_of
from core.documents.workbook.page import Book
from core.documents.workbook.result import ResultSheet
from core.documents.workbook.said import SAID
from core.documents.workbook.world import field_sheet, rules_sheet
from core.outlook.case import Case
from core.scenario.apply import assumed_rules
from core.scenario.model import Scenario


def calculating_workbook(case: Case, scenario: Scenario, language: str) -> bytes:
    """The dataset with a scenario as an .xlsx that calculates; without changes the dataset alone.

    Raises DataError as `check_scenario` finds.
    """
    words = Words(language)
    days = sheet_days(case, scenario)
    # what is scored follows the rules that the scenario assumes; rates do not depend on them
    assumed = replace(case, baseline=assumed_rules(scenario, case.baseline))
    pick = words.pick
    grid = grid_of(assumed.baseline, scenario)
    dates = {day.key: words.day(day.date).replace("/", "-") for day in days}
    names = Names(
        **{one: pick(SAID[one]) for one in ("result", "rules", "field", "share", "start")},
        rates={key: pick(SAID["rates"], date=date) for key, date in dates.items()},
        worked={key: pick(SAID["worked"], date=date) for key, date in dates.items()},
    )
    titles = [component_title(case, c, words) for c in range(grid.wide)]
    book = Book(scenario.title or pick(SAID["title"]))
    rules = assumed.baseline.rules
    ResultSheet(book, assumed, words, grid, names, days).write(scenario.title)
    figures = FigureSheets(book, assumed, words, grid, names)
    for day in days:
        figures.rates(day)
    rules_sheet(book, words, rules, names, titles, rules.name)
    field_sheet(book, words, names, days)
    for day in days:
        figures.worked(day)
    figures.shares()
    figures.start()
    return book.finished()
