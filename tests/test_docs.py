"""The documents' promises: the examples verify, the functions named exist, the limits and messages are as stated."""

import ast
import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.corpus.forge import Document, changed, text
from tests.specification import CERTIFICATE
from verify.checker import Malformed, Verified, check
from verify.checker.__main__ import main
from verify.checker.core import limits
from verify.checker.public import KINDS

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").rglob("*.md"))
DOCS = {path.relative_to(ROOT / "docs").as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
BAD_INPUT = DOCS["BAD_INPUT.md"]
EXAMPLES: dict[str, Document] = {
    name: json.loads(content)
    for name, content in re.findall(r"<!-- example: (\S+) -->\n```json\n(.*?)\n```", CERTIFICATE, flags=re.DOTALL)
}
RADIUS = re.compile(r"`statement\.region\.radius: '(.*)' is not an integer, p/q or m\*2\^e`")


# CERTIFICATE.md


def test_every_example_is_verified(tmp_path: Path) -> None:
    for name, document in EXAMPLES.items():
        (tmp_path / name).write_text(text(document), encoding="utf-8")
    assert set(EXAMPLES) == {"minimum.json", "minimum-erf.json", "saddle.json", "theorem.json", "squares.json"}
    assert [name for name in EXAMPLES if not isinstance(check(tmp_path / name), Verified)] == []


def test_the_worked_digest_is_that_of_the_bytes_shown() -> None:
    canonical, digest = re.search(r"%s' '(.*)' \| sha256sum\n(\w{64})  -", CERTIFICATE).groups()  # type: ignore[union-attr]
    example = EXAMPLES["minimum.json"]
    assert json.loads(canonical) == {name: example[name] for name in ("format", "statement", "witness")}
    assert hashlib.sha256(b"landscape-verify digest 1\n" + canonical.encode("ascii")).hexdigest() == digest
    assert example["digest"] == f"sha256:{digest}"
    assert CERTIFICATE.count(example["digest"]) >= 3  # the file, `-v`, and the digest by the real code


def test_every_limit_is_as_stated() -> None:
    stated = re.findall(r"^\| `([A-Z_]+)` \| ([\d,]+)", CERTIFICATE, flags=re.MULTILINE)
    constants = {name: value for name, value in vars(limits).items() if name.isupper()}
    assert {name: int(value.replace(",", "")) for name, value in stated} == constants
    assert len(stated) == len(constants)


# The documents with theorems


def names_in(path: Path) -> set[str]:
    """Functions, classes, constants, and Class.member."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{member.name}" for member in node.body if isinstance(member, ast.FunctionDef)}
        if isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def references(document: str) -> set[tuple[str, str]]:
    """(file, name); a name without a file belongs to the file named before it in the same paragraph or item."""
    found: set[tuple[str, str]] = set()
    for paragraph in re.split(r"\n\n|\n- ", document):
        file = None
        for code in re.findall(r"`([^`\n]+)`", paragraph):
            if code.startswith("tests/"):
                file = None
            elif match := re.fullmatch(r"([\w/]+\.py)(?::([\w.]+))?", code):
                file = match[1]
                found.add((file, match[2] or ""))
            elif file and re.fullmatch(r"\w+(\.\w+)?", code):
                found.add((file, code))
    return found


@pytest.mark.parametrize(
    ("document", "folder", "least"),
    [
        ("THEOREMS.md", "", 40),
        ("FLOAT64.md", "float64", 25),
        ("SYMMETRY.md", "", 15),
        ("AUDIT.md", "", 25),
        ("EVERY_K.md", "", 15),
        ("TEACHERS.md", "", 12),
        ("SDP.md", "", 15),
        ("LINEAR.md", "", 4),
        ("WIDE.md", "", 10),
    ],
)
def test_every_function_named_exists(document: str, folder: str, least: int) -> None:
    found = references(DOCS[document])
    assert len(found) > least
    checker = ROOT / "verify" / "checker" / folder
    assert [f"{file}:{name}" for file, name in sorted(found) if name not in names_in(checker / file) | {""}] == []


# BAD_INPUT.md


@pytest.mark.parametrize("radius", RADIUS.findall(BAD_INPUT))
def test_numbers_that_are_none_are_malformed_with_the_message_stated(radius: str, tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(text(changed(EXAMPLES["minimum.json"], {"statement.region.radius": radius})), encoding="utf-8")
    verdict = check(path)
    assert isinstance(verdict, Malformed)
    assert f"| *Malformed* | 2 | `{verdict.reason}` |" in BAD_INPUT


@pytest.mark.parametrize(("options", "code"), re.findall(r"^\| `(--[^`]*)` \| (\d+) \|", BAD_INPUT, flags=re.MULTILINE))
def test_wrong_options_end_with_the_exit_code_stated(options: str, code: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*options.split(), "minimum.json"])
    assert stopped.value.code == int(code)


def test_the_samples_are_not_empty() -> None:
    assert len(RADIUS.findall(BAD_INPUT)) > 10
    assert BAD_INPUT.count("| `--") >= 5


# All of them


MADE_FOR_THE_SITE = set(re.findall(r'"([\w/]+\.md)": ', (ROOT / "docs" / "site" / "hooks.py").read_text("utf-8")))
"""Pages that are made when the site is built, which `mkdocs build --strict` looks at."""


@pytest.mark.parametrize("name", DOCS)
def test_every_link_resolves(name: str) -> None:
    page = ROOT / "docs" / name
    for file, anchor in re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", DOCS[name]):
        target = (page.parent / file).resolve() if file else page
        if target.is_relative_to(ROOT / "docs") and target.relative_to(ROOT / "docs").as_posix() in MADE_FOR_THE_SITE:
            continue
        assert target.exists(), file
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8").lower(), flags=re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", heading).replace(" ", "-") for heading in headings]


def test_every_kind_has_a_row_that_names_its_page() -> None:
    """In the specification: the kind, the page of its format, which names it, and that of its theorems."""
    rows = re.findall(
        r"^\| (`[a-z`, -]+) \| .* \| \[[^]]+\]\((kinds/[\w-]+\.md)\) \| \[", DOCS["CERTIFICATE.md"], re.MULTILINE
    )
    named = {kind: page for kinds, page in rows for kind in re.findall(r"`([a-z-]+)`", kinds)}
    assert set(named) == set(KINDS)
    assert [kind for kind, page in named.items() if f"`{kind}`" not in DOCS[page]] == []
    assert {path.relative_to(ROOT / "docs").as_posix() for path in PAGES if path.parent.name == "kinds"} == {
        *named.values()
    }
