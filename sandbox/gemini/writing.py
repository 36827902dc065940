"""What the text models answer: a picture prompt made of the words and pictures they were given."""

import io
import re

from PIL import Image, ImageStat

from sandbox.drawing.colors import Color
from sandbox.gemini.hearing import Heard
from sandbox.gemini.question import Question

_COLOR_NAMES: dict[Color, tuple[str, str]] = {
    (210, 50, 50): ("красный", "red"),
    (240, 140, 50): ("оранжевый", "orange"),
    (245, 210, 80): ("жёлтый", "yellow"),
    (80, 160, 80): ("зелёный", "green"),
    (60, 120, 210): ("синий", "blue"),
    (150, 205, 240): ("голубой", "sky blue"),
    (130, 80, 180): ("фиолетовый", "purple"),
    (245, 150, 180): ("розовый", "pink"),
    (130, 90, 60): ("коричневый", "brown"),
    (20, 22, 40): ("почти чёрный", "near-black"),
    (128, 130, 136): ("серый", "grey"),
    (245, 245, 245): ("белый", "white"),
}
_WORDS_QUOTED_MAX = 60


def write_answer(
    question: Question, *, prompt: str, pictures: tuple[bytes, ...], heard: tuple[Heard, ...]
) -> str:
    """Russian when the question holds Cyrillic, else English; no two inputs read the same.

    A recording alone is written down.
    """
    if heard and len(heard) == len(question.media) and not prompt:
        return " ".join(_said(one) for one in heard)
    russian = re.search("[а-яё]", question.all_text, re.IGNORECASE) is not None
    sentences = [_describe(picture, russian=russian) for picture in pictures]
    sentences += [_said(one) for one in heard]
    videos = len(question.media) - len(question.images) - len(heard) + len(question.links)
    if videos:
        sentences.append(_about_videos(videos, russian=russian))
    words = prompt.split()
    if words:
        quoted = " ".join(words[:_WORDS_QUOTED_MAX])
        sentences.append(f"Главное: {quoted}." if russian else f"Focus: {quoted}.")
    sentences.append(_ending(question, russian=russian))
    return " ".join(sentences)


_ENDINGS = {
    True: (
        "Кинематографичный свет, чистая композиция, высокая детализация, без текста в кадре.",
        "Мягкий утренний свет, малая глубина резкости, плёночное зерно, без текста в кадре.",
        "Контрастный свет, низкий ракурс, насыщенные цвета, без текста в кадре.",
    ),
    False: (
        "Cinematic light, clean composition, rich detail, no lettering in the frame.",
        "Soft morning light, shallow depth of field, film grain, no lettering in the frame.",
        "Contrasting light, a low angle, saturated colours, no lettering in the frame.",
    ),
}


def _ending(question: Question, *, russian: bool) -> str:
    """Another than in the earlier version that the question quotes, if it quotes one."""
    endings = _ENDINGS[russian]
    return next((one for one in endings if one not in question.all_text), endings[0])


def _said(heard: Heard) -> str:
    return heard.words or f"A recording of {heard.seconds:.1f} seconds."


def _describe(content: bytes, *, russian: bool) -> str:
    with Image.open(io.BytesIO(content)) as opened:
        image = opened.convert("RGB")
    names = ", ".join(_main_colors(image, russian=russian))
    shape, mood = _shape(image, russian=russian), _mood(image, russian=russian)
    if russian:
        return f"{shape}, {mood}; основные цвета: {names}."
    return f"{shape}, {mood}; main colours: {names}."


def _shape(image: Image.Image, *, russian: bool) -> str:
    if image.width > image.height * 1.1:
        return "Горизонтальный кадр" if russian else "A horizontal frame"
    if image.height > image.width * 1.1:
        return "Вертикальный кадр" if russian else "A vertical frame"
    return "Квадратный кадр" if russian else "A square frame"


def _mood(image: Image.Image, *, russian: bool) -> str:
    brightness = ImageStat.Stat(image.convert("L")).mean[0]
    if brightness > 170:
        return "светлое, воздушное настроение" if russian else "a light, airy mood"
    if brightness < 80:
        return "тёмное, таинственное настроение" if russian else "a dark, mysterious mood"
    return "спокойное, ровное освещение" if russian else "calm, even light"


def _main_colors(image: Image.Image, *, russian: bool) -> list[str]:
    """Names of the most frequent colours, most frequent first."""
    small = image.resize((64, 64)).quantize(6).convert("RGB")
    counted = sorted(small.getcolors(64 * 64) or [], reverse=True, key=lambda entry: entry[0])
    names = [_name(color, russian=russian) for _, color in counted if isinstance(color, tuple)]
    return list(dict.fromkeys(names))[:3]


def _name(color: tuple[float, ...], *, russian: bool) -> str:
    nearest = min(
        _COLOR_NAMES,
        key=lambda known: sum((a - b) ** 2 for a, b in zip(known, color, strict=True)),
    )
    return _COLOR_NAMES[nearest][0 if russian else 1]


def _about_videos(count: int, *, russian: bool) -> str:
    if russian:
        return f"Движение камеры плавное, ритм задаёт ролик-образец (роликов: {count})."
    return f"Smooth camera movement, paced like the reference clip (clips: {count})."
