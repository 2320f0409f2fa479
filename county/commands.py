"""What each ``yuanjiao county`` command does, once Django is set up. Called by `county.command`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from county.configuration import PREFIX
from county.terminal import say, secret
from playlists.files import write_durably
from playlists.keys import SigningKey

if TYPE_CHECKING:
    from county.accounts.models import Person
    from county.founding import Offline

# The rooms are imported inside the commands: signing on another machine needs neither Django nor a database.
# ruff: noqa: PLC0415


def run(options: argparse.Namespace) -> int:
    """Run the command that was asked for; return the exit status."""
    name = " ".join(filter(None, (options.command, getattr(options, "step", ""))))
    return COMMANDS[name](options)


def init(options: argparse.Namespace) -> int:
    """``init``: found the county."""
    from county.founding import found_county, trust_files

    found_county(tuple(options.host), _offline(options), timezone.now())
    say(
        f"The county in {settings.DATA} is ready.",
        f"Carry {options.offline_keys} away from this server and keep it safe.",
        "Boxes need: " + ", ".join(str(path) for path in trust_files().values()),
    )
    return 0


def certificate(options: argparse.Namespace) -> int:
    """``certificate``: a new server certificate."""
    from county.founding import renew_certificate

    renew_certificate(tuple(options.host), _offline(options), timezone.now())
    say("The new certificate is used after the next start of `yuanjiao county serve`.")
    return 0


def serve(_options: argparse.Namespace) -> int:
    """``serve``: until SIGTERM."""
    from django.core.management import call_command

    from county.serve import serve as serve_until_stopped

    if problems := _problems():
        say(*problems, error=True)
        return 2
    call_command("migrate", verbosity=0, skip_checks=True)
    return serve_until_stopped(settings.CONFIGURATION)


def check(_options: argparse.Namespace) -> int:
    """``check``: the configuration and what is missing."""
    for key, value in asdict(settings.CONFIGURATION).items():
        say(f"{PREFIX}{key.upper()}={_without_password(str(value))}")
    problems = _problems()
    say(*problems, error=True)
    return 2 if problems else 0


def publish(options: argparse.Namespace) -> int:
    """``publish``: now."""
    from county.publishing.publish import publish as publish_now

    publication = publish_now(restored=options.restored)
    say(f"Signed anew: {', '.join(publication.roles) or 'nothing'}", *publication.problems)
    return 0


def take(options: argparse.Namespace) -> int:
    """``take``: records from sticks."""
    from county.inbox.carrying import BroughtFile, take_all
    from county.inbox.models import CarriedOutcome
    from county.publishing.publish import publish as publish_now
    from playlists.envelope import SEALED_LIMIT_BYTES
    from playlists.sticks import envelopes_below

    person = _person(options.person) if options.person else None
    files = []
    for where in options.where:
        for path in envelopes_below(where):
            with path.open("rb") as file:
                files.append(BroughtFile("/".join(path.parts[-2:]), file.read(SEALED_LIMIT_BYTES + 1)))
    notes = take_all(files, person, timezone.now())
    for note in notes:
        say(f"{note.name}: {note.get_outcome_display()}, {note.fresh} new. {note.why}".rstrip())
    if any(note.outcome == CarriedOutcome.TAKEN for note in notes):
        publish_now(by=person)
    say(f"{len(notes)} file(s), {sum(note.fresh for note in notes)} new record(s).")
    known = (CarriedOutcome.TAKEN, CarriedOutcome.REPEATED, CarriedOutcome.ASKS)
    return 0 if notes and all(note.outcome in known for note in notes) else 1


def user_add(options: argparse.Namespace) -> int:
    """``user add``."""
    from county.accounts.models import Role
    from county.accounts.people import add_person
    from county.places.models import Place

    place = Place.objects.filter(pk=options.place).first() if options.place else None
    password = secret(f"Password of {options.username}", options.password_file)
    add_person(options.username, password, Role(options.role), options.name, place, telephone=options.telephone)
    say(f"{options.username} can log in.")
    return 0


def user_password(options: argparse.Namespace) -> int:
    """``user password``: a new one."""
    from county.accounts.people import reset_password

    person = _person(options.username)
    reset_password(person, secret(f"New password of {options.username}", options.password_file))
    say(f"{options.username} can log in with the new password.")
    return 0


def reviewer_add(options: argparse.Namespace) -> int:
    """``reviewer add``: a key that counts."""
    from county.accounts.people import give_reviewer_key, register_reviewer_key
    from county.errors import Refused
    from county.founding import seat_reviewers

    person = _person(options.username)
    if options.public_key:
        try:
            row = register_reviewer_key(person, bytes.fromhex(options.public_key))
        except ValueError as error:
            raise Refused(f"--public-key: {error}") from error
    else:
        row = give_reviewer_key(person, secret("Reviewer's passphrase", options.passphrase_file))
    try:
        seat_reviewers(_offline(options), timezone.now())
    except BaseException:
        row.delete()
        raise
    say(f"{options.username} can review; carry {options.offline_keys} away again.")
    return 0


def reviewer_key(options: argparse.Namespace) -> int:
    """``reviewer key``: a key file on another machine."""
    key = SigningKey.generate()
    key.save(options.file, secret("Passphrase of the new key", options.passphrase_file))
    say(f"On the server: yuanjiao county reviewer add USER --public-key {key.public_bytes.hex()} …")
    return 0


def sign_export(options: argparse.Namespace) -> int:
    """``sign export``: what has to be signed, as a file."""
    from county.publishing.travelling import export_for

    write_durably(options.file, export_for(_person(options.username)))
    say(f"Carry {options.file} to the machine with the key.")
    return 0


def sign_offline(options: argparse.Namespace) -> int:
    """``sign offline``: show what a file says, and sign it with a key."""
    from county.travelling import contents_of, sign_file

    data = options.file.read_bytes()
    say("The file says:", *(f"  {line}" for line in contents_of(data)))
    key = SigningKey.load(options.key, secret("Passphrase of the key, to sign all of this", options.passphrase_file))
    write_durably(options.output, sign_file(data, key))
    say(f"Signed. Carry {options.output} to the server.")
    return 0


def sign_import(options: argparse.Namespace) -> int:
    """``sign import``: take the signed file back."""
    from county.publishing.travelling import import_signed

    count = import_signed(options.file.read_bytes(), _person(options.username))
    say(f"New signatures: {count}")
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "init": init,
    "certificate": certificate,
    "serve": serve,
    "check": check,
    "publish": publish,
    "take": take,
    "user add": user_add,
    "user password": user_password,
    "reviewer add": reviewer_add,
    "reviewer key": reviewer_key,
    "sign export": sign_export,
    "sign offline": sign_offline,
    "sign import": sign_import,
}


def _offline(options: argparse.Namespace) -> Offline:
    from county.founding import Offline

    return Offline(options.offline_keys, secret("Passphrase of the root keys", options.root_passphrase_file))


def _person(username: str) -> Person:
    from county.accounts.models import Person
    from county.errors import Refused

    person = Person.objects.filter(username=username).first()
    if person is None:
        raise Refused(f"没有用户“{username}”")
    return person


def _problems() -> list[str]:
    """Return everything that keeps the county from serving, each with what to do."""
    import shutil

    from django.db import connection

    from county.folders import keys_folder, published_folder

    problems = []
    if not (published_folder() / "metadata" / "timestamp.json").is_file():
        problems.append(f"{settings.DATA}: no county is set up here; run `yuanjiao county init`")
    names = ("online.pem", "server.pem", "server-key.pem", "session-secret")
    problems += [f"{keys_folder() / name}: missing" for name in names if not (keys_folder() / name).is_file()]
    problems += [f"{name}: not installed" for name in ("ffmpeg", "ffprobe", "setpriv") if not shutil.which(name)]
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        problems.append(f"{PREFIX}DATABASE: {str(error).strip()}")
    return problems


def _without_password(address: str) -> str:
    scheme, separator, rest = address.partition("://")
    account, at, host = rest.rpartition("@")
    return f"{scheme}{separator}{account.partition(':')[0]}{at}{host}" if at else address
