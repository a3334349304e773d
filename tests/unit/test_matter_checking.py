"""The check of matter files: each mistake is told with file, line and what would be right."""

from pathlib import Path

import pytest

from backend.core.settings import ROOT
from backend.matters import catalogue as loading
from backend.matters import checking, documents
from backend.matters.__main__ import main
from backend.matters.catalogue import load_catalogue
from backend.matters.checking import check
from backend.matters.checking_flows import calendar_days, promised_days
from backend.matters.checking_forms import can_hold
from backend.matters.checking_texts import plain_words, reading_problems

GOOD = (ROOT / "backend/matters/catalogue/transport/driving-licence-renewal.yml").read_text("utf-8")
GOOD = (
    GOOD.replace("id: driving-licence-renewal", "id: trial-matter", 1)
    .replace("name: 驾驶证期满换证", "name: 试办事项", 1)
    .replace("aliases: [换驾照, 驾照到期换证, 驾驶证换证, 驾照年限到了换新证]", "aliases: [试办]", 1)
    .replace("aliases_en: [", "aliases_en: [trial of ", 1)
    .replace("driving licence renewal, replace", "trial renewal, trial replace", 1)
    .replace("name: contact_phone\n    label: 联系电话", "name: carrier_code\n    label: 送件暗号", 1)
)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """One folder in place of the whole catalogue, to be quick."""
    for module in (documents, checking):
        monkeypatch.setattr(module, "SHIPPED", documents.SHIPPED / "identity")


def findings(folder: Path, text: str, *, sentences: bool = True) -> list[str]:
    """What the check says about one file outside the shipped catalogue."""
    catalogue = folder / "catalogue" / "transport"
    catalogue.mkdir(parents=True)
    (catalogue / "trial-matter.yml").write_text(text, "utf-8")
    (folder / "catalogue" / "intents").mkdir()
    if sentences:
        said = "matter: trial-matter\nexamples: [{text: 试办一下, act: do_matter}]\n"
        (folder / "catalogue" / "intents" / "trial-matter.yml").write_text(said, "utf-8")
    return check([catalogue])


def test_the_shipped_catalogue_is_clean() -> None:
    assert check([]) == []


@pytest.mark.usefixtures("few")
def test_a_good_file_is_clean(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == []


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("right", "wrong", "stands", "told"),
    [
        ("licence: medical-fitness}", "licence: medical-fitnes}", "medical-fitnes}", "nobody issues"),
        ("[type=driving-licence].number", "[type=drivers-card].number", "drivers-card", "nobody issues"),
        ("source: population.name", "source: populace.name", "populace", "no department keeps 'populace'"),
        ("label: 送件暗号", "label: 手机号", "手机号", "population.phone"),
        ("name: carrier_code", "name: contact_phone", "contact_phone", "`editable: true`"),
        ("name: 试办事项", "name: 居住证申领", "name: 居", "is a name of residence-permit"),
        ("aliases: [试办]", "aliases: [办居住证]", "aliases:", "residence-permit, too"),
        ("life_event:", "life_event:", "", ""),
        ("新驾驶证寄到您家，还是您去车管所窗口拿？", "申请人应当选择领证方式。", "申请人应当", "公文话"),
        ("when: {delivery: post}", "when: {delivery: {$in: [post], $ne: post}}", "$ne", "can never come"),
        ("- {value: window", "- {value: station", "delivery", "the values of `delivery` are"),
        ("半个工作日, standard: 新证", "3 个工作日, standard: 新证", "flow:", "promised are 1.4"),
        (
            "  evidence:\n",
            "  circumstances:\n    - {words: [搬家], text: 一起办。, gives: {delivery: moon}}\n  evidence:\n",
            "words:",
            "delivery: 'moon' is no choice",
        ),
        ("limit: 寄出以后（不计入办结时限）", "limit: 尽快寄出", "尽快寄出", "does not say how long"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_and_line(
    tmp_path: Path, right: str, wrong: str, stands: str, told: str
) -> None:
    if not told:
        right, wrong, stands, told = (
            "id: trial-matter",
            "id: trial-matter\nlife_event: moon",
            "moon",
            "is none of",
        )
    text = GOOD.replace(right, wrong, 1)
    assert text != GOOD
    found = findings(tmp_path, text)
    assert len(found) == 1, found
    line = int(found[0].split(".yml:")[1].split(":")[0])
    assert told in found[0]
    near = text.splitlines()[line - 1 : line + 8]
    assert any(stands in one for one in near), (found[0], near)


@pytest.mark.usefixtures("few")
def test_a_matter_of_which_nobody_knows_how_it_goes_is_told(tmp_path: Path) -> None:
    before, flow = GOOD.split("flow:\n")
    [found] = findings(tmp_path, before + flow[flow.index("accept_when:") :])
    assert "write a `flow`" in found


@pytest.mark.usefixtures("few")
def test_time_for_which_the_clock_stops_must_be_said_to_be_outside(tmp_path: Path) -> None:
    stops = "special:\n  - {kind: 公示, period: {amount: 1, unit: 日历日}}\nflow:\n"
    row = "  - {name: 公示, who: 车管所, limit: 1 个工作日（不计入办结时限）}\n"
    published = GOOD.replace("flow:\n", stops + row, 1)
    assert findings(tmp_path / "right", published) == []
    found = findings(
        tmp_path / "wrong",
        published.replace(
            "公示, who: 车管所, limit: 1 个工作日（不计入办结时限）", "公示, who: 车管所, limit: 当天"
        ),
    )
    assert len(found) == 1
    assert "the clock stops for 公示" in found[0]


def test_the_slowest_answer_decides_how_long_a_flow_may_take() -> None:
    matter = load_catalogue([documents.SHIPPED]).get("company-change")
    assert max(calendar_days(step.limit) or 0 for step in matter.flow) > 1.4
    assert promised_days(matter) == pytest.approx(3 * 1.4)


@pytest.mark.usefixtures("few")
def test_what_cannot_be_loaded_is_told_alone(tmp_path: Path) -> None:
    [found] = findings(tmp_path, GOOD.replace("service: 承诺件", "service: 随便件"))
    assert "即办件" in found


@pytest.mark.usefixtures("few")
def test_a_matter_nobody_can_ask_for_is_told(tmp_path: Path) -> None:
    [found] = findings(tmp_path, GOOD, sentences=False)
    assert "write intents/matters/trial-matter.yml" in found


def test_a_sentence_too_long_to_hear_is_told() -> None:
    long = "您" * (plain_words()["longest"]["ask"] + 1)
    assert list(reading_problems("ask", long + "。"))
    assert not list(reading_problems("ask", "您" * 20 + "。" + "您" * 20 + "。"))
    assert not list(reading_problems("answer", "The work permit and the residence permit are filed once."))


def test_conditions_are_searched_through_the_fields_they_rest_on(tmp_path: Path) -> None:
    extra = (
        "  - {name: reason, label: 原因, type: choice, when: {delivery: window}, ask: 为什么？,"
        " choices: [{value: near, label: 近}, {value: safe, label: 稳妥}]}\n"
        "  - {name: count, label: 份数, type: number, ask: 几份？}\n"
        "materials:\n"
    )
    file = tmp_path / "trial-matter.yml"
    file.write_text(GOOD.replace("materials:\n", extra, 1), "utf-8")
    matter = load_catalogue([tmp_path]).get("trial-matter")
    assert can_hold(matter, {"reason": "near"})
    assert not can_hold(matter, {"reason": "near", "delivery": "post"})
    assert can_hold(matter, {"count": {"$gte": 2, "$lt": 3}})
    assert not can_hold(matter, {"count": {"$gt": 3, "$lt": 2}})
    assert can_hold(matter, {"$or": [{"delivery": "post"}, {"reason": "near", "delivery": "post"}]})


def test_the_tools_answer_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load_catalogue([documents.SHIPPED])
    monkeypatch.setattr(loading, "load_catalogue", lambda _: whole)
    assert main(["show", "driving-licence-renewal"]) == 0
    shown = capsys.readouterr().out
    assert all(part in shown for part in ("表单", "材料", "承诺", "medical-fitness"))
    assert main(["graph", "newborn"]) == 0
    assert "birth-registration" in capsys.readouterr().out
    picture = tmp_path / "newborn.svg"
    assert main(["graph", "newborn", "--svg", str(picture)]) == 0
    assert picture.read_text("utf-8").startswith("<svg")
    assert main(["graph", "driving-licence-renewal"]) == 2
    assert main(["show", "nothing-like-it"]) == 2
    assert main(["check", str(tmp_path / "nowhere")]) == 1
