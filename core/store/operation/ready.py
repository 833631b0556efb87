"""Is a store ready for people: it answers, its tables are today's, and its file is in its place."""

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.store.checks import StoreError
from core.store.database import MIGRATIONS, Store, is_in_place


def why_not_ready(db: Store) -> str | None:
    """One word for whoever watches (a kind of `faults.ADVICE`, "moved" or "migrations"); None where
    all is well. Says no address and no text of an error."""
    if not is_in_place(db):
        return "moved"
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    try:
        with db.transaction() as line:
            current = MigrationContext.configure(line).get_current_revision()
    except StoreError as error:
        return str(error.details.get("kind", "other"))
    head = ScriptDirectory.from_config(config).get_current_head()
    return None if current == head else "migrations"
