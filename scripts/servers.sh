#!/bin/sh
# What the tests need beyond Python: PostgreSQL. Installed where that is allowed, said where not; the tests then skip.
set -eu
if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing PostgreSQL for the store's tests…"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update -q && apt-get install -qy --no-install-recommends postgresql; } >/tmp/timeblock-apt.log 2>&1 \
            || echo "apt-get could not install postgresql (see /tmp/timeblock-apt.log): its tests will be skipped."
    else
        echo "No PostgreSQL here and no right to install it: its tests will be skipped (Debian: apt-get install postgresql)."
    fi
fi
