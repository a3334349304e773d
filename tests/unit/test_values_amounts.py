"""Money, counts and measures as people say them."""

import pytest
from cn2an import an2cn
from hypothesis import given
from hypothesis import strategies as st

from backend.values.counts import read_count
from backend.values.money import read_money
from backend.values.wording import NotUnderstood

SUMS = [
    ("3500", 3500),
    ("3500元", 3500),
    ("3,500.50", 3500.5),
    ("￥1,200.00", 1200),
    ("¥ 88", 88),
    ("三千五", 3500),
    ("3千5", 3500),
    ("三千五百块钱", 3500),
    ("三千零五", 3005),  # with a zero the five is a five
    ("一千零一", 1001),
    ("两千零五十", 2050),
    ("一万零五百", 10500),
    ("一万二", 12000),
    ("1万2", 12000),
    ("2.5万", 25000),
    ("三点五万", 35000),
    ("十五万", 150000),
    ("两百三十万", 2300000),
    ("一亿两千万", 120000000),
    ("120万元人民币", 1200000),
    ("八百八", 880),
    ("二百五", 250),
    ("两百块", 200),
    ("五块八", 5.8),
    ("五块八毛五", 5.85),
    ("两块五毛五", 2.55),
    ("三十块零五毛", 30.5),
    ("五毛", 0.5),
    ("三角五分", 0.35),
    ("3k", 3000),
    ("3k5", 3500),
    ("5w", 50000),
    ("一千二百元整", 1200),
    ("壹万贰仟元整", 12000),
    ("每月三千", 3000),
    ("一个月四千八", 4800),
    ("拖了两个月，一共一万二", 12000),  # the months are no money
    ("一共欠我八千", 8000),
    ("没有收入", 0),
    ("一分都没有", 0),
    ("no income", 0),
    ("0", 0),
    ("1200 yuan", 1200),
    ("租约上写的三千", 3000),  # no 约 of 大约
    ("三萬五", 35000),
    ("３５００", 3500),
]
NO_SUMS = [
    ("三四千", "一个数"),
    ("几百", "一个数"),
    ("十几万", "一个数"),
    ("三千多", "一个数"),
    ("三千到五千", "一个数"),
    ("3000-5000", "一个数"),
    ("一万二三", "一个数"),
    ("三千左右", "准确的数"),
    ("大概三千", "准确的数"),
    ("差不多五千块", "准确的数"),
    ("around 3000", "准确的数"),
    ("100美元", "人民币"),
    ("$300", "人民币"),
    ("六千和八千", "几个金额"),
    ("还没算", "没有看出"),
    ("1" * 40, "太大"),
    ("一" * 40, "太大"),
]
COUNTS = [
    ("12", "", 12),
    ("俩", "", 2),
    ("仨", "", 3),
    ("三口人", "家里几口人", 3),
    ("我们家四口", "家里几口人", 4),
    ("两大一小", "家里几口人", 3),
    ("两个大人一个小孩", "家里几口人", 3),
    ("80平", "面积（平方米）", 80),
    ("80㎡", "面积（平方米）", 80),
    ("一百二十平方", "面积（平方米）", 120),
    ("一百二", "面积（平方米）", 120),
    ("三层楼，一共八十平", "面积（平方米）", 80),  # the unit tells which
    ("一打", "", 12),
    ("两个半", "", 2.5),
    ("三年半", "贷几年", 3.5),
    ("二十年", "贷几年", 20),
    ("地下一层", "在几楼", -1),
    ("负二楼", "在几楼", -2),
    ("一楼", "在几楼", 1),
    ("三米五", "招牌宽度（米）", 3.5),
    ("3.5米", "招牌宽度（米）", 3.5),
    ("百分之五", "缴存比例（%）", 5),
    ("5%", "缴存比例（%）", 5),
    ("3.2公斤", "出生体重（克）", 3200),
    ("六斤八", "出生体重（克）", 3400),
    ("六斤八两", "出生体重（克）", 3400),
    ("3350克", "出生体重（克）", 3350),
    ("没有", "本市房产套数", 0),
    ("一套", "本市房产套数", 1),
    ("15号", "每月缴存日", 15),
]


@pytest.mark.parametrize(("said", "yuan"), SUMS)
def test_a_sum_is_read(said: str, yuan: float) -> None:
    assert float(read_money(said)) == yuan


@pytest.mark.parametrize(("said", "reason"), NO_SUMS)
def test_what_is_no_exact_sum_is_asked_again(said: str, reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        read_money(said)


@pytest.mark.parametrize("said", ["三千左右", "大概三千", "around 3000", "差不多三千块"])
def test_where_about_right_will_do_it_is_taken(said: str) -> None:
    assert read_money(said, rough=True) == 3000


@pytest.mark.parametrize(("said", "label", "count"), COUNTS)
def test_a_count_is_read(said: str, label: str, count: float) -> None:
    assert float(read_count(said, label=label)) == count


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("一半", "具体的数"),
        ("十来个", "准数"),
        ("二十几个", "准数"),
        ("两三吨", "准数"),
        ("好几个", "准数"),
        ("三到五个", "准数"),
        ("大概十个", "准数"),
        ("五个和八个", "几个数"),
        ("不知道", "没有看出"),
    ],
)
def test_what_is_no_exact_count_is_asked_again(said: str, reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        read_count(said)


@given(st.integers(0, 99_999_999))
def test_every_whole_sum_is_read_in_figures_and_in_words(yuan: int) -> None:
    for said in (str(yuan), f"{yuan:,}元", f"{an2cn(yuan)}元", f"{an2cn(yuan, 'up')}元整"):
        assert read_money(said) == yuan


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_lone_figure_behind_a_unit_is_a_tenth_of_it(first: int, second: int) -> None:
    han = "零一二三四五六七八九"
    assert read_money(f"{han[first]}千{han[second]}") == first * 1000 + second * 100
    assert read_money(f"{first}万{second}") == first * 10000 + second * 1000
