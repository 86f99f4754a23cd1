"""Plays systemd to the gateway: a service of Type=notify with a watchdog. Fails unless it hears what it must.

notify.py GATEWAY SETTINGS
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

gateway, settings = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "notify")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(path)
    listener.settimeout(20)
    environment = dict(os.environ, NOTIFY_SOCKET=path, WATCHDOG_USEC="1000000", JOURNAL_STREAM="1:1")
    # systemd tells the process its own number.
    process = subprocess.Popen(
        ["sh", "-c", 'SYSTEMD_EXEC_PID=$$ exec "$0" "$@"', gateway, "run", "--settings", settings],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    heard = []
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end and not ("READY=1" in heard and heard.count("WATCHDOG=1") >= 3):
            heard += listener.recv(4096).decode().splitlines()
        process.send_signal(signal.SIGTERM)
        while "STOPPING=1" not in heard:
            heard += listener.recv(4096).decode().splitlines()
        code = process.wait(30)
        log = process.stderr.read()
    finally:
        if process.poll() is None:
            process.kill()

print("\n".join(heard))
wrong = [state for state in ("READY=1", "WATCHDOG=1", "STOPPING=1") if state not in heard]
if not any(state.startswith("STATUS=") for state in heard):
    wrong.append("STATUS")
if code != 0:
    wrong.append("exit code %d" % code)
if not log or not all(line.startswith("<") for line in log.splitlines()):
    wrong.append("a log without priorities: " + log)
sys.exit("missing or wrong: " + ", ".join(wrong) if wrong else 0)
