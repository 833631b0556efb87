"""What documents say, in both languages, and numbers and dates as they write them."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from core.problems import DataError, Problem
from core.text import ESTIMATED

DocumentLanguage = Literal["vi", "en"]
SURE, ABOUT, UNKNOWN_FIGURE = "", ESTIMATED, "–"
GROUP_WORDS = {
    "vi": {
        "transparency": "Công khai, minh bạch",
        "progress": "Tiến độ giải quyết",
        "online": "Dịch vụ công trực tuyến",
        "payment": "Thanh toán trực tuyến",
        "satisfaction": "Mức độ hài lòng",
        "digitization": "Số hóa hồ sơ",
    },
    "en": {
        "transparency": "Transparency",
        "progress": "Progress",
        "online": "Online services",
        "payment": "Online payment",
        "satisfaction": "Satisfaction",
        "digitization": "Digitisation",
    },
}
LEVELS_IN_WORDS = {
    "vi": {
        "province": "Tỉnh",
        "department": "Các sở, ban, ngành",
        "district": "UBND cấp huyện",
        "commune": "UBND cấp xã",
    },
    "en": {
        "province": "The province",
        "department": "Departments",
        "district": "District People's Committees",
        "commune": "Commune People's Committees",
    },
}
UNSCORED_WORDS = {
    "services_full_online": (
        "Cung cấp dịch vụ công trực tuyến toàn trình",
        "Services offered fully online",
    ),
}
REPORT = "bao_cao"
DOCUMENT_KINDS = ("cong_van", "ke_hoach", "quyet_dinh", REPORT)
_WORDS: Mapping[str, tuple[str, str]] = {
    "state": ("Cộng hòa xã hội chủ nghĩa Việt Nam", "Socialist Republic of Viet Nam"),
    "motto": ("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"),
    "agency_over": ("Ủy ban nhân dân", "People's Committee"),
    "number": ("Số: ......../{code}", "No.: ......../{code}"),
    "date": ("{place}, ngày ..... tháng ..... năm {year}", "{place}, day ..... month ..... {year}"),
    "to": ("Kính gửi", "To"),
    "cong_van": ("", ""),
    "ke_hoach": ("Kế hoạch", "Plan"),
    "quyet_dinh": ("Quyết định", "Decision"),
    "about": ("V/v {subject}", "Re: {subject}"),
    "subject": (
        "giao chỉ tiêu nâng cao các chỉ số phục vụ người dân, doanh nghiệp (Bộ chỉ số 766)",
        "targets for the indicators of service to people and businesses (766 index)",
    ),
    "on": ("Về việc {subject}", "On {subject}"),
    "authority": ("Ủy ban nhân dân tỉnh {province}", "The People's Committee of {province}"),
    "departments": ("Các sở, ban, ngành tỉnh", "Departments of the province"),
    "districts": ("UBND các huyện, thị xã, thành phố", "District People's Committees"),
    "communes": ("UBND các xã, phường, thị trấn", "Commune People's Committees"),
    "basis": (
        "Căn cứ Quyết định số 766/QĐ-TTg ngày 23 tháng 6 năm 2022 của Thủ tướng Chính phủ "
        "phê duyệt "
        "Bộ chỉ số chỉ đạo, điều hành và đánh giá chất lượng phục vụ người dân, doanh nghiệp trong "
        "thực hiện thủ tục hành chính, cung cấp dịch vụ công.",
        "Pursuant to Decision 766/QĐ-TTg of 23 June 2022 of the Prime Minister on the set of "
        "indicators for the quality of service to people and businesses.",
    ),
    "situation": (
        "Theo số liệu đến {as_of}, {standing} Tình hình thực hiện các nhóm chỉ số tại Phụ lục "
        "{annex}.",
        "By the figures of {as_of}, {standing} The groups of indicators stand in annex {annex}.",
    ),
    "stands": (
        "tỉnh đạt {score} điểm, xếp hạng {rank}.",
        "the province has {score} points and rank {rank}.",
    ),
    "asked": (
        "Để nâng cao các chỉ số nêu trên, Chủ tịch UBND tỉnh yêu cầu các cơ quan, đơn vị tập trung "
        "thực hiện các chỉ tiêu sau (tỷ lệ lũy kế từ đầu năm, tính đến ngày đến hạn):",
        "To raise these indicators the Chairman asks all units to reach the following targets "
        "(rates of the year to date on the due date):",
    ),
    "target": ("{component}: đến {due}, {places}.", "{component}: by {due}, {places}."),
    "place": ("{place} đạt tối thiểu {rate}", "{place} at least {rate}"),
    "own": ("{count} đơn vị có chỉ tiêu riêng", "{count} units have targets of their own"),
    "see": (
        "Chỉ tiêu của từng cấp, từng đơn vị và mức phải đạt trên hồ sơ mới tại Phụ lục {annex}.",
        "The targets of each level and unit and what they ask of new dossiers stand in annex "
        "{annex}.",
    ),
    "zeros": (
        "{count} đơn vị có tỷ lệ được công bố bằng 0% (Phụ lục {annex}) phải có biện pháp "
        "khắc phục "
        "ngay.",
        "{count} units with a published rate of 0% (annex {annex}) have to act at once.",
    ),
    "outlook": (
        "Dự kiến đến {date}: nếu các đơn vị đạt chỉ tiêu, tỉnh đạt {with_score} điểm, xếp hạng "
        "{with_rank}; nếu không có chỉ tiêu này, {without_score} điểm, xếp hạng {without_rank} "
        "(số dự kiến theo mô hình; trong ngoặc là khoảng tin cậy 80%).",
        "Expected by {date}: {with_score} points and rank {with_rank} if the units reach their "
        "targets, {without_score} points and rank {without_rank} without them (computed; in "
        "brackets the 80% range).",
    ),
    "follow": (
        "Giao Văn phòng UBND tỉnh theo dõi, kiểm tra, đôn đốc và định kỳ hằng tháng báo cáo "
        "kết quả "
        "thực hiện.",
        "The Office of the People's Committee follows this up and reports every month.",
    ),
    "close": (
        "Yêu cầu thủ trưởng các cơ quan, đơn vị khẩn trương tổ chức thực hiện./.",
        "All heads of units are asked to act without delay.",
    ),
    "decide": ("QUYẾT ĐỊNH:", "DECIDES:"),
    "article_1": (
        "Điều 1. Giao chỉ tiêu cho các cơ quan, đơn vị như sau (tỷ lệ lũy kế từ đầu năm, tính đến "
        "ngày đến hạn):",
        "Article 1. The following targets are assigned (rates of the year to date on the "
        "due date):",
    ),
    "article_2": (
        "Điều 2. Quyết định này có hiệu lực kể từ ngày ký. Thủ trưởng các cơ quan, đơn vị "
        "chịu trách "
        "nhiệm thi hành Quyết định này./.",
        "Article 2. This decision takes effect on the day it is signed. All heads of units "
        "carry it "
        "out.",
    ),
    "purpose": ("I. Tình hình và mục tiêu", "I. Where we stand and what is aimed at"),
    "targets": ("II. Chỉ tiêu", "II. Targets"),
    "doing": ("III. Tổ chức thực hiện", "III. Carrying it out"),
    "recipients": ("Nơi nhận", "Recipients"),
    "as_above": ("Như trên;", "As above;"),
    "leaders": ("CT, các PCT UBND tỉnh;", "Chairman and Vice Chairmen;"),
    "office": ("LĐVP, các phòng, trung tâm;", "Office of the People's Committee;"),
    "archive": ("Lưu: VT.", "Archive."),
    "sign_1": ("TM. Ủy ban nhân dân", "For the People's Committee"),
    "sign_2": ("Chủ tịch", "Chairman"),
    "annex": ("Phụ lục", "Annex"),
    "step_submit": ("Trình: {who}, {when}", "Submitted: {who}, {when}"),
    "step_return": ("Trả lại: {who}, {when}", "Returned: {who}, {when}"),
    "step_issue": ("Duyệt, ban hành: {who}, {when}", "Approved and issued: {who}, {when}"),
    "step_supersede": ("Được thay thế: {who}, {when}", "Superseded: {who}, {when}"),
    "annex_note": (
        "(Kèm theo {kind} số ......../{code} ngày ..... tháng ..... năm {year} của UBND tỉnh)",
        "(To {kind} no. ......../{code} of ..... {year})",
    ),
    "letter": ("Công văn", "Letter"),
    "annex_groups": ("Tình hình thực hiện các nhóm chỉ số", "How the groups of indicators stand"),
    "annex_targets": ("Chỉ tiêu giao theo cấp và đơn vị", "Targets by level and unit"),
    "annex_needed": (
        "Hiện trạng và mức phải đạt của từng đơn vị",
        "Where each unit stands and what it has to do",
    ),
    "annex_zeros": ("Đơn vị có tỷ lệ bằng 0%", "Units at 0%"),
    "no": ("TT", "No."),
    "group": ("Nhóm chỉ số, chỉ số", "Group, indicator"),
    "change": ("Tăng, giảm", "Change"),
    "unit": ("Cấp, đơn vị", "Level, unit"),
    "until": ("Đến {due}", "By {due}"),
    "now": ("Lũy kế đến {as_of}", "To date, {as_of}"),
    "aim": ("Chỉ tiêu", "Target"),
    "needed": ("Phải đạt trên hồ sơ mới", "Needed on new dossiers"),
    "weekly": ("Hồ sơ/tuần", "Dossiers a week"),
    "standing": ("Đánh giá", "Assessment"),
    "rate": ("Chỉ số", "Indicator"),
    "met": ("đã đạt", "met"),
    "on_course": ("đúng tiến độ", "on course"),
    "stretch": ("cần đẩy nhanh", "must do better"),
    "out_of_reach": ("khó đạt", "out of reach"),
    "none": ("–", "–"),
    "marks": (
        "≈ là số ước tính vì nguồn không công bố; các số khác là số được công bố hoặc tính từ số "
        "được công bố. Nguồn: bộ số liệu “{dataset}”.",
        "≈ is an estimate where no source states a figure; all others are published or computed "
        "from what is. Source: data “{dataset}”.",
    ),
    "bao_cao": ("Báo cáo", "Report"),
    "report_subject": (
        "Kết quả thực hiện Bộ chỉ số 766 đến ngày {as_of}",
        "Results of the 766 index up to {as_of}",
    ),
    "part_rates": ("Các chỉ số của tỉnh", "The province's indicators"),
    "part_units": ("Kết quả tại {level}", "Results: {level}"),
    "part_pairs": (
        "Số liệu trên Cổng dịch vụ công của tỉnh và Cổng Dịch vụ công quốc gia",
        "Figures of the provincial and of the national portal",
    ),
    "part_overdue": ("Hồ sơ quá hạn", "Overdue dossiers"),
    "part_plan": ("Thực hiện chỉ tiêu được giao", "The assigned targets"),
    "see_plan": (
        "Hiện trạng của từng đơn vị so với chỉ tiêu và mức phải đạt tại Phụ lục.",
        "Where each unit stands against its targets is in the annex.",
    ),
    "follow_counts": (
        "Từ ngày {start} đến ngày {now}, trong {all} chỉ tiêu được giao: {met} đã đạt, {ahead} "
        "vượt tiến độ, {course} đúng tiến độ, {behind} chậm tiến độ, {out} khó đạt, {missed} đến "
        "hạn chưa đạt.",
        "From {start} to {now}, of {all} targets {met} are met, {ahead} ahead, {course} on course, "
        "{behind} behind, {out} out of reach, {missed} due and not met.",
    ),
    "follow_moved": (
        "So với ngày {day}: tổng điểm {change} điểm, thứ hạng từ {before} đến {now}.",
        "Since {day}: score {change} points, rank from {before} to {now}.",
    ),
    "follow_better": (
        "Mức này cao hơn biến động chung của các tỉnh (khoảng tin cậy 80%: {low} đến {high} điểm).",
        "This is more than the field's own ups and downs explain (80%: {low} to {high} points).",
    ),
    "follow_noise": (
        "Mức này nằm trong biến động chung của các tỉnh (khoảng tin cậy 80%: {low} đến {high} "
        "điểm), chưa thể coi là kết quả của kế hoạch.",
        "This is within the field's own ups and downs (80%: {low} to {high} points): no sign of "
        "the plan yet.",
    ),
    "follow_worse": (
        "Mức này thấp hơn biến động chung của các tỉnh (khoảng tin cậy 80%: {low} đến {high} "
        "điểm).",
        "This is less than the field's own ups and downs explain (80%: {low} to {high} points).",
    ),
    "follow_calls": (
        "Các đơn vị cần đôn đốc trước, theo số hồ sơ phải tăng thêm mỗi tuần so với kế hoạch:",
        "Units to call first, by the dossiers a week that they must add to the plan's:",
    ),
    "course": ("Mức theo tiến độ", "On course"),
    "extra": ("Tăng thêm mỗi tuần", "Extra a week"),
    "rank_moved": (
        "Tính đến hết {as_of}, tỉnh xếp hạng {rank}, {moved}.",
        "By {as_of} the province has rank {rank}, {moved}.",
    ),
    "rank_only": (
        "Tính đến hết {as_of}, tỉnh xếp hạng {rank}.",
        "By {as_of} the province has rank {rank}.",
    ),
    "no_rank": (
        "Tính đến hết {as_of}; thứ hạng của tỉnh tại thời điểm này không được công bố.",
        "By {as_of}; the province's rank on this day is not published.",
    ),
    "rank_up": (
        "tăng {places} bậc so với ngày {before} (xếp hạng {past})",
        "up {places} since {before} (rank {past})",
    ),
    "rank_down": (
        "giảm {places} bậc so với ngày {before} (xếp hạng {past})",
        "down {places} since {before} (rank {past})",
    ),
    "rank_still": ("giữ nguyên so với ngày {before}", "as on {before}"),
    "fell": ("- Có {count} chỉ số giảm: {names}.", "- {count} fell: {names}."),
    "rose": ("- Có {count} chỉ số tăng: {names}.", "- {count} rose: {names}."),
    "full": ("- Có {count} chỉ số giữ 100%: {names}.", "- {count} stay at 100%: {names}."),
    "same": (
        "- Có {count} chỉ số không thay đổi: {names}.",
        "- {count} did not change: {names}.",
    ),
    "unit_only": ("Đơn vị", "Unit"),
    "score_on": ("Điểm ({date})", "Points ({date})"),
    "dossiers": ("{count} hồ sơ", "{count} dossiers"),
    "no_dossiers": ("Không phát sinh hồ sơ", "No dossiers"),
    "own_portal": ("Cổng DVC tỉnh", "Provincial portal"),
    "national": ("Cổng DVCQG", "National portal"),
    "overdue_moved": (
        "Hồ sơ quá hạn từ {past} hồ sơ (ngày {before}) còn {count} hồ sơ (ngày {as_of}).",
        "Overdue dossiers: {past} on {before}, {count} on {as_of}.",
    ),
    "overdue_units": (
        "Hồ sơ quá hạn đến ngày {as_of}: {units}.",
        "Overdue dossiers on {as_of}: {units}.",
    ),
    "report_end": (
        "Trên đây là báo cáo kết quả thực hiện Bộ chỉ số 766./.",
        "This is the report on the 766 index.",
    ),
}


def from_to(low: object, high: object) -> str:
    """A range of numbers: `10–52`."""
    return f"{low}–{high}"


class Words:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        if language not in ("vi", "en"):
            raise DataError([Problem("--language", None, None, language, "vi or en")])
        self.language: DocumentLanguage = "vi" if language == "vi" else "en"

    def say(self, key: str, **values: object) -> str:
        """A text with its `{name}` fields filled; what people wrote is never a pattern."""
        return self.pick(_WORDS[key], **values)

    def pick(self, texts: tuple[str, str], **values: object) -> str:
        """The text of this language, Vietnamese before English, with its fields filled."""
        return texts[0 if self.language == "vi" else 1].format(**values)

    def number(self, value: float, digits: int = 2, sign: bool = False) -> str:
        """`85,45` in Vietnamese, `85.45` in English; a dash where there is none."""
        if value != value:
            return UNKNOWN_FIGURE
        text = f"{value:+,.{digits}f}" if sign else f"{value:,.{digits}f}"
        if self.language == "vi":
            text = text.translate(str.maketrans(",.", ".,"))
        return text

    def percent(self, rate: float, digits: int = 2, estimated: bool = False) -> str:
        """A rate of 0..1; no zeros that say nothing at its end, ≈ where nobody has published it."""
        if rate != rate:
            return UNKNOWN_FIGURE
        text = self.number(100 * rate, digits)
        point = "," if self.language == "vi" else "."
        if point in text:
            text = text.rstrip("0").rstrip(point)
        return f"{ABOUT if estimated else SURE}{text}%"

    def day(self, date: dt.date) -> str:
        """A day as tables write it: `30/6/2024`."""
        return f"{date.day}/{date.month}/{date.year}"

    def full_day(self, date: dt.date) -> str:
        """A day as a document's sentence writes it: `ngày 05 tháng 01 năm 2024`."""
        if self.language == "vi":
            month = f"{date.month:02}" if date.month < 3 else f"{date.month}"
            return f"ngày {date.day:02} tháng {month} năm {date.year}"
        return f"{date.day} {date:%B} {date.year}"

    def level(self, name: str) -> str:
        """A level as who is addressed."""
        return LEVELS_IN_WORDS[self.language][name]

    def inside(self, title: str) -> str:
        """A level's title within a sentence: `các sở, ban, ngành`, but `UBND cấp xã`."""
        return title[0].lower() + title[1:] if title[1:2].islower() else title

    def unscored(self, code: str) -> str:
        """A rate that is published and that no points are given for."""
        names = UNSCORED_WORDS.get(code, (code, code))
        return names[0 if self.language == "vi" else 1]

    def group(self, name: str) -> str:
        """A group of indicators."""
        return GROUP_WORDS[self.language][name]
