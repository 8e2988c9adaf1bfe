"""Line-based settings: .properties, .env, .ini, .conf, systemd units, nginx, haproxy, stunnel, npm, pip."""

from wxcertcheck.scan.deployment import KEYS, SERVICES, VARIABLES
from wxcertcheck.scan.deployment_jvm import JVM_SETTINGS, PLAY_STORES
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
    ),
    file_names=(
        ".env*",
        ".npmrc",
        ".yarnrc",
        "pip.conf",
        "pip.ini",
        ".gitconfig",
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
    ),
    patterns=(
        *VARIABLES,
        *KEYS,
        *JVM_SETTINGS,
        PLAY_STORES,
        *SERVICES,
    ),
    line_comments=("#", ";", "//"),
    lexer=lexer,
)
