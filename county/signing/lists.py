"""Which list of a role is published, which waits, and with which signatures.

A list is published only if two reviewers signed its very bytes and the responsible leader released it: the newest that
was released. Each room with such a list has one `SignedList`. Called by the rooms, `county.signing.review`,
`county.publishing` and the pages.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from county.accounts.models import Person
from county.courses import candidates
from county.courses.models import Candidate
from county.errors import Refused
from county.folders import published_folder
from county.signing.models import FrozenList
from playlists.trust.repository import Repository

Row = TypeVar("Row", bound=FrozenList)


@dataclass(frozen=True)
class SignedList(Generic[Row]):
    """A role with one document that is signed as a whole.

    Args:
        role: The role that vouches for it.
        path: Its path.
        rows: The table of what was proposed.
        called: What people call it, such as 直播频道.
        empty: Its bytes while there is nothing in it.
    """

    role: str
    path: str
    rows: type[Row]
    called: str
    empty: bytes

    @property
    def _all(self) -> QuerySet[Row]:
        return self.rows._default_manager.all()  # noqa: SLF001 - Django's own word for it; an abstract model has no other

    def newest(self) -> Row | None:
        """Return what was proposed last."""
        return self._all.order_by("-proposed_at").first()

    def published(self) -> str:
        """Return the SHA-256 of the list that boxes see; empty if there is none."""
        repository = Repository(published_folder())
        return repository.targets(self.role).get(self.path, "") if repository.is_initialised() else ""

    def seen(self) -> Row | None:
        """Return the list that boxes see."""
        return self._all.filter(pk=self.published()).first()

    def waiting(self) -> Row | None:
        """Return the list that was proposed last, unless boxes see it already or it was sent back."""
        newest = self.newest()
        if newest is None or newest.refused_at or (newest.sha256 == self.published() and not self.is_behind()):
            return None
        return newest

    def is_behind(self) -> bool:
        """Return whether boxes may have seen a later list than a restored backup knows: it has to be signed anew."""
        versions = Repository(published_folder()).versions()
        return self.role in versions and versions[self.role] < candidates.versions_from()

    def is_changed(self, body: bytes) -> bool:
        """Return whether this is worth proposing: it is not what was proposed last, or that was sent back."""
        newest = self.newest()
        return (bytes(newest.body) != body or bool(newest.refused_at)) if newest else body != self.empty

    def propose(self, body: bytes, by: Person) -> Row:
        """Put a list before the reviewers (送审).

        Raises:
            Refused: Nothing has changed since the last time.
        """
        if not self.is_changed(body):
            raise Refused(f"{self.called}没有改动，不用送审")
        fresh = {
            "body": body, "proposed_by": by, "proposed_at": timezone.now(), "released_by": None, "released_at": None,
            "refused_by": None, "refused_at": None, "reason": "",
        }  # fmt: skip
        return self._all.update_or_create(sha256=hashlib.sha256(body).hexdigest(), defaults=fresh)[0]

    def signers(self, found: Row) -> list[Person]:
        """Return the reviewers who have signed a list."""
        usable = candidates.usable(self.role, Repository(published_folder()))
        rows = [row for row in usable if row.content == self._content(found)]
        return [mark.person for row in rows for mark in row.signatures.select_related("person").order_by("at")]

    def passed_by(self, found: Row) -> list[Person]:
        """Return the reviewers by whose signatures a list was published last, in their order."""
        rows = Candidate.objects.filter(role=self.role, content=self._content(found)).exclude(published_at=None)
        row = rows.order_by("-version").first()
        return [mark.person for mark in row.signatures.select_related("person").order_by("at")] if row else []

    def candidate_for(self, found: Row, now: datetime) -> Candidate:
        """Return the candidate that says just this list, newly made if there is none above what is published."""
        repository = Repository(published_folder())
        for row in candidates.usable(self.role, repository).order_by("version"):
            if row.content == self._content(found):
                return row
        others = Candidate.objects.filter(role=self.role).values_list("version", flat=True)
        above = max([candidates.versions_from() - 1, *others])
        data = repository.candidate(self.role, {self.path: bytes(found.body)}, now, above=above)
        return Candidate.objects.create(
            role=self.role, version=candidates.version_of(data, self.role), content=self._content(found),
            shard=found.body, metadata=data,
        )  # fmt: skip

    def is_signed(self, found: Row) -> bool:
        """Return whether a list bears enough signatures."""
        return self._signed(found, Repository(published_folder())) is not None

    def to_publish(self, repository: Repository) -> Candidate | None:
        """Return the candidate of the newest released list, if boxes do not see it yet and it is signed."""
        newest = self._all.exclude(released_at=None).order_by("-released_at").first()
        if newest is None or (newest.sha256 == self.published() and not self.is_behind()):
            return None
        return self._signed(newest, repository)

    def _signed(self, found: Row, repository: Repository) -> Candidate | None:
        for row in candidates.usable(self.role, repository).order_by("-version"):
            if row.content == self._content(found) and not repository.lacks(self.role, bytes(row.metadata)):
                return row
        return None

    def _content(self, found: Row) -> dict[str, str]:
        return {self.path: found.sha256}
