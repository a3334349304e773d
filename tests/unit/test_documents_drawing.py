"""The drawn document: small, the same every time, readable anywhere, and signed."""

import base64
import time
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import pypdfium2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr
from pypdf import PdfReader

from backend.documents import signing
from backend.documents.drawing import draw
from backend.documents.seal import arc_angles

CODE = "7M2Q4C8T6W5B1N0H"
URL = f"https://suiban.example/api/v1/documents/verify/{CODE}"


def a_row(*, name: str = "随小办", paragraphs: int = 3) -> dict[str, Any]:
    text = "根据《中华人民共和国行政许可法》第三十八条第一款的规定，决定准予您的申请。"
    return {
        "number": "随安人社准〔2026〕第00000012号",
        "code": CODE,
        "kind": "approval",
        "department": "human-resources",
        "issued_at": datetime(2026, 11, 23, 2, tzinfo=UTC),
        "content": {
            "title": "准予行政许可决定书",
            "addressee": name,
            "matter": "试办",
            "rows": [["申 请 人", name], ["办理事项", "试办" * 30]],
            "body": [{"text": text, "items": ["电话：打不通"]}] * paragraphs,
            "department": "随安市人力资源和社会保障局",
            "day": "2026年11月23日",
        },
    }


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_it_says_everything_and_carries_its_font() -> None:
    pdf = draw(a_row(), check_url=URL)
    said = text_of(pdf)
    for wanted in (
        "准予行政许可决定书",
        "随安人社准〔2026〕第00000012号",
        "随小办",
        "电子印章",
        "模拟",
        "7M2Q-4C8T",
    ):
        assert wanted in said
    assert len(pdf) < 200_000
    fonts = PdfReader(BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    descriptors = [one.get_object()["/DescendantFonts"][0]["/FontDescriptor"] for one in fonts]
    assert all("/FontFile3" in one for one in descriptors)


def test_the_same_row_gives_the_same_bytes_and_quickly() -> None:
    first = draw(a_row(), check_url=URL)
    began = time.process_time()
    assert draw(a_row(), check_url=URL) == first
    assert time.process_time() - began < 0.6


def test_a_long_document_goes_on_and_its_seal_never_stands_alone_unsaid() -> None:
    for paragraphs in range(6, 22):
        pdf = pypdfium2.PdfDocument(draw(a_row(paragraphs=paragraphs), check_url=URL))
        last = pdf[len(pdf) - 1].get_textpage().get_text_range()
        assert "电子印章" in last
        assert "决定准予" in last or "打不通" in last or "此页无正文" in last
        pdf.close()


def test_a_character_that_the_font_has_not_becomes_a_mark() -> None:
    assert "随〓〓" in text_of(draw(a_row(name="随\U0010fffd\U0010fffe"), check_url=URL))


def test_a_name_fills_its_arc_evenly() -> None:
    long = arc_angles(19)
    assert long[-1] - long[0] == pytest.approx(250)
    assert arc_angles(1) == [0.0]


def a_house() -> Any:
    key = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return cast(
        Any, SimpleNamespace(settings=SimpleNamespace(signing_key=SecretStr(base64.b64encode(key).decode())))
    )


def test_a_signature_holds_for_its_statement_and_no_other() -> None:
    house, row = a_house(), a_row() | {"sha256": "ab" * 32}
    row["signature"] = signing.sign(house, row)
    assert signing.is_signed(house, row)
    for change in ({"sha256": "cd" * 32}, {"number": "another"}, {"signature": "AAAA"}, {"signature": None}):
        assert not signing.is_signed(house, row | change)
    assert not signing.is_signed(a_house(), row)
    assert signing.public_key(house)["crv"] == "Ed25519"
