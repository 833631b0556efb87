"""The page Data: a pasted table and the portal's answers become a dataset without a restart."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from conftest import ROOT
from core.dataset.kept.names import kept_names
from core.dataset.load import load_dataset
from core.problems import Problem
from import_files import as_json, flat
from pages.parts.data import preview
from pages.parts.state.cases import own_datasets
from test_imports import SEVEN
from test_own_files import SMALL_BYTES, zipped
from test_weeks import FIRST, NATIONAL, SECOND, provincial_sheet, week

FRAME = str(ROOT / "pages" / "frame.py")
NOTICE = (
    "Thông báo ngày 20/11/2026\n"
    "Đơn vị\tCông khai minh bạch\tTiến độ\tDVC trực tuyến\tTTTT\tMức độ hài lòng\tSố hóa hồ sơ\t"
    "Tổng điểm\n"
    "UBND tỉnh Hà Tĩnh\t11,3/18\t18,1/20\t8,2/12\t6,1/10\t10/18\t9/22\t62,7\n"
)


@pytest.fixture(autouse=True)
def no_own_datasets() -> Iterator[Path]:
    """Each test begins and ends without datasets of people."""
    folder = own_datasets.folder()
    shutil.rmtree(folder, ignore_errors=True)
    own_datasets.look_again()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
    own_datasets.look_again()


def open_page(**address: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    app.switch_page("data.py").run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    found = [*app.markdown, *app.error, *app.success, *app.warning, *app.caption, *app.info]
    return "\n".join(one.value for one in found).replace("\\", "").replace("\xa0", " ")


def test_the_portals_answers_are_loaded_and_open_in_simulate(no_own_datasets: Path) -> None:
    app = open_page()
    before = len(app.selectbox(key="dataset_choice").options)
    upload = ("mau-2026-10-10.json", as_json(flat(SEVEN)), "application/json")
    app.file_uploader(key="import_files").set_value([upload]).run()
    assert not app.exception
    text = said(app)
    assert "Số liệu Cổng DVCQG 2026" in text and "10/10/2026" in text
    assert "5 đơn vị như tệp tự ghi; trong tệp có 2" in text
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Đơn vị"] == "2" and values["Điểm"] == "63,00"
    assert list(no_own_datasets.glob("*")) == []  # nothing is written before the button
    app.button(key="import_commit").click().run()
    assert not app.exception
    assert "Đã nạp và mở" in said(app)
    (folder,) = no_own_datasets.glob("*")
    assert load_dataset(folder).meta.province == "H99"
    assert len(app.selectbox(key="dataset_choice").options) == before + 1
    app.switch_page("simulate.py").run()
    assert not app.exception
    assert app.query_params["d"] in (folder.name, [folder.name])


def test_a_pasted_table_without_a_day_asks_for_it() -> None:
    app = open_page()
    app.text_area(key="import_pasted").set_value(NOTICE.split("\n", 1)[1]).run()
    assert "cần ngày của số liệu; trong tệp" in said(app)
    assert "--as-of" not in said(app)
    assert "import_commit" not in [button.key for button in app.button]


def test_a_pasted_table_with_its_day_is_ready() -> None:
    app = open_page(language="en")
    app.text_area(key="import_pasted").set_value(NOTICE).run()
    assert not app.exception
    assert "a table that people made" in said(app)
    assert "import_commit" in [button.key for button in app.button]


def test_a_file_that_can_not_be_used_is_one_sentence_and_the_page_goes_on() -> None:
    app = open_page()
    upload = ("<b>x</b>.pdf", b"%PDF-1.7", "application/pdf")
    app.file_uploader(key="import_files").set_value([upload]).run()
    assert not app.exception
    assert "tệp PDF không đọc được" in said(app)


def load_week(app: AppTest, name: str, text: str) -> None:
    app.file_uploader(key="import_files").set_value([(name, text.encode(), "text/csv")]).run()
    assert not app.exception


def commit(app: AppTest) -> None:
    app.button(key="import_commit").click().run()
    assert not app.exception
    assert "Đã nạp và mở" in said(app)


def test_next_weeks_file_takes_one_click_and_says_what_changed() -> None:
    app = open_page()
    load_week(app, "tuan-1.csv", week(FIRST))
    commit(app)
    load_week(app, "tuan-2.csv", week(SECOND, "54\t60", whole="64\t80"))
    commit(app)
    text = said(app)
    assert "Từ 10/10/2026 đến 17/10/2026, có 2 số liệu của 1 đơn vị thay đổi." in text
    tables = [one.value for one in app.dataframe]
    (changes,) = [one for one in tables if "Loại thay đổi" in one]
    rows = changes.set_index("Đơn vị")
    assert rows.loc["Sở Y tế", "Thay đổi, điểm"] == pytest.approx(2)
    assert rows.loc["Sở Y tế", "Loại thay đổi"] == "thay đổi"
    (dates,) = [one for one in tables if "Từ tệp" in one]
    assert list(dates["Từ tệp"])[:2] == ["tuan-2.csv", "tuan-1.csv"]


def test_a_restated_past_is_shown_old_and_new_before_it_is_taken(no_own_datasets: Path) -> None:
    app = open_page()
    load_week(app, "tuan-1.csv", week(FIRST))
    commit(app)
    load_week(app, "tuan-1-sua.csv", week(FIRST, "41\t50"))
    assert "1 số liệu quá khứ khác với số liệu đang có" in said(app)
    assert "import_commit" not in [button.key for button in app.button]
    app.checkbox(key="import_restate").check().run()
    commit(app)
    assert [one.label for one in app.expander if "nêu lại" in one.label] == [
        "Số liệu quá khứ được nêu lại (1)"
    ]
    (folder,) = no_own_datasets.glob("*")
    assert ",40,50," in (folder / "restated_observations.csv").read_text(encoding="utf-8")


def test_an_unknown_name_is_asked_once_and_kept_with_the_dataset(no_own_datasets: Path) -> None:
    app = open_page()
    load_week(app, "tuan-1.csv", week(FIRST))
    commit(app)
    old = "UBND xã Thạch Hạ cũ"
    load_week(app, "tuan-2.csv", week(SECOND, "54\t60", commune=old, whole="64\t80"))
    box = app.selectbox(key=f"import_name-{old}")
    assert box.options[:2] == ["để là không rõ", "UBND xã Thạch Hà (H27.ubnd-xa-thach-ha)"]
    box.select("H27.ubnd-xa-thach-ha").run()
    app.button(key="import_names").click().run()
    assert not app.exception
    assert f"import_name-{old}" not in [one.key for one in app.selectbox]
    commit(app)
    (folder,) = no_own_datasets.glob("*")
    assert kept_names(folder) == {old: "H27.ubnd-xa-thach-ha"}


def test_what_was_chosen_for_a_table_is_chosen_again_for_the_next() -> None:
    table = "Đơn vị\tHồ sơ đúng hạn / Số\tHồ sơ đúng hạn / Tổng\nSở Y tế\t40\t50\nUBND xã A\t1\t2\n"
    app = open_page()
    load_week(app, "so-2026-10-10.csv", table)
    assert "import_commit" not in [button.key for button in app.button]  # whose is it?
    app.selectbox(key="import_province").select("H27").run()
    commit(app)
    load_week(app, "so-2026-10-17.csv", table.replace("40\t50", "45\t55"))
    assert app.selectbox(key="import_province").value == "H27"
    commit(app)


def test_the_card_of_a_unit_says_what_a_correction_changes() -> None:
    app = AppTest.from_string(
        "from pages.parts.data.weeks import card\n"
        "from pages.parts.state import arrival, edits\n"
        "arrival.start()\nedits.open_dataset('phu_tho_2026')\ncard.show()\n",
        default_timeout=120,
    ).run()
    assert not app.exception
    (table,) = [one.value for one in app.dataframe]
    assert len(table) == 21 and {"Tình trạng", "Nguồn", "Tử số"} <= set(table.columns)
    assert "Nhập tỷ lệ khác" in said(app)
    key = next(one.key for one in app.text_input if str(one.key).startswith("card_rate"))
    before = float(app.text_input(key=key).value.replace(",", "."))
    app.text_input(key=key).set_value("100,5").run()
    assert "một số từ 0 đến 100" in app.error[0].value
    app.text_input(key=key).set_value("0,5" if before > 50 else "99,5").run()
    assert not app.exception
    assert "điểm của tỉnh từ" in said(app)


def test_a_score_that_the_portal_rounded_says_why_it_is_another_here() -> None:
    app = AppTest.from_string(
        "from dataclasses import replace\n"
        "import numpy as np\n"
        "from core.index.rollup import score\n"
        "from pages.parts.data.weeks import card\n"
        "from pages.parts.shared import strip\n"
        "from pages.parts.state import arrival, edits, session\n"
        "arrival.start()\nedits.open_dataset('phu_tho_2026')\n"
        "case, told = session.case(), card.facts\n"
        "here = score(case.baseline, case.baseline.rate).total\n"
        "off = lambda one: replace(told(one), total=np.round(here, 2) + 0.01)\n"
        "card.facts = strip.facts = off\n"
        "try:\n    card._sentences(case, 0)\nfinally:\n    card.facts = strip.facts = told\n",
        default_timeout=120,
    ).run()
    assert not app.exception
    assert "Cổng làm tròn điểm từng phần rồi mới cộng" in said(app)


def test_a_correction_shows_what_it_changes_before_it_is_saved(no_own_datasets: Path) -> None:
    app = AppTest.from_string(
        "from pages.parts.data import corrections\n"
        "from pages.parts.state import arrival, edits\n"
        "arrival.start()\nedits.open_dataset('phu_tho_2026')\ncorrections.show()\n",
        default_timeout=120,
    ).run()
    key = next(str(one.key) for one in app.text_input if "correct_numerator" in str(one.key))
    typed = app.text_input(key=key)
    assert typed.value == "0"
    typed.set_value("44").run()
    assert not app.exception
    (table,) = [one.value for one in app.dataframe if "Thay đổi" in one.value]
    figures = list(table["Chỉ số"])
    assert any(one.startswith("Tỷ lệ: ") for one in figures) and "Điểm" in figures
    assert any(one.startswith("Hạng ngày ") for one in figures)
    (rows,) = [one.value for one in app.dataframe if "Dòng" in one.value]
    told = " ".join(rows["Dòng"])
    assert "Cổng quốc gia" in told.replace("cổng", "Cổng") and "national" not in told
    assert "H44" not in told and "_" not in told  # names, not the codes of units and figures
    assert list(no_own_datasets.glob("*")) == []
    app.text_input(key=key).set_value("999999999").run()
    assert "Số liệu này không thể có" in said(app)
    assert app.button(key="correct_commit").disabled


def test_the_provincial_portals_counts_make_the_page_sync_work() -> None:
    app = open_page()
    load_week(app, "quoc-gia.csv", NATIONAL)
    commit(app)
    sheet = provincial_sheet(("000.00.30.H27", "UBND xã Thạch Hà", 150, 200))
    load_week(app, f"tinh-{FIRST}.xls", sheet)
    commit(app)
    app.switch_page("sync.py").run()
    assert not app.exception
    assert "UBND xã Thạch Hà" in said(app) and "75,00" in said(app) and "10,00" in said(app)
    assert "không có số liệu của Cổng DVC tỉnh" not in said(app)


def test_a_figure_stands_in_a_sentence_by_its_name() -> None:
    found = Problem("bang.xlsx", 7, "digitized", "x", "a number")
    said = preview.sentence(found, {"digitized": "Số hóa hồ sơ"})
    assert "Số hóa hồ sơ" in said and "digitized" not in said
    assert "Ghi chú" in preview.sentence(Problem("a.csv", 1, "Ghi chú", "x", "a number"), {})


def test_a_file_given_again_says_that_nothing_is_new() -> None:
    app = open_page()
    load_week(app, "tuan-1.csv", week(FIRST))
    commit(app)
    app = open_page()
    load_week(app, "cung-tep.csv", week(FIRST))
    assert "Không có gì mới: “Hà Tĩnh, 10/10/2026” đã có mọi số liệu" in said(app)
    assert "import_commit" not in [button.key for button in app.button]


def test_a_datasets_own_files_are_loaded_and_open(no_own_datasets: Path) -> None:
    app = open_page()
    raw = zipped(SMALL_BYTES, "nho/")
    app.file_uploader(key="import_files").set_value([("nho.zip", raw, "application/zip")]).run()
    assert "Các tệp của một bộ số liệu: Tỉnh Nhỏ, 31/3/2026. 3 đơn vị" in said(app).replace("*", "")
    assert list(no_own_datasets.glob("*")) == []
    commit(app)
    assert load_dataset(no_own_datasets / "nho-2026").meta.province == "P"


def test_what_can_not_be_read_counts_nothing() -> None:
    app = open_page()
    upload = ("a.pdf", b"%PDF-1.7", "application/pdf")
    app.file_uploader(key="import_files").set_value([upload]).run()
    assert not app.metric
