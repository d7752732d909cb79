#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""While nothing happens the start screen sleeps; where the server is down it looks for it, at most once in 10 s."""

import os
import re
import subprocess
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))

import case
from machine import CONSOLE, as_firstboot, console
from proof import begin
from term import Term
from webserver import WebServer

STEADY = 62.0  # after an event, until the longest pause is reached; src/ui/schedule.c
SECONDS = 60.0


def elsewhere():
    """The start screen of a machine on which nothing listens: that at the end of the cable."""
    return Term(["ip", "netns", "exec", "peer", *as_firstboot(CONSOLE)], 132, 43)


def count(terms, seconds):
    """Wake-ups and bytes written of each, while nothing happens."""
    before = [t.output for t in terms]
    traces = [subprocess.Popen(["strace", "-qq", "-e", "trace=epoll_wait,uname", "-p", str(t.pid), "-o",
                                f"/run/trace.{t.pid}"]) for t in terms]
    time.sleep(seconds)
    for trace in traces:
        trace.terminate()
        trace.wait()
    for t in terms:
        t.read(0.05)
    found = []
    for t, output in zip(terms, before):
        with open(f"/run/trace.{t.pid}", encoding="utf-8") as f:
            # The kernel tells of the hostname of every machine on it: another sandbox may have got one.
            woken = len(re.findall(r"^epoll_wait\(.*\) = [1-9].*\n(?!uname)", f.read(), re.M))
        found.append((woken, t.output - output))
    return found


def test_sleeps():
    with WebServer("tls", port=8443), console(132, 43) as up, elsewhere() as down:
        up.wait_for("Web interface +answering$")
        down.wait_for("Web interface +nothing listens")
        begun = time.monotonic()
        while time.monotonic() < begun + STEADY:
            up.read(0.5)
            down.read(0.5)
        (up_woken, up_bytes), (down_woken, down_bytes) = count([up, down], SECONDS)
        print(f"        in {SECONDS:.0f} s: up {up_woken} wake-ups, down {down_woken}", flush=True)
        assert (up_woken, up_bytes, down_bytes) == (0, 0, 0), (up_woken, up_bytes, down_bytes)
        assert 1 <= down_woken <= 6, down_woken
        assert up.sees("Web interface +answering$") and down.sees("Web interface +nothing listens")


begin()
case.run(globals())
