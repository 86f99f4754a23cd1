#!/usr/bin/env bash
# The gateway as its operator runs it: the unit, the container file, monitoring, and the commands for everyday use.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

DEPLOY=$ROOT/firmware/gateway/packaging
write_settings "$WORK/settings" "$(free_port)" "$(free_port)" "$WORK/spool"
METRICS_PORT=$(free_port)
printf '[page]\nmetrics = 127.0.0.1:%s\n' "$METRICS_PORT" >>"$WORK/settings"

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
# Without a smarthost the log has something to say at once.
printf '[server]\nlisten = 127.0.0.1:%s\n[spool]\npath = %s\n' "$(free_port)" "$WORK/plain.spool" >"$WORK/plain"
check "READY, a status, signs of life, STOPPING" python3 "$TOOLS/notify.py" "$GATEWAY" "$WORK/plain"

say "The container file"
check "it is one, and its paths, user and commands fit" python3 "$TOOLS/containerfile.py" "$DEPLOY/Containerfile" "$ROOT"

say "Monitoring"
need_gateway "$WORK/settings" "$WORK/log"
check "/healthz says ok" test "$(curl --silent --fail "http://127.0.0.1:$METRICS_PORT/healthz/")" = ok
check "/metrics has the queue" sh -c "curl --silent --fail http://127.0.0.1:$METRICS_PORT/metrics | grep -q '^smtpembedded_queue_messages'"
end_process "$GATEWAY_PID"

finish
