"""Compares a message as sent with the message as it arrived, after taking our own Received field away.

same_message.py SENT ARRIVED [--smtp-sink]

--smtp-sink: ARRIVED is a dump by Postfix's smtp-sink, which writes LF for CRLF, puts X- lines and a Received field of its
own on top and an empty line at the end. SENT holds CRLF line ends only, so nothing is lost by comparing it with LF.
Exits 0 when equal; otherwise prints where they differ and exits 1.
"""

import sys


def take_field(message, name, line_end):
    """The message without its first header field, which must have the given name."""
    if not message.lower().startswith(name.lower() + b":"):
        raise SystemExit("expected a %s field on top, found %r" % (name.decode(), message[:80]))
    position = message.index(line_end) + len(line_end)
    while message[position:position + 1] in (b" ", b"\t"):
        position = message.index(line_end, position) + len(line_end)
    return message[position:]


def compare(sent, arrived):
    """Where they differ, in words; empty when they do not."""
    if sent == arrived:
        return ""
    position = 0
    while position < min(len(sent), len(arrived)) and sent[position] == arrived[position]:
        position += 1
    start = max(0, position - 40)
    return "differ at byte %d (of %d sent, %d arrived)\n  sent    %r\n  arrived %r" % (
        position, len(sent), len(arrived), sent[start:position + 60], arrived[start:position + 60])


def main():
    sent = open(sys.argv[1], "rb").read()
    arrived = open(sys.argv[2], "rb").read()
    line_end = b"\r\n"
    if "--smtp-sink" in sys.argv:
        line_end = b"\n"
        if b"\r" in sent.replace(b"\r\n", b""):
            raise SystemExit("the sent message has a bare CR: a dump of smtp-sink cannot show it")
        sent = sent.replace(b"\r\n", b"\n")
        if b"\r" in arrived or not arrived.endswith(b"\n"):
            raise SystemExit("not a dump of smtp-sink as we know them")
        arrived = arrived[:-1]
        while arrived.startswith(b"X-"):
            arrived = take_field(arrived, arrived[:arrived.index(b":")], line_end)
        arrived = take_field(arrived, b"Received", line_end)
    arrived = take_field(arrived, b"Received", line_end)
    difference = compare(sent, arrived)
    if difference:
        print(difference)
        raise SystemExit(1)


if __name__ == "__main__":
    main()
