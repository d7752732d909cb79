# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the cases about root's password have in common: they call firstbootd as the console does."""
import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), '../bus'))
import machine  # noqa: E402
from bus import Bus, Refused, secret, with_secret  # noqa: E402

GOOD, BAD = machine.PASSWORD, 'a wrong one altogether'
DELAY = '/var/lib/firstboot/delay'
OURS = ('firstbootd', 'firstboot-password', 'firstboot-prober', 'firstboot-cable', 'firstboot-step', 'firstboot-console', 'firstboot')


def set_password(bus, text):
    with_secret(bus, 'SetRootPassword', text)


def connect():
    return Bus(int(machine.run('id', '-u', 'firstboot')))


def fresh():
    """An appliance that is set up, and where nobody has typed a wrong password."""
    machine.claim(GOOD)
    machine.end(*OURS[:2])
    for path in (DELAY, '/run/firstboot/faillock/root'):
        if os.path.exists(path):
            os.unlink(path)


def guess(bus, text=BAD):
    """How a guess is answered, and what the sentence says of time."""
    try:
        with_secret(bus, 'Authenticate', text, 'b')
        return 'granted', 0
    except Refused as refusal:
        seconds = re.search(r'in (\d+) s', refusal.message)
        return refusal.name, int(seconds[1]) if seconds else 0


def kill(names):
    """End programs of ours at once."""
    for pid in filter(str.isdigit, os.listdir('/proc')):
        if machine._runs(pid, names):
            os.kill(int(pid), signal.SIGKILL)
    machine.end(*names)
