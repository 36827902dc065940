"""Opening a mini app: by the menu, an inline button, a direct link or the reply keyboard.

Source: https://core.telegram.org/bots/webapps#implementing-mini-apps
"""

import secrets
from typing import Any

from sandbox.telegram import init_data
from sandbox.telegram.person import ImpossibleError, Person
from sandbox.telegram.state import now_s

Json = dict[str, Any]


def open_with_proof(person: Person, url: str, *, auth_date: int | None = None) -> Json:
    """From the menu or an inline button: a signed user and a `query_id` to answer to."""
    query_id = "AAH" + secrets.token_urlsafe(15)
    person.bot.web_app_queries[query_id] = person.chat.id
    return _open(person, url, {"query_id": query_id}, auth_date=auth_date)


def open_by_link(
    person: Person, url: str, *, start_param: str = "", auth_date: int | None = None
) -> Json:
    """From `t.me/<bot>/<app>?startapp=…`: a signed user, where it was opened, no `query_id`."""
    fields = {"chat_instance": person.chat.instance, "chat_type": "sender"}
    if start_param:
        fields["start_param"] = start_param
    return _open(person, url, fields, auth_date=auth_date)


def open_without_proof(url: str) -> Json:
    """From the reply keyboard: such a mini app can only send data back into the chat."""
    return {"url": init_data.launch_url(url, ""), "init_data": ""}


def menu_url(person: Person) -> str:
    button = person.chat.menu_button or person.bot.profile.menu_button
    if button["type"] != "web_app":
        raise ImpossibleError("the menu button opens no mini app")
    return str(button["web_app"]["url"])


def _open(person: Person, url: str, fields: dict[str, str], *, auth_date: int | None) -> Json:
    signed = init_data.sign(
        person.bot.token,
        {
            **({"query_id": fields["query_id"]} if "query_id" in fields else {}),
            "user": init_data.user_json(person.chat.user),
            **{name: value for name, value in fields.items() if name != "query_id"},
            "auth_date": str(now_s() if auth_date is None else auth_date),
        },
    )
    start_param = fields.get("start_param", "")
    opened = init_data.launch_url(url, signed, start_param=start_param)
    return {"url": opened, "init_data": signed}
