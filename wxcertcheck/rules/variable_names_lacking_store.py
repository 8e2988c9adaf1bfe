"""WXC110: a variable points at a store that lacks a needed root, and only a second store hides it."""

from collections.abc import Iterator

from wxcertcheck.model import Case, FilePlace, Finding, Level, Rule, Runtime, StoreState
from wxcertcheck.rules.wording import holder_name, lacking_roots
from wxcertcheck.text import Text, joined

_ADDS = frozenset(
    {"NODE_EXTRA_CA_CERTS"}
)  # made to add to the built-in list; lacking a public root is its normal state


def judge(case: Case) -> Iterator[Finding]:
    """Sources named by a variable that would fail alone, in runtimes that do not fail."""
    hidden: dict[tuple[str, str], list[Runtime]] = {}
    for runtime in case.each(Runtime):
        if not runtime.in_use or case.rotation.outages(runtime.trusted, case.on):
            continue
        for source in runtime.sources:
            alone = case.rotation.outages(source.store.trusted, case.on)
            unread = source.store.state is StoreState.UNREADABLE
            if source.variable and source.variable not in _ADDS and alone and not unread:
                hidden.setdefault((source.variable, source.store.path), []).append(runtime)
    for (variable, path), runtimes in hidden.items():
        source = next(s for s in runtimes[0].sources if s.variable == variable and s.store.path == path)
        yield Finding(
            rule=RULE.id,
            level=Level.WARNING,
            place=FilePlace(path),
            message=_MESSAGE.fill(
                variable=variable,
                path=path,
                roots=lacking_roots(case.rotation.outages(source.store.trusted, case.on)),
                runtimes=joined([holder_name(runtime) for runtime in runtimes[:4]]),
            ),
            subjects=(*runtimes, source.store),
        )


_MESSAGE = Text(
    zh="{variable} 指向的 {path} 缺少 {roots}；目前 {runtimes} 靠另一个信任库（默认目录）才没有失败",
    en="{variable} names {path}, which lacks {roots}; only a second store (the default directory) keeps {runtimes} going",
)

RULE = Rule(
    id="WXC110",
    slug="variable-names-lacking-store",
    level=Level.WARNING,
    title=Text(zh="环境变量指向的信任库缺少根证书", en="A variable names a store that lacks a root"),
    why=Text(
        zh="OpenSSL 的 CA 文件与 CA 目录是两个开关：SSL_CERT_FILE 只换掉文件，默认目录仍然生效，问题因此被掩盖。"
        "换一台没有该目录的机器或镜像就会失败。",
        en="OpenSSL has two switches, file and directory: SSL_CERT_FILE replaces the file alone, and the default directory"
        " still counts, which hides the defect. On a machine or image without that directory it fails.",
    ),
    remedy=Text(
        zh="去掉这个变量，或把缺少的根证书追加到它指向的文件。",
        en="Unset the variable, or add the missing root to the file that it names.",
    ),
    judge=judge,
)
