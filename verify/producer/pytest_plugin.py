"""A plug-in of pytest: `pytest --certificates PATH` checks each certificate as a test item of its own.

The name of an item is its file and the property that is claimed, so that `-k "k06 and spurious"` chooses among them.
Nothing of the checker is imported unless the option is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from verify.checker.public import Session as Checker
    from verify.checker.public import Verdict

OPTION = "--certificates"


class NotVerified(Exception):
    """The verdict on a certificate is another one than Verified."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        reason, code = getattr(verdict, "reason", ""), getattr(verdict, "code", "")
        super().__init__(f"{verdict.name} ({code}): {reason}")


class CertificateItem(pytest.Item):
    """The check of one file. It passes only if the verdict is Verified."""

    checker: Checker

    def runtest(self) -> None:
        """Raises NotVerified."""
        from verify.checker.public import Verified

        verdict = self.checker.check(self.path)
        if not isinstance(verdict, Verified):
            raise NotVerified(verdict)
        self.user_properties += [("digest", verdict.digest), ("trust", verdict.trust)]
        self.user_properties.append(("sentence", verdict.statement.sentence()))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The verdict and its reason, without the lines of this plug-in."""
        if isinstance(excinfo.value, NotVerified):
            return f"{excinfo.value}\nTo see more: verify check -v {self.path}"
        return str(super().repr_failure(excinfo, style="long"))

    def reportinfo(self) -> tuple[Path, None, str]:
        """What pytest prints as the heading of a failure."""
        return self.path, None, self.nodeid.replace("::", ": ")  # else pytest -v writes `::` for the dots in it


class CertificateFile(pytest.File):
    """A file below a path that was given."""

    checker: Checker

    def collect(self) -> Iterator[CertificateItem]:
        """One item; a file that cannot be read is one too, so that it fails and is not passed over."""
        from verify.checker.public import NotACertificate, read

        try:
            name = read(self.path).statement.property
        except NotACertificate:
            name = "malformed"
        item = CertificateItem.from_parent(self, name=name)
        item.checker = self.checker
        yield item


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options."""
    group = parser.getgroup("certificates", "certificates about loss landscapes")
    group.addoption(
        OPTION,
        action="append",
        default=[],
        metavar="PATH",
        help="check the certificates at this path, each as a test; may be repeated. Other tests are run only if their "
        "files or folders are named too",
    )
    group.addoption("--certificates-trust", default="auto", metavar="TIER", help="auto, arb or float64 (default: auto)")


def pytest_configure(config: pytest.Config) -> None:
    """With certificates and without names of tests, certificates only."""
    if config.getoption(OPTION) and config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args[:] = []


@pytest.hookimpl(tryfirst=True)  # before `-k` takes its choice
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the certificates: every file that `verify check PATH` would check, in any folder."""
    paths = config.getoption(OPTION)
    if not paths:
        return
    from verify.checker.public import NotACertificate, Session, files_under

    try:
        checker = Session(trust=config.getoption("--certificates-trust"))
        files = [file for path in paths for file, _ in files_under(config.invocation_params.dir / path)]
    except (NotACertificate, ValueError, OSError) as error:
        raise pytest.UsageError(f"{OPTION}: {error}") from None
    for path in dict.fromkeys(files):
        file = CertificateFile.from_parent(session, path=path)
        file.checker = checker
        report = file.ihook.pytest_make_collect_report(collector=file)
        file.ihook.pytest_collectreport(report=report)  # which counts, and shows errors
        items.extend(report.result)
