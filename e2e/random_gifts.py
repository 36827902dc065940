"""What must have been given to people, reckoned anew from what they did and from the rules.

The rules (product.md 2.4, 4.1 and 4.5): 50 at the start; a promo code as often as it says; a fifth
of the first payment, at most 50; 5 to the invited and 10 to who invited them, with that payment; a
gift a day.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from e2e.random_day import Update, ended_at, is_flood, paid_tokens
from e2e.random_words import PROMO
from e2e.stage import Person, Stage

WELCOME, INVITED, INVITER = Decimal(50), Decimal(5), Decimal(10)
FIRST_DAY, SECOND_DAY = Decimal(1), Decimal("1.5")
FIRST_SHARE, FIRST_MAX = Decimal("0.20"), Decimal(50)

# Kind and amount, of one person.
Gifts = Counter[tuple[str, Decimal]]
# What the bot says when it gives.
SAID = {
    "welcome": r"Дарим ⚡([\d.]+) на старт|🎁 ⚡([\d.]+) are yours",
    "promo": r"Промокод принят: начислено ⚡([\d.]+),|Promo code accepted: ⚡([\d.]+) cred",
    "daily": r"Подарок дня: ⚡([\d.]+)\.|Today's gift: ⚡([\d.]+)\.",
    "first": r"Бонус за первое пополнение: ⚡([\d.]+)\.|Bonus for the first top-up: ⚡([\d.]+)\.",
    "invited": r"за приход по приглашению: ⚡([\d.]+)\.|coming by an invitation: ⚡([\d.]+)\.",
    "inviter": r"пополнил баланс: вам начислено ⚡([\d.]+)\.|for the first time: ⚡([\d.]+) are",
}
# How the ledger names them.
KEYS = {
    r"bonus:welcome:": "welcome",
    r"promo:": "promo",
    r"bonus:daily:": "daily",
    r"bonus:first-deposit:": "first",
    r"referral:\d+:invited$": "invited",
    r"referral:\d+:inviter$": "inviter",
}


@dataclass(frozen=True)
class Code:
    """A promo code as its operator meant it."""

    name: str
    value: Decimal
    is_percentage: bool = False
    min_deposit: Decimal = Decimal(0)
    max_uses: int = 1000
    max_each: int = 1
    is_over: bool = False


USUAL = Code(PROMO, Decimal(7))


def codes_of_day(day: str) -> list[Code]:
    """One for everybody and always, and one of each other kind."""
    return [
        USUAL,
        Code(f"TWICE{day}", Decimal("2.50"), max_each=2),
        Code(f"ONE{day}", Decimal(4), max_uses=1),
        Code(f"RICH{day}", Decimal(11), min_deposit=Decimal(100)),
        Code(f"SHARE{day}", Decimal(20), is_percentage=True),
        Code(f"OVER{day}", Decimal(9), is_over=True),
    ]


def publish(stage: Stage, code: Code) -> None:
    stage.ask(
        "INSERT INTO botapp_promocode (code, description, is_percentage, value, min_deposit,"
        " max_uses, max_uses_per_user, current_uses, valid_from, valid_until, is_active,"
        " total_bonus_given, created_at, updated_at) VALUES (%s, '', %s, %s, %s, %s, %s, 0,"
        " now() - interval '1 day', now() + %s * interval '1 hour', true, 0, now(), now())"
        " ON CONFLICT DO NOTHING",
        *(code.name, code.is_percentage, code.value, code.min_deposit),
        *(code.max_uses, code.max_each, -1 if code.is_over else 24),
    )


def in_ledger(stage: Stage, person: Person) -> Gifts:
    rows = stage.ask(
        "SELECT t.idempotency_key, t.amount FROM botapp_transaction t"
        " JOIN botapp_tguser u ON u.id = t.user_id"
        " WHERE u.chat_id = %s AND t.type IN ('bonus', 'referral')",
        person.id,
    )
    return Counter((_kind(key), amount) for key, amount in rows)


def told(person: Person) -> Gifts:
    """What the bot has said it gave; every message says it once."""
    found: Gifts = Counter()
    for message in person.messages():
        for kind, words in SAID.items() if message["from"]["is_bot"] else ():
            for amounts in re.findall(words, message.get("text", "")):
                found[kind, Decimal("".join(amounts))] += 1
    return found


def first_bonus(stage: Stage, email: str) -> Gifts:
    """Of the first payment alone; all packages bought by random people are of the same size."""
    paid = paid_tokens(stage)[email]
    return Counter({("first", min(FIRST_SHARE * 100, FIRST_MAX)): 1} if paid else {})


def _kind(key: str) -> str:
    return next(kind for begin, kind in KEYS.items() if re.match(begin, key))


@dataclass(frozen=True)
class Span:
    """When something was handled."""

    begun: float
    ended: float

    def is_before(self, moment: float | None) -> bool | None:
        """None when it cannot be told: a row may be seen a while after the time it bears."""
        if moment is None or self.ended < moment:
            return True
        return False if self.begun > moment + COMMIT_S else None


COMMIT_S = 1.0


def span(update: Update) -> Span:
    return Span(update["attempts"][0]["at"], ended_at(update))


def texts_of(person: Person, updates: list[Update]) -> Iterator[tuple[str, Span, bool]]:
    """What they wrote to the bot, and whether it was surely heard."""
    said = [one for one in updates if one["user_id"] == person.id]
    for update in said:
        message: dict[str, Any] = update["payload"].get("message", {})
        if message.get("chat", {}).get("type") == "private" and "text" in message:
            yield message["text"], span(update), not is_flood(update, said)
