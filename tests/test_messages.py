"""Text on the screen comes from the catalogues, and the catalogues hold nothing else."""

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from conftest import ROOT
from core.arrays import RANGE

PAGES = ROOT / "pages"
# what st.<name>(...), or a column's or container's .<name>(...), shows first
SHOWING = """
    title header subheader markdown caption write info warning error success toast text code
    button download_button link_button page_link text_input text_area number_input date_input
    selectbox multiselect segmented_control pills radio checkbox toggle slider select_slider
    file_uploader metric expander popover spinner status tabs dialog Page form_submit_button
    plotly_chart
"""
SHOWS = frozenset(SHOWING.split())
WORDS = {"label", "body", "help", "placeholder", "title", "text", "alt"}  # keywords that show
BOTH = {"Ngôn ngữ / Language"}  # says itself in both languages


@cache
def trees() -> tuple[ast.AST, ...]:
    """The syntax of every module of the engine and of the screen."""
    paths = [*sorted((ROOT / "core").rglob("*.py")), *sorted(PAGES.rglob("*.py"))]
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in paths)


def catalog() -> set[str]:
    with (PAGES / "locale" / "vi.po").open(encoding="utf-8") as file:
        return {str(message.id) for message in read_po(file, locale="vi") if message.id}


def patterns() -> Iterator[re.Pattern[str]]:
    """What f-strings of the code can make, such as the choices in `one of a, b`."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                fixed = [str(p.value) if isinstance(p, ast.Constant) else "" for p in node.values]
                if len("".join(fixed)) > 5:
                    parts = [re.escape(part) if part else ".+" for part in fixed]
                    yield re.compile("".join(parts))


def test_every_entry_of_the_catalogue_is_used() -> None:
    """By `t` or `later`, by a text of the engine that the screen translates, or by the rules."""
    keywords: dict[str, None] = {"t": None, "later": None}
    used = {str(found[2]) for found in extract_from_dir(str(PAGES), keywords=keywords)}
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
    with (ROOT / "data" / "rules.csv").open(encoding="utf-8") as file:
        used |= {row["source"] for row in csv.DictReader(file)}
    left = catalog() - used
    made = list(patterns())
    assert sorted(one for one in left if not any(p.fullmatch(one) for p in made)) == []


def test_the_sources_of_the_rules_are_translated() -> None:
    with (ROOT / "data" / "rules.csv").open(encoding="utf-8") as file:
        assert {row["source"] for row in csv.DictReader(file)} <= catalog()


def literals(node: ast.AST) -> Iterator[str]:
    """Words written out in an expression that is shown; what `t` and other functions get is not."""
    if isinstance(node, ast.Constant):
        bare = re.sub(r":[a-z]+(?=\[)|:material/\w+:|<[^>]*>", "", str(node.value))
        if isinstance(node.value, str) and re.search(r"[^\W\d_]{2}", bare):
            yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.JoinedStr | ast.BinOp | ast.BoolOp | ast.FormattedValue):
        for child in ast.iter_child_nodes(node):
            yield from literals(child)


def shown_literals(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            named = [word.value for word in node.keywords if word.arg in WORDS]
            first = node.args[:1] if node.func.attr in SHOWS else []
            for value in (*first, *(named if node.func.attr in SHOWS else [])):
                yield from literals(value)


def test_no_text_on_the_screen_is_outside_the_catalogues() -> None:
    for path in sorted(PAGES.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = [words for words in shown_literals(tree) if words not in BOTH]
        pages = [words for words in found if not re.fullmatch(r"\w+\.py", words)]
        assert pages == [], path.name


def test_words_say_the_level_that_ranges_have() -> None:
    """The level stands in words that people translate; the engine has it in one place."""
    level = f"{100 * (RANGE[1] - RANGE[0]):.0f}%"
    ranges = re.compile(r"\d+% (range|from|to)\b|\d+%: \{low")
    said = [words for words in catalog() if ranges.search(words)]
    assert len(said) >= 6
    assert [words for words in said if level not in words] == []


def test_every_chart_has_words_for_those_who_do_not_see_it() -> None:
    count = 0
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".plotly_chart"):
                count += 1
                assert "alt" in [word.arg for word in node.keywords], ast.unparse(node)
    assert count


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('st.title("Hello")', ["Hello"]),
        ('left.button(t("Hello"), help="Why")', ["Why"]),
        ('st.markdown(f"**{x}** points")', ["** points"]),
        ('st.caption("- " + text.escape(x) + " each")', [" each"]),
        ('st.info(t("a") if x else "none")', ["none"]),
        ('st.markdown(f":primary[●] **{t(x)}**")', []),
        ('st.button("", key="undo", icon=":material/undo:")', []),
        ('st.plotly_chart(figure, key="heat")', []),
    ],
)
def test_words_written_out_are_found(code: str, found: list[str]) -> None:
    assert list(shown_literals(ast.parse(code))) == found
