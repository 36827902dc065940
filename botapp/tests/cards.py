"""Words for tests of the draft's card: what it shows, and pressing its buttons by their labels."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aiogram.types import InlineKeyboardButton, Message

from botapp.catalog import Mode, Role

if TYPE_CHECKING:
    from botapp.tests.conftest import Chatter, RememberingSession

FILM = {"file_id": "film", "file_unique_id": "film", "width": 640, "height": 360, "duration": 5}
# What a person sends so that the model is in this mode.
SENT: dict[Mode, tuple[Role, ...]] = {
    Mode.TEXT_TO_IMAGE: (),
    Mode.IMAGE_TO_IMAGE: (Role.IMAGE,),
    Mode.TEXT_TO_VIDEO: (),
    Mode.IMAGE_TO_VIDEO: (Role.FIRST_FRAME,),
    Mode.FRAMES_TO_VIDEO: (Role.FIRST_FRAME, Role.LAST_FRAME),
    Mode.REFERENCES_TO_VIDEO: (Role.REFERENCE,),
    Mode.VIDEO_TO_VIDEO: (Role.VIDEO,),
    Mode.EXTEND: (Role.VIDEO,),
}


PRICE = "Цена: ⚡"


class CardReader:
    """The latest card in Alice's chat."""

    def __init__(self, phone: "Chatter", sent: "RememberingSession") -> None:
        self.phone, self.sent = phone, sent

    @property
    def message(self) -> Message:
        """The message that can order, as the last sending or editing left its text."""
        return next(one for one in reversed(self.sent.answers) if PRICE in (one.text or ""))

    @property
    def text(self) -> str:
        return self.message.text or ""

    @property
    def price(self) -> Decimal:
        return Decimal(self.text.split(PRICE)[1].split()[0])

    @property
    def buttons(self) -> list[InlineKeyboardButton]:
        """Of the keyboard the card has now: the card's own or an open grid."""
        mine = self.message.message_id
        shown = next(
            call
            for call in reversed(self.sent.calls)
            if getattr(call, "reply_markup", None)
            and (getattr(call, "message_id", None) == mine or PRICE in (getattr(call, "text", "")))
        )
        return [button for row in shown.reply_markup.inline_keyboard for button in row]

    @property
    def labels(self) -> list[str]:
        return [button.text for button in self.buttons]

    def has(self, label: str) -> bool:
        return any(label in one for one in self.labels)

    def tap(self, label: str) -> None:
        """Press the first button whose text contains `label`."""
        data = next(b.callback_data for b in self.buttons if label in b.text)
        assert self.press(data) == 200

    def press(self, data: str | None) -> int:
        return self.phone.press(data or "", message_id=self.message.message_id)


def send_film(phone: "Chatter", file_id: str = "film", **fields: Any) -> int:
    facts = {"file_id": file_id, "mime_type": "video/mp4", "file_size": 1_000_000}
    film = FILM | facts | {name: fields.pop(name) for name in tuple(fields) if name in FILM | facts}
    return phone.send({"message": phone.message(video=film, **fields)})


def send_file(phone: "Chatter", file_id: str, mime_type: str, **facts: Any) -> int:
    file = {"file_id": file_id, "file_unique_id": file_id, "mime_type": mime_type} | facts
    return phone.send({"message": phone.message(document=file)})


def send_inputs(phone: "Chatter", mode: Mode) -> None:
    for number, role in enumerate(SENT[mode]):
        if role is Role.VIDEO:
            send_film(phone)
        else:
            phone.send_photo(f"photo{number}")


def said(sent: "RememberingSession") -> list[str]:
    """The texts of everything the bot sent, toasts among them."""
    return [getattr(call, "text", None) or "" for call in sent.calls]
