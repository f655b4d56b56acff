"""Directory: countries, networks, institutions, people, posts and projects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from directory.database import BigId, Json, Money

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "country",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("alpha3", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_country"),
        sa.UniqueConstraint("alpha3", name="uq_country_alpha3"),
    )
    op.create_table(
        "directory_revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_directory_revision"),
    )
    op.create_table(
        "network",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("names", Json, nullable=False),
        sa.Column("acronyms", Json, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_network"),
    )
    op.create_table(
        "person",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("given_name", sa.String(length=120), nullable=False),
        sa.Column("family_name", sa.String(length=120), nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_person"),
    )
    op.create_table(
        "contact_value",
        sa.Column("id", BigId, nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "email",
                "phone",
                "mobile",
                "handle",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name="ck_contact_value_level"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_contact_value_person_person"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_value"),
    )
    op.create_index("ix_contact_value_person", "contact_value", ["person"], unique=False)
    op.create_table(
        "institution",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("names", Json, nullable=False),
        sa.Column("acronyms", Json, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "intergovernmental",
                "secretariat",
                "office",
                "agency",
                "ministry",
                "group",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("parent", sa.String(length=32), nullable=True),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["country"], ["country.code"], name="fk_institution_country_country"),
        sa.ForeignKeyConstraint(["parent"], ["institution.key"], name="fk_institution_parent_institution"),
        sa.PrimaryKeyConstraint("key", name="pk_institution"),
    )
    op.create_index("ix_institution_country", "institution", ["country"], unique=False)
    op.create_index("ix_institution_parent", "institution", ["parent"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", BigId, nullable=False),
        sa.Column("network", sa.String(length=16), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "member",
                "associate",
                "observer",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("counted_from", sa.Date(), nullable=True),
        sa.Column("counted_until", sa.Date(), nullable=True),
        sa.Column("on_behalf_of", sa.String(length=64), nullable=False),
        sa.Column("note", Json, nullable=False),
        sa.ForeignKeyConstraint(["country"], ["country.code"], name="fk_membership_country_country"),
        sa.ForeignKeyConstraint(["network"], ["network.code"], name="fk_membership_network_network"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
    )
    op.create_index("ix_membership_country", "membership", ["country"], unique=False)
    op.create_index("ix_membership_network", "membership", ["network"], unique=False)
    op.create_table(
        "project",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("squeezed", sa.String(length=64), nullable=False),
        sa.Column("titles", Json, nullable=False),
        sa.Column("network", sa.String(length=16), nullable=True),
        sa.Column("programme", Json, nullable=False),
        sa.Column("priority_sector", Json, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "ongoing",
                "completed",
                "suspended",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("city", Json, nullable=False),
        sa.Column("context", Json, nullable=False),
        sa.Column("general_objective", Json, nullable=False),
        sa.Column("justification", Json, nullable=False),
        sa.Column("budget", Money(), nullable=True),
        sa.Column("budget_currency", sa.String(length=3), nullable=True),
        sa.Column("updated_on", sa.Date(), nullable=True),
        sa.Column("source", Json, nullable=False),
        sa.ForeignKeyConstraint(["country"], ["country.code"], name="fk_project_country_country"),
        sa.ForeignKeyConstraint(["network"], ["network.code"], name="fk_project_network_network"),
        sa.PrimaryKeyConstraint("code", name="pk_project"),
        sa.UniqueConstraint("squeezed", name="uq_project_squeezed"),
    )
    op.create_index("ix_project_country", "project", ["country"], unique=False)
    op.create_index("ix_project_status", "project", ["status"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", BigId, nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "public",
                "linked",
                "focal_point",
                "coordinator",
                "operator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("network", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["network"], ["network.code"], name="fk_role_grant_network_network"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_role_grant_person_person"),
        sa.PrimaryKeyConstraint("id", name="pk_role_grant"),
    )
    op.create_index("ix_role_grant_person", "role_grant", ["person"], unique=False)
    op.create_table(
        "post",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("titles", Json, nullable=False),
        sa.Column("areas", Json, nullable=False),
        sa.Column("network", sa.String(length=16), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("institution", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["country"], ["country.code"], name="fk_post_country_country"),
        sa.ForeignKeyConstraint(["institution"], ["institution.key"], name="fk_post_institution_institution"),
        sa.ForeignKeyConstraint(["network"], ["network.code"], name="fk_post_network_network"),
        sa.PrimaryKeyConstraint("key", name="pk_post"),
    )
    op.create_index("ix_post_country", "post", ["country"], unique=False)
    op.create_index("ix_post_institution", "post", ["institution"], unique=False)
    op.create_index("ix_post_network", "post", ["network"], unique=False)
    op.create_table(
        "project_funding",
        sa.Column("id", BigId, nullable=False),
        sa.Column("project", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("institution", sa.String(length=32), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("name", Json, nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "pledged",
                "committed",
                "allocated",
                "disbursed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("note", Json, nullable=False),
        sa.ForeignKeyConstraint(["country"], ["country.code"], name="fk_project_funding_country_country"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.key"], name="fk_project_funding_institution_institution"
        ),
        sa.ForeignKeyConstraint(["project"], ["project.code"], name="fk_project_funding_project_project"),
        sa.PrimaryKeyConstraint("id", name="pk_project_funding"),
    )
    op.create_index("ix_project_funding_country", "project_funding", ["country"], unique=False)
    op.create_index("ix_project_funding_institution", "project_funding", ["institution"], unique=False)
    op.create_index("ix_project_funding_project", "project_funding", ["project", "position"], unique=False)
    op.create_table(
        "project_item",
        sa.Column("id", BigId, nullable=False),
        sa.Column("project", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "specific_objective",
                "component",
                "progress",
                "phase",
                "theme",
                "target_group",
                "workstream",
                "expected_result",
                "earlier_result",
                "document",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.Column("note", Json, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "ongoing",
                "completed",
                "suspended",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("duration", sa.Integer(), nullable=True),
        sa.Column(
            "duration_unit",
            sa.Enum(
                "day",
                "month",
                "year",
                name="duration_unit",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("cost", Money(), nullable=True),
        sa.Column("cost_currency", sa.String(length=3), nullable=True),
        sa.Column(
            "document_kind",
            sa.Enum(
                "mandate",
                "document",
                name="document_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["project.code"], name="fk_project_item_project_project"),
        sa.PrimaryKeyConstraint("id", name="pk_project_item"),
    )
    op.create_index("ix_project_item_project", "project_item", ["project", "kind", "position"], unique=False)
    op.create_index("ix_project_item_slug", "project_item", ["kind", "slug"], unique=False)
    op.create_table(
        "project_party",
        sa.Column("id", BigId, nullable=False),
        sa.Column("project", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "responsible",
                "beneficiary",
                "associated",
                "executing",
                "contract_partner",
                "donor",
                "other_partner",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("institution", sa.String(length=32), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("name", Json, nullable=False),
        sa.ForeignKeyConstraint(["country"], ["country.code"], name="fk_project_party_country_country"),
        sa.ForeignKeyConstraint(
            ["institution"], ["institution.key"], name="fk_project_party_institution_institution"
        ),
        sa.ForeignKeyConstraint(["project"], ["project.code"], name="fk_project_party_project_project"),
        sa.PrimaryKeyConstraint("id", name="pk_project_party"),
    )
    op.create_index("ix_project_party_country", "project_party", ["country"], unique=False)
    op.create_index("ix_project_party_institution", "project_party", ["institution"], unique=False)
    op.create_index("ix_project_party_project", "project_party", ["project", "position"], unique=False)
    op.create_table(
        "nomination",
        sa.Column("id", BigId, nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "holder",
                "alternate",
                "acting",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_nomination_person_person"),
        sa.ForeignKeyConstraint(["post"], ["post.key"], name="fk_nomination_post_post"),
        sa.PrimaryKeyConstraint("id", name="pk_nomination"),
    )
    op.create_index("ix_nomination_person", "nomination", ["person"], unique=False)
    op.create_index("ix_nomination_post", "nomination", ["post"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "nomination",
        "project_party",
        "project_item",
        "project_funding",
        "post",
        "role_grant",
        "project",
        "membership",
        "institution",
        "contact_value",
        "person",
        "network",
        "directory_revision",
        "country",
    ):
        op.drop_table(table)
