"""C#: validation callbacks, wherever they are given; a callback's body decides (`callbacks`)."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.csharp.callbacks import (
    Does,
    adds_to_default,
    compared_at,
    compared_with,
    kept_callbacks,
    verdict,
)
from wxcertcheck.scan.languages.csharp.surroundings import is_server, only_serves, purpose_of, taken_away
from wxcertcheck.scan.languages.csharp.values import GRAMMAR
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.names import last_name, word_places
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

CALLBACK = re.compile(
    r"(?:Server|Remote|User|^|Tls|TLS|Ssl)\w*Certif(?:icate|ication)(?:Custom)?Validat(?:ion|or)(?:Callback|Handler|Delegate)?$"
)
_NAMED = re.compile(
    r"^(?!Client|client)\w*[cC]ertif(?:icate|ication)s?(?:Custom|Chain|Name|Policy|Callback)*(?:Valid|Verif|Check|Callback|Handler|Error|Accept|Trust)\w*$"
)
"""What a library may call its callback: read where a callback stands at the right side."""
_SERVER = re.compile(
    r"AuthenticateAsServer|UseHttps|ConfigureKestrel|SslServerAuthenticationOptions|ClientCertificateMode|TcpListener"
)


def _callback(hit: Hit) -> Iterator[Find]:
    """A callback that is assigned, added with ``+=``, or passed to a setter of this name."""
    if hit.name.startswith("Client") or "AcceptAny" in hit.name:
        return
    setting = hit.setting()
    if not CALLBACK.search(hit.name) and not (_NAMED.search(hit.name) and _is_lambda(setting)):
        return
    if setting is None or setting.value is None or setting.form not in ("assignment", "setter", "pair"):
        return
    if is_server(hit, setting.node) or taken_away(hit.source, setting.node):
        return
    if setting.form == "setter":
        call = hit.call()
        if call is None or call.name != hit.name or len(call.arguments) != 1:
            return  # the callback is called here, or merely passed
    source = hit.source
    copied = setting.value.type == "member_access_expression" or not re.search(
        r"(?i)re?q(?:uest)?\b|client|handler|http", setting.target.rpartition(".")[0]
    )
    if (
        setting.value.type in ("identifier", "member_access_expression")
        and last_name(source.text(setting.value)) == hit.name
        and copied
    ):
        return
    if setting.form == "setter" and any(
        (parent.type == "assignment_expression" and CALLBACK.search(source.text(parent.named_children[0])))
        or (parent.type == "object_creation_expression" and source.text(parent).startswith("new SslStream"))
        for parent in source.ancestors(setting.node)
    ):
        return  # ``X.ServerCertificateValidationCallback = new RemoteCertificateValidationCallback(f)``: said once
    yield from _finds(hit, setting.node, setting.value)


def _is_lambda(setting: Setting | None) -> bool:
    """Whether a function of four parameters is given: those of ``RemoteCertificateValidationCallback``."""
    if setting is None or setting.value is None or setting.value.type != "lambda_expression":
        return False
    parameters = setting.value.child_by_field_name("parameters")
    return parameters is not None and len(parameters.named_children) == 4


_ACCEPTS_ALL = re.compile(
    r"(?i)\.\w*(?:skip|accept(?:s|ing)?(?:all|any)|ignore|allow(?:s|ing)?(?:all|any)|insecure)\w*\("
)


def _is_made_elsewhere(source: Source, node: "Node", callback: "Node") -> bool:
    """Whether a method of another file makes the callback: ``CertificateValidation.Thumbprint(settings.Thumbprint)``."""
    call = source.call(callback) if callback.type == "invocation_expression" else None
    if call is None or call.receiver is None or call.dotted.startswith(("this.", "base.")):
        return False
    target = node.child_by_field_name("left")
    sure = target is not None and re.search(r"(?:Callback|Handler|Delegate|Validator)$", source.text(target))
    return bool(sure) or (target is not None and re.match(r"[A-Z]\w*\.\w", call.dotted) is not None)


def _is_handed_on(source: Source, node: "Node", callback: "Node") -> bool:
    """Whether a TLS client gets a callback that comes from a caller or a setting."""
    if callback.type == "object_creation_expression":  # ``new RemoteCertificateValidationCallback(settings.Callback)``
        call = source.call(callback)
        if call is None or not call.name.endswith("Callback") or len(call.arguments) != 1:
            return False
        callback = call.arguments[0].node
    if callback.type not in ("identifier", "member_access_expression", "conditional_access_expression"):
        return False
    function = source.function_around(node)
    if function is not None and re.search(r"(?i)clone|copy", source.name_of(function)):
        return False
    written, name = source.text(callback), last_name(source.text(callback))
    if source.functions(name) or name in ("value", "null") or "Default" in written:
        return False
    target = source.text(node.named_children[0]) if node.type == "assignment_expression" else ""
    holder, _, _ = target.rpartition(".")
    creation = frozenset({"object_creation_expression"})
    made = node if node.type in creation else source.around(node, creation)
    head = re.split(r"[{(]", source.text(made))[0] if made is not None else ""
    return (holder not in ("", "this", "base") and node.type == "assignment_expression") or bool(
        re.search(r"SslClientAuthenticationOptions|HttpClientHandler|SocketsHttpHandler|SslStream|WinHttpHandler", head)
    )


def _finds(hit: Hit, node: "Node", callback: "Node") -> Iterator[Find]:
    source = hit.source
    does, shown = verdict(source, callback)
    purpose = purpose_of(hit)
    if does is Does.ACCEPTS:
        yield Find(PinKind.VERIFICATION_OFF, node, purpose=purpose)
    elif does is Does.HANDS_ON and _is_made_elsewhere(source, node, callback):
        off = _ACCEPTS_ALL.search(source.text(callback)) is not None and not decided_around(source, node)
        kind = PinKind.VERIFICATION_OFF if off else PinKind.CONFIGURABLE
        yield Find(kind, node, Value(Kind.SETTING, source.text(callback)[:80]), purpose=purpose)
    elif does is Does.HANDS_ON and _is_handed_on(source, node, callback):
        yield Find(PinKind.CONFIGURABLE, node, Value(Kind.SETTING, source.text(callback)[:80]), purpose=purpose)
    elif does is Does.SWITCHES:
        yield Find(PinKind.CONFIGURABLE, node, Value(Kind.SETTING, source.text(shown)[:80]), purpose=purpose)
    elif does is Does.COMPARES:
        mode = PinMode.ADDS if adds_to_default(source, shown) else PinMode.REPLACES
        place = compared_at(source, shown, node)
        yield Find(PinKind.FINGERPRINT, place, compared_with(hit, shown), mode, purpose)
    elif does is Does.OWN_CHAIN and "CustomTrustStore" not in source.text(shown):
        mode = PinMode.ADDS if adds_to_default(source, shown) else PinMode.REPLACES
        given = [a.node for a in call.arguments] if (call := source.call(callback)) is not None else []
        yield Find(
            PinKind.TRUST,
            node,
            hit.value(given[0]) if given else Value(Kind.SETTING, source.text(callback)[:80]),
            mode,
            purpose,
        )


def _stream(hit: Hit) -> Iterator[Find]:
    """``new SslStream(inner, false, callback)``: not where it authenticates as a server."""
    call = hit.call()
    if call is None or call.name != "SslStream" or len(call.arguments) < 3:
        return
    around = hit.source.function_around(call.node)
    callback = call.arguments[2].node
    if call.arguments[2].name:
        return  # the argument's name says so itself
    if (around is not None and _SERVER.search(hit.source.text(around))) or only_serves(hit.source):
        return
    if last_name(hit.source.text(callback)).startswith("Client"):
        return
    yield from _finds(hit, call.node, callback)


def _named_elsewhere(hit: Hit) -> Iterator[Find]:
    """A method with a callback's signature that accepts everything or compares with something fixed.

    Where it is handed over, or itself if that is in another file. Assignments to a callback's name say so themselves
    (`_callback`), and a server's check of its clients is another matter.
    """
    source = hit.source
    method = source.function_around(hit.node)
    if method is None or method.type not in ("method_declaration", "local_function_statement"):
        return
    listed = method.child_by_field_name("parameters")
    if listed is None or not listed.start_byte <= hit.node.start_byte < listed.end_byte:
        return
    name = source.name_of(method)
    does, shown = verdict(source, method)
    if does not in (Does.ACCEPTS, Does.COMPARES) or re.search(r"Client\w*Cert|ClientValid", name):
        return
    places = [at for at in word_places(source.data, name, 0, len(source.data)) if not _within(method, at)]
    said = False
    for at in places[:20]:
        used = source.tree.root_node.descendant_for_byte_range(at, at + 1)
        place = _handed_over(source, used) if used is not None and not source.in_comment(used) else None
        said = said or place is not None
        if place is not None and does is Does.ACCEPTS and not _says_itself(source, place):
            yield Find(PinKind.VERIFICATION_OFF, place, purpose=purpose_of(hit))
    if said or "private" in source.text(method).partition("(")[0]:
        return
    if does is Does.ACCEPTS:
        yield Find(PinKind.VERIFICATION_OFF, method, purpose=purpose_of(hit))
    elif len(source.parameters(method)) == 4 and method.child_by_field_name("body") is not None:
        place = compared_at(source, shown, method)
        yield Find(PinKind.FINGERPRINT, place, compared_with(hit, shown), purpose=purpose_of(hit))


def _within(node: "Node", offset: int) -> bool:
    return node.start_byte <= offset < node.end_byte


def _handed_over(source: Source, node: "Node") -> "Node | None":
    """The assignment or call that a method's name is given to."""
    for parent in source.ancestors(node):
        if parent.type == "assignment_expression":
            return parent
        call = source.call(parent)
        if call is not None and any(_within(a.whole, node.start_byte) for a in call.arguments):
            if re.search(r"Callback$|Delegate$", call.name) and call.node.type == "object_creation_expression":
                continue
            return parent
        if parent.type in GRAMMAR.statements or parent.type in GRAMMAR.functions:
            return None
    return None


def _says_itself(source: Source, place: "Node") -> bool:
    """Whether another pattern looks at the assignment or call, or a server's or client's certificate is the matter."""
    written = source.text(place)[:300]
    head = written.partition("(")[0] if place.type != "assignment_expression" else source.text(place.named_children[0])
    return (
        bool(CALLBACK.search(head.strip())) or "SslStream" in head or re.search(r"(?i)client\w*cert", head) is not None
    )


def _fields(hit: Hit) -> Iterator[Find]:
    """Callbacks kept in fields and properties, for other files to use."""
    source, kept = hit.source, kept_callbacks(hit)
    if kept is None:
        return
    node, accepting = kept
    named = node.child_by_field_name("name")
    name = source.text(named) if named is not None else last_name(source.text(node).partition("=")[0])
    if len(list(word_places(source.data, name, 0, len(source.data)))) == 1 and not name.startswith("Client"):
        for place in accepting:
            yield Find(PinKind.VERIFICATION_OFF, place, purpose=purpose_of(hit))


def _policy(hit: Hit) -> Iterator[Find]:
    """Overrides that accept everything: ``ICertificatePolicy``, Unity's ``CertificateHandler``, BouncyCastle's TLS."""
    source, method = hit.source, hit.node.parent
    if method is None or method.type != "method_declaration" or source.name_of(method) != hit.name:
        return
    around = source.class_around(method)
    head = source.text(around).partition("{")[0] if around is not None else ""
    body = method.child_by_field_name("body")
    if hit.name == "NotifyServerCertificate":
        if (
            body is not None
            and body.type == "block"
            and not [c for c in body.named_children if "comment" not in c.type]
        ):
            yield Find(PinKind.VERIFICATION_OFF, method)
        return
    if not re.search(r"ICertificatePolicy|CertificateHandler", head):
        return
    does, shown = verdict(source, method)
    if does is Does.ACCEPTS:
        yield Find(PinKind.VERIFICATION_OFF, method)
    elif does is Does.COMPARES:
        yield Find(PinKind.FINGERPRINT, compared_at(source, shown, method), compared_with(hit, shown))


def _taken(hit: Hit) -> Iterator[Find]:
    """A builder's method that takes a callback from its caller and keeps it."""
    source = hit.source
    parameter = source.around(hit.node, frozenset({"parameter"}))
    method = source.around(hit.node, frozenset({"method_declaration"}))
    if parameter is None or method is None or not source.name_of(method).startswith(("Set", "With", "Use", "Add")):
        return
    written = source.text(method)
    name = parameter.child_by_field_name("name")
    kept = re.search(rf"=\s*{re.escape(source.text(name))}\b", written) if name is not None else None
    if kept and re.search(r"return\s+(?:this|\w*[bB]uilder)\b", written) and "lient" not in written[: kept.start()]:
        yield Find(PinKind.CONFIGURABLE, method, purpose=purpose_of(hit))


def _dangerous(hit: Hit) -> Iterator[Find]:
    """``HttpClientHandler.DangerousAcceptAnyServerCertificateValidator`` anywhere but in an assignment to a callback."""
    source = hit.source
    if not source.data[: hit.offset].rstrip().endswith(b"HttpClientHandler."):
        return  # a setting that is called so too
    for parent in source.ancestors(hit.node):
        if parent.type == "assignment_expression":
            if not CALLBACK.search(source.text(parent.named_children[0])):
                yield Find(PinKind.VERIFICATION_OFF, parent)
            return
        if parent.type in ("argument", "return_statement", "variable_declarator", "arrow_expression_clause"):
            yield Find(PinKind.VERIFICATION_OFF, parent)
            return


def _c(body: str) -> str:
    return "class C { void F() { " + body + " } }"


_CHECK = " static bool Check(object s, X509Certificate c, X509Chain h, SslPolicyErrors e) { %s } }"
_DOTNET = (
    "https://learn.microsoft.com/dotnet/api/system.net.http.httpclienthandler.servercertificatecustomvalidationcallback"
)

PATTERNS = (
    Pattern(
        slug="validation-callback",
        words=(
            "CertificateValidation",
            "CertificateCustomValidation",
            "CertificateValidator",
            "CertificationValidation",
            "CertificateCallback",
            "CertificateVerif",
            "CertificateCheck",
            "CertificateHandler",
        ),
        match=_callback,
        bad=(
            _c("o.KvCertificateCallbackValidation = (_, _, _, _) => true;"),
            (
                "class C { RemoteCertificateValidationCallback ServerCertificateValidationCallback { get; set; } void F() { "
                "request.ServerCertificateValidationCallback = ServerCertificateValidationCallback; } }"
            ),
            (
                "class C { void F() { h.ServerCertificateCustomValidationCallback = (m, c, h, e) => Judge(m, c, h, e, callback); } "
                "static bool Judge(M m, X509Certificate c, X509Chain h, SslPolicyErrors e, Func<D, bool> callback) { var d = new D(c); return callback(d); } }"
            ),
            (
                "class C { void F() { request.ServerCertificateValidationCallback = Pinner(); } RemoteCertificateValidationCallback Pinner() "
                "{ if (off) { return Pinners.Disabled(); } return Pinners.Own(); } }"
            ),
            _c(
                "o.RemoteCertificateValidationCallback = (s, c, h, e) => { var given = new Given { C = c }; return ownHandler(given); };"
            ),
            _c("h.SslOptions.RemoteCertificateValidationCallback = factory.CreateForHttp();"),
            "class C { C() { h.ServerCertificateCustomValidationCallback = Check; }"
            + _CHECK % "return _validator.IsValid(given);",
            _c("ServicePointManager.ServerCertificateValidationCallback += (s, c, h, e) => true;"),
            _c("ServicePointManager.ServerCertificateValidationCallback = delegate { return true; };"),
            _c(
                "h.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;"
            ),
            "class C { void F() { ServicePointManager.ServerCertificateValidationCallback = new RemoteCertificateValidationCallback(Check); }"
            + _CHECK % "return true;",
            _c("h.ServerCertificateCustomValidationCallback = (m, c, ch, e) => o.Callback(m, c, ch, e);"),
            _c("o.RemoteCertificateValidationCallback = settings.Validator;"),
            _c("h.ServerCertificateCustomValidationCallback = Validation.Thumbprint(settings.Thumbprint);"),
            _c("h.ServerCertificateCustomValidationCallback = Validations.CreateSkipCallback();"),
            _c(
                'h.ServerCertificateCustomValidationCallback = (m, c, ch, e) => e == SslPolicyErrors.None || m.RequestUri.Host == "a";'
            ),
            _c(
                'h.ServerCertificateCustomValidationCallback = (m, c, h, e) => c.Thumbprint == "A8985D3A65E5E5C4B2D7D66D40C6DD2FB19C5436";'
            ),
        ),
        good=(
            _c("h.ServerCertificateCustomValidationCallback = (m, c, h, e) => e == SslPolicyErrors.None;"),
            _c("h.ServerCertificateCustomValidationCallback = null;"),
            _c("o.CertificateCheckHandler = (a, b) => true;"),
            "class OwnServerOptionsBuilder { void F(RemoteCertificateValidationCallback given) { o.RemoteCertificateValidationCallback = given; } }",
            _c('bool? ownCertificateValidation = Loader.GetOrNull("VALIDATION");'),
            _c("o.KvCertificateCallbackValidation = (_, _, _, e) => e == SslPolicyErrors.None;"),
            _c("ServicePointManager.ServerCertificateValidationCallback -= (s, c, h, e) => true;"),
            _c(
                "h.RemoteCertificateValidationCallback = (a, b, c, e) => { if (e != SslPolicyErrors.None) { Log(e); return false; } return true; };"
            ),
            _c(
                "s.AuthenticateAsServer(new SslServerAuthenticationOptions { RemoteCertificateValidationCallback = (a, b, c, d) => true });"
            ),
            _c("copy.ServerCertificateValidationCallback = original.ServerCertificateValidationCallback;"),
            "class C { void F() { o.RemoteCertificateValidationCallback = Check; }"
            + _CHECK
            % "if (e == SslPolicyErrors.None) { return true; } Logger.Warn(c.GetSerialNumberString()); return false;",
            "class C { void F() { o.RemoteCertificateValidationCallback = Check; }"
            + _CHECK % "if (e != SslPolicyErrors.None) { Log(e); return false; } return e == SslPolicyErrors.None;",
            "class C { public RemoteCertificateValidationCallback CertificateValidationCallback { get; set; } }",
        ),
        source=_DOTNET,
    ),
    Pattern(
        slug="ssl-stream-callback",
        words=("SslStream(", "SslStream ("),
        match=_stream,
        bad=(
            _c("var s = new SslStream(t.GetStream(), false, (a, b, c, d) => true, null);"),
            _c("var s = new SslStream (t, false, conf.ServerCertificateValidationCallback);"),
            _c("var s = new SslStream(t, false, new RemoteCertificateValidationCallback(conf.Callback));"),
            "class C { void F() { s = new SslStream(t, false, this.Check); }"
            + _CHECK % "if (given != null) { return givenCallback(s, c, h, e); } return e == SslPolicyErrors.None;",
        ),
        good=(
            _c("var s = new SslStream(t.GetStream(), false);"),
            _c("var s = new SslStream(t, false, (a, b, c, d) => true); s.AuthenticateAsServer(x);"),
            (
                "class C { void F() { s = new SslStream(t, false, new RemoteCertificateValidationCallback(Yes)); } "
                "void G() { s.AuthenticateAsServerAsync(x); } bool Yes(object s, X509Certificate c, X509Chain h, SslPolicyErrors e) { return true; } }"
            ),
        ),
    ),
    Pattern(
        slug="accepting-method",
        words=("SslPolicyErrors",),
        match=_named_elsewhere,
        bad=(
            "public class C { public" + _CHECK % "return true;",
            "class C { void F() { new SSLOptions(p, true, Check); }" + _CHECK % "return true;",
            "class C { void F() { _serverCertValidationCallback = Check; }" + _CHECK % "return true;",
        ),
        good=(
            "class C { void F() { _clientCertValidationCallback = Check; } private" + _CHECK % "return true;",
            "class C { private" + _CHECK % "return true;",
            "public class C { public" + _CHECK % "return e == SslPolicyErrors.None;",
        ),
    ),
    Pattern(
        slug="accepting-field",
        words=("SslPolicyErrors", "RemoteCertificateValidationCallback"),
        match=_fields,
        bad=(
            "class C { public static readonly RemoteCertificateValidationCallback Any = (s, c, ch, e) => true; }",
            "class C { static Func<HttpRequestMessage, X509Certificate2, X509Chain, SslPolicyErrors, bool> Any => (a, b, c, d) => true; }",
            (
                "class C { RemoteCertificateValidationCallback Check { get { switch (mode) { case 1: return (a, b, c, d) => true;"
                " default: return (a, b, c, e) => e == SslPolicyErrors.None; } } } }"
            ),
        ),
        good=(
            "class C { static readonly RemoteCertificateValidationCallback Fine = (s, c, ch, e) => e == SslPolicyErrors.None; }",
        ),
    ),
    Pattern(
        slug="callback-given",
        words=("RemoteCertificateValidationCallback ",),
        match=_taken,
        bad=(
            "class O { O SetCheck(RemoteCertificateValidationCallback callback) { _callback = callback; return this; } }",
        ),
        good=(
            "class O { RemoteCertificateValidationCallback callback; O Next() { return this; } }",
            "class S { S SetCheck(RemoteCertificateValidationCallback callback) { _clientCertificateCheck = callback; return this; } }",
        ),
    ),
    Pattern(
        slug="accepting-policy",
        words=("CheckValidationResult", "ValidateCertificate", "NotifyServerCertificate"),
        match=_policy,
        bad=(
            "class P : ICertificatePolicy { public bool CheckValidationResult(ServicePoint s, X509Certificate c, WebRequest r, int p) { return true; } }",
            "class H : CertificateHandler { protected override bool ValidateCertificate(byte[] d) { return true; } }",
        ),
        good=(
            "class H : CertificateHandler { protected override bool ValidateCertificate(byte[] d) { return Verify(d); } }",
        ),
    ),
    Pattern(
        slug="dangerous-validator",
        words=("DangerousAcceptAnyServerCertificateValidator",),
        match=_dangerous,
        bad=(_c("Use(HttpClientHandler.DangerousAcceptAnyServerCertificateValidator);"),),
        good=(
            _c("// HttpClientHandler.DangerousAcceptAnyServerCertificateValidator"),
            _c(
                "builder.WithDangerousAcceptAnyServerCertificateValidator(r.DangerousAcceptAnyServerCertificateValidator);"
            ),
        ),
        source=_DOTNET,
    ),
)
