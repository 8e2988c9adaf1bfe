"""Plan a repair for a finding. Nothing is changed here: a fix is a value with the commands or lines that carry it out."""

from wxcertcheck.fixes.code import fingerprint_fix, package_fix, pin_fixes, verification_fix
from wxcertcheck.fixes.stores import store_fixes
from wxcertcheck.model import Case, Finding, Fix, PackageUse, Pin

_STORE_RULES = frozenset({"WXC101", "WXC102", "WXC103", "WXC104", "WXC110"})


def plan(finding: Finding, case: Case) -> tuple[Fix, ...]:
    """The repairs for a finding, best first; () where there is nothing to repair."""
    subject = finding.subjects[0] if finding.subjects else None
    if finding.fixes or subject is None:
        return finding.fixes
    if finding.rule in _STORE_RULES:
        return store_fixes(finding, case)
    match (finding.rule, subject):
        case ("WXC201" | "WXC204", Pin() as pin):
            return pin_fixes(finding, case, pin)
        case ("WXC202", Pin() as pin):
            return (verification_fix(pin, case),)
        case ("WXC206", Pin() as pin):
            return (fingerprint_fix(pin, case),)
        case ("WXC210", PackageUse() as package):
            return (package_fix(package),)
    return ()
