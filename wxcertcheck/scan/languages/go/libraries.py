"""Go's client libraries, whose own settings choose the CAs: resty, req, gRPC, client-go, Elasticsearch, Kafka, Pulsar, git.

Sources: pkg.go.dev of each.
"""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.embedded import connection_string
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.go.pools import follow
from wxcertcheck.scan.matchers import (
    any_of,
    call_trusts,
    decided_around,
    fingerprints,
    switches,
    trusts,
)
from wxcertcheck.scan.source import Call

_RESTY = ("SetRootCertificate", "SetRootCertificates", "SetRootCertificateFromString", "SetRootCertsFromFile")
_CA_FILE = (
    "CAFile",
    "CAPath",
    "CAData",
    "CACert",
    "TrustedCAFile",
    "CaFile",
    "CAPem",
    "CACertBytes",
    "CABundle",
    "CaPath",
    "CACertificate",
)
_KUBE = ("CertificateAuthority", "CertificateAuthorityData")
_CONFIGS = re.compile(
    r"(?:TLSClientConfig|TLSConfig|TLSInfo|tlsconfig\.Options|elasticsearch\d*\.Config|opensearch\.Config|TlsConfig"
    r"|rootcerts\.Config|SslOptions|(?:Clone|Fetch|Push|Pull|List)Options|api\w*\.Cluster|session\.Options)$"
)
_OFF_CALLS = ("EnableInsecureSkipVerify", "WithInsecureSkipVerify")
_OFF_FIELDS = ("Insecure", "InsecureSkipTLS", "InsecureSkipTLSVerify")


def _skips(hit: Hit) -> Iterator[Find]:
    """``EnableInsecureSkipVerify()``; within a function of the same name it is an API that hands on."""
    call, source = hit.call(), hit.source
    if call is None or call.name != hit.name or call.arguments:
        return
    function = source.around(call.node, frozenset({"function_declaration", "method_declaration"}))
    own = function is not None and source.name_of(function) == call.name
    yield Find(
        PinKind.CONFIGURABLE if own or decided_around(source, call.node) else PinKind.VERIFICATION_OFF, call.node
    )


def _client_options(hit: Hit, setting: Setting) -> bool:
    """Pulsar's ``ClientOptions`` and its administration's ``config.Config``."""
    if setting.form == "assignment":
        return True
    literal = hit.source.around(setting.node, frozenset({"composite_literal"}))
    return literal is not None and hit.source.text(literal).split("{")[0].endswith(("Options", "Config"))


def _switched(hit: Hit) -> Iterator[Find]:
    """A setter that is told to accept every certificate."""
    call = hit.call()
    if call is not None and call.name == hit.name and len(call.arguments) == 1:
        yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(call.arguments[0].node), off=frozenset({"true"}))


_INSECURE_AT = {"govmomi.NewClient": 2, "soap.NewClient": 1, "winrm.NewEndpoint": 3}


def _insecure_argument(hit: Hit) -> Iterator[Find]:
    """A client whose constructor takes ``insecure bool`` by position."""
    call = hit.call()
    at = _INSECURE_AT.get(hit.word, 0)
    if call is not None and call.dotted == hit.word and len(call.arguments) > at:
        yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(call.arguments[at].node), off=frozenset({"true"}))


def _docker_client(hit: Hit, call: Call) -> bool:
    return len(call.arguments) >= 4 + (call.name == "NewVersionedTLSClient")


def _config_literal(hit: Hit, setting: Setting) -> bool:
    """A field of a client library's TLS configuration; not of a server that asks for client certificates."""
    source = hit.source
    if setting.form == "assignment":
        served = re.search(r"(?:Peer|Client)TLSInfo\.\w+$", setting.target)  # of an etcd server
        return not served and bool(re.search(r"(?i)tls\w*\.\w+$", setting.target))
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
    if setting is None or setting.value is None or not _config_literal(hit, setting):
        return
    if setting.name not in _OFF_FIELDS:
        return
    yield Find(PinKind.VERIFICATION_OFF, setting.node, hit.value(setting.value), off=frozenset({"true"}))


def _fingerprint_field(hit: Hit) -> Iterator[Find]:
    setting = hit.setting()
    if setting is not None and hit.name == "CertificateFingerprint" and setting.form == "pair":
        yield Find(PinKind.FINGERPRINT, setting.node, hit.value(setting.value))


def _environment(hit: Hit) -> Iterator[Find]:
    """``os.Setenv("SSL_CERT_FILE", path)``."""
    call = hit.call_around()
    if call is not None and call.name in ("Setenv", "setenv") and len(call.arguments) == 2:
        yield Find(PinKind.TRUST, call.node, hit.value(call.arguments[1].node))


_IN = "package a\nfunc f(p string, skip bool, cfg *tls.Config) { %s }"

PATTERNS = (
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
        match=_skips,
        bad=(
            _IN % "req.C().EnableInsecureSkipVerify()",
            "package a\nfunc EnableInsecureSkipVerify() *C { return one.EnableInsecureSkipVerify() }",
        ),
        good=(_IN % "req.C().DisableInsecureSkipVerify()",),
        source="https://req.cool/docs/tutorial/configure-tls/",
    ),
    Pattern(
        slug="config-ca-file",
        words=(*_CA_FILE, "CertificateAuthority"),
        followed=r"(?:Data)?\s*(?:=(?!=)|:)",
        match=trusts(*_CA_FILE, *_KUBE, forms=("pair", "assignment"), when=_config_literal),
        bad=(
            _IN % 'c := rest.Config{TLSClientConfig: rest.TLSClientConfig{CAFile: "ca.pem"}}',
            _IN % "c := elasticsearch.Config{CACert: data}",
            _IN % 't := transport.TLSInfo{TrustedCAFile: "ca.pem"}',
            _IN % "c := clientcmdapi.Cluster{CertificateAuthorityData: data}",
            _IN % "o := &git.CloneOptions{CABundle: bundle}",
            _IN % "rootcerts.ConfigureTLS(cfg, &rootcerts.Config{CAFile: p, CAPath: p})",
            _IN % 'cluster.SslOpts = &gocql.SslOptions{CaPath: "ca.pem"}',
        ),
        good=(
            _IN % 'c := Country{CAFile: "canada.txt"}',
            _IN % 't := transport.TLSInfo{TrustedCAFile: "ca.pem", ClientCertAuth: true}',
            _IN % "config.PeerTLSInfo.TrustedCAFile = p",
        ),
        source="https://pkg.go.dev/k8s.io/client-go/rest#TLSClientConfig",
    ),
    Pattern(
        slug="config-insecure",
        words=("Insecure:", ".Insecure =", "InsecureSkipTLS"),
        match=_insecure_config,
        bad=(
            _IN % "c := rest.TLSClientConfig{Insecure: true}",
            _IN % "c.TLSClientConfig.Insecure = true",
            _IN % "c := clientcmdapi.Cluster{InsecureSkipTLSVerify: true}",
            _IN % "git.PlainClone(p, false, &git.CloneOptions{InsecureSkipTLS: true})",
        ),
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
        words=(
            "sslrootcert=",
            "tlsCAFile=",
            "ssl-ca=",
            "tls=skip-verify",
            "skip_verify=true",
            "tlsInsecure=true",
            "tlsAllowInvalidCertificates=true",
            "TrustServerCertificate=true",
        ),
        match=connection_string,
        bad=(
            'package a\nvar dsn = "host=db sslmode=verify-full sslrootcert=/etc/ca.pem"',
            'package a\nvar dsn = "root:pass@tcp(db:3306)/pay?charset=utf8mb4&tls=skip-verify"',
        ),
        good=(
            'package a\nvar dsn = "host=db sslmode=verify-full"',
            'package a\nvar dsn = "host=db sslmode=verify-full sslrootcert=system"',
            'package a\nvar known = strings.Contains(dsn, "tls=skip-verify")',
            'package a\nvar skipped = []string{"TestURI/tls-options.json/tlsInsecure=true_and_more"}',
            "package a\n// sslrootcert=/etc/ca.pem",
        ),
        source="https://www.postgresql.org/docs/current/libpq-ssl.html",
    ),
    Pattern(
        slug="kafka-ca",
        words=("ssl.ca.location", "ssl.ca.pem", "enable.ssl.certificate.verification"),
        match=any_of(
            trusts("ssl.ca.location", "ssl.ca.pem", forms=("pair", "option", "assignment"), purpose=Purpose.QUEUE),
            switches(
                "enable.ssl.certificate.verification", forms=("pair", "option", "assignment"), purpose=Purpose.QUEUE
            ),
        ),
        bad=(
            _IN % 'c := &kafka.ConfigMap{"ssl.ca.location": "ca.pem"}',
            _IN % 'c := &kafka.ConfigMap{"enable.ssl.certificate.verification": false}',
            _IN % 'c.SetKey("enable.ssl.certificate.verification", "false")',
        ),
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
    Pattern(
        slug="pulsar",
        words=("TLSTrustCertsFilePath", "TLSAllowInsecureConnection"),
        followed=r"\s*(?:=(?!=)|:)",
        match=any_of(
            trusts("TLSTrustCertsFilePath", forms=("pair", "assignment"), when=_client_options, purpose=Purpose.QUEUE),
            switches(
                "TLSAllowInsecureConnection",
                off=frozenset({"true"}),
                forms=("pair", "assignment"),
                when=_client_options,
                purpose=Purpose.QUEUE,
            ),
        ),
        bad=(
            _IN % 'o := pulsar.ClientOptions{TLSTrustCertsFilePath: "ca.pem"}',
            _IN % "o := pulsar.ClientOptions{TLSAllowInsecureConnection: true}",
        ),
        good=(_IN % "o := pulsar.ClientOptions{TLSAllowInsecureConnection: false}",),
        source="https://pkg.go.dev/github.com/apache/pulsar-client-go/pulsar#ClientOptions",
    ),
    Pattern(
        slug="docker-client",
        words=("NewTLSClient", "NewVersionedTLSClient"),
        followed=r"\s*\(",
        match=any_of(
            call_trusts("NewTLSClient", nth=3, when=_docker_client),
            call_trusts("NewVersionedTLSClient", nth=3, when=_docker_client),
        ),
        bad=(_IN % 'docker.NewTLSClient(p, "cert.pem", "key.pem", "ca.pem")',),
        good=(_IN % "NewTLSClient(p)",),
        source="https://pkg.go.dev/github.com/fsouza/go-dockerclient#NewTLSClient",
    ),
    Pattern(
        slug="custom-ca-bundle",
        words=("CustomCABundle",),
        followed=r"\s*(?:=(?!=)|:)",
        match=trusts("CustomCABundle", forms=("pair", "assignment")),
        bad=(_IN % 'f, _ := os.Open("ca.pem"); session.NewSessionWithOptions(session.Options{CustomCABundle: f})',),
        good=(_IN % "o := session.Options{CustomCABundle: nil}",),
        source="https://pkg.go.dev/github.com/aws/aws-sdk-go/aws/session#Options",
    ),
    Pattern(
        slug="insecure-argument",
        words=("govmomi.NewClient", "soap.NewClient", "winrm.NewEndpoint"),
        followed=r"\s*\(",
        match=_insecure_argument,
        bad=(
            _IN % "govmomi.NewClient(ctx, u, true)",
            _IN % "soap.NewClient(u, skip)",
            _IN % "winrm.NewEndpoint(p, 5986, true, true, nil, nil, nil, 0)",
        ),
        good=(
            _IN % "govmomi.NewClient(ctx, u, false)",
            _IN % "winrm.NewEndpoint(p, 5985, false, false, nil, nil, nil, 0)",
            _IN % "soap.NewClient(p)",
        ),
        source="https://pkg.go.dev/github.com/vmware/govmomi#NewClient",
    ),
    Pattern(
        slug="insecure-switch",
        words=("EnableInsecureTLS", "SetInsecureSkipVerify", "MustIgnoreCertErrors", "DialTLSSkipVerify"),
        followed=r"\s*\(",
        match=_switched,
        bad=(_IN % "req.EnableInsecureTLS(true)", _IN % "redis.DialURL(p, redis.DialTLSSkipVerify(skip))"),
        good=(_IN % "req.EnableInsecureTLS(false)",),
        source="https://pkg.go.dev/github.com/imroc/req#EnableInsecureTLS",
    ),
)
