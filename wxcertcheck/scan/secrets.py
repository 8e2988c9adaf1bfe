"""What a report may show of a line: passwords, tokens and keys in it are blanked before it leaves the worker.

Every expression keeps what stands before the secret in the group ``keep``. Lengths are bounded: lines may be hostile.
"""

import re
from functools import cache, lru_cache

_HIDDEN = "***"
_NAME = (
    r"(?:pass(?:word|phrase|wd|code)?|passwd|pwd|secret|token|credentials?|(?<!un)auth(?!or(?!iz))"
    r"|api[-_]?(?:v3[-_]?)?key|(?:v3|app|mch|partner|merchant|pay|account|access|private|signing)[-_]?key|session[-_]?id|csrf|密码)"
)
_LITERAL = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`)"""
_WORD = r"[^\s\"'`,;)}\]]{3,}"
_GIVES = r"(?:=>|:=|[:=,])"
_SHAPES = (
    r"(?P<keep>-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?:-----END|\Z)",
    r"(?P<keep>)\beyJ[\w\-]{8,}\.[\w\-]{8,}\.[\w\-]*",  # a JSON web token
    r"(?P<keep>\b(?:gh[pousr]_|github_pat_|glpat-|[rs]k_(?:live|test)_|xox[abprs]-|npm_|hf_|AIza))[\w\-]{10,}",
    r"(?P<keep>\bauthorization[\"']?\s*(?:=>|[:=,])\s*[\"']?(?:[A-Za-z]\w*\s+)?)(?![A-Za-z]+\s)[^\s\"']{3,}",
    r"(?P<keep>\b(?:bearer|basic)\s+)[\w.~+/=\-]{8,}",
    r"(?P<keep>\bcookie[\"']?\s*(?:=>|[:=])\s*[\"']?)[^\"'\n{}]{3,400}",
    r"(?P<keep>://[^\s/@:\"']*:)[^\s/@\"']+(?=@)",
    r"(?P<keep>(?<![\w/])[\w.\-]{1,80}:)[^\s/@\"'`]{1,200}(?=@(?:tcp|unix)\()",  # user:x@tcp(db:3306) of Go's MySQL driver
    r"(?P<keep>&key=)[^\s\"'`&]{3,}",  # the end of what WeChat Pay's signatures are made of
)
"""Secrets that are known by their looks, anywhere."""
_EVERYWHERE = (
    rf"(?P<keep>{_NAME}[\w.\-]*[\"']?\]?\s*{_GIVES}\s*)b?{_LITERAL}",  # password = "x", 'api_key' => 'x', ("password", "x")
    rf"(?P<keep>{_NAME}[\w.\-]*[\"']?\s*(?:=>|[:=])\s*[\w.]*[(\[]\s*{_LITERAL}\s*,\s*){_LITERAL}",  # auth=("user", "x")
    rf"(?P<keep>set\w{{0,40}}{_NAME}\w{{0,40}}\(\s*){_LITERAL}(?=\s*\))",
    rf"(?P<keep>{_NAME}(?:\s*\(\s*|[ \t]+)){_LITERAL}(?!\s*,)",  # .keyStorePassword("x"), password "x"
    # username_pw_set("user", "x") of paho, new X509Certificate2("a.p12", "x"), .withTrustMaterial(file, "x")
    rf"(?P<keep>(?:pw_set|X509Certificate2|with(?:Key|Trust)\w{{0,20}})\(\s*[^,()]{{1,200}},\s*){_LITERAL}",
    r"(?P<keep>key[\"']?\s*(?:=>|:=|[:=,])\s*[\"'])[0-9A-Za-z]{32}(?=[\"'])",  # WeChat Pay's API keys, whatever they are called
    rf"(?P<keep>){_LITERAL}(?=\s*\.\s*toCharArray)",
    r"(?P<keep>[\"'](?:-u|-U|--user|--proxy-user)[\"']\s*,\s*[\"'][^\s\"':]+:)[^\"'\n]+",  # ["curl", "-u", "user:x"]
    rf"(?P<keep>[\"']--?[\w\-]{{0,30}}{_NAME}[\w\-]{{0,30}}[\"']\s*,\s*){_LITERAL}",  # ["keytool", "-storepass", "x"]
)
_OPTION_OF = (
    (r"mysql\w*|mariadb\w*|sshpass", "p", ""),
    (r"mongo\w*|sshpass|az|rabbitmqadmin|oc|cf|kinit|cqlsh|cypher-shell|ssh-keygen", "pN", r"\s+"),
    (r"(?:docker|podman|skopeo|buildah|nerdctl)\b[^\n|;&]{0,100}?\blogin", "p", r"\s+"),
    (r"mosquitto_\w+|sqlcmd|bcp|isql|tsql|zip|unzip", "P", r"\s*"),
    (r"redis-cli|valkey-cli", "a", r"\s+"),
    (r"ldap\w+", "wy", r"\s+"),
    (r"openssl", "kK", r"\s+"),
    (r"snmp\w+", "AX", r"\s+"),
)
"""Programs, their short options for a password, and what stands between the option and the password."""
_COMMANDS = (
    r"(?P<keep>(?<![\w-])(?:-u|-U|--user|--proxy-user|--auth)(?:[\s=]+|(?=\w))[\"']?[^\s\"':/]+:)(?!\d+(?:\s|\Z))[^\s\"']+",
    r"(?P<keep>(?<!\S)(?:--cert|--proxy-cert)[\s=]+[\"']?[^\s\"':]+:)[^\s\"']+",  # curl --cert file:x
    r"(?P<keep>\bcurl\b[^\n|;&]{0,300}?\s-E\s*[\"']?[^\s\"':]+:)[^\s\"']+",
    r"(?P<keep>(?<!\S)(?:-b|--cookie)[\s=]+[\"']?[\w\-]+=)[^\s\"']+",
    r"(?P<keep>\b(?:http|https|xh|xhs)\s[^\n|]{0,200}?\s-a\s+[\"']?[^\s\"':]+:)[^\s\"']+",
    rf"(?P<keep>(?<!\S)--?[\w\-]{{0,30}}{_NAME}[\w\-]{{0,30}}(?:\s+|=)[\"']?){_WORD}",  # --password x
    r"(?P<keep>-pass(?:in|out)?\s+[\"']?pass:)[^\s\"']+",
    *(
        rf"(?P<keep>\b(?:{programs})\b(?:[^\n|;&]{{0,300}}?\s)-[{letters}]{between}[\"']?)(?![-\"'\s])[^\s\"']+"
        for programs, letters, between in _OPTION_OF
    ),
    r"(?P<keep>\bmysqladmin\b[^\n|;&]{0,200}?\spassword\s+[\"']?)[^\s\"']+",
    r"(?P<keep>\bsmbclient\b[^\n|;&]{0,200}?-U\s*[\"']?[^\s\"'%]+%)[^\s\"']+",
    r"(?P<keep>\bhtpasswd\s+-\w*b\w*\s+\S+\s+\S+\s+)\S+",
    r"(?P<keep>\bvault\s+login\b(?:\s+-\S+){0,8}\s+)(?!-)[^\s\"']+",
    r"(?P<keep>\bnet\s+use\b[^\n|&]{0,200}?/user:\S+\s+)[^\s\"']+",
    r"(?P<keep>\becho\s+(?:-n\s+)?[\"']?)[^\s\"'|]+(?=[\"']?\s*\|[^\n|]{0,200}--password-stdin)",
)
"""Secrets among the words of commands: in shells and configuration, and in strings of code."""
_IN_TEXT = (
    rf"(?P<keep>{_NAME}[\w.\-]*\s*[:=]\s*){_WORD}",  # trustStorePassword=x, X-API-KEY: x
    rf"(?P<keep>\b(?:ENV|ARG|setx?)\s+\w*{_NAME}\w*\s+){_WORD}",
)
_IN_LITERAL = rf"(?P<keep>{_NAME}[\w.\-]*\s*=\s*)[^\s;&\"'`{{}}$%<>]+"
"""A setting in a connection string: ``"Server=db;Password=x"``, ``"host=db password=x"``."""
_HANDED_OVER = re.compile(
    r"(?i)\b(?:set_?)?(?:basic_?auth\w*|credentials?|NetworkCredential|PasswordAuthentication|UsernamePasswordCredentials"
    r"|simple_bind\w*|login|username_pw_set|QNetworkProxy|(?:make|create|get|gen\w*|md5|hmac)?_?sign(?:ature)?|create_?hmac|hash_hmac"
    r"|PKCS12\.new|(?:openssl_)?pkcs12_read|(?:RSA|EC|PKey)\.new|load_cert_chain|load_key_and_certificates|load_pem_private_key"
    r"|(?:mysqli?|pymysql|MySQLdb|psycopg2?|DBI|oracledb|cx_Oracle)(?:\.|->|::|_)(?:real_)?connect|new\s+(?:PDO|mysqli)"
    r"|getConnection)(?:\s*\(|\s+(?=[\"']))[^\n]{0,400}"
)
"""Calls to which a user's name and password, or a file and its password, are handed over by position."""
_POSITIONAL = re.compile(rf"(?P<keep>(?:[(,]|[a-z]\s)\s*b?)(?P<given>{_LITERAL})(?=\s*(?:[,)]|$))")
_NAMES_FILE = re.compile(r"[/\\]|\.\w{2,4}[\"'`]$|^.(?:mysql|pgsql|dbi|jdbc):")
_PARTS_OF_NAME = ("pass", "pwd", "secret", "token", "credential", "auth", "key", "session", "csrf", "密码")
"""Without any of these no ``_NAME`` is in a text. Most have none, and looking for names takes most of the time."""


@cache
def _compiled(expressions: tuple[str, ...], named: bool) -> tuple["re.Pattern[str]", ...]:
    """The expressions, without those for names of secrets if there is none (``named``)."""
    wanted = [one for one in expressions if named or _NAME not in one]
    return tuple(re.compile(one, re.DOTALL if "PRIVATE" in one else 0) for one in map(_any_case, wanted))


def _any_case(expression: str) -> str:
    """Options of commands keep their case (``-p`` is a password where ``-P`` is a port), names do not."""
    return expression if expression in _COMMANDS else f"(?i){expression}"


@cache
def _literals() -> "re.Pattern[str]":
    return re.compile(_LITERAL)


@lru_cache(maxsize=1024)
def without_secrets(written: str, *, in_text: bool) -> str:
    """The same with every secret in it blanked. ``in_text``: in configuration and shells a word needs no quotes."""
    lower = written.lower()
    named = any(part in lower for part in _PARTS_OF_NAME)
    written = _HANDED_OVER.sub(lambda call: _POSITIONAL.sub(_unless_file, call.group()), written)
    written = _blanked(written, (*_SHAPES, *_EVERYWHERE, *((*_COMMANDS, *_IN_TEXT) if in_text else ())), named=named)
    inside = (_IN_LITERAL, *(() if in_text else _COMMANDS))
    return _literals().sub(lambda found: _blanked(found.group(), inside, named=named), written)


def _blanked(written: str, expressions: tuple[str, ...], *, named: bool) -> str:
    for expression in _compiled(expressions, named):
        written = expression.sub(rf"\g<keep>{_HIDDEN}", written)
    return written


def _unless_file(found: "re.Match[str]") -> str:
    return found.group() if _NAMES_FILE.search(found["given"]) else found["keep"] + _HIDDEN
