"""The shared schema: facts and invariants as database constraints, no rules that write."""

from botapp.models.chat import ChatMessage, ChatThread, TelegramUpdate
from botapp.models.errors import BotErrorEvent
from botapp.models.generation import AIModel, GenRequest, GenResult
from botapp.models.ledger import Transaction
from botapp.models.offers import PricingSettings, Promocode, PromocodeUse, TokenPackage
from botapp.models.users import Language, TgUser, UserBalance, UserSettings

__all__ = [
    "AIModel",
    "BotErrorEvent",
    "ChatMessage",
    "ChatThread",
    "GenRequest",
    "GenResult",
    "Language",
    "PricingSettings",
    "Promocode",
    "PromocodeUse",
    "TelegramUpdate",
    "TgUser",
    "TokenPackage",
    "Transaction",
    "UserBalance",
    "UserSettings",
]
