#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot-prober, started by the bus, against real servers: good, broken and hostile ones.

usage: test_prober.py [--build DIR] [TEST...]

Asked by prober.h as the console does (test-prober), and by busctl where what is asked is wrong.
"""

import contextlib
import functools
import glob
import os
import re
import signal
import subprocess
import sys
import time

import driver
from bus import owner_pid
from driver import TOP, Driver, enter, ip, run_tests, sandbox

sys.path.insert(0, os.path.join(TOP, "tests/lib"))
from webserver import WebServer  # noqa: E402

wait = functools.partial(driver.wait, pause=0.01)
prober_pid = functools.partial(owner_pid, "org.firstboot.Prober1")
NEAR, NEAR6, PEER = "192.0.2.10", "2001:db8::10", "192.0.2.1"
(ANSWERED, REFUSED, NO_CONNECTION, UNREACHABLE, NO_TLS, TLS_FAILED, SILENT, SLOW, GARBAGE, CLOSED) = range(10)
LIMIT = 5
SERVICE_FILE = "/usr/share/dbus-1/system-services/org.firstboot.Prober1.service"
LOGS = "/run/prober-logs"
WRAPPER = os.environ.get("FIRSTBOOTD_WRAPPER", "").replace("/run/valgrind", LOGS + "/valgrind")
CHECKED = bool(WRAPPER)


def run(*command, **more):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **more).stdout


def busctl(*arguments, uid=None):
    """A method call by hand: the exit status, and what was said."""
    place = ["setpriv", f"--reuid={uid}", "--clear-groups"] if uid else []
    done = subprocess.run([*place, "busctl", "--timeout=30", "call", "org.firstboot.Prober1", "/org/firstboot/Prober1",
                           "org.firstboot.Prober1", *arguments], text=True, check=False, capture_output=True)
    return done.returncode, done.stdout + done.stderr


def memory():
    """What the prober has had at most, KiB."""
    with open(f"/proc/{prober_pid()}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


class Asker(Driver):
    """A running test-prober."""

    def hear(self, n=1, seconds=20):
        """So many lines of what has come."""
        lines = []
        end = time.monotonic() + seconds
        while len(lines) < n:
            assert time.monotonic() < end, f"only {lines} after {seconds} s"
            lines += self.tell("heard")
            time.sleep(0.005)
        assert len(lines) == n, lines
        return lines

    def ask(self, line):
        self.tell(line)
        return self.hear()[0]

    def web(self, port, scheme="http", address=NEAR, path="/", host="", ifindex=0):
        self.tell(f"web {ifindex} {address} {port} {scheme} {path} {host}")
        return Check(*self.hear(2))

    def test(self, line):
        """Good or not, and the sentence."""
        kind, error, good, text = self.ask(line).split(" ", 3)
        assert (kind, error) == ("test", "0"), (kind, error, text)
        return good == "1", text


class Check:
    """An answer to CheckWeb."""

    def __init__(self, web, certificate):
        kind, self.error, self.answer, self.status, took, self.why = web.split(" ", 5)
        assert kind == "web"
        self.error, self.answer, self.status, self.took = int(self.error), int(self.answer), int(self.status), int(took) / 1e6
        words = certificate.split(" ")
        self.present, self.sha256 = words[1] == "1", words[2]
        self.self_signed, self.names_host = words[3] == "1", words[4] == "1"
        self.not_before, self.not_after = int(words[5]), int(words[6])
        self.name = bytes.fromhex(words[7]).decode()

    def expect(self, answer, status=0, error=0):
        assert (self.error, self.answer, self.status) == (error, answer, status), vars(self)
        return self


# -- CheckWeb ----------------------------------------------------------------------------------------------------------

# What comes of each kind of server: scheme, answer, status.
SERVERS = {
    "plain": ("http", ANSWERED, 200),
    "500": ("http", ANSWERED, 500),
    "redirect": ("http", ANSWERED, 302),
    "old": ("http", ANSWERED, 401),
    "informed": ("http", ANSWERED, 200),
    "headers": ("http", ANSWERED, 200),
    "body": ("http", ANSWERED, 200),
    "garbage": ("http", GARBAGE, 0),
    "nuls": ("http", GARBAGE, 0),
    "ssh": ("http", GARBAGE, 0),
    "line": ("http", GARBAGE, 0),
    "closing": ("http", CLOSED, 0),
    "reset": ("http", CLOSED, 0),
    "half": ("http", CLOSED, 0),
    "alert": ("https", TLS_FAILED, 0),
    "tls": ("https", ANSWERED, 200),
    "tls-old": ("https", TLS_FAILED, 0),
    "tls-500": ("https", ANSWERED, 500),
    "tls-body": ("https", ANSWERED, 200),
    "tls-huge": ("https", ANSWERED, 200),
    "tls-garbage": ("https", GARBAGE, 0),
    "tls-closing": ("https", CLOSED, 0),
}


def test_servers(asker):
    for kind, (scheme, answer, status) in SERVERS.items():
        with WebServer(kind) as server:
            check = asker.web(server.port, scheme).expect(answer, status)
            assert check.took < (LIMIT if CHECKED else 1), (kind, check.took)
            assert check.present == kind.startswith("tls"), kind
            if check.present:
                assert check.sha256 == server.fingerprint, kind


def test_time_limit(asker):
    """Nobody is waited for longer; all of them at once."""
    kinds = {"hanging": ("http", SILENT), "slow": ("http", SLOW), "tls-hanging": ("https", SILENT), "tls-slow": ("https", SLOW)}
    with contextlib.ExitStack() as stack:
        for kind, (scheme, _) in kinds.items():
            server = stack.enter_context(WebServer(kind))
            asker.tell(f"web 0 {NEAR} {server.port} {scheme} /")
        server = stack.enter_context(WebServer("hanging"))
        asker.tell(f"web 0 {NEAR} {server.port} https /")
        lines = asker.hear(10)
    checks = [Check(lines[i], lines[i + 1]) for i in range(0, 10, 2)]
    assert sorted(check.answer for check in checks) == sorted([answer for _, answer in kinds.values()] + [SILENT])
    assert all(LIMIT <= check.took < LIMIT + 1 for check in checks), [check.took for check in checks]
    assert sum(check.present for check in checks) == 2, "a certificate is told also without an answer"


def test_no_connection(asker):
    """A listener whose queue is full takes no connection, and says nothing."""
    code = (f"import socket, time; s = socket.create_server(('{NEAR}', 8499), backlog=0); "
            "kept = [socket.socket() for _ in range(4)]\n"
            f"for k in kept: k.setblocking(False); k.connect_ex(('{NEAR}', 8499))\n"
            "print('ready', flush=True); time.sleep(100)")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        check = asker.web(8499).expect(NO_CONNECTION)
        assert LIMIT <= check.took < LIMIT + 1
        process.kill()


def test_refused(asker):
    asker.web(8498).expect(REFUSED)
    with WebServer("plain", address="127.0.0.1") as server:
        asker.web(server.port).expect(REFUSED)
        asker.web(server.port, address="127.0.0.1").expect(ANSWERED, 200)


def test_unreachable(asker):
    """The machine's own firewall rejects, and says so."""
    with WebServer("plain") as server:
        run("nft", f"add table inet t; add chain inet t i {{ type filter hook output priority 0; }}; add rule inet t i tcp dport "
            f"{server.port} reject with icmpx type admin-prohibited")
        try:
            assert asker.web(server.port).expect(UNREACHABLE).why
        finally:
            run("nft", "delete table inet t")
        asker.web(server.port).expect(ANSWERED, 200)


def test_wrong_scheme(asker):
    with WebServer("plain") as server:
        asker.web(server.port, "https").expect(NO_TLS)
    with WebServer("ssh") as server:
        asker.web(server.port, "https").expect(NO_TLS)
    with WebServer("tls") as server:
        check = asker.web(server.port, "http")
        assert check.answer in (GARBAGE, CLOSED), vars(check)


def test_certificates(asker):
    """Whom it names, who signed it, and for how long: as openssl says."""
    now = time.time()
    cases = [
        ("tls", {}, dict(self_signed=True, names_host=True, name=NEAR)),
        ("tls", dict(names=["appliance01.example.com"]), dict(names_host=False, name="appliance01.example.com")),
        ("tls-other-name", {}, dict(names_host=False, name="other.example.com")),
        ("tls-other-address", {}, dict(names_host=False, name="203.0.113.7")),
        ("tls-no-names", {}, dict(names_host=False, name="appliance")),
        ("tls-signed", {}, dict(self_signed=False, names_host=True)),
        ("tls-expired", {}, dict(names_host=True)),
        ("tls-future", {}, dict(names_host=True)),
    ]
    for kind, options, expected in cases:
        with WebServer(kind, address=NEAR, **options) as server:
            check = asker.web(server.port, "https").expect(ANSWERED, 200)
            theirs = run("openssl", "s_client", "-connect", f"{NEAR}:{server.port}", stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            dates = run("openssl", "x509", "-noout", "-fingerprint", "-sha256", "-dates", input=theirs)
            assert f"Fingerprint={check.sha256}\n" in dates, (check.sha256, dates)
            for ours, word in ((check.not_before, "notBefore"), (check.not_after, "notAfter")):
                stamp = time.strftime("%b %d %H:%M:%S %Y GMT", time.gmtime(ours))
                assert re.sub(" +0?", " ", f"{word}={stamp}") in re.sub(" +0?", " ", dates), (stamp, dates)
            for key, value in expected.items():
                assert getattr(check, key) == value, (kind, key, vars(check))
            assert (check.not_after < now) == (kind == "tls-expired")
            assert (check.not_before > now) == (kind == "tls-future")


def test_name_in_url(asker):
    """The name is what the certificate must have; a wildcard will do, the address will not."""
    cases = [("appliance01.example.com", "appliance01.example.com", True), ("*.example.com", "appliance01.example.com", True),
             ("*.com", "appliance01.example.com", False), (NEAR, "appliance01.example.com", False),
             ("other.example.com", "appliance01.example.com", False), ("APPLIANCE01.example.COM", "appliance01.example.com", True)]
    for name, host, expected in cases:
        with WebServer("tls-no-names" if name is None else "tls", names=[name]) as server:
            # "tls" adds the addresses of this machine, which do not count where a name was asked for.
            check = asker.web(server.port, "https", host=host).expect(ANSWERED, 200)
            assert check.names_host == expected, (name, host)


def test_ipv6(asker):
    ip("link set enp2s0 up")
    link_local = wait(lambda: re.search(r"inet6 (fe80\S+)/\d+ scope link $", run("ip", "address", "show", "enp2s0"), re.M),
                      "a link-local address", 10).group(1)
    index = int(open("/sys/class/net/enp2s0/ifindex", encoding="ascii").read())
    with WebServer("tls", address="::only") as server:
        assert asker.web(server.port, "https", NEAR6).expect(ANSWERED, 200).names_host
        asker.web(server.port, "https", link_local, ifindex=index).expect(ANSWERED, 200)
        asker.web(server.port, "https", NEAR).expect(REFUSED)


def test_request(asker):
    """What is asked is what a browser would ask, and nothing that one could slip in."""
    for scheme, kind in (("http", "echo"), ("https", "tls-echo")):
        for address, host, expected in ((NEAR, "", NEAR), (NEAR6, "", f"[{NEAR6}]"), (NEAR, "a.example.com", "a.example.com")):
            with WebServer(kind) as server:
                asker.web(server.port, scheme, address, path="/admin/?a=b#part", host=host).expect(ANSWERED, 200)
                lines = server.asked().split("\r\n")
                assert lines[0] == "GET /admin/?a=b HTTP/1.1", lines
                assert f"Host: {expected}:{server.port}" in lines, lines
                assert "Connection: close" in lines and any(line.startswith("User-Agent: firstboot/") for line in lines), lines
                assert lines[-2:] == ["", ""], lines
    with WebServer("echo", port=80) as server:
        asker.web(80).expect(ANSWERED, 200)
        assert f"Host: {NEAR}\r\n" in server.asked()


def test_hostile_name(asker):
    """A certificate may have anything for a name."""
    with WebServer("tls-hostile-name") as server:
        check = asker.web(server.port, "https").expect(ANSWERED, 200)
        assert "\x1b" in check.name, "it is the screen's to make it fit"
    with WebServer("tls-huge") as server:
        assert asker.web(server.port, "https").name.startswith("host0.xxx")


def test_renegotiation(asker):
    """A server that wants the handshake again, over TLS 1.2, instead of an answer."""
    folder = "/run/renegotiate"
    os.makedirs(folder, exist_ok=True)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=again", "-keyout", f"{folder}/key", "-out",
        f"{folder}/cert", stderr=subprocess.DEVNULL)
    with subprocess.Popen(["openssl", "s_server", "-accept", f"{NEAR}:8497", "-tls1_2", "-key", f"{folder}/key", "-cert",
                           f"{folder}/cert"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as server:
        while "ACCEPT" not in server.stdout.readline():
            pass
        asker.tell(f"web 0 {NEAR} 8497 https /")
        time.sleep(1)
        for _ in range(20):
            server.stdin.write("R\n")
            server.stdin.flush()
        check = Check(*asker.hear(2))
        assert check.answer in (SILENT, SLOW, CLOSED, TLS_FAILED) and check.present, vars(check)
        server.kill()


def test_memory(asker):
    """Whatever they send, we keep little of it."""
    asker.ask("keys")
    if CHECKED or "asan" in os.path.realpath(Asker.program):
        limit = 1 << 20
    else:
        limit = 20000
    for kind in ("body", "headers", "line", "tls-body", "tls-huge"):
        with WebServer(kind) as server:
            for _ in range(20):
                asker.web(server.port, "https" if kind.startswith("tls") else "http")
    assert memory() < limit, memory()


# -- host keys ---------------------------------------------------------------------------------------------------------

def test_host_keys(asker):
    """As ssh-keygen prints them."""
    for path in glob.glob("/etc/ssh/ssh_host_*"):
        os.unlink(path)
    assert asker.ask("keys") == "keys 0"
    run("ssh-keygen", "-A")
    run("ssh-keygen", "-q", "-t", "ecdsa", "-b", "521", "-N", "", "-f", "/etc/ssh/ssh_host_more_key")
    run("ssh-keygen", "-q", "-t", "rsa", "-b", "2049", "-N", "", "-f", "/etc/ssh/ssh_host_odd_key")
    expected = []
    for path in glob.glob("/etc/ssh/ssh_host_*_key.pub"):
        bits, sha256, *_, kind = run("ssh-keygen", "-lf", path).split()
        expected.append(f"{bits},{sha256},{kind.strip('()')}")
    assert len(expected) == 5
    words = asker.ask("keys").split(" ")
    assert words[:2] == ["keys", "0"] and sorted(words[2:]) == sorted(expected), (words, expected)
    assert words[2].endswith("ED25519"), words


def test_hostile_host_keys(asker):
    """What lies there may be anything; what is a key is told all the same."""
    for path in glob.glob("/etc/ssh/ssh_host_*"):
        os.unlink(path)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/etc/ssh/ssh_host_z_key")
    with open("/etc/ssh/ssh_host_z_key.pub", encoding="ascii") as file:
        line = file.read()
    bad = {"empty": "", "nothing": "ssh-ed25519", "garbage": "ssh-ed25519 %%%%\n", "short": "ssh-ed25519 AAAA\n",
           "other": line.replace("ssh-ed25519 ", "ssh-rsa "), "huge": "ssh-rsa " + "A" * (1 << 20), "nul": "\0" * 100,
           "length": "ssh-rsa " + "/" * 400 + "\n"}
    for name, text in bad.items():
        with open(f"/etc/ssh/ssh_host_{name}_key.pub", "w", encoding="ascii") as file:
            file.write(text)
    os.mkfifo("/etc/ssh/ssh_host_pipe_key.pub")
    os.mkdir("/etc/ssh/ssh_host_folder_key.pub")
    os.symlink("/etc/ssh/ssh_host_z_key.pub", "/etc/ssh/ssh_host_link_key.pub")
    os.symlink("/dev/zero", "/etc/ssh/ssh_host_zero_key.pub")
    try:
        sha256 = run("ssh-keygen", "-lf", "/etc/ssh/ssh_host_z_key.pub").split()[1]
        assert asker.ask("keys") == f"keys 0 256,{sha256},ED25519"
    finally:
        os.rmdir("/etc/ssh/ssh_host_folder_key.pub")
        for path in glob.glob("/etc/ssh/ssh_host_*"):
            os.unlink(path)


# -- names -------------------------------------------------------------------------------------------------------------

def name_server(address):
    with open("/etc/resolv.conf", "w", encoding="ascii") as file:
        file.write(f"nameserver {address}\noptions timeout:1 attempts:1\n" if address else "")


def test_resolve(asker):
    """A real name server's word counts; /etc/hosts and the own hostname do not."""
    name_server(PEER)
    hosts = open("/etc/hosts", encoding="ascii").read()
    with open("/etc/hosts", "a", encoding="ascii") as file:
        file.write(f"127.0.1.1 appliance01.example.com appliance01\n{NEAR} peer.example.com only.example.com\n")
    run("hostname", "appliance01")
    try:
        assert run("getent", "hosts", "only.example.com").split()[0] == NEAR
        assert asker.ask("resolve peer.example.com") == f"resolved 0 {PEER}"
        assert asker.ask("resolve PEER.example.com.") == f"resolved 0 {PEER}"
        for name in ("only.example.com", "appliance01.example.com"):
            assert asker.ask(f"resolve {name}") == "resolved 0", name
        # A name without a dot is asked for in the search domains, which there are none of.
        assert not re.search(r"[0-9]\.", asker.ask("resolve appliance01"))
    finally:
        run("hostname", "localhost")
        with open("/etc/hosts", "w", encoding="ascii") as file:
            file.write(hosts)


def test_resolve_without_servers(asker):
    name_server("192.0.2.99")
    began = time.monotonic()
    kind, error = asker.ask("resolve peer.example.com").split()[:2]
    assert kind == "resolved" and int(error) < 0
    assert time.monotonic() - began < 8
    name_server(PEER)


# -- the tests that a customer runs ------------------------------------------------------------------------------------

def allow_pings(allowed):
    with open("/proc/sys/net/ipv4/ping_group_range", "w", encoding="ascii") as file:
        file.write("0 2147483647" if allowed else "1 0")


def test_ping(asker):
    name_server(PEER)
    link_local = re.search(r"inet6 (fe80\S+)/", run("ip", "-n", "peer", "address", "show", "peer0")).group(1)
    for allowed in (True, False):
        allow_pings(allowed)
        for target in (PEER, "2001:db8::1", f"{link_local}%enp1s0", NEAR, "peer.example.com"):
            good, text = asker.test(f"ping {target}")
            assert good and re.search(rf"^{target}( \({PEER}\))? answers \([0-9]+\.[0-9] ms\)\.$", text), text
        asker.tell("ping 192.0.2.99")
        time.sleep(0.5)  # it has its socket
    lines = asker.hear(2)
    assert all(line.startswith("test 0 0 192.0.2.99 ") for line in lines), lines
    assert sum("three pings" in line or "cannot be reached" in line for line in lines) == 1, lines
    assert sum("may send no pings" in line for line in lines) == 1, lines
    run("ip", "netns", "exec", "peer", "nft", "add table inet t; add chain inet t i { type filter hook input priority 0; policy drop; };"
        "add rule inet t i icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept")
    try:
        for allowed in (True, False):
            allow_pings(allowed)
            for target in (PEER, "2001:db8::1"):
                asker.tell(f"ping {target}")
            time.sleep(0.5)
        lines = sorted(asker.hear(4))
        assert lines == sorted(2 * [f"test 0 1 {target} is there, but does not answer pings."
                                    for target in (PEER, "2001:db8::1")]), lines
    finally:
        run("ip", "netns", "exec", "peer", "nft", "delete table inet t")
    good, text = asker.test("ping 203.0.113.9")
    assert not good and text == "203.0.113.9 cannot be reached: no route to that network.", text


def test_connect(asker):
    name_server(PEER)
    with WebServer("plain", netns="peer", address=PEER) as server:
        for target in (PEER, "peer.example.com"):
            good, text = asker.test(f"connect {server.port} {target}")
            assert good and f"takes connections on TCP port {server.port}." in text and text.startswith(target), text
        good, text = asker.test(f"connect {server.port} 2001:db8::1")
        assert not good and text == f"2001:db8::1 takes no connection on TCP port {server.port}: connection refused.", text
    good, text = asker.test("connect 80 192.0.2.99")
    assert not good and text.startswith("192.0.2.99 takes no connection on TCP port 80: "), text
    good, text = asker.test("connect 80 only.example.com")
    assert not good and text == "There is no address for the name only.example.com.", text


def test_dns(asker):
    good, text = asker.test(f"dns {PEER} 0 peer.example.com")
    assert good and text == f"{PEER} answers: peer.example.com has the address {PEER}.", text
    good, text = asker.test(f"dns {PEER} 0 nothing.example.com")
    assert good and text == f"{PEER} answers: there is no name nothing.example.com.", text
    good, text = asker.test(f"dns {PEER} 0 six.example.com")
    assert good and text == f"{PEER} answers: six.example.com has the address 2001:db8::6.", text
    good, text = asker.test(f"dns {PEER} 0 elsewhere.example.org")
    assert not good and text == f"{PEER} answers, but refuses to look up elsewhere.example.org for this machine.", text
    assert asker.test(f"dns {PEER} 0") == (True, f"{PEER} answers.")
    good, text = asker.test(f"dns {NEAR} 0 peer.example.com")
    assert not good and text == f"{NEAR} does not serve names: connection refused.", text


def test_reach(asker):
    name_server(PEER)
    with WebServer("plain", netns="peer", address=PEER) as server:
        assert asker.test(f"reach {server.port} 0 {PEER}") == (True, "")
        assert asker.test(f"reach {server.port} 0 2001:db8::1") == (False, "connection refused")
    assert asker.test(f"reach 0 0 {PEER}") == (True, "")
    assert asker.test(f"reach 0 0 {NEAR}") == (False, "connection refused")
    begun = time.monotonic()
    good, text = asker.test("reach 80 0 192.0.2.99")
    assert not good and text and time.monotonic() - begun < 4.5, text


def test_reach_while_an_address_comes(asker):
    """After a change of the network our own IPv6 address is still being checked when the name servers are asked."""
    name_server(PEER)
    ip(f"address del {NEAR6}/64 dev enp1s0")
    begun = time.monotonic()
    assert asker.test("reach 0 0 2001:db8::1") == (False, "no route to that network")
    assert time.monotonic() - begun < 4.5
    asker.tell("reach 0 0 2001:db8::1")
    time.sleep(0.5)
    ip(f"address add {NEAR6}/64 dev enp1s0 nodad")
    assert asker.hear()[0] == "test 0 1 ", "the answer"
    # A default route is there before an address that it could be used from.
    ip(f"address del {NEAR6}/64 dev enp1s0", "route add default via fe80::1 dev enp1s0")
    asker.tell("reach 0 0 2001:db8::1")
    time.sleep(0.5)
    ip("route del default via fe80::1 dev enp1s0", f"address add {NEAR6}/64 dev enp1s0 nodad")
    assert asker.hear()[0] == "test 0 1 ", "the answer"


# -- who asks, and how ----------------------------------------------------------------------------------------------------

def test_runs_without_privilege(asker):
    asker.ask("keys")
    with open(f"/proc/{prober_pid()}/status", encoding="ascii") as status:
        facts = dict(line.rstrip("\n").split(":\t", 1) for line in status)
    account = run("id", "-u", "firstboot-prober").strip()
    assert facts["Uid"].split() == [account] * 4 and account != "0", facts["Uid"]
    assert int(facts["CapEff"], 16) == int(facts["CapPrm"], 16) == 0
    assert facts["NoNewPrivs"] == "1"


def test_certificate_of_a_file(asker):
    """As openssl reads it, of any file; the first one counts. What is none, or not for everybody, is an error."""
    asker.ask("keys")
    folder = "/etc/firstboot-prober-test"
    os.makedirs(folder)
    for i in range(2):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3", "-subj",
            f"/CN=acme{i}", "-keyout", f"{folder}/key{i}", "-out", f"{folder}/{i}.pem", stderr=subprocess.DEVNULL)
    digest = run("openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", f"{folder}/0.pem").strip().split("=")[1]
    texts = [open(f"{folder}/{name}", encoding="ascii").read() for name in ("0.pem", "1.pem", "key0")]
    good = {"chain": texts[0] + texts[1], "key-first": texts[2] + texts[0], "words": "Bag attributes\n" + texts[0]}
    bad = {"none": "x\n", "empty": "", "key": texts[2], "half": texts[0][:200], "huge": "x" * 70000 + texts[0],
           "nul": "\0" + texts[0], "encrypted": "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,"
           "0123456789ABCDEF\n\n" + texts[0].split("\n", 1)[1]}
    for name, text in (good | bad).items():
        with open(f"{folder}/{name}", "w", encoding="ascii") as f:
            f.write(text)
        os.chmod(f"{folder}/{name}", 0o644)
    os.symlink("chain", f"{folder}/link")
    for name in [*good, "link"]:
        code, text = busctl("ReadCertificate", "s", f"{folder}/{name}")
        assert code == 0 and f'true "{digest}" true false' in text and '"acme0"' in text, (name, text)
    os.mkfifo(f"{folder}/fifo")
    os.chmod(f"{folder}/fifo", 0o644)
    os.chmod(f"{folder}/1.pem", 0o600)
    for name in [*bad, "fifo", "1.pem", "nothing", ""]:
        code, text = busctl("ReadCertificate", "s", f"{folder}/{name}")
        assert code != 0 and "disconnected" not in text and "Timed" not in text, (name, text)
    for path in ("", "chain", "a" * 5000, "/" + "a" * 5000):
        assert busctl("ReadCertificate", "s", path)[0] != 0, path
    assert busctl("ReadCertificate", "s", "/dev/zero")[0] != 0


def test_wrong_arguments(asker):
    """Each breaks one rule; none of them leads anywhere."""
    good = ["0", "4", "192", "0", "2", "10", "80", "http", "/", ""]

    def but(at, value):
        return ["CheckWeb", "iayqsss", *good[:at], *([value] if isinstance(value, str) else value), *good[at + 1:]]

    cases = [but(5, "99"), but(1, ["3"])[:4] + ["192", "0", "2", "80", "http", "/", ""], but(6, "0"), but(7, "ftp"), but(7, ""),
             but(7, "HTTP"), but(8, ""), but(8, "index"), but(8, "/a b"), but(8, "/\r\nX: y"), but(8, "/" + "a" * 3000), but(8, "/ä"),
             but(9, "a b"), but(9, "a\r\nX: y"), but(9, "-a"), but(9, "a..b"), but(9, "10.0.0.1"), but(9, "a" * 64), but(9, "ä.de"),
             but(9, ".".join(["a"] * 200)), ["Resolve", "s", ""], ["Resolve", "s", "a b"], ["Resolve", "s", "192.0.2.1"],
             ["Ping", "s", ""], ["Ping", "s", "-f"], ["Ping", "s", "192.0.2.1%enp1s0"], ["Ping", "s", "fe80::1%nothing"],
             ["Ping", "s", "$(id)"], ["Ping", "s", "a/b"], ["Connect", "sq", "192.0.2.1", "0"], ["Connect", "sq", "1.2.3", "80"],
             ["AskDns", "ayis", "0", "0", ""], ["AskDns", "ayis", "3", "1", "2", "3", "0", ""],
             ["AskDns", "ayis", "4", "192", "0", "2", "1", "0", "a b"], ["Reach", "iayq", "0", "3", "1", "2", "3", "80"],
             ["Reach", "iayq", "0", "4", "192", "0", "2", "1"], ["Ping", "q", "1"], ["CheckWeb", "s", "x"], ["Nothing"]]
    with WebServer("echo", port=80):
        for arguments in cases:
            code, text = busctl(*arguments)
            assert code != 0, (arguments, text)
            assert "disconnected" not in text and "Timed" not in text, (arguments, text)
        assert busctl("CheckWeb", "iayqsss", *good)[0] == 0


def test_other_accounts(asker):
    """Nobody but root and the console's account; neither may anybody take the name."""
    asker.ask("keys")
    for method in (["ReadHostKeys"], ["Ping", "s", PEER], ["Resolve", "s", "a.example.com"]):
        for uid in (65534, int(run("id", "-u", "firstboot-prober"))):
            code, text = busctl(*method, uid=uid)
            assert code != 0 and re.search("Access denied|rejected|not allowed", text, re.I), text
    for account in ("nobody", "firstboot"):
        uid = run("id", "-u", account).strip()
        code = subprocess.run(["setpriv", f"--reuid={uid}", "--clear-groups", "busctl", "call", "org.freedesktop.DBus", "/",
                               "org.freedesktop.DBus", "RequestName", "su", "org.firstboot.Prober1", "0"], check=False,
                              capture_output=True).returncode
        assert code != 0, account


def test_flood(asker):
    """Sixteen at a time; the rest is told so at once, and nobody is hurt."""
    with WebServer("hanging") as server:
        for _ in range(40):
            asker.tell(f"web 0 {NEAR} {server.port} http /")
        lines = asker.hear(48, 4)
        refused = [Check(lines[i], lines[i + 1]) for i in range(0, 48, 2)]
        assert all(check.error < 0 for check in refused), [vars(check) for check in refused]
        lines = asker.hear(32)
        waited = [Check(lines[i], lines[i + 1]) for i in range(0, 32, 2)]
        assert all((check.error, check.answer) == (0, SILENT) for check in waited), [vars(check) for check in waited]
    with WebServer("plain") as server:
        asker.web(server.port).expect(ANSWERED, 200)


def test_flood_of_names(asker):
    """As many children as there are questions, all of them gone afterwards."""
    name_server("192.0.2.99")
    asker.ask("keys")
    pid = prober_pid()
    for _ in range(30):
        asker.tell("resolve peer.example.com")
    assert len(asker.hear(30)) == 30
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
        assert children.read() == ""
    name_server(PEER)


def test_forgotten(asker):
    """Who does not want to hear any more is not told."""
    with WebServer("hanging") as server:
        asker.tell(f"web 0 {NEAR} {server.port} http /")
        asker.tell("forget")
        time.sleep(LIMIT + 0.5)
        assert asker.tell("heard") == []


def test_killed(asker):
    """It ends in the middle of a question: that one fails at once, the next is answered by a new one."""
    with WebServer("hanging") as server:
        asker.tell(f"web 0 {NEAR} {server.port} http /")
        wait(prober_pid, "the prober")
        time.sleep(0.2)
        pid = prober_pid()
        os.kill(pid, signal.SIGKILL)
        check = Check(*asker.hear(2, 3))
        assert check.error < 0 and not check.present, vars(check)
    assert asker.ask("keys").startswith("keys 0")
    assert prober_pid() != pid


def test_ends_by_itself(asker):
    """Nothing runs while nothing is asked; a question wakes it again."""
    asker.ask("keys")
    pid = prober_pid()
    time.sleep(5)
    assert prober_pid() == pid
    wait(lambda: not os.path.exists(f"/proc/{pid}") or open(f"/proc/{pid}/stat", encoding="ascii").read().split()[2] == "Z", "its end", 20)
    assert asker.ask("keys").startswith("keys 0")


# -- the suite ---------------------------------------------------------------------------------------------------------

def prepare():
    """The machine: fixed addresses, a name server at the other end, and a checker around the prober."""
    os.makedirs(LOGS)
    os.chmod(LOGS, 0o777)
    if WRAPPER:
        text = open(SERVICE_FILE, encoding="ascii").read()
        with open(SERVICE_FILE, "w", encoding="ascii") as file:
            file.write(re.sub(r"(?m)^Exec=(.*)$", rf"Exec={WRAPPER} \1", text))
        run("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig")
    ip("address flush dev enp1s0 scope global", f"address add {NEAR}/24 dev enp1s0", f"address add {NEAR6}/64 dev enp1s0 nodad", "link set enp1s0 up")
    return subprocess.Popen(["ip", "netns", "exec", "peer", "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root",
                             "--pid-file=", "--no-resolv", "--no-hosts", "--interface=peer0", "--bind-interfaces", "--log-facility=/run/dns.log",
                             "--local=/example.com/", f"--address=/peer.example.com/{PEER}", "--host-record=six.example.com,2001:db8::6"])


def check_logs():
    """What a checker wrote about the prober, which ends first."""
    pid = prober_pid()
    if pid:
        os.kill(pid, signal.SIGTERM)
        wait(lambda: prober_pid() != pid, "its end")
        time.sleep(1 if CHECKED else 0.1)
    found = [] if not WRAPPER or glob.glob(LOGS + "/*") else ["the checker has written nothing"]
    for path in ["/run/dbus.log", *glob.glob(LOGS + "/*")]:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        if path.startswith(LOGS):
            # Lines of "--" are about the checker itself: it does not know libsystemd's pidfd_open(2).
            text = "".join(line for line in text.splitlines(True) if not line.startswith("--"))
        if re.search(r"AddressSanitizer|LeakSanitizer|runtime error:", text) or (path.startswith(LOGS) and text):
            found.append(f"{path}:\n{text}")
    return found


def main():
    options = enter(lambda build: sandbox("--build", build))
    Asker.find(options.build, "test-prober")
    name_servers = prepare()
    bad = run_tests(Asker, globals(), options.tests)
    name_servers.kill()
    found = check_logs()
    print(*found, sep="\n", end="")
    if found:
        print(f"0 passed, {len(found)} failed")
    return bad or bool(found)


if __name__ == "__main__":
    sys.exit(main())
