#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What firstboot-getty says before it has anybody logged in, and when it must not say a word.

agetty(8) is a stand-in here, which tells what it was started with, and then becomes the start screen or nothing. The kernel's own
messages are left as they are: root without that capability.
"""

import os
import re
import time

import case
from machine import CONSOLE, addresses, as_firstboot, claim, configure, console, run, wait_lease
from term import Term

GETTY, AGETTY, STARTED = "/usr/libexec/firstboot/firstboot-getty", "/usr/sbin/agetty", "/run/agetty-was-started"
FLAG = "/run/firstboot/next-login"
NAME, SENTENCE = "Acme Backup Appliance 4.2", "Opening the start screen ..."
LOGIN = b'Log in as "root". Ctrl-D leads back to the start screen.'
STAND_IN = f"""#!/bin/sh
echo "$@" >{STARTED}
[ ! -e /run/go-on ] || exec {" ".join(as_firstboot(CONSOLE))}
exec sleep 1000
"""
VENDOR = "[Console]\nTTYs=tty1 ttyS0 pts/*\nQR=no\n"
# What a terminal is told to do rather than to show.
ORDERS = re.compile(rb"\033\[[0-9;]*[mHJ]|[\r\n]")


def stand_in():
    os.unlink(AGETTY)
    with open(AGETTY, "w", encoding="ascii") as f:
        f.write(STAND_IN)
    os.chmod(AGETTY, 0o755)


def say(product="", more=""):
    """What the vendor says: more of the console, and the product where it is not the sandbox's."""
    configure(f"{VENDOR}{more}\n{product}")


def started():
    """What agetty was started with, or None."""
    try:
        with open(STARTED, encoding="utf-8") as f:
            return f.read() or None
    except FileNotFoundError:
        return None


class Getty(Term):
    """firstboot-getty for this terminal, at a pseudo terminal; before: words of a command that becomes it."""

    def __init__(self, name="tty1", columns=80, rows=24, term="linux", before=(), size=None):
        if os.path.exists(STARTED):
            os.unlink(STARTED)
        argv = ["setpriv", "--bounding-set=-syslog", "--inh-caps=-syslog", *before, GETTY, name]
        super().__init__(argv, columns, rows, term, {"LANG": "fr_FR.UTF-8"}, "firstboot", size)

    def said(self, timeout=10):
        """All that is written before agetty has its turn."""
        case.until(lambda: self.read(0.02) and started(), timeout)
        self.read(0.2)
        return bytes(self.recorded)

    def reversed(self, row):
        return [self.screen.buffer[row][x].reverse for x in range(self.screen.columns)]


def go_on(on):
    """The start screen comes up behind what is said."""
    if on:
        open("/run/go-on", "w", encoding="ascii").close()
    else:
        os.unlink("/run/go-on")


def printed(said):
    return ORDERS.sub(b"", said).decode()


# -- on a virtual console -------------------------------------------------------------------------

@case.variants((80, 24), (160, 50), (40, 12))
def test_the_first_row_is_the_start_screens_own(columns, rows):
    say()
    with Getty(columns=columns, rows=rows) as t:
        said = t.said()
        cut = NAME if columns > 40 else NAME[:17] + "..."
        assert t.lines() == ["", " " + cut, "", "  " + SENTENCE][1:] + [""] * (rows - 3), t.text()
        assert all(t.reversed(0)) and not any(any(t.reversed(row)) for row in range(1, rows)), t.text()
        assert t.cursor == (4, 0), t.cursor
        assert len(said) < columns + 100, said
        assert started().startswith("--noclear --nohostname --nohints --noissue --skip-login --autologin firstboot"), started()


@case.variants((80, 24), (160, 50), (40, 12))
def test_the_start_screen_takes_over(columns, rows):
    """Nothing jumps and nothing is left: the product stands where it stood, and the rest is what is drawn without a getty."""
    say()
    claim()
    wait_lease()
    case.until(lambda: addresses("enp1s0", 6) and "tentative" not in run("ip", "address", "show", "enp1s0"))
    go_on(True)
    try:
        with Getty(columns=columns, rows=rows) as t:
            t.said()
            t.wait_for(r"F10/0", 15)
            t.wait_gone("being (asked|checked)", 15)
            t.wait_rest(1)
            taken, row = t.lines(), t.screen.buffer[0].copy()
            assert taken[0].startswith(" " + NAME[:17]) and all(t.reversed(0)), t.text()
    finally:
        go_on(False)
    with console(columns, rows) as t:
        t.wait_for(r"F10/0")
        t.wait_gone("being (asked|checked)", 15)
        t.wait_rest(1)
        assert t.lines() == taken, "\n".join([t.text(), "but behind the getty", *taken])
        assert t.screen.buffer[0] == row, t.screen.buffer[0]


def test_the_vendors_colours():
    say("[Theme]\nText=bright-white blue\nBar=black cyan\n")
    with Getty() as t:
        # The colours come before the screen is emptied: they become those of all of it.
        assert t.said().startswith(b"\033[0;1;37;44m\033[H\033[J"), t.recorded
        bar, text = t.screen.buffer[0][1], t.screen.buffer[2][2]
        assert (bar.fg, bar.bg, bar.bold) == ("black", "cyan", False), bar
        assert (text.fg, text.bg, text.bold) == ("white", "blue", True), text
        # What others print is as ever.
        assert t.screen.cursor.attrs.bg == "default" and not t.screen.cursor.attrs.bold, t.screen.cursor.attrs


@case.variants(("Büro für Sicherungen", ""), ("東京バックアップ", ""), ("Acme", "Language=ja"))
def test_the_vendors_letters(name, language):
    """Those of every language, as the start screen shows them."""
    say(f"[Product]\nName={name}\nVersion=1.0\n", language)
    with Getty() as t:
        t.said()
        shown = [line.replace("\0", "") for line in t.lines()]
        assert shown[0].replace(" ", "") == f"{name}1.0".replace(" ", "") and all(t.reversed(0)), t.text()
        assert shown[2].startswith("  開" if language else "  " + SENTENCE), t.text()


HOSTILE = [b"\033[2J\033]0;x\007evil", b"\302\23331mred\302\205", b"\xff\xfe\xc0\xafx", "‮evil⁦".encode(), b"%s%n%s%n" * 20, b"x" * 4000,
           "漢字".encode() * 300, b"\t\v\f\x7f\x18\x1a"]


@case.variants(*[(name, n) for n in range(len(HOSTILE)) for name in ("tty1", "ttyS0")])
def test_a_hostile_name(name, n):
    say()
    for key in "Name", "Version":
        with open("/etc/firstboot/firstboot.conf.d/60-hostile.conf", "wb") as f:
            f.write(b"[Product]\n" + key.encode() + b"=" + HOSTILE[n] + b"\n")
        try:
            with Getty(name, term="linux" if name == "tty1" else "vt220") as t:
                said = t.said()
                shown = printed(said)
                assert shown.isprintable() and "‮" not in shown, said
                assert len(shown) < 3 * t.screen.columns, said
                assert SENTENCE in t.text() or "..." in t.text(), t.text()
                assert all(t.reversed(0)) == (name == "tty1"), t.text()
        finally:
            os.unlink("/etc/firstboot/firstboot.conf.d/60-hostile.conf")


@case.variants(("Language=de", "Der Startbildschirm wird geöffnet ..."), ("LANG=de_DE.UTF-8", "Der Startbildschirm wird geöffnet ..."),
               ("", SENTENCE))
def test_it_speaks_as_the_start_screen_does(chosen, sentence):
    """The vendor's language, else the machine's; whatever the environment is."""
    say("", chosen if chosen.startswith("Language") else "")
    with open("/etc/locale.conf", "w", encoding="ascii") as f:
        f.write(chosen if chosen.startswith("LANG") else "")
    with Getty() as t:
        t.said()
        assert t.lines()[2] == "  " + sentence, t.text()
        assert t.lines()[0] == " " + NAME, t.text()
    os.unlink("/etc/locale.conf")


# -- where there may be no screen -----------------------------------------------------------------

LINE = f"\r\n{NAME} ...\r\n".encode()


@case.variants(("ttyS0", "vt220", ""), ("ttyS0", "dumb", ""), ("tty1", "dumb", ""), ("tty1", "linux", "Plain=yes"))
def test_a_line(name, term, more):
    say("", more)
    with Getty(name, term=term) as t:
        assert t.said() == LINE, t.recorded


@case.variants((30, 24), (80, 6), (0, 24))
def test_a_line_on_a_small_console(columns, rows):
    say()
    with Getty(size=(columns, rows)) as t:
        assert t.said() == LINE, t.recorded


def test_a_line_without_letters_that_a_wire_may_not_have():
    say("[Product]\nName=Büro\n")
    with Getty("ttyS0", term="vt220") as t:
        assert t.said() == f"\r\n{SENTENCE}\r\n".encode(), t.recorded


def test_plain_lines_follow_it():
    say("", "Plain=yes")
    claim()
    go_on(True)
    try:
        with Getty() as t:
            t.said()
            t.wait_for("Choice:", 15)
            said, then = bytes(t.recorded).split(f"{NAME}, localhost".encode(), 1)
            assert said.startswith(LINE) and not said[len(LINE):].strip() and b"Choice:" in then, t.recorded
    finally:
        go_on(False)


def test_a_slow_line_gets_its_time():
    """What has not been sent is lost: agetty throws it away. At 300 baud this line takes a second."""
    say()
    took = {}
    for speed in 38400, 300:
        with Getty("ttyS0", term="vt220", before=("sh", "-c", f'stty {speed}; date +%s.%N >/run/begun; exec "$@"', "sh")) as t:
            assert NAME.encode() in t.said(), t.recorded
            with open("/run/begun", encoding="ascii") as f:
                took[speed] = os.stat(STARTED).st_mtime - float(f.read())
    assert took[38400] < 0.9 < took[300] < 2.5, took


# -- not a word -----------------------------------------------------------------------------------

def silent(name="tty1", **options):
    with Getty(name, **options) as t:
        said = t.said()
        assert said == b"", said
        return started()


def test_not_on_another_terminal():
    say()
    assert "autologin" not in silent("tty7")


def test_not_where_firstboot_is_off():
    say()
    with open("/run/cmdline", "w", encoding="ascii") as f:
        f.write("quiet firstboot=off\n")
    run("mount", "--bind", "/run/cmdline", "/proc/cmdline")
    try:
        assert "autologin" not in silent()
    finally:
        run("umount", "/proc/cmdline")


def test_not_where_the_account_is_wrong():
    say()
    run("usermod", "--shell", "/bin/sh", "firstboot")
    try:
        assert "autologin" not in silent()
    finally:
        run("usermod", "--shell", CONSOLE, "firstboot")


def test_not_before_roots_login():
    say()
    os.makedirs(os.path.dirname(FLAG), exist_ok=True)
    with open(FLAG, "w", encoding="ascii") as f:
        f.write(f"{time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000}\n")
    with Getty() as t:
        said = t.said()
        assert said.startswith(LOGIN) and b"Acme" not in said and b"\033" not in said, said
        assert "autologin" not in started()


def test_not_where_it_is_read_aloud():
    """It would come before what matters. Unless the vendor wants screens there, too."""
    say()
    run("mount", "-t", "tmpfs", "cgroup", "/sys/fs/cgroup")
    os.makedirs("/sys/fs/cgroup/system.slice/brltty.service")
    try:
        assert "autologin" in silent()
        say("", "Plain=no")
        with Getty() as t:
            t.said()
            assert t.lines()[2] == "  " + SENTENCE, t.text()
        say("", "Plain=yes")
        with Getty() as t:
            assert t.said() == LINE, t.recorded
    finally:
        run("umount", "/sys/fs/cgroup")


FILL = """import os, sys, time
os.set_blocking(1, False)
for size in 4096, 1, 1, 1:
    time.sleep(0.1)
    try:
        while True:
            os.write(1, b"x" * size)
    except BlockingIOError:
        pass
os.set_blocking(1, True)
os.execvp(sys.argv[1], sys.argv[1:])
"""


@case.variants(("tty1",), ("ttyS0",))
def test_a_terminal_that_takes_nothing_is_not_waited_for(name):
    say()
    with Getty(name, before=("/usr/bin/python3", "-c", FILL)) as t:
        case.until(started, 5)
        assert "autologin" in started()
        t.read(0.3)
        assert b"Acme" not in t.recorded and b"xxx" in t.recorded, t.recorded[-100:]


if __name__ == "__main__":
    stand_in()
    say()
    case.run(globals())
