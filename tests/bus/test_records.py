#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The records of firstbootd in a real journal, from its sandbox: who did what, explained by the catalog, and no secret in any.

usage: test_records.py [--build DIR] [TEST...]
"""

import json
import os
import pwd
import re
import subprocess
import sys
import time

from bus import Refused, connection, with_secret
from driver import TOP, enter, run_tests, wait

PASSWORD = "correct horse battery staple"
WRONG = "an entirely different phrase 7"
STATE = "/var/lib/firstboot/state"
HASHES = []


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


class Records:
    """What the journal has got since this was made."""

    def __init__(self):
        self.cursor = run("journalctl", "-n", "0", "--show-cursor").split("-- cursor: ")[-1].strip()

    def all(self):
        # Without a match: beside one, journalctl leaves out the first entry behind a cursor that does not match.
        lines = run("journalctl", f"--after-cursor={self.cursor}", "-o", "json")
        entries = [entry for entry in map(json.loads, lines.splitlines()) if "FIRSTBOOT_ACTION" in entry]
        assert all(entry["_SYSTEMD_UNIT"] == "firstbootd.service" for entry in entries), entries
        return entries

    def wait_for(self, action, result):
        """The one record of this kind that comes."""
        def found():
            return [r for r in self.all() if (r["FIRSTBOOT_ACTION"], r["FIRSTBOOT_RESULT"]) == (action, result)]
        try:
            records = wait(found, f"a record: {action} {result}", 10)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.all()}") from None
        assert len(records) == 1, records
        return records[0]

    def close(self):
        pass

    kill = close


def console():
    return connection(pwd.getpwnam("firstboot").pw_uid)


def refused(name, function, *arguments, **named):
    try:
        function(*arguments, **named)
    except Refused as refusal:
        assert refusal.name == name, refusal
        return refusal.message
    raise AssertionError(f"{arguments} was not refused")


def claim(state):
    with open(STATE, "w", encoding="ascii") as file:
        file.write(state + "\n")


def test_1_hostname(records):
    claim("unclaimed")
    old = open("/etc/hostname", encoding="ascii").read().strip()
    with console() as bus:
        bus.call("SetHostname", "s", "recorded")
    record = records.wait_for("hostname", "done")
    uid = str(pwd.getpwnam("firstboot").pw_uid)
    assert record["FIRSTBOOT_OLD"] == old and record["FIRSTBOOT_NEW"] == "recorded", record
    assert record["FIRSTBOOT_UID"] == uid and record["PRIORITY"] == "5", record
    assert re.fullmatch(r"firstboot, process \d+", record["FIRSTBOOT_WHO"]), record
    # The journal's own word on who sent it and on whom it is about.
    assert record["_UID"] == "0" and record["SYSLOG_IDENTIFIER"] == "firstbootd", record
    assert record["OBJECT_PID"] == str(os.getpid()), record
    assert record["MESSAGE"] == f"Hostname set by {record['FIRSTBOOT_WHO']}: {old} -> recorded", record


def test_1b_place(records):
    """By timedated, started by its unit; and by systemd, which sets the keyboard of the console."""
    with console() as bus:
        old = os.readlink("/etc/localtime").split("zoneinfo/")[1]
        new = "Asia/Tokyo" if old != "Asia/Tokyo" else "Europe/Sofia"
        assert bus.call("SetTimezone", "s", new, returns="s") == [""]
        assert os.readlink("/etc/localtime").endswith("/" + new)
        record = records.wait_for("timezone", "done")
        assert (record["FIRSTBOOT_OLD"], record["FIRSTBOOT_NEW"]) == (old, new), record
        os.makedirs("/usr/share/kbd/keymaps")
        open("/usr/share/kbd/keymaps/de.map", "w", encoding="ascii").close()
        bus.call("SetKeymap", "s", "de", returns="s")
        assert "KEYMAP=de\n" in open("/etc/vconsole.conf", encoding="utf-8").read()
        assert records.wait_for("keymap", "done")["FIRSTBOOT_NEW"] == "de"
    # Debian's way, with its unit.
    with open("/etc/default/keyboard", "w", encoding="ascii") as file:
        file.write("XKBLAYOUT=us\n")
    unit = "/etc/systemd/system/keyboard-setup.service"
    with open(unit, "w", encoding="ascii") as file:
        file.write("[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=sh -c 'cat /etc/default/keyboard >>/run/set-up'\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "start", "keyboard-setup.service")
    with console() as bus:
        assert bus.call("SetKeymap", "s", "fr", returns="s") == [""]
    wait(lambda: "fr" in open("/run/set-up", encoding="ascii").read(), "the keyboard is set up again")


def test_2_password(records):
    with console() as bus:
        assert "not changed" in refused("Refused", with_secret, bus, "SetRootPassword", "password")
        assert "not changed" in records.wait_for("password", "refused")["FIRSTBOOT_WHY"]
        with_secret(bus, "SetRootPassword", PASSWORD)
    records.wait_for("password", "done")


def test_2b_hash(records):
    """In the sandbox of firstboot-password's unit."""
    before = os.stat("/etc/shadow")
    line = run("openssl", "passwd", "-6", PASSWORD).strip()
    with connection() as bus:
        assert with_secret(bus, "SetRootPasswordHash", line, "b") == [1]
        assert records.wait_for("password", "done")["FIRSTBOOT_UID"] == "0"
        assert with_secret(bus, "SetRootPasswordHash", line, "b") == [0]
    after = os.stat("/etc/shadow")
    assert (before.st_mode, before.st_uid, before.st_gid) == (after.st_mode, after.st_uid, after.st_gid), after
    HASHES.append(line)


def test_3_claim(records):
    with console() as bus:
        bus.call("Complete")
    record = records.wait_for("claim", "done")
    assert (record["FIRSTBOOT_OLD"], record["FIRSTBOOT_NEW"]) == ("unclaimed", "claimed"), record


def test_4_without_the_right(records):
    with console() as bus:
        why = refused("NotPermitted", bus.call, "SetHostname", "s", "forged\nMESSAGE=a lie")
        refused("NotPermitted", bus.call, "ListHistory", returns="a(ttyss)")
    record = records.wait_for("hostname", "refused")
    assert record["FIRSTBOOT_WHY"] == why and record["PRIORITY"] == "4" and "FIRSTBOOT_NEW" not in record, record
    assert records.wait_for("other", "refused")["FIRSTBOOT_METHOD"] == "ListHistory"
    assert "lie" not in json.dumps(records.all())


def test_5_ticket(records):
    with console() as bus:
        refused("WrongPassword", with_secret, bus, "Authenticate", WRONG)
        records.wait_for("wrong-password", "refused")
        time.sleep(1.1)
        with_secret(bus, "Authenticate", PASSWORD, "b")
        records.wait_for("ticket-granted", "done")
        bus.call("BeginEdit", returns="bst")
    assert "connection" in records.wait_for("ticket-dropped", "done")["FIRSTBOOT_WHY"]


def test_6_login_report_identity_power(records):
    with connection() as bus:
        bus.call("RequestLogin")
        records.wait_for("login", "done")
        path = with_secret(bus, "SaveReport", "a report\n", "s")[0]
        assert records.wait_for("report", "done")["FIRSTBOOT_NEW"] == path
        bus.call("RenewIdentity", "u", 0)
        assert records.wait_for("identity", "done")["FIRSTBOOT_NEW"] == "no copy"
        with subprocess.Popen(["systemd-inhibit", "--what=shutdown", "--who=acme", "--why=busy", "sleep", "100"]) as lock:
            wait(lambda: "acme" in run("systemd-inhibit", "--list"), "the lock")
            refused("Busy", bus.call, "Power", "sb", "reboot", False)
            lock.terminate()
        record = records.wait_for("power", "refused")
        assert record["FIRSTBOOT_NEW"] == "reboot" and record["FIRSTBOOT_UID"] == "0", record


def test_7_flood(records):
    with console() as bus:
        for _ in range(500):
            refused("NotPermitted", bus.call, "GetSettings", "t", 0)
    time.sleep(0.5)
    assert 0 < len(records.all()) <= 20, len(records.all())


def test_8_explained_and_no_secret(records):
    """Every kind that has come is in the catalog, and no password is anywhere in the journal."""
    text = run("journalctl", "--catalog", "-u", "firstbootd")
    for words in ('asked for the time zone "', 'asked for the keyboard layout "de": done', "has finished the set-up", "somebody who guesses", 'asked for the hostname "recorded": done', "busy"):
        assert words in text, words
    whole = subprocess.run(["journalctl", "-o", "export", "--all"], check=True, stdout=subprocess.PIPE).stdout
    for secret in (PASSWORD, WRONG, *HASHES):
        assert secret.encode() not in whole, secret


def test_9_forged(records):
    """Another account writes a record that looks like ours: none of the manual's commands shows it, but all show ours."""
    text = "Hostname set by root, process 1: nobody has done this"
    fields = f"MESSAGE={text}\nMESSAGE_ID=56ee776e51304e2284222f198cab7f08\nSYSLOG_IDENTIFIER=firstbootd\nUNIT=firstbootd.service\nPRIORITY=5\n"
    code = f"import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto({fields.encode()!r}, '/run/systemd/journal/socket')"
    run("setpriv", "--reuid=nobody", "--clear-groups", "/usr/bin/python3", "-c", code)
    wait(lambda: text in run("journalctl", "-o", "cat"), "the forged record")
    with open(os.path.join(TOP, "data/man/firstbootd.8"), encoding="utf-8") as file:
        commands = re.findall(r"^\.Ql (journalctl .*)", file.read(), re.M)
    assert len(commands) == 2, commands
    for command in commands:
        shown = run(*command.split(), "--no-pager")
        assert text not in shown and "Hostname set by firstboot" in shown, command


def main():
    options = enter(lambda build: [os.path.join(TOP, "tests/lib/booted"), "--build", build, "--"])
    run("journalctl", "--update-catalog")
    return run_tests(Records, globals(), options.tests)


if __name__ == "__main__":
    sys.exit(main())
