"""How paths are written throughout the scan, and what one says about its file: test code, example, vendored."""

import os
import re

from msgspec import Struct

_TEST = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|__mocks__|testing|testdata|test[_-]\w+|\w+[_.-]tests?|[\w.]*(?:Unit)?Tests|it|e2e|fixtures?|mocks?"
    r"|unittests?|test_?util(?:s|ity|ities)?|testsuites?|pester|x?t|androidTest|[\w.]+\.Tests?(?:\.[\w.]+)?|Test\.[A-Z]\w*)(?:/|$)"
    r"|(?:^|/)src/(?:integration|[a-z]\w*Tests?)/"  # source sets of Gradle and Kotlin: ``src/systemTest``, ``src/commonTest``
    r"|(?:^|/)\.(?:buildkite|circleci|evergreen|ci|travis|semaphore|drone|woodpecker|teamcity)/"
    r"|(?:^|/)(?:test_[^/]*\.(?:py|c|cc|cpp|lua|sh|pl)|conftest\.py)$|_test\.(?:go|py|rb|dart|exs|c|cc|cpp|lua|sh)$|_spec\.(?:rb|lua)$|_tests?\.rs$"
    r"|Tests?\.(?:java|kt|cs|php|scala|swift|groovy|m|mm|cpp|cc)$"
    r"|\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|/)tests?\.\w+$|IT\.java$|\.t$|Spec\.(?:scala|groovy|kt)$",
)
_TEST_RUN = re.compile(r"(?:^|/)\.github/workflows/[^/]*(?:test|e2e|integration)[^/]*\.ya?ml$", re.IGNORECASE)
_EXAMPLE = re.compile(
    r"(?:^|/)_?(?:examples?|samples?|demos?|docs?|documentation|toys|tutorials?|playground)(?:/|$)", re.IGNORECASE
)
_VENDORED = re.compile(
    r"(?:^|/)(?:vendor|vendors|node_modules|bower_components|third[_-]?party|site-packages|dist-packages|Pods|\.cargo|\.yarn|"
    r"external|external[-_]libs?|3rd[-_]?party|deps|extern)(?:/|$)|\.min\.(?:js|mjs)$",
    re.IGNORECASE,
)


def plain_path(path: str) -> str:
    """The shortest spelling of ``path``, with ``/`` between its parts: Windows takes that too, and paths compare as text."""
    return os.path.normpath(path).replace(os.sep, "/")


class Flags(Struct, frozen=True):
    """What paths below the scanned ``roots`` say; with ``include_tests`` test code is code like other."""

    roots: tuple[str, ...]
    include_tests: bool = False

    def of(self, path: str, slug: str = "") -> tuple[bool, bool, bool]:
        """(test, example, vendored), by what follows the scanned root.

        ``slug``: of the pattern. The commands of a workflow that tests speak to servers which the run has started itself;
        its variables reach the whole build.
        """
        root = next((root for root in self.roots if path.startswith(root.rstrip("/") + "/")), "")
        relative = path[len(root) :].lstrip("/")
        test = is_test(relative) or (slug and not slug.endswith("-variable") and _TEST_RUN.search(relative) is not None)
        return bool(test) and not self.include_tests, is_example(relative), is_vendored(relative)


_MAIN = re.compile(r"(^|/)(src/main/(?:java|kotlin|scala|groovy)/)(?:[^/]+/)*")


def is_test(relative: str) -> bool:
    """Whether a path inside the scanned tree is test code. A package of the program may be called ``test``."""
    return _TEST.search(_MAIN.sub(r"\1\2", relative)) is not None


def is_example(relative: str) -> bool:
    """Whether it is an example, a sample or documentation."""
    return _EXAMPLE.search(relative) is not None


def is_vendored(relative: str) -> bool:
    """Whether it is somebody else's code, copied in."""
    return _VENDORED.search(relative) is not None
