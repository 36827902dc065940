"""The shared schema: facts and invariants as database constraints, no rules that write."""

from botapp.models.chat import ChatMessage, ChatThread, TelegramUpdate
from botapp.models.errors import BotErrorEvent
from botapp.models.generation import AIModel, GenRequest, GenResult
from botapp.models.ledger import Transaction
from botapp.models.making import Recipe, SavedReference, Upload
from botapp.models.offers import PricingSettings, Promocode, PromocodeUse, TokenPackage
from botapp.models.text_tasks import TextTask
from botapp.models.trail import GenEvent, RouteCircuit
from botapp.models.users import Language, TgUser, UserBalance, UserSettings

__all__ = [
    "AIModel",
    "BotErrorEvent",
    "ChatMessage",
    "ChatThread",
    "GenEvent",
    "GenRequest",
    "GenResult",
    "Language",
    "PricingSettings",
    "Promocode",
    "PromocodeUse",
    "Recipe",
    "RouteCircuit",
    "SavedReference",
    "TelegramUpdate",
    "TextTask",
    "TgUser",
    "TokenPackage",
    "Transaction",
    "Upload",
    "UserBalance",
    "UserSettings",
]
