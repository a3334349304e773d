"""A case on the workbench: from the queue to the decision, by whom, and what stays on record."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.core.errors import Problem
from tests.contract.desk import HOME, OTHER, PHONE, QUICK, RELIEF, Desk, a_paper
from tests.contract.prompting import together


def slug(answer: Any) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]


def test_a_case_goes_through_every_hand_and_its_decision_is_to_be_reported(desk: Desk) -> None:
    case = desk.a_case()
    desk.deciding(case)
    assert desk.document(case)["state"] == "deciding"
    answer = desk.do("decider", case, "claim", "approve", reason="符合救助条件")
    document = desk.document(case)
    assert (answer.get_json()["state"], document["state"]) == ("approved", "approved")
    assert [line["state"] for line in document["timeline"]][-6:] == [
        "submitted", "accepted", "reviewing", "checking", "deciding", "approved",
    ]  # fmt: skip
    assert document["decision"]["outcome"] == "approved"
    assert [one["kind"] for one in document["filing"]["queue"]] == ["file", "decide"]
    assert document["handling"]["handler"] is None
    assert {"application": case} in desk.emitted("application.decided")
    trail = desk.ask("supervisor", "GET", f"/staff/cases/{case}/trail?limit=50").get_json()["items"]
    assert [line["what"] for line in reversed(trail)] == [
        "claim", "accept", "ask-opinion", "answer-opinion",
        "claim", "assign", "check", "claim", "propose", "claim", "approve",
    ]  # fmt: skip


def test_who_accepted_may_not_decide(desk: Desk) -> None:
    case = desk.a_case()
    desk.do("all-rounder", case, "claim", "accept", "assign", "check", reason="符合")
    desk.do("all-rounder", case, "propose", reason="同意")
    desk.do("all-rounder", case, "claim")
    for decision in ("approve", "refuse"):
        answer = desk.act("all-rounder", case, decision, reason="不符合", remedy="可以复议")
        assert (answer.status_code, slug(answer)) == (403, "same-person")
    assert desk.document(case)["state"] == "deciding"


def test_a_refusal_needs_its_reason_and_the_way_to_review(desk: Desk) -> None:
    case = desk.a_case()
    desk.deciding(case)
    desk.do("decider", case, "claim")
    answer = desk.act("decider", case, "refuse", reason="收入超过标准")
    assert (answer.status_code, answer.get_json()["missing"]) == (422, ["救济途径"])
    desk.do("decider", case, "refuse", reason="收入超过标准", remedy="六十日内可申请行政复议")
    line = desk.document(case)["timeline"][-1]
    assert "收入超过标准" in line["text"]
    assert "复议" in line["text"]
    assert line["by"].startswith("staff:")


def test_the_roles_of_every_action_are_kept(desk: Desk) -> None:
    from backend.workbench.actions import RULES, Action

    case = desk.a_case()
    people = ("receiver", "handler", "reviewer", "decider", "supervisor", "admin")
    roles = {"receiver": "receive", "handler": "handle", "reviewer": "review", "decider": "decide"}
    roles |= {"supervisor": "supervise", "admin": "administrate"}
    for action, rule in RULES.items():
        for person in people:
            # Handing over has a route of its own.
            if roles[person] in rule.roles or action is Action.HAND_OVER:
                continue
            said = {"reason": "理由", "where": "别处", "remedy": "复议", "basis": "法", "kind": "公示"}
            items = [{"field": "contact_phone", "reason": "打不通"}]
            answer = desk.act(person, case, action.value, **said, items=items, to="x", department=OTHER)
            assert (answer.status_code, slug(answer)) == (403, "not-allowed"), (person, action)
    assert desk.document(case)["state"] == "submitted"


def test_nothing_is_done_with_a_case_that_is_not_in_ones_hand(desk: Desk) -> None:
    case = desk.a_case()
    answer = desk.act("receiver", case, "accept")
    assert (answer.status_code, slug(answer)) == (403, "not-in-hand")


def test_of_two_who_claim_at_once_one_gets_it(desk: Desk) -> None:
    case = desk.a_case()
    answers = together(
        lambda: desk.act("receiver", case, "claim", key="a"),
        lambda: desk.act("all-rounder", case, "claim", key="b"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    holder = desk.document(case)["handling"]["handler"]
    assert holder in (desk.ids["receiver"], desk.ids["all-rounder"])


def test_a_case_is_put_back_or_passed_to_a_colleague_of_the_right_post(desk: Desk) -> None:
    case = desk.a_case()
    desk.do("receiver", case, "claim", "release")
    assert desk.document(case)["handling"]["handler"] is None
    desk.do("receiver", case, "claim")
    wrong = desk.act("receiver", case, "transfer", to=desk.ids["decider"], reason="请假")
    assert slug(wrong) == "invalid-request"
    desk.do("receiver", case, "transfer", to=desk.ids["all-rounder"], reason="请假")
    assert desk.document(case)["handling"]["handler"] == desk.ids["all-rounder"]
    desk.do("supervisor", case, "transfer", to=desk.ids["receiver"], reason="改派")
    assert desk.document(case)["handling"]["handler"] == desk.ids["receiver"]


def test_a_notice_is_made_from_the_matter_once_and_again_only_by_a_supervisor(desk: Desk) -> None:
    case = desk.a_case()
    desk.do("receiver", case, "claim")
    unknown = desk.act("receiver", case, "correct", items=[{"field": "nothing", "reason": "缺"}])
    assert slug(unknown) == "invalid-request"
    items = [
        {"field": "contact_phone", "reason": "电话打不通"},
        {"material": "income", "reason": "没有盖章"},
    ]
    desk.do("receiver", case, "correct", items=items)
    correction = desk.document(case)["correction"]
    assert [one["label"] for one in correction["items"]] == ["联系电话", "收入说明"]
    # 2026-11-23 and seven working days
    assert correction["due"].date().isoformat() == "2026-12-02"

    from backend.applications import applying, materials

    citizen = desk.document(case)["citizen"]
    applying.fill_in(desk.house, citizen, case, {"contact_phone": "19900000002"})
    with pytest.raises(Problem, match="incomplete"):
        applying.submit(desk.house, citizen, case, key="without the paper")
    materials.upload(desk.house, citizen, case, material="income", name="a.pdf", content=a_paper())
    applying.submit(desk.house, citizen, case, key="again")
    second = desk.act("receiver", case, "correct", items=items)
    assert (second.status_code, slug(second)) == (409, "notice-given")
    desk.do("supervisor", case, "correct", items=items, override="申请人换了材料，须再核")
    assert desk.document(case)["state"] == "correction"


def test_what_a_notice_asks_for_may_be_left_out_where_it_is_optional_or_may_follow(desk: Desk) -> None:
    from backend.applications import applying, materials

    case = desk.a_case()
    desk.do("receiver", case, "claim")
    items = [{"material": "income", "reason": "没有盖章"}, {"material": "record", "reason": "看不清"}]
    desk.do("receiver", case, "correct", items=items)
    citizen = desk.document(case)["citizen"]

    def waits() -> list[str]:
        from backend.applications.view import view

        return [
            one["id"] for one in view(desk.house, citizen, case)["materials"] if one["status"] == "missing"
        ]

    def leave_out(material: str) -> dict[str, Any]:
        return materials.leave_out(desk.house, citizen, case, material, "zh")

    assert waits() == ["income", "record"]
    for _ in range(2):
        assert leave_out("record") == {
            "material": "record",
            "name": "病历",
            "necessity": "later",
            "period": "5 个工作日",
        }
    assert waits() == ["income"]
    assert leave_out("income")["period"] is None
    with pytest.raises(Problem, match="invalid-request"):
        leave_out("nothing")
    applying.submit(desk.house, citizen, case, key="again")
    with pytest.raises(Problem, match="move-not-allowed"):
        leave_out("record")
    desk.do("receiver", case, "tolerate")
    assert desk.document(case)["clocks"]["tolerance"]["materials"] == ["record"], "what was sent back is gone"


def test_tolerance_accepts_what_may_come_later(desk: Desk) -> None:
    case = desk.a_case(upload=False)
    desk.do("receiver", case, "claim")
    assert slug(desk.act("receiver", case, "accept")) == "move-not-allowed"
    desk.do("receiver", case, "tolerate")
    document = desk.document(case)
    assert document["state"] == "accepted"
    assert document["clocks"]["tolerance"]["materials"] == ["record"]


def test_a_case_is_turned_away_with_the_reason_and_where_to_go(desk: Desk) -> None:
    case = desk.a_case()
    desk.do("receiver", case, "claim")
    assert slug(desk.act("receiver", case, "reject", reason="不在受理范围")) == "invalid-request"
    desk.do("receiver", case, "reject", reason="不在受理范围", where="请到街道社区事务受理中心")
    assert "街道" in desk.document(case)["timeline"][-1]["text"]


def test_a_case_goes_to_the_right_department_and_its_staff_see_it(desk: Desk) -> None:
    desk.hire("clerk", OTHER, ["receive"])
    case = desk.a_case()
    desk.do("receiver", case, "claim")
    assert (
        slug(desk.act("receiver", case, "redirect", department="health", reason="不归我们"))
        == "invalid-request"
    )
    desk.do("receiver", case, "redirect", department=OTHER, reason="由住建办理")
    document = desk.document(case)
    assert (document["department"], document["state"]) == (OTHER, "submitted")
    assert desk.ask("receiver", "GET", f"/staff/cases/{case}").status_code == 404
    assert desk.ask("clerk", "GET", f"/staff/cases/{case}").status_code == 200


def test_a_special_procedure_stops_the_clock_and_an_extension_comes_once(desk: Desk) -> None:
    case = desk.a_case()
    desk.do("receiver", case, "claim", "accept")
    desk.do("handler", case, "claim", "assign")
    assert slug(desk.act("handler", case, "suspend", kind="听证", reason="要听证")) == "invalid-request"
    desk.do("handler", case, "suspend", kind="公示", reason="公示名单")
    assert desk.document(case)["clocks"]["suspension"]["kind"] == "公示"
    desk.do("handler", case, "resume")
    due = desk.document(case)["promised"]["due"]
    desk.do("supervisor", case, "extend", reason="情况复杂，要入户核查")
    assert desk.document(case)["promised"]["due"] > due
    assert slug(desk.act("supervisor", case, "extend", reason="再延长一次")) == "move-not-allowed"


def test_the_same_key_acts_once(desk: Desk) -> None:
    case = desk.a_case()
    first = desk.act("receiver", case, "claim", key="same")
    again = desk.act("receiver", case, "claim", key="same")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.get_json() == again.get_json()
    other = desk.act("receiver", case, "accept", key="same")
    assert slug(other) == "idempotency-key-reused"


def test_an_action_on_a_version_that_is_gone_is_a_conflict(desk: Desk) -> None:
    case = desk.a_case()
    seen = desk.ask("receiver", "GET", f"/staff/cases/{case}").get_json()["version"]
    desk.do("receiver", case, "claim")
    assert slug(desk.act("receiver", case, "accept", version=seen)) == "conflict"


def test_a_note_of_the_clockwork_between_looking_and_claiming_refuses_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.applications.store import change
    from backend.workbench import acting

    case, look, noted = desk.a_case(), acting.find_case, []

    def looked_at_before(*of: Any) -> Any:
        found = look(*of)
        if len(noted) < 1:
            noted.append(change(desk.house, found, {"$set": {"light": "yellow"}}, now=desk.clock.now()))
        return found

    monkeypatch.setattr(acting, "find_case", looked_at_before)
    desk.do("receiver", case, "claim")
    assert noted[0] is not None
    assert desk.document(case)["handling"]["handler"] == desk.ids["receiver"]


def test_the_decision_waits_for_the_opinions_asked_for(desk: Desk) -> None:
    desk.hire("adviser", OTHER, ["handle"])
    case = desk.a_case()
    desk.deciding(case)
    desk.do("decider", case, "claim")
    body = {"department": OTHER, "question": "名下有没有公租房？", "days": 3}
    asked = desk.ask("decider", "POST", f"/staff/cases/{case}/opinions", body).get_json()
    assert asked["due"].startswith("2026-11-26")
    answer = desk.act("decider", case, "approve")
    assert (answer.status_code, slug(answer)) == (409, "opinion-open")
    listed = desk.ask("adviser", "GET", "/staff/opinions").get_json()["items"]
    assert asked["id"] in [one["id"] for one in listed]
    said = {"opinion": "agree", "text": "没有"}
    stranger = desk.ask("handler", "POST", f"/staff/opinions/{asked['id']}/answer", said)
    assert stranger.status_code == 404
    assert desk.ask("adviser", "POST", f"/staff/opinions/{asked['id']}/answer", said).status_code == 200
    desk.do("decider", case, "approve")


def test_joint_departments_are_asked_on_acceptance_and_passed_over_only_when_late(desk: Desk) -> None:
    desk.hire("joint", OTHER, ["handle"])
    case = desk.a_case()
    desk.do("receiver", case, "claim", "accept")
    listed = desk.ask("joint", "GET", "/staff/opinions?limit=100").get_json()["items"]
    assert [one["asked_by"] for one in listed if one["case"] == case] == [HOME]
    desk.do("handler", case, "claim", "assign", "check", reason="符合条件")
    desk.do("reviewer", case, "claim", "propose", reason="同意")
    desk.do("decider", case, "claim")
    assert slug(desk.act("decider", case, "approve")) == "opinion-open"
    assert slug(desk.act("decider", case, "approve", override="等不及")) == "opinion-open"
    before = desk.clock.moment
    desk.clock.advance(days=7)
    assert slug(desk.act("decider", case, "approve")) == "opinion-open"
    desk.do("decider", case, "approve", override="联办部门逾期没有答复，材料已能证明")
    document = desk.document(case)
    assert (document["state"], document["handling"]["opinions_open"]) == ("approved", 0)
    states = [one["state"] for one in desk.house.db["case_opinions"].find({"case": case})]
    assert states == ["passed-over"]
    desk.clock.moment = before


def test_values_are_whole_only_in_the_hand_that_works_on_them(desk: Desk) -> None:
    case = desk.a_case()
    masked = desk.ask("supervisor", "GET", f"/staff/cases/{case}").get_json()
    assert PHONE not in str(masked)
    assert "安心路8号" not in str(masked)
    desk.do("receiver", case, "claim")
    whole = desk.ask("receiver", "GET", f"/staff/cases/{case}").get_json()
    assert {one["name"]: one["display"] for one in whole["fields"]}["contact_phone"] == PHONE
    assert whole["applicant"]["identity_number"] == "310101********1234"
    assert whole["can"][:2] == ["release", "transfer"]
    read = desk.ask("receiver", "GET", f"/staff/cases/{case}/materials/income")
    assert read.data.startswith(b"%PDF")
    assert desk.ask("supervisor", "GET", f"/staff/cases/{case}/materials/income").status_code == 403


def test_comments_stay_among_colleagues_and_templates_are_filled(desk: Desk) -> None:
    case = desk.a_case()
    desk.do("receiver", case, "claim")
    path = f"/staff/cases/{case}/comments"
    assert desk.ask("receiver", "POST", path, {"text": "已电话联系"}).status_code == 201
    assert desk.ask("handler", "GET", path).get_json()["items"][0]["text"] == "已电话联系"
    stored = desk.house.db["case_comments"].find_one({"case": case})
    assert stored is not None
    assert "已电话联系" not in str(stored)

    bad = desk.ask("receiver", "POST", "/staff/templates", {"name": "a", "kind": "comment", "text": "{x}"})
    assert bad.status_code == 422
    body = {"name": "打不通", "kind": "correction", "text": "{applicant}您好，{matter}（{number}）"}
    made = desk.ask("receiver", "POST", "/staff/templates", body).get_json()
    filled = desk.ask("receiver", "POST", f"/staff/templates/{made['id']}/fill", {"case": case}).get_json()
    assert filled["text"].startswith("随小办您好，试办救助（SB")
    assert desk.ask("receiver", "DELETE", f"/staff/templates/{made['id']}").status_code == 204


def test_data_alone_approve_and_say_why(desk: Desk) -> None:
    from backend.workbench.automatic import decide_automatically

    case = desk.a_case(QUICK)
    assert decide_automatically(desk.house, case) == "approved"
    assert decide_automatically(desk.house, case) is None
    document = desk.document(case)
    assert document["state"] == "approved"
    assert "本市户籍" in document["timeline"][-1]["text"]
    assert document["decision"]["outcome"] == "approved"
    assert document["handling"]["automatic"]["reasons"] == ["本市户籍", "没有领过救助"]


def test_what_data_do_not_show_goes_to_people_and_is_never_refused(desk: Desk) -> None:
    from backend.workbench.automatic import decide_automatically

    case = desk.a_case(QUICK, benefits=[{"type": "relief"}])
    assert decide_automatically(desk.house, case) == "people"
    document = desk.document(case)
    assert document["state"] == "submitted"
    assert document["handling"]["automatic"]["reasons"] == ["没有核实：没有领过救助"]
    row = desk.ask("receiver", "GET", f"/staff/cases?matter={QUICK}&whose=unclaimed").get_json()["items"]
    assert case in [one["id"] for one in row]
    assert decide_automatically(desk.house, desk.a_case(RELIEF)) is None


def test_a_closed_case_is_revoked_by_a_supervisor_alone_with_reason_basis_and_remedy(desk: Desk) -> None:
    case = desk.a_case()
    desk.deciding(case)
    desk.do("decider", case, "claim", "approve")
    assert slug(desk.act("supervisor", case, "revoke", reason="材料虚假")) == "invalid-request"
    desk.do("supervisor", case, "revoke", reason="材料虚假", basis="行政许可法第六十九条", remedy="可以复议")
    assert desk.document(case)["state"] == "revoked"


@pytest.mark.parametrize("state", ["draft"])
def test_a_draft_is_nobodys_case(desk: Desk, state: str) -> None:
    from backend.applications import applying

    draft, _ = applying.open_draft(desk.house, desk.a_resident(), RELIEF, channel="app")
    assert draft["state"] == state
    assert desk.ask("supervisor", "GET", f"/staff/cases/{draft['_id']}").status_code == 404


def test_the_department_of_a_case_is_asked_by_nobody_else(desk: Desk) -> None:
    case = desk.a_case()
    desk.hire("stranger", "health", ["receive", "handle", "review", "decide", "supervise"])
    assert desk.ask("stranger", "GET", f"/staff/cases/{case}").status_code == 404
    assert desk.act("stranger", case, "claim").status_code == 404
    assert desk.ask("stranger", "GET", f"/staff/cases/{case}/trail").status_code == 404
    later = datetime.fromisoformat("2026-11-23T02:00:00+00:00") + timedelta(days=1)
    assert desk.ask("stranger", "GET", f"/staff/cases?due_before={later:%Y-%m-%d}").get_json()["items"] == []


def test_what_is_overdue_stands_on_the_list_until_a_supervisor_closes_it(desk: Desk) -> None:
    from backend.applications import watching

    case = desk.a_case()
    desk.do("receiver", case, "claim", "accept")
    desk.do("handler", case, "claim", "assign")
    before = desk.clock.moment
    desk.clock.advance(days=30)
    while watching.watch(desk.house):
        pass
    assert desk.document(case)["light"] == "red"
    red = desk.ask("supervisor", "GET", "/staff/cases?light=red&limit=100").get_json()["items"]
    assert case in [row["id"] for row in red]
    reminded = desk.ask("handler", "GET", "/staff/reminders").get_json()["items"]
    assert case in [one["case"] for one in reminded]
    for person, role in (("handler", "handle"), ("decider", "decide"), ("supervisor", "supervise")):
        seen = desk.ask(person, "GET", f"/staff/reminders?role={role}&limit=100").get_json()["items"]
        assert case in [one["case"] for one in seen], role
    listed = desk.ask("supervisor", "GET", "/staff/supervision?limit=100").get_json()["items"]
    assert case in [one["case"] for one in listed]
    assert desk.ask("handler", "GET", "/staff/supervision").status_code == 403
    path = f"/staff/supervision/{case}/close"
    closed = desk.ask("supervisor", "POST", path, {"reason": "已约谈经办人"}).get_json()
    assert closed["closed_because"] == "已约谈经办人"
    assert desk.ask("supervisor", "POST", path, {"reason": "再销一次"}).status_code == 409
    desk.clock.moment = before


def test_staff_take_over_what_the_departments_system_never_got(desk: Desk) -> None:
    case = desk.a_case()
    desk.house.db["applications"].update_one({"_id": case}, {"$set": {"handling.by": "department"}})
    assert slug(desk.act("receiver", case, "claim")) == "not-allowed"
    desk.do("supervisor", case, "take-over", reason="部门系统停机")
    assert desk.document(case)["handling"]["by"] == "workbench"
    desk.do("receiver", case, "claim", "accept")
    filed = desk.a_case()
    sets = {"handling.by": "department", "filing.reference": "R1"}
    desk.house.db["applications"].update_one({"_id": filed}, {"$set": sets})
    assert slug(desk.act("supervisor", filed, "take-over", reason="想接")) == "conflict"


@pytest.mark.parametrize("fault", ["department", "applicant", ""])
def test_who_undoes_a_decision_says_whose_fault_it_was(desk: Desk, fault: str) -> None:
    case = desk.a_case()
    desk.deciding(case)
    desk.do("decider", case, "claim", "approve")
    said = {"reason": "有误", "basis": "行政许可法第六十九条", "remedy": "可以复议"}
    assert desk.act("supervisor", case, "revoke", **said, fault="nobody").status_code == 422
    desk.do("supervisor", case, "revoke", **said, fault=fault)
    assert desk.document(case)["fault"] == (fault or None)
    desk.do("supervisor", case, "void", reason="作废")
    assert desk.document(case)["fault"] == (fault or None), "it stays said"
