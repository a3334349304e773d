"""The playing API's other counters: acting for others, fees, ratings, the parts of a 一件事."""

from typing import Any

from aiohttp import web

Document = dict[str, Any]

SELF = {"id": "c1", "kind": "person", "name": "随*办", "relation": "本人", "right": "self", "matters": ["*"]}
ENDED = ("done", "refused", "rejected")


def a_principal(principal: str, kind: str, name: str, relation: str, *matters: str) -> Document:
    """Somebody whom the citizen may act for."""
    rights = {"person": "delegation", "child": "guardian", "organisation": "membership"}
    whom = {"id": principal, "kind": kind, "name": name, "relation": relation}
    return whom | {"right": rights[kind], "matters": list(matters) or ["*"], "until": None}


def answers(item: Document, said: str) -> Any:
    """A field's value in what was said; None when it holds none."""
    if item["type"] not in ("choice", "multi-choice"):
        return said
    chosen = [
        choice["value"]
        for choice in item["choices"]
        if any(name in said for name in (choice["value"], choice["label"], choice["label_en"]))
    ]
    if item["type"] == "multi-choice":
        return chosen or None
    return chosen[0] if chosen else None


class Counters:
    """What stands beside applications; PlayingApi adds the state."""

    applications: dict[str, Document]
    turns: dict[str, str]

    def __post_init__(self) -> None:
        """Everything empty."""
        self.principals: list[Document] = [SELF]
        self.requests: list[Document] = []
        self.ratings: dict[str, Document] = {}
        self.deleted: list[str] = []
        self.eligible = True
        self.handed_over: list[Document] = []

    def counter_routes(self) -> list[web.RouteDef]:
        """The routes of these counters."""
        return [
            web.get("/api/v1/matters/{id}/mine", self._show_mine),
            web.get("/api/v1/delegations/principals", self._list_principals),
            web.post("/api/v1/delegations/requests", self._request_delegation),
            web.get("/api/v1/applications/{id}/rating", self._show_rating),
            web.post("/api/v1/applications/{id}/rating", self._rate),
            web.delete("/api/v1/applications/{id}", self._delete),
            web.post("/api/v1/chat/handoff", self._hand_over),
        ]

    async def _hand_over(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.handed_over.append(body)
        notice = "You are next." if body["lang"] == "en" else "正在为您转人工：下一个就是您。"
        leave = {"title": "Stop" if body["lang"] == "en" else "不等了", "value": "/leave_handoff"}
        told = [
            {"type": "notice", "level": "info", "text": notice},
            {"type": "choices", "text": notice, "choices": [leave]},
        ]
        return web.json_response({"state": "waiting", "position": 1, "replies": told})

    def authorise(self, spec: Document, whom: str | None) -> web.Response | None:
        """Why a draft cannot be opened for somebody, if so."""
        principal = next((one for one in self.principals if one["id"] == (whom or "c1")), None)
        if principal is None:
            return problem(404, "not-found", "没有找到对方给您的授权。")
        organisation = principal["kind"] == "organisation"
        if ("organisation" if organisation else "natural-person") in spec.get("audience", ["natural-person"]):
            return None
        firms = [one for one in self.principals if one["kind"] == "organisation"]
        return problem(422, "wrong-audience", "这件事由企业来办。", principals=firms)

    def add_parts(self, view: Document, spec: Document) -> None:
        """The parts of a 一件事 and the switches for them."""
        view["parts"] = []
        for wanted in ("parts", "left_out"):
            for matter, name in spec.get(wanted, []):
                view["parts"].append(a_part(matter, name, "planned" if wanted == "parts" else "left-out"))
                view["fields"].append(a_switch(matter, name, on=wanted == "parts"))

    def switch_part(self, view: Document, item: Document) -> None:
        """A part left out or taken in."""
        for part in view["parts"]:
            if item["name"] == f"with_{part['matter']['id'].replace('-', '_')}":
                part["state"] = "planned" if item["value"] == "是" else "left-out"

    async def _show_mine(self, _: web.Request) -> web.Response:
        return web.json_response({"eligible": self.eligible})

    async def _list_principals(self, _: web.Request) -> web.Response:
        return items(self.principals)

    async def _request_delegation(self, request: web.Request) -> web.Response:
        body = await request.json()
        said = self.turns[body["turn"]]
        if sum(character.isdigit() for character in said) != 11:
            return problem(422, "answer-not-understood", "没有听清手机号", hint="11 位数字")
        self.requests.append(body)
        return web.json_response({"id": "d1", "state": "asked"}, status=201)

    async def _show_rating(self, request: web.Request) -> web.Response:
        rating = self.ratings.get(request.match_info["id"])
        return web.json_response({"rated": rating is not None, "level": (rating or {}).get("level")})

    async def _rate(self, request: web.Request) -> web.Response:
        application = request.match_info["id"]
        if application in self.ratings:
            return problem(409, "conflict", "这次办理您已经评价过了，谢谢。")
        if self.applications[application]["state"] not in ENDED:
            return problem(409, "move-not-allowed", "办完以后就可以评价了。")
        self.ratings[application] = await request.json()
        return web.json_response({"rated": True}, status=201)

    async def _delete(self, request: web.Request) -> web.Response:
        self.deleted.append(request.match_info["id"])
        del self.applications[request.match_info["id"]]
        return web.Response(status=204)


def a_part(matter: str, name: str, state: str, **more: Any) -> Document:
    """A part as the application's view shows it."""
    part = {"matter": {"id": matter, "name": name}, "state": state, "label": "待提交", "reason": ""}
    return part | {"application": None, "number": None, "promised_date": None, "look": "planned"} | more


def a_switch(matter: str, name: str, *, on: bool) -> Document:
    """The yes-no field that says whether a part is done."""
    return {
        "name": f"with_{matter.replace('-', '_')}", "label": f"办理{name}", "label_en": matter, "aliases": [],
        "type": "yes-no", "editable": True, "required": False, "value": on, "display": "是",
        "status": "known", "ask": f"办理{name}吗？", "hint": "",
    }  # fmt: skip


def problem(status: int, slug: str, detail: str, **extra: Any) -> web.Response:
    """A problem document."""
    document = {"type": f"https://suiban.example/problems/{slug}", "title": detail, "status": status, **extra}
    return web.json_response({**document, "detail": detail}, status=status)


def items(found: list[Document]) -> web.Response:
    """A page of a list."""
    return web.json_response({"items": found, "next_cursor": None})
