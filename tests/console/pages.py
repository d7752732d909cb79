# SPDX-License-Identifier: LGPL-2.1-or-later
"""The wizard as a customer goes through it."""

from term import Term

PASSWORD = "correct horse battery"


def start(columns=80, rows=24, term="linux", argv=("firstboot",)):
    t = Term(list(argv), columns, rows, term)
    t.wait_for("Welcome")
    return t


def to_card(t):
    t.press("enter")
    t.wait_for("Which network card")


def to_method(t):
    to_card(t)
    t.wait_for("enp1s0")
    t.press("enter")
    t.wait_for("How does enp1s0")


def to_fields(t):
    to_method(t)
    t.press("down", "enter")
    t.wait_for(r"IP address +\[")


def replace(t, text):
    """Type text in place of what is in the field with the cursor."""
    t.press("ctrl-u")
    t.type(text)


def refuse_both_off(t):
    """From the method of a card: neither family is to have an address, which a message of one button refuses."""
    t.press("tab", "enter")
    t.wait_for("How does IPv6")
    t.press("down", "down", "enter")
    t.wait_for("How does enp1s0")
    t.press("down", "down", "enter")
    t.wait_for("nobody could reach")


def to_hostname(t, address="192.0.2.77/24"):
    to_fields(t)
    replace(t, address)
    t.press("enter")
    t.wait_for(r"Hostname +\[")


def to_password(t, hostname="appliance01"):
    to_hostname(t)
    replace(t, hostname)
    t.press("enter")
    t.wait_for(r"Again +\[")


def give_password(t, first=PASSWORD, second=None):
    t.type(first)
    t.press("enter")
    t.type(first if second is None else second)
    t.press("enter")


def to_review(t):
    to_password(t)
    give_password(t)
    t.wait_for("Review")
    t.wait_for("<Apply>")


def to_settings(t, password):
    """From the start screen of a machine that has an owner."""
    t.wait_for("F2/2")
    t.press("f2")
    t.wait_for("password of")
    t.type(password)
    t.press("enter")
    t.wait_for("What shall be changed", 20)


def agree(t):
    """Enter on a question that wants it to be pressed on purpose."""
    t.read(0.8)
    t.press("enter")


def copies(pid, word):
    """Where the memory of a process holds word, as bytes or as wide characters."""
    found = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            start_at, end = (int(n, 16) for n in line.split()[0].split("-"))
            if line.split()[1][0] != "r" or "[v" in line or end - start_at > 1 << 30:
                continue
            memory.seek(start_at)
            try:
                data = memory.read(end - start_at)
            except OSError:
                continue
            for form in (word.encode(), word.encode("utf-32-le")):
                found += [line.rstrip()] * data.count(form)
    return found
