"""A line of code or configuration without what it pins: the rest of the line stays, and the file still works."""

import re

from wxcertcheck.fixes.statement import DEVICE, OFF_BY_DEFAULT, TEXT_FORMATS, place_of
from wxcertcheck.fixes.system_bundle import has_no_store
from wxcertcheck.model import Edit, Pin, Purpose

_PAIR = re.compile(r"""^[:@]?(?P<quote>["']?)[\w.\-\[\]]+(?:\["'][\w.\-]+["']\])?(?P=quote)\s*(?:=>|=|:)""")
_OPENS = ("(", "{", "[", ",")
_WHOLE_LINE = re.compile(r"""\s*(?:(?:export|set|ENV|ARG)\s+|-\s+(?:name:\s+)?|Environment=)?["']?(?:-D)?""")
"""What may stand before the only setting of a line."""
_BEFORE_OPTION = re.compile(r"""(?<=[\s"'=])(?:-D)?\Z""")
_OPTION = re.compile(r"""["']?(?:-|[\w.\-]+=)""")
_COMMAND = re.compile(r"(?P<kept>\S*\b(?:curl|wget)(?:\.exe)?\b.* )(?P<switch>-\S+)")
_DEFINES = re.compile(
    r"\s*(?:(?:public|private|protected|static|async|export|default)\s+)*(?:def|function|fun|func|fn)\b"
)
_DECLARES = re.compile(r"(?:[\w<>\[\],.?]+[\s*&]+)*[$*&]?\w+\s*:?=(?!=)")
_BODY = re.compile(r"[^(={]*\([^{=]*\)[^;{=]*\{.*\}", re.DOTALL)
_LOADS = re.compile(
    r"\binit\(|load_verify|\badd_(?:file|path|cert)\b|setTrustedCertificates|handshake\(|conf_ca_chain|CTX_load|X509_STORE_|x509_trust"
)
"""Calls that fill a store of the program's own: without them it stays empty, or was never set up."""
_CLIENT_CERTIFICATE_TOO = re.compile(r"(?i)ssl_?socket_?factory\s*\(|ssl_?context\s*\(")
"""Calls that hand over a whole TLS context: the client certificate in it would go as well."""
_VERIFIED_WITHOUT = frozenset({Purpose.HTTPS, Purpose.TOOL, Purpose.SERVER})
"""Drivers of databases and queues often verify nothing once no CA is named."""
_NO_TRAILING_COMMA = frozenset({"java", "scala", "groovy", "c", "cpp", "csharp", "objective_c", "swift", "lua"})


_NOT_LEFT_OUT = (_LOADS, DEVICE, OFF_BY_DEFAULT, _CLIENT_CERTIFICATE_TOO)


def removal(pin: Pin) -> Edit | None:
    """The lines that hold the pinned value, without it; None where that takes a programmer."""
    at = place_of(pin)
    if at is None or pin.purpose not in _VERIFIED_WITHOUT or has_no_store(pin):
        return None
    start = pin.statement.rfind("\n", 0, at) + 1
    end = pin.statement.find("\n", at + len(pin.value))
    old = pin.statement[start : end if end >= 0 else len(pin.statement)]
    before, after = old[: at - start], old[at - start + len(pin.value) :]
    new = (_without_setting if pin.language in TEXT_FORMATS else _without_argument)(pin, before, after)
    if new is None:
        return None
    if pin.only_statement and not new and old.strip() == pin.statement.strip():
        if pin.language != "python":
            return None
        new = before + "pass"
    first = pin.statement_line + pin.statement.count("\n", 0, start)
    return Edit(pin.place.path, first, first + old.count("\n"), new, old)


def _without_argument(pin: Pin, before: str, after: str) -> str | None:
    """A line of code without one argument or statement."""
    whole = pin.statement.strip().rstrip(";").rstrip() == pin.value.rstrip(";").rstrip()
    if (whole and _DECLARES.match(pin.value)) or _BODY.fullmatch(pin.value):
        return None  # what is left would lack a name, or a method that an interface asks for
    if _DEFINES.match(pin.statement) or any(p.search(pin.value) for p in _NOT_LEFT_OUT):
        return None
    if not before.strip() and after.strip() in ("", ",", ";"):
        return "" if _stands_alone(pin) else None
    if not _PAIR.match(pin.value) or not before.rstrip().endswith(_OPENS):
        return None
    if after.lstrip().startswith(","):
        return before + after.lstrip()[1:].lstrip()
    return before.rstrip().removesuffix(",").rstrip() + after


def _stands_alone(pin: Pin) -> bool:
    """Whether the lines of the value are an argument or a statement: not the beginning, nor the end, of an expression."""
    head, _, tail = (part.strip() for part in pin.statement.partition(pin.value))
    if tail.startswith(")") and head.endswith(",") and pin.language in _NO_TRAILING_COMMA:
        return False
    return (not head or head.endswith((*_OPENS, ";", "}"))) and (not tail or tail.startswith((",", ";", ")", "]", "}")))


def _without_setting(pin: Pin, before: str, after: str) -> str | None:
    """A line of configuration without one setting: the whole line, if it makes no other, or without one of its options."""
    if pin.language == "json":
        alone = not before.strip() and after.strip() == ","  # the last of an object would leave a comma behind
        return "" if alone else None
    if pin.value.count("{") != pin.value.count("}") or pin.value.count('"') % 2 or pin.value.count("'") % 2:
        return None
    if command := _COMMAND.fullmatch(pin.value):
        switch = command["switch"]
        left = "" if switch.startswith("--") else switch.replace("k", "", 1)
        return before + command["kept"] + (left + after if left.strip("-") else after.lstrip(" \t"))
    if _WHOLE_LINE.fullmatch(before) and after.strip() in ("", ";", '"', "'"):
        return ""
    option = _BEFORE_OPTION.search(before)
    if (
        option is None
        or "\n" in pin.value
        or not _OPTION.match(pin.value)
        or (after and not after.startswith((" ", "\t", '"', "'")))
    ):
        return None
    head = before[: option.start()]
    return head + after.lstrip(" \t") if after[:1].isspace() else head.rstrip(" \t") + after
