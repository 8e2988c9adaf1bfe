"""WXC210: a package in use brings its own list of CAs."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, Level, PackageUse, Rule
from wxcertcheck.rules.wording import lacking_roots
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Packages whose own list lacks a root: a warning where something in the tree is linked to the hosts, else a note."""
    for package in case.each(PackageUse):
        if package.carries is None:
            continue
        outages = case.rotation.outages(package.carries, case.on)
        lacking = {root.fingerprint for outage in outages for roots in outage.lacking for root in roots}
        if outages and lacking <= package.known_roots:
            message = _LACKS.fill(name=package.name, version=package.version or "?", roots=lacking_roots(outages))
            reasons = (package.note,) if package.note else ()
            yield Finding(
                RULE.id, Level.WARNING, package.place, message, reasons=reasons, outages=outages, subjects=(package,)
            )


_LACKS = Text(
    zh="{name} {version} 自带的 CA 列表缺少 {roots}",
    en="{name} {version} carries its own list of CAs, which lacks {roots}",
)

RULE = Rule(
    id="WXC210",
    slug="package-carries-certificates",
    level=Level.WARNING,
    title=Text(zh="依赖包自带的 CA 列表缺少根证书", en="A package's own list of CAs lacks a root"),
    why=Text(
        zh="有些依赖包自带 CA 列表并替换系统的（certifi、旧版 requests、Guzzle 3、stripe……）。系统更新了，它们也不会变。",
        en="Some packages carry a list of CAs and use it instead of the system's (certifi, old requests, Guzzle 3, stripe…)."
        " They do not change when the system is updated.",
    ),
    remedy=Text(zh="升级该依赖包。", en="Upgrade the package."),
    judge=judge,
)
