"""Operators at the tables of payments: who may look, who may set things going."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from lavatop.models import Payment
from lavatop.tests.conftest import deliver, event_body, only_event

Rings = list[tuple[str, int | str]]


@pytest.fixture
def stranded(bought: Payment, client: Client) -> Payment:
    """A payment with an event that came to nothing."""
    deliver(client, event_body(bought.contract_id))
    type(only_event()).objects.update(outcome="failed")
    return bought


def operator_with(*codenames: str) -> Client:
    user = User.objects.create_user("olga", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    browser = Client()
    browser.force_login(user)
    return browser


def act(browser: Client, table: str, action: str, key: object) -> str:
    address = reverse(f"admin:lavatop_{table}_changelist")
    body = {"action": action, "_selected_action": [str(key)]}
    return browser.post(address, body, follow=True).content.decode()


def test_who_may_only_look_sets_nothing_going(stranded: Payment, rings: Rings) -> None:
    browser = operator_with("view_payment", "view_webhookevent")
    rings.clear()

    payments = act(browser, "payment", "check_at_lava", stranded.pk)
    events = act(browser, "webhookevent", "work_off_again", only_event().pk)

    assert rings == []
    assert only_event().outcome == "failed"
    assert "Проверить в Lava.top сейчас" not in payments
    assert "Обработать ещё раз" not in events


def test_who_may_change_sets_things_going(stranded: Payment, rings: Rings) -> None:
    browser = operator_with(
        *("view_payment", "change_payment", "view_webhookevent", "change_webhookevent")
    )
    rings.clear()

    act(browser, "payment", "check_at_lava", stranded.pk)
    act(browser, "webhookevent", "work_off_again", only_event().pk)

    assert rings == [
        ("lavatop.tasks.check_payment", str(stranded.pk)),
        ("lavatop.tasks.process_webhook_event", only_event().pk),
    ]
