#!/usr/bin/env bash
# The gateway as its operator runs it: the unit, the container file, monitoring, and the commands for everyday use.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

DEPLOY=$ROOT/firmware/gateway/deploy
RELAY_PORT=$(free_port)
SINK_PORT=$(free_port)
PAGE_PORT=$(free_port)
write_settings "$WORK/settings" "$RELAY_PORT" "$SINK_PORT" "$WORK/spool"
cat >>"$WORK/settings" <<SETTINGS
[alerts]
to = operator@example.org
[page]
listen = 127.0.0.1:$PAGE_PORT
SETTINGS

say "The unit"
if command -v systemd-analyze >/dev/null; then
    mkdir "$WORK/unit"
    sed "s|/opt/smtpembedded/smtpembedded|$GATEWAY|" "$DEPLOY/smtpembedded.service" >"$WORK/unit/smtpembedded.service"
    systemd-analyze verify --man=no "$WORK/unit/smtpembedded.service" >"$WORK/verify" 2>&1
    check "systemd-analyze verify has nothing to say" test ! -s "$WORK/verify"
    cat "$WORK/verify"
    check "systemd-analyze security: exposure below 2.0" \
        systemd-analyze security --offline=true --threshold=20 --no-pager "$WORK/unit/smtpembedded.service"
    systemd-analyze security --offline=true --no-pager "$WORK/unit/smtpembedded.service" 2>/dev/null | tail -n 1
else
    say "  SKIPPED: there is no systemd-analyze here"
fi

say "What systemd hears"
check "READY, a status, signs of life, STOPPING" python3 "$TOOLS/notify.py" "$GATEWAY" "$WORK/settings"

say "The container file"
check "it is one, and its paths, user and commands fit" python3 "$TOOLS/containerfile.py" "$DEPLOY/Containerfile" "$ROOT"

say "The commands"
start_recorder "$WORK/recorded" "$SINK_PORT" || exit 2
check "check: all is well before the start" "$GATEWAY" check --settings "$WORK/settings"
printf 'From: cron@example.org\nTo: operator@example.org\nSubject: before\n\nbefore the start\n' |
    "$GATEWAY" send --settings "$WORK/settings" -oi -t
check "send: the spool takes a message while the relay does not run" test $? -eq 0
start_gateway "$WORK/settings" "$WORK/log" || exit 2
printf 'Subject: after\n\n.dot\n.\n' | "$GATEWAY" send --server "127.0.0.1:$RELAY_PORT" -i -f cron@example.org operator@example.org
check "send: the relay takes a message while it runs" test $? -eq 0
check "both arrive" wait_for 15 has_files "$WORK/recorded" '*.eml' 2
check "a lone dot is text with -i" grep -q $'^\\.dot\r$' "$WORK/recorded/000002.eml"
check "check: all is well while it runs" "$GATEWAY" check --settings "$WORK/settings"
check "selftest: it stands every attempt" "$GATEWAY" selftest --settings "$WORK/settings"

say "Monitoring"
check "/healthz says ok" test "$(curl --silent --fail "http://127.0.0.1:$PAGE_PORT/healthz")" = ok
curl --silent --fail "http://127.0.0.1:$PAGE_PORT/metrics" >"$WORK/metrics"
check "/metrics counts the message" grep -q '^smtpembedded_messages_accepted_total{origin="client"} 1\( \|$\)' "$WORK/metrics"
PROMTOOL=$(command -v promtool || true)
if [ -z "$PROMTOOL" ] && (cd "$WORK" && apt-get download -qq prometheus >/dev/null 2>&1 && dpkg-deb -x prometheus_*.deb prometheus); then
    # The one program out of the package; its server is not wanted.
    PROMTOOL=$WORK/prometheus/usr/bin/promtool
fi
if [ -n "$PROMTOOL" ]; then
    check "promtool has nothing to say" "$PROMTOOL" check metrics <"$WORK/metrics"
else
    say "  SKIPPED: promtool is neither here nor in a package that can be had"
fi

finish
