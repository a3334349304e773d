"""`make bench`: the budgets, each measured beside its yardstick in the same run.

``python -m tests.load --only submits`` measures some of them; ``--repeats 3`` in so many runs.
"""

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pymongo
import yaml
from rich.console import Console
from rich.table import Table

from backend.core.settings import ROOT
from backend.launch.ports import any_free
from backend.matters.catalogue import load_catalogue
from backend.matters.search import Search
from intents.searches import DEVELOPMENT, read_searches
from tests.flows.test_journey_1_signin import sign_in
from tests.load.measuring import Call, Row, median_ms, rate, read_rate, row, write_report
from tests.load.submits import measure_submits
from tests.stack import Stack

REPORT = ROOT / "build" / "bench.json"
ROUNDS = 5
TURNS_A_ROUND = 60
SECONDS_A_ROUND = 4.0
CLIENTS = 8
PHONES = [f"199{number:08d}" for number in (1, 3, 4, 5, 6, 7, 8, 9)]
MATTERS = {
    "19900000001": "driving-licence-renewal",
    "19900000003": "birth-registration",
    "19900000004": "fund-withdrawal-rent",
    "19900000005": "unemployment-benefit",
    "19900000006": "residence-permit",
    "19900000007": "residence-registration",
    "19900000008": "individual-business-setup",
    "19900000009": "id-card-renewal",
}
console = Console()


def sentences() -> Iterator[str]:
    """Ever new ways to ask for the last question again, so that no cache answers."""
    examples = yaml.safe_load((ROOT / "intents/speech_acts/repeat.yml").read_text("utf-8"))["examples"]
    spoken = [one for one in examples if isinstance(one, str) and not one.isascii()]
    softeners = ["", "呃", "嗯", "那个", "不好意思", "麻烦", "师傅", "你好", "哎", "对不起"]
    endings = ["", "吧", "呀", "哈", "谢谢", "行吗", "好吗", "可以吗", "啊", "哦"]
    for ending, softener, sentence in itertools.cycle(itertools.product(endings, softeners, spoken)):
        yield f"{softener}{sentence}{ending}"


@contextmanager
def process(command: list[str], url: str, **variables: str) -> Iterator[None]:
    """A yardstick's process, from when it answers until it is not needed."""
    nowhere = subprocess.DEVNULL
    running = subprocess.Popen(command, env=os.environ | variables, cwd=ROOT, stdout=nowhere, stderr=nowhere)
    try:
        _await(url)
        yield
    finally:
        running.terminate()
        running.wait(20)


def _await(url: str, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            httpx.get(url, timeout=2, trust_env=False)
            return
        except httpx.HTTPError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def measure_chat(stack: Stack) -> list[Row]:
    """One client's median and eight clients' rate, alternating with the yardstick."""
    calls = [_chat_call(stack, phone) for phone in PHONES]
    said = sentences()
    model = max(Path(stack.environment["MODELS_DIR"]).glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    port = any_free()
    bot_python = Path(stack.environment["BOT_ENV"]) / "bin" / "python"
    plain = Call(f"http://127.0.0.1:{port}/webhooks/rest/webhook", "POST")
    command = [str(bot_python), "-m", "tests.load.plain_rasa", str(model), str(port)]
    with process(command, f"http://127.0.0.1:{port}/", **_bot_variables(stack)):
        ours, theirs, our_rates, their_rates = [], [], [], []
        for number in range(ROUNDS + 1):
            texts = [next(said) for _ in range(TURNS_A_ROUND)]
            one = median_ms(calls[0], ({"text": text} for text in texts), count=len(texts))
            # Rasa reads a conversation whole at every turn; a yardstick of long ones would flatter us.
            others = (
                {"sender": f"a{number}-{index // 10}", "message": text} for index, text in enumerate(texts)
            )
            other = median_ms(plain, others, count=len(texts))
            if number:  # the first round warms both up
                ours.append(one)
                theirs.append(other)
        turns = itertools.count()
        for _ in range(ROUNDS):
            our_rates.append(
                rate([(call, lambda: {"text": next(said)}) for call in calls], seconds=SECONDS_A_ROUND)
            )
            senders: list[tuple[Call, Any]] = [
                (plain, lambda: {"sender": f"b{next(turns) // 10}", "message": next(said)}) for _ in PHONES
            ]
            their_rates.append(rate(senders, seconds=SECONDS_A_ROUND))
    return [
        row("chat turn, 1 client, median", ours, "ms", theirs, at_most=2),
        row("chat turns/s, 8 clients", our_rates, "1/s", their_rates, at_least=0.6),
    ]


def _chat_call(stack: Stack, phone: str) -> Call:
    token = sign_in(stack, phone)["access_token"]
    with stack.client(token) as client:
        client.post("/chat/messages", json={"choice": f'/do_matter{{"matter": "{MATTERS[phone]}"}}'})
    return Call(f"{stack.api}/chat/messages", "POST", (("Authorization", f"Bearer {token}"),))


def _bot_variables(stack: Stack) -> dict[str, str]:
    wanted = ("DATA_DIR", "MODELS_DIR", "CATALOGUE_DIRS", "INTENTS_DIRS")
    return {name: stack.environment[name] for name in wanted if name in stack.environment}


# A list of one's own as somebody has it who uses this: the same rows for both.
DRAFTED = ("driving-licence-renewal", "environment-report", "consumer-report", "information-disclosure")


def measure_reads(stack: Stack) -> list[Row]:
    """The matter page and one's own applications, beside bare handlers under the same server."""
    token = sign_in(stack, PHONES[0])["access_token"]
    with stack.client(token) as client:
        guide = client.get("/matters/driving-licence-renewal").json()
        for matter in DRAFTED:
            client.post("/applications", json={"matter": matter}).raise_for_status()
        mine = client.get("/applications").json()["items"]
    name = "bench_bare"
    database = pymongo.MongoClient[dict[str, Any]](stack.environment["MONGO_URL"])[name]
    database["matters"].replace_one({"_id": "one"}, guide, upsert=True)
    database["applications"].delete_many({})
    database["applications"].insert_many([one | {"citizen": "one", "_id": one["id"]} for one in mine])
    database["applications"].create_index([("citizen", 1), ("created_at", -1)])
    signed = (("Authorization", f"Bearer {token}"),)
    page = f"{stack.api}/matters/driving-licence-renewal"
    pairs = [
        ("matter page, reads/s", Call(page, headers=signed), "matter"),
        ("my applications, reads/s", Call(f"{stack.api}/applications", headers=signed), "applications"),
    ]
    rows = []
    with bare_handlers(stack, BARE_DATABASE=name) as bare:
        for label, ours, path in pairs:
            theirs = Call(f"{bare}/{path}")
            both = [
                (read_rate(ours, clients=4, seconds=2), read_rate(theirs, clients=4, seconds=2))
                for _ in range(ROUNDS)
            ]
            mine_rates, bare_rates = zip(*both, strict=True)
            rows.append(row(label, mine_rates, "1/s", bare_rates, at_least=0.7))
    return rows


@contextmanager
def bare_handlers(stack: Stack, **variables: str) -> Iterator[str]:
    """The bare handlers under the server that the product has; where they are."""
    port = any_free()
    gunicorn = str(Path(stack.environment["BACKEND_ENV"]) / "bin" / "gunicorn")
    workers = stack.environment["WEB_WORKERS"]
    command = [gunicorn, "--worker-class", "gevent", "--workers", workers, "--bind", f"127.0.0.1:{port}"]
    command += ["--log-level", "warning", "--no-control-socket", "tests.load.bare_reads:create_app()"]
    bare = f"http://127.0.0.1:{port}"
    given = {"MONGO_URL": stack.environment["MONGO_URL"], "BARE_DATABASE": "bench_bare"} | variables
    with process(command, f"{bare}/matter", **given):
        yield bare


def searches() -> Iterator[str]:
    """Ever new searches, so that no cache answers."""
    asked = [case.q for case in read_searches(DEVELOPMENT) if not case.q.isascii()]
    endings = ["", "呀", "怎么弄", "请问", "谢谢"]
    for number in itertools.count():
        for ending, text in itertools.product(endings, asked):
            yield f"{text}{ending}{number or ''}"


def measure_search(stack: Stack) -> list[Row]:
    """A search over the whole catalogue, beside a bare handler: one embedding, one product, the nearest.

    Words, sounds and names are weighed besides.
    """
    asked = searches()
    ours, theirs = [], []
    catalogue = load_catalogue([ROOT / "backend" / "matters" / "catalogue"])
    texts = str(len(Search(catalogue).texts()))
    with (
        stack.client() as client,
        httpx.Client(trust_env=False, timeout=30) as plain,
        bare_handlers(stack, BARE_TEXTS=texts) as bare,
    ):
        until = time.monotonic() + 300
        while not client.get("/matters", params={"q": "公积金"}).json()["by_meaning"]:
            if time.monotonic() > until:
                raise TimeoutError("the search does not know meanings yet")
            time.sleep(1)
        for number in range(ROUNDS + 1):
            said = [next(asked) for _ in range(TURNS_A_ROUND)]
            one = _median_of(lambda text: client.get("/matters", params={"q": text, "limit": 10}), said)
            other = _median_of(lambda text: plain.get(f"{bare}/search", params={"q": f"{text}，"}), said)
            if number:  # the first round warms both up
                ours.append(one)
                theirs.append(other)
    return [row("matter search, median", ours, "ms", theirs, at_most=1.6)]


def _median_of(call: Callable[[str], Any], texts: list[str]) -> float:
    times = []
    for text in texts:
        began = time.perf_counter()
        call(text)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def as_table(rows: list[Row]) -> Table:
    """The rows, one a line."""
    table = Table(title="Budgets, each beside its yardstick in the same run")
    for heading in ("what", "value", "against", "ratio", "budget", ""):
        table.add_column(heading, no_wrap=True)
    for one in rows:
        verdict = "[green]ok[/]" if one.ok else "[red]over[/]"
        cells = (f"{one.value} {one.unit}", f"{one.against} {one.unit}", str(one.ratio))
        table.add_row(one.name, *cells, one.budget, verdict)
    return table


# What loads models, or leaves most behind, comes last.
MEASURES: dict[str, Callable[[Stack], list[Row]]] = {
    "reads": measure_reads,
    "submits": measure_submits,
    "search": measure_search,
    "chat": measure_chat,
}
ASSISTANT = ("bot", "actions")


def main() -> int:
    """Measure, print, write; 1 when a row is out of its budget."""
    parser = argparse.ArgumentParser(prog="tests.load", description="Budgets beside their yardsticks.")
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES), metavar="WHAT")
    parser.add_argument("--repeats", type=int, default=1, help="measure so many times, on the same product")
    chosen = parser.parse_args()
    without = () if "chat" in chosen.only else ASSISTANT
    with Stack(WEB_WORKERS="2", LOG_LEVEL="WARNING", without=without) as stack:
        rows = [one for _ in range(chosen.repeats) for name in chosen.only for one in MEASURES[name](stack)]
    console.print(as_table(rows))
    write_report(rows, REPORT)
    console.print(f"written to {REPORT.relative_to(ROOT)}")
    return 0 if all(one.ok for one in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
