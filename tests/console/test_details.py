#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The details page and the support report say what the kernel and the managers know."""

import json
import os
import re
import statistics
import subprocess
import sys
import time

import case
from machine import PASSWORD, addresses, allow_ptys, claim, configure, console, ip, run, unplugged, wait_lease
from term import Term

SIZES = [(80, 24), (132, 43), (40, 12)]
MANY = 5000


def details(t):
    """Open the page from the start screen."""
    t.wait_for("F5")
    t.press("f5")
    t.wait_for(r"lines 1 to \d+ of \d+")


def whole(t):
    """All lines of the text, by paging through it."""
    t.press("home")
    t.wait_for(r"lines 1 to")
    lines = {}
    while True:
        first, last, total = map(int, re.search(r"lines (\d+) to (\d+) of (\d+)", t.text()).groups())
        for number, line in zip(range(first, last + 1), t.lines()[1:]):
            lines[number] = line
        if last == total:
            return "\n".join(lines[n] for n in sorted(lines))
        t.press("pagedown")
        t.wait_for(rf"lines (?!{first} to)")


def block(text, name):
    """The lines of one interface."""
    return re.search(rf"(?ms)^ *{re.escape(name)}  .*?(?=^ *$|\Z)", text).group()


def test_what_support_asks_for_is_on_the_first_screen():
    lease = wait_lease()
    gateway = json.loads(ip("-j", "-4", "route", "show", "default"))[0]["gateway"]
    for columns, rows in SIZES:
        with console(columns, rows) as t:
            details(t)
            t.wait_for(rf"Address +{re.escape(lease)}/24")
            t.wait_for(r"MAC +52:54:00:12:34:56")
            t.wait_for(rf"Gateway +{re.escape(gateway)}")
            t.wait_for(r"DNS +192\.0\.2\.1")
            if rows > 12:
                t.wait_for(r"DHCP +192\.0\.2\.1  DHCP server")
            assert t.row_of("enp1s0") == 1, t.text()
            assert all(len(line) <= columns for line in t.lines())


def test_lease_identity_and_manager():
    wait_lease()
    described = json.loads(run("networkctl", "--json=short", "status", "enp1s0"))
    with console() as t:
        details(t)
        text = block(whole(t), "enp1s0")
    assert re.search(r"Lease +since \S+, until (\S+ )?\S+ unless renewed", text), text
    assert re.search(r"to be renewed at \d\d:\d\d", text), text
    assert re.search(r"Known as +[0-9a-f]{2}(:[0-9a-f]{2})+", text), text
    assert re.search(r"Set up by +systemd-networkd \(configured\)\n +/usr/lib/systemd/network/80-dhcp\.network", text), text
    assert re.search(r"DNS +192\.0\.2\.1  from DHCP, set by systemd-networkd", text), text
    assert f"MTU             {described['MTU']}" in text
    assert re.search(r"Driver +veth", text), text


def test_addresses_with_their_origins_and_ends():
    wait_lease()
    case.until(lambda: addresses("enp1s0", 6))
    ip("address", "add", "192.0.2.203/24", "dev", "enp1s0", "valid_lft", "7000", "preferred_lft", "0")
    try:
        with console() as t:
            details(t)
            text = block(whole(t), "enp1s0")
        assert re.search(r"(?s)192\.0\.2\.203/24 .*not for new connections.*until (\S+ )?\d\d:\d\d", text), text
        assert re.search(r"IPv6 +\S+/64", text) and "automatic (router), until" in text, text
        assert "self-assigned" in text
    finally:
        ip("address", "del", "192.0.2.203/24", "dev", "enp1s0")


def test_the_end_of_an_address_is_a_time_of_day():
    ip("address", "add", "198.51.100.77/24", "dev", "enp2s0", "valid_lft", "7200", "preferred_lft", "7200")
    end = time.localtime(time.time() + 7200)
    try:
        with console() as t:
            details(t)
            text = block(whole(t), "enp2s0")
        shown = re.search(r"198\.51\.100\.77/24 .*until (?:(\S+) )?(\d\d):(\d\d)", text)
        assert shown, text
        minutes = int(shown[2]) * 60 + int(shown[3])
        assert abs(minutes - end.tm_hour * 60 - end.tm_min) <= 1, text
    finally:
        ip("address", "del", "198.51.100.77/24", "dev", "enp2s0")


def test_other_names():
    ip("link", "property", "add", "dev", "enp1s0", "altname", "enx525400123456", "altname", "lan0")
    try:
        with console() as t:
            details(t)
            assert re.search(r"Also +enx525400123456, lan0  \(other names\)", block(whole(t), "enp1s0"))
    finally:
        ip("link", "property", "del", "dev", "enp1s0", "altname", "enx525400123456", "altname", "lan0")


def test_names_of_others_cannot_draw():
    """The kernel takes nearly anything as an alternative name."""
    evil = "x\x1b[2Jhttps:||203.0.113.66|"
    ip("link", "property", "add", "dev", "enp1s0", "altname", evil)
    try:
        with console() as t:
            details(t)
            text = whole(t)
            assert "x?[2Jhttps:" in text, text
            assert t.row_of("Details") == 0
    finally:
        ip("link", "property", "del", "dev", "enp1s0", "altname", evil)


def test_the_card_itself():
    """As sysfs has it, which asks the same driver."""
    wait_lease()

    def told(what):
        with open(f"/sys/class/net/enp1s0/{what}", encoding="ascii") as file:
            return file.read().strip()
    with console() as t:
        details(t)
        speed = int(told("speed"))
        t.wait_for(rf"^ enp1s0  up {speed // 1000} Gb/s, {told('duplex')} duplex$")
        t.wait_for(rf"^ +MAC +{told('address')}$")
        ip("link", "set", "enp1s0", "mtu", "1400")
        try:
            text = block(whole(t), "enp1s0")
            assert re.search(rf"^ +MTU +{told('mtu')}$", text, re.M) and told("mtu") == "1400", text
        finally:
            ip("link", "set", "enp1s0", "mtu", "1500")
        with unplugged("enp1s0"):
            t.press("home")
            t.wait_for(r"^ enp1s0  no cable$", 2)
            assert "no cable" in block(whole(t), "enp1s0")
    wait_lease()


def test_routes_come_and_go():
    """Those of the main table that somebody has set, of both families, live."""
    wait_lease()
    routes = {"203.0.113.0/24 via 192.0.2.1 metric 77": ("-4", "203.0.113.0/24", "via", "192.0.2.1", "metric", "77"),
              "2001:db8:7::/48 via fe80::7 metric 78": ("-6", "2001:db8:7::/48", "via", "fe80::7", "metric", "78")}

    def in_force():
        return {shown for shown in routes if re.search(rf"(Routes)? +{re.escape(shown)}$", block(whole(t), "enp1s0"), re.M)}
    with console() as t:
        details(t)
        assert in_force() == set()
        for n, words in enumerate(routes.values()):
            ip(words[0], "route", "add", *words[1:], "dev", "enp1s0")
            t.read(0.5)
            assert in_force() == set(list(routes)[:n + 1]), block(whole(t), "enp1s0")
        for n, words in enumerate(routes.values()):
            ip(words[0], "route", "del", *words[1:], "dev", "enp1s0")
            t.read(0.5)
            assert in_force() == set(list(routes)[n + 1:]), block(whole(t), "enp1s0")


def test_what_sits_on_what():
    ip("link", "add", "br0", "type", "bridge")
    ip("link", "set", "enp2s0", "master", "br0")
    try:
        with console() as t:
            details(t)
            text = whole(t)
        at = text.index("\n br0  ")
        assert re.match(r"\n br0  .*?\n\n   enp2s0  ", text[at:], re.S), text
        assert "Port of         br0" in block(text, "enp2s0")
        assert "none, being a port" in block(text, "enp2s0")
    finally:
        ip("link", "set", "enp2s0", "nomaster")
        ip("link", "del", "br0")


def test_interfaces_of_containers_are_folded():
    ip("link", "add", "docker0", "type", "bridge")
    for number in range(3):
        ip("link", "add", f"veth{number}", "type", "veth", "peer", "name", "eth9", "netns", "peer")
        ip("link", "set", f"veth{number}", "master", "docker0", "up")
        ip("-n", "peer", "link", "set", "eth9", "name", f"c{number}")
    try:
        with console() as t:
            details(t)
            assert "veth1  " not in whole(t)
            t.press("end")
            t.wait_for("This machine")
            folded = whole(t)
            assert "Interfaces of containers: 4 (c shows them)" in folded, folded
            t.type("c")
            t.read(0.3)
            text = whole(t)
            assert re.search(r"(?s)docker0  .*\n   veth0  .*\n   veth1  .*\n   veth2  ", text), text
            t.type("c")
            t.read(0.3)
            assert "veth1  " not in whole(t)
    finally:
        ip("link", "del", "docker0")
        for number in range(3):
            ip("link", "del", f"veth{number}")


def test_keys():
    wait_lease()
    with console() as t:
        details(t)
        t.press("down")
        t.wait_for(r"lines 2 to")
        t.type("k")
        t.wait_for(r"lines 1 to")
        t.press("up")
        t.press("pagedown")
        second = int(t.wait_for(r"lines (?!1 )(\d+) to")[1])
        t.type("p")
        t.wait_for(r"lines 1 to")
        t.type("n")
        t.wait_for(rf"lines {second} to")
        t.press("home")
        t.wait_for(r"lines 1 to")
        t.type("e")
        total = int(t.wait_for(r"to (\d+) of \1$")[1])
        t.press("down", "pagedown", "end")
        t.wait_for(rf"to {total} of {total}")
        t.type("g")
        t.wait_for(r"lines 1 to")
        t.press("escape")
        t.wait_for("F2/2 Settings")
        t.type("5")
        t.wait_for("lines 1 to")
        t.type("q")
        t.wait_for("F2/2 Settings")


def test_the_place_is_kept_by_content():
    wait_lease()
    with console() as t:
        details(t)
        t.press("end")
        t.wait_for("This machine")
        t.read(1.0)  # the managers' answers
        before = t.lines()[1:-3]
        ip("address", "add", "198.51.100.9/24", "dev", "enp2s0")
        try:
            time.sleep(0.5)
            t.read(0.3)
            assert t.lines()[1:-3] == before, t.text()
            assert "198.51.100.9" in whole(t)
        finally:
            ip("address", "del", "198.51.100.9/24", "dev", "enp2s0")


def test_resize():
    lease = wait_lease()
    with console() as t:
        details(t)
        for columns, rows in ((40, 12), (132, 43), (20, 5), (80, 24)):
            t.resize(columns, rows)
            t.wait_for("Too small" if rows < 12 else re.escape(lease))
        t.press("end")
        t.wait_for("This machine")
        t.resize(132, 60)
        t.wait_for(re.escape(lease))


def test_idle_writes_nothing():
    wait_lease()
    with console() as t:
        details(t)
        t.read(3)
        before = t.output
        t.read(5)
        assert t.output == before, f"{t.output - before} bytes"


def test_web_interface_in_full():
    lease = wait_lease()
    fingerprint = run("sh", "-c", f"openssl s_client -connect {lease}:8443 </dev/null 2>/dev/null | openssl x509 -noout "
                      "-fingerprint -sha256").split("=")[1].strip()
    with console(132, 43) as t:
        t.wait_for("answering", 15)
        details(t)
        text = whole(t)
    web = text[text.index("Web interface"):]
    assert f"URL             https://{lease}:8443/" in web, web
    assert "8443, something listens there" in web and "answering" in web, web
    assert fingerprint in web, web


def test_name_servers_in_force():
    """As the C library reads them, without the root that stands where there are no domains."""
    for text, domains in (("nameserver 192.0.2.1\nsearch .\n", None), ("nameserver 192.0.2.1\nsearch example.net .\n", "example.net")):
        with open("/etc/resolv.conf", "w", encoding="ascii") as file:
            file.write(text)
        with console() as t:
            details(t)
            shown = re.search(r"(?s)Name servers in force.*?This machine", whole(t)).group()
        assert re.search(r"DNS +192\.0\.2\.1$", shown, re.M), shown
        found = re.search(r"Domains +(.*)$", shown, re.M)
        assert (found[1] if found else None) == domains, shown


def test_machine():
    with console() as t:
        details(t)
        text = whole(t)
    machine = block(text + "\n", "This machine") if "This machine  " in text else text[text.index("This machine"):]
    assert f"Kernel          {os.uname().release}" in machine, machine
    assert "Product         Acme Backup Appliance 4.2" in machine
    assert re.search(r"Identity +its own", machine), machine


def test_plain_lines():
    wait_lease()
    with Term(["firstboot"], term="dumb") as t:
        t.wait_for("Choice:")
        t.type("2\n")
        t.wait_for(r"Lines 1 to 21 of \d+\.\s+Enter: next page")
        assert t.sees(r"MAC +52:54:00:12:34:56"), t.text()
        t.type("\n")
        t.wait_for(r"Lines 22 to")
        t.type("q\n")
        t.wait_for("1 Settings")


# -- the report ----------------------------------------------------------------------------------

SECRETS = {
    "/etc/netplan/50-test.yaml": ("network:\n  wifis:\n    w0:\n      access-points:\n        net:\n          password: HUSH1\n",
                                  0o644),
    "/etc/systemd/network/90-wg.netdev": ("[WireGuard]\nPrivateKey=HUSH2\nListenPort=51820\n", 0o644),
    "/etc/NetworkManager/system-connections/w.nmconnection": ("[wifi]\nssid=HUSH3\n", 0o600),
    "/etc/network/interfaces.d/w0": ("iface w0 inet dhcp\n  wpa-psk HUSH4 HUSH4\n  post-up curl https://u:HUSH5@x/\n", 0o644),
}


def put_secrets():
    for path, (text, mode) in SECRETS.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, mode)


def test_report_has_everything_but_secrets():
    lease = wait_lease()
    put_secrets()
    report = run("firstboot", "--report")
    assert "HUSH" not in report, report
    for words in (lease, "52:54:00:12:34:56", "password: (removed)", "ListenPort=51820", "PrivateKey=(removed)",
                  "iface w0 inet dhcp", "https://(removed)@x/", os.uname().release, "Acme Backup Appliance 4.2",
                  "w.nmconnection\n  (not readable for everybody: left out)", "Changes of the network settings"):
        assert words in report, f"{words} is missing:\n{report}"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", report)


def test_report_of_a_user_tells_no_more():
    report = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "firstboot", "--report"],
                            capture_output=True, text=True, check=True).stdout
    assert "HUSH" not in report and "52:54:00:12:34:56" in report


def test_report_to_a_full_disk_fails():
    with open("/dev/full", "w", encoding="ascii") as full:
        result = subprocess.run(["firstboot", "--report"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert result.returncode == 1 and "could not be written" in result.stderr


@case.variants((80, 24), (60, 20), (40, 12))
def test_report_is_read_whole(columns, rows):
    """What does not fit into a row goes on in the next one: nothing that was printed is missing on the screen."""
    wait_lease()
    with open("/etc/hosts", "a", encoding="ascii") as file:
        file.write("# " + "x" * 300 + " end-of-a-long-line\n")
    with console(columns, rows) as t:
        t.wait_for("answering,", 15)
        details(t)
        t.type("r")
        t.wait_for("s Save", 15)
        read = re.sub(r"\s", "", whole(t))
    for line in run("firstboot", "--report").splitlines():
        # What has become another since is none of it.
        if not re.match(r" *(Time|Up for|Load|Memory|Swap|Disk|Units|Known as|Clock) ", line):
            assert re.sub(r"\s", "", line) in read, f"{line}\nis not in\n{read}"


def test_report_is_typed_out():
    put_secrets()
    with console() as t:
        details(t)
        t.type("r")
        t.wait_for("Support report", 15)
        t.wait_for("s Save")
        written = []
        feed = t.stream.feed
        t.stream.feed = lambda data: (written.append(data), feed(data))
        t.type("t")
        t.wait_for("Enter goes back")
        t.press("enter")
        t.wait_for("s Save")
        log = b"".join(written).decode()
    body = log.split("----- BEGIN SUPPORT REPORT -----\r\n")[1].split("----- END SUPPORT REPORT -----\r\n")[0]
    assert "52:54:00:12:34:56" in body and "HUSH" not in body and "\033" not in body, body


def test_report_is_saved_with_the_password():
    with console() as t:
        details(t)
        t.type("r")
        t.wait_for("s Save", 15)
        t.type("s")
        t.wait_for("Password +\\[")
        t.type(PASSWORD)
        t.press("enter")
        t.wait_for(r"The report is saved", 15)
    reports = os.listdir("/var/lib/firstboot/reports")
    assert len(reports) == 1, reports
    with open(f"/var/lib/firstboot/reports/{reports[0]}", encoding="utf-8") as file:
        assert "52:54:00:12:34:56" in file.read()


# -- many ----------------------------------------------------------------------------------------

def milliseconds(t, key, pattern):
    start = time.monotonic()
    os.write(t.fd, key)
    while not t.sees(pattern):
        assert time.monotonic() - start < 5, f"no {pattern}:\n{t.text()}"
        t.read(0.001)
    return (time.monotonic() - start) * 1000


def wait_bytes(t, key):
    """Until the first byte of the answer."""
    t.read(0.05)
    before, start = t.output, time.monotonic()
    os.write(t.fd, key)
    while t.output == before:
        assert time.monotonic() - start < 5
        t.read(0.0005)
    return (time.monotonic() - start) * 1000


def make_many():
    lines = []
    for number in range(MANY // 2):
        lines.append(f"link add many{number} type veth peer name more{number}")
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines) + "\n", text=True, check=True)


def test_z_thousands_of_interfaces():
    run("kill", "-STOP", open("/run/networkd.pid", encoding="ascii").read().strip())
    make_many()
    try:
        with console() as t:
            t.wait_for("F5", 30)
            t.read(1.0)
            opened = milliseconds(t, b"5", r"lines 1 to \d+ of \d{5}")
            t.read(1.0)
            keys = [wait_bytes(t, key) for key in (b"n", b"n", b"e", b"p", b"g", b"n", b"j", b"k", b"e", b"g")]
            storm = subprocess.Popen(["/usr/bin/python3", __file__, "--storm"])
            time.sleep(0.7)
            stormy = []
            for _ in range(15):
                stormy.append(wait_bytes(t, b"n"))
                stormy.append(wait_bytes(t, b"p"))
            storm.kill()
            storm.wait()
        print(f"        opened in {opened:.0f} ms, key to screen {statistics.median(keys):.1f} ms (at most {max(keys):.1f}), "
              f"in a storm {statistics.median(stormy):.1f} ms (at most {max(stormy):.1f})")
        assert opened < 120, opened
        assert statistics.median(keys) < 10, keys
        assert statistics.median(stormy) < 50, stormy
    finally:
        lines = [f"link del many{number}" for number in range(MANY // 2)]
        subprocess.run(["ip", "-batch", "-"], input="\n".join(lines) + "\n", text=True, check=False)


def storm():
    """Addresses that come and go as fast as the kernel takes them."""
    import socket
    import struct
    index = socket.if_nametoindex("enp2s0")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as s:
        def message(kind, flags, number):
            body = struct.pack("=BBBBI", socket.AF_INET, 32, 0, 0, index)
            address = socket.inet_aton(f"203.0.113.{number % 250 + 1}")
            for attribute in (1, 2):
                body += struct.pack("=HH", 8, attribute) + address
            return struct.pack("=IHHII", 16 + len(body), kind, 1 | flags, number, 0) + body
        count, start = 0, time.monotonic()
        while True:
            s.send(message(20, 0x400 | 0x100, count))
            s.send(message(21, 0, count))
            count += 2
            ahead = count / 10000 - (time.monotonic() - start)
            if ahead > 0.01:
                time.sleep(ahead)


if __name__ == "__main__":
    if sys.argv[1:] == ["--storm"]:
        storm()
    allow_ptys()
    claim()
    configure("[Product]\n")
    wait_lease()
    # The router's address must not come into a test.
    case.until(lambda: addresses("enp1s0", 6))
    case.until(lambda: json.loads(run("networkctl", "--json=short", "status", "enp1s0"))["AdministrativeState"] == "configured")
    case.run(dict(globals()))
