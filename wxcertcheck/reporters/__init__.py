"""One file per format; a reporter is a pure function from a report to text."""

from wxcertcheck.model import Report


def render(report: Report, format: str, language: str, *, color: bool = False, quiet: bool = False) -> str:  # noqa: A002
    """The report as text in the chosen format ("terminal", "json") and language ("zh", "en")."""
    raise NotImplementedError
