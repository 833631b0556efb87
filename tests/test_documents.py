"""Official documents: the layout of Decree 30/2020, figures as sources print them, safe texts."""

import csv
import io
import json
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Doc
from docx.oxml.ns import qn

from core.__main__ import main
from core.documents.approval import ApprovalStep, approval_lines
from core.documents.kinds import document_of
from core.documents.letter import plan_document
from core.documents.report import report_document
from core.documents.situation import count_at_zero, groups_table
from core.documents.takeaway import targets_csv
from core.documents.words import DOCUMENT_KINDS, Words
from core.export.official import OfficialDocument, OfficialTable
from core.export.official import Paragraph as BodyText
from core.export.official_docx import official_document
from core.outlook.case import Case
from core.plans.files import plan_text
from core.plans.made import from_assigned
from core.plans.model import Target, TargetPlan
from core.plans.upload import read_targets
from core.problems import DataError
from core.scenario.files import dump
from worlds import COMMUNES_60, phu_tho, shipped


@pytest.fixture(scope="module")
def directive() -> Case:
    return shipped("binh_phuoc_2024")


def assigned(case: Case) -> TargetPlan:
    """The directive's targets of Q2 and the end of the year, and one unit with its own."""
    plan = from_assigned(case.dataset)
    ahead = [one for one in plan.targets if one.due > date(2024, 4, 1)]
    own = Target(unit="so_y_te", component="dossiers_paid", due=date(2024, 12, 31), rate=0.85)
    return plan.model_copy(update={"targets": (*ahead, own)})


def opened(content: bytes) -> Doc:
    return Document(io.BytesIO(content))


def words_of(made: Doc) -> str:
    """All that can be read, in the order of the page."""
    return "\n".join(
        "".join(text.text or "" for text in line.iter(qn("w:t")))
        for line in made.element.body.iter(qn("w:p"))
    )


@pytest.fixture(scope="module")
def letter(directive: Case) -> Doc:
    return opened(official_document(plan_document(directive, assigned(directive))))


# Layout -------------------------------------------------------------------------------------------


def test_the_page_is_that_of_the_decree(letter: Doc) -> None:
    """A4; 20-25 mm above and below, 30-35 left, 15-20 right; Times New Roman 13-14."""
    page = letter.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    margins = page.top_margin, page.bottom_margin, page.left_margin, page.right_margin
    for margin, (low, high) in zip(margins, ((20, 25), (20, 25), (30, 35), (15, 20)), strict=True):
        assert low <= round(margin.mm) <= high
    normal = letter.styles["Normal"]
    assert normal.font.name == "Times New Roman" and normal.font.size.pt in (13, 14)


def test_pages_are_numbered_above_in_the_middle_from_the_second_on(letter: Doc) -> None:
    page = letter.sections[0]
    assert page.different_first_page_header_footer
    assert page.first_page_header.paragraphs[0].text == ""
    line = page.header.paragraphs[0]
    assert line.alignment is not None and line.alignment.name == "CENTER"
    assert [code.text for code in line._p.iter(qn("w:instrText"))] == ["PAGE"]


def test_it_is_proofread_as_vietnamese(letter: Doc) -> None:
    languages = {one.get(qn("w:val")) for one in letter.styles.element.iter(qn("w:lang"))}
    assert languages == {"vi-VN"}


def test_its_head_has_the_state_and_leaves_number_date_and_name_open(letter: Doc) -> None:
    left, right = (cell.text for cell in letter.tables[0].rows[0].cells)
    assert left.split("\n")[:2] == ["ỦY BAN NHÂN DÂN", ""] or left.startswith("ỦY BAN NHÂN DÂN")
    assert "TỈNH BÌNH PHƯỚC" in left and "/UBND-KSTTHC" in left and "V/v giao chỉ tiêu" in left
    assert right.startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc")
    assert "Bình Phước, ngày" in right and "năm 2024" in right
    foot = letter.tables[1].rows[0].cells
    assert foot[0].text.startswith("Nơi nhận:") and "Lưu: VT." in foot[0].text
    assert "CHỦ TỊCH" in foot[1].text


def test_annexes_have_roman_numbers_and_their_tables_repeat_the_head(letter: Doc) -> None:
    lines = words_of(letter).split("\n")
    assert [one for one in lines if one in ("Phụ lục I", "Phụ lục II", "Phụ lục III", "Phụ lục IV")]
    assert "Phụ lục V" not in lines
    annexes = letter.tables[2:]
    assert len(annexes) == 4
    for table in annexes:
        first, *rest = table._tbl.tr_lst
        assert first.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
        assert all(row.find(qn("w:trPr")).find(qn("w:tblHeader")) is None for row in rest)


def test_every_cell_says_its_width_and_they_agree_with_the_grid(letter: Doc) -> None:
    for table in letter.tables:
        grid = [int(one.get(qn("w:w"))) for one in table._tbl.tblGrid.gridCol_lst]
        assert sum(grid) <= 16.6 * 567
        for row in table._tbl.tr_lst:
            widths = [int(tc.tcPr.find(qn("w:tcW")).get(qn("w:w"))) for tc in row.tc_lst]
            assert abs(sum(widths) - sum(grid)) <= len(grid)


# What it says -------------------------------------------------------------------------------------

# as the directive of March 2024 prints them
PRINTED = [
    ("Công khai, minh bạch", "7,52/18", "11,3/18", "+3,78"),
    ("Dịch vụ công trực tuyến", "2,9/12", "5,4/12", "+2,5"),
    ("Thanh toán trực tuyến", "4/10", "3,2/10", "-0,8"),
    ("Mức độ hài lòng", "17,4/18", "17,4/18", "-"),
    ("Số hóa hồ sơ", "6,3/22", "10,7/22", "+4,4"),
    ("Hồ sơ đồng bộ lên Cổng DVCQG", "68,83%", "93,33%", "+24,5"),
]


def test_the_table_of_groups_is_the_one_of_the_directive(directive: Case) -> None:
    rows = {row[1:] for row in groups_table(directive, Words("vi")).rows}
    assert set(PRINTED) <= rows
    # the directive prints 19,1/18 and means the group of 20
    assert ("Tiến độ giải quyết", "19,1/20", "19,4/20", "+0,3") in rows


def test_the_letter_asks_what_the_plan_asks(letter: Doc) -> None:
    text = words_of(letter)
    assert (
        "đến 30/6/2024, các sở, ban, ngành đạt tối thiểu 50%; UBND cấp huyện đạt tối thiểu 40%; "
        "UBND cấp xã đạt tối thiểu 30%." in text
    )
    assert "các sở, ban, ngành đạt tối thiểu 70%" in text and "Sở Y tế đạt tối thiểu 85%" in text
    assert "xếp hạng 28/63" in text, "the rank of the directive"
    assert "≈" in text and "là số ước tính" in text


def test_units_at_zero_are_counted_with_the_communes_that_have_no_name(directive: Case) -> None:
    """Six departments are named; 11/11 communes, 6/9, 3/6, 6/7, 8/13, 7/10, 4/7, 12/16 and 9/16."""
    communes = 11 + 6 + 3 + 6 + 8 + 7 + 4 + 12 + 9
    assert count_at_zero(directive, ["dossiers_paid"]) == 6 + communes


@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_in_both_languages(directive: Case, kind: str, language: str) -> None:
    made = opened(official_document(document_of(directive, assigned(directive), kind, language)))
    text = words_of(made)
    head = {"cong_van": "", "ke_hoach": "KẾ HOẠCH", "quyet_dinh": "QUYẾT ĐỊNH"}.get(kind, "BÁO CÁO")
    assert language == "en" or head in text
    assert "{" not in text and "None" not in text and "nan" not in text.replace("ngành", "")
    assert ("Điều 1." in text) == (kind == "quyet_dinh" and language == "vi")
    ends = "./." in text
    assert ends == (language == "vi")


HOSTILE = [
    "=HYPERLINK(1)",
    "<w:p/>&amp;<script>",
    "{title} {0} %s {",
    "A\u202eB\u200b\x07",
    "\ufffe\uffff",
    "x" * 200,
    "Quý\nIV\t",
    "]]>",
    "\\fldinst",
    "🙂 kế hoạch",
]


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize("kind", DOCUMENT_KINDS)
def test_titles_of_people_stay_text(directive: Case, title: str, kind: str) -> None:
    plan = assigned(directive).model_copy(
        update={"title": title, "note": title, "author": title[:100]}
    )
    content = official_document(document_of(directive, plan, kind, "vi"))
    made = opened(content)
    assert [code.text for code in made.element.body.iter(qn("w:instrText"))] == []
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert parts.testzip() is None
    visible = title.strip("\n\t")
    if visible.isprintable() and "\ufffe" not in title and kind != "bao_cao":
        # a plan's or decision's title begins with a letter of another case
        assert visible.casefold() in words_of(made).replace("\n", " ").casefold()


def test_a_plan_that_can_not_be_written_says_why(directive: Case) -> None:
    with pytest.raises(DataError, match="at least one target"):
        plan_document(directive, TargetPlan(dataset="binh_phuoc_2024"))
    with pytest.raises(DataError, match="one of cong_van, ke_hoach, quyet_dinh"):
        plan_document(directive, assigned(directive), "thong_bao")
    wrong = assigned(directive).model_copy(update={"dataset": "elsewhere"})
    with pytest.raises(DataError, match="the dataset binh_phuoc_2024"):
        plan_document(directive, wrong)


def test_dates_in_sentences_are_as_the_decree_writes_them() -> None:
    say = Words("vi").full_day
    assert say(date(2024, 1, 5)) == "ngày 05 tháng 01 năm 2024"
    assert say(date(2024, 12, 31)) == "ngày 31 tháng 12 năm 2024"


def test_numbers_are_written_as_people_of_the_language_do() -> None:
    vi, en = Words("vi"), Words("en")
    assert (vi.number(1234.5), en.number(1234.5)) == ("1.234,50", "1,234.50")
    assert (vi.percent(0.9333), vi.percent(0.5), vi.percent(1)) == ("93,33%", "50%", "100%")
    assert vi.percent(0.625, 2, True) == "≈62,5%"


# The report: the tables of the notice of 27 March 2025, as printed --------------------------------

RATES = """\
61,68 56,66 13,82 -42,84
69,31 87,24 93,37 +6,13
57,7 58,1 58,54 +0,44
75,72 78,52 80,09 +1,57
77,81 78,67 80,31 +1,64
100 100 100 -
76,89 89,8 89,1 -0,7
50,5 33,47 33,47 -
100 68,45 77,23 +8,78
100 100 100 -
97,89 98,46 98,62 +0,16
81,98 79,72 79,72 -"""
UNITS = """\
87,05 91,53 +4,48|86,68 90,41 +3,73|84,56 90 +5,44|85,19 89,96 +4,77|87,89 88,6 +0,71
78,53 88,6 +10,07|78,68 88,27 +9,59|85 87,58 +2,58|82,11 84,61 +2,5|75,44 80,31 +4,87
52,93 65,21 +12,28|82,73 90,62 +7,89|83,36 90,19 +6,83|85,81 90,05 +4,24|88,98 89,84 +0,86
88,55 89,59 +1,04|82,27 88,71 +6,44|81,65 88,61 +6,96|80,53 87,45 +6,92|82,33 87,34 +5,01
76,65 86,61 +9,96|82,56 86,36 +3,8"""
PAIRS = {
    ("Sở Công Thương", "99,9%", "58,77%"),
    ("Sở Y tế", "78,35%", "57,27%"),
    ("Sở Văn hóa, Thể thao và Du lịch", "79,49%", "63,45%"),
    ("Sở Nông nghiệp và Môi trường", "68,99%", "71,64%"),
    ("UBND phường Minh Thành", "99,39%", "83,32%"),
    ("UBND thành phố Đồng Xoài", "57,91%", "79,59%"),
    ("UBND huyện Bù Gia Mập", "99,54%", "81,64%"),
    ("UBND xã Bù Gia Mập", "84,45%", "84,45%"),
    ("UBND xã Đắk Ơ", "88%", "57%"),
    ("UBND xã Long Bình", "95,52%", "9,09%"),
    ("Sở Công Thương", "99,9%", "89,41%"),
    ("Sở Nông nghiệp và Môi trường", "63,71%", "90,91%"),
    ("UBND xã Hưng Phước", "79,49%", "70%"),
    ("Sở Nông nghiệp và Môi trường", "70,85%", "60,28%"),
    ("UBND xã Long Bình", "66,36%", "0%"),
    ("UBND xã Long Bình", "48,61%", "0%"),
}


@pytest.fixture(scope="module")
def notice() -> OfficialDocument:
    return report_document(shipped("binh_phuoc_2025"), None)


def tables(made: OfficialDocument) -> list[OfficialTable]:
    return [one for one in made.body if isinstance(one, OfficialTable)]


def test_the_report_has_the_twelve_rates_of_the_notice(notice: OfficialDocument) -> None:
    printed = [line.split() for line in RATES.split("\n")]
    shown = [[cell.rstrip("%") for cell in row[2:]] for row in tables(notice)[0].rows]
    assert shown == printed
    assert tables(notice)[0].head[2:5] == ("31/12/2024", "12/3/2025", "27/3/2025")


def test_the_report_has_the_24_units_of_the_notice(notice: OfficialDocument) -> None:
    departments, districts = tables(notice)[1:3]
    assert (len(departments.rows), len(districts.rows)) == (13, 11)
    shown = [row[2:] for row in (*departments.rows, *districts.rows)]
    none = "Không phát sinh hồ sơ"
    assert shown[11:13] == [(none, none, "-"), ("32 hồ sơ", none, "-")]
    printed = [tuple(one.split()) for line in UNITS.split("\n") for one in line.split("|")]
    assert shown[:11] + shown[13:] == printed


def test_the_report_has_the_16_pairs_of_the_notice(notice: OfficialDocument) -> None:
    pairs = tables(notice)[3]
    rows = [row[1:] for n, row in enumerate(pairs.rows) if n not in pairs.bands]
    assert len(rows) == 16 and set(rows) == PAIRS


def test_the_report_says_the_rank_and_what_is_overdue(notice: OfficialDocument) -> None:
    text = "\n".join(one.text for one in notice.body if isinstance(one, BodyText))
    assert "xếp hạng 8/63, tăng 6 bậc so với ngày 12/3/2025 (xếp hạng 14/63)" in text
    assert "từ 561 hồ sơ (ngày 12/3/2025) còn 292 hồ sơ (ngày 27/3/2025)" in text
    for unit in ("Bình Long: 254", "Phú Riềng: 2", "Bình Thắng: 5", "Đức Hạnh: 2", "Đa Kia: 1"):
        assert unit in text
    assert "Có 02 chỉ số giảm" in text and "Có 06 chỉ số tăng" in text


def test_the_report_of_a_plan_says_how_units_stand_against_it(directive: Case) -> None:
    made = report_document(directive, assigned(directive))
    (annex,) = made.annexes
    assert len(annex.blocks[0].rows) > 70  # type: ignore[union-attr]
    assert report_document(directive, None).annexes == ()


# Large plans, tables, the command line ------------------------------------------------------------


def test_a_plan_for_every_unit_and_component_is_written_soon() -> None:
    """164 units, all components that units can move, two dates."""
    case = phu_tho()
    rules = case.dataset.rules
    plan = TargetPlan(
        dataset="phu_tho_2026",
        targets=tuple(
            Target(unit=unit, component=name, due=due, rate=0.9)
            for unit in case.baseline.units
            for name in rules.components
            for due in (date(2026, 10, 31), date(2026, 12, 31))
        ),
    )
    started = time.process_time()
    content = official_document(plan_document(case, plan))
    assert len(content) > 100_000
    assert time.process_time() - started < 60, "rows are written one by one, not found one by one"


def test_the_table_of_targets_can_be_read_again(directive: Case, tmp_path: Path) -> None:
    plan = assigned(directive)
    for language in ("vi", "en"):
        path = tmp_path / language
        path.write_bytes(targets_csv(directive, plan, language))
        found = read_targets(path, "table.csv", tmp_path, directive.dataset)
        assert set(found.plan.targets) == set(plan.targets)
        assert found.left_out == ()


def test_export_writes_the_files_of_a_plan_and_of_a_scenario(
    directive: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "ke hoach.json"
    source.write_text(plan_text(assigned(directive)), encoding="utf-8")
    to = tmp_path / "Công văn giao chỉ tiêu.docx"
    assert main(["export", "binh_phuoc_2024", str(source), "--to", str(to), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"file": str(to), "targets": 7, "bytes": to.stat().st_size}
    assert "85%" in words_of(opened(to.read_bytes()))
    table = tmp_path / "targets.csv"
    scenario = tmp_path / "scenario.json"
    scenario.write_text(dump(COMMUNES_60), encoding="utf-8")
    assert main(["export", "phu_tho_2026", str(scenario), "--to", str(table)]) == 0
    rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) > 100 and rows[0][0] == "Đơn vị"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "{folder}/a.pdf"], "a file that ends with one of .docx, .xlsx, .pptx, .csv"),
        (["--to", "{folder}/there.docx"], "a new file that can be written"),
        (["--to", "{folder}/none/a.docx"], "a new file that can be written"),
        (["--to", "{folder}/a.docx", "--kind", "x"], "one of cong_van"),
        (["--to", "{folder}/a.docx", "--language", "x"], "vi or en"),
        (["{folder}/there.docx", "--to", "{folder}/a.docx"], "a plan or scenario in JSON"),
    ],
)
def test_export_says_what_is_wrong(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there.docx").write_text("mine", encoding="utf-8")
    asked = [one.format(folder=tmp_path) for one in arguments]
    assert main(["export", "binh_phuoc_2024", *asked]) == 2
    assert message in capsys.readouterr().err
    assert (tmp_path / "there.docx").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "a.docx").exists()


def test_the_steps_of_approval_stand_at_the_foot_of_every_page(directive: Case) -> None:
    at = [datetime(2024, 4, day, 9, 5) for day in (2, 3, 4)]
    steps = [
        ApprovalStep("issue", "An", at[2]),
        ApprovalStep("save", "Ed", at[0]),
        ApprovalStep("submit", "Ed", at[1]),
    ]
    lines = approval_lines(steps, "vi")
    assert lines == ("Trình: Ed, 09:05, 3/4/2024", "Duyệt, ban hành: An, 09:05, 4/4/2024")
    content = plan_document(directive, assigned(directive))
    page = opened(official_document(replace(content, steps=lines))).sections[0]
    for foot in (page.footer, page.first_page_footer):
        assert foot.paragraphs[0].text == " · ".join(lines)
