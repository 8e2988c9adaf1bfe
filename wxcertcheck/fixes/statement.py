"""The statement of a pin as text: where the pinned value stands in it, and which lines a change of it touches."""

import re

from wxcertcheck.model import Edit, Pin

TEXT_FORMATS = frozenset({"batch", "curlrc", "dockerfile", "json", "makefile", "powershell", "settings", "xml", "yaml"})
"""Languages without a grammar: settings and options instead of arguments and statements."""
OFF_BY_DEFAULT = re.compile(
    r"SSL_(?:CTX_)?set_verify|CTX_set_verify|set_verify_(?:mode|callback)|conf_authmode"
    r"|certificate_set_verify_function|\bverify\s*=\s*[\"']none|Context::VERIFY_NONE|set_verify\([\w.]*VERIFY_NONE"
    r"|ssl\.wrap_socket|skip_verification"
)
"""TLS libraries that verify nothing unless told to (OpenSSL and pyOpenSSL, Boost.Asio, POCO, GnuTLS, Mbed TLS, LuaSec,
Mongoose) or have no CAs then: leaving out is not enough."""
DEVICE = re.compile(
    r"setCACert|setTrustAnchors|setInsecure|cert_pem|verification\.certificate|ESP_TLS|skip_cert_common"
)
"""Clients of microcontrollers: there is no system's store that could take over."""


def place_of(pin: Pin) -> int | None:
    """Where the value begins in the statement; None where that cannot be told."""
    if not pin.value:
        return None
    number = pin.place.line - pin.statement_line
    lines = pin.statement.split("\n")
    if 0 <= number < len(lines):
        at = sum(len(line) + 1 for line in lines[:number]) + max(pin.place.column - 1, 0)
        if pin.place.column and pin.statement.startswith(pin.value, at):
            return at
    return pin.statement.find(pin.value) if pin.statement.count(pin.value) == 1 else None


def changed(pin: Pin, start: int, end: int, new: str) -> Edit:
    """The lines around ``start``..``end`` of the statement, with ``new`` in that place."""
    first = pin.statement.rfind("\n", 0, start) + 1
    last = pin.statement.find("\n", end)
    last = last if last >= 0 else len(pin.statement)
    old = pin.statement[first:last]
    line = pin.statement_line + pin.statement.count("\n", 0, first)
    replacement = pin.statement[first:start] + new + pin.statement[end:last]
    return Edit(pin.place.path, line, line + old.count("\n"), replacement if replacement.strip() else "", old)
