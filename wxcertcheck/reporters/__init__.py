"""One file per format; a reporter is a pure function from a report to text."""

from wxcertcheck.model import Report


def render(report: Report, format: str, language: str, *, color: bool = False, quiet: bool = False) -> str:  # noqa: A002
    """The report as text in the chosen format ("terminal", "json") and language ("zh", "en")."""
    if format == "json":
        from wxcertcheck.reporters.json_v1 import render_json

        return render_json(report)
    from wxcertcheck.reporters.terminal import render_terminal

    return render_terminal(report, language, color=color, quiet=quiet)
