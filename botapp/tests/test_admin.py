import uuid
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from botapp.business import balance, circuits, generation
from botapp.models import (
    AIModel,
    BotErrorEvent,
    ChatMessage,
    GenRequest,
    PricingSettings,
    Promocode,
    PromocodeUse,
    Recipe,
    SavedReference,
    TelegramUpdate,
    TextTask,
    TgUser,
    TokenPackage,
    Transaction,
    Upload,
    UserBalance,
)
from botapp.tests.parallel import at_once
from conftest import make_user
from lavatop.models import Payment, WebhookEvent

OURS = sorted(
    (model for name in ("botapp", "lavatop") for model in apps.get_app_config(name).get_models()),
    key=lambda model: model.__name__,
)
# What operators may type into; all else is moved by the code that guards it.
EDITABLE = {"AIModel", "PricingSettings", "Promocode", "TokenPackage", "UserSettings"}
READ_ONLY = [model for model in OURS if model.__name__ not in EDITABLE]


@pytest.fixture
def operator(client, db):
    user = User.objects.create_superuser("olga", password="x")
    client.force_login(user)
    return user


@pytest.fixture
def busy_day(catalog):
    """A row of everything."""
    add_life(0)


def add_life(number):
    user = make_user(5000 + number, f"Имя {number}", tokens=500)
    order = generation.start(
        generation.NewOrder(
            user_id=user.pk,
            chat_id=user.chat_id,
            model_slug="nano-banana",
            prompt="кот",
            key=f"k{number}",
        )
    ).order
    generation.add_result(
        generation_id=order.pk,
        file=generation.StoredFile(
            index=0, storage_key=f"{number}.png", mime_type="image/png", size_bytes=3
        ),
    )
    Recipe.objects.create(author=user, request=order)
    SavedReference.objects.create(user=user, name="Рыжий кот")
    Upload.objects.create(user=user, storage_key="u.png", mime_type="image/png", size_bytes=3)
    TextTask.objects.create(
        user=user, chat_id=user.chat_id, kind="improve", idempotency_key=f"t{number}"
    )
    promocode = Promocode.objects.create(code=f"SALE{number}", value=5)
    PromocodeUse.objects.create(promocode=promocode, user=user, granted=5)
    ChatMessage.objects.create(
        thread=user.chat_thread,
        user=user,
        direction="incoming",
        message_type="text",
        text="привет",
        message_date=timezone.now(),
    )
    circuits.fails(f"gemini:{number}", failure="rate", detail="busy", now=timezone.now())
    BotErrorEvent.objects.create(severity="error", message="беда", user=user)
    TelegramUpdate.objects.create(update_id=number)
    buy(user, number)


def buy(user, number):
    TokenPackage.objects.create(code=f"p{number}", title="Пакет", credits=10, price_usd=1)
    payment = Payment.objects.create(
        user=user,
        client_request_id="1",
        package_code=f"p{number}",
        title="Пакет",
        credits=10,
        amount=1,
        email="a@example.com",
    )
    WebhookEvent.objects.create(
        dedupe_key=str(number), payload={}, raw_body="{}", payment=payment, outcome="failed"
    )


def page(model, view, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_table_opens_searches_and_shows_a_row(client, operator, busy_day, model):
    # The first request is what loads the admin.
    assert client.get(page(model, "changelist")).status_code == 200
    assert admin.site.is_registered(model)
    if admin.site.get_model_admin(model).search_fields:
        assert client.get(page(model, "changelist"), {"q": "5000"}).status_code == 200
    row = model.objects.first()
    assert client.get(page(model, "change", row.pk)).status_code == 200


def test_a_longer_list_of_anything_costs_no_more_queries(client, operator, busy_day):
    # Two rows, as one says nothing of what is asked for each.
    add_life(1)
    queries_of_every_list(client)  # content types and the like are cached by now
    few = queries_of_every_list(client)
    for number in range(2, 8):
        add_life(number)

    assert queries_of_every_list(client) == few


def queries_of_every_list(client):
    found = {}
    for model in OURS:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(model, "changelist")).status_code == 200
        found[model.__name__] = len(queries)
    return found


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_what_editing_would_falsify_cannot_be_edited(client, operator, busy_day, model):
    row = model.objects.first()

    assert client.post(page(model, "change", row.pk), {}).status_code == 403
    assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert client.get(page(model, "add")).status_code == 403


@pytest.mark.parametrize("model", [*OURS, User], ids=lambda model: model.__name__)
def test_nothing_is_deleted_one_by_one_or_in_bulk(client, operator, busy_day, model):
    row = model.objects.first()
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}

    assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get(page(model, "changelist")).content.decode()
    client.post(page(model, "changelist"), chosen)

    assert model.objects.filter(pk=row.pk).exists()


def correct(client, wallet, **fields):
    facts = {"amount": "25.50", "reason": "Извинение за сбой", "nonce": str(uuid.uuid4())}
    address = reverse("admin:botapp_userbalance_correct", args=[wallet.pk])
    return client.post(address, facts | fields)


def test_a_correction_is_a_ledger_row_with_the_operator_and_the_reason(client, operator, alice):
    assert correct(client, alice.balance).status_code == 302

    row = Transaction.objects.first()
    assert (row.type, row.amount, row.balance_after) == ("admin", Decimal("25.50"), 125.5)
    assert row.description == "olga: Извинение за сбой"
    entry = LogEntry.objects.get()
    assert entry.user == operator
    assert "+25.50" in entry.change_message


def test_a_correction_sent_twice_is_posted_once(client, operator, alice):
    nonce = str(uuid.uuid4())
    correct(client, alice.balance, nonce=nonce)
    correct(client, alice.balance, nonce=nonce)

    assert balance.get_balance(user_id=alice.pk) == Decimal("125.50")
    assert LogEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_line_in_the_journal(client, operator, alice):
    nonce = str(uuid.uuid4())
    clicks = [Client() for _ in range(6)]
    for one in clicks:
        one.force_login(operator)

    at_once([lambda one=one: correct(one, alice.balance, nonce=nonce) for one in clicks])

    assert balance.get_balance(user_id=alice.pk) == Decimal("125.50")
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("wallet", ["0", "abc", "9" * 30])
def test_a_wallet_that_does_not_exist_is_not_found(client, operator, wallet):
    address = reverse("admin:botapp_userbalance_correct", args=[wallet])

    assert client.get(address).status_code == 404


def test_a_typed_over_balance_changes_nothing(client, operator, alice):
    sent = {"user": alice.pk, "balance": "99999", "referral_code": "REF1"}

    assert client.post(page(UserBalance, "change", alice.balance.pk), sent).status_code == 403
    assert balance.get_balance(user_id=alice.pk) == 100


def test_the_same_form_with_another_amount_is_refused(client, operator, alice):
    nonce = str(uuid.uuid4())
    correct(client, alice.balance, nonce=nonce)
    response = correct(client, alice.balance, nonce=nonce, amount="99")

    assert response.status_code == 200
    assert "с другой суммой" in response.content.decode()
    assert balance.get_balance(user_id=alice.pk) == Decimal("125.50")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "-100.01"},
        {"amount": "0"},
        {"amount": "1.234"},
        {"amount": "NaN"},
        {"amount": ""},
        {"reason": ""},
        {"nonce": ""},
        {"nonce": "not-a-nonce"},
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(client, operator, alice, wrong):
    assert correct(client, alice.balance, **wrong).status_code == 200

    assert balance.get_balance(user_id=alice.pk) == 100


def test_the_empty_form_is_shown_each_time_with_a_new_nonce(client, operator, alice):
    address = reverse("admin:botapp_userbalance_correct", args=[alice.balance.pk])

    nonces = {client.get(address).context["form"]["nonce"].value() for _ in range(2)}

    assert len(nonces) == 2


def test_a_correction_needs_its_permission(client, alice):
    reader = User.objects.create_user("ivan", password="x", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_userbalance"))
    client.force_login(reader)

    assert correct(client, alice.balance).status_code == 403
    assert balance.get_balance(user_id=alice.pk) == 100


def test_an_edited_model_keeps_the_counters_that_moved_meanwhile(client, operator, catalog):
    model = AIModel.objects.get(slug="nano-banana")
    form = client.get(page(AIModel, "change", model.pk)).context["adminform"].form
    AIModel.objects.filter(pk=model.pk).update(total_generations=7)
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value is not None and value is not False}

    response = client.post(
        page(AIModel, "change", model.pk), sent | {"base_cost_usd": "0.0400", "order": "9"}
    )

    assert response.status_code == 302
    model.refresh_from_db()
    assert (model.order, model.total_generations) == (9, 7)
    assert model.price == Decimal("1.60")


def test_a_cost_below_zero_is_refused_with_a_word(client, operator, catalog):
    model = AIModel.objects.get(slug="nano-banana")
    form = client.get(page(AIModel, "change", model.pk)).context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value is not None and value is not False}

    response = client.post(page(AIModel, "change", model.pk), sent | {"base_cost_usd": "-0.01"})

    assert response.status_code == 200
    assert response.context["adminform"].form.non_field_errors()


def test_a_promo_code_is_not_limited_below_what_was_used(client, operator):
    promocode = Promocode.objects.create(code="SALE", value=5, max_uses=9, current_uses=3)
    sent = {
        "code": "SALE",
        "value": "5",
        "min_deposit": "0",
        "max_uses_per_user": "1",
        "max_uses": "2",
        "valid_from_0": "01.05.2026",
        "valid_from_1": "12:00:00",
    }

    response = client.post(page(Promocode, "change", promocode.pk), sent)

    assert response.status_code == 200
    assert response.context["adminform"].form.non_field_errors()


def test_a_traceback_keeps_its_lines(client, operator):
    event = BotErrorEvent.objects.create(severity="error", stacktrace="File a\n  <line> b")

    shown = client.get(page(BotErrorEvent, "change", event.pk)).content.decode()

    assert shown.count("File a\n  &lt;line&gt; b</pre>") == 1
    assert shown.count("File a") == 1


def test_no_name_turns_the_number_behind_it_around():
    user = TgUser(chat_id=1015, first_name="a\u202eevil\u2066")

    assert str(user) == "aevil (1015)"


@pytest.mark.parametrize(("code", "is_taken"), [("sale", True), ("Sale", True), ("sale2", False)])
def test_two_promo_codes_do_not_differ_by_their_case_only(client, operator, code, is_taken):
    Promocode.objects.create(code="SALE", value=5)
    sent = {
        "code": code,
        "value": "10",
        "min_deposit": "0",
        "max_uses_per_user": "1",
        "valid_from_0": "01.05.2026",
        "valid_from_1": "12:00:00",
    }

    response = client.post(page(Promocode, "add"), sent)

    assert Promocode.objects.filter(code=code).exists() is not is_taken
    assert ("уже есть: SALE" in response.content.decode()) is is_taken


def test_facts_of_the_card_are_not_the_operators(client, operator, catalog):
    model = AIModel.objects.get(slug="nano-banana")

    form = client.get(page(AIModel, "change", model.pk)).context["adminform"].form

    for fact in ("slug", "provider", "api_model_name", "max_prompt_length", "price", "cost_unit"):
        assert fact not in form.fields


def test_models_are_taken_off_sale_and_put_back(client, operator, catalog):
    ids = list(AIModel.objects.values_list("pk", flat=True))
    for action, expected in (("deactivate", 0), ("activate", len(ids))):
        client.post(page(AIModel, "changelist"), {"action": action, "_selected_action": ids})
        assert AIModel.objects.on_sale().count() == expected


def test_a_new_markup_reprices_every_model(client, operator, catalog):
    response = client.post(
        page(PricingSettings, "change", 1), {"usd_to_token_rate": "20", "markup_multiplier": "3"}
    )

    assert response.status_code == 302
    assert AIModel.objects.get(slug="nano-banana").price == Decimal("1.20")
    assert client.get(page(PricingSettings, "add")).status_code == 403


def test_an_edited_promo_code_keeps_the_uses_that_were_counted_meanwhile(client, operator):
    promocode = Promocode.objects.create(code="SALE", value=5)
    form = client.get(page(Promocode, "change", promocode.pk)).context["adminform"].form
    Promocode.objects.filter(pk=promocode.pk).update(current_uses=3)
    moment = promocode.valid_from
    sent = {
        "code": "SALE",
        "value": "6",
        "min_deposit": "0",
        "max_uses_per_user": "1",
        "is_active": "on",
        "valid_from_0": moment.strftime("%d.%m.%Y"),
        "valid_from_1": moment.strftime("%H:%M:%S"),
    }
    assert set(form.fields) >= {"code", "value"}

    assert client.post(page(Promocode, "change", promocode.pk), sent).status_code == 302

    promocode.refresh_from_db()
    assert (promocode.value, promocode.current_uses) == (6, 3)


@pytest.mark.parametrize(("field", "value"), [("credits", "0"), ("price_usd", "-1")])
def test_a_package_that_costs_or_gives_nothing_is_refused(client, operator, field, value):
    package = {
        "code": "small",
        "title": "Малый",
        "credits": "100",
        "price_usd": "5",
        "stars_amount": "0",
        "sort_order": "1",
    }

    assert client.post(page(TokenPackage, "add"), package | {field: value}).status_code == 200
    assert not TokenPackage.objects.exists()

    assert client.post(page(TokenPackage, "add"), package).status_code == 302
    assert TokenPackage.objects.count() == 1


def test_failures_are_taken_up_and_closed(client, operator):
    event = BotErrorEvent.objects.create(severity="error")
    for action, expected in (("take_up", "in_progress"), ("resolve", "resolved")):
        sent = {"action": action, "_selected_action": [event.pk]}
        client.post(page(BotErrorEvent, "changelist"), sent)
        event.refresh_from_db()
        assert event.status == expected


def test_a_person_s_orders_and_the_stuck_ones_are_a_link_away(client, operator, busy_day):
    add_life(1)
    order = GenRequest.objects.first()
    shown = page(GenRequest, "changelist")

    own = client.get(shown, {"user__id__exact": order.user_id})
    stuck = client.get(shown, {"status__in": "queued,submitting,processing,delivering"})
    failed = client.get(shown, {"status__in": "error"})

    assert list(own.context["cl"].queryset) == [order]
    assert stuck.context["cl"].queryset.count() == 2
    assert failed.context["cl"].queryset.count() == 0


def test_an_order_shows_its_picture_and_its_ledger_rows(client, operator, busy_day):
    order = GenRequest.objects.first()

    shown = client.get(page(GenRequest, "change", order.pk)).content.decode()

    assert reverse("dashboard:result", args=[order.results.get().pk]) in shown
    assert f"generation:{order.pk}:charge" in shown


def test_people_without_a_login_see_the_login(client, db):
    response = client.get(page(Transaction, "changelist"))

    assert response.status_code == 302
    assert reverse("admin:login") in response["Location"]
