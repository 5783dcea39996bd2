"""Look up known vulnerabilities of every pinned package, and count the packages that couldn't be looked up.

    PYTHONPATH=tests python -m support.auditing

Exits with 0 if every package was looked up and none is vulnerable, with 1 if one is, and with 77 if a lock
could not be looked up at all, for example without a network: that counts as skipped, not passed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PIP_AUDIT = ROOT / ".venv" / "audit" / "bin" / "pip-audit"
LOCKS = ("generator", "development", "audit", "fuzzing")
PACKAGES = ("tests/tools", "tests/benchmarks")
VULNERABLE, SKIPPED = 1, 77
_WAIT = 300  # seconds


@dataclass(frozen=True)
class Audit:
    """The result for one lock file; ``vulnerable`` has a line for each package with a known vulnerability."""

    lock: str
    packages: int
    audited: int = 0
    vulnerable: tuple[str, ...] = ()
    reason: str = ""
    """Why some packages were not looked up."""

    def __str__(self) -> str:
        state = "skipped" if not self.audited else f"{self.audited} of {self.packages} packages audited"
        missing = self.packages - self.audited
        more = f", {missing} not: {self.reason}" if self.audited and missing else ""
        why = f" ({self.packages} packages not audited): {self.reason}" if not self.audited else more
        lines = [f"{self.lock}: {state}{why}; {len(self.vulnerable)} vulnerable"]
        return "\n".join([*lines, *(f"  {line}" for line in self.vulnerable)])


def code(audits: Iterable[Audit]) -> int:
    """The exit code for ``audits``."""
    found = list(audits)
    if any(audit.vulnerable for audit in found):
        return VULNERABLE
    return SKIPPED if any(not audit.audited for audit in found) else 0


def of_pip(lock: str, pinned: int, output: str, errors: str) -> Audit:
    """Read pip-audit's JSON report on a lock with ``pinned`` packages."""
    try:
        dependencies = json.loads(output)["dependencies"]
    except (ValueError, LookupError, TypeError):
        return Audit(lock, pinned, reason=_last_line(errors or output))
    skipped = [each for each in dependencies if "skip_reason" in each]
    vulnerable = tuple(
        f"{each['name']} {each['version']}: {', '.join(flaw['id'] for flaw in each['vulns'])}"
        for each in dependencies
        if each.get("vulns")
    )
    reason = str(skipped[0]["skip_reason"]) if skipped else "left out by pip-audit"
    return Audit(lock, pinned, len(dependencies) - len(skipped), vulnerable, reason)


def of_npm(lock: str, pinned: int, output: str, errors: str) -> Audit:
    """Read the report of ``npm audit --json`` on a lock with ``pinned`` packages."""
    try:
        report = json.loads(output)
        flaws, counted = report["vulnerabilities"], report["metadata"]["dependencies"]["total"]
    except (ValueError, LookupError, TypeError):
        return Audit(lock, pinned, reason=_npm_reason(output, errors))
    vulnerable = tuple(f"{name} {each['range']}: {each['severity']}" for name, each in flaws.items())
    return Audit(lock, pinned, min(counted, pinned), vulnerable, "left out by npm")


def _npm_reason(output: str, errors: str) -> str:
    try:
        report: Any = json.loads(output)
        said = report.get("message") or report["error"]["summary"]
    except (ValueError, LookupError, TypeError, AttributeError):
        said = ""
    return _last_line(str(said) or errors)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it printed nothing"


def pinned_by_pip(text: str) -> int:
    """The number of packages that a lock for pip pins."""
    return len(re.findall(r"^[\w.-]+==", text, re.MULTILINE))


def pinned_by_npm(text: str) -> int:
    """The number of packages that a lock for npm pins."""
    return sum(bool(path) for path in json.loads(text)["packages"])


def _run(command: Sequence[str | Path], folder: Path) -> tuple[str, str]:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_WAIT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", str(error)
    return done.stdout, done.stderr


def audits() -> Iterable[Audit]:
    """Audit the locks, one after the other."""
    for name in LOCKS:
        path = ROOT / "locks" / f"{name}.txt"
        # Everything is pinned by hash, so that nothing has to be resolved or installed for the look-up.
        command = [PIP_AUDIT, "--requirement", path, "--require-hashes", "--disable-pip", "--format", "json"]
        output = _run([*command, "--progress-spinner", "off"], ROOT)
        yield of_pip(f"locks/{name}.txt", pinned_by_pip(path.read_text()), *output)
    for folder in PACKAGES:
        lock = ROOT / folder / "package-lock.json"
        if lock.exists():
            output = _run(["npm", "audit", "--json", "--package-lock-only"], lock.parent)
            yield of_npm(f"{folder}/package-lock.json", pinned_by_npm(lock.read_text()), *output)


def main() -> int:
    """Print the result for each lock and the total; return the exit code."""
    found = []
    for audit in audits():
        print(audit, flush=True)
        found.append(audit)
    missing = sum(audit.packages - audit.audited for audit in found)
    print(f"{sum(audit.audited for audit in found)} audited, {missing} not audited")
    return code(found)


if __name__ == "__main__":
    sys.exit(main())
