#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A password that the machine makes, an SSH key in the place of one, and what is said of odd passwords."""

import os
import re
import shutil
import stat
import tempfile

import case
from machine import STATE, configure, console, end, password_is, run, unclaim, wait_lease
from pages import agree, copies, replace, to_method
from term import Term

SIZES = [(80, 24), (40, 12)]
SHAPE = r"[bcdfghjknprstvx2-9]{4}( [bcdfghjknprstvx2-9]{4}){4}"
KEYS = "/root/.ssh/authorized_keys"


def begin(mode):
    """An appliance as it comes, of a vendor who wants this mode."""
    unclaim()
    shutil.rmtree("/root/.ssh", ignore_errors=True)
    configure(f"[Password]\nMode={mode}\n", "20-password.conf")
    configure("[Console]\nTTYs=tty1 pts/*\nQR=no\n", "10-console.conf")
    # What runs has read another mode.
    end("firstbootd", "firstboot-password")
    wait_lease()


def state():
    with open(STATE, encoding="ascii") as f:
        return f.read().strip()


def new_key(kind="ed25519", *options):
    """The public key of a new pair, as a person has it."""
    with tempfile.TemporaryDirectory() as folder:
        run("ssh-keygen", "-q", "-t", kind, *options, "-N", "", "-C", "alice@laptop", "-f", f"{folder}/key")
        with open(f"{folder}/key.pub", encoding="ascii") as f:
            return f.read().strip()


def to_password_page(t, pattern):
    to_method(t)
    t.press("enter")
    t.wait_for(r"Hostname +\[")
    replace(t, "appliance07")
    t.press("enter")
    t.wait_for(pattern)


def to_made_password(t):
    """From the welcome to the page that shows what the machine has made."""
    t.wait_for("Welcome")
    to_password_page(t, "makes the password")
    t.press("enter")
    t.wait_for("Review")
    agree(t)
    t.wait_for(SHAPE, 60)


@case.variants(*SIZES)
def test_random(columns, rows):
    begin("random")
    with console(columns, rows) as t:
        to_made_password(t)
        made = re.search(SHAPE, t.text())[0]
        assert state() == "unclaimed"
        assert password_is(made)
        t.type("\r\r\r")        # typed ahead
        t.read(0.3)
        assert t.sees(SHAPE), t.text()
        agree(t)
        t.wait_for("Have you written")
        t.press("enter")
        t.wait_for(SHAPE)
        agree(t)
        t.wait_for("Have you written")
        t.press("left", "enter")
        t.wait_for("is set up", 60)
        assert not re.search(made, t.text())
        assert state() == "claimed"
        assert copies(t.pid, made) == [], "the password is still in memory"
    assert password_is(made)


def test_random_is_another_one_each_time():
    seen = set()
    for _ in range(2):
        begin("random")
        with console() as t:
            to_made_password(t)
            seen.add(re.search(SHAPE, t.text())[0])
            assert password_is(re.search(SHAPE, t.text())[0])
        # Nobody has seen to its end: it is still nobody's.
        assert state() == "unclaimed"
        with console() as t:
            t.wait_for("Welcome")
    assert len(seen) == 2, seen


@case.variants(*SIZES)
def test_key(columns, rows):
    begin("key")
    key = new_key("rsa", "-b", "4096") if columns == 80 else new_key()
    with console(columns, rows) as t:
        t.wait_for("Welcome")
        to_password_page(t, r"Public key")
        for wrong, words in (("", "no SSH key"), ("a sentence is no key", "no SSH key"),
                             (key[:-40], "no whole SSH key"), (new_key("rsa", "-b", "1024"), "1024"),
                             ('command="/bin/sh" ' + key, "no SSH key")):
            t.press("ctrl-u")
            t.type(wrong)
            t.press("enter")
            t.wait_for(words.replace(" ", r"\s+") if rows > 12 else words.split()[0])
        t.press("ctrl-u")
        t.type(key)
        t.press("enter")
        t.wait_for("Review")
        agree(t)
        t.wait_for("is set up", 60)
    assert state() == "claimed"
    with open(KEYS, encoding="ascii") as f:
        assert f.read() == key + "\n"
    assert stat.S_IMODE(os.stat(KEYS).st_mode) == 0o600
    assert stat.S_IMODE(os.stat("/root/.ssh").st_mode) == 0o700
    with open("/etc/shadow", encoding="ascii") as f:
        assert re.search(r"(?m)^root:!\*:", f.read())
    with console(columns, rows) as t:
        t.wait_for("Settings|F2/2")
        t.press("f2")
        t.wait_for("need")
        t.type("whatever it is")
        t.press("enter")
        t.wait_for("Root has no")


def test_one_more_key():
    """Later, from root's shell; what was there stays."""
    old = new_key()
    begin("key")
    os.makedirs("/root/.ssh", 0o700)
    with open(KEYS, "w", encoding="ascii") as f:
        f.write(f"# mine\nno-pty {old}")
    os.chmod(KEYS, 0o644)
    with open(STATE, "w", encoding="ascii") as f:
        f.write("claimed\n")
    key = new_key("ecdsa")
    for _ in range(2):
        with Term(["firstboot", "--reconfigure", "password"]) as t:
            t.wait_for("Public key")
            t.type(key)
            t.press("enter")
            t.wait_for("Review")
            t.wait_for(r"root's SSH key +set +ecdsa-sha2-nistp256[\s│]+\.\.\.")
            agree(t)
            t.wait_for("in force and kept", 30)
    with open(KEYS, encoding="ascii") as f:
        assert f.read() == f"# mine\nno-pty {old}\n{key}\n"


def test_remark_on_letters_that_not_every_keyboard_has():
    begin("ask")
    with console() as t:
        t.wait_for("Welcome")
        to_password_page(t, r"Again +\[")
        t.type("grüne Bäume im Frühling\tgrüne Bäume im Frühling\r")
        t.wait_for("not every keyboard")
        t.press("enter")        # another one
        t.wait_for(r"Password +\[ +\]")
        t.type("grüne Bäume im Frühling\tgrüne Bäume im Frühling\r")
        t.wait_for("Take it")
        t.press("left", "enter")
        t.wait_for("Review")


def test_names_that_everybody_knows():
    begin("ask")
    run("hostname", "appliance07.example.com")
    with console() as t:
        t.wait_for("Welcome")
        to_password_page(t, r"Again +\[")
        for bad in ("my Appliance07 is green", "the acme BACKUP appliance 4"):
            t.type(f"{bad}\t{bad}\r")
            t.wait_for("name of this machine")
    run("hostname", "localhost")


case.run(globals())
