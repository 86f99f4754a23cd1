#!/usr/bin/env bash
# Our grammars and samples before another judge: apg-js (npm), which reads ABNF too and shares no code with us. Half the strings of each
# row are sentences, half are damaged.
cd "$(dirname "$0")" && . ./lib.sh

GRAMMARS=$ROOT/tests/generator.core/grammars
COUNT=${COUNT:-400}
APG=${APG:-${XDG_CACHE_HOME:-$HOME/.cache}/smtpembedded-apg}
abnf() { dotnet "$ROOT/generator/cli/bin/Release/net10.0/abnf.dll" "$@"; }

# npm keeps it for the next time.
if [ ! -d "$APG/node_modules/apg-js" ] &&
    ! { command -v npm && mkdir -p "$APG" && npm install --silent --no-fund --no-audit --prefix "$APG" apg-js@4; } >"$WORK/npm" 2>&1; then
    say "  SKIPPED: npm is not here or cannot fetch apg-js: $(tail -n 1 "$WORK/npm")"
    finish
    exit
fi

judge() {
    local root=$1 rules=$2 grammar=$WORK/grammar.abnf strings=$WORK/strings
    cat "${@:3}" >"$grammar"
    { abnf sample --root "$root" --count "$COUNT" --seed 1 "$grammar" && abnf sample --root "$root" --count "$COUNT" --seed 2 --mutate "$grammar"; } >"$strings" || return 1
    # Some of the strings match and some do not, and its exit code says so.
    abnf match --root "$root" --captures "$rules" "$grammar" <"$strings" >"$WORK/ours" 2>/dev/null
    node --stack-size=20000 "$TOOLS/apg_judge.js" "$APG" "$grammar" "$root" "$rules" <"$strings" >"$WORK/theirs" || return 1
    python3 "$TOOLS/apg_compare.py" "$strings" "$WORK/ours" "$WORK/theirs"
}

# row ROOT RULES FILE...
row() {
    local said
    if said=$(judge "$@" 2>&1); then
        pass "$1 of $(basename "$3"): $said"
    else
        fail "$1 of $(basename "$3")" "$said"
    fi
}

row URI-reference scheme,userinfo,port,query,fragment "$GRAMMARS/uri.abnf"
row date-time date-fullyear,time-hour,time-numoffset "$GRAMMARS/timestamp.abnf"
row Language-Tag script,region,variant "$GRAMMARS/language-tag.abnf"
row file record,field "$GRAMMARS/csv.abnf"
row fetch fetch-att,sequence-set "$GRAMMARS/imap-fetch.abnf"
row search header-fld-name,date-text,seq-range "$GRAMMARS/imap-nested.abnf"
# What apg reads wrong first it reads again, at each level: few of these, and they still nest.
COUNT=40 row body media-subtype,body-fld-octets,address "$GRAMMARS/imap-nested.abnf"
# The longer ones have function calls in function calls, where apg's first alternative is hardly ever the right one.
COUNT=40 row jsonpath-query selector,function-name,literal "$GRAMMARS/jsonpath.abnf"
row keyval simple-key,val "$GRAMMARS/toml-values.abnf"
row Request-Line Method,Request-URI,SIP-Version "$GRAMMARS/sip-request.abnf"
row reply-line reply-code,reply-separator "$ROOT/grammar/replies.abnf" "$ROOT/grammar/enhanced-status.abnf"
finish
