"""The Simulate page as a new user meets it: the real server, a real browser, real sliders."""

import csv
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from conftest import ROOT, settle, wait_ready
from core.scenario.files import to_link
from core.scenario.model import Change, Scenario
from screens import fits, resize

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
DATASET = "phu_tho_2026"
SIMULATE = f"/simulate?d={DATASET}"


def score_cards(page: Page) -> list[str]:
    """The texts of the strip's cards, first line to last."""
    return [card.inner_text() for card in page.get_by_test_id("live-card").all()]


def communes_at_60() -> str:
    """The points gained when all communes digitise at least 60 %, from the CSV files alone.

    Digitised: 4 points, full from 100 %.
    """
    path = ROOT / "data" / DATASET
    with (path / "units.csv").open(encoding="utf-8") as file:
        communes = {row["unit"] for row in csv.DictReader(file) if row["level"] == "commune"}
    before = after = whole = 0.0
    with (path / "observations.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["component"] != "digitized" or row["unit"] == "H44" or not row["denominator"]:
                continue
            done, dossiers = float(row["numerator"]), float(row["denominator"])
            before += done
            whole += dossiers
            after += max(done, 0.6 * dossiers) if row["unit"] in communes else done
    return f"+{4 * (after - before) / whole:.2f}".replace(".", ",")


def expect_communes_at_60(page: Page) -> None:
    """The card shows the published 61,89, a score that is this and the points gained, and these
    two add up as they are shown."""
    gained = float(communes_at_60().replace(",", "."))
    card = page.get_by_test_id("live-card").nth(1)
    expect(card).to_contain_text(re.compile(r"\+1,\d\d\sđiểm"))
    score = float(card.get_by_test_id("live-score").inner_text().replace(",", "."))
    # the portal rounds each component before it sums them
    assert score == pytest.approx(61.89 + gained, abs=0.011)
    expect(card).to_contain_text(f"+{score - 61.89:.2f}".replace(".", ","))


def test_lifting_all_communes_to_60_percent_digitised(page: Open) -> None:
    """A planner in Phú Thọ moves the real slider and reads the new score; a reload keeps it."""
    opened = page(SIMULATE)
    expect(opened.get_by_test_id("live-card").first).to_contain_text("61,89")
    expect(opened.locator(".live-flag")).to_have_text("Phú Thọ 61,89")  # published: no mark
    opened.get_by_text("Theo cấp", exact=True).click()
    settle(opened)
    opened.get_by_test_id("stMain").get_by_text("Cấp xã", exact=True).click()
    settle(opened)

    # a drag first: any value, but the score must move
    thumb = opened.get_by_role("slider", name="Số hóa hồ sơ, kết quả giải quyết")
    thumb.scroll_into_view_if_needed()
    box = thumb.bounding_box()
    assert box is not None
    opened.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    opened.mouse.down()
    opened.mouse.move(box["x"] + 120, box["y"] + box["height"] / 2, steps=8)
    opened.mouse.up()
    expect(opened.get_by_text(re.compile(r"nếu không, [+−]"))).to_be_visible()

    settle(opened)
    number = opened.get_by_label("Số hóa hồ sơ, kết quả giải quyết, phần trăm")
    number.fill("60")
    number.press("Enter")
    settle(opened)
    expect_communes_at_60(opened)
    before_reload = score_cards(opened)
    assert "w=" in opened.url

    opened.reload()
    wait_ready(opened)
    expect_communes_at_60(opened)
    assert score_cards(opened) == before_reload
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_deep_link_opens_the_scenario_first(page: Open) -> None:
    change = Change(unit="level:commune", component="digitized", mode="floor", value=0.6)
    link = to_link(Scenario(dataset=DATASET, changes=(change,)))
    opened = page(f"{SIMULATE}&s={link}")
    expect_communes_at_60(opened)
    expect(opened.get_by_text("Cấp xã").first).to_be_visible()
    assert opened.console_errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("link", ["1.AAAA", "9.eNo", "x", "1." + "A" * 20_000])
def test_a_damaged_link_opens_the_baseline_and_says_why(page: Open, link: str) -> None:
    opened = page(f"{SIMULATE}&s={link}")
    expect(opened.get_by_text(re.compile("Đường dẫn bị hỏng"))).to_be_visible()
    expect(opened.get_by_test_id("live-card").first).to_contain_text("61,89")
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_undo_redo_and_reset(page: Open) -> None:
    opened = page(SIMULATE)
    number = opened.get_by_label("Hồ sơ thanh toán trực tuyến, phần trăm")
    number.fill("95,5")
    number.press("Enter")
    answer = opened.get_by_text(re.compile(r"nếu không, [+−]"))
    expect(answer).to_be_visible()
    opened.get_by_role("button", name="Hoàn tác").click()
    expect(answer).to_have_count(0)
    opened.get_by_role("button", name="Làm lại").click()
    expect(answer).to_be_visible()
    settle(opened)
    expect(opened.get_by_label("Hồ sơ thanh toán trực tuyến, phần trăm")).to_have_value("95,5")
    opened.get_by_role("button", name="Về hiện trạng").click()
    expect(answer).to_have_count(0)
    assert opened.console_errors == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("typed", ["abc", "101", "-5", "=1+1"])
def test_a_wrong_number_is_answered_and_nothing_is_lost(page: Open, typed: str) -> None:
    opened = page(SIMULATE)
    number = opened.get_by_label("Số hóa hồ sơ, kết quả giải quyết, phần trăm")
    number.fill(typed)
    number.press("Enter")
    expect(opened.get_by_test_id("stAlert").first).to_be_visible()
    expect(opened.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize("sizes", [[(390, 844)], [(1280, 720), (1366, 768)]])
@pytest.mark.parametrize("path", ["/", "/simulate", "/targets", "/method"])
def test_no_page_scrolls_sideways(page: Open, path: str, sizes: list[tuple[int, int]]) -> None:
    """A page arranges itself for the screen it opens on: a phone is not a smaller window."""
    opened = page(path, *sizes[0])
    for width, height in sizes:
        resize(opened, width, height)
        assert fits(opened), width
        assert len(opened.screenshot()) > 10_000
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_other_provinces_and_from_when(page: Open) -> None:
    """What is folded says what it holds, and keeps it when it is folded again."""
    opened = page(SIMULATE)
    opened.get_by_text("Các tỉnh khác", exact=True).click()
    opened.get_by_text("Theo mức tăng trong lịch sử của họ").click()
    gain = opened.get_by_role("slider", name="Mỗi tỉnh khác tăng, điểm")
    expect(gain).to_be_enabled()
    gain.focus()
    opened.keyboard.press("ArrowRight")
    expect(opened.get_by_text("+0,5", exact=True)).to_be_visible()
    opened.get_by_text("Các tỉnh khác", exact=True).click()
    expect(opened.get_by_text("+0,50 điểm", exact=True)).to_be_visible()

    how = opened.get_by_text("Cách áp dụng và thời điểm")
    how.click()
    opened.get_by_text("Cộng thêm", exact=True).click()
    how.click()
    expect(opened.get_by_role("radio", name="Cộng thêm")).to_have_count(0)
    box = opened.get_by_label("Số hóa hồ sơ, kết quả giải quyết, phần trăm")
    box.fill("10")
    box.press("Enter")
    expect(opened.get_by_text("cộng thêm +10,0").first).to_be_visible()
    assert opened.console_errors == []  # type: ignore[attr-defined]


def test_the_other_levers_stay_open_while_they_move(page: Open) -> None:
    """What has less to win is folded; a lever that was moved stays when it is folded again."""
    opened = page(SIMULATE)
    name = "Hồ sơ dùng dữ liệu dân cư, phần trăm"
    box = opened.get_by_label(name)
    expect(box).to_have_count(0)
    opened.get_by_role("button", name=re.compile("^Thêm .* chỉ số")).click()
    expect(box).to_be_visible()
    box.fill("95")
    box.press("Enter")
    settle(opened)
    expect(box).to_have_value("95,0")
    opened.get_by_role("button", name="Thu gọn").click()
    settle(opened)
    expect(box).to_have_value("95,0")
    expect(
        opened.get_by_label("Hài lòng trong tiếp nhận, giải quyết TTHC, phần trăm")
    ).to_have_count(0)
    assert opened.console_errors == []  # type: ignore[attr-defined]
