#!/usr/bin/env bash
# Postfix's smtp-sink as a smarthost with every fault it knows, and then one that works, with a kill in between: each message
# is delivered once, or failed once where it was refused for good. The cases mostly wait, so JOBS of them run side by side.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

SINK=$(PATH=$PATH:/usr/sbin command -v smtp-sink) || give_up "smtp-sink (package postfix) is missing"
RUN_AS=()
if [ "$(id -u)" -eq 0 ]; then
    RUN_AS=(-u nobody)
fi
MESSAGES=3
JOBS=${JOBS:-4}

say "Adversary: smtp-sink with faults, then a smarthost that works"

submit() { # PORT ID
    python3 "$TOOLS/make_message.py" "$WORK/$2.eml" "$2" &&
        curl --silent --show-error --max-time 60 --url "smtp://127.0.0.1:$1/printer.example.org" --mail-from printer@example.org --mail-rcpt operator@example.org --upload-file "$WORK/$2.eml"
}

is_settled() { grep -q -e 'is put off' -e 'Next connection in' -e 'failed for good' -e ' delivered to ' "$1"; } # LOG: the relay has met the fault, or is through

has_failed() { [ "$(grep -c '<operator@example.org> failed for good' "$1")" -ge "$2" ]; } # LOG COUNT

ended() { grep -c -e ' delivered to ' -e '<operator@example.org> failed for good' "$1"; } # LOG: the messages the log saw delivered or fail for good

is_through() { [ "$(ended "$1")" -ge "$2" ]; } # LOG MESSAGES: so many have ended, which costs less to ask than the gateway does

# NAME: how many messages are in the queue, and how many of these are not the relay's own alerts.
waiting() {
    "$GATEWAY" queue list --json --settings "$WORK/$1.settings" |
        python3 -c 'import json, sys; queue = json.load(sys.stdin)["messages"]; print(len(queue), sum(not one["isAlert"] for one in queue))'
}

is_empty() { "$GATEWAY" queue list --settings "$WORK/$1.settings" 2>/dev/null | grep -q 'The queue is empty'; }

# fault NAME delivered|failed OPTIONS...: what is to become of the messages, and smtp-sink's options.
fault() {
    local name=$1 outcome=$2 relay=$RELAY_PORT sink=$SINK_PORT logged queued left
    shift 2
    "$SINK" ${RUN_AS[@]+"${RUN_AS[@]}"} "$@" "127.0.0.1:$sink" 20 >/dev/null 2>&1 &
    SINK_PID=$!
    CHILDREN+=("$SINK_PID")
    wait_for 60 answers "$sink" || { echo "smtp-sink $* did not start"; return 1; }
    write_settings "$WORK/$name.settings" "$relay" "$sink" "$WORK/spool-$name"
    start_gateway "$WORK/$name.settings" "$WORK/$name.log" || return 1
    for ((i = 1; i <= MESSAGES; i++)); do
        submit "$relay" "$name-$i" || { echo "message $i is not taken"; return 1; }
    done
    wait_for 60 is_settled "$WORK/$name.log" || { echo "the fault was not met"; return 1; }
    if [ "$outcome" = failed ]; then
        wait_for 60 has_failed "$WORK/$name.log" $MESSAGES || { echo "not all were refused"; return 1; }
    fi
    # smtp-sink took some for good. The spool knows which: the log is written after it, and the kill may come in between.
    end_process "$GATEWAY_PID" KILL
    end_process "$SINK_PID"
    logged=$(ended "$WORK/$name.log")
    read -r queued left < <(waiting "$name") || { echo "the queue cannot be read"; return 1; }
    start_recorder "$WORK/recorded-$name" "$sink" || { echo "the recorder does not start"; return 1; }
    start_gateway "$WORK/$name.settings" "$WORK/$name.log" || return 1
    "$GATEWAY" queue retry --all --settings "$WORK/$name.settings" >/dev/null
    wait_for 60 is_through "$WORK/$name.log" $((logged + queued)) || { echo "not all went out"; tail -n 5 "$WORK/$name.log"; return 1; }
    wait_for 60 is_empty "$name" || { echo "the queue does not empty"; tail -n 5 "$WORK/$name.log"; return 1; }
    end_process "$RECORDER_PID"
    python3 - "$outcome" "$WORK/recorded-$name" "$name" "$MESSAGES" "$logged" "$left" "$WORK/$name.log" <<'PYTHON'
import glob
import sys

outcome, folder, name, log = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[7]
messages, logged, left = map(int, sys.argv[4:7])
arrived = [open(path, "rb").read() for path in glob.glob(folder + "/*.eml")]
reports = [mail for mail in arrived if b"multipart/report" in mail]
failed = open(log, encoding="utf-8").read().count("<operator@example.org> failed for good")
seen = [sum(("<%s-%d@example.org>" % (name, i)).encode() in mail and mail not in reports for mail in arrived) for i in range(1, messages + 1)]
wrong = []
if any(times > 1 for times in seen):
    wrong.append("delivered more than once: %s" % seen)
if outcome == "delivered" and (sum(seen) != left or failed or reports):
    wrong.append("%d were left and %s delivered, failed %d, reports %d" % (left, seen, failed, len(reports)))
# There is one connection, so the kill can have come before one line of the log at most.
if outcome == "delivered" and not 0 <= messages - left - logged <= 1:
    wrong.append("%d were left, but the log told of %d deliveries before" % (left, logged))
if outcome == "failed" and (sum(seen) or failed != messages):
    wrong.append("delivered %s, failed %d times" % (seen, failed))
print("; ".join(wrong))
sys.exit(bool(wrong))
PYTHON
}

# try NAME COMMAND...: a case, in a shell of its own; its verdict is told in the end, in the order of the cases.
CASES=0
try() {
    CASES=$((CASES + 1))
    while [ "$(jobs -r | wc -l)" -ge "$JOBS" ]; do
        wait -n
    done
    run_case "$CASES" "$@" &
}

run_case() {
    local number=$1 name=$2 verdict=FAIL pid
    shift 2
    RELAY_PORT=${PORTS[2 * number]}
    SINK_PORT=${PORTS[2 * number + 1]}
    CHILDREN=()
    if "$@" >"$WORK/said-$number" 2>&1; then
        verdict=ok
    fi
    for pid in ${CHILDREN[@]+"${CHILDREN[@]}"}; do
        kill -9 "$pid" 2>/dev/null
    done
    printf '%s\n%s\n' "$verdict" "$name" >"$WORK/verdict-$number"
}

# What a case has started ends with the script too, however it ends.
end_cases() {
    local pid
    for pid in $(pgrep -P "$(echo $$ $(jobs -p) | tr ' ' ',')"); do
        kill -9 "$pid" 2>/dev/null
    done
    clean_up
}
trap end_cases EXIT

# All at once, so that no two are the same.
mapfile -t PORTS < <(python3 -c 'import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(100)]
print(*(one.getsockname()[1] for one in held), sep="\n")')

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
# It delays the reply and not the commands behind it: with PIPELINING it would answer them first.
try "slow answers" fault slow delivered -p -W mail:1 -W .:1
try "hides ESMTP" fault no-esmtp delivered -e
try "hides 8BITMIME, DSN, PIPELINING and status codes" fault hidden delivered -8 -N -p -E

wait
for ((number = 1; number <= CASES; number++)); do
    verdict=none name="case $number"
    { read -r verdict; read -r name; } <"$WORK/verdict-$number"
    if [ "$verdict" = ok ]; then
        pass "$name"
    else
        fail "$name" "$(cat "$WORK/said-$number")"
    fi
done

finish
