# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cases of abuse: each belongs to a numbered group of groups.txt, and tells in words what it tried.

A file p_*.py runs in a sandbox with a network of its own and ends in main(); v_*.py runs on a virtual
machine, ends in machine_main(IMAGE), and its cases are called with the machine. With ABUSE_OUTCOMES in
the environment each outcome is told as a line of JSON as well, for table.py.
"""
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

CASES = []


def case(number, tried, start=None):
    """A case of a group; tried: what is done, in a few words. start: a machine's snapshot to begin at."""
    def add(function):
        CASES.append((number, tried, start, function))
        return function
    return add


def not_tried(number, what, why):
    """What cannot be tried where the tests run. It never counts as passed."""
    CASES.append((number, what, None, why))


def note(number, tried, outcome, why=''):
    """Write an outcome down: "passed", "failed" or "not tried"."""
    line = json.dumps({'number': number, 'tried': tried, 'outcome': outcome, 'why': why})
    if os.environ.get('ABUSE_OUTCOMES'):
        print(line, flush=True)
    print(f'{outcome:9} {number:2} {tried} {why}'.rstrip(), flush=True)


def attempt(number, tried, function, *arguments):
    """Run one case; its outcome."""
    begun = time.monotonic()
    try:
        function(*arguments)
    except Exception as error:  # an error in a case is that case's failure
        traceback.print_exc()
        note(number, tried, 'failed', f'({type(error).__name__}: {error})'[:300])
        return False
    note(number, tried, 'passed', f'({time.monotonic() - begun:.1f} s)')
    return True


def main(*arguments, wanted=None, before=None):
    """Run the cases of this file, or those of the groups or functions named on the command line; the exit status.
    before(start) is called for a case that begins at a snapshot."""
    wanted = sys.argv[1:] if wanted is None else wanted
    passed = failed = 0
    for number, tried, start, function in CASES:
        if not callable(function):
            note(number, tried, 'not tried', function)
            continue
        if wanted and str(number) not in wanted and function.__name__ not in wanted:
            continue
        if start and before:
            before(start)
        if attempt(number, tried, function, *arguments):
            passed += 1
        else:
            failed += 1
    print(f'{passed} passed, {failed} failed ({pathlib.Path(sys.argv[0]).name})', flush=True)
    return 0 if not failed else 1


def machine_main():
    """The same on a machine that starts from the image named first; its first case switches it on."""
    # Only here, because a sandbox has no machines.
    import lan
    from vm import Machine
    image = sys.argv[1]
    work = pathlib.Path(tempfile.mkdtemp(prefix='run-', dir=pathlib.Path(image).parent))
    vm = Machine(image, work, lan.TAPS)
    vm.pictures = pathlib.Path(image).parent / 'pictures' / f'abuse-{pathlib.Path(sys.argv[0]).stem}'
    shutil.rmtree(vm.pictures, ignore_errors=True)
    vm.pictures.mkdir(parents=True)
    try:
        lan.start(work)
        return main(vm, wanted=sys.argv[3:], before=vm.restore)
    finally:
        vm.stop()
        shutil.rmtree(work, ignore_errors=True)
