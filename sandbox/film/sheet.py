"""Pictures in the three planes a film is coded in, so that a frame needs no conversion."""

from dataclasses import dataclass

from av import VideoFrame
from PIL import Image

# Studio range of ITU-R BT.601: luma 16..235, chroma 16..240.
_LUMA = [16 + round(value * 219 / 255) for value in range(256)]
_CHROMA = [128 + round((value - 128) * 224 / 255) for value in range(256)]

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Luma at full size, both chroma planes at half. Places on it must be even."""

    luma: Image.Image
    blue: Image.Image
    red: Image.Image

    @property
    def size(self) -> Point:
        return self.luma.size

    def window(self, corner: Point, size: Point) -> "Sheet":
        """A copy of a part of it."""
        (x, y), (width, height) = corner, size
        small = (x // 2, y // 2, (x + width) // 2, (y + height) // 2)
        return Sheet(
            self.luma.crop((x, y, x + width, y + height)),
            self.blue.crop(small),
            self.red.crop(small),
        )

    def put(self, patch: "Patch", corner: Point) -> None:
        x, y = corner
        self.luma.paste(patch.sheet.luma, (x, y), patch.mask)
        self.blue.paste(patch.sheet.blue, (x // 2, y // 2), patch.small_mask)
        self.red.paste(patch.sheet.red, (x // 2, y // 2), patch.small_mask)

    def blended(self, other: "Sheet", share: float) -> "Sheet":
        """`share` of the other sheet in this one."""
        return Sheet(
            Image.blend(self.luma, other.luma, share),
            Image.blend(self.blue, other.blue, share),
            Image.blend(self.red, other.red, share),
        )

    def as_frame(self) -> VideoFrame:
        frame = VideoFrame(*self.size, "yuv420p")
        for plane, image in zip(frame.planes, (self.luma, self.blue, self.red), strict=True):
            plane.update(image.tobytes("raw", "L", plane.line_size, 1))
        return frame


@dataclass(frozen=True, slots=True)
class Patch:
    """Something to put on sheets; without masks it is opaque."""

    sheet: Sheet
    mask: Image.Image | None = None
    small_mask: Image.Image | None = None


def sheet_of(image: Image.Image) -> Sheet:
    """Of an RGB picture with even sides."""
    luma, blue, red = image.convert("YCbCr").split()
    return Sheet(
        luma.point(_LUMA),
        blue.reduce(2).point(_CHROMA),
        red.reduce(2).point(_CHROMA),
    )


def patch_of(image: Image.Image) -> Patch:
    """Of an RGBA picture with even sides."""
    mask = image.getchannel("A")
    return Patch(sheet_of(image.convert("RGB")), mask, mask.reduce(2))
