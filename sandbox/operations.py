"""Gives every call of a stood-in service a (service, operation) name from its method and path."""

import re
from dataclasses import dataclass

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


def find_operation(method: str, path: str) -> Operation | None:
    """Name the call, or answer None for the sandbox's own addresses (chat, pages, control)."""
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
