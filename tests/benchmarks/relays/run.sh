#!/usr/bin/env bash
# Relays side by side, see README.md. `run.sh` measures all and writes results.json, RESULTS.md and results.png beside it;
# `run.sh --smoke` only shows that it works; other options are those of race.py.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
export GATEWAY=${GATEWAY:-$ROOT/firmware/gateway/bin/Release/net10.0/smtpembedded}
export PATH=$PATH:/usr/sbin
[ -x "$GATEWAY" ] || { echo "no gateway at $GATEWAY: build it first (dotnet build -c Release firmware/gateway)" >&2; exit 2; }
for tool in smtp-source smtp-sink strace python3; do
    command -v "$tool" >/dev/null || { echo "$tool is missing (Debian: postfix strace python3)" >&2; exit 2; }
done
if [ "${1:-}" = --smoke ]; then
    exec python3 "$HERE/race.py" --jail none --rivals none --smoke
fi
RIVALS=$("$HERE/prepare.sh" 2>/dev/null)
JAIL=$("$ROOT/tests/interop/smarthosts/jail.sh")
if [ $# -gt 0 ]; then
    exec python3 "$HERE/race.py" --jail "$JAIL" --rivals "$RIVALS" "$@"
fi
python3 "$HERE/race.py" --jail "$JAIL" --rivals "$RIVALS" --output "$HERE"
if command -v chromium >/dev/null; then
    chromium --headless --no-sandbox --hide-scrollbars --default-background-color=ffffffff --window-size="$(sed -n '1s/.*width="\([0-9]*\)" height="\([0-9]*\)".*/\1,\2/p' "$HERE/results.svg")" \
        --screenshot="$HERE/results.png" "file://$HERE/results.svg" >/dev/null 2>&1
fi
