"""The documents' font, cut down to the characters of one document.

Cutting happens in HarfBuzz on the file mapped into memory: two milliseconds, and no process holds
the font's thirty thousand glyphs as Python objects.
"""

from functools import cache

import pylopdf_fonts_zh_cn
import uharfbuzz

# What stands for a character that the font has not, as printers have always done.
UNKNOWN = "〓"
# Tables of vertical writing and of ligatures.
_NOT_NEEDED = [int.from_bytes(tag, "big") for tag in (b"vhea", b"vmtx", b"VORG", b"GSUB", b"GPOS", b"GDEF")]


@cache
def _face() -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(pylopdf_fonts_zh_cn.serif_path())))


@cache
def known_characters() -> frozenset[int]:
    """The code points that the font can draw."""
    return frozenset(_face().unicodes)


def drawable(text: str) -> str:
    """The text with a mark for each character that the font does not know.

    >>> drawable("随\\U0010fffd")
    '随〓'
    """
    known = known_characters()
    return "".join(one if ord(one) in known else UNKNOWN for one in text)


def cut_font(characters: set[str]) -> bytes:
    """An OpenType font with these characters only."""
    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(ord(one) for one in characters | {UNKNOWN, " "})
    wanted.sets(uharfbuzz.SubsetInputSets.DROP_TABLE_TAG).update(_NOT_NEEDED)
    face = uharfbuzz.subset(_face(), wanted)
    content: bytes = face.blob.data
    return content
