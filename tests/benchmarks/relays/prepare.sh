#!/usr/bin/env bash
# prepare.sh: unpacks the rivals into a folder of their own, outside the checkout, and prints its path. Needs root (for chroot),
# Debian's packages and npm's registry. Postfix and Exim are those of tests/interop.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RIVALS=${RACE_RIVALS:-${XDG_CACHE_HOME:-$HOME/.cache}/smtpembedded/relays-1}
SMTP_SERVER=3.21.6
if [ ! -e "$RIVALS/complete" ]; then
    rm -rf "$RIVALS"
    mkdir -p "$RIVALS/debs" "$RIVALS/nullmailer" "$RIVALS/aiosmtpd" "$RIVALS/smtp-server"
    cd "$RIVALS/debs"
    fetch() { apt-get -qq -o APT::Sandbox::User=root download "$@" >&2; }
    fetch nullmailer ucspi-tcp python3-aiosmtpd python3-attr python3-public python3-typing-extensions ||
        { apt-get -qq update >&2; fetch nullmailer ucspi-tcp python3-aiosmtpd python3-attr python3-public python3-typing-extensions; }
    for deb in nullmailer_* ucspi-tcp_*; do dpkg -x "$deb" "$RIVALS/nullmailer"; done
    for deb in python3-*; do dpkg -x "$deb" "$RIVALS/aiosmtpd"; done
    cd "$RIVALS/nullmailer"
    mkdir -p dev tmp etc/nullmailer var/spool/nullmailer/{queue,tmp,failed}
    mknod -m 666 dev/null c 1 3
    find . -type f -perm -100 -print0 | xargs -0 -n 50 ldd 2>/dev/null | grep -o '/[^ ]*' | grep -v ':$' | sort -u >tmp/needed || true
    ls /lib/*-linux-gnu/libnss_files.so.2 >>tmp/needed 2>/dev/null || true
    while read -r file; do
        if [ ! -e ".$file" ] && [ -e "$file" ]; then
            mkdir -p ".$(dirname "$file")"
            cp -L "$file" ".$file"
        fi
    done <tmp/needed
    printf 'root:x:0:0:root:/root:/bin/sh\nmail:x:8:8:mail:/var/mail:/bin/sh\n' >etc/passwd
    printf 'root:x:0:\nmail:x:8:\n' >etc/group
    printf 'relay.example.org\n' >etc/nullmailer/me
    printf '127.0.0.1 localhost\n' >etc/hosts
    mkfifo -m 622 var/spool/nullmailer/trigger
    chown -R 8:8 var/spool/nullmailer etc/nullmailer
    npm install --silent --no-audit --no-fund --prefix "$RIVALS/smtp-server" "smtp-server@$SMTP_SERVER" >&2
    rm -rf "$RIVALS/debs"
    touch "$RIVALS/complete"
fi
"$HERE/../../interop/smarthosts/jail.sh" >&2
echo "$RIVALS"
