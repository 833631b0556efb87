"""Year-to-date rates over time (model of the index, section 4).

The board counts from the start of the year, so what has been done drags on what will be done.
"""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Array
from core.dataset.schema import Meta
from core.scenario.model import Change

DAYS_A_WEEK = 7
TODAY = "today"
"""The key of the date of the data, beside those of the horizons."""


@dataclass(frozen=True)
class Calendar:
    """When dossiers come in.

    `daily` (D,) volume of each day from `start` on, summing to 1 over the calendar year;
    `as_of` the date of the data; `horizons` the dates to project to, by key; `monthly` rates count
    the dossiers of their own month only, else those of the year to date.
    """

    start: dt.date
    as_of: dt.date
    horizons: dict[str, dt.date]
    daily: Array
    monthly: bool = False

    def counted_from(self, until: dt.date) -> dt.date:
        """The first day that a rate on a date counts."""
        return max(self.start, until.replace(day=1)) if self.monthly else self.start

    @property
    def last(self) -> dt.date:
        """The last day whose volume is known."""
        return self.start + dt.timedelta(days=len(self.daily) - 1)

    @property
    def dates(self) -> dict[str, dt.date]:
        """The date of the data, under TODAY, and then the horizons, by key."""
        return {TODAY: self.as_of, **self.horizons}

    def volume(self, after: dt.date, until: dt.date) -> float:
        """Volume of the days after one date up to and with another, 0 when none."""
        first, last = self._day(after) + 1, self._day(until) + 1
        return float(self.daily[max(first, 0) : max(last, 0)].sum())

    def so_far(self, until: dt.date | None = None) -> float:
        """Volume up to the date of the data that a rate on another date counts too."""
        first = self.counted_from(self.as_of if until is None else until)
        return self.volume(first - dt.timedelta(days=1), self.as_of)

    def to_come(self, until: dt.date) -> float:
        """Volume after the date of the data, up to another date, that a rate on it counts."""
        before = self.counted_from(until) - dt.timedelta(days=1)
        return self.volume(max(self.as_of, before), until)

    def part_to_come(self, until: dt.date) -> float:
        """The part, 0..1, that the dossiers to come have in all that a rate on a date counts."""
        to_come = self.to_come(until)
        return to_come / (self.so_far(until) + to_come)

    def weeks_to(self, until: dt.date) -> float:
        """Weeks from the date of the data to another date."""
        return (until - self.as_of).days / DAYS_A_WEEK

    def _day(self, date: dt.date) -> int:
        return (date - self.start).days


def calendar(meta: Meta) -> Calendar:
    """The calendar of a dataset: its monthly profile spread evenly over the days of each month."""
    last = max([dt.date(meta.period_start.year, 12, 31), *(h.date for h in meta.horizons)])
    days = [
        meta.period_start + dt.timedelta(days=n) for n in range((last - meta.period_start).days + 1)
    ]
    if meta.monthly_volume is None:
        daily = np.ones(len(days))
    else:
        in_month = meta.monthly_volume
        daily = np.array(
            [in_month[day.month - 1] / monthrange(day.year, day.month)[1] for day in days]
        )
    year = np.array([day.year == meta.period_start.year for day in days])
    horizons = {horizon.key: horizon.date for horizon in meta.horizons}
    monthly = meta.counting == "month"
    return Calendar(meta.period_start, meta.as_of, horizons, daily / daily[year].sum(), monthly)


def counted(calendar: Calendar, counting: str | None) -> Calendar:
    """The calendar under an assumption about how the portal counts; itself where none is made."""
    return calendar if counting is None else replace(calendar, monthly=counting == "month")


def reach(calendar: Calendar, change: Change, date: dt.date) -> float:
    """How much of a change has arrived in the rate on a date, 0..1.

    `R(T) = (V0 R0 + V1 r) / (V0 + V1)`; with the dossiers to come at `r = R0 + f d`, f the average
    of the ramp over them, this is `R0 + reach d` with `reach = f V1 / (V0 + V1)`.
    """
    days = (date - calendar.as_of).days
    if days <= 0:
        return 0.0
    first = (calendar.as_of - calendar.start).days + 1
    volume = calendar.daily[first : first + days].copy()
    # days before those that the date's rate counts
    volume[: max(0, (calendar.counted_from(date) - calendar.as_of).days - 1)] = 0.0
    start = change.start or calendar.as_of + dt.timedelta(days=1)
    # a day counts by its middle, so that a ramp of n weeks has n weeks' average one half
    age = np.arange(days, dtype=np.float64) + 0.5 - (start - calendar.as_of).days + 1
    whole = calendar.so_far(date) + float(volume.sum())
    if change.end is not None:
        volume[max(0, (change.end - calendar.as_of).days) :] = 0.0
    arrived = ramp(age, change.ramp_weeks, change.ramp_shape)
    return float((volume * arrived).sum()) / whole


def ramp(age_days: Array, weeks: float, shape: str = "linear") -> Array:
    """How far a change has come, 0..1, at an age in days; at once when it takes 0 weeks.

    The S-curve is `3 x^2 - 2 x^3`: slow at both ends, half way after half the time.

    >>> week = np.array([-1.0, 7.0, 14.0, 28.0, 35.0])
    >>> ramp(week, weeks=4).tolist()
    [0.0, 0.25, 0.5, 1.0, 1.0]
    >>> ramp(week, weeks=4, shape="s_curve").tolist()
    [0.0, 0.15625, 0.5, 1.0, 1.0]
    """
    if weeks <= 0:
        return (age_days >= 0).astype(float)
    x = np.clip(age_days / (weeks * DAYS_A_WEEK), 0.0, 1.0)
    return x * x * (3 - 2 * x) if shape == "s_curve" else x


def backward(target: Array, rate: Array, so_far: float, to_come: float) -> Array:
    """Rate on the dossiers to come that just meets a target; above 1 it is out of reach.

    Below 0 the target is met whatever comes. Raises ValueError when no dossiers are to come.

    Three quarters of the year at 60 %; for 70 % in all, the last quarter must be all on time:

    >>> float(backward(np.array(0.7), np.array(0.6), so_far=0.75, to_come=0.25))
    1.0
    """
    if to_come <= 0:
        raise ValueError("no dossiers come in before this date: there is nothing left to change")
    return (target * (so_far + to_come) - so_far * rate) / to_come


def latest_start(calendar: Calendar, target: float, rate: float, date: dt.date) -> dt.date | None:
    """The last day on which all dossiers from then on would still just meet the target.

    Until that day dossiers go on at the present rate. None when even all dossiers of the year would
    not do; `date` itself when the target is met anyway.
    """
    if rate >= target:
        return date
    first = calendar.counted_from(date) - dt.timedelta(days=1)
    whole = calendar.volume(first, date)
    needed = whole * (target - rate) / (1 - rate)
    days = (date - first).days
    skipped = (first - calendar.start).days + 1
    left = calendar.daily[skipped : skipped + days][::-1].cumsum()
    enough = int(np.searchsorted(left, needed - 1e-12))
    return None if enough >= days else date - dt.timedelta(days=enough)
