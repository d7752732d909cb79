#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What follows the network settings, against real ifupdown, dhcpcd, chrony, systemd-timesyncd and a name server.

usage: tests/lib/sandbox --dhcp [--nm] -- test_surroundings.py BUILD UNPACKED surroundings|surroundings-nm [TEST...]

BUILD is the meson build folder, UNPACKED what tests/lib/unpacked has made of the packages. No clock is set: chronyd runs
with -x, timesyncd without the right to.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import traceback

NETWORKING = "/etc/default/networking"
INTERFACES = """\
auto lo
iface lo inet loopback
auto enp1s0
iface enp1s0 inet static
    address 203.0.113.9/24
allow-hotplug enp2s0
iface enp2s0 inet manual
"""
build = unpacked = None


# -- the machine ---------------------------------------------------------------------------------


def run(*command, check=True):
    return subprocess.run(command, check=check, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout


def read_file(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def write_file(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def wait(what, condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not so within {seconds} s: {what}"
        time.sleep(0.05)


def has_lease():
    links = json.loads(run("ip", "-json", "address", "show", "dev", "enp1s0"))
    return any(a["local"].startswith("192.0.2.1") for a in links[0]["addr_info"])


def has_router():
    links = json.loads(run("ip", "-json", "address", "show", "dev", "enp1s0"))
    return any(a["local"].startswith("2001:db8:") for a in links[0]["addr_info"])


def follow(*settings):
    """LINK DNS DOMAINS NTP, or nothing; the remark."""
    return run(f"{build}/tests/bus/test-surroundings", *settings).strip()


class Daemon:
    """A program for the time of a test."""

    def __init__(self, name, *command):
        self.log = f"/run/test-{name}.log"
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        if exc[0]:
            print(self.log + ":\n" + read_file(self.log))


def time_server():
    """An NTP server at the end of the cable."""
    write_file("/run/peer-chrony.conf",
               "local stratum 8\nallow\ncmdport 0\nbindcmdaddress /\npidfile /run/peer-chrony.pid\n")
    daemon = Daemon("peer-chrony", "ip", "netns", "exec", "peer", "chronyd", "-x", "-d", "-u", "root", "-f",
                    "/run/peer-chrony.conf")
    wait("the time server listens", lambda: ":007B " in run("ip", "netns", "exec", "peer", "cat", "/proc/net/udp"))
    return daemon


class Calls:
    """What systemd is asked to do; it does not run here, but the bus is heard."""

    def __enter__(self):
        self.daemon = Daemon("calls", "dbus-monitor", "--system", "destination=org.freedesktop.systemd1")
        wait("the monitor", lambda: "member=NameLost" in read_file(self.daemon.log))
        return self

    def __exit__(self, *exc):
        self.daemon.__exit__(*exc)

    def wait(self, method, *words):
        pattern = rf"member={method}\n" + "".join(rf'\s+string "{re.escape(w)}"\n' for w in words)
        wait(f"{method}{words}", lambda: re.search(pattern, read_file(self.daemon.log)), 3)


# -- networkd ------------------------------------------------------------------------------------


def lookup(name):
    return run("getent", "ahostsv4", name, check=False).split(" ")[0]


def test_resolv_conf():
    write_file("/etc/resolv.conf", "nameserver 203.0.113.1\noptions timeout:1 attempts:1\n")
    assert lookup("peer.example.com") == ""
    assert follow("enp1s0", "192.0.2.1", "example.com", "") == ""
    assert lookup("peer.example.com") == "192.0.2.1"
    assert lookup("peer") == "192.0.2.1", "the search domain"
    assert follow() == ""
    assert read_file("/etc/resolv.conf") == "nameserver 203.0.113.1\noptions timeout:1 attempts:1\n"
    assert lookup("peer.example.com") == ""


def test_resolv_conf_of_a_lease():
    wait("a lease", has_lease)
    wait("a router", has_router)
    write_file("/etc/resolv.conf", "nameserver 203.0.113.1\noptions timeout:1 attempts:1\n")
    with Calls() as calls:
        assert follow("enp1s0", "", "", "") == ""
        assert lookup("peer.example.com") == "192.0.2.1"
        text = read_file("/etc/resolv.conf")
        assert re.search(r"^nameserver fe80:\S+%enp1s0$", text, re.M), text
        # The C library understands it. By itself it would ask again after five seconds, and only once.
        write_file("/etc/resolv.conf", re.sub(r"nameserver [^%]*\n", "", text) + "options timeout:1 attempts:1\n")
        wait("the router's server", lambda: lookup("peer.example.com") == "192.0.2.1")
        assert follow("enp1s0", "", "", "") == ""
        calls.wait("StartUnit", "firstboot-resolvconf.path", "replace")
        assert follow() == ""
        calls.wait("StopUnit", "firstboot-resolvconf.path", "replace")
    assert read_file("/etc/resolv.conf") == "nameserver 203.0.113.1\noptions timeout:1 attempts:1\n"


def chrony_sources(config):
    """The addresses that a chronyd with this configuration asks, and those that it has chosen."""
    with Daemon("chronyd", "chronyd", "-x", "-d", "-u", "root", "-f", config):
        def lines():
            return [line.split(",") for line in run("chronyc", "-n", "-c", "sources", check=False).splitlines()
                    if line.startswith(("^", "="))]
        wait("chronyd answers", lines)
        wait("a source is chosen", lambda: any(line[1] == "*" for line in lines()), 20)
        return {line[2] for line in lines()}, {line[2] for line in lines() if line[1] == "*"}


def test_chrony():
    config = "/etc/chrony/chrony.conf"
    text = read_file("/usr/share/chrony/chrony.conf").replace("pool 2.debian.pool.ntp.org", "server 203.0.113.123")
    write_file(config, text)
    write_file("/etc/systemd/system/multi-user.target.wants/chrony.service", "")
    try:
        with time_server(), Calls() as calls:
            assert follow("enp1s0", "", "", "192.0.2.1") == ""
            calls.wait("TryRestartUnit", "chrony.service", "replace")
            assert read_file(config) == text
            assert chrony_sources(config) == ({"203.0.113.123", "192.0.2.1"}, {"192.0.2.1"})
            assert follow() == ""
            assert os.listdir("/etc/chrony/sources.d") == ["README"]

            # As on Red Hat: no folder that lasts.
            write_file("/etc/chrony.conf", re.sub(r"(?m)^(sourcedir /etc|confdir).*\n", "", text))
            os.unlink(config)
            assert follow("enp1s0", "", "", "192.0.2.1") == ""
            calls.wait("TryRestartUnit", "chronyd.service", "replace")
            assert chrony_sources("/etc/chrony.conf")[1] == {"192.0.2.1"}
    finally:
        os.unlink("/etc/systemd/system/multi-user.target.wants/chrony.service")
    assert follow() == ""
    assert "firstboot" not in read_file("/etc/chrony.conf")


def alive(pid):
    """Does the process run (and is no zombie)?"""
    try:
        return ") Z " not in read_file(f"/proc/{pid}/stat")
    except OSError:
        return False


def networking_service():
    """What systemd would have ifup do at boot: networking.service, with its environment."""
    return run("sh", "-c", f"set -a; [ ! -f {NETWORKING} ] || . {NETWORKING}; ifup -a -n --read-environment 2>&1")


def test_ifupdown():
    write_file("/etc/network/interfaces", INTERFACES)
    before = read_file(NETWORKING)
    unit = "/etc/systemd/system/ifup@enp2s0.service.d/50-firstboot.conf"
    assert "enp1s0" in networking_service()
    with Calls() as calls:
        assert follow("enp1s0", "", "", "") == ""
        assert follow("enp2s0", "", "", "") == ""
        calls.wait("Reload")
    assert "enp1s0" in networking_service(), "given back with the second set"
    # What udev's helper asks does not know the variable, hence the unit's condition.
    assert run("sh", "-c", f"set -a; . {NETWORKING}; ifquery --allow hotplug -l enp2s0").strip() == "enp2s0"
    condition = re.search("(?m)^Condition.*$", read_file(unit)).group(0)
    check = subprocess.run(["systemd-analyze", "condition", condition], stderr=subprocess.DEVNULL, check=False)
    assert check.returncode == 1, condition
    assert follow("enp1s0", "", "", "") == ""
    assert "enp1s0" not in networking_service()
    assert not os.path.exists(unit)
    assert follow() == ""
    assert read_file(NETWORKING) == before
    assert "enp1s0" in networking_service()
    os.unlink("/etc/network/interfaces")


def test_dhcp_client_of_ifupdown():
    """It is ended without a word to the link, whose addresses stay; so are no others of its kind."""
    os.makedirs("/var/lib/dhcp", exist_ok=True)
    before = run("ip", "-4", "-brief", "address", "show", "dev", "enp1s0")
    for link in "enp1s0", "enp2s0":
        run("dhclient", "-4", "-nw", "-sf", "/bin/true", "-pf", f"/run/dhclient.{link}.pid", link)
        wait("dhclient notes its process", lambda: os.path.exists(f"/run/dhclient.{link}.pid"))  # noqa: B023
    pids = {link: int(read_file(f"/run/dhclient.{link}.pid")) for link in ("enp1s0", "enp2s0")}
    try:
        assert follow("enp1s0", "", "", "") == ""
        wait("dhclient is gone", lambda: not alive(pids["enp1s0"]))
        assert alive(pids["enp2s0"])
        assert run("ip", "-4", "-brief", "address", "show", "dev", "enp1s0") == before
        # Another process has the number now.
        write_file("/run/dhclient.enp1s0.pid", f"{os.getpid()}\n")
        assert follow("enp1s0", "", "", "") == ""
    finally:
        os.kill(pids["enp2s0"], signal.SIGKILL)
    assert follow() == ""


def dhcpcd_links():
    """The cards that dhcpcd takes up."""
    with Daemon("dhcpcd", "dhcpcd", "-B", "-4", "-d") as daemon:
        wait("dhcpcd takes up a card", lambda: re.search("(?m)^enp.s0: ", read_file(daemon.log)))
        time.sleep(1)
        return set(re.findall("(?m)^(enp.s0): ", read_file(daemon.log)))


def test_dhcpcd():
    """The block comes before an "interface" line, behind which it would hold for that one alone."""
    # There is no udev to wait for.
    text = "nodev\n" + read_file("/etc/dhcpcd.conf") + "\ninterface enp2s0\nnoipv6\n"
    write_file("/etc/dhcpcd.conf", text)
    write_file("/etc/systemd/system/multi-user.target.wants/dhcpcd.service", "")
    assert dhcpcd_links() == {"enp1s0", "enp2s0"}
    with Calls() as calls:
        assert follow("enp1s0", "", "", "") == ""
        calls.wait("TryRestartUnit", "dhcpcd.service", "replace")
    assert dhcpcd_links() == {"enp2s0"}
    assert follow() == ""
    assert read_file("/etc/dhcpcd.conf") == text
    os.unlink("/etc/systemd/system/multi-user.target.wants/dhcpcd.service")


def test_timesyncd_of_networkd():
    """networkd hands its links' time servers on by itself."""
    kept = "/etc/systemd/network/05-firstboot-enp1s0.network"
    write_file(kept, "[Match]\nName=enp1s0\n[Network]\nDHCP=yes\nNTP=192.0.2.1\n")
    run("networkctl", "reload")
    wait("networkd follows", lambda: "configured" in run("networkctl", "--no-legend", "list", "enp1s0").split() and
         has_lease())
    with time_server(), timesyncd():
        wait("networkd hands it on", lambda: timesyncd_property("LinkNTPServers") == ["192.0.2.1"])
        wait("the server answers", lambda: (timesyncd_property("NTPMessage") or [0] * 4)[3] == 8, 60)
        assert follow("enp1s0", "", "", "192.0.2.1") == ""
        assert timesyncd_property("SystemNTPServers") == []
    os.unlink(kept)
    run("networkctl", "reload")
    assert follow() == ""


# -- NetworkManager ------------------------------------------------------------------------------


def timesyncd_property(name):
    answer = run("busctl", "--json=short", "get-property", "org.freedesktop.timesync1", "/org/freedesktop/timesync1",
                 "org.freedesktop.timesync1.Manager", name, check=False)
    return json.loads(answer)["data"] if answer.startswith("{") else None


def timesyncd():
    """As its unit has it, but without the right to set the clock."""
    for path in "/run/systemd/timesync", "/var/lib/systemd/timesync":
        run("install", "-d", "-o", "systemd-timesync", path)
    return Daemon("timesyncd", "setpriv", "--reuid", "systemd-timesync", "--regid", "systemd-timesync", "--clear-groups",
                  "--inh-caps=-all", "--bounding-set=-all",
                  "/lib/systemd/systemd-timesyncd")


def test_timesyncd_of_networkmanager():
    """NetworkManager hands time servers to nobody: timesyncd is told by a file."""
    alias = "/etc/systemd/system/dbus-org.freedesktop.timesync1.service"
    if not os.path.islink(alias):
        os.symlink("/lib/systemd/system/systemd-timesyncd.service", alias)
    with time_server(), Calls() as calls:
        assert follow("enp1s0", "", "", "192.0.2.1") == ""
        calls.wait("TryRestartUnit", "systemd-timesyncd.service", "replace")
        with timesyncd():
            wait("timesyncd reads the file", lambda: timesyncd_property("SystemNTPServers") == ["192.0.2.1"])
            wait("timesyncd asks the server", lambda: timesyncd_property("ServerName") == "192.0.2.1")
            wait("the server answers", lambda: (timesyncd_property("NTPMessage") or [0] * 4)[3] == 8, 60)
        assert follow() == ""
        with timesyncd():
            wait("timesyncd runs", lambda: timesyncd_property("SystemNTPServers") == [])
    assert not os.path.exists("/etc/systemd/timesyncd.conf.d")


def test_networkmanager_leaves_what_networkd_has():
    conf, file = "/etc/NetworkManager/conf.d/90-firstboot.conf", "/etc/systemd/network/05-firstboot-enp2s0.network"

    def managed(card):
        return "unmanaged" not in run("nmcli", "-g", "GENERAL.STATE", "device", "show", card)

    wait("NetworkManager has the card", lambda: managed("enp2s0"))
    write_file(file, "")
    try:
        assert follow("enp2s0", "", "", "") == ""
        wait("NetworkManager lets go", lambda: not managed("enp2s0"))
        assert managed("enp1s0")
    finally:
        os.unlink(file)
    assert follow() == ""
    assert not os.path.exists(conf)
    wait("NetworkManager has it again", lambda: managed("enp2s0"))


def test_resolv_conf_of_networkmanager():
    """It stands behind DNS= itself."""
    before = read_file("/etc/resolv.conf")
    assert follow("enp1s0", "192.0.2.99", "example.net", "") == ""
    assert read_file("/etc/resolv.conf") == before


SUITES = {
    "surroundings": [test_resolv_conf, test_resolv_conf_of_a_lease, test_timesyncd_of_networkd, test_chrony, test_ifupdown,
                     test_dhcp_client_of_ifupdown, test_dhcpcd],
    "surroundings-nm": [test_timesyncd_of_networkmanager, test_networkmanager_leaves_what_networkd_has,
                        test_resolv_conf_of_networkmanager],
}


def main():
    global build, unpacked
    build, unpacked, suite, *wanted = sys.argv[1:]
    run("cp", "-a", f"{unpacked}/.", "/")
    wait("a lease", has_lease)
    passed = failed = 0
    for test in SUITES[suite]:
        if wanted and test.__name__ not in wanted:
            continue
        began = time.monotonic()
        try:
            test()
            passed += 1
            print(f"ok   {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:  # an error in a test is that test's failure
            failed += 1
            traceback.print_exc()
            print(f"FAIL {test.__name__}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return failed > 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main())
