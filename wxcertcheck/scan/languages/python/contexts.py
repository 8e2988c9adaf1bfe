"""Python's ``ssl`` contexts and pyOpenSSL's: made with which CAs, client or server, verified or not."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Change, Find, Pattern
from wxcertcheck.scan.languages.python.values import CALLED, GIVEN
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_SSL = "https://docs.python.org/3/library/ssl.html#ssl.create_default_context"
_SERVER = re.compile(r"CLIENT_AUTH|PROTOCOL_TLS_SERVER|server_side\s*=\s*True|TLS_SERVER")
_SERVER_FUNCTION = re.compile(
    r"create_server|start_server|server_side\s*=\s*True|\bgunicorn\b|Server\(|serve_forever|socketserver|\.accept\(|\.listen\("
)
_CLIENT = re.compile(r"SERVER_AUTH|PROTOCOL_TLS_CLIENT|create_default_context\(\s*\)")
_OWN_CHECK = re.compile(r"(?i)verify_?\w*(?:pin|thumb|fingerprint)\w*\(")
_CLIENT_DEFAULT = re.compile(r"create_default_context\(\s*(?:ssl\.Purpose\.SERVER_AUTH\s*)?\)")


def locations(hit: Hit) -> Iterator[Find]:
    """``load_verify_locations``: adds to ``create_default_context()``, replaces in a bare ``SSLContext``."""
    call = hit.call()
    if call is None or call.name != "load_verify_locations" or call.callee.startswith("super()"):
        return  # the latter a context of one's own that hands on what it is given
    source = hit.source
    node = call.named("cafile", "capath", "cadata") or call.nth(0)
    made = _context(source, call)
    around = source.function_around(call.node)
    server = around is not None and (
        _SERVER_FUNCTION.search(source.text(around)) is not None or _made_for_server(source, around)
    )
    if node is None or _SERVER.search(made) or server or re.search(r"(?i)crl", source.text(node)):
        return
    function = source.function_around(call.node) or source.tree.root_node
    adds = "create_default_context()" in made.replace(" ", "") or _CLIENT_DEFAULT.search(made) is not None
    adds = adds or bool(source.calls("load_default_certs", "set_default_verify_paths", within=function))
    yield Find(PinKind.TRUST, call.node, hit.value(node), PinMode.ADDS if adds else PinMode.REPLACES)


def store_of_context(hit: Hit) -> Iterator[Find]:
    """pyOpenSSL: ``context.get_cert_store().add_cert(cert)``, also by way of a variable. A context has no CAs of its own."""
    source, call = hit.source, hit.call()
    if call is None or call.name != "get_cert_store":
        return
    function = source.function_around(call.node)
    held = source.around(call.node, frozenset({"assignment"}))
    names = {source.text(call.node), source.text(held).partition("=")[0].strip() if held is not None else ""}
    within = function or source.tree.root_node
    adds = bool(source.calls("set_default_verify_paths", within=within))
    for added in source.calls("add_cert", within=within):
        node = added.nth(0)
        if node is not None and added.receiver is not None and source.text(added.receiver) in names:
            yield Find(PinKind.TRUST, added.node, hit.value(node), PinMode.ADDS if adds else PinMode.REPLACES)


def _made_for_server(source: Source, function: "Node") -> bool:
    """Whether a function that makes a context is called by functions that serve: ``context.wrap_socket(s, server_side=True)``."""
    callers = [source.function_around(call.node) for call in source.calls(source.name_of(function))]
    return bool(callers) and all(
        caller is not None and re.search(r"server_side\s*=\s*True", source.text(caller)) for caller in callers
    )


def _context(source: Source, call: Call) -> str:
    """The expression that the context was made by, as text."""
    if call.receiver is None:
        return ""
    receiver = source.text(call.receiver)
    defined = source.definitions.get(receiver.rpartition(".")[2], [])
    function = source.function_around(call.node)
    local = [d for d in defined if d.function is not None and function is not None and d.function.id == function.id]
    return " ".join(source.text(d.value) for d in (local or defined) if d.target == receiver)


def default_context(hit: Hit) -> Iterator[Find]:
    """``create_default_context(cafile=…)``: with a file, the system's defaults are not loaded."""
    call = hit.call()
    if call is None or call.name not in ("create_default_context", "create_urllib3_context"):
        return
    if _SERVER.search(hit.source.text(call.node)):
        return
    for name in ("cafile", "capath", "cadata"):
        node = call.named(name)
        if node is not None:
            yield Find(PinKind.TRUST, call.node, hit.value(node))


def verify_none(hit: Hit) -> Iterator[Find]:
    """``verify_mode = CERT_NONE`` and ``cert_reqs=CERT_NONE``; not on a server's context. redis-py takes None too."""
    setting = hit.setting()
    if (
        setting is None
        or setting.value is None
        or setting.name != hit.name
        or setting.form not in ("pair", "assignment")
    ):
        return
    source, holder = hit.source, setting.target.rpartition(".")[0]
    made = " ".join(source.text(d.value) for d in source.definitions.get(holder.rpartition(".")[2], ()))
    function = source.function_around(hit.node)
    code = source.text(function) if function is not None else ""
    if holder and (_SERVER.search(made) or (_SERVER_FUNCTION.search(code) and not _CLIENT.search(made))):
        return
    if holder and (_OWN_CHECK.search(code) or source.text(setting.value).endswith(f".{setting.name}")):
        return  # compared by hand afterwards; copied from another context
    off = frozenset({"CERT_NONE", "VERIFY_NONE", "NONE", "false", "0"})  # CERT_NONE is 0; urllib3 takes its end alone
    if setting.name == "ssl_cert_reqs" and setting.form == "pair":
        off |= {"null", "none"}
    value, purpose = hit.value(setting.value), _purpose(setting.name)
    kept = setting.target == setting.name or (
        setting.target.startswith("self.") and "[" not in setting.target and setting.name.endswith("cert_reqs")
    )
    if kept and setting.form == "assignment" and value.text.rpartition(".")[2] not in off:
        return  # a variable or attribute that is yet to be used
    if "." in setting.target and value.kind in (Kind.NAME, Kind.UNKNOWN) and "CERT_" not in value.text:
        value = Value(Kind.SETTING, source.text(setting.value))
    if source.text(setting.value).startswith("getattr(ssl"):  # ``getattr(ssl, args.cert_reqs)``
        value = Value(Kind.SETTING, source.text(setting.value)[:80])
    kind = off_kind(hit, value, off)
    repair = tuple(_verified(source, setting)) if setting.name == "verify_mode" and holder else ()
    yield Find(kind, setting.node, value, off=off, purpose=purpose, repair=repair)


def _verified(source: Source, setting: Setting) -> Iterator[Change]:
    """What makes the context verify chain and name by the system's store: a bare ``SSLContext`` has no CAs, and checks none."""
    holder, node = setting.target.rpartition(".")[0], setting.value
    function = source.function_around(setting.node)
    if node is None or not source.text(node).endswith("CERT_NONE"):
        return
    yield Change(node.end_byte - len("CERT_NONE"), node.end_byte, "CERT_REQUIRED")
    named = [d for d in source.definitions.get("check_hostname", ()) if d.target == f"{holder}.check_hostname"]
    named = [d for d in named if (d.function and d.function.id) == (function and function.id)]
    for switch in named:
        yield Change(switch.value.start_byte, switch.value.end_byte, "True")
    made = [d for d in source.definitions.get(holder.rpartition(".")[2], ()) if d.target == holder]
    if made and all(_HAS_CAS.search(source.text(d.value)) for d in made):
        return
    bare = [
        d
        for d in made
        if _BARE.fullmatch(source.text(d.value)) and (d.function and d.function.id) == (function and function.id)
    ]
    if len(bare) == len(made) == 1 and bare[0].node.start_byte < setting.node.start_byte:
        value = bare[0].value
        prefix = source.text(value).partition("SSLContext")[0]
        yield Change(value.start_byte, value.end_byte, f"{prefix}create_default_context()")
        return
    line = source.line_text(source.line_of(setting.node.start_byte))
    indent = line[: len(line) - len(line.lstrip())]
    lines = ["" if named else f"{holder}.check_hostname = True", f"{holder}.load_default_certs()"]
    yield Change(node.end_byte, node.end_byte, "".join(f"\n{indent}{one}" for one in lines if one))


_HAS_CAS = re.compile(r"create_default_context\(|_create_default_https_context\(|_create_stdlib_context\(.*cafile")
_BARE = re.compile(r"\w+\.SSLContext\([^()]*\)")


def off_kind(hit: Hit, value: Value, off: frozenset[str]) -> PinKind:
    """Off, or configurable: what is off only under an ``if`` that asks for it (``if not self.verify:``)."""
    switched = value.kind.value in off or value.text.rpartition(".")[2] in off
    return PinKind.CONFIGURABLE if switched and decided_around(hit.source, hit.node) else PinKind.VERIFICATION_OFF


def _purpose(name: str) -> Purpose:
    return Purpose.DATABASE if name == "ssl_cert_reqs" else Purpose.HTTPS


def set_verify(hit: Hit) -> Iterator[Find]:
    """pyOpenSSL's ``set_verify(VERIFY_NONE, …)`` or with a callback that says yes to all; ``client.set_verify(False)``."""
    call = hit.call()
    if call is None or call.name != "set_verify" or call.nth(0) is None:
        return
    source, callback = hit.source, call.nth(1)
    off = frozenset({"VERIFY_NONE", "CERT_NONE", "false"})
    if callback is not None and _says_yes(source, callback):
        yield Find(PinKind.VERIFICATION_OFF, call.node)
    else:
        yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(call.nth(0)), off=off)


def _says_yes(source: Source, callback: "Node") -> bool:
    """Whether a callback's body is nothing but ``True``."""
    if callback.type == "lambda":
        body = callback.child_by_field_name("body")
        return body is not None and source.text(body) == "True"
    for function in source.functions(source.text(callback).rpartition(".")[2])[:1]:
        body = function.child_by_field_name("body")
        statements = [c for c in body.named_children if c.type != "comment"] if body is not None else []
        return len(statements) == 1 and source.text(statements[0]) == "return True"
    return False


def bare_context(hit: Hit) -> Iterator[Find]:
    """``urlopen(url, context=SSLContext(PROTOCOL_TLSv1))``: without ``PROTOCOL_TLS_CLIENT`` nothing is verified by default."""
    call = hit.call()
    if call is None or call.name != "SSLContext":
        return
    source = hit.source
    protocol = source.text(call.arguments[0].node) if call.arguments else "PROTOCOL_TLS"
    if not re.search(r"(?:^|\.)PROTOCOL_(?:TLS|TLSv1(?:_[12])?|SSLv2?3)$", protocol):
        return
    around = source.around(call.node, frozenset({"keyword_argument", "assignment"}))
    scope = source.function_around(call.node) or source.tree.root_node
    held = source.text(around).partition("=")[0].strip() if around is not None else ""
    if around is None or _SETTLED.search(source.text(scope)):
        return
    used = [
        made
        for made in source.calls(*_OPENERS, within=scope)
        if (node := made.named("context")) is not None
        and (node.start_byte <= call.node.start_byte < node.end_byte or source.text(node) == held)
    ]
    if used:
        prefix = source.text(call.node).partition("SSLContext")[0]
        repair = (Change(call.node.start_byte, call.node.end_byte, f"{prefix}create_default_context()"),)
        yield Find(PinKind.VERIFICATION_OFF, call.node, repair=repair if prefix.endswith(".") else ())


def unverified_socket(hit: Hit) -> Iterator[Find]:
    """``ssl.wrap_socket(sock)``: without ``cert_reqs`` nothing is verified (the function is gone since Python 3.12)."""
    call = hit.call()
    if (
        call is None
        or call.dotted != "ssl.wrap_socket"
        or call.named("cert_reqs", "ca_certs", "server_side") is not None
    ):
        return
    function = hit.source.function_around(call.node)
    if len(call.arguments) > 3 and not call.arguments[3].name:
        return  # server_side by position
    around = hit.source.text(function) if function is not None else ""
    shown = "getpeercert" in around  # to look at the certificate, whatever it is
    if "**" not in hit.source.text(call.node) and not shown and not _SERVER_FUNCTION.search(around):
        yield Find(PinKind.VERIFICATION_OFF, call.node)


_OPENERS = ("urlopen", "HTTPSConnection", "HTTPSHandler", "ServerProxy", "SMTP_SSL", "IMAP4_SSL", "starttls")
_SETTLED = re.compile(r"verify_mode|CERT_REQUIRED|CERT_NONE|CERT_OPTIONAL|server_side")


def unverified(hit: Hit) -> Iterator[Find]:
    """``ssl._create_unverified_context``: called, or put in place of the default for the whole process."""
    source = hit.source
    parent = source.around(hit.node, frozenset({"call", "assignment", "keyword_argument", "import_from_statement"}))
    quoted = hit.node.type != "identifier" and (parent is None or not source.text(parent).startswith("getattr"))
    if parent is not None and parent.type != "import_from_statement" and not quoted:
        node = hit.node
        called = (
            source.text(node) == "_create_unverified_context" and source.data[node.end_byte : node.end_byte + 1] == b"("
        )
        repair = (Change(node.start_byte, node.end_byte, "create_default_context"),) if called else ()
        yield Find(PinKind.VERIFICATION_OFF, source.statement_around(node), repair=repair)


PATTERNS = (
    Pattern(
        slug="default-context",
        words=("create_default_context", "create_urllib3_context"),
        followed=CALLED,
        beside=("cafile", "capath", "cadata"),
        match=default_context,
        bad=('ssl.create_default_context(cafile="rootca.pem")',),
        good=(
            "ssl.create_default_context()",
            'ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile="clients.pem")',
            "ssl.create_default_context(cafile=certifi.where())",
        ),
        source=_SSL,
    ),
    Pattern(
        slug="load-verify-locations",
        words=("load_verify_locations",),
        followed=CALLED + r"(?![^\n()]*certifi\.where\(\))",
        match=locations,
        bad=(
            'c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\nc.load_verify_locations("rootca.pem")',
            "def wrap(self, c):\n    c.load_verify_locations(self.ca_file)",
        ),
        good=(
            'c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\nc.load_verify_locations("clients.pem")',
            "class C(ssl.SSLContext):\n    def load_verify_locations(self, f):\n        super().load_verify_locations(f)",
            (
                "def make(ca):\n    c = ssl.SSLContext(p)\n    c.load_verify_locations(ca)\n    return c\n"
                "def serve(s, ca):\n    return make(ca).wrap_socket(s, server_side=True)"
            ),
        ),
        source=_SSL,
    ),
    Pattern(
        slug="store-of-context",
        words=("get_cert_store",),
        followed=CALLED,
        match=store_of_context,
        bad=(
            "def f(context, cert):\n    store = context.get_cert_store()\n    store.add_cert(cert)",
            "context.get_cert_store().add_cert(load_certificate(FILETYPE_PEM, open('/etc/wx/ca.pem').read()))",
        ),
        good=(
            "store = context.get_cert_store()\nother.add_cert(cert)",
            "store = crypto.X509Store()\nstore.add_cert(cert)",
        ),
        source="https://www.pyopenssl.org/en/latest/api/ssl.html#OpenSSL.SSL.Context.get_cert_store",
    ),
    Pattern(
        slug="verify-none",
        words=("verify_mode", "cert_reqs", "ssl_cert_reqs", "tls_cert_reqs"),
        followed=GIVEN + r"(?!\s*(?:ssl\.)?CERT_REQUIRED\b(?! if\b))",
        match=verify_none,
        bad=(
            "context.verify_mode = ssl.CERT_NONE",
            "context.verify_mode = False",
            "create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if verify else ssl.CERT_NONE)",
            "def f(s):\n    c = ssl.create_default_context()\n    c.verify_mode = ssl.CERT_NONE\n    s.accept()",
            'urllib3.PoolManager(cert_reqs="CERT_NONE")',
            "if insecure:\n    options['cert_reqs'] = 'NONE'",
            "urllib3.PoolManager(cert_reqs=0)",
            "if rediss:\n    ssl = {'ssl_cert_reqs': CERT_NONE}",
            "class C:\n    def __init__(self, r):\n        self.r = r\n    def f(self, s):\n        s.verify_mode = self.r",
        ),
        good=(
            "context.verify_mode = ssl.CERT_REQUIRED",
            "context.verify_mode = True",
            "copy.verify_mode = context.verify_mode",
            "def f(c):\n    c.verify_mode = ssl.CERT_NONE\n    s = c.wrap_socket(t)\n    verify_thumbprint(s, known)",
            "def f(c, s):\n    c.verify_mode = ssl.CERT_NONE\n    s.accept()",
        ),
    ),
    Pattern(
        slug="unverified-context",
        words=("_create_unverified_context",),
        match=unverified,
        bad=(
            "ssl._create_default_https_context = ssl._create_unverified_context",
            "c = ssl._create_unverified_context()",
        ),
        good=(
            "# ssl._create_unverified_context()",
            "if name == 'ssl._create_unverified_context':\n    report('ssl._create_unverified_context', node)",
        ),
    ),
    Pattern(
        slug="set-verify",
        words=("set_verify",),
        followed=CALLED,
        match=set_verify,
        bad=(
            "context.set_verify(SSL.VERIFY_NONE, callback)",
            "context.set_verify(SSL.VERIFY_PEER, lambda *arguments: True)",
            "client.set_verify(False)",
        ),
        good=(
            "context.set_verify(SSL.VERIFY_PEER, callback)",
            "context.set_verify(SSL.VERIFY_PEER, lambda c, x, e, d, ok: ok)",
            "def set_verify(self, verify): pass",
        ),
        source="https://www.pyopenssl.org/en/stable/api/ssl.html#OpenSSL.SSL.Context.set_verify",
    ),
    Pattern(
        slug="bare-context",
        words=("SSLContext",),
        followed=CALLED,
        beside=("context=", "context ="),
        match=bare_context,
        bad=(
            "urlopen(url, context=ssl.SSLContext(ssl.PROTOCOL_TLSv1))",
            "context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)\nurlopen(url, context=context)",
        ),
        good=(
            "urlopen(url, context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))",
            "c = ssl.SSLContext(ssl.PROTOCOL_TLS)\nc.verify_mode = ssl.CERT_REQUIRED\nurlopen(url, context=c)",
        ),
        source="https://docs.python.org/3/library/ssl.html#ssl.SSLContext.verify_mode",
    ),
    Pattern(
        slug="wrap-socket",
        words=("ssl.wrap_socket",),
        followed=CALLED,
        match=unverified_socket,
        bad=("s = ssl.wrap_socket(s)", "s = ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1_2)"),
        good=(
            "s = ssl.wrap_socket(s, ca_certs=CA, cert_reqs=ssl.CERT_REQUIRED)",
            "s = ssl.wrap_socket(s, certfile='a.pem', server_side=True)",
            "def serve(listener):\n    s, address = listener.accept()\n    return ssl.wrap_socket(s, 'a.key', 'a.pem')",
            "s = ssl.wrap_socket(s, **options)",
        ),
        source="https://docs.python.org/3.11/library/ssl.html#ssl.wrap_socket",
    ),
)
