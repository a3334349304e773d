"""An operator at the command line: from a sentence not understood to a published model, and back."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.launch.places import ROOT, Places
from tests.flows.conversation import Conversation, a_driver, wait_for
from tests.stack import OUTSIDE, Stack

OPERATOR, SECOND = "data-office.operator", "data-office.second-operator"
MATTER = "driving-licence-renewal"
# A word that nobody uses, so that no model knows it before it is told.
UNCLEAR = "跑跑卡卡要带啥材料"
TAUGHT = (
    "跑跑卡卡到头了换新的要什么材料",
    "我想知道换跑跑卡卡要准备啥",
    "跑跑卡卡怎么换",
    "跑跑卡卡到期了换证要哪些东西",
)
SAID_OTHERWISE = "跑跑卡卡到头了，换的话要带什么材料"
ASKING = ("--act", "ask_matter", "--matter", MATTER)
MOST_SECONDS = 300
PAUSE = 0.8  # nobody may say more than one thing a second for long


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A product whose models are its own: what is published here is published nowhere else."""
    models = tmp_path_factory.mktemp("office") / "models"
    models.mkdir()
    trained = (
        Places.find({name: os.environ[name] for name in OUTSIDE if name in os.environ}).home / "test-model"
    )
    for file in (*trained.glob("suiban-*.tar.gz"), *trained.glob("*.npz")):
        shutil.copy2(file, models)
    with Stack(MODELS_DIR=str(models)) as running, running.kept_alive():
        yield running
    # What was embedded here is not embedded again the next time.
    shutil.copy2(models / "frozen.npz", trained)


def order(office: Stack, *words: str, fails: bool = False) -> Any:
    """One command of the operator's, with its answer."""
    done = subprocess.run(
        [sys.executable, "-m", "intents", *words, "--json"],
        cwd=ROOT, env=office.environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert (done.returncode != 0) is fails, done.stdout + done.stderr
    return json.loads(done.stdout)


def signed(why: str, by: str = OPERATOR) -> tuple[str, ...]:
    return ("--as", by, "--why", why)


def label_in_the_inbox(office: Stack, text: str) -> None:
    """The sentence came to the inbox by itself; one operator says what it is, a second one agrees."""

    def collected() -> str | None:
        order(office, "inbox", "collect")
        entries = order(office, "inbox", "list", "--limit", "100")["items"]
        return next((str(one["id"]) for one in entries if one["text"] == text), None)

    entry = wait_for(collected, f"{text} in the inbox", seconds=90)
    order(office, "inbox", "label", entry, *ASKING, *signed("跑跑卡卡是驾照"))
    order(office, "inbox", "confirm", entry, *signed("同意", by=SECOND))


def teach(office: Stack, *sentences: str) -> None:
    """Put sentences into the draft by hand."""
    for text in sentences:
        order(office, "add", text, *ASKING, *signed("跑跑卡卡是驾照"))


def is_understood(office: Stack, phone: str, text: str) -> bool:
    """Whether a citizen who asks this is shown the matter's guide, in a conversation of their own."""
    citizen = Conversation.sign_in(office, phone)
    citizen.say(text)
    citizen.close()
    return MATTER in json.dumps(citizen.replies)


@contextmanager
def talking(office: Stack) -> Iterator[dict[str, Any]]:
    """Somebody in the middle of a form who goes on talking meanwhile, and at the end finishes the form."""
    citizen = a_driver(office, "19900008801")
    citizen.say("我要换驾照")
    assert citizen.asked == "delivery"
    over, told = threading.Event(), {"turns": 0, "wrong": []}

    def talk() -> None:
        while not over.is_set():
            for text in ("谢谢", "换驾照要带什么材料"):
                try:
                    citizen.say(text)
                except (AssertionError, httpx.HTTPError) as error:
                    told["wrong"].append(f"{text}: {error}")
                told["turns"] += 1
                over.wait(PAUSE)

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        yield told
    finally:
        over.set()
        thread.join(60)
        citizen.say("继续")
        told["asked"] = citizen.asked
        citizen.close()


# Its fixture may have to train, and what is measured is the office's own time.
@pytest.mark.timeout(900)
def test_from_an_unclear_sentence_to_a_published_model_and_back(office: Stack) -> None:
    shipped = order(office, "serving")["live"]
    assert not is_understood(office, "19900008802", UNCLEAR)
    began = time.monotonic()
    with talking(office) as told:
        label_in_the_inbox(office, UNCLEAR)
        teach(office, *TAUGHT)
        version = order(office, "train", "--index", *signed("跑跑卡卡是驾照"))
        assert version["state"] == "candidate"
        assert version["measured"]
        published = order(office, "publish", version["id"], *signed("比线上的不差"))
        assert published["outcome"] == "served"
        assert time.monotonic() - began < MOST_SECONDS
        assert is_understood(office, "19900008803", SAID_OTHERWISE)

        back = order(office, "rollback", *signed("试一试退得回去"))
        assert (back["outcome"], back["version"], back["instead_of"]) == ("served", shipped, version["id"])
        assert back["seconds"] < 30
    assert not is_understood(office, "19900008804", UNCLEAR)
    assert told["wrong"] == []
    assert told["turns"] > 20
    assert told["asked"] == "delivery", "the form stands where it stood"

    compared = order(office, "compare", shipped, version["id"])
    assert compared["both_right"] > 0
    book = order(office, "serving")["publications"]
    assert [(one["action"], one["by"]) for one in book[:2]] == [("rollback", OPERATOR), ("publish", OPERATOR)]


def test_a_canary_answers_some_and_is_counted_beside_the_live_version(office: Stack) -> None:
    newest = order(office, "versions")["items"][0]["id"]
    assert order(office, "publish", newest, "--canary", "0.5", *signed("先给一半"))["outcome"] == "served"
    answers = [is_understood(office, f"1990000882{at}", SAID_OTHERWISE) for at in range(10)]
    assert len(set(answers)) == 2, "some conversations go to the canary, some to the live version"
    now = order(office, "serving")
    assert now["figures"][newest]["conversations"] == answers.count(True)
    assert now["figures"][now["live"]]["conversations"] == answers.count(False)
    order(office, "rollback", *signed("看够了"))
    assert order(office, "serving")["canary"] is None


@pytest.mark.timeout(600)
def test_a_killed_training_is_taken_up_again_and_done_once(office: Stack) -> None:
    version = order(office, "train", "--index", "--behind", *signed("会被打断的训练"))["id"]
    log = Path(office.environment["MODELS_DIR"]) / "versions" / version / "training.log"
    office.kill("worker")
    _kill_trainer(office, version)
    office.restart("worker")
    office.restart("beat")

    def ended() -> Any:
        found = order(office, "versions", version)
        return found if found["state"] != "training" else None

    done = wait_for(ended, f"the end of {version}'s training", seconds=240)
    assert done["state"] == "candidate", log.read_text("utf-8")
    assert [one["state"] for one in done["history"]] == ["training", "candidate"]


def _kill_trainer(office: Stack, version: str) -> None:
    """Kill the process that holds the training, once it does."""
    import pymongo

    with pymongo.MongoClient[dict[str, Any]](office.environment["MONGO_URL"]) as client:
        kept = client[office.environment["DATABASE"]]["assistant_versions"]

        def holder() -> str | None:
            lease = (kept.find_one({"_id": version}) or {}).get("lease")
            return lease["holder"] if lease else None

        held = wait_for(holder, "somebody who trains")
    os.kill(int(held.rpartition(":")[2]), signal.SIGKILL)


def test_who_is_no_operator_trains_nothing(office: Stack) -> None:
    refused = order(office, "train", "--as", "data-office.agent", "--why", "x", fails=True)
    assert refused["type"].endswith("not-allowed")
    assert order(office, "versions", "v999", fails=True)["type"].endswith("not-found")
