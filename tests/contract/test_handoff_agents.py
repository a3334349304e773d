"""An agent's work: taking, speaking, giving on and back, being gone; and what they get to see."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from backend.handoff import canned
from backend.handoff.suggesting import suggest
from backend.handoff.watching import watch
from tests.contract.agents import Hotline, a_hotline
from tests.contract.desk import Desk
from tests.contract.prompting import together
from tests.contract.test_handoff import BUSINESS_MORNING

PHONE = "19900000001"


@pytest.fixture
def hotline(desk: Desk) -> Iterator[Hotline]:
    desk.clock.moment = BUSINESS_MORNING
    made = a_hotline(desk)
    made.office_hours("")
    made.clear()
    yield made


def test_of_two_agents_one_gets_the_conversation(hotline: Hotline) -> None:
    _, handoff = hotline.waits()

    def take(name: str) -> int:
        return int(hotline.desk.ask(name, "POST", f"/agent/conversations/{handoff}/take").status_code)

    assert sorted(together(lambda: take("agent"), lambda: take("second-agent"))) == [200, 409]
    assert hotline.document(handoff)["state"] == "attended"


def test_taking_again_what_one_has_changes_nothing(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    before = len(hotline.history(citizen))
    hotline.take("agent", handoff)
    assert len(hotline.history(citizen)) == before


def test_who_left_cannot_be_taken_any_more(hotline: Hotline) -> None:
    citizen, handoff = hotline.waits()
    hotline.say(citizen, "不等了")
    hotline.take("agent", handoff, status=409)


def test_the_two_speak_with_each_other_and_the_assistant_keeps_quiet(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    assert "客服来了" in hotline.newest(citizen)[0]["text"]
    assert hotline.say(citizen, "我要换驾照")["replies"] == []
    hotline.tell("agent", handoff, "您好，体检做了吗？")
    newest = hotline.history(citizen)[0]
    assert newest["replies"] == [{"type": "text", "by": "agent", "text": "您好，体检做了吗？"}]
    assert (newest["by"], newest["said"]) == ("agent", None)
    turns = hotline.agent("agent", "GET", f"/conversations/{handoff}/turns")["items"]
    assert [(one["by"], one["said"]) for one in turns[:2]] == [("agent", None), ("citizen", "我要换驾照")]


def test_what_a_citizen_says_twice_under_one_id_stands_once(hotline: Hotline) -> None:
    citizen, _ = hotline.attended()
    first = hotline.say(citizen, "在吗", id="same")
    again = hotline.say(citizen, "在吗", id="same")
    assert first == again
    assert [one["said"] for one in hotline.history(citizen)].count("在吗") == 1


def test_what_an_agent_says_twice_under_one_id_is_said_once(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    first = hotline.tell("agent", handoff, "您好", id="1")
    assert hotline.tell("agent", handoff, "您好", id="1") == first
    hotline.tell("agent", handoff, "再见", id="1", status=409)
    assert [one["by"] for one in hotline.history(citizen)].count("agent") == 1


def test_an_agents_words_are_kept_sealed(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    hotline.tell("agent", handoff, "窗口电话 02112345678")
    assert "02112345678" not in str(list(hotline.desk.house.db["turns"].find({"citizen": citizen})))
    assert "02112345678" in hotline.newest(citizen)[0]["text"]


def test_every_turn_reaches_the_citizens_other_devices(hotline: Hotline) -> None:
    from backend.stream.publishing import BEGINNING, read_after
    from backend.stream.tasks import send_turn

    citizen, handoff = hotline.attended()
    mine = hotline.say(citizen, "在吗")["turn"]
    theirs = hotline.tell("agent", handoff, "在的")["turn"]
    for told in hotline.desk.emitted("chat.turn"):
        send_turn(told)
    events = [
        one.data for one in read_after(hotline.desk.house, citizen, BEGINNING) if one.event == "chat.turn"
    ]
    assert {"id": mine, "by": "citizen"} in events and {"id": theirs, "by": "agent"} in events
    seen = hotline.citizen(citizen, "GET", f"/chat/messages/{theirs}")
    assert seen["replies"][0]["text"] == "在的"
    stranger = hotline.a_citizen()
    hotline.citizen(stranger, "GET", f"/chat/messages/{theirs}", status=404)


def test_danger_is_answered_with_the_number_although_an_agent_is_there(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    [told] = hotline.say(citizen, "我不想活了")["replies"]
    assert (told["level"], told["phone"]) == ("emergency", "12356")
    turns = hotline.agent("agent", "GET", f"/conversations/{handoff}/turns")["items"]
    assert turns[0]["said"] == "我不想活了"


def test_a_long_silent_agent_is_excused_once(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    assert hotline.say(citizen, "在吗")["replies"] == []
    hotline.desk.clock.advance(minutes=2)
    assert "请稍等" in hotline.say(citizen, "还在吗")["replies"][0]["text"]
    assert hotline.say(citizen, "喂")["replies"] == []
    hotline.tell("agent", handoff, "在的")
    assert hotline.say(citizen, "好")["replies"] == []


def test_the_agent_sees_what_it_is_about_and_no_value(hotline: Hotline) -> None:
    citizen = hotline.a_citizen()
    draft = hotline.begin_form(citizen)
    hotline.say(citizen, f"我叫随小办，电话{PHONE}，给我转人工")
    handoff = hotline.standing(citizen)["id"]
    seen = hotline.take("agent", handoff)
    assert seen["matter"]["name"] == "试办救助"
    assert seen["reason"] == {"id": "asked", "label": "本人要求转人工"}
    assert (seen["draft"]["application"], seen["draft"]["asking"]) == (draft, "联系电话")
    fields = {one["label"]: one for one in seen["draft"]["fields"]}
    assert fields["姓名"] == {"label": "姓名", "filled": True, "value": "随*办"}
    assert fields["联系电话"] == {"label": "联系电话", "filled": False, "value": None}
    assert seen["asked"][0] == "我叫[姓名]，电话[电话]，给我转人工"
    for value in (PHONE, "随小办", "201室", "310101199001011234"):
        assert value not in str(seen)


def test_the_citizen_can_see_who_read_their_conversation_once_each(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    for _ in range(3):
        hotline.agent("agent", "GET", f"/conversations/{handoff}/turns")
    read = hotline.citizen(citizen, "GET", "/me/audit")["items"]
    assert [one["what"] for one in read] == ["为人工服务查看了您的对话"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/turns", None),
        ("GET", "/suggestions", None),
        ("GET", "/notes", None),
        ("POST", "/notes", {"text": "……"}),
        ("POST", "/messages", {"text": "您好"}),
        ("POST", "/return", None),
        ("POST", "/end", None),
    ],
)
def test_another_agents_conversation_is_none_of_mine(
    hotline: Hotline, method: str, path: str, body: Any
) -> None:
    _, handoff = hotline.attended()
    hotline.agent("second-agent", method, f"/conversations/{handoff}{path}", body, status=403)
    hotline.agent("agent", method, f"/conversations/unknown{path}", body, status=404)


def test_only_agents_come_in(hotline: Hotline) -> None:
    assert hotline.desk.ask("handler", "GET", "/agent/queue").status_code == 403
    citizen = hotline.a_citizen()
    assert hotline.desk.ask(hotline.tokens[citizen], "GET", "/agent/queue").status_code == 403


def test_suggestions_come_from_the_guides_with_their_source(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    hotline.say(citizen, "换驾照体检能在哪儿做")
    found = hotline.agent("agent", "GET", f"/conversations/{handoff}/suggestions")["items"]
    assert len(found) >= 3
    assert "体检站" in found[0]["text"]
    assert found[0]["source"]["matter"] == "driving-licence-renewal"
    assert all(one["source"]["part"] for one in found)


def test_canned_answers_are_found_and_filled_in(hotline: Hotline) -> None:
    citizen = hotline.a_citizen()
    hotline.begin_form(citizen)
    _, handoff = hotline.waits(citizen)
    hotline.take("agent", handoff)
    found = hotline.agent("agent", "GET", f"/canned?q=电话&conversation={handoff}")["items"]
    assert found[0]["id"] == "department-phone" and "试办救助" in found[0]["text"]
    without = hotline.agent("agent", "GET", "/canned?limit=100")["items"]
    assert without and "{" not in str([one["text"] for one in without])


def test_notes_are_for_agents_only(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    hotline.agent("agent", "POST", f"/conversations/{handoff}/notes", {"text": "老人耳背"}, status=201)
    notes = hotline.agent("agent", "GET", f"/conversations/{handoff}/notes")["items"]
    assert [one["text"] for one in notes] == ["老人耳背"]
    assert "老人耳背" not in str(hotline.history(citizen))
    assert "老人耳背" not in str(hotline.document(handoff))


def test_a_conversation_goes_to_a_colleague_who_is_there_with_all_that_was_said(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    hotline.tell("agent", handoff, "这件事同事更熟")
    second = hotline.desk.ids["second-agent"]
    order = {"to": second, "why": "社保的事"}
    hotline.agent("agent", "POST", f"/conversations/{handoff}/transfer", order, status=422)
    hotline.queue("second-agent")
    hotline.agent("agent", "POST", f"/conversations/{handoff}/transfer", order)
    hotline.tell("agent", handoff, "还在吗", status=403)
    seen = hotline.agent("second-agent", "GET", f"/conversations/{handoff}")
    assert [one["replies"][0]["text"] for one in seen["turns"] if one["by"] == "agent"] == ["这件事同事更熟"]
    assert seen["transfers"][0]["why"] == "社保的事"
    assert "换一位客服" in hotline.newest(citizen)[0]["text"]


def test_given_back_the_assistant_picks_up_the_form_where_it_stood(hotline: Hotline) -> None:
    citizen = hotline.a_citizen()
    hotline.begin_form(citizen)
    _, handoff = hotline.waits(citizen)
    hotline.take("agent", handoff)
    hotline.agent("agent", "POST", f"/conversations/{handoff}/return")
    rate, form = hotline.newest(citizen)
    assert "怎么样" in rate["text"]
    assert "要继续刚才的「试办救助」吗（已填到第 1 步，共 1 步）？" in form["text"]
    assert [one["title"] for one in form["choices"]] == ["接着办", "先不办"]
    # A plain yes puts the question again; it is no answer to it.
    [asked] = hotline.say(citizen, "好")["replies"]
    assert asked["field"]["name"] == "contact_phone"


def test_given_back_at_the_confirmation_a_yes_confirms_only_what_is_in_sight(hotline: Hotline) -> None:
    citizen = hotline.a_citizen()
    hotline.begin_form(citizen, asking=None)
    _, handoff = hotline.waits(citizen)
    hotline.take("agent", handoff)
    hotline.agent("agent", "POST", f"/conversations/{handoff}/end")
    kinds = [one.get("card") or one["type"] for one in hotline.newest(citizen)]
    assert kinds == ["choices", "text", "summary", "choices"]


@pytest.mark.parametrize(("said", "level", "bad"), [("非常满意", 5, False), ("2", 2, True)])
def test_the_citizen_says_how_it_was_in_words_or_by_number(
    hotline: Hotline, said: str, level: int, bad: bool
) -> None:
    citizen, handoff = hotline.attended()
    hotline.agent("agent", "POST", f"/conversations/{handoff}/end")
    assert "记下了" in hotline.say(citizen, said)["replies"][0]["text"]
    kept = hotline.document(handoff)
    assert (kept["rating"], kept["badly_rated"]) == (level, bad)


def test_a_conversation_is_rated_once_and_only_by_its_citizen(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    path = f"/chat/handoff/{handoff}/rating"
    hotline.citizen(citizen, "POST", path, {"level": 1}, status=409)
    hotline.agent("agent", "POST", f"/conversations/{handoff}/end")
    hotline.citizen(hotline.a_citizen(), "POST", path, {"level": 1}, status=404)
    hotline.press(citizen, hotline.newest(citizen), "非常不满意")
    assert hotline.citizen(citizen, "POST", path, {"level": 1})["level"] == 1
    hotline.citizen(citizen, "POST", path, {"level": 5}, status=409)


def test_the_citizen_may_go_back_to_the_assistant_by_themselves(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    replies = hotline.say(citizen, "回到助手")["replies"]
    assert "我接着帮您" in replies[0]["text"] and "怎么样" in replies[1]["text"]
    hotline.tell("agent", handoff, "还在吗", status=403)


def test_a_vanished_agents_conversation_goes_back_to_the_head_of_the_queue(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    hotline.tell("agent", handoff, "我查一下")
    hotline.waits()
    house = hotline.desk.house
    hotline.desk.clock.advance(minutes=house.settings.handoff_away_minutes - 0.5)
    assert watch(house)["dropped"] == 0
    hotline.desk.clock.advance(minutes=1)
    assert watch(house)["dropped"] == 1
    assert watch(house)["dropped"] == 0
    told = hotline.newest(citizen)[0]
    assert told["level"] == "warning" and "排在最前面" in told["text"]
    assert hotline.queue("second-agent")[0]["id"] == handoff
    # Nothing is lost for whoever takes it next; the first one finds it gone.
    hotline.tell("agent", handoff, "查到了", status=403)
    seen = hotline.take("second-agent", handoff)
    assert "我查一下" in str(seen["turns"]) and seen["dropped"] == 1


def test_any_call_is_a_sign_of_life(hotline: Hotline) -> None:
    _, handoff = hotline.attended()
    for _ in range(3):
        hotline.desk.clock.advance(minutes=2)
        hotline.queue("agent")
        assert watch(hotline.desk.house)["dropped"] == 0
    assert hotline.document(handoff)["state"] == "attended"


def test_who_goes_off_duty_leaves_nobody_behind(hotline: Hotline) -> None:
    _, handoff = hotline.attended()
    hotline.agent("agent", "DELETE", "/presence", status=409)
    hotline.agent("agent", "POST", f"/conversations/{handoff}/end")
    assert hotline.desk.ask("agent", "DELETE", "/agent/presence").status_code == 204
    there = hotline.agent("second-agent", "GET", "/colleagues")["items"]
    assert [one["me"] for one in there] == [True]


def test_the_figures_of_a_day_count_without_naming_anybody(hotline: Hotline) -> None:
    citizen, handoff = hotline.attended()
    hotline.desk.clock.advance(minutes=5)
    hotline.agent("agent", "POST", f"/conversations/{handoff}/end")
    hotline.citizen(citizen, "POST", f"/chat/handoff/{handoff}/rating", {"level": 2})
    gone, _ = hotline.waits()
    hotline.say(gone, "不等了")
    day = hotline.desk.clock.now() + timedelta(hours=8)
    [row] = hotline.agent("agent", "GET", "/figures")["items"]
    assert row["day"] == f"{day:%Y-%m-%d}"
    assert (row["asked"], row["taken"], row["given_up"], row["ended"]) == (2, 1, 1, 1)
    assert (row["badly_rated"], row["rating_mean"], row["wait_seconds"]) == (1, 2, 1)
    assert 300 <= row["handling_seconds"] <= 310
    assert row["reasons"]["asked"] == 2
    hotline.agent("agent", "GET", "/figures?since=2026-01-01&until=2026-12-31", status=422)


@pytest.mark.parametrize(
    ("question", "matter", "part"),
    [
        ("换证要重新考试吗", "driving-licence-renewal", "常见问题：换证要重新考试吗"),
        ("要多少钱", "driving-licence-renewal", "费用"),
        ("几天能好", "driving-licence-renewal", "办理时限"),
        ("外地看病怎么备案", None, None),
    ],
)
def test_suggestions_answer_the_question_and_name_their_source(
    hotline: Hotline, question: str, matter: str | None, part: str | None
) -> None:
    found = suggest(question, matter)
    assert len(found) >= 3
    assert part in (None, found[0].part)
    assert matter in (None, found[0].matter.id)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_canned_answer_without_its_matter_is_left_out(hotline: Hotline) -> None:
    everything = {one["id"] for one in canned.find_canned("", None)}
    assert "greeting" in everything and "department-phone" not in everything
    filled = {one["id"]: one["text"] for one in canned.find_canned("电话", "driving-licence-renewal")}
    assert "12123" in filled["department-phone"]


def test_every_canned_answer_can_be_filled_in(hotline: Hotline) -> None:
    values = canned.values_of("driving-licence-renewal")
    assert [one.id for one in canned.all_canned() if one.fill(values) is None] == []
