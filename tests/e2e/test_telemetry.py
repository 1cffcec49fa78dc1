"""OpenTelemetry by FastAPI's own switch: what the real server exports reaches a collector."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.db.patience import wait_until
from tests.e2e.serving import Service

pytestmark = pytest.mark.enable_socket

_ARRIVES_S = 30.0


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """The address of a collector, and what it took: path and body."""
    taken: list[tuple[str, bytes]] = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Takes) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", taken
        server.shutdown()


def test_traces_of_requests_arrive_by_their_routes(
    tmp_path: Path, collector: tuple[str, list[tuple[str, bytes]]]
) -> None:
    endpoint, taken = collector
    told: dict[str, Any] = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    with Service(tmp_path / "home", TIERBOOK_TELEMETRY="true", **told) as service:
        service.ready()
        service.get("/livez")
        assert wait_until(lambda: any(b"/livez" in body for path, body in taken if path == "/v1/traces"), _ARRIVES_S)
