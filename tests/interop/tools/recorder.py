"""A smarthost that records what it is sent, byte for byte.

Each message becomes two files in the directory: NNNNNN.eml with its bytes (dots unstuffed, nothing else touched) and
NNNNNN.env with the time it was complete, the MAIL and the RCPT commands. Both exist before the 250 is sent.
"""

import argparse
import os
import socketserver
import threading
import time


class Recorder(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, directory):
        super().__init__(address, Session)
        self.directory = directory
        self.lock = threading.Lock()
        self.count = len([name for name in os.listdir(directory) if name.endswith(".eml")])

    def store(self, message, commands):
        with self.lock:
            self.count += 1
            name = os.path.join(self.directory, "%06d" % self.count)
        with open(name + ".env", "w") as file:
            file.write("%.6f\n" % time.time())
            file.write("".join(command + "\n" for command in commands))
        with open(name + ".part", "wb") as file:
            file.write(message)
        # A reader that sees the .eml sees all of it.
        os.rename(name + ".part", name + ".eml")


class Session(socketserver.StreamRequestHandler):
    # Replies to pipelined commands are small writes in a row: with Nagle's algorithm each would wait for an ACK.
    disable_nagle_algorithm = True

    def reply(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        try:
            self.converse()
        except (ConnectionError, BrokenPipeError):
            pass

    def converse(self):
        commands = []
        self.reply("220 recorder.example.org ESMTP")
        while True:
            line = self.rfile.readline()
            if not line:
                return
            verb = line[:4].upper()
            if verb == b"EHLO":
                commands = []
                self.reply("250-recorder.example.org\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE")
            elif verb == b"MAIL":
                commands = [line.decode("utf-8", "backslashreplace").rstrip("\r\n")]
                self.reply("250 2.1.0 ok")
            elif verb == b"RCPT":
                commands.append(line.decode("utf-8", "backslashreplace").rstrip("\r\n"))
                self.reply("250 2.1.5 ok")
            elif verb == b"DATA":
                self.reply("354 end with CRLF.CRLF")
                message = self.read_message()
                if message is None:
                    return
                self.server.store(message, commands)
                commands = []
                self.reply("250 2.0.0 recorded")
            elif verb == b"QUIT":
                self.reply("221 2.0.0 bye")
                return
            elif verb in (b"HELO", b"RSET", b"NOOP"):
                commands = []
                self.reply("250 2.0.0 ok")
            else:
                self.reply("500 5.5.1 what?")

    def read_message(self):
        """All lines up to the lone dot. Only CRLF ends a line; a bare LF is a byte like any other."""
        message = bytearray()
        at_line_start = True
        while True:
            piece = self.rfile.readline()
            if not piece:
                return None
            if at_line_start and piece.startswith(b"."):
                if piece == b".\r\n":
                    return bytes(message)
                piece = piece[1:]
            message += piece
            at_line_start = message.endswith(b"\r\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--directory", required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    with Recorder(("127.0.0.1", arguments.port), arguments.directory) as server:
        server.serve_forever()


main()
