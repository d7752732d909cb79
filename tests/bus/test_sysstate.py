#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is read from networkd and of the settings in force, against the real networkd in the sandbox.

usage: test_sysstate.py [--build DIR] [TEST...]
"""

import contextlib
import os
import signal
import subprocess
import sys
import time

from driver import Driver, enter, run_tests, sandbox, wait

FIXED = "/etc/systemd/network/05-test.network"


class Watcher(Driver):
    """A running test-sysstate."""

    def ask(self, question):
        """The answer, as lists of values by their key."""
        answer = {}
        for line in self.tell(question):
            key, _, value = line.partition(" ")
            answer.setdefault(key, []).append(value)
        return answer

    def one(self, question, key):
        return self.ask(question).get(key, [None])[0]

    def changes(self):
        return int(self.one("changes", "changes"))


def run(*command):
    subprocess.run(command, check=True)


def index(name):
    with open(f"/sys/class/net/{name}/ifindex") as number:
        return int(number.read())


def has_name(name):
    out = subprocess.run(["busctl", "--system", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                          "NameHasOwner", "s", name], check=True, text=True, stdout=subprocess.PIPE).stdout
    return "true" in out


def test_lease(watcher):
    link = index("enp1s0")
    assert watcher.ask(f"link {link}") == {}, "an answer without a question"
    watcher.ask(f"query {link}")
    # Asked once: what follows is networkd's own news and the kernel's.
    wait(lambda: watcher.one(f"link {link}", "administrative") in ("configuring", "configured"), "a state")
    wait(lambda: "v4-address" in watcher.ask(f"inforce {link}"), "a lease")
    watcher.ask(f"query {link}")
    wait(lambda: watcher.one(f"link {link}", "dhcp4") == "1", "networkd's word on it")
    state, settings = watcher.ask(f"link {link}"), watcher.ask(f"inforce {link}")
    assert state["known"] == ["1"] and state["server"] == ["192.0.2.1"], state
    assert state["file"] == ["/usr/lib/systemd/network/80-dhcp.network"], state
    assert any(origin.startswith("192.0.2.") and origin.endswith(" DHCPv4") for origin in state["origin"]), state
    assert settings["v4-method"] == ["auto"] and settings["v4-gateway"] == ["192.0.2.1"], settings
    assert "192.0.2.1" in settings["dns"], settings
    wait(lambda: watcher.one(f"inforce {link}", "v6-method") == "auto", "the router's prefix")


def test_fixed(watcher):
    link = index("enp2s0")
    watcher.ask(f"query {link}")
    wait(lambda: watcher.one(f"link {link}", "known") == "1", "an answer")
    with open(FIXED, "w") as file:
        file.write("[Match]\nName=enp2s0\n[Network]\nAddress=198.51.100.9/24\nAddress=2001:db8:1::9/64\nGateway=198.51.100.1\n"
                   "IPv6AcceptRA=no\nDNS=198.51.100.1 2001:db8:1::1\nDomains=example.com ~route.example\n")
    run("networkctl", "reload")
    # Nobody asks again: the signal does.
    wait(lambda: watcher.one(f"link {link}", "file") == FIXED and watcher.one(f"link {link}", "administrative") == "configured",
         "the new state")
    assert watcher.ask(f"inforce {link}") == {
        "v4-method": ["static"], "v4-address": ["198.51.100.9/24"], "v4-gateway": ["198.51.100.1"],
        "v6-method": ["static"], "v6-address": ["2001:db8:1::9/64"],
        "dns": ["198.51.100.1", "2001:db8:1::1"], "domain": ["example.com"]}, watcher.ask(f"inforce {link}")
    before = watcher.changes()
    watcher.ask(f"query {link}")
    time.sleep(0.3)
    assert watcher.changes() == before, "the same answer was announced as another"


@contextlib.contextmanager
def server(*options):
    """A DHCP server at the end of the second cable, which gives everything that there is."""
    process = subprocess.Popen(
        ["ip", "netns", "exec", "peer", "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--log-facility=-",
         "--pid-file=", "--port=0", "--no-ping", "--dhcp-authoritative", "--interface=peer1", "--except-interface=lo",
         "--bind-interfaces", "--dhcp-leasefile=/run/second.leases", *options], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def test_everything_of_a_lease(watcher):
    link = index("enp2s0")
    with open(FIXED, "w") as file:
        file.write("[Match]\nName=enp2s0\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=no\n[DHCPv4]\nUseMTU=yes\nUseHostname=no\nClientIdentifier=mac\n")
    with server("--dhcp-range=198.51.100.100,198.51.100.150,255.255.255.0,2h", "--dhcp-option=option:router,198.51.100.1",
                "--dhcp-option=option:dns-server,198.51.100.53,203.0.113.53", "--dhcp-option=option:ntp-server,198.51.100.123",
                "--dhcp-option=option:mtu,1400", "--domain=example.com",
                "--dhcp-option=121,10.0.0.0/8,198.51.100.9,0.0.0.0/0,198.51.100.1"):
        run("hostname", "vault")
        run("networkctl", "reload")
        watcher.ask(f"query {link}")
        wait(lambda: watcher.one(f"link {link}", "dhcp4") == "1" and "mtu" in watcher.ask(f"inforce {link}") and
             "route" in watcher.ask(f"inforce {link}"), "a lease")
        settings, lease = watcher.ask(f"inforce {link}"), watcher.ask(f"lease {link}")
        mac = open("/sys/class/net/enp2s0/address").read().strip()
        address = settings.pop("v4-address")[0]
        assert address.startswith("198.51.100.1") and address.endswith("/24"), address
        assert settings == {
            "v4-method": ["auto"], "v4-gateway": ["198.51.100.1"], "v6-method": settings["v6-method"],
            "dns": ["198.51.100.53", "203.0.113.53"], "domain": ["example.com"], "ntp": ["198.51.100.123"],
            "route": ["10.0.0.0/8 198.51.100.9 0"], "mtu": ["1400"], "by-mac": ["yes"]}, settings
        assert lease["id"] == [f"01:{mac}"] and lease["name"] == ["vault"] and lease["times"] == ["7200 3600 6300"], lease
        assert abs(int(lease["obtained"][0]) - time.time()) < 10 and int(lease["ends"][0]) - int(lease["obtained"][0]) == 7200, lease
        assert len(lease["loss"]) == 4 and "198.51.100.1:" in lease["loss"][0] and "vault" in lease["loss"][3], lease["loss"]
        for what in "address", "gateway", "dns", "ntp", "domains", "mtu", "routes":
            assert lease[f"from-{what}"] == ["from the DHCP lease"], (what, lease)
        assert lease["from-file"] == [FIXED], lease
        # The same answer, asked for again, is no news.
        wait(lambda: watcher.one(f"link {link}", "administrative") == "configured", "an end")
        time.sleep(1)
        before = watcher.changes()
        for _ in range(3):
            watcher.ask(f"query {link}")
            time.sleep(0.2)
        assert watcher.changes() == before, "the same lease was announced as another"
    os.unlink(FIXED)
    run("networkctl", "reload")
    run("ip", "link", "set", "enp2s0", "mtu", "1500")


def test_name_that_is_not_sent(watcher):
    link = index("enp1s0")
    run("hostname", "vault")
    with open(FIXED, "w") as file:
        file.write("[Match]\nName=enp1s0\n[Network]\nDHCP=ipv4\n[DHCPv4]\nSendHostname=no\n")
    run("networkctl", "reload")
    watcher.ask(f"query {link}")
    wait(lambda: watcher.one(f"link {link}", "dhcp4") == "1" and watcher.one(f"link {link}", "file") == FIXED, "a lease")
    watcher.ask(f"query {link}")
    wait(lambda: watcher.one(f"lease {link}", "name") == "", "no name")
    os.unlink(FIXED)
    run("networkctl", "reload")


def test_private_lease(watcher):
    """Without networkd's file on it, as an account that may not read it: the times stay unknown (252), the rest does not."""
    link = index("enp1s0")
    wait(lambda: os.path.exists(f"/run/systemd/netif/leases/{link}"), "the file")
    os.rename(f"/run/systemd/netif/leases/{link}", "/run/lease")
    watcher.ask(f"query {link}")
    wait(lambda: watcher.one(f"link {link}", "dhcp4") == "1", "a lease")
    lease = watcher.ask(f"lease {link}")
    assert int(lease["ends"][0]) > time.time() and lease["from-address"] == ["from the DHCP lease"], lease
    assert "192.0.2.1:" in lease["loss"][0], lease
    os.rename("/run/lease", f"/run/systemd/netif/leases/{link}")


def test_hostname(watcher):
    before = watcher.changes()
    run("hostname", "other-name")
    wait(lambda: watcher.changes() > before, "news of the hostname")
    assert watcher.one("hostname", "hostname") == "other-name"


def test_hardware(watcher):
    # A veth tells 10 Gbit/s.
    assert watcher.ask("hardware enp1s0") == {"driver": ["veth"], "speed": ["10000"]}, watcher.ask("hardware enp1s0")
    assert watcher.ask("hardware nosuchlink") == {"driver": [""], "speed": ["0"]}


def test_networkd_goes_and_comes(watcher):
    link = index("enp1s0")
    watcher.ask(f"query {link}")
    wait(lambda: watcher.one(f"link {link}", "known") == "1", "an answer")
    with open("/run/networkd.pid") as pid:
        os.kill(int(pid.read()), signal.SIGTERM)
    wait(lambda: watcher.one(f"link {link}", "known") == "0", "loss of networkd")
    assert not has_name("org.freedesktop.network1")
    watcher.ask(f"query {link}")
    time.sleep(0.5)
    assert not has_name("org.freedesktop.network1"), "networkd was started by a question"
    assert watcher.one(f"link {link}", "known") == "0"
    # The kernel's part does without it.
    assert watcher.one(f"inforce {link}", "v4-method") == "auto"
    with open("/run/networkd.log", "a") as log:
        networkd = subprocess.Popen(["/lib/systemd/systemd-networkd"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    wait(lambda: watcher.one(f"link {link}", "known") == "1", "networkd's return")
    networkd.terminate()
    networkd.wait()


def main():
    options = enter(lambda build: sandbox("--no-install", "--dhcp"))
    Watcher.find(options.build, "test-sysstate")
    return run_tests(Watcher, globals(), options.tests)


if __name__ == "__main__":
    sys.exit(main())
