"""What aiogram does not build while it is loaded is there when it is needed."""

import subprocess
import sys
import typing

import aiogram.types
import pytest
from aiogram import Bot
from aiogram.types import TelegramObject

# In a process of its own: here the tests before have built whatever they used.
FIRST_USES = """
import lazy_aiogram
lazy_aiogram.install()
from concurrent.futures import ThreadPoolExecutor
from aiogram.methods import Response, SendMessage
from aiogram.types import Message, ReplyParameters, Update
told = {"message_id": 7, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "hi"}

assert not Message.__pydantic_complete__
answer = Response[Message].model_validate({"ok": True, "result": told})
assert isinstance(answer.result, Message) and answer.result.chat.id == 5

with ThreadPoolExecutor(16) as threads:
    sent = list(threads.map(lambda number: SendMessage(
        chat_id=number, text="hi", reply_parameters=ReplyParameters(message_id=1)
    ), range(200)))
assert [one.chat_id for one in sent] == list(range(200))
assert sent[0].model_dump()["reply_parameters"]["message_id"] == 1

assert Update.model_validate({"update_id": 1, "message": told}).message.text == "hi"
"""


def test_whatever_is_used_first_is_built_then():
    command = [sys.executable, "-W", "error", "-c", FIRST_USES]
    ran = subprocess.run(command, check=False, capture_output=True)

    assert ran.returncode == 0, ran.stderr.decode()


TYPES = [
    kind
    for name in aiogram.types.__all__
    if isinstance(kind := getattr(aiogram.types, name), type) and issubclass(kind, TelegramObject)
]


def test_all_types_know_the_names_they_refer_to():
    assert len(TYPES) > 300
    for kind in TYPES:
        typing.get_type_hints(kind, localns={"Bot": Bot})


def test_a_type_is_built_whole():
    with pytest.raises(ValueError, match="2 validation errors for Invoice"):
        aiogram.types.Invoice.model_validate({"title": "a", "description": "b", "currency": "USD"})
