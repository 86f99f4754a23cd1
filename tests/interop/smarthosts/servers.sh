# Starts real smarthosts in the jail, with STARTTLS, implicit TLS and AUTH where the package can, each handing on to a recorder of ours.
# Sourced by smarthosts.sh. Every process is ours and ends with the script.

JAIL=$("$HERE/smarthosts/jail.sh" 2>"$WORK/jail.log") ||
    give_up "the smarthosts cannot be unpacked (root and Debian's packages are needed)" "$(tail -n 20 "$WORK/jail.log")"
RUN=/run/$(basename "$WORK")
mkdir -p "$JAIL$RUN/tls"
LOGIN_USER=relay
LOGIN_PASSWORD=p4ss-w0rd

clean_up_jail() {
    local pid
    # Postfix's master ends its own processes when it is told to.
    for pid in ${CHILDREN[@]+"${CHILDREN[@]}"}; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    sleep 0.3
    clean_up
    rm -rf "$JAIL$RUN"
}
trap clean_up_jail EXIT

# make_certificates: an authority, another one, and server certificates: good, expired, and of the other authority.
make_certificates() {
    local tls=$JAIL$RUN/tls name
    for name in ca other-ca; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=Throw-away $name" \
            -keyout "$tls/$name.key" -out "$tls/$name.pem" 2>/dev/null
    done
    printf 'subjectAltName=DNS:localhost\n' >"$tls/names"
    for name in good expired; do
        openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$tls/$name.key" -out "$tls/$name.csr" 2>/dev/null
    done
    openssl x509 -req -in "$tls/good.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 20 -extfile "$tls/names" -out "$tls/good.pem" 2>/dev/null
    mkdir -p "$tls/db"
    : >"$tls/db/index"
    echo 01 >"$tls/db/serial"
    printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/db/index\nserial=%s/db/serial\nnew_certs_dir=%s/db\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' "$tls" "$tls" "$tls" >"$tls/ca.conf"
    openssl ca -batch -config "$tls/ca.conf" -in "$tls/expired.csr" -cert "$tls/ca.pem" -keyfile "$tls/ca.key" -extfile "$tls/names" \
        -startdate 20240101000000Z -enddate 20240201000000Z -notext -out "$tls/expired.pem" 2>/dev/null
    # shellcheck disable=SC2046
    chmod 644 $(find "$tls" -maxdepth 1 -type f)
    chmod 600 "$tls"/*.key
    openssl x509 -in "$tls/good.pem" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64 >"$tls/good.pin"
}

# make_postfix NAME MYHOSTNAME: the home of a Postfix, with what every one of ours has in main.cf and master.cf; the rest is for the caller to add.
make_postfix() {
    local home=$JAIL$RUN/$1 part
    mkdir -p "$home/queue" "$home/data"
    for part in incoming active deferred bounce defer corrupt hold flush trace saved private public maildrop; do
        mkdir -p "$home/queue/$part"
        chown 900:900 "$home/queue/$part"
    done
    mkdir -p "$home/queue/pid"
    chown 900:900 "$home/data"
    chown 900:901 "$home/queue/public" "$home/queue/maildrop"
    cat >"$home/main.cf" <<CONFIG
compatibility_level = 3.6
queue_directory = $RUN/$1/queue
data_directory = $RUN/$1/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
shlib_directory = /usr/lib/postfix
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
myhostname = $2
mydestination =
inet_protocols = ipv4
alias_maps =
smtp_host_lookup = native
maillog_file = $RUN/$1.log
maillog_file_prefixes = /run
CONFIG
    cat >"$home/master.cf" <<CONFIG
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
CONFIG
}

# start_postfix STARTTLS_PORT TLS_PORT EXPIRED_PORT ONWARD_PORT
start_postfix() {
    local home=$JAIL$RUN/postfix
    make_postfix postfix smarthost.test
    cat >>"$home/main.cf" <<CONFIG
inet_interfaces = 127.0.0.1
mynetworks =
local_recipient_maps =
relayhost = [127.0.0.1]:$4
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = smarthost.test
smtpd_tls_auth_only = yes
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = $RUN/tls/good.pem
smtpd_tls_key_file = $RUN/tls/good.key
smtpd_client_connection_rate_limit = 0
CONFIG
    cat >>"$home/master.cf" <<CONFIG
127.0.0.1:$1 inet n - n - - smtpd
127.0.0.1:$2 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:$3 inet n - n - - smtpd -o smtpd_tls_cert_file=$RUN/tls/expired.pem -o smtpd_tls_key_file=$RUN/tls/expired.key
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
CONFIG
    # Its SASL library looks for the passwords there when nothing else is said.
    printf '%s' "$LOGIN_PASSWORD" | chroot "$JAIL" /usr/sbin/saslpasswd2 -p -c -f /etc/sasldb2 -u smarthost.test "$LOGIN_USER" || return 1
    chown 900 "$JAIL/etc/sasldb2"
    chroot "$JAIL" /usr/lib/postfix/sbin/master -c "$RUN/postfix" -d >"$WORK/postfix.out" 2>&1 &
    CHILDREN+=("$!")
    wait_for 60 answers "$1"
}

opensmtpd_has_tls() { dpkg --compare-versions "$(cat "$JAIL/opensmtpd.version")" ge 7.3; }

# start_opensmtpd PLAIN_PORT ONWARD_PORT [STARTTLS_PORT TLS_PORT EXPIRED_PORT]
start_opensmtpd() {
    local home=$JAIL$RUN/opensmtpd tls=$RUN/opensmtpd
    mkdir -p "$home"
    {
        if [ $# -gt 2 ]; then
            cp "$JAIL$RUN/tls/"{good,expired}.{pem,key} "$home/"
            chmod 600 "$home"/*.key
            printf '%s %s\n' "$LOGIN_USER" "$(openssl passwd -6 "$LOGIN_PASSWORD")" >"$home/users"
            cat <<CONFIG
table users file:$tls/users
pki good cert "$tls/good.pem"
pki good key "$tls/good.key"
pki expired cert "$tls/expired.pem"
pki expired key "$tls/expired.key"
listen on 127.0.0.1 port $3 tls-require pki good auth <users>
listen on 127.0.0.1 port $4 smtps pki good auth <users>
listen on 127.0.0.1 port $5 tls-require pki expired auth <users>
CONFIG
        fi
        cat <<CONFIG
listen on 127.0.0.1 port $1
action "onward" relay host "smtp://127.0.0.1:$2"
match from any for any action "onward"
CONFIG
    } >"$home/smtpd.conf"
    chroot "$JAIL" /usr/sbin/smtpd -d -f "$RUN/opensmtpd/smtpd.conf" >"$WORK/opensmtpd.log" 2>&1 &
    CHILDREN+=("$!")
    wait_for 60 answers "$1"
}

# start_exim STARTTLS_PORT TLS_PORT EXPIRED_PORT ONWARD_PORT
start_exim() {
    local home=$JAIL$RUN/exim
    mkdir -p "$home/spool" "$home/log"
    cp "$JAIL$RUN/tls/"{good,expired}.{pem,key} "$home/"
    chown -R 904:904 "$home"
    cat >"$home/exim.conf" <<CONFIG
primary_hostname = smarthost.test
spool_directory = $RUN/exim/spool
log_file_path = $RUN/exim/log/%slog
daemon_smtp_ports = $1 : $2 : $3
tls_on_connect_ports = $2
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = $RUN/exim/\${if eq{\$received_port}{$3}{expired}{good}}.pem
tls_privatekey = $RUN/exim/\${if eq{\$received_port}{$3}{expired}{good}}.key
auth_advertise_hosts = \${if eq{\$tls_in_cipher}{}{}{*}}
acl_smtp_rcpt = rcpt
queue_only = false
remote_max_parallel = 5
begin acl
rcpt:
  accept authenticated = *
  deny message = log in first
begin routers
onward:
  driver = manualroute
  transport = onward
  route_list = * 127.0.0.1::$4 byname
  self = send
begin transports
onward:
  driver = smtp
  port = $4
  allow_localhost
  hosts_try_auth =
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and {{eq{\$auth2}{$LOGIN_USER}}{eq{\$auth3}{$LOGIN_PASSWORD}}}}
  server_set_id = \$auth2
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = \${if eq{\$auth1}{$LOGIN_USER}{$LOGIN_PASSWORD}fail}
  server_set_id = \$auth1
CONFIG
    chroot "$JAIL" /usr/sbin/exim4 -C "$RUN/exim/exim.conf" -bdf -q5s >"$WORK/exim.out" 2>&1 &
    CHILDREN+=("$!")
    wait_for 60 answers "$1"
}
