"""Random people do random things in the chat, the mini app and the shop, all at the same time.

Whatever they do: every update is answered with 200, no handler fails, Telegram's rules are kept by
every message of the bot, and the books are clean. `RANDOM_STEPS=5000` makes a longer day of it.
"""

import os
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from botapp.tests.conftest import png
from botapp.tests.films import make_film
from e2e.stage import MiniApp, Person, Stage, wait_until

STEPS = int(os.environ.get("RANDOM_STEPS", "100"))
STEPS_A_DAY = 50
PEOPLE = 3

WORDS = st.one_of(
    st.sampled_from(
        [
            *("/start", "/help", "/image", "/video", "/balance", "/settings", "/promo", "/support"),
            *("/history", "/daily", "/invite", "/terms", "/privacy", "/paysupport", "/references"),
            *("/start promo_NOPE", "/start ref_REFNOBODY", "/start recipe_nothing", "/nonsense"),
            *("🎨 Создать изображение", "🎬 Создать видео", "💰 Мой баланс (цены)"),
            *("💳 Пополнить баланс", "📲 Промт по референсу", "🏠 Главное меню"),
            *("🎁 Ввести промокод", "🧡 Поддержка", "кот в скафандре", "0", "5", "-1"),
            *("<b>жирный</b> & <script>", "שלום עולם", "👩‍👩‍👧‍👦" * 40, "ы" * 4096, "a\u202eb"),
            "https://example.org/film.mp4",
        ]
    ),
    # What a keyboard can type: Telegram trims, and sends no empty texts.
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200).filter(
        lambda text: bool(text.strip())
    ),
)
# Telegram refuses these in the course of honest work, and the bot says or ignores it.
HONEST_REFUSALS = (
    "message is not modified",
    "message can't be edited",
    "message to edit not found",
    "query is too old",
    "bot was blocked by the user",
    "message to delete not found",
    "message to be replied not found",
)
READABLE = st.sampled_from(["models", "generations", "packages"])
NONSENSE: list[Any] = [{}, [], "x", {"model": "nano-banana"}, {"params": {"a": 1}}]


class RandomPeople(RuleBasedStateMachine):
    """One day of a few people. The product is the same for all days."""

    stage: ClassVar[Stage]

    def __init__(self) -> None:
        super().__init__()
        self.people: list[Person] = []
        self.apps: dict[int, MiniApp] = {}
        # Who has blocked the bot says nothing to it.
        self.blocked: set[int] = set()

    @initialize()
    def people_come(self) -> None:
        names = ["Аня", "<i>Bob</i>", "عمر"]
        self.people = [self.stage.newcomer(name) for name in names[:PEOPLE]]
        for person in self.people:
            person.say("/start")

    @rule(who=st.integers(0, PEOPLE - 1), words=WORDS)
    def say(self, who: int, words: str) -> None:
        if who not in self.blocked:
            self.people[who].say(words)

    @rule(who=st.integers(0, PEOPLE - 1), data=st.data())
    def press(self, who: int, data: st.DataObject) -> None:
        """Any button of the last messages, also one that is out of date, often twice."""
        person = self.people[who]
        buttons = list(_buttons(person))
        if not buttons:
            return
        where, button = data.draw(st.sampled_from(buttons[-40:]))
        answer: dict[str, Any] = {}
        for _ in range(data.draw(st.integers(1, 2))):
            answer = self.stage.http.post(person.url("press"), json=where).json()
        if "web_app" in button and "web_app" in answer:
            app = answer["web_app"]
            self.apps[who] = MiniApp(self.stage, app["url"], app["init_data"])

    @rule(who=st.integers(0, PEOPLE - 1), caption=st.one_of(st.just(""), st.just("в стиле аниме")))
    def send_photo(self, who: int, caption: str) -> None:
        if who not in self.blocked:
            self.people[who].send_photo(PHOTO, caption)

    @rule(who=st.integers(0, PEOPLE - 1))
    def send_film(self, who: int) -> None:
        if who not in self.blocked:
            self.people[who].send_file("video", FILM)

    @rule(who=st.integers(0, PEOPLE - 1), kind=st.sampled_from(["sticker", "voice", "audio"]))
    def send_something_else(self, who: int, kind: str) -> None:
        files = {kind: (f"file.{kind}", PHOTO)}
        self.stage.http.post(self.people[who].url("send"), files=files)

    @rule(who=st.integers(0, PEOPLE - 1), forged=st.text(max_size=40))
    def press_forged(self, who: int, forged: str) -> None:
        person = self.people[who]
        where = {"message_id": max(person.last_id(), 1), "callback_data": forged or "x"}
        self.stage.http.post(person.url("press"), json=where)

    @rule(who=st.integers(0, PEOPLE - 1), path=READABLE)
    def read_in_the_mini_app(self, who: int, path: str) -> None:
        if who in self.apps:
            assert self.apps[who].get(path).status_code == 200

    @rule(
        who=st.integers(0, PEOPLE - 1),
        path=st.sampled_from(["quotes", "generations", "payments", "uploads"]),
        body=st.sampled_from(NONSENSE),
    )
    def post_nonsense(self, who: int, path: str, body: Any) -> None:
        if who in self.apps:
            assert 400 <= self.apps[who].post(path, body).status_code < 500

    @rule(who=st.integers(0, PEOPLE - 1), is_paid=st.booleans())
    def buy(self, who: int, is_paid: bool) -> None:
        if who not in self.apps:
            return
        email = f"random{self.people[who].id}@example.org"
        request_id = os.urandom(8).hex()
        order = {"package_code": "tokens_100", "email": email, "client_request_id": request_id}
        answer = self.apps[who].post("payments", order)
        # Ten a minute are let through.
        assert answer.status_code in (201, 429), answer.text
        lava = f"{self.stage.sandbox}/__lava/contracts"
        contracts = self.stage.http.get(lava).json()["contracts"]
        mine = next((one["id"] for one in contracts if email in str(one)), None)
        if mine is not None:
            action = "pay" if is_paid else "decline"
            self.stage.http.post(f"{lava}/{mine}/{action}", json={})

    @rule(who=st.integers(0, PEOPLE - 1), is_blocked=st.booleans())
    def block_or_return(self, who: int, is_blocked: bool) -> None:
        self.stage.http.post(self.people[who].url("block"), json={"blocked": is_blocked})
        (self.blocked.add if is_blocked else self.blocked.discard)(who)

    @invariant()
    def the_bot_is_alive(self) -> None:
        assert self.stage.http.get(f"{self.stage.web}/api/health/live").status_code == 200

    def teardown(self) -> None:
        if self.people:
            everything_was_answered(self.stage)


@pytest.mark.timeout(max(180, STEPS * 2))
def test_whatever_people_do_they_are_answered_and_the_books_are_clean(stage: Stage) -> None:
    RandomPeople.stage = stage
    faults_before = _faults_noted(stage)
    day = settings(
        max_examples=max(1, STEPS // STEPS_A_DAY),
        stateful_step_count=STEPS_A_DAY,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(RandomPeople, settings=day)

    assert _faults_noted(stage) == faults_before
    audit = stage.manage("audit_ledger", "--skip-checks")
    assert audit.returncode == 0, audit.stdout


def everything_was_answered(stage: Stage) -> None:
    """No update waits any more, each ended with 200, and nothing was said against the rules."""

    def pending() -> int:
        updates = stage.http.get(f"{stage.sandbox}/chat/api/updates").json()
        return sum(1 for one in updates if not one["attempts"])

    wait_until(lambda: pending() == 0, patience_s=60, complaint=lambda: f"{pending()} wait")
    for update in stage.http.get(f"{stage.sandbox}/chat/api/updates").json():
        last = update["attempts"][-1]
        assert last["status"] == 200, update
    assert list(_broken_rules(stage)) == []


def _broken_rules(stage: Stage) -> Iterator[tuple[str, str]]:
    for call in stage.calls("telegram"):
        if call["status"] == 400 and not call["fault"]:
            said = call["refusal"] or ""
            if not any(words in said for words in HONEST_REFUSALS):
                yield call["operation"], f"{call['body']} {said}"[:500]


def _faults_noted(stage: Stage) -> str:
    """What operators were told about, as counts by class and message."""
    script = (
        "from botapp.models import BotErrorEvent as E; "
        "print(sorted(E.objects.filter(origin__in=['telegram_handler','webhook','miniapp'])"
        ".values_list('error_class', 'message')))"
    )
    told = stage.manage("shell", "--verbosity", "0", "-c", script)
    assert told.returncode == 0, told.stderr
    return told.stdout


def _buttons(person: Person) -> Iterator[tuple[dict[str, int], dict[str, Any]]]:
    for message in person.messages():
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        for row, buttons in enumerate(rows):
            for column, button in enumerate(buttons):
                yield {"message_id": message["message_id"], "row": row, "column": column}, button


PHOTO = png((120, 90))
FILM = make_film()
