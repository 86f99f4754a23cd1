# Postfix and Exim in the jail as clients of the relay, as a machine's own mail goes out. Sourced behind servers.sh.

# start_null_client PLAIN_PORT STARTTLS_PORT TLS_PORT ANY_PORT: Postfix; the recipient's domain says how a message goes out,
# WAY.test with one of the transports below.
start_null_client() {
    local home=$JAIL$RUN/nullclient
    make_postfix nullclient nullclient.test
    cat >>"$home/main.cf" <<CONFIG
inet_interfaces = loopback-only
transport_maps = texthash:$RUN/nullclient/transport
smtp_tls_CAfile = $RUN/tls/ca.pem
smtp_tls_secure_cert_match = hostname
smtp_sasl_password_maps = static:$LOGIN_USER:$LOGIN_PASSWORD
smtp_sasl_security_options = noanonymous
CONFIG
    echo 'pickup unix n - n 60 1 pickup' >>"$home/master.cf"
    local way port options
    while read -r way port options; do
        echo "$way unix - - n - - smtp $options" >>"$home/master.cf"
        echo "$way.test $way:[localhost]:$port" >>"$home/transport"
    done <<WAYS
none $1
none-login $4 -o smtp_sasl_auth_enable=yes -o smtp_sasl_mechanism_filter=login
starttls $2 -o smtp_tls_security_level=secure
starttls-plain $2 -o smtp_tls_security_level=secure -o smtp_sasl_auth_enable=yes -o smtp_sasl_mechanism_filter=plain
starttls-login $2 -o smtp_tls_security_level=secure -o smtp_sasl_auth_enable=yes -o smtp_sasl_mechanism_filter=login
tls $3 -o smtp_tls_security_level=secure -o smtp_tls_wrappermode=yes
tls-plain $3 -o smtp_tls_security_level=secure -o smtp_tls_wrappermode=yes -o smtp_sasl_auth_enable=yes -o smtp_sasl_mechanism_filter=plain
tls-login $3 -o smtp_tls_security_level=secure -o smtp_tls_wrappermode=yes -o smtp_sasl_auth_enable=yes -o smtp_sasl_mechanism_filter=login
WAYS
    chroot "$JAIL" /usr/lib/postfix/sbin/master -c "$RUN/nullclient" -d >"$WORK/nullclient.out" 2>&1 &
    CHILDREN+=("$!")
    wait_for 60 test -S "$home/queue/public/pickup"
}

# postfix_sends FILE RECIPIENT: as a program on that machine would.
postfix_sends() { tr -d '\r' <"$1" | chroot "$JAIL" /usr/sbin/sendmail -C "$RUN/nullclient" -i -f printer@example.org "$2"; }

# exim_sends PORT none|starttls|tls FILE RECIPIENT [MECHANISM]: one run of Exim, which delivers before it ends.
exim_sends() {
    local home=$JAIL$RUN/eximclient
    mkdir -p "$home/spool" "$home/log"
    {
        cat <<CONFIG
primary_hostname = nullclient.test
spool_directory = $RUN/eximclient/spool
log_file_path = $RUN/eximclient/log/%slog
received_header_text =
begin routers
onward:
  driver = manualroute
  transport = onward
  route_list = * localhost byname
  self = send
begin transports
onward:
  driver = smtp
  port = $1
  allow_localhost
CONFIG
        case $2 in
        none) echo '  hosts_avoid_tls = *' ;;
        starttls) printf '  hosts_require_tls = *\n  tls_verify_certificates = %s\n  tls_verify_hosts = *\n' "$RUN/tls/ca.pem" ;;
        tls) printf '  protocol = smtps\n  tls_verify_certificates = %s\n  tls_verify_hosts = *\n' "$RUN/tls/ca.pem" ;;
        esac
        if [ $# -gt 4 ]; then
            printf '  hosts_require_auth = *\nbegin authenticators\nlogin:\n  driver = plaintext\n  public_name = %s\n' "$5"
            if [ "$5" = PLAIN ]; then
                echo "  client_send = ^$LOGIN_USER^$LOGIN_PASSWORD"
            else
                echo "  client_send = : $LOGIN_USER : $LOGIN_PASSWORD"
            fi
        fi
    } >"$home/exim.conf"
    chown -R 904:904 "$home/spool" "$home/log"
    tr -d '\r' <"$3" | chroot "$JAIL" /usr/sbin/exim4 -C "$RUN/eximclient/exim.conf" -odf -i -f printer@example.org "$4"
}
