"""A county with its keys and a published folder, and a box that refreshes from it, in the memory of one test.

Faults are edits: tests change files of `County.folder` or hand in other keys and look at what the box makes of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from playlists.codec import encode_document
from playlists.documents import Course
from playlists.generation import Generation, load
from playlists.generation_writer import GenerationWriter
from playlists.keys import SigningKey
from playlists.targets import course_bin, course_path, shard_path
from playlists.trust import ceremony
from playlists.trust.metadata import sign
from playlists.trust.refresh import Refresh, refreshing
from playlists.trust.repository import Published, Repository
from playlists.trust.sources import DirectorySource, Source
from tests.playlists import samples

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
KEYS = [SigningKey.generate() for _ in range(8)]
ROOT_KEYS, REVIEWERS, ONLINE, OTHER = KEYS[:3], KEYS[3:6], KEYS[6], KEYS[7]


def signed(data: bytes, keys: Iterable[SigningKey]) -> bytes:
    for key in keys:
        data = sign(data, key)
    return data


def holders(
    root: list[SigningKey] = ROOT_KEYS, reviewers: list[SigningKey] = REVIEWERS, online: SigningKey = ONLINE
) -> ceremony.KeyHolders:
    return ceremony.KeyHolders(
        tuple(key.public_bytes for key in root),
        tuple(key.public_bytes for key in reviewers),
        online.public_bytes,
    )


@dataclass
class County:
    """Publishes; ``now`` is its clock."""

    folder: Path
    now: datetime = NOW
    repository: Repository = field(init=False)

    def __post_init__(self) -> None:
        root = signed(ceremony.first_root(holders(), self.now), ROOT_KEYS[:2])
        targets = signed(ceremony.delegations(holders(), self.now), ROOT_KEYS[1:])
        self.repository = Repository.initialise(self.folder, root=root, targets=targets, online=ONLINE, now=self.now)

    @property
    def root(self) -> bytes:
        return self.repository.root(1)

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def documents(self, *courses: Course) -> dict[str, dict[str, bytes]]:
        """Return courses and their shards as documents, by role."""
        found: dict[str, dict[str, bytes]] = {}
        for name in sorted({course_bin(course.id) for course in courses}):
            mine = [course for course in courses if course_bin(course.id) == name]
            held = {course_path(course.id): encode_document(course) for course in mine}
            held[shard_path(name)] = encode_document(samples.shard(name, *mine))
            found[f"courses-{name}"] = held
        return found

    def release(self, *courses: Course, by: Iterable[SigningKey] = tuple(REVIEWERS[:2])) -> Published:
        """Publish exactly these courses in their bins, signed by these keys."""
        keys = tuple(by)
        roles = self.documents(*courses)
        return self.repository.publish(
            online=ONLINE,
            now=self.now,
            signed={
                role: signed(self.repository.candidate(role, held, self.now), keys) for role, held in roles.items()
            },
            documents={path: data for held in roles.values() for path, data in held.items()},
        )

    def send(self, documents: dict[str, dict[str, bytes]]) -> Published:
        """Publish the content of online roles."""
        return self.repository.publish(online=ONLINE, now=self.now, online_documents=documents)

    def force(self, role: str, data: bytes, documents: dict[str, bytes]) -> None:
        """Publish this as a thief of the server would, who has the online key and asks nobody."""
        with patch.object(Repository, "_check", lambda *_: None):
            self.repository.publish(online=ONLINE, now=self.now, signed={role: data}, documents=documents)

    def metadata(self, role: str) -> Path:
        """Return the file of a role's present metadata."""
        return self.folder / "metadata" / f"{self.repository.version(role)}.{role}.json"


@dataclass
class Box:
    """Refreshes into its generations; ``now`` is its best time."""

    folder: Path
    root: bytes
    now: datetime = NOW

    @property
    def generation(self) -> Generation | None:
        return load(self.folder)

    def refresh(self, source: Source | Path) -> Generation:
        """Accept everything that a source publishes, as a new generation."""
        source = DirectorySource(source) if isinstance(source, Path) else source
        before = self.generation
        with refreshing(source, generation=before, root=self.root, now=self.now) as found:
            if found.unchanged and before is not None:
                return before
            writer = GenerationWriter(self.folder, before)
            for path in every_path(found):
                writer.write(path, found.read(path))
            found.save_into(writer)
            return writer.publish(found.accepted, source=source.name, synced_ms=0)


def every_path(refresh: Refresh) -> list[str]:
    roles = [f"courses-{course_bin('mushrooms')}", f"courses-{course_bin('greenhouse')}", "pages", "live"]
    return [path for role in dict.fromkeys(roles) for path in refresh.names(role)]
