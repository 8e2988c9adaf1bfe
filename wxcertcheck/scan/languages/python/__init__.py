"""Python. Sources: the ssl module's documentation, requests, httpx, aiohttp, urllib3, pycurl, tornado documentation."""

from wxcertcheck.scan.evaluate import FILE
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.languages.python.bundles import PATTERNS as BUNDLES
from wxcertcheck.scan.languages.python.clients import PATTERNS as CLIENTS
from wxcertcheck.scan.languages.python.commands import PATTERNS as COMMANDS
from wxcertcheck.scan.languages.python.connections import PATTERNS as CONNECTIONS
from wxcertcheck.scan.languages.python.contexts import PATTERNS as CONTEXTS
from wxcertcheck.scan.languages.python.environment import PATTERNS as ENVIRONMENT
from wxcertcheck.scan.languages.python.fingerprints import PATTERNS as FINGERPRINTS
from wxcertcheck.scan.languages.python.named import PATTERNS as NAMED
from wxcertcheck.scan.languages.python.values import CARRIERS, GRAMMAR, evaluate_python, sides
from wxcertcheck.scan.languages.python.verify import PATTERNS as VERIFY
from wxcertcheck.scan.values import Kind, Value

LANGUAGE = Language(
    name="python",
    title="Python",
    endings=(".py", ".pyw", ".pyi", ".wsgi"),
    file_names=("wscript", "SConstruct"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants={
        "__file__": Value(Kind.TEXT, FILE),
        "os.sep": Value(Kind.TEXT, "/"),
        "os.path.sep": Value(Kind.TEXT, "/"),
        "requests.certs.where": Value(Kind.SYSTEM, "certifi"),
        "DEFAULT_CA_BUNDLE_PATH": Value(Kind.SYSTEM, "certifi"),
    },
    line_comments=("#",),
    evaluate=evaluate_python,
    sides=sides,
    patterns=(*VERIFY, *CLIENTS, *CONTEXTS, *NAMED, *CONNECTIONS, *ENVIRONMENT, *FINGERPRINTS, *COMMANDS, *BUNDLES),
)
