#!/usr/bin/env bash
# What misbehaving clients get: the right reply, bounded memory, and nothing half-written is forwarded.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

say "Misbehaving clients"
RELAY_PORT=$(free_port)
SINK_PORT=$(free_port)
write_settings "$WORK/settings" "$RELAY_PORT" "$SINK_PORT" "$WORK/spool"
need_recorder "$WORK/recorded" "$SINK_PORT"
need_gateway "$WORK/settings" "$WORK/log"

# The tool prints "ok NAME" or "FAIL NAME: why" for each thing it tries.
python3 "$TOOLS/abuse.py" --port "$RELAY_PORT" --pid "$GATEWAY_PID" >"$WORK/results" 2>&1
ENDED=$?
while IFS= read -r line; do
    case $line in
    'ok '*) pass "${line#ok }" ;;
    'FAIL '*) fail "${line#FAIL }" ;;
    *) say "        $line" ;;
    esac
done <"$WORK/results"
check "the tool got to its end" test "$ENDED" -eq 0

# The marker messages are the only ones that were acknowledged.
EXPECTED=$(grep -c '^acknowledged ' "$WORK/results")
check "what was acknowledged arrives" wait_for 60 has_files "$WORK/recorded" '*.eml' "$EXPECTED"
sleep 1
check "and nothing else" test "$(count_files "$WORK/recorded" '*.eml')" -eq "$EXPECTED"
check "nothing half-written" bash -c '! grep -l "half-written" "$1"/*.eml' - "$WORK/recorded"
check "the relay still runs" kill -0 "$GATEWAY_PID"
kill -TERM "$GATEWAY_PID"
if wait "$GATEWAY_PID"; then
    pass "and stops cleanly"
else
    fail "and stops cleanly" "exit code $?"
fi

finish
