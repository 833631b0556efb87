"""The order of versions; of working copies the owner, the browser, and a bin for old ones."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# Until now the time of saving was the order.
FILL = """
    UPDATE version SET ordinal = v.place FROM (
        SELECT scenario_id, number,
            row_number() OVER (ORDER BY saved_at, scenario_id, number) AS place
        FROM version
    ) AS v
    WHERE version.scenario_id = v.scenario_id AND version.number = v.number
"""


def upgrade() -> None:
    """Working copies of before belong to nobody: the first session that opens one takes it."""
    op.add_column("version", sa.Column("ordinal", sa.Integer, nullable=False, server_default="0"))
    op.execute(FILL)
    op.create_index("ix_version_ordinal", "version", ["ordinal"])
    for column in (
        sa.Column("owner", sa.String(100), nullable=False, server_default=""),
        sa.Column("browser", sa.String(64), nullable=False, server_default=""),
        sa.Column("copies", sa.Integer, nullable=False, server_default="0"),
        sa.Column("binned_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("working", column)


def downgrade() -> None:
    """Back to the first tables."""
    for name in ("owner", "browser", "copies", "binned_at"):
        op.drop_column("working", name)
    op.drop_index("ix_version_ordinal", "version")
    op.drop_column("version", "ordinal")
