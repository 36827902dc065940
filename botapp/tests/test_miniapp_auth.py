"""Launch data: the worked example of the documentation, and everything that must be refused."""

import hashlib
import hmac
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.test import RequestFactory

from botapp import miniapp_auth
from botapp.miniapp_auth import InitDataInvalidError, MiniAppAuth, MiniAppError
from botapp.models import TgUser

TOKEN = "123456789:AAExampleTokenForDocsOnly_0123456789abcd"
AUTH_DATE_S = 1795000000
USER = (
    '{"id":279058397,"first_name":"Vladislav","last_name":"K","username":"vdk",'
    '"language_code":"ru","is_premium":true,"allows_write_to_pm":true}'
)
FIELDS = {"query_id": "AAHdF6IQAAAAAN0XohDhrOrc", "user": USER, "auth_date": str(AUTH_DATE_S)}
HASH = "398d1cebe077407d8f618b458aebfda175b875c64155ce46468e1cd34443191c"
SIGNATURE = "JCzA067QszFAaz5eROjlfeiHPBG14UWFaKJoi6T3p2O2m1bC2ZSxqD70TWwxNNDjBVXdTueHdjlT7uUVyK-DCg"
HASH_WITH_SIGNATURE = "9e76124f45a6f854cf6f6d1d685ae91b7d44bf527ce7379c5528cdc8580d96bc"


def signed(fields: dict[str, str], *, token: str = TOKEN) -> str:
    joined = "\n".join(f"{name}={fields[name]}" for name in sorted(fields)).encode()
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    return urlencode(fields | {"hash": hmac.new(secret, joined, hashlib.sha256).hexdigest()})


def test_the_worked_example_is_genuine():
    launch = miniapp_auth.verify(urlencode(FIELDS | {"hash": HASH}), bot_token=TOKEN)

    assert launch.auth_date_s == AUTH_DATE_S
    assert launch.user.id == 279058397
    assert launch.user.profile().username == "vdk"
    assert launch.user.is_premium


def test_the_field_signature_is_signed_too():
    fields = FIELDS | {"signature": SIGNATURE}

    miniapp_auth.verify(urlencode(fields | {"hash": HASH_WITH_SIGNATURE}), bot_token=TOKEN)
    with pytest.raises(InitDataInvalidError):
        miniapp_auth.verify(urlencode(fields | {"hash": HASH}), bot_token=TOKEN)


@pytest.mark.parametrize(
    "init_data",
    [
        "",
        "&",
        "hash",
        "hash=" + HASH,
        urlencode(FIELDS),
        urlencode(FIELDS | {"hash": ""}),
        urlencode(FIELDS | {"hash": HASH.upper()}),
        urlencode(FIELDS | {"hash": "п" * 64}),
        urlencode(FIELDS | {"hash": HASH, "start_param": "x"}),
        urlencode(FIELDS | {"hash": HASH, "auth_date": str(AUTH_DATE_S + 1)}),
        urlencode(FIELDS | {"hash": HASH}) + "&auth_date=1",
        "auth_date=1&" + urlencode(FIELDS | {"hash": HASH}),
        urlencode(FIELDS | {"hash": HASH}) + "&user=" + quote('{"id":1}'),
        urlencode(FIELDS | {"hash": HASH}) + "&ключ=1",
        urlencode(FIELDS | {"hash": HASH}) + "&x=" + "y" * 9000,
        signed(FIELDS, token="1:other"),
        signed({name: FIELDS[name] for name in ("auth_date", "query_id")}),
        signed(FIELDS | {"user": "[]"}),
        signed(FIELDS | {"user": '{"id":"; drop"}'}),
        signed(FIELDS | {"user": '{"id":-5}'}),
        signed(FIELDS | {"auth_date": "soon"}),
        signed({"user": USER}),
    ],
)
def test_anything_else_is_not(init_data):
    with pytest.raises(InitDataInvalidError):
        miniapp_auth.verify(init_data, bot_token=TOKEN)


def ask(*, age_s: float = 0, header: str | None = None, max_age=miniapp_auth.AGE_FOR_READING):
    request = RequestFactory().get(
        "/", headers={"Authorization": header or f"tma {signed(FIELDS)}"}
    )
    with time_machine.travel(AUTH_DATE_S + age_s, tick=False):
        return MiniAppAuth(max_age=max_age)(request)


def test_the_first_visit_makes_the_person(db):
    visitor = ask()

    assert visitor.user == TgUser.objects.get(chat_id=279058397)
    assert visitor.user.first_name == "Vladislav"
    assert visitor.language == "ru"
    assert ask().user == visitor.user


@pytest.mark.parametrize(
    ("age_s", "max_age"),
    [
        (-60, miniapp_auth.AGE_FOR_PAYING),
        (3600, miniapp_auth.AGE_FOR_PAYING),
        (24 * 3600, miniapp_auth.AGE_FOR_READING),
    ],
)
def test_fresh_proof_is_enough(db, age_s, max_age):
    assert ask(age_s=age_s, max_age=max_age).user.chat_id == 279058397


@pytest.mark.parametrize(
    ("age_s", "max_age", "code"),
    [
        (-61, miniapp_auth.AGE_FOR_READING, "init_data_invalid"),
        (3601, miniapp_auth.AGE_FOR_PAYING, "init_data_expired"),
        (24 * 3600 + 1, miniapp_auth.AGE_FOR_READING, "init_data_expired"),
    ],
)
def test_old_proof_and_proof_of_tomorrow_are_refused(db, age_s, max_age, code):
    with pytest.raises(MiniAppError) as refused:
        ask(age_s=age_s, max_age=max_age)

    assert (refused.value.status, refused.value.code) == (401, code)
    assert refused.value.message
    assert not TgUser.objects.exists()


@pytest.mark.parametrize("header", ["Bearer x", "tma", "tma ", "tma ю=я", "tma\xa0\xff", "ключ"])
def test_a_header_that_makes_no_sense_is_refused(db, header):
    with pytest.raises(MiniAppError) as refused:
        ask(header=header)

    assert refused.value.status == 401
