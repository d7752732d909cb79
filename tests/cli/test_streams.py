#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot's streams and signals: closed, full, gone; nothing of it may hang it, or pass for success."""

import contextlib
import os
import signal
import subprocess

import cli
from cli import DONE, FAILED, INVALID, NO_SERVICE, USAGE, firstboot, firstboot_closed, firstboot_full, started

import case
from machine import allow_ptys, claim, end, wait_lease
from term import Term

# Whatever prints something.
PRINTS = [["--help"], ["--version"], ["--status"], ["--status", "--json"], ["--report"], ["--history"], ["--history", "--json"],
          ["--export"], ["--export", "--json"], ["--revert"], ["--revert", "--json"], ["--check", "--set=Host.Hostname=other"],
          ["--check", "--set=Host.Hostname=other", "--json"], ["--audit", "--root=/nonexistent"]]


@case.variants(*[(arguments,) for arguments in PRINTS])
def test_a_full_disk_is_no_success(arguments):
    done = firstboot_full(*arguments)
    assert done.returncode == FAILED and "No space left on device" in done.stderr, done


@case.variants(*[(arguments,) for arguments in PRINTS])
def test_a_closed_output_is_no_success(arguments):
    done = firstboot_closed(*arguments, closed=[1])
    assert done.returncode == FAILED and "could not be written" in done.stderr, done


@case.variants(*[(arguments,) for arguments in PRINTS])
def test_a_reader_that_is_gone_is_no_success(arguments):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(["firstboot", *arguments], stdout=write, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, timeout=30,
                          check=False)
    os.close(write)
    assert done.returncode == FAILED and "Broken pipe" in done.stderr, done


@case.variants(*[(arguments,) for arguments in PRINTS[:-1]])
def test_closed_streams_that_are_not_needed(arguments):
    open_ = firstboot(*arguments)
    done = firstboot_closed(*arguments, closed=[0, 2])
    assert done.returncode == open_.returncode == DONE, (done, open_)
    assert done.stdout.split("\n")[0] == open_.stdout.split("\n")[0] or "--json" in arguments, (done, open_)


def test_all_streams_closed():
    for arguments in PRINTS:
        done = firstboot_closed(*arguments, closed=[0, 1, 2])
        assert done.returncode == FAILED, (arguments, done)


def test_refusals_with_closed_streams():
    for closed in [0], [1], [2], [0, 1, 2]:
        assert firstboot_closed(closed=closed).returncode == USAGE
        assert firstboot_closed("--reconfigure", closed=closed).returncode == USAGE
        assert firstboot_closed("--nonsense", closed=closed).returncode == USAGE


def test_standard_input_is_left_alone():
    """Nothing but - reads it: what stands there is there for the next program."""
    for arguments in PRINTS[:-1]:
        read, write = os.pipe()
        os.write(write, b"for the next one\n")
        subprocess.run(["firstboot", *arguments], stdin=read, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30, check=False)
        os.set_blocking(read, False)
        assert os.read(read, 100) == b"for the next one\n", arguments
        os.close(read)
        os.close(write)


def test_standard_input_that_never_ends_is_not_waited_for():
    read, write = os.pipe()
    for arguments in [], ["--reconfigure"], ["--status"], ["--revert"]:
        done = subprocess.run(["firstboot", *arguments], stdin=read, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode in (DONE, USAGE), (arguments, done)
    os.close(read)
    os.close(write)


def test_closed_standard_input_has_no_answers():
    done = firstboot_closed("--check", "--answers", "-", closed=[0])
    assert done.returncode == INVALID and done.stderr, done


@case.variants((signal.SIGTERM,), (signal.SIGINT,), (signal.SIGHUP,))
def test_a_signal_ends_what_waits(number):
    """A bus that does not answer would have it wait."""
    end("firstbootd")
    with cli.moved("/usr/libexec/firstboot/firstbootd"):
        with open("/usr/libexec/firstboot/firstbootd", "w", encoding="ascii") as f:
            f.write("#!/bin/sh\nexec sleep 20\n")
        os.chmod("/usr/libexec/firstboot/firstbootd", 0o755)
        with started("--confirm") as process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(2)
            assert process.poll() is None, process.stderr.read()
            process.send_signal(number)
            assert process.wait(5) != DONE
        end("sleep")
        os.unlink("/usr/libexec/firstboot/firstbootd")


def test_the_screens_without_firstbootd():
    end("firstbootd")
    with cli.moved("/usr/libexec/firstboot/firstbootd"), Term(["firstboot", "--reconfigure", "hostname"]) as t:
        t.wait_for(r"firstbootd")
        t.type("\r")
        assert t.wait_exit(20) == NO_SERVICE


if __name__ == "__main__":
    allow_ptys()
    claim()
    wait_lease()
    case.run(dict(globals()))
