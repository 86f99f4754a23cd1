"""Relays side by side on one machine and one disk: accepted-and-durable and drained messages a second, syncs, memory. See README.md."""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import relays
import report

# name: sessions, octets of text, whether a connection is kept for many messages
LOADS = {
    "20 sessions, 1 KiB": (20, 1024, False),
    "20 sessions, 1 KiB, -d": (20, 1024, True),
    "20 sessions, 100 KiB": (20, 102400, False),
    "20 sessions, 100 KiB, -d": (20, 102400, True),
    "1 session, 1 KiB": (1, 1024, False),
    "1 session, 1 KiB, -d": (1, 1024, True),
}

# How many messages make a run of some seconds: 20 sessions and 1 KiB, 100 KiB, 1 session.
MESSAGES = {
    "SmtpEmbedded": (6000, 1000, 1500),
    "SmtpEmbedded, 4 connections": (6000, 1000, 1500),
    "straight to the sink": (8000, 2000, 4000),
    "Postfix": (1000, 300, 500),
    "Exim": (150, 80, 40),
    "nullmailer": (300, 150, 150),
    "aiosmtpd": (1000, 300, 400),
    "smtp-server": (1000, 300, 400),
}

# Those a run without --relays is over; the others are measured in the first round only, being far behind.
LEADERS = ("SmtpEmbedded", "Postfix", "SmtpEmbedded, 4 connections", "straight to the sink")
OTHERS = ("nullmailer", "Exim", "aiosmtpd", "smtp-server")


class Sink:
    """Postfix's smtp-sink, which ends when it has taken so many messages: that moment is when the relay has drained."""

    def __init__(self, port, messages):
        command = ["smtp-sink"] + (["-u", "nobody"] if os.getuid() == 0 else []) + ["-M", str(messages), "127.0.0.1:%d" % port, "1024"]
        self.process = subprocess.Popen(command, env=dict(os.environ, PATH=relays.SBIN), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        relays.wait_for_port(port, self.process)

    def wait(self, seconds):
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def source(port, load, messages):
    """Runs smtp-source; it ends when each message has had its 250."""
    sessions, octets, kept = LOADS[load]
    command = ["smtp-source", "-s", str(sessions), "-l", str(octets), "-m", str(messages), "-f", "load@example.org", "-t", "operator@example.org"]
    subprocess.run(command + (["-d"] if kept else []) + ["127.0.0.1:%d" % port], env=dict(os.environ, PATH=relays.SBIN), check=True, timeout=900, stdin=subprocess.DEVNULL)


class Syncs:
    """Counts the calls that make something durable, by strace on the relay and all below it."""

    CALLS = ("fsync", "fdatasync", "sync_file_range", "syncfs", "sync")

    def __init__(self, relay):
        self.path = os.path.join(relay.work, "syncs")
        pids = [part for process in relay.processes for one in relays.family(process.pid) for part in ("-p", str(one))]
        self.process = subprocess.Popen(["strace", "-f", "-qq", "-e", "trace=" + ",".join(self.CALLS), "-o", self.path] + pids,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        done = re.compile(r"\b(%s)(\(| resumed).* = 0" % "|".join(self.CALLS))
        with open(self.path, encoding="utf-8", errors="replace") as file:
            return sum(1 for line in file if done.search(line))


class Course:
    """A relay, fresh and empty, between a load and a sink."""

    def __init__(self, name, places):
        self.kind = next(kind for kind in vars(relays).values() if getattr(kind, "name", None) == name)
        self.is_straight = self.kind is relays.Straight
        self.work = tempfile.mkdtemp(prefix="race-", dir=places["folder"])
        self.relay = self.kind(self.work, places["jail"], places["rivals"], relays.free_port())
        self.sinks = []

    def __enter__(self):
        if self.is_straight:
            self.sink(sys.maxsize >> 40)
        self.relay.start()
        return self

    def __exit__(self, *_):
        self.relay.stop()
        for sink in self.sinks:
            sink.stop()
        shutil.rmtree(self.work, ignore_errors=True)

    def sink(self, messages):
        self.sinks.append(Sink(self.relay.onward, messages))
        return self.sinks[-1]

    def warm(self, load, messages, more):
        """Sends some messages and waits until they are through. The sink stays: one that goes away is a failure to a relay, which then waits."""
        if self.relay.delivers and not self.is_straight:
            self.sink(messages + more)
        source(self.relay.port, load, messages)
        if self.relay.delivers and not self.is_straight:
            last, quiet = None, 0
            while quiet < 10:
                time.sleep(0.1)
                with open("/proc/%d/stat" % self.sinks[-1].process.pid, encoding="ascii") as file:
                    ticks = file.read().rsplit(")", 1)[1].split()[11:13]
                quiet = quiet + 1 if ticks == last else 0
                last = ticks

    def send(self, load, messages, seconds=600):
        """Seconds until all are accepted, and until the sink is done, or None for those that hand nothing on."""
        began = time.monotonic()
        source(self.relay.port, load, messages)
        accepted = time.monotonic() - began
        if not self.sinks or self.is_straight:
            return accepted, None
        if not self.sinks[-1].wait(seconds):
            raise RuntimeError("%s did not drain %d messages in %d s" % (self.relay.name, messages, seconds))
        return accepted, time.monotonic() - began


def measure(name, load, scale, places, count_syncs):
    sessions, octets, _ = LOADS[load]
    messages = max(sessions * 2, int(MESSAGES[name][2 if sessions == 1 else 1 if octets > 10000 else 0] * scale))
    with Course(name, places) as course:
        # Whoever compiles or forks on demand has done so before the clock runs.
        course.warm(load, max(sessions * 2, messages // 2 if issubclass(course.kind, relays.Gateway) else messages // 10), messages)
        syncs = Syncs(course.relay) if count_syncs and not course.is_straight else None
        accepted, drained = course.send(load, messages)
        result = {"accepted": messages / accepted}
        if drained:
            result["drained"] = messages / drained
        if syncs:
            # Under strace times mean nothing.
            return {"syncs": syncs.stop() / messages}
        result["memory"] = sum(relays.memory(process.pid) for process in course.relay.processes)
        return result


def long_run(places, messages, step):
    """Our memory in KiB after every so many messages."""
    memory = []
    with Course("SmtpEmbedded", places) as course:
        course.sink(messages)
        for _ in range(0, messages, step):
            source(course.relay.port, "20 sessions, 1 KiB", step)
            memory.append(relays.memory(course.relay.pid))
    return {"step": step, "memory": memory}


def idle(places, connections):
    """Our memory in octets for a connection that has been greeted and says nothing."""
    with Course("SmtpEmbedded", places) as course:
        course.warm("20 sessions, 1 KiB", 2000, 1)
        before = relays.memory(course.relay.pid)
        held = []
        for _ in range(connections):
            held.append(socket.create_connection(("127.0.0.1", course.relay.port)))
            held[-1].recv(512)
            held[-1].sendall(b"EHLO idle.example.org\r\n")
            held[-1].recv(512)
        time.sleep(1)
        after = relays.memory(course.relay.pid)
        for one in held:
            one.close()
    return {"connections": connections, "octets": (after - before) * 1024 / connections}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--relays", help="names with commas between; all without it")
    parser.add_argument("--loads", help="names with semicolons between, may be none; all without it")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1, help="of the number of messages")
    parser.add_argument("--no-syncs", action="store_true")
    parser.add_argument("--no-memory", action="store_true")
    parser.add_argument("--jail", required=True)
    parser.add_argument("--rivals", required=True)
    parser.add_argument("--output", help="folder for results.json and RESULTS.md")
    parser.add_argument("--append", action="store_true", help="to what is in results.json")
    parser.add_argument("--smoke", action="store_true", help="one short run of ours and of the load straight to the sink: whether all works")
    arguments = parser.parse_args()
    places = {"jail": arguments.jail, "rivals": arguments.rivals, "folder": os.environ.get("RACE_FOLDER")}
    loads = list(LOADS) if arguments.loads is None else [one for one in arguments.loads.split(";") if one]
    if arguments.smoke:
        for name in ("SmtpEmbedded", "straight to the sink"):
            print(name, measure(name, loads[0], 0.05, places, False))
        print("syncs", measure("SmtpEmbedded", "1 session, 1 KiB", 0.05, places, True))
        return

    results = {load: {} for load in loads}
    for turn in range(arguments.rounds):
        for load in loads:
            names = arguments.relays.split(",") if arguments.relays else LEADERS + (OTHERS if turn == 0 else ())
            for name in names if turn % 2 == 0 else reversed(names):
                one = measure(name, load, arguments.scale, places, False)
                results[load].setdefault(name, []).append(one)
                print("%d  %-25s %-21s" % (turn + 1, load, name), {key: round(value) for key, value in one.items()}, flush=True)
    if not arguments.no_syncs:
        for load in loads:
            for name in results[load]:
                if name != "straight to the sink":
                    one = measure(name, load, arguments.scale * 0.3, places, True)
                    results[load][name].append(one)
                    print("   %-25s %-21s" % (load, name), one, flush=True)
    memory = {}
    if not arguments.no_memory:
        memory = {"long": long_run(places, 100000, 10000), "idle": idle(places, 900)}
        print(memory, flush=True)

    if arguments.output:
        path = os.path.join(arguments.output, "results.json")
        whole = {"runs": {}, "memory": {}, "load averages": []}
        if arguments.append and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                whole = json.load(file)
        for load, each in results.items():
            for name, several in each.items():
                whole["runs"].setdefault(load, {}).setdefault(name, []).extend(several)
        whole["memory"] = memory or whole["memory"]
        whole["load averages"].append(os.getloadavg()[1])
        with open(path, "w", encoding="utf-8") as file:
            json.dump(whole, file, indent=1)
        report.write(arguments.output)


if __name__ == "__main__":
    main()
