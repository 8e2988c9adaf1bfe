"""WXC210: a package in use brings its own list of CAs."""

from collections.abc import Iterator

from wxcertcheck.model import Case, Finding, HostUse, Level, PackageUse, Rule
from wxcertcheck.rules.wording import CONFIDENCE, lacking_roots
from wxcertcheck.text import Text


def judge(case: Case) -> Iterator[Finding]:
    """Packages whose own list lacks a root: a warning where the tree is linked to the hosts and the list serves every call."""
    linked = _linked(case)
    for package in case.each(PackageUse):
        if package.carries is None:
            continue
        outages = case.rotation.outages(package.carries, case.on)
        lacking = {root.fingerprint for outage in outages for roots in outage.lacking for root in roots}
        if outages and lacking <= package.known_roots:
            message = _LACKS.fill(name=package.name, version=package.version or "?", roots=lacking_roots(outages))
            warns = linked and not package.only_for and package.confidence.may_decide
            yield Finding(
                RULE.id,
                Level.WARNING if warns else Level.NOTE,
                package.place,
                message,
                reasons=tuple(_reasons(package, linked=linked)),
                outages=outages,
                subjects=(package,),
            )


def _linked(case: Case) -> bool:
    """Whether anything in the tree calls the hosts: a name outside tests, or a package known to call them."""
    named = any(case.rotation.knows_host(use.host) and not use.test for use in case.each(HostUse))
    return named or any(
        case.rotation.knows_host(host)
        for package in case.each(PackageUse)
        if package.confidence.may_decide
        for host in package.calls
    )


def _reasons(package: PackageUse, *, linked: bool) -> Iterator[Text]:
    if package.note:
        yield package.note
    if package.only_for:
        yield _ONLY_FOR.fill(service=package.only_for)
    if not linked:
        yield _NOWHERE
    if not package.confidence.may_decide:
        yield _UNSURE.fill(confidence=CONFIDENCE[package.confidence])


_LACKS = Text(
    zh="{name} {version} 自带的 CA 列表缺少 {roots}",
    en="{name} {version} carries its own list of CAs, which lacks {roots}",
)
_ONLY_FOR = Text(zh="这份列表只用于访问 {service}", en="the list is used for calls to {service} alone")
_NOWHERE = Text(zh="项目里没有出现此次更换涉及的域名", en="no host of the rotation is named in the project")
_UNSURE = Text(zh="列表内容的依据：{confidence}", en="what the list holds: {confidence}")

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
