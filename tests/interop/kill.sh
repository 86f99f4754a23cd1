#!/usr/bin/env bash
# Kill -9 after the 250 and before forwarding, start again: the message arrives.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

say "Kill -9 after the 250, before forwarding"
RELAY_PORT=$(free_port)
SINK_PORT=$(free_port)
write_settings "$WORK/settings" "$RELAY_PORT" "$SINK_PORT" "$WORK/spool"
python3 "$TOOLS/make_message.py" "$WORK/message.eml" kill

need_gateway "$WORK/settings" "$WORK/log"
check "the message is taken while the smarthost is down" \
    curl --silent --show-error --url "smtp://127.0.0.1:$RELAY_PORT/printer.example.org" --mail-from printer@example.org --mail-rcpt operator@example.org --upload-file "$WORK/message.eml"
end_process "$GATEWAY_PID" KILL

need_recorder "$WORK/recorded" "$SINK_PORT"
check "nothing was forwarded before the kill" test "$(count_files "$WORK/recorded" '*.eml')" -eq 0
need_gateway "$WORK/settings" "$WORK/log"
check "it arrives after the start" wait_for 60 has_files "$WORK/recorded" '*.eml' 1
check "byte for byte" python3 "$TOOLS/same_message.py" "$WORK/message.eml" "$WORK/recorded/000001.eml"
check "for its recipient" grep -q 'RCPT TO:<operator@example.org>' "$WORK/recorded/000001.env"

# A third start must not send it again.
end_process "$GATEWAY_PID" KILL
need_gateway "$WORK/settings" "$WORK/log"
sleep 1
check "once only, also after another kill" test "$(count_files "$WORK/recorded" '*.eml')" -eq 1

kill -TERM "$GATEWAY_PID"
if wait "$GATEWAY_PID"; then
    pass "SIGTERM ends it with exit code 0"
else
    fail "SIGTERM ends it with exit code 0" "exit code $?"
fi

finish
