"""Run one target under Atheris: ``python -m fuzzing.guided TARGET CORPUS [options of libFuzzer]``."""

from __future__ import annotations

import os
import sys

import atheris

with atheris.instrument_imports(include=["generator"]):
    from fuzzing.choices import Choices
    from fuzzing.targets import TARGETS


def main() -> None:
    """Run until the time limit in the options is reached, or a failure is found."""
    os.environ.setdefault("CALLSHEET_CACHE", "off")
    target = TARGETS[sys.argv.pop(1)]

    def one(data: bytes) -> None:
        source = atheris.FuzzedDataProvider(data)
        target(Choices(lambda most: source.ConsumeIntInRange(0, most)))

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
