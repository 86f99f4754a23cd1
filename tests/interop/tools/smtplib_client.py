"""Submits one message with Python's smtplib: smtplib_client.py HOST PORT none|starttls|tls CA FILE RECIPIENT [MECHANISM USER PASSWORD]."""

import smtplib
import ssl
import sys


def main():
    host, port, security, authority, path, recipient = sys.argv[1:7]
    context = ssl.create_default_context(cafile=authority) if security != "none" else None
    if security == "tls":
        client = smtplib.SMTP_SSL(host, int(port), local_hostname="printer.example.org", context=context, timeout=20)
    else:
        client = smtplib.SMTP(host, int(port), local_hostname="printer.example.org", timeout=20)
    if security == "starttls":
        client.starttls(context=context)
    if len(sys.argv) > 7:
        mechanism, client.user, client.password = sys.argv[7:10]
        client.ehlo_or_helo_if_needed()
        client.auth(mechanism, client.auth_plain if mechanism == "PLAIN" else client.auth_login)
    with open(path, "rb") as file:
        client.sendmail("printer@example.org", [recipient], file.read(), ["BODY=8BITMIME"])
    client.quit()


main()
