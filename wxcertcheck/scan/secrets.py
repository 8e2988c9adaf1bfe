"""What a report may show of a line: passwords, tokens and keys in it are blanked before it leaves the worker."""

import re
from functools import cache

_HIDDEN = "***"
_NAME = r"(?:pass(?:word|phrase|wd|code)?|passwd|pwd|secret|token|credentials?|(?<!un)auth(?!or(?!iz))|api[-_]?(?:v3[-_]?)?key|app[-_]?key|mch[-_]?key|access[-_]?key|private[-_]?key|密码)"
_LITERAL = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`)"""
_WORD = r"[^\s\"'`,;)}\]]{3,}"
_EVERYWHERE = (
    r"(?P<keep>-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?:-----END|\Z)",
    r"(?P<keep>\b(?:bearer|basic)\s+)[\w.~+/=\-]{8,}",
    r"(?P<keep>://[^\s/@:\"']*:)[^\s/@\"']+(?=@)",
    rf"(?P<keep>{_NAME}[\w.\-]*[\"']?\s*(?:=>|[:=,])\s*){_LITERAL}",  # password = "x", 'api_key' => 'x', ("password", "x")
    rf"(?P<keep>{_NAME}[\w.\-]*[\"']?\s*(?:=>|[:=])\s*[(\[]\s*{_LITERAL}\s*,\s*){_LITERAL}",  # auth=("user", "x")
    rf"(?P<keep>set\w*{_NAME}\w*\(\s*){_LITERAL}",
    rf"(?P<keep>){_LITERAL}(?=\s*\.\s*toCharArray)",
)
_IN_TEXT = (
    rf"(?P<keep>{_NAME}[\w.\-]*\s*[:=]\s*){_WORD}",  # trustStorePassword=x, X-API-KEY: x
    rf"(?P<keep>(?<!\S)--?[\w\-]*{_NAME}[\w\-]*\s+){_WORD}",  # --password x
    r"(?P<keep>(?<![\w-])(?:-u|--user|--proxy-user)[\s=]+[\"']?[^\s\"':]+:)[^\s\"']+",
)


@cache
def _compiled(in_text: bool) -> tuple["re.Pattern[str]", ...]:
    chosen = (*_EVERYWHERE, *(_IN_TEXT if in_text else ()))
    return tuple(re.compile(expression, re.IGNORECASE | re.DOTALL) for expression in chosen)


def without_secrets(written: str, *, in_text: bool) -> str:
    """The same with every secret in it blanked. ``in_text``: in configuration and shells a word needs no quotes."""
    for expression in _compiled(in_text):
        written = expression.sub(rf"\g<keep>{_HIDDEN}", written)
    return written
