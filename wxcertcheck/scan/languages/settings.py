"""Line-based settings: .properties, .env, .ini, .conf, systemd units, nginx, haproxy, stunnel, npm, pip, Terraform."""

from wxcertcheck.scan.deployment import COMMANDS, KEYS, SERVICES, VARIABLES
from wxcertcheck.scan.deployment_jvm import JVM_SETTINGS, PLAY_STORES
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.programs import PROGRAMS
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
        ".mavenrc",
        ".wgetrc",
        "wgetrc",
        ".gitconfig*",
        ".condarc",
        ".msmtprc",
        "msmtprc",
        ".ldaprc",
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
