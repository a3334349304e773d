"""The two full dialogs, as somebody really has them; each returns what was said."""

from dataclasses import replace

import httpx

from tests.flows import casebook
from tests.flows.casebook import Case, Citizen
from tests.flows.office import Office
from tests.flows.transcript import Transcript
from tests.stack import Stack

CASES = {case.matter: case for case in casebook.all_cases()}
MARRIED = {
    "department": "civil-affairs",
    "type": "marriage-certificate",
    "name": "结婚证",
    "number": "J310000-2023-000521",
    "issued": "today-900d",
}


def a_tenant_moves(stack: Stack, office: Office) -> tuple[Transcript, Citizen]:
    """提示 → 搬家了 → 变更和签注一起办 → 照片 → 确认 → 编号."""
    case = CASES["residence-permit-endorsement"]
    licences = [*case.citizen["licences"], MARRIED]
    citizen, said = _talking(stack, office, replace(case, citizen=case.citizen | {"licences": licences}))
    said.title = "居住证签注的提示：搬家了，合同在爱人名下"
    said.wait_for_prompt("residence-permit-endorsement")
    said.told()
    said.say("我搬家了呀,地址不一样了")
    said.say("租的,合同在我老公名下")
    said.say("没备案过,租赁备案和改地址是不是一回事啊")
    said.say("安居路8号3幢201室")
    said.say("2026年11月1号")
    said.note("拍下租赁合同，传了上来")
    [draft] = said.applications(matter="residence-permit-endorsement", state="draft")
    casebook.upload(citizen, draft["id"], "lease")
    said.say("传好了")
    said.say("确认")
    return said, citizen


def a_mother_was_not_verified(stack: Stack, office: Office) -> Transcript:
    """养老刷脸没弄、钱停了 → 先别急 → 在老家不会弄 → 转人工 → 电话打我."""
    _, said = _talking(stack, office, CASES["subsistence-allowance"])
    said.title = "妈妈的养老金停了：认证没弄，人在外地"
    said.say("我妈去年养老刷脸没弄,钱停了,我在外地怎么办")
    said.say("她在老家 手机不会弄 你给我转人工")
    said.say("可以,电话打我")
    return said


def _talking(stack: Stack, office: Office, case: Case) -> tuple[Citizen, Transcript]:
    citizen = casebook.move_in(stack, case, office)
    phone: httpx.Client = citizen.talk.client
    return citizen, Transcript(phone)
