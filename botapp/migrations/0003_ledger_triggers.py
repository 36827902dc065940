"""Postgres guards the ledger itself: rows are only added, and each continues the chain.

On SQLite this does nothing: the light profile relies on the code alone.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION botapp_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % of row % refused', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER botapp_transaction_append_only
    BEFORE UPDATE OR DELETE ON botapp_transaction
    FOR EACH ROW EXECUTE FUNCTION botapp_ledger_is_append_only();

CREATE FUNCTION botapp_ledger_chain_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    previous numeric;
BEGIN
    -- The poster has updated the wallet in this transaction, so nobody else posts for this user.
    SELECT balance_after INTO previous FROM botapp_transaction
        WHERE user_id = NEW.user_id ORDER BY id DESC LIMIT 1;
    IF NEW.balance_after IS DISTINCT FROM COALESCE(previous, 0) + NEW.amount THEN
        RAISE EXCEPTION 'balance_after % does not continue % with %',
            NEW.balance_after, COALESCE(previous, 0), NEW.amount
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER botapp_transaction_chain
    BEFORE INSERT ON botapp_transaction
    FOR EACH ROW EXECUTE FUNCTION botapp_ledger_chain_fits();
"""
BACKWARDS = """
DROP TRIGGER botapp_transaction_chain ON botapp_transaction;
DROP TRIGGER botapp_transaction_append_only ON botapp_transaction;
DROP FUNCTION botapp_ledger_chain_fits();
DROP FUNCTION botapp_ledger_is_append_only();
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FORWARDS, params=None)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BACKWARDS, params=None)


class Migration(migrations.Migration):
    dependencies = [("botapp", "0002_token_packages_and_pricing_row")]
    operations = [migrations.RunPython(forwards, backwards)]
