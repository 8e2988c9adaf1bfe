"""C clients beside libcurl and the TLS libraries: GLib, libgit2, libtls, Zephyr, Mongoose, Azure IoT, BearSSL, rabbitmq-c, Pulsar,
OpenLDAP's switch; own callbacks.
"""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.embedded import connection_string
from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Matcher, Pattern
from wxcertcheck.scan.languages.c.tls import (
    CALLED,
    OFF,
    calls_off,
    function_of,
    given,
    is_server,
    loads,
    option,
    option_off,
)
from wxcertcheck.scan.matchers import any_of, decided_around, switches, trusts
from wxcertcheck.scan.values import Kind


def _always(hit: Hit, callback: str, yes: frozenset[str]) -> bool:
    """Whether the function of this file called ``callback`` returns nothing but ``yes``."""
    source = hit.source
    functions = source.functions(callback)
    body = functions[0].child_by_field_name("body") if functions else None
    if body is None:
        return False
    returned = [n for n in source.nodes(source.grammar.returns, body) if n.named_children]
    return bool(returned) and all(source.text(n.named_children[-1]).strip("() ") in yes for n in returned)


def _callback(*names: str, nth: int, yes: frozenset[str], purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """A call that is given a callback as argument ``nth`` which accepts every certificate."""

    def match(hit: Hit) -> Iterator[Find]:
        call = hit.call()
        if call is None or call.name not in names or hit.name != call.name or call.nth(nth) is None or is_server(hit):
            return
        function = function_of(hit.source, call.arguments[nth].node)
        if function is not None and _always(hit, hit.source.name_of(function), yes):
            yield Find(PinKind.VERIFICATION_OFF, call.node, purpose=purpose)

    return match


def _mbedtls_callback(hit: Hit) -> Iterator[Find]:
    """``mbedtls_ssl_conf_verify(&conf, callback, …)`` with a body that clears the flags and returns 0."""
    call = hit.call()
    if call is None or hit.name != call.name or call.nth(1) is None or is_server(hit):
        return
    function = function_of(hit.source, call.arguments[1].node)
    body = function.child_by_field_name("body") if function is not None else None
    if body is None or not re.search(r"\*\s*\w+\s*=\s*0\s*;", hit.source.text(body)):
        return
    if _always(hit, hit.source.name_of(function) if function is not None else "", frozenset({"0"})):
        yield Find(PinKind.VERIFICATION_OFF, call.node)


def _git_check(hit: Hit) -> Iterator[Find]:
    """libgit2: ``options.callbacks.certificate_check = callback`` that returns 0 whatever it is given."""
    setting = hit.setting()
    if hit.name != "certificate_check" or setting is None or setting.value is None:
        return
    if _always(hit, hit.source.text(setting.value).strip("& "), frozenset({"0", "GIT_OK"})):
        yield Find(PinKind.VERIFICATION_OFF, setting.node, purpose=Purpose.TOOL)


def _accept_signal(hit: Hit) -> Iterator[Find]:
    """GIO: ``g_signal_connect(c, "accept-certificate", G_CALLBACK(callback), …)`` with a body that returns TRUE."""
    call = hit.call_around()
    if call is None or not call.name.startswith("g_signal_connect") or call.nth(2) is None:
        return
    for name in re.findall(r"[A-Za-z_]\w*", hit.source.text(call.arguments[2].node)):
        if name != "G_CALLBACK" and _always(hit, name, frozenset({"TRUE", "true", "1"})):
            yield Find(PinKind.VERIFICATION_OFF, call.node)


def _credential(hit: Hit) -> Iterator[Find]:
    """Zephyr: ``tls_credential_add(tag, TLS_CREDENTIAL_CA_CERTIFICATE, pem, size)``."""
    call = hit.call()
    if call is None or call.name != "tls_credential_add" or hit.name != call.name or call.nth(2) is None:
        return
    if "CA_CERTIFICATE" in hit.source.text(call.arguments[1].node):
        yield Find(PinKind.TRUST, call.node, evaluate(hit.source, call.arguments[2].node))


def _mongoose(hit: Hit) -> Iterator[Find]:
    """Mongoose: ``struct mg_tls_opts opts = {.ca = mg_unpacked("/certs/ca.pem")}``, ``.skip_verification = 1``."""
    if b"mg_tls_opts" in hit.source.data and not is_server(hit):
        yield from _MONGOOSE_CA(hit)
        yield from _MONGOOSE_OFF(hit)


_YES = frozenset({"true", "1"})


def _unverified(hit: Hit) -> Iterator[Find]:
    """libtls: ``tls_config_insecure_noverifycert(config)``."""
    call = hit.call()
    if call is not None and call.name.startswith("tls_config_insecure_noverify") and hit.name == call.name:
        decided = decided_around(hit.source, call.node)
        yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, call.node)


def _handed_to_pulsar(hit: Hit) -> Iterator[Find]:
    call = hit.call()
    if (
        call is None
        or hit.name != call.name
        or not call.name.lower().replace("_", "").endswith("tlstrustcertsfilepath")
    ):
        return
    node = call.nth(1) if call.name.startswith("pulsar_") else call.nth(0)
    value = given(hit, node) if node is not None else None
    copied = value is not None and value.text.lower().rstrip("_").endswith("tlstrustcertsfilepath")
    if value is not None and not (copied and value.kind is Kind.SETTING):
        yield Find(PinKind.TRUST, call.node, value, purpose=Purpose.QUEUE)


_MONGOOSE_CA = trusts("ca", forms=("pair", "assignment"))
_MONGOOSE_OFF = switches("skip_verification", off=frozenset({"1", "true"}), forms=("pair", "assignment"))


_LDAP_NEVER = frozenset({"LDAP_OPT_X_TLS_NEVER", "LDAP_OPT_X_TLS_ALLOW", "LDAP_OPT_X_TLS_TRY"})


def _require_cert(hit: Hit) -> Iterator[Find]:
    """``int never = LDAP_OPT_X_TLS_NEVER; ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &never);``."""
    call = hit.call_around()
    if call is None or not call.name.endswith("ldap_set_option") or call.nth(2) is None:
        return
    value = hit.value(call.nth(2))
    if value.text.strip("&() ").rpartition(" ")[2] in _LDAP_NEVER:
        kind = PinKind.CONFIGURABLE if decided_around(hit.source, call.node) else PinKind.VERIFICATION_OFF
        yield Find(kind, call.node, purpose=Purpose.LDAP)
    elif value.kind in (Kind.PARAMETER, Kind.SETTING):
        yield Find(PinKind.CONFIGURABLE, call.node, value, purpose=Purpose.LDAP)


def _f(body: str) -> str:
    return "void f(void) { " + body + " }"


CLIENTS = (
    Pattern(
        slug="ldap-verify-off",
        words=("LDAP_OPT_X_TLS_REQUIRE_CERT",),
        match=_require_cert,
        bad=(
            _f("int never = LDAP_OPT_X_TLS_NEVER; ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &never);"),
            "void f(LDAP *ld, int level) { ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &level); }",
        ),
        good=(
            _f("int hard = LDAP_OPT_X_TLS_HARD; ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &hard);"),
            _f("int level; ldap_get_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &level);"),
        ),
        source="https://www.openldap.org/software/man.cgi?query=ldap_set_option",
    ),
    Pattern(
        slug="rabbitmq-ca",
        words=("amqp_ssl_socket_set_cacert", "amqp_ssl_socket_set_verify"),
        match=any_of(
            loads(
                "amqp_ssl_socket_set_cacert",
                "amqp_ssl_socket_set_cacert_buffer",
                purpose=Purpose.QUEUE,
                server=False,
            ),
            calls_off("amqp_ssl_socket_set_verify", "amqp_ssl_socket_set_verify_peer", nth=1, purpose=Purpose.QUEUE),
        ),
        bad=(
            _f('amqp_ssl_socket_set_cacert(socket, "/etc/ca.pem");'),
            _f("amqp_ssl_socket_set_verify_peer(socket, 0);"),
        ),
        good=(
            _f("amqp_ssl_socket_set_verify_peer(socket, 1);"),
            "int amqp_ssl_socket_set_cacert(amqp_socket_t *base, const char *cacert);",
        ),
        source="https://github.com/alanxz/rabbitmq-c",
    ),
    Pattern(
        slug="nng-tls",
        words=("nng_tls_config_auth_mode", "nng_tls_config_ca_chain", "nng_tls_config_ca_file"),
        match=any_of(
            loads("nng_tls_config_ca_chain", "nng_tls_config_ca_file", purpose=Purpose.QUEUE, server=False),
            calls_off(
                "nng_tls_config_auth_mode", nth=1, off=frozenset({"NNG_TLS_AUTH_MODE_NONE"}), purpose=Purpose.QUEUE
            ),
        ),
        bad=(
            _f("nng_tls_config_ca_chain(tls, cacert, NULL);"),
            _f('nng_tls_config_ca_file(tls, "ca.pem");'),
            _f("if (insecure) { nng_tls_config_auth_mode(tls, NNG_TLS_AUTH_MODE_NONE); }"),
        ),
        good=(
            _f("nng_tls_config_auth_mode(tls, NNG_TLS_AUTH_MODE_REQUIRED);"),
            "int nng_tls_config_ca_file(nng_tls_config *cfg, const char *path);",
        ),
        source="https://nng.nanomsg.org/man/v1.8.0/nng_tls_config_auth_mode.3tls.html",
    ),
    Pattern(
        slug="strophe-ca",
        words=("xmpp_conn_set_cafile", "xmpp_conn_set_capath"),
        match=loads("xmpp_conn_set_cafile", "xmpp_conn_set_capath", server=False),
        bad=(_f('xmpp_conn_set_cafile(conn, "/etc/ca.pem");'),),
        good=("void xmpp_conn_set_cafile(xmpp_conn_t *const conn, const char *path);",),
        source="https://strophe.im/libstrophe/doc/0.13.0/group___connections.html",
    ),
    Pattern(
        slug="pulsar-ca",
        words=(
            "setTlsTrustCertsFilePath",
            "setTlsAllowInsecureConnection",
            "set_tls_trust_certs_file_path",
            "set_tls_allow_insecure_connection",
        ),
        match=any_of(
            _handed_to_pulsar,
            calls_off("setTlsAllowInsecureConnection", off=_YES, purpose=Purpose.QUEUE),
            calls_off(
                "pulsar_client_configuration_set_tls_allow_insecure_connection",
                nth=1,
                off=_YES,
                purpose=Purpose.QUEUE,
            ),
        ),
        bad=(
            _f('config.setTlsTrustCertsFilePath("/etc/pulsar/ca.pem");'),
            _f('pulsar_client_configuration_set_tls_trust_certs_file_path(conf, "ca.pem");'),
            _f("config.setTlsAllowInsecureConnection(true);"),
        ),
        good=(
            _f("config.setTlsAllowInsecureConnection(false);"),
            "void C::setTlsTrustCertsFilePath(const std::string &path) { path_ = path; }",
        ),
        source="https://pulsar.apache.org/docs/client-libraries-cpp/",
    ),
    Pattern(
        slug="azure-iot-ca",
        words=("OPTION_TRUSTED_CERT", "TrustedCerts"),
        match=option("OPTION_TRUSTED_CERT", "TrustedCerts"),
        bad=(_f("IoTHubDeviceClient_LL_SetOption(h, OPTION_TRUSTED_CERT, certificates);"),),
        good=(_f("if (strcmp(OPTION_TRUSTED_CERT, name) == 0) g();"),),
        source="https://github.com/Azure/azure-iot-sdk-c",
    ),
    Pattern(
        slug="bearssl-anchors",
        words=("br_ssl_client_init_full", "br_x509_minimal_init"),
        match=loads("br_ssl_client_init_full", "br_x509_minimal_init_full", "br_x509_minimal_init", nth=(2,)),
        bad=(_f("br_ssl_client_init_full(&sc, &xc, TAs, TAs_NUM);"),),
        good=(_f("br_ssl_server_init_full_rsa(&sc, chain, n, key);"),),
        source="https://bearssl.org/api1.html",
    ),
    Pattern(
        slug="glib-verify",
        words=(
            "g_tls_client_connection_set_validation_flags",
            "g_socket_client_set_tls_validation_flags",
            "SOUP_SESSION_SSL_STRICT",
            "SOUP_SESSION_SSL_CA_FILE",
            "g_tls_file_database_new",
        ),
        match=any_of(
            calls_off(
                "g_tls_client_connection_set_validation_flags", "g_socket_client_set_tls_validation_flags", nth=1
            ),
            option_off("SOUP_SESSION_SSL_STRICT", off=OFF | {"FALSE"}),
            option("SOUP_SESSION_SSL_CA_FILE"),
            loads("g_tls_file_database_new", nth=(0,)),
        ),
        bad=(
            _f("g_tls_client_connection_set_validation_flags(c, 0);"),
            _f("soup_session_new_with_options(SOUP_SESSION_SSL_STRICT, FALSE, NULL);"),
            _f('g_tls_file_database_new("rootca.pem", &error);'),
        ),
        good=(
            _f("g_tls_client_connection_set_validation_flags(c, G_TLS_CERTIFICATE_VALIDATE_ALL);"),
            _f("soup_session_new_with_options(SOUP_SESSION_SSL_STRICT, TRUE, NULL);"),
        ),
        source="https://docs.gtk.org/gio/",
    ),
    Pattern(
        slug="accepting-callback",
        words=(
            "mbedtls_ssl_conf_verify",
            "gnutls_certificate_set_verify_function",
            "certificate_check",
            "accept-certificate",
        ),
        followed=rf"""{CALLED}|"|\s*=""",
        match=any_of(
            lambda hit: _mbedtls_callback(hit) if hit.word == "mbedtls_ssl_conf_verify" else (),
            _callback("gnutls_certificate_set_verify_function", nth=1, yes=frozenset({"0"})),
            _git_check,
            lambda hit: _accept_signal(hit) if hit.word == "accept-certificate" else (),
        ),
        bad=(
            "static int yes(void *d, mbedtls_x509_crt *c, int n, uint32_t *flags) { *flags = 0; return 0; }\n"
            + _f("mbedtls_ssl_conf_verify(&conf, yes, NULL);"),
            "static int yes(gnutls_session_t s) { return 0; }\n"
            + _f("gnutls_certificate_set_verify_function(cred, yes);"),
            "static int yes(git_cert *c, int v, const char *h, void *p) { return 0; }\n"
            + _f("options.callbacks.certificate_check = yes;"),
            "static gboolean yes(GTlsConnection *c, GTlsCertificate *p, int e, void *d) { return TRUE; }\n"
            + _f('g_signal_connect(c, "accept-certificate", G_CALLBACK(yes), NULL);'),
        ),
        good=(
            "static int own(void *d, mbedtls_x509_crt *c, int n, uint32_t *flags) { return *flags ? -1 : 0; }\n"
            + _f("mbedtls_ssl_conf_verify(&conf, own, NULL);"),
            "static int own(gnutls_session_t s) { if (bad(s)) return -1; return 0; }\n"
            + _f("gnutls_certificate_set_verify_function(cred, own);"),
            "static int own(git_cert *c, int v, const char *h, void *p) { return v ? 0 : -1; }\n"
            + _f("options.callbacks.certificate_check = own;"),
        ),
    ),
    Pattern(
        slug="libtls-off",
        words=("tls_config_insecure_noverify",),
        match=_unverified,
        bad=(_f("tls_config_insecure_noverifycert(config);"),),
        good=(_f("tls_config_verify(config);"), "void tls_config_insecure_noverifycert(struct tls_config *c);"),
        source="https://man.openbsd.org/tls_config_verify",
    ),
    Pattern(
        slug="x509-lookup",
        words=("X509_LOOKUP_load_file", "X509_LOOKUP_add_dir", "X509_load_cert_file"),
        followed=CALLED,
        match=loads("X509_LOOKUP_load_file", "X509_LOOKUP_add_dir", "X509_load_cert_file"),
        bad=(_f('X509_LOOKUP_load_file(lookup, "rootca.pem", X509_FILETYPE_PEM);'),),
        good=(_f("X509_LOOKUP_load_file(lookup, NULL, X509_FILETYPE_DEFAULT);"),),
    ),
    Pattern(
        slug="device-store",
        words=("tls_credential_add", "esp_crt_bundle_set", "altcp_tls_create_config_client"),
        match=any_of(
            _credential,
            loads("esp_crt_bundle_set", nth=(0,)),
            loads("altcp_tls_create_config_client", nth=(0,)),
        ),
        bad=(
            _f("tls_credential_add(TAG, TLS_CREDENTIAL_CA_CERTIFICATE, ca_pem, sizeof ca_pem);"),
            _f("esp_crt_bundle_set(bundle_start);"),
        ),
        good=(
            _f("tls_credential_add(TAG, TLS_CREDENTIAL_SERVER_CERTIFICATE, own, sizeof own);"),
            _f("altcp_tls_create_config_client(NULL, 0);"),
        ),
        source="https://docs.zephyrproject.org/latest/connectivity/networking/api/tls_credentials.html",
    ),
    Pattern(
        slug="connection-string",
        words=("sslrootcert=", "tlsCAFile=", "tlsAllowInvalidCertificates=true", "tlsInsecure=true"),
        match=connection_string,
        bad=(
            _f('PQconnectdb("host=db sslmode=verify-full sslrootcert=/etc/ca.pem");'),
            _f('mongoc_uri_new("mongodb://db/?tls=true&tlsAllowInvalidCertificates=true");'),
        ),
        good=(_f('PQconnectdb("host=db sslmode=verify-full");'),),
        source="https://www.postgresql.org/docs/current/libpq-ssl.html",
    ),
    Pattern(
        slug="mongoose",
        words=(".ca = mg_", ".ca = ", "skip_verification"),
        beside=("mg_tls_opts",),
        match=_mongoose,
        bad=(
            'struct mg_tls_opts opts = {.ca = mg_unpacked("/certs/ca.pem")};',
            "struct mg_tls_opts opts = {.skip_verification = 1};",
        ),
        good=("struct mg_tls_opts opts = {.cert = own, .key = key};", 'struct other o = {.ca = name("Catalan")};'),
        source="https://mongoose.ws/documentation/#struct-mg_tls_opts",
    ),
)
