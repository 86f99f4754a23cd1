#!/usr/bin/env bash
# A site without a smarthost: the relay delivers to a Maildir, and Dovecot, from its Debian package, reads it as it stands.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=smarthosts/servers.sh
. "$HERE/smarthosts/servers.sh"

say "Maildir: delivered by the relay, read by Dovecot"
RELAY_PORT=$(free_port)
MAILDIR=$JAIL$RUN/Maildir
printf '[server]\nlisten = 127.0.0.1:%s\nhostname = relay.example.org\n\n[smarthost]\nmaildir = %s\n\n[spool]\npath = %s\n' \
    "$RELAY_PORT" "$MAILDIR" "$WORK/spool" >"$WORK/settings"
printf 'mail_location = maildir:%s/Maildir\nbase_dir = %s/dovecot\nlog_path = /dev/stderr\nssl = no\nfirst_valid_uid = 1\nmail_uid = 8\nmail_gid = 8\n' "$RUN" "$RUN" >"$JAIL$RUN/dovecot.conf"
need_gateway "$WORK/settings" "$WORK/log"

dovecot() { # COMMAND...: as the user whose mail it is
    chown -R 8:8 "$JAIL$RUN"
    USER=mail HOME=$RUN chroot "$JAIL" /usr/bin/doveadm -c "$RUN/dovecot.conf" "$@"
}

submit() { # NAME
    python3 "$TOOLS/make_message.py" "$WORK/$1.eml" "$1" &&
        curl --silent --show-error --url "smtp://127.0.0.1:$RELAY_PORT/printer.example.org" --mail-from printer@example.org --mail-rcpt operator@example.org --upload-file "$WORK/$1.eml"
}

holds() { [ "$(dovecot search all | wc -l)" -eq "$1" ]; }

same() { # NAME: as Dovecot shows it, behind the lines that tell of its way
    dovecot fetch text HEADER Message-ID "<$1@example.org>" >"$WORK/$1.shown" || return 1
    python3 - "$WORK/$1.eml" "$WORK/$1.shown" <<'PYTHON'
import sys

sent = open(sys.argv[1], "rb").read().replace(b"\r\n", b"\n")
shown = open(sys.argv[2], "rb").read().replace(b"\r\n", b"\n")
start = b"text:\nReturn-Path: <printer@example.org>\nDelivered-To: operator@example.org\nReceived: "
if not shown.startswith(start) or sent not in shown:
    raise SystemExit("sent %r, shown %r" % (sent[:200], shown[:400]))
PYTHON
}

for name in first second third; do
    check "taken: $name" submit "$name"
done
check "all are delivered" wait_for 60 has_files "$MAILDIR/new" '*' 3
check "Dovecot finds three messages" holds 3
for name in first second third; do
    check "Dovecot shows $name as it was sent" same "$name"
done
check "Dovecot marks them as seen" dovecot flags add '\Seen' all
check "taken: a fourth" submit fourth
check "delivered beside those that were read" wait_for 60 holds 4
check "nothing half written is left" test "$(count_files "$MAILDIR/tmp" '*.*')" -eq 0
end_process "$GATEWAY_PID"

finish
