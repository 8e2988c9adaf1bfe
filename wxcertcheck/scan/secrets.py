"""What a report may show of a line: passwords, tokens and keys in it are blanked before it leaves the worker."""

import re
from functools import cache

_HIDDEN = "***"
_NAME = r"(?:pass(?:word|phrase|wd|code)?|passwd|pwd|secret|token|credentials?|(?<!un)auth(?!or(?!iz))|api[-_]?(?:v3[-_]?)?key|(?:app|mch|partner|merchant|pay)[-_]?key|access[-_]?key|private[-_]?key|密码)"
_LITERAL = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`)"""
_WORD = r"[^\s\"'`,;)}\]]{3,}"
_EVERYWHERE = (
    r"(?P<keep>-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?:-----END|\Z)",
    r"(?P<keep>\b(?:bearer|basic)\s+)[\w.~+/=\-]{8,}",
    r"(?P<keep>://[^\s/@:\"']*:)[^\s/@\"']+(?=@)",
    rf"(?P<keep>{_NAME}[\w.\-]*[\"']?\s*(?:=>|[:=,])\s*){_LITERAL}",  # password = "x", 'api_key' => 'x', ("password", "x")
    rf"(?P<keep>{_NAME}[\w.\-]*[\"']?\s*(?:=>|[:=])\s*[\w.]*[(\[]\s*{_LITERAL}\s*,\s*){_LITERAL}",  # auth=("user", "x")
    rf"(?P<keep>set\w{{0,40}}{_NAME}\w{{0,40}}\(\s*){_LITERAL}",
    rf"(?P<keep>{_NAME}(?:\s*\(\s*|[ \t]+)){_LITERAL}",  # .keyStorePassword("x"), password "x"
    # username_pw_set("user", "x") of paho, new X509Certificate2("a.p12", "x"), .withTrustMaterial(file, "x")
    rf"(?P<keep>(?:pw_set|X509Certificate2|with(?:Key|Trust)\w{{0,20}})\(\s*[^,()]{{1,200}},\s*){_LITERAL}",
    r"(?P<keep>key[\"']?\s*(?:=>|[:=,])\s*[\"'])[0-9A-Za-z]{32}(?=[\"'])",  # WeChat Pay's API keys, whatever they are called
    r"(?P<keep>(?<![\w/])[\w.\-]+:)[^\s/@\"'`]+(?=@(?:tcp|unix)\()",  # user:x@tcp(db:3306) of Go's MySQL driver
    rf"(?P<keep>){_LITERAL}(?=\s*\.\s*toCharArray)",
)
_IN_TEXT = (
    rf"(?P<keep>{_NAME}[\w.\-]*\s*[:=]\s*){_WORD}",  # trustStorePassword=x, X-API-KEY: x
    rf"(?P<keep>(?<!\S)--?[\w\-]*{_NAME}[\w\-]*\s+){_WORD}",  # --password x
    r"(?P<keep>(?<![\w-])(?:-u|--user|--proxy-user)[\s=]+[\"']?[^\s\"':]+:)[^\s\"']+",
    rf"(?P<keep>\b(?:ENV|ARG)\s+\w*{_NAME}\w*\s+){_WORD}",
    r"(?P<keep>\bredis-cli\s[^\n]{0,200}?(?<=\s)-a\s+|\b(?:mysql|mariadb)\w*\s[^\n]{0,200}?(?<=\s)-p)[^\s\"']+",
)
_HINT = re.compile(
    r"pass|pwd|secret|token|credential|auth|key|密码|bearer|basic|@|X509Certificate2|with(?:Key|Trust)|toCharArray|pw_set"
    r"|-u|user|(?<=\s)-[ap]",
    re.IGNORECASE,
)
"""Without any of these none of the expressions finds anything: most lines are done with it."""
_IN_LITERAL = rf"(?P<keep>{_NAME}[\w.\-]*\s*=\s*)[^\s;&\"'`{{}}$%<>]+"
"""A setting in a connection string: ``"Server=db;Password=x"``, ``"host=db password=x"``."""


@cache
def _compiled(in_text: bool) -> tuple["re.Pattern[str]", ...]:
    chosen = (*_EVERYWHERE, *(_IN_TEXT if in_text else ()))
    return tuple(re.compile(expression, re.IGNORECASE | re.DOTALL) for expression in chosen)


@cache
def _literals() -> tuple["re.Pattern[str]", "re.Pattern[str]"]:
    return re.compile(_LITERAL), re.compile(_IN_LITERAL, re.IGNORECASE)


def without_secrets(written: str, *, in_text: bool) -> str:
    """The same with every secret in it blanked. ``in_text``: in configuration and shells a word needs no quotes."""
    if not _HINT.search(written):
        return written
    for expression in _compiled(in_text):
        written = expression.sub(rf"\g<keep>{_HIDDEN}", written)
    literal, setting = _literals()
    return literal.sub(lambda found: setting.sub(rf"\g<keep>{_HIDDEN}", found.group()), written)
