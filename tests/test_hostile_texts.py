"""Fifty texts that people or attackers write, in each kind of file: they stay texts."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from pptx import Presentation

from core.documents.workbook.page import Book, SheetPage
from core.export.minutes_docx import Minutes, document
from core.export.official import Annex, OfficialDocument, OfficialTable
from core.export.official import Paragraph as BodyText
from core.export.official_docx import official_document
from core.export.page_docx import OnePage, one_page
from core.export.sheet import sheet
from core.export.slides import Deck, OneSlide, SlideBars, slides_file
from core.text import one_line

HOSTILE = [
    *("=1+1", "=cmd|'/C calc'!A0", '=HYPERLINK("http://x.example","a")', "+84", "-1", "@SUM(A1)"),
    *("＝1+1", "\t=1+1", "\r=1+1", "\n=1+1", "{=1+1}", "{=SUM(A1:A2)}", "=DDE(1)", "'=1", '"=1'),
    *("http://x.example/a", "mailto:a@x.example", "internal:'B'!A1", "external:c:\\a.xlsx"),
    *("file:///etc/passwd", "<w:p/>", "<b>a</b>", "<script>alert(1)</script>", "&lt;&amp;&#0;"),
    *("]]>", "<![CDATA[a]]>", '"><a href="x">', "<!-- a -->", "<?xml a?>", "&nbsp;", "{title}"),
    *(
        "{0}",
        "%s %d",
        "${a}",
        "{{a}}",
        "\\fldinst PAGE",
        "HYPERLINK \\l a",
        "_x0041_",
        "{ PAGE }",
        "{ INCLUDETEXT c:\\a }",
    ),
    *("A\u202eB\u2066C", "\u200b\u200d\ufeffA", "\x00\x07\x1b[31m", "\ufffe\uffff", "\ud83d\ude42"),
    *("🙂 Kế hoạch", "مرحبا שלום", "Z\u0300\u0301\u0302" * 20, "x" * 5000, "từ " * 1600, " " * 50),
]


def shown(text: str) -> str:
    """What may be read of a text: one line without what is invisible."""
    return one_line(text)


def official(texts: list[str]) -> bytes:
    a, b = texts[0], texts[-1]
    rows = tuple((text, text) for text in texts)
    table = OfficialTable((a, b), ((a, ""), *rows), (1, 2), ("left", "right"), frozenset({0}))
    body = (BodyText(a), *map(BodyText, texts), table)
    made = OfficialDocument(
        "vi", (a, b), (a, b), a, b, a, b, (a, tuple(texts)), body, (a, tuple(texts)), (a, b),
        (Annex(a, (table,)),), a, b, a,
    )  # fmt: skip
    return official_document(made)


def minutes(texts: list[str]) -> bytes:
    a, pair = texts[0], (texts[0], texts[-1])
    rows = tuple((text, text) for text in texts)
    table = OfficialTable(pair, rows, (1, 2), ("left", "right"))
    people = tuple(texts)
    asked = (a, people, a, people, a, table, a)
    return document(Minutes("vi", pair, pair, a, *asked, rows, a, people, a, pair, rows, a, pair))


def page(texts: list[str]) -> bytes:
    a, pair = texts[0], (texts[0], texts[-1])
    rows = tuple((text, text) for text in texts)
    table = OfficialTable(pair, rows, (1, 2), ("left", "right"))
    ladder = tuple((text, False) for text in texts)
    figures = ((a, a, a), (a, a, a))
    made = OnePage("vi", pair, pair, a, a, figures, a, ladder, tuple(texts), a, table, a)
    return one_page(made)


def slides(texts: list[str]) -> bytes:
    a, pair = texts[0], (texts[0], texts[-1])
    rows = tuple((text, text) for text in texts)
    table = OfficialTable(pair, rows, (1, 2), ("left", "right"), frozenset({0}))
    bars = SlideBars(tuple(texts), ((a, (1.0,) * len(texts), "#0072B2"),), own=0)
    made = (OneSlide(a, tuple(texts), a, chart=bars), OneSlide(a, (), a, table=table))
    return slides_file(Deck(a, "vi", made))


def workbook(texts: list[str]) -> bytes:
    book = Book(texts[0])
    made = SheetPage(book, "A")
    for row, text in enumerate(texts):
        made.words(row, 0, text)
    return book.finished()


def table_sheet(texts: list[str]) -> bytes:
    held = pd.Series(texts, dtype=object)  # a lone surrogate is no text of its own kind
    frame = pd.DataFrame({texts[0]: held, "B": [1.5] * len(texts)})
    return sheet(frame, texts[0], texts[-1], {"B": 2}, {}, "≈")


WORD: list[Callable[[list[str]], bytes]] = [official, minutes, page]
SHEETS: list[Callable[[list[str]], bytes]] = [workbook, table_sheet]


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of an office file, each of which must be XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        found = {name: held.read(name) for name in held.namelist()}
    for name, part in found.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(part)
    return found


def calls_outside(content: bytes) -> list[str]:
    """Relations that lead out of the file."""
    relations = [part for name, part in parts(content).items() if name.endswith(".rels")]
    return [
        str(one.get("Target"))
        for part in relations
        for one in etree.fromstring(part)
        if one.get("TargetMode") == "External"
    ]


def test_there_are_fifty() -> None:
    assert len(set(HOSTILE)) >= 50


@pytest.mark.parametrize("write", WORD, ids=lambda one: one.__name__)
def test_a_word_file_has_them_as_texts_and_no_field_of_theirs(
    write: Callable[[list[str]], bytes],
) -> None:
    content = write(HOSTILE)
    made = Document(io.BytesIO(content))
    lines = {
        "".join(text.text or "" for text in line.iter(qn("w:t")))
        for line in made.element.body.iter(qn("w:p"))
    }
    said = "\n".join(lines)
    for text in HOSTILE:
        assert shown(text) in said
    assert [one.text for one in made.element.body.iter(qn("w:instrText"))] == []
    assert list(made.element.body.iter(qn("w:hyperlink"))) == []
    assert calls_outside(content) == []


def test_slides_have_them_as_texts() -> None:
    content = slides(HOSTILE)
    first, second = Presentation(io.BytesIO(content)).slides
    said = "\n".join(shape.text_frame.text for shape in first.shapes if shape.has_text_frame)
    cells = [
        cell.text for shape in second.shapes if shape.has_table for row in shape.table.rows
        for cell in row.cells
    ]  # fmt: skip
    for text in HOSTILE:
        assert shown(text) in said and shown(text) in "\n".join(cells)
    assert calls_outside(content) == []


@pytest.mark.parametrize("write", SHEETS, ids=lambda one: one.__name__)
def test_no_cell_of_a_workbook_runs(write: Callable[[list[str]], bytes]) -> None:
    content = write(HOSTILE)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [row[0] for row in book.worksheets[0].iter_rows(max_col=1)]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    values = {cell.value for cell in cells}
    assert {shown(text) for text in HOSTILE if shown(text)} <= values
    assert calls_outside(content) == []


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_each_kind(tmp_path: Path) -> None:
    # Debian installs the program for slides apart from the others
    impress = Path(os.path.realpath(str(shutil.which("soffice")))).parent / "libsdlo.so"
    is_there = impress.exists() or sys.platform != "linux"
    kinds = {"docx": WORD, "pptx": [slides] if is_there else [], "xlsx": SHEETS}
    made = []
    for ending, writers in kinds.items():
        for write in writers:
            path = tmp_path / f"{write.__name__}.{ending}"
            path.write_bytes(
                write([text[:200] for text in HOSTILE])
            )  # it lays out long ones slowly
            made.append(path)
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    asked = ["soffice", "--headless", home, "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*asked, *map(str, made)], check=True, capture_output=True, timeout=300)
    for path in made:
        assert path.with_suffix(".pdf").stat().st_size > 3000, path.name
