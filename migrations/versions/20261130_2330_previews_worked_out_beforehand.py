"""What a rule would do to a large class is worked out beforehand and kept for some days

Revision: 0004
After: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_previews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("tried", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_rule_previews_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placements.id"], name=op.f("fk_rule_previews_placement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_previews")),
    )
    with op.batch_alter_table("rule_previews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_previews_created_by"), ["created_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_rule_previews_placement_id"), ["placement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rule_previews_state"), ["state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("rule_previews", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_previews_state"))
        batch_op.drop_index(batch_op.f("ix_rule_previews_placement_id"))
        batch_op.drop_index(batch_op.f("ix_rule_previews_created_by"))
    op.drop_table("rule_previews")
