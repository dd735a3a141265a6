"""A person's home, in which ``timeblock`` runs as they would run it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

from tests import browser
from tests.consent import CLIENT_ID, CLIENT_SECRET

BROWSER = f"{shlex.quote(sys.executable)} {shlex.quote(browser.__file__)} %s"
PASSWORDS = '[accounts.cloud]\ntype = "caldav"\nurl = "{url}"\nusername = "alice"\n'


class Home:
    """``folder`` holds the config; what is kept goes below it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state/timeblock"
        self.config = folder / "config.toml"

    def google(self, url: str, more: str = "") -> None:
        client = {"installed": {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}}
        (self.folder / "client.json").write_text(json.dumps(client))
        (self.folder / "client.json").chmod(0o600)
        self.config.write_text(
            'identity = "ada"\n[person]\nzone = "Europe/Oslo"\n[accounts.work]\ntype = "google"\n'
            f'client = "client.json"\nauth_uri = "{url}auth"\ntoken_uri = "{url}token"\n{more}'
        )

    def run(self, *words: str, typed: str = "", browser: str = BROWSER) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "timeblock", "--config", str(self.config), *words]
        return subprocess.run(
            command, input=typed, capture_output=True, text=True, timeout=60, check=False, env=self.env(browser)
        )

    def env(self, browser: str = "") -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key in ("PATH", "PYTHONPATH")}
        window = {"BROWSER": browser} if browser else {}
        keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        return {**kept, **window, **keyring, "HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder / "state")}
