"""Pictures made anew: upright, not too large, and without what a camera writes beside the picture.

Only the pixels survive: no EXIF, no place where it was taken, no hidden second content.
"""

from dataclasses import dataclass
from io import BytesIO

import pi_heif
from PIL import Image, ImageOps

LONGEST_SIDE = 3000
QUALITY = 88
SMALL = 1_000_000
# JPEG decodes at a fraction of its size, so that it may claim more pixels than the others.
MOST_PIXELS = {"JPEG": 120_000_000}
MOST_PIXELS_OTHERS = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")

pi_heif.register_heif_opener(thumbnails=False)


class PictureRefused(ValueError):
    """The file is no picture that can be kept; the message is for the person who sent it."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    content: bytes
    media_type: str


def remake(content: bytes) -> Picture:
    """Decode a picture and write it anew. Raises PictureRefused."""
    try:
        return _write(_upright(content))
    except PictureRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PictureRefused(_too_many()) from error
    except Exception as error:  # A decoder that is fed made-up bytes may raise anything.
        raise PictureRefused("这张图片打不开，可能没有传完整，请重新拍照或截图后再上传。") from error


def _upright(content: bytes) -> Image.Image:
    image: Image.Image = Image.open(BytesIO(content), formats=FORMATS)
    kind = image.format or ""
    # Before the first pixel is decoded: the header tells the size.
    if image.width * image.height > MOST_PIXELS.get(kind, MOST_PIXELS_OTHERS):
        raise PictureRefused(_too_many())
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    image = ImageOps.exif_transpose(image)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.format = kind
    return image


def _write(image: Image.Image) -> Picture:
    kept_as_drawn = image.format == "PNG" and image.width * image.height <= SMALL
    out = BytesIO()
    if kept_as_drawn:
        _bare(image, "RGBA" if image.has_transparency_data else "RGB").save(out, "PNG", optimize=True)
        return Picture(out.getvalue(), "image/png")
    _bare(image, "RGB").save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(out.getvalue(), "image/jpeg")


def _bare(image: Image.Image, mode: str) -> Image.Image:
    """The pixels alone, on white paper where they were see-through."""
    if mode == "RGB" and image.has_transparency_data:
        see_through = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(see_through, mask=see_through.getchannel("A"))
        return paper
    bare = Image.new(mode, image.size)
    bare.paste(image.convert(mode))
    return bare


def _too_many() -> str:
    return "这张图片的尺寸太大，请把照片缩小，或重新拍一张再上传。"
