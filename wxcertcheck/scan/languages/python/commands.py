"""Commands that Python runs as a line or a list: ``subprocess.run(["curl", "-k", url])``. Sources: curl(1), wget(1)."""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind
from wxcertcheck.scan.embedded import COMMAND_WORDS, command_line
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.values import Kind

_OFF = {
    "curl": re.compile(r"--insecure|-[a-zA-Z]*k[a-zA-Z]*"),
    "wget": re.compile(r"--no-check-certificate"),
}
_CA = {"curl": ("--cacert", "--capath"), "wget": ("--ca-certificate", "--ca-directory")}


def command_list(hit: Hit) -> Iterator[Find]:
    """A list whose first element is ``curl`` or ``wget``: its options that choose CAs or switch verification off."""
    listed = hit.source.around(hit.node, frozenset({"list", "tuple"}))
    elements = [child for child in listed.named_children if "comment" not in child.type] if listed is not None else []
    written = [hit.source.text(element).strip("frb\"'") for element in elements]
    if not written or hit.node.start_byte >= elements[0].end_byte or written[0].rpartition("/")[2] not in _OFF:
        return
    program = written[0].rpartition("/")[2]
    for number, element in enumerate(elements[1:], 1):
        if element.type != "string":
            continue
        option, _, path = written[number].partition("=")
        if _OFF[program].fullmatch(written[number]):
            yield Find(PinKind.VERIFICATION_OFF, element)
        elif option in _CA[program] and path:
            yield Find(PinKind.TRUST, element, hit.value(element))
        elif option in _CA[program] and number + 1 < len(elements):
            value = hit.value(elements[number + 1])
            yield Find(PinKind.CONFIGURABLE if value.kind is Kind.UNKNOWN else PinKind.TRUST, element, value)


PATTERNS = (
    Pattern(
        slug="command-line",
        words=COMMAND_WORDS,
        match=command_line,
        bad=('os.system("curl -k https://example.com")', 'cmd = "curl --cacert /opt/ca.pem https://example.com"'),
        good=('os.system("curl -s https://example.com")', 'print("try: curl -k https://example.com")'),
    ),
    Pattern(
        slug="command-list",
        words=('"curl",', "'curl',", '"wget",', "'wget',"),
        followed=r"""[^\]]{0,2000}?["'](?:--(?:insecure|cacert|capath|no-check-certificate|ca-)|-\w*k)""",
        match=command_list,
        bad=(
            'subprocess.run(["curl", "-sSk", url])',
            "subprocess.call(['wget', '--no-check-certificate', url])",
            'command = ["curl", "--cacert", "/opt/wx/ca.pem", url]',
        ),
        good=(
            'subprocess.run(["curl", "-sS", url])',
            'packages = ["curl", "git", "knife"]',
            'subprocess.run(["apt", "install", "curl", "-k"])',
        ),
        source="https://curl.se/docs/manpage.html",
    ),
)
