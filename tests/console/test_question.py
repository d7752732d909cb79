#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes of the network that do not prove themselves: what is asked, and what comes of each answer."""

import os
import re
import signal
import subprocess

import case
from machine import claim, configure, run, unplugged, wait_lease
from network import COUNTDOWN, GATEWAY, change, fill_in, firstbootd, has, kept, peer, to_question
from pages import give_password
from term import Term

RIVAL = "192.0.2.55"


claim()
wait_lease()


def test_the_steps_are_shown():
    with change("192.0.2.77/24") as t:
        seen = set()
        while not t.sees("The new settings are in force"):
            assert t.read(0.02), t.text()
            assert not t.sees(COUNTDOWN), t.text()
            seen.update(line.strip(" │x") for line in t.lines() if re.search("done|working|waiting", line))
        seen = "\n".join(sorted(seen))
        for words in ("waiting .*web interface", "working +looking whether another machine uses 192.0.2.77",
                      "done +nobody else uses 192.0.2.77", "done +network settings written",
                      "working +waiting for 192.0.2.77/24 on enp1s0", "done +192.0.2.77/24 is on enp1s0"):
            assert re.search(words, seen), f"{words}:\n{seen}"
        assert has("192.0.2.77")
        assert "192.0.2.77/24" in kept()


@case.variants((("enter",),), (("escape",),))
def test_take_back_is_the_first_choice(keys):
    with to_question() as t:
        assert t.sees(r"The gateway 192\.0\.2\.200 does not answer"), t.text()
        assert t.sees(r"[^>] < *Keep now *> +> <Take back now>"), f"no mark at the choice:\n{t.text()}"
        assert has("192.0.2.78")
        t.press("tab")
        t.wait_for(r"> < *Keep now *> +<Take back now>")
        t.press("tab")
        first = int(t.wait_for(COUNTDOWN).group(1))
        case.until(lambda: t.read(0.1) and int(t.wait_for(COUNTDOWN).group(1)) <= first - 2, 5)
        t.read(1)
        t.press(*keys)
        t.wait_for("old network settings are back", 20)
        assert "192.0.2.78" not in kept()
        case.until(lambda: has("192.0.2.77"))
        t.press("escape")
        t.wait_for("<Apply>")


def test_held_down_enter_is_no_answer():
    with to_question() as t:
        for _ in range(40):
            t.type("\r")
            t.read(0.03)
        t.wait_for(COUNTDOWN)
        t.read(1)
        t.press("enter")
        t.wait_for("old network settings are back", 20)


def test_nobody_answers():
    configure("[Network]\nConfirmSeconds=10\n", "60-confirm.conf")
    os.kill(firstbootd(), signal.SIGTERM)  # the next one reads it
    with to_question() as t:
        assert int(t.wait_for(COUNTDOWN).group(1)) <= 10
        t.wait_for("Nobody has answered", 30)
        t.wait_for("Try again")
        t.wait_for("Emergency")
        case.until(lambda: has("192.0.2.77") and not has("192.0.2.78"))
    os.unlink("/etc/firstboot/firstboot.conf.d/60-confirm.conf")
    os.kill(firstbootd(), signal.SIGTERM)


def test_the_question_fits_a_small_screen():
    with to_question(columns=40, rows=12) as t:
        assert t.sees(r"^│ The gateway 192\.0\.2\.200 does not"), t.text()
        assert t.sees(r"^│ Your old"), t.text()
        assert t.sees(r"<Take back now>"), t.text()
        t.read(1)
        t.press("enter")
        t.wait_for("are back", 20)


def test_keep_now():
    with to_question() as t:
        t.read(1)
        t.press("left", "enter")
        t.wait_for("The new settings are in force", 20)
    assert "192.0.2.78/24" in kept()
    assert has("192.0.2.78")


def test_a_rival_is_named():
    peer("address", "add", f"{RIVAL}/24", "dev", "peer0")
    mac = re.search(r"ether (\S+)", peer("link", "show", "peer0")).group(1)
    try:
        with change(f"{RIVAL}/24", "192.0.2.1") as t:
            t.wait_for(r"failed +looking whether", 30)
            text = re.sub(r"[\s│]+", " ", t.text())
            assert RIVAL in text and mac in text, text
            assert t.sees("Try again") and t.sees("Emergency"), t.text()
            t.press("escape")
            t.wait_for("<Apply>")
    finally:
        peer("address", "delete", f"{RIVAL}/24", "dev", "peer0")
    assert RIVAL not in kept()
    assert has("192.0.2.78")


def test_the_cable_is_pulled_meanwhile():
    with change("192.0.2.79/24", "192.0.2.1") as t, unplugged("enp1s0"):
        t.wait_for("no cable", 60)
        t.wait_for(COUNTDOWN, 60)
        t.read(1)
        t.press("enter")
        t.wait_for("are back", 30)
    assert "192.0.2.79" not in kept()


def test_silent_name_servers_are_a_remark():
    with change("192.0.2.80/24", "192.0.2.1", "192.0.2.222") as t:
        t.wait_for("The new settings are in force", 60)
        t.wait_for(r"The name server 192\.0\.2\.222 does not answer")
    assert "192.0.2.80/24" in kept()


def test_the_web_interface_stays_behind():
    """It answers on the old address alone."""
    pid = int(open("/run/web.pid", encoding="ascii").read())
    os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    server = subprocess.Popen(["python3", "-m", "http.server", "--bind", "192.0.2.80", "8443"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        case.until(lambda: ":8443" in run("ss", "-ltn"))
        with change("192.0.2.81/24", "192.0.2.1") as t:
            t.wait_for("web interface does not answer", 60)
            t.wait_for(COUNTDOWN)
            t.read(1)
            t.press("enter")
            t.wait_for("are back", 30)
    finally:
        server.kill()
        server.wait()


def test_without_safety():
    with Term(["firstboot", "--reconfigure", "network"]) as t:
        fill_in(t, "192.0.2.82/24", GATEWAY)
        t.wait_for("<Blind>")
        t.press("f6")
        t.wait_for("no way back")
        t.press("escape")
        t.wait_for("<Apply>")
        t.press("f6")
        t.wait_for("no way back")
        t.read(1)
        t.press("left", "enter")
        t.wait_for("The new settings are in force", 30)
    assert "192.0.2.82/24" in kept()


def test_a_long_wait_has_words():
    with Term(["firstboot", "--reconfigure", "password"]) as t:
        t.wait_for(r"Again +\[")
        pid = firstbootd()
        os.kill(pid, signal.SIGSTOP)
        try:
            give_password(t)
            t.wait_for("Checking the password")
            t.wait_for(r"Checking the password \(2 s\)")
            t.resize(40, 12)
            t.wait_for("slow to answer")
            t.type("\r\r\r")
        finally:
            os.kill(pid, signal.SIGCONT)
        t.wait_for("<Apply>")
        t.read(0.3)
        assert t.sees("<Apply>"), t.text()


def test_another_console_sees_that_a_change_waits():
    with Term(["firstboot"]) as other:
        other.wait_for("F2/2")
        with to_question("192.0.2.90/24") as t:
            other.wait_for("New network settings are being tried")
            with Term(["firstboot"]) as third:
                third.wait_for("New network settings are being tried")
            t.read(1)
            t.press("enter")
            t.wait_for("are back", 20)
            other.wait_gone("New network settings")


@case.variants(("Confirm", "kept these settings: they are in force"), ("Revert", "taken these settings back"))
def test_somebody_else_answers(method, words):
    call = ["busctl", "call", "org.firstboot.Firstboot1", "/org/firstboot/Firstboot1", "org.firstboot.Firstboot1"]
    with to_question("192.0.2.92/24") as t:
        txid = run(*call, "GetStatus").split()[1]
        run(*call, method, "t", txid)
        t.wait_for(words, 20)
        t.press("escape")
    if method == "Confirm":
        with change("192.0.2.82/24", "192.0.2.1") as t:
            t.wait_for("new settings are in force", 60)
    assert "192.0.2.92" not in kept()


def test_a_killed_console_keeps_nothing():
    t = to_question("192.0.2.91/24")
    assert has("192.0.2.91")
    t.close()
    case.until(lambda: not has("192.0.2.91") and has("192.0.2.82"), 30)
    assert "192.0.2.91" not in kept()


case.run(globals())
