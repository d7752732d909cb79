#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot-headless.service in its sandbox, by the real PID 1: what is found where, what comes of it, what hostile answers do.
No network: vm/unattended.py has that.

usage: test_unattended.py [--build DIR] [TEST...]
"""

import contextlib
import json
import os
import shutil
import stat
import subprocess
import sys

from driver import TOP, Driver, enter, run_tests

UNIT = "firstboot-headless.service"
RUN = "/run/firstboot-headless/"
STATE = "/var/lib/firstboot/state"
FILE = "/etc/firstboot/answers.ini"
CREDSTORE = "/etc/credstore/"
ISSUE = "/run/issue.d/firstboot.issue"
RPCTOOL = "/usr/bin/vmware-rpctool"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVe/Qq4s2i9mldsrxA8H42N8Stlv9M8Z6HkE8skCymy operator"
# "correct horse battery staple"
HASH = subprocess.run(["openssl", "passwd", "-6", "correct horse battery staple"], check=True, text=True,
                      stdout=subprocess.PIPE).stdout.strip()


class Nothing(Driver):
    """There is no program to be told lines."""

    def __init__(self):
        pass

    def close(self):
        pass

    def kill(self):
        print(run("journalctl", "-b", "--no-pager", "-n", "25", "-o", "cat"))


def run(*command, check=True):
    return subprocess.run(command, check=check, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout


def write(path, data, mode=0o600):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    os.chmod(path, mode)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def clear():
    """A machine at its first boot."""
    run("systemctl", "stop", UNIT, "firstbootd.service", check=False)
    run("systemctl", "reset-failed", check=False)
    for path in (FILE, RPCTOOL, ISSUE, "/etc/cloud", "/run/cloud-init", "/var/lib/cloud", "/root/.ssh/authorized_keys",
                 "/var/lib/firstboot/logins", "/var/lib/firstboot/claimed", "/var/lib/firstboot/steps", "/var/lib/firstboot/eula",
                 STEPS, CONF, EULA, "/run/acme"):
        shutil.rmtree(path) if os.path.isdir(path) else contextlib.suppress(OSError) and os.path.lexists(path) and os.unlink(path)
    shutil.rmtree(CREDSTORE, ignore_errors=True)
    shutil.rmtree(RUN, ignore_errors=True)
    write(STATE, "unclaimed\n")
    run("usermod", "--password", "!*", "root")
    run("hostnamectl", "set-hostname", "blank")


def first_boot():
    """What comes of it; the unit never fails."""
    run("systemctl", "start", UNIT)
    state = run("systemctl", "show", "-P", "Result", "-P", "ActiveState", UNIT).split()
    assert state == ["success", "active"] or state == ["active", "success"], state
    assert "failed" not in run("systemctl", "is-failed", UNIT, check=False).split(), "the unit has failed"
    assert stat.S_IMODE(os.stat(RUN + "result.json").st_mode) == 0o644
    result = json.loads(read(RUN + "result.json"))
    return result, dict(line.partition("=")[::2] for line in read(RUN + "given").splitlines()) if os.path.exists(RUN + "given") else {}


def hostname():
    return run("hostnamectl", "--static").strip()


def is_claimed():
    return read(STATE).strip() == "claimed"


def invalid(*words, name="blank"):
    """Nothing was changed, and everybody can read why."""
    result, given = first_boot()
    assert result["result"] == "invalid" and not result["changed"], result
    assert given["TAKEN"] == "0", given
    assert hostname() == name and not is_claimed(), hostname()
    log = run("journalctl", "-b", "-u", UNIT, "--no-pager", "-o", "cat", "--since", "-60s")
    told = "".join(f"{problem['file']}:{problem['line']}: {problem['message']}\n" for problem in result["problems"])
    for word in words:
        for where in told, read(RUN + "given"), read(ISSUE), log:
            assert word in where, (word, where)
    return result


# -- complete, partial, nothing -------------------------------------------------------------------


def test_nothing(_):
    result, given = first_boot()
    assert result["result"] == "done" and not result["changed"] and given == {}, (result, given)
    assert not os.path.exists(ISSUE) and not is_claimed()


def test_complete_by_credential(_):
    write(CREDSTORE + "firstboot.answers", f"[Host]\nHostname=one.example.com\nTimezone=Europe/Sofia\n[Root]\nPasswordHash={HASH}\n")
    write(CREDSTORE + "system.hostname", "two")
    result, given = first_boot()
    assert result["result"] == "done" and result["changed"], result
    assert hostname() == "one.example.com", hostname()
    assert run("timedatectl", "show", "-p", "Timezone", "--value").strip() == "Europe/Sofia"
    assert HASH in run("getent", "shadow", "root") and is_claimed()
    assert given["TAKEN"] == "1" and given["SOURCE"] == "the credential firstboot.answers", given
    for path in RUN + "result.json", RUN + "given":
        assert HASH not in read(path), path
    assert HASH not in run("journalctl", "-b", "--no-pager", "-o", "cat")


def test_single_credentials(_):
    write(CREDSTORE + "system.hostname", "two\n")
    write(CREDSTORE + "firstboot.timezone", "null")
    write(CREDSTORE + "passwd.hashed-password.root", HASH + "\n")
    result, given = first_boot()
    assert result["result"] == "done", result
    assert hostname() == "two" and HASH in run("getent", "shadow", "root") and is_claimed(), (hostname(), given)


def test_whole_file_is_filled_by_single_ones(_):
    write(CREDSTORE + "firstboot.answers", "[Host]\nTimezone=Europe/Sofia\n")
    write(CREDSTORE + "system.hostname", "two\n")
    result, given = first_boot()
    assert result["result"] == "done", result
    assert hostname() == "two" and not is_claimed(), hostname()
    assert given["WHAT"] == "6", given  # hostname, time zone


def test_partial_by_file(_):
    write(FILE, "[Host]\nHostname=three\n", 0o644)
    result, given = first_boot()
    assert result["result"] == "done" and result["changed"], result
    assert hostname() == "three" and not is_claimed()
    assert given == {"TAKEN": "1", "WHAT": "2", "SOURCE": "the file /etc/firstboot/answers.ini"}, given
    assert not os.path.exists(ISSUE)


def test_key_claims(_):
    write(FILE, f"[Root]\nSSHAuthorizedKey={KEY}\n", 0o644)
    result, _ = first_boot()
    assert result["result"] == "done" and is_claimed(), result
    assert KEY in read("/root/.ssh/authorized_keys")


EULA = "/usr/share/acme-eula.txt"
CONF = "/etc/firstboot/firstboot.conf.d/80-acme.conf"
STEPS = "/usr/lib/firstboot/steps.d/"
ANSWER = f"[Root]\nPasswordHash={HASH}\n[Step licence]\nKey=opensesame\n"


def vendor(end="MESSAGE=Thank you."):
    """A licence text, and a step that needs a key."""
    write(EULA, "Be nice.\n", 0o644)
    write(CONF, f"[Wizard]\nEULA={EULA}\n", 0o644)
    write(STEPS + "50-licence.step", "[Step]\nTitle=Licence\nApply=licence\n[Field Key]\nType=secret\nLabel=Key\nRequired=yes\n", 0o644)
    write(STEPS + "licence", f"#!/bin/sh\ncat >/run/acme\ncat <&$FIRSTBOOT_SECRETS_FD >>/run/acme\necho {end!r}\n"
          f"case '{end}' in STATUS*) exit 1;; esac\n", 0o755)


def test_steps_complete(_):
    vendor()
    write(FILE, ANSWER + "[Eula]\nAccept=yes\n")
    result, given = first_boot()
    assert result["result"] == "done" and is_claimed() and not result["warnings"], result
    assert result["steps"] == [{"name": "licence", "unchanged": False, "message": "Thank you."}], result
    assert given["STEPS"] == "licence" and given["WHAT"] == "48", given
    assert '"Key":"opensesame"' in read("/run/acme")
    for path in RUN + "result.json", RUN + "given":
        assert "opensesame" not in read(path), path
    assert "opensesame" not in run("journalctl", "-b", "--no-pager", "-o", "cat")


def test_steps_partial(_):
    vendor()
    write(FILE, f"[Root]\nPasswordHash={HASH}\n[Eula]\nAccept=yes\n")
    result, given = first_boot()
    assert result["result"] == "done" and result["changed"] and not is_claimed(), result
    assert given["TAKEN"] == "1" and "STEPS" not in given, given
    assert len(result["warnings"]) == 1 and '"Licence" has not been done' in result["warnings"][0], result
    assert HASH in run("getent", "shadow", "root") and os.path.exists("/var/lib/firstboot/eula")
    # What is missing comes at the next boot.
    run("systemctl", "stop", UNIT)
    write(FILE, ANSWER)
    result, given = first_boot()
    assert result["result"] == "done" and is_claimed() and not result["warnings"], result


def test_step_fails(_):
    vendor("STATUS=No such licence.")
    write(FILE, ANSWER + "[Eula]\nAccept=yes\n")
    result, given = first_boot()
    assert result["result"] == "failed" and not is_claimed(), result
    assert given["TAKEN"] == "0" and "No such licence." in given["REASON"] and "No such licence." in read(ISSUE), given


def test_step_secret_that_others_can_read(_):
    vendor()
    write(FILE, "[Step licence]\nKey=opensesame\n", 0o644)
    result = invalid("Key= is a secret")
    assert result["problems"][0]["file"] == FILE and result["problems"][0]["line"] == 2, result
    assert "opensesame" not in read(ISSUE)


def test_first_found_is_taken(_):
    write(CREDSTORE + "firstboot.answers", " null \n")
    write(FILE, "[Host]\nHostname=three\n")
    first_boot()
    assert hostname() == "three"
    run("systemctl", "stop", UNIT)
    write(CREDSTORE + "firstboot.answers", "[Host]\nTimezone=Europe/Sofia\n")
    write(FILE, "[Host]\nHostname=four\n")
    first_boot()
    assert hostname() == "three"


def test_claimed_is_left_alone(_):
    write(STATE, "claimed\n")
    write(FILE, "[Host]\nHostname=three\n")
    run("systemctl", "start", UNIT)
    assert hostname() == "blank" and not os.path.exists(RUN + "given")


def test_again_at_the_next_boot(_):
    write(FILE, "[Host]\nHostname=three\n")
    first_boot()
    run("systemctl", "stop", UNIT)
    result, _ = first_boot()
    assert result["result"] == "done" and not result["changed"], result


# -- properties, by a stand-in for VMware's program -----------------------------------------------


def stand_in(*properties, text=None):
    rows = "".join(f'<Property oe:key="{key}" oe:value="{value}"/>' for key, value in properties)
    xml = text or ('<?xml version="1.0"?><Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" '
                   f'xmlns:oe="http://schemas.dmtf.org/ovf/environment/1"><PropertySection>{rows}</PropertySection></Environment>')
    write(RPCTOOL, f"#!/bin/sh\ncat <<'end'\n{xml}\nend\n", 0o755)


def test_properties(_):
    stand_in(("firstboot.host.hostname", "five"), ("firstboot.host.timezone", "null"), ("firstboot.root.sshauthorizedkey", KEY))
    result, given = first_boot()
    assert result["result"] == "done", result
    assert hostname() == "five" and is_claimed() and given["SOURCE"] == "the properties of VMware", given


def test_password_among_properties(_):
    stand_in(("firstboot.host.hostname", "five"), ("firstboot.root.passwordhash", HASH))
    invalid("firstboot.root.passwordhash")
    assert HASH not in read(RUN + "result.json")


def test_program_hangs(_):
    write(RPCTOOL, "#!/bin/sh\nexec sleep 100\n", 0o755)
    invalid("did not answer in time")


# -- invalid and hostile --------------------------------------------------------------------------


def test_every_problem_has_its_line(_):
    write(FILE, f"[Host]\nHostname=three\nHostnam=x\n[Network]\nLink=first\nAddress=300.1.1.1/24\n[Root]\nPasswordHash={HASH}\n")
    result = invalid("answers.ini:3", "answers.ini:6")
    assert HASH not in json.dumps(result)


def test_readable_secret(_):
    write(FILE, f"[Host]\nHostname=three\n[Root]\nPasswordHash={HASH}\n", 0o644)
    invalid("only root may own it")
    assert "!*" in run("getent", "shadow", "root")


def test_hash_that_is_none(_):
    write(CREDSTORE + "passwd.hashed-password.root", "hunter2hunter2\n")
    result = invalid("hash")
    assert "hunter2" not in json.dumps(result) + run("journalctl", "-b", "--no-pager", "-o", "cat")


HOSTILE = {
    "empty lines": b"\n" * 1000 + b"x",
    "binary": bytes(range(256)) * 100,
    "no text": b"[Host]\nHostname=a\0b\n",
    "latin": b"[Host]\nHostname=\xe4\xff\n",
    "escapes": b"[Host]\nHostname=\x1b[2J\x1b]0;x\x07\n",
    "long line": b"[Host]\nHostname=" + b"a" * 60000,
    "1 MB": b"[Host]\n" + b"Hostname=x\n" * 95000,
    "many sections": b"[Network]\nLink=first\n" * 3000,
    "many wrong lines": b"x\n" * 30000,
    "format": b"[Host]\nHostname=%n%s%s%s\n",
    "path": b"[Root]\nPasswordFile=/../../etc/shadow\n",
    "credential": b"[Root]\nPasswordCredential=../../../etc/shadow\n",
}


def test_hostile_answers(_):
    for what, data in HOSTILE.items():
        for place in CREDSTORE + "firstboot.answers", FILE:
            clear()
            write(place, data)
            try:
                result = invalid()
                assert result["problems"] and result["problems"][0]["message"], result
                for path in RUN + "given", ISSUE:
                    assert "\x1b" not in read(path) and os.path.getsize(path) < 8192, path
            except (AssertionError, OSError, ValueError) as error:
                raise AssertionError(f"{what} by {place}: {error}") from error


def test_killed_in_the_middle(_):
    """What it has left for the consoles then says so, and the unit has not failed."""
    write(RPCTOOL, "#!/bin/sh\nexit 1\n", 0o755)
    write(FILE, "[Host]\nHostname=three\n")
    run("systemctl", "stop", "systemd-hostnamed", check=False)
    write("/run/systemd/system/systemd-hostnamed.service.d/x.conf", "[Service]\nExecStartPre=sleep 8\nTimeoutStartSec=60\n", 0o644)
    run("systemctl", "daemon-reload")
    try:
        starting = subprocess.Popen(["systemctl", "start", UNIT])
        while not os.path.exists(RUN + "given"):
            assert starting.poll() is None, "it has ended"
        run("systemctl", "kill", "--signal=KILL", UNIT)
        assert starting.wait(20) == 0
        assert "cut off" in read(RUN + "given") and "cut off" in read(ISSUE)
        assert run("systemctl", "show", "-P", "ActiveState", UNIT).strip() == "active"
    finally:
        shutil.rmtree("/run/systemd/system/systemd-hostnamed.service.d")
        run("systemctl", "daemon-reload")
        run("systemctl", "stop", "systemd-hostnamed", check=False)


# -- beside others --------------------------------------------------------------------------------


def test_after_cloud_init(_):
    """What its local stage leaves; the hostname and the network are its own then."""
    write("/run/cloud-init/instance-data.json", '{"v1": {"cloud_name": "nocloud", "local_hostname": "cloudy"}}')
    write("/var/lib/cloud/data/set-hostname", '{\n "fqdn": "cloudy",\n "hostname": "cloudy"\n}')
    write("/etc/netplan/50-cloud-init.yaml", "network: {version: 2}\n")
    run("hostnamectl", "set-hostname", "cloudy")
    write(FILE, "[Host]\nHostname=three\nTimezone=Europe/Sofia\n[Network]\nLink=first\nDHCP=yes\n")
    try:
        result, given = first_boot()
    finally:
        os.unlink("/etc/netplan/50-cloud-init.yaml")
    assert result["result"] == "done" and hostname() == "cloudy", (result, hostname())
    assert len(result["warnings"]) == 2 and all("cloud-init" in text for text in result["warnings"]), result
    assert given["WHAT"] == "4", given  # the time zone


def test_order(_):
    write("/run/systemd/system/cloud-init-local.service", "[Unit]\nDefaultDependencies=no\nWants=network-pre.target\n"
          "Before=network-pre.target\nBefore=sysinit.target\n[Service]\nType=oneshot\nExecStart=true\n", 0o644)
    run("systemctl", "daemon-reload")
    try:
        complaints = run("systemd-analyze", "verify", "--man=no", "/usr/lib/systemd/system/firstboot-headless.service",
                         "/usr/lib/systemd/system/run-firstboot-volume.mount", "getty@tty1.service", "multi-user.target", check=False)
        ours = [line for line in complaints.splitlines() if "firstboot" in line and "ImportCredential" not in line or "cycle" in line]
        assert not ours, ours
        after = run("systemctl", "show", "-P", "After", UNIT).split()
        assert "cloud-init-local.service" in after, after
        assert not {"network-online.target", "network.target", "cloud-init.service"} & set(after), after
        assert UNIT in run("systemctl", "show", "-P", "After", "getty-pre.target").split()
        assert "getty-pre.target" in run("systemctl", "show", "-P", "After", "getty@tty1.service").split()
        assert UNIT in run("systemctl", "show", "-P", "Wants", "multi-user.target").split()
    finally:
        os.unlink("/run/systemd/system/cloud-init-local.service")
        run("systemctl", "daemon-reload")


def test_sandbox(_):
    line = run("systemd-analyze", "security", "--no-pager", UNIT).splitlines()[-1]
    print("    " + line)
    assert float(line.split(":")[1].split()[0]) <= 2.0, line


def main():
    options = enter(lambda build: [os.path.join(TOP, "tests/lib/booted"), "--build", build, "--"])
    return run_tests(Nothing, globals(), options.tests, before=clear)


if __name__ == "__main__":
    sys.exit(main())
