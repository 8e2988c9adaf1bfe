"""How a value is written after a name, in any of the formats."""

VALUE = r"""(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s"',;&|<>]+)"""
RAILS_VALUE = VALUE.replace("(?P<value>", r"(?P<value><%=[^\n]*?%>|")
IS = r"""["']?\s*(?::|=|\s)\s*"""


def is_named(path: str, part: str) -> bool:
    """Whether a file's name has ``part`` in it."""
    return part in path.rpartition("/")[2]
