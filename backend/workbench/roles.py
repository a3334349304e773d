"""What members of a department's staff may do, by role."""

from enum import StrEnum


class Role(StrEnum):
    """One post at a department; a person may hold several. The least that is needed."""

    RECEIVE = "receive"
    HANDLE = "handle"
    REVIEW = "review"
    DECIDE = "decide"
    SUPERVISE = "supervise"
    ADMINISTRATE = "administrate"


LABELS: dict[Role, str] = {
    Role.RECEIVE: "收件受理",
    Role.HANDLE: "承办",
    Role.REVIEW: "审核",
    Role.DECIDE: "决定",
    Role.SUPERVISE: "督办",
    Role.ADMINISTRATE: "账号管理",
}
# Who accepts may not decide; who only manages accounts sees no case.
CASE_ROLES = frozenset(Role) - {Role.ADMINISTRATE}
DATA_OFFICE = "data-office"
