"""The languages that the workbook comes in; each is read back, whatever the reader's own is."""

from core.imports.files.grid import Grid
from core.imports.template.sheets import TemplateWords
from core.imports.template.words_en import IN_ENGLISH
from core.imports.template.words_vi import IN_VIETNAMESE
from core.index.rules import GROUPS, RuleSet

TEMPLATE_LANGUAGES = {"vi": IN_VIETNAMESE, "en": IN_ENGLISH}


def template_words(named: dict[str, Grid]) -> TemplateWords:
    """The words of a workbook by the name of its first sheet; Vietnamese where nothing tells."""
    found = (words for words in TEMPLATE_LANGUAGES.values() if words.guide in named)
    return next(found, IN_VIETNAMESE)


def choice_codes(column: str) -> dict[str, str]:
    """The code of each word that a column offers, in any language; nothing where it has none."""
    return {
        word: code
        for words in TEMPLATE_LANGUAGES.values()
        for code, word in words.choices.get(column, {}).items()
    }


def figure_names(rules: RuleSet, language: str) -> dict[str, str]:
    """What figures are called above their columns."""
    words = TEMPLATE_LANGUAGES[language]
    board = next(one.headings for one in words.lists if one.file == "field.csv")
    called = rules.name_vi if language == "vi" else rules.name_en
    names = dict(zip(rules.components, called, strict=True))
    return names | {f"group:{g}": board[g] for g in GROUPS} | {"total": board["total"]}
