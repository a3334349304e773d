"""PDFs: opened, counted, and refused when they would do anything but be read."""

import logging
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

MOST_PAGES = 50
MOST_OBJECTS = 200_000
# What makes a PDF run, open or carry something.
KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/RichMedia"})
ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/RichMediaExecute"}
)
KINDS = frozenset({"/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/3D"})

# It warns of every fault of a file, and files are strangers'.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


class PaperRefused(ValueError):
    """The PDF cannot be kept; the message is for the person who sent it."""


def check_paper(content: bytes) -> int:
    """How many pages a harmless PDF has. Raises PaperRefused."""
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise PaperRefused("这个 PDF 加了密码，请去掉密码后再上传。")
        pages = len(reader.pages)
        active = any(_is_active(one) for one in _everything(reader))
    except PaperRefused:
        raise
    except Exception as error:  # Made-up bytes may make a parser raise anything.
        raise PaperRefused("这个 PDF 打不开，可能没有传完整，请重新导出或拍照后再上传。") from error
    if pages == 0:
        raise PaperRefused("这个 PDF 一页也没有，请重新导出后再上传。")
    if pages > MOST_PAGES:
        raise PaperRefused(f"这个 PDF 有 {pages} 页，最多 {MOST_PAGES} 页，请只留下需要的页。")
    if active:
        raise PaperRefused("这个 PDF 里带有脚本、附件或会自动打开的内容，请打印成新的 PDF，或拍照后再上传。")
    return pages


def _is_active(found: DictionaryObject) -> bool:
    if KEYS & found.keys():
        return True
    kinds = {str(_plain(found.get(key))) for key in ("/Type", "/Subtype")}
    return str(_plain(found.get("/S"))) in ACTIONS or bool(KINDS & kinds)


def _plain(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value


def _everything(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary that a viewer can reach, streams' too, none of them decoded."""
    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    looked_at = 0
    while waiting:
        looked_at += 1
        if looked_at > MOST_OBJECTS:
            raise PaperRefused("这个 PDF 的结构太复杂，请打印成新的 PDF，或拍照后再上传。")
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if (found.idnum, found.generation) in seen:
                continue
            seen.add((found.idnum, found.generation))
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            yield found
        waiting += _within(found)


def _within(found: Any) -> Iterable[Any]:
    if isinstance(found, DictionaryObject):
        # raw_get keeps a reference a reference: reading through it would loop on a parent.
        parts = [found.raw_get(NameObject(key)) for key in found]
    elif isinstance(found, ArrayObject):
        parts = [list.__getitem__(found, index) for index in range(len(found))]
    else:
        return ()
    return [one for one in parts if isinstance(one, (IndirectObject, DictionaryObject, ArrayObject))]
