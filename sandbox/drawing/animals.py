"""Living figures; each stands on the lower edge of its box."""

from sandbox.drawing.colors import CREAM, INK, WHITE, Color, darker, lighter
from sandbox.drawing.pen import Pen

_PINK: Color = (244, 143, 160)


def draw_cat(pen: Pen, main: Color) -> None:
    dark = darker(main)
    pen.arc((76, 74), (16, 20), (-90, 100), dark, 7)
    pen.oval((50, 76), (26, 24), main)
    pen.oval((50, 82), (14, 17), lighter(main, 0.5))
    for x in (36, 64):
        pen.oval((x, 96), (10, 5), lighter(main))
    pen.poly([(27, 38), (28, 6), (48, 24)], main)
    pen.poly([(73, 38), (72, 6), (52, 24)], main)
    pen.poly([(31, 30), (32, 14), (42, 24)], _PINK)
    pen.poly([(69, 30), (68, 14), (58, 24)], _PINK)
    pen.oval((50, 38), (27, 22), main)
    for x in (44, 50, 56):
        pen.line([(x, 18), (50 + (x - 50) * 0.8, 27)], dark, 2.5)
    for x in (39, 61):
        pen.oval((x, 37), (6.5, 7), (196, 226, 92))
        pen.oval((x, 37), (2.5, 6.5), INK)
        pen.oval((x + 1.5, 34.5), (1.4, 1.6), WHITE)
    pen.poly([(46.5, 45), (53.5, 45), (50, 49)], _PINK)
    pen.arc((46, 49), (4, 4), (0, 160), INK, 1.2)
    pen.arc((54, 49), (4, 4), (20, 180), INK, 1.2)
    for side in (-1, 1):
        for rise in (-3, 0, 3):
            pen.line([(50 + side * 12, 47), (50 + side * 36, 46 + rise * 1.6)], WHITE, 0.9)


def draw_dog(pen: Pen, main: Color) -> None:
    dark = darker(main)
    pen.line([(74, 80), (88, 66), (90, 56)], main, 7)
    pen.oval((52, 76), (27, 24), main)
    pen.oval((50, 80), (15, 18), CREAM)
    for x in (36, 66):
        pen.oval((x, 96), (11, 5), lighter(main))
    pen.oval((50, 36), (25, 23), main)
    pen.oval((50, 46), (15, 12), CREAM)
    pen.oval((25, 40), (9, 20), dark)
    pen.oval((75, 40), (9, 20), dark)
    for x in (41, 59):
        pen.oval((x, 32), (4.5, 5), INK)
        pen.oval((x + 1.2, 30.5), (1.4, 1.5), WHITE)
    pen.oval((50, 57), (5, 7), _PINK)
    pen.half((50, 50), (10, 6), (0, 180), darker(CREAM, 0.55))
    pen.oval((50, 56.5), (4.2, 6), _PINK)
    pen.oval((50, 42), (6, 4.5), INK)
    pen.rect((32, 58), (68, 64), (214, 62, 62), 3)
    pen.oval((50, 66), (4, 4), (247, 202, 62))


def draw_bear(pen: Pen, main: Color) -> None:
    for x in (28, 72):
        pen.oval((x, 18), (11, 11), main)
        pen.oval((x, 19), (6, 6), lighter(main, 0.45))
    pen.oval((50, 76), (30, 25), main)
    pen.oval((50, 80), (19, 18), lighter(main, 0.45))
    for x in (22, 78):
        pen.oval((x, 70), (9, 15), darker(main, 0.15))
    for x in (34, 66):
        pen.oval((x, 95), (11, 6), darker(main, 0.15))
    pen.oval((50, 36), (28, 24), main)
    pen.oval((50, 44), (14, 11), lighter(main, 0.55))
    for x in (39, 61):
        pen.oval((x, 32), (3.6, 4.2), INK)
        pen.oval((x + 1, 30.5), (1.2, 1.2), WHITE)
    pen.oval((50, 39.5), (5.5, 4), INK)
    pen.arc((50, 44), (6, 6), (20, 160), INK, 1.4)


def draw_fox(pen: Pen, main: Color) -> None:
    pen.poly([(72, 94), (98, 70), (92, 44), (72, 72)], main)
    pen.poly([(98, 70), (92, 44), (84, 60)], CREAM)
    pen.oval((50, 78), (24, 22), main)
    pen.oval((50, 84), (13, 15), CREAM)
    pen.poly([(22, 34), (22, 4), (46, 22)], darker(main, 0.2))
    pen.poly([(78, 34), (78, 4), (54, 22)], darker(main, 0.2))
    pen.poly([(18, 30), (50, 18), (82, 30), (72, 48), (50, 64), (28, 48)], main)
    pen.poly([(18, 30), (40, 40), (50, 64), (28, 48)], CREAM)
    pen.poly([(82, 30), (60, 40), (50, 64), (72, 48)], CREAM)
    for x in (38, 62):
        pen.oval((x, 37), (3.4, 4.2), INK)
        pen.oval((x + 1, 35.5), (1.1, 1.2), WHITE)
    pen.oval((50, 62), (4.5, 3.6), INK)
    for x in (38, 62):
        pen.oval((x, 97), (8, 4), INK)


def draw_bird(pen: Pen, main: Color) -> None:
    pen.poly([(14, 60), (0, 44), (4, 74)], darker(main))
    pen.oval((46, 58), (34, 26), main)
    pen.oval((50, 66), (24, 16), lighter(main, 0.5))
    pen.oval((70, 38), (19, 18), main)
    pen.poly([(86, 34), (100, 40), (86, 46)], (247, 168, 40))
    pen.oval((75, 34), (4.5, 5), WHITE)
    pen.oval((76, 34), (2.4, 3), INK)
    pen.poly([(22, 48), (58, 46), (40, 76), (24, 70)], darker(main, 0.2))
    for x in (42, 54):
        pen.line([(x, 82), (x, 96), (x + 8, 98)], (220, 130, 40), 2.5)


def draw_fish(pen: Pen, main: Color) -> None:
    pen.poly([(22, 60), (0, 38), (4, 60), (0, 82)], darker(main))
    pen.poly([(40, 42), (60, 24), (68, 42)], darker(main))
    pen.oval((54, 60), (36, 24), main)
    pen.oval((54, 68), (28, 14), lighter(main))
    for x in (40, 52):
        pen.arc((x, 60), (8, 18), (-80, 80), lighter(main, 0.6), 2)
    pen.oval((76, 54), (6, 6), WHITE)
    pen.oval((77.5, 54), (3, 3.4), INK)
    pen.arc((88, 64), (7, 6), (90, 180), INK, 1.6)
    for x, y, radius in ((94, 36, 3), (98, 22, 4), (92, 10, 2.4)):
        pen.arc((x, y), (radius, radius), (0, 360), WHITE, 1.2)


def draw_butterfly(pen: Pen, main: Color) -> None:
    for side in (-1, 1):
        pen.oval((50 + side * 25, 32), (22, 22), main)
        pen.oval((50 + side * 20, 66), (17, 18), darker(main, 0.2))
        pen.oval((50 + side * 27, 31), (11, 11), lighter(main, 0.5))
        pen.oval((50 + side * 21, 67), (7, 8), lighter(main, 0.4))
        pen.arc((50 + side * 8, 14), (8, 12), (180, 300), INK, 1.6)
    pen.oval((50, 50), (4.5, 30), INK)


def draw_person(pen: Pen, main: Color) -> None:
    skin: Color = (242, 196, 160)
    for x in (43, 57):
        pen.line([(x, 72), (x, 95)], (52, 62, 96), 9)
        pen.oval((x + (x - 50) * 0.3, 96.5), (7, 3.5), INK)
    pen.line([(34, 46), (22, 66)], main, 8)
    pen.line([(66, 46), (80, 30)], main, 8)
    pen.oval((21, 68), (4.5, 4.5), skin)
    pen.oval((81.5, 28), (4.5, 4.5), skin)
    pen.rect((32, 40), (68, 78), main, 10)
    pen.rect((45, 32), (55, 42), darker(skin, 0.1))
    pen.oval((50, 20), (19, 18), (92, 58, 40))
    pen.oval((50, 23), (15, 15), skin)
    pen.half((50, 18), (16.5, 13), (180, 360), (92, 58, 40))
    for x in (44, 56):
        pen.oval((x, 24), (1.9, 2.4), INK)
    pen.arc((50, 27), (6, 5), (20, 160), (176, 84, 74), 1.6)


def draw_astronaut(pen: Pen, main: Color) -> None:
    suit: Color = (236, 239, 246)
    shadow: Color = (196, 202, 216)
    pen.rect((28, 44), (72, 76), shadow, 8)
    for x in (41, 59):
        pen.line([(x, 72), (x, 92)], suit, 13)
        pen.rect((x - 8, 91), (x + 8, 99), shadow, 4)
    pen.line([(33, 50), (18, 66)], suit, 12)
    pen.line([(67, 50), (84, 36)], suit, 12)
    pen.rect((32, 44), (68, 80), suit, 10)
    pen.rect((41, 56), (59, 68), main, 2)
    for x, color in ((45, (240, 84, 84)), (50, (247, 202, 62)), (55, (96, 200, 120))):
        pen.oval((x, 62), (1.8, 1.8), color)
    pen.oval((50, 26), (24, 23), suit)
    pen.oval((50, 27), (18, 16), (42, 58, 104))
    pen.arc((50, 27), (13, 11), (190, 260), (150, 190, 240), 3)
