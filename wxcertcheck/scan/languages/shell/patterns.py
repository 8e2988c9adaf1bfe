"""Shell: commands and variables that choose the trusted CAs or switch verification off.

Sources: curl(1), wget(1), openssl-s_client(1), httpie, git-config(1), npm-config, keytool(1), each runtime's variables.
"""

from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.shell.commands import option_value, words_around
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.telling import CA_VARIABLES, SWITCH_VARIABLES

if TYPE_CHECKING:
    pass

from wxcertcheck.scan.languages.shell.options import (
    TRUST_STORE,
    ca_option,
    curl_insecure,
    emptied,
    given_off,
    httpie,
    keytool,
    long_off,
    named_variable,
    off_variable,
    package_off,
    s_client,
    store_key,
    tool_setting,
    trust_store,
    variable,
    written_off,
)

_REPLACING = ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "DENO_CERT")
_LIBRARIES = ("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "PERL_LWP_SSL_CA_FILE", "HTTPS_CA_FILE", "HTTPLIB2_CA_CERTS")
_TOOL_FILES = (
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "PIP_CERT",
    "NPM_CONFIG_CAFILE",
    "npm_config_cafile",
    "CARGO_HTTP_CAINFO",
    "VAULT_CACERT",
    "CONSUL_CACERT",
    "NOMAD_CACERT",
    "LDAPTLS_CACERT",
)
_KNOWN = (
    *_REPLACING,
    *_LIBRARIES,
    *_TOOL_FILES,
    *("NODE_EXTRA_CA_CERTS", "PGSSLROOTCERT", "NODE_TLS_REJECT_UNAUTHORIZED", "PERL_LWP_SSL_VERIFY_HOSTNAME"),
    *("GIT_SSL_NO_VERIFY", "VAULT_SKIP_VERIFY", "NOMAD_SKIP_VERIFY"),
)
"""Variables with a pattern of their own."""
_ZERO = frozenset({"0", "false", "no"})

PATTERNS = (
    Pattern(
        slug="curl-ca",
        words=("--cacert", "--capath"),
        match=ca_option("--cacert", "--capath"),
        bad=(
            'curl --cacert "$DIR/rootca.pem" https://api.mch.weixin.qq.com/',
            'OPTS="-s --cacert /etc/wx/rootca.pem"',
            "ssh host 'curl --capath=/etc/wx/certs https://a'",
            "cat > run.sh <<EOF\ncurl --cacert /etc/wx/ca.pem https://a\nEOF",
        ),
        good=('echo "use curl --cacert rootca.pem"', "# curl --cacert rootca.pem https://a"),
        source="https://curl.se/docs/manpage.html#--cacert",
    ),
    Pattern(
        slug="curl-insecure",
        words=("curl", "CURL"),
        match=curl_insecure,
        bad=(
            "curl -k https://a",
            "sudo curl -fsSLk -o x https://a",
            "OPTS='-s -k'\ncurl $OPTS https://a",
            'args=(-s -k)\ncurl "${args[@]}" https://a',
            "x=$(curl -sk https://a | jq .)",
            'CURL="curl -k -s"',
        ),
        good=(
            "curl -s https://a | tar -k -x",
            "curl -Hk:v https://a",
            "sort -k 2 curl.log",
            "curl -k http://127.0.0.1:9180/status",
            "apt-get install -y curl wget",
            "curl -o -k https://a",
            "echo 'do not use curl -k'",
        ),
        source="https://curl.se/docs/manpage.html#-k",
    ),
    Pattern(
        slug="insecure-option",
        words=(
            "--insecure",
            "--no-check-certificate",
            "--no-verify-ssl",
            "--check-certificate=",
            "tls-verify=",
            "-tls-skip-verify",
            "--tlsAllowInvalid",
            "ignore-certificate-errors",
        ),
        match=any_of(
            long_off(
                "--insecure",
                "--no-check-certificate",
                "--no-verify-ssl",
                "--insecure-skip-tls-verify",
                "-tls-skip-verify",
                "--tlsAllowInvalidCertificates",
                "--tlsAllowInvalidHostnames",
                "--ignore-certificate-errors",
                "--unsafely-ignore-certificate-errors",
            ),
            given_off("--check-certificate", "--tls-verify", "--src-tls-verify", "--dest-tls-verify"),
        ),
        bad=(
            "aria2c --check-certificate=false https://a",
            "podman pull --tls-verify=false a",
            "mongosh --tls --tlsAllowInvalidCertificates",
            "deno run --unsafely-ignore-certificate-errors=a.example main.ts",
            "wget --no-check-certificate https://a",
            'flags="--insecure --cacert /ca.crt --resolve a"',
            "kubectl --insecure-skip-tls-verify=true get pods",
        ),
        good=(
            "cockroach start --insecure",
            "ghz --insecure --proto a.proto host:1",
            "kubectl --insecure-skip-tls-verify=false get pods",
            "# wget --insecure",
        ),
    ),
    Pattern(
        slug="wget-ca",
        words=("--ca-certificate", "--ca-directory"),
        match=ca_option("--ca-certificate", "--ca-directory"),
        bad=("wget --ca-certificate=./rootca.pem https://a",),
        good=("wget https://a",),
        source="https://www.gnu.org/software/wget/manual/wget.html#HTTPS-_0028SSL_002fTLS_0029-Options",
    ),
    Pattern(
        slug="other-ca-option",
        words=("--ca-bundle", "--cafile", "--ssl-ca", "--tlsCAFile", "--sslCAFile", "--ca-cert", "--ca-file"),
        match=ca_option(
            "--ca-bundle",
            "--cafile",
            "--ssl-ca",
            "--tlsCAFile",
            "--sslCAFile",
            "--ca-cert",
            "--ca-cert-path",
            "--ca-file",
        ),
        bad=("mysql --ssl-ca=/etc/mysql/ca.pem -h db", "mosquitto_pub --cafile ca.pem -t a"),
        good=(
            "mysql -h db",
            "acme.sh --install-cert -d a --key-file k.pem --ca-file chain.pem",
            "bin/elasticsearch-certutil cert --pem --ca-cert ca.crt --ca-key ca.key",
        ),
    ),
    Pattern(
        slug="curl-pinned-key",
        words=("--pinnedpubkey",),
        match=lambda hit: (
            Find(PinKind.FINGERPRINT, word.node, value)
            for word, value in option_value(hit.source, words_around(hit), "--pinnedpubkey")
        ),
        bad=("curl --pinnedpubkey 'sha256//AAAA=' https://a",),
        good=("curl https://a",),
        source="https://curl.se/docs/manpage.html#--pinnedpubkey",
    ),
    Pattern(
        slug="s-client-ca",
        words=("-CAfile", "-CApath"),
        match=s_client,
        bad=("openssl s_client -connect a:443 -CAfile rootca.pem",),
        good=("openssl verify -CAfile rootca.pem server.pem",),
    ),
    Pattern(
        slug="ca-variable",
        words=(*_REPLACING, *_LIBRARIES),
        match=variable(*_REPLACING, *_LIBRARIES),
        bad=(
            "export SSL_CERT_FILE=/opt/wx/rootca.pem",
            'CURL_CA_BUNDLE="$(dirname "$0")/rootca.pem" curl https://a',
            "env REQUESTS_CA_BUNDLE=/opt/wx/ca.pem python pay.py",
            ': "${SSL_CERT_FILE:=/opt/wx/ca.pem}"',
            "docker run -e SSL_CERT_FILE=/opt/wx/ca.pem image",
        ),
        good=('echo "$SSL_CERT_FILE"', "unset SSL_CERT_FILE", "# export SSL_CERT_FILE=x", "export SSL_CERT_FILE"),
    ),
    Pattern(
        slug="database-ca-variable",
        words=("PGSSLROOTCERT",),
        match=variable("PGSSLROOTCERT", purpose=Purpose.DATABASE),
        bad=("export PGSSLROOTCERT=${DB_TLS_CA}", "PGSSLROOTCERT=/etc/db/root.crt psql -h db"),
        good=("unset PGSSLROOTCERT", 'echo "$PGSSLROOTCERT"'),
        source="https://www.postgresql.org/docs/current/libpq-envars.html",
    ),
    Pattern(
        slug="extra-ca-variable",
        words=("NODE_EXTRA_CA_CERTS",),
        match=variable("NODE_EXTRA_CA_CERTS", mode=PinMode.ADDS),
        bad=("NODE_EXTRA_CA_CERTS=./rootca.pem node pay.js",),
        good=('echo "$NODE_EXTRA_CA_CERTS"',),
    ),
    Pattern(
        slug="tool-ca-variable",
        words=_TOOL_FILES,
        match=variable(*_TOOL_FILES, purpose=Purpose.TOOL),
        bad=("export GIT_SSL_CAINFO=/etc/git-ca.pem",),
        good=('test -n "$GIT_SSL_CAINFO"',),
    ),
    Pattern(
        slug="verification-off-variable",
        words=("NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "PERL_LWP_SSL_VERIFY_HOSTNAME", "_CA_BUNDLE="),
        match=any_of(
            off_variable(_ZERO, "NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "PERL_LWP_SSL_VERIFY_HOSTNAME"),
            emptied,
        ),
        bad=(
            'export CURL_CA_BUNDLE=""',
            "export NODE_TLS_REJECT_UNAUTHORIZED=0",
            "PYTHONHTTPSVERIFY=0 python pay.py",
            'c="PYTHONHTTPSVERIFY=0 python x"',
        ),
        good=("export NODE_TLS_REJECT_UNAUTHORIZED=1", 'if [ "$NODE_TLS_REJECT_UNAUTHORIZED" = 0 ]; then exit 1; fi'),
    ),
    Pattern(
        slug="tool-verification-off-variable",
        words=("GIT_SSL_NO_VERIFY", "VAULT_SKIP_VERIFY", "NOMAD_SKIP_VERIFY", "LDAPTLS_REQCERT"),
        match=any_of(
            off_variable(
                frozenset({"1", "true", "yes"}),
                "GIT_SSL_NO_VERIFY",
                "VAULT_SKIP_VERIFY",
                "NOMAD_SKIP_VERIFY",
                purpose=Purpose.TOOL,
            ),
            off_variable(frozenset({"never", "allow"}), "LDAPTLS_REQCERT", purpose=Purpose.LDAP),
        ),
        bad=("GIT_SSL_NO_VERIFY=true git clone https://a",),
        good=("GIT_SSL_NO_VERIFY=false git clone https://a",),
    ),
    Pattern(
        slug="named-variable",
        words=(*CA_VARIABLES, *SWITCH_VARIABLES),
        followed=r"[A-Z_]*=",
        within=True,
        match=named_variable(*_KNOWN),
        bad=(
            "export WX_TLS_CA_FILE=/etc/wx/ca.pem",
            "WX_SSL_VERIFY=false python pay.py",
            "cat <<X | sudo tee /etc/profile.d/wx.sh\nexport WX_TLS_SKIP_VERIFY=true\nX",
            "cat > wx.env <<X\nWX_HTTP_SSL_VERIFY=false\nX",
            "docker run -e WX_ROOT_CA_FILE=/etc/wx/ca.pem image",
        ),
        good=(
            "WX_TLS_CA_FILE=/etc/wx/ca.pem",
            "export WX_SSL_VERIFY=true",
            "export WX_TLS_CA_FILE=",
            "openssl req -x509 -out ca.pem\nexport CA_FILE=ca.pem",
            'test "$WX_SSL_VERIFY" = false',
            "cat <<X\nexport WX_TLS_SKIP_VERIFY=true\nX",
        ),
    ),
    Pattern(
        slug="tool-verification-off",
        words=("http.sslVerify", "http.sslverify", "strict-ssl"),
        match=lambda hit: (
            find
            for name in ("http.sslVerify", "strict-ssl")
            for find in tool_setting(name, frozenset({"false", "0"}))(hit)
        ),
        bad=(
            "git config --global http.sslVerify false",
            "git -c http.sslVerify=false pull",
            "npm config set strict-ssl false",
        ),
        good=("git config --global http.sslVerify true", "npm config get strict-ssl"),
    ),
    Pattern(
        slug="package-verification-off",
        words=("--trusted-host", "Verify-Peer=false", "sslverify="),
        match=package_off,
        bad=(
            "pip install --trusted-host pypi.org requests",
            'apt-get -o "Acquire::https::Verify-Peer=false" update',
            "yum --setopt=sslverify=false install x",
        ),
        good=("yum --setopt=sslverify=true install x", 'echo "pip install --trusted-host a"'),
    ),
    Pattern(
        slug="tool-ca",
        words=("http.sslCAInfo", "cafile"),
        match=lambda hit: (find for name in ("http.sslCAInfo", "cafile") for find in tool_setting(name)(hit)),
        bad=("git config http.sslCAInfo /etc/git-ca.pem", "npm config set cafile /etc/npm-ca.pem"),
        good=("npm config get cafile",),
    ),
    Pattern(
        slug="jvm-trust-store",
        words=(TRUST_STORE,),
        match=trust_store,
        bad=(
            "java -Djavax.net.ssl.trustStore=${STORE:-wx.jks} -jar pay.jar",
            'JAVA_OPTS="$JAVA_OPTS -Djavax.net.ssl.trustStore=$HOME/wx.jks -Dx=y"',
            'STORE_OPTION="-Djavax.net.ssl.trustStore=$WX_STORE_FILE"',
        ),
        good=('JAVA_OPTS="-Djavax.net.ssl.trustStorePassword=changeit"',),
    ),
    Pattern(
        slug="trust-store-key",
        words=(
            "ssl.truststore.location",
            "ssl.ca.location",
            "sslrootcert=",
            "ldap_tls_cacert_",
            "js_fetch_trusted_c",
            "proxy_ssl_trusted_c",
        ),
        match=store_key,
        bad=(
            "kafka-console-consumer --consumer-property ssl.truststore.location=/etc/wx.jks --topic t",
            "cat > client.properties <<EOF\nssl.truststore.location=/etc/wx.jks\nEOF",
            "kafkacat -b host -X ssl.ca.location=./ca.crt",
            'psql "sslmode=verify-full sslrootcert=ca.pem"',
            'echo "js_fetch_trusted_certificate ${JS_CA};" >> /etc/nginx/conf.d/fetch.conf',
            "cat > saslauthd.conf <<EOF\nldap_tls_cacert_file: ${LDAP_CA}\nEOF",
        ),
        good=(
            "# ssl.truststore.location=/etc/wx.jks",
            'echo "set ssl.truststore.location"',
            'OPTIONS="$OPTIONS --override ssl.truststore.location=/certs/broker.jks"',
        ),
    ),
    Pattern(
        slug="written-setting-off",
        words=("TLS_REQCERT", ".curlrc"),
        match=written_off,
        bad=(
            'echo "TLS_REQCERT never" >> /etc/ldap/ldap.conf',
            "[ -e ~/.curlrc ] && grep -q '^insecure' ~/.curlrc || echo insecure >>~/.curlrc",
            "cat > ldap.conf <<EOF\nTLS_REQCERT allow\nEOF",
        ),
        good=('echo "TLS_REQCERT demand" >> /etc/ldap/ldap.conf', "# TLS_REQCERT never", "grep insecure ~/.curlrc"),
    ),
    Pattern(
        slug="keytool-import",
        words=("keytool",),
        match=keytool,
        bad=("keytool -importcert -cacerts -noprompt -alias g2 -file DigiCertGlobalRootG2.crt",),
        good=(
            "keytool -import -keystore broker.jks -alias CARoot -file ca.pem -trustcacerts",
            "keytool -list -cacerts",
        ),
    ),
    Pattern(
        slug="httpie-verify",
        words=("--verify",),
        match=httpie,
        bad=("http --verify=no https://a", "https --verify ./rootca.pem a"),
        good=("git commit --verify", "http --verify=yes https://a"),
        source="https://httpie.io/docs/cli/custom-ca-bundle",
    ),
)
