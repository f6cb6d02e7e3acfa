"""What one part of the project knows, the others know: activations, kinds of statements, properties.

Names are read off the source (`ast`) and the documents, so that adding one in a single place fails here. What a part
does not know, on purpose, stands in `MISSING`, with the reason; and only that.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests import second
from tests.checker.oversized import documents
from tests.corpus.forge import CORPUS, Document, forged, load, text
from tests.specification import CERTIFICATE
from verify.checker import Malformed, Verified, check
from verify.checker.kinds import KINDS

ROOT = Path(__file__).parents[1]
AUDIT = (ROOT / "docs" / "AUDIT.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

NOT_IN_SKLEARN = "scikit-learn has no such activation"
NOT_IN_TORCH = "PyTorch has no module for it"
IN_AUDIT = "the README leaves the activations of networks to docs/AUDIT.md, and links it"
NO_LAYER = "a spelling of claims files and importers; in a certificate it is an elu with rational numbers"
DERIVED = "only derived (`verify derive`); no rule of either checker has a landscape with it"
LEAKY = "|x| is written as the leaky ReLU of slope -1"

TABLE = "the README says that there are others, and the format has the table"
NO_FORMULAS = "the second checker has no formulas of it, and calls it unknown: Malformed"
SMOOTH_BEYOND_ERF = ["cos", "cube", "hermite-1", "hermite-2", "hermite-3", "hermite-4", "sin", "square"]
"""Activations of teachers and students that are one generated kernel each, with a row in the table of the format."""

MISSING: dict[str, dict[str, str]] = {
    # Activations of the layers of a network
    "the first checker": {"selu": NO_LAYER},
    "the second checker": {"selu": NO_LAYER},
    "CERTIFICATE.md": {"selu": NO_LAYER},
    "AUDIT.md": {},
    "README.md": dict.fromkeys(
        [
            "identity",
            "relu",
            "square",
            "sigmoid",
            "tanh",
            "arctan",
            "softplus",
            "gelu",
            "selu",
            "leaky-relu",
            "piecewise-linear",
            "elu",
            "polynomial",
        ],
        IN_AUDIT,
    ),
    "the schema of claims": {},
    "scikit-learn": dict.fromkeys(
        ["square", "arctan", "softplus", "gelu", "selu", "leaky-relu", "piecewise-linear", "elu", "polynomial"],
        NOT_IN_SKLEARN,
    ),
    "PyTorch": dict.fromkeys(["square", "arctan", "piecewise-linear", "polynomial"], NOT_IN_TORCH),
    # Activations of teachers and students
    "the first checker, population": {"abs": LEAKY},
    "the second checker, population": {"abs": LEAKY, **dict.fromkeys(SMOOTH_BEYOND_ERF, NO_FORMULAS)},
    "CERTIFICATE.md, population": {"abs": LEAKY},
    "the float64 landscapes, population": {},
    "README.md, population": dict.fromkeys(SMOOTH_BEYOND_ERF, TABLE),
    "derivations, population": {},
}
"""By place: names that it does not know, and why."""
ONLY_DERIVED = {"step": DERIVED}
"""Activations of teachers and students of which there is a derivation, and nothing else."""


# Reading names off the source


@cache
def tree(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def texts(node: ast.AST) -> set[str]:
    """All string constants below a node, without docstrings."""
    documentation = {id(part.value) for part in ast.walk(node) if isinstance(part, ast.Expr)}
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in documentation
    }


def function(name: str, folder: str) -> ast.FunctionDef:
    """The function of this name below a folder, wherever it is."""
    found = [
        node
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(tree(path.relative_to(ROOT).as_posix()))
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    assert len(found) == 1, (name, len(found))
    return found[0]


def assigned(name: str, node: ast.AST) -> ast.expr:
    """What a name is assigned, at the only place where it is."""
    (found,) = (
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Assign | ast.AnnAssign)
        and part.value is not None
        and name in {target.id for target in _targets(part) if isinstance(target, ast.Name)}
    )
    return found


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def keys(node: ast.expr) -> set[str]:
    """The keys of a dictionary display."""
    assert isinstance(node, ast.Dict)
    return {key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def compared(name: str, node: ast.AST) -> set[str]:
    """String constants that a variable is compared with."""
    return {
        constant
        for part in ast.walk(node)
        if isinstance(part, ast.Compare) and isinstance(part.left, ast.Name) and part.left.id == name
        for constant in texts(part)
    }


def words_called(method: str, node: ast.AST) -> set[str]:
    """String constants among the arguments of calls of a method."""
    return {
        constant
        for part in ast.walk(node)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == method
        for argument in part.args
        for constant in texts(argument)
    }


def quoted(paragraph: str) -> set[str]:
    """Names between backticks: `name`, `{name = ...}` or `{"name": ...}`."""
    return set(re.findall(r"`(?:\{)?\"?([a-z][a-z-]*)\"?(?: ?[:=][^`]*)?`", paragraph))


def cases(node: ast.AST) -> set[str]:
    """String patterns of match statements."""
    return {constant for part in ast.walk(node) if isinstance(part, ast.MatchValue) for constant in texts(part.value)}


# Activations of the layers of a network


NETWORK = "verify/checker/statements/network.py"


def of_first() -> set[str]:
    module = tree(NETWORK)
    smooth, shorthands = texts(assigned("SMOOTH", module)), keys(assigned("SHORTHANDS", module))
    return smooth | shorthands | keys(assigned("WITH_PARAMETERS", module))


def of_second() -> set[str]:
    read = function("read_layer_activation", "verify/independent")
    listed = [
        node.value
        for node in ast.walk(read)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Tuple)
        and all(isinstance(entry, ast.Constant) and isinstance(entry.value, str) for entry in node.value.elts)
    ]
    return words_called("word", read).union(*map(texts, listed))


def of_certificate() -> set[str]:
    (paragraph,) = re.findall(r"An `activation` is one of the\n(.*?) with p <= 16", CERTIFICATE, flags=re.DOTALL)
    return quoted(paragraph)


def of_audit() -> set[str]:
    (row,) = re.findall(r"^\| `activation` \| of the hidden layers:(.*)$", AUDIT, flags=re.MULTILINE)
    return quoted(row)


@cache
def schema() -> Document:
    """The JSON Schema of claims files, as `verify audit --schema` prints it."""
    command = [sys.executable, "-m", "verify.producer.cli", "audit", "--schema"]
    content: Document = json.loads(subprocess.run(command, capture_output=True, cwd=ROOT, check=True).stdout)
    return content


def of_schema() -> set[str]:
    return set(re.findall(r"[a-z]+(?:-[a-z]+)*", json.dumps(schema()["$defs"]["activation"]))) & universe()


def of_sklearn() -> set[str]:
    table = assigned("SKLEARN_ACTIVATIONS", tree("verify/producer/landscapes/imported_sklearn_networks.py"))
    assert isinstance(table, ast.Dict)
    return {constant for value in table.values for constant in texts(value)}


def of_torch() -> set[str]:
    functions = [
        node
        for path in sorted((ROOT / "verify" / "producer" / "landscapes").glob("imported*.py"))
        for node in ast.walk(tree(path.relative_to(ROOT).as_posix()))
        if isinstance(node, ast.FunctionDef) and "activation" in node.name
    ]
    assert functions
    return {constant for node in functions for constant in texts(node)} & universe()


def universe() -> set[str]:
    return of_first() | {"selu"}


LAYERS: dict[str, Callable[[], set[str]]] = {
    "the first checker": of_first,
    "the second checker": of_second,
    "CERTIFICATE.md": of_certificate,
    "AUDIT.md": of_audit,
    "README.md": lambda: quoted(README.partition("## Limits")[2]) & universe(),
    "the schema of claims": of_schema,
    "scikit-learn": of_sklearn,
    "PyTorch": of_torch,
}


@pytest.mark.parametrize("place", LAYERS)
def test_every_activation_of_a_network_is_known_or_named_as_missing(place: str) -> None:
    known = LAYERS[place]()
    assert known == universe() - MISSING[place].keys()
    assert MISSING[place].keys() <= universe()


def test_every_activation_is_evaluated_by_the_checker_and_in_float64() -> None:
    """By the names that statements have after shorthands are spelt out."""
    module = tree(NETWORK)
    shorthands = assigned("SHORTHANDS", module)
    assert isinstance(shorthands, ast.Dict)
    spelt = {constant for value in shorthands.values for constant in texts(value)}
    plain = (of_first() - keys(shorthands) - {"leaky-relu"}) | spelt
    for path in ("verify/checker/losses/layer_activations.py", "verify/producer/landscapes/layer_activations.py"):
        assert cases(tree(path)) == plain


SPELLINGS: dict[str, object] = {
    "leaky-relu": {"leaky-relu": "1/10"},
    "piecewise-linear": {"piecewise-linear": ["1/10", "2"]},
    "elu": {"elu": ["1", "1/2"]},
    "polynomial": {"polynomial": ["1/3", "1", "-1/2", "1/6"]},
}


@pytest.mark.parametrize("name", sorted(of_first()))
def test_both_checkers_read_and_evaluate_it(name: str, tmp_path: Path) -> None:
    """The loss at a point, with that activation: both prove an interval 2^-30 wide around float64's value."""
    from fractions import Fraction

    from verify.producer.landscapes.empirical_risk import EmpiricalRisk

    weights = ["1/2", "-1/3", "1/5", "2/7", "-1/4", "3/8", "1", "-2/3", "1/9"]
    risk = EmpiricalRisk(
        [["1", "-2"], ["1/2", "3"], ["-1", "1/4"]], ["1", "0", "-1"], [2, 1], SPELLINGS.get(name, name)
    )
    point = [float(Fraction(weight)) for weight in weights]
    loss = Fraction(float(risk.value(point)))
    document = load("valid/risk-value.json")
    document["statement"] |= {
        "landscape": dict(risk.document),
        "point": [weights],
        "value": [str(loss - Fraction(1, 2**31)), str(loss + Fraction(1, 2**31))],
    }
    path = tmp_path / "value.json"
    path.write_text(text(forged(document, {"witness.precision": 200})), encoding="utf-8")
    assert isinstance(verdict := check(path), Verified), verdict
    other = second.check(str(path))
    assert other.verdict == "Verified", other.reason


# Activations of teachers and students


def population() -> set[str]:
    return first_population() | {"abs"}


def first_population() -> set[str]:
    path = "verify/checker/statements/teacher_student.py"
    module = tree(path)
    read = next(node for node in ast.walk(module) if isinstance(node, ast.FunctionDef) and node.name == "_read_name")
    rows = [part for part in ast.walk(assigned("ACTIVATION", module)) if isinstance(part, ast.Call)]
    members = {
        name for row in rows if isinstance(row.func, ast.Name) and row.func.id == "Row" for name in texts(row.args[0])
    }
    return compared("name", read) | members | generated()


def generated() -> set[str]:
    """The kernels that are read by their file's name."""
    folder = ROOT / "verify" / "checker" / "losses" / "kernels"
    return {path.stem.replace("_", "-") for path in folder.glob("[!_]*.py")}


def second_population() -> set[str]:
    read = function("read_activation", "verify/independent")
    return words_called("word", read) | words_called("members", read)


def certificate_population() -> set[str]:
    (row,) = re.findall(r"^\| `activation` \| string or object \| (.*)$", CERTIFICATE, flags=re.MULTILINE)
    table = CERTIFICATE.partition("### Smooth activations")[2].partition("**Value.**")[0]
    names = set(re.findall(r"[a-z]+(?:-[a-z]+)*", " ".join(re.findall(r"`([^`]*)`", row)))) - {"slope"}
    return names | set(re.findall(r"^\| `([^`]*)` \|", table, flags=re.MULTILINE))


def readme_population() -> set[str]:
    """As people write them."""
    (names,) = re.findall(r"a two-layer teacher of the same activation \(([^)]*), or another smooth one\)", README)
    written = {"ReLU": "relu", "leaky ReLU": "leaky-relu", "|x|": "abs", "erf": "erf"}
    return {written[name.strip()] for name in names.replace("\n", " ").split(",")}


def float64_population() -> set[str]:
    read = function("activation", "verify/producer/landscapes")
    named = compared("name", read) | compared("kind", read) | keys(assigned("slopes", read))
    return (named - {"slopes"}) | generated()


def derived_population() -> set[str]:
    folder = ROOT / "verify" / "producer" / "symbolic" / "activations"
    return {path.stem.replace("_", "-") for path in folder.glob("*.py") if path.stem != "__init__"}


POPULATION: dict[str, Callable[[], set[str]]] = {
    "the first checker, population": first_population,
    "the second checker, population": second_population,
    "CERTIFICATE.md, population": certificate_population,
    "the float64 landscapes, population": float64_population,
    "README.md, population": readme_population,
    "derivations, population": lambda: derived_population() - ONLY_DERIVED.keys(),
}


@pytest.mark.parametrize("place", POPULATION)
def test_every_activation_of_a_teacher_is_known_or_named_as_missing(place: str) -> None:
    assert POPULATION[place]() == population() - MISSING[place].keys()


def test_what_is_missing_is_missing() -> None:
    """A name leaves the table when it is added."""
    assert set(MISSING) == {*LAYERS, *POPULATION}
    assert ONLY_DERIVED.keys() <= derived_population()
    for place, names in MISSING.items():
        known = {**LAYERS, **POPULATION}[place]()
        assert known.isdisjoint(names), place
        assert all(names.values())


RELU_ONLY = {
    "population-teacher-student-family": "the series of the family are those of ReLU (docs/EVERY_K.md)",
    "two-neuron-teachers": "the equations in the plane are those of ReLU (docs/COVERS.md)",
    "nearly-orthonormal-teachers": "the bounds for all teachers near by are those of ReLU (docs/TEACHERS.md)",
}
"""Kinds of statements about teachers and students that know ReLU alone, and why."""


@pytest.mark.parametrize("kind", sorted(kind for kind in KINDS if "teacher" in kind))
@pytest.mark.parametrize(
    "activation", ["relu", "erf", {"leaky-relu": "1/10"}, *SMOOTH_BEYOND_ERF], ids=lambda name: "".join(name)
)
def test_each_kind_reads_every_activation_of_a_teacher_or_is_named(
    kind: str, activation: object, tmp_path: Path
) -> None:
    document = next(document for name, document in documents().items() if name.startswith(f"{kind}/"))
    if document["statement"]["landscape"]["activation"] != activation:
        document = forged(document, {"statement.landscape.activation": activation})
    path = tmp_path / "other.json"
    path.write_text(text(document), encoding="utf-8")
    refused = activation != "relu" and kind in RELU_ONLY
    assert isinstance(check(path, time_limit=0.01), Malformed) is refused
    if kind not in second.LEFT_OUT:
        unknown = activation in MISSING["the second checker, population"] if isinstance(activation, str) else False
        assert (second.check(str(path), time_limit=0.01).verdict == "Malformed") is (refused or unknown)


# Kinds of statements and properties


NO_PROPERTY = {"symmetric-teacher-student": "each point of the file says whether it is a minimum or a saddle"}
"""Kinds without the member `property`."""


def properties(kind: str, checker: Callable[[Path], str], folder: Path) -> set[str]:
    """The properties of a kind that a checker knows, which it lists for one that it does not know."""
    document = next(document for name, document in documents().items() if name.startswith(f"{kind}/"))
    path = folder / "unknown.json"
    path.write_text(text(forged(document, {"statement.property": "no-such-property"})), encoding="utf-8")
    reason = checker(path)
    assert "no-such-property" in reason, reason
    return set(reason.partition("; known: ")[2].partition(";")[0].split(", "))


def by_first(path: Path) -> str:
    verdict = check(path)
    assert isinstance(verdict, Malformed)
    return verdict.reason


def by_second(path: Path) -> str:
    return second.check(str(path)).reason


@cache
def corpus() -> list[tuple[str, str, str]]:
    """Folder, kind and property of the files of the corpus that say so, without manifests."""
    found = []
    for folder in ("valid", "invalid", "malformed"):
        for path in sorted((CORPUS / folder).glob("*.json")):
            try:
                document: Document = json.loads(path.read_bytes())
                if "manifest" in str(document["format"]):
                    continue
                kind, name = document["statement"]["landscape"]["kind"], document["statement"].get("property", "")
                found.append((folder, str(kind), str(name)))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue  # malformed in a way that says of no kind
    return found


def test_both_checkers_and_the_specification_know_every_kind() -> None:
    assert set(KINDS) == set(second.KINDS) | set(second.LEFT_OUT)
    assert set(second.KINDS).isdisjoint(second.LEFT_OUT)
    assert [kind for kind in KINDS if f"`{kind}`" not in CERTIFICATE] == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_both_checkers_and_the_specification_know_the_same_properties(kind: str, tmp_path: Path) -> None:
    if kind in NO_PROPERTY:
        assert all(name == "" for _, of, name in corpus() if of == kind)
        return
    found = properties(kind, by_first, tmp_path)
    assert found
    if kind not in second.LEFT_OUT:
        assert properties(kind, by_second, tmp_path) == found
    assert [name for name in sorted(found) if f"`{name}`" not in CERTIFICATE] == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_corpus_has_valid_invalid_and_malformed_files_of_every_kind_and_property(kind: str, tmp_path: Path) -> None:
    wanted = {""} if kind in NO_PROPERTY else properties(kind, by_first, tmp_path)
    counts = Counter((folder, name) for folder, of, name in corpus() if of == kind)
    folders = ("valid", "invalid", "malformed")
    assert [(folder, name) for folder in folders for name in sorted(wanted) if not counts[folder, name]] == []


def test_the_properties_of_claims_are_documented() -> None:
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|", AUDIT.partition("## What a claim means")[2], re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}
    assert set(schema()["$defs"]["claim"]["properties"]["property"]["enum"]) == documented


@pytest.mark.parametrize("name", SMOOTH_BEYOND_ERF)
def test_an_activation_stands_in_five_files(name: str) -> None:
    """docs/ADDING.md names them: this list, the two modules, the row of the format's table and that of a test."""
    module = name.replace("-", "_")
    places = {
        Path("verify", "producer", "symbolic", "activations", f"{module}.py"),
        Path("verify", "checker", "losses", "kernels", f"{module}.py"),
    }
    assert all((ROOT / place).is_file() for place in places)
    assert f"\n| `{name}` |" in CERTIFICATE
    assert f'"{name}":' in (ROOT / "tests" / "symbolic" / "test_derived_by_quadrature.py").read_text(encoding="utf-8")
    if name != "square":  # networks have that activation too
        assert {
            path.relative_to(ROOT) for path, text in modules().items() if name in text and name in words(text)
        } <= places


@cache
def modules() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in (ROOT / "verify").rglob("*.py")}


@cache
def words(text: str) -> set[str]:
    """The strings that a module writes out."""
    return {str(node.value) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
