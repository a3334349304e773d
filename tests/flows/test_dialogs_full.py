"""The two full dialogs over the public API; `python -m tests.transcripts` writes them to docs/dialogs.md."""

import pytest

from tests.flows.full_dialogs import a_mother_was_not_verified, a_tenant_moves
from tests.flows.office import Office
from tests.stack import Stack


@pytest.fixture(scope="module")
def office(stack: Stack) -> Office:
    return Office(stack)


def test_a_move_is_brought_along_with_the_endorsement(stack: Stack, office: Office) -> None:
    said, citizen = a_tenant_moves(stack, office)
    whole = "\n".join(said.lines)
    assert "我把两件一起办" in whole
    assert "不是一回事" in whole, "the question in between is answered"
    [filed] = said.applications(matter="residence-permit-endorsement")
    assert filed["number"] and filed["number"] in whole and filed["promised_date"] in whole
    fields = {one["name"]: one for one in said.application(filed["id"])["fields"]}
    assert fields["request"]["display"] == "签注并改地址"
    assert fields["lease_holder"]["display"] == "我爱人"
    materials = {one["id"]: one for one in said.application(filed["id"])["materials"]}
    assert materials["marriage-proof"]["status"] == "exempt", "the e-licence stands in for it"
    citizen.client.close()


def test_a_pension_that_stopped_is_met_with_an_answer_and_a_person(stack: Stack, office: Office) -> None:
    said = a_mother_was_not_verified(stack, office)
    first, person, called = said.lines[1], said.lines[3], said.lines[5]
    assert "别急" in first and "补发" in first
    assert "转人工" in person
    assert "手机" in called and "****" in called, "called at the number they registered, masked"
