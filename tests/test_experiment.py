"""The experiment's statistics, against numbers worked out by hand or taken from tables."""

import pytest

from verify.producer.report.experiment import Published, Row, table


def row(bad: int, runs: int = 1000, k: int = 8, n: int = 8) -> Row:
    return Row(k, n, runs, bad, 0.02, 0.0215, 1, 0, 0, 0, 0)


def test_the_interval_is_clopper_and_pearsons() -> None:
    """No bad run among N: the upper end solves (1 - p)^N = 0.025."""
    low, high = row(0).interval()
    assert low == 0
    assert high == pytest.approx(100 * (1 - 0.025 ** (1 / 1000)), rel=1e-9)
    assert row(1000).interval()[1] == 100
    assert row(5, 10).interval() == pytest.approx((18.71, 81.29), abs=0.01)  # a textbook's example


def test_fishers_test() -> None:
    """3 of 4 against 1 of 4, the lady tasting tea: 34 of 70 tables are at most as likely."""
    assert row(3, 4).p_value(Published(25.0, runs=4)) == pytest.approx(34 / 70)


def test_agreement_is_simultaneous() -> None:
    published = {(8, 8): Published(12.6), (9, 9): Published(12.6)}
    near, far = row(150), row(250, k=9, n=9)
    assert "all 1 published percentages agree" in table([near], published)
    assert "the percentages differ at (9, 9)." in table([near, far], published)
    assert "each p-value against 5.0e-04" in table([near, far], published)
    assert "published percentages" not in table([row(3, k=7)], published)


def test_pairs_without_published_numbers_have_empty_cells() -> None:
    (line,) = [line for line in table([row(3, k=7)], {}).splitlines() if line.startswith("| 7 ")]
    assert line == "| 7 | 8 | 1000 | 0.3 | 0.1 - 0.9 |  |  | 0.0200 |  | 0.0215 |  | 1 | 1 | 0 | 0 | 0 |"
