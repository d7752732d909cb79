#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""/usr/bin/firstboot on a terminal."""

import re

import case
from machine import allow_ptys, claim, wait_lease
from term import Term


def test_the_start_screen_in_a_terminal():
    with Term(["firstboot"]) as t:
        t.wait_for(rf"^ *https://{re.escape(wait_lease())}:8443/$")
        assert not t.sees("Log in")
        t.type("q")
        assert t.wait_exit(2) == 0


def test_settings_in_a_terminal_need_no_password_of_root():
    with Term(["firstboot", "--reconfigure", "hostname"]) as t:
        t.wait_for(r"Hostname +\[ ")
        assert not t.sees("Password")


@case.variants(("dumb",), ("linux", "--plain"))
def test_settings_in_plain_lines(term, *options):
    with Term(["firstboot", "--reconfigure", *options, "hostname"], term=term) as t:
        t.wait_for(r"Choice \(Enter: (Hostname|Next)\):")
        assert b"\033" not in t.recorded
        t.type("q\n")
        assert t.wait_exit(5) == 0


def test_somebody_else_edits():
    with Term(["firstboot", "--reconfigure", "hostname"]) as first:
        first.wait_for(r"Hostname +\[ ")
        with Term(["firstboot", "--reconfigure", "hostname"]) as second:
            second.wait_for("has been changing settings since")
            second.type("\t\r")
            assert second.wait_exit(5) == 1


if __name__ == "__main__":
    allow_ptys()
    claim()
    wait_lease()
    case.run(dict(globals()))
