"""Prints a free port of 127.0.0.1 below those the system gives to whoever connects, never one that FILE has already, and adds it."""

import random
import socket
import sys


def lowest_given():
    """The lowest port that a connection may be given as its own."""
    try:
        with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
            return int(file.read().split()[0])
    except OSError:
        return 32768


def taken(path):
    try:
        with open(path) as file:
            return set(file.read().split())
    except FileNotFoundError:
        return set()


def is_free(port):
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def main():
    known = taken(sys.argv[1])
    lowest = lowest_given()
    # Where the system gives nearly all of them away, there is nothing to keep apart.
    candidates = range(10240, lowest if lowest > 12000 else 60000)
    for _ in range(1000):
        port = random.choice(candidates)
        if str(port) not in known and is_free(port):
            with open(sys.argv[1], "a") as file:
                file.write("%d\n" % port)
            print(port)
            return
    raise SystemExit("no port is free")


main()
