"""Postgres keeps `AIModel.price` = cost × rate × markup, also after an operator's plain SQL.

The same formula as `business.pricing.quote`; a test holds the two against each other.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION botapp_set_model_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT ROUND(COALESCE(NULLIF(NEW.base_cost_usd, 0), NEW.unit_cost_usd)
                 * usd_to_token_rate * markup_multiplier, 2)
        INTO STRICT NEW.price FROM pricing_settings WHERE id = 1;
    RETURN NEW;
END $$;

CREATE TRIGGER botapp_aimodel_price
    BEFORE INSERT OR UPDATE ON botapp_aimodel
    FOR EACH ROW EXECUTE FUNCTION botapp_set_model_price();

CREATE FUNCTION botapp_refresh_model_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE botapp_aimodel SET updated_at = now();
    RETURN NULL;
END $$;

CREATE TRIGGER botapp_pricing_changed
    AFTER UPDATE ON pricing_settings
    FOR EACH ROW EXECUTE FUNCTION botapp_refresh_model_prices();
"""
BACKWARDS = """
DROP TRIGGER botapp_pricing_changed ON pricing_settings;
DROP TRIGGER botapp_aimodel_price ON botapp_aimodel;
DROP FUNCTION botapp_refresh_model_prices();
DROP FUNCTION botapp_set_model_price();
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARDS, params=None)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARDS, params=None)


class Migration(migrations.Migration):
    dependencies = [("botapp", "0003_ledger_triggers")]
    operations = [migrations.RunPython(forwards, backwards)]
