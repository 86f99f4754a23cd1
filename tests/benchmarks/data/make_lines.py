#!/usr/bin/env python3
"""Makes the lines the contestants read, the same on every run: commands.txt, long.txt, replies.txt, odd.txt.

A line of a file is a line of the protocol without its CRLF. What the mix of commands looks like is taken from what a relay in
front of devices and small sites sees: most lines are RCPT and MAIL, sessions begin with EHLO and end with QUIT.
"""
import pathlib
import random

random.seed(5321)
HERE = pathlib.Path(__file__).parent

FIRST = "anna bernd carla dmitri elena farid grete hiro ines jonas katja luis mara nils olga pavel quentin rosa sven tanja".split()
LAST = "meyer schmidt ivanova tanaka rossi garcia novak jensen dubois kowalski okafor silva andersson papadopoulos li".split()
ROLES = "alerts noreply postmaster info backup camera-3 ups door printer no-reply monitoring root support billing".split()
SITES = "plant office warehouse lab gate-2 roof hq north line4".split()
HOSTS = "mail mx1 mx2 smtp relay-01 gw mta7 out".split()
ORGANISATIONS = "example example-works acme-industries contoso nordwind helio-labs b1 stadtwerke-musterstadt initech".split()
TOPS = "com net org de example co.uk io se".split()
DIGITS = "0123456789"
HEX = "0123456789ABCDEF"
ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def some(alphabet, low, high):
    return "".join(random.choice(alphabet) for _ in range(random.randint(low, high)))


def domain():
    parts = [random.choice(ORGANISATIONS), random.choice(TOPS)]
    if random.random() < 0.35:
        parts.insert(0, random.choice(SITES + HOSTS))
    return ".".join(parts)


def host():
    return f"{random.choice(HOSTS)}.{random.choice(SITES)}.{random.choice(ORGANISATIONS)}.{random.choice(TOPS)}"


def literal():
    if random.random() < 0.8:
        return "[192.0.2.%d]" % random.randint(1, 254)
    return "[IPv6:2001:db8::%x:%x]" % (random.randint(1, 0xFFFF), random.randint(1, 0xFFFF))


def local_part():
    kind = random.random()
    if kind < 0.40:
        return f"{random.choice(FIRST)}.{random.choice(LAST)}"
    if kind < 0.65:
        return random.choice(ROLES)
    if kind < 0.75:
        return random.choice(FIRST) + some(DIGITS, 1, 4)
    if kind < 0.85:
        return f"{random.choice(FIRST)}+{random.choice(ROLES)}"
    if kind < 0.97:
        return f"bounces+{some(DIGITS, 6, 9)}-{some('abcdef0123456789', 4, 8)}-{random.choice(FIRST)}={domain()}"
    return '"' + random.choice(FIRST) + " " + random.choice(LAST).title() + '"'


def mailbox():
    return local_part() + "@" + (literal() if random.random() < 0.03 else domain())


def mail():
    line = random.choice(["MAIL FROM:", "MAIL FROM:", "MAIL FROM:", "mail from:", "Mail From:"])
    line += "<>" if random.random() < 0.08 else f"<{mailbox()}>"
    if random.random() < 0.75:
        line += " SIZE=" + some("123456789", 3, 7)
    if random.random() < 0.50:
        line += " BODY=8BITMIME"
    if random.random() < 0.10:
        line += " SMTPUTF8"
    if random.random() < 0.10:
        line += f" RET={random.choice(['FULL', 'HDRS'])} ENVID={some(ALPHANUMERIC, 8, 20)}"
    return line


def rcpt():
    if random.random() < 0.03:
        return "RCPT TO:<Postmaster>"
    box = mailbox()
    line = random.choice(["RCPT TO:", "RCPT TO:", "RCPT TO:", "rcpt to:", "Rcpt To:"]) + f"<{box}>"
    if random.random() < 0.20:
        line += " NOTIFY=" + random.choice(["SUCCESS,FAILURE", "FAILURE,DELAY", "NEVER", "FAILURE"])
        if '"' not in box and random.random() < 0.5:
            line += " ORCPT=rfc822;" + box.replace("+", "+2B").replace("=", "+3D")
    return line


def command():
    kind = random.random()
    if kind < 0.09:
        return random.choice(["EHLO ", "EHLO ", "ehlo "]) + (literal() if random.random() < 0.2 else host())
    if kind < 0.11:
        return "HELO " + host()
    if kind < 0.42:
        return mail()
    if kind < 0.80:
        return rcpt()
    if kind < 0.88:
        return random.choice(["DATA", "DATA", "data"])
    if kind < 0.93:
        return random.choice(["QUIT", "QUIT", "quit"])
    if kind < 0.95:
        return "RSET"
    if kind < 0.96:
        return "NOOP"
    if kind < 0.97:
        return "STARTTLS"
    if kind < 0.98:
        return "VRFY " + random.choice(FIRST)
    if kind < 0.99:
        return f"BDAT {random.randint(100, 90000)}" + random.choice(["", " LAST"])
    return "AUTH PLAIN " + some(ALPHANUMERIC, 6, 10) * 4


def long_line():
    kind = random.random()
    if kind < 0.35:
        route = ",".join("@" + host() for _ in range(random.randint(4, 7)))
        return f"MAIL FROM:<{route}:{mailbox()}> SIZE={some('123456789', 5, 7)} BODY=8BITMIME"
    if kind < 0.70:
        srs = f"SRS0={some(ALPHANUMERIC, 4, 4)}={some(ALPHANUMERIC, 2, 2)}={domain()}={local_part().strip(chr(34)).replace(' ', '_')}"
        return f"MAIL FROM:<{srs}@{host()}> SIZE={some('123456789', 5, 7)} BODY=8BITMIME RET=HDRS ENVID={some(ALPHANUMERIC, 60, 100)} AUTH={some(ALPHANUMERIC, 20, 60)}"
    return (f"RCPT TO:<{some(ALPHANUMERIC, 30, 60)}.{random.choice(LAST)}@{host()}> NOTIFY=SUCCESS,FAILURE,DELAY "
            f"ORCPT=rfc822;{some(ALPHANUMERIC, 60, 130)}+40{host()}")


def reply():
    kind = random.random()
    if kind < 0.15:
        return f"220 {host()} ESMTP ready"
    if kind < 0.35:
        return random.choice(["250-", "250 "]) + random.choice(
            ["PIPELINING", "SIZE 52428800", "8BITMIME", "STARTTLS", "AUTH PLAIN LOGIN", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8", "CHUNKING", host()])
    if kind < 0.55:
        return "250 2.1.%d %s" % (random.choice([0, 5]), random.choice(["Ok", "Sender ok", f"<{mailbox()}> recipient ok"]))
    if kind < 0.70:
        return f"250 2.0.0 Ok: queued as {some(HEX, 9, 14)}"
    if kind < 0.78:
        return "354 End data with <CR><LF>.<CR><LF>"
    if kind < 0.85:
        return "221 2.0.0 Bye"
    if kind < 0.92:
        return f"451 4.7.1 <{mailbox()}>: Recipient address rejected: Greylisted, see http://{host()}/help/{some(DIGITS, 4, 6)}"
    return f"550 5.1.1 <{mailbox()}>: Recipient address rejected: User unknown in virtual mailbox table"


DAMAGED = [
    "MAIL FROM: <anna.meyer@example.com>", "RCPT TO:<anna.meyer@example.com", "RCPT TO:<anna..meyer@example.com>", "RCPT TO:<.anna@example.com>",
    "RCPT TO:<anna@-example.com>", "RCPT TO:<anna@example-.com>", "RCPT TO:<anna@example.com.>", "RCPT TO:<>", "EHLO", "EHLO ", "EHLO a_b.example",
    "HELO [192.0.2.1]", "MAIL FROM:<anna@example.com> SIZE=", "MAIL FROM:<anna@example.com> =3", "MAIL FROM:<anna@example.com>SIZE=3",
    "MAIL FROM:<anna@[192.0.2]>", "MAIL FROM:<anna@[IPv6:2001]>", "MAIL FROM:<@a.example anna@example.com>", "MAIL FROM:<@a.example:>", "DATA now",
    "QUITE", "QUI", "XYZZY", "", " QUIT", "VRFY", "BDAT x", "BDAT 12 FIRST", "STARTTLS x", 'RCPT TO:<"anna@example.com>', "RCPT TO:<anna meyer@example.com>",
    "AUTH", "AUTH PLAIN ===", "RSET x", "MAIL FROM:<anna@example.com> SIZE=3  BODY=7BIT", "RCPT TO:<Postmaster", "MAIL FROM:<Postmaster>",
]
SOUND_BUT_ODD = [
    "QUIT \t ", "MAIL FROM:<> ", "MAIL FROM:<@a.example,@b.example:anna@example.com>", 'RCPT TO:<"a\\"b"@example.com>', "RCPT TO:<a@b--c.example>",
    "RCPT TO:<a!#$%&'*+-/=?^_`{|}~b@x>", "NOOP \"any thing\"", "HELP", "HELP MAIL", "EXPN list", "RCPT TO:<postMASTER>", "RCPT TO:<Postmaster@x.example>",
    "EHLO [IPv6:::1]", "MAIL FROM:<a@b> A B-C=d", "MAIL FROM:<a@b> A \t", "BDAT 0 LAST", "AUTH LOGIN", "AUTH PLAIN =", "AUTH PLAIN AAAA",
    "RCPT TO:<\u00e4nna@b\u00fccher.example>", "MAIL FROM:<anna@example.com> X=\u6771\u4eac", "EHLO \U0001F4E7.example",
]


def write(name, lines):
    (HERE / name).write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="\n")


longs = []
while len(longs) < 20:
    line = long_line()
    if 200 <= len(line) + 2 <= 400:
        longs.append(line)
write("commands.txt", [command() for _ in range(400)])
write("long.txt", longs)
write("replies.txt", [reply() for _ in range(100)])
write("odd.txt", DAMAGED + SOUND_BUT_ODD)
