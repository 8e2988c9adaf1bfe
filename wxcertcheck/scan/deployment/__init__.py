"""Patterns of configuration and deployment text that many formats share: variables, JVM options, command lines, keys.

Sources: curl(1), wget(1), git-config(1), npm config, pip, OpenSSL's SSL_CERT_FILE, Node's CLI, JSSE, Spring Boot's
``trust-store`` keys, librdkafka's CONFIGURATION.md, Android's network security configuration.
"""
