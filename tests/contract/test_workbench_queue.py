"""The queue: what one sees of it, several cases at once, and a case found again."""

from tests.contract.desk import HOME, OTHER, Desk


def test_a_batch_tells_each_outcome(desk: Desk) -> None:
    cases = [desk.a_case() for _ in range(3)]
    desk.do("all-rounder", cases[1], "claim")
    body = {"action": "claim", "cases": [*cases, "no-such-case"]}
    answer = desk.ask("receiver", "POST", "/staff/cases/batch", body, headers={"Idempotency-Key": "b1"})
    results = answer.get_json()["results"]
    assert [one["status"] for one in results] == [200, 409, 200, 404]
    again = desk.ask("receiver", "POST", "/staff/cases/batch", body, headers={"Idempotency-Key": "b1"})
    assert [one["status"] for one in again.get_json()["results"]] == [200, 409, 200, 404]
    assert desk.ask(
        "receiver", "POST", "/staff/cases/batch", {"action": "claim", "cases": ["x"] * 51},
        headers={"Idempotency-Key": "b2"},
    ).status_code == 422  # fmt: skip


def test_the_queue_shows_what_one_may_take_and_supervisors_all(desk: Desk) -> None:
    fresh, held, deciding = desk.a_case(), desk.a_case(), desk.a_case()
    desk.do("all-rounder", held, "claim")
    desk.deciding(deciding)

    def seen(person: str, query: str = "") -> set[str]:
        found, cursor = set[str](), ""
        while True:
            answer = desk.ask(person, "GET", f"/staff/cases?limit=3{query}{cursor}").get_json()
            found |= {row["id"] for row in answer["items"]}
            if not answer["next_cursor"]:
                return found
            cursor = f"&cursor={answer['next_cursor']}"

    assert {fresh, held, deciding} & seen("receiver") == {fresh}
    assert {fresh, held, deciding} & seen("decider") == {deciding}
    assert {fresh, held, deciding} & seen("all-rounder", "&whose=mine") == {held}
    assert {fresh, held, deciding} & seen("supervisor") == {fresh, held, deciding}
    assert {fresh, held, deciding} & seen("supervisor", "&state=deciding") == {deciding}
    assert seen("supervisor", "&due_before=2026-11-24T00:00:00Z") == set()
    assert seen("supervisor", "&matter=nothing") == set()


def test_a_case_is_found_by_its_number_and_among_the_closed(desk: Desk) -> None:
    case, open_one = desk.a_case(), desk.a_case()
    desk.deciding(case)
    desk.do("decider", case, "claim", "approve")

    def seen(person: str, query: str) -> list[str]:
        answer = desk.ask(person, "GET", f"/staff/cases?limit=100&{query}").get_json()
        return [row["id"] for row in answer["items"]]

    number = desk.document(case)["number"]
    assert seen("receiver", f"number={number}") == [case]
    desk.hire("elsewhere", OTHER, ["supervise"])
    assert seen("elsewhere", f"number={number}") == []
    for person in ("supervisor", "decider"):
        assert case in seen(person, "closed=true")
        assert open_one not in seen(person, "closed=true")
    assert case in seen("decider", "closed=true&whose=mine")
    assert case not in seen("supervisor", "closed=true&whose=mine")
    assert case not in seen("supervisor", "closed=false")


def test_the_queue_is_read_by_its_index_in_order(desk: Desk) -> None:
    from backend.workbench.officer import Officer
    from backend.workbench.queue import Wanted, query_for

    desk.a_case()
    for roles in (["supervise"], ["receive"]):
        where = query_for(Officer("s", HOME, frozenset(roles)), Wanted())
        found = desk.house.db["applications"].find(where).sort([("promised.due", 1), ("_id", 1)]).limit(20)
        plan = str(found.explain()["queryPlanner"]["winningPlan"])
        assert "COLLSCAN" not in plan
        assert "'stage': 'SORT'" not in plan
