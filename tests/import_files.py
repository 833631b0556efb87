"""Files as people have them, for the tests of imports. Names and figures are invented."""

import io
import json
import zipfile
from collections.abc import Collection
from typing import Any
from xml.sax.saxutils import escape

import docx
import openpyxl

PROVINCE = {"departmentId": "p", "departmentName": "UBND tỉnh Mẫu", "departmentCode": "H99"}
UNITS = (
    {"departmentId": "a", "departmentName": "Sở Thử - tỉnh Mẫu", "departmentCode": "H99.01"},
    {"departmentId": "b", "departmentName": "UBND xã Đồng Thử", "departmentCode": "H99.100"},
)
CODES = {
    "transparency": (
        ("PUBLISH_ON_TIME", 6), ("PUBLIC_UPDATE_ON_TIME", 4), ("PUBLIC_CONTENT_FULL", 2),
        ("DOSSIER_SYNC", 6),
    ),
    "digitization": (
        ("ORIGINAL_RESULT_AVAILABLE", 6), ("SO_HOA_GIAY_TO_GIAI_QUYET", 4),
        ("REUSED_DIGITIZED_DATA", 2), ("SYNCED_WITH_DVCQG_PERSONAL_STORAGE", 4),
        ("CITIZEN_DATA_CONNECTED_DOSSIER", 2), ("CITIZEN_DATA_CONNECTED_FORMALITY", 2),
    ),
}  # fmt: skip


def metric(code: str, most: float, above: int, below: int) -> dict[str, Any]:
    """A metric whose points are its part of the maximum."""
    ratio = round(100 * above / below, 2)
    points = round(most * above / below, 2)
    return {"code": code, "name": code, "numerator": above, "denominator": below, "ratio": ratio,
            "score": points, "maxScore": most}  # fmt: skip


def answer(group: str, dossiers: int = 1000) -> dict[str, Any]:
    """An answer with metrics: the province's rates are a half, those of its units a fifth."""

    def unit(named: dict[str, str], part: int, below: int) -> dict[str, Any]:
        metrics = [metric(code, most, below // part, below) for code, most in CODES[group]]
        if group == "digitization":
            nothing = {"numerator": None, "denominator": None}
            copy = {"code": "ELECTRONIC_CERTIFIED_COPY", "ratio": 100, "score": 2, "maxScore": 2}
            metrics.append({**copy, **nothing})
        total = round(sum(one["score"] for one in metrics), 2)
        return {**named, "totalScore": total, "totalMaxScore": 18 if len(metrics) == 4 else 22,
                "metrics": metrics}  # fmt: skip

    rows = [unit(named, 5, dossiers // 10) for named in UNITS]
    page = {"total": 5, "currentPage": 1, "pageSize": 300}
    data = {"overview": unit(PROVINCE, 2, dossiers), "evaluation": rows, "pagination": page}
    return {"code": "OK", "data": data}


def progress() -> dict[str, Any]:
    """An answer of progress: `totalScore` for the parent and `score` for its children."""
    parent = {**PROVINCE, "totalReceived": 1000, "totalOnTime": 900, "totalCompleted": 950,
              "totalScore": 18, "totalMaxScore": 20}  # fmt: skip
    children = [
        {**unit, "totalReceived": 100, "totalOnTime": 80, "score": 16, "maxScore": 20}
        for unit in UNITS
    ]
    return {"data": {"parent": parent, "children": children}}


def online() -> dict[str, Any]:
    """An answer of the online tree, which counts other dossiers than progress does."""
    parent = {**PROVINCE, "totalScore": 11.6, "totalMaxScore": 12, "authorityCount": 100,
              "partialCount": 40, "fullCount": 40, "onlineDossierCount": 90,
              "onlineServiceTotal": 100, "channelOnlineSum": 700, "channelDirectSum": 290,
              "channelPostalSum": 0, "channelTotalSum": 990}  # fmt: skip
    children = [{**unit, "totalScore": 6, "totalMaxScore": 12} for unit in UNITS]
    return {"data": {"parent": parent, "children": children}}


def service_results(joint: bool = True) -> dict[str, Any]:
    """The board of the province's units."""
    points = (("CKMB", 9, 18), ("TDGQ", 18, 20), ("ONLINE_SERVICE", 15, 22), ("MDHL", 12, 18),
              ("MDSH", 9, 22))  # fmt: skip
    radar = [{"code": code, "score": score, "maxScore": most} for code, score, most in points]
    units = [{**unit, "totalScore": 60 + n, "childGroup": "AGENCY" if n == 0 else "COMMUNE"}
             for n, unit in enumerate(UNITS)]  # fmt: skip
    overview = {**PROVINCE, "totalScore": 63, "totalMaxScore": 100}
    return {"data": {"overview": overview, "radar": radar, "evaluation": units}}


def as_json(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode()


def flat(node: Any, head: str = "", joint: str = ".", places: str = "[{}]") -> dict[str, Any]:
    """A tree as a crawler flattens it: `data.parent.totalScore`."""
    if isinstance(node, dict):
        pairs = [(f"{head}{joint}{key}" if head else key, value) for key, value in node.items()]
    elif isinstance(node, list):
        pairs = [(head + places.format(at), value) for at, value in enumerate(node)]
    else:
        return {head: node}
    return {
        key: value
        for name, inner in pairs
        for key, value in flat(inner, name, joint, places).items()
    }


def workbook(rows: list[list[Any]], merges: tuple[str, ...] = (), **sheet: Any) -> bytes:
    """A workbook of one sheet; `hidden` are its hidden lines."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    for place in merges:
        page.merge_cells(place)
    for line in sheet.get("hidden", ()):
        page.row_dimensions[line].hidden = True
    for place in sheet.get("errors", ()):
        page[place].data_type = "e"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def word(rows: list[list[str]], before: str = "") -> bytes:
    """A Word document with one table."""
    document = docx.Document()
    document.add_paragraph(before)
    table = document.add_table(len(rows), len(rows[0]))
    for line, row in enumerate(rows):
        for at, text in enumerate(row):
            table.cell(line, at).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    """A zip file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, raw in parts.items():
            made.writestr(name, raw)
    return out.getvalue()


def open_document(rows: list[list[Any]], hidden: Collection[int] = ()) -> bytes:
    """An .ods of one sheet; a text that begins with # is an error, as LibreOffice writes it."""
    spaces = "".join(
        f' xmlns:{name}="urn:{urn}"'
        for name, urn in {
            "office": "oasis:names:tc:opendocument:xmlns:office:1.0",
            "table": "oasis:names:tc:opendocument:xmlns:table:1.0",
            "text": "oasis:names:tc:opendocument:xmlns:text:1.0",
            "calcext": "org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
        }.items()
    )

    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, int | float):
            kind = f'office:value-type="float" office:value="{value}"'
        elif value.startswith("#"):
            kind = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
        else:
            kind = 'office:value-type="string"'
        said = escape(str(value))
        return f"<table:table-cell {kind}><text:p>{said}</text:p></table:table-cell>"

    lines = ""
    for line, row in enumerate(rows, 1):
        shown = ' table:visibility="filter"' if line in hidden else ""
        lines += f"<table:table-row{shown}>{''.join(map(cell, row))}</table:table-row>"
    body = f'<office:spreadsheet><table:table table:name="A">{lines}</table:table>'
    content = (
        f"<office:document-content{spaces}><office:body>{body}</office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="'
            'urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            "</manifest:manifest>",
        )
        archive.writestr("content.xml", content)
    return made.getvalue()
