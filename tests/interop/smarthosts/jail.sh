#!/usr/bin/env bash
# jail.sh: unpacks the smarthosts from their Debian packages, which cannot all be installed on one machine, into a folder of
# their own to chroot into, and prints its path. Made once, outside the checkout; needs root.
set -euo pipefail
JAIL=${SMARTHOST_JAIL:-${XDG_CACHE_HOME:-$HOME/.cache}/smtpembedded/smarthosts-2}
if [ -e "$JAIL/complete" ]; then
    echo "$JAIL"
    exit
fi

PACKAGES=(postfix exim4-base exim4-daemon-light dovecot-core libsasl2-2 libsasl2-modules libsasl2-modules-db sasl2-bin)
rm -rf "$JAIL"
mkdir -p "$JAIL/debs"
cd "$JAIL/debs"
# A mirror that fails once is asked again, a little later; where there is none, that takes a minute.
apt() { apt-get -qq -o APT::Sandbox::User=root -o Acquire::Retries=3 -o Acquire::http::Timeout=30 "$@" >&2; }
fetch() { apt download "$@"; }
for pause in 5 15 30 last; do
    fetch "${PACKAGES[@]}" && break
    apt update && fetch "${PACKAGES[@]}" && break
    [ "$pause" != last ] || exit 1
    sleep "$pause"
done

# OpenSMTPD's TLS gets along with OpenSSL 3 from 7.3 on (its issue 1171). Where the release has an older one, that of its
# backports is taken, from the same mirror and by lists of our own; where that cannot be had, the old one, without TLS.
backported() {
    local own=$JAIL/apt codename mirror
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $codename" | head -n 1)
    [ -n "$mirror" ] || return 1
    mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
    : >"$own/status"
    echo "deb $mirror $codename-backports main" >"$own/sources.list"
    local lists=(-o "Dir::Etc::sourcelist=$own/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$own/lists"
        -o "Dir::Cache=$own/cache" -o "Dir::State::status=$own/status")
    apt "${lists[@]}" update && apt "${lists[@]}" download "$1"
}

if dpkg --compare-versions "$(apt-cache policy opensmtpd | sed -n 's/^ *Candidate: //p')" ge 7.3; then
    fetch opensmtpd
else
    backported opensmtpd || fetch opensmtpd
fi
rm -rf "$JAIL/apt"
OPENSMTPD=$(dpkg-deb -f opensmtpd_*.deb Version)

# The libraries they need conflict with nothing.
LIBRARIES=$(for deb in *.deb; do dpkg-deb -f "$deb" Pre-Depends Depends; done |
    sed 's/^[A-Za-z-]*: //; s/([^)]*)//g; s/|/,/g' | tr ',' '\n' | tr -d ' ' | grep '^lib' | grep -v '^libsasl2' | sort -u)
MISSING=()
for library in $LIBRARIES; do
    dpkg-query -W -f='${Status}' "$library" 2>/dev/null | grep -q '^install ok installed' || MISSING+=("$library")
done
for library in ${MISSING[@]+"${MISSING[@]}"}; do
    # Alternatives of one another may not be there: what is really missing shows below.
    fetch "$library" 2>/dev/null || true
done
for deb in *.deb; do
    dpkg -x "$deb" "$JAIL"
done
cd "$JAIL"
rm -rf debs
mkdir -p dev proc tmp run var/run etc root bin
chmod 1777 tmp
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9

# A shell for those who start programs by one, and what the unpacked programs still lack, from this machine.
cp -L /bin/sh bin/sh
find bin usr lib -type f \( -perm -100 -o -name '*.so*' \) -print0 |
    xargs -0 -n 100 env LD_LIBRARY_PATH="$JAIL/usr/lib/x86_64-linux-gnu:$JAIL/lib/x86_64-linux-gnu:$JAIL/usr/lib/postfix:$JAIL/usr/lib/dovecot" ldd 2>/dev/null |
    grep -o '/[^ ]*' | grep -v ':$' | grep -v "^$JAIL" | sort -u >tmp/needed || true
ls /lib/*-linux-gnu/libnss_files.so.2 /lib/*-linux-gnu/libnss_dns.so.2 >>tmp/needed 2>/dev/null || true
while read -r file; do
    if [ ! -e ".$file" ] && [ -e "$file" ]; then
        mkdir -p ".$(dirname "$file")"
        cp -L "$file" ".$file"
    fi
done <tmp/needed

# What is not found now is not found when a script starts it, and whoever finds this folder complete takes it as it is.
for program in usr/lib/postfix/sbin/{master,smtpd,smtp,cleanup,qmgr,tlsmgr} usr/sbin/{smtpd,exim4,saslpasswd2} usr/bin/doveadm; do
    LD_LIBRARY_PATH="$JAIL/usr/lib/x86_64-linux-gnu:$JAIL/lib/x86_64-linux-gnu:$JAIL/usr/lib/postfix:$JAIL/usr/lib/dovecot" ldd "$program" >tmp/libraries
    ! grep 'not found' tmp/libraries >&2 || { echo "$program lacks libraries" >&2; exit 1; }
done

# OpenSMTPD reads a list of authorities, whoever it connects to.
mkdir -p etc/ssl/certs
cp -L /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/

cat >etc/passwd <<'PASSWD'
root:x:0:0:root:/root:/bin/sh
mail:x:8:8:mail:/var/mail:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/bin/sh
postfix:x:900:900:postfix:/var/spool/postfix:/bin/sh
opensmtpd:x:902:902:opensmtpd:/var/lib/opensmtpd/empty:/bin/sh
opensmtpq:x:903:903:opensmtpq:/var/lib/opensmtpd/empty:/bin/sh
Debian-exim:x:904:904:exim:/var/spool/exim4:/bin/sh
dovecot:x:905:905:dovecot:/usr/lib/dovecot:/bin/sh
PASSWD
cat >etc/group <<'GROUP'
root:x:0:
mail:x:8:
nogroup:x:65534:
postfix:x:900:
postdrop:x:901:
opensmtpd:x:902:
opensmtpq:x:903:
Debian-exim:x:904:
dovecot:x:905:
GROUP
printf 'passwd: files\ngroup: files\nhosts: files\n' >etc/nsswitch.conf
printf '127.0.0.1 localhost smarthost.test mail.other.test\n' >etc/hosts
: >etc/resolv.conf
cp /etc/services /etc/protocols etc/ 2>/dev/null || printf 'smtp 25/tcp\n' >etc/services
mkdir -p var/lib/opensmtpd/empty var/spool/smtpd var/spool/postfix var/lib/postfix var/spool/exim4 var/log/exim4 var/mail
chmod 711 var/spool/smtpd
chown 0:0 var/lib/opensmtpd/empty
chown 904:904 var/spool/exim4 var/log/exim4
chown 900:900 var/lib/postfix
echo "$OPENSMTPD" >opensmtpd.version
touch complete
echo "$JAIL"
