"""Documents and materials over HTTP: who gets what, as which kind of answer, how often."""

from io import BytesIO
from typing import Any
from urllib.parse import quote

from backend.documents import issuing
from tests.contract.desk import RELIEF, Desk
from tests.papers import TINY_PDF, TINY_PNG

MINE = "/applications"


def slug(answer: Any) -> str:
    return str(answer.get_json()["type"]).rpartition("/")[2]


def upload(
    desk: Desk, token: str, application: str, content: bytes, name: str, material: str = "income"
) -> Any:
    form = {"material": material, "file": (BytesIO(content), name)}
    return desk.ask(
        token, "POST", f"{MINE}/{application}/materials", data=form, content_type="multipart/form-data"
    )


def test_an_own_upload_comes_back_as_a_file_to_save(desk: Desk) -> None:
    citizen = desk.a_resident()
    token = desk.citizen_token(citizen)
    draft = desk.ask(token, "POST", MINE, {"matter": RELIEF}).get_json()["id"]
    assert upload(desk, token, draft, TINY_PNG, "../收入.png").get_json()["name"] == "收入.png"
    answer = desk.ask(token, "GET", f"{MINE}/{draft}/materials/income/file")
    assert (answer.status_code, answer.content_type, answer.data[:4]) == (200, "image/png", b"\x89PNG")
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote('收入.png')}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert slug(desk.ask(token, "GET", f"{MINE}/{draft}/materials/record/file")) == "not-found"
    stranger = desk.citizen_token(desk.a_resident())
    for method, path in [
        ("GET", "materials/income/file"), ("GET", "materials/income/earlier"), ("GET", "documents"),
        ("GET", "documents/x"),
    ]:  # fmt: skip
        assert desk.ask(stranger, method, f"{MINE}/{draft}/{path}").status_code == 404
    refused = desk.ask(stranger, "PUT", f"{MINE}/{draft}/materials/income", {"use_licence": False})
    assert refused.status_code == 404
    assert upload(desk, token, draft, b"%PDF-1.7 no pdf", "a.pdf").status_code == 415


def test_an_earlier_upload_is_listed_and_used_again(desk: Desk) -> None:
    citizen = desk.a_resident()
    token, first = desk.citizen_token(citizen), desk.a_case(citizen=citizen)
    draft = desk.ask(token, "POST", MINE, {"matter": RELIEF}).get_json()["id"]
    listed = desk.ask(token, "GET", f"{MINE}/{draft}/materials/income/earlier").get_json()["items"]
    assert [one["application"] for one in listed] == [first]
    body = {"material": "income", "from_application": first}
    again = desk.ask(token, "POST", f"{MINE}/{draft}/materials/reuse", body)
    assert (again.status_code, again.get_json()["material"]) == (201, "income")
    materials = desk.ask(token, "GET", f"{MINE}/{draft}").get_json()["materials"]
    assert {one["id"]: one["status"] for one in materials}["income"] == "uploaded"


def test_a_document_is_listed_read_and_checked_by_anybody(desk: Desk) -> None:
    citizen = desk.a_resident()
    token, case = desk.citizen_token(citizen), desk.a_case(citizen=citizen)
    desk.do("receiver", case, "claim", "accept")
    issuing.issue(desk.house, case)
    listed = desk.ask(token, "GET", f"{MINE}/{case}/documents").get_json()["items"]
    assert [one["title"] for one in listed] == ["受理通知书"]
    pdf = desk.ask(token, "GET", f"{MINE}/{case}/documents/{listed[0]['id']}")
    assert (pdf.status_code, pdf.content_type, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    row = desk.house.db["documents"].find_one({"_id": listed[0]["id"]}) or {}

    told = desk.app.test_client().get(f"/api/v1/documents/verify/{row['code']}").get_json()
    assert (told["valid"], told["number"], told["applicant"]) == (True, listed[0]["number"], "随*办")
    form = {"file": (BytesIO(pdf.data), "a.pdf")}
    same = desk.app.test_client().post("/api/v1/documents/verify", data=form).get_json()
    assert (same["valid"], same["sha256"]) == (True, row["sha256"])
    other = {"file": (BytesIO(TINY_PDF), "a.pdf")}
    assert desk.app.test_client().post("/api/v1/documents/verify", data=other).get_json()["valid"] is False
    assert desk.ask(token, "GET", "/licences/none/uses").get_json() == {"items": [], "next_cursor": None}


def test_codes_cannot_be_tried_out(desk: Desk) -> None:
    client = desk.app.test_client()
    place = {"REMOTE_ADDR": "198.51.100.7"}
    answers = [
        client.get(f"/api/v1/documents/verify/0000000000000{number:03d}", environ_base=place)
        for number in range(31)
    ]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert {answer.get_json()["valid"] for answer in answers[:30]} == {False}
