"""Shell scripts: sh, bash, zsh, ksh."""

import re

from wxcertcheck.scan.language import Language
from wxcertcheck.scan.languages.shell.grammar import GRAMMAR, evaluate
from wxcertcheck.scan.languages.shell.patterns import PATTERNS

_RUN_ON = re.compile(rb"(<<-?[ \t]*([\"']?)\w+\2)>>")


def _apart(data: bytes) -> bytes:
    """``cat <<EOF>> file``: for the grammar, the sign would belong to the heredoc's end."""
    return _RUN_ON.sub(rb"\1 >", data) if b">>" in data else data


LANGUAGE = Language(
    name="shell",
    title="Shell",
    endings=(".sh", ".bash", ".zsh", ".ksh", ".bats", ".command", ".dash"),
    file_names=(
        *(".bashrc", ".bash_profile", ".bash_aliases", ".profile", ".zshrc", ".zprofile", ".zshenv", ".envrc"),
        *("gradlew", "mvnw", "bashrc", "profile", "PKGBUILD", "APKBUILD", "docker-entrypoint", "entrypoint"),
    ),
    grammar=GRAMMAR,
    line_comments=("#",),
    evaluate=evaluate,
    prepare=_apart,
    patterns=PATTERNS,
)
