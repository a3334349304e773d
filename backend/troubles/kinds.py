"""The kinds of trouble: what each is told as, and what it refers to."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What can go wrong so that only people can settle it."""

    FILING_GIVEN_UP = "filing-given-up"
    FILING_REFUSED = "filing-refused"
    DEPARTMENT_SILENT = "department-silent"
    PAYMENT_STRANGE = "payment-strange"
    REFUND_REFUSED = "refund-refused"
    ORDER_STUCK = "order-stuck"
    BOOKS_NOT_COMPARED = "books-not-compared"
    RATING_NOT_CONTACTED = "rating-not-contacted"
    RATING_NOT_SETTLED = "rating-not-settled"
    CORRECTION_LATE = "correction-late"
    SHARING_LATE = "sharing-late"
    GRANT_ENDING = "grant-ending"
    OPINION_LATE = "opinion-late"
    VERSION_LOST = "version-lost"


@dataclass(frozen=True)
class About:
    """How a kind is told, and what its entries refer to; ``again`` where it can be tried again."""

    what: str
    refers_to: str
    again: bool = False


ABOUT: dict[Kind, About] = {
    Kind.FILING_GIVEN_UP: About(
        "多次尝试后，部门系统仍不接受这个办件要告知的内容，已停止自动重试；请与部门核对，再点重试。",
        "application",
        again=True,
    ),
    Kind.FILING_REFUSED: About(
        "部门系统不收这个办件要告知的内容，原因不是申请人能补正的；请与部门核对，再点重试。",
        "application",
        again=True,
    ),
    Kind.DEPARTMENT_SILENT: About(
        "部门系统长时间不应答，或应答读不懂；等待它的办件会继续自动重试。", "department"
    ),
    Kind.PAYMENT_STRANGE: About("支付公司的记录与这笔订单对不上，请人工核对。", "order"),
    Kind.REFUND_REFUSED: About("支付公司没有同意退回这笔费用，系统会继续申请；请与支付公司核对。", "order"),
    Kind.ORDER_STUCK: About("这笔订单多次处理出错，系统会继续重试；请联系技术人员查看。", "order"),
    Kind.BOOKS_NOT_COMPARED: About("与支付公司的对账长时间没有成功。", "statement"),
    Kind.RATING_NOT_CONTACTED: About("差评没有在期限内回访。", "rating"),
    Kind.RATING_NOT_SETTLED: About("差评没有在期限内办结。", "rating"),
    Kind.CORRECTION_LATE: About("数据异议没有在期限内答复。", "correction"),
    Kind.SHARING_LATE: About("共享申请没有在期限内办理。", "sharing-request"),
    Kind.GRANT_ENDING: About("数据共享授权将在三十天内到期或已经到期；仍然需要的，请申请续期。", "grant"),
    Kind.OPINION_LATE: About("别的部门征求的意见没有在期限内答复。", "opinion"),
    Kind.VERSION_LOST: About(
        "办件起草时的事项版本找不到了，用到它的办件已经停住；请从备份恢复 matter_versions 里的这个版本。",
        "matter-version",
    ),
}
