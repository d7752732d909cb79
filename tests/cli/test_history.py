#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes of the network after they were made: --history, --restore, --confirm, --revert, with real networkd and a gateway that
answers or does not."""

import contextlib
import json
import os
import re
import subprocess
import time

import cli
from cli import DONE, FAILED, NOT_PERMITTED, NO_SERVICE, TAKEN_BACK, firstboot, refused, result, started, validate

import case
from machine import addresses, claim, end, ip, unclaim, wait_lease

GOOD = ["--set=Network.Link=enp1s0", "--set=Network.DHCP=no", "--set=Network.Address=192.0.2.50/24", "--set=Network.Gateway=192.0.2.1"]
SILENT = ["--set=Network.Link=enp1s0", "--set=Network.DHCP=no", "--set=Network.Address=192.0.2.51/24", "--set=Network.Gateway=192.0.2.77"]


def history():
    done = firstboot("--history", "--json")
    assert done.returncode == DONE and not done.stderr, done
    return validate(done.stdout, "history")["changes"]


def one(number):
    done = firstboot("--history", str(number), "--json")
    assert done.returncode == DONE and not done.stderr, done
    return validate(done.stdout, "history")


def pending():
    return validate(firstboot("--status", "--json").stdout, "status")["pending"]


@contextlib.contextmanager
def waiting(*arguments, **options):
    """A change that is in force and waits to be kept."""
    with started(*arguments, **options) as process:
        case.until(lambda: process.poll() is not None or pending(), 30)
        assert process.poll() is None, process.stderr.read()
        yield process


def apply(*arguments, status=DONE):
    done = firstboot("--reconfigure", *arguments, timeout=90)
    assert done.returncode == status, done
    return done


# -- before there is one --------------------------------------------------------------------------


def test_an_empty_history():
    done = firstboot("--history")
    assert done.returncode == DONE and done.stdout == "The network settings have not been changed yet.\n", done
    assert not history()


def test_nothing_waits():
    refused(firstboot("--confirm"), FAILED, "No change")
    assert result(firstboot("--confirm", "--json"), FAILED)["changed"] is False
    done = firstboot("--revert")
    assert (done.returncode, done.stdout, done.stderr) == (DONE, "unchanged\n", ""), done
    done = firstboot("--revert", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (DONE, "", ""), done
    found = result(firstboot("--revert", "--json"), DONE)
    assert found["changed"] is False and found["message"] == "unchanged", found


def test_no_such_change():
    for mode in "--history", "--restore":
        refused(firstboot(mode, "7"), FAILED)
        assert result(firstboot(mode, "7", "--json"), FAILED)["changed"] is False


# -- the history ----------------------------------------------------------------------------------


def test_a_change_that_was_kept():
    apply(*GOOD)
    found, = history()
    assert found["result"] == "kept" and "192.0.2.50/24" in found["summary"] and found["id"] == 1, found
    began = time.mktime(time.strptime(found["time"], "%Y-%m-%dT%H:%M:%SZ"))
    assert abs(began - time.mktime(time.gmtime())) < 60, found
    done = firstboot("--history")
    assert re.fullmatch(r"  1  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  kept +enp1s0 192\.0\.2\.50/24 \(.+\)\n", done.stdout), done


def test_a_change_that_nobody_confirmed():
    apply(*SILENT, "--timeout=10", status=TAKEN_BACK)
    assert [(c["id"], c["result"]) for c in history()] == [(2, "expired"), (1, "kept")]
    assert "192.0.2.50" in addresses("enp1s0", 4)


def test_one_change_is_a_file_of_answers():
    found = one(1)
    assert not found["difference"] and found["change"]["id"] == 1, found
    found = one(2)
    assert {d["setting"] for d in found["difference"]} == {"enp1s0 address", "enp1s0 gateway"}, found
    assert "192.0.2.50/24" in found["difference"][0]["in_force"] and "192.0.2.51/24" in found["difference"][0]["then"], found
    done = firstboot("--history", "2")
    assert done.returncode == DONE and not done.stderr, done
    # The comments say the rest; what is left is the same file.
    text = "".join(line + "\n" for line in done.stdout.split("\n")[:-1] if not line.startswith("#")).strip("\n")
    assert text == found["answers"].strip("\n"), (text, found)
    assert "in force 192.0.2.50/24" in done.stdout, done
    checked = firstboot("--check", "--answers", "-", "--json", stdin=done.stdout)
    plan = validate(checked.stdout, "plan")
    assert checked.returncode == DONE and "192.0.2.51/24" in json.dumps(plan["changes"]), (checked, plan)
    # And that of the change in force changes nothing.
    checked = firstboot("--check", "--answers", "-", "--json", stdin=firstboot("--history", "1").stdout)
    assert checked.returncode == DONE and not validate(checked.stdout, "plan")["changes"], checked


# -- restoring ------------------------------------------------------------------------------------


def test_restore_what_is_in_force():
    before = len(history())
    done = firstboot("--restore", "1")
    assert (done.returncode, done.stdout, done.stderr) == (DONE, "unchanged\n", ""), done
    assert len(history()) == before


def test_restore():
    apply("--set=Network.Link=enp1s0", "--set=Network.DHCP=yes", "--set=Network.Address=", "--set=Network.Gateway=")
    case.until(lambda: "192.0.2.50" not in addresses("enp1s0", 4), 10)
    found = result(firstboot("--restore", "1", "--json", timeout=90), DONE)
    assert found["changed"] and any("192.0.2.50/24" in c["new"] for c in found["changes"]), found
    assert addresses("enp1s0", 4) == ["192.0.2.50"], ip("address")
    assert history()[0]["result"] == "kept"
    done = firstboot("--restore", "1", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (DONE, "", ""), done


def test_restore_what_nobody_confirms():
    done = firstboot("--restore", "2", "--timeout=10", timeout=90)
    assert done.returncode == TAKEN_BACK and not done.stdout, done
    assert "firstboot --confirm" in done.stderr and "192.0.2.77" in done.stderr, done
    assert addresses("enp1s0", 4) == ["192.0.2.50"] and pending() is None


def test_restore_without_a_proof():
    assert firstboot("--restore", "2", "--no-rollback", timeout=90).returncode == DONE
    # Written, and in force when networkd is ready with it.
    case.until(lambda: addresses("enp1s0", 4) == ["192.0.2.51"])
    assert pending() is None
    assert firstboot("--restore", "1", timeout=90).returncode == DONE


def test_restore_over_ssh_waits_in_any_case():
    assert firstboot("--restore", "2", "--no-rollback", timeout=90).returncode == DONE
    case.until(lambda: addresses("enp1s0", 4) == ["192.0.2.51"])
    env = {**os.environ, "SSH_CONNECTION": "192.0.2.1 40000 192.0.2.51 22"}
    with waiting("--restore", "1", "--timeout=60", "--json", env=env) as process:
        assert firstboot("--confirm").returncode == DONE
        out, err = process.communicate(timeout=30)
    assert process.returncode == DONE and "ssh" in err and validate(out, "result")["changed"], (out, err)
    assert addresses("enp1s0", 4) == ["192.0.2.50"]


# -- the end of a change that waits ----------------------------------------------------------------


def test_confirm_keeps_it():
    with waiting("--reconfigure", *SILENT, "--timeout=120") as process:
        found = pending()
        assert found["links"] == "enp1s0", found
        left = time.mktime(time.strptime(found["until"], "%Y-%m-%dT%H:%M:%SZ")) - time.mktime(time.gmtime())
        assert 60 < left <= 121, found
        assert addresses("enp1s0", 4) == ["192.0.2.51"]
        told = result(firstboot("--confirm", "--json"), DONE)
        assert told["changed"] and "enp1s0" in told["message"], told
        assert process.wait(20) == DONE, process.stderr.read()
    assert pending() is None and history()[0]["result"] == "kept-unproven"
    assert addresses("enp1s0", 4) == ["192.0.2.51"]


def test_revert_takes_it_back():
    assert firstboot("--restore", "1", timeout=90).returncode == DONE
    with waiting("--reconfigure", *SILENT, "--timeout=120") as process:
        done = firstboot("--revert")
        assert done.returncode == DONE and "taken back" in done.stdout and not done.stderr, done
        assert process.wait(20) == TAKEN_BACK, process.stderr.read()
    assert history()[0]["result"] == "taken-back"
    case.until(lambda: addresses("enp1s0", 4) == ["192.0.2.50"])


def test_a_change_outlives_who_made_it():
    with waiting("--restore", "2", "--timeout=120") as process:
        process.kill()
        process.wait()
        assert pending()["links"] == "enp1s0"
        assert firstboot("--confirm", "--quiet").returncode == DONE
    assert addresses("enp1s0", 4) == ["192.0.2.51"]
    assert firstboot("--restore", "1", timeout=90).returncode == DONE


def test_watch_follows_a_change():
    with open("/run/watched", "w+", encoding="ascii") as f, started("--status", "--watch", "--json", stdout=f) as watch:
        case.until(lambda: os.path.getsize("/run/watched"))
        with waiting("--restore", "2", "--timeout=120") as process:
            assert firstboot("--revert").returncode == DONE
            process.wait(20)
        # Told last: nobody edits any more.
        time.sleep(1)
        watch.terminate()
        assert watch.wait(10) == DONE
        f.seek(0)
        told = [validate(line, "status") for line in f]
    waited = [found["pending"] for found in told]
    assert waited[0] is None and waited[-1] is None and len({json.dumps(p) for p in waited}) == 2, waited
    edited = [found["editor"] for found in told]
    assert edited[0] is None and edited[-1] is None and any(edited), edited


# -- who may, and who answers ----------------------------------------------------------------------


@case.variants(("--history",), ("--history", "1"), ("--restore", "1"))
def test_the_past_is_nobodys_business(*arguments):
    refused(firstboot(*arguments, user="firstboot"), NOT_PERMITTED)
    assert result(firstboot(*arguments, "--json", user="firstboot"), NOT_PERMITTED)["result"] == "not-permitted"


def test_the_end_of_a_change_is_roots():
    with waiting("--restore", "2", "--timeout=120") as process:
        refused(firstboot("--confirm", user="firstboot"), NOT_PERMITTED)
        refused(firstboot("--revert", user="firstboot"), NOT_PERMITTED)
        assert pending()
        assert firstboot("--revert").returncode == DONE
        process.wait(20)


@case.variants(("--history",), ("--history", "1"), ("--restore", "1"), ("--confirm",), ("--revert",))
def test_strangers(*arguments):
    done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "firstboot", *arguments], capture_output=True,
                          text=True, timeout=30, check=False, stdin=subprocess.DEVNULL)
    refused(done, NOT_PERMITTED)


@case.variants(("--history",), ("--restore", "1"), ("--confirm",), ("--revert",))
def test_no_bus(*arguments):
    argv = ["unshare", "--mount", "sh", "-c", 'umount -l /run/dbus 2>/dev/null; mount -t tmpfs t /run/dbus && exec firstboot "$@"', "sh"]
    done = subprocess.run([*argv, *arguments, "--json"], capture_output=True, text=True, timeout=60, check=False)
    assert result(done, NO_SERVICE)["result"] == "no-service"
    refused(subprocess.run([*argv, *arguments], capture_output=True, text=True, timeout=60, check=False), NO_SERVICE)


@case.variants(("--history",), ("--restore", "1"), ("--confirm",), ("--revert",))
def test_firstbootd_does_not_start(*arguments):
    end("firstbootd")
    with cli.moved("/usr/libexec/firstboot/firstbootd"):
        refused(firstboot(*arguments, timeout=60), NO_SERVICE)


def test_an_unclaimed_machine_has_its_history():
    unclaim()
    try:
        assert history()
    finally:
        claim()


if __name__ == "__main__":
    claim()
    wait_lease()
    case.run(dict(globals()))
