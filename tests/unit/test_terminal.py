"""The terminal conversation, against a played API."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from rich.console import Console

from backend.terminal.conversation import Conversation, pick_citizen
from backend.terminal.listening import Event, read_events
from backend.terminal.rendering import Options, Screen
from backend.terminal.session import NotRunning, Refused, Session

PROMPT = {
    "id": "p1",
    "title": "驾驶证快到期了",
    "text": "现在可以换证。",
    "because": "有效期在 90 天内。",
    "evidence": [
        {"label": "有效期至", "value": "2026-12-01", "department": "市公安局", "as_of": "2026-11-01"}
    ],
    "state": "shown",
}
CHOICES = {
    "type": "choices",
    "text": "确认提交吗？",
    "choices": [{"title": "确认", "value": "/confirm"}, {"title": "不了", "value": "/deny"}],
}


class PlayedApi:
    """Answers like the API; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.replies: list[dict[str, Any]] = [CHOICES]
        self.open: list[dict[str, Any]] = []
        self.good_token = "access-1"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1")
        body = json.loads(request.content) if request.content else None
        self.asked.append((request.method, path, body))
        if path.startswith(("/auth/", "/development/")) and path != "/auth/sign-out":
            return self.open_door(path)
        if request.headers.get("Authorization") != f"Bearer {self.good_token}":
            return httpx.Response(401, json={"title": "登录已过期"})
        return self.closed_door(path)

    def open_door(self, path: str) -> httpx.Response:
        people = [
            {"name": "随小办", "phone": "19900000001", "story": "换证"},
            {"name": "安小民", "phone": "19900000002"},
        ]
        answers = {
            "/development/citizens": {"items": people},
            "/auth/codes": {"expires_in": 300},
            "/development/sms-outbox": {"items": [{"code": "123456"}, {"code": "000000"}]},
            "/auth/tokens": {"access_token": "access-1", "refresh_token": "refresh-1"},
            "/auth/tokens/refresh": {"access_token": "access-2", "refresh_token": "refresh-2"},
        }
        return httpx.Response(200, json=answers[path])

    def closed_door(self, path: str) -> httpx.Response:
        answers = {
            "/me": {"name": "随*办", "phone": "199****0001"},
            "/chat/messages": {"turn": "t1", "replies": self.replies},
            "/prompts": {"items": self.open},
            "/prompts/p1": PROMPT,
            "/chat/messages/t2": {"turn": "t2", "replies": [{"type": "text", "by": "agent", "text": "我在"}]},
            "/chat/messages/t3": {"turn": "t3", "replies": [{"type": "card", "card": "prompt", "id": "p1"}]},
            "/messages/m1/read": {"title": "已受理：换证", "text": "材料齐全。", "prompt": None},
            "/auth/sign-out": {},
        }
        return httpx.Response(200, json=answers[path]) if path in answers else httpx.Response(404, json={})

    def said(self) -> list[dict[str, str]]:
        turns = [body for method, path, body in self.asked if (method, path) == ("POST", "/chat/messages")]
        return [{name: value for name, value in body.items() if name != "id"} for body in turns]


@pytest.fixture
def api() -> PlayedApi:
    return PlayedApi()


@pytest.fixture
def session(api: PlayedApi) -> Iterator[Session]:
    session = Session("http://api.test", httpx.MockTransport(api))
    session.sign_in("19900000001")
    yield session
    session.close()


@pytest.fixture
def screen() -> Screen:
    return Screen(Console(file=io.StringIO(), width=80))


def shown(screen: Screen) -> str:
    assert isinstance(screen.console.file, io.StringIO)
    return screen.console.file.getvalue()


def typing(*lines: str) -> Callable[[], str]:
    rest = iter(lines)

    def read() -> str:
        try:
            return next(rest)
        except StopIteration:
            raise EOFError from None

    return read


def test_signing_in_uses_the_newest_simulated_code(api: PlayedApi, session: Session) -> None:
    body = next(body for _, path, body in api.asked if path == "/auth/tokens")
    assert (body["phone"], body["code"]) == ("19900000001", "123456")


def test_an_expired_token_is_refreshed_once_and_the_turn_goes_through(
    api: PlayedApi, session: Session
) -> None:
    api.good_token = "access-2"
    assert session.say({"text": "换驾照"}) == [CHOICES]
    assert [path for _, path, _ in api.asked].count("/auth/tokens/refresh") == 1


def test_a_number_sends_the_choice_of_the_last_turn(api: PlayedApi, session: Session, screen: Screen) -> None:
    Conversation(session, screen, typing("换驾照", "2", "/quit", "never")).hold()
    assert api.said() == [{"text": "换驾照"}, {"choice": "/deny"}]
    assert "[1] 确认" in shown(screen)


def test_a_number_without_such_a_choice_is_plain_text() -> None:
    options = Options(["/confirm"])
    assert options.read("2") == {"text": "2"}
    assert options.read("0") == {"text": "0"}
    assert options.read("1") == {"choice": "/confirm"}


def test_choices_of_an_earlier_turn_are_gone(api: PlayedApi, session: Session, screen: Screen) -> None:
    conversation = Conversation(session, screen, typing())
    conversation.take("换驾照")
    api.replies = [{"type": "text", "text": "好的。"}]
    conversation.take("1")
    conversation.take("1")
    assert api.said()[1:] == [{"choice": "/confirm"}, {"text": "1"}]


def test_again_shows_the_last_reply_without_a_turn(api: PlayedApi, session: Session, screen: Screen) -> None:
    Conversation(session, screen, typing("换驾照", "/again")).hold()
    assert len(api.said()) == 1
    assert shown(screen).count("确认提交吗？") == 2


def test_open_prompts_greet_the_citizen_with_their_answers(
    api: PlayedApi, session: Session, screen: Screen
) -> None:
    api.open = [PROMPT]
    Conversation(session, screen, typing("1")).hold()
    assert "为什么收到：有效期在 90 天内。" in shown(screen)
    assert api.said() == [{"choice": '/answer_prompt{"prompt": "p1", "answer": "accept"}'}]


def test_a_prompt_from_the_stream_keeps_the_numbers_already_shown(
    api: PlayedApi, session: Session, screen: Screen
) -> None:
    conversation = Conversation(session, screen, typing())
    conversation.take("换驾照")
    conversation.hear(Event("1", "prompt", {"id": "p1"}))
    assert screen.options.read("1") == {"choice": "/confirm"}
    assert screen.options.read("3") == {"choice": '/answer_prompt{"prompt": "p1", "answer": "accept"}'}


def test_a_message_from_the_stream_is_shown_and_counts_as_read(
    api: PlayedApi, session: Session, screen: Screen
) -> None:
    Conversation(session, screen, typing()).hear(Event("1", "message", {"id": "m1"}))
    assert "已受理：换证" in shown(screen)
    assert ("POST", "/messages/m1/read", None) in api.asked


def test_an_agents_words_from_the_stream_are_shown(session: Session, screen: Screen) -> None:
    conversation = Conversation(session, screen, typing())
    conversation.hear(Event("1", "chat.turn", {"id": "t2", "by": "agent"}))
    assert "我在" in shown(screen)


@pytest.mark.parametrize(("turn", "by"), [("t2", "citizen"), ("t3", "assistant")])
def test_what_one_said_oneself_or_is_told_otherwise_is_not_shown_twice(
    session: Session, screen: Screen, turn: str, by: str
) -> None:
    Conversation(session, screen, typing()).hear(Event("1", "chat.turn", {"id": turn, "by": by}))
    assert shown(screen) == ""


def test_an_application_that_moved_is_left_to_its_message(session: Session, screen: Screen) -> None:
    Conversation(session, screen, typing()).hear(Event("1", "application", {"id": "a1", "state": "accepted"}))
    assert shown(screen) == ""


def test_a_form_question_shows_its_hint_and_choices(screen: Screen) -> None:
    field = {"hint": "例如邮寄", "choices": [{"value": "post", "label": "邮寄到家"}]}
    screen.show_replies([{"type": "form-field", "application": "a1", "field": field, "text": "怎么领取？"}])
    assert all(words in shown(screen) for words in ("怎么领取？", "例如邮寄", "[1] 邮寄到家"))
    assert screen.options.read("1") == {"choice": '/choose{"field_value": "post"}'}


def test_a_card_shows_its_rows_and_an_emergency_its_phone(screen: Screen) -> None:
    rows = [{"label": "事项", "value": "换证", "note": "交管"}]
    card = {"type": "card", "card": "summary", "id": "a1", "title": "核对", "rows": rows}
    screen.show_replies(
        [card, {"type": "notice", "level": "emergency", "text": "请马上报警", "phone": "110"}]
    )
    assert all(words in shown(screen) for words in ("核对", "事项", "换证", "交管", "☎ 110"))


def test_what_citizens_and_departments_wrote_is_never_read_as_markup(screen: Screen) -> None:
    screen.show_replies([{"type": "text", "text": "[red]甲[/red] [/]"}])
    assert "[red]甲[/red] [/]" in shown(screen)


def test_a_refused_turn_shows_the_sentence_and_goes_on(
    api: PlayedApi, session: Session, screen: Screen
) -> None:
    conversation = Conversation(session, screen, typing())
    api.good_token = "nobody's"
    conversation.take("换驾照")
    assert "登录已过期" in shown(screen)


def test_a_server_that_is_not_running_is_said_plainly() -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(NotRunning, match="make run"):
        Session("http://api.test", httpx.MockTransport(refuse)).citizens()


def test_citizens_are_picked_by_number(session: Session, screen: Screen) -> None:
    assert pick_citizen(session, screen.console, typing(), 2) == "19900000002"
    assert pick_citizen(session, screen.console, typing("2"), None) == "19900000002"
    assert pick_citizen(session, screen.console, typing(""), None) == "19900000001"
    assert "换证" in shown(screen)
    with pytest.raises(Refused, match="choose 1 to 2"):
        pick_citizen(session, screen.console, typing(), 3)


def test_events_are_read_across_comments_and_several_data_lines() -> None:
    lines = [": keep-alive", "", "retry: 500", "id: 8", "data: {", 'data: "text": "好"}', ""]
    assert list(read_events(lines)) == [Event("8", "message", {"text": "好"})]
