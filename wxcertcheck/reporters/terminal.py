"""The report for a person: the verdict, what to do, the evidence; 80 columns, Chinese included. Pure."""

import re
from functools import cached_property

from msgspec.structs import replace

from wxcertcheck.model import (
    FilePlace,
    Finding,
    Fix,
    HostPlace,
    Level,
    Looked,
    NotLooked,
    Pin,
    Place,
    Report,
    Root,
    Runtime,
    Safety,
    Status,
    Store,
    StoreState,
)
from wxcertcheck.reporters.handshakes import handshake_guide, handshake_lines
from wxcertcheck.reporters.layout import WIDTH, pad, shorten, width, wrap
from wxcertcheck.reporters.rooms import root_state, shown_roots, stores_of
from wxcertcheck.rules.wording import CONFIDENCE, day, holder_name, root_label, runtime_name
from wxcertcheck.text import Text, joined, same

_STATUS = {
    Status.READY: (Text(zh="就绪", en="READY"), "32;1"),
    Status.NOT_READY: (Text(zh="未就绪", en="NOT READY"), "31;1"),
    Status.UNKNOWN: (Text(zh="无法判定", en="UNKNOWN"), "33;1"),
}
_LEVEL_COLOR = {Level.ERROR: "31", Level.WARNING: "33", Level.NOTE: "2"}
_LEVEL_MARK = {Level.WARNING: Text(zh="警告  ", en="Warning  "), Level.NOTE: Text(zh="提示  ", en="Note  ")}
_PLACES = 5
_REASONS = 3
_GROUPS = 20
_NAMES = 32  # columns for the names of a row
_HIDDEN_NOTES = frozenset({"WXC105", "WXC901"})  # the footer counts them


def render_terminal(report: Report, language: str, *, color: bool = False, quiet: bool = False) -> str:
    """The whole report as lines of text."""
    page = _Page(report, language, color)
    page.headline()
    page.errors()
    page.gaps()
    if not quiet:
        page.others()
    for further in report.also:
        page.lines += ["", *_brief(further, language, color, quiet, known=report.findings)]
    if not quiet:
        page.holders()
        page.lines += handshake_lines(report, language)
        page.footer()
    else:
        page.lines += handshake_guide(report, language)
    return "\n".join(map(_harmless, page.lines)) + "\n"


def _harmless(line: str) -> str:
    """The line without control characters from file names, which could rewrite the screen; our own colours stay."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", line)


_CONTROL = re.compile(r"\x1b(?!\[[\d;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f\x80-\x9f]")


def _brief(report: Report, language: str, color: bool, quiet: bool, known: tuple[Finding, ...]) -> list[str]:
    """A further rotation: its verdict, and what was not said of the first one already."""
    said = {(finding.rule, finding.place, finding.message) for finding in known}
    repaired = {(f.rule, f.place, _roots_lacking(f)) for f in known if f.fixes}
    brief = {
        id(f): replace(f, fixes=(_AS_ABOVE,)) if f.fixes and (f.rule, f.place, _roots_lacking(f)) in repaired else f
        for f in report.findings
    }
    fresh = tuple(brief[id(f)] for f in report.findings if (f.rule, f.place, f.message) not in said)
    verdict = replace(report.verdict, because=tuple(brief.get(id(f), f) for f in report.verdict.because))
    page = _Page(replace(report, findings=fresh, verdict=verdict), language, color)
    page.headline()
    page.errors()
    page.gaps()
    if not quiet:
        page.others()
    return page.lines


def _roots_lacking(finding: Finding) -> frozenset[str]:
    """The roots that a finding's outages are about: whichever rotation says so, one repair adds them."""
    return frozenset(root.fingerprint for o in finding.outages for group in o.lacking for root in group)


_AS_ABOVE = Fix(Text(zh="修法同上", en="Repair as above"), Safety.MANUAL)


class _Page:
    def __init__(self, report: Report, language: str, color: bool) -> None:
        self.report, self.language, self.color = report, language, color
        self.lines: list[str] = []
        self.noted: set[Text] = set()  # what a repair must heed is said once

    def say(self, text: Text) -> str:
        return text.of(self.language)

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text

    def headline(self) -> None:
        verdict, rotation = self.report.verdict, self.report.rotation
        word, code = _STATUS[verdict.status]
        status = self.say(word)
        if verdict.covers:
            status += self.say(_COVERS.fill(covers=verdict.covers))
        change = _CHANGE.fill(
            title=rotation.title, old=self._names(rotation.retiring), new=self._names(rotation.incoming)
        )
        first, *rest = wrap(self.say(change), first=status + "   ", indent=" " * 4)
        self.lines += [self.paint(status, code) + first[len(status) :], *rest]
        if self.report.on.date() != self.report.checked_at.astimezone(self.report.on.tzinfo).date():
            self.lines.append("    " + self.say(_ON.fill(day=day(self.report.on))))
        if not rotation.confidence.may_decide:
            self.lines += wrap(
                self.say(_WEAK.fill(confidence=CONFIDENCE[rotation.confidence])), indent="    ", first="    "
            )
        loud = [f for f in self.report.findings if f.level is Level.WARNING and not f.ignored_by]
        if loud and verdict.status is not Status.NOT_READY:
            self.lines.append(self.paint("    " + self.say(_WARNINGS.fill(count=len(loud))), "33"))
        failing = sum(1 for finding in self.report.findings if finding.rule == "WXC105")
        if failing:
            self.lines += [self.paint(line, "33") for line in self._indented(_UNUSED_FAIL.fill(count=failing))]
        if verdict.status is Status.UNKNOWN and not verdict.not_looked:
            self.lines += self._indented(_NOTHING)

    def _indented(self, text: Text) -> list[str]:
        return wrap(self.say(text), indent="    ", first="    ")

    def _names(self, fingerprints: frozenset[str]) -> Text:
        return joined([same(r.name) for r in self.report.rotation.roots if r.fingerprint in fingerprints])

    def errors(self) -> None:
        self._findings(list(self.report.verdict.because))

    def gaps(self) -> None:
        """What could not be looked at and decides; a pin's finding that says the same is told with it."""
        groups: dict[object, list[NotLooked]] = {}
        for item in self.report.verdict.not_looked:
            told = self._unread.get(item.place)
            groups.setdefault((item.message, item.hint, told.not_ignored if told else None), []).append(item)
        for items in [*groups.values()][:_GROUPS]:
            findings = [self._unread[item.place] for item in items if item.place in self._unread]
            mark = f" [{findings[0].rule}]" if findings else ""
            self.lines += wrap(self.say(_GAP.fill(what=items[0].message)) + mark, indent="  ", first="")
            if findings and findings[0].not_ignored:
                self.lines += wrap("! " + self.say(findings[0].not_ignored), indent="    ", first="  ")
            for reason in findings[0].reasons[:_REASONS] if findings else ():
                self.lines += wrap("· " + self.say(reason), indent="    ", first="  ")
            self._lines_of(tuple(item.place for item in items if isinstance(item.place, FilePlace) and item.place.line))
            self.lines += wrap("→ " + self.say(items[0].hint), indent="    ", first="  ")

    @cached_property
    def _unread(self) -> dict[Place, Finding]:
        """The findings about pins that the verdict's gaps speak of."""
        places = {item.place for item in self.report.verdict.not_looked if item.reason == "pin-unresolved"}
        return {f.place: f for f in self.report.findings if f.rule == "WXC205" and f.place in places}

    def _lines_of(self, places: tuple[FilePlace, ...]) -> None:
        self.lines += ["    " + shorten(str(place), WIDTH - 4) for place in places[:_PLACES]]
        if len(places) > _PLACES:
            self.lines.append("    " + self.say(_MORE_PLACES.fill(count=len(places) - _PLACES)))

    def others(self) -> None:
        hidden = {id(finding) for finding in (*self.report.verdict.because, *self._unread.values())}
        hidden |= {id(finding) for finding in self.report.findings if self._is_told_by_a_pin(finding)}
        self._findings(
            [
                finding
                for finding in self.report.findings
                if id(finding) not in hidden and not (finding.level is Level.NOTE and finding.rule in _HIDDEN_NOTES)
            ]
        )

    def _is_told_by_a_pin(self, finding: Finding) -> bool:
        """Whether a CA file was named, with what it holds, by the finding about the pin that opens it."""
        place = finding.place
        return finding.rule == "WXC209" and isinstance(place, FilePlace) and place.path in self._pinned

    @cached_property
    def _pinned(self) -> frozenset[str]:
        pins = [pin for f in self.report.findings for pin in f.subjects if isinstance(pin, Pin)]
        return frozenset(store.path for pin in pins for store in pin.targets)

    def _findings(self, findings: list[Finding]) -> None:
        """Findings that say the same are told once, with all their places."""
        groups: dict[object, list[Finding]] = {}
        for finding in findings:
            why = finding.ignored_by, finding.not_ignored, _why_a_note(finding)
            groups.setdefault((finding.rule, finding.level, finding.message, why), []).append(finding)
        for group in [*groups.values()][:_GROUPS]:
            self._finding(group)
        if len(groups) > _GROUPS:
            self.lines.append(self.say(_MORE_GROUPS.fill(count=len(groups) - _GROUPS)))

    def _finding(self, group: list[Finding]) -> None:
        finding = group[0]
        mark = self.say(_LEVEL_MARK.get(finding.level, same("")))
        if finding.ignored_by:
            mark = self.say(_IGNORED.fill(reason=finding.ignored_by))
        text = f"{mark}{self.say(finding.message)} [{finding.rule}]"
        first, *rest = wrap(text, indent="  ", first="")
        self.lines += [self.paint(first, _LEVEL_COLOR[finding.level]), *rest]
        if finding.not_ignored:
            self.lines += wrap("! " + self.say(finding.not_ignored), indent="    ", first="  ")
        why = _why_a_note(finding)
        reasons = finding.reasons[:_REASONS] if finding.level is not Level.NOTE else (why,) if why else ()
        for reason in [r for r in reasons if r.of(self.language) not in text]:
            self.lines += wrap("· " + self.say(reason), indent="    ", first="  ")
        in_source = isinstance(finding.place, FilePlace) and finding.place.line > 0
        repaired = finding.level is not Level.NOTE and not finding.ignored_by and finding.fixes
        if in_source and not (repaired and finding.fixes[0].example):
            self._places(group, None)
        for number, fix in enumerate(finding.fixes[:2] if repaired else ()):
            self.lines += wrap("→ " + self.say(fix.title), indent="    ", first="  ")
            if in_source and fix.example:
                self._places(group, number)
            else:
                self.lines += [f"    {line}" for line in fix.example.splitlines()]
            self.lines += [f"    {command}" for command in fix.commands]  # never wrapped: made to be copied
            for note in fix.notes:
                if note not in self.noted:
                    self.lines += wrap(self.say(note), indent="    ", first="    ")
                self.noted.add(note)

    def _places(self, group: list[Finding], number: int | None) -> None:
        """The places of findings that say the same, each with the lines to change by fix ``number``."""
        for finding in group[:_PLACES]:
            self.lines.append("    " + shorten(str(finding.place), WIDTH - 4))
            if number is not None and number < len(finding.fixes):
                self.lines += [f"    {line}" for line in finding.fixes[number].example.splitlines()]
        if len(group) > _PLACES:
            self.lines.append("    " + self.say(_MORE_PLACES.fill(count=len(group) - _PLACES)))

    def holders(self) -> None:
        roots = shown_roots(self.report)
        rows = [*self._rows(roots)]
        if not rows:
            return
        names = min(_NAMES, max(width(line) for row in rows for line in row[0]) + 2)
        heads = [root_label(root)[:6] for root in roots]
        cells = [max(5, width(head) + 1) for head in heads]
        anchors = self.say(_ANCHORS)
        title = self.say(_IN_USE if any(isinstance(i, Runtime) for i in self.report.evidence) else _STORES)
        head = pad(title, names) + "".join(pad(h, c) for h, c in zip(heads, cells, strict=True))
        self.lines += ["", self.paint(f"{head}{anchors}  {self.say(_WHERE)}", "1")]
        used = names + sum(cells) + width(anchors) + 2
        for (name, *more), states, count, where in rows:
            line = pad(name, names)
            for state, column in zip(states, cells, strict=True):
                word = self.say(_STATE[state])
                line += self.paint(word, "31;1" if state.startswith("needed") else "0")
                line += " " * max(0, column - width(word))
            self.lines.append(line + count.rjust(width(anchors)) + "  " + shorten(where, max(12, WIDTH - used)))
            self.lines += more

    def _rows(self, roots: tuple[Root, ...]) -> list[tuple[list[str], list[str], str, str]]:
        groups: dict[object, list[Runtime | Store]] = {}
        for item in self.report.evidence:
            if isinstance(item, Runtime) and item.in_use:
                groups.setdefault((item.trusted, tuple(s.path for s in stores_of(item)), item.unknown), []).append(item)
            elif isinstance(item, Store) and item.decides:
                groups.setdefault(item.path, []).append(item)
        rows = []
        for members in groups.values():
            first = members[0]
            lacking = {
                r.fingerprint
                for outage in self.report.rotation.outages(first.trusted, self.report.on)
                for group in outage.lacking
                for r in group
            }
            states = [self._state(root_state(first, root), root.fingerprint in lacking) for root in roots]
            names = wrap(self._names_of(members), columns=_NAMES - 2, indent="    ", first="  ")
            rows.append((names, states, str(len(first.trusted)), self._where(first)))
        return rows

    def _state(self, state: str, needed: bool) -> str:
        if state == "absent":
            return "needed" if needed else "absent"
        return "needed-off" if state == "switched-off" and needed else state

    def _names_of(self, members: list[Runtime | Store]) -> str:
        if isinstance(members[0], Store):
            return self.say(joined(list(members[0].used_by[:2]))) or members[0].kind
        runtimes = [member for member in members if isinstance(member, Runtime)]
        if len(runtimes) == 1:
            return self.say(holder_name(runtimes[0]))
        families = {runtime.name.split()[0] for runtime in runtimes}
        elsewhere = {
            item.name.split()[0]
            for item in self.report.evidence
            if isinstance(item, Runtime) and item.in_use and item not in runtimes
        }
        names = [runtime_name(r) if r.name.split()[0] in families & elsewhere else r.name.split()[0] for r in runtimes]
        return ", ".join(dict.fromkeys(names))

    def _where(self, holder: Runtime | Store) -> str:
        stores = stores_of(holder)
        if not stores:
            return self.say(_NOWHERE)
        state = stores[0].state
        text = stores[0].path + ("" if state is StoreState.READ else f" ({self.say(_STORE_STATE[state])})")
        return text + (f" +{len(stores) - 1}" if len(stores) > 1 else "")

    def footer(self) -> None:
        looked = {item.what for item in self.report.evidence if isinstance(item, Looked)}
        code = [item.text for item in self.report.evidence if isinstance(item, Looked) and item.what == "code"]
        unused = [i for i in self.report.evidence if isinstance(i, Store) and not i.decides]
        parts = [_CODE.fill(what=text) for text in code]
        if unused:
            parts.append(_UNUSED.fill(count=len(unused)))
        if any(isinstance(i, NotLooked) and isinstance(i.place, HostPlace) for i in self.report.evidence):
            looked.add("handshake")
        parts += [text for what, text in _NOT_DONE.items() if what not in looked and not self.report.verdict.covers]
        gaps = sum(1 for f in self.report.findings if f.rule == "WXC901") - len(self.report.verdict.not_looked)
        if gaps > 0:
            parts.append(_MORE_GAPS.fill(count=gaps))
        self.lines += ["", *wrap("  ".join(self.say(part) for part in parts))] if parts else []


def _why_a_note(finding: Finding) -> Text | None:
    """Why a finding about a pin is a note only: the last of its reasons."""
    about_pin = finding.subjects and isinstance(finding.subjects[0], Pin)
    return finding.reasons[-1] if about_pin and finding.level is Level.NOTE and finding.reasons else None


_CODE = Text(zh="代码：{what}。", en="Code: {what}.")
_COVERS = Text(zh="（{covers}）", en=" ({covers})")
_CHANGE = Text(zh="{title}：{old} → {new}", en="{title}: {old} -> {new}")
_ON = Text(zh="按 {day} 的需要判定", en="Judged by what is needed on {day}")
_WEAK = Text(
    zh="这项更换计划的资料{confidence}：只给警告，不下“未就绪”的结论。",
    en="What is known of this rotation is {confidence}: it gives warnings, and never NOT READY.",
)
_WARNINGS = Text(zh="有 {count} 条警告，请看下文", en="{count} {count:warning|warnings}, see below")
_GAP = Text(zh="未能检查：{what}", en="Could not look: {what}")
_UNUSED_FAIL = Text(
    zh="另有 {count} 个未在使用的信任库缺少根证书：若有程序用它就会失败（--all 可列出）",
    en="{count} {count:store|stores} not in use would fail if something used {count:it|them} (--all lists {count:it|them})",
)
_NOTHING = Text(
    zh="没有找到可以判定的运行环境、信任库或代码。请核对给出的目录（check 还可用 --root、--everywhere）。",
    en="No runtime, trust store or code was found that could be judged. Look at the path given (check also has --root"
    " and --everywhere).",
)
_IGNORED = Text(zh="已忽略（{reason}）  ", en="Ignored ({reason})  ")
_MORE_GROUPS = Text(
    zh="……另有 {count} 类（见 --format json）", en="… and {count} more {count:kind|kinds} (see --format json)"
)
_MORE_PLACES = Text(zh="……另有 {count} 处", en="… and {count} more {count:place|places}")
_IN_USE = Text(zh="在用", en="In use")
_STORES = Text(zh="信任库", en="Stores")
_ANCHORS = Text(zh="根证书数", en="anchors")
_WHERE = Text(zh="位置", en="where")
_NOWHERE = Text(zh="没有找到 CA 文件", en="no CA file found")
_STATE = {
    "trusted": Text(zh="有", en="yes"),
    "absent": Text(zh="无", en="no"),
    "needed": Text(zh="缺", en="NO"),
    "switched-off": Text(zh="停用", en="off"),
    "needed-off": Text(zh="停用", en="OFF"),
    "unknown": Text(zh="？", en="?"),
}
_STORE_STATE = {
    StoreState.MISSING: Text(zh="不存在", en="missing"),
    StoreState.EMPTY: Text(zh="空", en="empty"),
    StoreState.DAMAGED: Text(zh="损坏", en="damaged"),
    StoreState.UNREADABLE: Text(zh="无法读取", en="unreadable"),
}
_UNUSED = Text(zh="另有 {count} 个信任库未在使用（--all）。", en="Stores not in use: {count} (--all).")
_NOT_DONE = {
    "code": Text(zh="代码：未检查（请给出目录）。", en="Code: not looked at (give a path)."),
    "handshake": Text(zh="握手：未尝试。", en="Handshake: not tried."),
}
_MORE_GAPS = Text(
    zh="另有 {count} 处没能检查，不影响结论（见 --format json）。",
    en="{count} more {count:place|places} could not be looked at and {count:does|do} not decide (see --format json).",
)
