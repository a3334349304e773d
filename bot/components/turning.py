"""Whether somebody turns away from the question they were asked: to wish, to ask, to stop.

Stories are told in a form's free fields: what happened, where, who did it. They are full of words
that would be a wish or a cry anywhere else, so there the words themselves must say that the citizen
has turned to something else. Pure rules over the text; they know no model.
"""

from __future__ import annotations

import re

# Longer than this, an answer to an open question is told, not called out.
SHORT = 14
SHORT_ENGLISH = 7
# A question this long is asked; a longer one ends a story (「…店长一直拖，怎么办」).
QUESTION_AT_MOST = 24
QUESTION_AT_MOST_ENGLISH = 14

_CLAUSES = re.compile(r"[，,。.！!？?；;、~…\n\s]+")
_FILLER = re.compile(r"^(?:那个?|嗯+|呃|哎呀?|唉|哦|啊|喂|对了|不好意思|抱歉|麻烦(?:你|您)?|请问?)+")
_BUSINESS = (
    r"办|申请|申领|换|补|领|查|问|开(?!始)|改|取(?!暖)|续|交(?!通|代|警)|缴|注销|登记|备案|预约|了解|咨询"
    r"|看(?:看|一下|下)|弄|转人工"
)
_I_WISH = (
    r"我?(?:还|先|就|现在)?(?:想|要|得|需要)(?:先|再|要)?|(?:先|再)?(?:帮|给|替)我"
    r"|(?:你|您)?(?:能|可以)(?:帮|给)?我?"
)
_WISH = re.compile(
    rf"^(?:{_I_WISH}).{{0,6}}(?:{_BUSINESS})"
    r"|^(?:另外|顺便|顺带|还有一?(?:件|个)?事|换一?(?:个|件)(?:事|话题))"
    r"|^(?:问(?:一下|下|个)|查(?:一下|下|查)|帮忙(?:查|办|看))"
    r"|^(?:i (?:want|need|would like|wanna) to|i'd like to|can you|could you|please|help me|let me)\b"
)
_CALL = re.compile(
    r"^(?:等等|等一?(?:下|会)|稍等|慢着|且慢|先不|先别|暂时不|算了|取消|退出|停下?$|(?:我|咱们?|那)?(?:还是|就|先|现在|暂时|实在|真的?)*不(?:想|要|用)?(?:再)?(?:办|填|弄|搞|写|说|投诉|申请|答|回答)了"
    r"|不(?:办|填|弄|搞|写)$|重新?(?:来|填|说)|上一步|返回|跳过|再说一遍|重复|(?:继续|接着)(?:吧|办|填|刚才)?$|(?:下次|改天|以后|回头|晚点|明天)再"
    r"|(?:请|帮我|给我|我要|快)?(?:转|找|接|换|要|叫)(?:一?个)?(?:人工|真人|客服|活人|人来)|人工(?!湖|智能|费|河|岛)|客服$|真人"
    r"|救命|帮我报警|快?报警"
    r"|(?:刚才|刚刚|前面|上面|上一?(?:个|项)|之前)?.{0,10}(?:填|写|说|选|输|打)错|改一下|你好$|您好$|谢谢|再见|拜拜"
    r"|wait|hold on|one moment|cancel|stop|quit|never ?mind|forget it|skip|go back"
    r"|agent|human|operator|repeat|continue"
    r"|not now|help!)"
)
_PERSON = re.compile(
    r"(?:转|找|换|接|要|叫|来|帮我)(?:一?个|到|下|接)?(?:人工|真人|活人)|人工(?:服务|客服|坐席)"
    r"|\b(?:human|real person|operator)\b"
)
_HOLD_ON = re.compile(
    r"^(?:等等|等一?(?:下|会)|稍等|慢着|且慢|先(?:问|说|帮)|对了|另外|顺便"
    r"|wait|hold on|one moment|by the way)"
)
_URGENT = re.compile(r"救命|(?:帮我|快|要)报警|正在|在(?:打|追|砸|闯|砍)|快来|\b(?:help|right now)\b")
_ASKED = re.compile(
    r"(?:吗|么|呢|伐|不|没|没得|噻)[?？]*$|[?？]"
    r"|怎么|怎样|咋|如何|哪能|啷个|多少|几多|多久|几天|几号|几次|几趟|哪里|哪儿|在哪|去哪|哪个|哪些|什么|啥|为何|能不能|可不可以|要不要|是不是|有没有|能否|是否"
    r"|^(?:what|how|why|when|where|who|which|can|could|do|does|is|are|should|will|may)\b"
)
_PLEA = re.compile(
    r"[，,。.！!；;\s](?:我|我们)?(?:现在|到底|又)?"
    r"(?:该|要|能)?(?:怎么办|咋办|咋整|如何是好|怎么弄)[呢啊呀]?[?？!！。]*$"
)
_TOLD = re.compile(
    r"昨天|昨晚|前天|上个?(?:星期|周|月|次)|去年|前年|\d+\s*[月号日年]|[一二三四五六七八九十两几半]+(?:个月|天|年|周|次)|当时|那天|那时|后来|然后|结果"
    r"|住院|出院|已经|以前|之前|一直|(?:yesterday|last (?:week|month|year|night)|ago|then|since)\b"
)


def turns_away(text: str) -> bool:
    """Whether the words call a halt, wish for something or ask: no story, and no value.

    >>> turns_away("等下，我妈异地就医咋弄"), turns_away("上个月办的年卡才去两次，要退剩下的钱，店长一直拖")
    (True, False)
    """
    return calls_a_halt(text) or wishes(text) or asks(text)


def calls_a_halt(text: str) -> bool:
    """「等下」, 「算了不填了」, 「转人工」, 「前面填错了」: said at the beginning."""
    return _CALL.match(_opening(text)) is not None


def holds_on(text: str) -> bool:
    """「等下，…」, 「对了，…」: something else comes first."""
    return _HOLD_ON.match(_opening(text)) is not None or _HOLD_ON.match(text.strip().lower()) is not None


def calls_a_person(text: str) -> bool:
    """「…你直接给我转人工吧」, wherever in the sentence it is said."""
    return _PERSON.search(text.lower()) is not None


def is_urgent(text: str) -> bool:
    """Whether what is said happens while it is said: 「救命」, 「他在打我」."""
    return _URGENT.search(text.lower()) is not None


def wishes(text: str) -> bool:
    """「我想办居住证」, 「帮我查一下」: a wish that opens the sentence."""
    return _WISH.match(_opening(text)) is not None


def asks(text: str) -> bool:
    """Whether it is a question, short enough to be nothing but one."""
    said = text.strip().lower()
    most = QUESTION_AT_MOST_ENGLISH if _is_english(said) else QUESTION_AT_MOST
    return _length(said) <= most and _ASKED.search(said) is not None


def ends_in_plea(text: str) -> bool:
    """「…一直不退，怎么办」: a story's end, no question."""
    return _PLEA.search(text.strip()) is not None


def is_told(text: str) -> bool:
    """Whether this tells what has been: too long for a call, or with its time.

    >>> is_told("三月份被车撞了，住院半个月"), is_told("有人打我")
    (True, False)
    """
    said = text.strip().lower()
    most = SHORT_ENGLISH if _is_english(said) else SHORT
    return _length(said) > most or _TOLD.search(said) is not None


def _opening(text: str) -> str:
    """The first clause that says something, without what people only lead in with."""
    for clause in _CLAUSES.split(text.strip().lower()):
        said = _FILLER.sub("", clause)
        if said:
            # An English sentence has no clause until its full stop.
            return text.strip().lower() if _is_english(text) else said
    return ""


def _is_english(text: str) -> bool:
    return text.isascii()


def _length(said: str) -> int:
    return len(said.split()) if _is_english(said) else len(said)
