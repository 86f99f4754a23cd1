"""Sends messages with distinct ids until told to stop, and writes down every id that was acknowledged.

load.py --port PORT --threads N --acknowledged FILE --stop FILE

Each thread keeps a connection, sends message after message, and on any trouble connects again with the next id: an id is
sent once only, so that a second copy at the smarthost can only come from the relay. An id is written to the file after
the 250 for it has been read. The threads end when the stop file exists.
"""

import argparse
import os
import random
import socket
import threading
import time


class Trouble(Exception):
    pass


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 5)
        self.file = self.socket.makefile("rb")
        self.expect(b"220")
        self.command(b"EHLO load.example.org", b"250")

    def expect(self, code):
        while True:
            line = self.file.readline()
            if not line.endswith(b"\n"):
                raise Trouble("connection lost")
            if line[3:4] == b"-":
                continue
            if not line.startswith(code):
                raise Trouble(line.decode("ascii", "replace"))
            return

    def command(self, line, code):
        self.socket.sendall(line + b"\r\n")
        self.expect(code)

    def send(self, identity, body):
        self.command(b"MAIL FROM:<load@example.org>", b"250")
        self.command(b"RCPT TO:<operator@example.org>", b"250")
        self.command(b"DATA", b"354")
        self.socket.sendall(
            b"Date: Mon, 24 Nov 2025 10:00:00 +0000\r\nFrom: load@example.org\r\nMessage-ID: <" + identity
            + b"@load.example.org>\r\nX-Load-Id: " + identity + b"\r\n\r\n" + body + b"\r\n.\r\n")
        self.expect(b"250")

    def close(self):
        self.file.close()
        self.socket.close()


def work(number, arguments, acknowledged, lock):
    client = None
    sequence = 0
    choice = random.Random(number)
    while not os.path.exists(arguments.stop):
        sequence += 1
        identity = b"%d-%d" % (number, sequence)
        try:
            if client is None:
                client = Client(arguments.port)
            client.send(identity, b"z" * choice.choice((10, 500, 900)) + b"\r\n" + (b"w" * 70 + b"\r\n") * choice.choice((0, 0, 0, 400)))
        except (OSError, Trouble):
            if client is not None:
                client.close()
            client = None
            time.sleep(0.05)
            continue
        with lock:
            acknowledged.write(identity.decode() + "\n")
            acknowledged.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--acknowledged", required=True)
    parser.add_argument("--stop", required=True)
    arguments = parser.parse_args()
    lock = threading.Lock()
    with open(arguments.acknowledged, "a") as acknowledged:
        threads = [threading.Thread(target=work, args=(number, arguments, acknowledged, lock)) for number in range(arguments.threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


main()
