"""What random people say and send."""

import io
import wave
from typing import Any

from hypothesis import strategies as st

from botapp.tests.conftest import png
from botapp.tests.films import make_film

PROMO = "RANDOMDAY"

WORDS = st.one_of(
    st.sampled_from(
        [
            *("/start", "/help", "/image", "/video", "/balance", "/settings", "/promo", "/support"),
            *("/history", "/daily", "/invite", "/terms", "/privacy", "/paysupport", "/references"),
            *("/start promo_NOPE", "/start ref_REFNOBODY", "/start recipe_nothing", "/nonsense"),
            *(
                "/reference",
                "/cancel",
                "/start" + " x" * 900,
                "/start recipe_кот",
                f"/promo {PROMO}",
            ),
            *("🎨 Создать изображение", "🎬 Создать видео", "💰 Мой баланс (цены)"),
            *("💳 Пополнить баланс", "📲 Промт по референсу", "🏠 Главное меню"),
            *("🎁 Ввести промокод", "🧡 Поддержка", "кот в скафандре", "0", "5", "-1", "5.50"),
            *("🎨 Create image", "🎬 Create video", "📲 Prompt from a reference", PROMO),
            *("<b>жирный</b> & <script>", "שלום עולם", "👩‍👩‍👧‍👦" * 40, "ы" * 4096, "a\u202eb"),
            *(
                "&" * 4000,
                "<" * 1500,
                "https://example.org/film.mp4",
                "https://youtu.be/abcdefghijk",
            ),
        ]
    ),
    # What a keyboard can type: Telegram trims, and sends no empty texts.
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200).filter(
        lambda text: bool(text.strip())
    ),
)
CAPTIONS = st.sampled_from(["", "", "в стиле аниме", "<&>" * 300])
PERSON = {"id": 777, "is_bot": False, "first_name": "Канал"}
POLL: dict[str, Any] = {
    "id": "1",
    "question": "?",
    "options": [{"persistent_id": name, "text": name, "voter_count": 0} for name in ("кот", "пёс")],
    "allows_revoting": False,
    "members_only": False,
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
}
FORWARDED = {
    "forward_origin": {
        "type": "channel",
        "chat": {"id": -1001, "type": "channel", "title": "Новости"},
        "message_id": 5,
        "date": 1_700_000_000,
    }
}
HIDDEN = {"type": "hidden_user", "sender_user_name": "И", "date": 1_700_000_000}
# Messages with neither words nor a picture, and such as come from somewhere else.
ODDITIES: list[dict[str, Any]] = [
    {"dice": {"emoji": "🎲", "value": 3}},
    {"location": {"latitude": 55.7, "longitude": 37.6}},
    {"contact": {"phone_number": "+79000000000", "first_name": "Х"}},
    {"poll": POLL},
    {"story": {"chat": {"id": -1001, "type": "channel", "title": "Н"}, "id": 3}},
    {"text": "пост канала " * 100, **FORWARDED},
    {"text": "/start", **FORWARDED},
    {
        "text": "скрытый",
        "forward_origin": {"type": "hidden_user", "sender_user_name": "И", "date": 1},
    },
    {"text": "через бота", "via_bot": PERSON | {"is_bot": True}},
    {"text": "цитата", "quote": {"text": "ц", "position": 0}},
    {"users_shared": {"request_id": 1, "users": [{"user_id": 5}]}},
    {"web_app_data": {"data": "{}", "button_text": "x"}},
    {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
    {"photo": [{"file_id": "nobody", "file_unique_id": "n", "width": 5, "height": 5}]},
    {"voice": {"file_id": "nobody", "file_unique_id": "n", "duration": 3}},
    {"voice": {"file_id": "nobody", "file_unique_id": "n", "duration": 3000}},
    {"video_note": {"file_id": "nobody", "file_unique_id": "n", "duration": 3, "length": 100}},
    {"document": {"file_id": "big", "file_unique_id": "b", "file_size": 2_000_000_000}},
    {
        "video": {
            "file_id": "big",
            "file_unique_id": "b",
            "width": 9,
            "height": 9,
            "duration": 9000,
            "file_size": 2_000_000_000,
        }
    },
]
GROUP = {"id": -100500, "type": "supergroup", "title": "Группа"}
CHANNEL = {"id": -100600, "type": "channel", "title": "Канал"}
SOMETHING = {"message_id": 9, "date": 1_700_000_000, "text": "слова"}


def unasked_updates(person_id: int) -> list[dict[str, Any]]:
    """Updates that no private chat brings, or that the bot did not ask for."""
    author = {"id": person_id, "is_bot": False, "first_name": "Аня"}
    private = {"id": person_id, "type": "private", "first_name": "Аня"}
    return [
        {"message": SOMETHING | {"chat": GROUP, "from": author}},
        {"message": SOMETHING | {"chat": GROUP, "from": author, "migrate_to_chat_id": -1}},
        {"channel_post": SOMETHING | {"chat": CHANNEL, "sender_chat": CHANNEL}},
        {"edited_message": SOMETHING | {"chat": private, "from": author, "edit_date": 1}},
        {"business_message": SOMETHING | {"chat": private, "from": author}},
        {"poll": POLL},
        {"inline_query": {"id": "1", "from": author, "query": "кот", "offset": ""}},
        {
            "message_reaction": {
                "chat": private,
                "message_id": 1,
                "user": author,
                "date": 1,
                "old_reaction": [],
                "new_reaction": [{"type": "emoji", "emoji": "👍"}],
            }
        },
        {"something_new": {"chat": private, "from": author}},
        {},
    ]


def _recording() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(bytes(800))
    return out.getvalue()


PHOTO = png((400, 320))
FILM = make_film()
# Kind, name and bytes of what can be sent as one file.
FILES: list[tuple[str, str, bytes]] = [
    ("document", "photo.png", PHOTO),
    ("document", "broken.png", PHOTO[:40]),
    ("document", "film.mp4", FILM),
    ("document", "book.pdf", b"%PDF-1.4 nothing"),
    ("document", "script.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ("video", "film.mp4", FILM),
    ("voice", "said.ogg", _recording()),
    ("audio", "song.mp3", _recording()),
    ("sticker", "file.webp", PHOTO),
    ("animation", "cat.mp4", FILM),
]
