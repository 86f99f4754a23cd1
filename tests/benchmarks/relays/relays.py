"""The relays of the race: how each is started, on 127.0.0.1 and in a folder of its own, and ended again.

Postfix and Exim run in the jail that tests/interop/smarthosts/jail.sh makes of their Debian packages, the others in the folder of
prepare.sh.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
SBIN = os.environ["PATH"] + ":/usr/sbin"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process=None, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process is not None and process.poll() is not None:
            raise RuntimeError("it ended with exit code %s before it listened" % process.returncode)
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("nothing listens on port %d" % port)


def family(pid):
    """A process and all below it."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, encoding="ascii", errors="replace") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(name))
            except OSError:
                pass
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        found.append(one)
        queue.extend(children.get(one, []))
    return found


def memory(pid):
    """KiB of a process and all below it that are theirs: anonymous and shared pages by share (PSS), without what is mapped from files."""
    total = 0
    for one in family(pid):
        try:
            with open("/proc/%d/smaps_rollup" % one, encoding="ascii") as file:
                for line in file:
                    if line.startswith(("Pss_Anon:", "Pss_Shmem:")):
                        total += int(line.split()[1])
        except OSError:
            pass
    return total


class Relay:
    """A relay: takes mail on `port`, hands it to a sink on `onward`."""

    name = ""
    delivers = True

    def __init__(self, work, jail, rivals, onward):
        self.port = free_port()
        self.onward = onward
        self.work = work
        self.jail = jail
        self.rivals = rivals
        self.processes = []

    def start(self):
        raise NotImplementedError

    def spawn(self, *command, **options):
        log = open(os.path.join(self.work, self.name.replace(" ", "-") + ".log"), "ab")
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **options)
        log.close()
        self.processes.append(process)
        return process

    @property
    def pid(self):
        return self.processes[0].pid

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes = []


class Gateway(Relay):
    """Ours, as it comes: one connection to the smarthost."""

    name = "SmtpEmbedded"
    connections = 1

    def start(self):
        spool = os.path.join(self.work, "spool")
        settings = os.path.join(self.work, "settings")
        with open(settings, "w", encoding="utf-8") as file:
            file.write("[server]\nlisten = 127.0.0.1:%d\nhostname = relay.example.org\n\n[smarthost]\nhost = 127.0.0.1\nport = %d\nsecurity = none\nconnections = %d\n\n[limits]\nsessions-per-address = 1000\n\n[spool]\npath = %s\n"
                       % (self.port, self.onward, self.connections, spool))
        gateway = os.environ.get("GATEWAY", os.path.join(ROOT, "firmware/gateway/bin/Release/net10.0/smtpembedded"))
        process = self.spawn(gateway, "run", "--settings", settings)
        wait_for_port(self.port, process)


class GatewayWithFour(Gateway):
    """Ours with four connections to the smarthost; Postfix uses up to twenty."""

    name = "SmtpEmbedded, 4 connections"
    connections = 4


class Postfix(Relay):
    """Debian's defaults, but in_flow_delay = 0, which favours it: nothing that arrives is slowed down."""

    name = "Postfix"

    def start(self):
        self.run = tempfile.mkdtemp(prefix="race-", dir=os.path.join(self.jail, "run"))
        inside = self.run[len(self.jail):]
        for part in ("incoming", "active", "deferred", "bounce", "defer", "corrupt", "hold", "flush", "trace", "saved", "private", "public", "maildrop", "pid"):
            os.makedirs(os.path.join(self.run, "queue", part))
            if part != "pid":
                os.chown(os.path.join(self.run, "queue", part), 900, 901 if part in ("public", "maildrop") else 900)
        os.makedirs(os.path.join(self.run, "data"))
        os.chmod(self.run, 0o755)
        os.chown(os.path.join(self.run, "data"), 900, 900)
        with open(os.path.join(self.run, "main.cf"), "w", encoding="ascii") as file:
            file.write("""compatibility_level = 3.6
queue_directory = {0}/queue
data_directory = {0}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
shlib_directory = /usr/lib/postfix
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
relayhost = [127.0.0.1]:{1}
smtp_host_lookup = native
in_flow_delay = 0
maillog_file = {0}/postfix.log
maillog_file_prefixes = /run
""".format(inside, self.onward))
        with open(os.path.join(self.run, "master.cf"), "w", encoding="ascii") as file:
            file.write("""127.0.0.1:%d inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
""" % self.port)
        process = self.spawn("chroot", self.jail, "/usr/lib/postfix/sbin/master", "-c", inside, "-d")
        wait_for_port(self.port, process)

    def stop(self):
        super().stop()
        shutil.rmtree(self.run, ignore_errors=True)


class Exim(Relay):
    """Its defaults: a process a connection, delivery at once by another."""

    name = "Exim"

    def start(self):
        self.run = tempfile.mkdtemp(prefix="race-", dir=os.path.join(self.jail, "run"))
        inside = self.run[len(self.jail):]
        os.makedirs(os.path.join(self.run, "spool"))
        os.makedirs(os.path.join(self.run, "log"))
        with open(os.path.join(self.run, "exim.conf"), "w", encoding="ascii") as file:
            file.write("""primary_hostname = relay.example.org
spool_directory = {0}/spool
log_file_path = {0}/log/%slog
daemon_smtp_ports = {1}
local_interfaces = 127.0.0.1
tls_advertise_hosts =
smtp_accept_max = 100
acl_smtp_rcpt = accept
begin routers
onward:
  driver = manualroute
  transport = onward
  route_list = * 127.0.0.1::{2} byname
  self = send
begin transports
onward:
  driver = smtp
  port = {2}
  allow_localhost
  hosts_try_auth =
  hosts_avoid_tls = *
""".format(inside, self.port, self.onward))
        for folder, _, files in os.walk(self.run):
            for one in [folder] + [os.path.join(folder, name) for name in files]:
                os.chown(one, 904, 904)
        os.chmod(self.run, 0o755)
        os.chown(os.path.join(self.run, "exim.conf"), 0, 0)
        process = self.spawn("chroot", self.jail, "/usr/sbin/exim4", "-C", inside + "/exim.conf", "-bdf", "-q5s")
        wait_for_port(self.port, process)

    def stop(self):
        super().stop()
        shutil.rmtree(self.run, ignore_errors=True)


class Nullmailer(Relay):
    """nullmailer-smtpd behind tcpserver, and nullmailer-send."""

    name = "nullmailer"

    def start(self):
        self.run = os.path.join(self.rivals, "nullmailer")
        self.empty()
        with open(os.path.join(self.run, "etc/nullmailer/remotes"), "w", encoding="ascii") as file:
            file.write("127.0.0.1 smtp --port=%d\n" % self.onward)
        self.spawn("chroot", self.run, "/usr/bin/tcpserver", "-H", "-R", "-l", "0", "-c", "100", "127.0.0.1", str(self.port), "/usr/bin/nullmailer-smtpd")
        self.spawn("chroot", self.run, "/usr/sbin/nullmailer-send")
        wait_for_port(self.port, self.processes[0])

    def empty(self):
        for part in ("queue", "tmp", "failed"):
            folder = os.path.join(self.run, "var/spool/nullmailer", part)
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            os.chown(folder, 8, 8)

    def stop(self):
        super().stop()
        self.empty()


class Aiosmtpd(Relay):
    """Stores with two syncs a message and hands nothing on."""

    name = "aiosmtpd"
    delivers = False

    def start(self):
        os.makedirs(os.path.join(self.work, "stored"))
        environment = dict(os.environ, PYTHONPATH=os.path.join(self.rivals, "aiosmtpd/usr/lib/python3/dist-packages"))
        process = self.spawn("/usr/bin/python3", os.path.join(HERE, "rivals/aiosmtpd_store.py"), str(self.port), os.path.join(self.work, "stored"), env=environment)
        wait_for_port(self.port, process)


class SmtpServer(Relay):
    """Stores with two syncs a message and hands nothing on."""

    name = "smtp-server"
    delivers = False

    def start(self):
        os.makedirs(os.path.join(self.work, "stored"))
        environment = dict(os.environ, NODE_PATH=os.path.join(self.rivals, "smtp-server/node_modules"))
        process = self.spawn("node", os.path.join(HERE, "rivals/smtp_server_store.js"), str(self.port), os.path.join(self.work, "stored"), env=environment)
        wait_for_port(self.port, process)


class Straight(Relay):
    """No relay: the load goes straight into the sink. What this machine's load and sink can do at most."""

    name = "straight to the sink"

    def start(self):
        self.port = self.onward

    @property
    def pid(self):
        return None
