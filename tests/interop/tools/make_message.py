"""Writes a test message with everything that is easily broken on the way: make_message.py FILE ID.

Lines of one, two and many dots, a dot before 8-bit bytes, every octet from 0x80 to 0xFF, UTF-8, lines of 998 octets,
trailing blanks, tabs, empty lines at the end, a line that looks like a header, one that looks like a command.
"""

import sys


def main():
    path, identity = sys.argv[1], sys.argv[2]
    lines = [
        b"Date: Mon, 24 Nov 2025 10:00:00 +0000",
        b"From: Printer <printer@example.org>",
        b"To: operator@example.org",
        b"Subject: toner low",
        b"Message-ID: <" + identity.encode() + b"@example.org>",
        b"MIME-Version: 1.0",
        b"Content-Type: text/plain; charset=iso-8859-1",
        b"Content-Transfer-Encoding: 8bit",
        b"",
        b"A line.",
        b".",
        b"..",
        b"...",
        b". ",
        b".leading dot",
        b"..two leading dots",
        b"." + bytes(range(0x80, 0x100)),
        bytes(range(0x80, 0xC0)),
        bytes(range(0xC0, 0x100)),
        "Grüße, 測試, \U0001F4E0".encode("utf-8"),
        b"trailing blanks   ",
        b"\ttab\t",
        b"x" * 998,
        b"." + b"y" * 997,
        b"From here on",
        b"QUIT",
        b"Received: this is text",
        b"",
        b".",
        b"",
        b"",
    ]
    with open(path, "wb") as file:
        file.write(b"".join(line + b"\r\n" for line in lines))


main()
