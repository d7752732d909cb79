# SPDX-License-Identifier: LGPL-2.1-or-later
"""Test cases as functions: every one whose name begins with test_ is run, in the order written."""

import os
import sys
import time
import traceback


def run(namespace):
    """Run the cases of a module, or those named on the command line; exits with the result."""
    cases = [(name, function) for name, function in namespace.items()
             if name.startswith("test_") and callable(function)]
    wanted = sys.argv[1:]
    passed = failed = 0
    for name, function in cases:
        for label, arguments in getattr(function, "variants", [("", ())]):
            if wanted and name not in wanted:
                continue
            title = f"{os.path.basename(sys.argv[0])} {name}{' ' + label if label else ''}"
            try:
                function(*arguments)
                passed += 1
                print(f"ok      {title}", flush=True)
            except Exception:  # an error in a case is that case's failure
                failed += 1
                print(f"FAILED  {title}\n{traceback.format_exc()}", flush=True)
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(0 if passed and not failed else 1)


def variants(*arguments):
    """Run the case once with each of these argument tuples."""
    def mark(function):
        function.variants = [(" ".join(map(str, a)), a) for a in arguments]
        return function
    return mark


def until(condition, timeout=15.0):
    """Wait until condition() is true."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"not true within {timeout} s"
        time.sleep(0.1)
