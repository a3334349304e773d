"""The public API, as the citizen whose turn it is: the assistant can do exactly what they may do."""

import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

import aiohttp

Document = dict[str, Any]

PREFIX = "/api/v1"
TIME_OUT = aiohttp.ClientTimeout(total=6.0, connect=2.0, sock_connect=1.0)
MOST_CONNECTIONS = 64
# Shorter than the two seconds after which gunicorn closes an idle connection under our feet.
KEPT_OPEN_SECONDS = 1.5
MATTER_KEPT_SECONDS = 120.0
LANGUAGES = {"zh": "zh-CN", "en": "en"}


class ApiFailure(Exception):
    """The API did not do what was asked."""


class Unreachable(ApiFailure):
    """No answer, an answer too late, or an answer that is not the API's."""


class Problem(ApiFailure):
    """A problem document (RFC 9457)."""

    def __init__(self, status: int, document: Document) -> None:
        self.status = status
        self.slug = str(document.get("type", "")).rstrip("/").rsplit("/", 1)[-1]
        self.detail = str(document.get("detail") or document.get("title") or "")
        self.document = document
        super().__init__(f"{status} {self.slug}")


@dataclass(frozen=True)
class Caller:
    """Whose turn it is: a token of two minutes, the turn's id, the language."""

    token: str
    turn: str
    lang: str

    @property
    def headers(self) -> dict[str, str]:
        """What every call of this turn carries."""
        headers = {"Accept-Language": LANGUAGES.get(self.lang, "zh-CN")}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.turn:
            headers["X-Request-Id"] = self.turn
        return headers


class Api:
    """One keep-alive client for the process, and the public pages it remembers for a moment."""

    def __init__(self, base_url: str, *, time_out: aiohttp.ClientTimeout = TIME_OUT) -> None:
        self._base = base_url + PREFIX
        self._time_out = time_out
        self._session: aiohttp.ClientSession | None = None
        self._matters: dict[tuple[str, str], tuple[float, Document]] = {}

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def of(self, caller: Caller) -> "CitizenApi":
        """The API as this citizen."""
        return CitizenApi(self, caller)

    async def call(self, method: str, path: str, caller: Caller, **request: Any) -> tuple[int, Document]:
        """One request. Reads are tried twice: a kept connection may have just been closed."""
        headers = caller.headers | request.pop("headers", {})
        for attempts_left in (1, 0) if method == "GET" else (0,):
            try:
                async with self._client().request(
                    method, self._base + path, headers=headers, **request
                ) as response:
                    return _read(response.status, await response.read())
            except TimeoutError as error:
                raise Unreachable(type(error).__name__) from error
            except aiohttp.ClientError as error:
                if not attempts_left:
                    raise Unreachable(type(error).__name__) from error
        raise Unreachable("no attempt was made")

    def _client(self) -> aiohttp.ClientSession:
        """The session of the running loop; made with the first call, as it belongs to its loop."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEPT_OPEN_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._time_out)
        return self._session

    async def matter(self, matter: str, caller: Caller) -> Document:
        """A matter's guide: public, so one citizen's reading serves the next for two minutes."""
        key = (matter, caller.lang)
        kept = self._matters.get(key)
        if kept and kept[0] > time.monotonic():
            return kept[1]
        _, guide = await self.call("GET", f"/matters/{matter}", caller)
        guide.pop("ready", None)  # about this citizen alone
        self._matters[key] = (time.monotonic() + MATTER_KEPT_SECONDS, guide)
        return guide


class CitizenApi:
    """One method for each thing the assistant does on the citizen's behalf."""

    def __init__(self, api: Api, caller: Caller) -> None:
        self._api = api
        self._caller = caller

    async def matter(self, matter: str) -> Document:
        """The guide of a matter."""
        return await self._api.matter(matter, self._caller)

    async def ask_policy(self, question: str, matter: str | None) -> Document:
        """The policy library's answer with its source, or that it has none and where to ask."""
        body = {"question": question, "lang": self._caller.lang} | ({"matter": matter} if matter else {})
        return (await self._call("POST", "/policies/answer", json=body))[1]

    async def readings(self, sentence: str) -> list[str]:
        """Matters that a sentence we did not understand may mean; usually none."""
        return list(
            (await self._call("POST", "/policies/readings", json={"sentence": sentence}))[1]["matters"]
        )

    async def is_eligible(self, matter: str) -> bool:
        """Whether the citizen meets a matter's conditions today."""
        return bool((await self._call("GET", f"/matters/{matter}/mine"))[1].get("eligible"))

    async def matters(
        self, *, limit: int, event: str | None = None, about: str | None = None
    ) -> list[Document]:
        """Some matters of the catalogue, of a life event, or about something."""
        wanted = {"life_event": event, "q": about}
        params = {"limit": limit} | {name: value for name, value in wanted.items() if value}
        return _items((await self._call("GET", "/matters", params=params))[1])

    async def start_application(self, matter: str, principal: str | None = None) -> tuple[Document, bool]:
        """The draft of a matter, the citizen's own or a principal's, and whether it is new."""
        body = {"matter": matter} | ({"for": principal} if principal else {})
        status, view = await self._call("POST", "/applications", json=body)
        return view, status == HTTPStatus.CREATED

    async def application(self, application: str) -> Document:
        """An application as its owner sees it."""
        return (await self._call("GET", f"/applications/{application}"))[1]

    async def applications(self, **filters: str | int) -> list[Document]:
        """The citizen's applications, newest first."""
        return _items((await self._call("GET", "/applications", params=filters))[1])

    async def next_step(self, application: str) -> Document:
        """What the draft needs next: ask, upload, confirm or filed."""
        params = {"lang": self._caller.lang}
        return (await self._call("GET", f"/applications/{application}/next", params=params))[1]

    async def answer_with_turn(self, application: str, field: str) -> Document:
        """Let the API read the value from what was said in this turn; what it took, and the next step."""
        return await self._answer(application, {"field": field, "turn": self._caller.turn})

    async def answer_with(self, application: str, field: str, said: str) -> Document:
        """Answer with words that are nothing personal (a choice, yes, no); what it took, and what is next."""
        return await self._answer(application, {"field": field, "said": said})

    async def submit(self, application: str, *, key: str) -> Document:
        """File the draft; the same key files it once."""
        path = f"/applications/{application}/submit"
        return (await self._call("POST", path, json={}, headers={"Idempotency-Key": key}))[1]

    async def leave_out(self, application: str, material: str) -> Document:
        """Go on without a material, where that may be: ``{name, necessity, period}``."""
        path = f"/applications/{application}/materials/{material}/leave-out"
        return (await self._call("POST", path, params={"lang": self._caller.lang}, json={}))[1]

    async def withdraw(self, application: str) -> Document:
        """Take a filed application back."""
        return (await self._call("POST", f"/applications/{application}/withdraw", json={}))[1]

    async def delete_draft(self, application: str) -> None:
        """Throw a draft away."""
        await self._call("DELETE", f"/applications/{application}")

    async def principals(self) -> list[Document]:
        """For whom the citizen may act: themselves, children, who agreed, organisations."""
        return _items((await self._call("GET", "/delegations/principals"))[1])

    async def request_delegation(self, matter: str, *, relation: str) -> Document:
        """Ask whoever has the number said in this turn to let the citizen act in a matter."""
        body = {"turn": self._caller.turn, "matters": [matter], "relation": relation}
        return (await self._call("POST", "/delegations/requests", json=body))[1]

    async def rating(self, application: str) -> Document:
        """The citizen's rating of an application, or what may be rated."""
        return (await self._call("GET", f"/applications/{application}/rating"))[1]

    async def rate(self, application: str, *, level: int, comment: str) -> Document:
        """Rate an application, once."""
        body = {"level": level, "comment": comment}
        return (await self._call("POST", f"/applications/{application}/rating", json=body))[1]

    async def ask_for_person(self, *, reason: str, number: str) -> Document:
        """A place in the queue for a person, and what to say of it."""
        body = {"reason": reason, "number": number, "lang": self._caller.lang}
        return (await self._call("POST", "/chat/handoff", json=body))[1]

    async def licences(self) -> list[Document]:
        """The citizen's e-licences."""
        return _items((await self._call("GET", "/licences"))[1])

    async def prompts(self) -> list[Document]:
        """The citizen's prompts that wait for an answer."""
        return _items((await self._call("GET", "/prompts", params={"state": "open"}))[1])

    async def prompt(self, prompt: str) -> Document:
        """One prompt with its reason and evidence."""
        return (await self._call("GET", f"/prompts/{prompt}"))[1]

    async def answer_prompt(self, prompt: str, answer: str, *, note: str = "") -> Document:
        """Accept, decline, postpone, dispute (with what is wrong, scrubbed) or mute a prompt."""
        body = {"answer": answer} | ({"note": note} if note else {})
        return (await self._call("POST", f"/prompts/{prompt}/answer", json=body))[1]

    async def choose_mode(self, mode: str) -> None:
        """Speak to the citizen the standard way, or as to the elderly, from now on."""
        await self._call("PATCH", "/me", json={"mode": mode})

    async def mute_topic(self, topic: str) -> None:
        """No more prompts about a topic."""
        await self._call("PUT", f"/me/topics/{topic}", json={"muted": True})

    async def _answer(self, application: str, body: Document) -> Document:
        body["lang"] = self._caller.lang
        _, answered = await self._call("POST", f"/applications/{application}/answers", json=body)
        return cast(Document, answered)

    async def _call(self, method: str, path: str, **request: Any) -> tuple[int, Document]:
        return await self._api.call(method, path, self._caller, **request)


def _read(status: int, body: bytes) -> tuple[int, Document]:
    try:
        document = json.loads(body) if body else {}
    except ValueError as error:
        raise Unreachable(f"status {status}, not JSON") from error
    if status < HTTPStatus.BAD_REQUEST:
        return status, document
    raise Problem(status, document if isinstance(document, dict) else {})


def _items(document: Document) -> list[Document]:
    return cast(list[Document], document.get("items", []))
