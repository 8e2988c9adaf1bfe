"""Shell: commands and variables that choose the trusted CAs or switch verification off.

Sources: curl(1), wget(1), openssl-s_client(1), httpie, git-config(1), npm-config, keytool(1), each runtime's variables.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Matcher, Pattern
from wxcertcheck.scan.languages.shell.commands import Word, option_value, tool_at, without, words_around
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.text_format import value_of as value_of_setting
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_TAKES_VALUE = frozenset("AbcCdDeEFHKmoPQrtTuUwxXyYz")
"""curl's short options that take a value: what follows in the same word belongs to it (``-Hk: v``)."""
_DATABASE = re.compile(r"^(?:redis-cli|mysql\w*|mariadb\w*|psql|pg_\w+|mongo\w*|valkey-cli|cqlsh|etcdctl)$")
_QUEUE = re.compile(r"^(?:mosquitto_\w+|kafka\S*|kcat|kafkacat|nats|rabbitmq\w*)$")
_TOOL = re.compile(r"^(?:git|npm|yarn|pnpm|pip3?|helm|kubectl|oc|argocd|docker|podman|skopeo|openssl|aws|mvn|gradle)$")
_NOT_TLS = frozenset(
    {"cockroach", "minikube", "dockerd", "registry", "etcd", "minio", "prometheus", "mcrouter", "ghz", "grpcurl"}
)
"""Here ``--insecure`` means a server without TLS, or something else."""


def _purpose(words: "list[Word]") -> Purpose:
    names = [word.written.rpartition("/")[2] for word in words[:6]]
    for expression, found in ((_DATABASE, Purpose.DATABASE), (_QUEUE, Purpose.QUEUE), (_TOOL, Purpose.TOOL)):
        if any(expression.match(name) for name in names):
            return found
    return Purpose.HTTPS


def _is_off(words: "list[Word]") -> bool:
    """Whether the same command switches verification off, so that its CA file is dead."""
    return any(w.written in ("--insecure", "--no-check-certificate") for w in words) or _curl_off(words) is not None


def _ca_option(*names: str, tool: str = "", fixed: Purpose | None = None) -> Matcher:
    """The value of ``--name`` among a command's words."""

    def match(hit: Hit) -> Iterator[Find]:
        words = words_around(hit)
        at = tool_at(words, tool) if tool else 0
        if at < 0 or _is_off(words):
            return
        for name in names:
            for word, value in option_value(hit.source, words[at:], name):
                if word.node.start_byte <= hit.offset < word.node.end_byte:
                    yield Find(PinKind.TRUST, word.node, value, purpose=fixed or _purpose(words))

    return match


def _curl_off(words: "list[Word]") -> "Word | None":
    """The word of a curl command that holds ``-k``: alone, in a cluster (``-sSk``), or ``--insecure``."""
    at = tool_at(words, "curl")
    if at < 0:
        return None
    skip = False
    for word in words[at + 1 :]:
        written = word.written
        if skip:
            skip = False
        elif written == "--insecure":
            return word
        elif re.fullmatch(r"-[A-Za-z0-9#:]+", written):
            for number, letter in enumerate(written[1:], 1):
                if letter == "k":
                    return word
                if letter in _TAKES_VALUE:
                    skip = number == len(written) - 1
                    break
    return None


def _curl_insecure(hit: Hit) -> Iterator[Find]:
    """``curl -k``: also where the options stand in a variable or an array of this script."""
    words = words_around(hit)
    at = tool_at(words, "curl")
    if _plain_http(words):
        return
    if at < 0 or not (words[at].node.start_byte <= hit.offset < words[at].node.end_byte):
        return
    off = _curl_off(words)
    if off is not None:
        if off.written != "--insecure":  # the long option has its own pattern, for every tool
            yield Find(PinKind.VERIFICATION_OFF, words[at].node)
        return
    for word in words[at + 1 :]:
        name = re.fullmatch(r"\$\{?(\w+)(?:\[[@*]\])?\}?", word.written)
        if name and _holds_k(hit, name.group(1)):
            yield Find(PinKind.VERIFICATION_OFF, words[at].node)
            return


def _plain_http(words: "list[Word]") -> bool:
    """Whether every address that is written out is plain HTTP: ``-k`` does nothing there."""
    addresses = [w.written for w in words if "://" in w.written]
    return bool(addresses) and all(one.startswith("http://") for one in addresses)


def _holds_k(hit: Hit, name: str) -> bool:
    """Whether a variable or array of options holds ``-k`` (a long option is reported where it stands)."""
    for definition in hit.source.definitions.get(name, ()):
        value = evaluate(hit.source, definition.value)
        for leaf in value.leaves():
            if leaf.kind is Kind.TEXT and any(
                re.fullmatch(r"-[a-zA-Z]*k[a-zA-Z]*", one) and not (set(one[1:].split("k")[0]) & _TAKES_VALUE)
                for one in leaf.text.split()
            ):
                return True
    return False


_ASKED = re.compile(r"insecure|verif|unsafe|self_?sign|skip_?(?:ssl|tls|cert)|ignore|no_?check", re.IGNORECASE)


def _asked_for(hit: Hit) -> bool:
    """Whether a condition around asks for verification to be off: ``if [ "$HTTPS_INSECURE" ]; then``."""
    for parent in hit.source.ancestors(hit.node):
        if parent.type in ("if_statement", "elif_clause"):
            condition = parent.child_by_field_name("condition") or parent.named_child(0)
            if condition is not None and condition.end_byte <= hit.offset:
                return _ASKED.search(hit.source.text(condition)) is not None
        if parent.type == "function_definition":
            return False
    return False


def _long_off(*names: str) -> Matcher:
    """A long option that switches verification off by standing there."""

    def match(hit: Hit) -> Iterator[Find]:
        words = words_around(hit)
        if not words or any(w.written.rpartition("/")[2] in _NOT_TLS for w in words[:4]):
            return
        for word in words:
            here = word.node.start_byte <= hit.offset < word.node.end_byte
            name, _, given = word.written.partition("=")
            if here and name in names and given.lower() not in ("false", "0", "no"):
                kind = PinKind.CONFIGURABLE if _asked_for(hit) else PinKind.VERIFICATION_OFF
                yield Find(kind, word.node, purpose=_purpose(words))

    return match


def _given_off(*names: str) -> Matcher:
    """``--name=false``."""

    def match(hit: Hit) -> Iterator[Find]:
        words = words_around(hit)
        for word in words:
            name, _, given = word.written.partition("=")
            here = word.node.start_byte <= hit.offset < word.node.end_byte
            if here and name in names and given.lower() in ("false", "0", "no"):
                yield Find(PinKind.VERIFICATION_OFF, word.node, purpose=_purpose(words))

    return match


# --- variables ------------------------------------------------------------------------------------------------------------


def _assigned(hit: Hit, names: tuple[str, ...]) -> "tuple[Node, Value] | None":
    """``NAME=value`` as an assignment, before a command, after ``export`` or ``env``, in a string or heredoc."""
    source = hit.source
    for parent in (hit.node, *source.ancestors(hit.node)):
        if parent.type == "variable_assignment":
            name, value = parent.child_by_field_name("name"), parent.child_by_field_name("value")
            if name is not None and source.text(name) in names and name.start_byte <= hit.offset < name.end_byte:
                return (parent, evaluate(source, value)) if value is not None else (parent, Value(Kind.TEXT, ""))
            break
        if parent.type == "expansion":
            return _default(hit, parent, names)
    for word in words_around(hit):
        if word.node.start_byte <= hit.offset < word.node.end_byte or word.node.type == "variable_assignment":
            found = next((name for name in names if re.match(rf"(?:-[eD])?{name}=", word.written)), "")
            if found:
                return word.node, without(evaluate(source, word.node), found + "=")
    return None


def _default(hit: Hit, expansion: "Node", names: tuple[str, ...]) -> "tuple[Node, Value] | None":
    """``: "${NAME:=value}"``."""
    source, children = hit.source, expansion.named_children
    operator = expansion.child_by_field_name("operator")
    if len(children) < 2 or operator is None or source.text(operator) not in (":=", "="):
        return None
    return (expansion, evaluate(source, children[-1])) if source.text(children[0]) in names else None


def _embedded_assignments(hit: Hit, names: tuple[str, ...]) -> "tuple[Node, Value] | None":
    """``"NAME=value command"`` inside a string: the words have a tree of their own, in which it is an assignment."""
    for word in words_around(hit)[:1]:
        for child in hit.source.nodes({"variable_assignment"}, word.command):
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if name is not None and value is not None and hit.source.text(name) in names:
                return child, evaluate(hit.source, value)
    return None


def _variable(*names: str, mode: PinMode = PinMode.REPLACES, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    def match(hit: Hit) -> Iterator[Find]:
        found = _assigned(hit, names) or _embedded_assignments(hit, names)
        if found is None:
            return
        node, value = found
        same = value.kind is Kind.ENVIRONMENT and value.text in names
        if not same:
            yield Find(PinKind.TRUST, node, value, mode, purpose)

    return match


def _off_variable(off: frozenset[str], *names: str, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    def match(hit: Hit) -> Iterator[Find]:
        found = _assigned(hit, names) or _embedded_assignments(hit, names)
        if found is not None:
            yield Find(PinKind.VERIFICATION_OFF, found[0], found[1], purpose=purpose, off=off)

    return match


def _emptied(hit: Hit) -> Iterator[Find]:
    """``CURL_CA_BUNDLE=""``: requests takes an empty variable for "do not verify"."""
    node = hit.source.around(hit.node, frozenset({"variable_assignment"}))
    if node is not None and re.fullmatch(r"(?:CURL|REQUESTS)_CA_BUNDLE=(?:\"\"|'')", hit.source.text(node)):
        yield Find(PinKind.VERIFICATION_OFF, node)


_TRUST_STORE = "javax.net.ssl.trustStore="


_PACKAGE_OFF = re.compile(
    r"--trusted-host(?:=.*)?|Acquire::https::.*Verify-Peer=false|--setopt=(?:\S+\.)?sslverify=(?:false|0|no)"
)
_PACKAGE_TOOLS = re.compile(r"pip[\d.]*|python[\d.]*|apt(?:-get)?|yum|dnf|microdnf|uv")


def _package_off(hit: Hit) -> Iterator[Find]:
    """``pip install --trusted-host``, ``apt-get -o Acquire::https::Verify-Peer=false``, ``yum --setopt=sslverify=false``."""
    words = words_around(hit)
    if not any(_PACKAGE_TOOLS.fullmatch(word.written.rpartition("/")[2]) for word in words[:4]):
        return
    for word in words:
        if word.node.start_byte <= hit.offset < word.node.end_byte and _PACKAGE_OFF.fullmatch(word.written):
            yield Find(PinKind.VERIFICATION_OFF, word.node, purpose=Purpose.TOOL)


_STORE_KEY = re.compile(rb"(?:ssl\.(?:truststore|ca)\.location[\"']?\s*[=:]|sslrootcert=)\s*[\"']?([^\s\"'\\]+)")


def _store_key(hit: Hit) -> Iterator[Find]:
    """``ssl.truststore.location=…`` of Kafka's tools and ``sslrootcert=…`` of PostgreSQL's, in words, strings and heredocs."""
    found = _STORE_KEY.match(hit.source.data, hit.offset)
    if found and hit.node.type != "comment":
        purpose = Purpose.QUEUE if found.group().startswith(b"ssl.") else Purpose.DATABASE
        yield Find(
            PinKind.TRUST, hit.node, value_of_setting(found.group(1).decode("utf-8", "replace")), purpose=purpose
        )


def _trust_store(hit: Hit) -> Iterator[Find]:
    """``-Djavax.net.ssl.trustStore=…`` as a word of a command, or within a variable of JVM options."""
    for word in words_around(hit):
        if word.node.start_byte <= hit.offset < word.node.end_byte and _TRUST_STORE in word.written:
            value = without(evaluate(hit.source, word.node), _TRUST_STORE)
            yield Find(PinKind.TRUST, word.node, value)
            return


def _keytool(hit: Hit) -> Iterator[Find]:
    """``keytool -import`` into the JVM's own ``cacerts``: adds. A store made for something else is no pin by itself."""
    words = words_around(hit)
    written = [word.written for word in words]
    at = tool_at(words, "keytool")
    if at < 0 or not {"-import", "-importcert"} & set(written):
        return
    if "-cacerts" in written or any("cacerts" in one for one in written[at + 1 :] if one != "-trustcacerts"):
        for _, value in option_value(hit.source, words, "-file"):
            yield Find(PinKind.TRUST, words[at].node, value, PinMode.ADDS, Purpose.TOOL)


def _httpie(hit: Hit) -> Iterator[Find]:
    words = words_around(hit)
    if not any(tool_at(words[:3], tool) >= 0 for tool in ("http", "https", "xh", "xhs")):
        return
    for word, value in option_value(hit.source, words, "--verify"):
        if value.kind is Kind.TEXT and value.text.lower() in ("no", "false", "0"):
            yield Find(PinKind.VERIFICATION_OFF, word.node)
        elif not (value.kind is Kind.TEXT and value.text.lower() in ("yes", "true", "1")):
            yield Find(PinKind.TRUST, word.node, value)


def _tool_setting(name: str, off: frozenset[str] = frozenset()) -> Matcher:
    """``git config http.sslVerify false``, ``npm config set cafile x``, ``git -c http.sslVerify=false``."""

    def match(hit: Hit) -> Iterator[Find]:
        words = words_around(hit)
        if not any(tool_at(words[:4], tool) >= 0 for tool in ("git", "npm", "yarn", "pnpm", "cnpm", "apm")):
            return
        wanted = name.lower()
        for number, word in enumerate(words):
            key, equals, _ = word.written.partition("=")
            if key.lstrip("-").lower() != wanted:
                continue
            if not equals and number + 1 >= len(words):
                continue
            value = (
                without(evaluate(hit.source, word.node), key + "=")
                if equals
                else evaluate(hit.source, words[number + 1].node)
            )
            kind = PinKind.VERIFICATION_OFF if off else PinKind.TRUST
            yield Find(kind, word.node, value, purpose=Purpose.TOOL, off=off or frozenset({"false"}))

    return match


def _s_client(hit: Hit) -> Iterator[Find]:
    words = words_around(hit)
    if "s_client" not in [word.written for word in words]:
        return
    for name in ("-CAfile", "-CApath"):
        for word, value in option_value(hit.source, words, name):
            if word.node.start_byte <= hit.offset < word.node.end_byte:
                yield Find(PinKind.TRUST, word.node, value, purpose=Purpose.TOOL)


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
_ZERO = frozenset({"0", "false", "no"})

PATTERNS = (
    Pattern(
        slug="curl-ca",
        words=("--cacert", "--capath"),
        match=_ca_option("--cacert", "--capath"),
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
        match=_curl_insecure,
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
        ),
        match=any_of(
            _long_off(
                "--insecure",
                "--no-check-certificate",
                "--no-verify-ssl",
                "--insecure-skip-tls-verify",
                "-tls-skip-verify",
                "--tlsAllowInvalidCertificates",
                "--tlsAllowInvalidHostnames",
            ),
            _given_off("--check-certificate", "--tls-verify", "--src-tls-verify", "--dest-tls-verify"),
        ),
        bad=(
            "aria2c --check-certificate=false https://a",
            "podman pull --tls-verify=false a",
            "mongosh --tls --tlsAllowInvalidCertificates",
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
        match=_ca_option("--ca-certificate", "--ca-directory"),
        bad=("wget --ca-certificate=./rootca.pem https://a",),
        good=("wget https://a",),
        source="https://www.gnu.org/software/wget/manual/wget.html#HTTPS-_0028SSL_002fTLS_0029-Options",
    ),
    Pattern(
        slug="other-ca-option",
        words=("--ca-bundle", "--cafile", "--ssl-ca", "--tlsCAFile", "--ca-cert", "--ca-file"),
        match=_ca_option(
            "--ca-bundle", "--cafile", "--ssl-ca", "--tlsCAFile", "--ca-cert", "--ca-cert-path", "--ca-file"
        ),
        bad=("mysql --ssl-ca=/etc/mysql/ca.pem -h db", "mosquitto_pub --cafile ca.pem -t a"),
        good=("mysql -h db",),
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
        match=_s_client,
        bad=("openssl s_client -connect a:443 -CAfile rootca.pem",),
        good=("openssl verify -CAfile rootca.pem server.pem",),
    ),
    Pattern(
        slug="ca-variable",
        words=(*_REPLACING, *_LIBRARIES),
        match=_variable(*_REPLACING, *_LIBRARIES),
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
        slug="extra-ca-variable",
        words=("NODE_EXTRA_CA_CERTS",),
        match=_variable("NODE_EXTRA_CA_CERTS", mode=PinMode.ADDS),
        bad=("NODE_EXTRA_CA_CERTS=./rootca.pem node pay.js",),
        good=('echo "$NODE_EXTRA_CA_CERTS"',),
    ),
    Pattern(
        slug="tool-ca-variable",
        words=_TOOL_FILES,
        match=_variable(*_TOOL_FILES, purpose=Purpose.TOOL),
        bad=("export GIT_SSL_CAINFO=/etc/git-ca.pem",),
        good=('test -n "$GIT_SSL_CAINFO"',),
    ),
    Pattern(
        slug="verification-off-variable",
        words=("NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "PERL_LWP_SSL_VERIFY_HOSTNAME", "_CA_BUNDLE="),
        match=any_of(
            _off_variable(_ZERO, "NODE_TLS_REJECT_UNAUTHORIZED", "PYTHONHTTPSVERIFY", "PERL_LWP_SSL_VERIFY_HOSTNAME"),
            _emptied,
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
            _off_variable(
                frozenset({"1", "true", "yes"}),
                "GIT_SSL_NO_VERIFY",
                "VAULT_SKIP_VERIFY",
                "NOMAD_SKIP_VERIFY",
                purpose=Purpose.TOOL,
            ),
            _off_variable(frozenset({"never", "allow"}), "LDAPTLS_REQCERT", purpose=Purpose.LDAP),
        ),
        bad=("GIT_SSL_NO_VERIFY=true git clone https://a",),
        good=("GIT_SSL_NO_VERIFY=false git clone https://a",),
    ),
    Pattern(
        slug="tool-verification-off",
        words=("http.sslVerify", "http.sslverify", "strict-ssl"),
        match=lambda hit: (
            find
            for name in ("http.sslVerify", "strict-ssl")
            for find in _tool_setting(name, frozenset({"false", "0"}))(hit)
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
        match=_package_off,
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
        match=lambda hit: (find for name in ("http.sslCAInfo", "cafile") for find in _tool_setting(name)(hit)),
        bad=("git config http.sslCAInfo /etc/git-ca.pem", "npm config set cafile /etc/npm-ca.pem"),
        good=("npm config get cafile",),
    ),
    Pattern(
        slug="jvm-trust-store",
        words=(_TRUST_STORE,),
        match=_trust_store,
        bad=(
            "java -Djavax.net.ssl.trustStore=${STORE:-wx.jks} -jar pay.jar",
            'JAVA_OPTS="$JAVA_OPTS -Djavax.net.ssl.trustStore=$HOME/wx.jks -Dx=y"',
        ),
        good=('JAVA_OPTS="-Djavax.net.ssl.trustStorePassword=changeit"',),
    ),
    Pattern(
        slug="trust-store-key",
        words=("ssl.truststore.location", "ssl.ca.location", "sslrootcert="),
        match=_store_key,
        bad=(
            "kafka-console-consumer --consumer-property ssl.truststore.location=/etc/wx.jks --topic t",
            "cat > client.properties <<EOF\nssl.truststore.location=/etc/wx.jks\nEOF",
            "kafkacat -b host -X ssl.ca.location=./ca.crt",
            'psql "sslmode=verify-full sslrootcert=ca.pem"',
        ),
        good=("# ssl.truststore.location=/etc/wx.jks", 'echo "set ssl.truststore.location"'),
    ),
    Pattern(
        slug="keytool-import",
        words=("keytool",),
        match=_keytool,
        bad=("keytool -importcert -cacerts -noprompt -alias g2 -file DigiCertGlobalRootG2.crt",),
        good=(
            "keytool -import -keystore broker.jks -alias CARoot -file ca.pem -trustcacerts",
            "keytool -list -cacerts",
        ),
    ),
    Pattern(
        slug="httpie-verify",
        words=("--verify",),
        match=_httpie,
        bad=("http --verify=no https://a", "https --verify ./rootca.pem a"),
        good=("git commit --verify", "http --verify=yes https://a"),
        source="https://httpie.io/docs/cli/custom-ca-bundle",
    ),
)
