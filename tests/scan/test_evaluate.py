"""Values that are made of themselves: functions that hand a parameter to each other."""

from wxcertcheck.scan import languages
from wxcertcheck.scan.evaluate import evaluate
from wxcertcheck.scan.match import open_source
from wxcertcheck.scan.values import Kind

FUNCTIONS = 12


def ring(last):
    """Functions each of which calls all others; the last one ends with ``last``, the first one is given a file."""
    parts = []
    for number in range(FUNCTIONS):
        calls = "".join(f"    f{other}(verify)\n" for other in range(FUNCTIONS) if other != number)
        parts.append(f"def f{number}(verify):\n{calls}" + (last if number == FUNCTIONS - 1 else ""))
    return ("".join(parts) + 'f0("ca.pem")\n').encode()


def test_every_function_is_asked_once_and_the_file_is_found():
    data = ring("    get(verify=verify)\n")
    source = open_source("a.py", data, languages.by_name("python"))
    at = data.index(b"verify=verify") + len("verify=")
    value = evaluate(source, source.tree.root_node.descendant_for_byte_range(at, at + 1))
    assert (value.kind, value.text) == (Kind.TEXT, "ca.pem")
    assert source.budget > 0, "the steps ran out"


def test_a_value_that_is_nothing_but_itself_is_no_file():
    data = b"def f(verify):\n    f(verify)\n    get(verify=verify)\n"
    source = open_source("a.py", data, languages.by_name("python"))
    at = data.index(b"verify=verify") + len("verify=")
    assert evaluate(source, source.tree.root_node.descendant_for_byte_range(at, at + 1)).kind is Kind.PARAMETER
