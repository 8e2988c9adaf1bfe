"""How C, C++ and Objective-C write values: macros, ``sprintf``, buffers, embedded files, constructions of strings."""

import re
from base64 import b64encode
from typing import TYPE_CHECKING

from wxcertcheck.scan.conditions import without_conditions
from wxcertcheck.scan.evaluate import lookup, unquote, value_of
from wxcertcheck.scan.language import Carries, Grammar
from wxcertcheck.scan.names import last_name
from wxcertcheck.scan.source import Source, holds
from wxcertcheck.scan.values import RESOURCE, Kind, Value, choice, join, text, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_c",
    names=frozenset({"identifier", "field_identifier"}),
    strings=frozenset({"string_literal", "char_literal"}),
    adjacent=frozenset({"concatenated_string"}),
    calls=frozenset({"call_expression"}),
    arguments=frozenset({"argument_list"}),
    pairs={"initializer_pair": ("designator", "value")},
    assignments={
        "init_declarator": ("declarator", "value"),
        "assignment_expression": ("left", "right"),
        "preproc_def": ("name", "value"),
    },
    members=frozenset({"field_expression"}),
    subscripts=frozenset({"subscript_expression"}),
    functions=frozenset({"function_definition"}),
    parameters=frozenset({"parameter_list"}),
    classes=frozenset({"struct_specifier"}),
    statements=frozenset({"expression_statement", "declaration", "return_statement", "if_statement"}),
    transparent=frozenset({"parenthesized_expression", "cast_expression", "pointer_expression"}),
    concat=frozenset(),
    either=frozenset(),
    conditional=frozenset({"conditional_expression"}),
)


_ATTRIBUTE = re.compile(rb"(\]\s*)([A-Z][A-Z0-9_]{3,})(?=\s*=)")


def prepare(data: bytes) -> bytes:
    """``const char pem[] PROGMEM = "…"``: an attribute that is a macro is blanked, since the grammar takes it for an error."""
    if b"] " in data:
        data = _ATTRIBUTE.sub(lambda found: found[1] + b" " * len(found[2]), data)
    return without_conditions(data)


_HEADER = (".h", ".hh", ".hpp", ".hxx", ".h++")
_BODY = re.compile(rb"[)}]\s*(?:(?:const|noexcept|override|final|volatile)\b\s*)*(?:->[^;{}]{0,200})?\{")
_NO_CODE = re.compile(rb"(?m)/\*(?s:.*?)(?:\*/|\Z)|^[ \t]*#[ \t]*define\b(?:[^\n]*\\\r?\n)*[^\n]*")
"""Comments, and definitions of macros, whose text the grammar does not take apart."""


def declares(name: str, data: bytes) -> bool:
    """Whether a header has no function's body: those of libraries are long, and nothing is called in them."""
    if not name.endswith(_HEADER):
        return False
    return _BODY.search(data) is None or _BODY.search(_NO_CODE.sub(b"", data)) is None


def sides(source: Source, node: "Node") -> "tuple[Node | None, Node | None] | None":
    """``.broker.verification.certificate = pem``: a pair with several designators is called after the last one."""
    if node.type != "initializer_pair" or not (designators := node.children_by_field_name("designator")):
        return None
    return designators[-1], node.child_by_field_name("value")


_A, _R = Carries.ARGUMENT, Carries.RECEIVER
CARRIERS = {
    **dict.fromkeys(("fopen", "BIO_new_file", "BIO_new_mem_buf", "PEM_read_bio_X509", "PEM_read_X509", "strdup"), _A),
    **dict.fromkeys(
        ("PEM_read_bio_X509_AUX", "PEM_X509_INFO_read_bio", "d2i_X509_bio", "d2i_X509_fp", "_T", "TEXT"), _A
    ),
    **dict.fromkeys(
        ("F", "PSTR", "FPSTR", "g_strdup", "realpath", "xstrdup", "nullif_empty", "X509_dup", "OPENSSL_strdup"), _A
    ),
    **dict.fromkeys(("readFile", "read_file", "readfile", "loadFile", "load_file"), _A),
    **dict.fromkeys(("g_build_filename", "g_strconcat"), Carries.JOIN),
    **dict.fromkeys(
        ("getenv", "secure_getenv", "g_getenv", "std.getenv", "qgetenv", "qEnvironmentVariable"), Carries.ENVIRONMENT
    ),
    **dict.fromkeys(("X509_get_default_cert_file", "X509_get_default_cert_dir"), Carries.SYSTEM),
}

CPP_CARRIERS = {
    **CARRIERS,
    **dict.fromkeys(
        ("c_str", "str", "data", "toString", "toUtf8", "toStdString", "toLocal8Bit", "toLatin1", "string"), _R
    ),
    **dict.fromkeys(
        ("constData", "readAll", "get", "value_or", "absoluteFilePath", "trimmed", "begin", "buffer_cast"), _R
    ),
    **dict.fromkeys(
        ("std.string", "string", "String", "QString", "QStringLiteral", "QLatin1String", "QByteArray", "std.move"), _A
    ),
    **dict.fromkeys(
        ("static_cast", "const_cast", "reinterpret_cast", "make_optional", "std.string_view", "string_view"), _A
    ),
    **dict.fromkeys(
        (
            "QFile",
            "QSslCertificate",
            "fromPath",
            "fromData",
            "fromDevice",
            "QString.fromUtf8",
            "fromUtf8",
            "fromStdString",
        ),
        _A,
    ),
    **dict.fromkeys(
        ("buffer", "asio.buffer", "net.buffer", "ifstream", "X509List", "BearSSL.X509List", "canonical", "absolute"), _A
    ),
    **dict.fromkeys(("path", "fs.path", "filesystem.path"), Carries.JOIN),
    **dict.fromkeys(("systemCaCertificates", "defaultCaCertificates"), Carries.SYSTEM),
}

_QT_RESOURCE = re.compile(r'"(?:qrc)?:/+([\w./\-]+)"')
"""Qt's resources: ``":/ssl/rootca.pem"``."""
_LINKED = re.compile(r"(?:_binary_)?(\w+?)_(pem|crt|cer|der)_start")
_TOKEN = re.compile(r'(?:L|u8|u|U)?"(?:\\.|[^"\\])*"|[A-Za-z_]\w*|-?\d\w*|[()\s\\]+|.', re.DOTALL)
_SYSTEM_PATH = re.compile(r"/(?:etc|usr|opt|system|var|private|System|boot)/|[A-Z]:")
_FORMATS = {"sprintf": 1, "snprintf": 2, "_snprintf": 2, "sprintf_s": 2, "asprintf": 1, "wsprintf": 1}
_PROGRAM_OPTION = re.compile(r"\w+\[\"([\w\-]+)\"\]\s*\.as<")
"""Boost.Program_options: ``vm["cafile"].as<std::string>()``."""
_FILLS = re.compile(rb"printf|cpy")
_COPIES = {"strcpy": 1, "strncpy": 1, "strlcpy": 1, "strcpy_s": 2, "memcpy": 1}


def evaluate_c(source: Source, node: "Node", depth: int) -> Value | None:
    """Macros' bodies, null, initializer lists, members of other objects, embedded files, buffers filled by ``sprintf``."""
    kind = node.type
    if kind == "preproc_arg":
        return _macro(source, node, depth)
    if kind == "null":
        return Value(Kind.NULL, "NULL")
    if kind == "string_literal" and source.data[node.start_byte : node.start_byte + 3] in (b'":/', b'"qr'):
        found = _QT_RESOURCE.fullmatch(source.text(node))
        return text(found[1], RESOURCE) if found else None
    if kind == "initializer_list":
        return _initializer(source, node, depth)
    if kind == "argument_list":  # ``std::string s("a.pem")``
        return value_of(source, node.named_children[0], depth + 1) if node.named_child_count == 1 else None
    if kind == "new_expression":
        listed = node.child_by_field_name("arguments")
        return value_of(source, listed, depth + 1) if listed is not None else None
    if kind == "subscript_expression" and node.named_children:
        return _subscript(source, node, depth)
    if kind == "field_expression":
        value = lookup(source, source.text(node), node, depth)
        # Another object's field: whoever filled it decides.
        return Value(Kind.SETTING, value.text) if value.kind is Kind.NAME else value
    if kind in ("identifier", "field_identifier"):
        return _identifier(source, node, depth)
    if kind == "call_expression":
        option = _PROGRAM_OPTION.match(source.text(node)[:120])
        return Value(Kind.SETTING, option[1]) if option else _call(source, node, depth)
    return None


def _subscript(source: Source, node: "Node", depth: int) -> Value | None:
    """``argv[1]``, ``paths[0]``, ``paths[i]`` of a list of this file, ``config->paths[i]``."""
    holder = node.named_children[0]
    if source.text(holder) == "argv":
        return Value(Kind.PARAMETER, "argv")
    if source.text(node).endswith("[0]"):
        return value_of(source, holder, depth + 1)
    if holder.type == "field_expression":
        return Value(Kind.SETTING, source.text(node)[:120])
    listed = value_of(source, holder, depth + 1)
    return listed if listed.kind in (Kind.SYSTEM, Kind.CHOICE) else None


def _macro(source: Source, node: "Node", depth: int) -> Value:
    """``#define CA_FILE CERT_DIR "/ca.pem"``: string literals and names side by side."""
    parts, body = [], source.text(node).split("//")[0] if '"' not in source.text(node) else source.text(node)
    for token in _TOKEN.findall(body[:200_000]):
        if token.strip("() \t\r\n\\") == "":
            continue
        if '"' in token:
            parts.append(text(unquote(token[token.index('"') :])))
        elif re.match(r"-?\d", token):
            parts.append(Value(Kind.NUMBER, token))
        elif re.match(r"[A-Za-z_]", token):
            constant = {
                "NULL": Kind.NULL,
                "true": Kind.TRUE,
                "false": Kind.FALSE,
                "TRUE": Kind.TRUE,
                "FALSE": Kind.FALSE,
            }
            parts.append(Value(constant[token]) if token in constant else lookup(source, token, node, depth + 1))
        else:
            return unknown(body)
    return join(parts)


def _initializer(source: Source, node: "Node", depth: int) -> Value | None:
    """``{"a.pem"}``; ``{.data = pem, .len = n}`` of a ``curl_blob``."""
    for child in node.named_children:
        if child.type == "initializer_pair" and source.text(child).lstrip().startswith(".data"):
            value = child.child_by_field_name("value")
            return value_of(source, value, depth + 1) if value is not None else None
    if node.end_byte - node.start_byte > _SMALLEST_DER and _BYTES.match(source.data, node.start_byte):
        return _bytes(source, node)
    children = [child for child in node.named_children if "comment" not in child.type]
    if len(children) > 1 and all(c.type in ("string_literal", "null") for c in children[:40]):
        values = [value_of(source, child, depth + 1) for child in children[:40]]
        paths = [value.text for value in values if value.kind is Kind.TEXT]
        # A list of the places where systems keep their CAs: whichever exists is the system's own.
        return Value(Kind.SYSTEM) if all(map(_SYSTEM_PATH.match, paths)) else choice(values)
    return value_of(source, children[0], depth + 1) if len(children) == 1 else None


_SMALLEST_DER = 1_000
_BYTES = re.compile(rb"\{\s*(?:0[xX]30\s*,\s*0[xX]8|0[xX]2[dD]\s*,\s*0[xX]2[dD])")


def _bytes(source: Source, node: "Node") -> Value:
    """``{0x30, 0x82, …}``: a certificate byte by byte, as ``xxd -i`` writes DER and PEM; DER is given back as PEM."""
    numbers = re.findall(rb"0[xX]([0-9a-fA-F]{1,2})\b", source.data[node.start_byte : node.end_byte])
    data = bytes(int(number, 16) for number in numbers)
    if data.startswith(b"--"):
        return text(data.rstrip(b"\0").decode("ascii", "replace"))
    return text(f"-----BEGIN CERTIFICATE-----\n{b64encode(data).decode()}\n-----END CERTIFICATE-----\n")


def _identifier(source: Source, node: "Node", depth: int) -> Value | None:
    name = source.text(node)
    embedded = b"_binary_" in source.data and re.search(
        rb"\b" + re.escape(name.encode()) + rb"\s*\[\s*\]\s*(?:__)?asm(?:__)?\s*\(\s*\"_binary_(\w+?)_start\"",
        source.data,
    )
    if embedded:
        stem, _, ending = embedded.group(1).decode().rpartition("_")
        return text(f"{stem}.{ending}", RESOURCE)
    if name in source.definitions:
        return _member(source, name, node, depth)
    linked = _LINKED.fullmatch(name)
    if linked:  # declared in a header: ``extern const uint8_t root_pem_start[] asm("_binary_root_pem_start");``
        return text(f"{linked[1]}.{linked[2]}", RESOURCE)
    function = source.function_around(node)
    if function is None:
        return _built(source, name, node, depth)
    if any(parameter == name for parameter, _ in source.parameters(function)):
        return None
    return _filled(source, name, function, depth) or _built(source, name, node, depth)


def _member(source: Source, name: str, node: "Node", depth: int) -> Value | None:
    """A blob filled by ``blob.data = pem``; a member or global variable: what the other functions of the file set it to."""
    function = source.function_around(node)
    defined = [d for d in source.definitions.get(name, ()) if d.target == name]
    if function is not None:
        if any(parameter == name for parameter, _ in source.parameters(function)):
            return None
        local = [d for d in defined if holds(function, d.node)]
        if local:
            empty = all(d.value.type == "initializer_list" and not d.value.named_children for d in local)
            return _blob(source, name, function, depth) if empty else None
    elsewhere = [
        d for d in defined if d.node.type in ("assignment_expression", "field_initializer") and d.value.id != node.id
    ]
    if not elsewhere:
        return None
    whole = [d for d in defined if d.function is None and d.node.type != "preproc_def"]
    return choice(value_of(source, d.value, depth + 1) for d in (*whole[:2], *elsewhere[:3]))


def _blob(source: Source, name: str, function: "Node", depth: int) -> Value | None:
    for definition in source.definitions.get("data", ()):
        if re.match(rf"{re.escape(name)}\s*(?:\.|->)", definition.target) and holds(function, definition.node):
            return value_of(source, definition.value, depth + 1)
    return None


def _filled(source: Source, name: str, function: "Node", depth: int) -> Value | None:
    """A buffer filled by ``snprintf(buffer, size, "%s/ca.pem", folder)`` or ``strcpy``; a blob by ``blob.data = pem``."""
    filling = _FILLS.search(source.data, function.start_byte, function.end_byte)
    for call in source.calls(*_FORMATS, *_COPIES, within=function) if filling else ():
        first = call.nth(0)
        if first is None or last_name(source.text(first)) != name:
            continue
        values = [value_of(source, a.node, depth + 1) for a in call.arguments[(_FORMATS | _COPIES)[call.name] :]]
        if not values:
            continue
        return _formatted(values) if call.name in _FORMATS else values[0]
    return _blob(source, name, function, depth)


def _formatted(values: list[Value]) -> Value:
    if values[0].kind is not Kind.TEXT:
        return values[0]
    pieces = re.split(r"%(?:\.\*)?l?[sdu]", values[0].text)
    if len(pieces) != len(values):
        return unknown(values[0].text)
    parts = [text(pieces[0])]
    for piece, value in zip(pieces[1:], values[1:], strict=True):
        parts += [value, text(piece)]
    return join(parts)


def _built(source: Source, name: str, node: "Node", depth: int) -> Value | None:
    """``BearSSL::X509List anchors(ROOT_CA);`` reads as the declaration of a function: take what stands in the brackets."""
    if not any(name.encode() + opening in source.data for opening in (b"(", b"{", b" (")):
        return None
    found = re.search(
        rb"\b(?:X509List|string|String|QString|QFile|QSslCertificate|QByteArray|path)\s+"
        + re.escape(name.encode())
        + rb"\s*[({]\s*([A-Za-z_]\w*)\s*[,)}]",
        source.data,
    )
    return lookup(source, found.group(1).decode(), node, depth + 1) if found else None


def _call(source: Source, node: "Node", depth: int) -> Value | None:
    call = source.call(node)
    if call is None:
        return None
    if call.name == "d2i_X509" and call.nth(1) is not None:
        return value_of(source, call.arguments[1].node, depth + 1)
    if call.name in ("sk_X509_value", "X509_INFO_get0", "sk_X509_pop"):
        return Value(Kind.SETTING, source.text(node)[:80])
    if (
        call.name in ("value", "toString", "get")
        and call.nth(0) is not None
        and re.search(r"(?i)setting|config|option|json|prop", call.callee)
    ):
        key = value_of(source, call.arguments[0].node, depth + 1)
        default = (value_of(source, call.arguments[1].node, depth + 1),) if len(call.arguments) > 1 else ()
        return Value(Kind.SETTING, key.text or call.callee, default)
    if call.arguments and _READS_SETTING.search(call.name):
        keys = (value_of(source, argument.node, depth + 1) for argument in call.arguments[:3])
        return Value(Kind.SETTING, next((key.text for key in keys if key.kind is Kind.TEXT), call.name))
    if (
        not call.arguments
        and call.receiver is not None
        and _GETTER.match(source.text(node))
        and not source.functions(call.name)
    ):
        return Value(Kind.SETTING, source.text(node)[:80])  # another object's getter: whoever made the object decides
    if call.name == "open" and call.arguments and re.match(r"(?:SPIFFS|LittleFS|SD|FFat)\b", call.callee):
        return text(value_of(source, call.arguments[0].node, depth + 1).text.lstrip("/"), RESOURCE)
    if re.search(r"(?i)strn?dup$|str(?:ing)?_?(?:copy|clone)$", call.name) and call.arguments:
        return value_of(source, call.arguments[0].node, depth + 1)
    if call.name in ("make_shared", "make_unique") and len(call.arguments) == 1:
        return choice([value_of(source, call.arguments[0].node, depth + 1)])
    return None


_READS_SETTING = re.compile(
    r"(?i)(?:^|_)(?:opts?|options?|conf(?:ig)?|settings?|prefs?|params?|ini|json|c_?json|dict|kv)\w*?_?get(?:_|$|[A-Z])"
    r"|get_?(?:opt|option|conf|config|setting|pref|param)_?(?:bool|str|string|int|value)?$"
)
"""``qemu_opt_get_bool(options, "sslverify", true)``, ``GetConfigString("ca")``."""
_GETTER = re.compile(r"(?!this\b)\w+(?:\(\))?(?:(?:\.|->)\w+(?:\(\))?)*(?:\.|->)(?:\w*[cC][aA]\w*|\w*[cC]ert\w*)\(\)$")


CONSTANTS = {"optarg": Value(Kind.PARAMETER, "optarg")}
"""``getopt``: the command line decides."""
