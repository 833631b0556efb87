"""What the workbook says, in both languages: Vietnamese, English."""

SAID: dict[str, tuple[str, str]] = {
    "result": ("Kết quả", "Result"),
    "rates": ("Tỷ lệ {date}", "Rates {date}"),
    "worked": ("Tính {date}", "Worked {date}"),
    "rules": ("Quy tắc", "Rules"),
    "field": ("Các tỉnh khác", "Other provinces"),
    "share": ("Tỷ trọng", "Shares"),
    "start": ("Hiện trạng", "Baseline"),
    "title": ("Bảng tính điểm Bộ chỉ số 766", "The score of the 766 index, calculated"),
    "data": ("Bộ số liệu: {dataset}, đến {as_of}", "Data: {dataset}, up to {as_of}"),
    "of_plan": ("Kế hoạch hoặc kịch bản: {title}", "Plan or scenario: {title}"),
    "no_plan": ("Hiện trạng, không có kế hoạch", "As things stand, without a plan"),
    "how_1": (
        "Sửa tỷ lệ ở các trang “Tỷ lệ …” (ô nền vàng, từ 0% đến 100%): điểm của đơn vị, của tỉnh "
        "và thứ hạng trên trang này tự tính lại. Điểm tối đa và mức đạt điểm tối đa sửa ở trang "
        "“Quy tắc”.",
        "Change rates on the sheets “Rates …” (yellow cells, 0% to 100%): the points of units and "
        "of the province and the rank on this sheet follow. Maximum points and the rates that earn "
        "them are changed on “Rules”.",
    ),
    "how_2": (
        "Tỷ lệ là lũy kế từ đầu năm đến ngày ghi ở tên trang. Đơn vị cấp trên và tỉnh thay đổi "
        "theo phần hồ sơ của các đơn vị trực thuộc; tỷ lệ sau tổng hợp ở các trang “Tính …”.",
        "Rates are of the year to the date in the sheet's name. Units with others below them and "
        "the province follow by their shares of dossiers; the rates after that are on “Worked …”.",
    ),
    "cannot": (
        "Bảng tính không làm được: xác suất và khoảng tin cậy của điểm, sai số ước tính của mức "
        "thay đổi vừa sửa, tốc độ đạt chỉ tiêu theo thời gian. Hạng là số giữa của các lần mô "
        "phỏng khi xuất tệp; muốn có xác suất, mở kịch bản trong phần mềm.",
        "What a sheet can't do: probabilities, ranges of the score, how unsure the effect of an "
        "edit is, and how targets are reached over time. The rank is the middle of the draws made "
        "when this file was written; for probabilities open the scenario in the program.",
    ),
    "marks": (
        "≈ là số ước tính vì nguồn không công bố. Ô xám là không phát sinh hồ sơ hoặc theo số của "
        "tỉnh. Chữ đỏ là ô khác với hiện trạng.",
        "≈ is an estimate where no source states a figure. Grey cells have no dossiers or follow "
        "the province. Red figures differ from the baseline.",
    ),
    "when": ("Mốc", "When"),
    "today": ("Nếu đạt ngay ({date})", "If achieved now ({date})"),
    "by": ("Đến {date}", "By {date}"),
    "score_without": ("Điểm nếu không thực hiện", "Score if not"),
    "score_now": ("Điểm (tự tính)", "Score (calculated)"),
    "gained": ("Tăng, giảm", "Change"),
    "rank_without": ("Hạng nếu không thực hiện", "Rank if not"),
    "rank_now": ("Hạng (tự tính)", "Rank (calculated)"),
    "rank_low": ("Hạng tốt nhất (khoảng 80%)", "Best rank (80% range)"),
    "rank_high": ("Hạng thấp nhất (khoảng 80%)", "Worst rank (80% range)"),
    "size": ("Số tỉnh", "Provinces"),
    "own_score": ("Điểm cộng từ tỷ lệ", "Score of the rates"),
    "left": ("Phần điểm chưa đạt còn lại theo đà chung", "Part of what is missing that is left"),
    "left_note": (
        "Điểm = điểm cộng từ tỷ lệ + phần tỉnh tiến bộ như các tỉnh khác đến ngày đó. Hạng so với "
        "các tỉnh khác như dự kiến vào ngày đó.",
        "Score = score of the rates + what the province gains by then as the others do. The rank "
        "is among the others as they are expected on that date.",
    ),
    "groups": ("Điểm theo nhóm (cộng từ tỷ lệ)", "Points by group (of the rates)"),
    "group": ("Nhóm chỉ số", "Group"),
    "most": ("Tối đa", "Maximum"),
    "missing": ("Chưa đạt {date}", "Missing {date}"),
    "sure": ("Điểm từ số được công bố hoặc tính được", "Points of published or computed figures"),
    "guessed": ("Điểm từ số ước tính (≈)", "Points of estimates (≈)"),
    "made_of": ("Điểm tại {date} gồm", "The score of {date} is made of"),
    "whole": ("Cộng", "Sum"),
    "printed": ("Tổng điểm được công bố", "Published score"),
    "off": (
        "Chênh lệch với hiện trạng (làm tròn của Cổng)",
        "Difference from the baseline (the portal rounds)",
    ),
    "not_printed": (
        "Tổng điểm của tỉnh không được công bố: phần ước tính có thể sai.",
        "The province's score is not published: the estimated part may be wrong.",
    ),
    "unit": ("Đơn vị", "Unit"),
    "level": ("Cấp", "Level"),
    "province": ("Tỉnh", "Province"),
    "department": ("Sở, ban, ngành", "Department"),
    "district": ("Cấp huyện", "District"),
    "commune": ("Cấp xã", "Commune"),
    "rates_title": (
        "Tỷ lệ lũy kế từ đầu năm đến {date}: sửa các ô nền vàng",
        "Rates of the year to {date}: change the yellow cells",
    ),
    "after": ("Tỉnh, sau tổng hợp", "Province, rolled up"),
    "worked_title": (
        "Tính điểm {date}: tỷ lệ sau tổng hợp, điểm, thứ hạng trong tỉnh",
        "Working of {date}: rates rolled up, points, rank in the province",
    ),
    "points_of": ("Điểm", "Points"),
    "total": ("Tổng điểm", "Score"),
    "inner_rank": ("Hạng trong tỉnh", "Rank in the province"),
    "own_part": ("Riêng", "Own"),
    "brought": ("Do đơn vị trực thuộc", "By units below"),
    "rules_title": ("Quy tắc chấm điểm {rules}", "Scoring rules {rules}"),
    "component": ("Chỉ số", "Indicator"),
    "most_points": ("Điểm tối đa", "Maximum points"),
    "full_at": ("Đạt điểm tối đa từ", "Maximum from"),
    "no_data": ("Không phát sinh hồ sơ", "No dossiers"),
    "full": ("điểm tối đa", "maximum"),
    "none": ("0 điểm", "0 points"),
    "rollup": ("Cách tổng hợp", "How it adds up"),
    "sum": ("cộng hồ sơ của các đơn vị", "dossiers of the units add up"),
    "distinct": ("theo số của riêng tỉnh", "the province's own figure"),
    "by_province": ("tỉnh và các đơn vị như nhau", "the same for all units"),
    "basis": ("Căn cứ", "Basis"),
    "official": ("chính thức", "official"),
    "fitted": ("khớp với số công bố", "fits published figures"),
    "secondary": ("nguồn thứ cấp", "secondary source"),
    "inferred": ("suy ra", "inferred"),
    "assumed": ("giả định", "assumed"),
    "source": ("Nguồn", "Source"),
    "field_title": (
        "Các tỉnh khác: điểm cộng từ tỷ lệ mà tỉnh cần để đạt mỗi thứ hạng",
        "Other provinces: the score of the rates that reaches each rank",
    ),
    "rank": ("Hạng", "Rank"),
    "holder": ("Tỉnh dự kiến ở hạng này", "Province expected there"),
    "nameless": ("(ước tính)", "(estimated)"),
    "needed": ("Điểm cần có", "Score needed"),
    "needed_low": ("… trong 10% lần mô phỏng", "… in 10% of the draws"),
    "needed_high": ("… trong 90% lần mô phỏng", "… in 90% of the draws"),
    "share_title": (
        "Phần hồ sơ của mỗi đơn vị trong đơn vị cấp trên, theo chỉ số",
        "Each unit's part of the dossiers of the one above it, by indicator",
    ),
    "carried": ("Kéo theo: {name}", "Carries: {name}"),
    "start_title": ("Tỷ lệ hiện trạng, {date}", "Rates as they stand, {date}"),
    "rate_rule": ("Tỷ lệ từ 0% đến 100%", "A rate from 0% to 100%"),
    "points_rule": ("Điểm từ 0 đến 100", "Points from 0 to 100"),
    "chart_groups": ("Điểm theo nhóm, {date}", "Points by group, {date}"),
    "chart_score": ("Tổng điểm theo mốc", "Score by date"),
    "chart_field": ("Điểm cần có theo thứ hạng, {date}", "Score needed by rank, {date}"),
    "earned": ("Đạt {date}", "Earned {date}"),
}
