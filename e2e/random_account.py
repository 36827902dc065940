"""The account of a day's gifts: what was due by what people did, against the ledger and the words
of the bot.

Things that happen at once may count in either order, so what is due has a least and a most.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from e2e.random_day import PATIENCE_S, Update, email_of
from e2e.random_friends import Day, thanks
from e2e.random_gifts import (
    FIRST_DAY,
    INVITED,
    INVITER,
    SECOND_DAY,
    WELCOME,
    Code,
    Gifts,
    first_bonus,
    in_ledger,
    texts_of,
    told,
)
from e2e.stage import Person, Stage, wait_until


@dataclass
class Due:
    """Of one person."""

    least: Gifts = field(default_factory=Counter)
    most: Gifts = field(default_factory=Counter)

    def add(self, kind: str, amount: Decimal, least: int, most: int) -> None:
        self.least[kind, amount] += least
        self.most[kind, amount] += most


def gifts_fit(stage: Stage, people: list[Person], updates: list[Update], codes: list[Code]) -> None:
    """Everybody was given what was due, was told so, and every code counted its uses."""
    day = Day(stage, people, updates)
    due = _due(day, codes)
    for person in people:
        given, expected = in_ledger(stage, person), due[person.id]
        assert not expected.least - given, (person.id, "was not given", expected, given)
        assert not given - expected.most, (person.id, "was given too much", expected, given)
        _is_told(day, person, given)
    for code in codes:
        _counts(stage, code)


def _due(day: Day, codes: list[Code]) -> dict[int, Due]:
    due: dict[int, Due] = defaultdict(Due)
    for person in day.people:
        mine = due[person.id]
        mine.add("welcome", WELCOME, 1, 1)
        mine.add("daily", FIRST_DAY, _surely_said(day, person, "/daily"), 1)
        mine.add("daily", SECOND_DAY, 0, _midnights(day))
        mine.least += first_bonus(day.stage, email_of(person))
        mine.most += first_bonus(day.stage, email_of(person))
        for code in codes:
            mine.add("promo", code.value, *_uses(day, person, code))
    for one in thanks(day):
        due[one.guest].add("invited", INVITED, one.is_sure, 1)
        due[one.host].add("inviter", INVITER, one.is_sure, 1)
    return due


def _surely_said(day: Day, person: Person, text: str) -> bool:
    return any(said == text and is_heard for said, _, is_heard in texts_of(person, day.updates))


def _midnights(day: Day) -> int:
    moments = (one["attempts"][0]["at"] for one in day.updates)
    return len({datetime.fromtimestamp(at, UTC).date() for at in moments}) - 1


def _uses(day: Day, person: Person, code: Code) -> tuple[int, int]:
    """The least and the most: a word by itself may have been a code or a description."""
    least = most = 0
    for text, when, is_heard in texts_of(person, day.updates):
        command, _, rest = text.partition(" ")
        by_command = {"/promo": rest, "/start": rest.removeprefix("promo_")}
        if by_command.get(command, text).strip().upper() != code.name or code.is_over:
            continue
        paid_at = day.deposits.get(person.id)
        is_rich = True
        if code.min_deposit:
            is_before = when.is_before(paid_at)
            is_rich = is_before is False
            most += is_before is not True
        else:
            most += 1
        least += command in by_command and is_heard and is_rich
    if code.is_percentage:
        return 0, 0
    # Of a code for one, another person may have had it.
    least = least if code.max_uses >= len(day.people) * code.max_each else 0
    return min(least, code.max_each), min(most, code.max_each)


def _counts(stage: Stage, code: Code) -> None:
    counted = stage.ask(
        "SELECT current_uses, total_bonus_given FROM botapp_promocode WHERE code = %s",
        code.name,
    )[0]
    [(given, amount)] = stage.ask(
        "SELECT count(*), coalesce(sum(amount), 0) FROM botapp_transaction"
        " WHERE type = 'bonus' AND description = %s",
        code.name,
    )
    assert counted == (given, amount) == (given, given * code.value), (code, counted, given, amount)
    assert given <= code.max_uses, (code, given)


def _is_told(day: Day, person: Person, given: Gifts) -> None:
    """Who blocks the bot or wants no news is not told; nobody is told of what was not given."""
    if not day.is_deaf(person):
        wait_until(
            lambda: not given - told(person),
            patience_s=PATIENCE_S,
            complaint=lambda: f"{person.id} was not told of {given - told(person)}",
        )
    said = told(person)
    assert not said - given, (person.id, "was told of what was not given", said, given)
