"""Finding an employer's, a school's or a bank's name in the answer to a free question.

Of free answers only these lead to a person. Whatever else is said stays as it is: it may be a cry
for help, and nobody should have to be asked for a form's field to be heard.
"""

import re

from backend.assistant.asides import is_aside
from backend.assistant.tokens import Token

_LEAD = re.compile(
    r"^(?P<lead>(?:(?:我们?|他|她|孩子|单位|公司|学校|店名|名字|全称|原来|现在|目前|以前)的?)*"
    r"(?:(?:工作|上班|就职|任职|就读|读书|上学|开户)?(?:在|于)|就叫|叫做|叫|名叫|是|为|写|填|[:：])?\s*)(?P<name>.+?)"
    r"(?P<tail>(?:上班|工作|上学|读书|读|就行|吧|啊|呀|哦)?[。.!！\s]*)$"
)
_NAMED = re.compile(
    r"^[\w（）()·&\- ]{2,40}?(?:公司|集团|厂|店|铺|馆|坊|楼|屋|轩|阁|行|社|超市|商行"
    r"|工作室|事务所|研究所|研究院|学校|大学|学院"
    r"|中学|小学|高中|初中|幼儿园|托儿所|医院|诊所|银行|支行|信用社|合作社|中心|委员会|协会|[局院所处部])$"
    r"|\b(?:co|ltd|inc|llc|company|corporation|group|university|college|school|bank|hospital|studio|shop)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"[了吗呢么没不这那哪谁你怎要想帮查办]|给我|收到|派出所|居委|人工|客服|^(?:注册|注销|备案|异地|宠物|变更)"
    r"|\b(?:open|close|enrol\w*|register|my|for)\b",
    re.IGNORECASE,
)


def scrub_organisation(text: str) -> str:
    """Take out the name of an organisation where a free answer was asked for.

    >>> scrub_organisation("我在随安试验机械厂上班"), scrub_organisation("孩子不见了 找不到")
    ('我在⟦text⟧上班', '孩子不见了 找不到')
    """
    found = _LEAD.match(text)
    if found is None or is_aside(text) or _NO_NAME.search(found["name"]):
        return text
    if not _NAMED.search(found["name"]):
        return text
    return found["lead"] + Token.TEXT + found["tail"]
