"""The daemon as a service of the person's own session: a systemd user unit, or a launchd agent on macOS."""

from __future__ import annotations

import plistlib
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NAME = "timeblock"
LABEL = "org.timeblock.daemon"

UNIT = """\
[Unit]
Description=timeblock keeps your calendars true
Documentation=https://github.com/timeblock/timeblock

[Service]
Type=notify
ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=30
WatchdogSec=5min
TimeoutStopSec=10
Nice=10
NoNewPrivileges=true
MemoryMax=500M

[Install]
WantedBy=default.target
"""


@dataclass(frozen=True, slots=True)
class Service:
    """Where the description of the service goes, what it says, and the commands that put it to work."""

    path: Path
    text: bytes
    start: tuple[Sequence[str], ...]
    stop: tuple[Sequence[str], ...]
    status: Sequence[str]
    logs: Sequence[str]


def service(arguments: Sequence[str], home: Path, environ: Mapping[str, str], uid: int) -> Service:
    """``arguments`` run the daemon; those with blanks are quoted."""
    if sys.platform == "darwin":
        return _launchd(arguments, home, uid)
    folder = Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "systemd/user"
    control = ("systemctl", "--user")
    return Service(
        path=folder / f"{NAME}.service",
        text=unit(arguments).encode(),
        start=((*control, "daemon-reload"), (*control, "enable", "--now", NAME)),
        stop=((*control, "disable", "--now", NAME),),
        status=(*control, "--no-pager", "status", NAME),
        logs=("journalctl", "--user", "--no-pager", "-n", "50", "-u", NAME),
    )


def unit(arguments: Sequence[str]) -> str:
    """The text of the systemd unit (systemd.service(5)); a percent sign is a specifier there, so it is doubled."""
    return UNIT.format(command=shlex.join(arguments).replace("%", "%%"))


def _launchd(arguments: Sequence[str], home: Path, uid: int) -> Service:
    path, log = home / f"Library/LaunchAgents/{LABEL}.plist", home / "Library/Logs/timeblock.log"
    said = {
        "Label": LABEL,
        "ProgramArguments": list(arguments),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "StandardErrorPath": str(log),
        "ProcessType": "Background",
    }
    domain = f"gui/{uid}"
    return Service(
        path=path,
        text=plistlib.dumps(said),
        start=(("launchctl", "bootstrap", domain, str(path)),),
        stop=(("launchctl", "bootout", f"{domain}/{LABEL}"),),
        status=("launchctl", "print", f"{domain}/{LABEL}"),
        logs=("tail", "-n", "50", str(log)),
    )
