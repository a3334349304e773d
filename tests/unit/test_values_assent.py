"""Yes and no in all their colours, and what must never pass for a yes."""

import time

import pytest

from backend.values.assent import Assent, is_no, is_yes, read_assent, words
from backend.values.statements import read_statement

YES = [
    "是",
    "是的",
    "对",
    "对的",
    "对对对",
    "没错",
    "对头",
    "嗯",
    "嗯嗯",
    "嗯呢",
    "好",
    "好的",
    "好啊",
    "好呀",
    "好嘞",
    "好滴",
    "好哒~",
    "好好好",
    "行",
    "行的",
    "行吧",
    "嗯行吧",
    "行嘞",
    "行啊",
    "可以",
    "可以的呀",
    "阔以",
    "可以，帮我提交",
    "要",
    "要的",
    "要得",
    "中",
    "中啊",
    "得行",
    "得嘞",
    "得",
    "成",
    "妥妥的",
    "ok",
    "OK的",
    "okay",
    "yep",
    "yeah",
    "sure",
    "Sure!",
    "没问题",
    "没问题的",
    "木问题",
    "冇问题",
    "没意见",
    "没毛病",
    "同意",
    "同意，办吧",
    "我同意",
    "愿意",
    "确认",
    "确认提交！",
    "确认无误，提交",
    "提交吧",
    "直接提交",
    "办吧",
    "那就办吧",
    "帮我办吧",
    "就这样吧",
    "不用改了，提交吧",
    "没有要改的，提交",
    "好的谢谢",
    "好的呀谢谢",
    "好的好的谢谢你",
    "当然可以",
    "都对",
    "係",
    "對的",
    "是的是的",
    "嗯，可以",
    "好吧",
    "有的",
    "haode",
]
YES_WITH_SPACES = [
    "go ahead",
    "yes please",
    "that's right",
    "sounds good",
    "yes, please do",
    "ok thanks",
    "嗯 好的",
]
NO = [
    "不",
    "不是",
    "不是的",
    "不对",
    "不用",
    "不用了谢谢",
    "不用啦",
    "不要",
    "不了不了",
    "不必了",
    "不行",
    "不办了",
    "不，谢谢",
    "先不用",
    "先别提交",
    "别",
    "别了",
    "算了",
    "算了吧",
    "拉倒吧",
    "得了吧",
    "免了",
    "没",
    "没有",
    "没呢",
    "还没",
    "还没呢",
    "还没有",
    "莫得",
    "木有",
    "甭了",
    "唔使",
    "勿要",
    "no",
    "nope",
    "nah",
    "否",
]
NO_WITH_SPACES = ["no thanks", "not really", "not now", "No, thank you", "不 不用了"]
# What each says, and why it is no yes.
NEITHER = [
    *(
        (said, Assent.LATER)
        for said in [
            "再说吧",
            "以后再说",
            "好的以后再说",
            "好，晚点再说",
            "等等",
            "我再想想",
            "考虑一下",
            "下次吧",
            "改天吧",
        ]
    ),
    *(
        (said, Assent.HEARD)
        for said in [
            "晓得了",
            "知道了",
            "好的知道了",
            "明白",
            "收到",
            "哦",
            "随便",
            "都行",
            "还行",
            "应该吧",
            "可能吧",
            "看着办",
        ]
    ),
    *(
        (said, Assent.QUESTION)
        for said in ["嗯?", "嗯？", "好吗", "好？", "可以吗", "是吗?", "对吧", "是吧", "行不", "行吗"]
    ),
    ("好的不过电话改一下", Assent.CONDITIONAL),
    ("可以，但是地址要改", Assent.CONDITIONAL),
    ("行，如果不要钱", Assent.CONDITIONAL),
    ("好的，等我找下合同", Assent.CONDITIONAL),
    ("嗯，就是地址不对", Assent.CONDITIONAL),
    ("好，把电话换成别的", Assent.CONDITIONAL),
    ("yes, but not today", Assent.CONDITIONAL),
    ("ok if it is free", Assent.CONDITIONAL),
    ("不是不行", Assent.DOUBLED),
    ("没有不同意", Assent.DOUBLED),
    ("也不是不想办", Assent.DOUBLED),
    ("got it", Assent.HEARD),
    ("maybe later", Assent.LATER),
    ("可以，不行", Assent.MIXED),
]
NOTHING = [
    "我想换驾照",
    "转人工",
    "换驾照",
    "好烦",
    "行李丢了",
    "对方不同意",
    "中国",
    "成都",
    "有人打我",
    "得了重病",
    "可怜",
    "办居住证",
    "好久没办了",
    "可以网上办",
    "中山路",
    "不锈钢",
    "有个问题",
    "没电了",
    "对面那家",
    "好利来",
    "要饭的",
    "是我妈的",
    "行政审批局",
    "成年人",
    "确诊了",
    "邮寄",
    "张三丰",
]


@pytest.mark.parametrize("said", [*YES, *YES_WITH_SPACES])
def test_this_is_a_plain_yes(said: str) -> None:
    assert read_assent(said) is Assent.YES
    assert is_yes(said)


@pytest.mark.parametrize("said", [*NO, *NO_WITH_SPACES])
def test_this_is_a_plain_no(said: str) -> None:
    assert read_assent(said) is Assent.NO
    assert is_no(said)


@pytest.mark.parametrize(("said", "kind"), NEITHER)
def test_this_only_sounds_like_an_answer(said: str, kind: Assent) -> None:
    assert read_assent(said) is kind


@pytest.mark.parametrize("said", NOTHING)
def test_this_is_no_short_answer_at_all(said: str) -> None:
    assert read_assent(said) is Assent.NONE


def test_no_word_means_two_things() -> None:
    kinds = words().kinds
    assert not kinds[Assent.YES] & kinds[Assent.NO]
    assert not kinds[Assent.YES] & kinds[Assent.LATER]
    assert not kinds[Assent.NO] & kinds[Assent.LATER]


@pytest.mark.parametrize("said", sorted(words().kinds[Assent.YES]))
def test_a_yes_with_a_but_is_never_a_yes(said: str) -> None:
    assert not is_yes(f"{said}，不过要改一下地址")
    assert not is_yes(f"{said}？")


@pytest.mark.parametrize(
    "said", ["好" * 50, "嗯" * 58 + "x", "好的" * 25 + "了么样", "我" * 5000, "不是" * 29 + "a"]
)
def test_whatever_is_typed_is_read_at_once(said: str) -> None:
    began = time.perf_counter()
    read_assent(said)
    read_statement(said)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("嗯有的", True),
        ("有两个", True),
        ("已经备案过了", True),
        ("早就登记了", True),
        ("办过的", True),
        ("我是本地人", True),
        ("是的 都结清了", True),
        ("要参加", True),
        ("没有领过", False),
        ("还没登记", False),
        ("我没有", False),
        ("不是本地人", False),
        ("从来没办过", False),
        ("不需要", False),
        ("haven't yet", False),
        ("不清楚", None),
        ("不知道啊", None),
        ("有没有呢", None),
        ("是不是一回事", None),
        ("好像有", None),
        ("备案是什么", None),
        ("有吗？", None),
    ],
)
def test_a_statement_says_yes_or_no_or_neither(said: str, means: bool | None) -> None:
    assert read_statement(said) is means
