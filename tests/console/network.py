# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes of the network by the pages, and what the machine has after them."""

import os
import subprocess
import sys

from machine import run
from pages import agree, replace
from term import Term

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../bus"))
from bus import owner_pid  # noqa: E402

GATEWAY = "192.0.2.200"  # nobody has it
COUNTDOWN = r"settings come back in[\s│]+(\d+)[\s│]+s"


def peer(*words):
    return run("ip", "-n", "peer", *words)


def has(address, interface="enp1s0"):
    return f"inet {address}/" in run("ip", "-4", "address", "show", "dev", interface)


def kept():
    return subprocess.run("cat /etc/systemd/network/05-firstboot-*", shell=True, capture_output=True,
                          text=True).stdout


def fill_in(t, address, gateway=None, dns=None, card="enp1s0"):
    """Through the pages of the network to the review."""
    t.wait_for(rf"{card}  ")
    if card == "enp2s0":
        t.press("down")
    t.press("enter")
    t.wait_for(f"How does {card}")
    t.press("home", "down", "enter")
    t.wait_for(r"IP address +\[")
    replace(t, address)
    for value in (gateway, dns):
        t.press("tab")
        if value is not None:
            replace(t, value)
    t.press("enter")
    t.wait_for("<Apply>")


def change(*values, columns=80, rows=24, **options):
    t = Term(["firstboot", "--reconfigure", "network"], columns, rows)
    try:
        fill_in(t, *values, **options)
        agree(t)
    except BaseException:
        t.close()  # else it is the one who edits
        raise
    return t


def to_question(address="192.0.2.78/24", **options):
    """A gateway that nobody has; keys that are typed meanwhile are no answer."""
    t = change(address, GATEWAY, **options)
    try:
        t.wait_for(r"(working|done) +[a-z]")
        t.type("\r\t\r\033")
        t.wait_for(COUNTDOWN, 40)
    except BaseException:
        t.close()
        raise
    return t


def firstbootd():
    """Its process id; it is started if it does not run."""
    subprocess.run(["busctl", "call", "org.firstboot.Firstboot1", "/org/firstboot/Firstboot1",
                    "org.firstboot.Firstboot1", "GetState"], check=True, capture_output=True)
    return owner_pid()
