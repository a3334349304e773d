"""A tiny catalogue of its own, so that a test owns every sentence it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.places import Places

CATALOGUE: dict[str, dict[str, Any]] = {
    "library-card": {"name": "借阅证办理", "name_en": "Library card", "aliases": ["图书证"]},
    "swimming-permit": {"name": "深水证办理", "name_en": "Deep water permit", "aliases": ["游泳合格证"]},
    "dog-licence": {"name": "养犬登记", "name_en": "Dog licence", "aliases": ["狗证"]},
    "dog-licence-renewal": {
        "name": "养犬登记年检",
        "name_en": "Dog licence renewal",
        "aliases": ["狗证年审"],
    },
}
SPOKEN: dict[str, dict[str, Any]] = {
    "library-card": {
        "examples": [
            "我想借书要办什么证",
            "帮我办张图书馆的卡",
            "去图书馆借书得先有证吧",
            "borrow books from the library",
        ]
    },
    "swimming-permit": {
        "examples": ["想去深水区游泳", "游泳池让我出示深水证", "考个深水合格证", "泳池深水区要证吗"]
    },
    "dog-licence": {
        "examples": ["我家养了条小狗要上户口", "买了只狗去哪里登记", "给狗狗办证", "新养的狗怎么登记"],
        "ambiguous": ["狗"],
    },
    "dog-licence-renewal": {
        "examples": ["狗证到期了要年审", "养狗登记一年了续一下", "狗的证要年检", "犬证年检怎么弄"],
        "ambiguous": ["狗"],
    },
}
ACTS: dict[str, list[str]] = {
    "out_of_scope": [
        "今天天气怎么样",
        "讲个笑话",
        "股票涨了吗",
        "附近有什么好吃的",
        "what's the weather",
        "帮我订机票",
    ],
    "greet": ["你好", "早上好", "hello"],
    "ask_matter": ["要带什么材料", "多少钱", "要几天"],
    "do_matter": ["我想办个事", "帮我办一下"],
}


def write_files(folder: Path, *, without: tuple[str, ...] = ()) -> Places:
    """The catalogue's files below a folder, all but some matters."""
    places = Places(
        catalogues=(folder / "catalogue",),
        matters=(folder / "matters",),
        acts=folder / "acts",
        data=folder / "data",
        models=folder / "models",
    )
    for act, examples in ACTS.items():
        _write(places.acts / f"{act}.yml", {"act": act, "examples": examples})
    for matter in CATALOGUE:
        if matter not in without:
            write_matter(places, matter)
    return places


def write_matter(places: Places, matter: str) -> None:
    """One matter's two files."""
    _write(places.catalogues[0] / "leisure" / f"{matter}.yml", {"id": matter, **CATALOGUE[matter]})
    _write(places.matters[0] / f"{matter}.yml", {"matter": matter, **SPOKEN[matter]})


def _write(file: Path, content: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(dict(content), allow_unicode=True), "utf-8")
