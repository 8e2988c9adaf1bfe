"""What an option, a variable or a command of the shell does to trust: the matchers of `patterns`."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Change, Find, Matcher
from wxcertcheck.scan.languages.shell.commands import Word, option_value, tool_at, without, words_around
from wxcertcheck.scan.languages.shell.repairs import (
    assignment_left_out,
    left_out,
    letter_left_out,
    option_left_out,
    turned,
)
from wxcertcheck.scan.telling import means_ca, switched_off_by
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


_ACME = frozenset({"--fullchain-file", "--key-file", "--install-cert", "--installcert", "--reloadcmd"})
"""acme.sh writes the issuer's certificate to ``--ca-file``; nothing is trusted."""


_MAKERS = re.compile(
    r"(?:^|[/-])(?:certutil|elasticsearch-certutil|cfssl|cfssljson|certtool|mkcert|minica|certstrap|easyrsa)$"
)


def _makes_certificates(words: "list[Word]") -> bool:
    """Whether a command issues certificates: its CA signs, nobody trusts it."""
    return any(word.written in _ACME or _MAKERS.search(word.written) for word in words)


def _purpose(words: "list[Word]") -> Purpose:
    names = [word.written.rpartition("/")[2] for word in words[:6]]
    for expression, found in ((_DATABASE, Purpose.DATABASE), (_QUEUE, Purpose.QUEUE), (_TOOL, Purpose.TOOL)):
        if any(expression.match(name) for name in names):
            return found
    return Purpose.HTTPS


def _is_off(words: "list[Word]") -> bool:
    """Whether the same command switches verification off, so that its CA file is dead."""
    return any(w.written in ("--insecure", "--no-check-certificate") for w in words) or _curl_off(words) is not None


def ca_option(*names: str, tool: str = "", fixed: Purpose | None = None) -> Matcher:
    """The value of ``--name`` among a command's words."""

    def match(hit: Hit) -> Iterator[Find]:
        words = words_around(hit)
        at = tool_at(words, tool) if tool else 0
        if at < 0 or _is_off(words) or _makes_certificates(words):
            return
        for name in names:
            for word, value in option_value(hit.source, words[at:], name):
                if word.node.start_byte <= hit.offset < word.node.end_byte:
                    purpose = fixed or _purpose(words)
                    repair = option_left_out(words, word) if purpose in (Purpose.HTTPS, Purpose.TOOL) else ()
                    yield Find(PinKind.TRUST, word.node, value, purpose=purpose, repair=repair)

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


def curl_insecure(hit: Hit) -> Iterator[Find]:
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
            repair = letter_left_out(hit.source, words, off, "k")
            yield Find(PinKind.VERIFICATION_OFF, words[at].node, repair=repair)
        return
    for word in words[at + 1 :]:
        name = re.fullmatch(r"\$\{?(\w+)(?:\[[@*]\])?\}?", word.written)
        if name and _holds_k(hit, name.group(1)):
            yield Find(PinKind.VERIFICATION_OFF, words[at].node, repair=_without_k(hit, name.group(1)))
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


_K = re.compile(rb"(?<![\w\-])-[a-zA-Z]*k[a-zA-Z]*(?![\w\-])")


def _without_k(hit: Hit, name: str) -> tuple[Change, ...]:
    """The one definition of a variable or array of options without its ``-k``."""
    definitions, source = hit.source.definitions.get(name, ()), hit.source
    value = definitions[0].value if len(definitions) == 1 else None
    found = list(_K.finditer(source.data, value.start_byte, value.end_byte)) if value is not None else []
    if len(found) != 1:
        return ()
    start, end = found[0].span()
    if end - start > 2:
        at = source.data.index(b"k", start)
        return (Change(at, at + 1),)
    if source.data[start - 1 : start] == b" ":
        return (Change(start - 1, end),)
    return (Change(start, end + (source.data[end : end + 1] == b" ")),)


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


def long_off(*names: str) -> Matcher:
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
                yield Find(kind, word.node, purpose=_purpose(words), repair=left_out(words, word))

    return match


def given_off(*names: str) -> Matcher:
    """``--name=false``."""

    def match(hit: Hit) -> Iterator[Find]:
        words = words_around(hit)
        for word in words:
            name, _, given = word.written.partition("=")
            here = word.node.start_byte <= hit.offset < word.node.end_byte
            if here and name in names and given.lower() in ("false", "0", "no"):
                yield Find(PinKind.VERIFICATION_OFF, word.node, purpose=_purpose(words), repair=left_out(words, word))

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


def variable(*names: str, mode: PinMode = PinMode.REPLACES, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """A variable that names the trusted CAs; handed on under its own name it is no place of its own."""

    def match(hit: Hit) -> Iterator[Find]:
        found = _assigned(hit, names) or _embedded_assignments(hit, names)
        if found is None:
            return
        node, value = found
        same = value.kind is Kind.ENVIRONMENT and value.text in names
        if not same:
            yield Find(PinKind.TRUST, node, value, mode, purpose, repair=_without_variable(hit, node))

    return match


def off_variable(off: frozenset[str], *names: str, purpose: Purpose = Purpose.HTTPS) -> Matcher:
    """A variable that switches verification off by one of the values ``off``."""

    def match(hit: Hit) -> Iterator[Find]:
        found = _assigned(hit, names) or _embedded_assignments(hit, names)
        if found is not None:
            repair = _without_variable(hit, found[0])
            yield Find(PinKind.VERIFICATION_OFF, found[0], found[1], purpose=purpose, off=off, repair=repair)

    return match


_NAME = re.compile(rb"[A-Za-z_]\w*(?==)")
_MAKES = re.compile(
    rb"openssl\s+(?:req|genrsa|x509|ca)\b|-gen(?:key|cert)|\bcfssl\b|certtool|easyrsa|mkcert|step certificate"
)
_FILE = re.compile(r"\.(?:pem|crt|cer|jks|p12)$|^/|^\$")


def named_variable(*known: str) -> Matcher:
    """A variable of the environment whose name tells: ``export WX_TLS_CA_FILE=/etc/wx/ca.pem``, ``WX_SSL_VERIFY=false make``.

    A variable of the script's own is none: what is done with it counts.
    """

    def match(hit: Hit) -> Iterator[Find]:
        data, start = hit.source.data, hit.offset
        while start and (data[start - 1 : start].isalnum() or data[start - 1 : start] == b"_"):
            start -= 1
        written = _NAME.match(data, start)
        name = written.group().decode() if written else ""
        off = switched_off_by(name) if name and name not in known else ""
        if not name or name in known or not (off or means_ca(name)) or not _is_exported(hit, start):
            return
        found = _assigned(hit, (name,)) or _embedded_assignments(hit, (name,))
        if found is None:
            return
        node, value = found
        if off:
            values = frozenset({"true", "1", "yes"} if off == "true" else {"false", "0", "no"})
            yield Find(PinKind.VERIFICATION_OFF, node, value, off=values, repair=_without_variable(hit, node))
        elif not _MAKES.search(data) and any(_FILE.search(leaf.text) for leaf in (*value.leaves(), *value.parts)):
            yield Find(PinKind.TRUST, node, value, repair=_without_variable(hit, node))

    return match


def _is_exported(hit: Hit, start: int) -> bool:
    """Whether an assignment reaches other programs: exported, before a command, or in a file of variables that is written."""
    inside = hit.source.around(hit.node, frozenset({"heredoc_body"})) or hit.node
    line = hit.source.data[hit.source.data.rfind(b"\n", 0, start) + 1 : start]
    if re.search(rb"(?:export|-e|--env|--build-arg|env)\s+[\"']?$", line):
        return True
    if inside.type == "heredoc_body":
        return not line.strip()
    assignment = hit.source.around(hit.node, frozenset({"variable_assignment"}))
    command = assignment.parent if assignment is not None else None
    name = command.child_by_field_name("name") if command is not None and command.type == "command" else None
    return assignment is not None and name is not None and name.start_point.row == assignment.end_point.row


def _without_variable(hit: Hit, node: "Node") -> tuple[Change, ...]:
    """Without the assignment; as a word (``env NAME=value``, ``docker run -e NAME=value``) without it and its option."""
    if node.type == "variable_assignment":
        return assignment_left_out(hit.source, node)
    words = words_around(hit)
    own = [number for number, word in enumerate(words) if word.node.start_byte == node.start_byte]
    if not own or node.type == "expansion":
        return ()
    if own[0] and words[own[0] - 1].written in ("-e", "--env", "--build-arg"):
        return left_out(words, words[own[0] - 1], 2)
    return left_out(words, words[own[0]]) if len(words) > 1 else ()


def emptied(hit: Hit) -> Iterator[Find]:
    """``CURL_CA_BUNDLE=""``: requests takes an empty variable for "do not verify"."""
    node = hit.source.around(hit.node, frozenset({"variable_assignment"}))
    if node is not None and re.fullmatch(r"(?:CURL|REQUESTS)_CA_BUNDLE=(?:\"\"|'')", hit.source.text(node)):
        yield Find(PinKind.VERIFICATION_OFF, node, repair=assignment_left_out(hit.source, node))


TRUST_STORE = "javax.net.ssl.trustStore="


_PACKAGE_OFF = re.compile(
    r"--trusted-host(?:=.*)?|Acquire::https::.*Verify-Peer=false|--setopt=(?:\S+\.)?sslverify=(?:false|0|no)"
)
_PACKAGE_TOOLS = re.compile(r"pip[\d.]*|python[\d.]*|apt(?:-get)?|yum|dnf|microdnf|uv")


def package_off(hit: Hit) -> Iterator[Find]:
    """``pip install --trusted-host``, ``apt-get -o Acquire::https::Verify-Peer=false``, ``yum --setopt=sslverify=false``."""
    words = words_around(hit)
    if not any(_PACKAGE_TOOLS.fullmatch(word.written.rpartition("/")[2]) for word in words[:4]):
        return
    for word in words:
        if word.node.start_byte <= hit.offset < word.node.end_byte and _PACKAGE_OFF.fullmatch(word.written):
            repair = turned(hit.source, word.node, word.written, re.sub(r"=\w+$", "=true", word.written))
            if word.written.startswith("--trusted-host"):
                repair = option_left_out(words, word)
            yield Find(PinKind.VERIFICATION_OFF, word.node, purpose=Purpose.TOOL, repair=repair)


_STORE_KEY = re.compile(
    rb"(?:ssl\.(?:truststore|ca)\.location[\"']?\s*[=:]|sslrootcert=|ldap_tls_cacert_(?:file|dir):|(?:proxy_ssl|js_fetch)_trusted_certificate\s)\s*[\"']?([^\s\"'\\]+)"
)


def store_key(hit: Hit) -> Iterator[Find]:
    """``ssl.truststore.location=…`` of Kafka's tools and ``sslrootcert=…`` of PostgreSQL's, in words, strings and heredocs."""
    found = _STORE_KEY.match(hit.source.data, hit.offset)
    broker = hit.source.data[max(0, hit.offset - 20) : hit.offset].rstrip().endswith(b"--override")
    if found and not broker and hit.node.type != "comment":  # kafka-server-start's option: the broker's own store
        known = {b"ssl.": Purpose.QUEUE, b"ldap": Purpose.LDAP}
        purpose = known.get(found.group()[:4], Purpose.DATABASE)
        yield Find(
            PinKind.TRUST, hit.node, value_of_setting(found.group(1).decode("utf-8", "replace")), purpose=purpose
        )


_WRITTEN_OFF = re.compile(rb"TLS_REQCERT[ \t]+(?:never|allow)\b|\binsecure[\"']?\s*>>?\s*\S*\.curlrc\b")


def written_off(hit: Hit) -> Iterator[Find]:
    """``echo "TLS_REQCERT never" >> /etc/ldap/ldap.conf``, ``echo insecure >> ~/.curlrc``: a script that writes a setting."""
    data = hit.source.data
    start, end = data.rfind(b"\n", 0, hit.offset) + 1, data.find(b"\n", hit.offset)
    found = _WRITTEN_OFF.search(data, start, end if end >= 0 else len(data))
    if found and hit.node.type != "comment" and not re.match(rb"\s*(?:el)?if\b", data[start : found.start()]):
        purpose = Purpose.LDAP if found.group().startswith(b"TLS_") else Purpose.TOOL
        yield Find(PinKind.VERIFICATION_OFF, hit.node, purpose=purpose)


def trust_store(hit: Hit) -> Iterator[Find]:
    """``-Djavax.net.ssl.trustStore=…`` as a word of a command, or within a variable of JVM options."""
    words = words_around(hit)
    for word in words:
        if word.node.start_byte <= hit.offset < word.node.end_byte and TRUST_STORE in word.written:
            value = without(evaluate(hit.source, word.node), TRUST_STORE)
            alone = word.node.type in ("word", "concatenation") and word.written.startswith("-D") and len(words) > 1
            yield Find(PinKind.TRUST, word.node, value, repair=left_out(words, word) if alone else ())
            return


def keytool(hit: Hit) -> Iterator[Find]:
    """``keytool -import`` into the JVM's own ``cacerts``: adds. A store made for something else is no pin by itself."""
    words = words_around(hit)
    written = [word.written for word in words]
    at = tool_at(words, "keytool")
    if at < 0 or not {"-import", "-importcert"} & set(written):
        return
    if "-cacerts" in written or any("cacerts" in one for one in written[at + 1 :] if one != "-trustcacerts"):
        for _, value in option_value(hit.source, words, "-file"):
            yield Find(PinKind.TRUST, words[at].node, value, PinMode.ADDS, Purpose.TOOL)


def httpie(hit: Hit) -> Iterator[Find]:
    """HTTPie's and xh's ``--verify``: a CA file, or ``no``."""
    words = words_around(hit)
    if not any(tool_at(words[:3], tool) >= 0 for tool in ("http", "https", "xh", "xhs")):
        return
    for word, value in option_value(hit.source, words, "--verify"):
        if value.kind is Kind.TEXT and value.text.lower() in ("no", "false", "0"):
            yield Find(PinKind.VERIFICATION_OFF, word.node, repair=option_left_out(words, word))
        elif not (value.kind is Kind.TEXT and value.text.lower() in ("yes", "true", "1")):
            yield Find(PinKind.TRUST, word.node, value, repair=option_left_out(words, word))


def tool_setting(name: str, off: frozenset[str] = frozenset()) -> Matcher:
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
            given = word.node if equals else words[number + 1].node
            repair = turned(hit.source, given, value.text, "true") if off and value.kind is Kind.TEXT else ()
            yield Find(kind, word.node, value, purpose=Purpose.TOOL, off=off or frozenset({"false"}), repair=repair)

    return match


def s_client(hit: Hit) -> Iterator[Find]:
    """``openssl s_client -CAfile ca.pem``: somebody looks, no program runs."""
    words = words_around(hit)
    if "s_client" not in [word.written for word in words]:
        return
    for name in ("-CAfile", "-CApath"):
        for word, value in option_value(hit.source, words, name):
            if word.node.start_byte <= hit.offset < word.node.end_byte:
                yield Find(PinKind.TRUST, word.node, value, purpose=Purpose.TOOL, repair=left_out(words, word, 2))
