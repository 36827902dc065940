"""The models there are (facts: provider notes, section 5, and the types of the official client).

Lengths that the client leaves open, prices other than those of the Gen-4 family, and the number
of characters that the models of others take are assumptions.
"""

from sandbox.runway.models import Endpoint, Model, Sound

_I2V, _T2V, _V2V = Endpoint.IMAGE_TO_VIDEO, Endpoint.TEXT_TO_VIDEO, Endpoint.VIDEO_TO_VIDEO
_T2I = Endpoint.TEXT_TO_IMAGE

_HD = ("1280:720", "720:1280")
_FULL_HD = ("1920:1080", "1080:1920")
_UHD = ("3840:2160", "2160:3840")
_GEN4 = (*_HD, "1104:832", "960:960", "832:1104", "1584:672")
_KLING_STANDARD = (*_HD, "960:960")
_KLING_PRO = (*_FULL_HD, "1440:1440")
_KLING_4K = (*_UHD, "2880:2880")
_KLING_4 = (*_HD, "940:940", "1460:624", *_KLING_PRO, "2200:940", "auto_720p", "auto_1080p")
_SEEDANCE_480 = ("992:432", "864:496", "752:560", "640:640", "560:752", "496:864")
_SEEDANCE_720 = ("1470:630", "1280:720", "1112:834", "960:960", "834:1112", "720:1280")
_SEEDANCE_1080 = ("2206:946", "1920:1080", "1664:1248", "1440:1440", "1248:1664", "1080:1920")
_SEEDANCE_4K = ("3840:1646", "3840:2160", "3840:2880", "3840:3840", "2880:3840", "2160:3840")
_SEEDANCE_25 = ("992:432", "854:480", "752:560", "640:640", "560:752", "480:854")
_OMNI = ("640:360", "360:640", *_HD, *_FULL_HD, *_UHD)
_AUTO = ("auto_480p", "auto_720p", "auto_1080p")
_WAN = (
    *("832:480", "720:544", "624:624", "544:720", "480:832"),
    *("1280:720", "1104:832", "960:960", "832:1104", "720:1280"),
    *("1920:1080", "1648:1248", "1440:1440", "1248:1648", "1080:1920"),
    *_AUTO,
)
_ADAPTIVE = ("adaptive", "21:9", "16:9", "4:3", "1:1", "3:4", "9:16")
_GROK = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3")
_GROK_LITE = ("848:480", "480:848", "480:480", *_HD, "720:720", "1904:1072", "1072:1904")
_HAPPYHORSE = (*_HD, "960:960", "1108:832", "832:1108", *_FULL_HD, "1440:1440")
_IMAGES = (
    *("1024:1024", "1080:1080", "1168:880", "1360:768", "1440:1080", "1080:1440", "1808:768"),
    *("1920:1080", "1080:1920", "2112:912", "1280:720", "720:1280", "720:720", "960:720"),
    *("720:960", "1680:720"),
)


def _lengths(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


def _gen4_image(model_id: str, title: str, price: int) -> Model:
    return Model(
        id=model_id,
        title=title,
        shapes={_T2I: _IMAGES},
        credits=price,
        references_max=3,
        prompt_max=1000,
    )


def _veo(model_id: str, title: str, price: int) -> Model:
    shapes = (*_HD, *_FULL_HD)
    return Model(
        id=model_id,
        title=title,
        shapes={_I2V: shapes, _T2V: shapes},
        credits=price,
        seconds=(4, 6, 8),
        usual_seconds=8,
        sound=Sound.OPTION,
        last_frame=True,
        must_say_prompt=False,
    )


def _kling(model_id: str, title: str, shapes: tuple[str, ...], price: int) -> Model:
    omni = "O3" in model_id
    return Model(
        id=model_id,
        title=title,
        shapes={_I2V: shapes, _T2V: shapes} | ({_V2V: ()} if omni else {}),
        credits=price,
        seconds=_lengths(3, 15),
        sound=Sound.OPTION,
        last_frame=True,
        must_say_shape=False,
        must_say_prompt=False,
        references_max=7 if omni else 0,
    )


def _seedance(model_id: str, title: str, shapes: tuple[str, ...], price: int) -> Model:
    return Model(
        id=model_id,
        title=title,
        shapes={_I2V: shapes, _T2V: shapes, _V2V: shapes},
        credits=price,
        seconds=_lengths(4, 15),
        sound=Sound.OPTION,
        last_frame=True,
        must_say_shape=False,
        must_say_prompt=False,
        references_max=9,
    )


def _wan(model_id: str, title: str, price: int) -> Model:
    return Model(
        id=model_id,
        title=title,
        shapes={_I2V: _WAN, _T2V: _WAN},
        credits=price,
        seconds=_lengths(2, 15),
        sound=Sound.OPTION,
        last_frame=True,
        must_say_shape=False,
        references_max=10,
    )


_ALL = (
    Model(
        id="gen4.5",
        title="Gen-4.5",
        shapes={_I2V: _GEN4, _T2V: _HD},
        credits=12,
        seconds=_lengths(2, 10),
        must_say_seconds=True,
        prompt_max=1000,
    ),
    Model(
        id="gen4_turbo",
        title="Gen-4 Turbo",
        shapes={_I2V: _GEN4},
        credits=5,
        seconds=_lengths(2, 10),
        usual_seconds=10,
        must_say_prompt=False,
        prompt_max=1000,
    ),
    Model(
        id="aleph2",
        title="Aleph 2",
        shapes={_V2V: ()},
        credits=15,
        must_say_prompt=False,
        prompt_max=1000,
    ),
    _gen4_image("gen4_image", "Gen-4 Image", 5),
    _gen4_image("gen4_image_turbo", "Gen-4 Image Turbo", 2),
    _veo("veo3.1", "Veo 3.1", 40),
    _veo("veo3.1_fast", "Veo 3.1 Fast", 15),
    Model(
        id="kling2.5_turbo_pro",
        title="Kling 2.5 Turbo Pro",
        shapes={
            _I2V: (),
            _T2V: ("1920:1080", "1440:1440", "1080:1920", "1280:720", "720:720", "720:1280"),
        },
        credits=7,
        seconds=(5, 10),
        last_frame=True,
        must_say_shape=False,
    ),
    _kling("kling3.0_standard", "Kling 3.0 Standard", _KLING_STANDARD, 9),
    _kling("kling3.0_pro", "Kling 3.0 Pro", _KLING_PRO, 12),
    _kling("kling3.0_4k", "Kling 3.0 4K", _KLING_4K, 42),
    _kling("klingO3_standard", "Kling O3 Standard", _KLING_STANDARD, 9),
    _kling("klingO3_pro", "Kling O3 Pro", _KLING_PRO, 12),
    _kling("klingO3_4k", "Kling O3 4K", _KLING_4K, 42),
    Model(
        id="kling_4",
        title="Kling 4",
        shapes={_I2V: ("auto_720p", "auto_1080p"), _T2V: _KLING_4, _V2V: _AUTO[1:]},
        credits=14,
        seconds=_lengths(3, 15),
        sound=Sound.ALWAYS,
        last_frame=True,
        must_say_shape=False,
        references_max=10,
    ),
    _seedance(
        "seedance2",
        "Seedance 2.0",
        (*_SEEDANCE_480, *_SEEDANCE_720, *_SEEDANCE_1080, *_SEEDANCE_4K),
        20,
    ),
    _seedance("seedance2_fast", "Seedance 2.0 Fast", (*_SEEDANCE_480, *_SEEDANCE_720), 10),
    _seedance("seedance2_mini", "Seedance 2.0 Mini", (*_SEEDANCE_480, *_SEEDANCE_720), 6),
    _seedance("seedance2_5", "Seedance 2.5", (*_SEEDANCE_25, *_SEEDANCE_720, *_SEEDANCE_1080), 22),
    Model(
        id="gemini_omni_flash",
        title="Gemini Omni Flash",
        shapes={_I2V: _HD, _T2V: _HD, _V2V: ()},
        credits=10,
        seconds=_lengths(3, 10),
        sound=Sound.ALWAYS,
        must_say_shape=False,
        must_say_prompt=False,
        references_max=7,
    ),
    Model(
        id="gemini_omni_flash_1.1",
        title="Gemini Omni Flash 1.1",
        shapes={_I2V: _OMNI, _T2V: _OMNI, _V2V: _OMNI},
        credits=12,
        seconds=_lengths(3, 10),
        sound=Sound.ALWAYS,
        last_frame=True,
        must_say_shape=False,
        references_max=7,
    ),
    Model(
        id="hailuo3",
        title="Hailuo 3",
        shapes={_I2V: _ADAPTIVE, _T2V: _ADAPTIVE[1:], _V2V: _ADAPTIVE},
        credits=10,
        seconds=_lengths(4, 15),
        last_frame=True,
        must_say_shape=False,
        resolutions=("768p", "2k"),
        references_max=9,
    ),
    Model(
        id="happyhorse_1_0",
        title="HappyHorse 1.0",
        shapes={_I2V: (), _T2V: _HAPPYHORSE},
        credits=10,
        seconds=_lengths(3, 15),
        must_say_shape=False,
        must_say_prompt=False,
        resolutions=("720p", "1080p"),
    ),
    Model(
        id="grok_imagine_1_5",
        title="Grok Imagine 1.5",
        shapes={_I2V: (), _T2V: _GROK},
        credits=8,
        seconds=_lengths(1, 15),
        sound=Sound.ALWAYS,
        must_say_shape=False,
        must_say_prompt=False,
        resolutions=("480p", "720p", "1080p"),
        references_max=7,
    ),
    Model(
        id="grok_imagine_1_5_lite",
        title="Grok Imagine 1.5 Lite",
        shapes={_I2V: _AUTO, _T2V: _GROK_LITE},
        credits=4,
        seconds=_lengths(1, 15),
        sound=Sound.ALWAYS,
        must_say_shape=False,
        must_say_prompt=False,
    ),
    _wan("wan3", "Wan 3", 10),
    _wan("wan3_prime", "Wan 3 Prime", 15),
    Model(
        id="h3_max",
        title="MiniMax H3 Max",
        shapes={_I2V: (), _T2V: ()},
        credits=8,
        seconds=_lengths(4, 15),
        last_frame=True,
        must_say_shape=False,
        resolutions=("480p", "768p"),
    ),
)
MODELS: dict[str, Model] = {model.id: model for model in _ALL}
