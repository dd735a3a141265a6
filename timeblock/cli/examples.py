"""Examples for the help of each command: what one types, and what comes of it. A test types each of them."""

from __future__ import annotations

from collections.abc import Mapping

Examples = tuple[tuple[str, str], ...]

EXAMPLES: Mapping[str, Examples] = {
    "demo": (("demo", "A made-up person, from calendars to a plan; look at the page that it names."),),
    "init": (
        ("init", "A few questions, and a config with comments."),
        ('init --feed "https://example.org/me.ics" --look', "From one address, and a first look at once."),
        ("init --non-interactive --zone Europe/Oslo --folder ~/calendars", "Without a question, for scripts."),
    ),
    "auth NAME": (
        ("auth work", "Sign in to the account that the config calls work."),
        ("auth work --headless", "On a machine without a browser."),
    ),
    "auth status": (("auth status", "Who is signed in, with which rights, until when."),),
    "auth revoke": (("auth revoke work", "Take the sign-in back, at Google too."),),
    "config check": (("config check", "Every mistake, each with its line and a way out."),),
    "config show": (("config show", "The config with every default filled in, secrets hidden."),),
    "config path": (('"$EDITOR" "$(timeblock config path)"', "Open it in your editor."),),
    "config schema": (
        ("config schema > timeblock.schema.json", "For an editor that checks while you type."),
        ('config schema "goals list"', "The form of what `goals list --json` prints."),
    ),
    "calendars": (("calendars", "What each account offers; write the names you want into the config."),),
    "sync": (
        ("sync", "Read what changed."),
        ("sync --believe-empty holidays", "The calendar is rightly empty: forget what it held."),
    ),
    "classify": (
        ("classify --week 2026-W47", "What each event of that week counts as."),
        ("classify --explain stand-up", "Which rules were tried on it, and which matched."),
    ),
    "measure": (
        ("measure", "This week, as it is planned by now."),
        ("measure --week 2026-W47 --explain after_hours", "One figure, down to the events behind it."),
        ("measure --from 2026-11-02 --to 2026-11-15", "Any span of days."),
    ),
    "check": (
        ("check", "The coming weeks against your rules of rest."),
        ("check --week 2026-W47 --profile japan", "A week that is over, by other rules."),
    ),
    "review": (
        ("review", "The last full week."),
        ("review monthly --share review.html", "A page for others: goals and progress, no titles."),
    ),
    "journal": (("journal", "This week's questions."),),
    "journal weekly": (("journal weekly", "Answer what you like; empty lines are fine."),),
    "journal monthly": (("journal monthly -e", "In your editor."),),
    "journal quarterly": (("journal quarterly", "Four times a year: does time show what matters?"),),
    "journal list": (("journal list", "What you wrote, and where it lies."),),
    "journal search": (('journal search "walk"', "Each line with that word."),),
    "rest-week": (
        ("rest-week next", "Next week is for rest: goals pause."),
        ("rest-week 2026-W52 --undo", "An ordinary week after all."),
    ),
    "goals list": (("goals list", "How each goal stands, and where it leads."),),
    "goals show": (('goals show "after hours"', "Its weeks as a chart; a part of the name will do."),),
    "goals check": (("goals check", "Each goal by the five letters, and whether there is room for it."),),
    "goals add": (
        ('goals add "50 % fewer after-hours emails in 3 months"', "A sentence becomes a goal."),
        ('goals add "call a parent twice a week" --dry-run', "Only look what it would be."),
    ),
    "goals decide": (('goals decide "after hours" smaller', "Take the smaller step that was offered."),),
    "goals backtest": (
        ("goals backtest --weeks 8", "What this config would have kept of the last weeks."),
        ("goals backtest --against other.toml", "Two configs side by side."),
    ),
    "goals levers": (('goals levers "after hours" --weeks 8', "Which small change would have kept more of it?"),),
    "plan": (
        ("plan", "A picture of the coming weeks, and what would change."),
        ("plan --explain dinner", "Why its blocks are where they are."),
        ("plan --weeks 4 -o plan.json", "Keep it, for `timeblock apply plan.json`."),
    ),
    "apply": (
        ("apply", "Plan anew and write it."),
        ("apply plan.json", "Write exactly what you have looked at."),
        ("apply --only dinner/2026-W48/1", "This block and no other."),
    ),
    "pin": (
        ("pin dinner/2026-W48/1", "Everything else moves around it."),
        ("pin dinner/2026-W48/1 --off", "The planner may move it again."),
    ),
    "skip": (("skip dinner/2026-W48/1", "Not this week; it does not come back."),),
    "undo": (
        ("undo", "Take back the last run."),
        ("undo 12", "Take back run 12; `timeblock log` lists them."),
    ),
    "log": (
        ("log", "The last runs."),
        ("log 12", "Everything that run 12 wrote, and why."),
    ),
    "export": (
        ("export -o blocks.ics", "Your blocks, for any calendar program."),
        ("export --what availability -o busy.ics", "When you are busy or off, without a title."),
    ),
    "feed": (("feed", "The addresses; the first time, they are made."),),
    "feed rotate": (("feed rotate blocks", "A new address; the old one ends."),),
    "feed off": (("feed off", "No feeds any more."),),
    "daemon": (
        ("daemon", "Until you stop it with Ctrl-C."),
        ("daemon --once --log json", "One look at everything, for cron."),
    ),
    "service install": (("service install", "Start now, and whenever you sign in."),),
    "service uninstall": (("service uninstall", "Stop it and take it away."),),
    "service status": (("service status", "Whether it runs."),),
    "service logs": (("service logs", "What it has said; never a title."),),
    "dashboard": (("dashboard", "Opens in your browser, on this machine only."),),
    "status": (
        ("status", "Calendars, coming blocks, and what waits."),
        ("status --json", "The same for a program."),
    ),
    "data show": (("data show", "Each file, how large, and what for."),),
    "data delete": (("data delete --what journal", "One piece; it asks first."),),
    "doctor": (
        ("doctor", "Everything that can be wrong, and how to mend it."),
        ("doctor --write", "Try whether blocks can be written, too."),
    ),
    "completion": (
        ("completion bash > ~/.local/share/bash-completion/completions/timeblock", "For bash."),
        ('completion zsh > "${fpath[1]}/_timeblock"', "For zsh."),
        ("completion fish > ~/.config/fish/completions/timeblock.fish", "For fish."),
    ),
}
"""By the words of the command. A group without any shows the first of each of its commands."""


def epilog(found: Examples) -> str:
    """As click prints it: lines that are left as they are."""
    shown = (f"  {typed(line)}\n      {what}" for line, what in found)
    return "\b\nExamples:\n" + "\n".join(shown)


def typed(line: str) -> str:
    """The whole line; one that begins with a quote is of the shell's."""
    return line if line.startswith('"') else f"timeblock {line}"
