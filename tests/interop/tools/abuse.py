"""Misbehaves in every way the relay must survive: abuse.py --port PORT --pid PID of the gateway.

Prints "ok NAME" or "FAIL NAME: why" for each expectation, and "acknowledged ID" for each message that got its 250.
"""

import argparse
import re
import socket
import time

MEGABYTE = 1024 * 1024
HEADER = b"Date: Mon, 24 Nov 2025 10:00:00 +0000\r\nFrom: a@example.org\r\nMessage-ID: <%s@example.org>\r\n\r\n"


class Session:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.buffer = b""
        self.reply()
        self.command(b"EHLO abuse.example.org")

    def reply(self):
        """The last line of the next reply, or an empty string when the relay closes."""
        while True:
            while b"\n" not in self.buffer:
                try:
                    piece = self.socket.recv(65536)
                except ConnectionResetError:
                    return ""
                if not piece:
                    return ""
                self.buffer += piece
            line, self.buffer = self.buffer.split(b"\n", 1)
            if line[3:4] != b"-":
                return line.decode("ascii", "replace").rstrip("\r")

    def command(self, line):
        self.socket.sendall(line + b"\r\n")
        return self.reply()

    def begin(self, parameters=b""):
        self.command(b"MAIL FROM:<a@example.org>" + parameters)
        self.command(b"RCPT TO:<operator@example.org>")
        return self.command(b"DATA")

    def send_whole(self, identity):
        """A good message, to show that the session is alive."""
        if not self.begin().startswith("354"):
            return False
        self.socket.sendall(HEADER % identity + b"whole\r\n.\r\n")
        if not self.reply().startswith("250"):
            return False
        print("acknowledged " + identity.decode())
        return True

    def close(self):
        self.socket.close()


def memory(pid):
    with open("/proc/%d/status" % pid) as file:
        return int(re.search(r"VmRSS:\s+(\d+) kB", file.read()).group(1)) / 1024


def expect(name, holds, seen=""):
    print("ok " + name if holds else "FAIL %s: got %r" % (name, seen), flush=True)


def pour(session, piece, total):
    """Sends a lot of bytes; the relay may close in the middle of it."""
    sent = 0
    try:
        while sent < total:
            session.socket.sendall(piece)
            sent += len(piece)
    except OSError:
        pass
    return sent


def over_size(port):
    session = Session(port)
    reply = session.command(b"MAIL FROM:<a@example.org> SIZE=99999999")
    expect("SIZE above the limit is refused at MAIL with 552 5.3.4", reply.startswith("552 5.3.4"), reply)
    expect("the session goes on after it", session.send_whole(b"after-size"))

    reply = session.begin()
    expect("DATA without SIZE is let begin", reply.startswith("354"), reply)
    session.socket.sendall(HEADER % b"over-size")
    pour(session, b"half-written over the limit....................................\r\n" * 1000, 11 * MEGABYTE)
    session.socket.sendall(b".\r\n")
    reply = session.reply()
    expect("a message over the limit is refused at its end with 552 5.3.4", reply.startswith("552 5.3.4"), reply)
    expect("the session goes on after it too", session.send_whole(b"after-over-size"))
    session.close()


def unknown_verb(port):
    session = Session(port)
    reply = session.command(b"XYZZY plugh")
    expect("an unknown verb gets 500", reply.startswith("500 5.5."), reply)
    expect("the session goes on", session.send_whole(b"after-unknown"))
    session.close()

    session = Session(port)
    last = ""
    for _ in range(50):
        try:
            last = session.command(b"XYZZY")
        except OSError:
            break
        if not last.startswith("500"):
            break
    expect("too many errors end the session with 421", last.startswith("421"), last)
    expect("and the connection is closed", session.reply() == "")
    session.close()


def endless_line(port, pid):
    session = Session(port)
    before = memory(pid)
    sent = pour(session, b"A" * 65536, 10 * MEGABYTE)
    peak = memory(pid)
    reply = ""
    try:
        session.socket.sendall(b"\r\n")
    except OSError:
        pass
    reply = session.reply()
    expect("a 10 MB command line without CRLF gets 500 or 421", reply[:3] in ("500", "421"), reply)
    expect("memory stays bounded (%.0f MiB before, %.0f after %d MB)" % (before, peak, sent // MEGABYTE), peak - before < 8, peak)
    if reply.startswith("500"):
        expect("the session goes on after the line", session.send_whole(b"after-line"))
    session.close()

    session = Session(port)
    session.begin()
    before = memory(pid)
    session.socket.sendall(HEADER % b"endless-text")
    pour(session, b"endless text " * 5000, 10 * MEGABYTE - 200000)
    peak = memory(pid)
    session.socket.sendall(b"\r\n.\r\n")
    reply = session.reply()
    if reply.startswith("250"):
        print("acknowledged endless-text")
    expect("a 10 MB text line in DATA is taken whole or refused with 5yz", reply[:3] == "250" or reply[:1] == "5", reply)
    expect("memory stays bounded there too (%.0f MiB before, %.0f after)" % (before, peak), peak - before < 16, peak)
    session.close()


def vanishing(port):
    for ending in ("close", "reset"):
        session = Session(port)
        session.begin()
        session.socket.sendall(HEADER % b"vanished" + b"half-written\r\n" * 1000)
        if ending == "reset":
            session.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        session.close()
    session = Session(port)
    session.begin()
    session.socket.sendall(HEADER % b"vanished" + b"half-written, ended by a lone dot without its CRLF\r\n.")
    session.close()
    time.sleep(0.5)
    session = Session(port)
    expect("others are served after a client vanished in DATA", session.send_whole(b"after-vanished"))
    session.close()


def smuggling(port):
    session = Session(port)
    session.begin()
    session.socket.sendall(
        HEADER % b"smuggling" + b"half-written\n.\nMAIL FROM:<evil@example.org>\r\nRCPT TO:<operator@example.org>\r\nDATA\r\nhalf-written\r\n.\r\n")
    reply = session.reply()
    expect("LF.LF does not end the data: one reply, a refusal", reply.startswith("5"), reply)
    expect("and no second message rode behind it", session.send_whole(b"after-smuggling"))
    session.close()


def many(port):
    sessions = []
    refused = ""
    for _ in range(120):
        connection = socket.create_connection(("127.0.0.1", port), 10)
        sessions.append(connection)
    for connection in sessions:
        greeting = connection.recv(512).decode("ascii", "replace")
        if greeting.startswith("421"):
            refused = greeting
    for connection in sessions:
        connection.close()
    expect("past the sessions of one address the answer is 421", refused.startswith("421 "), refused)
    time.sleep(0.5)
    session = Session(port)
    expect("and when they are gone there is room again", session.send_whole(b"after-many"))
    session.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pid", type=int, required=True)
    arguments = parser.parse_args()
    over_size(arguments.port)
    unknown_verb(arguments.port)
    endless_line(arguments.port, arguments.pid)
    vanishing(arguments.port)
    smuggling(arguments.port)
    many(arguments.port)


main()
