"""The row of a load in the dataset's history: when, what it is of, and what it stated anew."""

from collections.abc import Iterable, Mapping

from core.dataset.kept.loads import LOADS, LOADS_FILE, RESTATED
from core.imports.folder.onto import rows_of, text_of
from core.imports.plan import ImportPlan
from core.text import clean_text


def source_title(plan: ImportPlan) -> str:
    """How the source of a load is called."""
    names = clean_text(", ".join(plan.files))[:300]
    return f"Số liệu của {plan.province_name}, nhập từ tệp: {names}"


def with_load(files: Mapping[str, str], plan: ImportPlan, at: str) -> str:
    """The table of loads with this one added; `files` are the dataset's tables as they will be.

    `at` is the moment of the load in UTC, which its restated rows carry, too.
    """
    restated = sum(
        row["loaded_at"] == at
        for name, text in files.items()
        if name.startswith(RESTATED)
        for row in rows_of(text)[0]
    )
    sources = [
        row["source"]
        for row in rows_of(files["sources.csv"])[0]
        if (row["title"], row["date"]) == (source_title(plan), f"{plan.as_of}")
    ]
    return with_row(
        files.get(LOADS_FILE, ""),
        at=at,
        as_of=f"{plan.as_of}",
        period=plan.period,
        source=sources[-1],
        files=plan.files,
        units=max(0, len(plan.units) - 1),
        figures=len(plan.observations),
        restated=restated,
    )


def loads_by_day(
    files: Mapping[str, str], province: str, view: str, names: Iterable[str], at: str
) -> str:
    """The loads of a new dataset, loaded `at` from files of these `names`: a row for each day that
    has figures. Empty where none has."""
    found, names = rows_of(files.get("observations.csv", ""))[0], list(names)
    loads = ""
    for day in sorted({row["as_of"] for row in found}):
        mine = [row for row in found if row["as_of"] == day]
        loads = with_row(
            loads,
            at=at,
            as_of=day,
            period=view,
            source=mine[0]["source"],
            files=names,
            units=len({row["unit"] for row in mine} - {province}),
            figures=len(mine),
            restated=0,
        )
    return loads


def with_row(
    loads: str, *, at: str, as_of: str, period: str, source: str, files: Iterable[str],
    units: int, figures: int, restated: int,
) -> str:  # fmt: skip
    """The text of the loads with one row more."""
    mine = {
        "loaded_at": at,
        "as_of": as_of,
        "period": period,
        "source": source,
        "files": clean_text(", ".join(files))[:300],
        "units": f"{units}",
        "figures": f"{figures}",
        "restated": f"{restated}",
    }
    return text_of([*rows_of(loads)[0], mine], list(LOADS.columns))
