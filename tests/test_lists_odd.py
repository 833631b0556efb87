"""Odd and hostile files in place of lists of dossiers: each is one sentence, in both languages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from conftest import ROOT
from core.dossiers.lists import guess_mapping
from core.dossiers.matching import match
from core.dossiers.opening.bundle import open_side
from core.dossiers.upload import Upload
from core.fonts import from_tcvn3, from_vni, legacy_font
from core.problems import DataError
from import_files import archive, word, workbook
from test_list_kinds import UNITS

HEAD = ["Mã hồ sơ", "Đơn vị", "Ngày tiếp nhận", "Số hóa", "Thanh toán trực tuyến"]
ROW = ["000.00.17.H44-260302-0001", "UBND xã Đông Thành", "02/03/2026", "có", "có"]
CSV = "\n".join(";".join(row) for row in (HEAD, ROW)).encode()
OLD = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 5000
# as the two fonts keep the headings "Mã hồ sơ;Đơn vị;Ngày tiếp nhận;Số hóa"
TCVN3 = "M· hå s¬;§¬n vÞ;Ngµy tiÕp nhËn;Sè hãa\nx;y;z;cã"
VNI = "Maõ hoà sô;Ñôn vò;Ngaøy tieáp nhaän;Soá hoùa\nx;y;z;coù"
KINDS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.csv", lambda: b"", "the file is empty"),
    "blank": ("a.csv", lambda: b" \r\n \n", "there is nothing in this file"),
    "TCVN3 in UTF-8": ("a.csv", lambda: TCVN3.encode(), "of the font TCVN3"),
    "VNI in UTF-8": ("a.csv", lambda: VNI.encode(), "of the font VNI"),
    "TCVN3 in a workbook": (
        "a.xlsx", lambda: workbook([row.split(";") for row in TCVN3.split("\n")]), "font TCVN3",
    ),
    "TCVN3 as Windows wrote it": ("a.csv", lambda: TCVN3.encode("cp1252"), "older encoding"),
    "Word": ("a.docx", lambda: word([HEAD, ROW]), "this is a Word document"),
    "Word within a zip": ("a.zip", lambda: archive({"a.docx": word([HEAD])}), "a Word document"),
    "old Word": ("a.doc", lambda: OLD + "WordDocument".encode("utf-16-le"), "a Word document"),
    "rich text": ("a.doc", lambda: b"{\\rtf1 x}", "this is a Word document"),
    "zip within a zip": ("a.zip", lambda: archive({"b.zip": archive({"c.csv": CSV})}), "unpack it"),
    "empty zip": ("a.zip", lambda: archive({}), "unpack it"),
    "slides": ("a.pptx", lambda: archive({"ppt/presentation.xml": b"x"}), "a presentation"),
    "PDF": ("a.pdf", lambda: b"%PDF-1.7 ...", "a PDF is not read"),
    "PDF called xlsx": ("a.xlsx", lambda: b"%PDF-1.7 ...", "a PDF is not read"),
    "picture": ("a.png", lambda: b"\x89PNG\r\n\x1a\n", "a picture"),
    "photo called csv": ("a.csv", lambda: b"\xff\xd8\xff\xe0 JFIF", "a picture"),
    "animation": ("a.gif", lambda: b"GIF89a", "a picture"),
    "gzip": ("a.csv.gz", lambda: b"\x1f\x8b\x08\0", "packed"),
    "rar": ("a.rar", lambda: b"Rar!\x1a\x07", "packed"),
    "7z": ("a.7z", lambda: b"7z\xbc\xaf\x27\x1c", "packed"),
    "database": ("a.db", lambda: b"SQLite format 3\0", "a database"),
    "program": ("a.exe", lambda: b"MZ\x90\0", "a program"),
    "binary": ("a.csv", lambda: bytes(range(256)) * 40, "another kind of file"),
    "JSON": ("a.json", lambda: b'\xef\xbb\xbf {"data": [{"maHoSo": "1"}]}', "this is JSON"),
    "JSON of a list": ("a.json", lambda: b'[{"maHoSo": "1"}]', "this is JSON"),
    "password": ("a.xlsx", lambda: OLD + "EncryptedPackage".encode("utf-16-le"), "a password"),
    "old damaged xls": ("a.xls", lambda: OLD, "a protected one, or an old .xls"),
    "torn workbook": ("a.xlsx", lambda: workbook([HEAD, ROW])[:-900], "not damaged"),
    "torn sheet": ("a.xlsx", lambda: archive({"xl/workbook.xml": b"<workbook"}), "can be read"),
    "1,500 columns": ("a.csv", lambda: ";".join(["x"] * 1500).encode(), "at most 1000 columns"),
    "1,500 columns in a workbook": ("a.xlsx", lambda: workbook([["x"] * 1500]), "1000 columns"),
    "web page without a table": ("a.xls", lambda: b"<html><body>x</body></html>", "has no table"),
    "web archive without one": ("a.xls", lambda: b"MIME-Version: 1.0\n\nx", "has no table"),
}  # fmt: skip


@pytest.fixture(scope="module")
def vietnamese() -> dict[str, str]:
    with (ROOT / "pages" / "locale" / "vi.po").open(encoding="utf-8") as file:
        return {str(one.id): str(one.string) for one in read_po(file, locale="vi") if one.id}


def upload(tmp_path: Path, name: str, raw: bytes) -> Upload:
    path = tmp_path / f"given-{len(list(tmp_path.iterdir()))}"
    path.write_bytes(raw)
    return Upload(path, name)


@pytest.mark.parametrize("case", KINDS)
def test_what_is_no_list_is_one_sentence(
    case: str, tmp_path: Path, vietnamese: dict[str, str]
) -> None:
    name, make, words = KINDS[case]
    with pytest.raises(DataError) as caught:
        open_side([upload(tmp_path, name, make())], tmp_path)
    (problem,) = caught.value.problems
    assert words in str(problem) and "\n" not in str(problem) and len(str(problem)) < 300
    assert vietnamese.get(problem.expected), problem.expected


def test_the_fonts_of_these_lists_are_what_they_are_called() -> None:
    assert from_tcvn3(TCVN3).split("\n")[0] == "Mã hồ sơ;Đơn vị;Ngày tiếp nhận;Số hóa"
    assert from_vni(VNI).split("\n")[0] == "Mã hồ sơ;Đơn vị;Ngày tiếp nhận;Số hóa"
    assert legacy_font(CSV.decode()) is None


def test_a_heading_that_stands_twice_is_told_and_nothing_is_clear(tmp_path: Path) -> None:
    twice = "\n".join(f"{line};{last}" for line, last in
                      zip(CSV.decode().split("\n"), ("Số hóa", "không"), strict=True))  # fmt: skip
    sides = []
    for raw in (twice.encode(), CSV):
        (one,) = open_side([upload(tmp_path, "a.csv", raw)], tmp_path).lists
        sides.append(((one, guess_mapping(one.columns)),))
    matched = match(sides[0], sides[1], UNITS, tmp_path)
    (caution,) = [one for one in matched.cautions if one.kind == "heading_twice"]
    assert "a.csv has several columns under the heading Số hóa" in str(caution)
    assert matched.found["missing"] == 0 and not matched.all_clear
