"""The Sync page: what it says of the notice's pairs, and lists of dossiers from upload to file."""

import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import panel
from conftest import ROOT
from core.dataset.load import find_dataset, load_dataset
from tests import dossier_lists
from tests.dossier_lists import Truth, write_lists

FRAME = str(ROOT / "pages" / "frame.py")
LISTS = "lists"


def open_page(**address: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    app.switch_page("sync.py").run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """All running text, without the marks that keep Markdown from reading it."""
    found = [*app.markdown, *app.info, *app.caption, *app.error, *app.success, *app.warning]
    return "\n".join(block.value for block in found).replace("\\", "").replace("\xa0", " ")


def table(app: AppTest, heading: str) -> pd.DataFrame:
    """The table that has a column of this heading."""
    return next(frame.value for frame in app.dataframe if heading in frame.value.columns)


def test_the_answer_names_long_binh_and_the_points_with_their_range() -> None:
    app = open_page()
    text = said(app)
    assert "Trong 16 cặp số liệu của 11 đơn vị, 12 cặp thấp hơn trên Cổng DVCQG" in text
    assert "UBND xã Long Bình" in text and "95,52% trên Cổng DVC tỉnh, 9,09%" in text
    # 6 points x (13.99 % x 10.57 + 0.74 % x 66.36)
    assert "≈ +0,12 điểm (khoảng tin cậy 80%: " in text
    assert "Số hóa hồ sơ, kết quả giải quyết (80,09%, điểm tối đa từ 80%)" in text
    assert (
        "Hồ sơ thanh toán trực tuyến (93,37%, điểm tối đa từ 30%, suy ra từ nguồn thứ cấp)" in text
    )
    # 6 points x 0.89 % (its part of the fee dossiers, volumes.csv) x 48.61
    assert "Nếu Hồ sơ thanh toán trực tuyến phải đạt 100% mới đủ điểm" in text
    assert "khép chênh lệch sẽ thêm ≈ +0,03 điểm" in text
    values = [metric.value.replace("\xa0", " ") for metric in app.metric]
    assert values == ["≈ +0,12 điểm", "≈ +0,05 điểm", "≈ +0,07 điểm"]
    work = table(app, "Ghi chú")
    assert work["Đơn vị"].tolist()[:3] == ["UBND xã Long Bình"] * 3
    assert len(work) == 12
    assert work["Chênh lệch, điểm %"].iloc[0] == pytest.approx(86.43)


def test_closing_half_of_one_units_gaps_and_taking_it_into_the_scenario() -> None:
    app = open_page()
    app.multiselect[0].set_value(["xa_long_binh"]).run()
    app.slider(key="sync_share").set_value(50).run()
    # 6 points x 0.736 % x 66.36 x one half = 0.0147, from 81.493 to 81.508: as both are shown
    assert app.metric[0].value.replace("\xa0", " ") == "≈ +0,02 điểm"
    assert "điểm ≈ 81,49 → ≈ 81,51" in said(app)
    app.button(key="sync_add").click().run()
    assert not app.exception
    changes = app.session_state.state.histories["binh_phuoc_2025"].now.changes
    assert {(c.unit, c.mode, c.value) for c in changes} == {("xa_long_binh", "close_gap", 0.5)}
    assert len(changes) == 3
    assert app.button(key="sync_add").disabled


def test_the_cards_say_what_simulate_says_of_the_same_changes() -> None:
    """One line for change, score and rank: the leading one, on every horizon."""
    app = open_page()
    lines = re.findall(r"điểm (≈ [\d,]+) → (≈ [\d,]+), hạng \*\*(.*?)\*\*", said(app))
    changes = [one.value.replace("\xa0", " ") for one in app.metric]
    app.button(key="sync_add").click().run()
    app.switch_page("simulate.py").run()
    assert not app.exception
    shown = [text.replace("\xa0", " ") for text in panel.scores(app)[1:]]
    assert [after for _, after, _ in lines] == shown
    cards = panel.data(app)["cards"][1:]
    for (_, _, rank), change, card in zip(lines, changes, cards, strict=True):
        assert rank.split(" (")[0] == card["rank"][1].replace("\xa0", " ")
        assert change == f"≈ +{card['gain'] / 100:.2f} điểm".replace(".", ",")


def test_a_dataset_without_pairs_says_so_and_still_compares_lists() -> None:
    app = open_page(d="phu_tho_2026")
    assert "Bộ số liệu này không có số liệu của Cổng DVC tỉnh" in said(app)
    # the province's 100.00 % of dossiers synchronised is published
    assert "Hồ sơ được đồng bộ của toàn tỉnh: 100,00%" in said(app)
    app.segmented_control(key="sync_view").set_value(LISTS).run()
    assert len(app.file_uploader) == 2
    assert app.button(key="match").disabled


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, Truth]:
    """Two lists with 10 dossiers of every defect, from communes of Phú Thọ."""
    units = load_dataset(find_dataset("phu_tho_2026")).units
    communes = units[units["level"] == "commune"]
    monkeypatch.setattr(dossier_lists, "UNITS", communes)
    return write_lists(tmp_path, 2000, 10, seed=1)


def upload(app: AppTest, side: str, name: str, content: bytes, taken: int = 0) -> AppTest:
    app.file_uploader(key=f"upload-{side}-{taken}").set_value([(name, content, "text/csv")])
    return app.run()


def test_two_lists_from_upload_to_findings(lists: tuple[Path, Path, Truth]) -> None:
    provincial, national, truth = lists
    app = open_page(d="phu_tho_2026")
    app.segmented_control(key="sync_view").set_value(LISTS).run()
    upload(app, "provincial", "tỉnh.csv", provincial.read_bytes())
    upload(app, "national", "quốc gia.csv", national.read_bytes())
    folder = app.session_state.desk.path
    app.button(key="match").click().run()
    assert not app.exception
    text = said(app)
    # 2,000 less those the national portal alone has, and two kinds whose row can't be read
    assert "Trong 1.970 hồ sơ của Cổng DVC tỉnh, 10 hồ sơ (0,51%) chưa có" in text
    assert "10 hồ sơ đã lên nhưng chưa được ghi nhận số hóa" in text
    assert "10 hồ sơ đã lên nhưng chưa được ghi nhận thanh toán trực tuyến" in text
    accounts = table(app, "Các dòng đi đâu")
    counts = accounts["Cổng DVC tỉnh"].tolist()
    assert counts[0] == truth.rows["provincial"] == sum(counts[1:11])
    missing = table(app, "Dòng trong tệp của tỉnh")
    assert set(missing["Mã hồ sơ"]) == truth.defects["missing"]
    app.selectbox(key="found_kind").set_value("duplicates").run()
    twice = table(app, "Trùng với dòng")
    assert len(twice) == 20
    app.button(key="clean").click().run()
    assert not folder.exists()
    assert len(app.file_uploader) == 2


def test_a_heading_that_was_not_guessed_is_asked_for(lists: tuple[Path, Path, Truth]) -> None:
    content = lists[0].read_text(encoding="utf-8-sig").replace("Đơn vị", "Nơi", 1).encode()
    app = open_page(d="phu_tho_2026")
    app.segmented_control(key="sync_view").set_value(LISTS).run()
    upload(app, "provincial", "a.csv", content)
    upload(app, "national", "b.csv", lists[1].read_bytes())
    assert "Hãy chọn cột cho: Đơn vị" in said(app)
    assert app.button(key="match").disabled
    box = next(b for b in app.selectbox if str(b.key).startswith("unit-") and "provinc" in b.key)
    box.set_value("Nơi").run()
    assert not app.button(key="match").disabled


def test_a_file_that_is_no_list_is_refused_in_words_and_the_next_one_taken() -> None:
    app = open_page(d="phu_tho_2026")
    app.segmented_control(key="sync_view").set_value(LISTS).run()
    upload(app, "national", "ảnh.csv", b"\x89PNG\r\n\x1a\n\0\0\0")
    assert "ảnh.csv: cần danh sách ở dạng Excel hoặc CSV; đây là một hình ảnh" in said(app)
    assert list(app.session_state.desk.path.iterdir()) == []
    upload(app, "national", "b.csv", "Mã hồ sơ,Đơn vị\n1,Sở Y tế\n".encode(), taken=1)
    assert "đây là một hình ảnh" not in said(app)
    assert "b.csv" in said(app)


AGRICULTURE = "H44.45"


def match_short_names() -> AppTest:
    """Ten dossiers of a unit that the lists abbreviate; four of them, all digitised, arrived."""
    heading = "Mã hồ sơ,Đơn vị,Số hóa"
    ours = [f"{n},Sở NN&MT,{'có' if n <= 5 else 'không'}" for n in range(1, 11)]
    theirs = [f"{n},Sở NN&MT,có" for n in range(1, 5)]
    app = open_page(d="phu_tho_2026")
    app.segmented_control(key="sync_view").set_value(LISTS).run()
    upload(app, "provincial", "a.csv", "\n".join([heading, *ours]).encode())
    upload(app, "national", "b.csv", "\n".join([heading, *theirs]).encode())
    app.button(key="match").click().run()
    assert not app.exception
    return app


def test_a_name_is_a_unit_only_after_somebody_said_so() -> None:
    app = match_short_names()
    by_unit = table(app, "Trên Cổng DVC tỉnh")
    assert by_unit["Đơn vị"].tolist() == ["Không rõ đơn vị"]
    box = app.selectbox(key="alias-phu_tho_2026-Sở NN&MT")
    assert box.label == (
        "“Sở NN&MT”, 14 hồ sơ trong cả hai danh sách – tên gần giống: Sở Nông nghiệp và Môi trường"
    )
    assert box.value is None
    assert box.options[:2] == [
        "để là không rõ",
        "Sở Nông nghiệp và Môi trường (gợi ý: tên gần giống)",
    ]
    assert app.button(key="match_again").disabled
    box.set_value(AGRICULTURE).run()
    app.button(key="match_again").click().run()
    assert not app.exception
    by_unit = table(app, "Trên Cổng DVC tỉnh")
    assert by_unit["Đơn vị"].tolist() == ["Sở Nông nghiệp và Môi trường"]
    assert by_unit["Trên Cổng DVC tỉnh"].tolist() == [10]
    assert "Theo chỉ định, “Sở NN&MT” là Sở Nông nghiệp và Môi trường" in said(app)
    app.button(key="alias_drop-Sở NN&MT").click().run()
    app.button(key="match").click().run()
    assert table(app, "Trên Cổng DVC tỉnh")["Đơn vị"].tolist() == ["Không rõ đơn vị"]


def test_a_rate_that_is_higher_because_dossiers_are_missing_is_flagged() -> None:
    """5 of 10 at home, 4 of 4 in the national list: 100 % only because six did not arrive."""
    app = match_short_names()
    words = said(app)
    assert "Tỷ lệ tăng vì mẫu số giảm: có 1 trường hợp" in words
    assert "5/10 trong danh sách của Cổng DVC tỉnh, 4/4 trong danh sách của Cổng DVCQG" in words
    app.selectbox(key="alias-phu_tho_2026-Sở NN&MT").set_value(AGRICULTURE).run()
    app.button(key="match_again").click().run()
    flagged = table(app, "Trong danh sách quốc gia")
    assert flagged["Đơn vị"].tolist()[-1] == "Sở Nông nghiệp và Môi trường"


HEADING = "Mã hồ sơ;Đơn vị;Ngày tiếp nhận;Số hóa;Thanh toán"


def rows_of(code: str, count: int = 12, more: tuple[str, ...] = ()) -> bytes:
    lines = [f"{code.format(n)};Sở Công Thương;{n:02}/03/2026;có;có" for n in range(1, count + 1)]
    return "\n".join([HEADING, *lines, *more]).encode()


def match_lists(provincial: bytes, national: bytes) -> AppTest:
    app = open_page(d="phu_tho_2026")
    app.segmented_control(key="sync_view").set_value(LISTS).run()
    upload(app, "provincial", "a.csv", provincial)
    upload(app, "national", "b.csv", national)
    app.button(key="match").click().run()
    assert not app.exception
    return app


def test_two_ways_of_writing_a_code_are_asked_about_and_remembered() -> None:
    ours, theirs = (rows_of(f"{code}-260302-{{:04}}") for code in ("000.00.17.H44", "H44.17"))
    app = match_lists(ours, theirs)
    words = said(app)
    assert "000.00.17.H44-260302-0001 trên Cổng DVC tỉnh và H44.17-260302-0001" in words
    assert "12 hồ sơ chưa kết luận được" in words
    assert len(app.success) == 0
    app.button(key="codes_same").click().run()
    assert not app.exception
    assert [one.value for one in app.success] == ["Cổng DVCQG không thiếu hồ sơ nào."]
    assert "Đã ghi nhớ cho bộ số liệu này: mã cơ quan ghi xuôi hoặc ngược" in said(app)
    assert len(match_lists(ours, theirs).success) == 1  # remembered for another visit
    app.button(key="clean").click().run()  # the lists go, what was said of codes stays
    upload(app, "provincial", "a.csv", ours, taken=2)
    upload(app, "national", "b.csv", theirs, taken=2)
    app.button(key="match").click().run()
    assert len(app.success) == 1
    app.button(key="choices_back").click().run()
    assert len(app.success) == 0 and "hai cách" in said(app)
    app.button(key="codes_other").click().run()
    assert "Trong 12 hồ sơ của Cổng DVC tỉnh, 12 hồ sơ (100,00%) chưa có" in said(app)


def test_which_row_of_a_dossier_counts_is_asked() -> None:
    more = ("A01;Sở Công Thương;01/02/2026;chưa;chưa",)
    app = match_lists(rows_of("A{:02}"), rows_of("A{:02}", more=more))
    assert "1 hồ sơ có nhiều dòng mâu thuẫn nhau" in said(app)
    assert len(app.success) == 0 and app.button(key="rows_again").disabled
    app.selectbox(key="rows_keep").set_value("latest").run()
    app.button(key="rows_again").click().run()
    assert not app.exception
    assert [one.value for one in app.success] == ["Cổng DVCQG không thiếu hồ sơ nào."]


def test_rows_that_can_not_be_read_are_never_all_clear() -> None:
    broken = ("9,23E+12;Sở Công Thương;01/03/2026;có;có",)
    app = match_lists(rows_of("A{:02}", more=broken), rows_of("A{:02}", more=broken))
    assert "1 mã ở cột Mã hồ sơ của a.csv đã bị bảng tính đổi thành số" in said(app)
    assert "2 dòng không đọc được" in said(app)
    assert len(app.success) == 0


def test_a_table_of_counts_is_told_where_it_belongs() -> None:
    table_of_counts = "STT;Đơn vị;Số hồ sơ tiếp nhận;Đã số hóa\n1;Sở Công Thương;107;56\n"
    app = open_page(d="phu_tho_2026")
    app.segmented_control(key="sync_view").set_value(LISTS).run()
    upload(app, "provincial", "a.csv", table_of_counts.encode())
    assert "đây là bảng số liệu tổng hợp theo đơn vị" in said(app)
    assert "nạp ở trang Dữ liệu" in said(app)


def test_a_table_of_names_places_dossiers_of_before_the_reform() -> None:
    old = rows_of("A{:02}").replace("Sở Công Thương".encode(), "Sở CT cũ".encode())
    app = match_lists(old, old)
    assert len(app.success) == 0
    names = "ten cu;don vi moi\nSở CT cũ;Sở Công Thương\n".encode()
    uploader = next(one for one in app.file_uploader if "upload-names" in str(one.key))
    uploader.set_value(("ten.csv", names, "text/csv")).run()
    assert not app.exception
    another = match_lists(old, old)  # given once, kept for the next lists
    assert len(another.success) == 1
    another.button(key="alias_drop-Sở CT cũ").click().run()
    assert len(match_lists(old, old).success) == 0
    assert table(app, "Trên Cổng DVC tỉnh")["Đơn vị"].tolist() == ["Sở Công Thương"]
    assert len(app.success) == 1
