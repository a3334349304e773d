"""Asking for a person: the queue and its order, leaving it, office hours, messages; over the API."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from backend.core.clock import city_midnight
from backend.handoff.watching import watch
from tests.contract.agents import Hotline, a_hotline
from tests.contract.desk import Desk
from tests.contract.prompting import together

BUSINESS_MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in the city
OLD = {"population": {"name": "随小老", "born": city_midnight(date(1950, 5, 5))}}


@pytest.fixture
def hotline(desk: Desk) -> Iterator[Hotline]:
    desk.clock.moment = BUSINESS_MORNING
    made = a_hotline(desk)
    made.office_hours("")
    made.clear()
    yield made
    made.office_hours("")


@pytest.mark.parametrize(
    "said", ["转人工", "轉人工", "人工人工人工", "找个真人", "我要跟人说话", "不要机器人", "talk to a human"]
)
def test_a_person_is_one_word_away_while_the_assistant_is_not_even_running(
    hotline: Hotline, said: str
) -> None:
    citizen = hotline.a_citizen()
    replies = hotline.say(citizen, said)["replies"]
    assert replies[0]["type"] == "notice"
    assert hotline.standing(citizen)["state"] == "waiting"


def test_the_form_stays_open_and_its_question_stays_to_be_answered(hotline: Hotline) -> None:
    citizen = hotline.a_citizen()
    draft = hotline.begin_form(citizen)
    asked = hotline.say(citizen, "我妈在老家，手机不会弄，你给我转人工")["replies"][-1]
    assert (asked["type"], asked["application"], asked["field"]["name"]) == (
        "form-field", draft, "contact_phone",
    )  # fmt: skip
    assert hotline.citizen(citizen, "GET", f"/applications/{draft}")["state"] == "draft"


def test_at_the_confirmation_what_is_to_be_confirmed_is_shown_again(hotline: Hotline) -> None:
    citizen = hotline.a_citizen()
    hotline.begin_form(citizen, asking=None)
    replies = hotline.say(citizen, "转人工")["replies"]
    assert [one["card"] for one in replies if one["type"] == "card"] == ["summary"]
    assert [one["title"] for one in replies[-1]["choices"]] == ["确认", "改一改"]


def test_the_position_counts_who_came_before_and_asking_again_changes_nothing(hotline: Hotline) -> None:
    first, _ = hotline.waits()
    second, handoff = hotline.waits()
    assert hotline.standing(second)["position"] == 2
    told = hotline.say(second, "人工！")["replies"][0]["text"]
    assert "前面还有 1 位" in told
    assert hotline.standing(second)["id"] == handoff
    hotline.say(first, "不等了")
    assert hotline.standing(second)["position"] == 1


def test_asked_twice_at_once_one_stands_in_line_once(hotline: Hotline) -> None:
    citizen = hotline.a_citizen()
    together(*[lambda: hotline.citizen(citizen, "POST", "/chat/handoff", {})] * 4)
    assert hotline.desk.house.db["handoffs"].count_documents({"citizen": citizen}) == 1


def test_elders_come_before_others_and_distress_before_all(hotline: Hotline) -> None:
    _, young = hotline.waits()
    _, old = hotline.waits(**OLD)
    desperate = hotline.a_citizen()
    hotline.citizen(desperate, "POST", "/chat/handoff", {"reason": "distress", "number": "12356"})
    urgent = hotline.standing(desperate)["id"]
    queue = hotline.queue()
    assert [one["id"] for one in queue] == [urgent, old, young]
    assert [one["urgent"] for one in queue] == [True, False, False]
    assert [one["elder"] for one in queue] == [False, True, False]


def test_who_waits_and_then_speaks_of_danger_moves_up(hotline: Hotline) -> None:
    hotline.waits()
    citizen, handoff = hotline.waits()
    hotline.citizen(citizen, "POST", "/chat/handoff", {"reason": "danger", "number": "96110"})
    assert hotline.queue()[0]["id"] == handoff
    assert hotline.queue()[0]["number"] == "96110"


def test_the_wait_is_not_guessed_while_nobody_knows_it(hotline: Hotline) -> None:
    citizen = hotline.a_citizen()
    asked = hotline.citizen(citizen, "POST", "/chat/handoff", {})
    assert asked["wait_minutes"] is None and "说不准" in asked["text"]


def test_the_wait_comes_from_what_the_last_conversations_took(hotline: Hotline) -> None:
    for _ in range(3):
        _, handoff = hotline.attended()
        hotline.desk.clock.advance(minutes=4)
        hotline.agent("agent", "POST", f"/conversations/{handoff}/end")
    hotline.attended()
    hotline.waits()
    citizen, _ = hotline.waits()
    assert hotline.standing(citizen)["wait_minutes"] in (8, 9)


def test_who_leaves_the_queue_has_the_assistant_again_at_once(hotline: Hotline) -> None:
    citizen, handoff = hotline.waits()
    replies = hotline.press(citizen, hotline.say(citizen, "转人工")["replies"], "不等了")
    assert "我接着帮您" in replies[0]["text"]
    assert hotline.standing(citizen)["state"] is None
    assert hotline.queue() == []
    # What is said now goes to the assistant, who is not running here.
    hotline.say(citizen, "你好", status=503)
    assert hotline.document(handoff)["state"] == "left"


def test_while_one_waits_the_assistant_goes_on_answering(hotline: Hotline) -> None:
    citizen, _ = hotline.waits()
    hotline.say(citizen, "换驾照要多少钱", status=503)
    assert hotline.standing(citizen)["state"] == "waiting"


def test_who_is_asked_for_money_hears_the_number_and_may_have_a_person_first(hotline: Hotline) -> None:
    hotline.waits()
    citizen = hotline.a_citizen()
    replies = hotline.say(citizen, "我闺女说身份证丢了让我转5000")["replies"]
    assert (replies[0]["level"], replies[0]["phone"]) == ("emergency", "96110")
    hotline.press(citizen, replies, "转人工")
    assert hotline.standing(citizen)["position"] == 1


def test_the_queue_is_told_by_the_stream_when_it_moves(hotline: Hotline) -> None:
    from backend.handoff.tasks import tell_line
    from backend.stream.publishing import BEGINNING, read_after

    first, _ = hotline.waits()
    second, handoff = hotline.waits()
    hotline.say(first, "不等了")
    tell_line(hotline.desk.emitted("handoff.changed")[-1])
    events = [one for one in read_after(hotline.desk.house, second, BEGINNING) if one.event == "handoff"]
    assert events[-1].data == {"id": handoff, "state": "waiting", "position": 1, "wait_minutes": None}


# office hours


@pytest.fixture
def evening(hotline: Hotline) -> Hotline:
    hotline.office_hours("9:00-17:30")
    hotline.desk.clock.moment = BUSINESS_MORNING.replace(hour=12)  # 20:00
    return hotline


def test_outside_of_office_hours_a_message_is_kept_and_answered_once(evening: Hotline) -> None:
    citizen = evening.a_citizen()
    replies = evening.say(citizen, "转人工")["replies"]
    assert "明天 09:00" in replies[0]["text"] and replies[0]["phone"] == "12345"
    assert "说吧" in evening.press(citizen, replies, "留言")[0]["text"]
    kept = evening.say(citizen, "我妈的认证怎么补，电话19900000001")["replies"]
    assert "收好了" in kept[0]["text"]
    assert evening.standing(citizen)["state"] is None

    evening.desk.clock.moment = BUSINESS_MORNING.replace(day=24)
    [waiting] = evening.queue(state="message")
    seen = evening.agent("agent", "GET", f"/conversations/{waiting['id']}")
    assert seen["message"] == "我妈的认证怎么补，电话[电话]"
    answer = {"text": "可以请社区上门认证。"}
    evening.agent("agent", "POST", f"/conversations/{waiting['id']}/answer", answer)
    evening.agent("second-agent", "POST", f"/conversations/{waiting['id']}/answer", answer, status=403)
    assert [one["text"] for one in evening.newest(citizen)][-1] == answer["text"]

    from backend.handoff.tasks import tell_answer

    for told in evening.desk.emitted("handoff.answered") * 2:
        tell_answer(told)
    messages = evening.citizen(citizen, "GET", "/messages")["items"]
    assert [one["text"] for one in messages if one["kind"] == "handoff"] == [answer["text"]]


def test_a_message_may_be_left_by_the_app_in_one_call(evening: Hotline) -> None:
    citizen = evening.a_citizen()
    evening.citizen(citizen, "POST", "/chat/handoff/message", {"text": "请给我回话"})
    assert len(evening.queue(state="message")) == 1
    for _ in range(2):
        evening.citizen(citizen, "POST", "/chat/handoff/message", {"text": "请给我回话"})
    evening.citizen(citizen, "POST", "/chat/handoff/message", {"text": "请给我回话"}, status=429)


def test_in_office_hours_no_message_is_needed(hotline: Hotline) -> None:
    citizen, _ = hotline.waits()
    hotline.citizen(citizen, "POST", "/chat/handoff/message", {"text": "请给我回话"}, status=409)


def test_who_offers_no_message_is_not_held_to_it(evening: Hotline) -> None:
    citizen = evening.a_citizen()
    replies = evening.say(citizen, "转人工")["replies"]
    evening.press(citizen, replies, "留言")
    assert "不留了" in evening.say(citizen, "算了，不等了")["replies"][0]["text"]
    assert evening.queue(state="message") == []


def test_who_still_waits_when_the_office_closes_is_told_and_may_leave_a_message(hotline: Hotline) -> None:
    hotline.office_hours("9:00-17:30")
    citizen, handoff = hotline.waits()
    hotline.desk.clock.moment = BUSINESS_MORNING.replace(hour=9, minute=31)
    assert watch(hotline.desk.house)["closed"] == 1
    assert "下班" in hotline.newest(citizen)[0]["text"]
    assert hotline.document(handoff)["state"] == "offered"
    # Asked again the next morning, one stands in line.
    hotline.desk.clock.moment = BUSINESS_MORNING.replace(day=24)
    hotline.say(citizen, "转人工")
    assert hotline.standing(citizen)["state"] == "waiting"


def test_who_writes_a_message_may_still_ask_for_a_person(evening: Hotline) -> None:
    citizen = evening.a_citizen()
    evening.press(citizen, evening.say(citizen, "转人工")["replies"], "留言")
    evening.desk.clock.moment = BUSINESS_MORNING.replace(day=24)
    evening.say(citizen, "转人工")
    assert evening.standing(citizen)["state"] == "waiting"


def test_an_offer_that_nobody_takes_up_lapses(evening: Hotline) -> None:
    citizen = evening.a_citizen()
    evening.say(citizen, "转人工")
    assert watch(evening.desk.house)["lapsed"] == 0
    evening.desk.clock.advance(minutes=31)
    assert watch(evening.desk.house)["lapsed"] == 1
    assert evening.standing(citizen)["state"] is None


def test_on_a_holiday_the_next_working_day_is_named(evening: Hotline) -> None:
    evening.desk.clock.moment = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
    citizen = evening.a_citizen()
    assert "10月8日（周四）09:00" in evening.say(citizen, "转人工")["replies"][0]["text"]


def test_who_would_rather_be_called_leaves_the_line_and_is_called_at_their_number(hotline: Hotline) -> None:
    citizen, handoff = hotline.waits()
    told = hotline.say(citizen, "可以,电话打我")["replies"][0]["text"]
    number = hotline.desk.house.db["citizens"].find_one({"_id": citizen})["phone"]
    number = str(hotline.desk.house.cipher.open(number))
    assert number[-4:] in told and number not in told
    assert hotline.standing(citizen)["state"] is None
    [waiting] = hotline.agent("agent", "GET", "/queue?state=message")["items"]
    assert (waiting["id"], waiting["state"], waiting["call_back"]) == (handoff, "message", True)
    assert hotline.agent("agent", "POST", f"/conversations/{handoff}/phone")["phone"] == number
    deeds = [one["what"] for one in hotline.citizen(citizen, "GET", "/me/audit")["items"]]
    assert "按您的要求回电，查看了您的电话" in str(deeds)
    hotline.agent("agent", "POST", f"/conversations/{handoff}/answer", {"text": "已约好社区上门认证。"})
    hotline.agent("agent", "POST", f"/conversations/{handoff}/phone", status=409)


def test_nobody_reads_the_number_of_who_did_not_ask_to_be_called(hotline: Hotline) -> None:
    _, handoff = hotline.attended()
    hotline.agent("agent", "POST", f"/conversations/{handoff}/phone", status=409)
