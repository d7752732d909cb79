#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The machine gets an owner in another way while the wizard of the first boot is open: it says so at once, on whatever page, and ends."""

import glob
import shutil
import subprocess

import case
import pages
import vendor
from machine import STATE, allow_ptys, configure, console, end, password_is, run, unclaim, wait_lease

OWNERS = "An-Owner-From-Elsewhere-7"
TOLD = "has an owner now"
GETSTATE = ("busctl", "--quiet", "call", "org.firstboot.Firstboot1", "/org/firstboot/Firstboot1", "org.firstboot.Firstboot1", "GetState")


def state():
    with open(STATE, encoding="ascii") as f:
        return f.read().strip()


def give_password():
    """As cloud-init does, behind the back of firstbootd."""
    subprocess.run(["chpasswd"], input=f"root:{OWNERS}\n", text=True, check=True)


def claim_elsewhere():
    """Root gets a password, and firstbootd is made to look, as firstboot-claim.service does it."""
    give_password()
    run(*GETSTATE)
    assert state() == "claimed"


def begin(text=""):
    """A machine that is nobody's, as this vendor wants it."""
    allow_ptys()
    configure(text)
    unclaim()
    end("firstbootd", "firstboot-password")
    wait_lease()


def assert_nothing_changed():
    assert password_is(OWNERS), "the owner's password is another one"
    assert run("hostname").strip() == "localhost"
    assert not glob.glob("/etc/systemd/network/*firstboot*"), "a network file was written"


def assert_led_back(t):
    """The sentence, the start screen, and what stands before changes from now on."""
    t.wait_for(TOLD)
    t.wait_for("forgotten")
    t.read(0.3)
    t.press("enter")
    t.wait_for("F2/2 Settings")
    assert not t.sees("not set up yet"), t.text()
    assert not pages.copies(t.pid, pages.PASSWORD[-8:]), "a password is still in memory"
    t.press("f2")
    t.wait_for("Changes need the password")
    assert_nothing_changed()


def to_half_a_password(t):
    pages.to_password(t)
    t.type(pages.PASSWORD)
    t.wait_for(r"\[\*{21} ")


def to_help(t):
    pages.to_fields(t)
    t.press("f6")
    t.wait_for("How does IPv6")


def to_refusal(t):
    """A message with one button, of which the page knows nothing but that it comes back."""
    pages.to_method(t)
    pages.refuse_both_off(t)


PAGES = {"cards": pages.to_card, "fields": pages.to_fields, "menu": to_help, "message": to_refusal,
         "hostname": pages.to_hostname, "password": to_half_a_password, "review": pages.to_review}


@case.variants(*[(name,) for name in PAGES])
def test_told_on(name):
    begin()
    with console() as t:
        t.wait_for("Welcome to")
        PAGES[name](t)
        t.read(0.5)
        claim_elsewhere()
        assert_led_back(t)


def test_the_first_page_goes_by_itself():
    """Where nobody has begun, nobody is told, who may not be there: the address is on the screen again."""
    begin()
    with console() as t:
        t.wait_for("Welcome to")
        t.read(0.5)
        claim_elsewhere()
        t.wait_for("F2/2 Settings")
        t.wait_for("https://192")
        t.read(0.5)
        assert not t.sees(TOLD) and not t.sees("not set up yet"), t.text()
        t.press("f2")
        t.wait_for("Changes need the password")
    assert_nothing_changed()


def test_told_in_plain_lines():
    begin()
    with console(80, 60, term="dumb") as t:
        t.wait_for(r"Welcome[^\0]*Choice \(Enter: Next\): *$", 20)
        t.type("\n")
        t.wait_for(r"Which network card[^\0]*Choice \(Enter: 1\): *$")
        t.type("enp1")      # half a line
        claim_elsewhere()
        t.wait_for(TOLD + r"[^\0]*Choice \(Enter: OK\): *$")
        t.read(0.3)
        t.type("\n")
        t.wait_for(r"1 Settings[^\0]*Choice: *$")
        assert "not set up yet" not in t.text().split(TOLD)[1]
        t.type("1\n")
        t.wait_for("Changes need the password")
    assert_nothing_changed()


def test_review_looks_itself():
    """Nobody has told firstbootd: it looks before there is anything to apply."""
    begin()
    with console() as t:
        t.wait_for("Welcome to")
        to_half_a_password(t)
        give_password()
        t.press("enter")
        t.type(pages.PASSWORD)
        t.press("enter")
        assert_led_back(t)


def test_what_is_being_applied_is_not_interrupted():
    """Neither while the network is at its proofs, nor when the customer is asked what they leave open."""
    begin()
    with console() as t:
        t.wait_for("Welcome to")
        pages.to_fields(t)
        pages.replace(t, "192.0.2.77/24")
        t.press("tab")
        pages.replace(t, "192.0.2.99")      # which nobody has
        t.press("enter")
        t.wait_for(r"Hostname +\[")
        pages.replace(t, "appliance01")
        t.press("enter")
        t.wait_for(r"Again +\[")
        pages.give_password(t)
        t.wait_for("<Apply>")
        pages.agree(t)
        t.wait_for(r"working +\w")
        claim_elsewhere()
        t.wait_for(r"come back in \d+ s", 60)
        t.read(1.5)
        assert t.sees(r"come back in \d+ s") and not t.sees(TOLD), t.text()
        t.press("escape")
        t.wait_for(TOLD)
    assert_nothing_changed()


def test_told_in_the_licence_and_in_a_step():
    licence = "/etc/firstboot/LICENCE.txt"
    with open(licence, "w", encoding="utf-8") as f:
        f.write(vendor.LICENCE)
    vendor.add_step()
    for page in ("Paragraph 1", "Name of the place"):
        begin(f"[Wizard]\nSteps=welcome eula site password\nEULA={licence}\n" if page.startswith("P") else
              "[Wizard]\nSteps=welcome site password\n")
        with console() as t:
            t.wait_for("Welcome to")
            t.press("enter")
            t.wait_for(page)
            claim_elsewhere()
            assert_led_back(t)
    shutil.rmtree(vendor.STEPS)


def test_own_claim_is_no_news():
    """The last case: what it has set stays."""
    begin()
    with console() as t:
        t.wait_for("Welcome to")
        pages.to_review(t)
        pages.agree(t)
        t.wait_for("This appliance is set up", 60)
        t.read(1)
        assert not t.sees(TOLD), t.text()
        t.press("enter")
        t.wait_for("F2/2 Settings")
        t.read(0.5)
        assert not t.sees(TOLD), t.text()
    assert state() == "claimed" and password_is(pages.PASSWORD)


case.run(globals())
