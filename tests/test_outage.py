"""Twenty people while the store is away, briefly; `tests/outage.py` does it for ten minutes."""

import os

import pytest

import outage
from conftest import free_port


def test_nobody_loses_a_change_to_a_locked_file_and_everybody_is_told() -> None:
    people, missing = outage.on_sqlite(users=20, seconds=15, locked=6)
    assert missing == []
    assert all(one.told for one in people)  # each change waits 4 s, and the locks are longer
    assert all(one.changes == one.kept for one in people)


def test_nobody_loses_a_change_to_a_restarted_server() -> None:
    if not outage.has_server() and os.environ.get("CI") != "true":
        pytest.skip("no PostgreSQL server can be started here: initdb and pg_ctl are missing")
    people, missing = outage.on_postgres(users=20, seconds=15, port=free_port())
    assert missing == []
    assert all(one.changes == one.kept for one in people)
