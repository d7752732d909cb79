#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstbootd saves support reports, and nothing else: to be run inside tests/lib/sandbox."""

import fcntl
import os
import re
import stat
import subprocess
import sys
import threading
import time

import test_firstbootd
from bus import SEALS, secret, with_secret
from test_firstbootd import Case, read_file, ui_uid

FOLDER = "/var/lib/firstboot/reports"
STATE = "/var/lib/firstboot/state"
MAX = 256 * 1024
PASSWORD = "correct horse battery"


def names():
    return sorted(os.listdir(FOLDER)) if os.path.isdir(FOLDER) else []


def save(bus, text):
    return with_secret(bus, "SaveReport", text, returns="s")[0]


class Reports(Case):
    def setUp(self):
        super().setUp()
        with open(STATE, "w", encoding="ascii") as file:
            file.write("unclaimed\n")
        subprocess.run(["rm", "-rf", FOLDER], check=True)

    def refuses(self, text, word="UTF-8", bus=None, seals=SEALS):
        with secret(text, seals) as fd:
            self.refused("Refused", word, (bus or self.bus).call, "SaveReport", "h", fd, returns="s")
        self.assertEqual(names(), [])

    def test_it_is_root_s_alone_and_whole(self):
        text = "Support report\n\n\tä € 😀\n" * 1000
        path = save(self.connect(ui_uid()), text)
        self.assertRegex(path, rf"^{FOLDER}/report-\d{{8}}T\d{{6}}Z_01\.txt$")
        self.assertEqual(read_file(path), text)
        status = os.stat(path)
        self.assertEqual((status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)), (0, 0, 0o600))
        stamp = re.search(r"\d{8}T\d{6}", path).group()
        self.assertLess(abs(time.time() - time.mktime(time.strptime(stamp, "%Y%m%dT%H%M%S")) + time.timezone), 60)

    def test_the_largest(self):
        text = "x" * (MAX - 1) + "\n"
        self.assertEqual(read_file(save(self.bus, text)), text)

    def test_what_is_too_large_or_nothing(self):
        self.refuses("x" * (MAX + 1), "262144")
        self.refuses("", "sealed")

    def test_what_is_no_text(self):
        for bad in (b"a\0b", b"a\x1b[2J", b"a\r\n", b"\x07", b"\x7f", "\x85".encode(), "\x9b2J".encode(), b"\xff", b"a\xc3",
                    b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"):
            with self.subTest(bad=bad):
                self.refuses(bad)

    def test_what_is_not_sealed_or_no_memory_file(self):
        for seals in (0, SEALS & ~fcntl.F_SEAL_WRITE, SEALS & ~fcntl.F_SEAL_GROW, SEALS & ~fcntl.F_SEAL_SHRINK):
            with self.subTest(seals=seals):
                self.refuses("text\n", "sealed", seals=seals)
        read, write = os.pipe()
        for fd in (read, write, os.open("/etc/passwd", os.O_RDONLY), os.open("/", os.O_RDONLY)):
            self.refused("Refused", "sealed", self.bus.call, "SaveReport", "h", fd, returns="s")
            os.close(fd)
        self.refused("InvalidArgs", "", self.bus.call, "SaveReport", "s", "/etc/shadow", returns="s")
        self.assertEqual(names(), [])

    def test_the_last_five_stay(self):
        paths = [save(self.bus, f"{number}\n") for number in range(8)]
        self.assertEqual(len(set(paths)), 8)
        self.assertEqual([f"{FOLDER}/{name}" for name in names()], sorted(paths[3:]))
        self.assertEqual([read_file(path) for path in paths[3:]], [f"{n}\n" for n in range(3, 8)])

    def test_the_newest_stays_although_the_clock_has_gone_back(self):
        os.makedirs(FOLDER)
        for second in range(6):
            with open(f"{FOLDER}/report-20991231T23595{second}Z_01.txt", "w", encoding="ascii") as file:
                file.write("later\n")
        path = save(self.bus, "now\n")
        self.assertEqual(read_file(path), "now\n")
        self.assertEqual(len(names()), 5)

    def test_files_of_others_stay(self):
        os.makedirs(FOLDER)
        for name in ("notes", "report-.txt.bak", "other.txt"):
            with open(f"{FOLDER}/{name}", "w", encoding="ascii"):
                pass
        for _ in range(7):
            save(self.bus, "x\n")
        self.assertEqual({"notes", "report-.txt.bak", "other.txt"} - set(names()), set())
        self.assertEqual(len(names()), 5 + 3)

    def test_no_link_is_followed(self):
        os.symlink("/etc", FOLDER)
        before = sorted(os.listdir("/etc"))
        with secret("x\n") as fd:
            self.refused("Failed", "not saved", self.bus.call, "SaveReport", "h", fd, returns="s")
        self.assertEqual(sorted(os.listdir("/etc")), before)
        os.unlink(FOLDER)

    def test_a_full_disk_is_an_error_and_nothing_is_left(self):
        os.makedirs(FOLDER)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "full", FOLDER], check=True)
        try:
            with secret("x" * 100000) as fd:
                self.refused("Failed", "No space", self.bus.call, "SaveReport", "h", fd, returns="s")
            self.assertEqual(names(), [])
        finally:
            subprocess.run(["umount", FOLDER], check=True)

    def test_a_reader_of_the_same_file_does_not_matter(self):
        """Whoever sends it shares its offset."""
        text = "line\n" * 20000
        with secret(text) as fd:
            stop = threading.Event()

            def seek():
                while not stop.is_set():
                    os.lseek(fd, 7, os.SEEK_SET)
            other = threading.Thread(target=seek)
            other.start()
            try:
                for _ in range(10):
                    self.assertEqual(read_file(self.bus.call("SaveReport", "h", fd, returns="s")[0]), text)
            finally:
                stop.set()
                other.join()

    def test_a_claimed_machine_wants_the_password(self):
        subprocess.run(["chpasswd"], input=f"root:{PASSWORD}\n", text=True, check=True)
        with open(STATE, "w", encoding="ascii") as file:
            file.write("claimed\n")
        bus = self.connect(ui_uid())
        with secret("x\n") as fd:
            self.refused("NotPermitted", "password", bus.call, "SaveReport", "h", fd, returns="s")
        self.assertEqual(names(), [])
        with_secret(bus, "Authenticate", PASSWORD, returns="b")
        self.assertEqual(read_file(save(bus, "x\n")), "x\n")

    def test_other_accounts(self):
        bus = self.connect(65534)
        with secret("x\n") as fd:
            self.refused("AccessDenied", "", bus.call, "SaveReport", "h", fd, returns="s")

    def test_z_many_in_a_minute(self):
        bus = self.connect(ui_uid())
        with self.assertRaises(test_firstbootd.Refused) as caught:
            for _ in range(40):
                save(bus, "x\n")
        self.assertEqual(caught.exception.name, "TooSoon")


if __name__ == "__main__":
    sys.argv[1:] = ["Reports"]
    sys.exit(test_firstbootd.main())
