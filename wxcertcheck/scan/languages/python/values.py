"""How Python writes values: its grammar, the functions that carry values, conditional expressions, parents of paths."""

import re
from typing import TYPE_CHECKING

from wxcertcheck.scan.configuration import FILE
from wxcertcheck.scan.evaluate import carrier, directory, value_of
from wxcertcheck.scan.language import Carries, Grammar
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.values import Kind, Value, choice, entry_of, is_word, join, text

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_python",
    strings=frozenset({"string"}),
    substitutions=frozenset({"interpolation"}),
    adjacent=frozenset({"concatenated_string"}),
    calls=frozenset({"call"}),
    arguments=frozenset({"argument_list"}),
    pairs={"keyword_argument": ("name", "value"), "pair": ("key", "value")},
    assignments={
        "assignment": ("left", "right"),
        "named_expression": ("name", "value"),
        "as_pattern": ("alias", ""),
        "default_parameter": ("name", "value"),
        "typed_default_parameter": ("name", "value"),
    },
    members=frozenset({"attribute", "dotted_name"}),
    subscripts=frozenset({"subscript"}),
    functions=frozenset({"function_definition", "lambda"}),
    parameters=frozenset({"parameters", "lambda_parameters"}),
    classes=frozenset({"class_definition"}),
    statements=frozenset({"expression_statement", "return_statement"}),
    transparent=frozenset({"parenthesized_expression", "await", "as_pattern"}),
    binary=frozenset({"binary_operator", "boolean_operator"}),
    path_join=frozenset({"/"}),
    either=frozenset({"or"}),
    conditional=frozenset(),
)

GIVEN = r"[\"']?\s*\]?\s*(?:=(?!=)|[:,(])"
"""After a name: ``name=``, ``"name": ``, ``x["name"] = ``, ``name: str = ``, ``(NAME, ``, ``name(``."""
CALLED = r"\s*\("
_A, _R, _J = Carries.ARGUMENT, Carries.RECEIVER, Carries.JOIN
CARRIERS = {
    **dict.fromkeys(("path.join", "pathlib.Path", "Path", "PurePath"), _J),
    **dict.fromkeys(
        ("open", "str", "bytes", "bool", "path.abspath", "path.realpath", "path.expanduser", "path.normpath"), _A
    ),
    **dict.fromkeys(("os.fspath", "io.BytesIO", "io.StringIO", "b64decode", "a2b_base64", "fromhex", "unhexlify"), _A),
    **dict.fromkeys(("yaml.safe_load", "yaml.load", "yaml.full_load", "json.load", "json.loads", "toml.load"), _A),
    **dict.fromkeys(("tomllib.load", "tomllib.loads", "tomli.load", "OmegaConf.load", "dotenv_values"), _A),
    **dict.fromkeys(("load_pem_x509_certificate", "load_certificate", "path.expandvars", "cast"), Carries.LAST),
    **dict.fromkeys(("read", "read_bytes", "read_text", "encode", "decode", "strip", "resolve", "absolute"), _R),
    **dict.fromkeys(("Certificate.loadPEM", "trustRootFromCertificates", "FilePath", "extract_zipped_paths"), _A),
    **dict.fromkeys(("as_posix", "expanduser", "__str__", "format", "rstrip", "lstrip", "name", "getContent"), _R),
    **dict.fromkeys(("path.dirname",), Carries.DIRECTORY),
    "joinpath": Carries.RECEIVER_JOIN,
    **dict.fromkeys(
        ("resource_filename", "resource_string", "files", "pkgutil.get_data", "read_binary"), Carries.RESOURCE
    ),
    **dict.fromkeys(
        ("os.getenv", "environ.get", "environ.setdefault", "os.environ.get", "env.str", "env"), Carries.ENVIRONMENT
    ),
    **dict.fromkeys(("config.get", "settings.get", "options.get"), Carries.SETTING),
    **dict.fromkeys(
        ("certifi.where", "get_default_verify_paths", "requests.certs.where", "platformTrust"), Carries.SYSTEM
    ),
}


def evaluate_python(source: Source, node: "Node", depth: int) -> Value | None:
    """``a if c else b`` has no fields in this grammar; ``Path(__file__).parent`` is an attribute, not a call."""
    if node.type == "conditional_expression" and node.named_child_count == 3:
        children = node.named_children
        return choice(value_of(source, child, depth + 1) for child in (children[0], children[2]))
    if node.type == "attribute":
        attribute = node.child_by_field_name("attribute")
        holder = node.child_by_field_name("object")
        if attribute is not None and holder is not None and source.text(attribute) == "parent":
            return directory(value_of(source, holder, depth + 1))
        if holder is not None and attribute is not None and _PARSED.fullmatch(source.text(holder)):
            return Value(Kind.PARAMETER, source.text(attribute))
        if holder is not None and source.text(holder).endswith("get_default_verify_paths()"):
            return Value(Kind.SYSTEM, source.text(node))
    if node.type in ("not_operator", "comparison_operator") or (node.type == "boolean_operator" and _is_and(node)):
        return Value(Kind.SETTING, source.text(node)[:80])  # true or false, as things stand at run time
    if node.type == "binary_operator":
        return _formatted(source, node, depth)
    if node.type == "call":
        return _keyword(source, node, depth)
    if node.type == "subscript" and ".parents[" in source.text(node):
        return _parents(source, node, depth)
    return None


def sides(source: Source, node: "Node") -> "tuple[Node | None, Node | None] | None":
    """``with open("ca.pem") as file``: the grammar has the value first."""
    if node.type != "as_pattern" or not node.named_children:
        return None
    return node.child_by_field_name("alias"), node.named_children[0]


def _formatted(source: Source, node: "Node", depth: int) -> Value | None:
    """``"%s/ca.pem" % folder``."""
    operator, left = node.child_by_field_name("operator"), node.child_by_field_name("left")
    right = node.child_by_field_name("right")
    if operator is None or operator.type != "%" or left is None or left.type != "string" or right is None:
        return None
    given = list(right.named_children) if right.type == "tuple" else [right]
    pieces = re.split(r"%[sd]", value_of(source, left, depth + 1).text)
    if len(pieces) != len(given) + 1:
        return None
    parts = [text(pieces[0])]
    for one, piece in zip(given, pieces[1:], strict=True):
        parts += [value_of(source, one, depth + 1), text(piece)]
    return join(parts)


def _is_and(node: "Node") -> bool:
    operator = node.child_by_field_name("operator")
    return operator is not None and operator.type == "and"


def _keyword(source: Source, node: "Node", depth: int) -> Value | None:
    """``kwargs.get("verify", True)``: who made the dictionary decides, no configuration file."""
    call = source.call(node)
    if call is not None and call.name in _PARSERS:
        return _parsed(source, depth)
    if call is not None and call.name == "open" and call.receiver is not None and _is_mode(source, call):
        return value_of(source, call.receiver, depth + 1)
    if call is not None and call.dotted == "getattr" and len(call.arguments) > 1:
        return _attribute(source, [a.node for a in call.arguments], depth)
    if call is None or call.name not in ("get", "pop", "getboolean") or not call.arguments or call.receiver is None:
        return None
    first = call.arguments[0].node
    if first.type != "string" or (key := value_of(source, first, depth + 1).text) == "" or "/" in key:
        return None  # a URL: ``session.get("https://…")``
    default = (value_of(source, call.arguments[1].node, depth + 1),) if len(call.arguments) > 1 else ()
    holder = value_of(source, call.receiver, depth + 1)
    if (
        default and not call.arguments[1].name and is_word(default[0])
    ):  # ``config.get("wechat", "ca")`` of a ConfigParser
        named = holder if holder.kind is Kind.TEXT else Value(Kind.NAME, call.dotted + "()")
        return entry_of(named, f"{key}.{default[0].text}")
    if (holder.kind is Kind.TEXT and FILE.search(holder.text.lower())) or (
        holder.kind is Kind.SETTING and holder.holder
    ):
        return entry_of(holder, key, default)
    if call.receiver.type not in ("identifier", "attribute") or carrier(source, call.dotted) is not None:
        return None
    return Value(Kind.PARAMETER, key, default)


def _attribute(source: Source, values: "list[Node]", depth: int) -> Value | None:
    """``getattr(settings, "WX_CA", None)``."""
    name = value_of(source, values[1], depth + 1)
    if name.kind is not Kind.TEXT or not name.text.isidentifier():
        return None
    default = tuple(value_of(source, value, depth + 1) for value in values[2:3])
    return entry_of(value_of(source, values[0], depth + 1), name.text, default)


def _is_mode(source: Source, call: Call) -> bool:
    """Whether a file is opened by a method of its path: ``Path(folder, "ca.pem").open("rb")``, ``path.open()``."""
    return not call.arguments or re.fullmatch(r"[\"'][rbt+]+[\"']", source.text(call.arguments[0].node)) is not None


_PARSERS = ("ConfigParser", "RawConfigParser", "SafeConfigParser")


def _parsed(source: Source, depth: int) -> Value | None:
    """The files that the parsers of this file read: ``parser.read("wx.ini")``."""
    read = [a.node for call in source.calls("read", "read_file")[:8] for a in call.arguments[:1]]
    files = [v for v in (value_of(source, node, depth + 1) for node in read) if FILE.search(v.text.lower())]
    return choice(files) if files else None


_PARSED = re.compile(r"args|opts|options|arguments|flags|FLAGS|parsed|cli_args|namespace|ns")
"""Names of what a command line was parsed into."""


def _parents(source: Source, node: "Node", depth: int) -> Value | None:
    """``Path(__file__).parents[2]`` is three folders up."""
    found = re.search(r"\.parents\[(\d)\]$", source.text(node))
    holder = node.named_children[0].child_by_field_name("object") if node.named_children else None
    if not found or holder is None:
        return None
    value = value_of(source, holder, depth + 1)
    for _ in range(int(found.group(1)) + 1):
        value = directory(value)
    return value
