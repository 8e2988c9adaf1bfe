"""The patterns of C libraries, shared by C, C++ and Objective-C."""

from wxcertcheck.model import Purpose
from wxcertcheck.scan.language import Pattern
from wxcertcheck.scan.languages.c.clients import CLIENTS
from wxcertcheck.scan.languages.c.devices import begin_with_ca, device_off, setter
from wxcertcheck.scan.languages.c.libraries import (
    mongo_options,
    nested,
    pinned_key,
    redis_unverified,
    trust_all_flags,
    verified_fingerprint,
)
from wxcertcheck.scan.languages.c.named import (
    CA_FIELDS,
    CA_SETTER,
    CA_SETTERS,
    VERIFY_SETTERS,
    named_field,
    named_setter,
    named_switch,
)
from wxcertcheck.scan.languages.c.tls import (
    CALLED,
    OFF,
    authentication_mode,
    calls_off,
    field,
    field_off,
    kafka,
    loads,
    mbedtls_parse,
    option,
    option_off,
    set_verify,
    store_add,
    verify_callback,
)
from wxcertcheck.scan.matchers import any_of, fingerprints, trusts

_CURL_CA = ("CURLOPT_CAINFO", "CURLOPT_CAPATH", "CURLOPT_CAINFO_BLOB", "CURLOPT_ISSUERCERT", "CURLOPT_ISSUERCERT_BLOB")
_DEVICE_CA = ("setCACert", "setCACertBundle", "setTrustAnchors", "setRootCA", "loadCACert", "setCACertPEM")
_ESP_FIELDS = (
    "cert_pem",
    "cacert_buf",
    "cacert_pem_buf",
    "client_ssl_ca_filepath",
    "client_ssl_ca_mem",
    "pRootCALocation",
    "pRootCa",
    "pRootCaPath",
)
_OPENSSL = "https://docs.openssl.org/master/man3/SSL_CTX_load_verify_locations/"


def _f(body: str) -> str:
    return "void f(void) { " + body + " }"


PATTERNS = (
    Pattern(
        slug="curl-ca",
        words=("CURLOPT_CAINFO", "CURLOPT_CAPATH", "CURLOPT_ISSUERCERT"),
        match=option(*_CURL_CA),
        bad=(
            _f('curl_easy_setopt(pCurl,CURLOPT_CAINFO,"./rootca.pem");'),
            '#define CA "ca.pem"\n' + _f("curl_easy_setopt(h, CURLOPT_CAPATH, CA);"),
        ),
        good=(
            _f("curl_easy_setopt(h, CURLOPT_CAINFO, NULL);"),
            _f('// curl_easy_setopt(h, CURLOPT_CAINFO, "x");'),
            _f('curl_easy_setopt(h, CURLOPT_PROXY_CAINFO, "x");'),
        ),
        source="https://curl.se/libcurl/c/CURLOPT_CAINFO.html",
    ),
    Pattern(
        slug="curl-verify-off",
        words=("CURLOPT_SSL_VERIFYPEER", "CURLOPT_SSL_VERIFYHOST"),
        match=option_off("CURLOPT_SSL_VERIFYPEER", "CURLOPT_SSL_VERIFYHOST"),
        bad=(
            _f("curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 0L);"),
            _f("curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, false);"),
            (
                "void f(S *s) { curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, (long)s->verify); }\n"
                'void g(S *s) { s->verify = options_get_bool(o, "sslverify", true); }'
            ),
        ),
        good=(
            _f("curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);"),
            _f("curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);"),
        ),
    ),
    Pattern(
        slug="curl-pinned-key",
        words=("CURLOPT_PINNEDPUBLICKEY",),
        match=pinned_key,
        bad=(_f('curl_easy_setopt(h, CURLOPT_PINNEDPUBLICKEY, "sha256//AAAA");'),),
        good=(_f("curl_easy_setopt(h, CURLOPT_PINNEDPUBLICKEY, NULL);"),),
    ),
    Pattern(
        slug="openssl-load-verify",
        words=("SSL_CTX_load_verify_", "wolfSSL_CTX_load_verify_", "CyaSSL_CTX_load_verify_", "X509_STORE_load_"),
        followed=CALLED,
        match=any_of(
            loads(
                "SSL_CTX_load_verify_locations",
                "wolfSSL_CTX_load_verify_locations",
                "CyaSSL_CTX_load_verify_locations",
                nth=(1, 2),
            ),
            loads("X509_STORE_load_locations", "X509_STORE_load_file", "X509_STORE_load_path", nth=(1, 2)),
            loads("SSL_CTX_load_verify_file", "SSL_CTX_load_verify_dir", "SSL_CTX_load_verify_store"),
            loads(
                "wolfSSL_CTX_load_verify_buffer",
                "wolfSSL_CTX_load_verify_buffer_ex",
                "CyaSSL_CTX_load_verify_buffer",
                "wolfSSL_CTX_load_verify_locations_ex",
            ),
        ),
        bad=(
            _f('SSL_CTX_load_verify_locations(ctx, "rootca.pem", NULL);'),
            _f('SSL_CTX_load_verify_locations(ctx, 0, "/opt/wx/certs");'),
            _f("wolfSSL_CTX_load_verify_buffer(ctx, ca, sizeof ca, SSL_FILETYPE_PEM);"),
        ),
        good=(
            _f("SSL_CTX_set_default_verify_paths(ctx);"),
            "void f(int isServer) { if (isServer) { SSL_CTX_load_verify_locations(ctx, path, 0); } else { SSL_connect(s); } }",
            _f('SSL_CTX *c = SSL_CTX_new(TLS_server_method()); SSL_CTX_load_verify_locations(c, "clients.pem", NULL);'),
            _f("SSL_CTX_load_verify_locations(ctx, config->crl_file, NULL);"),
            "int SSL_CTX_load_verify_locations(SSL_CTX *ctx, const char *file, const char *path);",
        ),
        source=_OPENSSL,
    ),
    Pattern(
        slug="openssl-store-add",
        words=("X509_STORE_add_cert",),
        followed=CALLED,
        match=store_add,
        bad=(
            _f(
                "X509 *x = PEM_read_bio_X509(BIO_new_mem_buf(PEM, -1), 0, 0, 0); X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), x);"
            ),
        ),
        good=(
            _f("X509_STORE_add_cert(store, x); PKCS7_verify(p7, 0, store, 0, 0, 0); // ssl"),
            "void add(X509_STORE *openssl_store) { X509_STORE_add_cert(openssl_store, x); }\nPKCS7 *signed_message(void);\nint n = PKCS7_DETACHED;",
        ),
    ),
    Pattern(
        slug="openssl-verify-none",
        words=(
            "SSL_CTX_set_verify",
            "SSL_set_verify",
            "wolfSSL_CTX_set_verify",
            "wolfSSL_set_verify",
            "CyaSSL_CTX_set_verify",
        ),
        followed=CALLED,
        match=set_verify,
        bad=(
            _f("SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);"),
            "void f(int check) { int mode = SSL_VERIFY_NONE; if (check) mode = SSL_VERIFY_PEER; SSL_CTX_set_verify(ctx, mode, cb); SSL_get_verify_result(s); }",
            "int yes(int ok, X509_STORE_CTX *s) { return 1; }\n" + _f("SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, yes);"),
        ),
        good=(
            _f("SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);"),
            _f("SSL_CTX *ctx = SSL_CTX_new(TLS_server_method()); SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);"),
            _f("SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, 0); if (SSL_get_verify_result(s) != X509_V_OK) abort();"),
            "int same(int ok, X509_STORE_CTX *s) { return ok; }\n"
            + _f("SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, same);"),
        ),
        source="https://docs.openssl.org/master/man3/SSL_CTX_set_verify/",
    ),
    Pattern(
        slug="openssl-verify-callback",
        words=("SSL_CTX_set_cert_verify_callback",),
        followed=CALLED,
        match=verify_callback,
        bad=(
            "int yes(X509_STORE_CTX *s, void *a) { return 1; }\n"
            + _f("SSL_CTX_set_cert_verify_callback(ctx, yes, NULL);"),
        ),
        good=(
            "int own(X509_STORE_CTX *s, void *a) { return X509_verify_cert(s); }\n"
            + _f("SSL_CTX_set_cert_verify_callback(ctx, own, NULL);"),
        ),
    ),
    Pattern(
        slug="mbedtls-ca",
        words=("mbedtls_x509_crt_parse", "x509_crt_parse"),
        match=mbedtls_parse,
        bad=(
            _f('mbedtls_x509_crt_parse_file(&cacert, "rootca.pem"); mbedtls_ssl_conf_ca_chain(&conf, &cacert, NULL);'),
        ),
        good=(_f('mbedtls_x509_crt_parse_file(&own, "me.pem"); mbedtls_ssl_conf_own_cert(&conf, &own, &key);'),),
        source="https://mbed-tls.readthedocs.io/projects/api/en/development/api/file/ssl_8h/",
    ),
    Pattern(
        slug="mbedtls-authmode",
        words=("ssl_conf_authmode", "ssl_set_authmode"),
        match=authentication_mode,
        bad=(
            _f("mbedtls_ssl_conf_authmode(&conf, MBEDTLS_SSL_VERIFY_NONE);"),
            _f("mbedtls_ssl_conf_authmode(&conf, MBEDTLS_SSL_VERIFY_OPTIONAL);"),
        ),
        good=(
            _f("mbedtls_ssl_conf_authmode(&conf, MBEDTLS_SSL_VERIFY_REQUIRED);"),
            _f(
                "mbedtls_ssl_conf_authmode(&conf, MBEDTLS_SSL_VERIFY_OPTIONAL); if (mbedtls_ssl_get_verify_result(&ssl)) abort();"
            ),
        ),
    ),
    Pattern(
        slug="gnutls-ca",
        words=("gnutls_certificate_set_x509_trust",),
        followed=CALLED,
        match=any_of(
            loads(
                "gnutls_certificate_set_x509_trust_file",
                "gnutls_certificate_set_x509_trust_dir",
                "gnutls_certificate_set_x509_trust_mem",
            ),
        ),
        bad=(_f('gnutls_certificate_set_x509_trust_file(cred, "rootca.pem", GNUTLS_X509_FMT_PEM);'),),
        good=(_f("gnutls_certificate_set_x509_system_trust(cred);"),),
        source="https://www.gnutls.org/manual/html_node/X509-certificate-API.html",
    ),
    Pattern(
        slug="device-ca",
        words=_DEVICE_CA,
        match=setter(*_DEVICE_CA),
        bad=(
            _f("client.setCACert(root_ca);"),
            _f("client->setTrustAnchors(&anchors);"),
            "void setCACert(const char *ca) { client.setCACert(ca); }",
        ),
        good=(_f("client.setCACert(NULL);"), _f("client.setCertificate(own);")),
        source="https://docs.arduino.cc/libraries/wificlientsecure/",
    ),
    Pattern(
        slug="device-begin",
        words=(".begin(", "->begin("),
        beside=(
            "root_ca",
            "rootCA",
            "rootCa",
            "root_cert",
            "rootCert",
            "ca_cert",
            "caCert",
            "cacert",
            "inger",
            "ROOT_CA",
            "CA_CERT",
        ),
        match=begin_with_ca,
        bad=(_f("http.begin(url, root_ca);"),),
        good=(_f("Serial.begin(115200); WiFi.begin(name, password);"),),
        source="https://docs.arduino.cc/libraries/wificlientsecure/",
    ),
    Pattern(
        slug="device-insecure",
        words=("setInsecure", "allowSelfSignedCerts"),
        match=device_off("setInsecure", "allowSelfSignedCerts"),
        bad=(
            _f("client.setInsecure();"),
            _f("client->setInsecure();"),
            "void setInsecure() { _client.setInsecure(); }",
        ),
        good=(_f("// client.setInsecure();"), "void setInsecure(void);"),
    ),
    Pattern(
        slug="device-fingerprint",
        words=("setFingerprint", ".verify(", "->verify("),
        beside=("inger",),
        match=any_of(fingerprints("setFingerprint"), verified_fingerprint),
        bad=(_f('client.setFingerprint("ab cd");'), _f("client.verify(fingerprint, host);")),
        good=(_f("client.getFingerprintSHA256(out);"), _f("signer.verify(data, signature);")),
    ),
    Pattern(
        slug="config-ca",
        words=(*_ESP_FIELDS, ".certificate =", ".certificate=", ".cert.data", ".cert.file"),
        match=any_of(field(*_ESP_FIELDS), nested),
        bad=(
            "esp_http_client_config_t config = { .url = URL, .cert_pem = (const char *)root_pem };",
            _f('info.client_ssl_ca_filepath = "rootca.pem";'),
            _f("config.broker.verification.certificate = (const char *)root_pem;"),
            "esp_mqtt_client_config_t c = { .broker = { .verification = { .certificate = root_pem } } };",
            "esp_mqtt_client_config_t c = { .broker.verification.certificate = root_pem };",
            _f("config.cert.data = rootCACert;"),
        ),
        good=(
            "esp_http_client_config_t config = { .url = URL, .crt_bundle_attach = esp_crt_bundle_attach };",
            "struct s { const char *cert_pem; };",
            "esp_mqtt_client_config_t c = { .credentials = { .authentication = { .certificate = own_pem } } };",
            _f("config.credentials.authentication.certificate = own_pem;"),
        ),
        source="https://docs.espressif.com/projects/esp-idf/en/stable/esp32/api-reference/protocols/esp_http_client.html",
    ),
    Pattern(
        slug="config-verify-off",
        words=(
            "skip_cert_common_name_check",
            "enableServerCertAuth",
            "LCCSCF_ALLOW_SELFSIGNED",
            "LCCSCF_ALLOW_INSECURE",
            "weak_cert_validation",
            "REDIS_SSL_VERIFY_NONE",
        ),
        match=any_of(
            field_off("skip_cert_common_name_check", off=frozenset({"true", "1"})),
            field_off("enableServerCertAuth", off=OFF, purpose=Purpose.QUEUE),
            field_off("weak_cert_validation", off=frozenset({"true", "1"}), purpose=Purpose.DATABASE),
            redis_unverified,
            trust_all_flags,
        ),
        bad=(
            "esp_http_client_config_t config = { .skip_cert_common_name_check = true };",
            _f("i.ssl_connection = LCCSCF_USE_SSL | LCCSCF_ALLOW_SELFSIGNED;"),
            _f("options.verify_mode = REDIS_SSL_VERIFY_NONE;"),
            _f("ssl.weak_cert_validation = true;"),
        ),
        good=(
            "esp_http_client_config_t config = { .skip_cert_common_name_check = false };",
            _f("config.skip_cert_common_name_check = false;"),
            _f("ssl_opts.enableServerCertAuth = 1;"),
            _f("if (f & LCCSCF_ALLOW_SELFSIGNED) g();"),
        ),
    ),
    Pattern(
        slug="windows-ignore",
        words=("SECURITY_FLAG_IGNORE_UNKNOWN_CA", "SECURITY_FLAG_IGNORE_ALL_CERT_ERRORS", "INTERNET_FLAG_IGNORE_CERT_"),
        match=trust_all_flags,
        bad=(_f("DWORD flags = SECURITY_FLAG_IGNORE_UNKNOWN_CA | SECURITY_FLAG_IGNORE_CERT_CN_INVALID;"),),
        good=(
            "#define SECURITY_FLAG_IGNORE_UNKNOWN_CA 0x00000100",
            _f("if (flags & SECURITY_FLAG_IGNORE_UNKNOWN_CA) g();"),
        ),
        source="https://learn.microsoft.com/windows/win32/winhttp/option-flags",
    ),
    Pattern(
        slug="database-ca",
        words=("mysql_ssl_set", "MYSQL_OPT_SSL_CA", "redisCreateSSLContext", "cacert_filename", "mongoc_ssl_opt_t"),
        match=any_of(
            mongo_options,
            field("cacert_filename", purpose=Purpose.DATABASE),
            loads("mysql_ssl_set", nth=(3, 4), purpose=Purpose.DATABASE, server=False),
            loads("redisCreateSSLContext", nth=(0, 1), purpose=Purpose.DATABASE, server=False),
            option("MYSQL_OPT_SSL_CA", "MYSQL_OPT_SSL_CAPATH", purpose=Purpose.DATABASE),
        ),
        bad=(
            _f('mysql_ssl_set(m, NULL, NULL, "ca.pem", NULL, NULL);'),
            _f('mysql_options(m, MYSQL_OPT_SSL_CA, "ca.pem");'),
            _f('redisSSLOptions o = {0}; o.cacert_filename = "ca.pem";'),
            _f("mongoc_ssl_opt_t o = {0}; o.ca_file = path;"),
        ),
        good=(_f("mysql_ssl_set(m, key, cert, NULL, NULL, NULL);"),),
    ),
    Pattern(
        slug="queue-ca",
        words=("mosquitto_tls_set", "ssl.ca.location", "trustStore", "CApath"),
        followed=r"""\s*(?:\(|"|\]?\s*=(?!=))""",
        match=any_of(
            loads("mosquitto_tls_set", nth=(1, 2), purpose=Purpose.QUEUE, server=False),
            field("trustStore", "CApath", purpose=Purpose.QUEUE, when=lambda hit, s: "ssl" in s.target.lower()),
            kafka("ssl.ca.location"),
        ),
        bad=(
            _f('mosquitto_tls_set(m, "ca.crt", NULL, NULL, NULL, NULL);'),
            _f('rd_kafka_conf_set(c, "ssl.ca.location", "ca.pem", e, n);'),
            _f('ssl_opts.trustStore = "ca.pem";'),
        ),
        good=(
            _f("mosquitto_tls_set(m, NULL, NULL, NULL, NULL, NULL);"),
            'struct p t[] = { { "ssl.ca.location", 1 } };',
        ),
    ),
    Pattern(
        slug="queue-verify-off",
        words=("mosquitto_tls_insecure_set", "mosquitto_tls_opts_set", "enable.ssl.certificate.verification"),
        match=any_of(
            calls_off("mosquitto_tls_insecure_set", nth=1, off=frozenset({"true", "1"}), purpose=Purpose.QUEUE),
            calls_off("mosquitto_tls_opts_set", nth=1, off=frozenset({"0", "SSL_VERIFY_NONE"}), purpose=Purpose.QUEUE),
            option_off("enable.ssl.certificate.verification", purpose=Purpose.QUEUE),
        ),
        bad=(
            _f("mosquitto_tls_insecure_set(m, true);"),
            _f('rd_kafka_conf_set(c, "enable.ssl.certificate.verification", "false", e, n);'),
        ),
        good=(_f("mosquitto_tls_insecure_set(m, false);"),),
    ),
    Pattern(
        slug="ldap-ca",
        words=("LDAP_OPT_X_TLS_CACERT",),
        match=option("LDAP_OPT_X_TLS_CACERTFILE", "LDAP_OPT_X_TLS_CACERTDIR", purpose=Purpose.LDAP),
        bad=(_f('ldap_set_option(NULL, LDAP_OPT_X_TLS_CACERTFILE, "ca.pem");'),),
        good=(_f("ldap_set_option(NULL, LDAP_OPT_X_TLS_CACERTFILE, NULL);"),),
    ),
    Pattern(
        slug="git-ca",
        words=("GIT_OPT_SET_SSL_CERT_LOCATIONS",),
        match=trusts("GIT_OPT_SET_SSL_CERT_LOCATIONS", forms=("option",), purpose=Purpose.TOOL),
        bad=(_f('git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, "ca.pem", NULL);'),),
        good=(_f("git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, NULL, NULL);"),),
    ),
    Pattern(
        slug="gsoap-ca",
        words=("soap_ssl_client_context",),
        match=any_of(
            loads("soap_ssl_client_context", nth=(4, 5), server=False),
            calls_off("soap_ssl_client_context", nth=1, off=frozenset({"SOAP_SSL_NO_AUTHENTICATION"})),
        ),
        bad=(_f('soap_ssl_client_context(&soap, SOAP_SSL_DEFAULT, NULL, NULL, "cacerts.pem", NULL, NULL);'),),
        good=(_f("soap_ssl_client_context(&soap, SOAP_SSL_DEFAULT, NULL, NULL, NULL, NULL, NULL);"),),
    ),
    Pattern(
        slug="named-ca-field",
        words=CA_FIELDS,
        followed=r"\s*=(?!=)",
        match=named_field,
        bad=(
            _f('tls.ca_file = "rootca.pem";'),
            "static const struct tls_options o = { .ca_cert = root_ca_pem };",
        ),
        good=(
            _f("tls.ca_file = options->ca_file;"),
            _f("tls.ca_cert = m_caCert;"),
            'const char *ca_file = "rootca.pem";',
            _f('server.ca_file = "clients.pem";'),
            _f('opts.caption = "a.pem";'),
        ),
    ),
    Pattern(
        slug="named-ca-setter",
        words=CA_SETTERS,
        followed=CA_SETTER,
        match=named_setter,
        bad=(
            _f('tls_config_set_ca_file(config, "/opt/wx/rootca.pem");'),
            _f("esp_tls_set_global_ca_store(root_ca_pem_start, n);"),
        ),
        good=(
            _f("setCallback(root_ca_pem);"),
            _f("tls_config_set_ca_file(config, path);"),
            _f('set_ca_name("root");'),
        ),
        source="https://man.openbsd.org/tls_config_set_ca_file",
    ),
    Pattern(
        slug="named-verify-off",
        words=VERIFY_SETTERS,
        match=named_switch,
        bad=(_f("client.setVerifyPeer(false);"), _f("aws_tls_ctx_options_set_verify_peer(&options, false);")),
        good=(_f("client.setVerifyPeer(true);"), _f("client.setVerifyPeer(verify);"), "void setVerifyPeer(bool v);"),
    ),
    *CLIENTS,
)
