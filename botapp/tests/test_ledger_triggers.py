"""Postgres guards the ledger and the prices also against plain SQL."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from botapp.business import pricing
from botapp.models import AIModel, PricingSettings


def sql(statement, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)


def append(user, *, amount, balance_after):
    sql(
        "INSERT INTO botapp_transaction (user_id, type, amount, balance_after, idempotency_key,"
        " description, payment_method, payment_id, created_at)"
        " VALUES (%s, 'admin', %s, %s, 'by hand', '', '', '', now())",
        *(user.pk, amount, balance_after),
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE botapp_transaction SET amount = 1000000",
        "UPDATE botapp_transaction SET description = 'nicer'",
        "DELETE FROM botapp_transaction",
    ],
)
def test_a_ledger_row_is_never_changed_nor_deleted(alice, statement):
    with pytest.raises(IntegrityError, match="append-only"):
        sql(statement)

    assert alice.transactions.get().amount == 100


@pytest.mark.parametrize("balance_after", ["100.00", "105.01", "5.00", "0.00"])
def test_a_row_that_does_not_continue_the_chain_is_refused(alice, balance_after):
    with pytest.raises(IntegrityError, match="does not continue"):
        append(alice, amount="5.00", balance_after=balance_after)


def test_a_first_row_starts_from_nothing(boris):
    with pytest.raises(IntegrityError, match="does not continue"):
        append(boris, amount="5.00", balance_after="6.00")


def test_a_row_that_continues_the_chain_is_taken(alice):
    append(alice, amount="5.00", balance_after="105.00")

    assert alice.transactions.count() == 2


def test_a_price_written_by_hand_is_corrected_at_once(catalog):
    sql("UPDATE botapp_aimodel SET price = 0.01 WHERE slug = 'nano-banana'")

    assert AIModel.objects.get(slug="nano-banana").price == Decimal("0.80")


def test_a_changed_rate_changes_every_price(catalog):
    sql("UPDATE pricing_settings SET usd_to_token_rate = 30, markup_multiplier = 2.5")

    prices = dict(AIModel.objects.values_list("slug", "price"))
    assert prices["nano-banana"] == Decimal("1.50")
    assert prices["nano-banana-pro"] == Decimal("11.25")
    assert prices["kling-v2-5-turbo"] == Decimal("3.15")


def test_without_a_base_cost_the_unit_cost_is_priced(catalog):
    sql("UPDATE botapp_aimodel SET base_cost_usd = 0, unit_cost_usd = 0.05")

    for model in AIModel.objects.all():
        assert model.price == pricing.quote(model=model, units=1).price_tokens == 2


@settings(
    max_examples=200,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    cost_usd=st.decimals(0, 100, places=4),
    unit_cost_usd=st.decimals(0, 100, places=4),
    rate=st.decimals("0.0001", 500, places=4),
    markup=st.decimals("0.001", 20, places=3),
)
def test_the_database_and_the_code_agree_on_every_price(
    catalog, cost_usd, unit_cost_usd, rate, markup
):
    sql("UPDATE pricing_settings SET usd_to_token_rate = %s, markup_multiplier = %s", rate, markup)
    sql("UPDATE botapp_aimodel SET base_cost_usd = %s, unit_cost_usd = %s", cost_usd, unit_cost_usd)

    model = AIModel.objects.get(slug="nano-banana")
    assert model.price == pricing.quote(model=model, units=1).price_tokens


def test_the_single_row_of_prices_stays_single(catalog):
    with pytest.raises(IntegrityError, match="single_row"), transaction.atomic():
        PricingSettings.objects.create(pk=2)


def test_a_half_is_rounded_up_in_the_database_and_in_the_code(catalog):
    # 0.0125 $ × 20 × 0.5 = 0.125 tokens; round-half-even would make it 0.12.
    sql("UPDATE pricing_settings SET usd_to_token_rate = 20, markup_multiplier = 0.5")
    sql("UPDATE botapp_aimodel SET base_cost_usd = 0.0125")

    model = AIModel.objects.get(slug="nano-banana")
    assert model.price == pricing.quote(model=model, units=1).price_tokens == Decimal("0.13")
