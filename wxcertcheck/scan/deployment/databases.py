"""Connection strings in configuration text: SQL Server, MySQL, PostgreSQL, MongoDB, Prisma."""

from wxcertcheck.model import Purpose
from wxcertcheck.scan.language import Pattern
from wxcertcheck.scan.text_format import line_off, line_trusts

CONNECTIONS = (
    Pattern(
        slug="connection-string-off",
        words=(
            "TrustServerCertificate",
            "trustServerCertificate",
            "Trust Server Certificate",
            "sslmode=no-verify",
            "sslaccept=accept_invalid_certs",
        ),
        match=line_off(
            r"(?i)\bTrust\s?Server\s?Certificate\s*=\s*(?:true|yes)\b|\bsslmode=no-verify\b|\bsslaccept=accept_invalid_certs\b",
            purpose=Purpose.DATABASE,
            when=lambda hit, found: "jdbc:" not in hit.line[: found.start()],  # the JVM's settings say those
        ),
        bad=(
            "DB=Server=db;Database=d;TrustServerCertificate=True",
            "DATABASE_URL=postgres://u@h/db?sslmode=no-verify",
        ),
        good=("DB=Server=db;TrustServerCertificate=False", "DATABASE_URL=postgres://u@h/db?sslmode=require"),
        source="https://learn.microsoft.com/dotnet/api/microsoft.data.sqlclient.sqlconnectionstringbuilder.trustservercertificate",
    ),
    Pattern(
        slug="connection-string-ca",
        words=("SslCa=", "SSL CA=", "Root Certificate=", "RootCertificate="),
        match=line_trusts(
            r"(?:^|[;\"'=])\s*(?i:ssl\s?ca|root\s?certificate)=(?P<value>[^;\"'\n]+)", purpose=Purpose.DATABASE
        ),
        bad=("DB=Server=h;SslMode=VerifyCA;SslCa=/certs/ca.pem",),
        good=("DB=Server=h;SslMode=VerifyCA;SslCa=",),
        source="https://mysqlconnector.net/connection-options/",
    ),
)
