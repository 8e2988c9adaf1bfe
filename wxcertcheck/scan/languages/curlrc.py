"""curl's own settings file."""

from wxcertcheck.scan.deployment.services import CURLRC
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.text_format import lexer

LANGUAGE = Language(
    name="curlrc",
    title="curl's settings",
    endings=(".curlrc",),
    file_names=("_curlrc", ".curlrc"),
    patterns=(*CURLRC,),
    line_comments=("#",),
    lexer=lexer,
)
