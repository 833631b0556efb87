"""The keys of a dataset that an import makes: `dataset.toml`."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from core.dataset.boards import own_name
from core.imports import moments
from core.imports.plan import ImportPlan

REFORM = dt.date(2025, 7, 1)  # 63 provinces became 34


def toml(plan: ImportPlan) -> str:
    """The keys of `dataset.toml`."""
    assert plan.as_of is not None
    name, day = own_name(plan.province_name), plan.as_of
    vi, en = _counted(plan.period, day)
    lines = {
        "name_vi": f"{name}, {vi}",
        "name_en": f"{name}, {en}",
        "province": plan.province,
        "field_name": name,
        "rule_set": plan.rule_set,
    }
    size = 34 if day >= REFORM else 63
    quoted = {key: json.dumps(value, ensure_ascii=False) for key, value in lines.items()}
    text = "".join(f"{key} = {value}\n" for key, value in quoted.items())
    text += f"period_start = {moments.period_start(plan.period, day)}\nas_of = {day}\n"
    text += f"horizons = [{', '.join(_horizons(plan.period, day))}]\nfield_size = {size}\n"
    if plan.published_rank is not None and plan.published_rank <= size:
        text += f"published_rank = {plan.published_rank}\n"
    if plan.published_total is not None:
        text += f"published_total = {plan.published_total:g}\n"
    return text + ('counting = "month"\n' if plan.period == moments.MONTH else "")


def _counted(period: str, day: dt.date) -> tuple[str, str]:
    """The day of the figures; a month or a quarter with the day on which it was captured."""
    vi, en = f"{day.day}/{day.month}/{day.year}", f"{day.day} {day:%b} {day.year}"
    if period == moments.MONTH:
        return f"tháng {day.month} (đến {vi})", f"{day:%B} (until {en})"
    if period == moments.QUARTER:
        quarter = (day.month + 2) // 3
        return f"quý {quarter} (đến {vi})", f"quarter {quarter} (until {en})"
    return vi, en


def _horizons(period: str, day: dt.date) -> list[str]:
    """The ends of quarters of the year to come, the last one as the end of the year."""
    ends = {"q1": (3, 31), "q2": (6, 30), "q3": (9, 30), "year_end": (12, 31)}
    dates = {key: dt.date(day.year, *end) for key, end in ends.items()}
    ahead = {key: date for key, date in dates.items() if date > day}
    if period != moments.YEAR:
        ahead = dict(list(ahead.items())[:1])
    return [f'{{key = "{key}", date = {date}}}' for key, date in ahead.items()]


def toml_text(values: Mapping[str, Any]) -> str:
    """Keys as the text of `dataset.toml`."""
    return "".join(f"{key} = {_toml_value(value)}\n" for key, value in values.items())


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml_value(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {_toml_value(one)}' for key, one in value.items())}}}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
