#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the start screen says of the web interface equals the truth, and soon: real servers, rules and keys."""

import contextlib
import os
import random
import re
import socket
import ssl
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))

import case
from machine import configure, ip, run, without_firstbootd
from proof import (ADDRESS, NOTHING, PORT, SOON, await_proof, await_words, begin, dns, fingerprint, host_keys, make_host_key,
                   remove_host_keys, screen, words)
from webserver import WebServer

LOOKS = 2.0  # between two looks for a listener, a few s behind an event
LIMIT = 5.0  # that an answer may take before it is none; prober/webcheck.h

CLOSED = rf"answers, but the firewall \(inet test input\) lets nobody in on port {PORT}"

OTHER_NAME = rf"answering, but its certificate is for appliance01\.example\.com, not for {re.escape(ADDRESS)}: browsers will warn"

# Each server: its kind, where it listens, what is true of it over https, and how long it takes to see that.
SERVERS = {
    "plain": ("plain", "::", f"speaks HTTP, not HTTPS, on port {PORT}", SOON),
    "self-signed": ("tls", "::", r"answering(?!,)", SOON),
    "another name": ("tls-other-name", "::",
                     rf"answering, but its certificate is for other\.example\.com, not for {re.escape(ADDRESS)}: browsers will warn",
                     SOON),
    "hanging": ("hanging", "::", r"accepts connections, but does not answer", LIMIT + SOON),
    "500": ("tls-500", "::", r"answers with an error \(HTTP 500\)", SOON),
    "garbage": ("tls-garbage", "::", r"answers with something else than HTTP\b", SOON),
    "1 byte a second": ("tls-slow", "::", r"begins to answer, but does not come to the point within 5 s", LIMIT + SOON),
    "loopback": ("tls", "127.0.0.1", r"listens on 127\.0\.0\.1 only: other machines cannot reach it", SOON),
    "expired": ("tls-expired", "::", r"answering, but its certificate expired on \d{4}-\d\d-\d\d: browsers will warn", SOON),
    "from tomorrow on": ("tls-future", "::", r"answering, but its certificate is valid only from \d{4}-\d\d-\d\d on", SOON),
    "closing": ("tls-closing", "::", r"accepts connections, but closes them without an answer", SOON),
    "old": ("alert", "::", r"takes connections, but HTTPS fails", SOON),
    "as browsers refuse it": ("tls-old", "::", r"takes connections, but HTTPS fails: browsers refuse a TLS as old as the server's", SOON),
    "ssh": ("ssh", "::", r"answers with something else than HTTPS", SOON),
}
ISSUE = ["plain", "self-signed", "another name", "hanging", "500", "garbage", "1 byte a second", "loopback"]


def nft(text):
    subprocess.run(["nft", "-f", "-"], input=text, text=True, check=True)


def bus_edit():
    """Somebody has edited: firstboot.conf is read again."""
    subprocess.run(["busctl", "call", "org.firstboot.Firstboot1", "/org/firstboot/Firstboot1", "org.firstboot.Firstboot1",
                    "BeginEdit"], check=True, capture_output=True)


def serve(name):
    kind, address, _, _ = SERVERS[name]
    return WebServer(kind, address=address, port=PORT)


@case.variants(*[(name,) for name in SERVERS])
def test_each_server(name):
    with screen() as t:
        await_proof(t, NOTHING)
        with serve(name):
            await_proof(t, SERVERS[name][2], SERVERS[name][3])
        await_proof(t, NOTHING)
    with serve(name), screen() as t:
        await_proof(t, SERVERS[name][2], SERVERS[name][3])


def test_without_tls():
    """The kinds whose words are the same without TLS, and the one that is right then."""
    configure(f"[Web]\nScheme=http\nPort={PORT}\n")
    try:
        with screen() as t:
            await_words(t, rf"http://{re.escape(ADDRESS)}:{PORT}/")
            for kind, text, limit in (("plain", r"answering(?!,)", SOON), ("500", r"answers with an error \(HTTP 500\)", SOON),
                                      ("garbage", "answers with something else than HTTP", SOON),
                                      ("hanging", "accepts connections, but does not answer", LIMIT + SOON),
                                      ("redirect", r"answering(?!,)", SOON), ("old", r"answering(?!,)", SOON)):
                with WebServer(kind, port=PORT):
                    await_proof(t, text, limit)
                    assert "Certificate" not in t.text(), t.text()
                await_proof(t, NOTHING)
    finally:
        configure("")


def test_one_after_the_other():
    """Each server follows others, in an order by chance, with the firewall closed and open between."""
    seed = int.from_bytes(os.urandom(4), "big")
    chance = random.Random(seed)
    order = [name for name in ISSUE if SERVERS[name][3] == SOON] * 2 + ["hanging"]
    chance.shuffle(order)
    print(f"        seed {seed}", flush=True)
    slowest = 0.0
    with screen() as t:
        for name in order:
            with serve(name):
                slowest = max(slowest, await_proof(t, SERVERS[name][2], SERVERS[name][3]) if SERVERS[name][3] == SOON else 0)
                if "answering" in SERVERS[name][2]:
                    nft("add table inet test; add chain inet test input { type filter hook input priority 0; policy drop; }; "
                        "add rule inet test input iif lo accept")
                    slowest = max(slowest, await_proof(t, CLOSED))
                    nft("delete table inet test")
                    slowest = max(slowest, await_proof(t, SERVERS[name][2]))
            slowest = max(slowest, await_proof(t, NOTHING))
    print(f"        at most {slowest * 1000:.0f} ms", flush=True)


def test_firewall_of_a_service_that_comes_late():
    """What firstbootd could not be asked when the screen came it is asked as soon as it answers; changes are followed then, too."""
    nft("add table inet test; add chain inet test input { type filter hook input priority 0; policy drop; }; "
        "add rule inet test input iif lo accept")
    with serve("self-signed"):
        with without_firstbootd():
            t = screen()
            await_proof(t, "answering; whether the firewall lets others in is not known", 5)
        with t:
            await_proof(t, CLOSED, 20)
            nft("delete table inet test")
            await_proof(t, r"answering(?!,)")


def test_firewall():
    with serve("self-signed"), screen() as t:
        await_proof(t, r"answering(?!,)")
        assert "not known" not in t.text(), t.text()
        nft("add table inet test; add chain inet test input { type filter hook input priority 0; policy accept; }; "
            f"add rule inet test input iif != lo tcp dport {PORT} drop")
        await_proof(t, CLOSED)
        nft("flush chain inet test input; "
            f"add rule inet test input iif != lo ip saddr != 203.0.113.0/24 tcp dport {PORT} drop")
        await_proof(t, rf"answering, but the firewall \(inet test input\) lets only some senders in on port {PORT}")
        nft("flush chain inet test input")
        await_proof(t, r"answering(?!,)")
        nft("delete table inet test")
        t.read(SOON)
        await_proof(t, r"answering(?!,)")


def test_rules_that_cannot_be_judged():
    """What they come to is not known, and neither made up nor kept silent."""
    with serve("self-signed"), screen() as t:
        await_proof(t, r"answering(?!,)")
        nft("add table inet test; add chain inet test input { type filter hook input priority 0; policy accept; }; "
            f"add rule inet test input iif != lo tcp dport {PORT} meta cgroup 7 drop")
        try:
            await_proof(t, "answering; whether the firewall lets others in is not known")
        finally:
            nft("delete table inet test")
        await_proof(t, r"answering(?!;)")


@contextlib.contextmanager
def ipv6(*addresses):
    """The card has these, too."""
    run("sysctl", "-q", "net.ipv6.conf.enp1s0.disable_ipv6=0")
    for address in addresses:
        ip("address", "add", f"{address}/64", "dev", "enp1s0", "nodad")
    try:
        yield
    finally:
        run("sysctl", "-q", "net.ipv6.conf.enp1s0.disable_ipv6=1")


def test_ipv6():
    """An address of each family, and a server that takes one of them, both, or IPv6 with the firewall closed to it alone."""
    address = "2001:db8::10"
    nothing = rf"Web interface +({re.escape(ADDRESS)}: )?{NOTHING}"
    shown = rf"https://\[{address}\]:{PORT}/"
    with ipv6(address), screen() as t:
        await_words(t, shown)
        with WebServer("tls", address="0.0.0.0", port=PORT):
            await_proof(t, rf"{re.escape(ADDRESS)}: answering(?!,) \[{address}\]: listens on IPv4 only, not here\.")
        await_words(t, nothing)
        with WebServer("tls", address="::only", port=PORT):
            await_proof(t, rf"{re.escape(ADDRESS)}: listens on IPv6 only, not here\. .* \[{address}\]: answering(?!,)")
        await_words(t, nothing)
        with WebServer("tls", address="::", port=PORT) as server:
            await_proof(t, "answering(?!,)")
            await_words(t, rf"Certificate +SHA256 {server.fingerprint}")
            assert server.fingerprint == fingerprint(f"[{address}]")
            nft("add table ip6 test; add chain ip6 test input { type filter hook input priority 0; policy accept; }; "
                f"add rule ip6 test input iif != lo tcp dport {PORT} drop")
            await_proof(t, rf"{re.escape(ADDRESS)}: answering(?!,) \[{address}\]: answers, but the firewall \(ip6 test input\) lets nobody in")
            nft("delete table ip6 test")
            await_proof(t, "answering(?!,)")


def test_listens_elsewhere():
    with screen() as t:
        await_proof(t, NOTHING)
        ip("address", "add", "198.51.100.7/24", "dev", "enp2s0")
        try:
            with WebServer("tls", address="198.51.100.7", port=PORT):
                await_proof(t, r"listens on 198\.51\.100\.7 only, not here\.", LOOKS)
            await_proof(t, NOTHING)
            with socket.socket() as bound:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"enp2s0")
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                bound.bind(("0.0.0.0", PORT))
                bound.listen()
                await_proof(t, r"listens on enp2s0 only, not here\.", LOOKS)
            await_proof(t, NOTHING)
        finally:
            ip("address", "flush", "dev", "enp2s0")


def test_port_that_is_redirected():
    inside = PORT + 1
    with screen() as t:
        await_proof(t, NOTHING)
        with WebServer("tls", port=inside):
            nft("add table inet test; add chain inet test pre { type nat hook prerouting priority dstnat; }; "
                f"add rule inet test pre tcp dport {PORT} redirect to :{inside}")
            await_proof(t, r"answering(?!,)")
            await_words(t, rf"https://{re.escape(ADDRESS)}:{PORT}/")
        await_proof(t, rf"nothing listens on port {inside}")
        nft("delete table inet test")
        await_proof(t, NOTHING)


def test_server_that_dies_while_it_listens():
    """Nothing tells of it; whoever presses a key sees it."""
    with serve("self-signed") as server, screen() as t:
        await_proof(t, r"answering(?!,)")
        server.stop()
        try:
            t.press("space")
            t.read(SOON)
            assert "answering" in t.text(), "asked too soon again"
            t.read(9.5)
            t.press("space")
            await_proof(t, r"accepts connections, but does not answer since \d\d:\d\d", LIMIT + SOON)
        finally:
            server.go_on()
        await_proof(t, r"answering(?!,)", 2 * SOON)


def test_says_nothing_of_the_server_before():
    """What another server on the port answered is not said of this one, not even while it is being asked."""
    with screen() as t:
        with serve("self-signed"):
            await_proof(t, r"answering(?!,)")
        await_proof(t, NOTHING)
        with serve("hanging"):
            await_proof(t, "takes connections; being asked whether it answers")
            case.until(lambda: t.read(0.02) and "does not answer" in words(t) or re.search("Web interface +answering", words(t)),
                       LIMIT + SOON)
            await_proof(t, "accepts connections, but does not answer")


def test_addresses():
    """Each address has its own proof; agreeing ones have one line."""
    with WebServer("tls", address=ADDRESS, port=PORT), screen() as t:
        await_proof(t, r"answering(?!,)")
        ip("address", "add", "192.0.2.77/24", "dev", "enp1s0")
        await_words(t, r"192\.0\.2\.77: listens on 192\.0\.2\.10 only, not here\.")
        await_words(t, r"192\.0\.2\.10: answering")
        ip("address", "del", "192.0.2.77/24", "dev", "enp1s0")
        await_proof(t, r"answering(?!,)")
        ip("address", "del", f"{ADDRESS}/24", "dev", "enp1s0")
        await_words(t, "No address")
        assert "Web interface" not in t.text(), t.text()
        ip("address", "add", f"{ADDRESS}/24", "dev", "enp1s0")
        await_proof(t, r"answering(?!,)")


def test_details_of_each_url():
    """What the details say of port and certificate is no other story than their sentence."""
    with serve("loopback"), screen() as t:
        await_proof(t, SERVERS["loopback"][2])
        t.press("f5")
        t.wait_for("Details")
        t.press("end", "pageup")
        t.wait_for(rf"Port +{PORT}, nothing listens on this address$", 3)
    with WebServer("tls-nobody", port=PORT), screen() as t:
        await_proof(t, rf"answering, but its certificate is for nobody, not for {re.escape(ADDRESS)}: browsers will warn")
        t.press("f5")
        t.wait_for("Details")
        t.press("end", "pageup")
        t.wait_for(r"Certificate +self-signed, valid to [0-9-]+\n +names nobody$", 3)


@case.variants(("dumb",), ("linux",))
def test_certificate(term):
    with screen(term) as t:
        for kind, signer in (("tls", "self-signed, "), ("tls-signed", "")):
            with WebServer(kind, port=PORT) as server:
                await_words(t, rf"Certificate:? +SHA256 {fingerprint()}")
                assert server.fingerprint == fingerprint()
                await_words(t, rf"(?<!self-signed, ){signer}valid to \d{{4}}-\d\d-\d\d")
            await_proof(t, NOTHING)
            assert "Certificate" not in words(t), t.text()


def test_hostile_certificate():
    with WebServer("tls-hostile-name", port=PORT), screen() as t:
        await_proof(t, r"answering, but its certificate is for .*evil.*, not for 192\.0\.2\.10")
        assert t.sees("Acme Backup Appliance"), t.text()


@case.variants(("dumb",), ("linux",))
def test_host_keys(term):
    remove_host_keys()
    with screen(term) as t:
        await_proof(t, NOTHING)
        assert "SSH host key" not in t.text(), t.text()
        for kind in ("ed25519", "ecdsa", "rsa"):
            make_host_key(kind)
            for name, digest in host_keys():
                await_words(t, rf"{name} {re.escape(digest)}")
        assert len(host_keys()) == 3
        remove_host_keys()
        make_host_key("ed25519")
        ((name, digest),) = host_keys()
        await_words(t, rf"SSH host key:? +{name} {re.escape(digest)}")
        remove_host_keys()
        case.until(lambda: t.read(0.02) and "SSH host key" not in words(t), SOON)


def test_configuration():
    """Another port is another question."""
    with serve("self-signed"), screen() as t:
        await_proof(t, r"answering(?!,)")
        bus_edit()
        configure("[Web]\nPort=9443\n")
        bus_edit()
        await_proof(t, "nothing listens on port 9443")
        configure("")
        bus_edit()
        await_proof(t, r"answering(?!,)")


def test_name():
    """A name is shown while it is this machine's, and resolves to an address of it."""
    names = {"appliance01.example.com": ADDRESS, "elsewhere.example.com": "192.0.2.1", "localhost.example.com": ADDRESS}
    with open("/etc/resolv.conf", "w", encoding="ascii") as f:
        f.write("nameserver 192.0.2.1\n")
    server = dns(names)
    try:
        with WebServer("tls", port=PORT, names=["appliance01.example.com"]), screen() as t:
            await_proof(t, OTHER_NAME)
            for name in ("elsewhere.example.com", "appliance01.example.com", "unknown.example.com", "appliance01.example.com",
                         "localhost.example.com"):
                run("hostname", name)
                if name.startswith("appliance01"):
                    await_words(t, rf"https://{re.escape(name)}:{PORT}/")
                    await_proof(t, rf"{re.escape(ADDRESS)}: {OTHER_NAME} {re.escape(name)}: answering(?!,)")
                else:
                    case.until(lambda: t.read(0.02) and "example.com:" not in t.text(), SOON)
                    t.read(SOON)
                    assert "example.com:" not in t.text(), t.text()
            run("hostname", "appliance01.example.com")
            await_words(t, rf"https://appliance01\.example\.com:{PORT}/", 2 * SOON)
            # The address is another, and the name follows.
            server.kill()
            server.wait()
            server = dns({"appliance01.example.com": "192.0.2.79"})
            t.read(SOON)
            ip("address", "add", "192.0.2.79/24", "dev", "enp1s0")
            await_words(t, r"https://192\.0\.2\.79:")
            ip("address", "del", f"{ADDRESS}/24", "dev", "enp1s0")
            await_words(t, rf"https://appliance01\.example\.com:{PORT}/", 2 * SOON)
            ip("address", "add", f"{ADDRESS}/24", "dev", "enp1s0")
            ip("address", "del", "192.0.2.79/24", "dev", "enp1s0")
            case.until(lambda: t.read(0.02) and "example.com:" not in t.text(), SOON)
    finally:
        server.kill()
        server.wait()
        run("hostname", "localhost")
        run("ip", "address", "flush", "dev", "enp1s0")
        ip("address", "add", f"{ADDRESS}/24", "dev", "enp1s0")
        ip("route", "replace", "default", "via", "192.0.2.1")


class Named:
    """The machine's name is appliance01.example.com, and a name server knows these addresses for names."""

    def __init__(self, names):
        with open("/etc/resolv.conf", "w", encoding="ascii") as f:
            f.write("nameserver 192.0.2.1\n")
        self.server = dns(names)
        run("hostname", "appliance01.example.com")

    def learn(self, names):
        """It knows these instead, and tells nobody."""
        self.server.kill()
        self.server.wait()
        self.server = dns(names)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        run("hostname", "localhost")
        self.server.kill()
        self.server.wait()


def test_name_that_the_server_learns_a_moment_later():
    shown = rf"https://appliance01\.example\.com:{PORT}/"
    with Named({"elsewhere.example.com": ADDRESS}) as network, screen() as t:
        await_proof(t, NOTHING)
        t.read(3 * SOON)
        assert not t.sees(shown), t.text()
        network.learn({"appliance01.example.com": ADDRESS})
        # A question that the first server took with it is asked again after 5 s (resolv.conf(5), "timeout").
        await_words(t, shown, 8 * SOON)


def test_name_of_two_machines():
    """A name that leads to another machine as well may lead a browser there; to two addresses of this one it is the machine's."""
    shown = rf"https://appliance01\.example\.com:{PORT}/"
    with Named({"appliance01.example.com": f"{ADDRESS},192.0.2.80"}), screen() as t:
        await_proof(t, NOTHING)
        t.read(SOON)
        assert not t.sees(shown), t.text()
        ip("address", "add", "192.0.2.80/24", "dev", "enp1s0")
        try:
            await_words(t, shown, 2 * SOON)
        finally:
            ip("address", "del", "192.0.2.80/24", "dev", "enp1s0")
        case.until(lambda: t.read(0.02) and "example.com:" not in t.text(), SOON)


CERTIFICATE = "/etc/firstboot/web.pem"


def make_certificate(path=CERTIFICATE):
    """A certificate in a file; its fingerprint."""
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3", "-subj", "/CN=acme",
        "-keyout", "/dev/null", "-out", path + ".new", stderr=None)
    os.rename(path + ".new", path)
    return run("openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", path).strip().split("=")[1]


def test_certificate_of_a_file():
    """Its fingerprint is there before anything is served, follows the file, and gives way to what is served."""
    configure(f"[Web]\nCertificate={CERTIFICATE}\n")
    digest = make_certificate()
    try:
        with screen() as t:
            await_words(t, rf"Certificate +SHA256 {digest} +self-signed, valid to [0-9-]+, in its file; not served now", 3)
            digest = make_certificate()
            await_words(t, rf"Certificate +SHA256 {digest} ", 2)
            with serve("self-signed"):
                await_proof(t, r"answering(?!,)")
                await_words(t, rf"Certificate +SHA256 {fingerprint()} +self-signed, valid to [0-9-]+, .*not the one of its file", 2)
                assert digest not in t.text(), t.text()
                t.press("f5")
                t.wait_for("Details")
                t.press("end", "pageup")
                await_words(t, rf"in the file {CERTIFICATE} +SHA256 +{digest}", 3)
                t.press("escape")
            await_words(t, rf"SHA256 {digest} +self-signed, .*not served now", 3)
            os.unlink(CERTIFICATE)
            await_words(t, r"Web interface(?!.*Certificate)", 3)
            assert not t.sees("SHA256 [0-9A-F]{2}:"), t.text()
            with open(CERTIFICATE, "w", encoding="ascii") as f:
                f.write("no certificate\n")
            t.press("f5")
            t.wait_for(rf"{CERTIFICATE} cannot be read: there is no certificate in it", 3)
    finally:
        configure("")
        os.unlink(CERTIFICATE)


def test_certificate_that_is_the_files():
    """Nothing is said where it is the same."""
    configure(f"[Web]\nCertificate={CERTIFICATE}\n")
    try:
        with serve("self-signed"), open(CERTIFICATE, "w", encoding="ascii") as f:
            f.write(ssl.get_server_certificate((ADDRESS, PORT)))
            f.flush()
            with screen() as t:
                await_words(t, rf"Certificate +SHA256 {fingerprint()} +self-signed", 3)
                t.wait_rest()
                assert not t.sees("its file"), t.text()
    finally:
        configure("")
        os.unlink(CERTIFICATE)


def test_status_lines():
    with serve("self-signed"):
        lines = run("firstboot", "--status")
        assert "\nWeb interface: answering\n" in lines, lines
        assert f"\nCertificate: SHA256 {fingerprint()}, self-signed, valid to " in lines, lines
    lines = run("firstboot", "--status")
    assert f"\nWeb interface: {NOTHING}" in lines, lines


def test_storm():
    """A server that comes and goes, and an address that flaps: at most so many questions, and the truth at the end."""
    with screen() as t:
        end = time.monotonic() + 5
        while time.monotonic() < end:
            ip("address", "add", "192.0.2.78/24", "dev", "enp1s0")
            ip("address", "del", "192.0.2.78/24", "dev", "enp1s0")
            t.read(0.001)
        with serve("self-signed"):
            await_proof(t, r"answering(?!,)")
        await_proof(t, NOTHING)


begin()
case.run(globals())
