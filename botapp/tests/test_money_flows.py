"""The balance screen and everything behind its buttons, through the dispatcher."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from aiogram.methods import EditMessageText
from aiogram.types import Message
from asgiref.sync import async_to_sync
from django.utils import timezone, translation

from botapp import dispatcher
from botapp.business import balance, bonuses, deposits, movements, promo, referrals, text_tasks
from botapp.business.balance import Posting
from botapp.handlers import invite
from botapp.handlers import promo as promo_handlers
from botapp.keyboards.money import OnMoney, TurnPage
from botapp.middlewares import updates
from botapp.models import Promocode, TextTask, TokenPackage, UserSettings
from botapp.tests.cards import said
from botapp.tests.conftest import Chatter, place
from botapp.tests.texts import begin
from conftest import give_tokens, make_user

NOT_OURS = 10**15


@pytest.fixture
def shop(db):
    """Packages of 100, 200 and 500 tokens, and one that Lava.top does not know."""
    TokenPackage.objects.bulk_create(
        [
            package(100, "5.00"),
            package(200, "10.00"),
            package(500, "24.99"),
            package(150, "7.50", lava_offer_id=""),
        ]
    )
    yield
    # Django does not flush tables it does not manage.
    TokenPackage.objects.all().delete()


def package(tokens, price, lava_offer_id="offer"):
    return TokenPackage(
        code=f"tokens_{tokens}",
        title=f"{tokens} токенов",
        credits=tokens,
        price_usd=price,
        lava_offer_id=lava_offer_id,
    )


def buttons(call):
    return [button for row in call.reply_markup.inline_keyboard for button in row]


def ask_for_much(phone, card):
    """A film for ⚡252, of which Alice has 100."""
    phone.press("model:kling-v3")
    phone.say("море")
    for label in ("Разрешение: ", "4K", "Длина: ", "15 с"):
        card.tap(label)


def test_the_balance_leads_everywhere(phone, sent):
    phone.say("/balance")

    shown = buttons(sent.calls[-1])
    assert [button.text for button in shown] == [
        "💳 Пополнить баланс",
        "🧾 История операций",
        "🎁 Ввести промокод",
        "👥 Пригласить",
        "🗓 Ежедневный бонус",
    ]
    assert shown[0].web_app.url.endswith("/miniapp/?screen=shop")
    for button in shown[1:]:
        before = len(sent.calls)
        phone.press(button.callback_data)
        assert any(getattr(call, "text", None) for call in sent.calls[before:]), button.text
        assert "кнопка устарела" not in said(sent)[-1]


def test_every_movement_is_told_in_words(phone, sent, alice, boris):
    bonuses.grant_welcome(user=alice)
    order = place(alice)
    balance.refund(charged=order.transaction, amount=order.cost, key="refund")
    Promocode.objects.create(code="GIFT<20>", value=Decimal("20.00"))
    now = timezone.now()
    promo.redeem(user_id=alice.pk, code="gift<20>", key="promo:tg:1:1", now=now)
    referrals.join(user_id=alice.pk, inviter_id=boris.pk)
    deposits.credit(Posting(alice.pk, "deposit", Decimal("100.00"), "payment:1"))
    note = "admin: по просьбе начальника"
    balance.post(Posting(alice.pk, "admin", Decimal("-5.00"), "admin:1", note))
    phone.say("/daily")

    phone.press(OnMoney.HISTORY)

    page = sent.calls[-1].text
    lines = [line for line in page.split("\n\n") if line.startswith(f"{now:%d.%m.%Y}")]
    assert [line.split(" · ", 1)[1] for line in lines] == [
        "<b>+⚡1</b> · ежедневный бонус\nБаланс после: ⚡286",
        "<b>−⚡5</b> · корректировка от поддержки\nБаланс после: ⚡285",
        "<b>+⚡20</b> · бонус за первое пополнение\nБаланс после: ⚡290",
        "<b>+⚡100</b> · пополнение: 100 токенов\nБаланс после: ⚡270",
        "<b>+⚡20</b> · промокод GIFT&lt;20&gt;\nБаланс после: ⚡170",
        f"<b>+⚡0.80</b> · возврат за генерацию №{order.pk}\nБаланс после: ⚡150",
        f"<b>−⚡0.80</b> · генерация №{order.pk}, {order.ai_model.display_name}\n"
        "Баланс после: ⚡149.20",
        "<b>+⚡50</b> · приветственный подарок\nБаланс после: ⚡150",
        "<b>+⚡100</b> · корректировка от поддержки\nБаланс после: ⚡100",
    ]
    assert not [inside for inside in ("начальник", "admin", ":1") if inside in page]


@pytest.mark.parametrize(
    ("language", "charged", "returned"),
    [
        ("ru", "промт по референсу", "возврат за промт по референсу"),
        ("en", "prompt from a reference", "refund for a prompt from a reference"),
    ],
)
def test_a_prompt_from_a_reference_has_a_name(phone, sent, alice, language, charged, returned):
    phone.say("/start")
    UserSettings.objects.update(interface_language=language)
    task = begin(alice, kind=TextTask.Kind.REFERENCE)
    text_tasks.fail(task_id=task.pk, code="policy", detail="", now=timezone.now())

    phone.press(OnMoney.HISTORY)

    page = sent.calls[-1].text
    assert f"<b>−⚡0.40</b> · {charged}\n" in page
    assert f"<b>+⚡0.40</b> · {returned}\n" in page


def test_invitations_are_told_on_both_sides(alice, boris):
    referrals.join(user_id=boris.pk, inviter_id=alice.pk)
    deposits.credit(Posting(boris.pk, "deposit", Decimal("100.00"), "payment:1"))

    reasons = [
        [movements.reason(row).value for row in movements.page(user_id=user.pk).rows]
        for user in (alice, boris)
    ]

    assert reasons == [["inviter", "correction"], ["invited", "first_deposit", "deposit"]]


def test_pages_turn_in_place_and_end_where_rows_end(phone, sent, boris, monkeypatch):
    phone = Chatter(boris.chat_id, "Борис")
    for number in range(1, 26):
        give_tokens(boris, number)
    phone.press(OnMoney.HISTORY)

    seen = [amounts(sent.calls[-1])]
    for arrow in ("▶️", "▶️", "◀️", "◀️"):
        turn(phone, sent, arrow)
        assert isinstance(sent.calls[-1], EditMessageText)
        seen.append(amounts(sent.calls[-1]))

    first, second, third = list(range(25, 15, -1)), list(range(15, 5, -1)), list(range(5, 0, -1))
    assert seen == [first, second, third, second, first]
    assert arrows(sent.calls[-1]) == ["▶️"]


def amounts(call):
    return [int(part.split("</b>")[0]) for part in call.text.split("<b>+⚡")[1:]]


def arrows(call):
    return [button.text for button in buttons(call)]


def turn(phone, sent, arrow):
    phone.press(next(b.callback_data for b in buttons(sent.calls[-1]) if b.text == arrow))


def test_a_forged_edge_shows_nobody_elses_rows(sent, alice, boris):
    give_tokens(boris, 7)
    phone = Chatter(boris.chat_id, "Борис")

    for way in movements.Way:
        for edge in (0, alice.transactions.get().pk, NOT_OURS):
            phone.press(TurnPage(way=way, edge=edge).pack())
            assert amounts(sent.calls[-1]) == [7]


def test_an_empty_history_says_so(sent, boris):
    Chatter(boris.chat_id, "Борис").press(OnMoney.HISTORY)

    assert "пока не было" in sent.calls[-1].text
    assert sent.calls[-1].reply_markup is None


def test_a_page_costs_one_query(alice, django_assert_num_queries):
    for _ in range(3):
        place(alice)

    with django_assert_num_queries(1):
        [movements.reason(row) for row in movements.page(user_id=alice.pk).rows]


def test_who_lacks_tokens_is_offered_the_smallest_package_that_helps(phone, sent, card, shop):
    ask_for_much(phone, card)
    phone.press("draft", message_id=card.message.message_id)

    for call in (card, sent.calls[-1]):
        shown = card.buttons if call is card else buttons(call)
        (button,) = [one for one in shown if one.web_app]
        assert "не хватает ⚡152" in call.text
        assert button.text == "💳 Пополнить: 200 токенов — $10"
        assert parse_qs(urlsplit(button.web_app.url).query) == {
            "screen": ["shop"],
            "package": ["tokens_200"],
        }


@pytest.mark.parametrize("why", ["not for sale", "too small", "no payments"])
def test_without_a_fitting_package_the_whole_shop_opens(phone, card, shop, settings, why):
    if why == "not for sale":
        TokenPackage.objects.update(is_active=False)
    elif why == "too small":
        TokenPackage.objects.exclude(credits=100).delete()
    else:
        settings.LAVA_API_KEY = ""

    ask_for_much(phone, card)

    (button,) = [one for one in card.buttons if one.web_app]
    assert button.web_app.url.endswith("/miniapp/?screen=shop")


def test_a_waiting_order_survives_a_promo_code(phone, sent, alice, card, monkeypatch):
    monkeypatch.setattr(updates, "DOUBLE_TAP_S", 0)
    Promocode.objects.create(code="GIFT200", value=Decimal("200.00"))
    ask_for_much(phone, card)
    phone.press(OnMoney.PROMOCODE)
    phone.say("gift200")

    phone.press(OnMoney.BACK_TO_DRAFT)

    assert "⚡300 → ⚡48" in card.text
    card.tap("✨ Создать · ⚡252")
    assert balance.get_balance(user_id=alice.pk) == Decimal("48.00")


def test_there_may_be_no_order_to_return_to(phone, sent):
    phone.press(OnMoney.BACK_TO_DRAFT)

    assert "Незаконченного заказа нет" in sent.calls[-1].text
    assert sent.calls[-1].show_alert


def test_the_first_top_up_is_praised_only_to_who_has_not_paid(phone, sent, alice):
    phone.say("💳 Пополнить баланс")
    assert "ещё 20% в подарок, до ⚡50" in sent.calls[-1].text

    deposits.credit(Posting(alice.pk, "deposit", Decimal("100.00"), "payment:1"))
    phone.say("💳 Пополнить баланс")

    assert "в подарок" not in sent.calls[-1].text


def test_an_invitation_shows_its_link_and_what_came_of_it(phone, sent, alice, boris):
    referrals.join(user_id=boris.pk, inviter_id=alice.pk)
    deposits.credit(Posting(boris.pk, "deposit", Decimal("100.00"), "payment:1"))

    phone.say("/invite")

    link = f"https://t.me/banana_test_bot?start=ref_{referrals.code_of(user_id=alice.pk)}"
    invitation = sent.calls[-1]
    assert link in invitation.text
    assert "пришёл 1 друг" in invitation.text
    assert "Заработано: ⚡10" in invitation.text
    (share,) = buttons(invitation)
    assert share.url.startswith("https://t.me/share/url?")
    assert parse_qs(urlsplit(share.url).query)["url"] == [link]


def test_the_daily_gift_is_taken_once_however_it_is_asked_for(phone, sent, boris):
    phone = Chatter(boris.chat_id, "Борис")

    phone.say("/daily")
    phone.say("/daily")
    phone.press(OnMoney.DAILY)
    phone.press(OnMoney.DAILY)

    texts = [text for text in said(sent) if "🗓" in text]
    assert "Подарок дня: <b>⚡1</b>. Баланс ⚡1." in texts[0]
    assert "1 день подряд" in texts[0]
    assert "Завтра: ⚡1.50" in texts[0]
    assert all("уже у вас" in text for text in texts[1:])
    assert len(texts) == 3
    assert balance.get_balance(user_id=boris.pk) == 1


@pytest.mark.parametrize(
    ("command", "russian", "english"),
    [
        ("/terms", "Токены не сгорают", "Tokens never expire"),
        ("/privacy", "/settings", "/settings"),
        ("/paysupport", "вернуть деньги", "money back"),
    ],
)
def test_what_telegram_asks_of_shops_is_answered_in_both_languages(
    phone, sent, command, russian, english
):
    phone.say(command)
    emma = make_user(2002, "Emma", tokens=0, language_code="en")
    Chatter(emma.chat_id, "Emma", language_code="en").say(command)

    assert russian in sent.calls[0].text
    assert english in sent.calls[1].text


def test_payment_help_names_whom_to_write_to(phone, sent, settings):
    settings.SUPPORT_USERNAME = "banana_help"
    phone.say("/paysupport")

    assert "@banana_help" in sent.calls[-1].text


def follow(phone, user, handler, code):
    """As the registry of deep links calls it."""
    message = Message.model_validate(phone.message(text="/start")).as_(dispatcher.get_bot())
    state = dispatcher.get_dispatcher().fsm.get_context(
        dispatcher.get_bot(), phone.chat_id, phone.chat_id
    )
    with translation.override("ru"):
        async_to_sync(handler)(message, user, state, code)


def test_a_link_of_a_friend_is_followed_once(sent, alice, boris):
    phone = Chatter(boris.chat_id, "Борис")
    code = referrals.code_of(user_id=alice.pk)

    for wrong in ("REF00000000", "", referrals.code_of(user_id=boris.pk)):
        follow(phone, boris, invite.join_link, wrong)
    assert referrals.stats(alice.pk)[0] == 0
    follow(phone, boris, invite.join_link, code)
    follow(phone, boris, invite.join_link, code)

    # Every press of Start is answered; one of them counts.
    assert [("к первому пополнению добавим ⚡5" in text) for text in said(sent)] == [
        *(False, False, False),
        *(True, False),
    ]
    assert referrals.stats(alice.pk) == (1, Decimal("0.00"))


def test_a_link_with_a_promo_code_redeems_it(phone, sent, alice):
    Promocode.objects.create(code="GIFT20", value=Decimal("20.00"))

    follow(phone, alice, promo_handlers.open_link, "gift20")

    assert "начислено ⚡20, баланс ⚡120" in sent.calls[-1].text
