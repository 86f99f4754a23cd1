#!/usr/bin/env bash
# Real clients submit to the relay; Postfix's smtp-sink and a recorder of our own behind it get every message byte for byte.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

MAILKIT=${MAILKIT:-$HERE/mailkit/bin/Release/net10.0/submit}

with_swaks() { # swaks ends the data with a line end of its own, so the file's last one is left out
    head -c -2 "$2" >"$2.swaks"
    swaks --server 127.0.0.1 --port "$1" --from printer@example.org --to operator@example.org --helo printer.example.org --data "@$2.swaks"
}

with_curl() {
    curl --silent --show-error --url "smtp://127.0.0.1:$1/printer.example.org" --mail-from printer@example.org --mail-rcpt operator@example.org --upload-file "$2"
}

with_msmtp() {
    printf 'defaults\nset_from_header off\nset_date_header off\nset_msgid_header off\naccount default\nhost 127.0.0.1\nport %s\nfrom printer@example.org\nauth off\ntls off\n' "$1" >"$WORK/msmtprc"
    chmod 600 "$WORK/msmtprc"
    msmtp --file="$WORK/msmtprc" operator@example.org <"$2"
}

with_mailkit() { "$MAILKIT" 127.0.0.1 "$1" printer@example.org operator@example.org "$2"; }

# The newest files come last: one message at a time is under way.
newest() { find "$1" -maxdepth 1 -name "$2" -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-; }

# submit_and_compare CLIENT PORT DIRECTORY PATTERN [--smtp-sink]
submit_and_compare() {
    local client=$1 port=$2 directory=$3 pattern=$4 option=${5:-} before message arrived
    message=$WORK/$client${option}.eml
    python3 "$TOOLS/make_message.py" "$message" "$client" || return 1
    before=$(count_files "$directory" "$pattern")
    "with_$client" "$port" "$message" || { echo "$client: exit code $?"; return 1; }
    wait_for 60 has_files "$directory" "$pattern" $((before + 1)) || { echo "nothing arrived"; return 1; }
    # smtp-sink writes while it reads; the relay's next message, or its queue being empty, would tell the same.
    sleep 0.3
    arrived=$(newest "$directory" "$pattern")
    python3 "$TOOLS/same_message.py" "$message" "$arrived" $option
}

say "Clients: swaks, curl, msmtp and MailKit submit to run"

say " behind it: the recorder"
RELAY_PORT=$(free_port)
SINK_PORT=$(free_port)
need_recorder "$WORK/recorded" "$SINK_PORT"
write_settings "$WORK/recorder.settings" "$RELAY_PORT" "$SINK_PORT" "$WORK/spool-recorder"
need_gateway "$WORK/recorder.settings" "$WORK/recorder.log"
for client in swaks curl msmtp mailkit; do
    check "$client to the recorder, byte for byte" submit_and_compare "$client" "$RELAY_PORT" "$WORK/recorded" '*.eml'
done
end_process "$GATEWAY_PID"
end_process "$RECORDER_PID"

say " behind it: smtp-sink"
RELAY_PORT=$(free_port)
SINK_PORT=$(free_port)
mkdir "$WORK/dumped"
chmod 755 "$WORK"
chmod 777 "$WORK/dumped"
RUN_AS=()
if [ "$(id -u)" -eq 0 ]; then
    RUN_AS=(-u nobody)
fi
# -d: one file a message; its name begins with the minute.
PATH=$PATH:/usr/sbin smtp-sink ${RUN_AS[@]+"${RUN_AS[@]}"} -d "$WORK/dumped/%M." "127.0.0.1:$SINK_PORT" 100 &
SINK_PID=$!
CHILDREN+=("$SINK_PID")
wait_for 60 answers "$SINK_PORT" || give_up "smtp-sink did not start"
write_settings "$WORK/sink.settings" "$RELAY_PORT" "$SINK_PORT" "$WORK/spool-sink"
need_gateway "$WORK/sink.settings" "$WORK/sink.log"
for client in swaks curl msmtp mailkit; do
    check "$client to smtp-sink, byte for byte" submit_and_compare "$client" "$RELAY_PORT" "$WORK/dumped" '[0-9]*' --smtp-sink
done
end_process "$GATEWAY_PID"
end_process "$SINK_PID"

finish
