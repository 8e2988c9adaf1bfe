"""Ruby."""

from wxcertcheck.scan.language import Language
from wxcertcheck.scan.languages.ruby.grammar import CARRIERS, CONSTANTS, GRAMMAR, evaluate, returned
from wxcertcheck.scan.languages.ruby.named import PATTERNS as NAMED
from wxcertcheck.scan.languages.ruby.switches import PATTERNS as SWITCHES
from wxcertcheck.scan.languages.ruby.trust import PATTERNS as TRUST

LANGUAGE = Language(
    name="ruby",
    title="Ruby",
    endings=(".rb", ".rake", ".ru", ".gemspec", ".podspec", ".jbuilder", ".thor", ".rbw", ".builder", ".cap"),
    file_names=("Rakefile", "Gemfile", "Capfile", "Guardfile", "Vagrantfile", "Podfile", "Fastfile", "Berksfile"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants=CONSTANTS,
    line_comments=("#",),
    evaluate=evaluate,
    returned=returned,
    patterns=(*TRUST, *SWITCHES, *NAMED),
)
