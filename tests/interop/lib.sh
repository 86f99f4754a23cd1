# Shared by the interop scripts: start and end our own processes, count what holds and what does not.
# A script sources this, calls `check`, and ends with `finish`. Everything is on 127.0.0.1 and in one temp folder.

set -u
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
TOOLS=$HERE/tools
GATEWAY=${GATEWAY:-$ROOT/firmware/gateway/bin/Release/net10.0/smtpembedded}

# Where python3 is a script that looks for the right one, each call would pay for that.
PATH=$(python3 -c 'import os, sys; print(os.path.dirname(sys.executable))'):$PATH
PASSED=0
FAILED=0
CHILDREN=()

if [ ! -x "$GATEWAY" ]; then
    echo "no gateway at $GATEWAY: build it first (dotnet build -c Release SmtpEmbedded.sln)" >&2
    exit 2
fi

WORK=$(mktemp -d "${TMPDIR:-/tmp}/smtpembedded-interop.XXXXXX")

# Ends what we started, by its process id, and takes the temp folder away.
clean_up() {
    local pid
    for pid in ${CHILDREN[@]+"${CHILDREN[@]}"}; do
        kill -9 "$pid" 2>/dev/null || true
    done
    wait 2>/dev/null || true
    rm -rf "$WORK"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

say() { printf '%s\n' "$*"; }

pass() { PASSED=$((PASSED + 1)); say "  ok    $1"; }

fail() {
    FAILED=$((FAILED + 1))
    say "  FAIL  $1"
    if [ $# -gt 1 ]; then
        printf '%s\n' "$2" | head -n 40 | sed 's/^/        /'
    fi
}

# check NAME COMMAND...: the command's exit code decides, its output is shown when it fails.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        pass "$name"
    else
        fail "$name" "$output"
    fi
}

# give_up WHY [OUTPUT]: the rest of the script needs what is not there. A failure with a name, like any other.
give_up() {
    fail "$@"
    finish
}

# The last line of every script, which the runner adds up.
finish() {
    say "$PASSED passed, $FAILED failed"
    # Nothing may come behind it: the shell tells of each process that it sees killed.
    exec 2>/dev/null
    [ "$FAILED" -eq 0 ]
    exit
}

# A port that nobody listens on, another each time, and none of those that the system gives to whoever connects: between here
# and the first who listens on it, somebody might.
free_port() { python3 "$TOOLS/free_port.py" "$WORK/ports"; }

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $end ]; then
            return 1
        fi
        sleep 0.1
    done
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# write_settings FILE RELAY_PORT SMARTHOST_PORT SPOOL
write_settings() {
    cat >"$1" <<SETTINGS
[server]
listen = 127.0.0.1:$2
hostname = relay.example.org

[smarthost]
host = 127.0.0.1
port = $3
security = none

[spool]
path = $4
SETTINGS
}

# start_gateway SETTINGS LOG: sets GATEWAY_PID once the relay has said that it listens.
start_gateway() {
    # Emptied here: the process in the background may come to it after the first look below, and what the last one said is there still.
    : >"$2.out"
    "$GATEWAY" run --settings "$1" >>"$2.out" 2>>"$2" &
    GATEWAY_PID=$!
    CHILDREN+=("$GATEWAY_PID")
    if ! wait_for 60 grep -q '^listening on ' "$2.out"; then
        say "the gateway did not start:"
        tail -n 20 "$2"
        return 1
    fi
}

# start_recorder DIRECTORY PORT: a smarthost that keeps every message byte for byte; sets RECORDER_PID.
start_recorder() {
    mkdir -p "$1"
    python3 "$TOOLS/recorder.py" --directory "$1" --port "$2" &
    RECORDER_PID=$!
    CHILDREN+=("$RECORDER_PID")
    wait_for 60 answers "$2"
}

# need_gateway, need_recorder: the same where nothing goes on without them.
need_gateway() { start_gateway "$@" >"$WORK/start" || give_up "the gateway did not start" "$(cat "$WORK/start")"; }

need_recorder() { start_recorder "$@" || give_up "the recorder did not start"; }

# end_process PID [SIGNAL]: and waits until it is gone.
end_process() {
    kill "-${2:-TERM}" "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null
}

count_files() { find "$1" -maxdepth 1 -type f -name "$2" | wc -l; }

has_files() { [ "$(count_files "$1" "$2")" -ge "$3" ]; }
