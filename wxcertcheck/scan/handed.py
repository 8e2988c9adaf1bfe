"""Trusted CAs and switches that are handed on under a telling name, whatever the library: calls, fields, options, setters.

This is the general rule beside the patterns that know a library. It says nothing where one of those speaks, nor of data that
is merely declared or copied: ``to.caFile = from.caFile``.
"""

from collections.abc import Iterator

from wxcertcheck.scan.handed_arguments import argument_handed, constant_used, key_read, literal_handed
from wxcertcheck.scan.handed_cas import ca_call, ca_setting
from wxcertcheck.scan.handed_guards import Serves, left_alone
from wxcertcheck.scan.handed_places import Evaluate, evaluated
from wxcertcheck.scan.handed_setters import own_setter
from wxcertcheck.scan.handed_switches import switch_call, switch_setting
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Matcher, Pattern
from wxcertcheck.scan.phrases import CA_FOLLOWED, CA_WORDS, SWITCH_FOLLOWED, SWITCH_WORDS, off_when, tells_ca


def _matcher(
    patterns: tuple[Pattern, ...], evaluate: Evaluate, serves: Serves | None, known: frozenset[str]
) -> tuple[Matcher, Matcher]:
    def finds(hit: Hit, off: str) -> Iterator[Find]:
        call = None if hit.name in known else hit.call()
        if hit.name in known:
            yield from own_setter(hit)
        elif call is not None and call.name == hit.name:
            yield from switch_call(hit, call, off) if off else ca_call(hit, call, evaluate)
        else:
            setting = hit.setting()
            if setting is None:
                yield from own_setter(hit)
            else:
                yield from switch_setting(hit, setting, off) if off else ca_setting(hit, setting, evaluate)
            yield from argument_handed(hit, off, evaluate, patterns)
            yield from key_read(hit)
            if not off:
                yield from literal_handed(hit, patterns)
            if not off and serves is not None:
                yield from constant_used(hit, evaluate, patterns)

    def handed(hit: Hit, off: str) -> Iterator[Find]:
        return (find for find in finds(hit, off) if not left_alone(hit, find.node, patterns, serves))

    def ca(hit: Hit) -> Iterator[Find]:
        if tells_ca(hit.name):
            yield from handed(hit, "")

    def switch(hit: Hit) -> Iterator[Find]:
        if off := off_when(hit.name):
            yield from handed(hit, off)

    return ca, switch


def handed_on(
    patterns: tuple[Pattern, ...],
    *,
    ca: tuple[tuple[str, ...], tuple[str, ...]],
    switch: tuple[tuple[str, ...], tuple[str, ...]],
    evaluate: Evaluate = evaluated,
    serves: Serves | None = None,
    known: frozenset[str] = frozenset(),
) -> tuple[Pattern, ...]:
    """A language's ``patterns`` and, after them, the two general ones; ``ca`` and ``switch`` are their bad and good lines.

    ``known``: names of which ``patterns`` say all there is to say, nothing included. ``serves``: the language's own test of a
    server's code.
    """
    ca_match, switch_match = _matcher(patterns, evaluate, serves, known)
    return (
        *patterns,
        Pattern("handed-ca", CA_WORDS, ca_match, ca[0], ca[1], followed=CA_FOLLOWED, within=True),
        Pattern(
            "handed-switch", SWITCH_WORDS, switch_match, switch[0], switch[1], followed=SWITCH_FOLLOWED, within=True
        ),
    )
