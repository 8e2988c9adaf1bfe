"""WXC105: a store that nothing in use reads would fail, if something used it."""

from collections.abc import Iterator
from posixpath import normpath

from wxcertcheck.model import Case, FilePlace, Finding, Level, Pin, Rule, Runtime, Store, StoreState
from wxcertcheck.rules.wording import lacking_roots, outage_sentence
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Stores outside every runtime in use, judged as if something read them; what code pins is judged as a pin."""
    pinned = {(normpath(s.path), s.trusted) for pin in case.each(Pin) for s in pin.targets}
    read = {s.store.path for runtime in case.each(Runtime) if runtime.in_use for s in runtime.sources}
    for store in case.each(Store):
        if (
            store.decides
            or store.path in read
            or any(f"/{store.path}".endswith(f"/{path.lstrip('/')}") and held == store.trusted for path, held in pinned)
            or store.state is not StoreState.READ
            or not store.trusted
        ):
            continue  # a bundle without one TLS anchor (S/MIME, code signing) is no TLS client's store
        outages = case.rotation.outages(store.trusted, case.on)
        if outages:
            yield Finding(
                rule=RULE.id,
                level=Level.NOTE,
                place=FilePlace(store.path),
                message=_MESSAGE.fill(
                    path=store.path, roots=lacking_roots(outages), when=outage_sentence(outages, case.on)
                ),
                outages=outages,
                subjects=(store,),
            )


_MESSAGE = Text(
    zh="{path} 未被使用；若有程序用它，会缺少 {roots}：{when}",
    en="{path} is not in use; a program that used it would lack {roots}: {when}",
)

RULE = Rule(
    id="WXC105",
    slug="unused-store-lacks-root",
    level=Level.NOTE,
    title=Text(zh="未被使用的信任库缺少根证书", en="A store that is not in use lacks a root"),
    why=Text(
        zh="现在没有发现运行环境在用它，所以不影响结论；但只要有程序改用它就会失败。",
        en="Nothing in use was seen to read it, so it does not decide; a program that switches to it would fail.",
    ),
    remedy=Text(
        zh="确认没有程序使用后可删除；若有，按 WXC101 处理。用 --all 可把所有信任库都计入结论。",
        en="Delete it if nothing needs it; else repair it as for WXC101. With --all every store counts.",
    ),
    judge=judge,
)
