"""Command lines in any text: curl, wget, git, npm, pip, php and kin."""

import re
from functools import lru_cache

from wxcertcheck.model import Purpose
from wxcertcheck.scan.deployment.values import VALUE
from wxcertcheck.scan.language import Pattern
from wxcertcheck.scan.matchers import any_of
from wxcertcheck.scan.text_format import line_off, line_trusts

_CURL_OFF = re.compile(
    r"\bcurl\b[^\n|;&#]{0,2000}?\s(?:--insecure|-[afgGiIjJlLMnNOpqRsSvV0-46#:]*k[a-zA-Z]*)(?=\s|$|[\"'])"
)


@lru_cache(maxsize=8)
def _is_curl_off(line: str) -> bool:
    return _CURL_OFF.search(line) is not None


_IS_TOOL = re.compile(r"\b(?:kubectl|oc|helm)\b")
"""Commands that have a pattern of their own."""

COMMANDS = (
    Pattern(
        slug="curl-ca",
        words=("--cacert", "--capath"),
        match=line_trusts(
            rf"--ca(?:cert|path)(?:=|\s+){VALUE}",
            when=lambda hit, found: not _is_curl_off(hit.line),  # the CA file is dead beside it
        ),
        bad=("curl --cacert /etc/wx/rootca.pem https://api.mch.weixin.qq.com",),
        good=("curl https://api.mch.weixin.qq.com", "curl -k --cacert /etc/wx/rootca.pem https://a"),
    ),
    Pattern(
        slug="wget-ca",
        words=("--ca-certificate", "--ca-directory"),
        match=line_trusts(rf"--ca-(?:certificate|directory)(?:=|\s+){VALUE}"),
        bad=("wget --ca-certificate=/etc/wx/rootca.pem https://api.mch.weixin.qq.com",),
        good=("wget https://api.mch.weixin.qq.com",),
    ),
    Pattern(
        slug="insecure-command",
        words=("curl", "wget", "--insecure", "--no-check-certificate", "--insecure-skip-tls-verify", "TLS_REQCERT"),
        match=any_of(
            # the letters before "k" are options without a value: in "-okubectl" it is part of a name
            line_off(_CURL_OFF.pattern),
            line_off(r"\bwget\b[^\n|;&#]{0,2000}?\s--no-check-certificate\b"),
            line_off(
                r"\b(?:kubectl|oc|helm)\b[^\n|;&#]{0,2000}?\s--insecure-skip-tls-verify(?!=false)\b",
                purpose=Purpose.TOOL,
            ),
            line_off(r"\binsecure[\"']?\s*>>?\s*\S*\.curlrc\b"),
            line_off(r"\bTLS_REQCERT\s+(?:never|allow)[\"']?\s*>>?", purpose=Purpose.LDAP),
        ),
        bad=(
            "curl -sk https://api.mch.weixin.qq.com",
            "curl --insecure https://a",
            "wget --no-check-certificate https://a",
            "kubectl --insecure-skip-tls-verify get pods",
            "RUN echo insecure >> ~/.curlrc && curl https://a",
            'RUN echo "TLS_REQCERT allow" >> /etc/ldap/ldap.conf',
        ),
        good=(
            "curl -L https://a -okubectl",
            "curl -s https://api.mch.weixin.qq.com/k",
            "apt-get install curl wget",
            "curl https://a | tar -k",
        ),
    ),
    Pattern(
        slug="program-option",
        words=(
            "-skip-verify",
            "-skip-tls-verif",
            "-tls-verify",
            "-insecure-tls",
            "--etcd-cafile",
            "certificate-authority",
            "-ca-file",
            ".ca-file",
            "ignore-certificate-errors",
        ),
        match=any_of(
            line_off(
                r"(?:^|[\s\"'\[,])--(?:[\w\-]+\.)?(?:[\w\-]*?insecure-skip-(?:tls-)?verify|[\w\-]*?skip-tls-verif(?:y|ication)"
                r"|[\w\-]*?(?:tls|ssl)-skip-verify|kubelet-insecure-tls)(?=[\s\"',\]]|=true\b|$)",
                purpose=Purpose.TOOL,
                when=lambda hit, found: _IS_TOOL.search(hit.line) is None,
            ),
            line_off(r"(?:^|[\s\"'\[,])--(?:unsafely-)?ignore-certificate-errors(?=[\s\"'=,\]]|$)"),
            line_trusts(
                rf"(?:^|[\s\"'\[,])--(?:etcd-cafile|(?:kubelet-)?certificate-authority|(?:(?!server)[\w\-]+\.)?ca-file)(?:=|\s+){VALUE}",
                purpose=Purpose.TOOL,
            ),
        ),
        bad=(
            "- --tls.insecure-skip-tls-verify",
            "test: deno test --unsafely-ignore-certificate-errors=a.example -A",
            "args: ['--es.ssl-skip-verify']",
            "- --kubelet-insecure-tls",
            "- --tls.ca-file=/etc/tls-certs/ca.pem",
            "- --etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt",
        ),
        good=(
            "- --tls.insecure-skip-tls-verify=false",
            "- --client-ca-file=/etc/kubernetes/pki/ca.crt",
            "- --trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt",
            "- --server.tls.ca-file=/etc/tls-certs/clients.pem",
        ),
    ),
    Pattern(
        slug="mongo-ca",
        words=("--sslCAFile", "--tlsCAFile"),
        match=line_trusts(
            rf"--(?:ssl|tls)CAFile(?:=|\s+){VALUE}",
            purpose=Purpose.DATABASE,
            when=lambda hit, found: re.search(r"\bmongo[ds]\b", hit.line) is None,  # the server's own, for its clients
        ),
        bad=(
            "mongo --ssl --host db.example --sslCAFile /etc/db/ca.pem",
            "RUN mongosh --tls --tlsCAFile=ca.pem db.example",
        ),
        good=("mongod --tlsMode requireTLS --tlsCAFile /etc/db/clients.pem", "mongo --tls --host db.example"),
        source="https://www.mongodb.com/docs/mongodb-shell/reference/options/",
    ),
    Pattern(
        slug="tool-ca",
        words=("cafile", "http.sslCAInfo", "http.sslcainfo", "--cert "),
        match=any_of(
            line_trusts(
                rf"\b(?:npm|yarn|pnpm)\s+config\s+(?:-g\s+)?set\s+(?:-g\s+)?cafile[\s=]+{VALUE}", purpose=Purpose.TOOL
            ),
            line_trusts(rf"\bgit\s+config\b[^\n]*http\.ssl[cC][aA][iI]nfo\s+{VALUE}", purpose=Purpose.TOOL),
            line_trusts(rf"\bpip3?\s[^\n]*--cert[\s=]+{VALUE}", purpose=Purpose.TOOL),
        ),
        bad=("RUN npm config set cafile /etc/ca.pem",),
        good=("RUN npm config get cafile",),
    ),
    Pattern(
        slug="tool-verification-off",
        words=(
            "strict-ssl",
            "enableStrictSsl",
            "ssl_verify_mode",
            "http.sslVerify",
            "http.sslverify",
            "--trusted-host",
            "Verify-Peer",
            "sslverify=",
        ),
        match=any_of(
            line_off(r"\bAcquire::https::(?:[\w.\-]+::)?Verify-Peer[\s=]+[\"']?false\b", purpose=Purpose.TOOL),
            line_off(r"\b(?:yum|dnf)\b[^\n]*--setopt=(?:\S+\.)?sslverify=(?:false|0|no)\b", purpose=Purpose.TOOL),
            line_off(
                r"\b(?:config\s+)?(?:-g\s+)?set\s+(?:-g\s+)?[\"']?(?:strict-ssl|enableStrictSsl)[\"']?[\s=]+[\"']?false\b",
                purpose=Purpose.TOOL,
            ),
            line_off(
                r"\b(?:npm|yarn|pnpm|cnpm)\s[^\n|;&]*--(?:strict-ssl[\s=]+false|no-strict-ssl)\b", purpose=Purpose.TOOL
            ),
            line_off(r"\bbundle\s+config\b[^\n|;&]*\bssl_verify_mode\s+0\b", purpose=Purpose.TOOL),
            line_off(r"(?:^|\s)strict-ssl\s*=\s*false\b", purpose=Purpose.TOOL),
            line_off(r"http\.ssl[vV]erify[\s=]+(?:false|0)\b", purpose=Purpose.TOOL),
            line_off(r"\bpip3?\s[^\n]*--trusted-host\b", purpose=Purpose.TOOL),
        ),
        bad=(
            'apt-get -o "Acquire::https::Verify-Peer=false" update',
            "yum --setopt=sslverify=false install x",
            "RUN npm config set strict-ssl false",
            "RUN yarn config set enableStrictSsl false",
            "RUN npm install --strict-ssl=false",
            "git config --global http.sslVerify false",
        ),
        good=("RUN npm config set strict-ssl true",),
    ),
    Pattern(
        slug="php-python-tools",
        words=("trusted-host", "config set", "--set ssl_verify", "disable-tls", "curl.cainfo", "openssl.cafile"),
        match=any_of(
            line_trusts(rf"\bpip3?\s+config\b[^\n|;&]*\bset\s+\S*\bcert\s+{VALUE}", purpose=Purpose.TOOL),
            line_trusts(rf"(?:\s-d\s*|[\"'])(?:curl\.cainfo|openssl\.ca(?:file|path))\s*=\s*{VALUE}"),
            line_off(r"\bpip3?\s+config\b[^\n|;&]*\bset\s+\S*trusted-host\b", purpose=Purpose.TOOL),
            line_off(r"\bconda\s+config\b[^\n|;&]*--set\s+ssl_verify\s+(?i:false|no)\b", purpose=Purpose.TOOL),
            line_off(r"\bcomposer\b[^\n|;&]*\bdisable-tls\s+(?:true|1)\b", purpose=Purpose.TOOL),
        ),
        bad=(
            "RUN pip config set global.cert /etc/ca.pem",
            "RUN pip config set global.trusted-host pypi.example",
            "RUN conda config --set ssl_verify false",
            "RUN composer config -g -- disable-tls true",
            'RUN echo "curl.cainfo=/etc/ca.pem" >> /usr/local/etc/php/php.ini',
        ),
        good=(
            "RUN pip config set global.index-url https://pypi.example",
            "RUN conda config --set ssl_verify true",
            "RUN php -d memory_limit=1G composer.phar",
        ),
    ),
)
