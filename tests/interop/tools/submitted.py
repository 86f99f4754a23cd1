"""Looks whether everything that clients have submitted arrived byte for byte, and how the relay says it came.

submitted.py RECORDED SENT <EXPECTED: a line a message, of four words with tabs between: label, name, protocol as Received
names it (RFC 3848), and how many relays stood in front of ours, each with a Received field of its own. A message is
SENT/name.eml and has <name@example.org> for its Message-ID. Prints a line each: "ok label" or "FAIL label: why".
"""

import os
import re
import sys
import time

from same_message import compare, take_field

PATIENCE = 30


def arrived(folder, found):
    """Adds the messages that are new by their names."""
    for name in sorted(os.listdir(folder)):
        if name.endswith(".eml") and name not in found["files"]:
            found["files"].add(name)
            with open(os.path.join(folder, name), "rb") as file:
                message = file.read()
            identity = re.search(rb"\r\nMessage-ID: <([^@>]*)@example\.org>\r\n", message)
            if identity:
                found.setdefault(identity.group(1).decode(), []).append(message)


def judge(sent, messages, protocol, behind):
    if len(messages) != 1:
        return "it arrived %d times" % len(messages)
    message = messages[0]
    if not re.search(rb"\n\tby relay\.example\.org with %s id " % protocol.encode(), message[:400]):
        return "not received with %s: %r" % (protocol, message[:150])
    for _ in range(1 + behind):
        message = take_field(message, b"Received", b"\r\n")
    return compare(sent, message)


def main():
    recorded, folder = sys.argv[1:3]
    expected = [line.rstrip("\n").split("\t") for line in sys.stdin]
    found = {"files": set()}
    end = time.time() + PATIENCE
    while time.time() < end:
        arrived(recorded, found)
        if all(name in found for _, name, _, _ in expected):
            break
        time.sleep(0.2)
    for label, name, protocol, behind in expected:
        with open(os.path.join(folder, name + ".eml"), "rb") as file:
            problem = judge(file.read(), found.get(name, []), protocol, int(behind))
        print("FAIL %s: %s" % (label, problem.replace("\n", " ")) if problem else "ok " + label)


main()
