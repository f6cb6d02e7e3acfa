"""The README's promises: its Python example runs, its commands exist, its links resolve."""

import re
from pathlib import Path

import pytest

from verify.producer.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_python_example_proves_a_spurious_minimum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {})
    assert "strict local minimum that is not global" in capsys.readouterr().out


def test_every_command_named_exists() -> None:
    named = set(re.findall(r"verify ([a-z]+(?:-[a-z]+)*)", README)) & {*main.commands, "audit", "sdp", "verify"}
    assert named == set(main.commands)


def test_every_local_link_resolves() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
