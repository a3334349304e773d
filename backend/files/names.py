"""Names of uploaded files, made harmless."""

import re

SUFFIXES = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}


def clean_name(name: str) -> str:
    """A file name without folders, controls or quotes, at most 80 characters.

    >>> clean_name("../../etc/合 同.jpg")
    '合 同.jpg'
    """
    last = re.split(r"[\\/]", name)[-1]
    # Controls, and the marks that turn the reading direction round ("exe.gpj").
    harmless = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\"'<>|:*?]", "", last)
    return harmless.strip(". ")[-80:] or "file"


def name_for(name: str, media_type: str) -> str:
    """The name with the ending of what the file became.

    >>> name_for("合同.heic", "image/jpeg"), name_for("a.JPEG", "image/jpeg")
    ('合同.jpg', 'a.JPEG')
    """
    endings = SUFFIXES.get(media_type, ())
    if not endings or name.lower().endswith(endings):
        return name
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    return f"{stem[-74:]}{endings[0]}"
