"""The reader: what a stranger's file may be, and how the digest binds it. The rest is in the corpus."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.campaigns import campaign
from tests.corpus.forge import CORPUS, Document, changed, digest, forged, load, seal, text
from verify.checker import Malformed, Rejected, Undecided, Verdict, Verified, check
from verify.checker.core.limits import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    MAX_JSON_INTEGER_DIGITS,
    MAX_LARGE_FILE_BYTES,
)
from verify.checker.core.reader import Field, NotACertificate, parse, read_bytes
from verify.checker.core.reader import digest as readers_digest
from verify.checker.front.certificate import Certificate
from verify.checker.front.manifest import Manifest

VALID = load("valid/global-minimum-k1.json")
BARE = {name: value for name, value in VALID.items() if name != "provenance"}


def reason(path: object) -> str:
    verdict = check(path)  # type: ignore[arg-type]
    assert isinstance(verdict, Malformed), verdict
    return verdict.reason


# Files that are no regular files


def test_missing_file(tmp_path: Path) -> None:
    assert reason(tmp_path / "none.json") == "there is no such file"
    assert reason(tmp_path / "no-folder" / "none.json") == "there is no such file"


def test_name_that_no_file_has(tmp_path: Path) -> None:
    assert reason("nul\0byte").endswith(": embedded null byte")
    assert reason("x" * 5_000).endswith(": File name too long")
    assert reason(tmp_path / "file" / "below") == "there is no such file"
    (tmp_path / "file").write_text("{}")
    assert reason(tmp_path / "file" / "below").endswith(": Not a directory")


def test_fifo_is_not_waited_for(tmp_path: Path, five_seconds: None) -> None:
    os.mkfifo(tmp_path / "fifo.json")
    assert reason(tmp_path / "fifo.json") == "is not a regular file"


def test_fifo_with_a_writer_is_not_read(tmp_path: Path, five_seconds: None) -> None:
    os.mkfifo(tmp_path / "fifo.json")
    descriptor = os.open(tmp_path / "fifo.json", os.O_RDWR)
    os.write(descriptor, text(VALID).encode())
    assert reason(tmp_path / "fifo.json") == "is not a regular file"
    os.close(descriptor)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_device(device: str, five_seconds: None) -> None:
    if not Path(device).exists():
        pytest.skip("no such device here")
    assert reason(device) == "is not a regular file"


def test_what_is_not_a_regular_file_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a device or a pipe can do something."""

    def never(path: object, flags: int) -> int:
        raise AssertionError(f"{path} is opened")

    os.mkfifo(tmp_path / "fifo.json")
    monkeypatch.setattr(os, "open", never)
    assert reason(tmp_path / "fifo.json") == "is not a regular file"
    assert reason(tmp_path) == "is not a regular file"


def test_a_file_that_becomes_a_fifo_or_a_link_between_two_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, five_seconds: None
) -> None:
    target = tmp_path / "file.json"
    target.write_text(text(VALID))
    (tmp_path / "link.json").symlink_to(target)
    os.mkfifo(tmp_path / "fifo.json")
    monkeypatch.setattr(Path, "is_symlink", lambda self: False)
    with pytest.raises(NotACertificate, match="Too many levels of symbolic links"):
        read_bytes(tmp_path / "link.json", follow_links=False)
    status = target.stat()
    monkeypatch.setattr(Path, "stat", lambda self: status)
    with pytest.raises(NotACertificate, match="is not a regular file"):
        read_bytes(tmp_path / "fifo.json")


def test_no_file_is_left_open(tmp_path: Path) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    if not Path("/proc/self/fd").exists():
        pytest.skip("no /proc here")
    with (tmp_path / "sparse.json").open("wb") as file:
        file.truncate(2**30)
    (tmp_path / "good.json").write_text(text(VALID))
    before = descriptors()
    for path in (tmp_path, tmp_path / "sparse.json", tmp_path / "good.json", tmp_path / "none.json"):
        check(path)
    assert descriptors() == before


def test_folder(tmp_path: Path) -> None:
    assert reason(tmp_path) == "is not a regular file"


def test_file_that_opens_but_cannot_be_read() -> None:
    if not Path("/proc/self/mem").exists():
        pytest.skip("no /proc here")
    assert reason("/proc/self/mem").startswith("cannot be read: ")


def test_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    path.write_text(text(VALID))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user reads everything")
    assert reason(path).endswith(": Permission denied")


def test_symbolic_link_is_followed_only_where_it_was_named(tmp_path: Path) -> None:
    shutil.copy(CORPUS / "valid" / "global-minimum-k1.json", tmp_path / "file.json")
    link = tmp_path / "link.json"
    link.symlink_to("file.json")
    assert isinstance(check(link), Verified)
    assert read_bytes(link) == read_bytes(tmp_path / "file.json", follow_links=False)
    with pytest.raises(NotACertificate, match="is a symbolic link"):
        read_bytes(link, follow_links=False)


def test_symbolic_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop.json").symlink_to("loop.json")
    assert "Too many levels of symbolic links" in reason(tmp_path / "loop.json")


# Sizes


def test_largest_file(tmp_path: Path) -> None:
    content = text(VALID).encode()
    path = tmp_path / "padded.json"
    path.write_bytes(content.ljust(MAX_FILE_BYTES))
    assert isinstance(check(path), Verified)
    path.write_bytes(content.ljust(MAX_FILE_BYTES + 1))
    assert reason(path) == f"has {MAX_FILE_BYTES + 1} bytes, more than {MAX_FILE_BYTES}"


def test_the_end_of_the_largest_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "padded.json"
    path.write_bytes(text(VALID).rstrip().encode().rjust(MAX_FILE_BYTES))
    assert isinstance(check(path), Verified)


def test_a_file_that_grows_between_two_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "padded.json"
    path.write_text(text(VALID))
    status = path.stat()
    path.write_bytes(text(VALID).encode().ljust(MAX_FILE_BYTES + 1))
    monkeypatch.setattr(Path, "stat", lambda self: status)
    monkeypatch.setattr(os, "fstat", lambda descriptor: status)
    with pytest.raises(NotACertificate, match=f"has more than {MAX_FILE_BYTES} bytes"):
        read_bytes(path)


def test_huge_sparse_file(tmp_path: Path, five_seconds: None) -> None:
    path = tmp_path / "sparse.json"
    with path.open("wb") as file:
        file.truncate(2**40)
    assert reason(path) == f"has {2**40} bytes, more than {MAX_LARGE_FILE_BYTES}"


def test_deepest_file(verdict_on: Callable[[Document], Verdict]) -> None:
    def nested(depth: int) -> Document:
        inner: list[object] = []
        for _ in range(depth - 2):
            inner = [inner]
        return {**VALID, "provenance": inner}

    assert isinstance(verdict_on(nested(MAX_DEPTH)), Verified)
    assert isinstance(verdict_on(nested(MAX_DEPTH + 1)), Malformed)


def test_too_many_parts_and_rows(verdict_on: Callable[[Document], Verdict]) -> None:
    manifest = load("valid/manifest-strict.json")
    too_many = verdict_on(forged(manifest, {"witness.parts": manifest["witness"]["parts"] * 5_001}))
    assert isinstance(too_many, Malformed)
    assert too_many.reason == "witness.parts: has 10002 entries instead of 1 to 10000"
    rows = load("valid/antiparallel-copy.json")
    too_many = verdict_on(forged(rows, {"statement.landscape.teacher.rows": [["1", "1"]] * 8_193}))
    assert isinstance(too_many, Malformed)
    assert too_many.reason == "statement.landscape.teacher.rows: 8193 x 2 unknowns are more than 16384"
    too_many = verdict_on(forged(rows, {"statement.landscape.teacher.rows": [["1", "1"]] * 400}))
    assert isinstance(too_many, Malformed)
    assert too_many.reason == "statement.landscape.neurons: 1 student and 400 teacher neurons are more than 400"


# Every change of the content is noticed


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=campaign)])
def test_every_truncation_is_malformed(every: int, tmp_path: Path) -> None:
    content = text(BARE).rstrip().encode()
    path = tmp_path / "truncated.json"
    for length in range(0, len(content), every):
        path.write_bytes(content[:length])
        assert isinstance(check(path), Malformed), length


@given(data=st.data())
def test_every_changed_byte_is_noticed(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    content = bytearray(text(BARE).encode())
    index = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[index]))
    content[index] = byte
    path = tmp_path_factory.mktemp("changed") / "certificate.json"
    path.write_bytes(content)
    verdict = check(path)
    same_content = isinstance(verdict, Verified) and verdict.digest == VALID["digest"]
    assert isinstance(verdict, Malformed) or (same_content and json.loads(bytes(content)) == BARE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**12) | st.floats() | st.text(max_size=5)
    | st.sampled_from(["0", "1", "-1/2", "3*2^-5", "saddle", "relu", "1" * 2_000]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def places(content: object, prefix: str = "") -> list[str]:
    """All members of a document."""
    members = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    found = []
    for name, value in members:
        found += [f"{prefix}{name}", *places(value, f"{prefix}{name}.")]
    return found


@pytest.mark.parametrize("name", ["antiparallel-copy", "saddle-one-neuron-k3", "manifest-strict"])
@given(data=st.data())
def test_anything_anywhere_gets_a_verdict(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    original = load(f"valid/{name}.json")
    try:
        document = forged(original, {data.draw(st.sampled_from(places(original))): data.draw(JSON)})
    except AssertionError:
        return  # drawn was what stood there
    path = tmp_path_factory.mktemp("anything") / "certificate.json"
    path.write_text(text(document))
    assert type(check(path)) in (Verified, Rejected, Undecided, Malformed)


# The digest


def test_digest_is_the_one_that_the_format_describes() -> None:
    bound = {name: VALID[name] for name in ("format", "statement", "witness")}
    assert readers_digest(bound) == digest(VALID) == VALID["digest"]


def test_digest_does_not_depend_on_the_order_of_keys() -> None:
    backwards = dict(reversed(VALID.items()))
    backwards["statement"] = dict(reversed(VALID["statement"].items()))
    assert digest(backwards) == VALID["digest"]


def test_digest_binds_every_member_but_provenance() -> None:
    for place in places(BARE):
        if not place.startswith("digest"):
            assert digest(changed(BARE, {place: "another"})) != VALID["digest"], place
    assert digest(changed(VALID, {"provenance": "another"})) == VALID["digest"]


def test_a_wrong_digest_is_found_after_the_fields_are_read(verdict_on: Callable[[Document], Verdict]) -> None:
    """So the message about a field is never hidden by the digest's, nor is unread content hashed."""
    verdict = verdict_on({**changed(VALID, {"statement.region.radius": 1.5})})
    assert isinstance(verdict, Malformed)
    assert verdict.reason.startswith("statement.region.radius: the float 1.5")


# Fields


def test_field_names_in_messages() -> None:
    root = parse(b'{"a": [["1", "x"], {"b": null}]}')
    with pytest.raises(NotACertificate, match=r"^a\[0\]\[1\]: 'x' is not an integer"):
        root.member("a").items(2, 2)[0].items(2, 2)[1].number()
    with pytest.raises(NotACertificate, match=r"^a\[1\]\.b: must be an object, not null"):
        root.member("a").items(2, 2)[1].member("b").fields([])


@pytest.mark.parametrize("sign", ["", "-"])
def test_longest_integer(sign: str) -> None:
    bound = 10**MAX_JSON_INTEGER_DIGITS
    longest = parse(f'{{"a": {sign}{bound - 1}}}'.encode()).member("a")
    assert longest.count(-bound, bound) == int(f"{sign}{bound - 1}")
    with pytest.raises(NotACertificate, match="^a: an integer of 1[01] digits, more than 9"):
        parse(f'{{"a": {sign}{bound}}}'.encode()).member("a").count(-bound, bound)


def test_field_that_no_one_asks_for_is_an_error() -> None:
    assert list(Field("", {"a": 1, "b": 2}).fields(["a"], ["b", "c"])) == ["a", "b"]
    with pytest.raises(NotACertificate, match="^b: unknown field"):
        Field("", {"a": 1, "b": 2}).fields(["a"])


def test_each_reader_knows_its_own_format() -> None:
    names = ("type-ii-k6", "manifest-strict")
    certificate, manifest = (parse(text(load(f"valid/{name}.json")).encode()) for name in names)
    with pytest.raises(NotACertificate, match="^format: "):
        Manifest.read(certificate)
    with pytest.raises(NotACertificate, match="^format: "):
        Certificate.read(manifest)


def test_sealed_document_is_read_back(verdict_on: Callable[[Document], Verdict]) -> None:
    assert isinstance(verdict_on(seal(BARE)), Verified)
