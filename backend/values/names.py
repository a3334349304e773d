"""People's names: 张三丰, 阿依古丽·买买提, Anne Example; never 「我」 nor a sentence."""

import re

from backend.values.wording import EDGES, NotUnderstood

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af〇"
_LEAD = re.compile(
    r"^.*?(?:名字(?:就?[是叫]|改成|写)|姓名(?:是|叫|写|:|：)?|名叫|就叫|叫做|叫作|取名|起名|大名"
    r"|全名[是叫]?|叫|名为|name is|name's|called|i am|i'm|it's)\s*",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"^(?:不对|错了|不是)?[,，\s]*(?:(?:我|他|她)(?:是|叫)|就|那就|改成|改为|换成|写成?|填|是|应该是|(?:我|她|他)?(?:老公|老婆|爱人|丈夫|妻子|爸爸?|妈妈?|父亲|母亲|房东|对方|孩子|儿子|女儿|宝宝|配偶)(?:是|叫)?|户主(?:是|叫)?)+[:：]?\s*"
)
_AFTER = re.compile(r"(?:就行|就好|吧|呀|啊|哦|呢|啦|了|哈|先生|女士|小姐|同志)$")
_HAN_NAME = re.compile(rf"[{_HAN}]{{2,6}}|[{_HAN}]{{1,15}}(?:·[{_HAN}]{{1,15}}){{1,4}}")
_LATIN_NAME = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’.\- ]{0,58}[A-Za-zÀ-ɏ.]")
_DOTS = re.compile(
    r"\s*[•・‧．∙⋅●﹒]\s*|(?<=[\u3400-\u9fff])\.(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])\s*·\s*(?=[\u3400-\u9fff])"
)
_NO_NAME = re.compile(
    r"什么|怎么|不知|还没|没有|没想|月亮|随便|不清楚|不记得|不告诉|都行|谁|哪|是不是|可以|谢谢|你好|您好|等等|等下|以后|办理|取消|跳过|人工|身份证|电话|地址|我们|你们"
    r"|上面|刚才|一样|原来|一会|知道|不想|不要|不用|不办|不填|好的|是的|稍等|算了|[了吗呢么什怎您它们吧啊呀哦哈嘛没哪谁啥这那]"
)
_NOT_ALONE = frozenset(
    [
        "我",
        "本人",
        "我自己",
        "自己",
        "他",
        "她",
        "我妈",
        "我爸",
        "我老婆",
        "我老公",
        "孩子",
        "宝宝",
        "本尊",
        "me",
        "myself",
    ]
)
_LATIN_WORDS = re.compile(
    r"\b(?:the|is|not|don't|know|what|why|how|please|later|skip|yes|no|name|want|my|me|myself|same|ok|okay|hello|hi)\b",
    re.IGNORECASE,
)


def read_name(text: str) -> str:
    """The full name said, with · between the parts of a name that has them.

    >>> read_name("就叫安小满吧"), read_name("阿依古丽•买买提")
    ('安小满', '阿依古丽·买买提')
    """
    said = text.strip(EDGES)
    if said.lower() in _NOT_ALONE:
        raise NotUnderstood("请说全名，和身份证上的一样")
    said = _AFTER.sub("", _DOTS.sub("·", said)).strip(EDGES)
    led = _LEAD.sub("", said)
    for candidate in (_BEFORE.sub("", led), led, said):
        name = _as_name(candidate.strip(EDGES))
        if name:
            return name
    if re.fullmatch(rf"[{_HAN}]", said):
        raise NotUnderstood("请连姓带名一起说")
    raise NotUnderstood("没有看出姓名，请说身份证上的全名")


def _as_name(said: str) -> str | None:
    spaced = re.fullmatch(rf"[{_HAN}](?:\s+[{_HAN}]){{1,3}}", said)
    if spaced:
        said = re.sub(r"\s+", "", said)
    if said.lower() in _NOT_ALONE or _NO_NAME.search(said):
        return None
    if _HAN_NAME.fullmatch(said) and not said.startswith(("叫", "是", "改", "换", "填", "我")):
        return said
    if _LATIN_NAME.fullmatch(said) and " " in said and not _LATIN_WORDS.search(said):
        return re.sub(r"\s+", " ", said)
    return None
