"""Every card in every mode, from the chat to the delivered file: the price shown is the price
charged, the file has the asked size, ratio and length, the books are clean.

All orders are placed first, each by a person of its own, and looked at when they are done.
"""

import io
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import av
import pytest
from PIL import Image

from botapp import catalog
from botapp.catalog import REQUIRED_ROLES, Card, Choice, Mode, Range
from botapp.tests.films import make_film
from botapp.texts import params
from e2e.stage import Message, Person, Stage, wait_until

GIFT = "EVERY-MODEL"
PATIENCE_S = 200.0
PEOPLE_AT_ONCE = 6
RATIO_TOLERANCE = 0.03
LENGTH_TOLERANCE_S = 0.6
# Of the seven seconds that Veo adds, less the tolerance.
CONTINUED_S = 6.4
# Continue an earlier result instead of being ordered by themselves.
CONTINUING = {Mode.UPSCALE, Mode.VARIATION, Mode.EXTEND}
LINES = {"360p": 360, "720p": 720, "1080p": 1080, "4k": 2160}


@dataclass
class Errand:
    """One order that somebody is about to get."""

    card: Card
    mode: Mode
    person: Person
    params: dict[str, Any] = field(default_factory=dict)
    price: str = ""
    asked_after: int = 0

    @property
    def name(self) -> str:
        return f"{self.card.slug}, {self.mode}"


@pytest.fixture(scope="module")
def gift(stage: Stage) -> str:
    """A promo code worth any order."""
    script = (
        "from botapp.models import Promocode; "
        f"Promocode.objects.get_or_create(code='{GIFT}', defaults={{'value': 400}})"
    )
    made = stage.manage("shell", "--verbosity", "0", "-c", script)
    assert made.returncode == 0, made.stderr
    return GIFT


@pytest.mark.timeout(600)
def test_every_card_in_every_mode(stage: Stage, gift: str) -> None:
    errands = [
        Errand(card, mode, stage.newcomer(f"{card.slug} {mode}"))
        for card in catalog.CARDS
        if card.is_active
        for mode in card.modes
        if mode not in CONTINUING
    ]
    with ThreadPoolExecutor(PEOPLE_AT_ONCE) as people:
        list(people.map(partial(order, gift=gift), errands))
    by_name = {(errand.card.slug, errand.mode): errand for errand in errands}
    continued = [
        upscale(by_name["midjourney-v7-fast", Mode.TEXT_TO_IMAGE]),
        extend(by_name["veo3-lite", Mode.TEXT_TO_VIDEO]),
    ]

    complaints = [told for errand in errands if (told := look(errand))]
    complaints += [told for is_continued in continued if (told := is_continued())]

    assert not complaints, "\n".join(complaints)


def upscale(errand: Errand) -> Callable[[], str | None]:
    """Midjourney makes its second picture larger; what is wrong with that is asked later."""
    person = errand.person
    one = person.wait_for("Оригинал", after=errand.asked_after, patience_s=PATIENCE_S)
    receipt = person.wait_for("списано", after=errand.asked_after)
    before = person.last_id()
    person.press(receipt, "U2")

    def is_larger() -> str | None:
        larger = person.wait_for("Оригинал", after=before, patience_s=PATIENCE_S)
        twice = tuple(2 * side for side in size_of(person, one))
        is_so = size_of(person, larger) == twice
        return None if is_so else f"upscaled to {size_of(person, larger)} instead of {twice}"

    return is_larger


def extend(errand: Errand) -> Callable[[], str | None]:
    """Veo continues its film by seven seconds; what is wrong with that is asked later."""
    person = errand.person
    film = person.wait_for("Готово", after=errand.asked_after, patience_s=PATIENCE_S)
    # Its own original comes after it, and is not the longer film.
    person.wait_for("Оригинал", after=errand.asked_after, patience_s=PATIENCE_S)
    before = person.last_id()
    person.press(film, "Продолжить")
    person.wait_for("Что будет дальше", after=before)
    person.say("и тут выходит кот")
    person.press(person.wait_for("Цена", after=before), "Создать")

    def is_longer() -> str | None:
        longer = person.wait_for("Оригинал", after=before, patience_s=PATIENCE_S)
        length_s, _, _ = measure(person.file(longer["document"]["file_id"]))
        return None if length_s >= CONTINUED_S else f"continued by {length_s:.1f} s only"

    return is_longer


def order(errand: Errand, gift: str) -> None:
    """By the menu: the model, what it needs, another ratio and length than the usual, Create."""
    person, card = errand.person, errand.card
    person.say("/start")
    person.wait_for("Дарим ⚡50")
    person.say(f"/promo {gift}")
    person.wait_for("450")
    before = person.last_id()
    is_film = card.kind is catalog.Kind.VIDEO
    person.say("🎬 Создать видео" if is_film else "🎨 Создать изображение")
    person.press(person.wait_for("Выберите", after=before), f"{card.display_name} ·")
    asked = person.wait_for(card.name, after=before)
    shown = asked
    for kind, content in files_for(errand.mode):
        person.send_file(kind, content)
        shown = person.wait_for("Цена", after=shown["message_id"])
    person.say(f"рыжий кот на луне {person.id}")
    shown = person.wait_for(str(person.id), after=shown["message_id"])
    if errand.mode is Mode.REFERENCES_TO_VIDEO and "по образцам" not in shown["text"]:
        shown = press_through(person, shown, "Режим", "по образцам")
    errand.params = wishes(card, errand.mode)
    for name, value in errand.params.items():
        label = params.value(name, value)
        if label not in button_text(shown, params.name(name)):
            shown = press_through(person, shown, params.name(name), label)
    errand.price = button_text(shown, "Создать").split("⚡")[-1]
    errand.asked_after = shown["message_id"]
    person.press(shown, "Создать")


def press_through(person: Person, shown: Message, button: str, option: str) -> Message:
    """Open a grid on the card and choose; the card as it is afterwards."""
    person.press(shown, button)
    person.press(edited(person, shown, lambda m: has_button(m, option)), option)
    return edited(person, shown, lambda m: has_button(m, "Создать"))


def edited(person: Person, shown: Message, is_so: Callable[[Message], bool]) -> Message:
    """The same message once it is as expected."""

    def look() -> Message | None:
        found = person.messages(after=shown["message_id"] - 1)[0]
        return found if is_so(found) else None

    message: Message = wait_until(
        look, patience_s=20, complaint=lambda: f"the card did not change: {shown}"
    )
    return message


def look(errand: Errand) -> str | None:
    """What is wrong with the delivered order; None when all is as it was ordered."""
    person = errand.person
    try:
        original = person.wait_for("Оригинал", after=errand.asked_after, patience_s=PATIENCE_S)
        person.wait_for(f"списано ⚡{errand.price}\n", after=errand.asked_after, patience_s=30)
    except AssertionError as error:
        return f"{errand.name}: {error}"
    content = person.file(original["document"]["file_id"])
    faults = []
    if errand.card.kind is catalog.Kind.VIDEO:
        faults += faults_of_film(errand, content)
    else:
        with Image.open(io.BytesIO(content)) as picture:
            faults += faults_of_ratio(errand, *picture.size)
    return f"{errand.name}: {'; '.join(faults)}" if faults else None


def faults_of_film(errand: Errand, content: bytes) -> list[str]:
    length_s, width, height = measure(content)
    settled = catalog.check(errand.card, errand.mode, errand.params)
    faults = faults_of_ratio(errand, width, height)
    wanted_s = settled.get("duration")
    if isinstance(wanted_s, int) and abs(length_s - wanted_s) > LENGTH_TOLERANCE_S:
        faults.append(f"{wanted_s} s were ordered, {length_s:.1f} s came")
    lines = LINES.get(str(settled.get("resolution", "")))
    # A picture of another shape gives a film of that shape with as many pixels.
    if lines and not math.isclose(width * height, lines * lines * 16 / 9, rel_tol=0.02):
        faults.append(f"{settled['resolution']} was ordered, {width}×{height} came")
    return faults


def faults_of_ratio(errand: Errand, width: int, height: int) -> list[str]:
    wanted = str(errand.params.get("aspect_ratio", ""))
    if ":" not in wanted:
        return []
    across, down = (int(part) for part in wanted.split(":"))
    is_off = not math.isclose(width / height, across / down, rel_tol=RATIO_TOLERANCE)
    return [f"{wanted} was ordered, {width}×{height} came"] if is_off else []


def measure(content: bytes) -> tuple[float, int, int]:
    """Length in seconds, width and height of a film, as a player finds them."""
    with av.open(io.BytesIO(content), "r") as film:
        stream = film.streams.video[0]
        assert film.duration is not None
        return film.duration / av.time_base, stream.width, stream.height


def wishes(card: Card, mode: Mode) -> dict[str, Any]:
    """Another ratio than the default, and the shortest film."""
    wished: dict[str, Any] = {}
    known = card.params_in(mode)
    ratio, length = known.get("aspect_ratio"), known.get("duration")
    if isinstance(ratio, Choice) and len(ratio.options) > 1:
        wished["aspect_ratio"] = ratio.options[1]
    if isinstance(length, Choice) and len(length.options) > 1:
        wished["duration"] = min(length.options)
    if isinstance(length, Range):
        wished["duration"] = length.minimum
    return wished


def files_for(mode: Mode) -> list[tuple[str, bytes]]:
    """What a person sends for this mode, in the order of sending."""
    if mode is Mode.VIDEO_TO_VIDEO:
        return [("video", make_film(4, size=(640, 360)))]
    counts = {Mode.FRAMES_TO_VIDEO: 2, Mode.REFERENCES_TO_VIDEO: 3}
    count = counts.get(mode, 1 if REQUIRED_ROLES[mode] else 0)
    return [("photo", png(color)) for color in ("teal", "orange", "purple")[:count]]


def png(color: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), color).save(buffer, "PNG")
    return buffer.getvalue()


def size_of(person: Person, message: Message) -> tuple[int, int]:
    with Image.open(io.BytesIO(person.file(message["document"]["file_id"]))) as picture:
        return picture.size


def has_button(message: Message, label: str) -> bool:
    return any(label in text for text in button_texts(message))


def button_text(message: Message, label: str) -> str:
    return next(text for text in button_texts(message) if label in text)


def button_texts(message: Message) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
