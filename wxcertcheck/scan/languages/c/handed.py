"""What C, C++ and Objective-C code hands on under a telling name: the general rule with C's values and servers."""

from wxcertcheck.scan.handed import handed_on
from wxcertcheck.scan.language import Pattern
from wxcertcheck.scan.languages.c.tls import given, is_server


def _f(body: str) -> str:
    return "void f(char *path, int skip) { " + body + " }"


_CA = (
    (
        _f('broker_LoadCATrustedCertificates(options, "ca.pem");'),
        _f("tls_config_load_ca_file(config, options->ca);"),
        _f("session_tls_add_trusted_cert_n(s, path, 12);"),
        _f('query_add(q, "sslrootcert", path);'),
        "void set_ca_file(options *o, const char *ca) { o->ca_file = strdup(ca); }",
        _f('broker->tls_ca_path = getenv("BROKER_CA");'),
        "extern const char *broker_ca_crt; " + _f("params.pub_key = broker_ca_crt;"),
        "extern const char *broker_ca_crt; " + _f("net_init(&stack, path, 8883, broker_ca_crt);"),
    ),
    (
        _f('setCaPath("canada");'),
        _f("to->ca_file = from->ca_file;"),
        _f("print_ca_cert(path);"),
        "extern const char *broker_ca_crt; " + _f("memcpy(path, broker_ca_crt, strlen(broker_ca_crt));"),
        _f("server_load_ca_file(s, path);"),
        _f("free(o->ca_file); o->ca_file = NULL;"),
        _f("ca_load_cert(path); X509_sign(x, k, m);"),
        "int tls_load_ca_file(struct tls *t, const char *path);",
    ),
)
_SWITCH = (
    (
        _f("broker_SkipServerVerification(options, 1);"),
        _f("cluster_set_peer_verification(s, CLUSTER_VERIFY_NONE);"),
        _f("options.skip_tls_verify = true;"),
        _f("broker_ssl_peer_verify(options, HW_FALSE);"),
        _f("SSLSetEnableCertVerify(session, ctx->verify_peer);"),
        "void set_verify_peer(o *o, int verify) { o->verify_peer = verify; }",
    ),
    (
        _f("broker_SkipServerVerification(options, 0);"),
        _f("if (o->skip_verify) g();"),
        _f("log_tls(o->skip_verify);"),
        _f("verify_signature(s, 0);"),
        _f("broker_ssl_peer_verify(options, HW_TRUE);"),
        _f("to->verify_peer = from->verify_peer;"),
        "int set_skip_verify(struct tls *t, int skip);",
    ),
)


def handed(patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """``patterns`` with the general ones after them."""
    return handed_on(patterns, ca=_CA, switch=_SWITCH, evaluate=given, serves=is_server)
