"""C. Sources: libcurl, OpenSSL, mbedTLS, GnuTLS, wolfSSL and ESP-IDF documentation. ``values`` and ``tls`` serve C++ too."""

from wxcertcheck.scan.language import Language
from wxcertcheck.scan.languages.c.handed import handed
from wxcertcheck.scan.languages.c.patterns import PATTERNS
from wxcertcheck.scan.languages.c.values import CARRIERS, CONSTANTS, GRAMMAR, evaluate_c, prepare, sides

LANGUAGE = Language(
    name="c",
    title="C",
    endings=(".c",),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants=CONSTANTS,
    evaluate=evaluate_c,
    sides=sides,
    prepare=prepare,
    patterns=handed(PATTERNS),
)
