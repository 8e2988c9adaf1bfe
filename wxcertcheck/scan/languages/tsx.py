"""TypeScript with JSX: a grammar of its own, because ``<T>x`` means something else there."""

from msgspec.structs import replace

from wxcertcheck.scan.languages.javascript.grammar import GRAMMAR
from wxcertcheck.scan.languages.typescript import LANGUAGE as TYPESCRIPT
from wxcertcheck.scan.languages.typescript import TYPESCRIPT as WITHOUT_JSX

LANGUAGE = replace(
    TYPESCRIPT,
    name="tsx",
    title="TSX",
    endings=(".tsx",),
    grammar=replace(
        WITHOUT_JSX,
        function="language_tsx",
        pairs={**WITHOUT_JSX.pairs, "jsx_attribute": ("", "")},
        transparent=GRAMMAR.transparent,
    ),
)
