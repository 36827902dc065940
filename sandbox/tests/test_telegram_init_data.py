from urllib.parse import parse_qs, urlsplit

import pytest
from aiogram.utils.web_app import check_webapp_signature, parse_webapp_init_data
from aiogram.utils.web_app_signature import check_webapp_signature as check_third_party
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.telegram import ed25519, init_data
from sandbox.tests.telegram_play import ALICE, Play, buttons

TOKEN = "123456789:AAExampleTokenForDocsOnly_0123456789abcd"
FIELDS = {
    "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
    "user": (
        '{"id":279058397,"first_name":"Vladislav","last_name":"K","username":"vdk",'
        '"language_code":"ru","is_premium":true,"allows_write_to_pm":true}'
    ),
    "auth_date": "1795000000",
}
SIGNATURE = "JCzA067QszFAaz5eROjlfeiHPBG14UWFaKJoi6T3p2O2m1bC2ZSxqD70TWwxNNDjBVXdTueHdjlT7uUVyK-DCg"


def test_the_worked_example_has_the_documented_hash():
    assert init_data.data_hash(TOKEN, FIELDS) == (
        "398d1cebe077407d8f618b458aebfda175b875c64155ce46468e1cd34443191c"
    )


def test_the_worked_example_with_its_signature_has_the_documented_hash():
    assert init_data.signature(123456789, FIELDS) == SIGNATURE
    assert init_data.data_hash(TOKEN, FIELDS | {"signature": SIGNATURE}) == (
        "9e76124f45a6f854cf6f6d1d685ae91b7d44bf527ce7379c5528cdc8580d96bc"
    )


def test_aiogram_accepts_both_proofs_and_refuses_a_changed_user():
    signed = init_data.sign(TOKEN, FIELDS)

    assert check_webapp_signature(TOKEN, signed)
    assert check_third_party(123456789, signed, init_data.PUBLIC_KEY)
    forged = signed.replace("279058397", "279058398")
    assert not check_webapp_signature(TOKEN, forged)
    assert not check_third_party(123456789, forged, init_data.PUBLIC_KEY)


@pytest.mark.parametrize("message", [b"", b"a", b"banana" * 100])
def test_ed25519_signs_like_the_reference_library(message):
    seed = bytes(range(32))
    reference = Ed25519PrivateKey.from_private_bytes(seed)

    assert ed25519.public_key(seed) == reference.public_key().public_bytes_raw()
    assert ed25519.sign(seed, message) == reference.sign(message)


def test_the_menu_button_opens_a_signed_mini_app(sandbox):
    play = Play(sandbox).start()
    button = {"type": "web_app", "text": "Shop", "web_app": {"url": "https://shop.test/app?x=1"}}
    play.call("setChatMenuButton", menu_button=button)

    opened = play.do("web_app", source="menu")

    address = urlsplit(opened["url"])
    launch = parse_qs(address.fragment)
    assert (address.hostname, address.query) == ("shop.test", "x=1")
    assert launch["tgWebAppData"] == [opened["init_data"]]
    assert launch["tgWebAppVersion"] == ["9.1"]
    assert launch["tgWebAppPlatform"] == ["web"]
    assert check_webapp_signature(sandbox.config.bot_token, opened["init_data"])
    data = parse_webapp_init_data(opened["init_data"])
    assert data.user is not None
    assert data.user.id == ALICE
    assert data.query_id


def test_a_direct_link_carries_the_start_parameter_and_no_query(sandbox):
    play = Play(sandbox).start()

    opened = play.do("web_app", source="link", url="https://shop.test/", start_param="ref_7")

    data = parse_webapp_init_data(opened["init_data"])
    assert (data.start_param, data.chat_type, data.query_id) == ("ref_7", "sender", None)
    assert "tgWebAppStartParam=ref_7" in urlsplit(opened["url"]).query


def test_a_stale_proof_can_be_made_for_tests(sandbox):
    play = Play(sandbox).start()

    opened = play.do("web_app", source="url", url="https://shop.test/", auth_date=1_700_000_000)

    assert "auth_date=1700000000" in opened["init_data"]
    assert check_webapp_signature(sandbox.config.bot_token, opened["init_data"])


def test_an_inline_button_opens_with_proof_and_a_reply_button_without(sandbox):
    play = Play(sandbox).start()
    web_app = {"text": "open", "web_app": {"url": "https://shop.test/"}}
    sent = play.call("sendMessage", chat_id=ALICE, text="a", reply_markup=buttons([web_app]))
    play.call("sendMessage", chat_id=ALICE, text="b", reply_markup={"keyboard": [[web_app]]})

    inline = play.do("press", message_id=sent["message_id"], row=0, column=0)["web_app"]
    from_keyboard = play.do("keyboard", row=0, column=0)["web_app"]

    assert check_webapp_signature(sandbox.config.bot_token, inline["init_data"])
    assert from_keyboard["init_data"] == ""


def test_a_mini_app_can_answer_into_the_chat_once(sandbox):
    play = Play(sandbox).start()
    opened = play.do("web_app", source="url", url="https://shop.test/")
    query_id = parse_webapp_init_data(opened["init_data"]).query_id
    result = {
        "type": "article",
        "id": "1",
        "title": "t",
        "input_message_content": {"message_text": "<b>done</b>", "parse_mode": "HTML"},
    }

    sent = play.call("answerWebAppQuery", web_app_query_id=query_id, result=result)

    assert sent["inline_message_id"]
    assert play.messages()[-1]["text"] == "done"
    assert play.messages()[-1]["via_bot"]["is_bot"]
    assert "query is too old" in play.refusal(
        "answerWebAppQuery", web_app_query_id=query_id, result=result
    )


def test_web_app_data_reaches_the_bot_as_a_message(sandbox):
    play = Play(sandbox).start()

    play.do("web_app_data", data='{"a":1}', button_text="open")

    update = play.call("getUpdates", offset=-1)[0]
    assert update["message"]["web_app_data"] == {"data": '{"a":1}', "button_text": "open"}
    assert play.try_to("web_app_data", data="x" * 4097, button_text="b").status_code == 409
