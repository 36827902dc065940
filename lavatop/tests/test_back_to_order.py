"""From too few tokens through a payment back to the order that waited for it."""

from decimal import Decimal

import pytest
from django.test import Client

from botapp import tasks as bot_tasks
from botapp.business import referrals
from botapp.models import AIModel, GenRequest, TgUser
from botapp.tests.cards import CardReader
from botapp.tests.conftest import Chatter, card, phone, sent
from lavatop.models import Payment
from lavatop.tests.conftest import Chat, deliver, event_body, tokens_of, work_off
from lavatop.tests.lava import Lava

__all__ = ["card", "phone", "sent"]


def pay(bought: Payment, lava: Lava, client: Client) -> None:
    lava.pay(bought.contract_id or "")
    deliver(client, event_body(bought.contract_id))
    work_off()


def test_a_payment_leads_back_to_the_order_it_was_made_for(
    bought: Payment,
    lava: Lava,
    client: Client,
    alice: TgUser,
    chat: Chat,
    phone: Chatter,
    card: CardReader,
) -> None:
    AIModel.objects.filter(slug="nano-banana").update(base_cost_usd=Decimal("3.0000"))
    phone.say("кот")
    assert "не хватает ⚡20" in card.text
    lacking = card.message.message_id

    pay(bought, lava, client)
    (told,) = chat.said
    assert "Бонус за первое пополнение: ⚡20" in told.text
    assert "Ваш баланс: ⚡220" in told.text
    ((button,),) = told.reply_markup.inline_keyboard  # type: ignore[union-attr]
    assert button.text == "▶️ Вернуться к заказу"
    phone.press(button.callback_data or "")

    assert card.message.message_id != lacking
    assert "⚡220 → ⚡100" in card.text
    card.tap("✨ Создать · ⚡120")
    assert GenRequest.objects.get().prompt == "кот"
    assert tokens_of(alice) == 100


def test_the_inviter_of_a_first_payer_is_rung_for_once(
    bought: Payment,
    lava: Lava,
    client: Client,
    alice: TgUser,
    boris: TgUser,
    chat: Chat,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(bot_tasks, "ring_thanks", lambda *, entry_id: rung.append(entry_id))
    assert referrals.join(user_id=alice.pk, inviter_id=boris.pk)

    pay(bought, lava, client)
    pay(bought, lava, client)

    assert rung == [boris.transactions.get().pk]
    assert [tokens_of(alice), tokens_of(boris)] == [225, 10]
    assert "Подарок за приход по приглашению: ⚡5" in chat.said[0].text
