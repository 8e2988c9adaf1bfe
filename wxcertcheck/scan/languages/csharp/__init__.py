"""C#. Sources: .NET documentation of HttpClientHandler, SslStream, X509Chain; Npgsql, MQTTnet, Confluent.Kafka, Elasticsearch."""

from wxcertcheck.scan.language import Language
from wxcertcheck.scan.languages.csharp.libraries import PATTERNS as LIBRARIES
from wxcertcheck.scan.languages.csharp.trust import PATTERNS as TRUST
from wxcertcheck.scan.languages.csharp.validation import PATTERNS as VALIDATION
from wxcertcheck.scan.languages.csharp.values import CARRIERS, CONSTANTS, GRAMMAR, evaluate_csharp

LANGUAGE = Language(
    name="csharp",
    title="C#",
    endings=(".cs", ".csx"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants=CONSTANTS,
    evaluate=evaluate_csharp,
    patterns=(*VALIDATION, *TRUST, *LIBRARIES),
)
