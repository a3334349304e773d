"""Whether somebody who was asked for a value says something else instead: asks, stops, calls for help."""

import re

_END = r"(?=$|[\s，,。.！!~…、;；]|[了吧啊呀哦哈嘛呢的])"
_QUESTION = re.compile(
    r"[?？]|怎么|怎样|如何|什么|为啥|为何|干啥|干嘛|咋|多少|多久|几天|几次|几号|哪里|哪儿|哪个|哪些|哪家|吗|呢$|么$"
    r"|能不能|可不可以|要不要|是不是|行不行|有没有|可以不|能否|是否|需不需要|^谁|谁$"
)
_REQUEST = re.compile(
    r"(?:我想|我要|我得|我需要|帮我|给我|替我|想要|麻烦你|请你|查一下|看一下|改一下|换一个|问一下).{0,12}"
    r"(?:办|查|问|申请|领|取|看|改|撤|换|补|登记|备案|缴|人工|进度|停|退)"
    r"|(?:办|查|申请|申领|补办|换领)(?:理|一下|个)?.{0,8}(?:证|照|卡|金|保|津贴|登记|备案|进度|办件|手续)"
    r"|办到哪|进度|撤回|投诉|转人工|找人工|人工客服|重新填|填错|写错|搞错|弄错|说错|信息不对|骗子|别再(?:发|提醒|推)"
)
_LEADING = re.compile(
    r"^(?:那个?|嗯|呃|哎|唉|哦|啊)?[，,\s]*(?:"
    r"(?:等等|等下|等一下|等会儿?|稍等|慢着|先别|先不|先问|且慢|算了|取消|不办|不想|不填|不要|不用|不需要|不行|不知道|不清楚"
    r"|不记得|不确定|不方便|没想好|还没|没有|忘了|忘记|随便|都行|退出|返回|停下|停止|结束|重来|重新|上一步|跳过|人工|客服|帮助"
    r"|继续|再说|重复|你好|您好|谢谢|多谢|感谢|再见|拜拜|晚点|以后|下次|稍后|改天|错了|填错|写错|不对|不是|对了|顺便|另外)"
    rf"|(?:好的?|行|可以|嗯+|是的?|对的?|确认|提交|同意|有|没|不|停|喂|改){_END}"
    r")"
)
_EMERGENCY = re.compile(
    r"救命|着火|起火|火灾|失火|有人打|打我|打人|家暴|杀人|杀了|自杀|不想活|活不下去|跳楼|轻生|抢劫|绑架|持刀|煤气|燃气泄漏|中毒"
    r"|晕倒|昏迷|昏过去|大出血|没呼吸|心脏病|心梗|报警|被骗|诈骗|骗了|溺水|车祸|撞了|被困|闯进|跟踪我"
    r"|\b(?:fire|emergency|ambulance|police|suicide|kill|help me|beating|attacked|robbed|scammed)\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"^\W*(?:wait|hold on|one moment|cancel|stop|quit|exit|never ?mind|forget it|help|skip|change"
    r"|go back|back"
    r"|yes|yeah|yep|nope|ok|okay|sure|thanks?|thank you|hello|hi|hey|bye|goodbye|sorry|please|actually"
    r"|what|what's|how|why|when|where|who|which|can|could|would|do|does|did|is|are|should|will|may"
    r"|i want|i need|i'd like|i would|i don't|i do not|i made|i forgot|not sure|don't|later"
    r"|agent|human|operator"
    r"|repeat|again|continue|wrong|no(?!\.?\s*\d))\b",
    re.IGNORECASE,
)
_RULES = (_EMERGENCY, _QUESTION, _REQUEST, _LEADING, _ENGLISH)


def is_aside(text: str) -> bool:
    """Whether a text is no value but a question, a wish, a command or a cry for help.

    >>> is_aside("等下，我妈异地就医怎么备案"), is_aside("杨浦区国和路100弄3号601")
    (True, False)
    """
    stripped = text.strip()
    return any(rule.search(stripped) for rule in _RULES)
