#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same answers where NetworkManager sets up the cards: what is shown is what it gets, and it is asked once."""

import subprocess

import answers
import cli
from answers import DHCP, SILENT_GATEWAY, STATIC, addresses, check, reconfigure, write
from cli import DONE, TAKEN_BACK, firstboot, started

import case
from machine import allow_ptys, ip, unclaim, wait_lease

PROFILES = "/etc/NetworkManager/system-connections"
SECOND = "[Network]\nLink=enp2s0\nDHCP=no\nAddress=198.51.100.9/24\n"
SETTINGS = {
    "static": STATIC,
    "static6": STATIC + "Address=2001:db8::10/64\nGateway=2001:db8::1\n",
    "routes": STATIC + "Route=198.51.100.0/24 via 192.0.2.2 metric 50\nMTU=1400\n",
    "dhcp": DHCP,
    "dhcp4": DHCP.replace("DHCP=yes", "DHCP=ipv4") + "ClientIdentifier=mac\nSendHostname=no\n",
    "two": STATIC + SECOND,
}


def profile(found):
    """What --check shows of the profile: its lines by key."""
    text = "".join(c["diff"] for c in found["changes"] if c["kind"] == "profile" and c["path"] == "firstboot-enp1s0")
    return dict(line[1:].split(" ", 1) for line in text.splitlines() if line.startswith("+") and " " in line)


def in_force(key):
    """What NetworkManager itself says of a key of the profile."""
    return subprocess.run(["nmcli", "--get-values", key, "connection", "show", "firstboot-enp1s0"], capture_output=True, text=True,
                          check=True).stdout.strip()


def test_export_of_a_machine_that_nobody_has_set_up():
    text = firstboot("--export", timeout=60).stdout
    assert "Link=enp1s0\n" in text, text
    assert firstboot("--check", "--answers", write(text), timeout=60).stdout == "unchanged\n", text


def test_check_shows_the_profile():
    found = cli.result(check(STATIC, "--json"), DONE)
    shown = profile(found)
    before = answers.snapshot("/etc")
    answers.done(reconfigure(STATIC), "network")
    case.until(lambda: addresses() == ["192.0.2.10/24"])
    for key in "ipv4.method", "ipv4.gateway", "ipv6.method", "connection.interface-name", "connection.uuid", "connection.autoconnect-priority":
        assert in_force(key).replace("\\:", ":") == shown[key], (key, in_force(key), shown)
    assert in_force("ipv4.addresses") == "192.0.2.10/24" and shown["ipv4.address-data"] == "192.0.2.10/24", shown
    files = {c["path"] for c in found["changes"] if c["kind"] == "file"}
    written = set(answers.differences(before, answers.snapshot("/etc")))
    assert written - {f"{PROFILES}/firstboot-enp1s0.nmconnection", "/etc/resolv.conf"} <= files, (written, files)
    assert check(STATIC).stdout == "unchanged\n"
    assert reconfigure(STATIC).stdout == "unchanged\n"


@case.variants(*[(name,) for name in SETTINGS])
def test_round_trip(name):
    answers.done(reconfigure(SETTINGS[name]))
    text = firstboot("--export", timeout=60).stdout
    done = firstboot("--check", "--answers", write(text), timeout=60)
    assert done.returncode == DONE and done.stdout == "unchanged\n", (text, done)
    done = firstboot("--reconfigure", "--answers", write(text), timeout=60)
    assert done.stdout == "unchanged\n", (text, done)


def test_not_confirmed_in_time():
    answers.done(reconfigure(STATIC))
    done = reconfigure(STATIC.replace("Gateway=192.0.2.1", f"Gateway={SILENT_GATEWAY}"), "--timeout=10")
    assert done.returncode == TAKEN_BACK, done
    case.until(lambda: addresses() == ["192.0.2.10/24"] and "via 192.0.2.1 " in ip("route", "show", "default"))


def test_confirmed_from_elsewhere():
    text = STATIC.replace("192.0.2.10", "192.0.2.11").replace("Gateway=192.0.2.1", f"Gateway={SILENT_GATEWAY}")
    with started("--reconfigure", "--answers", write(text), "--timeout=60") as process:
        while "--confirm" not in process.stderr.readline():
            assert process.poll() is None
        assert firstboot("--confirm", timeout=60).returncode == DONE
        assert process.wait(60) == DONE
    case.until(lambda: addresses() == ["192.0.2.11/24"])


if __name__ == "__main__":
    allow_ptys()
    unclaim()
    wait_lease()
    case.run(dict(globals()))
