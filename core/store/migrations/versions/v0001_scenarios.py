"""The first tables: scenarios, their versions and the working copies.

A migration is never edited once released: a change of the tables is a new file in this folder with
the next number and this one's `revision` as its `down_revision`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """From an empty database."""
    op.create_table(
        "scenario",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "version",
        sa.Column("scenario_id", sa.String(16), sa.ForeignKey("scenario.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("dataset_id", sa.String(120), nullable=False),
        sa.Column("dataset_version", sa.String(120), nullable=False),
        sa.Column("parent_id", sa.String(16)),
        sa.Column("parent_number", sa.Integer),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search_key", sa.String(480), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id", "parent_number"], ["version.scenario_id", "version.number"]
        ),
    )
    op.create_table(
        "working",
        sa.Column("session_key", sa.String(128), primary_key=True),
        sa.Column("scenario_id", sa.String(16)),
        sa.Column("base_number", sa.Integer),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("log", sa.Text, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Back to an empty database."""
    for table in ("working", "version", "scenario"):
        op.drop_table(table)
