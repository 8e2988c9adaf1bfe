"""Go. Sources: crypto/tls, crypto/x509, grpc-go, go-resty, imroc/req, client-go, database drivers (pkg.go.dev)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.handed import handed_on
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Carries, Find, Grammar, Language, Pattern
from wxcertcheck.scan.languages.go.configurations import copies, purpose_of
from wxcertcheck.scan.languages.go.libraries import PATTERNS
from wxcertcheck.scan.languages.go.pools import FILLING, fillings, follow, goes_elsewhere
from wxcertcheck.scan.languages.go.values import evaluate_go, parameters, returned, sides
from wxcertcheck.scan.languages.go.verification import (
    CALLBACKS,
    declared_callback,
    own_verification,
    peer_compared,
    skip_verify,
)
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import Kind, Value

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
    **dict.fromkeys(("ini.Load", "goconfig.LoadConfigFile", "toml.LoadFile"), _A),
    **dict.fromkeys(("bufio.NewReader", "bytes.NewReader", "bytes.NewBuffer", "bytes.NewBufferString"), _A),
    **dict.fromkeys(("strings.NewReader", "strings.TrimSpace", "bytes.TrimSpace", "string", "DecodeString"), _A),
    **dict.fromkeys(("pem.Decode", "x509.ParseCertificate", "x509.ParseCertificates", "append", "must", "Must"), _A),
    **dict.fromkeys(("template.Must", "url.Parse", "strings.Split", "strings.ToUpper", "strings.ToLower"), _A),
    **dict.fromkeys(("Bytes", "String"), _R),
    **dict.fromkeys(("Asset", "MustAsset", "box.Find", "box.FindString", "box.MustString"), Carries.RESOURCE),
    **dict.fromkeys(("os.Getenv", "os.LookupEnv", "syscall.Getenv", "getEnv", "getenv"), Carries.ENVIRONMENT),
    **dict.fromkeys(
        ("AppConfig.String", "AppConfig.DefaultString", "koanf.String", "AppConfigString"), Carries.SETTING
    ),
    **dict.fromkeys(("viper.GetString", "viper.Get", "viper.GetBool", "viper.GetStringSlice"), Carries.SETTING),
    **dict.fromkeys(
        ("flag.String", "flag.Bool", "pflag.String", "pflag.Bool", "GetString", "GetBool"), Carries.SETTING
    ),
    **dict.fromkeys(("ctx.String", "ctx.Bool", "c.String", "c.Bool", "cfg.Get", "config.Get"), Carries.SETTING),
    **dict.fromkeys(("x509.SystemCertPool", "gocertifi.CACerts"), Carries.SYSTEM),
}


# --- RootCAs --------------------------------------------------------------------------------------------------------------


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
    written = source.text(setting.value)
    if copies(source, setting.value, "RootCAs") or written.startswith(("map[", "[]")):
        return
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


_GIVEN = r"\s*(?:=(?!=)|[:,])"
"""After a field: ``Field: value``, ``x.Field = value``, ``x.Field, y = value``."""


# --- configurations of others ---------------------------------------------------------------------------------------------


def _passed_on(hit: Hit) -> Iterator[Find]:
    """``transport.TLSClientConfig = config`` where the caller gives the configuration."""
    setting = hit.setting()
    if setting is None or hit.name != "TLSClientConfig" or setting.value is None or setting.form == "setter":
        return
    value = hit.value(setting.value)
    if value.kind is Kind.PARAMETER:
        yield Find(PinKind.CONFIGURABLE, setting.node)


_TLS = "https://pkg.go.dev/crypto/tls#Config"
_GUIDE = (
    "package a\nfunc f() { roots := x509.NewCertPool()\n roots.AppendCertsFromPEM([]byte(rootPEM))\n"
    " tr := &http.Transport{ TLSClientConfig: &tls.Config{RootCAs: roots}, }\n client := &http.Client{Transport: tr} }"
)
_IN = "package a\nfunc f(p string, skip bool, cfg *tls.Config) { %s }"

_POOL = 'package a\nimport "crypto/x509"\nfunc f() *x509.CertPool { p := x509.NewCertPool(); %s }'


def _handed(hit: Hit, node: "Node") -> Value:
    """What an expression is; of a pool, what was put into it."""
    value = hit.value(node)
    pool = follow(hit.source, node) if value.kind in (Kind.NAME, Kind.UNKNOWN) else None
    return pool.value if pool is not None and pool.values else value


_HANDED_CA = (
    (
        _IN % 'client.LoadCAFile("certs/ca.pem")',
        _IN % "broker.UseCACert(p)",
        _IN % "o := transport.Config{Address: p, CACert: cfg.CACert}",
        _IN % 'q.Set("sslrootcert", opts.SSLRootCert)',
        _IN % "config.NewTLS(certFile, opts.CAFile)",
        _IN % 'wxpay.NewClient(app, mch).WithCert(p, p, "cert/rootca.pem")',
        _IN % "client.WithCert(certFile, keyFile, rootcaFile)",
        _IN % 'c := pay.Config{CertPath: p, RootCaPath: "cert/rootca.pem"}',
        _IN % "tlsconfig.Create(ctx.String(flags.CACert), p)",
        _IN % 'file := u.Query().Get("ca_path")',
        'package a\nfunc parseDSN(s string) { switch k { case "sslrootcert": cfg.File = v } }',
        "package a\nfunc WithCACert(ca []byte) Option { return func(o *Options) { o.CACert = ca } }",
        'package a\nfunc f(c Cfg) { o.Broker.SslCAFilename = os.Getenv("BROKER_CA") }',
    ),
    (
        _IN % "o := Options{CACert: cfg.CACert}",
        _IN % "to.CAFile = from.CAFile",
        _IN % 'os.ReadFile("cert/rootca.pem")',
        _IN % 'client.WithCert(p, p, "cert/alipayRootCA.crt")',
        _IN % 'copy.File("cert/rootca.pem", p)',
        _IN % "return rootCAs(p)",
        _IN % 'locale.SetCaPath("canada.json")',
        _IN % "log.PrintCACert(p)",
        "package a\nfunc load(p string) {}\nfunc loadCAFile(p string) { load(p) }\nfunc g() { loadCAFile(path) }",
        _IN % "server.SetClientCAFile(p)",
        _IN % "issuer.SetCACert(p); x509.CreateCertificate(r, t, p, k, s)",
        'package a\ntype T struct { CAFile string `json:"ca"` }',
        _IN % "if o.CACert == nil { return }",
        _IN % "os.ReadFile(opts.CAFile)",
        _IN % 'file := headers.Get("ca_path")',
        'package a\nfunc flag(s string) { switch k { case "ca_file": p() } }',
    ),
)
_KNOWN = frozenset({"RootCAs", "InsecureSkipVerify", *CALLBACKS})
_HANDED_SWITCH = (
    (
        _IN % "client.SetTLSVerify(false)",
        _IN % "o := broker.ClientOptions{SkipTLSVerify: true}",
        _IN % "s.WithSkipCertVerification(skip)",
        _IN % "newTransport(p, opts.SkipVerify)",
        "package a\nfunc SetVerifySSL(v bool) { o.VerifySSL = v }",
    ),
    (
        _IN % "client.SetTLSVerify(true)",
        _IN % "client.VerifyPeer(skip)",
        _IN % "token.SetVerifySignature(false)",
        _IN % "o := Options{SkipTLSVerify: cfg.SkipTLSVerify}",
        _IN % "if o.SkipVerify { return }",
        _IN % "if m := checkTLSInsecure(p, o.TLSInsecure); m != nil { log.Println(m) }",
        "package a\nfunc WithSkipVerifyProofs() Option { return &with{skipVerifyProofs: true} }",
    ),
)
_LIBRARIES = (
    *PATTERNS,
    Pattern(
        slug="root-cas",
        words=("RootCAs",),
        match=_root_cas,
        bad=(
            _GUIDE,
            _IN % "c := &tls.Config{}; pool := x509.NewCertPool(); pool.AddCert(ca); c.RootCAs = pool",
            _IN % 'c := tls.Config{RootCAs: certs.Pool("rootca.pem")}',
            _IN % 'nats.Connect(u, nats.RootCAs("ca.pem"))',
            _IN % "c := tls.Config{RootCAs: o.RootCAs, ServerName: o.ServerName, Certificates: o.Certificates}",
            "package a\nfunc f(o *Options) { c := &tls.Config{RootCAs: o.RootCAs, ServerName: o.ServerName, VerifyConnection: o.VerifyConnection} }",
        ),
        good=(
            "package a\nvar c = &tls.Config{RootCAs: nil}",
            "package a\n// RootCAs: load(x)",
            _IN % "pool, _ := x509.SystemCertPool(); c := &tls.Config{RootCAs: pool}",
            _IN % "c := &tls.Config{RootCAs: cfg.RootCAs}",
            _IN % "j.RootCAs = map[string][]byte{name: cert}",
            _IN
            % "t := get(); c := &utls.Config{RootCAs: t.RootCAs, ServerName: t.ServerName, NextProtos: t.NextProtos}",
            "package a\nfunc base() *tls.Config { return nil }\nfunc f() { b := base(); c := &utls.Config{RootCAs: b.RootCAs} }",
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
        match=skip_verify,
        bad=(
            "package a\nvar c = &tls.Config{InsecureSkipVerify: true}",
            _IN % "http.DefaultTransport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true",
            _IN % "c := tls.Config{InsecureSkipVerify: !skip}",
            _IN % "fiber.Get(p).InsecureSkipVerify()",
            _IN
            % "switch p { case p: cfg.InsecureSkipVerify = true; case p: cfg.VerifyPeerCertificate = func(r R, v V) error { return check(r) } }",
            _IN % 'oss.New(p, "id", "key", oss.InsecureSkipVerify(true))',
            "package a\nfunc (c *Client) EnableInsecure() { c.tls.InsecureSkipVerify = true }",
            _IN % "c := tls.Config{InsecureSkipVerify: true, VerifyConnection: func(s S) error { return nil }}",
        ),
        good=(
            "package a\nvar c = &tls.Config{InsecureSkipVerify: false}",
            _IN % "websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})",
            _IN % "if node.InsecureSkipVerify() { log.Println(p) }",
            _IN
            % "t := get(); c := &utls.Config{ServerName: t.ServerName, NextProtos: t.NextProtos, InsecureSkipVerify: t.InsecureSkipVerify}",
            _IN % "c := tls.Config{InsecureSkipVerify: true, VerifyConnection: func(s S) error { return check(s) }}",
            _IN % "if cfg.InsecureSkipVerify { log.Println(p) }",
            _IN % "c := &tls.Config{InsecureSkipVerify: cfg.InsecureSkipVerify}",
            'package a\ntype T struct { InsecureSkipVerify bool `json:"skip"` }',
        ),
        source=_TLS,
    ),
    Pattern(
        slug="own-verification",
        words=CALLBACKS,
        followed=_GIVEN,
        match=own_verification,
        bad=(
            _IN
            % "c := tls.Config{VerifyPeerCertificate: func(r [][]byte, v V) error { if sha256.Sum256(r[0]) != pin { return e }; return nil }}",
            _IN
            % "c := tls.Config{VerifyPeerCertificate: func(r R, v V) error { if known(r) { return nil }; return e }}"
            + "\nfunc known(r R) bool { return hex.EncodeToString(hash(r)) == pinnedHash }",
            _IN
            % "c.VerifyConnection = func(s S) error { _, err := s.P.Verify(x509.VerifyOptions{Roots: pool}); return err }",
        ),
        good=(
            _IN
            % "c.VerifyConnection = func(s S) error { _, err := s.P.Verify(x509.VerifyOptions{DNSName: p}); return err }",
            _IN % "c.VerifyConnection = nil",
            "package a\nfunc ServerConfig(p string) *tls.Config { c.VerifyConnection = func(s S) error { _, err := s.P.Verify(x509.VerifyOptions{Roots: pool}); return err }; return c }",
            _IN
            % "c := tls.Config{ClientAuth: tls.RequireAnyClientCert, VerifyPeerCertificate: func(r [][]byte, v V) error { if sha256.Sum256(r[0]) != pin { return e }; return nil }}",
        ),
        source=_TLS,
    ),
    Pattern(
        slug="callback",
        words=("[][]*x509.Certificate",),
        match=declared_callback,
        bad=(
            "package a\nfunc Check(raw [][]byte, _ [][]*x509.Certificate) error { if !bytes.Equal(raw[0], pinned) { return e }; return nil }",
            "package a\nfunc Pin(p string) V { return func(raw [][]byte, _ [][]*x509.Certificate) error { if hash(raw) != pin { return e }; return nil } }",
        ),
        good=(
            "package a\nfunc Log(raw [][]byte, _ [][]*x509.Certificate) error { log.Println(len(raw)); return nil }",
            "package a\nfunc chains() [][]*x509.Certificate { return nil }",
        ),
        source="https://pkg.go.dev/crypto/tls#Config",
    ),
    Pattern(
        slug="peer-certificate",
        words=("PeerCertificates",),
        beside=("tls.Dial", "DialTLS", "tls.Client(", "resp.TLS", "response.TLS", "tls.Conn)", "sha256."),
        match=peer_compared,
        bad=(
            _IN
            % "c, _ := tls.Dial(n, a, &tls.Config{}); for _, one := range c.ConnectionState().PeerCertificates { h := sha256.Sum256(one.Raw); if bytes.Equal(h[:], pin) { ok = true } }",
            (
                "package a\nfunc dial(a string, pin []byte) error { c, _ := tls.Dial(n, a, nil); return check(pin, c.ConnectionState().PeerCertificates) }"
                "\nfunc check(pin []byte, all []*x509.Certificate) error { h := sha256.Sum256(all[0].Raw); if bytes.Equal(h[:], pin) { return nil }; return e }"
            ),
            _IN
            % "s := c.(*tls.Conn).ConnectionState(); for _, one := range s.PeerCertificates { for _, pin := range known { if pin == fingerprint(one) { ok = true } } }",
        ),
        good=(
            (
                "package a\nfunc dial(a string) error { c, _ := tls.Dial(n, a, nil); return show(c.ConnectionState().PeerCertificates) }"
                "\nfunc show(all []*x509.Certificate) error { log.Println(sha256.Sum256(all[0].Raw)); return nil }"
            ),
            _IN
            % "s := c.(*tls.Conn).ConnectionState(); for _, one := range s.PeerCertificates { if users[fingerprint(one)] == name { ok = true } }",
            _IN
            % "c, _ := tls.Dial(n, a, &tls.Config{}); for _, one := range c.ConnectionState().PeerCertificates { log.Println(one.NotAfter) }",
            _IN
            % "// tls.Dial\nfor _, one := range r.TLS.PeerCertificates { if bytes.Equal(sha256.Sum256(one.Raw), pin) { ok = true } }",
        ),
    ),
    Pattern(
        slug="tls-config-given",
        words=("TLSClientConfig",),
        followed=r"\s*[:=]\s*[\w.]+\s*(?:[,;)}\n]|//|$)",
        match=_passed_on,
        bad=(_IN % "t := &http.Transport{TLSClientConfig: cfg}",),
        good=(_IN % "t := &http.Transport{TLSClientConfig: &tls.Config{}}",),
    ),
)

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
    patterns=handed_on(_LIBRARIES, ca=_HANDED_CA, switch=_HANDED_SWITCH, evaluate=_handed, known=_KNOWN),
)
