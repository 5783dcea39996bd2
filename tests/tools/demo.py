"""`make demo`: starts the local mock, runs the committed collection unchanged with Newman, stops the mock."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
NEWMAN = ROOT / "tests" / "tools" / "node_modules" / "newman" / "bin" / "newman.js"


def main() -> int:
    """Run the demo; returns Newman's exit code, or 2 if the mock doesn't start."""
    mock = subprocess.Popen([Path(sys.executable).parent / "callsheet", "mock"])
    try:
        for _ in range(100):
            if mock.poll() is not None:
                return 2
            try:
                urllib.request.urlopen("http://127.0.0.1:8080/", timeout=1)
            except urllib.error.HTTPError:
                break  # it is up: it responds, with 404 since nothing is at /
            except OSError:
                time.sleep(0.1)
        output = ROOT / "output"
        return subprocess.call(
            [
                NEWMAN,
                "run",
                output / "privacy-service.postman_collection.json",
                "-e",
                output / "environments" / "local.postman_environment.json",
                "--timeout-request",
                "30000",
            ]
        )
    finally:
        mock.terminate()
        mock.wait(timeout=10)


if __name__ == "__main__":
    sys.exit(main())
