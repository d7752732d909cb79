#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot --reconfigure with answers: what it does, what it says, how it ends, and that it does nothing twice."""

import contextlib
import os
import shutil
import signal
import subprocess
import time

import answers
import cli
from answers import DHCP, KEY, SILENT_GATEWAY, STATIC, addresses, reconfigure, write
from cli import DONE, FAILED, INVALID, NO_SERVICE, NOT_PERMITTED, TAKEN_BACK, firstboot, started

import case
from machine import STATE, addresses as machine_addresses, allow_ptys, ip, password_is, unclaim, wait_lease
from term import Term

PASSWORD = "Another-Horse-7-Battery"
ADDRESS = "192.0.2.10/24"
SILENT = STATIC.replace("Address=192.0.2.10/24", "Address=192.0.2.11/24").replace("Gateway=192.0.2.1", f"Gateway={SILENT_GATEWAY}")
FOLDERS = ["/etc", "/var/lib/firstboot", "/root/.ssh"]


def hostname():
    return subprocess.run(["hostname"], capture_output=True, text=True, check=True).stdout.strip()


def times(*folders):
    """When each file below the folders was last written."""
    found = {}
    for folder in folders:
        for top, _, names in os.walk(folder):
            for name in names:
                with contextlib.suppress(OSError):
                    found[os.path.join(top, name)] = os.lstat(os.path.join(top, name)).st_ctime_ns
    return found


def ended(process, timeout=90):
    """What it said, and its status."""
    out, err = process.communicate(timeout=timeout)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def back():
    """To the settings that the tests begin with."""
    answers.done(reconfigure(STATIC))
    case.until(lambda: addresses() == [ADDRESS])


# -- nothing is changed --


@case.variants(("nobody",), ("firstboot",))
def test_only_root(user):
    path = write(STATIC, 0o644, 65534)
    done = subprocess.run(["setpriv", f"--reuid={user}", "--clear-groups", "firstboot", "--reconfigure", "--answers", path],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30, check=False)
    cli.refused(done, NOT_PERMITTED, "root")


def test_without_the_bus():
    done = subprocess.run(["unshare", "--mount", "sh", "-c", f"umount -l /run/dbus 2>/dev/null; mount -t tmpfs t /run/dbus && "
                           f"firstboot --reconfigure --answers {write(STATIC)}"], capture_output=True, text=True, timeout=60,
                          check=False, stdin=subprocess.DEVNULL)
    cli.refused(done, NO_SERVICE, "D-Bus")


def test_without_firstbootd():
    with cli.moved("/usr/share/dbus-1/system-services/org.firstboot.Firstboot1.service"):
        subprocess.run(["busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig"], check=True,
                       capture_output=True)
        from machine import end
        end("firstbootd")
        done = reconfigure(STATIC)
    subprocess.run(["busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig"], check=True,
                   capture_output=True)
    cli.refused(done, NO_SERVICE, "firstbootd")


def test_invalid_answers_change_nothing():
    before = answers.snapshot(*FOLDERS)
    done = reconfigure("[Host]\nHostname=appliance09\n" + STATIC.replace("192.0.2.10/24", "192.0.2.300/24"))
    assert done.returncode == INVALID and ":6: " in done.stderr, done
    assert not answers.differences(before, answers.snapshot(*FOLDERS)) and hostname() != "appliance09"


def test_an_address_that_another_has():
    before = machine_addresses("enp1s0", 4)
    done = reconfigure(STATIC.replace("192.0.2.10/24", "192.0.2.1/24").replace("Gateway=192.0.2.1", "Gateway="))
    assert done.returncode == FAILED and "192.0.2.1" in done.stderr and not done.stdout, done
    assert machine_addresses("enp1s0", 4) == before


# -- it is done, once --


def test_done():
    done = answers.done(reconfigure("[Host]\nHostname=appliance01.example.com\nTimezone=Europe/Sofia\n" + STATIC), "hostname", "network")
    assert not done.stderr, done
    assert addresses() == [ADDRESS] and hostname() == "appliance01.example.com"
    assert "default via 192.0.2.1 " in ip("route")
    assert os.readlink("/etc/localtime").endswith("/Europe/Sofia")
    assert answers.read(STATE) == "unclaimed\n", "nobody can log in"


def test_unchanged_writes_nothing():
    text = "[Host]\nHostname=appliance01.example.com\nTimezone=Europe/Sofia\n" + STATIC
    before = times(*FOLDERS)
    for _ in range(2):
        done = reconfigure(text)
        assert (done.returncode, done.stdout, done.stderr) == (0, "unchanged\n", ""), done
    found = cli.result(reconfigure(text, "--json"), DONE)
    assert not found["changed"] and found["message"] == "unchanged", found
    assert times(*FOLDERS) == before


def test_one_value():
    answers.done(firstboot("--reconfigure", "--set", "Host.Hostname=appliance02", timeout=60), "hostname")
    assert hostname() == "appliance02" and addresses() == [ADDRESS]
    done = firstboot("--reconfigure", "--set", "Host.Hostname=appliance02", timeout=60)
    assert done.stdout == "unchanged\n", done


def test_one_value_of_the_network():
    answers.done(firstboot("--reconfigure", "--set", "Network.Link=first", "--set", "Network.MTU=1400", timeout=120), "network")
    assert "mtu 1400" in ip("link", "show", "enp1s0") and addresses() == [ADDRESS]
    answers.done(firstboot("--reconfigure", "--set", "Network.Link=first", "--set", "Network.MTU=", timeout=120), "network")
    assert "mtu 1500" in ip("link", "show", "enp1s0")


def test_json():
    found = cli.result(firstboot("--reconfigure", "--json", "--set", "Host.Hostname=appliance03", timeout=60), DONE)
    assert found["changed"] and "hostname" in found["message"], found
    assert {c["part"] for c in found["changes"]} == {"hostname"} and found["changes"][0]["method"] == "SetStaticHostname", found


def test_quiet():
    done = firstboot("--reconfigure", "--quiet", "--set", "Host.Hostname=appliance04", timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done


def test_progress_on_a_terminal():
    with Term(["sh", "-c", f"firstboot --reconfigure --answers {write(STATIC.replace('DNS=192.0.2.1', 'DNS='))} >/run/out"]) as t:
        assert t.wait_exit(60) == 0
        assert t.sees(r"^done +192.0.2.10/24 is on enp1s0"), t.text()
        assert t.sees(r"^done +the gateway 192.0.2.1 answers"), t.text()
    assert answers.read("/run/out") == "Done: network.\n"
    back()


def test_dhcp_and_back():
    answers.done(reconfigure(DHCP))
    wait_lease()
    assert reconfigure(DHCP).stdout == "unchanged\n"
    back()


@case.variants(("ip address del 192.0.2.10/24 dev enp1s0",), ("ip route del default dev enp1s0",))
def test_what_was_taken_away_by_hand_is_put_back(command):
    """A manager need not notice; the settings that are kept say that it is there."""
    def is_there():
        return addresses() == [ADDRESS] and "via 192.0.2.1 dev enp1s0" in subprocess.run(
            ["ip", "-4", "route", "show", "default"], capture_output=True, text=True, check=True).stdout

    back()
    case.until(is_there)
    assert reconfigure(STATIC).stdout == "unchanged\n"
    subprocess.run(command.split(), check=True)
    assert not is_there()
    done = answers.check(STATIC)
    assert done.stdout == "call org.freedesktop.network1 Reload \n", done
    answers.done(reconfigure(STATIC), "Done: network.")
    assert is_there()
    assert reconfigure(STATIC).stdout == "unchanged\n"


def test_without_a_cable_nothing_is_missing():
    back()
    ip("-n", "peer", "link", "set", "peer0", "down")
    try:
        case.until(lambda: not addresses())
        assert reconfigure(STATIC).stdout == "unchanged\n"
    finally:
        ip("-n", "peer", "link", "set", "peer0", "up")
        case.until(lambda: addresses() == [ADDRESS])


def test_a_vlan():
    text = "[Network]\nLink=enp2s0\nVLAN=100\nDHCP=no\nAddress=203.0.113.5/24\n"
    answers.done(reconfigure(text, "--no-rollback"))
    assert "Id=100\n" in answers.read("/etc/systemd/network/05-firstboot-enp2s0.100.netdev")
    done = reconfigure(text, "--no-rollback")
    assert done.stdout == "unchanged\n", done


# -- root --


def test_the_same_hash_is_unchanged():
    unclaim()
    text = f"[Root]\nPasswordHash={answers.hash_of(PASSWORD)}\nSSHAuthorizedKey={KEY}\n"
    answers.done(reconfigure(text), "root's password", "root's SSH key", "end of the setup")
    assert password_is(PASSWORD) and answers.read(STATE) == "claimed\n"
    assert answers.read("/root/.ssh/authorized_keys").count(KEY) == 1
    before = times(*FOLDERS)
    done = reconfigure(text)
    assert (done.returncode, done.stdout, done.stderr) == (0, "unchanged\n", ""), done
    changed = answers.differences(before, times(*FOLDERS))
    assert not changed, changed


def test_claimed_is_root_s_still():
    answers.done(firstboot("--reconfigure", "--set", "Host.Hostname=appliance05", timeout=60), "hostname")


def test_nothing_is_done_without_the_network():
    done = reconfigure("[Host]\nHostname=appliance06\n" + STATIC.replace("192.0.2.10/24", "192.0.2.1/24").replace("Gateway=192.0.2.1", "Gateway="))
    assert done.returncode == FAILED and cli.one_sentence(done.stderr), done
    assert hostname() == "appliance05" and addresses() == [ADDRESS]


def test_part_of_it_is_named():
    """The keys' folder cannot be made, which nothing tells before."""
    # One that the real machine has cannot be renamed in an overlay.
    shutil.move("/root/.ssh", "/root/.ssh-kept")
    try:
        with open("/root/.ssh", "w", encoding="ascii"):
            pass
        done = reconfigure(f"[Host]\nHostname=appliance06\n[Root]\nSSHAuthorizedKey={KEY}\n")
    finally:
        os.unlink("/root/.ssh")
        shutil.move("/root/.ssh-kept", "/root/.ssh")
    assert done.returncode == FAILED and cli.one_sentence(done.stderr), done
    assert "Done before that: hostname. Not done: root's SSH key." in done.stderr, done
    assert hostname() == "appliance06"


# -- a change that waits --


def test_not_confirmed_in_time():
    done = reconfigure(SILENT, "--timeout=10")
    assert done.returncode == TAKEN_BACK and not done.stdout, done
    assert "firstboot --confirm" in done.stderr and done.stderr.count("\n") == 2, done
    case.until(lambda: addresses() == [ADDRESS] and "via 192.0.2.1 " in ip("route", "show", "default"))


def test_not_confirmed_as_json():
    found = cli.result(reconfigure(SILENT, "--timeout=10", "--json"), TAKEN_BACK)
    assert not found["changed"], found


def waiting(process):
    """It waits: its line is there."""
    line = process.stderr.readline()
    while "--confirm" not in line:
        assert line, "it has ended"
        line = process.stderr.readline()


def test_confirmed_from_elsewhere():
    with started("--reconfigure", "--answers", write(SILENT), "--timeout=60") as process:
        waiting(process)
        assert firstboot("--confirm", timeout=60).returncode == DONE
        done = ended(process)
    assert done.returncode == DONE and done.stdout == "Done: network.\n", done
    case.until(lambda: addresses() == ["192.0.2.11/24"])
    back()


def test_reverted_from_elsewhere():
    with started("--reconfigure", "--answers", write(SILENT), "--timeout=60") as process:
        waiting(process)
        assert firstboot("--revert", timeout=60).returncode == DONE
        done = ended(process)
    assert done.returncode == TAKEN_BACK, done
    case.until(lambda: addresses() == [ADDRESS])


def test_no_rollback():
    done = answers.done(reconfigure(SILENT, "--no-rollback"), "network")
    assert "--confirm" not in done.stderr, done
    # It does not wait for the kernel.
    case.until(lambda: addresses() == ["192.0.2.11/24"])
    back()


@case.variants((signal.SIGTERM,), (signal.SIGINT,))
def test_asked_to_end(signo):
    with started("--reconfigure", "--answers", write(SILENT), "--timeout=60") as process:
        waiting(process)
        process.send_signal(signo)
        done = ended(process)
    assert done.returncode == FAILED and "Interrupted" in done.stderr and "taken back" in done.stderr, done
    case.until(lambda: addresses() == [ADDRESS])


def test_asked_to_end_while_it_tries():
    with started("--reconfigure", "--answers", write(SILENT), "--timeout=60") as process:
        case.until(lambda: "192.0.2.11/24" in addresses(), 30)
        process.send_signal(signal.SIGTERM)
        done = ended(process)
    assert done.returncode == FAILED and "taken back" in done.stderr, done
    case.until(lambda: addresses() == [ADDRESS])


def test_the_connection_goes():
    """SIGHUP, and nobody reads what it says any more: the change waits on."""
    with started("--reconfigure", "--answers", write(SILENT), "--timeout=60") as process:
        waiting(process)
        process.stderr.close()
        process.stdout.close()
        process.send_signal(signal.SIGHUP)
        time.sleep(1)
        assert process.poll() is None
        assert firstboot("--confirm", timeout=60).returncode == DONE
        process.wait(30)
    case.until(lambda: addresses() == ["192.0.2.11/24"])
    back()


def test_killed_while_it_waits():
    with started("--reconfigure", "--answers", write(SILENT), "--timeout=12") as process:
        waiting(process)
        process.kill()
        process.wait()
        assert "192.0.2.11/24" in addresses()
        case.until(lambda: addresses() == [ADDRESS], 40)


def test_its_own_connection():
    """All is proven, but whoever has called may have lost the way to us."""
    env = {**os.environ, "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.10 22"}
    text = STATIC.replace("192.0.2.10/24", "192.0.2.12/24")
    with started("--reconfigure", "--answers", write(text), "--timeout=60", env=env) as process:
        line = process.stderr.readline()
        assert "session of ssh goes through enp1s0" in line, line
        waiting(process)
        assert firstboot("--confirm", timeout=60).returncode == DONE
        done = ended(process)
    assert done.returncode == DONE, done
    case.until(lambda: addresses() == ["192.0.2.12/24"])
    back()
    done = reconfigure(text, "--timeout=10", env=env)
    assert done.returncode == TAKEN_BACK, done
    case.until(lambda: addresses() == [ADDRESS])


# -- others --


def test_somebody_edits():
    with Term(["firstboot", "--reconfigure", "network"]) as t:
        t.wait_for("Which network card")
        begun = time.monotonic()
        done = firstboot("--reconfigure", "--set", "Host.Hostname=appliance07", timeout=60)
        assert time.monotonic() - begun < 10
        cli.refused(done, FAILED, "changing settings since", "--timeout")
        assert firstboot("--reconfigure", "--set", f"Host.Hostname={hostname()}", timeout=60).stdout == "unchanged\n"
        assert firstboot("--check", "--set", "Host.Hostname=appliance07", timeout=60).returncode == DONE
        with started("--reconfigure", "--timeout=60", "--set", "Host.Hostname=appliance07") as process:
            time.sleep(2)
            assert process.poll() is None
            t.close()
            done = ended(process)
        assert done.returncode == DONE and hostname() == "appliance07", done


def test_somebody_edits_for_long():
    with Term(["firstboot", "--reconfigure", "network"]) as t:
        t.wait_for("Which network card")
        begun = time.monotonic()
        cli.refused(firstboot("--reconfigure", "--timeout=10", "--set", "Host.Hostname=appliance08", timeout=60), FAILED)
        assert 9 < time.monotonic() - begun < 30


# -- streams --


def test_a_full_disk():
    done = cli.firstboot_full("--reconfigure", "--set", "Host.Hostname=appliance09")
    assert done.returncode == FAILED and cli.one_sentence(done.stderr) and hostname() == "appliance09", done


def test_closed_streams():
    done = cli.firstboot_closed("--reconfigure", "--set", "Host.Hostname=appliance10", closed=[0, 1, 2])
    assert done.returncode == FAILED and hostname() == "appliance10", done


def test_nobody_reads():
    done = subprocess.run(["bash", "-c", "firstboot --reconfigure --set Host.Hostname=appliance11 | true; exit ${PIPESTATUS[0]}"],
                          capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode in (DONE, FAILED) and hostname() == "appliance11", done


if __name__ == "__main__":
    allow_ptys()
    unclaim()
    wait_lease()
    case.run(dict(globals()))
