"""A line whose switch is turned the other way. That verifies whatever a library does when nothing is said, and leaves
the rest of the line as it is: ``verify=False`` becomes ``verify=True``.
"""

import re

from wxcertcheck.fixes.statement import DEVICE, OFF_BY_DEFAULT, TEXT_FORMATS, changed, place_of
from wxcertcheck.model import Edit, Pin

_LITERAL = re.compile(
    r"(?:.*(?P<before>=>|(?<![=!<>+\-])=|:|[(,]|(?<=[^\s=:,(>])\s))?\s*[\"']?(?:[A-Za-z_]\w*(?:\.|::))*:?(?P<word>![01]|[\w\-]+)[\"']?[)\]};\s]*",
    re.DOTALL,
)
_CALLBACK = re.compile(
    r"\b(?:lambda|delegate|function|Function|func|fun|proc|return|AddressOf)\b|->\s*[{(]?\s*(?:true|false)|\|[^|\n]*\|\s"
)
"""A callback's answer is no switch: one that says no refuses every server."""
_ARROW_IS_A_PAIR = frozenset({"php", "ruby", "perl"}) | TEXT_FORMATS
_WORDS_APART = TEXT_FORMATS | {"shell", "ruby", "groovy"}
"""Where a space parts a setting from its value."""
_PAIRS = (
    ("false", "true"), ("False", "True"), ("FALSE", "TRUE"), ("0", "1"), ("0L", "1L"), ("no", "yes"), ("NO", "YES"),
    ("off", "on"), ("Off", "On"), ("OFF", "ON"), ("!1", "!0"),
)  # fmt: skip
_OTHER = {
    **dict(_PAIRS),
    **{on: off for off, on in _PAIRS},
    "0x00": "0x01",
    "CERT_NONE": "CERT_REQUIRED",
    "VERIFY_NONE": "VERIFY_PEER",
    "SSL_VERIFY_NONE": "SSL_VERIFY_PEER",
    "VerifyNone": "VerifyPeer",
    "no-verify": "verify-full",
    "skip-verify": "true",
}
"""What stands for the opposite, whatever is set by it."""
_NAMED = (
    (
        re.compile(r"SSL_?VERIFY_?HOST(?!NAME)", re.IGNORECASE),
        {"0L": "2L", "1L": "2L", "": "2"},
    ),  # curl refuses 1 and true
    (re.compile(r"\bverify\b\W*0"), {"0": "True"}),  # requests takes 1 for the name of a file
    (re.compile(r"verify_(?:mode|ssl)|ssl_verify"), {"none": "peer", "verify_none": "verify_peer"}),
    (re.compile(r"verification_mode"), {"none": "full"}),
    (re.compile(r"[cC]ertificateValidationMode"), {"None": "ChainTrust"}),
    (re.compile(r"certificateVerification"), {"none": "fullVerification"}),
    (re.compile(r"\bverify none$"), {"none": "required ca-file @system-ca"}),  # haproxy
    (re.compile(r"\btrust\b"), {"TRUST_ALL_CERTIFICATES": "TRUST_SYSTEM_CA_SIGNED_CERTIFICATES"}),  # neo4j
)
_PRESENCE = re.compile(r"GIT_SSL_NO_VERIFY|AcceptCertificateHandler")
"""Off by being there, whatever the value."""
NEEDS_MORE = re.compile(r"(?P<module>proxy|grpc|uwsgi)_ssl_verify|SSLProxyVerify")
"""Where verification needs a CA file beside it, or the program does not start."""


def switched_on(pin: Pin) -> Edit | None:
    """The lines that hold the switch, with the switch the other way; None where it is no plain value, or not enough."""
    start = place_of(pin)
    if start is None or any(p.search(pin.value) for p in (_PRESENCE, NEEDS_MORE, OFF_BY_DEFAULT, DEVICE)):
        return None
    if _CALLBACK.search(pin.value) or ("=>" in pin.value and pin.language not in _ARROW_IS_A_PAIR):
        return None
    found = _LITERAL.fullmatch(pin.value)
    word = found["word"] if found else ""
    if found and found["before"] and found["before"].isspace() and pin.language not in _WORDS_APART:
        return None
    other = _other(pin.value, word)
    if found is None or other is None:
        return None
    return changed(pin, start + found.start("word"), start + found.end("word"), other)


def _other(value: str, word: str) -> str | None:
    for name, words in _NAMED:
        if name.search(value) and (word in words or ("" in words and word in _OTHER)):
            return words.get(word) or words[""]
    return _OTHER.get(word)
