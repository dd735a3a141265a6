#!/bin/sh
# What the tests need beyond Python: PostgreSQL and Cyrus. Installed where that is allowed, said where not; the tests
# then skip.
set -eu

want() { # NAME PACKAGE…
    name=$1
    shift
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $name for the tests…"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update -q && apt-get install -qy --no-install-recommends "$@"; } >/tmp/timeblock-apt.log 2>&1 \
            || echo "apt-get could not install $* (see /tmp/timeblock-apt.log): the tests of $name will be skipped."
    else
        echo "No $name here and no right to install it: its tests will be skipped (Debian: apt-get install $*)."
    fi
}

if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    want PostgreSQL postgresql
fi
[ -x /usr/sbin/cyrmaster ] && command -v saslpasswd2 >/dev/null || want Cyrus cyrus-caldav cyrus-imapd sasl2-bin
