"""Names and rules kept for the next files: asked for and traced in the core, not by pages."""

from pathlib import Path

import pytest

from core.dataset.kept.names import kept_names
from core.dossiers.judging.agreed import Agreed, keep_agreed, recall_agreed
from core.imports.folder.named import keep_names
from core.store.checks import StoreError
from core.store.database import Store
from core.store.office.audit import audit_rows
from core.store.office.deeds import OPEN_ACTOR
from office import file_of, guarded, of

NAMES = {"Xã cũ": "H44.1"}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return guarded(file_of(tmp_path_factory.mktemp("office")))


@pytest.mark.parametrize("login", ["vy", "no", "nobody"])
def test_who_may_not_name_keeps_nothing(people: Store, tmp_path: Path, login: str) -> None:
    by = people.held_by(of(login))
    with pytest.raises(StoreError):
        keep_names(tmp_path, NAMES, by)
    with pytest.raises(StoreError):
        keep_agreed(tmp_path, "small", Agreed(("zeros",), NAMES), by)
    assert not list(tmp_path.iterdir())


def test_an_editor_keeps_both_and_the_trace_says_so(people: Store, tmp_path: Path) -> None:
    by = people.held_by(of("ed"))
    keep_names(tmp_path, NAMES, by)
    keep_agreed(tmp_path, "small", Agreed(("zeros",), NAMES), by)
    assert kept_names(tmp_path) == NAMES
    assert recall_agreed(tmp_path, "small") == Agreed(("zeros",), NAMES)
    with people.transaction() as connection:
        rows = audit_rows(connection, 2)
    assert {(row.subject, row.deed, row.outcome) for row in rows} == {
        ("account:ed", "names", "done")
    }


def test_where_people_sign_in_no_hand_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGN_IN", "accounts")
    with pytest.raises(StoreError):
        keep_names(tmp_path, NAMES, OPEN_ACTOR)
    with pytest.raises(StoreError):
        keep_agreed(tmp_path, "small", Agreed(("zeros",), NAMES), OPEN_ACTOR)
    assert not list(tmp_path.iterdir())
