"""What the gateway makes of a department's answers, over a small real HTTP server."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from integrations.gateways.departments import (
    Applicant,
    CaseDecision,
    CaseFiling,
    CaseNotFound,
    DepartmentConflict,
    DepartmentProtocolError,
    DepartmentRejected,
    DepartmentsGateway,
    DepartmentUnavailable,
    PersonNotFound,
)
from integrations.gateways.sms import SimulatedSms

RECEIPT = {"reference": "R1", "department": "health", "received_at": "2026-10-12T00:00:00+00:00"}


class Department:
    """Answers what it was told to, one after another, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any, dict[str, str]]] = []
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        department = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                department.asked.append((self.path, dict(self.headers), json.loads(raw or b"null")))
                several = len(department.answers) > 1
                status, body, headers = department.answers.pop(0) if several else department.answers[0]
                text = body.encode() if isinstance(body, str) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(text))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test's output quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def says(self, status: int, body: Any = "", **headers: str) -> "Department":
        self.answers.append((status, body, headers))
        return self


@pytest.fixture
def department() -> Iterator[Department]:
    running = Department()
    yield running
    running.server.shutdown()
    running.server.server_close()


def a_filing() -> CaseFiling:
    applicant = Applicant(name="随小行", identity_number="310000199001010011", phone="19900000001")
    return CaseFiling(
        matter="m", application="A1", applicant=applicant, form={"a": 1}, callback_url="http://x/"
    )


def test_a_filing_carries_key_and_idempotency_key(department: Department) -> None:
    department.says(202, RECEIPT)
    assert DepartmentsGateway(department.url, "k").file_case("health", a_filing()).reference == "R1"
    path, headers, body = department.asked[0]
    assert path == "/departments/health/cases"
    assert headers["Authorization"] == "Bearer k"
    assert headers["Idempotency-Key"] == "A1"
    assert "result" not in body


def test_a_filing_says_how_it_is_handled_in_long_or_in_short() -> None:
    said = {"special": ["检验"], "tolerance": "10个工作日", "joint": ["health"], "handling": "workbench"}
    period = {"amount": 10, "unit": "工作日"}
    long = said | {
        "special": [{"kind": "检验", "period": period}],
        "tolerance": {"text": "", "period": period},
    }
    plain = a_filing().model_dump()
    assert CaseFiling.model_validate(plain | said).special[0].kind == "检验"
    filing = CaseFiling.model_validate(plain | long)
    assert filing.tolerance is not None
    assert filing.tolerance.period is not None
    assert filing.tolerance.period.amount == 10
    assert a_filing().handling == "department"


def test_a_decision_and_an_end_are_sent_where_they_belong(department: Department) -> None:
    department.says(200, {"reference": "R1", "state": "approved", "history": []})
    gateway = DepartmentsGateway(department.url, "k")
    said = CaseDecision(decision="approved", opinion="同意", by="甲")
    assert gateway.decide("health", "R1", said).state == "approved"
    gateway.decide("health", "R1", said, idempotency_key="mine")
    gateway.terminate("health", "R1", reason="逾期")
    (path, headers, body), (_, again, _), (end, _, why) = department.asked
    assert path == "/departments/health/cases/R1/decision"
    assert (headers["Idempotency-Key"], again["Idempotency-Key"]) == ("decision:R1", "mine")
    assert body == {"decision": "approved", "opinion": "同意", "by": "甲"}
    assert (end, why) == ("/departments/health/cases/R1/terminate", {"reason": "逾期"})


def test_a_chinese_reference_is_encoded_once_in_path_and_key(department: Department) -> None:
    department.says(200, {"reference": "卫1", "state": "approved", "history": []})
    said = CaseDecision(decision="approved", opinion="同意", by="甲")
    DepartmentsGateway(department.url, "k").decide("health", "卫1", said)
    ((_, headers, _),) = department.asked
    assert headers["Idempotency-Key"] == "decision:%E5%8D%AB1"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_can_heal_is_tried_again(department: Department, status: int) -> None:
    department.says(status).says(202, RECEIPT)
    assert DepartmentsGateway(department.url, "k").file_case("health", a_filing()).reference == "R1"
    assert [headers["Idempotency-Key"] for _, headers, _ in department.asked] == ["A1", "A1"]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (409, {"error": "conflict"}, DepartmentConflict),
        (422, {"errors": [{"field": "a", "reason": "b"}]}, DepartmentRejected),
        (404, {"error": "not-found"}, CaseNotFound),
        (401, {"error": "unauthorized"}, DepartmentProtocolError),
        (200, "not json", DepartmentProtocolError),
        (200, {"another": "shape"}, DepartmentProtocolError),
        (422, "not json", DepartmentProtocolError),
    ],
)
def test_what_cannot_heal_is_asked_once_and_told_apart(
    department: Department, status: int, body: Any, error: type[Exception]
) -> None:
    department.says(status, body)
    with pytest.raises(error):
        DepartmentsGateway(department.url, "k").file_case("health", a_filing())
    assert len(department.asked) == 1


def test_a_rejection_tells_field_and_reason(department: Department) -> None:
    department.says(422, {"errors": [{"field": "child_name", "reason": "缺少"}]})
    with pytest.raises(DepartmentRejected) as refused:
        DepartmentsGateway(department.url, "k").file_case("health", a_filing())
    assert [(one.field, one.reason) for one in refused.value.errors] == [("child_name", "缺少")]


def test_who_is_not_in_a_registry_is_not_found(department: Department) -> None:
    department.says(404, {"error": "not-found"})
    with pytest.raises(PersonNotFound):
        DepartmentsGateway(department.url, "k").query_registry("health", identity_number="1", purpose="p")


def test_a_wait_longer_than_our_patience_is_passed_on(department: Department) -> None:
    department.says(503, "", **{"Retry-After": "120"})
    with pytest.raises(DepartmentUnavailable) as gone:
        DepartmentsGateway(department.url, "k").get_case("health", "R1")
    assert gone.value.retry_after == 120.0
    assert len(department.asked) == 1


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(DepartmentUnavailable):
        DepartmentsGateway("http://127.0.0.1:9", "k", attempts=2).get_case("health", "R1")


def test_an_open_breaker_spares_the_department(department: Department) -> None:
    department.says(500)
    gateway = DepartmentsGateway(department.url, "k", attempts=1, failures_to_open=2, open_seconds=60)
    for _ in range(5):
        with pytest.raises(DepartmentUnavailable):
            gateway.get_case("health", "R1")
    assert len(department.asked) == 2


def test_answers_of_the_callers_fault_do_not_open_the_breaker(department: Department) -> None:
    department.says(404, {})
    gateway = DepartmentsGateway(department.url, "k", attempts=1, failures_to_open=2, open_seconds=60)
    for _ in range(5):
        with pytest.raises(CaseNotFound):
            gateway.get_case("health", "R1")
    assert len(department.asked) == 5


def test_a_reference_cannot_lead_to_another_address(department: Department) -> None:
    department.says(404, {})
    with pytest.raises(CaseNotFound):
        DepartmentsGateway(department.url, "k").get_case("health", "../../admin?x=1")
    assert department.asked[0][0] == "/departments/health/cases/..%2F..%2Fadmin%3Fx%3D1"


def test_errors_and_filings_do_not_show_personal_values(department: Department) -> None:
    department.says(200, {"reference": ["19900000001"]})
    with pytest.raises(DepartmentProtocolError) as failed:
        DepartmentsGateway(department.url, "k").file_case("health", a_filing())
    shown = f"{failed.value!r} {failed.value.__cause__!r} {a_filing()!r}"
    assert "1990" not in shown
    assert "随小行" not in shown


def test_a_simulated_message_lands_in_its_sink() -> None:
    kept: list[tuple[str, str]] = []
    SimulatedSms(lambda phone, text: kept.append((phone, text))).send("19900000001", "验证码 123456")
    assert kept == [("19900000001", "验证码 123456")]


@pytest.mark.parametrize(("phone", "text"), [("", "a"), ("1990000000x", "a"), ("19900000001", "  ")])
def test_a_message_nobody_could_deliver_is_refused(phone: str, text: str) -> None:
    with pytest.raises(ValueError, match="short message"):
        SimulatedSms(lambda *_: None).send(phone, text)
