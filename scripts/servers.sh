#!/bin/sh
# What the tests need beyond Python: PostgreSQL, Cyrus, Dovecot, sabre/dav, Chromium, and emulate (npm). Installed where that is
# allowed, said where not; the tests then skip.
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
[ -r /usr/share/php/Sabre/autoload.php ] && command -v php >/dev/null \
    || want sabre/dav php-cli php-sqlite3 php-xml php-mbstring php-sabre-dav
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || want Chromium chromium

peers=${XDG_CACHE_HOME:-$HOME/.cache}/timeblock-tests

# Dovecot: its IMAP part is unpacked beside, since as a package it would push Cyrus off the machine.
[ -x /usr/sbin/dovecot ] || want Dovecot dovecot-core
if [ -x /usr/sbin/dovecot ] && [ ! -x /usr/lib/dovecot/imap ] && [ ! -x "$peers/dovecot/usr/lib/dovecot/imap" ]; then
    mkdir -p "$peers/dovecot"
    (cd "$peers/dovecot" && apt-get download -q dovecot-imapd && dpkg-deb -x dovecot-imapd_*.deb .) >/tmp/timeblock-apt.log 2>&1 \
        || echo "apt-get could not fetch dovecot-imapd (see /tmp/timeblock-apt.log): the tests of IMAP will be skipped."
fi

# emulate plays Google's sign-in
if [ -d "$peers/node_modules/emulate" ]; then
    :
elif command -v npm >/dev/null; then
    mkdir -p "$peers"
    npm install --prefix "$peers" --no-audit --no-fund --ignore-scripts --silent emulate@0.11.2 \
        || echo "npm could not install emulate: its tests will be skipped."
else
    echo "No npm here: the tests against emulate will be skipped (Debian: apt-get install npm)."
fi
