"""Who opened the mini app: Telegram's signed launch data in `Authorization: tma <initData>`.

Algorithm: https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from pydantic import BaseModel, Field

from botapp.business import users
from botapp.models import TgUser
from botapp.texts import payments as texts

SCHEME = "tma "
INIT_DATA_CHARS_MAX = 8192
FUTURE_TOLERANCE_S = 60
AGE_FOR_READING = timedelta(hours=24)
AGE_FOR_PAYING = timedelta(hours=1)


class MiniAppError(Exception):
    """An answer to the mini app that is not 2xx: `message` is for the person reading the page.

    `details` are said beside it, for the page itself.
    """

    def __init__(
        self, status: int, code: str, message: str, *, details: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.details = dict(details or {})
        self.status = status
        self.code = code
        self.message = message


class InitDataInvalidError(Exception):
    """The launch data is not signed by Telegram for our bot, or makes no sense."""


class TelegramUser(BaseModel):
    """The `user` field; Telegram adds fields over time, they are let through unread."""

    id: int = Field(gt=0, lt=2**52)
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_premium: bool = False

    def profile(self) -> users.Profile:
        return users.Profile(
            chat_id=self.id,
            first_name=self.first_name,
            last_name=self.last_name,
            username=self.username,
            language_code=self.language_code,
            is_premium=self.is_premium,
        )


@dataclass(frozen=True)
class Launch:
    """A proven opening of the mini app."""

    user: TelegramUser
    auth_date_s: int


@dataclass(frozen=True)
class Visitor:
    """Who is asking, as our own row, and the language of the answer."""

    user: TgUser
    language: str


class MiniAppRequest(HttpRequest):
    """A request that passed `MiniAppAuth`."""

    auth: Visitor


class MiniAppAuth:
    """Proof no older than `max_age`; the person's language is active for the rest of the request.

    Raises MiniAppError 401 `init_data_missing`, `init_data_invalid` or `init_data_expired`.
    """

    def __init__(self, *, max_age: timedelta) -> None:
        self._max_age_s = max_age.total_seconds()

    def __call__(self, request: HttpRequest) -> Visitor:
        launch = _read_launch(request.headers.get("Authorization", ""))
        age_s = timezone.now().timestamp() - launch.auth_date_s
        if age_s < -FUTURE_TOLERANCE_S:
            raise MiniAppError(401, "init_data_invalid", texts.open_from_chat())
        if age_s > self._max_age_s:
            translation.activate(users.language_for(launch.user.language_code))
            raise MiniAppError(401, "init_data_expired", texts.reopen_to_pay())
        user = users.ensure(launch.user.profile())
        language = user.settings.interface_language
        translation.activate(language)
        return Visitor(user=user, language=language)


def may_send_files(header: str) -> bool:
    """Whether the header proves an opening of the mini app, before anything else is looked at."""
    try:
        launch = _read_launch(header)
    except MiniAppError:
        return False
    return timezone.now().timestamp() - launch.auth_date_s <= AGE_FOR_READING.total_seconds()


def verify(init_data: str, *, bot_token: str) -> Launch:
    """Check the signature over every field but `hash`. The age is the caller's business.

    Raises InitDataInvalidError.
    """
    fields = _parse(init_data)
    claimed = fields.pop("hash", "")
    signed = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    secret = hmac.digest(b"WebAppData", bot_token.encode(), hashlib.sha256)
    expected = hmac.new(secret, signed.encode(), hashlib.sha256).hexdigest()
    # As bytes: compare_digest raises on text that is not ASCII.
    if not hmac.compare_digest(expected.encode(), claimed.encode()):
        raise InitDataInvalidError("the signature does not fit")
    try:
        user = TelegramUser.model_validate_json(fields.get("user", ""))
        return Launch(user=user, auth_date_s=int(fields.get("auth_date", "")))
    except ValueError as error:
        raise InitDataInvalidError("signed, but not a launch by a person") from error


def _parse(init_data: str) -> dict[str, str]:
    if len(init_data) > INIT_DATA_CHARS_MAX or not init_data.isascii():
        raise InitDataInvalidError("not launch data")
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise InitDataInvalidError("not a query string") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise InitDataInvalidError("a field is repeated")
    return fields


def _read_launch(header: str) -> Launch:
    if not header.startswith(SCHEME):
        raise MiniAppError(401, "init_data_missing", texts.open_from_chat())
    try:
        return verify(header.removeprefix(SCHEME), bot_token=settings.TELEGRAM_BOT_TOKEN)
    except InitDataInvalidError as error:
        raise MiniAppError(401, "init_data_invalid", texts.open_from_chat()) from error
