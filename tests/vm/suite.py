# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the stories share: a list of tests, and how it is run on one machine."""
import base64
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

import lan
from vm import Machine, VMError

TESTS = []


def test(start=None):
    """A test; it begins where the one before ended, or at a snapshot."""
    def add(function):
        TESTS.append((function, start))
        return function
    return add


def look(vm, name):
    """Keep a picture of the screen."""
    vm.picture(vm.pictures / f'{name}.png')


def expect(truth, what):
    if not truth:
        raise AssertionError(what)


def equal(got, wanted, what):
    expect(got == wanted, f'{what}: {got!r} instead of {wanted!r}')


def words(vm):
    """The text left of a QR code, without its line ends."""
    return ' '.join(' '.join(re.split('[█▀▄]', line)[0] for line in vm.screen()).split())


def wait_words(vm, regex, seconds=40):
    end = time.monotonic() + seconds
    while not re.search(regex, words(vm)):
        expect(time.monotonic() < end, f'{regex} is not on the screen: {words(vm)}')
        time.sleep(0.2)


def decode(picture):
    """The QR code in a picture."""
    return subprocess.run(['zbarimg', '--quiet', '--raw', str(picture)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=True).stdout.strip()


def fresh(vm):
    """A new machine, which is switched off."""
    vm.stop()
    vm.extra = []
    vm.disk.unlink(missing_ok=True)
    subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', f'{vm.image}/root.ext4', str(vm.disk)], check=True)


def smbios(vm, text, name='firstboot.answers'):
    """Hand the machine a credential by its firmware, at its next start."""
    path = vm.work / f'{name}.smbios'
    path.write_text(f'io.systemd.credential.binary:{name}={base64.b64encode(text.encode()).decode()}')
    vm.extra += ['-smbios', f'type=11,path={path}']


def start(vm):
    """Switch the machine on, in mid-run by pulling its plug, and wait until it is up."""
    vm.start()
    vm.run('systemctl is-system-running --wait || systemctl --failed; true', 120)


def reboot(vm):
    """Restart the machine from within and wait until it is up."""
    vm.reboot()
    vm.run('systemctl is-system-running --wait; true', 120)


def main(nics):
    """Run the tests named on the command line, or all; the exit status."""
    image, release, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    base = pathlib.Path(image).parent
    pictures = base / 'pictures' / f'{pathlib.Path(sys.argv[0]).stem}-{release}'
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix='run-', dir=base))
    passed = failed = 0
    vm = Machine(image, work, nics)
    vm.pictures, vm.nm = pictures, release.endswith('-nm')
    try:
        lan.start(work)
        for function, start in TESTS:
            if names and function.__name__ not in names:
                continue
            begun, problem = time.monotonic(), None
            try:
                if start:
                    vm.restore(start)
                function(vm)
            except Exception as error:     # whatever it is, the next test goes on
                problem = error
            seconds = time.monotonic() - begun
            if problem:
                failed += 1
                print(f'FAIL {function.__name__} ({seconds:.1f} s)', flush=True)
                traceback.print_exception(problem, limit=-4)
                try:
                    look(vm, f'failed-{function.__name__}')
                    print('\n'.join(vm.screen()))
                except (VMError, OSError, AttributeError) as error:
                    print(f'no screen: {error}')
            else:
                passed += 1
                print(f'ok   {function.__name__} ({seconds:.1f} s)', flush=True)
    finally:
        vm.stop()
        shutil.rmtree(work, ignore_errors=True)
    print(f'pictures: {pictures}')
    print(f'{passed} passed, {failed} failed')
    return 0 if passed and not failed else 1
