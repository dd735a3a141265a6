#!/bin/sh
# Make .venv and install timeblock into it.   setup.sh [GROUP ...]   groups: test check docs
# Done once per pyproject.toml: a stamp per set of groups remembers its checksum.
set -eu
cd "$(dirname "$0")/.."
VENV=${VENV:-.venv}
stamp=$VENV/.installed-$(echo base "$@" | tr ' ' '-')
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(cksum pyproject.toml)" ] && exit 0

python=
for candidate in python3.13 python3.12 python3.11 python3; do
    if command -v $candidate >/dev/null && $candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || { echo "timeblock needs Python 3.11 or newer. On Debian: apt-get install python3 python3-venv" >&2; exit 2; }

if [ ! -x "$VENV/bin/pip" ]; then
    echo "Making $VENV with $($python --version)…"
    if ! $python -c 'import ensurepip' 2>/dev/null; then     # Debian ships it apart
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            apt-get update -q >/dev/null && apt-get install -qy --no-install-recommends python3-venv >/dev/null
        else
            echo "Python's venv module is missing. On Debian: sudo apt-get install python3-venv" >&2
            exit 2
        fi
    fi
    $python -m venv "$VENV"
    "$VENV/bin/pip" install -q --disable-pip-version-check --upgrade 'pip>=25.1' 2>"$VENV/pip.log" || { cat "$VENV/pip.log" >&2; exit 2; }
fi

echo "Installing timeblock${*:+ and what is needed for: $*} (a minute or two the first time)…"
groups=
for group in "$@"; do groups="$groups --group $group"; done
# shellcheck disable=SC2086
"$VENV/bin/pip" install -q --disable-pip-version-check -e . $groups 2>"$VENV/pip.log" \
    || { cat "$VENV/pip.log" >&2; echo "pip could not install; the lines above say why (network?)." >&2; exit 2; }
cksum pyproject.toml > "$stamp"
