#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The keyfiles that firstboot --root writes, before a real NetworkManager: it makes of each what firstbootd's back end gives it
over the bus for the same settings."""

import difflib
import json
import os
import subprocess

from cli import DONE, firstboot

import case
from image import Image, answers
from machine import allow_ptys, claim, wait_lease

NM = "org.freedesktop.NetworkManager"
SETTINGS = "/org/freedesktop/NetworkManager/Settings"
FOLDER = "/etc/NetworkManager/system-connections"
BACKEND = os.path.join(os.environ["BUILD"], "tests/bus/test-backend")

CARD = """
[Network]
Link=enp1s0
DHCP=no
Address=192.0.2.10/24
Address=192.0.2.11/24
Address=2001:db8::10/64
Gateway=192.0.2.1
Gateway=fe80::1
GatewayOnLink=yes
DNS=192.0.2.53
DNS=192.0.2.54
DNS=2001:db8::53
Domains=example.com example.net
NTP=192.0.2.123
MTU=1400
Route=10.0.0.0/8 via 192.0.2.2 metric 50
Route=10.99.0.0/16 metric 7
Route=203.0.113.7/32
Route=2001:db8:7::/48 via 2001:db8::7
Route=2001:db8:8::/48 metric 9
"""
AUTOMATIC = """
[Network]
Link=enp1s0
DHCP=yes
ClientIdentifier=mac
SendHostname=no
DNS=192.0.2.53
"""
OFF = """
[Network]
Link=enp1s0
DHCP=ipv4
IPv6AcceptRA=no
[Network]
Link=enp2s0
DHCP=no
IPv6AcceptRA=no
"""
VLAN = """
[Network]
Link=enp1s0
DHCP=yes
[Network]
Link=enp1s0
VLAN=100
DHCP=no
IPv6AcceptRA=no
Address=198.51.100.10/24
"""
BOND = """
[Network]
Link=bond0
Bond=active-backup
Port=enp1s0
Port=enp2s0
DHCP=yes
"""
OTHER_BOND = BOND.replace("active-backup", "802.3ad")


def run(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def call(path, interface, method):
    return json.loads(run("busctl", "--json=short", "call", NM, path, interface, method))["data"][0]


def profiles():
    """What NetworkManager has of our profiles, without what is about their past."""
    found = {}
    for path in call(SETTINGS, f"{NM}.Settings", "ListConnections"):
        profile = call(path, f"{NM}.Settings.Connection", "GetSettings")
        if not profile["connection"]["id"]["data"].startswith("firstboot-"):
            continue
        profile["connection"].pop("timestamp", None)
        profile["user"]["data"]["data"].pop("org.firstboot.previous", None)
        found[profile["connection"]["id"]["data"]] = profile
    return found


def forget():
    """Leave none of ours."""
    for name in os.listdir(FOLDER):
        os.unlink(f"{FOLDER}/{name}")
    run("nmcli", "connection", "reload")
    case.until(lambda: not profiles())


def image_of(text):
    image = Image(manager="NetworkManager")
    done = firstboot("--reconfigure", f"--root={image.path}", "--answers", answers(text))
    assert done.returncode == DONE and "NetworkManager" in done.stdout, done
    return image


def load(image):
    """Its keyfiles become this machine's."""
    run("cp", "-a", f"{image.path}{FOLDER}/.", FOLDER)
    run("nmcli", "connection", "reload")
    case.until(lambda: len(profiles()) == len(os.listdir(FOLDER)))


@case.variants(*[(name,) for name in ("CARD", "AUTOMATIC", "OFF", "VLAN", "BOND", "OTHER_BOND")])
def test_a_keyfile_says_what_the_bus_would(name):
    forget()
    image = image_of(globals()[name])
    settings = f"{image.path}/var/lib/firstboot/network"
    # Where the kernel here makes no such device, the profile is there all the same.
    for step in "try", "keep":
        subprocess.run([BACKEND, step, "/nonexistent", settings], stdout=subprocess.DEVNULL, check=False)
    wanted = profiles()
    names = {f"{name}.nmconnection" for name in wanted}
    assert names == set(os.listdir(FOLDER)) == set(os.listdir(f"{image.path}{FOLDER}")), names
    forget()
    load(image)
    texts = [json.dumps(which, indent=1, sort_keys=True).splitlines() for which in (wanted, profiles())]
    assert texts[0] == texts[1], "\n".join(difflib.unified_diff(*texts, "bus", "file", lineterm=""))


def test_it_is_in_force_after_a_start():
    """As the machine does it that the image becomes; firstbootd knows the settings for its own."""
    forget()
    image = image_of("[Network]\nLink=enp1s0\nDHCP=no\nIPv6AcceptRA=no\nAddress=192.0.2.77/24\nGateway=192.0.2.1\n")
    with open("/run/NetworkManager.pid", encoding="ascii") as file:
        pid = int(file.read())
    os.kill(pid, 9)
    case.until(lambda: "true" not in run("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", "s", NM))
    run("cp", "-a", f"{image.path}{FOLDER}/.", FOLDER)
    run("cp", "-a", f"{image.path}/var/lib/firstboot/network", f"{image.path}/var/lib/firstboot/history", "/var/lib/firstboot/")
    run("ip", "address", "flush", "dev", "enp1s0")
    run("rm", "-rf", "/run/NetworkManager")
    run("start-NetworkManager")
    case.until(lambda: "192.0.2.77/24" in run("ip", "-4", "address", "show", "dev", "enp1s0"), 60)
    case.until(lambda: "default via 192.0.2.1" in run("ip", "route"), 60)
    before = run("sh", "-c", f"cat {FOLDER}/* /var/lib/firstboot/network; ls /var/lib/firstboot/history")
    done = firstboot("--reconfigure", "--answers", "/run/answers.ini")
    assert done.returncode == DONE and done.stdout == "unchanged\n", done
    assert run("sh", "-c", f"cat {FOLDER}/* /var/lib/firstboot/network; ls /var/lib/firstboot/history") == before
    # It can change them as it does those of its own.
    done = firstboot("--reconfigure", "--set", "Network.Link=enp1s0", "--set", "Network.Address=192.0.2.78/24")
    assert done.returncode == DONE, done
    case.until(lambda: "192.0.2.78/24" in run("ip", "-4", "address", "show", "dev", "enp1s0"), 60)
    assert os.listdir(FOLDER) == ["firstboot-enp1s0.nmconnection"]


if __name__ == "__main__":
    allow_ptys()
    claim()
    wait_lease()
    case.run(dict(globals()))
