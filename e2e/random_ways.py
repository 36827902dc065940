"""Ways that chance alone seldom goes to their end: a few steps, each taken when the bot has shown
the button for it."""

import os
import time
from collections.abc import Callable
from random import Random
from typing import Any

from e2e.random_words import PHOTO
from e2e.stage import Person

# A button that does not come by then is not waited for: something else stood in between.
PATIENCE_S = 1.5
PATIENCE_FOR_RESULT_S = 5.0
LOOK_EVERY_S = 0.05
ASKED_NAME = ("назвать", "shall it be called")
ASKED_CODE = ("промокод одним", "Send the promo code")

# Of the person, with the last message before the way was begun; False ends the way.
Step = Callable[[Person, int], bool]
Way = list[Step]
Found = dict[str, Any]


def say(text: str) -> Step:
    def step(person: Person, _: int) -> bool:
        return person.stage.http.post(person.url("send"), json={"text": text}).is_success

    return step


def show(caption: str = "") -> Step:
    """A photo."""

    def step(person: Person, _: int) -> bool:
        person.send_photo(PHOTO, caption)
        return True

    return step


def press(*prefixes: str, is_old: bool = False, patience_s: float = PATIENCE_S) -> Step:
    """The newest button whose data begin with one of these; also one of before the way."""

    def step(person: Person, since: int) -> bool:
        after = 0 if is_old else since
        where = _wait_for(lambda: _newest(person, prefixes, after), patience_s)
        if where is not None:
            person.stage.http.post(person.url("press"), json=where)
        return where is not None

    return step


def hear(*words: str) -> Step:
    """Until the bot has said one of these; an empty one is anything."""

    def step(person: Person, since: int) -> bool:
        return _wait_for(lambda: _heard(person, words, since), PATIENCE_S) is not None

    return step


def go(person: Person, way: Way) -> bool:
    """Whether it was gone to its end."""
    since = person.last_id()
    return all(step(person, since) for step in way)


def keep_use_or_forget(luck: Random) -> Way:
    """Saved references; whoever is forgotten has none any more, so that is the rarest."""
    ways = [keep_a_photo, keep_a_photo, keep_a_result, use_what_is_kept, use_what_is_kept]
    return luck.choice([*ways, forget_me])(luck)


def make(_: Random) -> Way:
    """A picture, ordered from its card and shared."""
    done = press("order:share", patience_s=PATIENCE_FOR_RESULT_S)
    return [say("/cancel"), say("кот в скафандре"), press("draft"), done]


def keep_a_photo(luck: Random) -> Way:
    return [show(), press("card|save", "saved:keep"), *_name(luck)]


def keep_a_result(luck: Random) -> Way:
    edit = press("order:edit", "result:edit", is_old=True)
    return [edit, say("в шляпе"), press("card|save"), *_name(luck)]


def use_what_is_kept(luck: Random) -> Way:
    use = [press("saved:use"), press("draft")]
    rename = [press("saved:rename"), hear(*ASKED_NAME), say(_any_name(luck))]
    delete = [press("saved:delete"), press("saved:sure"), press("saved:open")]
    on_card = [say("кот"), press("card|refs"), press("card|ref|"), press("draft")]
    opened = [say("/references"), press("saved:open")]
    return luck.choice([opened + use, opened + rename, opened + delete, on_card])


def share(_: Random) -> Way:
    return [press("order:share", is_old=True), hear("recipe_")]


def invite(_: Random) -> Way:
    return [say("/invite"), hear("start=ref_")]


def forget_me(luck: Random) -> Way:
    """Everything is erased; many come again."""
    way = [say("/settings"), press("set:data"), press("set:delete:"), press("set:deleteall")]
    return way + ([say("/start")] if luck.random() < 0.7 else [])


def use_promo_code(luck: Random, code: str) -> Way:
    """In the menu, by the command or by a link; in any case of letters, with a slip at times."""
    said = luck.choice([code, code, code.lower(), f" {code} ", f"{code}X", code[1:]])
    asked = [say("🎁 Ввести промокод"), hear(*ASKED_CODE), say(said)]
    by_link = [say(f"/start promo_{said.strip()}")]
    way = luck.choice([[say(f"/promo {said}")], by_link, asked])
    return way * luck.randint(1, 2)


def _name(luck: Random) -> Way:
    return [press("savedkind"), hear(*ASKED_NAME), say(_any_name(luck))]


def _any_name(luck: Random) -> str:
    return luck.choice(["Кот", "<b>", "к" * 41, f"Кот {os.urandom(3).hex()}"])


def _newest(person: Person, prefixes: tuple[str, ...], since: int) -> Found | None:
    for message in reversed(person.messages()):
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in (one for row in rows for one in row):
            data = button.get("callback_data", "")
            if message["message_id"] > since and data.startswith(prefixes):
                return {"message_id": message["message_id"], "callback_data": data}
    return None


def _heard(person: Person, words: tuple[str, ...], since: int) -> Found | None:
    for message in reversed(person.messages()):
        said = message.get("text", "") + message.get("caption", "")
        is_news = message["message_id"] > since and message["from"]["is_bot"]
        if is_news and any(one in said for one in words):
            return message
    return None


def _wait_for(look: Callable[[], Found | None], patience_s: float) -> Found | None:
    deadline = time.monotonic() + patience_s
    while (found := look()) is None and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S)
    return found
