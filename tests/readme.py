"""The README's command blocks, and the normaliser that compares their output.

A block fenced as ```console has commands after "$ " and below each the output it must print. The normaliser replaces what
differs from machine to machine: version numbers, durations, counts of files, and the checkout's path.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


@dataclass(frozen=True)
class Example:
    """One command of the README and the output that it shows."""

    line: int
    command: str
    output: str


def examples(text: str) -> list[Example]:
    """The commands of all console blocks; a command may go on after a backslash."""
    found = []
    for block in re.finditer(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        line = text.count("\n", 0, block.start(1)) + 1
        for part in re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]:
            command, _, output = part.replace("\\\n", "").partition("\n")
            found.append(Example(line, command, output))
    return found


def marked(text: str, name: str) -> str:
    """The shell block after ``<!-- name -->``."""
    return re.search(rf"<!-- {name} -->\s*```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[1].strip()


def normalised(output: str) -> str:
    """The output without what differs from machine to machine."""
    output = re.sub(r"\b\d+\.\d+(\.\d+)*(_\d+)?\b", "N", output)
    output = re.sub(r"\b\d+( files| 个文件| ms| s)\b", r"N\1", output)
    return re.sub(r"[ \t]+$", "", output, flags=re.MULTILINE).strip()


def main() -> None:
    """Write the README's outputs anew: ``python -m tests.readme`` in the checkout, with the program on PATH."""
    environment = {name: value for name, value in os.environ.items() if "CERT" not in name and "CA_" not in name}
    text = README.read_text(encoding="utf-8")
    for example in examples(text):
        done = subprocess.run(
            ["bash", "-c", example.command],
            cwd=README.parent,
            env=environment | {"LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        shown = f"$ {example.command}\n"
        text = text.replace(shown + example.output, shown + (done.stdout + done.stderr).rstrip("\n") + "\n")
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
