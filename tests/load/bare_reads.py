"""The yardstick of a read: a bare Flask handler that asks MongoDB and answers JSON, and nothing else."""

import os

from flask import Flask, Response, jsonify
from pymongo import MongoClient


def create_app() -> Flask:
    """``/matter`` finds one document by id, ``/applications`` the newest twenty of one citizen."""
    app = Flask(__name__)
    database = MongoClient(os.environ["MONGO_URL"])[os.environ["BARE_DATABASE"]]

    @app.get("/matter")
    def matter() -> Response:
        return jsonify(database["matters"].find_one({"_id": "one"}))

    @app.get("/applications")
    def applications() -> Response:
        rows = database["applications"].find({"citizen": "one"}).sort("created_at", -1).limit(20)
        return jsonify({"items": list(rows)})

    return app
