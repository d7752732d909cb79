#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Answers that the real firstbootd gives rarely: a change that is not proven, one that takes long.

A stand-in has the name of firstbootd on the bus. It changes nothing and keeps what it was asked.
"""

import ctypes
import os
import sys
import threading
import time

import case
from machine import wait_lease
from pages import agree, give_password, replace
from term import Term

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../bus"))
from bus import NAME, SD, check  # noqa: E402

CHANGE = 7
NOTE = b"The gateway 192.0.2.200 does not answer."


class StandIn(threading.Thread):
    """Serves the methods until the process ends."""

    def __init__(self):
        super().__init__(daemon=True)
        self.bus = ctypes.c_void_p()
        self.asked = []
        self.delays = {}
        check(SD.sd_bus_open_system(ctypes.byref(self.bus)), "open")
        check(SD.sd_bus_request_name(self.bus, NAME, ctypes.c_uint64(0)), "name")
        self.start()

    def run(self):
        while True:
            message = ctypes.c_void_p()
            if check(SD.sd_bus_process(self.bus, ctypes.byref(message)), "process") == 0:
                check(SD.sd_bus_wait(self.bus, ctypes.c_uint64(2 ** 64 - 1)), "wait")
            if message:
                self.answer(message)
                SD.sd_bus_message_unref(message)

    def answer(self, message):
        if check(SD.sd_bus_message_is_method_call(message, NAME, None), "kind") == 0:
            return
        name = SD.sd_bus_message_get_member(message).decode()
        self.asked.append(name)
        time.sleep(self.delays.get(name, 0))
        if name == "GetState":
            result = SD.sd_bus_reply_method_return(message, b"sbb", b"claimed", 1, 1)
        elif name == "CheckPassword":
            result = SD.sd_bus_reply_method_return(message, b"bs", 1, b"")
        elif name == "SetNetwork":
            result = SD.sd_bus_reply_method_return(message, b"tbts", ctypes.c_uint64(CHANGE), 0, ctypes.c_uint64(120_000_000), NOTE)
        elif name in ("Confirm", "Revert"):
            change = ctypes.c_uint64()
            check(SD.sd_bus_message_read(message, b"t", ctypes.byref(change)), "change")
            self.asked.append(change.value)
            result = SD.sd_bus_reply_method_return(message, None)
        else:
            result = SD.sd_bus_reply_method_return(message, None)
        check(result, name)


SD.sd_bus_message_get_member.restype = ctypes.c_char_p
wait_lease()
stand_in = StandIn()


def to_question(t):
    """Apply another address; keys that are typed meanwhile are no answer."""
    stand_in.asked.clear()
    stand_in.delays["SetNetwork"] = 1
    t.wait_for("enp1s0.*192")
    t.press("enter")
    t.wait_for("How does enp1s0")
    t.press("down", "enter")
    t.wait_for(r"IP address +\[")
    replace(t, "192.0.2.78/24")
    t.press("enter")
    t.wait_for("<Apply>")
    agree(t)
    t.wait_for(r"working +network")
    t.type("\r\t\r\033")
    t.wait_for("Keep these settings")
    t.wait_for("The gateway 192.0.2.200 does not")
    t.read(0.3)
    assert t.sees(r"< *Keep now *> +<Take back now>"), t.text()
    assert stand_in.asked[-1] == "SetNetwork", stand_in.asked


@case.variants((("enter",),), (("escape",),))
def test_take_back_is_the_first_choice(keys):
    with Term(["firstboot", "--reconfigure", "network"]) as t:
        to_question(t)
        t.press(*keys)
        t.wait_for("old network settings are back")
        assert stand_in.asked[-2:] == ["Revert", CHANGE], stand_in.asked
        t.press("escape")
        t.wait_for("<Apply>")


def test_keep_now():
    with Term(["firstboot", "--reconfigure", "network"]) as t:
        to_question(t)
        t.press("left", "enter")
        t.wait_for("This appliance is set up")
        assert stand_in.asked[-2:] == ["Confirm", CHANGE], stand_in.asked


def test_the_question_fits_a_small_screen():
    with Term(["firstboot", "--reconfigure", "network"], 40, 12) as t:
        t.wait_for("enp1s0")
        to_question(t)
        assert t.sees(r"^│ Your old"), t.text()


def test_a_long_wait_has_words():
    stand_in.delays["CheckPassword"] = 6.5
    with Term(["firstboot", "--reconfigure", "password"]) as t:
        t.wait_for(r"Again +\[")
        give_password(t)
        t.wait_for("Checking the password")
        t.wait_for(r"Checking the password \(2 s\)")
        t.resize(40, 12)
        t.wait_for("slow to answer")
        t.type("\r\r\r")
        t.wait_for("<Apply>")
        t.read(0.3)
        assert "SetRootPassword" not in stand_in.asked, stand_in.asked


case.run(globals())
