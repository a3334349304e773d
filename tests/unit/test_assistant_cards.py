"""Filling references for their owner, out of records handed in."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import BaseModel, TypeAdapter

from backend.applications.states import LABELS, State
from backend.assistant import schemas
from backend.assistant.cards import fill_replies
from backend.assistant.expecting import expecting_after
from backend.assistant.past import past_turn
from backend.assistant.words import word_or
from backend.core.errors import not_found
from backend.matters.schema import Department, Matter

REPLIES: TypeAdapter[Any] = TypeAdapter(list[schemas.Reply])
DRAFT = "01k9v3x7m2q4c8t6w5b1n0h9jd"
AS_OF = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
POLICE = Department(name="市公安局交通警察总队", name_en="Traffic Police", phone="12123")
RENEWAL = cast(
    Matter,
    SimpleNamespace(
        id="driving-licence-renewal",
        name="驾驶证期满换证",
        name_en="Driving licence renewal",
        department="traffic-police",
        service="承诺件",
        visits=0,
        fee=SimpleNamespace(amount=10),
        clocks=SimpleNamespace(promised=SimpleNamespace(amount=1, unit=SimpleNamespace(value="工作日"))),
        guide=SimpleNamespace(
            summary="驾照到期前换新的。",
            summary_en="Renew before it expires.",
            steps=["核对", "提交"],
            bring="近照",
        ),
    ),
)
FIELDS = [
    {
        "name": "licence_number", "label": "驾驶证号", "label_en": "Licence number", "type": "licence-number",
        "value": "310101199001011234", "display": "310101********1234", "status": "known",
        "source": {"department": POLICE.name, "as_of": "2026-11-20T16:30:00+00:00"},
    },
    {
        "name": "baby_name", "label": "姓名", "label_en": "Name", "type": "name", "value": "安小满",
        "display": "安小满", "status": "given", "source": None,
    },
    {
        "name": "phone", "label": "电话", "label_en": "Phone", "type": "phone", "value": None, "display": "",
        "status": "missing", "source": None,
    },
]  # fmt: skip
VIEW: dict[str, Any] = {
    "id": DRAFT,
    "number": "SB261123004182737",
    "matter": {"id": RENEWAL.id, "name": RENEWAL.name},
    "state": "accepted",
    "state_label": "已受理",
    "department": {"id": "traffic-police", "name": POLICE.name},
    "promised_date": "2026-11-24",
    "promised_provisional": False,
    "fields": FIELDS,
    "materials": [{"id": "photo", "name": "证件照", "status": "missing", "licence": None}],
    "timeline": [
        {
            "at": "2026-11-23T02:00:00+00:00",
            "state": "accepted",
            "label": "已受理",
            "text": "受理了",
            "by": "x",
        }
    ],
}
CONFIRM = {
    "kind": "confirm",
    "summary": [
        {"name": "baby_name", "label": "姓名", "display": "安小满", "source": None},
        {
            "name": "licence_number", "label": "驾驶证号", "display": "310101********1234",
            "source": {"department": "traffic-police", "as_of": AS_OF},
        },
    ],
    "declaration": "本人承诺以上内容真实。",
}  # fmt: skip
LICENCE = {
    "id": "l1", "name": "机动车驾驶证", "number": "310101********1234", "status": "valid",
    "issuer": POLICE.name,
    "issued": "2016-12-18", "expires": None,
}  # fmt: skip
PROMPT = {
    "id": "p1", "matter": {"id": RENEWAL.id, "name": RENEWAL.name}, "title": "驾驶证快到期了", "title_en": "",
    "text": "可以换证了。", "text_en": "You can renew.", "because": "90 天内到期。",
    "because_en": "", "state": "shown",
    "evidence": [{"label": "有效期至", "value": "2026-12-18", "department": POLICE.name,
    "as_of": "2026-11-23"}],
}  # fmt: skip
FIELD = {
    "name": "delivery", "label": "领证方式", "type": "choice", "ask": "怎么给您？", "hint": "",
    "choices": [{"value": "post", "label": "邮寄到家"}], "optional": False,
}  # fmt: skip

DUE = {"order": DRAFT, "amount": "10.00", "state": "open", "pay_url": "http://127.0.0.1:8100/cashier/abc"}
MOTHER = {"id": "c2", "kind": "person", "name": "安*芳", "relation": "妈妈"}
PARTS = [
    {
        "matter": {"id": "a", "name": "上户口"}, "state": "done", "label": "已办结", "number": "SB1",
        "promised_date": "2026-11-24", "reason": "", "look": "done",
    },
    {
        "matter": {"id": "b", "name": "医保"}, "state": "skipped", "label": "没有办理", "number": None,
        "promised_date": None, "reason": "已经参保", "look": "skipped",
    },
]  # fmt: skip


class Shelf:
    """Records handed in; an id that is not there is somebody else's."""

    def __init__(self, step: dict[str, Any] | None = None, *, whom: dict[str, Any] | None = None) -> None:
        self.step = step or CONFIRM
        self.whom = whom

    def matter(self, matter: str) -> Matter:
        return RENEWAL if matter == RENEWAL.id else _missing()

    def department(self, department: str) -> Department | None:
        return {"traffic-police": POLICE}.get(department)

    def application(self, application: str) -> dict[str, Any]:
        return VIEW if application == DRAFT else _missing()

    def next_step(self, application: str) -> dict[str, Any]:
        return self.step if application == DRAFT else _missing()

    def field(self, application: str, name: str) -> dict[str, Any]:
        return FIELD if application == DRAFT else _missing()

    def licence(self, licence: str) -> dict[str, Any]:
        return LICENCE if licence == "l1" else _missing()

    def applicant(self, application: str) -> dict[str, Any] | None:
        return self.whom

    def cashier(self, application: str) -> dict[str, Any]:
        return DUE if application == DRAFT else _missing()

    def prompt(self, prompt: str) -> dict[str, Any]:
        return PROMPT if prompt == "p1" else _missing()


def _missing() -> Any:
    raise not_found("东西")


def a_card(kind: str, reference: str, lang: str = "zh", shelf: Shelf | None = None) -> dict[str, Any]:
    filled = fill_replies([{"type": "card", "card": kind, "id": reference}], shelf or Shelf(), lang)[0]
    REPLIES.validate_python([filled])
    return filled


def rows(card: dict[str, Any]) -> dict[str, str]:
    return {row["label"]: row["value"] for row in card["rows"]}


def test_a_matter_says_who_how_long_how_much() -> None:
    card = a_card("matter", RENEWAL.id)
    assert card["title"] == "驾驶证期满换证"
    assert card["text"] == "驾照到期前换新的。"
    assert rows(card) == {
        "办理部门": POLICE.name, "承诺时限": "1 个工作日", "费用": "10 元", "跑动次数": "不用跑",
        "要准备": "近照",
        "第 1 步": "核对", "第 2 步": "提交",
    }  # fmt: skip


def test_a_matter_speaks_english() -> None:
    card = a_card("matter", RENEWAL.id, "en")
    assert card["title"] == "Driving licence renewal (驾驶证期满换证)"
    assert card["text"] == "Renew before it expires."
    assert rows(card)["Department"] == "Traffic Police"
    assert rows(card)["Promised within"] == "1 working days"


def test_what_is_found_comes_masked_with_its_source_and_day() -> None:
    card = a_card("found", DRAFT)
    assert card["rows"] == [
        {"label": "驾驶证号", "value": "310101********1234", "note": f"来自{POLICE.name}，2026-11-20"}
    ]


def test_a_summary_shows_what_the_owner_typed_in_full_and_the_rest_masked() -> None:
    card = a_card("summary", DRAFT)
    assert rows(card) == {"姓名": "安小满", "驾驶证号": "310101********1234"}
    # 16:30 UTC is the next day in the city.
    assert card["rows"][1]["note"] == f"来自{POLICE.name}，2026-11-21"
    assert card["text"] == "本人承诺以上内容真实。"


def test_a_summary_of_what_was_filed_since_shows_the_filed_values() -> None:
    card = a_card("summary", DRAFT, shelf=Shelf({"kind": "filed"}))
    assert rows(card) == {"驾驶证号": "310101********1234", "姓名": "安小满"}


def test_an_application_shows_number_state_and_date() -> None:
    assert rows(a_card("application", DRAFT)) == {
        "办件编号": "SB261123004182737", "当前状态": "已受理", "办理部门": POLICE.name,
        "预计办结": "2026-11-24",
    }  # fmt: skip
    assert rows(a_card("application", DRAFT, "en"))["Status"] == "accepted (受理)"


def test_a_timeline_tells_city_time() -> None:
    card = a_card("timeline", DRAFT)
    assert card["rows"] == [{"label": "已受理", "value": "受理了", "note": "2026-11-23 10:00"}]
    assert card["title"] == "驾驶证期满换证 · 办理进度"


READY = {
    "way": "window", "code": "042917", "stopped": False, "place": "派出所自取",
    "place_en": "Collect at the police station", "ready": "2026-11-24T02:00:00+00:00", "collected": None,
}  # fmt: skip


class Window(Shelf):
    """An application whose result lies at the service window, or was fetched there."""

    def __init__(self, **delivery: Any) -> None:
        super().__init__()
        self.delivery = READY | delivery

    def application(self, application: str) -> dict[str, Any]:
        lies = {"state": "issuing", "state_label": "待领取", "delivery": self.delivery}
        return VIEW | lies


@pytest.mark.parametrize("kind", ["application", "timeline"])
def test_what_lies_at_the_window_is_shown_with_code_and_place(kind: str) -> None:
    card = a_card(kind, DRAFT, shelf=Window())
    assert {"label": "取件码", "value": "042917", "note": "派出所自取"} in card["rows"]
    stopped = rows(a_card(kind, DRAFT, shelf=Window(code=None, stopped=True)))
    assert "停用" in stopped["取件码"]
    assert "取件码" not in rows(a_card(kind, DRAFT, shelf=Window(code=None, collected="2026-11-25")))


def test_what_lies_at_the_window_is_not_called_being_made() -> None:
    assert rows(a_card("application", DRAFT, shelf=Window()))["当前状态"] == "待领取"
    shown = a_card("application", DRAFT, "en", shelf=Window())
    assert rows(shown)["Status"] == "ready to collect"
    assert {"label": "Collection code", "value": "042917", "note": READY["place_en"]} in shown["rows"]


def test_a_licence_without_end_is_good_for_long() -> None:
    assert rows(a_card("licence", "l1"))["有效期至"] == "长期"


def test_a_prompt_shows_its_evidence_and_why() -> None:
    card = a_card("prompt", "p1")
    assert card["matter"] == RENEWAL.id
    assert card["rows"][0] == {
        "label": "有效期至",
        "value": "2026-12-18",
        "note": f"来自{POLICE.name}，2026-11-23",
    }
    assert rows(card)["为什么收到"] == "90 天内到期。"
    assert a_card("prompt", "p1", "en")["text"] == "You can renew."


@pytest.mark.parametrize(
    "kind", ["matter", "found", "summary", "application", "timeline", "licence", "prompt"]
)
def test_another_persons_reference_shows_nothing_of_theirs(kind: str) -> None:
    filled = fill_replies([{"type": "card", "card": kind, "id": "other"}], Shelf(), "zh")
    assert [reply["type"] for reply in filled] == ["notice"]


def test_a_question_is_filled_with_its_field() -> None:
    reference = {"type": "form-field", "application": DRAFT, "field": "delivery", "text": "新证怎么给您？"}
    filled = fill_replies([reference], Shelf(), "zh")[0]
    REPLIES.validate_python([filled])
    assert filled["field"] == FIELD
    assert filled["text"] == "新证怎么给您？"


def test_a_material_is_asked_for_by_its_name() -> None:
    reference = {"type": "form-field", "application": DRAFT, "material": "photo", "text": "请上传证件照"}
    filled = fill_replies([reference], Shelf(), "zh")[0]
    REPLIES.validate_python([filled])
    assert (filled["field"]["label"], filled["field"]["type"]) == ("证件照", "upload")


def test_plain_replies_stay_as_they_are() -> None:
    plain = [
        {"type": "text", "text": "好的"},
        {"type": "notice", "level": "emergency", "text": "请马上拨打 110", "phone": "110"},
    ]
    assert fill_replies(plain, Shelf(), "zh") == plain


def a_turn(**members: Any) -> dict[str, Any]:
    ask = {"type": "form-field", "application": DRAFT, "field": "delivery", "text": "新证怎么给您？"}
    turn = {"_id": "t1", "lang": "zh", "text": "我是⟦name⟧", "choice": None, "title": None, "answered": True}
    return turn | {"replies": [ask], "created_at": AS_OF} | members


def test_history_hides_personal_values() -> None:
    past = past_turn(a_turn(), Shelf(), newest=True)
    schemas.PastTurn.model_validate(past)
    assert past["said"] == "我是[姓名]"


def test_only_the_newest_question_can_still_be_answered() -> None:
    assert past_turn(a_turn(), Shelf(), newest=True)["replies"][0]["type"] == "form-field"
    assert past_turn(a_turn(), Shelf(), newest=False)["replies"] == [
        {"type": "text", "text": "新证怎么给您？"}
    ]


@pytest.mark.parametrize(("title", "said"), [("邮寄到家", "邮寄到家"), (None, "（点选）")])
def test_a_pressed_button_reads_as_its_title(title: str | None, said: str) -> None:
    assert past_turn(a_turn(text=None, choice="/choose{}", title=title), Shelf(), newest=True)["said"] == said


def test_a_turn_that_nobody_answered_says_so() -> None:
    past = past_turn(a_turn(replies=[], answered=False), Shelf(), newest=True)
    assert past["replies"][0]["level"] == "warning"


def test_a_prompt_is_said_without_anybody_asking() -> None:
    assert past_turn(a_turn(text=None), Shelf(), newest=True)["said"] is None


@pytest.mark.parametrize(
    "model", [one for one in vars(schemas).values() if isinstance(one, type) and issubclass(one, BaseModel)]
)
def test_every_example_is_a_true_one(model: type[BaseModel]) -> None:
    extra = cast(dict[str, Any] | None, model.model_config.get("json_schema_extra"))
    if extra:
        model.model_validate(extra["example"])


def test_every_state_has_an_english_label() -> None:
    assert [
        state for state in State if word_or("en", f"states.{state}", LABELS[state]) == LABELS[state]
    ] == []


def test_a_summary_says_first_for_whom_it_is() -> None:
    shelf = Shelf(whom=MOTHER)
    for kind in ("summary", "application"):
        assert a_card(kind, DRAFT, shelf=shelf)["rows"][0] == {"label": "替谁办", "value": "妈妈（安*芳）"}
    assert a_card("summary", DRAFT, "en", shelf)["rows"][0] == {"label": "On behalf of", "value": "安*芳"}
    firm = Shelf(whom=MOTHER | {"kind": "organisation", "name": "随安模拟公司", "relation": "经办人"})
    assert a_card("summary", DRAFT, shelf=firm)["rows"][0]["value"] == "随安模拟公司"


def test_a_payment_shows_the_amount_and_where_to_pay() -> None:
    card = a_card("payment", DRAFT)
    assert rows(card) == {"费用": "10.00 元", "当前状态": "待缴费", "办件编号": VIEW["number"]}
    assert card["url"] == DUE["pay_url"]


def test_the_timeline_of_a_whole_begins_with_a_line_for_each_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VIEW, "parts", PARTS)
    done, skipped = a_card("timeline", DRAFT)["rows"][:2]
    assert done == {"label": "上户口", "value": "已办结", "note": "SB1，2026-11-24 前办结"}
    assert skipped == {"label": "医保", "value": "没有办理", "note": "已经参保"}
    assert a_card("timeline", DRAFT, "en")["rows"][1]["value"] == "not done"


def test_a_question_of_the_conversations_own_is_a_field_too() -> None:
    reference = {"type": "form-field", "question": "principal-phone", "text": "手机号？"}
    filled = fill_replies([reference], Shelf(), "zh")[0]
    REPLIES.validate_python([filled])
    assert filled["field"]["type"] == "phone" and filled["text"] == "手机号？"
    assert expecting_after([filled])["type"] == "phone"  # type: ignore[index]


def test_nobody_is_asked_to_pay_again_by_an_old_turn() -> None:
    turn = {
        "_id": "t", "choice": None, "text": None, "lang": "zh", "answered": True,
        "replies": [{"type": "card", "card": "payment", "id": DRAFT}],
        "created_at": AS_OF,
    }  # fmt: skip
    assert past_turn(turn, Shelf(), newest=False)["replies"][0]["card"] == "application"
    assert past_turn(turn, Shelf(), newest=True)["replies"][0]["card"] == "payment"
