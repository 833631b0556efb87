"""The register of forecasts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Empty at first: what was said before was not written down."""
    op.create_table(
        "forecast",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("dataset_id", sa.String(120), nullable=False),
        sa.Column("dataset_version", sa.String(120), nullable=False),
        sa.Column("plan_id", sa.String(16), nullable=False),
        sa.Column("plan_number", sa.Integer, nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.UniqueConstraint("dataset_id", "dataset_version", "plan_id", "plan_number"),
    )


def downgrade() -> None:
    """Without the register: what was said is lost."""
    op.drop_table("forecast")
