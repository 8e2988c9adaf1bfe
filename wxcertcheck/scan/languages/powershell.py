"""PowerShell: variables, command lines and switches; callbacks are tokenised, not parsed."""

from wxcertcheck.model import Purpose
from wxcertcheck.scan.deployment.commands import COMMANDS
from wxcertcheck.scan.deployment.variables import VARIABLES
from wxcertcheck.scan.language import Language, Pattern
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.text_format import context_off, lexer, line_off

LANGUAGE = Language(
    name="powershell",
    title="PowerShell",
    endings=(".ps1", ".psm1", ".psd1"),
    file_names=(),
    patterns=(
        *COMMANDS,
        *VARIABLES,
        Pattern(
            slug="accepting-callback",
            words=(
                "CertificateValidationCallback",
                "CertificateCustomValidationCallback",
                "CertificateValidationHandler",
            ),
            match=context_off(
                r"(?i)\w*(?:Callback|Handler)(?:\]|\s*=\s*(?:\[[\w.]+\])?)\s*\{\s*(?:param\([^)]*\)\s*)?"
                r"(?:Write-\w+[^\n;{}]*[\n;]\s*)*(?:return\s+)?\$true\s*;?\s*\}",
            ),
            bad=(
                "[Net.ServicePointManager]::ServerCertificateValidationCallback = { $true }",
                "$options.CertificateValidationHandler = { $true }",
                (
                    "[Net.ServicePointManager]::ServerCertificateValidationCallback = {\n    param($s, $c, $h, $errors)\n"
                    '    write-host "errors: $errors"\n    return $true\n}'
                ),
                "$c = [Net.Security.RemoteCertificateValidationCallback]{ param($s, $c, $h, $e) $true }",
            ),
            good=(
                "[Net.ServicePointManager]::ServerCertificateValidationCallback = $null",
                "# [Net.ServicePointManager]::ServerCertificateValidationCallback = { $true }",
            ),
        ),
        Pattern(
            slug="accepting-policy",
            words=("CheckValidationResult",),
            match=context_off(r"CheckValidationResult\s*\([^)]*\)\s*\{\s*return\s+true\s*;"),
            bad=(
                "public bool CheckValidationResult(ServicePoint s, X509Certificate c, WebRequest r, int p) { return true; }",
            ),
            good=(
                "public bool CheckValidationResult(ServicePoint s, X509Certificate c, WebRequest r, int p) { return p == 0; }",
            ),
        ),
        Pattern(
            slug="skip-check",
            words=("-SkipCertificateCheck", "-TrustServerCertificate", "-SkipCACheck"),
            match=any_of(
                line_off(r"\s-SkipCertificateCheck\b(?!\s*:\s*\$false)"),
                line_off(r"\s-SkipCACheck\b(?!\s*:\s*\$false)"),
                line_off(r"\s-TrustServerCertificate\b(?!\s*:\s*\$false)", purpose=Purpose.DATABASE),
            ),
            bad=(
                "Invoke-RestMethod $u -SkipCertificateCheck",
                "Invoke-Sqlcmd -ServerInstance h -TrustServerCertificate",
            ),
            good=("Invoke-RestMethod $u -SkipCertificateCheck:$false",),
            source="https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/invoke-restmethod",
        ),
    ),
    line_comments=("#",),
    lexer=lexer,
)
