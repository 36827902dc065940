"""Gives every call of a stood-in service a (service, operation) name from its method and path.

Telegram, Gemini's actions and Lava have names of their own. Every other service is named after
its routes: `POST /v1/image_to_video`, `GET /v1/tasks/{id}`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

_TELEGRAM_METHODS = (
    "addStickerToSet answerCallbackQuery answerInlineQuery answerPreCheckoutQuery"
    " answerShippingQuery answerWebAppQuery banChatMember close copyMessage copyMessages"
    " createChatInviteLink createInvoiceLink deleteMessage deleteMessages deleteMyCommands"
    " deleteWebhook editMessageCaption editMessageMedia editMessageReplyMarkup editMessageText"
    " editUserStarSubscription exportChatInviteLink forwardMessage forwardMessages getChat"
    " getChatAdministrators getChatMember getChatMemberCount getChatMenuButton getFile getMe"
    " getMyCommands getMyDescription getMyName getMyShortDescription getMyStarBalance"
    " getStarTransactions getUpdates getUserProfilePhotos getWebhookInfo leaveChat logOut"
    " pinChatMessage refundStarPayment restrictChatMember savePreparedInlineMessage sendAnimation"
    " sendAudio sendChatAction sendContact sendDice sendDocument sendGame sendInvoice sendLocation"
    " sendMediaGroup sendMessage sendPaidMedia sendPhoto sendPoll sendSticker sendVenue sendVideo"
    " sendVideoNote sendVoice setChatMenuButton setMessageReaction setMyCommands setMyDescription"
    " setMyName setMyShortDescription setWebhook unbanChatMember unpinAllChatMessages"
    " unpinChatMessage"
)
_CANONICAL = {name.lower(): name for name in _TELEGRAM_METHODS.split()}

_TELEGRAM_FILE = re.compile(r"/file/bot[^/]+/.+")
_TELEGRAM_METHOD = re.compile(r"/bot[^/]+/(?:test/)?(?P<method>[^/]+)")
_GEMINI_ACTION = re.compile(r"/gemini/v1(?:beta)?/.*:(?P<action>\w+)")
_GEMINI_RESOURCE = re.compile(r"/gemini/v1(?:beta)?/(?P<collection>\w+)(?P<item>/.+)?")
_LAVA = re.compile(r"/lava(?P<route>/api/.+)")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Operation:
    service: str
    name: str


def name_operation(request: web.Request, services: Mapping[str, str]) -> Operation | None:
    """Name the call, or answer None for the sandbox's own addresses (chat, pages, control).

    `services` gives the service of a path's first segment.
    """
    own_name = _find_own_name(request.method, request.path)
    if own_name is not None:
        return own_name
    segment = request.path.split("/", 2)[1]
    if segment not in services:
        return None
    resource = request.match_info.route.resource
    route = request.path if resource is None else resource.canonical
    return Operation(services[segment], f"{request.method} {route.removeprefix('/' + segment)}")


def _find_own_name(method: str, path: str) -> Operation | None:
    if _TELEGRAM_FILE.fullmatch(path):
        return Operation("telegram", "downloadFile")
    if match := _TELEGRAM_METHOD.fullmatch(path):
        return Operation("telegram", _CANONICAL.get(match["method"].lower(), match["method"]))
    if match := _LAVA.fullmatch(path):
        return Operation("lava", f"{method} {_UUID.sub('{id}', match['route'])}")
    return _find_gemini_operation(method, path)


def _find_gemini_operation(method: str, path: str) -> Operation | None:
    if match := _GEMINI_ACTION.fullmatch(path):
        return Operation("gemini", match["action"])
    if match := _GEMINI_RESOURCE.fullmatch(path):
        item = "/{id}" if match["item"] else ""
        return Operation("gemini", f"{method} {match['collection']}{item}")
    return None
