"""The yardsticks of a read: bare Flask handlers that do one thing and answer JSON."""

import os

import numpy as np
from flask import Flask, Response, jsonify, request
from pymongo import MongoClient

from intents.embeddings import SIZE, load_engine

NEAREST = 10


def create_app() -> Flask:
    """``/matter`` finds one document by id, ``/applications`` the newest twenty of one citizen.

    ``/search`` is the least that a search by meaning does: the query's embedding, its product with as many
    vectors as ``BARE_TEXTS`` says, the nearest ten.
    """
    app = Flask(__name__)
    texts = int(os.environ.get("BARE_TEXTS", "0"))
    engine = load_engine() if texts else None
    vectors = np.random.default_rng(1).standard_normal((texts, SIZE), np.float32)
    database = MongoClient(os.environ["MONGO_URL"])[os.environ["BARE_DATABASE"]]

    @app.get("/matter")
    def matter() -> Response:
        return jsonify(database["matters"].find_one({"_id": "one"}))

    @app.get("/applications")
    def applications() -> Response:
        rows = database["applications"].find({"citizen": "one"}).sort("created_at", -1).limit(20)
        return jsonify({"items": list(rows)})

    @app.get("/search")
    def search() -> Response:
        if engine is None:
            raise RuntimeError("BARE_TEXTS says how many vectors")
        scores = vectors @ engine([request.args["q"]])[0]
        best = np.argpartition(-scores, NEAREST)[:NEAREST]
        return jsonify({"items": [{"id": int(at), "score": float(scores[at])} for at in best]})

    return app
