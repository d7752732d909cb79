#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot --export: the settings in force as an answer file, which fed back changes nothing."""

import json
import subprocess

import answers
import cli
from answers import DHCP, STATIC, reconfigure, write
from cli import DONE, firstboot

import case
from machine import allow_ptys, unclaim, wait_lease



def feed_back():
    """Export, and check that: the text."""
    done = firstboot("--export", timeout=60)
    assert done.returncode == DONE and not done.stderr, done
    back = firstboot("--check", "--answers", write(done.stdout), timeout=60)
    assert back.returncode == DONE and back.stdout == "unchanged\n", (done.stdout, back)
    return done.stdout


def test_a_machine_that_nobody_has_set_up():
    text = feed_back()
    assert "Link=enp1s0\n" in text and "DHCP=yes\n" in text, text
    assert "\nHostname=" not in text, text


def test_host():
    answers.done(firstboot("--reconfigure", "--set", "Host.Hostname=appliance01.example.com", "--set", "Host.Timezone=Europe/Sofia",
                           timeout=60))
    text = feed_back()
    assert "Hostname=appliance01.example.com\nTimezone=Europe/Sofia\n" in text, text


SETTINGS = {
    "static": STATIC,
    "static6": STATIC + "Address=2001:db8::10/64\nGateway=2001:db8::1\n",
    "several": STATIC + "Address=192.0.2.12/24\nDNS=192.0.2.2\nDomains=example.net\nNTP=192.0.2.1 ntp.example.com\nMTU=1400\n",
    "routes": STATIC + "Route=198.51.100.0/24 via 192.0.2.2\nRoute=203.0.113.0/24 via 192.0.2.3 metric 50\n",
    "onlink": STATIC.replace("Gateway=192.0.2.1", "Gateway=203.0.113.1\nGatewayOnLink=yes"),
    "dhcp": DHCP,
    "dhcp4": DHCP.replace("DHCP=yes", "DHCP=ipv4"),
    "identity": DHCP + "ClientIdentifier=mac\nSendHostname=no\n",
    "dns": DHCP.replace("DNS=\n", "DNS=192.0.2.1\n"),
    "no6": STATIC + "IPv6AcceptRA=no\n",
    "advertised": STATIC + "Advertise=yes\n",
    "vlan": STATIC + "[Network]\nLink=enp2s0\nVLAN=100\nDHCP=no\nAddress=203.0.113.5/24\n",
    "bond": STATIC + "[Network]\nLink=bond0\nBond=active-backup\nPort=enp3s0\nPort=enp4s0\nDHCP=no\nAddress=203.0.113.9/24\n",
}


@case.variants(*[(name,) for name in SETTINGS])
def test_round_trip(name):
    if name == "bond":
        for number in 3, 4:
            subprocess.run(["ip", "link", "add", f"enp{number}s0", "type", "veth", "peer", "name", f"peer{number}", "netns", "peer"],
                           check=True)
    answers.done(reconfigure(SETTINGS[name], "--no-rollback"))
    text = feed_back()
    done = firstboot("--reconfigure", "--answers", write(text), timeout=60)
    assert done.stdout == "unchanged\n", (text, done)


def test_no_secrets():
    claimed = f"[Root]\nPasswordHash={answers.hash_of('Another-Horse-7-Battery')}\nSSHAuthorizedKey={answers.KEY}\n"
    answers.done(reconfigure(claimed))
    text = feed_back()
    assert "$y$" not in text and "AAAA" not in text and "[Root]" in text, text


def test_json():
    done = firstboot("--export", "--json", timeout=60)
    found = json.loads(done.stdout)
    assert done.returncode == DONE and found["answers"] == firstboot("--export", timeout=60).stdout, done


@case.variants(("nobody",), ("firstboot",))
def test_needs_no_root(user):
    done = subprocess.run(["setpriv", f"--reuid={user}", "--clear-groups", "firstboot", "--export"], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False)
    assert done.returncode == DONE and "Link=enp1s0\n" in done.stdout, done


def test_a_full_disk():
    done = cli.firstboot_full("--export")
    assert done.returncode == 1 and cli.one_sentence(done.stderr), done


if __name__ == "__main__":
    allow_ptys()
    unclaim()
    wait_lease()
    case.run(dict(globals()))
