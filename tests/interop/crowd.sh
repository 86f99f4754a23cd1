#!/usr/bin/env bash
# A thousand clients at once, nine hundred of them slow: the others are served, each slow one is cut at its limit, and a
# connection takes at most 16 KiB of the gateway's process, while it waits and inside a message.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

SESSION_TIME=${SESSION_TIME:-20}
ulimit -n 8192 2>/dev/null || true
if [ "$(ulimit -n)" -lt 4096 ]; then
    give_up "a process may have only $(ulimit -n) files open here: too few for a thousand connections on either side"
fi

say "A crowd: 1,000 clients, 900 of them slow"
RELAY_PORT=$(free_port)
SINK_PORT=$(free_port)
write_settings "$WORK/settings" "$RELAY_PORT" "$SINK_PORT" "$WORK/spool"
printf '\n[limits]\nsessions = 1200\nsessions-per-address = 1200\nsession-time = 300\n' >>"$WORK/settings"
need_recorder "$WORK/recorded" "$SINK_PORT"
export DOTNET_gcServer=0
need_gateway "$WORK/settings" "$WORK/log"

crowd() { python3 "$TOOLS/crowd.py" --port "$RELAY_PORT" --pid "$GATEWAY_PID" --session-time "$SESSION_TIME" "$@" 2>&1; }
crowd --inside >"$WORK/results"
INSIDE=$?
end_process "$GATEWAY_PID"
sed -i "s/^session-time = .*/session-time = $SESSION_TIME/" "$WORK/settings"
need_gateway "$WORK/settings" "$WORK/log"
crowd >>"$WORK/results"
ENDED=$?
while IFS= read -r line; do
    case $line in
    'ok '*) pass "${line#ok }" ;;
    'FAIL '*) fail "${line#FAIL }" ;;
    'acknowledged '*) ;;
    *) say "        $line" ;;
    esac
done <"$WORK/results"
check "the tool got to its end" test "$INSIDE.$ENDED" = 0.0
check "what was acknowledged arrives" wait_for 60 has_files "$WORK/recorded" '*.eml' "$(($(sed -n 's/^acknowledged //p' "$WORK/results" | paste -sd +)))"
check "the relay still runs" kill -0 "$GATEWAY_PID"
end_process "$GATEWAY_PID"

finish
