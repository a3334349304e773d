"""Problem documents (RFC 9457): a stable type, a sentence for people, nothing internal."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

TYPE_BASE = "https://suiban.example/problems/"


@dataclass(frozen=True)
class ProblemType:
    """One kind of failure that a client may act on."""

    slug: str
    status: int
    title: str


_TABLE: tuple[tuple[str, int, str], ...] = (
    ("invalid-request", 422, "请求内容有误"),
    ("malformed-request", 400, "请求格式有误"),
    ("not-signed-in", 401, "请先登录"),
    ("token-expired", 401, "登录已过期"),
    ("session-ended", 401, "登录已失效"),
    ("wrong-code", 422, "验证码或取件码不正确"),
    ("not-allowed", 403, "没有权限"),
    ("assurance-too-low", 403, "需要先实名"),
    ("consent-needed", 403, "需要您的同意"),
    ("not-found", 404, "没有找到"),
    ("method-not-allowed", 405, "不支持这种请求方法"),
    ("conflict", 409, "状态已变化"),
    ("idempotency-key-reused", 409, "同一个幂等键用在了不同的请求上"),
    ("request-in-progress", 409, "同一个请求正在处理"),
    ("move-not-allowed", 409, "当前状态不能这样办"),
    ("conditions-not-met", 422, "不符合受理条件"),
    ("answer-not-understood", 422, "没有听懂"),
    ("person-mismatch", 422, "姓名与身份证号不一致"),
    ("already-linked", 409, "该身份已被其他账号使用"),
    ("incomplete", 422, "还有内容没有填"),
    ("too-large", 413, "文件太大"),
    ("unsupported-file", 415, "不支持的文件类型"),
    ("too-many-requests", 429, "请求太频繁"),
    ("department-unavailable", 503, "部门系统暂时不可用"),
    ("calendar-ended", 503, "节假日安排尚未录入"),
    ("assistant-unavailable", 503, "助手暂时不可用"),
    ("internal", 500, "系统出错"),
    ("nothing-to-pay", 409, "没有要付的费用"),
    ("payment-unavailable", 503, "收银台暂时不可用"),
    ("wrong-audience", 422, "申请人类型不符"),
    ("wrong-password", 422, "用户名或密码不正确"),
    ("account-locked", 403, "账号已锁定"),
    ("same-person", 403, "受理人不能作决定"),
    ("not-in-hand", 403, "办件不在您手上"),
    ("opinion-open", 409, "会签意见还没有回齐"),
    ("notice-given", 409, "已经一次性告知过"),
    ("not-shareable", 422, "这类数据不予共享"),
    ("files-unavailable", 503, "文件暂时存取不了"),
    ("worse-than-live", 409, "没有通过发布前的检查"),
)
PROBLEMS: dict[str, ProblemType] = {row[0]: ProblemType(*row) for row in _TABLE}


class Problem(Exception):
    """Raise anywhere below a route; becomes a problem document.

    ``detail`` is a sentence for the person who asked; ``extra`` are members a client may use.
    """

    def __init__(self, slug: str, detail: str, **extra: Any) -> None:
        super().__init__(f"{slug}: {detail}")
        self.kind = PROBLEMS[slug]
        self.detail = detail
        self.extra = extra
        self.headers: dict[str, str] = {}

    def document(self) -> dict[str, Any]:
        """The body as RFC 9457 wants it."""
        return {
            "type": TYPE_BASE + self.kind.slug,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            **self.extra,
        }


def not_found(what: str) -> Problem:
    """The same answer for what does not exist and for what is another person's."""
    return Problem("not-found", f"没有找到这个{what}，可能已删除，或不属于您。")


def for_status(status: int) -> Problem:
    """The problem that says a bare HTTP status."""
    by_status = {
        400: Problem("malformed-request", "请求不是有效的 JSON，或缺少内容。"),
        404: Problem("not-found", "这个地址不存在。"),
        405: Problem("method-not-allowed", "这个地址不支持这种请求方法。"),
        413: Problem("too-large", "上传的内容超过了大小限制。"),
        415: Problem("unsupported-file", "请用 application/json 发送请求。"),
    }
    known = by_status.get(status)
    if known:
        return known
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Problem("internal", "系统出了点问题，已记录，请稍后再试。")
    return Problem("malformed-request", "请求无法处理。")
