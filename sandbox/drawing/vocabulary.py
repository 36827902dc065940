"""Words of a prompt, Russian and English, that have a look: figures, places, skies, colours."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeVar

from sandbox.drawing import animals, things
from sandbox.drawing.colors import Color
from sandbox.drawing.pen import Pen

Look = TypeVar("Look")
Drawing = Callable[[Pen, Color], None]


class Sky(Enum):
    DAY = auto()
    DAWN = auto()
    SUNSET = auto()
    NIGHT = auto()
    SPACE = auto()
    GREY = auto()
    WINTER = auto()


class Ground(Enum):
    MEADOW = auto()
    SEA = auto()
    BEACH = auto()
    MOUNTAINS = auto()
    FOREST = auto()
    CITY = auto()
    DESERT = auto()
    SNOW = auto()
    AUTUMN = auto()
    LUNAR = auto()
    NONE = auto()


class Light(Enum):
    SUN = auto()
    MOON = auto()
    STARS = auto()
    CLOUDS = auto()
    RAINBOW = auto()
    RAIN = auto()
    SNOWFALL = auto()
    PLANET = auto()


class Effect(Enum):
    GREYSCALE = auto()
    PIXELS = auto()
    SKETCH = auto()


@dataclass(frozen=True, slots=True)
class Figure:
    draw: Drawing
    color: Color


@dataclass(slots=True)
class Reading:
    """What was understood of a prompt; all empty when no word is known."""

    figures: list[Figure] = field(default_factory=list)
    sky: Sky | None = None
    ground: Ground | None = None
    lights: list[Light] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    tint: Color | None = None

    @property
    def is_empty(self) -> bool:
        return self == Reading()


_FIGURES: tuple[tuple[str, Drawing, Color], ...] = (
    (
        r"cats?|kitt\w+|кот(а|у|ом|е|ы|ов|ик\w*|[её]н\w*|ят\w*)?|кош\w+",
        animals.draw_cat,
        (240, 152, 66),
    ),
    (
        r"dogs?|pupp\w+|corgi|собак\w*|собач\w*|п[её]с|пс(а|у|ы|ом)|щен\w+|корги",
        animals.draw_dog,
        (196, 140, 88),
    ),
    (r"bears?|pandas?|медвед\w+|медвеж\w+|мишк\w+|панд\w+", animals.draw_bear, (150, 104, 72)),
    (r"fox(es)?|лис(а|у|ы|е|ой|иц\w*|[её]н\w*|ят\w*)", animals.draw_fox, (232, 118, 50)),
    (r"birds?|parrots?|птиц\w*|птич\w*|попуга\w+", animals.draw_bird, (76, 152, 222)),
    (r"fish\w*|рыб\w*", animals.draw_fish, (250, 134, 72)),
    (r"butterfl\w+|бабоч\w+", animals.draw_butterfly, (168, 98, 214)),
    (r"astronauts?|cosmonauts?|космонавт\w*|астронавт\w*", animals.draw_astronaut, (76, 116, 206)),
    (
        r"m[ae]n|wom[ae]n|girls?|boys?|person|people|человек\w*|люд(и|ей|ям\w*)|девуш\w+|девоч\w+"
        r"|мальчик\w*|парн\w+|парень|мужчин\w*|женщин\w*",
        animals.draw_person,
        (86, 140, 214),
    ),
    (r"robots?|android|робот\w*|андроид\w*", things.draw_robot, (132, 160, 188)),
    (r"bananas?|банан\w*", things.draw_banana, (252, 212, 58)),
    (r"cars?|automobile|машин\w*|автомобил\w+|авто", things.draw_car, (70, 130, 214)),
    (r"houses?|home|cottage|дом(а|у|ом|е|ов|ик\w*)?|изб\w+", things.draw_house, (204, 84, 72)),
    (
        r"castles?|palace|зам(ок|ка|ке|ки|ков|ком)|двор(ец|ц\w+)",
        things.draw_castle,
        (178, 176, 196),
    ),
    (
        r"flowers?|roses?|tulips?|цвет(ок|ка|ку|ком|ке|ы|ов|ам\w*|оч\w+)"
        r"|роз(а|у|ы|ой|е)|тюльпан\w*",
        things.draw_flower,
        (240, 98, 146),
    ),
    (r"trees?|oaks?|дерев\w+|дуб\w*|[её]лк\w+|[её]лоч\w+", things.draw_tree, (76, 152, 84)),
    (r"rockets?|spaceships?|ракет\w*|звездол[её]т\w*", things.draw_rocket, (226, 72, 72)),
    (
        r"boats?|ships?|yachts?|лод(ка|ку|ке|ки|кой|ок|оч\w+)|корабл\w+|яхт\w*|парусник\w*",
        things.draw_boat,
        (168, 92, 62),
    ),
    (r"hearts?|love|сердц\w+|сердеч\w+|любов\w*|любв\w+", things.draw_heart, (230, 62, 92)),
    (r"cakes?|birthday|торт\w*|пирог\w*", things.draw_cake, (250, 172, 186)),
    (r"balloons?|шар(ик\w*|ы|ов|ами)?", things.draw_balloons, (236, 78, 98)),
    (r"apples?|яблок\w*|яблоч\w*", things.draw_apple, (218, 52, 56)),
    (
        r"coffee|tea|cups?|mugs?|кофе|ча(й|я|ем|ю)|чаш\w+|круж(ка|ку|кой|ке)",
        things.draw_cup,
        (92, 150, 178),
    ),
)
_SKIES: tuple[tuple[str, Sky], ...] = (
    (
        r"space|cosmos|cosmic|galax\w+|planets?|космос\w*"
        r"|космич\w+|галактик\w*|вселенн\w+|планет\w*",
        Sky.SPACE,
    ),
    (r"sunset|закат\w*", Sky.SUNSET),
    (r"dawn|sunrise|morning|рассвет\w*|утр(о|а|ом|енн\w+)", Sky.DAWN),
    (r"night|midnight|ноч(ь|и|ью|н\w+)|полноч\w+", Sky.NIGHT),
    (r"rain\w*|storm|fog|дожд\w*|гроз(а|у|ы|ой)|туман\w*", Sky.GREY),
    (r"snow\w*|winter|снег\w*|снеж\w+|зим(а|у|ы|ой|е|н\w+)", Sky.WINTER),
    (r"moon|stars?|лун(а|у|ы|е|ой|н\w+)|звезд\w*|зв[её]здн\w+", Sky.NIGHT),
    (r"day|noon|sky|день|дн[её]м|неб(о|а|е|ом)", Sky.DAY),
)
_GROUNDS: tuple[tuple[str, Ground], ...] = (
    (
        r"sea|ocean|lake|river|waves?|мор(е|я|ю|ем|ск\w+)"
        r"|океан\w*|озер\w*|озёр\w*|рек(а|у|и|е|ой)|волн\w*",
        Ground.SEA,
    ),
    (r"beach\w*|пляж\w*", Ground.BEACH),
    (r"mountains?|hills?|гор(а|у|ы|е|ой|ам\w*|ах|н\w+)|холм\w*", Ground.MOUNTAINS),
    (r"forests?|woods|jungle|лес(а|у|ом|н\w+)?|джунгл\w+", Ground.FOREST),
    (r"city|town|streets?|город(а|у|е|ом|ск\w+)?|улиц\w*", Ground.CITY),
    (r"deserts?|sand|пустын\w+|пес(ок|ка|ке|чан\w+)", Ground.DESERT),
    (r"snow\w*|winter|снег\w*|снеж\w+|зим(а|у|ы|ой|е|н\w+)", Ground.SNOW),
    (r"autumn|fall|осен\w+", Ground.AUTUMN),
    (
        r"meadow|fields?|grass|park|garden|луг\w*|пол(е|я|ю|ем)|трав\w*|парк\w*|сад(а|у|ом)?",
        Ground.MEADOW,
    ),
)
_LIGHTS: tuple[tuple[str, Light], ...] = (
    (r"sun|sunny|sunset|sunrise|солнц\w*|солнеч\w*|закат\w*|рассвет\w*", Light.SUN),
    (r"moon|лун(а|у|ы|ой|н\w+)", Light.MOON),
    (
        r"stars?|starry|night|space|звезд\w*|зв[её]здн\w+|ноч(ь|и|ью|н\w+)|космос\w*|космич\w+",
        Light.STARS,
    ),
    (r"clouds?|cloudy|облак\w*|облач\w*|туч\w*", Light.CLOUDS),
    (r"rainbow|радуг\w*", Light.RAINBOW),
    (r"rain|rainy|storm|дожд\w*|гроз(а|у|ы|ой)|ливень", Light.RAIN),
    (r"snow\w*|winter|снег\w*|снеж\w+|зим(а|у|ы|ой|е|н\w+)", Light.SNOWFALL),
    (r"planets?|space|cosmos|saturn|планет\w*|космос\w*|сатурн\w*", Light.PLANET),
)
_EFFECTS: tuple[tuple[str, Effect], ...] = (
    (r"monochrome|greyscale|grayscale|ч[её]рно|ч[её]рнобел\w+", Effect.GREYSCALE),
    (r"pixels?|pixelart|пиксел\w*", Effect.PIXELS),
    (r"sketch\w*|pencil|карандаш\w*|эскиз\w*|набросок", Effect.SKETCH),
)
_COLORS: tuple[tuple[str, Color], ...] = (
    (r"red|scarlet|красн\w+|ал(ый|ая|ое|ые)", (218, 48, 54)),
    (r"orange|ginger|оранжев\w+|рыж\w+", (242, 138, 44)),
    (r"yellow|ж[её]лт\w+", (250, 208, 54)),
    (r"green|зел[её]н\w+", (72, 164, 84)),
    (r"blue|син(ий|яя|ее|ие|его|юю|ей|их)|голуб\w+", (58, 118, 214)),
    (r"purple|violet|фиолетов\w+|сиренев\w+|лилов\w+", (146, 84, 196)),
    (r"pink|розов\w+", (246, 140, 178)),
    (r"brown|коричнев\w+", (142, 96, 64)),
    (r"black|ч[её]рн(ый|ая|ое|ые|ого|ую|ой|ым|ых)", (58, 58, 70)),
    (r"white|бел(ый|ая|ое|ые|ого|ую|ой|ым|ых)", (240, 240, 244)),
    (r"gr[ea]y|сер(ый|ая|ое|ые|ого|ую|ой|ым|ых)", (150, 154, 164)),
    (r"gold\w*|золот\w+", (230, 180, 52)),
)
_FIGURES_MAX = 5
# "a bright red sports car": the colour stands up to this many words before the thing.
_COLOR_REACH_WORDS = 3
_ON_THE_MOON = re.compile(r"on (the )?moon|на лун[еу]", re.IGNORECASE)


def read_prompt(prompt: str) -> Reading:
    """Take every known word as what it looks like."""
    words = re.findall(r"[a-zа-яё]+", prompt.lower())
    reading = Reading(
        figures=_read_figures(words),
        sky=_first(_SKIES, words),
        ground=_first(_GROUNDS, words),
        lights=_all(_LIGHTS, words),
        effects=_all(_EFFECTS, words),
    )
    if _ON_THE_MOON.search(prompt):
        reading.ground, reading.sky = Ground.LUNAR, Sky.SPACE
        reading.lights = [Light.STARS, Light.PLANET]
    if not reading.figures:
        reading.tint = _first(_COLORS, words)
    return reading


def _read_figures(words: list[str]) -> list[Figure]:
    figures: list[Figure] = []
    unused_from = 0
    for position, word in enumerate(words):
        for pattern, draw, usual_color in _FIGURES:
            if re.fullmatch(pattern, word) and all(seen.draw != draw for seen in figures):
                nearby = words[max(unused_from, position - _COLOR_REACH_WORDS) : position]
                color = _first(_COLORS, nearby[::-1]) or usual_color
                figures.append(Figure(draw, color))
                unused_from = position + 1
    return figures[:_FIGURES_MAX]


def _first(table: tuple[tuple[str, Look], ...], words: list[str]) -> Look | None:
    return next(iter(_all(table, words)), None)


def _all(table: tuple[tuple[str, Look], ...], words: list[str]) -> list[Look]:
    return [look for pattern, look in table if any(re.fullmatch(pattern, word) for word in words)]
