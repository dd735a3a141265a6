"""``timeblock auth``: sign in to accounts, show and take back sign-ins."""

from __future__ import annotations

import getpass
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

import click

from timeblock.cli import complete
from timeblock.cli.app import App
from timeblock.core.interval import HOUR, Instant
from timeblock.errors import AuthNeeded, FixNeeded, TimeblockError, TryLater

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from click.shell_completion import CompletionItem

    from timeblock.calendars.google_auth import Attempt, SignIn, Tokens
    from timeblock.cli.render_tables import SignedIn
    from timeblock.config.settings import Account, EvidenceSettings

PATIENCE_SECONDS = 600
"""How long a person has to sign in."""

TESTING_SECONDS = 7 * 24 * HOUR
"""So long lasts a sign-in to a Google project in "Testing"."""


class _Accounts(click.Group):
    """What is no command is the name of an account to sign in to."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["NAME", *args])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        commands = [item for item in super().shell_complete(ctx, incomplete) if item.value != "NAME"]
        return [*commands, *complete.accounts(ctx, self.commands["NAME"].params[0], incomplete)]


@click.group(cls=_Accounts)
def auth() -> None:
    """Sign in to an account; show sign-ins and take them back."""


@auth.command("NAME")
@click.argument("name", metavar="", shell_complete=complete.accounts)
@click.option(
    "--headless", is_flag=True, help="No browser here: print the address, take the answer by paste or tunnel."
)
@click.pass_obj
def sign_in(app: App, name: str, headless: bool) -> None:
    """Sign in to account NAME: to Google in the browser, elsewhere with a password that is kept for you.

    NAME may be a source of evidence, too. What is kept is in the keyring where there is one, else in a sealed file
    (`timeblock data show`).
    """
    account = _known(app, name)
    if account.type == "google":
        _sign_in_to_google(app, account, headless)
    else:
        _keep_password(app, account)


@auth.command()
@click.pass_obj
def status(app: App) -> None:
    """Show for each account, and source of evidence, whether it is signed in, and what it may do. Asks no server."""
    from timeblock.cli.render_tables import sign_ins_table

    settings = app.settings()
    found = [_status(app, account) for account in settings.accounts]
    found += [_status(app, wanted) for wanted in settings.evidence]
    if app.json:
        app.emit({"accounts": found}, settings.person.where)
    else:
        app.console.print(sign_ins_table(found, settings.person.where))
        for row in found:
            if row.type == "google" and row.since:
                for line in ending(row.account, row.since, row.ends_at, app.now, settings.person.where.home):
                    app.say(line)
    app.finish(0 if all(row.ok for row in found) else 1)


@auth.command()
@click.argument("name", shell_complete=complete.accounts)
@click.pass_obj
def revoke(app: App, name: str) -> None:
    """Take back the sign-in to account NAME, and forget it here."""
    from timeblock.secrets import Kept
    from timeblock.wiring import google_tokens

    account = _known(app, name)
    said = f"{name}: forgotten here."
    if account.type == "google":
        had = google_tokens(account, lambda: app.now).revoke()
        said = f"{name}: {'taken back at Google' if had else 'had ended at Google already'}, and forgotten here."
    elif dict(account.options).get("password"):
        raise FixNeeded(f"{name}: its password is in the config; take it out there")
    Kept(name).forget()
    app.say(said)


# ---- Google ----------------------------------------------------------------------------------------------------------


def _sign_in_to_google(app: App, account: Account, headless: bool) -> None:
    """Ends with 1 where something was not granted."""
    from timeblock.wiring import google_tokens

    tokens = google_tokens(account, lambda: app.now)
    granted = through_browser(tokens, headless)
    if app.json:
        app.emit({"accounts": [_google_status(account, tokens, granted)]}, app.settings().person.where)
    for line in told(tokens, granted, app.now, app.settings().person.where.home):
        app.say(line)
    app.finish(1 if granted.missing(tokens.wanted) else 0)


def through_browser(tokens: Tokens, headless: bool) -> SignIn:
    """Sign in to Google where the person can. Raises ``AuthNeeded``, ``TryLater``, ``FixNeeded``."""
    with tokens.attempt() as attempt:
        if headless or not _open_browser(attempt.url):
            _by_hand(attempt)
        else:
            click.echo(f"Your browser asks you to sign in to Google. If not, open:\n\n{attempt.url}\n", err=True)
        return tokens.finish(attempt, attempt.wait(PATIENCE_SECONDS))


def told(tokens: Tokens, granted: SignIn, now: Instant, zone: ZoneInfo) -> Iterator[str]:
    """What was granted and what was not, and when it ends."""
    from timeblock.calendars.google_auth import MEANING

    yield f"{tokens.account}: signed in to Google. timeblock may {'; '.join(_may(tokens, granted)) or 'do nothing'}."
    if missing := [MEANING[scope] for scope in granted.missing(tokens.wanted)]:
        yield f"Not granted: {'; '.join(missing)}. To change it, sign in again and tick every box."
    yield from ending(tokens.account, granted.since, granted.ends_at, now, zone)


def _may(tokens: Tokens, granted: SignIn) -> tuple[str, ...]:
    from timeblock.calendars.google_auth import MEANING

    return tuple(MEANING[scope] for scope in tokens.wanted if scope in granted.scopes)


def ending(account: str, since: Instant, ends_at: Instant | None, now: Instant, zone: ZoneInfo) -> Iterator[str]:
    """When a sign-in to Google ends, for sure or perhaps. One that has outlived the term of "Testing" stays."""
    from timeblock.core.localtime import local
    from timeblock.core.words import day

    perhaps = since + TESTING_SECONDS
    if ends_at is None and perhaps <= now:
        return
    which = (
        f"The sign-in of {account}" if ends_at else f'If the Google project of {account} is in "Testing", its sign-in'
    )
    on = day(local(ends_at or perhaps, zone).date())
    yield f"{which} ends on {on}. To keep it, publish the project and sign in again: docs/google.md."


def _open_browser(url: str) -> bool:
    """Whether a browser with a window was started; one in the terminal would be in our way."""
    import webbrowser

    window = os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"} or sys.platform in ("darwin", "win32")
    return bool(window) and webbrowser.open(url)


def _by_hand(attempt: Attempt) -> None:
    """Say what to do, and take what is pasted meanwhile; the answer may as well come through the tunnel."""
    port, here = attempt.port, f"{getpass.getuser()}@{platform.node()}"
    click.echo(f"Open this address in a browser, on any machine:\n\n{attempt.url}\n", err=True)
    click.echo(
        f"At its end the browser shows an error: it looks for a page at http://127.0.0.1:{port}/. Copy that whole "
        "address and paste it here.\nOr run this on the machine with the browser first; then nothing is to be pasted:\n"
        f"    ssh -N -L {port}:127.0.0.1:{port} {here}\n",
        err=True,
    )
    Thread(target=_take_pasted, args=(attempt,), daemon=True).start()


def _take_pasted(attempt: Attempt) -> None:
    """Not from ``sys.stdin``, which a thread that still waits would hold locked at the end of the program."""
    for line in open(0, closefd=False, encoding="utf-8", errors="replace"):  # noqa: SIM115 - it ends with the program
        if attempt.offer(line):
            return
        if line.strip():
            click.echo("That is not the address of this sign-in. Copy all of it, from http:// to the end.", err=True)


# ---- passwords -------------------------------------------------------------------------------------------------------


def _keep_password(app: App, account: Account | EvidenceSettings) -> None:
    """Ask for it, try it, keep it. Raises ``AuthNeeded`` where the server does not take it."""
    from timeblock.secrets import Kept

    options, name = dict(account.options), account.name
    if not options.get("username"):
        app.say(f"{name}: needs no sign-in.")
        return
    if options.get("password"):
        raise FixNeeded(f"{name}: its password comes from the config; take it out there, then run this again")
    typed = _typed(f"Password of {options['username']} for {name}")
    said = _tried(app, account, typed)
    Kept(name).write(typed)
    app.say(f"{name}: password kept in the {Kept(name).place()} ({said}).")


def _tried(app: App, account: Account | EvidenceSettings, password: str) -> str:
    """What became of the password at the server. Raises ``AuthNeeded`` where it does not take it."""
    from timeblock.config.settings import Account, Secret
    from timeblock.wiring import backend

    if not isinstance(account, Account):
        return "`timeblock sync` tries it"
    trial = backend(replace(account, options=(*account.options, ("password", Secret(password)))), lambda: app.now)
    try:
        trial.calendars()
    except TryLater as away:
        return f"not tried yet: {away}"
    finally:
        trial.close()
    return "the server takes it"


def _typed(question: str) -> str:
    """Without showing it; from a pipe, the first line."""
    if sys.stdin.isatty():
        return str(click.prompt(question, hide_input=True, err=True))
    if line := sys.stdin.readline().rstrip("\n"):
        return line
    raise FixNeeded("No password came. Type it at the prompt, or send it on standard input.")


# ---- status ----------------------------------------------------------------------------------------------------------


def _status(app: App, account: Account | EvidenceSettings) -> SignedIn:
    """Raises nothing: what is wrong is part of it."""
    from timeblock.cli.render_tables import SignedIn
    from timeblock.wiring import google_tokens

    try:
        if account.type == "google":
            tokens = google_tokens(account, lambda: app.now)
            return _google_status(account, tokens, tokens.sign_in())
        return SignedIn(account.name, account.type, True, _password_status(account))
    except TimeblockError as error:
        app.failures.append(error)
        return SignedIn(account.name, account.type, False, str(error))


def _password_status(account: Account | EvidenceSettings) -> str:
    """Raises ``AuthNeeded``."""
    from timeblock.secrets import place

    options = dict(account.options)
    if not options.get("username"):
        return "needs no sign-in"
    if found := place(options, account.name):
        return f"password from the {found}"
    raise AuthNeeded(f"no password; run: timeblock auth {account.name}")


def _google_status(account: Account, tokens: Tokens, found: SignIn) -> SignedIn:
    from timeblock.calendars.google_auth import MEANING, WRITE
    from timeblock.cli.render_tables import SignedIn

    missing = tuple(MEANING[scope] for scope in found.missing(tokens.wanted))
    return SignedIn(
        account.name,
        account.type,
        not missing,
        "signed in" if WRITE in tokens.wanted and WRITE in found.scopes else "signed in, only to read",
        _may(tokens, found),
        missing,
        found.scopes,
        found.since,
        found.ends_at,
    )


def _known(app: App, name: str) -> Account | EvidenceSettings:
    from timeblock.config.phrases import near

    settings = app.settings()
    known: dict[str, Account | EvidenceSettings] = {entry.name: entry for entry in settings.evidence}
    known |= {account.name: account for account in settings.accounts}
    if name not in known:
        raise FixNeeded(f'There is no account "{name}"{near(name, known) or "; there are: " + ", ".join(known)}')
    return known[name]
