#!/usr/bin/env bash
# Twenty kills -9 at random moments under load: no acknowledged message lost, at most one duplicate a kill.
# KILLS and SEED may be set from outside.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

KILLS=${KILLS:-20}
SEED=${SEED:-$RANDOM}
RANDOM=$SEED

say "Kill -9 under load, $KILLS times (SEED=$SEED)"
RELAY_PORT=$(free_port)
SINK_PORT=$(free_port)
write_settings "$WORK/settings" "$RELAY_PORT" "$SINK_PORT" "$WORK/spool"
need_recorder "$WORK/recorded" "$SINK_PORT"
: >"$WORK/kills"
need_gateway "$WORK/settings" "$WORK/log"
python3 "$TOOLS/load.py" --port "$RELAY_PORT" --threads 4 --acknowledged "$WORK/acknowledged" --stop "$WORK/stop" &
LOAD_PID=$!
CHILDREN+=("$LOAD_PID")

for ((i = 1; i <= KILLS; i++)); do
    sleep "$(printf '0.%03d' $((RANDOM % 900 + 50)))"
    end_process "$GATEWAY_PID" KILL
    date +%s.%N >>"$WORK/kills"
    start_gateway "$WORK/settings" "$WORK/log" || give_up "start after kill $i"
done
sleep 0.5
touch "$WORK/stop"
wait "$LOAD_PID"

# The queue is empty when nothing new has arrived for a while; everything acknowledged must be there long before.
all_arrived() { python3 "$TOOLS/account.py" --quiet "$WORK"; }
wait_for 120 all_arrived
sleep 2
if python3 "$TOOLS/account.py" "$WORK" >"$WORK/account"; then
    pass "$(head -n 1 "$WORK/account")"
else
    fail "no acknowledged message lost" "$(cat "$WORK/account"; tail -n 5 "$WORK/log")"
fi
check "at most one duplicate a kill" python3 "$TOOLS/account.py" --duplicates "$WORK"
check "there was load at every kill" test "$(wc -l <"$WORK/acknowledged")" -ge $((KILLS * 5))

finish
