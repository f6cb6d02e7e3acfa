"""The reader of SDPA sparse files: exact numbers, and for each thing that is wrong the line that it is in."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.make_valid_sdp import DATA
from verify.checker.core.reader import NotACertificate
from verify.checker.core.sdpa import Block, SemidefiniteProgram, read_sdpa
from verify.producer.sdp.instance import decimal, write_sdpa

GOOD = "2\n2\n2 -2\n1 1\n0 1 1 2 -1\n0 2 1 1 0.25\n1 1 1 1 1\n2 1 2 2 1\n"


def test_the_numbers_are_those_of_the_file() -> None:
    program = read_sdpa(DATA["two-blocks.dat-s"].encode())
    assert program.objective == (1, 1)
    assert program.blocks == (Block(2, False), Block(2, True))
    assert program.matrices[0] == {0: {(1, 0): Fraction(-1)}, 1: {(0, 0): Fraction(1, 4), (1, 1): Fraction(-4)}}
    assert program.matrices[1] == {0: {(0, 0): Fraction(1)}, 1: {(0, 0): Fraction(1)}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("0.1", Fraction(1, 10)), ("+.5", Fraction(1, 2)), ("-2.", Fraction(-2)), ("1e-3", Fraction(1, 1000))),
        *(("1.5D+2", Fraction(150)), ("-0.0", Fraction(0)), ("12e0", Fraction(12)), ("1E400", Fraction(10**400))),
        *(("1e000000005", Fraction(10**5)), ("-1d-00002", Fraction(-1, 100))),
    ],
)
def test_decimal_numbers_are_read_exactly(text: str, value: Fraction) -> None:
    assert read_sdpa(GOOD.replace("1 1\n0", f"1 {text}\n0", 1).encode()).objective == (1, value)


def test_comments_punctuation_words_and_lower_triangles_are_read() -> None:
    text = '"a comment\n* another\n 2 = mDIM\n2 . nBLOCK\n{2, -2}\n{1.0,\n 1}\n\n0 1 2 1 -1\n0 2 1 1 0.25\n'
    text += "1 1 1 1 1\n2 1 2 2 1\n1 1 1 2 0.0\n"
    assert read_sdpa(text.encode()) == read_sdpa(GOOD.encode())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (GOOD, "", "line 1: the file ends before the number of variables"),
        ("2\n2\n2 -2", "x\n2\n2 -2", "line 1: the number of variables is 'x', not an integer"),
        ("2\n2\n2 -2", "2.5\n2\n2 -2", "line 1: the number of variables is '2.5', not an integer"),
        ("2\n2\n2 -2", "0\n2\n2 -2", "line 1: the number of variables is 0, not between 1 and 10000"),
        ("2\n2\n2 -2", "10001\n2\n2 -2", "line 1: the number of variables is 10001, not between 1 and 10000"),
        ("2\n2\n2 -2", "9999999999\n2\n2 -2", "line 1: the number of variables is '9999999999', not an integer"),
        ("2\n2\n2 -2", "2 2\n2\n2 -2", "line 1: the number of variables must stand alone"),
        ("2\n2\n2 -2", "2 1e99999\n2\n2 -2", "line 1: the number of variables must stand alone"),
        ("2\n2\n2 -2", "2\n0\n2 -2", "line 2: the number of blocks is 0, not between 1 and 10000"),
        ("2\n2\n2 -2", "2\n2\n2", "line 3: 2 orders of blocks are needed"),
        ("2\n2\n2 -2", "2\n2\n2 -2 1", "line 3: 2 orders of blocks are needed"),
        ("2\n2\n2 -2", "2\n2\n2 0", "line 3: a block of order 0"),
        ("2\n2\n2 -2", "2\n2\n9999 -2", "line 3: the blocks' orders add up to more than 10000"),
        ("2\n2\n2 -2", "2\n2\n2 -20000", "line 3: the order of a block is -20000, not between -10000 and 10000"),
        ("1 1\n0 1", "1 1 1\n0 1", "line 4: 3 numbers for the objective of 2 variables"),
        ("1 1\n0 1", "1\n0 1", "line 5: 6 numbers for the objective of 2 variables"),
        ("1 1\n0 1", "1 nan\n0 1", "line 4: 'nan' is not a decimal number of at most 800 characters"),
        ("1 1\n0 1", "1 1/2\n0 1", "line 4: '1/2' is not a decimal number of at most 800 characters"),
        ("1 1\n0 1", "1 .\n0 1", "line 4: '.' is not a decimal number"),
        ("1 1\n0 1", "1 e5\n0 1", "line 4: 'e5' is not a decimal number"),
        ("1 1\n0 1", "1 1e1101\n0 1", "line 4: the exponent 1101 is beyond 1100 in size"),
        ("1 1\n0 1", "1 " + "1" * 801 + "\n0 1", "line 4: '11111111111111111111' is not a decimal number"),
        ("0 1 1 2 -1", "0 1 1 2", "line 5: 4 items instead of matrix, block, row, column, value"),
        ("0 1 1 2 -1", "0 1 1 2 -1 0", "line 5: 6 items instead of matrix, block, row, column, value"),
        ("0 1 1 2 -1", "3 1 1 2 -1", "line 5: the matrix is 3, not between 0 and 2"),
        ("0 1 1 2 -1", "-1 1 1 2 -1", "line 5: the matrix is -1, not between 0 and 2"),
        ("0 1 1 2 -1", "0 3 1 2 -1", "line 5: the block is 3, not between 1 and 2"),
        ("0 1 1 2 -1", "0 1 0 2 -1", "line 5: the index is 0, not between 1 and 2"),
        ("0 1 1 2 -1", "0 1 1 3 -1", "line 5: the index is 3, not between 1 and 2"),
        ("0 1 1 2 -1", "0 1 1 2 inf", "line 5: 'inf' is not a decimal number"),
        ("0 2 1 1 0.25", "0 2 1 2 0.25", "line 6: an entry off the diagonal of block 2, which is diagonal"),
        ("1 1 1 1 1", "0 1 2 1 1", "line 7: this entry was given before"),
        ("1 1 1 1 1", "1 1 1 1 \u0661", "line 7: '\u0661' is not a decimal number"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(NotACertificate) as caught:
        read_sdpa(GOOD.replace(old, new, 1).encode())
    assert str(caught.value).startswith(message)


def test_bytes_that_are_not_text_are_refused_with_their_line() -> None:
    with pytest.raises(NotACertificate, match="line 3: is not UTF-8"):
        read_sdpa(GOOD.encode().replace(b"2 -2", b"2 \xff2"))


numbers = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False, width=64).map(Fraction)


places = st.tuples(st.integers(0, 2), st.integers(0, 2))


@given(st.lists(numbers, min_size=2, max_size=2), st.dictionaries(places, numbers))
def test_what_is_written_is_read_again(objective: list[Fraction], entries: dict[tuple[int, int], Fraction]) -> None:
    matrix = {(max(place), min(place)): value for place, value in entries.items() if value}
    program = SemidefiniteProgram(tuple(objective), (Block(3, False),), ({0: matrix} if matrix else {}, {}, {}))
    assert read_sdpa(write_sdpa(program)) == program
    assert all(read_sdpa(f"1\n1\n1\n{decimal(value)}\n".encode()).objective == (value,) for value in objective)
