"""Reading which of a field's options was meant: one, several, or yes and no."""

import re

from rapidfuzz import fuzz, process

from backend.applications.saying import EDGES, NotUnderstood, Saying

YES = (
    "是",
    "是的",
    "对",
    "对的",
    "有",
    "嗯",
    "好",
    "好的",
    "可以",
    "行",
    "要",
    "愿意",
    "同意",
    "yes",
    "y",
    "yeah",
    "ok",
)
NO = ("不", "不是", "没有", "没", "无", "否", "不要", "不用", "不愿意", "不同意", "no", "n", "nope")


def read_choice(saying: Saying) -> str:
    """The one option that was named, by value, label, alias or position. Raises NotUnderstood."""
    choices = saying.field.choices
    text = saying.text.lower().strip()
    for choice in choices:
        if text == choice.value.lower():
            return choice.value
    position = re.fullmatch(r"(?:第)?\s*(\d{1,2}|[一二两三四五六七八九十])\s*(?:个|项|种|号)?(?:吧)?", text)
    if position:
        index = (
            "一二三四五六七八九十".find(position.group(1)) + 1
            or {"两": 2}.get(position.group(1))
            or int(position.group(1))
        )
        if 1 <= index <= len(choices):
            return choices[index - 1].value
        raise NotUnderstood(f"只有 {len(choices)} 个选项")
    names = {
        name.lower(): choice.value
        for choice in choices
        for name in (choice.label, choice.label_en, *choice.aliases)
        if name
    }
    inside = [name for name in names if name in text or (len(text) >= 2 and text in name)]
    if inside:
        longest = max(inside, key=len)
        if len({names[name] for name in inside if len(name) == len(longest)}) == 1:
            return names[longest]
    near = process.extractOne(text, list(names), scorer=fuzz.ratio, score_cutoff=75)
    if near:
        return names[near[0]]
    raise NotUnderstood("请从给出的选项里选一个")


ALL_OF_THEM = re.compile(r"^(?:都要?|全部?|全都|两个都|三个都|所有|统统|通通|都办|全办|all|both|everything)")
BUT_NOT = re.compile(
    r"(?:除了|不要|不办|不用|不含|except)(?P<before>[^，,。]+?)(?:以外|之外|$|[，,。])"
    r"|(?:^|[，,。])(?P<after>[^，,。]+?)(?:就不要了?|就?不用了?|就?不办了?|不要了?)(?:$|[，,。])"
)
BETWEEN = re.compile(r"[,，、;；/和跟与及加+&\s]+|还有|以及|外加|\band\b")


def read_choices(saying: Saying) -> list[str]:
    """Every option that was named: 「水和电」「第一个和第三个」「都要，除了气」."""
    field, text = saying.field, saying.text.lower().strip()
    without: set[str] = set()
    left_out = BUT_NOT.search(text)
    if left_out:
        without = set(_each_choice(saying, left_out["before"] or left_out["after"]))
        text = (text[: left_out.start()] + text[left_out.end() :]).strip(EDGES + "都要全部就") or "都要"
    everything = [choice.value for choice in field.choices]
    whole = [choice.label.lower() for choice in field.choices]
    named = everything if ALL_OF_THEM.match(text) and text not in whole else _each_choice(saying, text)
    chosen = [value for value in everything if value in named and value not in without]
    if not chosen:
        raise NotUnderstood("请从给出的选项里选，可以选几个")
    return chosen


def _each_choice(saying: Saying, text: str) -> list[str]:
    """The options named in a text; a longer name hides the shorter ones inside it."""
    field = saying.field
    by_value = {choice.value.lower(): choice.value for choice in field.choices}
    if text in by_value:
        return [by_value[text]]
    names = {
        name.lower(): choice.value
        for choice in field.choices
        for name in (choice.label, choice.label_en, choice.value, *choice.aliases)
        if name
    }
    found, rest = [], text
    for name in sorted(names, key=len, reverse=True):
        if re.search(_as_word(name), rest):
            found.append(names[name])
            rest = re.sub(_as_word(name), " ", rest)
    if found:
        return found
    return [read_choice(Saying(field, part, saying.today)) for part in BETWEEN.split(text) if part]


def _as_word(name: str) -> str:
    """Latin names only whole, so that “gas” is not found in “gasp”."""
    return rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name)


def read_yes_no(saying: Saying) -> bool:
    """Whether it was a yes. Raises NotUnderstood."""
    text = saying.text.lower()
    if text in ("true", "false"):
        return text == "true"
    if any(text.startswith(word) for word in sorted(NO, key=len, reverse=True)):
        return False
    if any(text.startswith(word) for word in YES):
        return True
    raise NotUnderstood("请回答“是”或“否”")
