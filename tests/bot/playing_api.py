"""A small real HTTP server that plays the public API for the actions' tests, state in memory."""

import asyncio
import itertools
import threading
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from playing_counters import Counters, answers, items, problem
from playing_matters import MATTERS, PERSONAL

Document = dict[str, Any]


@dataclass
class PlayingApi(Counters):
    """The API's state, and switches to make it fail."""

    applications: dict[str, Document] = field(default_factory=dict)
    prompts: dict[str, Document] = field(default_factory=dict)
    licences: list[Document] = field(default_factory=list)
    turns: dict[str, str] = field(default_factory=dict)
    also: list[dict[str, str]] = field(default_factory=list)  # what the next answer fills in besides
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    muted: list[str] = field(default_factory=list)
    may_follow: set[str] = field(default_factory=set)  # materials that a correction can do without
    mode: str = "standard"
    answered: dict[str, Document] = field(default_factory=dict)
    guesses: list[str] = field(default_factory=list)
    assurance: int = 3
    fails_with: tuple[int, Document] | None = None
    sleeps: float = 0.0
    url: str = ""
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def start(self) -> "PlayingApi":
        """Serve on a free port in a thread of its own."""
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()

        def serve() -> None:
            asyncio.set_event_loop(self._loop)
            self._runner = web.AppRunner(self._app(), shutdown_timeout=0.1)
            self._loop.run_until_complete(self._runner.setup())
            site = web.TCPSite(self._runner, "127.0.0.1", 0)
            self._loop.run_until_complete(site.start())
            self.url = "http://{}:{}".format(*self._runner.addresses[0][:2])
            ready.set()
            self._loop.run_forever()

        self._thread = threading.Thread(target=serve, daemon=True)
        self._thread.start()
        assert ready.wait(5)
        return self

    def stop(self) -> None:
        """Stop serving."""
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def a_filed(self, matter: str, *, state: str = "accepted", day: str = "2026-11-03") -> str:
        """An application that was filed earlier."""
        view = self._create(matter)
        view.update(state=state, number="SB2026110300001", created_at=f"{day}T16:30:00+00:00")
        return str(view["id"])

    def a_draft(self, matter: str) -> str:
        """A draft that was begun earlier."""
        return str(self._create(matter)["id"])

    def a_prompt(self, matter: str, *, complete: bool = True) -> str:
        """An open prompt whose acceptance files at once, or leads into a form."""
        prompt = f"prompt{next(self._ids)}"
        self.prompts[prompt] = {
            "id": prompt,
            "matter": {"id": matter, "name": MATTERS[matter]["name"]},
            "title": "快到期了",
            "text": f"{PERSONAL[0]}您好，您的证件快到期了。",
            "because": "交管部门登记的驾驶证有效期在 90 天内。",
            "because_en": "The licence registered expires within 90 days.",
            "evidence": [
                {"label": "证号", "value": PERSONAL[1], "department": "市公安局交通警察总队", "as_of": "…"}
            ],
            "state": "open",
            "complete": complete,
        }
        return prompt

    def _create(self, matter: str) -> Document:
        application = f"app{next(self._ids)}"
        spec = MATTERS[matter]
        view: Document = {
            "id": application,
            "number": None,
            "matter": {"id": matter, "name": spec["name"]},
            "state": "draft",
            "version": 1,
            "created_at": "2026-11-20T09:00:00+00:00",
            "fields": [
                {
                    **item,
                    "value": item.get("known"),
                    "display": item.get("known"),
                    "status": "known" if item.get("known") else "missing",
                }
                for item in spec["fields"]
            ],
            "materials": [{**item, "status": "missing"} for item in spec["materials"]],
        }
        self.add_parts(view, spec)
        self.applications[application] = view
        return view

    def _next(self, view: Document, lang: str) -> Document:
        if view["state"] not in ("draft", "correction"):
            return {
                "kind": "filed",
                "number": view["number"],
                "promised_date": "2026-12-01",
                "state": view["state"],
            }
        for item in view["fields"]:
            if item["status"] == "missing" and item["required"]:
                return {"kind": "ask", "field": self._in_language(item, lang), "step": 1, "of": 2}
        for item in view["materials"]:
            if item["status"] == "missing":
                return {"kind": "upload", "material": item}
        return {
            "kind": "confirm",
            "summary": [{"label": item["label"], "display": item["display"]} for item in view["fields"]],
            "declaration": "本人承诺以上内容真实。",
        }

    def _in_language(self, item: Document, lang: str) -> Document:
        if lang != "en":
            return item
        return {**item, "label": item["label_en"], "ask": f"Please give the {item['label_en']}"}

    # routes

    def _app(self) -> web.Application:
        @web.middleware
        async def guard(request: web.Request, handler: Any) -> web.StreamResponse:
            body = await request.json() if request.can_read_body else None
            self.calls.append((request.method, request.path.removeprefix("/api/v1"), body))
            if self.sleeps:
                await asyncio.sleep(self.sleeps)
            if self.fails_with:
                status, document = self.fails_with
                return web.json_response(document, status=status, content_type="application/problem+json")
            public = "/matters" in request.path or request.path.endswith("/policies/answer")
            if not public and request.headers.get("Authorization") != "Bearer turn-token":
                return problem(401, "not-signed-in", "请先登录")
            return await handler(request)  # type: ignore[no-any-return]

        app = web.Application(middlewares=[guard])
        app.add_routes(
            [
                web.get("/api/v1/matters", self._list_matters),
                web.get("/api/v1/matters/{id}", self._show_matter),
                web.post("/api/v1/policies/answer", self._ask_policy),
                web.post("/api/v1/policies/readings", self._read_sentence),
                web.post("/api/v1/applications", self._start_application),
                web.get("/api/v1/applications", self._list_applications),
                web.get("/api/v1/applications/{id}", self._show_application),
                web.get("/api/v1/applications/{id}/next", self._show_next),
                web.post("/api/v1/applications/{id}/answers", self._take_answer),
                web.post("/api/v1/applications/{id}/submit", self._submit),
                web.post("/api/v1/applications/{id}/withdraw", self._withdraw),
                web.post("/api/v1/applications/{id}/materials/{material}/leave-out", self._leave_out),
                web.get("/api/v1/licences", self._list_licences),
                web.get("/api/v1/prompts", self._list_prompts),
                web.get("/api/v1/prompts/{id}", self._show_prompt),
                web.post("/api/v1/prompts/{id}/answer", self._answer_prompt),
                web.put("/api/v1/me/topics/{id}", self._mute),
                web.patch("/api/v1/me", self._choose_mode),
                *self.counter_routes(),
            ]
        )
        return app

    async def _ask_policy(self, request: web.Request) -> web.Response:
        asked = str((await request.json())["question"])
        return web.json_response(self.answered.get(asked, {"answered": False, "text": "", "sure": 0.1}))

    async def _read_sentence(self, _: web.Request) -> web.Response:
        return web.json_response({"matters": self.guesses})

    async def _list_matters(self, request: web.Request) -> web.Response:
        limit = int(request.query.get("limit", "20"))
        return items([{"id": key, **value} for key, value in MATTERS.items()][:limit])

    async def _show_matter(self, request: web.Request) -> web.Response:
        matter = request.match_info["id"]
        if matter not in MATTERS:
            return problem(404, "not-found", "没有找到这个事项。")
        spec = MATTERS[matter]
        return web.json_response(
            {
                "id": matter,
                "name": spec["name"],
                "name_en": spec["name_en"],
                "audience": spec.get("audience", ["natural-person"]),
                "reads": spec.get("reads", []),
                "bundles": [
                    {"id": one, "name": MATTERS[one]["name"], "name_en": MATTERS[one]["name_en"]}
                    for one in spec.get("bundles", [])
                ],
                "fee": {"amount": 10, "basis": "…"},
                "visits": 0,
                "promised": "1 个工作日",
                "conditions": ["持有本市核发的机动车驾驶证"],
                "guide": {
                    "summary": "证件快到期时换一张新的。",
                    "summary_en": "Replace a document before it expires.",
                    "bring": "身体条件证明。",
                    "faq": [{"question": "换证要体检吗", "answer": "要，出具身体条件证明即可。"}],
                },
            }
        )

    async def _start_application(self, request: web.Request) -> web.Response:
        body = await request.json()
        matter, whom = body["matter"], body.get("for")
        spec = MATTERS[matter]
        refused = self.authorise(spec, whom)
        if refused is not None:
            return refused
        if self.assurance < spec.get("assurance", 0):
            return problem(403, "assurance-too-low", "需要先实名")
        if "refuses" in spec:
            return problem(422, "conditions-not-met", "不符合受理条件", reasons=spec["refuses"])
        for view in self.applications.values():
            if (view["matter"]["id"], view.get("for"), view["state"]) == (matter, whom, "draft"):
                return web.json_response(view)
        view = self._create(matter)
        view["for"] = whom
        return web.json_response(view, status=201)

    async def _list_applications(self, request: web.Request) -> web.Response:
        state = request.query.get("state")
        views = [view for view in self.applications.values() if state in (None, view["state"])]
        return items(views[::-1][: int(request.query.get("limit", "20"))])

    def _view(self, request: web.Request) -> Document:
        found = self.applications.get(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound(
                text='{"type": "https://suiban.example/problems/not-found", "title": "没有找到"}',
                content_type="application/problem+json",
            )
        return found

    async def _show_application(self, request: web.Request) -> web.Response:
        return web.json_response(self._view(request))

    async def _show_next(self, request: web.Request) -> web.Response:
        return web.json_response(self._next(self._view(request), request.query["lang"]))

    async def _take_answer(self, request: web.Request) -> web.Response:
        view, body = self._view(request), await request.json()
        item = next(item for item in view["fields"] if item["name"] == body["field"])
        said = body["said"] if "said" in body else self.turns[body["turn"]]
        if said == item.get("refuses"):
            return problem(
                422, "answer-not-understood", "没有听懂", field=item["name"], hint=item.get("hint", "")
            )
        said = answers(item, said)
        if said is None:
            hint = "Choose one." if body["lang"] == "en" else "请选一个"
            return problem(422, "answer-not-understood", "没有听懂", field=item["name"], hint=hint)
        item.update(value=said, display=said, status="given")
        self.switch_part(view, item)
        view["version"] += 1
        also, self.also = self.also, []
        accepted = {"name": item["name"], "label": item["label"], "also": also}
        return web.json_response({"accepted": accepted, "next": self._next(view, body["lang"])})

    async def _submit(self, request: web.Request) -> web.Response:
        view = self._view(request)
        self.keys.append(request.headers["Idempotency-Key"])
        view.update(state="submitted", number="SB2026112000001")
        fee = MATTERS[view["matter"]["id"]].get("fee")
        view["payment"] = {"state": "due", "amount": f"{fee:.2f}"} if fee else None
        return web.json_response(view)

    async def _withdraw(self, request: web.Request) -> web.Response:
        view = self._view(request)
        if view["state"] in ("done", "withdrawn"):
            return problem(409, "move-not-allowed", "当前状态不能这样办")
        view["state"] = "withdrawn"
        return web.json_response(view)

    async def _leave_out(self, request: web.Request) -> web.Response:
        material = request.match_info["material"]
        item = next(item for item in self._view(request)["materials"] if item["id"] == material)
        if material not in self.may_follow:
            return problem(409, "move-not-allowed", f"“{item['name']}”是必须交的。")
        item["status"] = "later"
        period = "10 days" if request.query["lang"] == "en" else "10 天"
        left = {"material": material, "name": item["name"], "necessity": "later", "period": period}
        return web.json_response(left)

    async def _list_licences(self, request: web.Request) -> web.Response:
        return items(self.licences)

    async def _list_prompts(self, request: web.Request) -> web.Response:
        assert request.query["state"] == "open"
        return items([prompt for prompt in self.prompts.values() if prompt["state"] == "open"])

    async def _show_prompt(self, request: web.Request) -> web.Response:
        return web.json_response(self.prompts[request.match_info["id"]])

    async def _answer_prompt(self, request: web.Request) -> web.Response:
        body = await request.json()
        prompt, answer = self.prompts[request.match_info["id"]], body["answer"]
        if prompt["state"] != "open":
            return problem(409, "conflict", "这条提示您已经答复过了，不能再改。")
        if answer != "accept":
            prompt.update(state=answer, note=body.get("note"))
            return web.json_response(
                {"state": answer, "until": "2026-11-30T17:00:00+00:00" if answer == "later" else None}
            )
        prompt["state"] = "accepted"
        view = self._create(prompt["matter"]["id"])
        if prompt["complete"]:
            view["state"] = "submitted"
        application = {
            "id": view["id"],
            "number": None,
            "filed": prompt["complete"],
            "promised_date": "2026-12-01",
        }
        return web.json_response({"state": "accepted", "application": application})

    async def _choose_mode(self, request: web.Request) -> web.Response:
        self.mode = str((await request.json())["mode"])
        return web.json_response({"mode": self.mode})

    async def _mute(self, request: web.Request) -> web.Response:
        self.muted.append(request.match_info["id"])
        return web.json_response({"muted": True})
