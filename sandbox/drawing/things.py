"""Lifeless figures; each stands on the lower edge of its box."""

import math

from sandbox.drawing.colors import CREAM, INK, WHITE, Color, darker, lighter
from sandbox.drawing.pen import Pen

_GLASS: Color = (178, 222, 244)
_GOLD: Color = (252, 205, 72)
_LEAF: Color = (84, 158, 78)
_WOOD: Color = (140, 96, 62)


def draw_robot(pen: Pen, main: Color) -> None:
    dark = darker(main)
    pen.line([(50, 16), (50, 4)], dark, 3)
    pen.oval((50, 4), (4.5, 4.5), (240, 84, 84))
    for x in (37, 63):
        pen.rect((x - 6, 78), (x + 6, 94), dark, 3)
        pen.rect((x - 10, 92), (x + 10, 99), INK, 3)
    for side in (-1, 1):
        pen.line([(50 + side * 26, 54), (50 + side * 40, 68)], dark, 7)
        pen.oval((50 + side * 41, 70), (6, 6), lighter(main))
        pen.rect((50 + side * 29 - 3, 24), (50 + side * 29 + 3, 36), dark, 2)
    pen.rect((24, 48), (76, 82), main, 8)
    pen.rect((34, 55), (66, 74), lighter(main, 0.6), 4)
    for x, color in ((41, (240, 84, 84)), (50, _GOLD), (59, (96, 200, 120))):
        pen.oval((x, 64), (3.2, 3.2), color)
    pen.rect((22, 14), (78, 47), main, 10)
    pen.rect((29, 20), (71, 41), INK, 7)
    for x in (41, 59):
        pen.oval((x, 28), (5.5, 5.5), (92, 226, 240))
        pen.oval((x + 1.4, 26.6), (1.8, 1.8), WHITE)
    pen.arc((50, 31), (8, 6), (20, 160), (92, 226, 240), 1.8)


def draw_banana(pen: Pen, main: Color) -> None:
    outer = [_on_circle((44, 22), 62, degrees) for degrees in range(12, 131, 6)]
    inner = [_on_circle((38, 6), 56, degrees) for degrees in range(106, 29, -6)]
    pen.poly(outer + inner, main)
    ridge = [_on_circle((42, 18), 57, degrees) for degrees in range(24, 118, 6)]
    pen.line(ridge, darker(main, 0.18), 2)
    x, y = outer[0]
    pen.line([(x - 3, y + 1), (x - 1, y - 12)], (122, 92, 46), 7)
    pen.oval(outer[-1], (4, 4), (88, 66, 40))


def draw_car(pen: Pen, main: Color) -> None:
    pen.poly([(22, 62), (34, 40), (66, 40), (82, 62)], main)
    pen.poly([(29, 61), (37, 45), (50, 45), (50, 61)], _GLASS)
    pen.poly([(53, 61), (53, 45), (64, 45), (74, 61)], _GLASS)
    pen.rect((4, 60), (96, 86), main, 9)
    pen.rect((4, 74), (96, 80), darker(main, 0.2))
    pen.oval((93, 68), (4, 4), (255, 240, 160))
    pen.oval((7, 68), (3, 4), (230, 60, 60))
    pen.rect((55, 66), (62, 68.5), darker(main))
    for x in (26, 74):
        pen.oval((x, 86), (12, 12), INK)
        pen.oval((x, 86), (6, 6), (206, 210, 220))


def draw_house(pen: Pen, main: Color) -> None:
    pen.rect((68, 12), (78, 36), (150, 92, 76))
    pen.rect((16, 46), (84, 99), CREAM)
    pen.poly([(4, 50), (50, 10), (96, 50)], main)
    pen.rect((41, 66), (59, 99), _WOOD, 2)
    pen.oval((55, 83), (1.6, 1.6), _GOLD)
    for x in (29, 71):
        pen.rect((x - 8, 58), (x + 8, 76), WHITE, 1)
        pen.rect((x - 6.5, 59.5), (x + 6.5, 74.5), _GLASS)
        pen.line([(x, 59), (x, 75)], WHITE, 1.5)
        pen.line([(x - 7, 67), (x + 7, 67)], WHITE, 1.5)
    pen.oval((50, 37), (6, 6), _GLASS)


def draw_castle(pen: Pen, main: Color) -> None:
    dark = darker(main, 0.2)
    pen.rect((22, 46), (78, 99), main)
    for x in range(22, 78, 12):
        pen.rect((x, 39), (x + 7, 47), main)
    for x in (14, 86):
        pen.rect((x - 11, 30), (x + 11, 99), dark)
        pen.poly([(x - 14, 31), (x, 4), (x + 14, 31)], (186, 70, 86))
        pen.rect((x - 3, 44), (x + 3, 56), INK, 3)
    pen.half((50, 78), (12, 14), (180, 360), _WOOD)
    pen.rect((38, 77), (62, 99), _WOOD)
    pen.line([(50, 40), (50, 14)], _WOOD, 2)
    pen.poly([(50, 14), (68, 20), (50, 27)], _GOLD)


def draw_flower(pen: Pen, main: Color) -> None:
    pen.line([(50, 46), (52, 72), (50, 99)], _LEAF, 4)
    pen.poly([(51, 86), (72, 70), (80, 74), (66, 88)], _LEAF)
    pen.poly([(50, 92), (30, 78), (22, 84), (36, 94)], darker(_LEAF, 0.15))
    for degrees in range(0, 360, 45):
        pen.oval(_on_circle((50, 32), 19, degrees), (11, 11), main)
    for degrees in range(22, 382, 45):
        pen.oval(_on_circle((50, 32), 14, degrees), (7, 7), lighter(main))
    pen.oval((50, 32), (10, 10), _GOLD)
    pen.oval((47, 29), (3, 3), lighter(_GOLD, 0.6))


def draw_tree(pen: Pen, main: Color) -> None:
    pen.poly([(44, 99), (46, 56), (54, 56), (57, 99)], _WOOD)
    for x, y, radius in ((30, 46, 20), (70, 46, 20), (50, 26, 24), (50, 48, 24)):
        pen.oval((x, y), (radius, radius), main)
    for x, y, radius in ((42, 22, 9), (26, 42, 7), (62, 40, 8)):
        pen.oval((x, y), (radius, radius), lighter(main, 0.25))


def draw_rocket(pen: Pen, main: Color) -> None:
    pen.poly([(40, 80), (50, 100), (60, 80)], (250, 140, 50))
    pen.poly([(45, 80), (50, 92), (55, 80)], _GOLD)
    pen.poly([(34, 54), (16, 84), (36, 78)], main)
    pen.poly([(66, 54), (84, 84), (64, 78)], main)
    pen.oval((50, 48), (18, 40), (240, 242, 248))
    pen.half((50, 36), (16.5, 30), (200, 340), main)
    pen.oval((50, 44), (9, 9), darker(main))
    pen.oval((50, 44), (6.5, 6.5), _GLASS)
    pen.rect((38, 76), (62, 82), (120, 126, 144), 2)


def draw_boat(pen: Pen, main: Color) -> None:
    pen.line([(50, 74), (50, 6)], _WOOD, 3)
    pen.poly([(53, 8), (53, 66), (90, 66)], CREAM)
    pen.poly([(47, 18), (47, 66), (18, 66)], lighter(main, 0.7))
    pen.poly([(50, 4), (50, 14), (64, 9)], (230, 74, 74))
    pen.poly([(6, 74), (94, 74), (80, 97), (22, 97)], main)
    pen.line([(8, 79), (92, 79)], WHITE, 2)


def draw_heart(pen: Pen, main: Color) -> None:
    outline: list[tuple[float, float]] = []
    for degrees in range(0, 360, 4):
        t = math.radians(degrees)
        x = 16 * math.sin(t) ** 3
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        outline.append((50 + x * 2.7, 46 - y * 2.7))
    pen.poly(outline, main)
    pen.arc((33, 32), (13, 13), (170, 260), lighter(main, 0.6), 4)


def draw_cake(pen: Pen, main: Color) -> None:
    pen.oval((50, 92), (46, 7), (206, 212, 224))
    pen.rect((14, 56), (86, 92), main, 5)
    pen.rect((26, 34), (74, 58), lighter(main), 5)
    for x in range(20, 86, 12):
        pen.oval((x, 57), (6, 7), WHITE)
    for x in range(32, 74, 12):
        pen.oval((x, 35), (6, 6), WHITE)
    for x, color in ((38, (240, 84, 84)), (50, _GOLD), (62, (96, 160, 240))):
        pen.rect((x - 2, 14), (x + 2, 32), color)
        pen.oval((x, 10), (2.6, 4.4), (255, 176, 60))


def draw_balloons(pen: Pen, main: Color) -> None:
    for x, y, color in ((28, 36, lighter(main)), (72, 34, darker(main, 0.2)), (50, 22, main)):
        pen.line([(x, y + 20), (50, 98)], (120, 120, 132), 1)
        pen.poly([(x - 3, y + 25), (x + 3, y + 25), (x, y + 20)], color)
        pen.oval((x, y), (19, 22), color)
        pen.oval((x - 7, y - 8), (4, 6), lighter(color, 0.6))


def draw_apple(pen: Pen, main: Color) -> None:
    pen.line([(50, 34), (54, 14)], _WOOD, 4)
    pen.poly([(54, 24), (70, 8), (84, 14), (70, 26)], _LEAF)
    for x in (37, 63):
        pen.oval((x, 62), (27, 32), main)
    pen.oval((28, 50), (6, 10), lighter(main, 0.55))


def draw_cup(pen: Pen, main: Color) -> None:
    for x in (34, 48, 62):
        pen.arc((x - 4, 20), (4, 8), (-90, 90), WHITE, 2)
        pen.arc((x - 4, 36), (4, 8), (90, 270), WHITE, 2)
    pen.arc((76, 66), (15, 13), (-100, 100), main, 6)
    pen.oval((46, 95), (42, 5), lighter(main, 0.7))
    pen.rect((14, 48), (76, 94), main, 16)
    pen.rect((14, 48), (76, 66), main)
    pen.oval((45, 49), (31, 6.5), lighter(main, 0.5))
    pen.oval((45, 50), (27, 4.6), (92, 58, 40))


def _on_circle(center: tuple[float, float], radius: float, degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return center[0] + radius * math.cos(angle), center[1] + radius * math.sin(angle)
