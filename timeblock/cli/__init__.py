"""The command line: one module per group of commands, imported only when the command runs."""

from __future__ import annotations

import importlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from timeblock import __version__
from timeblock.cli.app import App
from timeblock.cli.examples import EXAMPLES, Examples, epilog

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "demo": ("demo_cmd", "See the whole loop on a made-up person: no account, no network."),
    "init": ("init_cmd", "Answer a few questions, get a config."),
    "auth": ("auth_cmd", "Sign in to an account; show sign-ins and take them back."),
    "config": ("config_cmd", "Check, show or find the config file."),
    "calendars": ("calendars_cmd", "List what each account offers, and what it is used for."),
    "sync": ("calendars_cmd", "Read what changed in your calendars."),
    "classify": ("measure_cmd", "Show what your events count as, and why."),
    "measure": ("measure_cmd", "Measure a week or a span of days."),
    "check": ("check_cmd", "Hold past and coming weeks against rules of rest."),
    "review": ("review_cmd", "Look back on the week, month or quarter: goals, blocks, where time went."),
    "journal": ("journal_cmd", "Answer a few questions; kept on this machine and sent nowhere."),
    "rest-week": ("rest_cmd", "Take a week off from goals and flexible blocks."),
    "goals": ("goals_cmd", "Set goals, see how they stand, and try configs on past weeks."),
    "plan": ("plan_cmd", "Propose protected blocks for the coming weeks; writes nothing."),
    "apply": ("plan_cmd", "Write the plan into your calendars."),
    "pin": ("order_cmd", "Keep a block where it is."),
    "skip": ("order_cmd", "Do without a block this time."),
    "undo": ("history_cmd", "Take back a whole run."),
    "log": ("history_cmd", "Show what was written, when and why."),
    "export": ("export_cmd", "Write an .ics file: blocks, schedule, availability or milestones."),
    "feed": ("feed_cmd", "Show addresses that calendar programs subscribe to: blocks, availability."),
    "daemon": ("daemon_cmd", "Keep your calendars true all day, in the background."),
    "service": ("service_cmd", "Install the daemon as a service, or remove it."),
    "dashboard": ("dashboard_cmd", "Open your week, plan, goals and review as a page on this machine."),
    "status": ("status_cmd", "Show calendars, blocks and what waits, without the network."),
    "data": ("data_cmd", "Show where each piece of data lies, or delete it."),
    "doctor": ("doctor_cmd", "Check everything and say how to mend it."),
    "completion": ("completion_cmd", "Print a completion script for bash, zsh or fish."),
}
"""Name → module and one line of help, in the order people meet them."""


class LazyGroup(click.Group):
    """Lists its commands from :data:`COMMANDS` and imports the module of the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"timeblock.cli.{COMMANDS[cmd_name][0]}")
        command = _with_common_options(getattr(module, cmd_name.replace("-", "_")))
        _with_examples(cmd_name, command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Without importing the commands, which is what click does to ask whether they are hidden."""
        from click.shell_completion import CompletionItem

        commands = [CompletionItem(n, help=text) for n, (_, text) in COMMANDS.items() if n.startswith(incomplete)]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            ctx.fail(f"There is no command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


def _with_common_options(command: click.Command) -> click.Command:
    """The root's options are taken after the command's name too, where people expect them."""
    taken = {name for option in command.params for name in option.opts}
    for name, text in (("--config", "The config file."), ("--json", "One JSON document, nothing else.")):
        if name not in taken:
            flag = name == "--json"
            option = click.Option([name], is_flag=flag, expose_value=False, callback=_take, hidden=True, help=text)
            command.params.append(option)
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _with_common_options(inner)
    return command


def _with_examples(name: str, command: click.Command) -> Examples:
    """Put the examples of a command into its help, and those of the commands in it. Returns the first."""
    inner = [_with_examples(f"{name} {n}", c) for n, c in getattr(command, "commands", {}).items()]
    found = EXAMPLES.get(name) or tuple(first for examples in inner for first in examples)
    command.epilog = epilog(found)
    return found[:1]


def _take(ctx: click.Context, option: click.Parameter, value: object) -> None:
    if isinstance(ctx.obj, App) and value:
        setattr(ctx.obj, "config_path" if option.name == "config" else "json", value)


def _narrow() -> int | None:
    """Where a terminal is narrower than click believes any to be."""
    with suppress(OSError, ValueError):
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        return columns if columns < 52 else None
    return None


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100, "terminal_width": _narrow()},
)
@click.option("--config", "config_path", metavar="FILE", help="The config file ($TIMEBLOCK_CONFIG).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output, nothing else.")
@click.option("-v", "--verbose", is_flag=True, help="Tell of each request: host, status, size. Never more.")
@click.version_option(__version__, prog_name="timeblock")
@click.pass_context
def root(ctx: click.Context, config_path: str | None, as_json: bool, verbose: bool) -> None:
    """Protect your time: measure your calendars, plan what matters first, write protected blocks back.

    New here? Run `timeblock demo`, then `timeblock init`. Without a command: today, what is in danger, what to decide.
    """
    if verbose:
        _say_more()
    ctx.obj = App(config_path=config_path, json=as_json, verbose=verbose)
    if ctx.invoked_subcommand is None:
        _without_command(ctx)


def _without_command(ctx: click.Context) -> None:
    """Today for those who have a config, help for those who do not."""
    from timeblock.cli.today_cmd import today
    from timeblock.config.places import default_path

    if ctx.obj.config_path or os.environ.get("TIMEBLOCK_CONFIG") or default_path(os.environ).is_file():
        today(ctx.obj)
    else:
        click.echo(ctx.get_help())


def _say_more() -> None:
    """Our own log, and no library's, on standard error."""
    import logging

    log = logging.getLogger("timeblock")
    log.addHandler(logging.StreamHandler())
    log.setLevel(logging.INFO)
