"""A small real server that speaks the chat-completions protocol, and remembers every byte it was sent."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class PlayingLlm:
    """Says what it was told to say; may be slow, broken, or drip."""

    def __init__(self) -> None:
        self.says = "好的"
        self.status = 200
        self.raw: bytes | None = None
        self.sleeps = 0.0
        self.drips = 0.0
        self.heard: list[bytes] = []
        playing = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                playing.heard.append(self.requestline.encode() + str(self.headers).encode() + sent)
                time.sleep(playing.sleeps)
                playing.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test's output quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """The address up to ``/v1``."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """One completion, as OpenAI's API shapes it."""
        said: dict[str, Any] = {"choices": [{"message": {"role": "assistant", "content": self.says}}]}
        body = self.raw if self.raw is not None else json.dumps(said).encode()
        try:
            request.send_response(self.status)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            if not self.drips:
                request.wfile.write(body)
                return
            for at in range(len(body)):
                request.wfile.write(body[at : at + 1])
                request.wfile.flush()
                time.sleep(self.drips)
        except OSError:
            pass  # the gateway had enough
