"""Shell scripts: sh, bash, zsh, ksh."""

from wxcertcheck.scan.language import Language
from wxcertcheck.scan.languages.shell.grammar import GRAMMAR, evaluate
from wxcertcheck.scan.languages.shell.patterns import PATTERNS

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
    patterns=PATTERNS,
)
