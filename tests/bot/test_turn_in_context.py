"""The same words mean different things after a question, under a prompt, and out of the blue."""

import pytest

from bot.components.context import (
    Act,
    Context,
    Decision,
    Reading,
    act_in_context,
    is_only_told,
    needs_no_reading,
    settled,
)
from bot.components.emergency import Danger, known_danger

NOTHING = Context()
CONFIRMING = Context(field="confirm")
DELIVERY = Context(field="delivery", type="choice", choices=("邮寄到家", "窗口自取"))
ADDRESS = Context(field="address", type="address")
AMOUNT = Context(field="rent", type="money")
LOCAL = Context(field="is_local", type="yes-no")
PROMPTED = Context(prompt_matter="elderly-allowance", fresh=True)
SURE, ASK, NONE = Decision.SURE, Decision.ASK, Decision.NONE


def reading(
    act: str, confidence: float = 0.9, decision: Decision = NONE, *matters: str, **more: bool
) -> Reading:
    return Reading(act, confidence, decision, matters, **more)


@pytest.mark.parametrize(
    ("said", "context", "act", "choice"),
    [
        ("好的", CONFIRMING, "confirm", None),
        ("不用了", CONFIRMING, "deny", None),
        ("行！", PROMPTED, "confirm", None),
        ("no thanks", PROMPTED, "deny", None),
        ("第二个", DELIVERY, "choose", "窗口自取"),
        ("2", DELIVERY, "choose", "窗口自取"),
        ("选1", DELIVERY, "choose", "邮寄到家"),
        ("最后一个", DELIVERY, "choose", "窗口自取"),
        ("the first one", DELIVERY, "choose", "邮寄到家"),
        ("邮寄到家", DELIVERY, "supply_value", None),
        ("3", DELIVERY, "supply_value", None),
        ("2", AMOUNT, "supply_value", None),
        ("3500元", AMOUNT, "supply_value", None),
        ("是的", LOCAL, "supply_value", None),
        ("⟦address⟧", ADDRESS, "supply_value", None),
        ("⟦phone⟧", NOTHING, "supply_value", None),
    ],
)
def test_plain_answers_need_no_reading(said: str, context: Context, act: str, choice: str | None) -> None:
    found = settled(said, context)
    assert found is not None
    assert (found.name, found.choice) == (act, choice)
    assert needs_no_reading(said, context)


@pytest.mark.parametrize(
    ("said", "context"),
    [("好的", NOTHING), ("2", NOTHING), ("浦东新区", ADDRESS), ("我想换驾照", CONFIRMING)],
)
def test_what_only_context_could_settle_is_read_without_it(said: str, context: Context) -> None:
    assert settled(said, context) is None


@pytest.mark.parametrize(
    ("said", "read", "context", "act"),
    [
        # A value is expected: what is no clear digression is the value.
        ("春风路一号", reading("chitchat", 0.7), ADDRESS, "supply_value"),
        ("随小办", reading("do_matter", 0.9), Context(field="name", type="name"), "supply_value"),
        ("就是上面那个地方", reading("out_of_scope", 0.95), ADDRESS, "supply_value"),
        ("好的", reading("confirm", 0.99), ADDRESS, "supply_value"),
        (
            "居住证",
            reading("do_matter", 0.99, ASK, "residence-permit", bare_name=True),
            ADDRESS,
            "supply_value",
        ),
        ("邮寄吧", reading("do_matter", 0.9, SURE, "id-card-renewal"), DELIVERY, "supply_value"),
        # Clear digressions interrupt.
        ("转人工", reading("ask_person"), ADDRESS, "ask_person"),
        ("算了不办了", reading("cancel"), DELIVERY, "cancel"),
        ("地址写错了要改", reading("correct"), AMOUNT, "correct"),
        ("今天天气怎么样", reading("out_of_scope", 0.95), DELIVERY, "out_of_scope"),
        (
            "等下,我妈异地就医咋弄",
            reading("ask_matter", 0.8, SURE, "remote-medical-filing"),
            ADDRESS,
            "ask_matter",
        ),
        ("这个办到哪了", reading("ask_progress"), AMOUNT, "ask_progress"),
        # Uncertain digressions do not.
        ("再说吧", reading("later", 0.3), ADDRESS, "supply_value"),
        # A fresh prompt is taken up by wanting it done.
        ("帮我办了吧", reading("do_matter"), PROMPTED, "confirm"),
        ("把津贴办了", reading("do_matter", 0.9, SURE, "elderly-allowance"), PROMPTED, "confirm"),
        ("我要换驾照", reading("do_matter", 0.9, SURE, "driving-licence-renewal"), PROMPTED, "do_matter"),
        ("凭什么找我", reading("why_me"), PROMPTED, "why_me"),
        ("她去年搬走了", reading("wrong_data"), PROMPTED, "wrong_data"),
        # Out of the blue.
        (
            "居住登记",
            reading("supply_value", 0.9, SURE, "residence-registration", bare_name=True),
            NOTHING,
            "do_matter",
        ),
        ("居住证", reading("chitchat", 0.9, ASK, "residence-permit", bare_name=True), NOTHING, "do_matter"),
        ("asdfgh", reading("greet", 0.2), NOTHING, "out_of_scope"),
        ("驾照", reading("rate", 0.2, SURE, "driving-licence-renewal"), NOTHING, "do_matter"),
        ("办护照", reading("do_matter", 0.9, outside=True), NOTHING, "out_of_scope"),
        # What may be ours is asked back, even where it sounds like none of ours.
        ("补护照", reading("out_of_scope", 0.99, SURE, "passport"), NOTHING, "do_matter"),
        ("补护照", reading("out_of_scope", 0.99, ASK, "passport"), NOTHING, "do_matter"),
        ("补护照", reading("chitchat", 0.99, ASK, "passport"), NOTHING, "chitchat"),
        ("要带什么材料", reading("ask_matter"), NOTHING, "ask_matter"),
        (
            "我的居住证办好了吗",
            reading("ask_progress", 0.9, SURE, "residence-permit"),
            NOTHING,
            "ask_progress",
        ),
        ("你好", reading("greet"), NOTHING, "greet"),
        ("我家着火了", reading("emergency", 0.9), NOTHING, "emergency"),
        ("轮胎爆了", reading("emergency", 0.5), NOTHING, "out_of_scope"),
    ],
)
def test_the_act_in_its_context(said: str, read: Reading, context: Context, act: str) -> None:
    assert act_in_context(said, read, context).name == act


STORY = Context(field="story", type="long-text", matter="consumer-report")
SHOP = Context(field="merchant", type="text", matter="consumer-report")
CASE_KIND = Context(
    field="case_kind", type="choice", matter="legal-aid",
    choices=("讨要工资", "工伤或人身损害", "婚姻、抚养、家暴"), aliases=("欠薪", "受伤", "车祸"),
)  # fmt: skip
OWN = ("consumer-report",)


@pytest.mark.parametrize(
    ("said", "read", "context", "act"),
    [
        # A story is the answer, whatever its words would mean anywhere else.
        (
            "上个月办的年卡才去两次，店里换了地方，要退剩下的钱，店长一直拖",
            reading("do_matter", 0.99, SURE, *OWN),
            STORY,
            "supply_value",
        ),
        (
            "在工地摔伤了腿，住院半个月，包工头不肯赔医药费",
            reading("do_matter", 0.9, SURE, "work-injury"),
            STORY,
            "supply_value",
        ),
        ("店长骂人，我找客服他们一直不理我也不退", reading("ask_person", 0.8), STORY, "supply_value"),
        ("骗走我两千块钱，一直不退，怎么办", reading("ask_matter", 0.9, SURE, *OWN), STORY, "supply_value"),
        ("去年在他们家吃出虫子，送到医院昏过去了", reading("emergency", 0.9), STORY, "supply_value"),
        ("they refused to refund me after I paid last week", reading("complain", 0.9), STORY, "supply_value"),
        ("随心健身房", reading("do_matter", 0.9, SURE, *OWN), SHOP, "supply_value"),
        # What the form is about already is no new wish; a question about it is a question.
        ("我要投诉这家店", reading("do_matter", 0.9, SURE, *OWN), SHOP, "supply_value"),
        ("健身卡不退钱", reading("ask_matter", 0.9, SURE, *OWN), CASE_KIND, "ask_matter"),
        ("消费投诉要什么材料", reading("ask_matter", 0.9, SURE, *OWN), SHOP, "ask_matter"),
        ("几天能有结果", reading("ask_matter", 0.9, SURE, *OWN), STORY, "ask_matter"),
        # A choice's other words name it, and no matter.
        ("工伤", reading("do_matter", 0.99, SURE, "work-injury", bare_name=True), CASE_KIND, "supply_value"),
        ("是欠薪的事", reading("do_matter", 0.9, SURE, "wage-arrears"), CASE_KIND, "supply_value"),
        # Turning away is said in so many words.
        ("我想换驾照", reading("do_matter", 0.9, SURE, "x", bare_name=True), STORY, "do_matter"),
        ("等下，我妈异地就医怎么备案", reading("ask_matter", 0.9, SURE, "x"), STORY, "ask_matter"),
        ("等下,我妈异地就医咋弄", reading("do_matter", 0.5, SURE, "x"), CASE_KIND, "ask_matter"),
        ("等下,我妈异地就医咋弄", reading("chitchat", 0.3, SURE, "x"), CASE_KIND, "ask_matter"),
        ("先不填了", reading("cancel", 0.9), STORY, "cancel"),
        ("帮我转人工", reading("ask_person", 0.9), STORY, "ask_person"),
        ("我实在不会弄这些了你直接给我转人工吧", reading("ask_person", 0.6), STORY, "ask_person"),
        ("我还是不填了吧太麻烦了下次有空再说", reading("cancel", 0.6), STORY, "cancel"),
        ("办到哪一步了", reading("ask_progress", 0.9), STORY, "ask_progress"),
        ("前面那个店名我好像写错了想改一下", reading("correct", 0.9), STORY, "correct"),
        ("I want to renew my driving licence", reading("do_matter", 0.9, SURE, "x"), STORY, "do_matter"),
        ("继续教育学院路3号", reading("do_matter", 0.4, SURE, "x"), ADDRESS, "supply_value"),
        ("人工湖路8号", reading("ask_person", 0.4), ADDRESS, "supply_value"),
        ("随便", reading("deny", 0.4), STORY, "supply_value"),
    ],
)  # fmt: skip
def test_what_is_told_in_a_form_is_its_answer(said: str, read: Reading, context: Context, act: str) -> None:
    assert act_in_context(said, read, context).name == act


@pytest.mark.parametrize(
    ("said", "number", "context", "told"),
    [
        ("三月份被车撞了，住院半个月，对方不赔", "122", STORY, True),
        ("丈夫去年开始家暴我，我要离婚", "110", STORY, True),
        ("他骗走了我一万多块钱，现在电话也不接", "96110", STORY, True),
        ("家暴", "110", CASE_KIND, True),
        ("救命，有人打我", "110", STORY, False),
        ("救命，有人打我", "110", CASE_KIND, False),
        ("上个月就开始打我，他现在又在打我", "110", STORY, False),
        ("着火了救命", "119", ADDRESS, False),
        ("去年被骗了以后我一直不想活了", "12356", STORY, False),
        ("去年被车撞了，住院半个月", "122", NOTHING, False),
    ],
)
def test_danger_that_is_only_told_does_not_stop_a_form(
    said: str, number: str, context: Context, told: bool
) -> None:
    assert is_only_told(said, number, context) is told


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("嗯行吧", "confirm"),
        ("好的呀谢谢", "confirm"),
        ("不用改了，提交吧", "confirm"),
        ("得嘞", "confirm"),
        ("木问题", "confirm"),
        ("yes, please do", "confirm"),
        ("算了吧", "deny"),
        ("先别提交", "deny"),
        ("不用了谢谢", "deny"),
        ("再说吧", "later"),
        ("好的，以后再说", "later"),
        ("好的不过电话改一下", "correct"),
        ("行，但是地址不对", "correct"),
        # These only sound like a yes: the summary is shown and the question put again.
        ("嗯？", "repeat"),
        ("可以吗", "repeat"),
        ("晓得了", "repeat"),
        ("随便", "repeat"),
        ("不是不行", "repeat"),
        ("应该是吧", "repeat"),
    ],
)
def test_only_a_plain_yes_files(said: str, act: str) -> None:
    found = settled(said, CONFIRMING)
    assert found is not None
    assert found.name == act


@pytest.mark.parametrize("said", ["好像可以了吧我觉得", "嗯那个我看看先", "要是免费的话就办"])
def test_what_the_classifier_takes_for_a_yes_does_not_file(said: str) -> None:
    assert act_in_context(said, reading("confirm", 0.99), CONFIRMING).name != "confirm"


@pytest.mark.parametrize(
    ("said", "act"),
    [("那就麻烦你帮我弄了", "confirm"), ("好的，那要多少钱", "repeat"), ("可以，不过我搬家了", "repeat")],
)
def test_a_prompt_takes_a_long_yes_but_none_with_a_but(said: str, act: str) -> None:
    assert act_in_context(said, reading("confirm", 0.9), PROMPTED).name == act


@pytest.mark.parametrize("said", ["要多少钱", "凭什么找我"])
def test_a_question_about_it_is_left_to_the_classifier(said: str) -> None:
    assert settled(said, CONFIRMING) is None


@pytest.mark.parametrize("said", ["不对，是⟦phone⟧", "说错了，⟦phone⟧", "错了，应该是⟦address⟧"])
def test_a_value_taken_back_is_a_value(said: str) -> None:
    for context in (ADDRESS, AMOUNT, Context(field="name", type="name")):
        found = settled(said, context)
        assert found is not None
        assert found.name == "supply_value"


@pytest.mark.parametrize("said", ["嗯?", "晓得了", "好的不过", "再说吧"])
def test_a_question_of_yes_or_no_takes_no_half_answer(said: str) -> None:
    found = settled(said, LOCAL)
    assert found is None or found.name != "supply_value"


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("选2吧", "窗口自取"),
        ("后面那个", "窗口自取"),
        ("倒数第二个", "邮寄到家"),
        ("前者", "邮寄到家"),
        ("B", "窗口自取"),
    ],
)
def test_a_choice_is_pointed_at(said: str, choice: str) -> None:
    assert settled(said, DELIVERY) == Act("choose", choice=choice)


@pytest.mark.parametrize(
    "metadata", [None, "x", {}, {"expecting": "address", "prompt": []}, {"expecting": {"field": 3}}]
)
def test_misshapen_metadata_expects_nothing(metadata: object) -> None:
    assert Context.of(metadata) == NOTHING


def test_metadata_becomes_a_context() -> None:
    metadata = {
        "expecting": {
            "application": "a1",
            "field": "delivery",
            "type": "choice",
            "choices": ["邮寄到家", "窗口自取"],
        },
        "prompt": {"id": "p1", "matter": "elderly-allowance", "fresh": False},
    }
    assert Context.of(metadata) == Context(
        "delivery", "choice", ("邮寄到家", "窗口自取"), prompt_matter="elderly-allowance"
    )


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("家里着火了怎么办", "119"),
        ("我爸晕倒了", "120"),
        ("我不想活了", "12356"),
        ("有人打我", "110"),
        ("我刚被骗了五万", "96110"),
        ("my kitchen is on fire", "119"),
        ("我想換駕照", None),
        ("生育津贴什么时候到账", None),
        ("无犯罪记录证明", None),
        ("turn on firefox", None),
    ],
)
def test_words_of_danger_call_for_their_number(said: str, number: str | None) -> None:
    assert Danger.of(known_danger()).number_for(said) == number


def test_operators_words_of_danger_come_first() -> None:
    danger = Danger.of({"119": ["冒烟了"]}, {"120": ["冒烟了"]})
    assert danger.number_for("厨房冒烟了") == "119"
