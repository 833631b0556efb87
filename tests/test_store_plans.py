"""Plans in the store: as safe as scenarios, and frozen once issued."""

import datetime as dt
import json
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from core.plans.files import plan_text, read_plan
from core.plans.model import Target, TargetPlan
from core.store import database, plans
from core.store import versions as scenarios
from core.store.checks import StoreError
from core.store.database import Store, open_store
from core.store.rows import A_PLAN, Version
from core.store.versions import Conflict

HALF = Target(unit="A", component="digitized", due="2025-12-31", rate=0.5)  # type: ignore[arg-type]
PLAN = TargetPlan(dataset="small", title="Quý IV", targets=(HALF,))
MORE = PLAN.model_copy(update={"targets": (HALF.model_copy(update={"rate": 0.7}),)})


@pytest.fixture
def db(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'store.db'}")


def create(db: Store, plan: TargetPlan = PLAN, name: str = "Quý IV") -> Version:
    return scenarios.create(
        db,
        plan_text(plan),
        name=name,
        author="Lan",
        dataset_id="small",
        dataset_version="1",
        what=A_PLAN,
    )


def save(
    db: Store, made: Version, plan: TargetPlan = MORE, author: str = "Lan"
) -> Version | Conflict:
    return scenarios.save(
        db,
        made.scenario_id,
        made.number,
        plan_text(plan),
        author=author,
        dataset_version="1",
        what=A_PLAN,
    )


def content(db: Store, made: Version, number: int | None = None) -> TargetPlan:
    return read_plan(scenarios.read(db, made.scenario_id, number, A_PLAN)[1])


def test_a_plan_from_its_draft_to_the_one_that_takes_its_place(db: Store) -> None:
    made = create(db)
    saved = save(db, made)
    assert isinstance(saved, Version) and saved.number == 2
    issued = plans.issue_plan(db, made.scenario_id, 2, author="Minh", as_of="2025-06-30")
    assert content(db, made) == MORE.model_copy(
        update={"state": "issued", "as_of": dt.date(2025, 6, 30)}
    )
    over = plans.supersede_plan(db, made.scenario_id, author="Minh")
    assert content(db, made).state == "superseded" and content(db, made).targets == MORE.targets
    kinds = [(one.kind, one.author) for one in scenarios.history(db, made.scenario_id, A_PLAN)]
    assert kinds == [("supersede", "Minh"), ("issue", "Minh"), ("save", "Lan"), ("save", "Lan")]
    # what was written stays to be read
    assert content(db, made, 1) == PLAN and content(db, made, 2) == MORE
    assert (issued.number, over.number) == (3, 4)


def test_an_issued_plan_is_frozen_and_its_copy_is_a_new_draft(db: Store) -> None:
    made = create(db)
    issued = plans.issue_plan(db, made.scenario_id, 1, author="Minh", as_of="2025-06-30")
    calls = (
        lambda: save(db, issued),
        lambda: plans.issue_plan(db, made.scenario_id, 2, author="Minh", as_of="2025-06-30"),
        lambda: scenarios.restore(db, made.scenario_id, author="Minh", number=1, what=A_PLAN),
        lambda: scenarios.delete(db, made.scenario_id, author="Minh", what=A_PLAN),
    )
    for call in calls:
        with pytest.raises(StoreError) as error:
            call()
        assert error.value.code == "frozen"
    assert (
        content(db, made).state == "issued"
        and len(scenarios.history(db, made.scenario_id, A_PLAN)) == 2
    )
    copied = scenarios.copy(db, made.scenario_id, author="Lan", what=A_PLAN)
    assert (copied.name, copied.parent_id) == ("Quý IV (2)", made.scenario_id)
    assert content(db, copied) == PLAN
    assert isinstance(save(db, copied), Version)


def test_of_two_who_save_at_once_both_are_kept_also_when_one_issues(db: Store) -> None:
    made = create(db)
    plans.issue_plan(db, made.scenario_id, 1, author="Minh", as_of="2025-06-30")
    late = save(db, made, author="Lan")
    assert isinstance(late, Conflict)
    assert [one.author for one in late.between] == ["Minh"]
    assert content(db, late.kept) == MORE and content(db, made).targets == PLAN.targets


def test_nobody_issues_what_another_has_changed_meanwhile(db: Store) -> None:
    made = create(db)
    save(db, made, author="Hoa")
    with pytest.raises(StoreError, match="changed by Hoa") as error:
        plans.issue_plan(db, made.scenario_id, 1, author="Minh", as_of="2025-06-30")
    assert error.value.code == "changed" and content(db, made) == MORE


def test_a_payload_that_says_it_is_issued_is_kept_as_a_draft(db: Store) -> None:
    made = create(db, PLAN.model_copy(update={"state": "issued"}))
    assert content(db, made).state == "draft"


def test_only_an_issued_plan_is_superseded(db: Store) -> None:
    made = create(db)
    with pytest.raises(StoreError) as error:
        plans.supersede_plan(db, made.scenario_id, author="Minh")
    assert error.value.code == "not_issued"


def test_a_deleted_plan_comes_back_and_an_old_version_of_a_draft_too(db: Store) -> None:
    made = create(db)
    save(db, made)
    scenarios.delete(db, made.scenario_id, author="Lan", what=A_PLAN)
    with pytest.raises(StoreError, match="deleted by Lan"):
        scenarios.delete(db, made.scenario_id, author="Lan", what=A_PLAN)
    assert scenarios.find(db, what=A_PLAN).total == 0
    assert scenarios.find(db, deleted=True, what=A_PLAN).total == 1
    scenarios.restore(db, made.scenario_id, author="Lan", what=A_PLAN)
    assert content(db, made) == MORE
    scenarios.restore(db, made.scenario_id, author="Lan", number=1, what=A_PLAN)
    assert content(db, made) == PLAN


def test_plans_and_scenarios_are_lists_of_their_own(db: Store) -> None:
    made = create(db)
    other = scenarios.create(
        db, json.dumps({}), name="Quý IV", author="Lan", dataset_id="small", dataset_version="1"
    )
    assert [one.scenario_id for one in scenarios.find(db, search="quy", what=A_PLAN).items] == [
        made.scenario_id
    ]
    assert [one.scenario_id for one in scenarios.find(db).items] == [other.scenario_id]
    with pytest.raises(StoreError) as error:
        scenarios.read(db, made.scenario_id)
    assert error.value.code == "unknown_scenario"
    with pytest.raises(StoreError) as error:
        scenarios.read(db, other.scenario_id, what=A_PLAN)
    assert error.value.code == "unknown_plan"


def test_a_store_of_before_plans_keeps_its_scenarios(tmp_path: Path) -> None:
    """Revision 0002 by the way back: what was there is a scenario afterwards."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    old = open_store(url)
    made = scenarios.create(
        old, json.dumps({}), name="Cũ", author="Lan", dataset_id="small", dataset_version="1"
    )
    config = Config()
    folder = Path(database.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    with old.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    old.engine.dispose()
    again = open_store(url)
    assert scenarios.read(again, made.scenario_id)[0].name == "Cũ"
    assert isinstance(save(again, create(again)), Version)
