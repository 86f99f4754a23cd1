#!/usr/bin/env bash
# Real smarthosts behind the relay: Postfix, Exim and OpenSMTPD from their Debian packages, with TLS and logins; and every way
# in which TLS and the login can be wrong, each with its own clear error and not an octet of mail in clear.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=smarthosts/servers.sh
. "$HERE/smarthosts/servers.sh"

say "Smarthosts: Postfix, Exim and OpenSMTPD unpacked from Debian"
make_certificates
ONWARD=$(free_port)
need_recorder "$WORK/recorded" "$ONWARD"
PF_START=$(free_port); PF_TLS=$(free_port); PF_EXPIRED=$(free_port)
EX_START=$(free_port); EX_TLS=$(free_port); EX_EXPIRED=$(free_port)
OB_PLAIN=$(free_port); OB_START=$(free_port); OB_TLS=$(free_port); OB_EXPIRED=$(free_port)
start_postfix "$PF_START" "$PF_TLS" "$PF_EXPIRED" "$ONWARD" || give_up "Postfix did not start" "$(cat "$WORK/postfix.out" "$JAIL$RUN/postfix.log")"
start_exim "$EX_START" "$EX_TLS" "$EX_EXPIRED" "$ONWARD" || give_up "Exim did not start" "$(cat "$WORK/exim.out")"
OPENSMTPD=("$OB_PLAIN" "$ONWARD")
opensmtpd_has_tls && OPENSMTPD+=("$OB_START" "$OB_TLS" "$OB_EXPIRED")
start_opensmtpd "${OPENSMTPD[@]}" || give_up "OpenSMTPD did not start" "$(cat "$WORK/opensmtpd.log")"
CA=$JAIL$RUN/tls/ca.pem

# through NAME PORT SECURITY EXTRA...: a relay with these settings; EXTRA are lines of [smarthost]. Sets SETTINGS, LOG, RELAY_PORT.
through() {
    local name=$1 port=$2 security=$3
    shift 3
    RELAY_PORT=$(free_port)
    SETTINGS=$WORK/$name.settings
    LOG=$WORK/$name.log
    { printf '[server]\nlisten = 127.0.0.1:%s\nhostname = relay.example.org\n\n[spool]\npath = %s\n\n[smarthost]\nhost = localhost\nport = %s\nsecurity = %s\n' \
        "$RELAY_PORT" "$WORK/spool-$name" "$port" "$security"
      printf '%s\n' "$@"; } >"$SETTINGS"
    start_gateway "$SETTINGS" "$LOG"
}

# try NAME COMMAND...: like check, in this very shell, and ends the relay that the command started.
try() {
    local name=$1
    shift
    if "$@" >"$WORK/said" 2>&1; then
        pass "$name"
    else
        fail "$name" "$(cat "$WORK/said")"
    fi
    end_process "$GATEWAY_PID"
}

submit() { # NAME: a message whose text is to be found nowhere in clear
    python3 "$TOOLS/make_message.py" "$WORK/$1.eml" "$1" &&
        curl --silent --show-error --url "smtp://127.0.0.1:$RELAY_PORT/printer.example.org" --mail-from printer@example.org --mail-rcpt operator@example.org --upload-file "$WORK/$1.eml"
}

arrived() { grep -F -l -r --include='*.eml' "$1" "$WORK/recorded" >/dev/null 2>&1; }

# What only the message of this name has.
word_of() { printf '<%s@example.org>' "$1"; }

delivers() { # NAME PORT SECURITY EXTRA...
    through "$@" || return 1
    submit "$1" || return 1
    wait_for 60 arrived "$(word_of "$1")" || { tail -n 5 "$LOG"; return 1; }
    # The log never has the password.
    ! grep -q "$LOGIN_PASSWORD" "$LOG"
}

login=("user = $LOGIN_USER" "password = $LOGIN_PASSWORD" "roots = $CA")
for mechanism in SCRAM-SHA-256 PLAIN LOGIN CRAM-MD5; do
    try "Postfix, STARTTLS, AUTH $mechanism" delivers "postfix-$mechanism" "$PF_START" starttls "${login[@]}" "auth = $mechanism"
done
try "Postfix, implicit TLS, the best mechanism, two pins" delivers postfix-tls "$PF_TLS" tls "${login[@]}" "pins = $(cat "$JAIL$RUN/tls/good.pin"), AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
check "Postfix saw SCRAM-SHA-256 where nothing else was asked for" grep -q 'sasl_method=SCRAM-SHA-256' "$JAIL$RUN/postfix.log"
try "Exim, STARTTLS, AUTH PLAIN" delivers exim-starttls "$EX_START" starttls "${login[@]}"
try "Exim, implicit TLS, AUTH CRAM-MD5" delivers exim-tls "$EX_TLS" tls "${login[@]}" "auth = CRAM-MD5"
check "Exim was given them in chunks" grep -q ' <= printer@example.org .* K ' "$JAIL$RUN/exim/log/mainlog"
if opensmtpd_has_tls; then
    try "OpenSMTPD, STARTTLS, AUTH PLAIN" delivers opensmtpd-starttls "$OB_START" starttls "${login[@]}"
    try "OpenSMTPD, implicit TLS, AUTH LOGIN" delivers opensmtpd-tls "$OB_TLS" tls "${login[@]}" "auth = LOGIN"
else
    try "OpenSMTPD (without TLS: that of $(cat "$JAIL/opensmtpd.version") fails with OpenSSL 3, whoever connects)" delivers opensmtpd "$OB_PLAIN" none
fi

say " what can be wrong"
# wrong NAME PORT SECURITY ERROR EXTRA...: through a tap on the wire; the error is said, the mail stays, nothing of it was said in clear.
STRIP=
QUEUED='^\[False'
wrong() {
    local name=$1 port=$2 security=$3 error=$4 tap
    shift 4
    tap=$(free_port)
    # shellcheck disable=SC2086
    python3 "$TOOLS/wire.py" --listen "$tap" --to "$port" --record "$WORK/$name.wire" $STRIP &
    CHILDREN+=("$!")
    wait_for 60 answers "$tap"
    through "$name" "$tap" "$security" "$@" || return 1
    submit "$name" || return 1
    wait_for 60 grep -q -- "$error" "$LOG" || { tail -n 5 "$LOG"; return 1; }
    sleep 0.2
    if grep -F -a -q -e "MAIL FROM" -e "$(word_of "$name")" -e "$LOGIN_PASSWORD" -e "$(printf '\0%s\0%s' "$LOGIN_USER" "$LOGIN_PASSWORD" | base64)" "$WORK/$name.wire"; then
        echo "said in clear:"
        cat -v "$WORK/$name.wire"
        return 1
    fi
    if arrived "$(word_of "$name")"; then
        echo "it was delivered"
        return 1
    fi
    # The message, and the alert that tells the operator.
    "$GATEWAY" queue list --json --settings "$SETTINGS" >"$WORK/queue.json" || return 1
    python3 -c 'import json, sys; print([m["isAlert"] for m in json.load(sys.stdin)["messages"]])' <"$WORK/queue.json" >"$WORK/kinds"
    grep -q "$QUEUED" "$WORK/kinds" || { echo "in the queue (alert or not): $(cat "$WORK/kinds")"; return 1; }
}

SERVER=

cases() { # PORT SECURITY LABEL
    local name=$SERVER-$2 label="$SERVER, $3"
    try "$label: a wrong authority" wrong "$name-authority" "$1" "$2" 'the certificate of localhost is not trusted' "user = $LOGIN_USER" "password = $LOGIN_PASSWORD" "roots = $JAIL$RUN/tls/other-ca.pem"
    try "$label: a wrong name" wrong "$name-name" "$1" "$2" 'is for localhost, not for mail.other.test' "${login[@]}" "certificate = mail.other.test"
    try "$label: a wrong pin" wrong "$name-pin" "$1" "$2" 'no key in its chain is one of the pins' "${login[@]}" "pins = BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=, AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    QUEUED='^\[False, True\]$'
    try "$label: a refused login, and one alert that tells of it" wrong "$name-login" "$1" "$2" "refuses the login of user $LOGIN_USER" "user = $LOGIN_USER" "password = wrong" "roots = $CA"
    QUEUED='^\[False'
}

every_wrong() { # SERVER STARTTLS_PORT TLS_PORT EXPIRED_PORT
    SERVER=$1
    cases "$2" starttls STARTTLS
    cases "$3" tls "implicit TLS"
    try "$SERVER, STARTTLS: an expired certificate" wrong "$SERVER-expired" "$4" starttls 'the certificate of localhost expired on 2024-02-01' "${login[@]}"
    STRIP=--strip
    try "$SERVER: STARTTLS taken away by someone in between" wrong "$SERVER-stripped" "$2" starttls 'does not offer STARTTLS, which the settings require; nothing is sent in clear' "${login[@]}"
    STRIP=
    try "$SERVER: implicit TLS on a port that speaks STARTTLS" wrong "$SERVER-port" "$2" tls 'is the port right' "${login[@]}"
}

every_wrong Postfix "$PF_START" "$PF_TLS" "$PF_EXPIRED"
every_wrong Exim "$EX_START" "$EX_TLS" "$EX_EXPIRED"
if opensmtpd_has_tls; then
    every_wrong OpenSMTPD "$OB_START" "$OB_TLS" "$OB_EXPIRED"
else
    say "  SKIPPED: what can be wrong with OpenSMTPD's TLS, for $(cat "$JAIL/opensmtpd.version") has none that works"
fi

finish
