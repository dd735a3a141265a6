#!/bin/sh
# The package as others get it: an sdist, the wheel made from it, an environment with nothing of ours around, the demo there.
set -eu
cd "$(dirname "$0")/.."
BIN=$PWD/${VENV:-.venv}/bin
away=$(mktemp -d)
trap 'rm -rf "$away"' EXIT

"$BIN/python" -m build --outdir "$away/dist" . >"$away/log" 2>&1 || { cat "$away/log" >&2; exit 1; }

# what the Dockerfile copies is enough to install from
mkdir "$away/copied"
sed -n 's/^COPY \([^-].*\) [^ ]*$/\1/p' Dockerfile | tr ' ' '\n' | while read -r path; do cp -r "$path" "$away/copied/"; done
"$BIN/pip" wheel -q --disable-pip-version-check --no-deps -w "$away/again" "$away/copied"
for made in "$away"/dist/*.whl "$away"/again/*.whl; do "$BIN/python" -m zipfile -l "$made" | awk '{print $1, $NF}' | sort >"$made.list"; done
cmp "$away"/dist/*.list "$away"/again/*.list

"$BIN/python" -m venv "$away/venv"
"$away/venv/bin/pip" install -q --disable-pip-version-check "$away"/dist/*.whl
"$away/venv/bin/pip" check
cd "$away"
export HOME="$away" PATH="$away/venv/bin:/usr/bin:/bin"
timeblock --version
timeblock demo --json
test -r venv/share/man/man1/timeblock.1
