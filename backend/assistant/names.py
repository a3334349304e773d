"""Finding a person's name where one was asked for, or where somebody introduces themselves."""

import re

from backend.assistant.asides import is_aside
from backend.assistant.tokens import Token

_HAN = r"\u3400-\u9fff"
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧肖尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋庞熊"
    "纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱丘骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单"
    "杭洪包诸左石崔吉龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮储靳汲松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全班仰秋仲伊宫宁仇栾暴甘厉"
    "戎祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴胥苍闻莘党翟谭贡劳姬申冉宰桑桂濮牛寿边扈燕冀浦尚农温庄晏柴"
    "瞿阎慕连茹习宦艾鱼容向古易慎戈廖庾终居衡步都耿满弘匡国文寇广禄东殳沃利蔚越隆师巩聂晁敖融冷訾辛阚那简饶曾沙养"
    "鞠丰关荆游权盖益桓公仉督岳帅缑亢况郈有琴归海晋楚闫法汝鄢涂钦商牟佘佴伯赏墨哈谯年爱阳佟言福邸练随禾顺祥泰澄"
)
COMPOUND = (
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟"
    "|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶|太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|令狐"
)
_PARTICLES = "了吗呢么什怎我你您他她它们的吧啊呀哦哈嘛不没要费钱查哪谁这个啥都也就还再把给跟被去"
_GIVEN = rf"[{_HAN}]{{1,2}}"
# A two- or three-character sentence that begins with a surname's character and is nobody's name.
_NOT_NAMES = re.compile(
    "谢谢|多谢|时间|时候|安全|安排|高龄|公积|公司|国家|关于|关闭|关掉|包括|经过|经办|应该|明天|明白|明年|年龄|年底|平时|常用|常住|方便|方法"
    "|房子|房产|房租|车子|车辆|车牌|计划|费用|支持|支付|路上|山上|水电|农村|国外|东西|和上|和之|随便|随时|顺便|都行|有空|有人|有事|那就|全部"
    "|海外|户口|身份|居住|居民|证件|驾照|驾驶|社保|医保|备案|登记|续签|换领|补办|办理|申请|办件|津贴|补贴|失业|结婚|离婚|出生|营业|养老|生育"
    "|小时|家里|家人|单位|单身|任何|何时|何地|能力|成功|成本|解释|解决|施工|元旦|周[一二三四五六日末]|向前|容易|易|单子|言论|言之|年审|年检|车检|满意|白痴|当然|快递|养狗|养花|方程|情书|雷猴"
)
_BARE = re.compile(rf"(?:(?:{COMPOUND}){_GIVEN}|[{SURNAMES}]小[{_HAN}]|[{SURNAMES}]{_GIVEN})")
_LEAD = (
    r"(?:(?:我|他|她|孩子|宝宝|小孩|小朋友|娃娃?|儿子|女儿|老公|老婆|丈夫|妻子|我妈|我爸|妈妈|爸爸|对方|房东|大名|名字|姓名|全名|新名字)的?)*"
    r"(?:打算|准备|想|就|是|要|改)?(?:名字|姓名|大名)?(?:就叫|叫做|叫作|取名|起名|改名|名叫|写作|改成|改为|换成|写成|叫|是|为|写|填|[:：])\s*"
)
_TAIL = r"(?:吧|啊|呀|哦|哈|呢|了|就行|就好|，?谢谢)?"
_WITH_LEAD = re.compile(
    rf"^(?P<lead>{_LEAD})(?P<name>[{_HAN}]{{2,4}}?|[{_HAN}]{{1,10}}[·•][{_HAN}·•]{{1,12}})(?P<tail>{_TAIL})$"
)
_ALONE = re.compile(
    rf"^(?P<lead>)(?P<name>{_BARE.pattern}|[{_HAN}]{{1,10}}[·•][{_HAN}·•]{{1,12}})(?P<tail>{_TAIL})$"
)
_LATIN = re.compile(
    r"^(?P<lead>(?i:(?:(?:my|his|her|the|our|baby'?s?|child'?s?|full|new)\s+)*"
    r"(?:name(?:'s)?(?:\s+is)?|is called|called|it'?s|it is|i am|i'm|is)\s+)?)"
    r"(?P<name>[A-Z][A-Za-z'’\-]+(?:\s+(?:[A-Z][A-Za-z'’.\-]*|de|van|von|bin|al|la))*)(?P<tail>\.?)$"
)
_INTRODUCTION = re.compile(
    rf"(?P<lead>我叫|本人|我的?名字[是叫]|我?姓名[是为:：]?\s?)(?P<name>{_BARE.pattern})(?=$|[^{_HAN}]|[，的是住想要今来，])"
)
_LATIN_INTRODUCTION = re.compile(
    r"(?P<lead>\b(?i:my (?:full )?name is|i am called)\s+)"
    r"(?P<name>[A-Z][A-Za-z'’\-]+(?:\s+[A-Z][A-Za-z'’\-]+){0,3})"
)
_CLAUSES = re.compile(r"([，,。.！!？?；;\n]+)")


def scrub_introductions(text: str) -> str:
    """Take out the name of somebody who says it unasked.

    >>> scrub_introductions("我叫安小民，想换驾照")
    '我叫⟦name⟧，想换驾照'
    """
    for pattern in (_INTRODUCTION, _LATIN_INTRODUCTION):
        text = pattern.sub(
            lambda one: one["lead"] + Token.NAME if _may_be_name(one["name"], introduced=True) else one[0],
            text,
        )
    return text


def scrub_expected_name(text: str) -> str:
    """Take the name out of an answer to the question for one; an aside passes as it is.

    >>> scrub_expected_name("叫安小满"), scrub_expected_name("算了不办了")
    ('叫⟦name⟧', '算了不办了')
    """
    return "".join(_scrub_clause(clause) for clause in _CLAUSES.split(text))


def _scrub_clause(clause: str) -> str:
    said = clause.strip()
    if not said or is_aside(said):
        return clause
    for pattern in (_ALONE, _WITH_LEAD, _LATIN):
        found = pattern.match(said)
        if found and _may_be_name(found["name"], introduced=bool(found["lead"])):
            return clause.replace(said, found["lead"] + Token.NAME + found["tail"])
    return clause


def _may_be_name(name: str, *, introduced: bool) -> bool:
    if name.isascii() or "·" in name or "•" in name:
        return True
    if _NOT_NAMES.search(name) or any(particle in name for particle in _PARTICLES):
        return False
    return introduced or _BARE.fullmatch(name) is not None
