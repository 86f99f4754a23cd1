#!/usr/bin/env bash
# What a new user does: the two blocks of README.md below "An alert in a mailbox", as they stand there, but with the gateway that is built.
. "$(dirname "$0")/lib.sh"

# block N: the N-th block of shell commands of that section.
block() {
    awk -v wanted="$1" '/^## /{isOurs = /An alert in a mailbox/} isOurs && /^```$/{isBlock = 0} isBlock && n == wanted{print} isOurs && /^```sh$/{isBlock = 1; n++}' "$ROOT/README.md" |
        sed "s#dotnet run --project firmware/gateway -c Release --#$GATEWAY#"
}

cd "$WORK" || exit 2
block 1 | sed 's/^\(.* run --settings .*\)$/exec \1/' > start.sh
block 2 > send.sh
check "README has both blocks" test -s start.sh -a -s send.sh
bash start.sh > out 2> err &
CHILDREN+=($!)
wait_for 60 grep -q '^listening on' out
check "it says where it listens" grep -q '^listening on 127.0.0.1:2525$' out
check "it shows the page's password" grep -q "password of the operator's page is" err
wait_for 60 has_files mail/new '*' 1
check "the relay's own alert is in the mailbox" grep -rlq "The smarthost's password ends" mail/new
check "a message is taken" bash send.sh
wait_for 60 has_files mail/new '*' 2
check "and is in the mailbox" grep -rlq "Pressure is low" mail/new
check "the page is there" curl -fsS -o page http://127.0.0.1:8025/
check "a relay that listens is not open" "$GATEWAY" selftest --settings site.conf
finish
