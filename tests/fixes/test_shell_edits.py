"""Shell scripts: the exact line without the option. What bash makes of the edited script is asked of bash."""

import subprocess

import pytest

from tests.evidence import WECHATPAY
from tests.fixes.test_every_pattern_repaired import edits, made
from wxcertcheck.model import Pin
from wxcertcheck.scan import ScanRequest, scan


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("curl -k https://h/", "curl https://h/"),
        ("curl https://h/ -k", "curl https://h/"),
        ("curl -sSk -o a https://h/", "curl -sS -o a https://h/"),
        ('curl "-sk" https://h/', 'curl "-s" https://h/'),
        ("curl \\\n  -k \\\n  https://h/", "curl \\\n  https://h/"),
        ("curl -s https://h/ \\\n  --insecure", "curl -s https://h/"),
        ("curl --cacert ca.pem https://h/", "curl https://h/"),
        ('curl --cacert "$D/my ca.pem" \\\n  https://h/', "curl \\\n  https://h/"),
        ("curl --cacert=ca.pem https://h/ | jq -k .", "curl https://h/ | jq -k ."),
        ("cd /tmp && curl -k https://h/ && rm -k x", "cd /tmp && curl https://h/ && rm -k x"),
        ("wget -q --no-check-certificate https://h/", "wget -q https://h/"),
        ("wget --ca-certificate=ca.pem https://h/; ls", "wget https://h/; ls"),
        ('x="$(curl -fk "https://h/?a=$1")"', 'x="$(curl -f "https://h/?a=$1")"'),
        ("ssh host 'curl -k https://h/'", "ssh host 'curl https://h/'"),
        ("A=(-s -k -f)\ncurl ${A[@]} https://h/", "A=(-s -f)\ncurl ${A[@]} https://h/"),
        ("A=(-k)\ncurl ${A[@]} https://h/", "A=()\ncurl ${A[@]} https://h/"),
        ("if a; then\n  curl -k https://h/\nfi", "if a; then\n  curl https://h/\nfi"),
        ("if a; then\n  export SSL_CERT_FILE=ca.pem\nfi", "if a; then\n  :\nfi"),
        ("if a; then\n  export SSL_CERT_FILE=ca.pem\n  b\nfi", "if a; then\n  b\nfi"),
        ("f() {\n  NODE_TLS_REJECT_UNAUTHORIZED=0\n}", "f() {\n  :\n}"),
        ("export SSL_CERT_FILE=ca.pem && a", ": && a"),
        ("export A=1 SSL_CERT_FILE=ca.pem B=2", "export A=1 B=2"),
        ("SSL_CERT_FILE=ca.pem php pay.php", "php pay.php"),
        ("a\nexport SSL_CERT_FILE=ca.pem # why\nb", "a\n: # why\nb"),
        ("docker run -e SSL_CERT_FILE=/ca.pem i", "docker run i"),
        ("git -c http.sslVerify=false pull", "git -c http.sslVerify=true pull"),
        ("pip install --trusted-host a b", "pip install b"),
        ("java -Djavax.net.ssl.trustStore=a.jks -jar b", "java -jar b"),
    ],
)
def test_the_option_goes_and_the_rest_of_the_script_stays(before, after, tmp_path):
    script = tmp_path / "a.sh"
    script.write_text(before + "\n")
    (pin,) = (it for it in scan(ScanRequest((str(tmp_path),), (WECHATPAY,), jobs=1)) if isinstance(it, Pin))
    text = made(before, edits(pin))
    assert text == after
    assert subprocess.run(["bash", "-n"], input=text.encode(), check=False).returncode == 0
