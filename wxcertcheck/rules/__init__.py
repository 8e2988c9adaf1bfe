"""One file = one rule = one outcome. A rule module defines ``RULE``; its file is named by the rule's slug.

Rule ids are stable: WXC1xx stores, 2xx code, 3xx handshake, 4xx runtimes, 5xx host settings, 9xx could not look.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from wxcertcheck.model import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, ordered by id."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    rules = [module.RULE for module in modules if hasattr(module, "RULE")]
    return tuple(sorted(rules, key=lambda rule: rule.id))


def rule_by_id(text: str) -> Rule | None:
    """The rule with this id (any case) or slug, or None."""
    return next((rule for rule in all_rules() if text.upper() == rule.id or text.lower() == rule.slug), None)
