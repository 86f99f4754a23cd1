#!/usr/bin/env bash
# Postfix's smtp-sink as a smarthost with every fault it knows, and then one that works, with a kill in between: each message
# is delivered once, or failed once where it was refused for good.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

SINK=$(PATH=$PATH:/usr/sbin command -v smtp-sink) || { say "smtp-sink (package postfix) is missing"; exit 2; }
RUN_AS=()
if [ "$(id -u)" -eq 0 ]; then
    RUN_AS=(-u nobody)
fi
MESSAGES=3

say "Adversary: smtp-sink with faults, then a smarthost that works"

submit() { # PORT ID
    python3 "$TOOLS/make_message.py" "$WORK/message" "$2" &&
        curl --silent --show-error --max-time 20 --url "smtp://127.0.0.1:$1/printer.example.org" --mail-from printer@example.org --mail-rcpt operator@example.org --upload-file "$WORK/message"
}

is_settled() { # LOG COUNT: the relay has met the fault, or is through
    [ "$(grep -c -e 'is put off' -e 'Next connection in' -e 'failed for good' -e ' delivered to ' "$1")" -ge "$2" ]
}

is_empty() { "$GATEWAY" queue list --settings "$WORK/$1.settings" 2>/dev/null | grep -q 'The queue is empty'; }

# fault NAME delivered|failed OPTIONS...: what is to become of the messages, and smtp-sink's options.
fault() {
    local name=$1 outcome=$2 relay sink count
    shift 2
    relay=$(free_port)
    sink=$(free_port)
    "$SINK" ${RUN_AS[@]+"${RUN_AS[@]}"} "$@" "127.0.0.1:$sink" 20 >/dev/null 2>&1 &
    SINK_PID=$!
    CHILDREN+=("$SINK_PID")
    wait_for 10 answers "$sink" || { echo "smtp-sink $* did not start"; return 1; }
    write_settings "$WORK/$name.settings" "$relay" "$sink" "$WORK/spool-$name"
    start_gateway "$WORK/$name.settings" "$WORK/$name.log" || return 1
    for ((i = 1; i <= MESSAGES; i++)); do
        submit "$relay" "$name-$i" || return 1
    done
    wait_for 20 is_settled "$WORK/$name.log" 1 || { echo "the fault was not met"; return 1; }
    if [ "$outcome" = failed ]; then
        wait_for 20 is_settled "$WORK/$name.log" $MESSAGES || { echo "not all were refused"; return 1; }
    fi
    # smtp-sink took some for good: what it has said 250 to counts as delivered.
    end_process "$GATEWAY_PID" KILL
    end_process "$SINK_PID"
    count=$(grep -c ' delivered to ' "$WORK/$name.log")
    start_recorder "$WORK/recorded-$name" "$sink" || return 1
    start_gateway "$WORK/$name.settings" "$WORK/$name.log" || { sleep 2; start_gateway "$WORK/$name.settings" "$WORK/$name.log"; } || return 1
    "$GATEWAY" queue retry --all --settings "$WORK/$name.settings" >/dev/null
    wait_for 30 is_empty "$name" || { echo "the queue does not empty"; tail -n 5 "$WORK/$name.log"; return 1; }
    end_process "$RECORDER_PID"
    python3 - "$outcome" "$WORK/recorded-$name" "$name" "$MESSAGES" "$count" "$WORK/$name.log" <<'PYTHON'
import glob
import sys

outcome, folder, name, messages, before, log = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), sys.argv[6]
arrived = [open(path, "rb").read() for path in glob.glob(folder + "/*.eml")]
reports = [mail for mail in arrived if b"multipart/report" in mail]
failed = open(log, encoding="utf-8").read().count("<operator@example.org> failed for good")
seen = [sum(("<%s-%d@example.org>" % (name, i)).encode() in mail and mail not in reports for mail in arrived) for i in range(1, messages + 1)]
wrong = []
if any(times > 1 for times in seen):
    wrong.append("delivered more than once: %s" % seen)
if outcome == "delivered" and (sum(seen) + before != messages or failed or reports):
    wrong.append("delivered %s and %d before, failed %d, reports %d" % (seen, before, failed, len(reports)))
if outcome == "failed" and (sum(seen) or failed != messages):
    wrong.append("delivered %s, failed %d times" % (seen, failed))
print("; ".join(wrong))
sys.exit(bool(wrong))
PYTHON
}

try() {
    local name=$1
    shift
    if "$@" >"$WORK/said" 2>&1; then
        pass "$name"
    else
        fail "$name" "$(cat "$WORK/said")"
    fi
    end_process "$GATEWAY_PID"
    kill "${SINK_PID:-0}" "${RECORDER_PID:-0}" 2>/dev/null
}

GATEWAY_PID=0
for command in mail rcpt data .; do
    try "4yz to $command" fault "soft-${command/./end}" delivered -r "$command"
    try "5yz to $command" fault "hard-${command/./end}" failed -f "$command"
done
for command in ehlo mail rcpt data .; do
    try "hangs up at $command" fault "hangup-${command/./end}" delivered -q "$command"
done
for command in mail data .; do
    try "421 to $command" fault "closing-${command/./end}" delivered -Q "$command"
done
try "4yz to EHLO and HELO" fault soft-greeting delivered -r ehlo,helo
try "5yz to EHLO and HELO: it is us it refuses, not the mail" fault hard-greeting delivered -f ehlo,helo
try "550 in the middle of the message" fault abort failed -A 1
try "slow answers" fault slow delivered -W mail:1 -W .:1
try "hides ESMTP" fault no-esmtp delivered -e
try "hides 8BITMIME, DSN, PIPELINING and status codes" fault hidden delivered -8 -N -p -E

finish
