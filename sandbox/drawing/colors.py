"""Colours and the small arithmetic on them."""

Color = tuple[int, int, int]

INK: Color = (38, 38, 52)
WHITE: Color = (255, 255, 255)
CREAM: Color = (255, 246, 224)


def mix(first: Color, second: Color, share: float) -> Color:
    """`share` of the second colour in the first: 0 is all first, 1 is all second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def lighter(color: Color, share: float = 0.35) -> Color:
    return mix(color, WHITE, share)


def darker(color: Color, share: float = 0.3) -> Color:
    return mix(color, (0, 0, 0), share)
