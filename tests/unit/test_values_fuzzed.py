"""Whatever is typed, a reader finds a value or says why not; nothing else happens."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.applications.values import NotUnderstood, display, read_value
from backend.assistant.scrub import scrub
from backend.matters.fields import Choice, FieldType, FormField
from backend.values.assent import read_assent
from backend.values.corrections import corrected
from backend.values.references import reference_in

TODAY = date(2026, 11, 23)
CHOICES = [
    Choice(value="post", label="邮寄到家"),
    Choice(value="window", label="窗口自取", aliases=["自己拿"]),
]
# What readers look for, thrown together: far likelier to trip one than letters at random.
SCRAPS = [
    *"0123456789零〇一二两三四五六七八九十百千万亿半点块元毛角分年月日号天周末底初廿闰正腊冬前后上下去今明大农历",
    *"路弄室区市省村沪京挂学x叉@.-/,，。？! ",
    *[
        "幺",
        "洞",
        "艾特",
        "一对",
        "百分之",
        "负",
        "地下",
        "不是",
        "不对",
        "改成",
        "应该是",
        "好的",
        "不过",
        "第",
        "个",
        "最后",
        "倒数",
        "邮寄",
        "自取",
        "或者",
        "我叫",
        "先生",
        "·",
        "户口",
    ],
    *("原来的", "double ", "zero ", "one ", "next ", "week", "March ", " ago", "in ", "the "),
]
SENTENCES = st.lists(st.sampled_from(SCRAPS), max_size=24).map("".join)


def a_field(kind: FieldType) -> FormField:
    choices = CHOICES if kind in (FieldType.CHOICE, FieldType.MULTI_CHOICE) else []
    return FormField(name="value", label="值（平方米）", type=kind, ask="?", choices=choices)


@pytest.mark.parametrize("kind", list(FieldType))
@settings(max_examples=300, deadline=2000)
@given(said=SENTENCES | st.text(max_size=40))
def test_a_reader_finds_a_value_or_says_why_not(kind: FieldType, said: str) -> None:
    field = a_field(kind)
    try:
        value = read_value(field, said, today=TODAY)
    except NotUnderstood as error:
        assert error.reason
    else:
        assert value not in (None, "")
        assert display(field, value)


@settings(max_examples=300, deadline=2000)
@given(said=SENTENCES | st.text(max_size=60))
def test_nothing_typed_stops_the_rest(said: str) -> None:
    read_assent(said)
    corrected(said)
    reference_in(said)
    for expecting in (None, "name", "address", "phone", "long-text"):
        assert isinstance(scrub(said, expecting=expecting), str)
