#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The wizard's pages up to the review: nothing here may change the machine."""

import glob
import subprocess
import time

import case
from machine import unplugged
from pages import (PASSWORD, copies, give_password, refuse_both_off, replace, start, to_card, to_fields,
                   to_hostname, to_method, to_password, to_review)

SIZES = [(80, 24, "linux"), (80, 25, "vt220"), (132, 43, "xterm"), (40, 12, "linux"),
         (40, 12, "vt220"), (40, 12, "xterm")]


def assert_nothing_changed():
    assert not glob.glob("/etc/systemd/network/*firstboot*"), "a network file was written"
    assert not glob.glob("/run/systemd/network/*firstboot*"), "a network file was written"
    name = subprocess.run(["hostname"], capture_output=True, text=True, check=True).stdout.strip()
    assert name == "localhost", name


@case.variants(*SIZES)
def test_every_page_is_usable(columns, rows, term):
    with start(columns, rows, term) as t:
        to_review(t)
        seen = t.text()
        for _ in range(40):
            t.press("down")
            seen += t.text()
        for word in ("192.0.2.77/24", "appliance01", "root's password", "now", "new"):
            assert word in seen, f"{word} is not on the review:\n{seen}"
    assert_nothing_changed()


def test_prefilled_from_the_lease():
    with start() as t:
        to_fields(t)
        for pattern in (r"IP address +\[192\.0\.2\.\d+/24 ", r"Gateway +\[192\.0\.2\.1 ",
                        r"DNS servers +\[192\.0\.2\.1 "):
            assert t.sees(pattern), f"{pattern}:\n{t.text()}"


# field (number of Tabs), value, words that the message must have
BAD_VALUES = [
    (0, "", "address"),
    (0, "192.0.2.0/24", "192.0.2.0"),
    (0, "192.0.2.255/24", "192.0.2.255"),
    (0, "192.0.2.10", "/24|prefix"),
    (0, "192.0.2.10/33", "33"),
    (0, "192.0.2.10 255.0.255.0", "255.0.255.0|netmask"),
    (0, "224.0.0.5/24", "224.0.0.5"),
    (0, "127.0.0.1/8", "127.0.0.1"),
    (0, "0.0.0.0/0", "0.0.0.0"),
    (0, "300.1.1.1/24", "300.1.1.1"),
    (0, "2001:db8::1/64", "2001:db8::1"),
    (0, "hello", "hello"),
    (1, "10.9.8.7", "outside"),
    (1, "nonsense", "nonsense"),
    (2, "192.0.2.1 192.0.2.1", "twice"),
    (2, "192.0.2.999", "192.0.2.999"),
    (2, "224.0.0.251", "224.0.0.251"),
    (3, "exa_mple..com", r"exa_mple\.\.com"),
    (3, "-bad.example", "-bad.example"),
]


@case.variants(*BAD_VALUES)
def test_refused_value_stays_with_its_message(tabs, value, words):
    with start() as t:
        to_fields(t)
        t.press(*["tab"] * tabs)
        replace(t, value)
        label = ("IP address", "Gateway", "DNS servers", "Search domains")[tabs]
        t.press("enter")
        t.wait_for(f"({words})[^]]*$")
        row = t.row_of(rf"{label} +\[")
        assert t.cursor[0] == row, f"cursor in row {t.cursor[0]}, the field is in {row}:\n{t.text()}"
        assert f"[{value} " in t.lines()[row], f"the value is gone:\n{t.text()}"
        below = " ".join(t.lines()[row + 1:row + 4])
        assert not below.strip(" │x").startswith("["), f"no message below:\n{t.text()}"
        assert not t.sees(r"Hostname +\["), "it went on"
    assert_nothing_changed()


def test_gateway_outside_can_be_insisted_on():
    with start() as t:
        to_fields(t)
        t.press("tab")
        replace(t, "10.9.8.7")
        t.press("enter")
        t.wait_for("F6")
        t.wait_for("Use it")
        t.press("f6")
        t.wait_for(r"Hostname +\[")


def test_netmask_is_understood():
    with start() as t:
        to_hostname(t, "192.0.2.77 255.255.255.0")


@case.variants(("localhost",), ("12345",), ("a" * 64 + "b",), ("under_score",), ("-x",), ("",),
               ("x" * 63 + "y.example",))
def test_refused_hostname(name):
    with start() as t:
        to_hostname(t)
        before = t.text()
        replace(t, name)
        t.press("enter")
        t.wait_for(r"Good|Type a name")
        row = t.row_of(r"Hostname +\[")
        assert t.cursor[0] == row
        assert name[-30:] in t.lines()[row], t.text()
        assert before != t.text()
    assert_nothing_changed()


def test_weak_password_is_refused_with_words():
    with start() as t:
        to_password(t)
        assert t.sees("at least 12"), "the rules are not there before the first key"
        give_password(t, "short")
        t.wait_for("must have at least")
        assert not t.sees(r"\*"), "something was kept"
        give_password(t, "aaaaaaaaaaaaaaaaaaaaaa")
        t.wait_gone("must have at least")
        t.wait_for(r"\[ +\]\s+.*\n.*\[ +\].*\n.*[a-z]{3}")
        assert t.sees(r"Again +\["), t.text()


def test_mismatched_passwords():
    with start() as t:
        to_password(t)
        give_password(t, PASSWORD, PASSWORD + "x")
        t.wait_for("not the same")
        assert not t.sees(r"\*"), "something was kept"
        give_password(t)
        t.wait_for("<Apply>")


def test_password_is_never_on_the_screen():
    with start() as t:
        to_password(t)
        t.type("geheim")
        t.wait_for(r"\[\*{6} ")
        t.press("backspace")
        t.wait_for(r"\[\*{5} ")
        t.press("ctrl-u")
        t.wait_gone(r"\*")
        t.type("säßé")
        t.wait_for(r"\[\*{4} ")
        assert not t.sees("geh|sä")


def test_password_is_in_memory_once():
    with start() as t:
        to_password(t)
        t.type(PASSWORD)
        t.wait_for(r"\[\*{21} ")
        assert len(copies(t.pid, PASSWORD)) == 1, copies(t.pid, PASSWORD)
        t.press("escape")
        t.wait_for(r"Hostname +\[")
        assert not copies(t.pid, PASSWORD[-8:]), "leaving the page has left it behind"
        t.press("enter")
        t.wait_for(r"Again +\[")
        give_password(t)
        t.wait_for("<Apply>")
        assert len(copies(t.pid, PASSWORD)) == 1, copies(t.pid, PASSWORD)


def test_password_longer_than_fits():
    with start() as t:
        to_password(t)
        t.type("0123456789abcdef " * 100)
        t.press("ctrl-u")
        t.wait_gone(r"\*")
        give_password(t)
        t.wait_for("<Apply>")


def test_back_and_forward_loses_nothing():
    with start() as t:
        to_review(t)
        t.press("escape")
        t.wait_for(r"typed\W+one already")
        t.press("escape")
        t.wait_for(r"Hostname +\[appliance01 ")
        t.press("escape")
        t.wait_for(r"IP address +\[192.0.2.77/24 ")
        replace(t, "192.0.2.78/24")
        t.press("escape")
        t.wait_for("How does")
        t.press("escape")
        t.wait_for("Which network card")
        t.press("escape")
        t.wait_for("Welcome")
        to_card(t)
        t.press("enter")
        t.wait_for("How does")
        t.press("enter")
        t.wait_for(r"IP address +\[192.0.2.78/24 ")
        t.press("enter")
        t.wait_for(r"Hostname +\[appliance01 ")
        t.press("enter")
        t.wait_for(r"typed\W+one already")
        t.press("enter", "enter")
        t.wait_for("<Apply>")
        t.wait_for("192.0.2.78/24")
    assert_nothing_changed()


def test_automatic_needs_no_fields():
    with start() as t:
        to_method(t)
        t.press("up", "enter")
        t.wait_for(r"Hostname +\[")
        replace(t, "appliance02")
        t.press("enter")
        t.wait_for(r"Again +\[")
        give_password(t)
        t.wait_for("<Apply>")
        assert not t.sees("enp1s0"), f"staying with DHCP is no change:\n{t.text()}"


def test_ipv6_fixed():
    with start() as t:
        to_fields(t)
        replace(t, "192.0.2.77/24")
        t.press("f6")
        t.wait_for("How does IPv6")
        t.press("down", "enter")
        t.wait_for(r"IPv6 address +\[")
        replace(t, "ff02::1/64")
        t.press("enter")
        t.wait_for(r"ff02::1[^]]*$")
        replace(t, "2001:db8::77/64")
        t.press("enter")
        t.wait_for(r" IP address +\[192.0.2.77/24 ")
        t.press("enter")
        t.wait_for(r"Hostname +\[")
        replace(t, "appliance01")
        t.press("enter")
        t.wait_for(r"Again +\[")
        give_password(t)
        t.wait_for("<Apply>")
        t.wait_for("2001:db8::77/64")


def test_ipv6_alone():
    with start() as t:
        to_method(t)
        t.press("down", "down", "enter")
        t.wait_for(r"Hostname +\[")
        replace(t, "appliance01")
        t.press("enter")
        t.wait_for(r"Again +\[")
        give_password(t)
        t.wait_for("<Apply>")
        t.wait_for(r"enp1s0 address +192.0.2.\d+/24 \(DHCP\) +off")


def test_some_family_must_be_on():
    with start() as t:
        to_method(t)
        refuse_both_off(t)
        t.press("enter")
        t.wait_for("How does IPv6")
        t.press("up", "up", "enter")
        t.wait_for(r"Hostname +\[")


def test_resize_in_a_form():
    with start() as t:
        to_fields(t)
        replace(t, "192.0.2.99/24")
        for columns, rows in ((40, 12), (132, 43), (60, 20), (80, 24)):
            t.resize(columns, rows)
            t.read(0.3)
            t.wait_for(r"IP address +\[192.0.2.99/24")
            assert t.cursor[0] == t.row_of("IP address"), t.text()
        t.resize(30, 8)
        t.wait_for("Too small: 30x8")
        t.type("x")
        t.resize(80, 24)
        t.wait_for(r"IP address +\[192.0.2.99/24 ")


def test_interrupt_keys_do_nothing():
    with start() as t:
        to_fields(t)
        before = t.text()
        t.press("ctrl-c", "ctrl-z", "ctrl-\\", "ctrl-d", "ctrl-s", "f1", "f8")
        t.read(0.3)
        assert t.text() == before, f"{before}\n{t.text()}"
        assert t.status is None and not t._reap()
        t.press("end", "backspace")
        t.read(0.2)
        assert t.text() != before


def test_repaint_on_demand():
    with start() as t:
        to_fields(t)
        before = t.text()
        t.stream.feed(b"\033[5;5Hsomebody else writes here")
        assert t.text() != before
        t.press("ctrl-l")
        t.read(0.3)
        assert t.text() == before, t.text()


def test_paste_of_ten_kilobytes():
    with start() as t:
        to_hostname(t)
        t.type("x" * 10240)
        t.press("ctrl-u")
        t.type("appliance01")
        t.wait_for(r"Hostname +\[appliance01 ")
        t.press("enter")
        t.wait_for(r"Again +\[")


def test_escape_at_the_beginning_leaves():
    with start() as t:
        t.press("escape")
        t.wait_gone("Welcome")
        assert_nothing_changed()


def test_cable_is_followed_live():
    with start() as t:
        to_card(t)
        t.press("down")
        t.wait_for(r"enp2s0 +up")
        row = t.row_of("enp2s0")
        with unplugged("enp2s0"):
            t.wait_for(r"enp2s0 +no cable", 1)
            assert t.cursor[0] == row or t.row_of("enp2s0") == row
            t.press("enter")
            t.wait_for("How does enp2s0")


@case.variants(("tab", 2), ("tab", 1), ("right", 2))
def test_news_leave_the_focus_on_its_button(key, times):
    with start() as t:
        to_card(t)
        t.press("down", *[key] * times)
        t.wait_for(r"enp2s0 +up")
        with unplugged("enp2s0"):
            t.wait_for(r"enp2s0 +no cable")
            t.press("enter")
            t.wait_for("Welcome" if times == 2 else "What else|VLAN")


def sleeps(pid):
    """How often the process has gone to sleep so far."""
    with open(f"/proc/{pid}/status") as f:
        return next(line for line in f if line.startswith("voluntary_ctxt_switches"))


def test_nothing_moves_when_nothing_happens():
    with start() as t:
        to_fields(t)
        t.read(0.5)
        before = t.output
        # The network around it may say something now and then; a program that polls never rests.
        for _ in range(6):
            slept = sleeps(t.pid)
            time.sleep(1.5)
            if sleeps(t.pid) == slept:
                break
        else:
            raise AssertionError("it never slept for 1.5 s")
        t.read(0.1)
        assert t.output == before, "it wrote"


def test_hang_up_ends_it():
    t = start()
    to_fields(t)
    t.close()
    assert t.status is not None and not (t.status & 0x7f) == 9, "it had to be killed"


def test_enter_held_down_never_applies():
    """From the first page, where it stops at what must be typed; and up to the review."""
    with start() as t:
        for _ in range(60):
            t.type("\r")
        t.wait_for(r"Hostname +\[|Again +\[")
    with start() as t:
        to_password(t)
        give_password(t)
        for _ in range(60):  # as fast as a keyboard repeats
            t.type("\r")
            t.read(0.01)
        t.wait_for("<Apply>")
    assert_nothing_changed()


def test_what_was_typed_is_kept_for_the_next_time():
    with start() as t:
        to_password(t)
        give_password(t)
        t.wait_for("<Apply>")
        for page in (r"Again +\[", r"Hostname +\[", r"IP address +\[", "How does", "Which network", "Welcome",
                     "F2/2 Settings"):
            t.press("escape")
            t.wait_for(page)
        assert not copies(t.pid, PASSWORD), "the password is kept, too"
        t.type("2")
        t.wait_for("Welcome")
        to_method(t)
        t.press("enter")
        t.wait_for(r"IP address +\[192.0.2.77/24 ")
        t.press("enter")
        t.wait_for(r"Hostname +\[appliance01 ")
        t.press("enter")
        t.wait_for(r"Again +\[")
        assert not t.sees("one already"), t.text()
    assert_nothing_changed()


def test_a_refusal_has_a_mark_and_says_both_ways_on():
    for columns, rows in ((80, 24), (40, 12)):
        with start(columns, rows) as t:
            to_fields(t)
            t.press("tab")
            assert not t.sees(r"! \S"), t.text()
            replace(t, "192.0.9.1")
            t.press("enter")
            t.wait_for(r"! 192\.0\.9\.1 is outside")
            t.wait_for(r"F6, or the button")
            row = t.row_of(r"! 192")
            mark = t.screen.buffer[row][t.lines()[row].index("!")]
            assert mark.bold, "it looks like a hint"
            t.wait_for(r"<Use it>.*< *Back *>.*\S$")
            t.wait_for(r"Search domains")


def test_cards_can_be_told_apart():
    with start(40, 12) as t:
        to_card(t)
        t.wait_for("enp1s0  52:54:00:12:34:56 ")
        t.wait_for("enp2s0  52:54:00:12:34:57 up +│")
        # An address that does not fit is left out, not cut off.
        assert t.sees("enp1s0  52:54:00:12:34:56 up +│"), t.text()


def test_a_narrow_list_says_where_the_cable_is():
    with start(40, 12) as t, unplugged("enp2s0"):
        to_card(t)
        t.wait_for("enp2s0  52:54:00:12:34:57 no cable │")


def test_space_presses_a_button():
    with start() as t:
        t.type(" ")
        t.wait_for("Which network card")


def test_reading_on_leads_to_no_other_button():
    with start(40, 12) as t:
        assert not t.sees("Enter goes on"), t.text()
        t.press("down", "down", "down", "down")
        t.wait_for("agreed to it")
        t.wait_for("> <Next >")
        t.press("up", "up", "up", "up")
        t.wait_for("Welcome to Acme")
        t.press("enter")
        t.wait_for("Which network card")


# What keyboards send whose terminal is another one than TERM says, or with Shift, Alt and Ctrl.
STRANGE_KEYS = {
    "home": ("\033[H", "\033OH", "\033[1~", "\033[7~", "\033[1;5H"),
    "end": ("\033[F", "\033OF", "\033[4~", "\033[8~", "\033[1;5F"),
    "left": ("\033[D", "\033OD", "\033[1;5D"),
    "none": ("\033OP", "\033[[A", "\033[11~", "\033[24~", "\033[28~", "\033[1;2P", "\033[15;5~", "\033[2~", "\033[200~",
             "\033[201~", "\033[I", "\033[O", "\033[P", "\033[M", "\033[99~", "\033[97;5u", "\033[?1;2c", "\033[3$"),
}


@case.variants(("linux",), ("vt220",), ("xterm",), ("vt100",))
def test_a_key_that_the_terminal_should_not_have_is_no_escape(term):
    with start(term=term) as t:
        to_fields(t)
        replace(t, "192.0.2.77/24")
        row, end = t.cursor
        for name, sequences in STRANGE_KEYS.items():
            to = {"home": end - len("192.0.2.77/24"), "left": end - 1}.get(name, end)
            for sequence in sequences:
                t.type("\x01" if name == "end" else "\x05")
                t.type(sequence)
                t.wait_rest()
                assert t.cursor == (row, to), f"{sequence!r}: {t.cursor}\n{t.text()}"
        assert t.sees(r"IP address +\[192\.0\.2\.77/24 "), t.text()
        for sequence in "\t\033[Z", "\033[B\033[1;2A", "\033OB\033OA":
            t.type(sequence)
            t.wait_rest()
            assert t.cursor[0] == row, f"{sequence!r}\n{t.text()}"
        t.press("escape")
        t.wait_for("How does enp1s0")


@case.variants(("linux",), ("vt220",), ("xterm",))
def test_f5_is_there_on_every_terminal(term):
    with start(term=term) as t:
        t.press("escape")
        t.wait_for("F5/5 Details")
        for sequence in ("\033[15~", "\033[[E"):
            t.type(sequence)
            t.wait_for("Support report")
            t.press("escape")
            t.wait_for("F5/5 Details")


case.run(globals())
