"""The page Data: a pasted table and the portal's answers become a dataset without a restart."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from conftest import ROOT
from core.dataset.load import load_dataset
from import_files import as_json, flat
from pages.parts.state import own_datasets
from test_imports import SEVEN

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
