"""Plan a repair for a finding. Nothing is changed here: a fix is a value with the commands that carry it out."""

from wxcertcheck.fixes.code import code_fixes
from wxcertcheck.fixes.stores import store_fixes
from wxcertcheck.model import Case, Finding, Fix

_STORE_RULES = frozenset({"WXC101", "WXC102", "WXC103", "WXC104", "WXC110"})
_CODE_RULES = frozenset({"WXC201", "WXC202", "WXC204", "WXC205", "WXC206"})


def plan(finding: Finding, case: Case) -> tuple[Fix, ...]:
    """The repairs for a finding, best first; () where there is nothing to repair."""
    if finding.rule in _STORE_RULES:
        return store_fixes(finding, case)
    if finding.rule in _CODE_RULES:
        return code_fixes(finding, case)
    return finding.fixes
