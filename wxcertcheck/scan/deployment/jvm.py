"""Configuration text of JVM programs: Spring, Quarkus, Micronaut, Play, Kafka, JavaMail, JDBC, Maven, JVM options.

Sources: the common application properties of Spring Boot and Spring Cloud Gateway, Quarkus' TLS registry, Micronaut's client
configuration, ssl-config (``loose``), Kafka's and Elasticsearch's configuration, JavaMail's ``com.sun.mail.smtp`` package,
MySQL Connector/J, the drivers of SQL Server and PostgreSQL, MongoDB's connection string, Maven's Wagon.
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import Purpose
from wxcertcheck.scan.deployment.keys import CA_FILE, is_server_key
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.text_format import TextHit, context_off, context_trusts, line_off, line_trusts, parents

if TYPE_CHECKING:
    LineTest = Callable[[TextHit, re.Match[str]], bool]

_IS = r"""["']?\s*[:=]\s*["']?"""
_ON = (
    "useInsecureTrustManager", "use-insecure-trust-manager", "insecure-trust-all-certificates", "trust-all", "acceptAnyCertificate",
    "disableHostnameVerification", "disable-ssl-validation", "disableSslValidation", "skip-ssl-validation", "skipSslValidation",
    "disable-trust-manager", "disableCertChecking", "trustAll", "allow-tls-insecure-connection", "tlsAllowInsecureConnection",
)  # fmt: skip
_OFF = (
    "validate-server-certificate", "validateServerCertificate", "verify-hostname", "sslEnableEndpointIdentification",
    "ssl-enable-endpoint-identification", "checkserveridentity", "verifySsl",
)  # fmt: skip
_IN_URL = (
    "rustCertificateKeyStoreUrl", "verifyServerCertificate=false", "rustServerCertificate=true", "tlsInsecure=true",
    "tlsAllowInvalidCertificates=true", "tlsAllowInvalidHostnames=true", "sslInvalidHostNameAllowed=true", ";trustStore=",
)  # fmt: skip
_JDBC = r"\b(?:jdbc:|r2dbcs?:|mongodb(?:\+srv)?:)[^\s\"']*?[?&;]"


def _not_of_server(hit: TextHit, found: re.Match[str]) -> bool:
    return "server.ssl" not in parents(hit)


def _of_mail(hit: TextHit, found: re.Match[str]) -> bool:
    return re.search(r"\b(?:smtp|imap|pop3)s?\.ssl$", parents(hit)) is not None


def _of_client(hit: TextHit, found: re.Match[str]) -> bool:
    key = f"{parents(hit)}.{found['key']}".lstrip(".")
    return not is_server_key(key) and re.search(r"(?:^|\.)server\.", key) is None


_LISTED = r"(?:trusted-x509-certificates|trustedX509Certificates|(?:elasticsearch\.)?ssl\.certificateAuthorities|certificate_?[aA]uthorities)"

_LIST = context_trusts(rf"{_LISTED}[\"']?:\s*\n\s*-\s*[\"']?(?P<value>[^\s\"'#]+\.(?:pem|crt|cer|der)\b)")


def _listed(hit: Hit) -> Iterator[Find]:
    """A list below its key; Elasticsearch's own (``xpack.security``) are the CAs of its clients and nodes."""
    if isinstance(hit, TextHit) and "xpack.security" not in f"{parents(hit)}.{hit.line}":
        yield from _LIST(hit)


_TRUST_CERTIFICATE = (
    "trustCertCollection", "trust-cert-collection", "trustCertsBundle", "trust-certs-bundle", "trust-certificate", "trustCertificate", "trustedX509Certificates",
    "trusted-x509-certificates", "certificateAuthorities", "certificate_authorities",
)  # fmt: skip

MAVEN_OFF = Pattern(
    slug="maven-verification-off",
    words=("maven.wagon.http.ssl", "aether.connector.https.securityMode"),
    match=any_of(
        line_off(r"maven\.wagon\.http\.ssl\.(?:insecure|allowall)\s*[=>]\s*true", purpose=Purpose.TOOL),
        line_off(r"aether\.connector\.https\.securityMode\s*[=>]\s*insecure", purpose=Purpose.TOOL),
    ),
    bad=("mvn -Dmaven.wagon.http.ssl.insecure=true package",),
    good=("mvn -Dmaven.wagon.http.ssl.insecure=false package",),
    source="https://maven.apache.org/wagon/wagon-providers/wagon-http/",
)

JVM_SETTINGS = (
    Pattern(
        slug="trust-certificate-key",
        words=_TRUST_CERTIFICATE,
        match=any_of(
            line_trusts(
                r"(?<![\w.\-{])(?P<key>[\w.\-]*(?:trust-?[cC]ert-?[cC]ollection|trust-?[cC]ertificates?|trust-?[cC]erts-?[bB]undle))[\"']?\s*[=:]\s*"
                + CA_FILE,
                when=_of_client,
            ),
            line_trusts(rf"(?<![\w.\-{{])(?P<key>[\w.\-]*{_LISTED})[\"']?\s*[=:]\s*\[\s*" + CA_FILE, when=_of_client),
            _listed,
        ),
        bad=(
            "grpc.client.wx.security.trustCertCollection: file:certs/ca.crt",
            'elasticsearch.ssl.certificateAuthorities: [ "/etc/kibana/ca.pem" ]',
            "ssl:\n  trustedX509Certificates:\n    - wx.pem",
            "client:\n  tls:\n    trustCertsBundle: /foo/ca.pem",
        ),
        good=(
            "grpc:\n  server:\n    security:\n      trustCertCollection: file:certs/clients.crt",
            "trust-certificate-password: x",
            "xpack.security.http.ssl:\n  certificate_authorities:\n    - /etc/es/ca.pem",
        ),
    ),
    Pattern(
        slug="jvm-verification-key",
        words=(*_ON, *_OFF, "verification_mode", "verification-mode", "verificationMode"),
        match=any_of(
            line_off(rf"(?:^|[\s\w.,{{\"'\-])(?:{'|'.join(_ON)}){_IS}true\b"),
            line_off(rf"(?:^|[\s\w.,{{\"'\-])(?:{'|'.join(_OFF)}){_IS}false\b", when=_not_of_server),
            line_off(rf"\bverification[_\-]?[mM]ode{_IS}[nN][oO][nN][eE]\b"),
        ),
        followed=r"[\"']?\s*[:=]",
        bad=(
            "spring.cloud.gateway.httpclient.ssl.useInsecureTrustManager: true",
            "quarkus.tls.trust-all=true",
            "loose.acceptAnyCertificate = true",
            "spring.rabbitmq.ssl.validate-server-certificate=false",
            "xpack.security.http.ssl.verification_mode: none",
            "-Dcom.amazonaws.sdk.disableCertChecking=true",
        ),
        good=(
            "quarkus.tls.trust-all=false",
            "spring.rabbitmq.ssl.verify-hostname=true",
            "xpack.security.transport.ssl.verification_mode: certificate",
        ),
    ),
    Pattern(
        slug="kafka-endpoint-off",
        words=("ssl.endpoint.identification.algorithm",),
        match=line_off(
            r"ssl\.endpoint\.identification\.algorithm[\"']?\s*[:=]\s*(?:\"\"|'')?\s*$", purpose=Purpose.QUEUE
        ),
        bad=("ssl.endpoint.identification.algorithm=",),
        good=("ssl.endpoint.identification.algorithm=https",),
    ),
    Pattern(
        slug="mail-trust",
        words=(".ssl.trust",),
        match=line_off(rf"\bmail\.(?:smtp|imap|pop3)s?\.ssl\.trust{_IS}[^\s\"'#]", purpose=Purpose.MAIL),
        bad=("spring.mail.properties.mail.smtp.ssl.trust=*",),
        good=("mail.smtp.ssl.trust=", "mail.smtp.ssl.enable=true"),
        source="https://jakarta.ee/specifications/mail/2.0/apidocs/jakarta.mail/com/sun/mail/smtp/package-summary",
    ),
    Pattern(
        slug="jdbc-setting",
        words=_IN_URL,
        match=any_of(
            line_off(
                _JDBC + r"(?:verifyServerCertificate=false|(?i:trustServerCertificate)=true|tlsInsecure=true"
                r"|tlsAllowInvalid(?:Certificates|Hostnames)=true|sslInvalidHostNameAllowed=true)",
                purpose=Purpose.DATABASE,
                when=lambda hit, found: (
                    re.search(r"(?i)\b(?:useSSL=false|sslMode=DISABLED|encrypt=false)\b", hit.line) is None
                ),
            ),
            line_trusts(
                r"(?<![?&;\w])trustCertificateKeyStoreUrl[\"']?\s*[=:]\s*[\"']?(?P<value>[^\s\"',]+)",
                purpose=Purpose.DATABASE,
            ),
            line_trusts(
                _JDBC + r"(?:trustCertificateKeyStoreUrl|trustStore)=(?P<value>[^\s&;\"']+)", purpose=Purpose.DATABASE
            ),
        ),
        bad=(
            "url: jdbc:mysql://db/pay?useSSL=true&verifyServerCertificate=false",
            "url=jdbc:sqlserver://db;encrypt=true;trustServerCertificate=true",
            "url=jdbc:mysql://db/pay?trustCertificateKeyStoreUrl=file:/etc/mysql.jks",
        ),
        good=(
            "url: jdbc:mysql://db/pay?useSSL=true&verifyServerCertificate=true",
            "url: jdbc:mysql://db/pay?verifyServerCertificate=false&useSSL=false",
        ),
    ),
    MAVEN_OFF,
)

MAIL_TRUST_NESTED = Pattern(
    slug="mail-trust-nested",
    words=(" trust:",),
    match=line_off(r"^\s+trust:\s*[^\s#]", purpose=Purpose.MAIL, when=_of_mail),
    bad=("mail:\n  smtp:\n    ssl:\n      trust: smtp.example.com",),
    good=("policy:\n  ssl:\n    trust: anchors",),
)

PLAY_STORES = Pattern(
    slug="play-trust-manager",
    words=("trustManager",),
    match=context_trusts(
        r"trustManager\s*[=:]?\s*\{[^{}]*?\bstores\s*[=:]?\s*\+?=?\s*\[\s*\{[^{}]*?\b(?:path|data)\s*[=:]\s*[\"']?(?P<value>[^\s\"'\n},]+)"
    ),
    bad=('trustManager = {\n  stores = [\n    { type = "PEM", path = "/etc/wx/ca.pem" }\n  ]\n}',),
    good=('keyManager = {\n  stores = [ { path = "own.jks" } ]\n}', "trustManager = {\n  algorithm = X\n}"),
    source="https://www.playframework.com/documentation/3.0.x/WsSSL",
)

_VALUE = r"(?P<value>[^<>\"'\n]+?)"
JVM_XML = (
    Pattern(
        slug="xml-trust-store",
        words=(
            "javax.net.ssl.trustStore<",
            "javax.net.ssl.trustStore>",
            "rustStore",
            "truststore.location",
            "rust-store",
            "trustManagers",
        ),
        match=any_of(
            context_trusts(rf"javax\.net\.ssl\.trustStore>\s*{_VALUE}\s*</javax\.net\.ssl\.trustStore>"),
            context_trusts(rf"javax\.net\.ssl\.trustStore</(?:name|key)>\s*<value>\s*{_VALUE}\s*<"),
            context_trusts(rf"truststore\.location</name>\s*<value>\s*{_VALUE}\s*</value>"),
            context_trusts(rf"rustStore\s[^<>]*?\blocation\s*=\s*[\"']{_VALUE}[\"']"),
            context_trusts(rf"rustStore>\s*(?:<\w+>[^<]*</\w+>\s*)*?<location>\s*{_VALUE}\s*</location>"),
            context_trusts(
                rf"rust(?:Store|-store)(?:Path|File|Location|Resource)?[\"']\s+value\s*=\s*[\"']{_VALUE}[\"']"
            ),
            context_trusts(
                rf"trustManagers\b[^<>]*>\s*<(?:\w+:)?keyStore\s[^<>]*?\b(?:file|resource|url)\s*=\s*[\"']{_VALUE}[\"']"
            ),
        ),
        bad=(
            "<javax.net.ssl.trustStore>${basedir}/wx.jks</javax.net.ssl.trustStore>",
            "<name>ssl.client.truststore.location</name>\n<value>/etc/wx.jks</value>",
            '<SSL><TrustStore location="wx.jks" password="x"/></SSL>',
            '<property name="trustStore" value="classpath:wx.jks"/>',
            '<sec:trustManagers><sec:keyStore type="JKS" file="wx.jks"/></sec:trustManagers>',
        ),
        good=(
            '<property name="trustStorePassword" value="changeit"/>',
            '<SSL><KeyStore location="own.jks"/></SSL>',
            '<Connector port="8443" truststoreFile="clients.jks"/>',
        ),
    ),
    Pattern(
        slug="xml-verification-off",
        words=("disableCNCheck", "maven.wagon.http.ssl"),
        match=any_of(
            context_off(r"disableCNCheck\s*=\s*[\"']true[\"']"),
            line_off(r"maven\.wagon\.http\.ssl\.(?:insecure|allowall)\s*[=>]\s*true", purpose=Purpose.TOOL),
        ),
        bad=(
            '<http:tlsClientParameters disableCNCheck="true"/>',
            "<maven.wagon.http.ssl.insecure>true</maven.wagon.http.ssl.insecure>",
        ),
        good=('<http:tlsClientParameters disableCNCheck="false"/>',),
        source="https://cxf.apache.org/docs/client-http-transport-including-ssl-support.html",
    ),
)
