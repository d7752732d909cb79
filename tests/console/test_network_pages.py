#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the network pages can set, up to the review: VLANs, bonds, several addresses, IPv6 alone, routes and the rest."""

import contextlib
import os
import re
import subprocess

import case
from machine import addresses, claim, ip, wait_lease
from pages import agree, give_password, refuse_both_off, replace, to_card
from term import Term

SIZES = [(80, 24), (40, 12)]


@contextlib.contextmanager
def network(columns=80, rows=24):
    """The network's pages alone, at the list of cards, on an appliance that is set up."""
    claim()
    with Term(["firstboot", "--reconfigure", "network"], columns, rows) as t:
        t.wait_for("Which network card")
        t.wait_for("enp2s0")
        # Who manages the cards is told later, and the list is drawn anew with its cursor at the first button.
        t.wait_rest()
        yield t


def more(t, letter):
    """One of the rows behind "More..."."""
    t.press("tab", "enter")
    t.wait_for("What else")
    t.type(letter)
    t.press("enter")


def make_vlan(t, number="20"):
    more(t, "V")
    t.wait_for(r"VLAN number +\[")
    replace(t, number)
    t.press("enter")


def make_bond(t, mode=0):
    more(t, "B")
    t.wait_for("work as one")
    t.press("space", "down", "space", "enter")
    t.wait_for("How do the cards")
    t.press(*["down"] * mode, "enter")
    t.wait_for(r"How does bond0")


def fixed(t, address):
    """From the question for the method to the end of the page."""
    t.type("F")
    t.press("enter")
    t.wait_for(r"IP address +\[")
    replace(t, address)
    t.press("tab")
    replace(t, "")
    t.press("enter")


def review(t):
    """All of the review, also what has to be scrolled for; blanks in one."""
    t.wait_for("<Apply>")
    t.read(0.3)
    seen = t.text()
    for _ in range(60):
        before = t.text()
        t.press("down")
        seen += "\n" + t.text() if t.text() != before else ""
    return seen


def assert_review(t, *words):
    seen = review(t)
    for word in words:
        assert word in seen, f"{word} is not on the review:\n{seen}"


def method(t, name="enp1s0"):
    t.press("enter")
    t.wait_for(f"How does {name}")


# -- before somebody has set it up --

def test_first_boot_asks_the_rest_all_the_same():
    wait_lease()
    with Term(["firstboot"]) as t:
        t.wait_for("Welcome")
        to_card(t)
        t.wait_for("192.0.2.1")
        method(t)
        t.type("K")
        t.press("enter")
        t.wait_for(r"Hostname +\[")
        replace(t, "appliance01")
        t.press("enter")
        t.wait_for(r"Again +\[")
        give_password(t)
        t.wait_for("<Apply>")
        t.wait_for(r"\(fixed\)")


# -- what is not the customer's --

def test_other_links_are_named_and_left_alone():
    ip("link", "add", "br0", "type", "bridge")
    ip("tuntap", "add", "tun0", "mode", "tun")
    ip("link", "set", "tun0", "up")
    try:
        with network() as t:
            t.wait_for(r"left alone: .*br0 \(bridge\)")
            t.wait_for(r"left alone: .*tun0 \(tunnel\)")
            assert not t.sees(r"^[ │x]*(br0|tun0) +(up|off|no cable)"), t.text()
            more(t, "O")
            t.wait_for("nothing that you set here changes them")
            t.wait_for(r"br0 \(bridge\), tun0 \(tunnel\)")
            t.press("enter")
            t.wait_for("What else")
            t.press("escape")
            t.wait_for("Which network card")
        with network(40, 12) as t:
            assert not t.sees("left alone"), t.text()
            more(t, "O")
            t.wait_for(r"br0 \(bridge\)")
    finally:
        ip("link", "delete", "br0")
        ip("link", "delete", "tun0")


def test_nothing_more_for_a_customer_in_a_hurry():
    """As many screens as ever, and nothing about others where there are none."""
    wait_lease()
    with network() as t:
        assert not t.sees("left alone"), t.text()
        method(t)
        fixed(t, "192.0.2.77/24")
        t.wait_for("<Apply>")
        t.wait_for(r"192\.0\.2\.77/24 \(fixed\)")


# -- VLAN --

@case.variants(("",), ("0",), ("4095",), ("twenty",), ("-1",), ("20 30",))
def test_refused_vlan(number):
    with network() as t:
        make_vlan(t, number)
        t.wait_for(r"! \S")
        row = t.row_of(r"VLAN number +\[")
        assert t.cursor[0] == row, t.text()
        assert f"[{number} " in t.lines()[row], t.text()
        replace(t, "20")
        t.press("enter")
        t.wait_for("How does enp1s0.20")


@case.variants(*SIZES)
def test_vlan(columns, rows):
    with network(columns, rows) as t:
        make_vlan(t)
        t.wait_for("How does enp1s0.20")
        fixed(t, "198.51.100.20/24")
        assert_review(t, "enp1s0.20", "198.51.100.20/24")


def test_vlan_number_is_kept_by_escape():
    with network() as t:
        more(t, "V")
        t.wait_for(r"VLAN number +\[")
        replace(t, "77")
        t.press("escape")
        t.wait_for("What else")
        t.press("enter")
        t.wait_for(r"VLAN number +\[77 ")


def test_a_new_vlan_can_be_chosen_again_and_removed():
    with network() as t:
        make_vlan(t)
        t.wait_for("How does enp1s0.20")
        t.press("escape")
        t.wait_for(r"enp1s0\.20 +new: VLAN 20 on enp1s0")
        more(t, "R")
        t.wait_for(r"enp1s0\.20 +VLAN 20 on enp1s0")
        t.press("enter")
        t.wait_for("Which network card")
        t.wait_gone(r"enp1s0\.20")


def test_both_a_card_and_its_vlan():
    with network() as t:
        method(t)
        fixed(t, "192.0.2.77/24")
        t.wait_for("<Apply>")
        t.press("escape")
        t.wait_for(r"IP address +\[192.0.2.77/24 ")
        t.press("escape", "escape")
        t.wait_for("Which network card")
        make_vlan(t)
        t.wait_for("How does enp1s0.20")
        fixed(t, "198.51.100.20/24")
        assert_review(t, "192.0.2.77/24", "198.51.100.20/24")


# -- bond --

def test_a_bond_has_two_cards():
    with network() as t:
        more(t, "B")
        t.wait_for("work as one")
        t.press("space", "enter")
        t.wait_for("at least two cards")
        t.press("enter")
        t.wait_for(r"\[\*\] enp1s0")
        t.press("escape")
        t.wait_for("What else")
        t.press("enter")
        t.wait_for(r"\[\*\] enp1s0")


@case.variants((0, "active-backup"), (1, "802.3ad"), (2, "balance-alb"))
def test_bond(mode, word):
    with network() as t:
        make_bond(t, mode)
        fixed(t, "192.0.2.77/24")
        t.wait_for("<Apply>")
        t.wait_for(word)
        assert_review(t, "bond0", "192.0.2.77/24")
        t.press("escape")
        t.wait_for(r"IP address +\[192.0.2.77/24 ")
        t.press("escape", "escape")
        t.wait_for(rf"bond0 +new: bond of enp1s0 enp2s0 \({word}\)")
        assert not t.sees(r"enp1s0 +up"), f"a port is set up with its bond alone:\n{t.text()}"


def test_bond_on_a_narrow_screen():
    with network(40, 12) as t:
        make_bond(t)
        fixed(t, "192.0.2.77/24")
        assert_review(t, "bond0", "192.0.2.77/24", "enp1s0", "enp2s0")


def test_a_bond_begins_with_the_settings_of_its_card():
    lease = wait_lease()
    with network() as t:
        make_bond(t)
        t.press("down", "enter")
        t.wait_for(rf"IP address +\[{lease}/24 ")
        t.wait_for(r"Gateway +\[192.0.2.1 ")


# -- addresses --

@case.variants(*SIZES)
def test_several_addresses(columns, rows):
    with network(columns, rows) as t:
        method(t)
        fixed(t, "192.0.2.77/24, 192.0.2.78/24 198.51.100.7/24")
        assert_review(t, "192.0.2.77/24", "192.0.2.78/24", "198.51.100.7/24")


def test_ipv6_alone_and_fixed():
    with network() as t:
        method(t)
        t.press("tab", "enter")
        t.wait_for("How does IPv6")
        t.press("down", "enter")
        t.wait_for(r"IPv6 address +\[")
        replace(t, "2001:db8::77/64")
        t.press("enter")
        t.wait_for("How does enp1s0")
        t.press("down", "down", "enter")
        assert_review(t, "2001:db8::77/64 (fixed)", "off")


def test_dhcpv6():
    with network() as t:
        method(t)
        t.press("tab", "enter")
        t.wait_for("How does IPv6")
        t.press("down", "down", "down", "enter")
        t.wait_for("How does enp1s0")
        t.press("enter")
        assert_review(t, "DHCPv6")


def test_every_family_off_is_refused():
    with network() as t:
        method(t)
        refuse_both_off(t)


# -- another card --

@case.variants(("Alone",), ("Both",))
def test_another_card(choice):
    with network() as t:
        method(t)
        fixed(t, "192.0.2.77/24")
        t.wait_for("<Apply>")
        t.press("escape")
        t.wait_for(r"IP address +\[")
        t.press("escape", "escape")
        t.wait_for(r"enp1s0 .*new settings")
        t.press("down", "enter")
        t.wait_for(r"meant instead,[^\0]*or as well\?")
        t.type(choice[0])
        t.press("enter")
        t.wait_for("How does enp2s0")
        fixed(t, "198.51.100.7/24")
        seen = review(t)
        assert "198.51.100.7/24" in seen, seen
        assert ("192.0.2.77/24" in seen) == (choice == "Both"), seen


# -- details --

BAD_DETAILS = [
    (0, "exa_mple..com", r"exa_mple"),
    (0, "224.0.0.1", r"224\.0\.0\.1"),
    (1, "100", "100"),
    (1, "99999", "99999"),
    (1, "big", "big"),
    (2, "10.0.0.0/8 via", "via"),
    (2, "10.0.0.0/8 via nobody", "nobody"),
    (2, "10.0.0.0/8 via 2001:db8::1", "2001:db8::1"),
]


@case.variants(*BAD_DETAILS)
def test_refused_detail(tabs, value, words):
    with network() as t:
        more(t, "D")
        t.wait_for(r"Time servers +\[")
        t.press(*["tab"] * tabs)
        replace(t, value)
        t.press("enter")
        t.wait_for(rf"! .*({words})")
        row = t.row_of(("Time servers", "Packet size", "Routes")[tabs] + r" +\[")
        assert t.cursor[0] == row, t.text()
        assert f"[{value} " in t.lines()[row], t.text()
        t.press("escape")
        t.wait_for("What else")
        t.press("enter")
        t.wait_for(r"Time servers +\[")
        assert f"[{value} " in t.text(), f"Esc has lost it:\n{t.text()}"


def give_details(t):
    more(t, "D")
    t.wait_for(r"Time servers +\[")
    replace(t, "ntp.example.com 192.0.2.123")
    t.press("tab")
    replace(t, "1400")
    t.press("tab")
    replace(t, "10.0.0.0/8 via 192.0.2.254, 172.16.0.0/12 via 192.0.2.253")
    t.press("enter")
    t.wait_for("How does enp1s0")


@case.variants(*SIZES)
def test_details(columns, rows):
    with network(columns, rows) as t:
        give_details(t)
        fixed(t, "192.0.2.77/24")
        seen = " ".join(review(t).split())
        for word in ("ntp.example.com", "192.0.2.123", "1400", "10.0.0.0/8", "192.0.2.254", "172.16.0.0/12"):
            assert word in seen, f"{word} is not on the review:\n{seen}"


@case.variants((False,), (True,))
def test_time_servers_that_nothing_will_ask(there):
    trace = "/etc/systemd/system/sysinit.target.wants/systemd-timesyncd.service"
    os.makedirs(os.path.dirname(trace), exist_ok=True)
    for path in trace, "/etc/systemd/system/dbus-org.freedesktop.timesync1.service":
        if os.path.lexists(path):
            os.unlink(path)
    if there:
        os.symlink("/lib/systemd/system/systemd-timesyncd.service", trace)
    with network() as t:
        give_details(t)
        fixed(t, "192.0.2.77/24")
        seen = " ".join(review(t).split())
        assert there != ("Nothing will use the time servers" in seen), seen


def test_details_of_a_card_that_stays_automatic():
    wait_lease()
    with network() as t:
        give_details(t)
        t.press("enter")
        seen = " ".join(review(t).split())
        for word in ("ntp.example.com", "1400", "10.0.0.0/8"):
            assert word in seen, f"{word} is not on the review:\n{seen}"
        assert "(fixed)" not in seen, seen


# -- the web address --

def test_web_address():
    with network() as t:
        more(t, "W")
        t.wait_for("Which card's address")
        t.press("down", "down", "enter")
        assert_review(t, "Web address", "enp2s0")


# -- lease to fixed --

def test_keep_what_the_network_gave():
    lease = wait_lease()
    with network() as t:
        t.wait_for(lease)
        method(t)
        t.type("K")
        t.wait_for(r"Keep +as given now")
        t.press("enter")
        t.wait_for("<Apply>")
        t.wait_for(rf"{lease}/24 +{lease}/24|{lease}/24 \(DHCP\) +{lease}/24")
        t.wait_for(r"\(fixed\)")
        t.press("escape")
        t.wait_for("How does enp1s0")
        t.press("enter")
        t.wait_for(rf"IP address +\[{lease}/24 ")


def test_nothing_to_keep_without_a_lease():
    with network() as t:
        t.press("down", "enter")
        t.wait_for("How does enp2s0")
        assert not t.sees("Keep"), t.text()


# -- origins --

def test_origins_stand_below_the_fields():
    wait_lease()
    with network() as t:
        method(t)
        t.press("down", "enter")
        t.wait_for(r"IP address +\[")
        row = t.row_of(r"IP address +\[")
        assert "from the DHCP lease" in t.lines()[row + 1], t.text()
        assert not t.sees(r"\(-\)|\(\+\)"), f"the form scrolls:\n{t.text()}"
        replace(t, "192.0.2.77/24")
        t.press("tab")
        replace(t, "nonsense")
        t.press("enter")
        t.wait_for("! nonsense")
        row = t.row_of(r"IP address +\[")
        assert "lease" not in t.lines()[row + 1], f"what was typed is not from the lease:\n{t.text()}"


@contextlib.contextmanager
def generous_server():
    """A DHCP server at the other card's cable that gives all that one can."""
    server = subprocess.Popen(
        ["ip", "netns", "exec", "peer", "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root",
         "--log-facility=-", "--pid-file=", "--no-resolv", "--no-hosts", "--no-ping", "--dhcp-authoritative", "--port=0",
         "--interface=peer1", "--except-interface=lo", "--bind-interfaces", "--dhcp-leasefile=/run/generous.leases",
         "--dhcp-range=198.51.100.100,198.51.100.150,255.255.255.0,1h", "--dhcp-option=option:router,198.51.100.1",
         "--dhcp-option=option:dns-server,198.51.100.53", "--dhcp-option=option:ntp-server,198.51.100.123",
         "--dhcp-option=option:classless-static-route,0.0.0.0/0,198.51.100.1,10.0.0.0/8,198.51.100.254"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        subprocess.run(["networkctl", "renew", "enp2s0"], check=True)
        case.until(lambda: addresses("enp2s0", 4), 70)  # networkd asks ever more rarely
        yield addresses("enp2s0", 4)[0]
    finally:
        server.terminate()
        server.wait()


def test_all_that_a_lease_gave_can_be_kept():
    with generous_server() as lease, network() as t:
        t.wait_for(lease)
        t.press("down")
        more(t, "D")
        t.wait_for(r"Time servers +\[198.51.100.123 ")
        t.wait_for(r"Routes +\[.*via 198.51.100.254")
        assert t.text().count("from the DHCP lease") == 2, t.text()
        t.press("enter")
        t.wait_for("How does enp2s0")
        t.press("enter")
        t.wait_for("Nothing would change")
        t.press("escape")
        t.wait_for("How does enp2s0")
        t.type("K")
        t.press("enter")
        t.wait_for("<Apply>")
        seen = " ".join(review(t).split())
        assert f"{lease}/24 (DHCP) {lease}/24 (fixed)" in seen, seen
        assert "reserved there, or another" in seen, seen
        for row in ("enp2s0 time", "enp2s0 routes", "enp2s0 name"):
            assert row not in seen, f"all of it stays, but this is a change:\n{seen}"


def test_only_what_is_kept_of_a_lease_is_said_to_be_lost():
    lease = wait_lease()
    with network() as t:
        method(t)
        t.type("F")
        t.press("enter")
        t.wait_for(r"IP address +\[")
        replace(t, "192.0.2.77/24")
        t.press("enter")
        t.wait_for("<Apply>")
        seen = " ".join(re.sub("[│↓]", " ", review(t)).split())
        assert "stay as they are today" in seen, seen
        assert "lent by" not in seen, f"{lease} is not kept:\n{seen}"
        t.press("escape")
        t.wait_for(r"IP address +\[")
        replace(t, f"{lease}/24")
        t.press("enter")
        t.wait_for(f"{lease} is lent by the DHCP server")


def test_what_stays_the_same_is_nothing_new():
    with network() as t:
        method(t)
        t.type("A")
        t.press("enter")
        t.wait_for("Nothing would change")
        assert t.sees("< *Back *>") and not t.sees("<Apply>"), t.text()
        t.press("enter")
        t.wait_for("How does enp1s0")
        t.press("escape")
        t.wait_for("Which network card")
        assert not t.sees("new settings"), t.text()


def test_a_hand_written_file_is_named():
    path = "/etc/systemd/network/20-by-hand.network"
    with open(path, "w", encoding="ascii") as f:
        f.write("[Match]\nName=enp2s0\n\n[Network]\nAddress=198.51.100.9/24\n")
    subprocess.run(["networkctl", "reload"], check=True)
    with network() as t:
        t.wait_for(r"198\.51\.100\.9/24", 20)
        t.press("down", "enter")
        t.wait_for("How does enp2s0")
        fixed(t, "198.51.100.7/24")
        seen = " ".join(review(t).split())
        assert path in seen, f"the file is not named:\n{seen}"


# -- what was set before --

def test_settings_that_are_kept_fill_the_fields():
    wait_lease()
    with network() as t:
        give_details(t)
        t.type("F")
        t.press("enter")
        t.wait_for(r"IP address +\[")
        replace(t, "192.0.2.77/24 192.0.2.78/24")
        t.press("enter")
        t.wait_for("<Apply>")
        agree(t)
        t.wait_for("The new settings are in force|Keep now", 60)
        if t.sees("Keep now"):
            agree(t)
            t.wait_for("The new settings are in force", 60)
    with network() as t:
        method(t)
        t.press("enter")
        t.wait_for(r"IP address +\[192.0.2.77/24 192.0.2.78/24 ")
        row = t.row_of(r"IP address +\[")
        assert "set here" in t.lines()[row + 1], t.text()
        t.press("escape", "escape")
        t.wait_for("Which network card")
        more(t, "D")
        t.wait_for(r"Time servers +\[ntp.example.com 192.0.2.123 ")
        t.wait_for(r"Packet size +\[1400 ")
        t.wait_for(r"Routes +\[.*via 192.0.2.254, 172.16")
        assert "set here" in t.text(), t.text()
        t.press("enter")
        t.wait_for("How does enp1s0")
        t.press("enter")
        t.wait_for(r"IP address +\[")
        t.press("enter")
        t.wait_for("Nothing would change")


case.run(globals())
