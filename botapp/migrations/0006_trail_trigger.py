"""Postgres keeps the trail of an order append-only; on SQLite this does nothing."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION botapp_trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trail is append-only: % of row % refused', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER botapp_genevent_append_only
    BEFORE UPDATE OR DELETE ON botapp_genevent
    FOR EACH ROW EXECUTE FUNCTION botapp_trail_is_append_only();
"""
BACKWARDS = """
DROP TRIGGER botapp_genevent_append_only ON botapp_genevent;
DROP FUNCTION botapp_trail_is_append_only();
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARDS, params=None)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARDS, params=None)


class Migration(migrations.Migration):
    dependencies = [("botapp", "0005_every_model_and_its_trail")]
    operations = [migrations.RunPython(forwards, backwards)]
