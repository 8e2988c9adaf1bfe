"""Go. Sources: crypto/tls, crypto/x509, grpc-go, go-resty, imroc/req, client-go, database drivers (pkg.go.dev)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.language import Carries, Find, Grammar, Language, Pattern
from wxcertcheck.scan.languages.go.pools import FILLING, Pool, fillings, follow, goes_elsewhere
from wxcertcheck.scan.languages.go.values import evaluate_go, parameters, returned, sides
from wxcertcheck.scan.matchers import any_of, call_switches_off, call_trusts, decided_around, fingerprints, trusts
from wxcertcheck.scan.source import Call, Hit, Setting, Source
from wxcertcheck.scan.values import Kind, Value, text, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_go",
    names=frozenset({"identifier", "field_identifier", "package_identifier"}),
    strings=frozenset({"interpreted_string_literal", "raw_string_literal", "rune_literal"}),
    calls=frozenset({"call_expression"}),
    arguments=frozenset({"argument_list"}),
    pairs={"keyed_element": ("key", "value")},
    assignments={
        "short_var_declaration": ("left", "right"),
        "assignment_statement": ("left", "right"),
        "var_spec": ("name", "value"),
        "const_spec": ("name", "value"),
        "range_clause": ("left", "right"),
    },
    lists=frozenset({"expression_list"}),
    members=frozenset({"selector_expression", "qualified_type"}),
    subscripts=frozenset({"index_expression"}),
    functions=frozenset({"function_declaration", "method_declaration", "func_literal"}),
    parameters=frozenset({"parameter_list"}),
    classes=frozenset({"type_spec"}),
    statements=frozenset(
        {
            "expression_statement",
            "short_var_declaration",
            "assignment_statement",
            "var_declaration",
            "const_declaration",
            "return_statement",
        }
    ),
    transparent=frozenset({"parenthesized_expression", "literal_element", "type_conversion_expression"}),
    conditional=frozenset(),
    true=frozenset({"true"}),
    false=frozenset({"false"}),
    null=frozenset({"nil"}),
)

_A, _R, _J = Carries.ARGUMENT, Carries.RECEIVER, Carries.JOIN
CARRIERS = {
    **dict.fromkeys(("filepath.Join", "path.Join"), _J),
    **dict.fromkeys(("filepath.Dir", "path.Dir"), Carries.DIRECTORY),
    **dict.fromkeys(("filepath.Abs", "filepath.Clean", "filepath.FromSlash", "os.ExpandEnv", "homedir.Expand"), _A),
    **dict.fromkeys(("os.ReadFile", "ioutil.ReadFile", "os.Open", "ioutil.ReadAll", "io.ReadAll", "fs.ReadFile"), _A),
    **dict.fromkeys(("bufio.NewReader", "bytes.NewReader", "bytes.NewBuffer", "bytes.NewBufferString"), _A),
    **dict.fromkeys(("strings.NewReader", "strings.TrimSpace", "bytes.TrimSpace", "string", "DecodeString"), _A),
    **dict.fromkeys(("pem.Decode", "x509.ParseCertificate", "x509.ParseCertificates", "append", "must", "Must"), _A),
    **dict.fromkeys(("template.Must", "url.Parse", "strings.Split", "strings.ToUpper", "strings.ToLower"), _A),
    **dict.fromkeys(("Bytes", "String"), _R),
    **dict.fromkeys(("Asset", "MustAsset", "box.Find", "box.FindString", "box.MustString"), Carries.RESOURCE),
    **dict.fromkeys(("os.Getenv", "os.LookupEnv", "syscall.Getenv", "getEnv", "getenv"), Carries.ENVIRONMENT),
    **dict.fromkeys(("viper.GetString", "viper.Get", "viper.GetBool", "viper.GetStringSlice"), Carries.SETTING),
    **dict.fromkeys(
        ("flag.String", "flag.Bool", "pflag.String", "pflag.Bool", "GetString", "GetBool"), Carries.SETTING
    ),
    **dict.fromkeys(("ctx.String", "ctx.Bool", "c.String", "c.Bool", "cfg.Get", "config.Get"), Carries.SETTING),
    **dict.fromkeys(("x509.SystemCertPool", "gocertifi.CACerts"), Carries.SYSTEM),
}


# --- RootCAs --------------------------------------------------------------------------------------------------------------

_IMPORTS = (
    (
        Purpose.DATABASE,
        re.compile(rb'"[^"\n]*(?:go-sql-driver/mysql|lib/pq|jackc/pgx|mongo-driver|go-redis|redigo|gocql)'),
    ),
    (Purpose.QUEUE, re.compile(rb'"[^"\n]*(?:sarama|kafka|amqp|nats\.go|paho\.mqtt|pulsar|nsq|stomp)[^"\n]*"')),
    (Purpose.LDAP, re.compile(rb'"[^"\n]*go-ldap/ldap')),
    (Purpose.MAIL, re.compile(rb'"(?:net/smtp|[^"\n]*(?:gomail|go-imap|go-mail)[^"\n]*)"')),
)
_WEB = re.compile(rb'"(?:net/http|[^"\n]*(?:resty|fasthttp|imroc/req|gorequest|grpc)[^"\n]*)"')


def purpose_of(source: Source) -> Purpose:
    """What the file's TLS configurations are for, by its imports: a driver's, unless the file makes HTTP clients too."""
    return _purpose(source.data[:20_000])


@lru_cache(maxsize=8)
def _purpose(start: bytes) -> Purpose:
    if _WEB.search(start):
        return Purpose.HTTPS
    return next((purpose for purpose, imports in _IMPORTS if imports.search(start)), Purpose.HTTPS)


def _copies(source: Source, node: "Node", name: str) -> bool:
    """``RootCAs: c.RootCAs`` where c is itself a ``*tls.Config``: nothing is decided here."""
    while node.type in ("expression_list", "literal_element") and node.named_children:
        node = node.named_children[0]
    written = source.text(node)
    if not written.endswith("." + name):
        return False
    head = re.escape(written.removesuffix("." + name).rpartition(".")[2].rpartition(")")[2])
    if head.endswith("TLSClientConfig") or not head:
        return True
    function = next(
        (a for a in source.ancestors(node) if a.type in ("function_declaration", "method_declaration")), None
    )
    around = source.text(function) if function is not None else ""
    return bool(re.search(rf"\b{head}\b[\w, ]*(?:\*|:?= *&?)(?:tls|gotls|ctls)\.Config\b", around))


def _root_cas(hit: Hit) -> Iterator[Find]:
    """``tls.Config{RootCAs: pool}`` and ``c.RootCAs = pool``: nil and a bare system pool are the defaults."""
    source, filling = hit.source, hit.call()
    if filling is not None and filling.name in FILLING and filling.receiver is not None and hit.name == "RootCAs":
        yield from _filled_in_place(hit, filling)
        return
    if filling is not None and filling.dotted == "nats.RootCAs" and filling.arguments:
        yield Find(PinKind.TRUST, filling.node, hit.value(filling.arguments[0].node), purpose=Purpose.QUEUE)
        return
    setting = hit.setting()
    if setting is None or hit.name != "RootCAs" or setting.form not in ("pair", "assignment") or setting.value is None:
        return
    if _copies(source, setting.value, "RootCAs"):
        return
    written = source.text(setting.value)
    function = source.function_around(hit.node)
    if written == "x509.NewCertPool()" and function is not None and _fills_roots(source, function):
        return
    pool = follow(source, setting.value)
    yield Find(PinKind.TRUST, setting.node, pool.value, pool.mode, purpose_of(source))


def _fills_roots(source: Source, function: "Node") -> bool:
    calls = source.calls(*FILLING, within=function)
    return any(c.receiver is not None and source.text(c.receiver).endswith("RootCAs") for c in calls)


def _filled_in_place(hit: Hit, call: Call) -> Iterator[Find]:
    """``config.RootCAs.AppendCertsFromPEM(data)``."""
    source = hit.source
    if not call.arguments:
        return
    made = [source.text(d.value) for d in source.definitions.get("RootCAs", ())]
    mode = PinMode.ADDS if any("SystemCertPool" in one for one in made) else PinMode.REPLACES
    yield Find(PinKind.TRUST, call.node, hit.value(call.arguments[0].node), mode, purpose_of(source))


def _filled_pool(hit: Hit) -> Iterator[Find]:
    """A pool that is filled here and used as ``RootCAs`` in another file: it is returned, or belongs to the package."""
    call = hit.call()
    if call is None or call.name not in FILLING or call.name != hit.name or not call.arguments or call.receiver is None:
        return
    source = hit.source
    if b"crypto/x509" not in source.data or not goes_elsewhere(source, call):
        return
    pool = follow(source, call.receiver)
    first = fillings(source, call.receiver, source.text(call.receiver))
    if first and first[0].id == call.arguments[0].node.id:
        yield Find(PinKind.TRUST, call.node, pool.value, pool.mode, purpose_of(source))


# --- InsecureSkipVerify and own verification --------------------------------------------------------------------------------

_GIVEN = r"\s*(?:=(?!=)|[:,])"
"""After a field: ``Field: value``, ``x.Field = value``, ``x.Field, y = value``."""
_CALLBACKS = ("VerifyPeerCertificate", "VerifyConnection")
_COMPARES = re.compile(
    r"bytes\.Equal|ConstantTimeCompare|EqualFold|fingerprint|sha(?:1|256|512)\.|pin\b|pinned|\.Equal\(|SerialNumber",
    re.I,
)


def _skip_verify(hit: Hit) -> Iterator[Find]:
    """Off when true, unless the same configuration verifies the chain itself in a callback."""
    setting = hit.setting()
    if setting is None or hit.name != "InsecureSkipVerify" or setting.value is None:
        return
    source = hit.source
    if setting.form not in ("pair", "assignment") or _copies(source, setting.value, "InsecureSkipVerify"):
        return
    if _verifies_itself(source, setting):
        return
    value, purpose = hit.value(setting.value), purpose_of(source)
    if value.kind is Kind.TRUE and decided_around(source, setting.node):
        yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose)
        return
    if value.kind in (Kind.UNKNOWN, Kind.NAME):
        yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose)
        return
    yield Find(PinKind.VERIFICATION_OFF, setting.node, value, purpose=purpose, off=frozenset({"true"}))


def _verifies_itself(source: Source, setting: Setting) -> bool:
    """Whether a callback with a body that can fail stands beside the switch (same literal, or same variable)."""
    bodies: list[Node | None] = []
    literal = setting.node.parent if setting.form == "pair" else None
    for pair in literal.named_children if literal is not None else ():
        if pair.type == "keyed_element":
            key, value = source.pair(pair)
            if key is not None and source.text(key) in _CALLBACKS:
                bodies.append(value)
    function = source.function_around(setting.node)
    for name in _CALLBACKS:
        for definition in source.definitions.get(name, ()):
            if definition.function is not None and function is not None and definition.function.id == function.id:
                bodies.append(definition.value)
    return any(_can_fail(source, body) for body in bodies if body is not None)


def _callback(source: Source, node: "Node") -> "Node | None":
    """The function that a callback is: a literal, or a function of this file by its name. None: not in this file."""
    literal = next(iter(source.nodes({"func_literal"}, node)), None)
    if literal is not None:
        return literal
    name = source.text(node).split("(")[0].rpartition(".")[2]
    return next(iter(source.functions(name)), None)


def _can_fail(source: Source, node: "Node") -> bool:
    if source.text(node) == "nil":
        return False
    function = _callback(source, node)
    return function is None or any(source.text(one) != "nil" for one in source.returned(function))


def _own_verification(hit: Hit) -> Iterator[Find]:
    """A callback that compares keys or verifies against a pool of its own."""
    setting = hit.setting()
    if setting is None or hit.name not in _CALLBACKS or setting.value is None:
        return
    source = hit.source
    function = _callback(source, setting.value)
    if function is None:
        return
    pools = [pool for pool in _verified_roots(source, function) if pool.value.kind is not Kind.NULL]
    for pool in pools:
        yield Find(PinKind.TRUST, setting.node, pool.value, pool.mode, purpose_of(source))
    if not pools and _COMPARES.search(source.text(function)) and _can_fail(source, setting.value):
        yield Find(PinKind.FINGERPRINT, setting.node, _compared(source, function), purpose=purpose_of(source))


def _verified_roots(source: Source, function: "Node") -> list[Pool]:
    """The pools given as ``Roots`` to ``Certificate.Verify``."""
    found = []
    for pair in source.nodes({"keyed_element"}, function):
        key, value = source.pair(pair)
        if key is not None and value is not None and source.text(key) == "Roots":
            if source.text(value).endswith("RootCAs") or source.text(value) == "nil":
                continue
            found.append(follow(source, value))
    return found


def _compared(source: Source, function: "Node") -> Value:
    """What the certificate is compared with, where it can be told."""
    sides: list[Node] = []
    for call in source.calls("Equal", "ConstantTimeCompare", "EqualFold", "Compare", within=function):
        sides += [a.node for a in call.arguments]
    for node in source.nodes({"binary_expression"}, function):
        operator = node.child_by_field_name("operator")
        if operator is not None and source.text(operator) in ("==", "!="):
            sides += node.named_children
    values = [evaluate(source, side) for side in sides[:12]]
    fixed = [v for v in values if v.kind is Kind.TEXT and len(v.text) >= 16]
    decided = [v for v in values if v.kind in (Kind.PARAMETER, Kind.SETTING, Kind.ENVIRONMENT)]
    decided = [v for v in decided if v.text not in ("rawCerts", "cs", "err", "state", "certs")]
    return (fixed or decided or [unknown(source.text(function))])[0]


# --- libraries ------------------------------------------------------------------------------------------------------------

_RESTY = ("SetRootCertificate", "SetRootCertificates", "SetRootCertificateFromString", "SetRootCertsFromFile")
_CA_FILE = ("CAFile", "CAPath", "CAData", "CACert", "TrustedCAFile", "CaFile", "CAPem", "CACertBytes", "CABundle")
_CONFIGS = re.compile(
    r"(?:TLSClientConfig|TLSConfig|TLSInfo|tlsconfig\.Options|elasticsearch\d*\.Config|opensearch\.Config|TlsConfig)$"
)
_OFF_CALLS = ("EnableInsecureSkipVerify", "WithInsecureSkipVerify")


def _config_literal(hit: Hit, setting: Setting) -> bool:
    """A field of a client library's TLS configuration; not of a server that asks for client certificates."""
    source = hit.source
    if setting.form == "assignment":
        return bool(re.search(r"(?i)tls\w*\.\w+$", setting.target))
    literal = source.around(setting.node, frozenset({"composite_literal"}))
    made = literal.child_by_field_name("type") if literal is not None else None
    if literal is None or made is None:
        return False
    return bool(_CONFIGS.search(source.text(made))) and "ClientCertAuth" not in source.text(literal)


def _names_a_file(hit: Hit, call: Call) -> bool:
    """Docker's ``WithTLSClientConfig(ca, cert, key)``; others of that name take a finished configuration."""
    return call.name != "WithTLSClientConfig" or len(call.arguments) == 3


def _certificate_pool(hit: Hit) -> Iterator[Find]:
    """``credentials.NewClientTLSFromCert(pool, name)``; nil is the system's. ``x509.SetFallbackRoots(pool)`` adds."""
    call = hit.call()
    if call is None or call.name != hit.name or not call.arguments:
        return
    if call.name == "NewClientTLSFromFile":
        return
    pool = follow(hit.source, call.arguments[0].node)
    mode = PinMode.ADDS if call.name == "SetFallbackRoots" else pool.mode
    yield Find(PinKind.TRUST, call.node, pool.value, mode)


def _insecure_config(hit: Hit) -> Iterator[Find]:
    """``Insecure: true`` in the TLS part of a client's configuration (client-go, Vault)."""
    setting = hit.setting()
    if setting is None or setting.name != "Insecure" or setting.value is None or not _config_literal(hit, setting):
        return
    yield Find(PinKind.VERIFICATION_OFF, setting.node, hit.value(setting.value), off=frozenset({"true"}))


def _fingerprint_field(hit: Hit) -> Iterator[Find]:
    setting = hit.setting()
    if setting is not None and hit.name == "CertificateFingerprint" and setting.form == "pair":
        yield Find(PinKind.FINGERPRINT, setting.node, hit.value(setting.value))


def _passed_on(hit: Hit) -> Iterator[Find]:
    """``transport.TLSClientConfig = config`` where the caller gives the configuration."""
    setting = hit.setting()
    if setting is None or hit.name != "TLSClientConfig" or setting.value is None or setting.form == "setter":
        return
    value = hit.value(setting.value)
    if value.kind is Kind.PARAMETER:
        yield Find(PinKind.CONFIGURABLE, setting.node)


_DSN = re.compile(r"(?:sslrootcert|tlsCAFile|ssl-ca)=([^\s&;'\"`]+)")


def _connection_string(hit: Hit) -> Iterator[Find]:
    """``sslrootcert=/path`` in a connection string."""
    source = hit.source
    literal = source.around(hit.node, GRAMMAR.strings) or hit.node
    if literal.type not in GRAMMAR.strings:
        return
    found = _DSN.search(source.text(literal))
    if found and "%" not in found.group(1):
        yield Find(PinKind.TRUST, literal, text(found.group(1)), purpose=Purpose.DATABASE)
    elif found:
        yield Find(PinKind.CONFIGURABLE, literal, purpose=Purpose.DATABASE)


def _environment(hit: Hit) -> Iterator[Find]:
    """``os.Setenv("SSL_CERT_FILE", path)``."""
    call = hit.call_around()
    if call is not None and call.name in ("Setenv", "setenv") and len(call.arguments) == 2:
        yield Find(PinKind.TRUST, call.node, hit.value(call.arguments[1].node))


_TLS = "https://pkg.go.dev/crypto/tls#Config"
_GUIDE = (
    "package a\nfunc f() { roots := x509.NewCertPool()\n roots.AppendCertsFromPEM([]byte(rootPEM))\n"
    " tr := &http.Transport{ TLSClientConfig: &tls.Config{RootCAs: roots}, }\n client := &http.Client{Transport: tr} }"
)
_IN = "package a\nfunc f(p string, skip bool, cfg *tls.Config) { %s }"

_POOL = 'package a\nimport "crypto/x509"\nfunc f() *x509.CertPool { p := x509.NewCertPool(); %s }'

LANGUAGE = Language(
    name="go",
    title="Go",
    endings=(".go",),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants={"os.PathSeparator": Value(Kind.TEXT, "/"), "filepath.Separator": Value(Kind.TEXT, "/")},
    evaluate=evaluate_go,
    parameters=parameters,
    returned=returned,
    sides=sides,
    patterns=(
        Pattern(
            slug="root-cas",
            words=("RootCAs",),
            match=_root_cas,
            bad=(
                _GUIDE,
                _IN % "c := &tls.Config{}; pool := x509.NewCertPool(); pool.AddCert(ca); c.RootCAs = pool",
                _IN % 'c := tls.Config{RootCAs: certs.Pool("rootca.pem")}',
                _IN % 'nats.Connect(u, nats.RootCAs("ca.pem"))',
            ),
            good=(
                "package a\nvar c = &tls.Config{RootCAs: nil}",
                "package a\n// RootCAs: load(x)",
                _IN % "pool, _ := x509.SystemCertPool(); c := &tls.Config{RootCAs: pool}",
                _IN % "c := &tls.Config{RootCAs: cfg.RootCAs}",
                _IN % "if c.RootCAs == nil { return }",
            ),
            source=_TLS,
        ),
        Pattern(
            slug="append-certs",
            words=FILLING,
            beside=("crypto/x509",),
            followed=r"\s*\(",
            match=_filled_pool,
            bad=(_POOL % 'p.AppendCertsFromPEM(os.ReadFile("ca.pem")); return p',),
            good=(
                _POOL % "p.AppendCertsFromPEM(b); s.TLSConfig = &tls.Config{ClientCAs: p}",
                _POOL % "p.AddCert(c); jws.Verify(x509.VerifyOptions{Roots: p})",
            ),
            source="https://pkg.go.dev/crypto/x509#CertPool",
        ),
        Pattern(
            slug="insecure-skip-verify",
            words=("InsecureSkipVerify",),
            match=_skip_verify,
            bad=(
                "package a\nvar c = &tls.Config{InsecureSkipVerify: true}",
                _IN % "http.DefaultTransport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true",
                _IN % "c := tls.Config{InsecureSkipVerify: !skip}",
                _IN % "c := tls.Config{InsecureSkipVerify: true, VerifyConnection: func(s S) error { return nil }}",
            ),
            good=(
                "package a\nvar c = &tls.Config{InsecureSkipVerify: false}",
                _IN
                % "c := tls.Config{InsecureSkipVerify: true, VerifyConnection: func(s S) error { return check(s) }}",
                _IN % "if cfg.InsecureSkipVerify { log.Println(p) }",
                _IN % "c := &tls.Config{InsecureSkipVerify: cfg.InsecureSkipVerify}",
                'package a\ntype T struct { InsecureSkipVerify bool `json:"skip"` }',
            ),
            source=_TLS,
        ),
        Pattern(
            slug="own-verification",
            words=_CALLBACKS,
            followed=_GIVEN,
            match=_own_verification,
            bad=(
                _IN
                % "c := tls.Config{VerifyPeerCertificate: func(r [][]byte, v V) error { if sha256.Sum256(r[0]) != pin { return e }; return nil }}",
                _IN
                % "c.VerifyConnection = func(s S) error { _, err := s.P.Verify(x509.VerifyOptions{Roots: pool}); return err }",
            ),
            good=(
                _IN
                % "c.VerifyConnection = func(s S) error { _, err := s.P.Verify(x509.VerifyOptions{DNSName: p}); return err }",
                _IN % "c.VerifyConnection = nil",
            ),
            source=_TLS,
        ),
        Pattern(
            slug="tls-config-given",
            words=("TLSClientConfig",),
            followed=_GIVEN,
            match=_passed_on,
            bad=(_IN % "t := &http.Transport{TLSClientConfig: cfg}",),
            good=(_IN % "t := &http.Transport{TLSClientConfig: &tls.Config{}}",),
        ),
        Pattern(
            slug="grpc-credentials",
            words=("NewClientTLSFromFile", "NewClientTLSFromCert", "SetFallbackRoots"),
            match=any_of(call_trusts("NewClientTLSFromFile"), _certificate_pool),
            bad=(
                _IN % 'credentials.NewClientTLSFromFile("ca.pem", "")',
                _IN % "p := x509.NewCertPool(); p.AppendCertsFromPEM(data); credentials.NewClientTLSFromCert(p, p)",
            ),
            good=(_IN % 'credentials.NewClientTLSFromCert(nil, "")',),
            source="https://pkg.go.dev/google.golang.org/grpc/credentials#NewClientTLSFromFile",
        ),
        Pattern(
            slug="client-root-certificate",
            words=(*_RESTY, "SetRootCertFromString", "WithCACert", "WithCustomCABundle", "WithTLSClientConfig"),
            match=call_trusts(
                *_RESTY,
                "SetRootCertFromString",
                "WithCACert",
                "WithCustomCABundle",
                "WithTLSClientConfig",
                when=_names_a_file,
            ),
            bad=(_IN % 'resty.New().SetRootCertificate("ca.pem")', _IN % "elastictransport.WithCACert(data)"),
            good=(_IN % "resty.New().SetRootCertificate(nil)", "package a\n// resty.New().SetRootCertificate(p)"),
            source="https://pkg.go.dev/github.com/go-resty/resty/v2#Client.SetRootCertificate",
        ),
        Pattern(
            slug="client-verification-off",
            words=_OFF_CALLS,
            match=call_switches_off(*_OFF_CALLS, when=lambda hit, call: not call.arguments),
            bad=(_IN % "req.C().EnableInsecureSkipVerify()",),
            good=(_IN % "req.C().DisableInsecureSkipVerify()",),
            source="https://req.cool/docs/tutorial/configure-tls/",
        ),
        Pattern(
            slug="config-ca-file",
            words=_CA_FILE,
            match=trusts(*_CA_FILE, forms=("pair", "assignment"), when=_config_literal),
            bad=(
                _IN % 'c := rest.Config{TLSClientConfig: rest.TLSClientConfig{CAFile: "ca.pem"}}',
                _IN % "c := elasticsearch.Config{CACert: data}",
                _IN % 't := transport.TLSInfo{TrustedCAFile: "ca.pem"}',
            ),
            good=(
                _IN % 'c := Country{CAFile: "canada.txt"}',
                _IN % 't := transport.TLSInfo{TrustedCAFile: "ca.pem", ClientCertAuth: true}',
            ),
            source="https://pkg.go.dev/k8s.io/client-go/rest#TLSClientConfig",
        ),
        Pattern(
            slug="config-insecure",
            words=("Insecure:",),
            match=_insecure_config,
            bad=(_IN % "c := rest.TLSClientConfig{Insecure: true}",),
            good=(_IN % "c := otlp.Config{Insecure: true}", _IN % "c := rest.TLSClientConfig{Insecure: false}"),
        ),
        Pattern(
            slug="certificate-fingerprint",
            words=("CertificateFingerprint",),
            match=any_of(fingerprints("WithCertificateFingerprint"), _fingerprint_field),
            bad=(
                _IN % 'elastictransport.WithCertificateFingerprint("ab12")',
                _IN % 'c := elasticsearch.Config{CertificateFingerprint: "ab12"}',
            ),
            good=(_IN % 'if cfg.CertificateFingerprint != "" { log.Println(p) }',),
        ),
        Pattern(
            slug="connection-string",
            words=("sslrootcert=", "tlsCAFile=", "ssl-ca="),
            match=_connection_string,
            bad=('package a\nvar dsn = "host=db sslmode=verify-full sslrootcert=/etc/ca.pem"',),
            good=('package a\nvar dsn = "host=db sslmode=verify-full"', "package a\n// sslrootcert=/etc/ca.pem"),
            source="https://www.postgresql.org/docs/current/libpq-ssl.html",
        ),
        Pattern(
            slug="kafka-ca",
            words=("ssl.ca.location", "ssl.ca.pem"),
            match=trusts("ssl.ca.location", "ssl.ca.pem", forms=("pair", "option"), purpose=Purpose.QUEUE),
            bad=(_IN % 'c := &kafka.ConfigMap{"ssl.ca.location": "ca.pem"}',),
            good=(_IN % 'c.Get("ssl.ca.location")',),
        ),
        Pattern(
            slug="environment",
            words=("SSL_CERT_FILE", "SSL_CERT_DIR"),
            match=_environment,
            bad=(_IN % 'os.Setenv("SSL_CERT_FILE", "/opt/ca.pem")',),
            good=(_IN % 'os.Getenv("SSL_CERT_FILE")',),
            source="https://pkg.go.dev/crypto/x509#SystemCertPool",
        ),
    ),
)
