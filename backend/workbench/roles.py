"""What members of a department's staff may do, by role; operators and agents are the data office's staff."""

from enum import StrEnum


class Role(StrEnum):
    """One post at a department; a person may hold several. The least that is needed."""

    RECEIVE = "receive"
    HANDLE = "handle"
    REVIEW = "review"
    DECIDE = "decide"
    SUPERVISE = "supervise"
    ADMINISTRATE = "administrate"
    OPERATE = "operate"
    ATTEND = "attend"


LABELS: dict[Role, str] = {
    Role.RECEIVE: "收件受理",
    Role.HANDLE: "承办",
    Role.REVIEW: "审核",
    Role.DECIDE: "决定",
    Role.SUPERVISE: "督办",
    Role.ADMINISTRATE: "账号管理",
    Role.OPERATE: "意图运营",
    Role.ATTEND: "人工客服",
}
# Who accepts may not decide; who manages accounts, trains the assistant or answers for it sees no case.
CASE_ROLES = frozenset(Role) - {Role.ADMINISTRATE, Role.OPERATE, Role.ATTEND}
DATA_OFFICE = "data-office"
