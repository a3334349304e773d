"""What may be uploaded, and what becomes of it."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from backend.core.errors import Problem
from backend.files import pictures
from backend.files.checking import MOST_BYTES, accept_file, sniff
from backend.files.names import clean_name, name_for
from backend.files.papers import check_paper
from tests.papers import TINY_PDF, TINY_PNG, a_pdf


def a_picture(kind: str, *, size: tuple[int, int] = (40, 20), mode: str = "RGB", **more: Any) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 50).convert(mode).save(out, kind, **more)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def test_the_place_where_a_photo_was_taken_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 7.0)})
    photo = a_picture("JPEG", exif=exif)
    assert b"SecretPhone" in photo
    kept = accept_file("a.jpg", photo)
    assert (kept.media_type, opened(kept.content).size) == ("image/jpeg", (20, 40))
    assert not opened(kept.content).getexif()
    assert b"SecretPhone" not in kept.content
    assert b"Exif" not in kept.content


def test_a_photo_is_made_no_larger_than_it_needs_to_be() -> None:
    kept = accept_file("a.jpg", a_picture("JPEG", size=(4000, 1000)))
    assert opened(kept.content).size == (3000, 750)


def test_a_small_graphic_stays_a_png_without_its_texts() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "somebody")
    kept = accept_file("章.png", a_picture("PNG", pnginfo=info))
    assert (kept.name, kept.media_type) == ("章.png", "image/png")
    assert b"somebody" not in kept.content
    assert accept_file("a.png", TINY_PNG).media_type == "image/png"


def test_a_large_png_and_a_webp_become_jpegs_with_a_name_to_match() -> None:
    large = accept_file("扫描.PNG", a_picture("PNG", size=(1200, 1000), mode="L"))
    webp = accept_file("合同.webp", a_picture("WEBP", mode="RGBA"))
    assert [(one.name, one.media_type) for one in (large, webp)] == [
        ("扫描.jpg", "image/jpeg"),
        ("合同.jpg", "image/jpeg"),
    ]


def test_an_iphones_heic_is_read() -> None:
    assert sniff(b"\0\0\0\x18ftypheic\0\0") == "image/heic"
    with pytest.raises(Problem) as refused:
        accept_file("a.heic", b"\0\0\0\x18ftypheic" + bytes(100))
    assert refused.value.kind.slug == "unsupported-file"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_that_would_unpack_to_too_much_is_refused_before_it_is_unpacked() -> None:
    out = BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Problem) as refused:
        accept_file("bomb.png", out.getvalue())
    assert (refused.value.kind.slug, "尺寸太大" in str(refused.value)) == ("unsupported-file", True)


def test_what_only_begins_like_a_picture_is_refused() -> None:
    for content in (b"\x89PNG\r\n\x1a\n" + bytes(64), b"\xff\xd8\xff\xe0" + bytes(64), TINY_PNG[:40]):
        with pytest.raises(Problem) as refused:
            accept_file("a.png", content)
        assert "打不开" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "slug"),
    [(b"", "invalid-request"), (b"MZ\x90\0", "unsupported-file"), (bytes(MOST_BYTES + 1), "too-large")],
)
def test_other_files_are_refused_in_words(content: bytes, slug: str) -> None:
    with pytest.raises(Problem) as refused:
        accept_file("a.pdf", content)
    assert refused.value.kind.slug == slug


def test_a_plain_pdf_is_kept_as_it_is() -> None:
    kept = accept_file("../合同.pdf", TINY_PDF)
    assert (kept.name, kept.content) == ("合同.pdf", TINY_PDF)
    assert check_paper(a_pdf(pages=50)) == 50


def _script(writer: PdfWriter) -> None:
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
    action = writer._add_object(DictionaryObject({NameObject(key): value for key, value in script.items()}))
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), action])})
    writer._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})


def _attachment(writer: PdfWriter) -> None:
    writer.add_attachment("a.exe", b"MZ")


def _launch(writer: PdfWriter) -> None:
    action = DictionaryObject()
    action[NameObject("/S")] = NameObject("/Launch")
    action[NameObject("/F")] = TextStringObject("cmd.exe")
    writer._root_object[NameObject("/OpenAction")] = writer._add_object(action)


def _hidden_on_a_page(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})


@pytest.mark.parametrize("change", [_script, _attachment, _launch, _hidden_on_a_page])
def test_a_pdf_that_would_do_something_is_refused(change: Any) -> None:
    with pytest.raises(Problem) as refused:
        accept_file("a.pdf", a_pdf(change=change))
    assert "脚本、附件" in str(refused.value)


def test_a_pdf_with_too_many_pages_a_password_or_no_sense_is_refused() -> None:
    said = []
    locked = a_pdf(change=lambda writer: writer.encrypt("secret", algorithm="AES-256"))
    for content in (a_pdf(pages=51), locked, b"%PDF-1.7 nothing"):
        with pytest.raises(Problem) as refused:
            accept_file("a.pdf", content)
        said.append(str(refused.value))
    assert ["51 页" in said[0], "密码" in said[1], "打不开" in said[2]] == [True, True, True]


def test_a_name_cannot_lead_anywhere_or_turn_round() -> None:
    assert clean_name("..\\..\\C:\\a\u202egpj.exe") == "agpj.exe"
    assert clean_name("/") == "file"
    assert name_for("x" * 79 + ".heic", "image/jpeg").endswith("x.jpg")


def test_a_decoder_that_fails_in_its_own_way_is_no_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("inside the decoder")

    monkeypatch.setattr(pictures.Image, "open", break_down)
    with pytest.raises(pictures.PictureRefused):
        pictures.remake(TINY_PNG)
