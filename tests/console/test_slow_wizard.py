#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""All of the wizard at the end of a line of 300 baud, by somebody who types once a page has come.

A page that nothing happens on is the same bytes at any speed, so those are read at ten times that. What is shown while the settings are
applied depends on the seconds that pass: until the machine has them, the line is as slow as that.
"""

import re

import case
from machine import PASSWORD, addresses, allow_ptys, ip, password_is, run, unclaim, wait_lease
from pages import agree, replace
from slow import BYTES_PER_SECOND, SlowTerm

ADDRESS = "192.0.2.77"
NAME = "appliance01"

# Seconds of the line for what one key leads to. The welcome takes nearly all of them: it is a screen over another one.
LONGEST = 110
# What is sent for one character that is typed: itself, and that it is bold from there and no longer behind it.
TYPED = 16


class Walk:
    """Goes through the pages, and counts what each of them takes of the line."""

    def __init__(self, t):
        self.t = t
        self.counted = 0

    def take(self, name, most):
        """What has been sent since the last time: at most so many bytes."""
        taken = self.t.output - self.counted
        self.counted = self.t.output
        print(f"    {name}: {taken} bytes, {taken / BYTES_PER_SECOND:.0f} s", flush=True)
        assert taken <= most, f"{taken} bytes for {name}, at most {most} were to be sent"
        assert taken <= LONGEST * BYTES_PER_SECOND

    def comes(self, title, words, most):
        """A page is waited for until nothing of it is on its way, and is whole then."""
        self.t.wait_for(words, 60)
        self.t.wait_rest(1)
        assert_box(self.t, title)
        self.take(title or "the start screen", most)
        self.t.draw_again()
        self.counted = self.t.output

    def types(self, text):
        """As fast as a paste, in place of what stands there."""
        self.t.type(text)
        self.t.wait_rest(1)
        self.take(f"{len(text)} characters", TYPED * len(text))


def assert_box(t, title):
    """One frame that is closed, with nothing around it but what a page begins with; or none at all. A vt220's lines are letters here."""
    rows = t.lines()
    corners = [row for row, line in enumerate(rows) if re.search(r"l?q{5,}[kj]|[lm]q{5,}", line)]
    if title is None:
        assert not corners, t.text()
        return
    top, bottom = corners[0], corners[-1]
    assert len(corners) == 2, t.text()
    assert re.fullmatch(rf" lq+ {title} q+k", rows[top]) and re.fullmatch(r" mq+j", rows[bottom]), t.text()
    assert all(re.fullmatch(r" (x.{76}x|tq{76}u)", line) for line in rows[top + 1:bottom]), t.text()
    assert rows[0].startswith(" Acme Backup Appliance") and re.fullmatch("q{80}", rows[1]), t.text()
    assert not any(rows[2:top] + rows[bottom + 1:]), t.text()


def is_set_up():
    name = open("/etc/hostname", encoding="ascii").read().strip()
    return (name == NAME and password_is(PASSWORD) and f"inet {ADDRESS}/24" in ip("-4", "address", "show", "dev", "enp1s0")
            and open("/var/lib/firstboot/state", encoding="ascii").read().strip() == "claimed")


def apply_slowly(t):
    """Agree; the line is as slow as it is until the machine has what was typed."""
    t.rate = BYTES_PER_SECOND
    agree(t)
    case.until(lambda: t.read(0.2) and is_set_up(), 60)
    t.rate = 10 * BYTES_PER_SECOND


def test_all_of_it():
    """How much is sent for a page is what was seen, and a fifth of it. A box as high as the first one is 1300 bytes. The others keep
    what they share with the one before. The first one comes over what there is of the start screen before firstbootd has said that
    nobody has set the appliance up (900 bytes, and no more of them); the last one over as much of Applying as the line had time for."""
    unclaim()
    with SlowTerm(rate=10 * BYTES_PER_SECOND) as t:
        walk = Walk(t)
        walk.comes("Welcome 1 of 5", "Welcome to", 2480)
        t.press("enter")
        walk.comes("Network 2 of 5", r"(?s)Which network card.*enp1s0.*192\.0\.2\.", 570)
        t.press("enter")
        walk.comes("Network 2 of 5", "How does enp1s0", 500)
        t.press("down")
        walk.comes("Network 2 of 5", "> Fixed", 190)
        t.press("enter")
        walk.comes("Network 2 of 5", r"IP address +\[", 1280)
        t.press("ctrl-u")
        t.wait_rest(1)
        walk.take("an empty field", 50)
        walk.types(ADDRESS + "/24")
        t.press("enter")
        walk.comes("Hostname 3 of 5", r"Hostname +\[", 620)
        replace(t, NAME)
        t.wait_rest(1)
        walk.take("a name", 30 + TYPED * len(NAME))
        t.press("enter")
        walk.comes("Password 4 of 5", r"Again +\[", 330)
        walk.types(PASSWORD)
        t.press("enter")
        walk.comes("Password 4 of 5", r"Password +\[\*+", 140)
        walk.types(PASSWORD)
        t.press("enter")
        walk.comes("Review 5 of 5", rf"(?s){ADDRESS}/24.*{NAME}.*set.*<Apply>", 1030)
        apply_slowly(t)
        walk.comes("Done", rf"(?s)is set up.*https://{ADDRESS}:8443/", 1480)
        t.press("enter")
        walk.comes(None, "F10/0 Restart or power off", 1320)
        assert t.sees(rf"https://{ADDRESS}:8443/") and re.search(rf"{NAME}$", t.lines()[0]), t.text()
        assert PASSWORD.encode() not in t.recorded
    assert run("hostname").strip() == NAME
    assert "default via 192.0.2.1" in ip("route"), ip("route")
    assert addresses("enp1s0", 4) == [ADDRESS]


if __name__ == "__main__":
    allow_ptys()
    wait_lease()
    case.until(lambda: addresses("enp1s0", 6) and "tentative" not in ip("-6", "address", "show", "dev", "enp1s0"))
    case.run(dict(globals()))
