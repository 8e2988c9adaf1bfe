"""Sentences in configuration: ``description: "tlsInsecure=true switches off the check"`` tells of a setting, and makes none."""

import re

_KEY = re.compile(r"""(?P<key>"[^"\n]{0,100}"|'[^'\n]{0,100}'|(?<![\w.\-/$])[\w.\-/$]{1,100})\s{0,10}[:=]\s*""")
_TELLS = re.compile(
    r"(?i)(?:.*[._\-\s])?(?:desc|descriptions?|help|notes?|summary|title|comments?|_comment|//|docs?|documentation|readme|changelog"
    r"|details?|about|abstract|hints?|tooltip|label|placeholder|remarks?|explanation|usage|messages?|caution|tips?|md|rst|txt"
    r"|说明|描述|备注|提示)\Z"
)
"""Keys whose values are for people."""
_WORDS = re.compile(
    r"(?i)(?<![\w\-./$=])(?:the|is|are|was|of|when|you|your|this|that|which|with|it|be|will|please|must|should|can|instead|because"
    r"|only|see|have|has|if\s+you|to|an|not|by)(?![\w\-/$=])"
)
"""Words of English sentences that are no words of commands."""
_CHINESE = r"[\u4e00-\u9fff，。；：（）、]"
_BESIDE = re.compile(rf"{_CHINESE}[\s`“”]{{0,3}}\Z"), re.compile(rf"[\s`“”]{{0,3}}{_CHINESE}")
_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_BLOCK = re.compile(r"[|>][+\-\d]*\s*(?:#.*)?\Z")
_REACH, _LINE = 20_000, 4_000
"""Characters looked at before a place, and of its line."""


def is_prose(before: str, found: str, after: str) -> bool:
    """Whether ``found`` stands in a text for people: ``before`` is the file up to it, ``after`` the rest of its line."""
    before = before[-_REACH:]
    line = before[before.rfind("\n") + 1 :][-_LINE:]
    key, value = _around(line)
    if value is None:
        key, value = _block(before, line)
    if value is None:
        return False
    return _TELLS.fullmatch(key.strip("\"'")) is not None or _is_sentence(value, after)


def _around(line: str) -> tuple[str, str | None]:
    """The innermost ``key: value`` of a line whose value has begun: the key, and what stands of the value."""
    key, value = "", None
    rest = line
    while found := _KEY.search(rest):
        key, rest = found["key"], rest[found.end() :]
        value = rest
        quote = rest[:1] if rest[:1] in ('"', "'") else ""
        if quote and quote not in rest[1:]:
            break  # the string is still open: what looks like a key in it is its text
        if quote:
            rest = rest[1:].partition(quote)[2]
            key, value = ("", None) if rest.lstrip().startswith(",") else (key, value)
    return key, value


def _block(before: str, line: str) -> tuple[str, str | None]:
    """The same for a line of a YAML block scalar, or of a TOML string over several lines."""
    opened = before.rfind('= """')
    if opened >= 0 and before.count('"""', opened) == 1:
        return before[before.rfind("\n", 0, opened) + 1 : opened].strip(), line
    indent = len(line) - len(line.lstrip())
    for above in reversed(before.split("\n")[:-1]):
        if above.strip() and len(above) - len(above.lstrip()) < indent:
            found = _KEY.search(above)
            return (found["key"], line) if found and _BLOCK.match(above[found.end() :].strip()) else ("", None)
    return "", None


def _is_sentence(value: str, after: str) -> bool:
    """Whether words of sentences stand around the place, in the same text and not in what a command quotes."""
    quote = value[:1] if value[:1] in ('"', "'") else ""
    inner = value[1:] if quote else value
    rest = after.partition(quote)[0] if quote else after
    around = [_QUOTED.sub("", part) for part in (inner, rest)]
    words = sum(len(_WORDS.findall(part)) for part in around)
    chinese = _BESIDE[0].search(around[0]) or _BESIDE[1].match(around[1])
    return words >= 2 or chinese is not None
