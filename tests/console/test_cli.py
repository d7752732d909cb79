#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""/usr/bin/firstboot: its options, its sentences, its exit statuses."""

import re
import subprocess

import case
from machine import allow_ptys, as_firstboot, claim, ip, wait_lease
from term import Term


def firstboot(*arguments, **options):
    return subprocess.run(["firstboot", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=10,
                          check=False, **options)


def one_sentence(text):
    return re.fullmatch(r"firstboot: [^\n]+\.\n", text) is not None


def test_status_says_what_the_screen_says():
    done = firstboot("--status")
    assert done.returncode == 0 and not done.stderr, done
    lease = wait_lease()
    assert f"  https://{lease}:8443/\n" in done.stdout, done.stdout
    assert re.search(rf"^enp1s0: up.*, 52:54:00:12:34:56, {re.escape(lease)}/24, automatic \(DHCP\)$", done.stdout, re.M), done.stdout
    assert done.stdout.startswith("Acme Backup Appliance 4.2, localhost\n"), done.stdout
    # Fingerprints may have any two characters.
    words = re.sub(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}|SHA256:\S+", "", done.stdout)
    assert "F2" not in words and "\033" not in done.stdout


def test_status_works_without_the_bus():
    done = subprocess.run(["unshare", "--mount", "sh", "-c", "umount -l /run/dbus 2>/dev/null; mount -t tmpfs t /run/dbus && firstboot --status"],
                          capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 0 and f"  https://{wait_lease()}:8443/\n" in done.stdout, done


def test_status_works_for_anybody():
    done = subprocess.run(as_firstboot("firstboot", "--status"), capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 0 and wait_lease() in done.stdout, done


def test_status_follows_the_kernel():
    ip("address", "add", "192.0.2.204/24", "dev", "enp1s0")
    try:
        assert "https://192.0.2.204:8443/" in firstboot("--status").stdout
    finally:
        ip("address", "del", "192.0.2.204/24", "dev", "enp1s0")
    assert "192.0.2.204" not in firstboot("--status").stdout


def test_a_full_disk_is_no_success():
    for option in "--status", "--help", "--version":
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run(["firstboot", option], stdout=full, stderr=subprocess.PIPE, text=True, timeout=10, check=False)
        assert done.returncode == 1 and one_sentence(done.stderr), done


def test_the_start_screen_in_a_terminal():
    with Term(["firstboot"]) as t:
        t.wait_for(rf"^ *https://{re.escape(wait_lease())}:8443/$")
        assert not t.sees("Log in")
        t.type("q")
        assert t.wait_exit(2) == 0


def test_settings_in_a_terminal_need_no_password_of_root():
    with Term(["firstboot", "--reconfigure", "hostname"]) as t:
        t.wait_for(r"Hostname +\[ ")
        assert not t.sees("Password")


def test_settings_say_which_terminal_they_need():
    with Term(["firstboot", "--reconfigure"], term="dumb") as t:
        assert t.wait_exit(5) == 2
        assert t.sees("cannot move its cursor")


if __name__ == "__main__":
    allow_ptys()
    claim()
    wait_lease()
    case.run(dict(globals()))
