"""The API process: `gunicorn -k gevent "backend.web:create_app()"`."""

import logging
import time
from typing import Any

from flask import Flask, Response, g, jsonify, request
from flask_openapi3 import Info, OpenAPI
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

import backend.subscriptions  # noqa: F401
from backend import health
from backend.accounts import routes as accounts
from backend.accounts.ended import EndedSessions
from backend.accounts.tokens import Signer
from backend.applications import reports
from backend.applications import routes as applications
from backend.assistant import routes as assistant
from backend.assistant.hearing import city_sounds
from backend.audit import routes as audit
from backend.core.answers import FastJSON
from backend.core.errors import Problem, for_status
from backend.core.events import Courier, relay_aside
from backend.core.guard import Audience, Caller, audience, guard_routes
from backend.core.house import House, house
from backend.core.ids import new_id
from backend.core.logs import REQUEST_ID_HEADER, bind, logger, set_up_logs, unbind
from backend.core.openapi import finish_document
from backend.core.prepare import prepare
from backend.delegations import routes as delegations
from backend.delivery import routes as delivery
from backend.development import routes as development
from backend.documents import routes as documents
from backend.figures import routes as figures
from backend.files import routes as files
from backend.handoff import agent_routes as agents
from backend.handoff import routes as handoff
from backend.insight import routes as insight
from backend.licences import routes as licences
from backend.matters import routes as matters
from backend.matters.catalogue import catalogue
from backend.matters.search import search
from backend.messages import routes as messages
from backend.operator import data_routes as operator_data
from backend.operator import inbox_routes as operator_inbox
from backend.operator import publishing_routes as publishing
from backend.payments import routes as payments
from backend.policies import routes as policies
from backend.profiles import routes as corrections
from backend.prompts import routes as prompts
from backend.prompts import rule_routes as prompt_rules
from backend.ratings import routes as ratings
from backend.sharing import routes as sharing
from backend.stream import routes as stream
from backend.troubles import routes as troubles
from backend.workbench import account_routes as staff
from backend.workbench import automatic_routes as automatic
from backend.workbench import case_routes as cases
from backend.workbench import desk_routes as desk
from backend.workbench import watch_routes as watch
from backend.workbench.signin import with_present_roles

MOST_BYTES = 11 * 1024 * 1024
BLUEPRINTS = (
    accounts.auth,
    accounts.me,
    matters.blueprint,
    policies.blueprint,
    applications.blueprint,
    files.blueprint,
    documents.own,
    documents.checks,
    licences.blueprint,
    messages.blueprint,
    prompts.blueprint,
    prompt_rules.blueprint,
    stream.blueprint,
    assistant.blueprint,
    handoff.blueprint,
    agents.blueprint,
    reports.blueprint,
    delegations.delegations,
    delegations.firms,
    payments.blueprint,
    delivery.blueprint,
    delivery.collecting,
    ratings.citizens,
    ratings.staff,
    ratings.figures,
    audit.blueprint,
    staff.blueprint,
    cases.blueprint,
    desk.blueprint,
    automatic.blueprint,
    watch.blueprint,
    troubles.blueprint,
    sharing.blueprint,
    figures.blueprint,
    insight.blueprint,
    corrections.blueprint,
    publishing.blueprint,
    operator_inbox.blueprint,
    operator_data.blueprint,
)
QUIET_PATHS = ("/healthz", "/readyz")


def create_app(place: House | None = None) -> OpenAPI:
    """The WSGI application; opens the house, creates missing indexes, loads the catalogue.

    Without a ``place`` it is this process's own: then its events are relayed beside its answers.
    """
    if place is None:
        place = house()
        relay_aside(Courier(place))
    set_up_logs("web", place.settings.log_level)
    prepare(place)
    catalogue()
    search()
    city_sounds()
    app = OpenAPI(
        "backend",
        info=Info(title="随办 Suiban API", version="1.0.0", description="一座城市的政务服务，一次对话办成。"),
        doc_prefix="/api",
        doc_url="/openapi.json",
        static_folder=None,
    )
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.json = FastJSON(app)
    signer = Signer.from_setting(place.settings.signing_key.get_secret_value())
    app.extensions["signer"] = signer
    ended = EndedSessions(place.valkey)
    app.extensions["ended_sessions"] = ended

    def authenticate(token: str) -> Caller:
        caller = signer.read(token)
        if caller.audience is Audience.CITIZEN:
            ended.check(caller)
        if caller.audience is Audience.STAFF:
            return with_present_roles(place, caller)
        return caller

    _log_requests(app)
    guard_routes(app, authenticate)
    _answer_problems(app)
    for blueprint in BLUEPRINTS:
        app.register_api(blueprint)
    if place.settings.development:
        app.register_api(development.blueprint)
    _add_plain_routes(app, signer)
    finish_document(app, app.api_doc)
    return app


def _add_plain_routes(app: OpenAPI, signer: Signer) -> None:
    @app.route("/.well-known/jwks.json")
    @audience(Audience.PUBLIC)
    def key_set() -> Response:
        return jsonify(signer.key_set())

    @app.route("/healthz")
    @audience(Audience.PUBLIC)
    def healthy() -> Response:
        return jsonify({"status": "ok"})

    @app.route("/readyz")
    @audience(Audience.PUBLIC)
    def ready() -> tuple[Response, int]:
        report = health.readiness(house())
        return jsonify(report), 200 if report["ready"] else 503

    @app.route("/")
    @audience(Audience.PUBLIC)
    def front() -> Response:
        return jsonify({"name": "随办 Suiban", "docs": "/api/docs", "openapi": "/api/openapi.json"})

    @app.route("/api/docs")
    @audience(Audience.PUBLIC)
    def docs() -> tuple[str, int, dict[str, str]]:
        return "", 302, {"Location": "/api/swagger"}


def _answer_problems(app: OpenAPI) -> None:
    @app.errorhandler(Problem)
    def tell(problem: Problem) -> Response:
        response = jsonify(problem.document() | {"request_id": g.get("request_id", "")})
        response.status_code = problem.kind.status
        response.content_type = "application/problem+json"
        response.headers.extend(problem.headers)
        return response

    @app.errorhandler(HTTPException)
    def tell_http(error: HTTPException) -> Response:
        if error.code is not None and error.code < 400:
            return error.get_response()  # type: ignore[return-value]
        return tell(for_status(error.code or 500))

    @app.errorhandler(Exception)
    def tell_unexpected(error: Exception) -> Response:
        logger().error("request.failed", exc_info=error)
        return tell(Problem("internal", "系统出了点问题，已记录，请稍后再试。"))

    def tell_invalid(error: ValidationError) -> Response:
        rows = [
            {"field": ".".join(str(part) for part in one["loc"]), "reason": one["msg"]}
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        named = "、".join(row["field"] for row in rows if row["field"])
        return tell(Problem("invalid-request", f"请求内容有误：{named or '请核对'}。", errors=rows))

    app.validation_error_callback = tell_invalid


def _log_requests(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        g.request_id = (
            given if given.isascii() and given.replace("-", "").isalnum() and len(given) <= 64 else new_id()
        )
        g.began = time.perf_counter()
        bind(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[REQUEST_ID_HEADER] = g.request_id
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        if request.path not in QUIET_PATHS:
            _log_one(response)
        return response

    @app.teardown_request
    def clear(_: BaseException | None) -> None:
        unbind()


def _log_one(response: Response) -> None:
    broken = response.status_code >= 500
    if not logger().is_enabled_for(logging.ERROR if broken else logging.INFO):
        return
    caller: Caller | None = g.get("caller")
    fields: dict[str, Any] = {
        "method": request.method,
        # The rule, not the path: a path could carry what somebody typed.
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.began) * 1000, 1),
    }
    if caller:
        fields |= {"staff": caller.staff} if caller.staff else {"citizen": caller.citizen}
    level = logger().error if broken else logger().info
    level("request", **fields)
