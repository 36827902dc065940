"""The look of the admin: name, colours, and the way through the tables by what operators do.

Settings: https://unfoldadmin.com/docs/configuration/settings/
"""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

# Amber, a step darker than the usual scale: white text on a button stays readable.
AMBER = {
    "50": "oklch(98.7% .022 95.277)",
    "100": "oklch(96.2% .059 95.617)",
    "200": "oklch(92.4% .12 95.746)",
    "300": "oklch(87.9% .169 91.605)",
    "400": "oklch(82.8% .189 84.429)",
    "500": "oklch(66.6% .179 58.318)",
    "600": "oklch(55.5% .163 48.998)",
    "700": "oklch(47.3% .137 46.201)",
    "800": "oklch(41.4% .112 45.904)",
    "900": "oklch(34% .09 45.7)",
    "950": "oklch(27.9% .077 45.635)",
}


def _icon(_request: HttpRequest) -> str:
    return static("dashboard/icon.svg")


def _item(title: str, icon: str, address: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(address)}


def _table(title: str, icon: str, model: str) -> dict[str, Any]:
    return _item(title, icon, f"admin:{model}_changelist")


def _group(title: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": True, "items": list(items)}


UNFOLD = {
    "SITE_TITLE": "NanoBanana",
    "SITE_HEADER": "NanoBanana",
    "SITE_SUBHEADER": "для операторов",
    "SITE_ICON": _icon,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _icon}],
    "SITE_URL": reverse_lazy("dashboard:overview"),
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {"primary": AMBER},
    "LOGIN": {"redirect_after": reverse_lazy("dashboard:overview")},
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            _group(
                "Обзор",
                _item("Сегодня", "monitoring", "dashboard:overview"),
                _item("Чаты", "forum", "dashboard:chats"),
                _table("Сбои", "error", "botapp_boterrorevent"),
            ),
            _group(
                "Генерация",
                _table("Заказы", "image", "botapp_genrequest"),
                _table("Результаты", "photo_library", "botapp_genresult"),
                _table("Модели", "smart_toy", "botapp_aimodel"),
                _table("Курс и наценка", "tune", "botapp_pricingsettings"),
            ),
            _group(
                "Деньги",
                _table("Журнал токенов", "receipt_long", "botapp_transaction"),
                _table("Кошельки", "account_balance_wallet", "botapp_userbalance"),
                _table("Платежи", "payments", "lavatop_payment"),
                _table("События Lava.top", "inbox", "lavatop_webhookevent"),
                _table("Пакеты токенов", "sell", "botapp_tokenpackage"),
                _table("Промокоды", "redeem", "botapp_promocode"),
                _table("Активации", "confirmation_number", "botapp_promocodeuse"),
            ),
            _group(
                "Люди",
                _table("Пользователи", "group", "botapp_tguser"),
                _table("Настройки", "manage_accounts", "botapp_usersettings"),
                _table("Сообщения", "chat", "botapp_chatmessage"),
                _table("Чаты: таблица", "chat_bubble", "botapp_chatthread"),
                _table("Апдейты Telegram", "sync", "botapp_telegramupdate"),
            ),
            _group(
                "Доступ",
                _table("Операторы", "shield_person", "auth_user"),
                _table("Группы", "groups", "auth_group"),
            ),
        ],
    },
}
