"""Line-based settings: .properties, .env, .ini, .conf, systemd units, nginx, haproxy, stunnel, npm, pip, Terraform."""

from wxcertcheck.scan.deployment.commands import COMMANDS
from wxcertcheck.scan.deployment.jvm import JVM_SETTINGS, PLAY_STORES
from wxcertcheck.scan.deployment.keys import KEYS
from wxcertcheck.scan.deployment.programs import PROGRAMS
from wxcertcheck.scan.deployment.services import SERVICES
from wxcertcheck.scan.deployment.variables import VARIABLES
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.text_format import lexer

LANGUAGE = Language(
    name="settings",
    title="Settings",
    endings=(
        ".properties",
        ".env",
        ".conf",
        ".cnf",
        ".cfg",
        ".ini",
        ".service",
        ".toml",
        ".hocon",
        ".desktop",
        ".editorconfig",
        ".vmoptions",
        ".jvmopts",
        ".options",
        ".config",
        ".repo",
        ".tf",
        ".tfvars",
        ".hcl",
        ".vhost",
    ),
    file_names=(
        ".env*",
        ".npmrc",
        ".yarnrc",
        "pip.conf",
        "pip.ini",
        "haproxy*",
        "kubeconfig*",
        "*.kubeconfig",
        "mysrouterconfig",
        ".pypirc",
        "jvm.options",
        "maven.config",
        "jvm.config",
        "Procfile",
        ".sbtopts",
        ".jvmopts",
        ".mavenrc",
        ".wgetrc",
        "wgetrc",
        ".gitconfig*",
        ".condarc",
        ".msmtprc",
        "msmtprc",
        ".ldaprc",
        "ldaprc",
        "main.cf",
        "sdkconfig*",
        "stunnel*",
    ),
    patterns=(
        *COMMANDS,
        *VARIABLES,
        *KEYS,
        *JVM_SETTINGS,
        PLAY_STORES,
        *SERVICES,
        *PROGRAMS,
    ),
    line_comments=("#", ";", "//"),
    lexer=lexer,
)
