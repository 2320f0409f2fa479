"""``yuanjiao verify DIR``: check a published folder or a stick as a box would, and more thoroughly.

Every role, every document, every blob and chunk list that a course or the sounds name. Prints counts and every problem
with its file; exit code 0 if there is none. Without ``--root`` the folder vouches for its own root: then
only its inner agreement is checked, and the output says so.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playlists import sound_steps
from playlists.chunks import chunk_digests, chunk_list_bytes, is_chunk, read_chunks
from playlists.codec import decode_document
from playlists.documents import Blob, Box, CatalogueShard, Course, Document, Live, Pages, Plan, Sounds
from playlists.errors import BadData, YuanjiaoError
from playlists.targets import METADATA_PATH, media_path
from playlists.trust import roles
from playlists.trust.refresh import Refresh, refreshing
from playlists.trust.sources import DirectorySource

KINDS: dict[str, type[Document]] = {
    "catalogue": CatalogueShard,
    "courses": Course,
    "boxes": Box,
    "plans": Plan,
    "pages": Pages,
    "live": Live,
    "sounds": Sounds,
}


@dataclass
class Findings:
    """What was looked at, by kind, and what is wrong."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    stale_since: datetime | None = None

    def count(self, what: str, number: int = 1) -> None:
        """Note that so many of a kind were looked at."""
        self.counts[what] = self.counts.get(what, 0) + number


def verify_tree(folder: Path, root: bytes, now: datetime, *, media: bool = True) -> Findings:
    """Check everything in a published folder.

    Args:
        folder: The published root.
        root: The root metadata to trust.
        now: Wall time with zone, to tell what has run out.
        media: Whether blobs are read as well; that takes time.
    """
    findings = Findings()
    try:
        with refreshing(DirectorySource(folder), generation=None, root=root, now=now) as refresh:
            findings.count("roles", 4)
            for document in list(_documents(refresh, findings)):
                if media:
                    _check_blobs(folder, document, findings)
            accepted = refresh.accepted
            if accepted.stale:
                findings.stale_since = datetime.fromtimestamp(accepted.expires_ms / 1000, UTC)
    except YuanjiaoError as error:
        findings.problems.append(str(error))
    return findings


def main(arguments: Sequence[str]) -> int:
    """Run the command; see the module."""
    options = _parser().parse_args(arguments)
    own_root = options.folder / METADATA_PATH / "1.root.json"
    root_file: Path = options.root or own_root
    try:
        root = root_file.read_bytes()
    except OSError as error:
        sys.stderr.write(f"yuanjiao verify: {root_file}: {error.strerror}\n")
        return 2
    findings = verify_tree(options.folder, root, datetime.now(UTC), media=not options.no_media)
    sys.stdout.write(report(findings, options.folder, options.root))
    return 1 if findings.problems else 0


def report(findings: Findings, folder: Path, root: Path | None) -> str:
    """Return the findings as text for people."""
    trust = f"trusting {root}" if root else "trusting the folder's own root: only its inner agreement is checked"
    lines = [f"{folder}: {trust}"]
    lines += [f"checked {number:>6} {what}" for what, number in findings.counts.items()]
    if findings.stale_since:
        lines.append(f"note: signatures ran out on {findings.stale_since:%Y-%m-%d}; boxes accept this as stale")
    lines += [f"PROBLEM {problem}" for problem in findings.problems]
    lines.append(f"{len(findings.problems)} problem(s)" if findings.problems else "all well")
    return "\n".join(lines) + "\n"


def _documents(refresh: Refresh, findings: Findings) -> Iterator[Course | Sounds]:
    for role in [*roles.reviewed_roles(), *roles.online_roles()]:
        try:
            names = refresh.names(role)
        except YuanjiaoError as error:
            findings.problems.append(f"role {role}: {error}")
            continue
        findings.count("roles", 1 if names else 0)
        for name in names:
            document = _document(refresh, name, findings)
            if isinstance(document, Course | Sounds):
                yield document


def _document(refresh: Refresh, name: str, findings: Findings) -> Document | None:
    kind = name.split("/", maxsplit=1)[0]
    findings.count(kind)
    try:
        return decode_document(KINDS[kind], refresh.read(name), name)
    except YuanjiaoError as error:
        findings.problems.append(str(error))
        return None


def _check_blobs(folder: Path, document: Course | Sounds, findings: Findings) -> None:
    where = f"course {document.id}" if isinstance(document, Course) else "sounds"
    blobs = _blobs(document) if isinstance(document, Course) else sound_steps.blobs(document)
    for blob in blobs:
        findings.count("blobs")
        try:
            _check_blob(folder, blob)
        except BadData as error:
            findings.problems.append(f"{where}: {error}")


def _blobs(course: Course) -> Iterator[Blob]:
    if course.poster:
        yield course.poster
    for lesson in course.lessons:
        yield from (rendition.blob for rendition in lesson.renditions)
        yield from (subtitles.blob for subtitles in lesson.subtitles)


def _check_blob(folder: Path, blob: Blob) -> None:
    path = media_path(blob.sha256)
    chunk_list = b""
    if blob.chunk_list is not None:
        chunk_list = _read(folder, media_path(blob.chunk_list), chunk_list_bytes(blob.bytes))
    digests = chunk_digests(blob, chunk_list, path)
    whole = hashlib.sha256()
    size = 0
    try:
        with (folder / path).open("rb") as file:
            for index, chunk in enumerate(read_chunks(file)):
                if index >= len(digests) or not is_chunk(digests[index], chunk):
                    raise BadData(path, f"chunk {index}", "is not what was signed")
                whole.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise BadData(path, "", f"cannot be read: {error.strerror}") from error
    if size != blob.bytes:
        raise BadData(path, "", f"has {size} bytes, {blob.bytes} were signed")
    if whole.hexdigest() != blob.sha256:
        raise BadData(path, "", "is not what was signed")


def _read(folder: Path, path: str, size: int) -> bytes:
    try:
        with (folder / path).open("rb") as file:
            return file.read(size + 1)
    except OSError as error:
        raise BadData(path, "", f"cannot be read: {error.strerror}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yuanjiao verify",
        description="Check a published folder or a stick: signatures, every document, every media file.",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="the published root: it holds metadata/")
    parser.add_argument("--root", type=Path, help="the root.json to trust, from the installer or the image")
    parser.add_argument("--no-media", action="store_true", help="do not read media files")
    return parser
