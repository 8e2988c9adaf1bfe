"""What each variable, option and setting does: whom it affects and whom it does not."""

from wxcertcheck.text import Text

_OPENSSL_READERS = Text(
    zh="读取者：Python ssl、Ruby、PHP 流（未设 openssl.cafile 时）、Perl、.NET、Go、curl 命令、Node（仅 --use-openssl-ca"
    "/--use-system-ca）；不影响 requests、Java、GnuTLS 程序和程序内的 libcurl",
    en="read by Python ssl, Ruby, PHP streams (without openssl.cafile), Perl, .NET, Go, the curl command, Node (only with"
    " --use-openssl-ca or --use-system-ca); not by requests, Java, GnuTLS programs or libcurl inside programs",
)

VARIABLES = {
    "SSL_CERT_FILE": Text(
        zh="替换默认证书文件，默认目录照旧有效。", en="Replaces the default file; the default directory still counts. "
    )
    + _OPENSSL_READERS,
    "SSL_CERT_DIR": Text(
        zh="替换默认证书目录，默认文件照旧有效。", en="Replaces the default directory; the default file still counts. "
    )
    + _OPENSSL_READERS,
    "REQUESTS_CA_BUNDLE": Text(
        zh="替换 requests 的证书文件或目录（certifi）；不影响 urllib、aiohttp、httpx 和其他语言",
        en="Replaces the file or directory of requests (certifi); not read by urllib, aiohttp, httpx or other languages",
    ),
    "CURL_CA_BUNDLE": Text(
        zh="替换 curl 命令的默认文件；未设 REQUESTS_CA_BUNDLE 时也替换 requests 的证书。程序内的 libcurl（PHP、git）不读取",
        en="Replaces the curl command's default file, and without REQUESTS_CA_BUNDLE that of requests; not read by libcurl"
        " inside programs (PHP, git)",
    ),
    "NODE_EXTRA_CA_CERTS": Text(
        zh="在 Node 的列表上追加，只能增加不能减少；文件缺失或损坏时只警告；setuid 程序忽略它；代码中的 ca: 选项仍整体替换",
        en="Adds to Node's list, never takes away; a missing or damaged file is only warned about; ignored by setuid"
        " programs; a ca: option in the code still replaces everything",
    ),
    "--use-openssl-ca": Text(
        zh="Node 改用 OpenSSL 的默认文件和目录，不用内置列表",
        en="Node reads OpenSSL's default file and directory instead of its built-in list",
    ),
    "--use-system-ca": Text(
        zh="Node 在内置列表之外再读系统证书（Linux：22.15、23.9 起）",
        en="Node reads the system's certificates besides its built-in list (Linux: from 22.15, 23.9)",
    ),
    "NODE_USE_SYSTEM_CA": Text(
        zh="等同 --use-system-ca（22.19、24.6 起）", en="Same as --use-system-ca (from 22.19, 24.6)"
    ),
    "--use-bundled-ca": Text(
        zh="Node 用内置列表（发行版把默认改为 OpenSSL 时有意义）",
        en="Node reads its built-in list (matters where a distribution made OpenSSL's store the default)",
    ),
    "javax.net.ssl.trustStore": Text(
        zh="整体替换 jssecacerts 和 cacerts；文件不存在时 Java 不报错，信任库为空，所有 HTTPS 失败。只影响这个 JVM",
        en="Replaces jssecacerts and cacerts altogether; a missing file is no error for Java: the store is empty and"
        " every HTTPS call fails. Affects this JVM only",
    ),
    "javax.net.ssl.trustStorePassword": Text(
        zh="信任库口令；没有它，加密的 PKCS#12 看起来是空的",
        en="The store's password; without it an encrypted PKCS#12 looks empty",
    ),
    "javax.net.ssl.trustStoreType": Text(zh="信任库的格式", en="The store's format"),
    "openssl.cafile": Text(
        zh="PHP 流只用这个文件（及 openssl.capath），不再读系统默认；curl 扩展也优先用它",
        en="PHP streams read only this file (and openssl.capath), no default any more; the curl extension prefers it too",
    ),
    "openssl.capath": Text(
        zh="PHP 流只用这个目录（及 openssl.cafile）；curl 扩展不读取",
        en="PHP streams read only this directory (and openssl.cafile); the curl extension does not read it",
    ),
    "curl.cainfo": Text(
        zh="替换 PHP curl 扩展的默认文件（未设 openssl.cafile 时）；PHP 流不读取",
        en="Replaces the default file of PHP's curl extension (unless openssl.cafile is set); PHP streams do not read it",
    ),
    "cacert": Text(
        zh="curl 命令配置（.curlrc）：替换默认文件；程序内的 libcurl 不读取",
        en="Setting of the curl command (.curlrc): replaces the default file; not read by libcurl inside programs",
    ),
    "capath": Text(
        zh="curl 命令配置（.curlrc）：替换默认目录；程序内的 libcurl 不读取",
        en="Setting of the curl command (.curlrc): replaces the default directory; not read by libcurl inside programs",
    ),
    "GIT_SSL_CAINFO": Text(zh="只影响 git：替换默认文件", en="Affects git alone: replaces the default file"),
    "GIT_SSL_CAPATH": Text(zh="只影响 git：替换默认目录", en="Affects git alone: replaces the default directory"),
    "http.sslCAInfo": Text(zh="git 配置：替换默认文件", en="git's setting: replaces the default file"),
    "http.sslCAPath": Text(zh="git 配置：替换默认目录", en="git's setting: replaces the default directory"),
    "ca_certificate": Text(zh="wget 配置：在系统证书之外追加", en="wget's setting: adds to the system's certificates"),
    "ca_directory": Text(zh="wget 配置：证书目录", en="wget's setting: the directory of certificates"),
    "PERL_LWP_SSL_CA_FILE": Text(zh="只影响 Perl LWP：替换证书文件", en="Affects Perl's LWP alone: replaces the file"),
    "HTTPS_CA_FILE": Text(zh="只影响 Perl LWP：替换证书文件", en="Affects Perl's LWP alone: replaces the file"),
    "PERL_LWP_SSL_CA_PATH": Text(
        zh="只影响 Perl LWP：替换证书目录", en="Affects Perl's LWP alone: replaces the directory"
    ),
    "HTTPS_CA_DIR": Text(zh="只影响 Perl LWP：替换证书目录", en="Affects Perl's LWP alone: replaces the directory"),
    "HTTPLIB2_CA_CERTS": Text(
        zh="只影响 Python httplib2：替换证书文件", en="Affects Python's httplib2 alone: replaces the file"
    ),
}
"""Effect of every switch of `table.ROWS`, and of options that choose the row (a test holds the two together)."""
