"""Which changes of the checker's source are tried: cosmic-ray's operators, and four of our own.

Of an arithmetic operator's eleven replacements two are taken, of a comparison's the neighbour (`<` to `<=`)
and the opposite (`<` to `>=`). Left alone, because no verdict depends on them: annotations, docstrings,
`slots=True`, the names of type variables, and text with a space in it, which is a message.
"""

from __future__ import annotations

import ast
import difflib
import pickle
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator
from parso.python.tree import Name, String

Position = tuple[int, int]

NEVER_RAISED = "StopAsyncIteration"
"""Caught instead of what should be: a name that exists, so that an exception just goes on."""

ARITHMETIC = """
Add_Sub Add_Mul Sub_Add Sub_Mul Mul_Div Mul_Add Div_Mul Div_Sub Pow_Mul Pow_Add
BitOr_BitAnd BitOr_BitXor BitAnd_BitOr BitAnd_BitXor LShift_RShift RShift_LShift Mod_Mul FloorDiv_Mul
"""
COMPARISONS = "Lt_LtE Lt_GtE LtE_Lt LtE_Gt Gt_GtE Gt_LtE GtE_Gt GtE_Lt Eq_NotEq NotEq_Eq Is_IsNot IsNot_Is"
OTHERS = """
AddNot ReplaceUnaryOperator_Delete_Not ReplaceUnaryOperator_Delete_USub ReplaceTrueWithFalse ReplaceFalseWithTrue
ReplaceAndWithOr ReplaceOrWithAnd ReplaceBreakWithContinue ReplaceContinueWithBreak NumberReplacer RemoveDecorator
ZeroIterationForLoop
"""


class ChangeString(Operator):  # type: ignore[misc]
    """Append to a string without a space: the name of a field, a file format, a choice."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        if node.type == "string" and node.parent.type not in ("simple_stmt", "strings"):
            value = ast.literal_eval(node.value)
            if not re.search(r"\s", value if isinstance(value, str) else value.decode()):
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        value = ast.literal_eval(node.value)
        changed = value + ("XX" if isinstance(value, str) else b"XX")
        return String(repr(changed), node.start_pos, prefix=node.prefix)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("x['radius']", "x['radiusXX']"),)


class LetThrough(Operator):  # type: ignore[misc]
    """Catch what is never raised, in place of one of the exceptions; cosmic-ray's operator knows plain names only."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        if node.type == "except_clause":
            for among, index in self._caught(node):
                yield among.children[index].start_pos, among.children[index].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        among, place = self._caught(node)[index]
        caught = among.children[place]
        among.children[place] = Name(NEVER_RAISED, caught.start_pos, prefix=caught.get_first_leaf().prefix)
        return node

    @staticmethod
    def _caught(node: Any) -> list[tuple[Any, int]]:
        """Each exception, as the node that it is a child of and its place there."""
        [_, caught, *_] = node.children
        if caught.type != "atom":
            return [(node, 1)]
        inner = caught.children[1]
        return (
            [(inner, i) for i in range(0, len(inner.children), 2)] if inner.type == "testlist_comp" else [(caught, 1)]
        )

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        before = "try: pass\nexcept {}: pass\n"
        return (
            Example(before.format("json.Bad"), before.format(NEVER_RAISED)),
            Example(before.format("(A, b.c.D) as e"), before.format(f"(A, {NEVER_RAISED}) as e"), occurrence=1),
            Example(before.format("(A, b.c.D) as e"), before.format(f"({NEVER_RAISED}, b.c.D) as e")),
            Example(before.format("(A)"), before.format(f"({NEVER_RAISED})")),
        )


class DeleteStatement(Operator):  # type: ignore[misc]
    """Put `pass` for a call whose result is not used, a `raise`, or an augmented assignment."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        if node.type == "simple_stmt":
            [first, *_] = node.children
            augmented = first.type == "expr_stmt" and first.children[1].type == "operator" and len(first.children) == 3
            if first.type in ("atom_expr", "raise_stmt") or (augmented and first.children[1].value != "="):
                yield first.start_pos, first.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        first = node.children[0]
        node.children[0] = Name("pass", first.start_pos, prefix=first.get_first_leaf().prefix)
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("check(x)\n", "pass\n"), Example("x += 1\n", "pass\n"))


class ForgetNaN(Operator):  # type: ignore[misc]
    """Write `not a < b` as `a >= b`: the same for numbers, but not for balls that overlap, nor for NaN."""

    OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        if node.type == "not_test" and node.children[1].type == "comparison":
            _, sign, *rest = node.children[1].children
            if len(rest) == 1 and getattr(sign, "value", None) in self.OPPOSITE:
                yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        comparison = node.children[1]
        comparison.children[1].value = self.OPPOSITE[comparison.children[1].value]
        return comparison

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("if not a < b: pass", "if a >= b: pass"),)


THEIRS = [
    *(f"ReplaceBinaryOperator_{name}" for name in ARITHMETIC.split()),
    *(f"ReplaceComparisonOperator_{name}" for name in COMPARISONS.split()),
    *OTHERS.split(),
]
OPERATORS: dict[str, type[Operator]] = {
    **{name: get_operator(f"core/{name}") for name in THEIRS},
    **{own.__name__: own for own in (ChangeString, DeleteStatement, ForgetNaN, LetThrough)},
}


@dataclass(frozen=True)
class Place:
    """Where an operator applies: at the node with this number among those that it would change."""

    module: str
    """Path below the root, with slashes."""
    operator: str
    occurrence: int
    start: Position
    end: Position


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    module: str
    """Path below the root, with slashes."""
    operator: str
    line: int
    lines: tuple[int, ...]
    """All lines of the statement that is changed."""
    before: str
    after: str
    """The line that differs, as it was and as it is now."""
    source: str
    """The module as it is now."""


class Module:
    """One module: where it may be changed, which costs little to find, and the mutants, which cost more."""

    def __init__(self, root: Path, path: Path) -> None:
        self.name = path.relative_to(root).as_posix()
        self.source = path.read_text(encoding="utf-8")
        self._syntax = ast.parse(self.source)
        tree = get_ast(self.source)
        self._parsed = pickle.dumps(tree)
        self.places = list(self._places(list(ast_nodes(tree))))

    def _places(self, nodes: list[Any]) -> Iterator[Place]:
        left_alone = list(_left_alone(self._syntax))
        functions = [node for node in ast.walk(self._syntax) if isinstance(node, ast.FunctionDef)]
        signatures = {line for node in functions for line in range(node.lineno, node.body[0].lineno)}
        for name, operator in OPERATORS.items():
            found = (position for node in nodes for position in operator().mutation_positions(node))
            for occurrence, (start, end) in enumerate(found):
                if any(low <= start and end <= high for low, high in left_alone):
                    continue
                if name.startswith("ReplaceBinaryOperator") and start[0] in signatures:  # a star there is no product
                    continue
                yield Place(self.name, name, occurrence, start, end)

    def mutants(self) -> list[Mutant]:
        """All mutants, in the order of the lines."""
        return sorted(filter(None, map(self.mutant, self.places)), key=lambda mutant: mutant.line)

    def mutant(self, place: Place) -> Mutant | None:
        """The change at a place; None if nothing changes, if it is no Python, or an earlier place gives the same."""
        changed = self._changed(place)
        before, after = _difference(self.source, changed)
        if before == after or not _compiles(changed):
            return None
        for other in self.places:
            if other == place:
                break
            if other.start <= place.end and place.start <= other.end and self._changed(other) == changed:
                return None
        lines = _statement(self._syntax, place.start[0])
        return Mutant(self.name, place.operator, place.start[0], lines, before, after, changed)

    def _changed(self, place: Place) -> str:
        visitor = MutationVisitor(place.occurrence, OPERATORS[place.operator]())
        tree = visitor.walk(pickle.loads(self._parsed))  # much quicker than parsing anew
        assert visitor.mutation_applied
        code: str = tree.get_code()
        return code


def _left_alone(tree: ast.AST) -> Iterator[tuple[Position, Position]]:
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            arguments = [part for part in ast.walk(node.args) if isinstance(part, ast.arg)]
            parts = [node.returns, *(argument.annotation for argument in arguments)]
        elif isinstance(node, ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.keyword) and node.arg == "slots":
            parts = [node.value]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "TypeVar":
            parts = [*node.args[:1]]
        for part in parts:
            if isinstance(part, ast.expr):
                assert part.end_lineno is not None
                assert part.end_col_offset is not None
                yield (part.lineno, part.col_offset), (part.end_lineno, part.end_col_offset)


def _compiles(source: str) -> bool:
    """False for the star of a signature, which is no product."""
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _difference(source: str, changed: str) -> tuple[str, str]:
    lines = list(difflib.unified_diff(source.splitlines(), changed.splitlines(), n=0, lineterm=""))[2:]
    before, after = ([line[1:].strip() for line in lines if line[0] == sign] for sign in "-+")
    return " ".join(filter(None, before)), " ".join(filter(None, after))


def _statement(tree: ast.AST, line: int) -> tuple[int, ...]:
    """The lines of the innermost statement at a line; of one that holds others, its head."""
    lines: range = range(line, line + 1)
    size = 10**9
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            first = min([node.lineno, *(x.lineno for x in getattr(node, "decorator_list", []))])
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if isinstance(body, list) else node.end_lineno or node.lineno
            head = range(first, max(last, node.lineno) + 1)
            if line in head and len(head) <= size:
                lines, size = head, len(head)
    return tuple(lines)
