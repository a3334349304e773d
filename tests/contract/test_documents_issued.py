"""Documents and uploads on a real database: issued once, drawn once, checked by anybody, used again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from backend.core.errors import Problem
from backend.core.schemas import PageQuery
from backend.documents import issuing, reading, verifying
from backend.documents.texts import Kind
from backend.files import covering, fetching, leftovers, reusing
from backend.files.storage import Bucket, open_store, read_file
from backend.licences import uses
from tests.contract.city import emptied
from tests.contract.engine import MATTER, EngineTown, trial_matter
from tests.contract.prompting import together
from tests.papers import TINY_PDF, TINY_PNG, a_pdf

PLAN = {
    "id": "plan",
    "name": "平面图",
    "necessity": "required",
    "origin": "申请人自备",
    "licence": "plan-licence",
}
LICENCE = {"id": "l1", "type": "plan-licence", "name": "图纸证照", "number": "1", "status": "valid"}


@pytest.fixture
def town(mongo_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineTown]:
    database = emptied(mongo_url, "documents")
    made = EngineTown(mongo_url, database, tmp_path)
    from backend.core import events

    monkeypatch.setattr(events, "relay", made.keep_events)
    made.house.db.create_indexes()
    with trial_matter():
        yield made


def kinds(town: EngineTown, application: str) -> list[str]:
    return [one["kind"] for one in reading.list_documents(town.house, town.citizen, application)]


def test_every_step_that_has_a_document_gets_one_and_only_one(town: EngineTown) -> None:
    application = town.a_submitted()
    items = [{"field": "contact_phone", "reason": "电话打不通"}, {"material": "plan", "reason": "看不清。"}]
    for event, details in [
        ("received", {}),
        ("correction-requested", {"items": items}),
    ]:
        town.clock.advance(minutes=1)
        town.report(application, event, details=details)
    together(*[lambda: issuing.issue(town.house, application)] * 6)
    rows = list(town.house.db["documents"].find({"application": application}).sort("issued_at"))
    assert [row["kind"] for row in rows] == ["receipt", "correction"]
    said = [one for one in rows[1]["content"]["body"] if one["items"]]
    assert said[0]["items"] == ["电话：电话打不通", "平面图：看不清"]
    assert rows[0]["content"]["body"][1]["items"] == ["平面图（上传）"]
    assert issuing.issue(town.house, application) == []


def test_a_decision_that_comes_first_brings_what_it_implies(town: EngineTown) -> None:
    application = town.a_submitted()
    town.report(application, "approved", details={"opinion": "符合条件"})
    issuing.issue(town.house, application)
    town.report(application, "completed")
    issuing.issue(town.house, application)
    assert kinds(town, application) == ["receipt", "acceptance", "approval", "result"]
    row = town.house.db["documents"].find_one({"application": application, "kind": "approval"}) or {}
    assert row["content"]["title"] == "准予行政许可决定书"
    assert "审查意见：符合条件。" in [one["text"] for one in row["content"]["body"]]


def test_an_extension_and_a_special_procedure_are_told_in_writing(town: EngineTown) -> None:
    application = town.an_accepted()
    town.report(application, "reviewing")
    town.report(application, "extended", details={"reason": "要实地查看"})
    town.clock.advance(minutes=1)
    town.report(application, "suspended", details={"kind": "专家评审", "reason": "请专家评审"})
    issuing.issue(town.house, application)
    assert {"extension", "special"} <= set(kinds(town, application))
    rows = {row["kind"]: row["content"]["body"] for row in town.house.db["documents"].find({})}
    assert any("延长办理期限10个工作日" in one["text"] for one in rows["extension"])
    assert any("专家评审" in one["text"] for one in rows["special"])


def test_numbers_are_unique_for_a_department_a_kind_and_a_year(town: EngineTown) -> None:
    def make() -> str:
        return issuing.make_number(town.house, "human-resources", Kind.ACCEPTANCE, 2026)

    made = together(*[make] * 12)
    assert sorted(made) == [f"随安人社受〔2026〕第{number:08d}号" for number in range(1, 13)]
    assert issuing.make_number(town.house, "human-resources", Kind.ACCEPTANCE, 2027).endswith("第00000001号")
    assert (
        issuing.make_number(town.house, "housing", Kind.ACCEPTANCE, 2026) == "随安住建受〔2026〕第00000001号"
    )


def test_a_document_is_drawn_once_and_anybody_can_check_it(town: EngineTown) -> None:
    application = town.an_accepted()
    issuing.issue(town.house, application)
    listed = reading.list_documents(town.house, town.citizen, application)
    acceptance = next(one for one in listed if one["kind"] == "acceptance")
    assert acceptance["size"] is None

    def read() -> tuple[str, bytes]:
        return reading.read_document(town.house, town.citizen, application, acceptance["id"])

    copies = together(*[read] * 3)
    assert len(set(copies)) == 1
    name, pdf = copies[0]
    assert (name, pdf[:5]) == (f"受理通知书-{acceptance['number']}.pdf", b"%PDF-")
    assert town.house.db["documents.files"].count_documents({}) == 1

    row = town.house.db["documents"].find_one({"_id": acceptance["id"]}) or {}
    shown = "-".join(row["code"][start : start + 4] for start in range(0, 16, 4)).lower()
    told = verifying.verify_code(town.house, shown)
    assert (told["valid"], told["number"], told["applicant"]) == (True, acceptance["number"], "随*办")
    assert told["sha256"] == row["sha256"]
    assert verifying.verify_file(town.house, pdf)["number"] == acceptance["number"]
    assert verifying.verify_file(town.house, pdf + b" ") == verifying.NOT_OURS
    assert verifying.verify_code(town.house, "0000000000000000") == verifying.NOT_OURS


def test_a_row_that_was_tampered_with_is_not_ours(town: EngineTown) -> None:
    application = town.an_accepted()
    issuing.issue(town.house, application)
    one = reading.list_documents(town.house, town.citizen, application)[0]
    reading.read_document(town.house, town.citizen, application, one["id"])
    documents = town.house.db["documents"]
    documents.update_one({"_id": one["id"]}, {"$set": {"number": "随安民受〔2026〕第99999999号"}})
    row = documents.find_one({"_id": one["id"]}) or {}
    assert verifying.verify_code(town.house, row["code"]) == verifying.NOT_OURS


def test_a_decision_that_was_revoked_no_longer_counts(town: EngineTown) -> None:
    application = town.a_submitted()
    town.report(application, "approved")
    issuing.issue(town.house, application)
    town.report(application, "revoked", details={"reason": "材料虚假"})
    row = town.house.db["documents"].find_one({"application": application, "kind": "approval"}) or {}
    told = verifying.verify_code(town.house, row["code"])
    assert (told["valid"], "撤销" in told["reason"]) == (False, True)
    issuing.issue(town.house, application)
    listed = reading.list_documents(town.house, town.citizen, application)
    made = next(one for one in listed if one["kind"] == "revocation")
    row = town.house.db["documents"].find_one({"_id": made["id"]}) or {}
    assert verifying.verify_code(town.house, row["code"])["valid"] is True


def test_another_citizens_documents_are_not_there(town: EngineTown) -> None:
    application = town.an_accepted()
    issuing.issue(town.house, application)
    listed = reading.list_documents(town.house, town.citizen, application)
    stranger = town.a_citizen(population={"name": "安小陌"})
    other = town.a_draft()
    with pytest.raises(Problem, match="not-found"):
        reading.read_document(town.house, stranger, application, listed[0]["id"])
    with pytest.raises(Problem, match="not-found"):
        reading.read_document(town.house, town.citizen, other, listed[0]["id"])


def a_second_draft(town: EngineTown) -> tuple[str, str]:
    """A submitted application with an upload, and a new draft of the same matter."""
    first = town.a_submitted()
    return first, town.a_draft()


def test_an_own_earlier_upload_is_used_again_and_outlives_the_first_reference(town: EngineTown) -> None:
    first, draft = a_second_draft(town)
    earlier = reusing.earlier_uploads(town.house, town.citizen, draft, "plan")
    assert [(one["application"], one["name"]) for one in earlier] == [(first, "图.pdf")]
    kept = reusing.reuse(town.house, town.citizen, draft, material="plan", source=first)
    assert kept["name"] == "图.pdf"
    got = fetching.fetch_material(town.house, town.citizen, draft, "plan")
    assert (b"".join(got.pieces), got.media_type) == (TINY_PDF, "application/pdf")

    from backend.applications import materials

    more = {"material": "plan", "name": "b.png", "content": TINY_PNG}
    materials.upload(town.house, town.citizen, draft, **more)
    town.clock.advance(days=2)
    assert leftovers.clean(town.house) == 0, "the first application still refers to it"
    assert read_file(town.house, Bucket.MATERIALS, town.document(first)["uploads"][0]["file"]) == TINY_PDF


def test_a_replaced_upload_is_removed_a_day_later(town: EngineTown) -> None:
    from backend.applications import materials

    draft = town.a_draft()
    town.upload(draft)
    old = town.document(draft)["uploads"][0]["file"]
    materials.upload(town.house, town.citizen, draft, material="plan", name="b.pdf", content=a_pdf(pages=2))
    assert leftovers.clean(town.house) == 0
    town.clock.advance(days=2)
    assert leftovers.clean(town.house) == 1
    store = open_store(town.house, Bucket.MATERIALS)
    assert not store.exists(old)
    assert store.exists(town.document(draft)["uploads"][0]["file"])
    assert leftovers.clean(town.house) == 0


def test_what_is_too_old_or_another_persons_is_not_offered(town: EngineTown) -> None:
    first, draft = a_second_draft(town)
    stranger = town.a_citizen(population={"name": "安小陌"})
    with pytest.raises(Problem, match="not-found"):
        reusing.earlier_uploads(town.house, stranger, draft, "plan")
    with pytest.raises(Problem, match="not-found"):
        fetching.fetch_material(town.house, stranger, first, "plan")
    with pytest.raises(Problem, match="not-found"):
        reusing.reuse(town.house, town.citizen, draft, material="plan", source=draft)
    town.clock.advance(days=731)
    assert reusing.earlier_uploads(town.house, town.citizen, draft, "plan") == []
    with pytest.raises(Problem, match="not-found"):
        reusing.reuse(town.house, town.citizen, draft, material="plan", source=first)


def test_each_use_of_an_e_licence_is_noted_once_and_shown_to_its_owner(town: EngineTown) -> None:
    with trial_matter(materials=[PLAN], tolerance=None):
        town.citizen = town.a_citizen(licences=[LICENCE], population={"name": "随小办"})
        application = town.a_submitted(with_plan=False)
        page = uses.list_uses(town.house, town.citizen, "l1", PageQuery(limit=10, cursor=None))
        shown = [uses.view_use(one) for one in page.items]
        assert [(one["application"], one["material"]) for one in shown] == [(application, "plan")]
        assert (shown[0]["department"], shown[0]["purpose"]) == ("市民政局", "办理“引擎试办事项”")
        stranger = town.a_citizen(population={"name": "安小陌"})
        assert uses.list_uses(town.house, stranger, "l1", PageQuery(limit=10, cursor=None)).items == []


def test_a_refused_e_licence_makes_its_material_wanted(town: EngineTown) -> None:
    from backend.applications import filling

    with trial_matter(materials=[PLAN], tolerance=None):
        town.citizen = town.a_citizen(licences=[LICENCE], population={"name": "随小办"})
        draft = town.a_draft()

        def choose(use: bool) -> str:
            document = covering.choose_cover(
                town.house, town.citizen, draft, material="plan", use_licence=use
            )
            return str(filling.next_step(town.house, document)["kind"])

        assert (choose(False), choose(False), choose(True), choose(False)) == (
            "upload", "upload", "confirm", "upload",
        )  # fmt: skip
        town.upload(draft)
        from backend.applications import applying

        applying.submit(town.house, town.citizen, draft, key="k")
        assert town.house.db["licence_uses"].count_documents({}) == 0
        with pytest.raises(Problem, match="move-not-allowed"):
            choose(True)


def test_storage_that_is_away_is_said_so_and_nothing_is_noted(town: EngineTown) -> None:
    silent = SecretStr("s3://k:s@127.0.0.1:9/box?secure=false")
    settings = town.house.settings.model_copy(update={"files_url": silent})
    draft, town.house = town.a_draft(), replace(town.house, settings=settings)
    with pytest.raises(Problem, match="files-unavailable"):
        town.upload(draft)
    assert town.document(draft)["uploads"] == []
    assert town.document(draft)["matter"] == MATTER
