"""Random people do random things in the chat, the mini app and the shop, all at the same time.

Whatever they do: every message and every press is answered, nothing fails, Telegram's rules are
kept by every call of the bot, every order ends, and the books are clean. `RANDOM_STEPS=5000` makes
a longer day of it, `RANDOM_SEED` another one.
"""

import json
import os
import re
from collections.abc import Iterator
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from e2e import random_shop, random_ways
from e2e.random_account import gifts_fit
from e2e.random_day import Watch, money_fits, orders_end
from e2e.random_gifts import Code, codes_of_day, publish
from e2e.random_guests import bring_a_friend
from e2e.random_words import (
    CAPTIONS,
    FILES,
    FORWARDED,
    ODDITIES,
    PHOTO,
    WORDS,
    unasked_updates,
)
from e2e.stage import MiniApp, Person, Stage

STEPS = int(os.environ.get("RANDOM_STEPS", "100"))
SEED = os.environ.get("RANDOM_SEED", "")
STEPS_A_DAY = 50
PEOPLE = 3
FRIENDS_MAX = 5

WHO = st.integers(0, PEOPLE - 1)
# Chooses among what is there: hypothesis itself must draw the same whatever the product answers.
LUCK = st.integers(0, 2**32 - 1).map(Random)
LINK = re.compile(r"(?:start=|start%3D)([\w-]{1,64})")
# Where a button stands, or only its data; and the button.
Seen = tuple[Any, dict[str, Any]]
MEDIA = ("photo", "video", "document", "animation")


class RandomPeople(RuleBasedStateMachine):
    """One day of a few people. The product is the same for all days."""

    stage: ClassVar[Stage]
    # Of all days: links somebody was given, and the data of buttons somebody saw.
    links: ClassVar[set[str]]
    presses: ClassVar[set[str]]

    def __init__(self) -> None:
        super().__init__()
        # The random ones, then the friends they bring.
        self.people: list[Person] = []
        self.codes: list[Code] = []
        self.apps: dict[int, MiniApp] = {}
        # Who has blocked the bot says nothing to it.
        self.blocked: set[int] = set()

    @initialize()
    def people_come(self) -> None:
        self.watch = Watch(self.stage)
        self.codes = codes_of_day(os.urandom(3).hex().upper())
        for code in self.codes:
            publish(self.stage, code)
        names = ["Аня", "<i>Bob</i>", "عمر"]
        self.people = [self.stage.newcomer(name) for name in names[:PEOPLE]]
        for who, person in enumerate(self.people):
            person.say("/start")
            self.apps[who] = random_shop.open_shop(person)

    @rule(who=WHO, words=WORDS)
    def say(self, who: int, words: str) -> None:
        self._send(who, {"text": words})

    @rule(who=WHO, words=WORDS, luck=LUCK)
    def reply(self, who: int, words: str, luck: Random) -> None:
        """To any message, also to one's own and to an album."""
        messages = self.people[who].messages()
        if messages:
            to = luck.choice(messages)["message_id"]
            self._send(who, {"text": words, "reply_to_message_id": to})

    @rule(who=WHO, luck=LUCK)
    def press(self, who: int, luck: Random) -> None:
        """Any button of the last messages, also one that is out of date, often twice."""
        person = self.people[who]
        buttons = list(_buttons(person))
        if not buttons:
            return
        where, button = _one_of_each_kind(buttons, luck)
        for _ in range(luck.randint(1, 2)):
            self.stage.http.post(person.url("press"), json=where)
        self._remember(person, button)

    @rule(who=WHO, luck=LUCK)
    def press_the_newest(self, who: int, luck: Random) -> None:
        """So that what is begun is often gone through with."""
        person = self.people[who]
        buttons = list(_buttons(person))
        if buttons:
            newest = [
                one for one in buttons if one[0]["message_id"] == buttons[-1][0]["message_id"]
            ]
            where, button = _one_of_each_kind(newest, luck)
            self.stage.http.post(person.url("press"), json=where)
            self._remember(person, button)

    @rule(who=WHO, luck=LUCK)
    def press_what_another_saw(self, who: int, luck: Random) -> None:
        """An old client, or a forger: any button's data under any text of the own chat."""
        person, messages = self.people[who], self.people[who].messages()
        mine = [one["message_id"] for one in messages if one["from"]["is_bot"] and "text" in one]
        if mine and self.presses:
            seen = [(data, {"callback_data": data}) for data in sorted(self.presses)]
            pressed, _ = _one_of_each_kind(seen, luck)
            where = {"message_id": luck.choice(mine), "callback_data": pressed}
            self.stage.http.post(person.url("press"), json=where)

    @rule(who=WHO, forged=st.text(max_size=40))
    def press_forged(self, who: int, forged: str) -> None:
        person = self.people[who]
        where = {"message_id": max(person.last_id(), 1), "callback_data": forged or "x"}
        self.stage.http.post(person.url("press"), json=where)

    @rule(who=WHO, luck=LUCK)
    def follow_a_link(self, who: int, luck: Random) -> None:
        """Somebody's recipe or invitation."""
        if self.links:
            payload = luck.choice(sorted(self.links))
            self._send(who, {"text": f"/start {payload}"})

    @rule(who=WHO, caption=CAPTIONS, count=st.sampled_from([1, 1, 2, 5]))
    def send_photos(self, who: int, caption: str, count: int) -> None:
        files = [("photo", ("photo.png", PHOTO))] * count
        self._send_form(who, files, caption)

    @rule(who=WHO, caption=CAPTIONS, file=st.sampled_from(FILES))
    def send_file(self, who: int, caption: str, file: tuple[str, str, bytes]) -> None:
        kind, name, content = file
        self._send_form(who, [(kind, (name, content))], caption)

    @rule(who=WHO, content=st.sampled_from(ODDITIES))
    def send_something_odd(self, who: int, content: dict[str, Any]) -> None:
        self._send(who, {"content": content})

    @rule(who=WHO, luck=LUCK)
    def forward(self, who: int, luck: Random) -> None:
        """A picture or film out of the own chat, as if from a channel."""
        found = [one for one in self.people[who].messages() if any(kind in one for kind in MEDIA)]
        if found:
            one = luck.choice(found)
            content = {kind: one[kind] for kind in MEDIA if kind in one} | FORWARDED
            self._send(who, {"content": content})

    @rule(who=WHO, luck=LUCK)
    def bring_what_was_not_asked_for(self, who: int, luck: Random) -> None:
        person = self.people[who]
        update = luck.choice(unasked_updates(person.id))
        self.stage.http.post(person.url("updates"), json={"update": update}).raise_for_status()

    @rule(who=WHO, path=random_shop.READABLE)
    def read_in_the_mini_app(self, who: int, path: str) -> None:
        assert self.apps[who].get(path).status_code == 200

    @rule(
        who=WHO,
        path=st.sampled_from(["quotes", "generations", "payments", "uploads"]),
        body=st.sampled_from(random_shop.NONSENSE),
    )
    def post_nonsense(self, who: int, path: str, body: Any) -> None:
        assert 400 <= self.apps[who].post(path, body).status_code < 500

    @rule(who=WHO, words=WORDS, luck=LUCK)
    def order_by_form(self, who: int, words: str, luck: Random) -> None:
        random_shop.order_by_form(self.apps[who], luck, words)

    @rule(who=WHO, luck=LUCK)
    def cancel_by_form(self, who: int, luck: Random) -> None:
        random_shop.cancel_something(self.apps[who], luck)

    @rule(who=WHO, moves=st.lists(st.sampled_from(["pay", "decline", "webhook"]), max_size=3))
    def buy(self, who: int, moves: list[str]) -> None:
        random_shop.buy(self.stage, self.people[who], self.apps[who], moves)

    @rule(who=WHO, luck=LUCK)
    def make_and_share(self, who: int, luck: Random) -> None:
        self._go(who, random_ways.make(luck))

    @rule(who=WHO, luck=LUCK)
    def keep_use_or_forget(self, who: int, luck: Random) -> None:
        self._go(who, random_ways.keep_use_or_forget(luck))

    @rule(who=WHO, luck=LUCK)
    def use_a_promo_code(self, who: int, luck: Random) -> None:
        self._go(who, random_ways.use_promo_code(luck, luck.choice(self.codes).name))

    @rule(who=WHO, luck=LUCK)
    def bring_a_friend(self, who: int, luck: Random) -> None:
        if who not in self.blocked and len(self.people) < PEOPLE + FRIENDS_MAX:
            friend = bring_a_friend(self.people[who], luck)
            self.people += [friend] if friend else []

    @rule(who=WHO, is_blocked=st.booleans())
    def block_or_return(self, who: int, is_blocked: bool) -> None:
        self.stage.http.post(self.people[who].url("block"), json={"blocked": is_blocked})
        (self.blocked.add if is_blocked else self.blocked.discard)(who)

    @invariant()
    def the_bot_is_alive(self) -> None:
        assert self.stage.http.get(f"{self.stage.web}/api/health/live").status_code == 200

    def teardown(self) -> None:
        if not self.people:
            return
        updates = self.watch.updates_are_answered(self.people)
        orders_end(self.stage)
        self.watch.nothing_failed()
        money_fits(self.stage, self.people)
        gifts_fit(self.stage, self.people, updates, self.codes)

    def _go(self, who: int, way: random_ways.Way) -> None:
        if who not in self.blocked:
            random_ways.go(self.people[who], way)

    def _send(self, who: int, body: dict[str, Any]) -> None:
        if who not in self.blocked:
            self.stage.http.post(self.people[who].url("send"), json=body).raise_for_status()

    def _send_form(self, who: int, files: list[Any], caption: str) -> None:
        if who not in self.blocked:
            address, words = self.people[who].url("send"), {"caption": caption}
            self.stage.http.post(address, files=files, data=words).raise_for_status()

    def _remember(self, person: Person, button: dict[str, Any]) -> None:
        if "callback_data" in button:
            self.presses.add(button["callback_data"])
        self.links.update(LINK.findall(json.dumps(person.messages())))


@pytest.mark.timeout(max(180, STEPS * 2))
def test_whatever_people_do_they_are_answered_and_the_books_are_clean(stage: Stage) -> None:
    RandomPeople.stage, RandomPeople.links, RandomPeople.presses = stage, set(), set()
    day = settings(
        max_examples=max(1, STEPS // STEPS_A_DAY),
        stateful_step_count=STEPS_A_DAY,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    people = seed(int(SEED))(RandomPeople) if SEED else RandomPeople

    run_state_machine_as_test(people, settings=day)

    audit = stage.manage("audit_ledger", "--skip-checks")
    assert audit.returncode == 0, audit.stdout


def _one_of_each_kind(buttons: list[Seen], luck: Random) -> Seen:
    """A kind of button, then one of it: a list of thirty models hides no rare button."""
    kinds: dict[str, list[Seen]] = {}
    for one in buttons:
        prefix, _, rest = one[1].get("callback_data", "").partition(":")
        action = "" if prefix == "model" else rest.partition(":")[0].rstrip("0123456789")
        kinds.setdefault(f"{prefix}:{action}", []).append(one)
    return luck.choice(kinds[luck.choice(sorted(kinds))])


def _buttons(person: Person) -> Iterator[Seen]:
    for message in person.messages():
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        for row, buttons in enumerate(rows):
            for column, button in enumerate(buttons):
                yield {"message_id": message["message_id"], "row": row, "column": column}, button
