"""JSON answers, made and read by orjson."""

from typing import Any

import orjson
from flask import Response
from flask.json.provider import DefaultJSONProvider, JSONProvider

OPTIONS = orjson.OPT_NON_STR_KEYS


class FastJSON(JSONProvider):
    """Flask's JSON for an application: as the default one, but in UTF-8 and many times as fast.

    Moments and dates become ISO 8601. Raises TypeError for what JSON has no word for.
    """

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """As text."""
        return orjson.dumps(obj, DefaultJSONProvider.default, OPTIONS).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Raises ValueError for what is no JSON."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """An answer of ``args`` or ``kwargs``, as ``jsonify`` takes them."""
        body = orjson.dumps(self._prepare_response_obj(args, kwargs), DefaultJSONProvider.default, OPTIONS)
        return Response(body, mimetype="application/json")
