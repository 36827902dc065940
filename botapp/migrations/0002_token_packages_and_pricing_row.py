"""The shared table of token packages, where it is absent, and the one pricing row."""

from django.db import migrations

CREATE_TOKEN_PACKAGES = """
CREATE TABLE IF NOT EXISTS token_packages (
    code varchar(100) PRIMARY KEY,
    title varchar(255) NOT NULL,
    credits numeric(12, 2) NOT NULL,
    price_usd numeric(10, 2) NOT NULL,
    stars_amount integer NOT NULL DEFAULT 0,
    is_active boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 100,
    lava_offer_id varchar(64) NOT NULL DEFAULT ''
)
"""
# Deployments that made the table by hand have it without our column.
ADD_OFFER_ID = (
    "ALTER TABLE token_packages "
    "ADD COLUMN IF NOT EXISTS lava_offer_id varchar(64) NOT NULL DEFAULT ''"
)
INSERT_PRICING_ROW = """
INSERT INTO pricing_settings (id, usd_to_token_rate, markup_multiplier, updated_at)
VALUES (1, 20, 2, CURRENT_TIMESTAMP) ON CONFLICT (id) DO NOTHING
"""


def add_offer_id(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ADD_OFFER_ID)


class Migration(migrations.Migration):
    dependencies = [("botapp", "0001_initial")]
    operations = [
        migrations.RunSQL(CREATE_TOKEN_PACKAGES, migrations.RunSQL.noop),
        migrations.RunPython(add_offer_id, migrations.RunPython.noop),
        migrations.RunSQL(INSERT_PRICING_ROW, migrations.RunSQL.noop),
    ]
