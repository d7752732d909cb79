# SPDX-License-Identifier: LGPL-2.1-or-later
"""A terminal at the end of a line of 300 baud: 30 bytes a second are read of it."""

import array
import fcntl
import os
import select
import termios
import time

from machine import CONSOLE, as_firstboot
from term import Term

BAUD, BYTES_PER_SECOND = termios.B300, 30
# As n_tty has it: who waits until there is room is told when fewer than these wait to be sent. A pty has room for 12 kB.
WAKEUP_CHARS = 256
TIOCGPTN = 0x80045430


class SlowTerm(Term):
    """The console on such a line, whose output is stopped while so much waits as would have its writer wait at a serial port."""

    def __init__(self, argv=None, columns=80, rows=24, term="vt220", rate=BYTES_PER_SECOND, size=None):
        self.rate, self.due, self.looked = rate, 0.0, time.monotonic()
        self.held = False
        super().__init__(argv or as_firstboot(CONSOLE), columns, rows, term, None, "firstboot", size)
        number = array.array("I", [0])
        fcntl.ioctl(self.fd, TIOCGPTN, number)
        self.line = os.open(f"/dev/pts/{number[0]}", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def _set_size(self, columns, rows):
        super()._set_size(columns, rows)
        mode = termios.tcgetattr(self.fd)
        mode[4] = mode[5] = BAUD
        termios.tcsetattr(self.fd, termios.TCSANOW, mode)

    def close(self):
        os.close(self.line)
        super().close()

    def waiting(self):
        """Bytes that are on their way."""
        count = array.array("i", [0])
        fcntl.ioctl(self.fd, termios.FIONREAD, count)
        return count[0]

    def _stop_or_go(self):
        full = self.waiting() >= WAKEUP_CHARS
        if full != self.held:
            termios.tcflow(self.line, termios.TCOOFF if full else termios.TCOON)
        self.held = full

    def _take(self):
        """Read what has come in the time that has passed. False: nothing will come any more."""
        now = time.monotonic()
        self.due = min(self.due + (now - self.looked) * self.rate, self.rate)
        self.looked = now
        if self.due < 1 or not select.select([self.fd], [], [], 0)[0]:
            return True
        try:
            data = os.read(self.fd, int(self.due))
        except OSError:
            return False
        self.due -= len(data)
        self.output += len(data)
        self.recorded += data
        self.stream.feed(data)
        return bool(data)

    def read(self, seconds=0.0):
        deadline = time.monotonic() + seconds
        while self._take():
            self._stop_or_go()
            if time.monotonic() >= deadline:
                return True
            time.sleep(0.01)
        return False

    def hurry(self):
        """From now on everything is read at once."""
        self.rate = 1 << 20

    def draw_again(self):
        """Have all of it sent once more, at once, to a terminal that knows nothing: nothing was missing, and nothing was left over."""
        before, rate = self.lines(), self.rate
        self.hurry()
        self.screen.reset()
        self.press("ctrl-l")
        self._wait(lambda: self.lines() == before, "\n".join(["the screen as it was:", *before]), 5)
        self.wait_rest(0.2)
        self.rate = rate
