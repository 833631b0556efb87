"""The store's tables of today; `migrations/` holds the way to them from older databases."""

import sqlalchemy as sa

METADATA = sa.MetaData()
SCENARIO = sa.Table(
    "scenario",
    METADATA,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("what", sa.String(16), nullable=False, server_default="scenario"),  # or "plan"
)
VERSION = sa.Table(
    "version",
    METADATA,
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
    # the order in which versions were written: a clock can go back, this can not
    sa.Column("ordinal", sa.Integer, nullable=False, server_default="0", index=True),
    sa.Column("subject", sa.String(300), nullable=False, server_default=""),  # who signed in
    sa.ForeignKeyConstraint(
        ["parent_id", "parent_number"], ["version.scenario_id", "version.number"]
    ),
)
WORKING = sa.Table(
    "working",
    METADATA,
    sa.Column("session_key", sa.String(128), primary_key=True),
    sa.Column("scenario_id", sa.String(16)),
    sa.Column("base_number", sa.Integer),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("log", sa.Text, nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("owner", sa.String(100), nullable=False, server_default=""),
    sa.Column("browser", sa.String(64), nullable=False, server_default=""),
    sa.Column("copies", sa.Integer, nullable=False, server_default="0"),
    sa.Column("binned_at", sa.DateTime(timezone=True)),  # None: not in the bin
    sa.Column("subject", sa.String(300), nullable=False, server_default=""),  # whose it is
)
PERSON = sa.Table(
    "account",
    METADATA,
    sa.Column("subject", sa.String(300), primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("password", sa.String(200), nullable=False, server_default=""),  # its Argon2 hash
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)
SIGN_IN = sa.Table(
    "sign_in",
    METADATA,
    sa.Column("token_hash", sa.String(64), primary_key=True),  # the token itself is nowhere
    sa.Column("subject", sa.String(300), sa.ForeignKey("account.subject"), nullable=False),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
)
ROLE = sa.Table(
    "role",
    METADATA,
    sa.Column("subject", sa.String(300), sa.ForeignKey("account.subject"), primary_key=True),
    sa.Column("dataset_id", sa.String(120), primary_key=True),  # or every dataset: *
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("units", sa.Text),  # a JSON array of units' codes; None: all
)
ATTEMPT = sa.Table(
    "attempt",
    METADATA,
    sa.Column("of", sa.String(64), primary_key=True),  # a hash of a name or of an address
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
)
AUDIT = sa.Table(  # triggers refuse that a row of it is changed or deleted
    "audit",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(300), nullable=False),
    sa.Column("deed", sa.String(32), nullable=False),
    sa.Column("target", sa.String(200), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("before", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
FORECAST = sa.Table(
    "forecast",
    METADATA,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("dataset_id", sa.String(120), nullable=False),
    sa.Column("dataset_version", sa.String(120), nullable=False),
    sa.Column("plan_id", sa.String(16), nullable=False),  # empty: without a plan
    sa.Column("plan_number", sa.Integer, nullable=False),
    sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.UniqueConstraint("dataset_id", "dataset_version", "plan_id", "plan_number"),
)
