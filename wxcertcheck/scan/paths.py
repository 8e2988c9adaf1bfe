"""What a path says about a file: test code, example, vendored. Used only for how loudly a finding speaks."""

import re
from dataclasses import dataclass

_TEST = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|__mocks__|testing|testdata|test[_-]\w+|\w+[_.-]tests?|\w*\.?(?:Unit)?Tests|it|e2e|fixtures?|mocks?"
    r"|androidTest)(?:/|$)"
    r"|(?:^|/)(?:test_[^/]*|conftest)\.py$|_test\.(?:go|py|rb|dart|exs)$|_spec\.(?:rb|lua)$|Tests?\.(?:java|kt|cs|php|scala|swift|groovy|m)$"
    r"|\.(?:test|spec)\.[cm]?[jt]sx?$|(?:^|/)tests?\.\w+$|IT\.java$|Spec\.(?:scala|groovy|kt)$",
)
_EXAMPLE = re.compile(
    r"(?:^|/)_?(?:examples?|samples?|demos?|docs?|documentation|toys|tutorials?|playground)(?:/|$)", re.IGNORECASE
)
_VENDORED = re.compile(
    r"(?:^|/)(?:vendor|vendors|node_modules|bower_components|third[_-]?party|site-packages|dist-packages|Pods|\.cargo|"
    r"external|deps|extern)(?:/|$)|\.min\.(?:js|mjs)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Flags:
    """What paths below the scanned ``roots`` say; with ``include_tests`` test code is code like other."""

    roots: tuple[str, ...]
    include_tests: bool = False

    def of(self, path: str) -> tuple[bool, bool, bool]:
        """(test, example, vendored), by what follows the scanned root."""
        root = next((root for root in self.roots if path.startswith(root.rstrip("/") + "/")), "")
        relative = path[len(root) :].lstrip("/")
        return is_test(relative) and not self.include_tests, is_example(relative), is_vendored(relative)


def is_test(relative: str) -> bool:
    """Whether a path inside the scanned tree is test code."""
    return _TEST.search(relative) is not None


def is_example(relative: str) -> bool:
    """Whether it is an example, a sample or documentation."""
    return _EXAMPLE.search(relative) is not None


def is_vendored(relative: str) -> bool:
    """Whether it is somebody else's code, copied in."""
    return _VENDORED.search(relative) is not None
