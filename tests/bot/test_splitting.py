"""Two wishes in one sentence are told from one wish about two things, by the words around the joint."""

import pytest

from bot.components.context import Act, Decision
from bot.components.linking import Link
from bot.components.parts import Part, wishes_in
from bot.components.splitting import split

TWO = [
    ("护照办好了顺便问下社保卡怎么补", "护照办好了"),
    ("换驾照，还有我妈的高龄津贴", "换驾照"),
    ("我想办个体户顺便把食品证也办了", "我想办个体户"),
    ("我要换驾照，顺便把身份证也补了", "我要换驾照"),
    ("宝宝跟妈妈姓能落爸爸户口吗 顺便问下社保卡", "宝宝跟妈妈姓能落爸爸户口吗"),
    ("帮我查一下社保，另外想办居住证", "帮我查一下社保"),
    ("居住证要签注，另外问一下护照怎么办", "居住证要签注"),
    ("我要领失业金 还想问问灵活就业参保", "我要领失业金"),
    ("想换驾照还想办护照", "想换驾照"),
    ("补身份证，再帮我开个无犯罪证明", "补身份证"),
    ("我要办退休，再问下医保怎么转", "我要办退休"),
    ("孩子要上户口，然后还要办社保卡", "孩子要上户口"),
    ("换驾照和补身份证", "换驾照"),
    ("办护照和续居住证", "办护照"),
    ("驾照要换，身份证也要补", "驾照要换"),
    ("查公积金、查社保", "查公积金"),
    ("办居住登记，办居住证", "办居住登记"),
    ("老人证怎么办，对了我爸的养老认证也没弄", "老人证怎么办"),
    ("我想提公积金，也帮我开个缴存证明", "我想提公积金"),
    ("车子要年检 顺带补个行驶证", "车子要年检"),
    ("给孩子办疫苗本，还有生育津贴", "给孩子办疫苗本"),
    ("开公司，还有刻章", "开公司"),
    ("结婚登记预约，另外落户怎么弄", "结婚登记预约"),
    ("我妈的高龄津贴，还有我的驾照", "我妈的高龄津贴"),
    ("申请低保，还有残疾证", "申请低保"),
    ("投诉健身房，顺便查查我的居住证办到哪了", "投诉健身房"),
    ("办港澳通行证，顺便办护照", "办港澳通行证"),
    ("租房备案办一下，还想提公积金", "租房备案办一下"),
    ("帮我续居住证 另外我老婆要领生育津贴", "帮我续居住证"),
    ("社保卡丢了补一张，还有一件事我要转养老保险", "社保卡丢了补一张"),
    ("我要注销公司，同时也把税务结清", "我要注销公司"),
    ("过户房子，然后交契税", "过户房子"),
    ("I want to renew my driving licence, and also get a passport", "I want to renew my driving licence"),
    ("replace my ID card and apply for a passport", "replace my ID card"),
    ("renew my licence, by the way how do I replace my social security card", "renew my licence"),
    ("补办结婚证顺便问问户口婚姻状况怎么改", "补办结婚证"),
    ("我要申请公租房，还有人才租房补贴", "我要申请公租房"),
    ("看病挂个号，还有异地就医备案", "看病挂个号"),
    ("我爸走了户口要注销，还有丧葬费", "我爸走了户口要注销"),
    ("护照快过期了要换，港澳通行证也要续", "护照快过期了要换"),
    ("申请法律援助，还有工伤认定", "申请法律援助"),
]
ONE = [
    "取了公积金还影响贷款吗 顺便开个缴存证明",
    "老公的护照和我的港澳通行证都想办",
    "身份证和户口本都带吗",
    "居住登记和居住证是一回事吗",
    "换驾照要体检吗",
    "办护照要带身份证和照片吗",
    "驾照换证要身份证和体检表",
    "顺便问一下多少钱",
    "换驾照顺便问下要几天",
    "办居住证，顺便问问要什么材料",
    "还有多久能办好",
    "还有什么材料要交",
    "居住证还有几天到期",
    "先办居住登记再办居住证对吗",
    "拿到身份证再办护照可以吗",
    "养老保险和医疗保险有什么区别",
    "父母和孩子都能办吗",
    "我和老公一起办居住证",
    "夫妻双方都要去吗",
    "身份证和驾照哪个先办",
    "租房合同和房产证要哪个",
    "另外那个呢",
    "另外一个怎么办",
    "还有吗",
    "还有呢",
    "还有别的办法吗",
    "社保卡在哪办还要带什么",
    "办护照还要多少钱",
    "入学还要办居住证吗",
    "公积金提取和贷款有影响吗",
    "我要办护照，然后呢",
    "办居住证然后要多久",
    "水电气过户",
    "食品和餐饮是一个证吗",
    "我妈和我爸都八十了，高龄津贴怎么领",
    "换驾照，另外要多少钱",
    "孩子出生证和户口本带原件还是复印件",
    "办理失业登记和领失业金是一样的吗",
    "我还想再看看",
    "还要交照片吗",
    "也帮我看看",
    "对了，要带什么",
    "有没有还有效的居住证",
    "我的居住证会还有用吗",
    "what documents and photos do I need",
    "do I need both my ID card and passport",
    "结婚登记要带身份证、户口本",
    "老公和我的名字都写上",
    "房子过户和加名字有什么不同",
    "退休以后再领医保可以吗",
    "投诉楼下烧烤店油烟和噪音",
]


@pytest.mark.parametrize(("said", "first"), TWO)
def test_two_wishes_come_apart_at_their_joint(said: str, first: str) -> None:
    parts = split(said)
    assert parts is not None
    assert parts[0] == first
    assert parts[1] in said and parts[0] != parts[1]


@pytest.mark.parametrize("said", ONE)
def test_one_wish_stays_one(said: str) -> None:
    assert split(said) is None


def test_the_table_is_large_and_even() -> None:
    assert len(TWO) + len(ONE) >= 80
    assert len(ONE) >= len(TWO)


def a_part(act: str, decision: Decision, *matters: str) -> Part:
    return Part(Act(act), Link(decision, [(matter, 0.9) for matter in matters]))


PASSPORT = a_part("do_matter", Decision.SURE, "passport")
CARD = a_part("ask_matter", Decision.ASK, "social-card", "child-card")
THANKS = a_part("thank", Decision.NONE)


def test_parts_about_two_matters_are_two_wishes() -> None:
    assert wishes_in([PASSPORT, CARD]) == [PASSPORT, CARD]


def test_parts_about_the_same_matter_are_one_wish() -> None:
    assert wishes_in([PASSPORT, a_part("ask_matter", Decision.SURE, "passport")]) == []
    assert wishes_in([CARD, a_part("do_matter", Decision.SURE, "child-card")]) == []


def test_a_part_that_is_only_talk_is_left_out() -> None:
    assert wishes_in([THANKS, CARD]) == [CARD]
    assert wishes_in([THANKS]) == []
