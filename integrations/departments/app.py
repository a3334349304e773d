"""The world outside as one web application: departments, the payment company, the carrier.

    gunicorn --workers 1 --threads 8 "integrations.departments.app:create_app()"

One worker: its threads do the steps and carry the notices. A second would do no harm (everything
is claimed in the database), only work in vain.
"""

import logging

import structlog
from flask import Flask

from integrations.departments.doors import answer_errors
from integrations.departments.office import Office, open_office
from integrations.departments.routes import admin, counter, open_door
from integrations.departments.seed import MARK
from integrations.departments.settings import Settings
from integrations.payments.company import PaymentCompany
from integrations.payments.routes import cashier, merchants
from integrations.post.carrier import Carrier
from integrations.post.routes import senders

LARGEST_BODY = 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Open the office, start its threads, and serve it."""
    settings = settings or Settings.from_environment()
    _log_events(settings.log_level)
    office = open_office(settings)
    if office.store["counters"].find_one({"_id": MARK}) is None:
        structlog.get_logger("departments").warning(
            "departments.nobody-here", advice="run `python -m integrations.departments.seed`"
        )
    office.engine.start()
    return serve(office)


def serve(office: Office) -> Flask:
    """The routes over an office."""
    app = Flask("departments")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["office"] = office
    answer_errors(app)
    app.extensions["payments"] = PaymentCompany(
        office.store, office.outbox, office.behaviours, clock=office.clock
    )
    app.extensions["post"] = Carrier(
        office.store, office.outbox, clock=office.clock, pace=office.settings.pace
    )
    for blueprint in (open_door, counter, admin, merchants, cashier, senders):
        app.register_blueprint(blueprint)
    return app


def _log_events(level: str) -> None:
    logging.basicConfig(level=level.upper())
    # httpx tells every request it makes; a notice that fails is told by the courier already.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
    )
