"""The workbook in Vietnamese."""

from core.imports.template.sheets import ListSheet, TemplateWords
from core.index.rules import GROUPS

IN_VIETNAMESE = TemplateWords(
    guide="Hướng dẫn",
    keys="Tỉnh",
    figures="Số liệu",
    notes="Ghi chú",
    guidance=(
        "Tệp mẫu số liệu Bộ chỉ số 766",
        "1. Điền trang “Tỉnh”, rồi “Đơn vị” (kể cả chính tỉnh, cấp “tỉnh”), rồi “Số liệu”: mỗi "
        "dòng một đơn vị.",
        "2. Mỗi chỉ số: tử số và mẫu số, hoặc tỷ lệ %, hoặc điểm. Không biết thì để trống; trống "
        "không phải là 0.",
        "3. Ngày viết như 27/3/2025. Tỷ lệ viết 93,37 cho 93,37%.",
        "4. Không sửa hàng chữ xám dưới tiêu đề. Cột có thể đổi chỗ; cột không dùng có thể xóa.",
        "5. Cột Nguồn: mã ở trang “Nguồn”. Để trống thì nguồn là chính tệp này.",
        "6. Lưu tệp, rồi nạp lại ở trang Dữ liệu. Không thay đổi gì thì được đúng số liệu cũ.",
    ),
    key_names={
        "name_vi": "Tên bộ số liệu",
        "name_en": "Tên tiếng Anh",
        "province": "Mã của tỉnh (như trên Cổng, ví dụ H44)",
        "field_name": "Tên tỉnh trên bảng xếp hạng",
        "rule_set": "Bộ chỉ số",
        "period_start": "Số liệu tính từ ngày",
        "as_of": "Ngày của số liệu",
        "horizons": "Các mốc: tên = ngày; ...",
        "field_size": "Số tỉnh xếp hạng",
        "published_rank": "Hạng đã công bố",
        "published_total": "Tổng điểm đã công bố",
        "counting": "Tỷ lệ tính cho: year_to_date, month, unknown",
        "unscored": "Chỉ số công bố nhưng không chấm điểm",
        "monthly_volume": "Hồ sơ mỗi tháng, 12 số cách nhau bởi dấu chấm phẩy",
    },
    lists=(
        ListSheet(
            "Đơn vị",
            "units.csv",
            {
                "unit": "Mã đơn vị",
                "name_vi": "Tên đơn vị",
                "level": "Cấp",
                "parent": "Mã đơn vị cấp trên",
                "volume_share": "Phần trong tổng hồ sơ của tỉnh (0 đến 1)",
                "volume_source": "Nguồn của phần này",
            },
        ),
        ListSheet(
            "Chỉ tiêu",
            "targets.csv",
            {
                "due": "Hạn",
                "level": "Cấp",
                "unit": "Mã đơn vị",
                "component": "Mã chỉ số",
                "rate_percent": "Chỉ tiêu %",
                "source": "Nguồn",
                "note": "Ghi chú",
            },
        ),
        ListSheet(
            "Các tỉnh khác",
            "field.csv",
            {
                "date": "Ngày",
                "period": "Tính cho",
                "province": "Tỉnh",
                **dict(
                    zip(
                        GROUPS,
                        (
                            "Công khai, minh bạch",
                            "Tiến độ",
                            "Trực tuyến",
                            "Thanh toán",
                            "Hài lòng",
                            "Số hóa",
                        ),
                        strict=True,
                    )
                ),
                "total": "Tổng điểm",
                "rank": "Hạng",
                "mean_total": "Bình quân cả nước",
                "source": "Nguồn",
                "note": "Ghi chú",
            },
        ),
        ListSheet(
            "Khối lượng",
            "volumes.csv",
            {
                "unit": "Mã đơn vị",
                "component": "Mã chỉ số",
                "volume_share": "Phần trong hồ sơ của tỉnh (0 đến 1)",
                "source": "Nguồn",
            },
        ),
        ListSheet(
            "Số đếm khác",
            "counts.csv",
            {
                "as_of": "Ngày",
                "unit": "Mã đơn vị",
                "quantity": "Đại lượng",
                "count": "Số",
                "of": "Trên tổng",
                "source": "Nguồn",
                "note": "Ghi chú",
            },
        ),
        ListSheet(
            "Nguồn",
            "sources.csv",
            {
                "source": "Mã nguồn",
                "title": "Văn bản",
                "publisher": "Nơi ban hành",
                "date": "Ngày",
                "url": "Liên kết",
            },
        ),
    ),
    heads=("Ngày", "Mã đơn vị", "Tên đơn vị", "Cổng", "Nguồn"),
    roles={
        "numerator": "Tử số",
        "denominator": "Mẫu số",
        "rate_percent": "Tỷ lệ %",
        "points": "Điểm",
    },
    note_columns={
        "as_of": "Ngày",
        "unit": "Mã đơn vị",
        "component": "Mã chỉ số",
        "portal": "Cổng",
        "source": "Nguồn riêng của số liệu này",
        "note": "Ghi chú",
    },
    choices={
        "level": {
            "province": "tỉnh",
            "department": "sở",
            "district": "huyện",
            "commune": "xã",
        },
        "portal": {"national": "Cổng quốc gia", "provincial": "Cổng của tỉnh"},
        "period": {"year_to_date": "từ đầu năm", "month": "tháng", "week": "tuần"},
    },
)
