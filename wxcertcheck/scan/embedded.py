"""Text of another language inside a program's string literals: command lines that it runs, connection strings.

Sources: curl(1), wget(1), libpq's connection strings, MongoDB's connection string options, redis-py's and SQLAlchemy's URLs,
Microsoft's ODBC and PDO_SQLSRV keywords, the DSNs of Go's drivers.
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Matcher
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.values import Kind, Value, text

if TYPE_CHECKING:
    from tree_sitter import Node

StringTest = Callable[[Hit, "Node"], bool]
_LONGEST = 4_000
_SHELL = frozenset({"shell_command_expression", "subshell"})
"""Command lines that are no string: PHP's and Ruby's backticks."""


def _string(hit: Hit) -> "Node | None":
    strings = hit.source.grammar.strings | _SHELL
    return hit.node if hit.node.type in strings else hit.source.around(hit.node, strings)


def string_trusts(expression: str, *, purpose: Purpose = Purpose.HTTPS, when: StringTest | None = None) -> Matcher:
    """A string in which ``expression`` finds a group: it names the trusted CAs."""
    compiled = re.compile(expression)

    def match(hit: Hit) -> Iterator[Find]:
        node = _string(hit)
        found = compiled.search(hit.source.text(node)[:_LONGEST]) if node is not None else None
        written = next((it for it in found.groups() if it), "") if found else ""
        if node is None or not written or (when and not when(hit, node)):
            return
        value = Value(Kind.SETTING, written) if re.search(r"[{}$%]", written) else text(written)
        yield Find(PinKind.TRUST, node, value, purpose=purpose)

    return match


def string_off(expression: str, *, purpose: Purpose = Purpose.HTTPS, when: StringTest | None = None) -> Matcher:
    """A string in which ``expression`` finds anything: verification is off."""
    compiled = re.compile(expression)

    def match(hit: Hit) -> Iterator[Find]:
        node = _string(hit)
        found = compiled.search(hit.source.text(node)[:_LONGEST]) if node is not None else None
        if node is not None and found and (when is None or when(hit, node)):
            yield Find(PinKind.VERIFICATION_OFF, node, purpose=purpose)

    return match


# --- command lines --------------------------------------------------------------------------------------------------------

_RUNS = frozenset(
    [
        "exec",
        "shell_exec",
        "system",
        "passthru",
        "popen",
        "proc_open",
        "run",
        "call",
        "check_call",
        "check_output",
        "Popen",
        "getoutput",
        "getstatusoutput",
        "create_subprocess_shell",
        "fromShellCommandline",
        "Process",
        "execute",
        "exec_command",
        "capture2",
        "capture2e",
        "capture3",
        "spawn",
        "sh",
    ]
)
_COMMAND_NAME = re.compile(r"(?i)cmd|command|curl|shell|wget")


def _is_run(hit: Hit, node: "Node") -> bool:
    """Whether a command line is run (or kept in something called a command), not merely printed."""
    if node.type in _SHELL:
        return True
    call = hit.call_around()
    if call is not None:
        return call.name in _RUNS
    target = next((p for p in hit.source.ancestors(node) if p.type in hit.source.grammar.assignments), None)
    return target is not None and bool(_COMMAND_NAME.search(hit.source.text(target).partition("=")[0]))


_FILE = r"[\"']?([^\s\"';|&]+)"
_CURL = r"(?:\bcurl\b|\{\$?\w*(?i:curl)\w*\})"
"""The program by its name, or by a variable of that name: ``"#{CURL} …"``."""
COMMAND_WORDS = ("curl -", "--cacert", "--insecure", "--no-check-certificate", "--ca-certificate")
command_line = any_of(
    string_trusts(rf"{_CURL}[^\n]{{0,2000}}?\s--cacert[=\s]\s*{_FILE}", when=_is_run),
    string_trusts(rf"\bwget\b[^\n]{{0,2000}}?\s--ca-certificate[=\s]\s*{_FILE}", when=_is_run),
    string_off(rf"{_CURL}[^\n|;&]{{0,2000}}?\s(?:--insecure|-[a-zA-Z]*k[a-zA-Z]*)(?=[\s\"'`]|$)", when=_is_run),
    string_off(r"\bwget\b[^\n|;&#]{0,2000}?\s--no-check-certificate\b", when=_is_run),
)

_PATH_OFF = re.compile(
    r"[^|;&\n]{0,2000}?[\s\"'](?:--insecure|-[afgGiIjJlLMnNOpqRsSvV0-46#:]*k[a-zA-Z]*)(?=[\s\"'`]|$)"
)


def command_path(hit: Hit) -> Iterator[Find]:
    """``exec($this->curl_path . " -k …")``: the program's place in a variable, its options after it."""
    call, data = hit.call_around(), hit.source.data
    if call is None or call.name not in _RUNS:
        return
    after = data[hit.node.end_byte : min(call.node.end_byte, hit.node.end_byte + _LONGEST)].decode("utf-8", "replace")
    if _PATH_OFF.match(after):
        yield Find(PinKind.VERIFICATION_OFF, call.node)


# --- connection strings ---------------------------------------------------------------------------------------------------

CONNECTION_WORDS = (
    "sslrootcert=",
    "ssl_ca=",
    "ssl-ca=",
    "tlsCAFile=",
    "ssl_ca_certs=",
    "ssl_cert_reqs=",
    "tlsAllowInvalidCertificates=",
    "tlsInsecure=",
    "TrustServerCertificate=",
)
_SOURCE = r"(?i:\b(?:host|hostaddr|server|driver|dbname|database|sslmode|encrypt)\s*=)"
"""One of the keywords of a connection string that is not a URL: prose that names an option has none."""
_CA = r"(?i:sslrootcert|ssl[_-]ca|tlsCAFile|ssl_ca_certs)=(?!system\b)([^&;\s\"']+)"
_OFF = (
    r"(?i:ssl_cert_reqs=(?:CERT_)?none|tls(?:AllowInvalidCertificates|Insecure)=true"
    r"|TrustServerCertificate\s*=\s*(?:yes|true|1)|tls=skip-verify|skip_verify=true|sslInsecure=true)(?![\w\-])"
)
connection_string = any_of(
    string_trusts(rf"[?&]{_CA}|(?m:^)(?=.*{_SOURCE}).*[;\s\"']{_CA}", purpose=Purpose.DATABASE),
    string_off(rf"[?&]{_OFF}|(?m:^)(?=.*{_SOURCE}).*[;\s\"']{_OFF}", purpose=Purpose.DATABASE),
)
