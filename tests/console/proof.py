# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the start screen says of the web interface, on a machine with one address and nothing that serves."""

import os
import re
import subprocess
import time

from machine import allow_ptys, claim, console, ip, run

ADDRESS = "192.0.2.10"
PORT = 8443
SOON = 1.0  # what is promised
NOTHING = f"nothing listens on port {PORT}"


def words(t):
    """The screen without its line breaks; of plain lines the last ones."""
    return " ".join(t.text().split()).rpartition("Acme Backup Appliance")[2]


def await_words(t, pattern, timeout=SOON):
    """Wait until the screen says so; how long that took."""
    begun = time.monotonic()
    while not re.search(pattern, words(t)):
        took = time.monotonic() - begun
        assert took < timeout, f"waited {timeout} s for {pattern!r}; the screen:\n{t.text()}"
        assert t.read(0.01), "ended"
    return time.monotonic() - begun


def await_proof(t, pattern, timeout=SOON):
    return await_words(t, rf"Web interface:? +{pattern}", timeout)


def screen(term="linux"):
    return console(200, 60, term) if term == "dumb" else console(132, 43, term)


def fingerprint(address=ADDRESS):
    """Of the certificate that is presented, by openssl itself."""
    shown = subprocess.run(["openssl", "s_client", "-connect", f"{address}:{PORT}"], input="", capture_output=True, text=True)
    return subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256"], input=shown.stdout, capture_output=True,
                          text=True, check=True).stdout.strip().split("=")[1]


def host_keys():
    """The lines of ssh-keygen -lf as the screen has them: type and digest."""
    found = []
    for name in sorted(os.listdir("/etc/ssh")):
        if re.fullmatch(r"ssh_host_\w+_key\.pub", name):
            _, digest, *_, kind = run("ssh-keygen", "-lf", "/etc/ssh/" + name).split()
            found.append((kind.strip("()"), digest))
    return found


def make_host_key(kind):
    run("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", f"/etc/ssh/ssh_host_{kind}_key")


def remove_host_keys():
    subprocess.run("rm -f /etc/ssh/ssh_host_*", shell=True, check=True)


def dns(names):
    """A name server at the end of the cable that knows these names, of one or more addresses with commas; caller ends it."""
    return subprocess.Popen(["ip", "netns", "exec", "peer", "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root",
                             "--no-resolv", "--no-hosts", "--interface=peer0", "--bind-interfaces", "--pid-file=",
                             *[f"--address=/{name}/{address}" for name, found in names.items() for address in found.split(",")]],
                            stderr=subprocess.DEVNULL)


def begin():
    """Neither DHCP nor any server."""
    subprocess.run(["sh", "-c", "kill $(cat /run/web.pid)"], check=False, capture_output=True)
    subprocess.run(["sh", "-c", "kill $(cat /run/dnsmasq.pid) $(cat /run/networkd.pid)"], check=False, capture_output=True)
    allow_ptys()
    claim()
    remove_host_keys()
    run("ip", "link", "set", "enp1s0", "up")
    run("sysctl", "-q", "net.ipv6.conf.enp1s0.disable_ipv6=1")
    run("ip", "address", "flush", "dev", "enp1s0")
    ip("address", "add", f"{ADDRESS}/24", "dev", "enp1s0")
    ip("route", "add", "default", "via", "192.0.2.1")
