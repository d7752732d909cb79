# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of a library through a program of ours that is told lines, and the loop that runs them."""

import argparse
import os
import subprocess
import sys
import time
import traceback

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Driver:
    """A running program. To each line it answers with lines, up to one that is a dot."""

    program = None

    def __init__(self, **environment):
        self.process = subprocess.Popen([self.program], env=os.environ | environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)

    def tell(self, line):
        """Give a line and return the answer's lines."""
        self.process.stdin.write(line + "\n")
        lines = []
        for answer in self.process.stdout:
            if answer == ".\n":
                return lines
            lines.append(answer.rstrip("\n"))
        raise AssertionError(f"{self.program} ended")

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(10) == 0, f"{self.program} failed"

    def kill(self):
        self.process.kill()
        self.process.wait()

    @classmethod
    def find(cls, build, name):
        """Where it was built."""
        cls.program = os.path.join(build, "tests/bus", name)
        if not os.access(cls.program, os.X_OK):
            sys.exit(f"{cls.program} is missing: build first")


def enter(machine):
    """The options of a test that runs on a machine of its own: build and tests. Outside of that one the test is started again by
    machine(build), the beginning of a command that runs another on it."""
    test = sys.modules["__main__"]
    parser = argparse.ArgumentParser(description=test.__doc__)
    parser.add_argument("--build", default=os.path.join(TOP, "build"))
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    options.build = os.path.abspath(options.build)
    if not options.inside:
        command = [*machine(options.build), os.path.abspath(test.__file__), "--inside", "--build", options.build, *options.tests]
        os.execvp(command[0], command)
    return options


def sandbox(*arguments):
    """The machine of tests/lib/sandbox with these arguments."""
    return [os.path.join(TOP, "tests/lib/sandbox"), *arguments, "--"]


def wait(condition, what, seconds=20, pause=0.05):
    """Wait until condition holds, and return what it has come to."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"{what} did not come to pass in {seconds} s"
        time.sleep(pause)
    return found


def ip(*lines, netns=None):
    """Give ip(8) these commands."""
    subprocess.run(["ip", *(["-n", netns] if netns else []), "-batch", "-"], input="\n".join(lines) + "\n", text=True, check=True)


def nothing(*_):
    """What need not be done before or after a test."""


def run_tests(start, namespace, chosen, before=nothing, after=nothing, failed_too=nothing):
    """Run test_* of a namespace, or those chosen, each with a driver that start() makes; the exit status. before() comes ahead
    of each, after(driver) behind one that passed, failed_too() behind one that did not."""
    tests = {name: function for name, function in namespace.items() if name.startswith("test_")}
    failed, chosen = 0, chosen or list(tests)
    for name in chosen:
        began, driver = time.monotonic(), None
        try:
            before()
            driver = start()
            tests[name](driver)
            after(driver)
            driver.close()
            print(f"ok   {name} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"FAIL {name}", flush=True)
            traceback.print_exc()
            if driver:
                driver.kill()
            failed_too()
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return failed > 0
