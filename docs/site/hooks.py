"""Pages of the site that are made when it is built: status, schemas, changelog, contributing, the notebook; formulas.

The status page is `verify list --format json`, or the file that VERIFY_STATUS names, which holds such output.
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections import defaultdict
from html import unescape
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', flags=re.DOTALL)
PRIME = r"\prime"
log = logging.getLogger("mkdocs.hooks")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages."""
    for name, text in {
        "status.md": status(listed()),
        "reference/schemas.md": schemas(),
        "changelog.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").replace("](docs/", "]("),
        "contributing.md": (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").replace("](docs/", "]("),
        "notebook.md": notebook(ROOT / "examples" / "first_certificate.ipynb"),
    }.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Links to what is not part of the site become names of files; that to the folder of schemas, to their list.

    Formulas between two dollars, which may stand within a line, get one, and the size of a formula by itself.
    """
    markdown = re.sub(r"\$\$(.+?)\$\$", r"$\\displaystyle \1$", markdown, flags=re.DOTALL)
    up = page.file.src_uri.count("/") + 1  # so many steps lead out of the site
    if up == 1:
        markdown = markdown.replace("](schemas/)", "](reference/schemas.md)")
    return re.sub(rf"\[([^\]]+)\]\((?:\.\./){{{up}}}(?!docs/)[\w./-]+(?:#[\w-]+)?\)", r"\1", markdown)


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Formulas as MathML, which browsers show without a script. One that cannot be read fails a strict build."""
    return FORMULA.sub(lambda found: formula(found, page), html)


def formula(found: re.Match[str], page: Page) -> str:
    """One formula."""
    text = re.sub(r"\\mathbb ?([A-Z])", r"\\mathbb{\1}", unescape(found[3])).strip()
    # The converter knows no power of a derivative, s''^2.
    text = re.sub(r"('+)\^(\{[^{}]*\}|\w)", lambda both: f"^{{{PRIME * len(both[1])} {both[2]}}}", text)
    try:
        return str(convert(text, display="block" if found[1] == "div" else "inline"))
    except Exception as error:  # the converter's own, and what it does not catch
        log.warning("%s: the formula %r cannot be read: %s", page.file.src_uri, text[:80], error)
        return found[0]


def listed() -> list[dict[str, Any]]:
    """The claims of all papers, with what is known of them."""
    if named := os.environ.get("VERIFY_STATUS"):
        text = Path(named).read_text(encoding="utf-8")
    else:
        command = [sys.executable, "-m", "verify", "list", "--format", "json"]
        text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found: list[dict[str, Any]] = json.loads(text)["results"]
    return found


def status(claims: list[dict[str, Any]]) -> str:
    """One table a paper."""
    counts: dict[str, int] = defaultdict(int)
    papers: dict[str, list[str]] = defaultdict(list)
    for claim in claims:
        counts[claim["status"]] += 1
        detail = claim["scope"] or claim["reason"] or ""
        row = [f"**{claim['status']}**", claim["claim"], claim["statement"], detail, claim["trust"] or ""]
        row.append(f"`{claim['file']}`" if claim["file"] else "")
        papers[f"{claim['paper']} (`verify prove {claim['proof']}`)"].append(f"| {' | '.join(map(cell, row))} |")
    lines = ["# Status", "", INTRODUCTION, ""]
    lines.append(", ".join(f"{count} {word}" for word, count in sorted(counts.items())) + ".")
    for paper, rows in papers.items():
        lines += ["", f"## {paper}", "", "| status | claim | in our terms | scope, or why not | tier | file |"]
        lines += ["|---|---|---|---|---|---|", *rows]
    return "\n".join([*lines, ""])


INTRODUCTION = """\
Every claim of every paper in the catalogue, made by `verify list --format json` when this page was built. *proved* and
*refuted* are verdicts of the checker on the file named, recorded for these very bytes and this very checker.
*not-checked*: there is a file, and on the machine that built the page no verdict on it was recorded
(`verify list --check` records them; CI runs it before it builds the site); *no-file* and
*undecided*: nothing settles the claim. The page is no proof: `verify check certificates/` is."""


def cell(text: str) -> str:
    """In one line of a table."""
    return re.sub(r"([|*_<>])", r"\\\1", " ".join(text.split())) if not text.startswith(("**", "`")) else text


def schemas() -> str:
    """A list of links."""
    names = sorted(path.name for path in (ROOT / "docs" / "schemas").glob("*.json"))
    lines = ["# Schemas", "", "JSON Schemas (2020-12) of certificates and of what the commands print; see"]
    lines += ["[Output for programs](../OUTPUT.md) and [the format](../CERTIFICATE.md).", ""]
    lines.append("- [certificate.schema.json](../certificate.schema.json)")
    return "\n".join([*lines, *(f"- [{name}](../schemas/{name})" for name in names), ""])


def notebook(path: Path) -> str:
    """The notebook's text and code, as a page."""
    parts = []
    for item in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(item["source"])
        parts.append(source if item["cell_type"] == "markdown" else f"```python\n{source}\n```")
    parts.append(f"This page is `{path.relative_to(ROOT)}`, which the tests execute.")
    return "\n\n".join(parts) + "\n"
