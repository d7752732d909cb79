# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program on a pseudo terminal, seen through a terminal model (pyte)."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import termios
import time

import pyte

# What the keys of a keyboard send, for the TERM values that we claim to work on.
_LINUX = {
    "up": "\033[A", "down": "\033[B", "right": "\033[C", "left": "\033[D",
    "home": "\033[1~", "end": "\033[4~", "backspace": "\x7f", "backtab": "\033[Z",
    "f1": "\033[[A", "f2": "\033[[B", "f5": "\033[[E",
}
_XTERM = {
    **_LINUX, "up": "\033OA", "down": "\033OB", "right": "\033OC", "left": "\033OD",
    "home": "\033OH", "end": "\033OF", "f1": "\033OP", "f2": "\033OQ", "f5": "\033[15~",
}
_VT220 = {**_LINUX, "backspace": "\x08", "f1": "\033OP", "f2": "\033OQ", "f5": "\033[15~"}
_COMMON = {
    "enter": "\r", "tab": "\t", "escape": "\033", "space": " ", "pageup": "\033[5~",
    "pagedown": "\033[6~", "delete": "\033[3~", "f6": "\033[17~", "f8": "\033[19~",
    "f10": "\033[21~", "ctrl-c": "\x03", "ctrl-d": "\x04", "ctrl-u": "\x15", "ctrl-z": "\x1a",
    "ctrl-\\": "\x1c", "ctrl-l": "\x0c", "ctrl-s": "\x13",
}
KEYS = {"xterm": _XTERM, "linux": _LINUX, "vt220": _VT220}


class _Screen(pyte.Screen):
    """With what pyte lacks: SU and SD scroll between the margins; a row that DL moves an untouched one to becomes blank; and a saved
    cursor comes back where it was, outside of margins that were set meanwhile, too."""

    def _scroll(self, row, move, count):
        y, self.cursor.y = self.cursor.y, row
        for _ in range(count or 1):
            move()
        self.cursor.y = y

    def delete_lines(self, count=None):
        for y in range(self.lines):
            self.buffer[y]  # a row that is there is moved
        super().delete_lines(count)

    def ensure_vbounds(self, use_margins=None):
        super().ensure_vbounds()

    def scroll_up(self, count=1):
        self._scroll(self.margins.bottom if self.margins else self.lines - 1, self.index, count)

    def scroll_down(self, count=1):
        self._scroll(self.margins.top if self.margins else 0, self.reverse_index, count)


class _Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "S": "scroll_up", "T": "scroll_down"}
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down"}


class Timeout(AssertionError):
    """The screen did not come to show what was waited for; says what it shows."""


class Term:
    """argv on a pty of columns x rows, which belongs to owner and may say another size. Use it in a with statement: leaving it
    ends the program."""

    def __init__(self, argv, columns=80, rows=24, term="linux", env=None, owner="root", size=None):
        self.keys = {**_COMMON, **KEYS.get(term, _XTERM)}
        self.screen = _Screen(columns, rows)
        self.stream = _Stream(self.screen)
        self.output = 0  # bytes written to the terminal so far
        self.recorded = bytearray()  # and those bytes
        self.status = None
        environ = {**os.environ, "TERM": term, "LC_ALL": "C.UTF-8", **(env or {})}
        # The size must be there before the program looks.
        self.fd, slave = pty.openpty()
        shutil.chown(os.ttyname(slave), owner)
        self._set_size(*(size or (columns, rows)))
        self.pid = os.fork()
        if self.pid == 0:
            try:
                _take_terminal(slave)
                os.execvpe(argv[0], argv, environ)
            finally:
                os._exit(127)
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def _set_size(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def close(self):
        """End the program (a hang-up, as pulling the terminal would) and wait for it."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
        deadline = time.monotonic() + 3
        while self.status is None and not self._reap():
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.02)

    def _reap(self):
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            self.status = status
        return bool(pid)

    def read(self, seconds=0.0):
        """Take in what the program writes during this time; False: it closed the terminal."""
        deadline = time.monotonic() + seconds
        while True:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self.fd], [], [], left)[0]:
                return True
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return False
            if not data:
                return False
            self.output += len(data)
            self.recorded += data
            self.stream.feed(data)

    def press(self, *names):
        """Press keys by name ("enter", "f2", "ctrl-c"); see KEYS."""
        for name in names:
            os.write(self.fd, self.keys[name].encode())
            # A lone Escape is told from a function key by the pause after it.
            self.read(0.2 if name == "escape" else 0.02)

    def type(self, text):
        """Type text, as fast as a paste."""
        data = text.encode()
        while data:
            data = data[os.write(self.fd, data[:1024]):]
            self.read(0.02)

    def resize(self, columns, rows):
        """Another window size, with its SIGWINCH."""
        self.screen.resize(rows, columns)
        self._set_size(columns, rows)

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        """The screen, a line each, without what is blank at the right."""
        return "\n".join(self.lines()).rstrip("\n")

    @property
    def cursor(self):
        """(row, column), from 0."""
        return self.screen.cursor.y, self.screen.cursor.x

    def row_of(self, pattern):
        """The first row that matches, or -1."""
        for row, line in enumerate(self.lines()):
            if re.search(pattern, line):
                return row
        return -1

    def sees(self, pattern):
        return re.search(pattern, self.text(), re.M) is not None

    def wait_for(self, pattern, timeout=10.0):
        """Wait until the screen matches; the match."""
        return self._wait(lambda: re.search(pattern, self.text(), re.M), pattern, timeout)

    def wait_rest(self, seconds=0.4):
        """Wait until the program has written nothing for so long."""
        while True:
            before = self.output
            self.read(seconds)
            if self.output == before:
                return

    def wait_gone(self, pattern, timeout=10.0):
        """Wait until the screen does not match any more."""
        return self._wait(lambda: not self.sees(pattern), "no " + pattern, timeout)

    def _wait(self, test, what, timeout):
        deadline = time.monotonic() + timeout
        while True:
            result = test()
            if result:
                return result
            if time.monotonic() > deadline:
                raise Timeout(f"waited {timeout} s for {what!r}; the screen:\n{self.text()}")
            if not self.read(0.03) and not test():
                raise Timeout(f"ended while waiting for {what!r}; the screen:\n{self.text()}")

    def wait_exit(self, timeout=10.0):
        """Wait until the program has ended; its exit status."""
        deadline = time.monotonic() + timeout
        while not self._reap():
            if time.monotonic() > deadline:
                raise Timeout(f"still runs after {timeout} s; the screen:\n{self.text()}")
            if not self.read(0.03):
                time.sleep(0.02)
        self.read(0.1)  # its last words
        return os.waitstatus_to_exitcode(self.status)


def _take_terminal(fd):
    """Make fd the controlling terminal and the standard descriptors."""
    os.setsid()
    fcntl.ioctl(fd, termios.TIOCSCTTY, 0)
    for target in (0, 1, 2):
        os.dup2(fd, target)
