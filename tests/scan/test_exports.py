"""JavaScript and TypeScript: what a pin takes from another file's exports is followed there."""

import pytest

from tests.evidence import WECHATPAY
from wxcertcheck.model import Pin, PinKind
from wxcertcheck.scan import ScanRequest, scan

CONFIG = """
const path = require('path');
module.exports = {
  wechat: { caPath: path.join(__dirname, 'old.pem'), other: 1 },
  alipay: { caPath: './other.pem' },
  ca: './new.pem',
};
function later() { return { ca: './never.pem' }; }
"""
SETTINGS = "export default { tls: { ca: './old.pem' } };\nexport const CA = './new.pem';\nexport const own = { ca: './own.pem' };\n"
USE = "https.request({ host: 'api.mch.weixin.qq.com', ca: fs.readFileSync(%s) });\n"


def pinned(folder, name, code):
    (folder / "config").mkdir()
    (folder / "config" / "index.js").write_text(CONFIG)
    (folder / "settings.ts").write_text(SETTINGS)
    (folder / name).write_text(code)
    pins = [item for item in scan(ScanRequest((str(folder),), (WECHATPAY,))) if isinstance(item, Pin)]
    [pin] = [pin for pin in pins if pin.place.path == str(folder / name)]
    return pin


@pytest.mark.parametrize(
    ("name", "imported", "used", "file"),
    [
        ("a.js", "const config = require('./config');", "config.wechat.caPath", "config/old.pem"),
        ("a.js", "const config = require('./config');", "config.ca", "new.pem"),
        ("a.js", "const { ca } = require('./config');", "ca", "new.pem"),
        ("b.ts", "import config from './config';", "config.ca", "new.pem"),
        ("b.ts", "import settings from './settings';", "settings.tls.ca", "old.pem"),
        ("b.ts", "import { CA } from './settings';", "CA", "new.pem"),
        ("b.ts", "import { own } from './settings';", "own.ca", "own.pem"),
        ("b.ts", "import * as all from './settings';", "all.own.ca", "own.pem"),
        ("c.tsx", "import { own } from './settings';", "own.ca", "own.pem"),
    ],
)
def test_what_another_file_exports_is_followed(tmp_path, name, imported, used, file):
    pin = pinned(tmp_path, name, imported + "\n" + USE % used)
    [store] = pin.targets
    assert store.path.endswith(file.rpartition("/")[2])
    assert any("config" in reason.en or "settings" in reason.en for reason in pin.reasons)


@pytest.mark.parametrize("used", ["config.wechat.ca", "config.unionpay.caPath", "config.never"])
def test_what_no_object_has_stays_unknown(tmp_path, used):
    pin = pinned(tmp_path, "a.js", "const config = require('./config');\n" + USE % used)
    assert pin.kind is PinKind.TRUST
    assert not pin.targets
    assert used in pin.unresolved.en
