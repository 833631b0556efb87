"""A small dataset as a folder, and ways to change its files."""

from collections.abc import Callable
from pathlib import Path

Change = Callable[[str], str | bytes]

# A province P with a department A and a district B that has one commune B1.
SMALL = {
    "dataset.toml": """\
name_vi = "Tỉnh Nhỏ, 31/3/2026"
name_en = "A small province, 31 March 2026"
province = "P"
rule_set = "766-2026"
period_start = 2026-01-01
as_of = 2026-03-31
horizons = [{key = "q2", date = 2026-06-30}, {key = "year_end", date = 2026-12-31}]
field_size = 34
""",
    "units.csv": """\
unit,name_vi,level,parent,volume_share,volume_source
P,UBND tỉnh Nhỏ,province,,,
A,Sở Một,department,P,0.4,portal
B,UBND huyện Hai,district,P,0.6,portal
B1,UBND xã Ba,commune,B,0.2,portal
""",
    "observations.csv": """\
as_of,unit,component,portal,numerator,denominator,rate_percent,points,source,note
2026-03-31,P,on_time,national,80,100,,16,portal,
2026-03-31,A,on_time,national,40,40,,,portal,
2026-03-31,B,on_time,national,40,60,,,portal,
2026-03-31,P,digitized,national,,,25,,portal,
2026-03-31,A,digitized,national,,,37.5,,portal,
2026-03-31,P,petitions_on_time,national,0,0,0,6,portal,
2026-03-31,P,certified_copy,national,,,,2,portal,
2026-03-31,A,reused,national,,,,1.5,portal,
2026-03-31,P,digitized,provincial,30,90,,,portal,
2025-12-31,P,on_time,national,,,70,,portal,năm trước
""",
    "targets.csv": """\
due,level,unit,component,rate_percent,source,note
2026-06-30,commune,,digitized,60,portal,
""",
    "field.csv": """\
date,province,transparency,progress,online,payment,satisfaction,digitization,total,rank,mean_total,source
2026-03-31,Nhỏ,,,,,,,60,10,,portal
2026-03-31,Lớn,,,,,,,70,,,portal
""",
}
SOURCES = "source,title,publisher,date,url\nportal,Cổng dịch vụ công,,2026-03-31,\n"


def write_files(folder: Path, changes: dict[str, Change | None] | None = None) -> Path:
    """The small dataset in a new folder; a change gives a file's text, None leaves the file out."""
    folder.mkdir(parents=True)
    for name in {**SMALL, **(changes or {})}:
        change = (changes or {}).get(name, str)
        if change is not None:
            content = change(SMALL.get(name, ""))
            raw = content if isinstance(content, bytes) else content.encode()
            (folder / name).write_bytes(raw)
    return folder


def swap(old: str, new: str) -> Change:
    """Replace the first place of a text, which must be there."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def add(line: str) -> Change:
    """One line more at the end."""
    return lambda text: f"{text}{line}\n"
