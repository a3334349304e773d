"""Scrubbing, as a table: what was said, what was asked for, what may leave the house."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from backend.assistant.scrub import clean, scrub
from backend.assistant.tokens import Token, for_people

IDENTITY = "310110199001019131"
IDENTITY_X = "31011019900101001X"
CARD = "6222020000000000000"


def _with_check(digits: str) -> str:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]


VALID = _with_check("31011019900101123")
VALID_X = next(
    number
    for number in (_with_check(f"31011019900101{serial:03d}") for serial in range(1, 99))
    if number[-1] == "X"
)
LUHN_CARD = "4000000000000002"

NUMBERS = [
    (f"我的身份证号是{VALID}", "我的身份证号是⟦identity⟧"),
    (f"{VALID_X.lower()}对不对", "⟦identity⟧对不对"),
    (f"{VALID[:6]} {VALID[6:14]} {VALID[14:]}", "⟦identity⟧"),
    (f"{VALID[:-1]}{(int(VALID[-1]) + 1) % 10 if VALID[-1] != 'X' else 0}", "⟦number⟧"),
    ("19900000001", "⟦phone⟧"),
    ("我电话 199 0000 0001 谢谢", "我电话 ⟦phone⟧ 谢谢"),
    ("199-0000-0001", "⟦phone⟧"),
    ("199—0000—0001", "⟦phone⟧"),
    ("+86 19900000001", "⟦phone⟧"),
    ("+86-199-0000-0001", "⟦phone⟧"),
    ("１９９００００００００１", "⟦number⟧"),
    ("１９９００００００１２", "⟦phone⟧"),
    ("座机021-65010000", "座机⟦phone⟧"),
    ("(021) 65010000", "⟦phone⟧"),
    ("幺九九零零零零零零零幺", "⟦phone⟧"),
    ("手机19900000001或者19900000002", "手机⟦phone⟧或者⟦phone⟧"),
    ("19900000001 19900000002", "⟦phone⟧ ⟦phone⟧"),
    (f"19900000001 {VALID}", "⟦phone⟧ ⟦identity⟧"),
    ("卡号6222 0200 0000 0000 000", "卡号⟦bank⟧"),
    (f"{LUHN_CARD}是我的卡", "⟦bank⟧是我的卡"),
    ("护照E12345678", "护照⟦number⟧"),
    ("邮编200093", "邮编⟦number⟧"),
    ("号码20261201", "号码⟦number⟧"),
    ("1234567890123456789012", "⟦number⟧"),
    ("123 456 7890 12", "⟦number⟧"),
    # Read out, with the breath between the groups.
    ("幺九九 零零零零 零零零幺", "⟦phone⟧"),
    ("一九九，零零零零，零零零幺", "⟦phone⟧"),
    ("幺九九、零零零零、零零零幺", "⟦phone⟧"),
    ("幺九九零零零零然后零零零幺", "⟦phone⟧"),
    ("电话幺九九嗯零零零零嗯零零零幺", "电话⟦phone⟧"),
    ("1九九 0000 零零零1", "⟦phone⟧"),
    ("壹玖玖零零零零零零零壹", "⟦phone⟧"),
    ("幺玖玖洞洞洞洞洞洞洞幺", "⟦phone⟧"),
    ("199，0000，0001", "⟦phone⟧"),
    ("199_0000_0001", "⟦phone⟧"),
    ("one nine nine zero zero zero zero zero zero zero one", "⟦phone⟧"),
    ("it is one nine nine double zero double zero triple zero one", "it is ⟦phone⟧"),
    ("六二二二 零二零零 零零零零 零零零零 零零零", "⟦bank⟧"),
    (VALID.translate({ord(str(n)): "零幺二三四五六七八九"[n] for n in range(10)}), "⟦identity⟧"),
    (
        VALID_X[:-1].translate({ord(str(n)): "零一二三四五六七八九"[n] for n in range(10)}) + "叉",
        "⟦identity⟧",
    ),
    (f"{VALID_X[:6]}，{VALID_X[6:14]}，{VALID_X[14:]}", "⟦identity⟧"),
    (f"{VALID_X[:6]} {VALID_X[6:14]} {VALID_X[14:-1]} X", "⟦identity⟧"),
    ("310101,19900101,123X", "⟦number⟧"),
    ("护照 E 1234 5678", "护照 ⟦number⟧"),
    ("我的邮箱xiao_an@example.com谢谢", "我的邮箱⟦email⟧谢谢"),
    ("xiao 艾特 example 点 com", "⟦email⟧"),
    ("xiaoan at example dot com", "⟦email⟧"),
    ("xiaoan＠example．com", "⟦email⟧"),
    # What is read out and is nobody's.
    ("二〇二六年三月八日", "二〇二六年三月八日"),
    ("一二三四五", "一二三四五"),
    ("房租三千五", "房租三千五"),
    ("三月八号下午三点半", "三月八号下午三点半"),
    ("3,000,000元", "3,000,000元"),
    ("第一第二第三", "第一第二第三"),
    ("look at the form", "look at the form"),
    ("meet me at 3 pm", "meet me at 3 pm"),
    # Short numbers, dates and amounts are nobody's.
    ("打12345还是110", "打12345还是110"),
    ("2026-12-01 下午3点", "2026-12-01 下午3点"),
    ("2026年12月1日", "2026年12月1日"),
    ("房租3500块", "房租3500块"),
    ("租金3000-5000", "租金3000-5000"),
    ("我爸80岁", "我爸80岁"),
    ("C1驾照", "C1驾照"),
    ("第2个", "第2个"),
    ("1.5个月", "1.5个月"),
    ("MP3", "MP3"),
]
PLATES = [
    ("沪A12345", "⟦plate⟧"),
    ("车牌沪AD12345要年检", "车牌⟦plate⟧要年检"),
    ("沪A·12345", "⟦plate⟧"),
    ("沪a12345", "⟦plate⟧"),
    ("浙B1234学", "⟦plate⟧"),
    ("沪A幺二三四五", "⟦plate⟧"),
    ("沪 A 1 2 3 4 5", "⟦plate⟧"),
    ("上海A12345", "⟦plate⟧"),
    ("浙江牌照B幺二三四五", "⟦plate⟧"),
    ("沪A·D幺二三四五", "⟦plate⟧"),
    ("京剧ABCDEF", "京剧ABCDEF"),
    ("云A股账户", "云A股账户"),
]
ADDRESSES = [
    ("杨浦区国和路100弄3号601", "⟦address⟧"),
    ("我住在杨浦区国和路100弄3号601室", "我住在⟦address⟧"),
    ("我搬到上海市浦东新区张杨路500号了", "我搬到⟦address⟧了"),
    ("寄到安居路12弄3号", "寄到⟦address⟧"),
    ("江苏省南京市鼓楼区中山北路30号", "⟦address⟧"),
    ("清溪大道8号2栋", "⟦address⟧"),
    ("和顺新村12号302室", "⟦address⟧"),
    ("福泽路88号2单元301，离地铁近", "⟦address⟧，离地铁近"),
    ("中山东一路12号", "⟦address⟧"),
    ("国和路一百弄三号", "⟦address⟧"),
    ("安心路 8 号 3 幢 201 室", "⟦address⟧"),
    ("清溪区和顺街道安居路1弄12号101室", "⟦address⟧"),
    ("Room 601, 3 Lane 100, Guohe Road, Yangpu District", "⟦address⟧"),
    ("I live at 100 Guohe Road", "I live at ⟦address⟧"),
    ("住在安居路幺二弄三号", "住在⟦address⟧"),
    # Down to the street it may stay, and a line of the underground is no address.
    ("杨浦区怎么办居住证", "杨浦区怎么办居住证"),
    ("地铁10号线", "地铁10号线"),
    ("国和路附近有窗口吗", "国和路附近有窗口吗"),
    ("家里3号下午有人", "家里3号下午有人"),
    ("How long is the road test?", "How long is the road test?"),
]
KNOWN = {
    "安小民": Token.NAME, "安小民民": Token.NAME, "乐小居": Token.NAME, "19900000001": Token.PHONE,
    "安居路12弄": Token.ADDRESS, "民": Token.NAME,
}  # fmt: skip
OWN_VALUES = [
    ("给安小民办居住证", "给⟦name⟧办居住证"),
    ("安小民民和乐小居", "⟦name⟧和⟦name⟧"),
    ("人民广场", "人民广场"),
    ("还是安居路12弄那里", "还是⟦address⟧那里"),
    ("帮张三办", "帮张三办"),
]
INTRODUCTIONS = [
    ("我叫安小民，想换驾照", "我叫⟦name⟧，想换驾照"),
    ("我的名字是欧阳小办", "我的名字是⟦name⟧"),
    ("My name is An Xiaomin and I need help", "My name is ⟦name⟧ and I need help"),
    ("我叫车去", "我叫车去"),
    ("我叫人工", "我叫人工"),
]
NAMES = [
    ("叫安小满", "叫⟦name⟧"),
    ("安小满", "⟦name⟧"),
    ("随小办", "⟦name⟧"),
    ("禾小证", "⟦name⟧"),
    ("孩子叫安小满吧", "孩子叫⟦name⟧吧"),
    ("她的名字叫做便小民", "她的名字叫做⟦name⟧"),
    ("宝宝的名字是欧阳小满", "宝宝的名字是⟦name⟧"),
    ("改成安小满", "改成⟦name⟧"),
    ("就叫小满", "就叫⟦name⟧"),
    ("阿依古丽·买买提", "⟦name⟧"),
    ("叫安小满，谢谢", "叫⟦name⟧，谢谢"),
    ("叫安小满，对了要多少钱", "叫⟦name⟧，对了要多少钱"),
    ("An Xiaoman", "⟦name⟧"),
    ("Her name is An Xiaoman.", "Her name is ⟦name⟧."),
]
# Whatever is asked for, these are no values: they must reach the NLU as they were said.
ASIDES = [
    "等下，我妈异地就医怎么备案", "等一下", "算了不办了", "算了",
    "不办了", "还没想好", "不知道", "谢谢", "谢谢你", "好的", "是的",
    "转人工", "查进度", "查一下进度", "填错了，改一下地址", "再说一遍",
    "你是谁", "这个要多少钱", "跳过", "没有", "高龄津贴怎么领",
    "我想办居住证", "我想换驾照", "帮我查一下办件", "有人打我", "家里着火了", "我被骗了转了五万", "救命",
    "为什么要填这个",
    "晚点再说",
    "别再提醒我了", "信息不对", "wait, how do I renew my licence", "cancel", "I don't know",
    "help", "what is this for?",
    "Never mind", "Thank you", "你好", "取消", "返回上一步", "公积金怎么取", "不想说",
]  # fmt: skip
EXPECTED_ADDRESSES = [
    ("杨浦区国和路100弄3号601", "⟦address⟧"),
    ("寄到延吉新村吧", "寄到⟦address⟧吧"),
    ("我住在杨浦区国和路", "我住在⟦address⟧"),
    ("地址改成和顺路9号", "地址改成⟦address⟧"),
    ("就杨浦区延吉街道", "就⟦address⟧"),
    ("guohe road 100", "⟦address⟧"),
    ("my address is 100 guohe road", "my address is ⟦address⟧"),
    ("杨浦区国和路100弄3号601，对了要多少钱", "⟦address⟧，对了要多少钱"),
    ("我住在月亮上", "我住在月亮上"),
    ("安小满", "安小满"),
    ("弄吧弄吧", "弄吧弄吧"),
    ("路灯不亮好久了", "路灯不亮好久了"),
    ("刚才那个接着弄", "刚才那个接着弄"),
]
TEXTS = [
    ("随安试验机械厂", "⟦text⟧"),
    ("我在随安试验机械厂上班", "我在⟦text⟧上班"),
    ("单位叫乐业贸易有限公司", "单位叫⟦text⟧"),
    ("清溪区第一中学", "⟦text⟧"),
    ("安心农村商业银行", "⟦text⟧"),
    ("小满面馆", "⟦text⟧"),
    ("Leye Trading Co., Ltd", "⟦text⟧"),
    # Nothing in it leads to a person, and it may be something else than an answer.
    ("孩子上学需要", "孩子上学需要"),
    ("孩子不见了 找不到", "孩子不见了 找不到"),
    ("厨房烧起来了", "厨房烧起来了"),
    ("给我接工作人员", "给我接工作人员"),
    ("接着刚才的", "接着刚才的"),
]


@pytest.mark.parametrize(("said", "left"), NUMBERS + PLATES + ADDRESSES + INTRODUCTIONS)
def test_personal_values_become_placeholders(said: str, left: str) -> None:
    assert scrub(said) == left


@pytest.mark.parametrize(("said", "left"), OWN_VALUES)
def test_the_citizens_own_values_are_taken_out_wherever_they_stand(said: str, left: str) -> None:
    assert scrub(said, known=KNOWN) == left


@pytest.mark.parametrize(
    ("kind", "said", "left"),
    [("name", *row) for row in NAMES]
    + [("address", *row) for row in EXPECTED_ADDRESSES]
    + [("text", *row) for row in TEXTS],
)
def test_an_expected_value_becomes_a_placeholder(kind: str, said: str, left: str) -> None:
    assert scrub(said, expecting=kind) == left


@pytest.mark.parametrize("kind", ["name", "address", "text"])
@pytest.mark.parametrize("said", ASIDES)
def test_an_aside_reaches_the_reader_as_it_was_said(kind: str, said: str) -> None:
    assert scrub(said, expecting=kind) == said


@pytest.mark.parametrize("said", [row[0] for row in NAMES if "叫" not in row[0] and "名" not in row[0]])
def test_a_bare_name_stays_where_none_was_asked_for(said: str) -> None:
    assert "⟦name⟧" not in scrub(said, expecting="phone") or "name is" in said


@pytest.mark.parametrize("kind", [None, "name", "address", "text", "phone"])
@pytest.mark.parametrize("value", [VALID, VALID_X, "19900000001", CARD, "沪A12345", "和顺路9号302室"])
def test_no_value_survives_whatever_stands_around_it(value: str, kind: str | None) -> None:
    for around in ("{}", "我的是{}", "{}，对吗？", "你好 {} 谢谢", "那个{}怎么办", "it is {} ok"):
        assert value not in scrub(around.format(value), expecting=kind)


def test_nobody_can_type_a_placeholder() -> None:
    assert scrub("⟦phone⟧") == "[phone]"
    assert clean("a\u200bb⟦") == "ab["


def test_scrubbing_twice_changes_nothing_more() -> None:
    for said, _ in NUMBERS + PLATES + ADDRESSES:
        once = scrub(said).replace("⟦", "").replace("⟧", "")
        assert not any(character.isdigit() for character in once) or scrub(once) == once


def test_people_read_words_instead_of_placeholders() -> None:
    assert for_people("我的是⟦identity⟧", "zh") == "我的是[身份证号]"
    assert for_people("it is ⟦phone⟧", "en") == "it is [phone]"


SPEECH_ACTS = sorted((Path(__file__).parents[2] / "intents" / "speech_acts").glob("*.yml"))
ANSWERS = ("supply_value", "correct", "choose")


def sentences(file: Path) -> list[str]:
    examples = yaml.safe_load(file.read_text("utf-8"))["examples"]
    texts = [one if isinstance(one, str) else str(one["text"]) for one in examples]
    return [text for text in texts if "⟦" not in text and not any(map(str.isdigit, text))]


@pytest.mark.parametrize("kind", ["name", "address", "text"])
@pytest.mark.parametrize(
    "file", [one for one in SPEECH_ACTS if one.stem not in ANSWERS], ids=lambda one: str(one.stem)
)
def test_what_people_say_in_the_middle_of_a_form_is_not_taken_for_its_answer(file: Path, kind: str) -> None:
    taken = [text for text in sentences(file) if scrub(text, expecting=kind) != text]
    assert len(taken) <= len(sentences(file)) // 30, taken


@pytest.mark.parametrize("kind", ["name", "address", "text"])
def test_no_cry_for_help_is_ever_taken_for_an_answer(kind: str) -> None:
    cries = sentences(next(file for file in SPEECH_ACTS if file.stem == "emergency"))
    assert cries
    assert [text for text in cries if scrub(text, expecting=kind) != text] == []


@pytest.mark.parametrize(
    "expecting", ["phone", "identity-number", "bank-account", "licence-number", "postcode"]
)
@pytest.mark.parametrize("said", ["幺九九零零", "1990000", "前几位是 3101", "二零零零九三"])
def test_part_of_a_number_asked_for_is_taken_out_too(said: str, expecting: str) -> None:
    left = scrub(said, expecting=expecting)
    assert Token.NUMBER in left
    assert not any(figure in left for figure in "0123456789零幺九")


@pytest.mark.parametrize("said", ["打12345", "转人工", "等下，2026年3月8日行吗", "办到哪一步了"])
def test_an_aside_to_the_question_for_a_number_stays(said: str) -> None:
    assert scrub(said, expecting="phone") == said


FIGURES = [
    "0123456789",
    "零一二三四五六七八九",
    "〇幺二三四五六七八九",
    "零壹贰叁肆伍陆柒捌玖",
    "０１２３４５６７８９",
]


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(FIGURES),
    st.sampled_from(["", " ", "-", "，", ",", "、", " - ", ".", "嗯", "然后"]),
)
def test_no_spoken_form_of_a_telephone_number_leaves(number: str, figures: str, gap: str) -> None:
    spoken = number.translate({ord(str(n)): figures[n] for n in range(10)})
    said = f"我的电话是{gap.join((spoken[:3], spoken[3:7], spoken[7:]))}，打这个"
    assert scrub(said) == "我的电话是⟦phone⟧，打这个"


@given(st.integers(0, 999), st.sampled_from(FIGURES), st.sampled_from(["", " ", "，", " - ", "然后"]))
def test_no_spoken_form_of_an_identity_number_leaves(serial: int, figures: str, gap: str) -> None:
    number = _with_check(f"31011019900101{serial:03d}")
    spoken = number.translate({ord(str(n)): figures[n] for n in range(10)} | {ord("X"): "叉"})
    said = gap.join((spoken[:6], spoken[6:14], spoken[14:]))
    left = scrub(f"身份证{said}")
    assert left in ("身份证⟦identity⟧", "身份证⟦number⟧")
