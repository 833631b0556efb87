"""Odd and hostile files: each is answered in one sentence, in both languages, and nothing else."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from conftest import ROOT
from core.imports.opening import read_file, read_pasted
from core.imports.plan import ImportOptions, ImportPlan
from core.imports.planning.gather import plan_import
from core.imports.portal.counts import unit_in
from core.imports.vocabulary import vocabulary
from core.problems import DataError, Problem
from import_files import archive, as_json, progress, word, workbook

HEAD = "Mã định danh;Tên đơn vị;Tổng số hồ sơ số hóa;Số hồ sơ đã số hóa"
ROW = "H21;UBND tỉnh Gia Lai;100;50"


def bomb() -> bytes:
    """A workbook of a few hundred kB that unpacks to 600 MB."""
    parts = {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * 600_000_000}
    return archive(parts)


def with_macro() -> bytes:
    out = io.BytesIO(workbook([HEAD.split(";"), ROW.split(";")]))
    with zipfile.ZipFile(out, "a") as made:
        made.writestr("xl/vbaProject.bin", b"\0" * 100)
    return out.getvalue()


def encrypted() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
    )


def deep() -> bytes:
    return b"[" * 100_000 + b"]" * 100_000


TABLE = workbook([HEAD.split(";"), ROW.split(";")])
REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.xlsx", lambda: b"", "the file is empty"),
    "blank": ("a.csv", lambda: b" \r\n \n", "the file is empty"),
    "one cell": ("a.xlsx", lambda: workbook([["x"]]), "a table with a heading"),
    "one word": ("a.csv", lambda: b"x", "a table with a heading"),
    "500 columns": ("a.csv", lambda: ";".join(["x"] * 500).encode(), "this is larger"),
    "500 columns in a workbook": ("a.xlsx", lambda: workbook([["x"] * 500]), "this is larger"),
    "10^5 rows": ("a.csv", lambda: f"{HEAD}\n".encode() + f"{ROW}\n".encode() * 10**5,
                  "this is larger"),
    "huge": ("a.csv", lambda: b"x;y\n" * 11_000_000, "at most 40 MB"),
    "zip bomb": ("a.xlsx", bomb, "unpacked"),
    "password": ("a.xlsx", encrypted, "without a password"),
    "torn workbook": ("a.xlsx", lambda: TABLE[: len(TABLE) // 2], "not damaged"),
    "torn sheet": ("a.xlsx", lambda: archive({"xl/workbook.xml": b"<workbook"}), "not damaged"),
    "no workbook at all": ("a.xlsx", lambda: b"PK\x03\x04" + b"\0" * 40, "not damaged"),
    "zip of files": ("a.zip", lambda: archive({"a.csv": b"x"}), "unpack it first"),
    "presentation": ("a.pptx", lambda: archive({"ppt/presentation.xml": b"x"}), "presentation"),
    "PDF": ("a.pdf", lambda: b"%PDF-1.7 ...", "PDF"),
    "PDF called xlsx": ("a.xlsx", lambda: b"%PDF-1.7 ...", "PDF"),
    "picture": ("a.png", lambda: b"\x89PNG\r\n", "picture"),
    "photo called csv": ("a.csv", lambda: b"\xff\xd8\xff\xe0 JFIF", "picture"),
    "rich text": ("a.doc", lambda: b"{\\rtf1 x}", ".rtf"),
    "old Word": ("a.doc", lambda: b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), ".doc"),
    "old damaged xls": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
                        "not damaged"),
    "gzip": ("a.csv.gz", lambda: b"\x1f\x8b\x08\0", "packed"),
    "rar": ("a.rar", lambda: b"Rar!\x1a\x07", "packed"),
    "7z": ("a.7z", lambda: b"7z\xbc\xaf\x27\x1c", "packed"),
    "database": ("a.db", lambda: b"SQLite format 3\0", "database"),
    "program": ("a.exe", lambda: b"MZ\x90\0", "program"),
    "binary": ("a.csv", lambda: bytes(range(256)) * 40, "another kind of file"),
    "torn JSON": ("a.json", lambda: as_json(progress())[:-20], "JSON that is whole"),
    "deep JSON": ("a.json", deep, "nested too deeply"),
    "JSON of something else": ("a.json", lambda: b'{"a": [1, 2, {"b": "c"}]}', "figures of units"),
    "empty JSON": ("a.json", lambda: b"{}", "figures of units"),
    "JSON that says no": ("a.json", lambda: b'{"code": "ERROR", "data": null}', "figures of units"),
    "web page without a table": ("a.xls", lambda: b"<html><body>x</body></html>", "has none"),
    "web archive": ("a.xls", lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related",
                    ".mht"),
    "XML of 2003": ("a.xls", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft'
                    b'-com:office:spreadsheet"/>', "Excel 2003"),
    "Word without a table": ("a.docx", lambda: word([["x"]]), "a table with a heading"),
    "headings only": ("a.csv", lambda: HEAD.encode(), "there are none"),
    "only errors": ("a.xlsx", lambda: workbook(
        [HEAD.split(";"), ["H21", "UBND tỉnh Gia Lai", "#REF!", "#REF!"]], errors=("C2", "D2")),
        "every one was refused"),
    "unknown letters": ("a.csv", lambda: b"\x81\x8d\x8f\x90\x9d" * 200, "letters can't be told"),
    "list of dossiers": ("a.csv", lambda: "Mã hồ sơ;Ngày nộp\n1;2".encode(), "a table with a head"),
    "formula for a name": ("a.csv", lambda: f"{HEAD}\nH21;=cmd|x;1;1".encode(), "every one was"),
    "entities": ("a.json", lambda: b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "a table with a h"),
}  # fmt: skip


def plan_or_problems(name: str, raw: bytes) -> tuple[ImportPlan | None, tuple[Problem, ...]]:
    asked = ImportOptions(as_of=None, saved={})
    try:
        plan = plan_import(read_file(name, raw, asked), asked)
    except DataError as error:
        return None, error.problems
    return plan, plan.problems


@pytest.fixture(scope="module")
def vietnamese() -> dict[str, str]:
    with (ROOT / "pages" / "locale" / "vi.po").open(encoding="utf-8") as file:
        return {str(one.id): str(one.string) for one in read_po(file, locale="vi") if one.id}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_not_be_used_is_one_sentence(case: str, vietnamese: dict[str, str]) -> None:
    name, make, words = REFUSED[case]
    _, problems = plan_or_problems(name, make())
    assert any(words in str(one) for one in problems), [str(one) for one in problems]
    assert len(problems) <= 2
    for one in problems:
        assert "\n" not in str(one)
        assert len(str(one)) < 400
        assert vietnamese.get(one.expected), one.expected


def test_macros_are_not_run_and_said() -> None:
    plan, problems = plan_or_problems("a-2026-10-10.xlsm", with_macro())
    assert plan is not None and problems == ()
    assert any("macros were not run" in str(one) for one in plan.warnings)
    assert len(plan.observations) == 1


def test_a_wrong_ending_is_no_matter() -> None:
    plan, problems = plan_or_problems("so-lieu-2026-10-10.csv", TABLE)
    assert plan is not None and problems == ()
    plan, problems = plan_or_problems("so-lieu-2026-10-10.xlsx", f"{HEAD}\n{ROW}".encode())
    assert plan is not None and problems == ()


def test_a_workbook_with_backslashes_reads_like_its_twin() -> None:
    with zipfile.ZipFile(io.BytesIO(TABLE)) as plain:
        parts = {name.replace("/", "\\"): plain.read(name) for name in plain.namelist()}
    plan, problems = plan_or_problems("a-2026-10-10.xlsx", archive(parts))
    assert plan is not None and problems == ()
    assert len(plan.observations) == 1


def test_two_tables_on_a_sheet_are_both_read() -> None:
    second = "Tên đơn vị;Hồ sơ thanh toán trực tuyến (%)\nUBND tỉnh Gia Lai;60,5"
    raw = f"{HEAD}\n{ROW}\n\n\n{second}".encode()
    plan, problems = plan_or_problems("a-2026-10-10.csv", raw)
    assert plan is not None and problems == ()
    assert {row.component for row in plan.observations} == {"digitized", "dossiers_paid"}


def test_marks_of_writing_direction_do_not_change_a_name() -> None:
    raw = f"{HEAD}\nH21;\u202eUBND tỉnh\u202c Gia Lai;100;50".encode()
    plan, _ = plan_or_problems("a-2026-10-10.csv", raw)
    assert plan is not None
    assert plan.units[0].name == "UBND tỉnh Gia Lai"


def test_a_name_with_markup_stays_text() -> None:
    raw = f"{HEAD}\n{ROW}\nH21.01;<script>alert(1)</script>;10;5".encode()
    plan, _ = plan_or_problems("a-2026-10-10.csv", raw)
    assert plan is not None
    assert plan.units[1].name == "<script>alert(1)</script>"


@pytest.mark.parametrize("value", [-1, 1e300, 10.5, 20])
def test_impossible_counts_are_refused_with_the_reason(value: float) -> None:
    tree = progress()
    tree["data"]["children"][0]["totalOnTime"] = value
    tree["data"]["children"][0]["totalReceived"] = 10
    plan, problems = plan_or_problems("p-2026-10-10.json", as_json(tree))
    assert plan is not None and problems == ()
    own = [row for row in plan.observations if row.unit == "H99.01" and row.numerator is not None]
    assert own == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"data": {\n "totalScore": NaN}}', "line 2, column totalScore: 'NaN'"),
        ('[{"note": "NaN, "},\n\n {"x": [1, -Infinity]}]', "line 3: '-Infinity'"),
        ('{"a": 1}\n{"totalReceived": Infinity}', "line 2, column totalReceived: 'Infinity'"),
        ('{"score": 1, "score": 2}', "column score: expected one value for each key"),
    ],
)
def test_what_json_does_not_have_is_refused_by_its_place(text: str, told: str) -> None:
    plan, (problem,) = plan_or_problems("p-2026-10-10.json", text.encode())
    assert plan is None and told in str(problem)


def test_nothing_pasted_is_said() -> None:
    with pytest.raises(DataError, match="nothing was pasted"):
        read_pasted("  \n", ImportOptions())


def test_nothing_is_left_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    plan_or_problems("a.xlsx", TABLE)
    plan_or_problems("a.xlsx", TABLE[:-30])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "is_unit"),
    [("Huyện Lâm Thao", True), ("Công an tỉnh", True), ("Sở Y tế", True),
     ("Số TTHC trực tuyến", False), ("Số dịch vụ công toàn trình", False)],
)  # fmt: skip
def test_a_plain_name_in_an_answer_is_a_unit_where_units_are_called_so(
    name: str, is_unit: bool
) -> None:
    seen = unit_in({"name": name}, vocabulary())
    assert seen.name == (name if is_unit else None)
