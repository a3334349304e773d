"""Where one sentence holds two wishes: 「换驾照，还有我妈的高龄津贴」.

Pure rules over the words around a joint. They only propose: the two parts are read like any other
sentence, and only when each is about a matter of its own were there two wishes.
"""

from __future__ import annotations

import re

from bot.components.wording import topic

LONGEST = 90
_VERBS = (
    r"(?:办|申请|申领|申报|换|补|领|查|开(?!始)|取|提取?|续|缴|交|注销|登记|备案|预约|约|转|改|变更|迁|过户|激活|打印?|投诉|举报|反映|评"
    r"|renew|apply|replace|register|get|report|transfer|book|print|withdraw|check)"
)
_LEAD = (
    r"(?:我|俺|咱)?(?:还|再)?(?:想|要|得|需要)?(?:再)?(?:帮我|给我|替我|麻烦)?(?:也)?"
    r"(?:请教|请问|问问|问一?下|问个|想问|问|说一?下)?"
)
# What follows these is a wish of its own. Each is tried at its first place in the sentence.
_STRONG = (
    re.compile(r"(?:顺便|顺带|顺手|捎带)(?:着)?(?:也|再)?"),
    re.compile(r"(?:^|(?<=[，,。.；;！!？?\s]))另外(?!一?[个件张份本种]|那|的)(?:还|再)?"),
    re.compile(r"(?<=[，,。.；;！!？?\s])对了"),
    re.compile(
        r"(?<!有没)(?<!会)还有(?!吗|么|没|多|几|什么|啥|别|一?[半点会]|\d|效|用|钱|些|可能|必要|时间|机会|哪|谁|其他|其它|人(?!才)|呢|$)"
        r"(?:一?[件个](?:事|问题)|就是|那个)?"
    ),
    re.compile(r"(?<=[，,。.；;！!？?\s])(?:然后|同时|并且)(?:再|还|也)?"),
    re.compile(rf"(?<=[，,。.；;！!？?\s])再(?=(?:帮|给|替)?我?{_VERBS}|(?:帮|给|替)我|问)"),
    re.compile(rf"(?<=.)(?:我)?也(?=(?:想|要)?(?:帮|给|替)我{_VERBS})"),
    re.compile(
        rf"(?<=.)还(?:想|(?:要|得)(?!.*[吗么不没][?？]?$))(?=(?:再)?(?:帮我|给我|替我)?{_VERBS}|(?:再)?问)"
    ),
    re.compile(r"(?:,|;|\.|\band\b)\s*(?:also|then|by the way|besides)\b,?", re.IGNORECASE),
    re.compile(r"\b(?:by the way|as well as|and another thing)\b,?", re.IGNORECASE),
)
# Between these only two verbs make two wishes: 「换驾照和补身份证」, never 「身份证和户口本」.
_WEAK = re.compile(
    rf"(?P<first>.*?{_VERBS}.{{2,}}?)(?:和|跟|以及|、|，|,|；|;|\s+and\s+|\s)(?P<second>(?:把|要|想|帮我|给我|去)?{_VERBS}.{{2,}})"
)
# 「驾照要换，身份证也要补」: the thing before its verb.
_EACH_ITS_OWN = re.compile(
    rf"(?P<first>[^，,；;]{{2,12}}?(?:要|想|得|该)?{_VERBS}(?:一下|了)?)[，,；;\s]+"
    rf"(?P<second>[^，,；;]{{2,12}}?也(?:要|想|得|该|一起|一块)?(?:{_VERBS}).{{0,4}})"
)
# One question about two things, or one thing after another, is no pair of wishes.
_ONE = re.compile(
    r"区别|一样|一回事|不同|哪个|哪一个|哪种|还是|先.+再|先.+后|都(?:要|得|需要|带|行|可以|能|有|拿|算)|之间|冲突|影响|以后再|之后再|才能|再来|再说"
    r"|够不够|够吗|行不行|齐|difference|which one|\bor\b|\bboth\b"
)
# A question about the matter just named needs no matter of its own.
_ABOUT_THE_SAME = re.compile(
    r"(?:要|得|需要|该|大概|一共|总共|它|这个|那个|我|是|可以|能|能不能|会|还|请问|问|一?下|你|下|现在|到底|都)*"
    r"(?:多少钱|收费|费用|要钱|花钱|工本费|几天|多久|多长时间|什么时候|时限|多快|材料|带什么|带啥|准备什么|准备啥|什么|啥|资料|手续|跑几[次趟]|网上|线上"
    r"|哪里|哪儿|在哪|去哪|地址|电话|几点|上班|周末|周六|周日|流程|步骤|怎么办|怎么弄|条件|符合|资格|依据|规定|政策|加急|寄|邮寄|代办|代领|拍照|照片|预约吗"
    r"|how much|how long|what do i need|where|when|fee|documents).*"
)
_TRIM = " \t\n，,。.；;！!？?、：:~…"


def split(text: str) -> tuple[str, str] | None:
    """The two wishes that a sentence seems to hold, in their order; None where it holds one.

    >>> split("换驾照，还有我妈的高龄津贴")
    ('换驾照', '我妈的高龄津贴')
    >>> split("身份证和户口本都带吗") is None
    True
    """
    said = text.strip(_TRIM)
    if len(said) > LONGEST or _ONE.search(said):
        return None
    for joint in _STRONG:
        if found := joint.search(said):
            return _two(said[: found.start()], said[found.end() :])
    for pair in (_EACH_ITS_OWN, _WEAK):
        if found := pair.fullmatch(said):
            return _two(found["first"], found["second"])
    return None


def _two(first: str, second: str) -> tuple[str, str] | None:
    first, second = first.strip(_TRIM), second.strip(_TRIM)
    asked = re.sub(f"^{_LEAD}", "", second)
    if _ABOUT_THE_SAME.fullmatch(asked):
        return None
    if len(topic(first)) < 2 or len(topic(second)) < 2:
        return None
    return first, second
