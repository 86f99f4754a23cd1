"""A crowd of clients at once, most of them slow on purpose; prints "ok NAME" or "FAIL NAME: why" for each thing that must hold.

crowd.py --port PORT --pid PID --idle N --slow N --quick N --session-time SECONDS --kib KIB [--inside]

First some messages, so that what is compiled late is compiled. Then N clients, each with a transaction begun, that wait: what the
relay's process has grown by, divided by N, is at most KIB. They leave. With --inside that is all, and they wait in the middle of a
message of which a few kilobytes were sent: a process is measured once, for what it has had it does not give back at once. Then slow clients (silent ones, some that say a command octet by octet, some a message octet by octet, some that never
read what they are answered) beside quick ones, which send message after message all the while. Every slow one must be cut at
SECONDS, none before, and no quick one may wait or be refused.
"""

import argparse
import select
import socket
import threading
import time

WARM = 400
KINDS = ("silent", "command", "message", "deaf")
TEXT = b"Date: Mon, 24 Nov 2025 10:00:00 +0000\r\nFrom: crowd@example.org\r\nMessage-ID: <%s@crowd.example.org>\r\n\r\nhello\r\n.\r\n"


def verdict(name, holds, why=""):
    print(("ok " + name) if holds else "FAIL %s: %s" % (name, why), flush=True)
    return holds


def resident(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


class Peer:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.socket.settimeout(20)
        self.seen = b""
        self.begun = time.monotonic()

    def until(self, text):
        """Reads until the text has come; what is behind it stays."""
        while text not in self.seen:
            more = self.socket.recv(4096)
            if not more:
                raise OSError("closed after %r" % self.seen[-80:])
            self.seen += more
        self.seen = self.seen[self.seen.index(text) + len(text):]

    def hello(self):
        self.until(b"220 ")
        self.until(b"\r\n")
        self.socket.sendall(b"EHLO crowd.example.org\r\n")
        self.until(b"250 ENHANCEDSTATUSCODES\r\n")

    def transaction(self):
        self.socket.sendall(b"MAIL FROM:<crowd@example.org>\r\nRCPT TO:<operator@example.org>\r\n")
        self.until(b"250 2.1.5 ")
        self.until(b"\r\n")

    def close(self):
        self.socket.close()


def warm_up(port, count):
    for number in range(count):
        peer = Peer(port)
        peer.hello()
        peer.transaction()
        peer.socket.sendall(b"DATA\r\n")
        peer.until(b"354 ")
        peer.socket.sendall(TEXT % (b"warm.%d" % number))
        peer.until(b"250 2.0.0 ")
        peer.close()
    time.sleep(3)


class Idle(Peer):
    """Waits with a transaction begun, or inside a message."""

    def __init__(self, port, inside):
        super().__init__(port)
        self.hello()
        self.transaction()
        if inside:
            self.socket.sendall(b"DATA\r\n")
            self.until(b"354 ")
            self.socket.sendall(TEXT[:-5] % b"inside" + b"Of a message that goes on and on.\r\n" * 100)


def idle(port, pid, count, kib, inside):
    first = [Idle(port, inside) for _ in range(100)]
    time.sleep(2)
    before = resident(pid)
    peers = []
    steps = []
    # In two halves only to be seen: what the runtime had in reserve is used up in the first.
    for _ in range(2):
        start = resident(pid)
        half = [Idle(port, inside) for _ in range(count // 2)]
        time.sleep(2)
        peers += half
        steps.append((resident(pid) - start) / len(half))
    each = sum(steps) / len(steps)
    what = "connections inside a message" if inside else "idle connections"
    print("%d %s: %d KiB before, %s KiB more for each" % (count, what, before, " then ".join("%.1f" % step for step in steps)), flush=True)
    verdict("%d %s take at most %d KiB of the process each" % (count, what, kib), each <= kib, "%.1f KiB each" % each)
    for peer in first + peers:
        peer.close()
    time.sleep(1)


class Slow:
    def __init__(self, port, kind):
        self.kind = kind
        self.peer = Peer(port)
        self.peer.hello()
        if kind == "message":
            self.peer.transaction()
            self.peer.socket.sendall(b"DATA\r\n")
            self.peer.until(b"354 ")
        self.peer.socket.setblocking(False)
        self.ended = None
        self.last = b""

    def drip(self):
        """One octet more, and a look at whether the relay has cut us."""
        if self.ended is not None:
            return
        try:
            if self.kind == "deaf":
                self.peer.socket.send(b"NOOP\r\n" * 4)
            elif self.kind != "silent":
                self.peer.socket.send(b"x")
        except BlockingIOError:
            pass
        except OSError:
            self.ended = time.monotonic()
            return
        if self.kind == "deaf":
            # Only whether it is over, without reading.
            poll = select.poll()
            poll.register(self.peer.socket, select.POLLRDHUP)
            if poll.poll(0):
                self.ended = time.monotonic()
            return
        try:
            more = self.peer.socket.recv(4096)
            self.last += more
            if not more:
                self.ended = time.monotonic()
        except BlockingIOError:
            pass
        except OSError:
            self.ended = time.monotonic()


class Quick(threading.Thread):
    def __init__(self, port, number, stop):
        super().__init__(daemon=True)
        self.port, self.number, self.stop = port, number, stop
        self.sent, self.longest, self.trouble = 0, 0.0, None

    def run(self):
        try:
            while not self.stop.is_set():
                began = time.monotonic()
                peer = Peer(self.port)
                peer.hello()
                peer.transaction()
                peer.socket.sendall(b"DATA\r\n")
                peer.until(b"354 ")
                peer.socket.sendall(TEXT % (b"%d.%d" % (self.number, self.sent)))
                peer.until(b"250 2.0.0 ")
                peer.close()
                self.longest = max(self.longest, time.monotonic() - began)
                self.sent += 1
                self.stop.wait(1)
        except OSError as trouble:
            self.trouble = trouble


def crowd(port, pid, slow, quick, session_time):
    stop = threading.Event()
    peers = [Slow(port, KINDS[i % len(KINDS)]) for i in range(slow)]
    quicks = [Quick(port, i, stop) for i in range(quick)]
    for each in quicks:
        each.start()
    most = 0
    end = time.monotonic() + session_time + 20
    while any(peer.ended is None for peer in peers) and time.monotonic() < end:
        for peer in peers:
            peer.drip()
        most = max(most, resident(pid))
        time.sleep(0.5)
    stop.set()
    for each in quicks:
        each.join(30)
    for kind in KINDS:
        mine = [peer for peer in peers if peer.kind == kind]
        times = [peer.ended - peer.peer.begun for peer in mine if peer.ended is not None]
        cut = "%d of %d, after %.1f to %.1f s" % (len(times), len(mine), min(times, default=0), max(times, default=0))
        name = "every slow client is cut at its limit of %d s: %s (%s)" % (session_time, kind, cut)
        verdict(name, len(times) == len(mine) and min(times) > session_time - 1 and max(times) < session_time + 15, cut)
        if kind != "deaf":
            told = sum(b"421 4.4.2 " in peer.last for peer in mine)
            verdict("and told so: %s" % kind, told == len(mine), "%d of %d" % (told, len(mine)))
    sent = sum(each.sent for each in quicks)
    longest = max((each.longest for each in quicks), default=0)
    troubles = [str(each.trouble) for each in quicks if each.trouble]
    print("%d messages by %d quick clients beside %d slow ones, the longest took %.2f s; at most %d KiB resident" % (sent, quick, slow, longest, most), flush=True)
    verdict("the others are served", not troubles and sent >= 3 * quick and longest < 5, "%d sent, longest %.1f s, %s" % (sent, longest, troubles[:3]))
    return sent


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--idle", type=int, default=1000)
    parser.add_argument("--inside", action="store_true")
    parser.add_argument("--slow", type=int, default=900)
    parser.add_argument("--quick", type=int, default=100)
    parser.add_argument("--session-time", type=int, required=True)
    parser.add_argument("--kib", type=int, default=16)
    options = parser.parse_args()
    warm_up(options.port, WARM)
    idle(options.port, options.pid, options.idle, options.kib, options.inside)
    if options.inside:
        print("acknowledged %d" % WARM, flush=True)
        return
    sent = crowd(options.port, options.pid, options.slow, options.quick, options.session_time)
    print("acknowledged %d" % (WARM + sent), flush=True)


main()
