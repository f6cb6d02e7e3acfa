"""The text that goes to Rocq: the certificate's own numbers and nothing else of it. No Rocq is needed here."""

import json
import re
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.forge import Document, forged, text
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import read
from verify.rocq import library
from verify.rocq.theorem import NotModelledError, Theorem, theorem_of

ROOT = Path(__file__).parent.parent.parent
K6 = ROOT / "certificates" / "safran-shamir-2018" / "k06-n06.json"
DOCUMENT: Document = json.loads(K6.read_text(encoding="utf-8"))


def theorem(document: Document, folder: Path) -> Theorem:
    path = folder / "certificate.json"
    path.write_text(text(document), encoding="utf-8")
    certificate = read(path)
    assert isinstance(certificate, Certificate)
    return theorem_of(certificate.statement, certificate.witness.precision)


def number(written: str) -> Fraction:
    mantissa, _, exponent = written.partition("*2^")
    return Fraction(mantissa) * Fraction(2) ** int(exponent or 0)


def test_the_statement_has_the_numbers_of_the_file(tmp_path: Path) -> None:
    statement = theorem(DOCUMENT, tmp_path).statement
    claims = DOCUMENT["statement"]
    wanted = [claims["region"]["radius"], *claims["value"], claims["hessian_lower_bound"]]
    fractions = [Fraction(int(top), int(bottom)) for top, bottom in re.findall(r"\((-?\d+) / (\d+)\)", statement)]
    assert fractions == [number(entry) for entry in wanted]
    assert statement.startswith("exists W : matrix, minimum_near 6 6 6 identity (entries ")
    assert statement.endswith(" W /\\ spurious_in_every_dimension 6 6 6 identity W")


def test_the_data_are_the_center_of_the_file(tmp_path: Path) -> None:
    made = theorem(DOCUMENT, tmp_path)
    found = re.search(r"\(entries (\d+) center\)", made.statement)
    assert found
    rows = re.findall(r"\[+([^\[\]]+)\]", made.data().split(":=")[1])
    center = [[Fraction(int(entry), int(found[1])) for entry in row.split(";")] for row in rows]
    assert center == [[number(entry) for entry in row] for row in DOCUMENT["statement"]["region"]["center"]]


def test_a_strict_minimum_is_not_called_spurious(tmp_path: Path) -> None:
    made = theorem(forged(DOCUMENT, {"statement.property": "strict-local-minimum"}), tmp_path)
    assert "spurious" not in made.statement
    assert "spurious" not in made.proof()


def test_a_given_teacher_is_written_out(tmp_path: Path) -> None:
    rows = [["1/2" if i == j else "0" for j in range(6)] for i in range(6)]
    made = theorem(forged(DOCUMENT, {"statement.landscape.teacher": {"rows": rows}}), tmp_path)
    assert "minimum_near 6 6 6 (entries 2 teacher) (entries " in made.statement
    assert "Definition teacher : list (list Z) := [[1; 0; 0; 0; 0; 0];" in made.data()


NOT_MODELLED: dict[str, dict[str, Any]] = {
    "another activation": {"statement.landscape.activation": "erf"},
    "leaky ReLU": {"statement.landscape.activation": {"leaky-relu": "1/10"}},
    "absolute value": {"statement.landscape.activation": {"leaky-relu": "-1"}},
    "a loss that may be 0": {"statement.value": ["0", "1"]},
    "fractions whose common denominator is long": {
        "statement.region.center": [[f"1/{10**600 + 6 * i + j}" for j in range(6)] for i in range(6)]
    },
}


@pytest.mark.parametrize("name", NOT_MODELLED)
def test_what_the_library_has_no_theorem_for_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotModelledError):
        theorem(forged(DOCUMENT, NOT_MODELLED[name]), tmp_path)


def test_the_smallest_radius_is_written(tmp_path: Path) -> None:
    """Beyond the floating-point numbers."""
    made = theorem(forged(DOCUMENT, {"statement.region.radius": "1*2^-4000"}), tmp_path)
    assert f"(1 / {2**4000})" in made.statement
    assert "computes 4028 128 6 6 6 " in made.proof()


def test_a_saddle_is_refused() -> None:
    certificate = read(ROOT / "certificates" / "du-lee-2018" / "saddle.json")
    assert isinstance(certificate, Certificate)
    with pytest.raises(NotModelledError):
        theorem_of(certificate.statement, 128)


def test_no_text_of_the_certificate_reaches_rocq(tmp_path: Path) -> None:
    evil = "*) Axiom false : False. (*"
    document = forged(DOCUMENT, {"provenance": {"program": evil, evil: evil}})
    made, plain = theorem(document, tmp_path), theorem(DOCUMENT, tmp_path)
    assert (made.data(), made.proof()) == (plain.data(), plain.proof())
    assert re.fullmatch(r"[\[\]\d\s;-]+", made.data().split(":=")[1].removesuffix("%Z.\n"))


def test_only_the_names_of_the_library_reach_rocq(tmp_path: Path) -> None:
    """All words of a file for Rocq but numbers are those of every other file."""
    words = set(re.findall(r"[A-Za-z_][\w']*", theorem(DOCUMENT, tmp_path).proof()))
    other = json.loads((K6.parent / "k08-n09.json").read_text(encoding="utf-8"))
    assert words == set(re.findall(r"[A-Za-z_][\w']*", theorem(other, tmp_path).proof()))


# The library


def test_the_page_of_definitions_is_the_one_that_verdicts_name() -> None:
    assert sha256((ROOT / "rocq" / "Statement.v").read_bytes()).hexdigest() == library.STATEMENT_SHA256


def test_each_source_is_built() -> None:
    assert sorted(library.sources()) == sorted(path.name for path in (ROOT / "rocq").glob("*.v"))


@pytest.mark.parametrize("path", sorted((ROOT / "rocq").glob("*.v")), ids=lambda path: path.name)
def test_the_library_admits_and_assumes_nothing(path: Path) -> None:
    content = re.sub(r"\(\*.*?\*\)", " ", path.read_text(encoding="ascii"), flags=re.DOTALL)
    forbidden = r"Admitted|admit|give_up|Axiom|Axioms|Conjecture|Conjectures|Parameter|Parameters|Unset|bypass_check"
    assert re.findall(rf"\b(?:{forbidden})\b", content) == []
    # variables and hypotheses are those of a section, which ends in the same file
    if re.search(r"\b(?:Variables?|Hypothes[ie]s|Context)\b", content):
        assert re.search(r"\bSection\b", content)
    assert len(re.findall(r"\b(?:Section|Module)\s+\w+\s*[.(]", content)) == len(re.findall(r"\bEnd\s+\w+\.", content))


def test_each_source_says_what_it_proves() -> None:
    for path in (ROOT / "rocq").glob("*.v"):
        assert path.read_text(encoding="ascii").startswith("(* "), path.name
