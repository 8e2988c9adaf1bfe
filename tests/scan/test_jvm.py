"""What Java says about a class that stands in another file of the tree."""

from pathlib import Path

import pytest

from wxcertcheck.scan import languages
from wxcertcheck.scan.match import matches, open_source

_CLIENT = """package com.example.http;
%s
class Client {
    void open(SSLContext context) throws Exception {
        TrustManager[] managers = { new ShopTrustManager() };
        context.init(null, managers, new SecureRandom());
        connection.setHostnameVerifier(new ShopVerifier());
    }
}
"""
_MANAGER = """package %s;
public class ShopTrustManager implements X509TrustManager {
    // public void checkServerTrusted(X509Certificate[] chain, String type) { }
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        %s
    }
}
"""
_VERIFIER = """package %s;
public class ShopVerifier implements HostnameVerifier {
    public boolean verify(String host, SSLSession session) { return %s; }
}
"""
_ACCEPTS = "/* whatever it is */", "true"
_CHECKS = "platform.checkServerTrusted(chain, type);", 'host.equals("api.mch.weixin.qq.com")'


def _slugs(root: Path, imports: str) -> set[str]:
    path = root / "com/example/http/Client.java"
    path.parent.mkdir(parents=True, exist_ok=True)
    language = languages.by_name("java")
    return {m.pattern.slug for m in matches(open_source(str(path), (_CLIENT % imports).encode(), language))}


def _write(root: Path, package: str, bodies: tuple[str, str]) -> None:
    folder = root / package.replace(".", "/")
    folder.mkdir(parents=True)
    (folder / "ShopTrustManager.java").write_text(_MANAGER % (package, bodies[0]), encoding="utf-8")
    (folder / "ShopVerifier.java").write_text(_VERIFIER % (package, bodies[1]), encoding="utf-8")


@pytest.mark.parametrize(
    ("package", "imports"),
    [
        ("com.example.http", ""),
        ("com.example.tls", "import com.example.tls.ShopTrustManager;\nimport com.example.tls.ShopVerifier;"),
    ],
)
def test_a_class_of_another_file_is_judged_by_its_body(tmp_path: Path, package: str, imports: str) -> None:
    _write(tmp_path, package, _ACCEPTS)
    assert _slugs(tmp_path, imports) == {"accepting-factory", "hostname-verifier"}


@pytest.mark.parametrize(
    ("package", "imports"),
    [
        ("com.example.http", ""),
        ("com.example.tls", "import com.example.tls.ShopTrustManager;\nimport com.example.tls.ShopVerifier;"),
    ],
)
def test_a_class_of_another_file_that_checks_is_no_finding(tmp_path: Path, package: str, imports: str) -> None:
    _write(tmp_path, package, _CHECKS)
    assert _slugs(tmp_path, imports) == set()


def test_a_class_that_is_nowhere_is_no_finding(tmp_path: Path) -> None:
    assert _slugs(tmp_path, "import org.elsewhere.ShopVerifier;") == set()


def test_the_same_file_beside_another_class_says_something_else(tmp_path: Path) -> None:
    from wxcertcheck.model import Pin
    from wxcertcheck.scan import ScanRequest, scan

    for name, bodies in (("one", _ACCEPTS), ("two", _CHECKS), ("three", _ACCEPTS)):
        _write(tmp_path / name, "com.example.http", bodies)
        (tmp_path / name / "com/example/http/Client.java").write_text(_CLIENT % "", encoding="utf-8")
    evidence = scan(ScanRequest((str(tmp_path),), jobs=1))
    pins = [item for item in evidence if isinstance(item, Pin) and item.place.path.endswith("Client.java")]
    assert {Path(pin.place.path).relative_to(tmp_path).parts[0] for pin in pins} == {"one", "three"}
