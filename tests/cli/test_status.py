#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot --status: what it says is what the kernel has, as lines and as JSON, once and again whenever that changes."""

import contextlib
import fcntl
import json
import os
import re
import select
import signal
import subprocess
import time

import cli
from cli import DONE, FAILED, firstboot, started, validate

import case
from machine import addresses, as_firstboot, claim, configure, ip, run, unclaim, wait_lease

def status(**options):
    done = firstboot("--status", "--json", **options)
    assert done.returncode == DONE and not done.stderr, done
    assert done.stdout.count("\n") == 1
    return validate(done.stdout, "status")


@contextlib.contextmanager
def address(text, interface="enp1s0"):
    ip("address", "add", text, "dev", interface, "nodad")
    try:
        yield
    finally:
        ip("address", "del", text, "dev", interface)


class Watch:
    """firstboot --status --watch, with what it says as it comes."""

    def __init__(self, process, as_json=True):
        self.process = process
        self.as_json = as_json
        self.text = ""

    def read(self, timeout):
        """More of it; False: nothing in this time."""
        ready, _, _ = select.select([self.process.stdout], [], [], timeout)
        if not ready:
            return False
        more = self.process.stdout.read1(65536).decode()
        self.text += more
        return bool(more)

    def objects(self):
        return [validate(line + "\n", "status") for line in self.text.split("\n")[:-1]]

    def wait(self, is_there, timeout):
        """Seconds until that is there."""
        began = time.monotonic()
        while not is_there(self):
            left = began + timeout - time.monotonic()
            assert left > 0 and self.read(left), f"not within {timeout} s: {self.text}"
        return time.monotonic() - began

    def wait_quiet(self, seconds=1.0):
        """Until nothing new was told for so long."""
        while self.read(seconds):
            pass


@contextlib.contextmanager
def watching(*more, **options):
    with started("--status", "--watch", *more, text=False, **options) as process:
        watch = Watch(process)
        watch.wait(lambda w: w.text, 10)
        watch.wait_quiet()
        yield watch


# -- once, as lines -------------------------------------------------------------------------------


def test_lines_say_what_the_screen_says():
    done = firstboot("--status")
    assert done.returncode == DONE and not done.stderr, done
    lease = wait_lease()
    assert f"  https://{lease}:8443/\n" in done.stdout, done.stdout
    assert re.search(rf"^enp1s0: up.*, 52:54:00:12:34:56, {re.escape(lease)}/24, automatic \(DHCP\)$", done.stdout, re.M), done.stdout
    assert done.stdout.startswith("Acme Backup Appliance 4.2, localhost\n"), done.stdout
    # Fingerprints may have any two characters.
    words = re.sub(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}|SHA256:\S+", "", done.stdout)
    assert "F2" not in words and "\033" not in done.stdout


def test_lines_follow_the_kernel():
    with address("192.0.2.204/24"):
        assert "https://192.0.2.204:8443/" in firstboot("--status").stdout
    assert "192.0.2.204" not in firstboot("--status").stdout


def without_bus(*arguments):
    return subprocess.run(["unshare", "--mount", "sh", "-c", 'umount -l /run/dbus 2>/dev/null; mount -t tmpfs t /run/dbus && exec "$@"', "sh",
                           "firstboot", *arguments], capture_output=True, text=True, timeout=20, check=False)


def test_it_needs_no_bus():
    done = without_bus("--status")
    assert done.returncode == DONE and f"  https://{wait_lease()}:8443/\n" in done.stdout, done
    done = without_bus("--status", "--json")
    found = validate(done.stdout, "status")
    assert done.returncode == DONE and found["claimed"] is None and found["root_login"] is None, found
    assert found["urls"][0]["url"] == f"https://{wait_lease()}:8443/", found


def test_anybody_may_ask():
    done = subprocess.run(as_firstboot("firstboot", "--status"), capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == DONE and wait_lease() in done.stdout, done
    assert status(user="firstboot")["urls"][0]["address"] == wait_lease()


# -- once, as JSON: held against what others say ---------------------------------------------------


def test_addresses_are_the_kernels():
    with address("192.0.2.205/28"), address("2001:db8::205/64", "enp2s0"):
        found = status()
        for link in found["links"]:
            kernel, = json.loads(ip("-j", "address", "show", "dev", link["name"]))
            there = {(a["local"], a["prefixlen"]) for a in kernel["addr_info"]}
            assert {(a["address"], a["prefix_length"]) for a in link["addresses"]} == there, (link, kernel)
            assert link["mac"] == kernel["address"] and link["mtu"] == kernel["mtu"]
            assert (link["state"] == "up") == ("LOWER_UP" in kernel["flags"]), (link, kernel)
    assert {link["name"] for link in found["links"]} == {"enp1s0", "enp2s0"} and found["more_links"] == 0


def test_gateways_are_the_kernels():
    for link in status()["links"]:
        routes = json.loads(ip("-j", "-4", "route", "show", "default", "dev", link["name"]) or "[]")
        assert [g for g in link["gateways"] if ":" not in g] == [r["gateway"] for r in routes], (link, routes)


def test_a_cable_that_is_pulled():
    run("ip", "-n", "peer", "link", "set", "peer1", "down")
    try:
        case.until(lambda: {link["name"]: link["state"] for link in status()["links"]}["enp2s0"] == "no-cable", 5)
    finally:
        run("ip", "-n", "peer", "link", "set", "peer1", "up")
    ip("link", "set", "enp2s0", "down")
    try:
        case.until(lambda: {link["name"]: link["state"] for link in status()["links"]}["enp2s0"] == "off", 5)
    finally:
        ip("link", "set", "enp2s0", "up")


def test_origins():
    with address("192.0.2.206/24"):
        case.until(lambda: addresses("enp1s0", 6))
        link = next(link for link in status()["links"] if link["name"] == "enp1s0")
        origins = {a["address"]: a["origin"] for a in link["addresses"]}
    assert origins[wait_lease()] == "dhcp" and origins["192.0.2.206"] == "fixed", origins
    assert all(origin == "self-assigned" for text, origin in origins.items() if text.startswith("fe80:")), origins
    assert any(origin == "router" for text, origin in origins.items() if text.startswith("2001:db8:")), origins
    assert link["manager"] == "networkd" and "192.0.2.1" in link["dns"], link


def test_a_duplicate_address():
    run("ip", "-n", "peer", "address", "add", "2001:db8::bad/64", "dev", "peer0", "nodad")
    try:
        ip("address", "add", "2001:db8::bad/64", "dev", "enp1s0")

        def kind():
            link = next(link for link in status()["links"] if link["name"] == "enp1s0")
            return next(a["kind"] for a in link["addresses"] if a["address"] == "2001:db8::bad")
        case.until(lambda: kind() == "duplicate", 10)
        found = status()
        assert any("2001:db8::bad" in notice for notice in found["notices"]), found["notices"]
        assert not any(url["address"] == "2001:db8::bad" for url in found["urls"]), found["urls"]
    finally:
        ip("address", "del", "2001:db8::bad/64", "dev", "enp1s0")
        run("ip", "-n", "peer", "address", "del", "2001:db8::bad/64", "dev", "peer0")


def test_urls_are_proven():
    case.until(lambda: all(url["proof"]["state"] == "proven" for url in status()["urls"]), 20)
    url = status()["urls"][0]
    assert url["proof"]["answer"] == "answered" and url["proof"]["http_status"] == 200 and url["proof"]["listening"], url
    assert url["proof"]["words"].startswith("answering"), url
    shown = run("sh", "-c", f"openssl s_client -connect {wait_lease()}:8443 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256")
    assert url["certificate"]["sha256"] == shown.strip().split("=")[1], (url, shown)


def test_nothing_listens():
    configure("[Web]\nPort=8444\n", "90-port.conf")
    try:
        found = status()
        assert found["web"]["port"] == 8444 and found["urls"][0]["url"].endswith(":8444/"), found
        assert found["urls"][0]["proof"]["state"] == "failed" and not found["urls"][0]["proof"]["listening"], found
        assert "nothing listens on port 8444" in found["urls"][0]["proof"]["words"], found
        assert found["urls"][0]["certificate"] is None
    finally:
        configure("", "90-port.conf")


def test_no_web_interface():
    configure("[Web]\nEnabled=no\n", "90-web.conf")
    try:
        found = status()
        assert not found["web"]["enabled"] and found["urls"][0]["proof"]["state"] == "unknown", found
        assert found["urls"][0]["url"] == wait_lease(), found
    finally:
        configure("", "90-web.conf")


def test_product_and_name():
    configure("[Product]\nName=H\u00e4user \u202e\u0007 \U0001f3e0\nVersion=\nDocumentationURL=\n", "90-product.conf")
    try:
        done = firstboot("--status", "--json")
        found = validate(done.stdout, "status")
        assert found["product"]["name"].startswith("H\u00e4user") and "\U0001f3e0" in found["product"]["name"], found["product"]
        assert found["product"]["version"] is None, found["product"]
        assert found["product"]["vendor"] is None and found["product"]["support"] is None, found["product"]
        configure("[Product]\nVendor=H\u00e4user AG\nSupportURL=https://support.example.com/x?y=1\n", "90-product.conf")
        found = status()["product"]
        assert (found["vendor"], found["support"]) == ("H\u00e4user AG", "https://support.example.com/x?y=1"), found
    finally:
        configure("", "90-product.conf")
    assert status()["hostname"] == "localhost"
    assert status()["firstboot"] in firstboot("--version").stdout


def test_bytes_that_are_no_text():
    folder = "/etc/firstboot/firstboot.conf.d"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/90-bytes.conf", "wb") as f:
        f.write(b"[Product]\nName=a\xffb\xc3(\xed\xa0\x80\xf4\x90\x80\x80\xc0\xaf\xe2\x82\n")
    try:
        done = firstboot("--status", "--json")
        name = validate(done.stdout, "status")["product"]["name"]
        # As the product, or not at all where it is not taken for a name; but always as text.
        assert name.startswith("a\ufffdb\ufffd(") or name == "Acme Backup Appliance", name
    finally:
        os.unlink(f"{folder}/90-bytes.conf")


def test_claimed_or_not():
    assert status()["claimed"] is True and status()["root_login"] is True
    unclaim()
    try:
        found = status()
        assert found["claimed"] is False and found["root_login"] is False, found
        assert any("not set up yet" in notice for notice in found["notices"]), found["notices"]
    finally:
        claim()


def test_answers_that_were_given():
    """What --unattended leaves in /run, word by word."""
    assert status()["answers"] is None
    os.makedirs("/run/firstboot-headless", exist_ok=True)
    try:
        with open("/run/firstboot-headless/given", "w", encoding="utf-8") as f:
            f.write("TAKEN=0\nWHAT=3\nSOURCE=the file /etc/firstboot/answers.ini\nREASON=answers.ini:2: no\nREASON=answers.ini:3: neither\n")
        assert status()["answers"] == {"source": "the file /etc/firstboot/answers.ini", "taken": False, "given": ["network", "hostname"],
                                       "reason": "answers.ini:2: no\nanswers.ini:3: neither"}
        with open("/run/firstboot-headless/given", "w", encoding="utf-8") as f:
            f.write("TAKEN=1\nWHAT=16\nSOURCE=a volume\n")
        assert status()["answers"] == {"source": "a volume", "taken": True, "given": ["login"], "reason": None}
    finally:
        subprocess.run(["rm", "-rf", "/run/firstboot-headless"], check=True)


def test_answers_that_unattended_was_given():
    assert status()["answers"] is None
    unclaim()
    try:
        os.makedirs("/etc/firstboot", exist_ok=True)
        # RuntimeDirectory= of the unit.
        os.makedirs("/run/firstboot-headless", exist_ok=True)
        with open("/etc/firstboot/answers.ini", "w", encoding="utf-8") as f:
            f.write("[Host]\nHostname=-bad-\nTimezone=Europe/Sofia\n")
        os.chmod("/etc/firstboot/answers.ini", 0o600)
        firstboot("--unattended", timeout=60)
        found = status()["answers"]
        assert "answers.ini" in found["source"] and found["taken"] is False and "-bad-" in found["reason"], found
        with open("/etc/firstboot/answers.ini", "w", encoding="utf-8") as f:
            f.write("[Host]\nHostname=given.example.com\n")
        firstboot("--unattended", timeout=60)
        found = status()
        assert found["answers"]["taken"] is True and found["answers"]["given"] == ["hostname"] and found["answers"]["reason"] is None, found
        assert found["hostname"] == "given.example.com" and found["claimed"] is False, found
    finally:
        os.unlink("/etc/firstboot/answers.ini")
        subprocess.run(["rm", "-rf", "/run/firstboot-headless", "/run/issue.d"], check=True)
        run("hostname", "localhost")
        claim()


# -- again and again ------------------------------------------------------------------------------


def test_watch_follows_an_address_in_json():
    with watching("--json") as watch:
        before = len(watch.objects())
        with address("192.0.2.207/24"):
            seconds = watch.wait(lambda w: "https://192.0.2.207:8443/" in w.text, 5)
            assert seconds < 1, seconds
        lines = watch.text.count("\n")
        seconds = watch.wait(lambda w: w.text.count("\n") > lines and "192.0.2.207" not in w.text.rstrip("\n").split("\n")[-1], 5)
        assert seconds < 1, seconds
        found = watch.objects()
        assert len(found) > before and all(a != b for a, b in zip(found, found[1:])), "the same twice"


def test_watch_follows_an_address_in_lines():
    with watching() as watch:
        assert watch.text.split("\n\n")[-1] == firstboot("--status").stdout
        with address("192.0.2.208/24"):
            seconds = watch.wait(lambda w: "  https://192.0.2.208:8443/\n" in w.text, 5)
            assert seconds < 1, seconds


def test_watch_follows_who_edits():
    with watching("--json") as watch:
        edit = ("import ctypes, sys\n"
                "s = ctypes.CDLL('libsystemd.so.0')\n"
                "bus = ctypes.c_void_p()\n"
                "assert s.sd_bus_open_system(ctypes.byref(bus)) >= 0\n"
                "n = b'org.firstboot.Firstboot1'\n"
                "assert s.sd_bus_call_method(bus, n, b'/org/firstboot/Firstboot1', n, b'BeginEdit', None, None, b'') >= 0\n"
                "print('edits', flush=True)\n"
                "sys.stdin.read()\n")
        with subprocess.Popen(["/usr/bin/python3", "-c", edit], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as editor:
            assert editor.stdout.readline() == "edits\n"
            watch.wait(lambda w: w.objects()[-1]["editor"] is not None, 5)
            found = watch.objects()[-1]["editor"]
            assert found["who"] and found["since"], found
            assert status()["editor"] == found
            editor.stdin.close()
            editor.wait(5)
        watch.wait(lambda w: w.objects()[-1]["editor"] is None, 5)


def test_watch_has_no_tick():
    """No timer goes off. The kernel may wake it up: for a router's advertisement, and for the hostname of any namespace."""
    with watching("--json") as watch:
        fewest = 1000
        for _ in range(3):
            watch.wait_quiet(3)
            done = subprocess.run(["timeout", "5", "strace", "-e", "trace=read", "-p", str(watch.process.pid)], capture_output=True, text=True,
                                  timeout=20, check=False)
            assert "attached" in done.stderr, done
            fewest = min(fewest, len(re.findall(r'^read\(\d+, ".*", 8\) += 8$', done.stderr, re.M)))
        assert fewest == 0, f"a timer goes off {fewest} times in 5 s"


@case.variants((signal.SIGINT,), (signal.SIGTERM,), (signal.SIGHUP,))
def test_watch_ends_by_a_signal(number):
    for more in [], ["--json"]:
        with watching(*more) as watch:
            watch.process.send_signal(number)
            assert watch.process.wait(5) == DONE
            watch.wait_quiet(0.1)
            assert watch.text.endswith("\n") and not watch.process.stderr.read()


def test_watch_ends_while_nobody_reads():
    read, write = os.pipe()
    try:
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
        with started("--status", "--watch", "--json", stdout=write) as process:
            for number in range(210, 214):
                with address(f"192.0.2.{number}/24"):
                    time.sleep(0.3)
            process.terminate()
            assert process.wait(5) == DONE
    finally:
        os.close(read)
        os.close(write)


def test_watch_ends_at_once_where_its_reader_goes():
    with watching("--json") as watch:
        watch.process.stdout.close()
        assert watch.process.wait(5) == DONE
        assert not watch.process.stderr.read()


def test_watch_into_a_file():
    with open("/run/watched", "w+", encoding="ascii") as f, started("--status", "--watch", "--json", stdout=f) as process:
        case.until(lambda: open("/run/watched", encoding="ascii").read().count("\n") > 0, 10)
        with address("192.0.2.209/24"):
            case.until(lambda: "192.0.2.209" in open("/run/watched", encoding="ascii").read(), 5)
        process.terminate()
        assert process.wait(5) == DONE


def test_watch_onto_a_full_disk():
    for more in [], ["--json"]:
        done = cli.firstboot_full("--status", "--watch", *more)
        assert done.returncode == FAILED and cli.one_sentence(done.stderr), done


if __name__ == "__main__":
    claim()
    wait_lease()
    case.run(dict(globals()))
