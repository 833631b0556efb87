"""Plans beside scenarios: what is kept under an identifier."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """All that was kept until now is a scenario."""
    op.add_column(
        "scenario", sa.Column("what", sa.String(16), nullable=False, server_default="scenario")
    )


def downgrade() -> None:
    """Back to scenarios alone: plans go, for the tables of before can't tell them apart."""
    for table, column in (("version", "scenario_id"), ("scenario", "id")):
        plans = "SELECT id FROM scenario WHERE what = 'plan'"
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({plans})")
    op.drop_column("scenario", "what")
