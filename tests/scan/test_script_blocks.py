"""Vue, Svelte and Astro files: the blocks, their language, and findings on the right line."""

import pytest

from wxcertcheck.scan import languages
from wxcertcheck.scan.classify import classify
from wxcertcheck.scan.match import matches, open_source

VUE = """<template>
  <p title="rejectUnauthorized: false">支付</p>
</template>
<!-- <script>https.get({ rejectUnauthorized: false })</script> -->
<script setup lang="ts">
const agent = new https.Agent({ ca: fs.readFileSync('rootca.pem') as Buffer });
</script>
<script>
const options = { rejectUnauthorized: false };
</script>
"""


def found(name: str, text: str) -> list[tuple[str, int, str]]:
    """(language, line, slug) of every finding in the blocks."""
    language = languages.of_file(name)
    assert language is not None
    assert language.blocks is not None
    data = text.encode()
    result = []
    for inner, start, end in language.blocks(data):
        block = b"\n" * data.count(b"\n", 0, start) + data[start:end]
        source = open_source(name, block, languages.by_name(inner))
        for match in matches(source):
            if classify(match.find, match.find.value):
                result.append((inner, source.line_of(match.find.node.start_byte), match.pattern.slug))
    return result


def test_script_blocks_of_vue_are_read_by_their_language_and_template_and_comments_are_not() -> None:
    assert found("Pay.vue", VUE) == [("typescript", 6, "ca-option"), ("javascript", 9, "reject-unauthorized")]


@pytest.mark.parametrize("name", ["Pay.svelte", "Pay.nvue"])
def test_other_endings_hold_script_blocks_too(name: str) -> None:
    assert [line for _, line, _ in found(name, VUE)] == [6, 9]


def test_the_front_matter_of_astro_is_typescript() -> None:
    text = "---\nconst agent = new https.Agent({ rejectUnauthorized: false });\n---\n<html />\n"
    assert found("Page.astro", text) == [("typescript", 2, "reject-unauthorized")]
