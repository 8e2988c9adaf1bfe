"""JavaScript. TypeScript, TSX and the script blocks of Vue and Svelte files use the same patterns."""

from wxcertcheck.scan.language import Language
from wxcertcheck.scan.languages.javascript.clients import PATTERNS as CLIENTS
from wxcertcheck.scan.languages.javascript.grammar import CARRIERS, CONSTANTS, GRAMMAR, evaluate
from wxcertcheck.scan.languages.javascript.libraries import PATTERNS as LIBRARIES
from wxcertcheck.scan.languages.javascript.switches import PATTERNS as SWITCHES
from wxcertcheck.scan.languages.javascript.trust import PATTERNS as TRUST

PATTERNS = (*TRUST, *CLIENTS, *SWITCHES, *LIBRARIES)

LANGUAGE = Language(
    name="javascript",
    title="JavaScript",
    endings=(".js", ".cjs", ".mjs", ".jsx", ".es6", ".wxs"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants=CONSTANTS,
    evaluate=evaluate,
    patterns=PATTERNS,
)
