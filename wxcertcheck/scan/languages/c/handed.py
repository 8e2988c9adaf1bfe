"""What C, C++ and Objective-C code hands on under a telling name: the general rule with C's values and servers."""

import re
from collections.abc import Iterable
from functools import lru_cache

from msgspec.structs import replace

from wxcertcheck.scan.handed import handed_on
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Matcher, Pattern
from wxcertcheck.scan.languages.c.tls import given, is_server


def _f(body: str) -> str:
    return "void f(char *path, int skip) { " + body + " }"


_CA = (
    (
        _f('broker_LoadCATrustedCertificates(options, "ca.pem");'),
        _f("tls_config_load_ca_file(config, options->ca);"),
        _f("session_tls_add_trusted_cert_n(s, path, 12);"),
        _f('query_add(q, "sslrootcert", path);'),
        _f("uhttp_client_set_trusted_cert(http, info->certificate);"),
        '#if !WITH_CERTS\nconst char *git_root_ca_cert = "";\n#endif\n'
        + _f("if (remoteServerConnect(client, path, 443, git_root_ca_cert)) g();"),
        "int t_set_trusted_cert(H *handle, const char *pem) { return copy_string(&handle->pem, pem); }",
        "extern const char *broker_ca_crt;\nint f(H *h) {\n#if !defined(WITH_TLS)\n if (0 != fetch_http(h, 80, 0)) {\n#else\n if (0 != fetch_http(h, 443, broker_ca_crt)) {\n#endif\n return 1; } }",
        "void f(H *h) { if (a(h)) { g(); }\n#ifdef WITH_CA\n else if (set_ca_file(h, path) != 0) { g(); }\n#endif\n }",
        "void set_ca_file(options *o, const char *ca) { o->ca_file = strdup(ca); }",
        _f('broker->tls_ca_path = getenv("BROKER_CA");'),
        "extern const char *broker_ca_crt; " + _f("params.pub_key = broker_ca_crt;"),
        "extern const char *broker_ca_crt; " + _f("net_init(&stack, path, 8883, broker_ca_crt);"),
    ),
    (
        _f('setCaPath("canada");'),
        _f("to->ca_file = from->ca_file;"),
        _f("print_ca_cert(path);"),
        'const char *git_root_ca_cert = "";\n'
        + _f("if (remoteServerConnect(client, path, 443, git_root_ca_cert)) g();"),
        "extern const int broker_ca_pem_bytes; " + _f("params.length = broker_ca_pem_bytes;"),
        "extern const char *broker_ca_crt; " + _f("memcpy(path, broker_ca_crt, strlen(broker_ca_crt));"),
        _f("server_load_ca_file(s, path);"),
        _f("free(o->ca_file); o->ca_file = NULL;"),
        _f("ca_load_cert(path); X509_sign(x, k, m);"),
        "void join(W *w) { esp_wpa2_ent_set_identity(w->id); wifi_set_root_ca_cert(w->root_ca, w->length); }",
        _f('glob("/etc/ssl/certs/*.crt", 0, NULL, &found); tls->add_ca_file(context, found.gl_pathv[0]);'),
        "int tls_load_ca_file(struct tls *t, const char *path);",
    ),
)
_SWITCH = (
    (
        _f("broker_SkipServerVerification(options, 1);"),
        _f('client->setSSLVerification("cacert.pem");'),
        _f("cluster_set_peer_verification(s, CLUSTER_VERIFY_NONE);"),
        _f("options.skip_tls_verify = true;"),
        _f('hashtable_set(options, "ssl_verifypeer", "0");'),
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
        _f("if (!tls_skip_verification(device)) g();"),
        "int set_skip_verify(struct tls *t, int skip);",
    ),
)


_LIBRARY = re.compile(
    rb"eay@cryptsoft\.com|The OpenSSL Project|OpenSSL Project Authors|Copyright The Mbed TLS Contributors"
    rb"|This file is part of (?:mbed ?TLS|PolarSSL|wolfSSL|CyaSSL)"
)
"""How the files of a TLS library's own source begin: its functions do for others what they are told."""


def _outside_libraries(matcher: Matcher) -> Matcher:
    def match(hit: Hit) -> Iterable[Find]:
        return () if _of_library(hit.source.data[:1500]) else matcher(hit)

    return match


@lru_cache(maxsize=8)
def _of_library(start: bytes) -> bool:
    return _LIBRARY.search(start) is not None


def handed(patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """``patterns`` with the general ones after them, all blind to the source of a TLS library that lies in the tree."""
    every = handed_on(patterns, ca=_CA, switch=_SWITCH, evaluate=given, serves=is_server)
    return tuple(replace(pattern, match=_outside_libraries(pattern.match)) for pattern in every)
