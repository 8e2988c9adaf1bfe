"""Trusted CAs and switches that are handed on under a telling name, whatever the library: calls, fields, options, setters.

This is the general rule beside the patterns that know a library. It says nothing where one of those speaks, nor of data that
is merely declared or copied: ``to.caFile = from.caFile``.
"""

from collections.abc import Iterator
from itertools import chain

from wxcertcheck.scan.handed_arguments import argument_handed, constant_used, key_read
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
    def ca(hit: Hit) -> Iterator[Find]:
        if not tells_ca(hit.name):
            return
        if hit.name in known:
            yield from (find for find in own_setter(hit) if not left_alone(hit, find.node, patterns, serves))
            return
        call = hit.call()
        if call is not None and call.name == hit.name:
            finds = ca_call(hit, call, evaluate)
        else:
            setting = hit.setting()
            finds = ca_setting(hit, setting, evaluate) if setting is not None else own_setter(hit)
            finds = chain(finds, argument_handed(hit, "", evaluate, patterns), key_read(hit))
            finds = chain(finds, constant_used(hit, evaluate, patterns) if serves is not None else ())
        yield from (find for find in finds if not left_alone(hit, find.node, patterns, serves))

    def switch(hit: Hit) -> Iterator[Find]:
        off = off_when(hit.name)
        if not off:
            return
        if hit.name in known:
            yield from (find for find in own_setter(hit) if not left_alone(hit, find.node, patterns, serves))
            return
        call = hit.call()
        if call is not None and call.name == hit.name:
            finds = switch_call(hit, call, off)
        else:
            setting = hit.setting()
            finds = switch_setting(hit, setting, off) if setting is not None else own_setter(hit)
            finds = chain(finds, argument_handed(hit, off, evaluate, patterns), key_read(hit))
        yield from (find for find in finds if not left_alone(hit, find.node, patterns, serves))

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
