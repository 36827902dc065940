"""People: who they are, which language they read, whether they still want us."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from botapp.business import balance
from botapp.models import ChatThread, Language, TgUser, UserSettings

RUSSIAN_SPEAKING = frozenset({"ru", "be", "uk", "kk", "ky", "uz", "tg", "hy", "az", "tt"})


@dataclass(frozen=True)
class Profile:
    """What Telegram tells about a person."""

    chat_id: int
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_premium: bool = False


def ensure(profile: Profile) -> TgUser:
    """The person's row with wallet, settings and chat; made on first sight, refreshed later."""
    user = TgUser.objects.select_related("settings").filter(chat_id=profile.chat_id).first()
    if user is None:
        return _create(profile)
    _refresh(user, profile)
    return user


def change_language(*, user_id: int, language: Language) -> None:
    """From now on this person reads `language`."""
    UserSettings.objects.filter(user_id=user_id).update(
        interface_language=language, updated_at=timezone.now()
    )


def mark_blocked(*, chat_id: int, blocked: bool) -> None:
    """Remember that the person blocked the bot, or came back."""
    TgUser.objects.filter(chat_id=chat_id).exclude(is_blocked=blocked).update(
        is_blocked=blocked, updated_at=timezone.now()
    )


def language_for(language_code: str) -> Language:
    """Russian for people from where Russian is the common language, English for the others."""
    primary = language_code.split("-", maxsplit=1)[0].lower()
    return Language.RU if not primary or primary in RUSSIAN_SPEAKING else Language.EN


@transaction.atomic
def _create(profile: Profile) -> TgUser:
    # Two first messages may arrive at once: whoever comes second waits for the first, and finds
    # all that it made.
    user, is_new = TgUser.objects.get_or_create(
        chat_id=profile.chat_id, defaults=_columns(profile) | {"is_blocked": False}
    )
    if is_new:
        balance.open_wallet(user)
        ChatThread.objects.create(user=user)
        language = language_for(profile.language_code)
        # Known here from the start: handlers read them and no database.
        user.settings = UserSettings.objects.create(user=user, interface_language=language)
    else:
        user.settings = UserSettings.objects.get(user=user)
    return user


def _refresh(user: TgUser, profile: Profile) -> None:
    fresh = _columns(profile) | {"is_blocked": False}
    stale = [name for name, value in fresh.items() if getattr(user, name) != value]
    if stale:
        for name in stale:
            setattr(user, name, fresh[name])
        user.save(update_fields=[*stale, "updated_at"])


def _columns(profile: Profile) -> dict[str, str | bool]:
    return {
        "first_name": profile.first_name[:255],
        "last_name": profile.last_name[:255],
        "username": profile.username[:255],
        "language_code": profile.language_code[:10] or "ru",
        "is_premium": profile.is_premium,
    }
