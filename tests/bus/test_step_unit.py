#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs of a vendor's steps behind the walls of firstboot-step.service, under a systemd of their own: what they may do and
what not, what is left of them, and what the journal has.

usage: test_step_unit.py [--build DIR] [TEST...]
"""

import glob
import json
import os
import pwd
import re
import subprocess
import sys

from bus import Refused, connection
from driver import TOP, enter, run_tests, wait
from steps import ANSWERS, EVERY, SHELL, TEXT, clear, definition, run_step, write_program, write_step
from test_records import Records, run

UNIT = "firstboot-step.service"
TOKEN = "hunter2-" + os.urandom(8).hex()
EXPOSURE = 3.0


class Machine:
    """Steps, and what they have left."""

    def __init__(self):
        clear()
        self.records = Records()

    def do(self, program, **words):
        """Do a step with this program; what it says."""
        self.write(program, **words)
        with connection(pwd.getpwnam("firstboot").pw_uid) as bus:
            return run_step(bus, "word", {"word": "x"})[1]

    def write(self, program, **words):
        clear()
        write_step("50-word.step", definition(apply="word", fields=TEXT, **words))
        write_program("word", SHELL + program)

    def fails(self, program, **words):
        """Likewise, where it fails: why."""
        try:
            self.do(program, **words)
        except Refused as refusal:
            assert refusal.name == "Failed", refusal
            return refusal.message
        raise AssertionError("it has not failed")

    def journal(self):
        # Without a match, as in test_records.py.
        lines = run("journalctl", f"--after-cursor={self.records.cursor}", "-o", "json")
        entries = map(json.loads, lines.splitlines())
        return "\n".join(entry["MESSAGE"] for entry in entries if entry.get("_SYSTEMD_UNIT") == UNIT)

    def close(self):
        clear()

    kill = close


def pids(word):
    """The processes that have this among their arguments."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            if word.encode() in open(path, "rb").read().split(b"\0"):
                found.append(path)
        except OSError:
            pass
    return found


def is_over():
    return run("systemctl", "show", "-P", "ActiveState", UNIT).strip() == "inactive"


def test_what_most_steps_do(machine):
    write_unit = "[Service]\nType=oneshot\nExecStart=touch /run/acme-was-started\n"
    with open("/etc/systemd/system/acme.service", "w", encoding="ascii") as file:
        file.write(write_unit)
    run("systemctl", "daemon-reload")
    run("useradd", "--system", "acme")
    said = machine.do("""set -e
mkdir -p /etc/acme /var/lib/acme
echo key >/etc/acme/acme.conf
chmod 640 /etc/acme/acme.conf
chown acme: /etc/acme/acme.conf /var/lib/acme
runuser -u acme -- touch /var/lib/acme/by-itself
systemctl start acme.service
echo MESSAGE=done
""")
    assert said == "done", machine.journal()
    status = os.stat("/etc/acme/acme.conf")
    assert (status.st_uid, status.st_mode & 0o777) == (pwd.getpwnam("acme").pw_uid, 0o640), status
    assert os.path.exists("/var/lib/acme/by-itself") and os.path.exists("/run/acme-was-started")


def test_what_none_may(machine):
    state = open("/var/lib/firstboot/state", encoding="ascii").read()
    for folder in ("/etc/cron.daily", "/var/spool/cron/crontabs"):
        os.makedirs(folder, exist_ok=True)
    # What is there when the unit starts is what it is kept from.
    wait(is_over, "the end of the unit")
    machine.do("""
try() { if sh -c "$*" 2>/dev/null; then echo "could: $*" >>/etc/acme-could; fi; }
try 'touch /usr/bin/acme'
try 'touch /boot/acme'
try '[ -s /etc/shadow ]'
try 'echo root2::0:0::/:/bin/sh >>/etc/passwd'
try 'touch /etc/sudoers.d/acme'
try 'touch /etc/systemd/system/acme2.service'
try 'touch /run/systemd/system/acme2.service'
try 'touch /etc/cron.daily/acme'
try 'touch /var/spool/cron/crontabs/acme'
try 'touch /etc/firstboot/acme'
try 'echo claimed >/var/lib/firstboot/state'
try 'ls /var/lib/firstboot/*'
try 'ls /root/* /root/.[a-z]*'
try 'cat /dev/mem /dev/sda /dev/kmsg'
try 'mount -t tmpfs none /mnt'
try 'unshare --user true'
try 'chmod u+s /etc/acme-could'
try 'hostname acme'
try 'ip link set lo down'
try 'date -s 2001-01-01'
try 'echo 1 >/proc/sys/kernel/panic'
echo ran >>/etc/acme-could
""")
    with open("/etc/acme-could", encoding="utf-8") as file:
        assert file.read() == "ran\n", open("/etc/acme-could", encoding="utf-8").read()
    assert open("/var/lib/firstboot/state", encoding="ascii").read() == state


def test_what_has_left_its_group_ends_with_the_unit(machine):
    machine.do("setsid sleep 4721 &\nsetsid sh -c 'trap \"\" TERM; sleep 4722; sleep 4722' &\nsleep 0.3\n")
    wait(is_over, "the end of the unit")
    assert pids("4721") + pids("4722") == []


def test_fork_bomb(machine):
    """It has no more processes than the unit may, its time, and then none. PID 1 goes on."""
    why = machine.fails("bomb() { bomb | bomb & }\nbomb\nwhile :; do bomb; done 2>/dev/null\n", seconds=2)
    assert "within 2 s," in why or "has failed" in why, why
    wait(is_over, "the end of the unit", 30)
    assert pids("/usr/lib/firstboot/steps.d/word") == []
    assert machine.do("echo MESSAGE=well") == "well"


def test_journal(machine):
    """What it says besides is there, with its name; its secrets are nowhere."""
    write_step("50-every.step", EVERY)
    write_program("every", SHELL + "cat <&$FIRSTBOOT_SECRETS_FD | wc -c\necho to-the-log\necho to-standard-error >&2\necho MESSAGE=done\n")
    with connection(pwd.getpwnam("firstboot").pw_uid) as bus:
        assert run_step(bus, "every", ANSWERS, {"token": TOKEN}) == [1, "done"]
    record = machine.records.wait_for("step", "done")
    assert record["FIRSTBOOT_NEW"] == "every" and record["FIRSTBOOT_WHY"] == "done", record
    wait(lambda: "every: to-the-log" in machine.journal() and "to-standard-error" in machine.journal(), "the lines")
    assert f"every: {len(json.dumps({'token': TOKEN}, separators=(',', ':')))}" in machine.journal(), machine.journal()
    whole = subprocess.run(["journalctl", "-o", "export", "--all"], check=True, stdout=subprocess.PIPE).stdout
    assert TOKEN.encode() not in whole
    for value in ("Söhne", "portal.example.com"):
        assert value.encode() not in whole, value


def test_records_of_what_fails(machine):
    machine.fails("echo MESSAGE=no disk; exit 1")
    assert "no disk" in machine.records.wait_for("step", "failed")["FIRSTBOOT_WHY"]
    os.makedirs("/etc/firstboot/firstboot.conf.d", exist_ok=True)
    with open("/etc/firstboot/firstboot.conf.d/70-eula.conf", "w", encoding="ascii") as file:
        file.write("[Wizard]\nEULA=/usr/share/eula.txt\n")
    with open("/usr/share/eula.txt", "w", encoding="ascii") as file:
        file.write("You shall not.\n")
    run("systemctl", "stop", "firstbootd.service")
    try:
        with connection(pwd.getpwnam("firstboot").pw_uid) as bus:
            bus.call("AcceptEula", "s", "/usr/share/eula.txt")
            assert machine.records.wait_for("eula", "done")["FIRSTBOOT_NEW"] == "/usr/share/eula.txt"
            try:
                bus.call("Complete")
                raise AssertionError("it was taken")
            except Refused as refusal:
                assert refusal.name == "Refused" and "A step" in refusal.message, refusal
        assert "A step" in machine.records.wait_for("claim", "refused")["FIRSTBOOT_WHY"]
        text = run("journalctl", "--catalog", "-t", "firstbootd")
        assert 'asked for the step "word" of this appliance\'s vendor: failed' in text, text
        assert "agreed to the licence of this appliance" in text, text
    finally:
        os.unlink("/etc/firstboot/firstboot.conf.d/70-eula.conf")
        run("systemctl", "stop", "firstbootd.service")


def test_the_unit(machine):
    complaints = run("systemd-analyze", "verify", "--man=no", f"/usr/lib/systemd/system/{UNIT}", stderr=subprocess.STDOUT)
    assert UNIT not in complaints, complaints
    line = run("systemd-analyze", "security", "--no-pager", UNIT).splitlines()[-1]
    score = float(re.search(r"exposure level for \S+: ([\d.]+)", line).group(1))
    print(f"     exposure {score}")
    assert score <= EXPOSURE, line


def main():
    options = enter(lambda build: [os.path.join(TOP, "tests/lib/booted"), "--build", build, "--"])
    run("journalctl", "--update-catalog")
    return run_tests(Machine, globals(), options.tests)


if __name__ == "__main__":
    sys.exit(main())
