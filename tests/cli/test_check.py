#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot --check: it shows all that would be written, and changes nothing."""

import os
import subprocess

import answers
import cli
from answers import KEY, STATIC, check, write
from cli import DONE, INVALID, NO_SERVICE, firstboot

import case
from machine import allow_ptys, unclaim, wait_lease

HOST = "[Host]\nHostname=appliance01.example.com\nTimezone=Europe/Sofia\n"
ALL = HOST + STATIC + f"[Root]\nSSHAuthorizedKey={KEY}\n"


def files(found):
    return {c["path"]: c for c in found["changes"] if c["kind"] == "file"}


def calls(found):
    return [c["method"] for c in found["changes"] if c["kind"] == "call"]


def test_text():
    done = check(ALL)
    assert done.returncode == DONE and not done.stderr, done
    assert "--- /dev/null\n+++ /etc/systemd/network/05-firstboot-enp1s0.network\n@@ -0,0 +1," in done.stdout, done.stdout
    assert "\n+Address=192.0.2.10/24\n" in done.stdout
    assert "-localhost\n+appliance01.example.com\n" in done.stdout
    for word in "SetStaticHostname", "SetTimezone", "Reload":
        assert f" {word} " in done.stdout, word


def test_json():
    done = check(ALL, "--json")
    found = cli.validate(done.stdout, "plan")
    assert done.returncode == DONE and not found["changed"] and not found["problems"], done
    assert "+Address=192.0.2.10/24\n" in files(found)["/etc/systemd/network/05-firstboot-enp1s0.network"]["diff"]
    assert files(found)["/root/.ssh/authorized_keys"]["diff"] == f"@@ -0,0 +1 @@\n+{KEY}\n"
    assert calls(found)[0] == "Reload", calls(found)


def test_changes_nothing():
    check(ALL)  # firstbootd runs
    before = answers.snapshot("/etc", "/run", "/var", "/root/.ssh")
    assert check(ALL).returncode == DONE
    assert check(ALL, "--json").returncode == DONE
    changed = answers.differences(before, answers.snapshot("/etc", "/run", "/var", "/root/.ssh"))
    # What daemons say, and the lease that goes on, are not ours.
    changed = [p for p in changed if not p.endswith(".log") and "/netif/" not in p and "dnsmasq" not in p]
    assert not changed, changed


@case.variants(("firstboot",), ("nobody",))
def test_needs_no_root(user):
    path = write(ALL, 0o644, 65534)
    done = subprocess.run(["setpriv", f"--reuid={user}", "--clear-groups", "firstboot", "--check", "--answers", path],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
    assert done.returncode == DONE and "+Address=192.0.2.10/24\n" in done.stdout, done


def test_a_keyboard_layout():
    """systemd's way: a keymap of kbd."""
    os.makedirs("/usr/share/kbd/keymaps/i386/qwertz", exist_ok=True)
    with open("/usr/share/kbd/keymaps/i386/qwertz/test-layout.map.gz", "wb"):
        pass
    found = cli.result(check("[Host]\nKeymap=test-layout\n", "--json"), DONE)
    assert calls(found) == ["SetVConsoleKeyboard"], found


def test_standard_input():
    done = firstboot("--check", "--answers", "-", stdin=HOST)
    assert done.returncode == DONE and "+appliance01.example.com\n" in done.stdout, done


def test_nothing_of_standard_input_without_a_dash():
    done = firstboot("--check", "--set", "Host.Hostname=appliance02", stdin="[Host]\nHostname=other\n")
    assert done.returncode == DONE and "+appliance02\n" in done.stdout and "other" not in done.stdout, done


def test_set_goes_before_the_file():
    done = check(HOST, "--set", "Host.Hostname=appliance03")
    assert "+appliance03\n" in done.stdout and "appliance01" not in done.stdout, done


def test_unchanged():
    now = subprocess.run(["hostname"], capture_output=True, text=True, check=True).stdout.strip()
    done = firstboot("--check", "--set", "Network.Link=first", "--set", "Network.DHCP=yes")
    assert done.returncode == DONE and done.stdout == "unchanged\n", (now, done)


@case.variants(("enp1s0",), ("52:54:00:12:34:56",), ("first",))
def test_links_by_any_name(link):
    done = check(STATIC.replace("enp1s0", link))
    assert "05-firstboot-enp1s0.network" in done.stdout, done


def test_a_link_by_its_other_name():
    subprocess.run(["ip", "link", "property", "add", "dev", "enp1s0", "altname", "uplink0"], check=True)
    try:
        assert "05-firstboot-enp1s0.network" in check(STATIC.replace("enp1s0", "uplink0")).stdout
    finally:
        subprocess.run(["ip", "link", "property", "del", "dev", "enp1s0", "altname", "uplink0"], check=True)


INVALID_FILES = [
    # text, line, words; what only the machine shows has its line, too
    ("[Host]\nHostname=-x-\n", 2, ["-x-"]),
    ("[Host]\nHostnme=x\n", 2, ["Hostname"]),
    ("[Hots]\nHostname=x\n", 1, ["Host"]),
    ("[Host]\nTimezone=Nowhere/Town\n", 2, ["Nowhere/Town"]),
    ("[Host]\nKeymap=no-such-layout\n", 2, ["no-such-layout"]),
    ("[Network]\nLink=enp9s9\nDHCP=yes\n", 1, ["enp9s9", "enp1s0"]),
    ("[Network]\nLink=52:54:00:00:00:01\nDHCP=yes\n", 1, ["52:54:00:00:00:01"]),
    ("[Network]\nLink=enp1s0\nAddress=192.0.2.0/24\n", 3, ["192.0.2.0"]),
    ("[Network]\nLink=enp1s0\nDHCP=no\nAddress=192.0.2.10/24\nGateway=198.51.100.1\n", 1, ["198.51.100.1"]),
    ("[Network]\nLink=enp1s0\nDHCP=yes\n[Network]\nLink=first\nDHCP=no\n", 4, ["enp1s0"]),
    ("[Root]\nPasswordHash=secret\n", 2, []),
    ("[Root]\nPasswordFile=/nonexistent\n", 2, ["/nonexistent"]),
    ("[Root]\nPasswordCredential=nothing\n", 2, ["nothing"]),
    ("[Eula]\nAccept=no\n", 2, []),
    ("[Step backup]\nTarget=x\n", 1, ["backup"]),
]


@case.variants(*[(i,) for i in range(len(INVALID_FILES))])
def test_problems_have_a_place(number):
    text, line, words = INVALID_FILES[number]
    path = write(text)
    done = firstboot("--check", "--answers", path)
    assert done.returncode == INVALID and not done.stdout, done
    place = f"{path}:{line}: "
    problems = [l for l in done.stderr.splitlines() if l.startswith(place)]
    assert problems, (place, done.stderr)
    for word in words:
        assert word in problems[0], (word, problems)
    assert "PasswordHash=secret" not in done.stderr and "\"secret\"" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("firstboot: The answers have"), done.stderr


def test_all_problems_in_one_run():
    found = cli.result(check("[Host]\nHostname=-x-\nX=1\n[Network]\nLink=enp1s0\nAddress=nonsense\n[Other]\n", "--json"), INVALID)
    assert [p["line"] for p in found["problems"]] == [2, 3, 6, 7], found


@case.variants((0o644, 0), (0o640, 0), (0o600, 65534))
def test_a_secret_that_others_may_read(mode, owner):
    path = write(f"[Root]\nPasswordHash={answers.hash_of('Correct-Horse-9-Battery')}\n", mode, owner)
    done = firstboot("--check", "--answers", path)
    assert done.returncode == INVALID and path in done.stderr and "$y$" not in done.stderr, done


def password_file(mode=0o600, owner=0, text=None):
    return write(text if text is not None else answers.hash_of("Correct-Horse-9-Battery") + "\n", mode, owner)


def test_a_password_file():
    done = check(f"[Root]\nPasswordFile={password_file()}\n")
    assert done.returncode == DONE and "SetRootPasswordHash root" in done.stdout and "$y$" not in done.stdout, done


def link_to(path):
    os.symlink(path, path + ".link")
    return path + ".link"


def below_a_link(path):
    os.symlink("/root", "/srv/link")
    return path.replace("/root", "/srv/link")


@case.variants(("mode",), ("owner",), ("link",), ("folder",), ("plain",), ("empty",), ("fifo",))
def test_a_password_file_that_is_not_safe(what):
    path = {"mode": lambda: password_file(0o640), "owner": lambda: password_file(owner=65534), "link": lambda: link_to(password_file()),
            "folder": lambda: below_a_link(password_file()), "plain": lambda: password_file(text="Correct-Horse-9-Battery\n"),
            "empty": lambda: password_file(text=""), "fifo": lambda: subprocess.run(["mkfifo", "-m", "600", "/root/fifo"], check=True) and "/root/fifo",
            }[what]()
    done = check(f"[Root]\nPasswordFile={path}\n")
    assert done.returncode == INVALID and "Correct-Horse" not in done.stderr, done


def test_a_credential():
    os.makedirs("/run/credentials/@system", exist_ok=True)
    with open("/run/credentials/@system/root-hash", "w", encoding="ascii") as f:
        f.write(answers.hash_of("Correct-Horse-9-Battery"))
    text = "[Root]\nPasswordCredential=root-hash\n"
    assert "SetRootPasswordHash root" in check(text).stdout
    os.makedirs("/run/mine", exist_ok=True)
    os.rename("/run/credentials/@system/root-hash", "/run/mine/root-hash")
    assert check(text).returncode == INVALID
    assert "SetRootPasswordHash root" in check(text, env={**os.environ, "CREDENTIALS_DIRECTORY": "/run/mine"}).stdout


def test_a_vlan_leaves_its_card_alone():
    done = check("[Network]\nLink=enp1s0\nVLAN=100\nDHCP=no\nAddress=203.0.113.5/24\n")
    assert done.returncode == DONE and "05-firstboot-enp1s0.100.netdev" in done.stdout, done
    card = done.stdout[done.stdout.index("05-firstboot-enp1s0.network"):]
    assert "+DHCP=ipv4\n+IPv6AcceptRA=yes\n" in card, card


SSH = "198.51.100.99 50000 {} 22"


@case.variants(("address", "Address=192.0.2.10/24\nGateway=192.0.2.1", True), ("off", "", True), ("mtu", "MTU=1400", False))
def test_warns_of_its_own_connection(what, settings, cut):
    env = {**os.environ, "SSH_CONNECTION": SSH.format(wait_lease())}
    text = f"[Network]\nLink=enp1s0\n{settings}\n" if what == "mtu" else f"[Network]\nLink=enp1s0\nDHCP=no\n{settings}\n"
    found = cli.result(check(text, "--json", env=env), DONE)
    assert ("ssh" in "".join(found["warnings"])) == cut, found


def test_warns_although_sudo_hides_it():
    env = {**os.environ, "SSH_CONNECTION": SSH.format(wait_lease())}
    path = write(STATIC)
    done = subprocess.run(["sh", "-c", f"env -u SSH_CONNECTION firstboot --check --answers {path}; true"], capture_output=True,
                          text=True, timeout=60, check=True, stdin=subprocess.DEVNULL, env=env)
    assert "session of ssh goes through enp1s0" in done.stderr, done


def test_another_card_cuts_nothing():
    env = {**os.environ, "SSH_CONNECTION": SSH.format(wait_lease())}
    found = cli.result(check("[Network]\nLink=enp2s0\nDHCP=no\nAddress=198.51.100.9/24\n", "--json", env=env), DONE)
    assert not found["warnings"], found


def test_without_the_bus():
    done = subprocess.run(["unshare", "--mount", "sh", "-c", f"umount -l /run/dbus 2>/dev/null; mount -t tmpfs t /run/dbus && "
                           f"firstboot --check --answers {write(ALL)}"], capture_output=True, text=True, timeout=60, check=False,
                          stdin=subprocess.DEVNULL)
    cli.refused(done, NO_SERVICE)


def test_a_full_disk():
    done = cli.firstboot_full("--check", "--answers", write(ALL))
    assert done.returncode == 1 and cli.one_sentence(done.stderr), done


def test_standard_input_is_closed():
    done = cli.firstboot_closed("--check", "--answers", "-", closed=[0])
    assert done.returncode == INVALID, done
    assert cli.firstboot_closed("--check", "--answers", write(ALL), closed=[0]).returncode == DONE


def test_is_what_is_written():
    """Last: the files after it are those that were shown, to the byte, and no others."""
    found = cli.result(check(ALL, "--json"), DONE)
    shown = {path: answers.patch(answers.read(path), c["diff"]) for path, c in files(found).items()}
    folders = ["/etc", "/root/.ssh", "/var/lib/firstboot"]
    before = answers.snapshot(*folders)
    answers.done(answers.reconfigure(ALL))
    for path, text in shown.items():
        assert answers.read(path) == text, (path, answers.read(path), text)
    written = answers.differences(before, answers.snapshot(*folders))
    own = ("/var/lib/firstboot/history", "/var/lib/firstboot/state", "/var/lib/firstboot/claimed", "/etc/localtime", "/var/lib/firstboot/resolv.conf.old")
    unknown = [p for p in written if p not in shown and not p.startswith(own)]
    assert not unknown, unknown
    done = check(ALL)
    assert done.stdout == "unchanged\n", done


if __name__ == "__main__":
    allow_ptys()
    unclaim()
    wait_lease()
    case.run(dict(globals()))
