"""The register of forecasts: frozen by itself, once for each version of the data and each plan."""

import contextlib

import streamlit as st

from core.outlook.case import Case
from core.plans.model import TargetPlan
from core.problems import DataError
from core.store import forecasts as store
from core.store.checks import StoreError
from core.store.database import store_url
from core.store.rows import Version
from core.track.frozen import freeze, read_frozen
from core.track.marks import Dated
from pages.parts.state.kept import storage


def freeze_baseline(case: Case) -> None:
    """Freeze what is said of these data without any plan; a store that is away is tried again."""
    with contextlib.suppress(StoreError):
        _frozen_once(store_url(), case.dataset.id, case.dataset.version, case)


@st.cache_resource(max_entries=200, show_spinner=False)
def _frozen_once(url: str, dataset: str, version: str, _case: Case) -> bool:
    db = storage.store()
    if not store.is_frozen(db, dataset, version):
        _add(_case, None, None)
    return True


def freeze_plan(case: Case, plan: TargetPlan, version: Version) -> None:
    """Freeze what an issued plan is said to bring. Raises DataError and StoreError."""
    _add(case, plan, version)


def _add(case: Case, plan: TargetPlan | None, version: Version | None) -> None:
    store.add_forecast(
        storage.store(),
        freeze(case, plan).model_dump_json(),
        dataset_id=case.dataset.id,
        dataset_version=case.dataset.version,
        plan_id=version.scenario_id if version else "",
        plan_number=version.number if version else 0,
    )


def frozen() -> list[Dated]:
    """All that is in the register, with the day on which it was frozen; what another version of the
    program wrote otherwise is left out. Raises StoreError."""
    found = []
    for row in store.forecasts(storage.store()):
        with contextlib.suppress(DataError):
            found.append((read_frozen(row.payload), row.frozen_at.date()))
    return found
