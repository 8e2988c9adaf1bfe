"""What single C libraries do in a way of their own: curl's pinned keys, Windows' flags, MongoDB, hiredis."""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find
from wxcertcheck.scan.languages.c.named import (
    names_ca,
)
from wxcertcheck.scan.languages.c.tls import (
    is_server,
    option,
)
from wxcertcheck.scan.matchers import decided_around

_FLAGS = (
    "SECURITY_FLAG_IGNORE_UNKNOWN_CA",
    "SECURITY_FLAG_IGNORE_ALL_CERT_ERRORS",
    "LCCSCF_ALLOW_SELFSIGNED",
    "LCCSCF_ALLOW_INSECURE",
    "INTERNET_FLAG_IGNORE_CERT_CN_INVALID",
    "INTERNET_FLAG_IGNORE_CERT_DATE_INVALID",
)


def pinned_key(hit: Hit) -> Iterator[Find]:
    """``CURLOPT_PINNEDPUBLICKEY``: compares the server's key, whatever CA signed it."""
    for find in option("CURLOPT_PINNEDPUBLICKEY")(hit):
        yield Find(PinKind.FINGERPRINT, find.node, find.value)


def trust_all_flags(hit: Hit) -> Iterator[Find]:
    """Flags that are assigned, or-ed or passed: ``SECURITY_FLAG_IGNORE_UNKNOWN_CA``."""
    source = hit.source
    if hit.name not in _FLAGS:
        return
    for parent in source.ancestors(hit.node):
        if parent.type in ("preproc_def", "case_statement", "preproc_include", "enumerator"):
            return
        operator = parent.child_by_field_name("operator")
        if parent.type == "binary_expression" and operator is not None and source.text(operator) != "|":
            return
        if parent.type in ("expression_statement", "declaration", "init_declarator", "initializer_pair"):
            kind = PinKind.CONFIGURABLE if decided_around(source, hit.node) else PinKind.VERIFICATION_OFF
            yield Find(kind, parent)
            return


def mongo_options(hit: Hit) -> Iterator[Find]:
    """The fields of a ``mongoc_ssl_opt_t`` that this function fills."""
    source = hit.source
    if hit.name != "mongoc_ssl_opt_t" or is_server(hit):
        return
    declared = source.around(hit.node, frozenset({"declaration"}))
    named = re.search(r"mongoc_ssl_opt_t\s*\*?\s*(\w+)", source.text(declared)) if declared is not None else None
    for name in ("ca_file", "ca_dir") if named else ():
        for definition in source.definitions.get(name, ()):
            value = evaluate(source, definition.value)
            if (
                named
                and re.match(rf"(?!\w*server){named.group(1)}(?:\.|->)", definition.target)
                and not names_ca(value)
            ):
                yield Find(PinKind.TRUST, definition.node, value, purpose=Purpose.DATABASE)


def verified_fingerprint(hit: Hit) -> Iterator[Find]:
    """The ESP8266's old ``client.verify(fingerprint, host)``."""
    call = hit.call()
    if call is None or call.name != "verify" or hit.name != "verify" or len(call.arguments) != 2:
        return
    if re.search(r"(?i)finger", hit.source.text(call.arguments[0].node)):
        yield Find(PinKind.FINGERPRINT, call.node, hit.value(call.arguments[0].node))


def nested(hit: Hit) -> Iterator[Find]:
    """ESP-IDF 5: ``.broker = {.verification = {.certificate = pem}}``; Firebase on the ESP: ``config.cert.data = pem``."""
    if hit.name not in ("certificate", "cert"):
        return
    setting = hit.setting()
    if setting is None or setting.value is None or setting.form not in ("pair", "assignment") or is_server(hit):
        return
    path = hit.source.text(setting.node).partition("=")[0].strip().replace("->", ".")
    if re.fullmatch(r"\.certificate", path):
        before = hit.source.data[max(0, setting.node.start_byte - 600) : setting.node.start_byte].decode(
            "utf-8", "replace"
        )
        path = "verification.certificate" if re.search(r"verification\s*=\s*\{[^{}]*$", before) else path
    if path.endswith("verification.certificate") or re.search(r"\.cert\.(?:data|file)$", path):
        yield Find(PinKind.TRUST, setting.node, hit.value(setting.value))


def redis_unverified(hit: Hit) -> Iterator[Find]:
    """hiredis: ``options.verify_mode = REDIS_SSL_VERIFY_NONE``."""
    around = hit.source.around(hit.node, frozenset({"assignment_expression", "initializer_pair"}))
    right = (
        around.child_by_field_name("right" if around.type == "assignment_expression" else "value") if around else None
    )
    if hit.name == "REDIS_SSL_VERIFY_NONE" and around is not None and right is not None and right.id == hit.node.id:
        yield Find(PinKind.VERIFICATION_OFF, around, purpose=Purpose.DATABASE)
