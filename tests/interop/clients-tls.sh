#!/usr/bin/env bash
# Real clients submit in clear, by STARTTLS and by TLS from the first octet, without a login, by PLAIN and by LOGIN, in
# pipelines and in chunks: each message arrives byte for byte, and its Received field says what the relay saw.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=smarthosts/servers.sh
. "$HERE/smarthosts/servers.sh"
# shellcheck source=smarthosts/nullclients.sh
. "$HERE/smarthosts/nullclients.sh"

MAILKIT=${MAILKIT:-$HERE/mailkit/bin/Release/net10.0/submit}
NODEMAILER=${NODEMAILER:-${XDG_CACHE_HOME:-$HOME/.cache}/smtpembedded/nodemailer-10}
export PATH=$PATH:/usr/sbin

say "Clients: in clear, STARTTLS and TLS, with and without logins"
make_certificates
TLS=$JAIL$RUN/tls
CA=$TLS/ca.pem
SINK=$(free_port); PLAIN=$(free_port); TLS_PORT=$(free_port); ANY=$(free_port); TAP=$(free_port); OPENSMTPD=$(free_port)
need_recorder "$WORK/recorded" "$SINK"

# One relay with a certificate and a user, and one that takes any login in clear.
write_settings "$WORK/settings" "$PLAIN" "$SINK" "$WORK/spool"
printf '\n[tls]\ncertificate = %s\nkey = %s\nport = %s\n\n[users]\n%s = %s\n' "$TLS/good.pem" "$TLS/good.key" "$TLS_PORT" "$LOGIN_USER" \
    "$(echo "$LOGIN_PASSWORD" | "$GATEWAY" hash-password --iterations 1000)" >>"$WORK/settings"
need_gateway "$WORK/settings" "$WORK/log"
write_settings "$WORK/any.settings" "$ANY" "$SINK" "$WORK/any-spool"
sed -i 's/^hostname = .*/&\nauth = any/' "$WORK/any.settings"
need_gateway "$WORK/any.settings" "$WORK/any.log"
python3 "$TOOLS/wire.py" --listen "$TAP" --to "$PLAIN" --record "$WORK/wire" --pieces &
CHILDREN+=("$!")
wait_for 60 answers "$TAP" || give_up "the tool that records the wire did not start"

# Each: SECURITY PORT FILE RECIPIENT [MECHANISM]
with_swaks() {
    local options=(--server localhost --port "$2" --from printer@example.org --to "$4" --helo printer.example.org --data "@$3.swaks")
    head -c -2 "$3" >"$3.swaks" # it ends the data with a line end of its own
    [ "$1" = starttls ] && options+=(--tls --tls-verify --tls-ca-path "$CA")
    [ "$1" = tls ] && options+=(--tls-on-connect --tls-verify --tls-ca-path "$CA")
    [ $# -gt 4 ] && options+=(--auth "$5" --auth-user "$LOGIN_USER" --auth-password "$LOGIN_PASSWORD")
    # shellcheck disable=SC2086
    swaks "${options[@]}" ${SWAKS:-}
}

with_curl() {
    local scheme=smtp options=(--silent --show-error --cacert "$CA" --mail-from printer@example.org --mail-rcpt "$4" --upload-file "$3")
    [ "$1" = starttls ] && options+=(--ssl-reqd)
    [ "$1" = tls ] && scheme=smtps
    [ $# -gt 4 ] && options+=(--user "$LOGIN_USER:$LOGIN_PASSWORD" --login-options "AUTH=$5")
    curl "${options[@]}" --url "$scheme://localhost:$2/printer.example.org" ${CURL:-}
}

with_msmtp() {
    {
        printf 'defaults\nset_from_header off\nset_date_header off\nset_msgid_header off\naccount default\nhost localhost\nport %s\nfrom printer@example.org\ntls_trust_file %s\n' "$2" "$CA"
        case $1 in
        none) echo 'tls off' ;;
        starttls) echo 'tls on' ;;
        tls) printf 'tls on\ntls_starttls off\n' ;;
        esac
        if [ $# -gt 4 ]; then
            printf 'auth %s\nuser %s\npassword %s\n' "${5,,}" "$LOGIN_USER" "$LOGIN_PASSWORD"
        else
            echo 'auth off'
        fi
    } >"$WORK/msmtprc"
    chmod 600 "$WORK/msmtprc"
    msmtp --file="$WORK/msmtprc" "$4" <"$3"
}

with_smtplib() { python3 "$TOOLS/smtplib_client.py" localhost "$2" "$1" "$CA" "$3" "$4" ${5:+"$5" "$LOGIN_USER" "$LOGIN_PASSWORD"}; }

with_nodemailer() { node "$TOOLS/nodemailer_client.js" "$NODEMAILER" localhost "$2" "$1" "$CA" "$3" "$4" ${5:+"$5" "$LOGIN_USER" "$LOGIN_PASSWORD"}; }

with_mailkit() { "$MAILKIT" localhost "$2" printer@example.org "$4" "$3" "$1" "$CA" ${5:+"$5" "$LOGIN_USER" "$LOGIN_PASSWORD"}; }

with_exim() { exim_sends "$2" "$1" "$3" "$4" ${5:+"$5"}; }

with_postfix() { postfix_sends "$3" "$4"; }

with_smtp-source() {
    head -c -2 "$3" | tr -d '\r' >"$3.lines" # the last line end is its own
    smtp-source -f printer@example.org -t "$4" -M printer.example.org -F "$3.lines" "127.0.0.1:$2"
}

with_opensmtpd() { with_curl none "$OPENSMTPD" "$3" "$4"; }

# submit LABEL CLIENT SECURITY PORT PROTOCOL [MECHANISM]: PROTOCOL as the Received field names it (RFC 3848). How it arrived is
# looked at in the end. BEHIND and MARK may be set.
python3 "$TOOLS/make_message.py" "$WORK/template" NAME
BEHIND=0 MARK=''
submit() {
    local label=$1 client=$2 security=$3 port=$4 protocol=$5 mechanism=${6:-} name way said
    name=$client-$security-$mechanism$MARK
    way=$security${mechanism:+-${mechanism,,}}
    sed "s/^Message-ID: <NAME@/Message-ID: <$name@/" "$WORK/template" >"$WORK/$name.eml"
    : >"$WORK/wire"
    if said=$("with_$client" "$security" "$port" "$WORK/$name.eml" "operator@$way.test" ${mechanism:+"$mechanism"} 2>&1); then
        printf '%s\t%s\t%s\t%s\n' "$label" "$name" "$protocol" "$BEHIND" >>"$WORK/expected"
    else
        fail "$label" "$said"
    fi
}

# wire_has pipeline|BDAT: of the message submitted last, in clear.
wire_has() {
    python3 - "$WORK/wire" "$1" <<'PYTHON'
import sys

pieces = open(sys.argv[1], "rb").read().split(b"\n--piece--\n")
lines = [[line[:4].upper() for line in piece.split(b"\r\n")] for piece in pieces]
if sys.argv[2] == "pipeline":
    found = any(b"MAIL" in piece and b"RCPT" in piece for piece in lines)
else:
    found = any(b"BDAT" in piece for piece in lines)
    found = found and not any(piece[0] == b"DATA" for piece in lines)
sys.exit(0 if found else "only these pieces: %r" % [piece[:60] for piece in pieces])
PYTHON
}

ways() { # CLIENT...: by STARTTLS and TLS, without a login and with two
    local client
    for client in "$@"; do
        submit "$client, STARTTLS" "$client" starttls "$PLAIN" ESMTPS
        submit "$client, STARTTLS, AUTH PLAIN" "$client" starttls "$PLAIN" ESMTPSA PLAIN
        submit "$client, STARTTLS, AUTH LOGIN" "$client" starttls "$PLAIN" ESMTPSA LOGIN
        submit "$client, TLS" "$client" tls "$TLS_PORT" ESMTPS
        submit "$client, TLS, AUTH PLAIN" "$client" tls "$TLS_PORT" ESMTPSA PLAIN
        submit "$client, TLS, AUTH LOGIN" "$client" tls "$TLS_PORT" ESMTPSA LOGIN
    done
}

# npm keeps it for the next time.
PROGRAMS=(swaks curl msmtp smtplib mailkit)
if [ -d "$NODEMAILER/node_modules/nodemailer" ] ||
    npm install --silent --no-fund --no-audit --prefix "$NODEMAILER" nodemailer@10 >"$WORK/npm" 2>&1; then
    PROGRAMS+=(nodemailer)
else
    say "  SKIPPED nodemailer: npm is not here or cannot fetch it: $(tail -n 1 "$WORK/npm")"
fi

say " in clear"
submit "smtp-source, which says HELO" smtp-source none "$TAP" SMTP
for client in "${PROGRAMS[@]}" exim; do
    submit "$client" "$client" none "$TAP" ESMTP
    if [ "$client" = exim ]; then
        check "exim in a pipeline" wire_has pipeline
        check "exim in chunks" wire_has BDAT
    fi
done
export SWAKS=--pipeline MARK=-pipeline
submit "swaks in a pipeline" swaks none "$TAP" ESMTP
check "swaks in a pipeline" wire_has pipeline
SWAKS='' MARK=-chunks
export CHUNKS=yes
submit "mailkit in chunks" mailkit none "$TAP" ESMTP
check "mailkit in chunks" wire_has BDAT
CHUNKS='' MARK=''
start_opensmtpd "$OPENSMTPD" "$TAP" || give_up "OpenSMTPD did not start" "$(cat "$WORK/opensmtpd.log")"
BEHIND=1
submit "OpenSMTPD, STARTTLS as it finds it" opensmtpd none "$TAP" ESMTPS
BEHIND=0
for client in swaks curl msmtp smtplib mailkit exim; do
    submit "$client, any login in clear" "$client" none "$ANY" ESMTP LOGIN
done
CURL=--sasl-ir MARK=-initial
submit "curl, STARTTLS, AUTH LOGIN with an initial response" curl starttls "$PLAIN" ESMTPSA LOGIN
CURL='' MARK=''

say " STARTTLS and TLS"
ways "${PROGRAMS[@]}" exim

say " a null client: Postfix"
start_null_client "$TAP" "$PLAIN" "$TLS_PORT" "$ANY" || give_up "the null client did not start" "$(cat "$WORK/nullclient.out" "$JAIL$RUN/nullclient.log")"
BEHIND=1
submit "postfix" postfix none "$TAP" ESMTP
check "postfix in a pipeline" wait_for 60 wire_has pipeline
submit "postfix, any login in clear" postfix none "$ANY" ESMTP LOGIN
ways postfix

say " what arrived"
while IFS= read -r line; do
    case $line in
    'ok '*) pass "${line#ok }" ;;
    'FAIL '*) fail "${line#FAIL }" ;;
    *) fail "the tool that looks at what arrived" "$line" ;;
    esac
done < <(python3 "$TOOLS/submitted.py" "$WORK/recorded" "$WORK" <"$WORK/expected" 2>&1)
check "no password in the logs" bash -c '! grep -q -e "$1" "$2" "$3"' - "$LOGIN_PASSWORD" "$WORK/log" "$WORK/any.log"
finish
