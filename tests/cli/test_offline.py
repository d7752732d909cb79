#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot --root: settings in the tree of a machine that does not run."""

import fcntl
import json
import os
import re
import subprocess
import time

from cli import DONE, FAILED, INVALID, NOT_PERMITTED, USAGE, firstboot, refused, result, validate

import case
from image import HASH, KEY, NETWORKD, NM, OTHER_HASH, WANTED, Image, answers, debian, state

WHOLE = f"""
[Host]
Hostname=appliance01.example.com
Timezone=Europe/Sofia
Keymap=us
[Network]
Link=enp1s0
DHCP=no
Address=192.0.2.10/24
Gateway=192.0.2.1
DNS=192.0.2.53
Domains=example.com
[Network]
Link=enp1s0
VLAN=100
DHCP=ipv4
[Root]
PasswordHash={HASH}
SSHAuthorizedKey={KEY}
"""
PROFILES = "etc/NetworkManager/system-connections"


def apply(image, *arguments, status=DONE, **options):
    done = firstboot("--reconfigure", f"--root={image.path}", *arguments, **options)
    assert done.returncode == status, done
    return done


def check(image, *arguments):
    return firstboot("--check", f"--root={image.path}", *arguments)


def whole(image):
    return apply(image, "--answers", answers(WHOLE))


# -- the vendor's part ---------------------------------------------------------------------------


EULA = "/usr/share/acme/eula.txt"
STEP = "[Step]\nTitle=Licence\n[Field Key]\nType=text\nLabel=Key\n"


def vendor(skippable=False, step=True):
    image = Image()
    image.write("etc/firstboot/firstboot.conf", f"[Wizard]\nEULA={EULA}\n" + ("Skippable=licence\n" if skippable else ""))
    image.write(EULA[1:], "Be nice.\n")
    if step:
        image.write("usr/lib/firstboot/steps.d/50-licence.step", STEP)
    return image


def test_a_licence_is_accepted():
    image = vendor(step=False)
    text = answers(WHOLE + "[Eula]\nAccept=yes\n")
    assert "Be nice." not in check(image, "--answers", text).stdout
    done = apply(image, "--answers", text)
    assert not done.stderr, done
    kept = json.loads(image.read("var/lib/firstboot/eula"))
    assert kept["file"] == EULA and kept["text"] == "Be nice.\n", kept
    assert image.stat("var/lib/firstboot/eula").st_mode & 0o7777 == 0o600
    assert image.read("var/lib/firstboot/state") == "claimed\n"
    assert apply(image, "--answers", text).stdout == "unchanged\n"
    assert "\n[Eula]\nAccept=yes\n" in firstboot("--export", f"--root={image.path}").stdout


@case.variants(("", ["licence ([Eula]", 'step "Licence"']), ("[Eula]\nAccept=yes\n", ['step "Licence"']))
def test_the_machine_is_not_claimed_before_it_is_settled(text, words):
    image = vendor()
    found = result(apply(image, "--json", "--answers", answers(WHOLE + text)), DONE)
    for word in words:
        assert word in found["warnings"][0], (word, found)
    assert found["warnings"][0].count("still ask") == len(words), found
    assert image.read("var/lib/firstboot/state") == "unclaimed\n"
    assert HASH in image.read("etc/shadow")


def test_a_step_that_may_be_left_out():
    image = vendor(skippable=True)
    assert not apply(image, "--answers", answers(WHOLE + "[Eula]\nAccept=yes\n")).stderr
    assert image.read("var/lib/firstboot/state") == "claimed\n"


def test_steps_are_not_done_in_an_image():
    image = vendor()
    before = image.state()
    done = apply(image, "--answers", answers("[Host]\nHostname=a\n[Step licence]\nKey=x\n"), status=INVALID)
    assert re.search(r"\.ini:3: The step licence cannot be done in an image", done.stderr), done
    assert image.state() == before


def test_a_licence_that_is_not_in_the_image():
    image = vendor()
    os.unlink(image.path + EULA)
    done = apply(image, "--answers", answers("[Eula]\nAccept=yes\n"), status=INVALID)
    assert f".ini:2: The image does not have the licence text {EULA}" in done.stderr, done


@case.variants((65534, 0o600, DONE), (65534, 0o644, INVALID), (65533, 0o600, INVALID), (0, 0o600, INVALID))
def test_a_hash_of_the_caller_is_taken(owner, mode, status):
    """Who builds an image without being root has no files of root's."""
    image = Image()
    subprocess.run(["chown", "-R", "65534:65534", image.path], check=True)
    for form in "PasswordHash", "PasswordFile":
        secret, text = "/tmp/secret", "/tmp/answers.ini"
        for path in secret, text:
            if os.path.exists(path):
                os.unlink(path)
        with open(secret, "w", encoding="ascii") as f:
            f.write(HASH)
        with open(text, "w", encoding="ascii") as f:
            f.write(f"[Root]\n{form}={HASH if form == 'PasswordHash' else secret}\n")
        for path in secret, text:
            os.chown(path, owner, owner)
            os.chmod(path, mode)
        if form == "PasswordFile":
            os.chown(text, 65534, 65534)
        done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "firstboot", "--check",
                               f"--root={image.path}", "--answers", text], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=30)
        assert done.returncode == status, (form, done)
        assert (status == DONE) == ("+++ /etc/shadow" in done.stdout) and HASH not in done.stdout + done.stderr, (form, done)


# -- what is written -----------------------------------------------------------------------------


def test_everything_is_there():
    image = Image()
    done = whole(image)
    assert image.path in done.stdout and "networkd" in done.stdout and not done.stderr, done
    assert image.read("etc/hostname") == "appliance01.example.com\n"
    assert image.read("etc/hosts") == ("127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.1.1 appliance01.example.com appliance01\n"
                                       "192.0.2.7 nas\n")
    assert os.readlink(f"{image.path}/etc/localtime") == "../usr/share/zoneinfo/Europe/Sofia"
    assert image.read("etc/vconsole.conf") == "KEYMAP=us\n"
    today = int(time.time() / 86400)
    assert image.read("etc/shadow") in [f"root:{HASH}:{day}:0:99999:7:::\nbin:*:19000:0:99999:7:::\n" for day in (today, today - 1)]
    assert (image.stat("etc/shadow").st_mode & 0o7777, image.stat("etc/shadow").st_gid) == (0o640, 42)
    assert image.read("root/.ssh/authorized_keys") == KEY + "\n"
    assert image.stat("root/.ssh/authorized_keys").st_mode & 0o7777 == 0o600
    assert image.stat("root/.ssh").st_mode & 0o7777 == 0o700
    assert image.read("var/lib/firstboot/state") == "claimed\n"
    text = image.read("etc/systemd/network/05-firstboot-enp1s0.network")
    for line in "Name=enp1s0", "Address=192.0.2.10/24", "Gateway=192.0.2.1", "DNS=192.0.2.53", "VLAN=enp1s0.100", "DHCP=no":
        assert re.search(f"^{re.escape(line)}$", text, re.M), (line, text)
    assert "Kind=vlan" in image.read("etc/systemd/network/05-firstboot-enp1s0.100.netdev")
    assert image.stat("etc/systemd/network/05-firstboot-enp1s0.network").st_mode & 0o7777 == 0o644
    assert image.stat("var/lib/firstboot/network").st_mode & 0o7777 == 0o600
    assert "192.0.2.10/24" in image.read("var/lib/firstboot/history/1")
    assert not image.exists(PROFILES)


def test_with_networkmanager():
    image = Image(manager="NetworkManager")
    found = result(check(image, "--json", "--answers", answers(WHOLE)), DONE)
    assert found["manager"] == "NetworkManager" and f"/{PROFILES}/firstboot-enp1s0.nmconnection" in [c["path"] for c in found["changes"]]
    assert "NetworkManager" in whole(image).stdout
    assert sorted(os.listdir(f"{image.path}/{PROFILES}")) == ["firstboot-enp1s0.100.nmconnection", "firstboot-enp1s0.nmconnection"]
    assert image.stat(f"{PROFILES}/firstboot-enp1s0.nmconnection").st_mode & 0o7777 == 0o600
    assert "address1=192.0.2.10/24\n" in image.read(f"{PROFILES}/firstboot-enp1s0.nmconnection")
    assert not image.exists("etc/systemd/network")


def test_a_profile_in_networkmanagers_writing():
    """A machine that has run: what says the same is left alone, and the profile from before ours stays known."""
    image = Image(manager="NetworkManager")
    whole(image)
    name, uuid = f"{PROFILES}/firstboot-enp1s0.nmconnection", "c2998e0f-649b-3ef7-a220-1e83b58a3d36"
    digest = re.search(r"^org.firstboot.digest=.*$", image.read(name), re.M).group()
    theirs = f"[connection]\nid=firstboot-enp1s0\n\n[user]\n{digest}\norg.firstboot.previous={uuid}\n"
    image.write(name, theirs, 0o600)
    assert whole(image).stdout == "unchanged\n" and image.read(name) == theirs
    apply(image, "--set", "Network.Link=enp1s0", "--set", "Network.MTU=1400")
    assert "mtu=1400\n" in image.read(name) and f"org.firstboot.previous={uuid}\n" in image.read(name)


def test_a_second_run_writes_nothing():
    image = Image()
    whole(image)
    before = image.state()
    assert whole(image).stdout == "unchanged\n"
    found = result(firstboot("--reconfigure", f"--root={image.path}", "--json", "--answers", answers(WHOLE)), DONE)
    assert not found["changed"] and not found["changes"], found
    assert image.state() == before


def test_what_is_not_named_stays():
    image = Image()
    whole(image)
    before = image.state("etc", "root")
    apply(image, "--set", "Network.Link=enp1s0", "--set", "Network.MTU=1400")
    text = image.read("etc/systemd/network/05-firstboot-enp1s0.network")
    assert "MTUBytes=1400\n" in text and "Address=192.0.2.10/24\n" in text, text
    after = image.state("etc", "root")
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    folder = f"{image.path}/etc/systemd/network"
    assert changed == {f"{folder}/.", f"{folder}/05-firstboot-enp1s0.network"}, changed
    assert image.exists("var/lib/firstboot/history/2")


def test_another_manager_than_the_last_time():
    image = Image()
    whole(image)
    image.remove(WANTED)
    image.unit("NetworkManager")
    apply(image, "--set", "Network.Link=enp1s0")
    assert os.listdir(f"{image.path}/etc/systemd/network") == []
    assert len(os.listdir(f"{image.path}/{PROFILES}")) == 2
    image.link(WANTED, "/" + NETWORKD)
    apply(image, "--set", "Network.Link=enp1s0")
    assert len(os.listdir(f"{image.path}/etc/systemd/network")) == 3 and os.listdir(f"{image.path}/{PROFILES}") == []


def test_a_key_more_and_one_that_is_there():
    image = Image()
    own = 'from="192.0.2.0/24" ' + KEY
    image.write("root/.ssh/authorized_keys", f"# ours\n{own}", 0o600)
    apply(image, "--answers", answers(f"[Root]\nSSHAuthorizedKey={KEY}\n"))
    assert image.read("root/.ssh/authorized_keys") == f"# ours\n{own}"
    assert image.read("var/lib/firstboot/state") == "claimed\n"
    other = KEY.replace("JzJc", "JzJd")
    apply(image, "--answers", answers(f"[Root]\nSSHAuthorizedKey={KEY}\nSSHAuthorizedKey={other}\n"))
    assert image.read("root/.ssh/authorized_keys") == f"# ours\n{own}\n{other}\n"


@case.variants(("unclaimed", 0o600, "claimed"), ("unclaimed", 0o666, "unclaimed"), ("nonsense", 0o600, "nonsense"))
def test_the_claim_moves_one_way(text, mode, then):
    image = Image()
    image.write("var/lib/firstboot/state", f"{text}\n", mode)
    apply(image, "--answers", answers(f"[Root]\nPasswordHash={HASH}\n"))
    assert image.read("var/lib/firstboot/state") == f"{then}\n"


def test_without_a_login_it_stays_unclaimed():
    image = Image()
    apply(image, "--set", "Host.Hostname=box")
    assert image.read("var/lib/firstboot/state") == "unclaimed\n"
    assert "root:!*:19000:" in image.read("etc/shadow")


def test_debians_timezone_file_follows():
    image = Image()
    image.write("etc/timezone", "Etc/UTC\n")
    apply(image, "--set", "Host.Timezone=America/New_York")
    assert image.read("etc/timezone") == "America/New_York\n"


def test_debians_keyboard():
    image = Image()
    image.write("etc/default/keyboard", '# KEYBOARD\nXKBMODEL="pc105"\nXKBLAYOUT="us"\nXKBVARIANT=""\nBACKSPACE="guess"\n')
    image.write("usr/share/systemd/kbd-model-map", "# a map\nde-latin1-nodeadkeys de pc105 nodeadkeys terminate:ctrl_alt_bksp\n")
    apply(image, "--set", "Host.Keymap=de-latin1-nodeadkeys")
    assert image.read("etc/default/keyboard") == ('# KEYBOARD\nXKBMODEL="pc105"\nXKBLAYOUT="de"\nXKBVARIANT="nodeadkeys"\n'
                                                  'BACKSPACE="guess"\nXKBOPTIONS="terminate:ctrl_alt_bksp"\n')
    done = apply(image, "--set", "Host.Keymap=unheard", status=INVALID)
    assert "unheard" in done.stderr and "kbd-model-map" in done.stderr, done


def test_the_files_of_a_distribution():
    image = debian()
    whole(image)
    before = image.state()
    assert whole(image).stdout == "unchanged\n"
    assert image.state() == before
    done = subprocess.run(["chroot", image.path, "true"], capture_output=True, check=False)
    assert done.returncode != 0  # no program of it runs, and none did
    assert HASH in image.read("etc/shadow") and "appliance01" in image.read("etc/hosts")


# -- what has to follow the network --------------------------------------------------------------


def test_what_would_set_up_the_links_too():
    image = Image()
    image.unit("NetworkManager")
    image.write("usr/bin/cloud-init", "")
    image.write("etc/cloud/cloud.cfg", "users: []\n")
    image.write("usr/sbin/ifup", "")
    image.write("etc/network/interfaces", "auto enp1s0\niface enp1s0 inet dhcp\n")
    whole(image)
    assert "disabled" in image.read("etc/cloud/cloud.cfg.d/99-firstboot-network.cfg")
    assert "enp1s0" in image.read("etc/default/networking")
    assert "interface-name:enp1s0;" in image.read("etc/NetworkManager/conf.d/90-firstboot.conf")
    assert image.exists("etc/systemd/system/ifup@enp1s0.service.d/50-firstboot.conf")
    before = image.state()
    assert whole(image).stdout == "unchanged\n" and image.state() == before


def test_time_servers_where_nobody_else_passes_them_on():
    image = Image(manager="NetworkManager")
    image.link("etc/systemd/system/sysinit.target.wants/systemd-timesyncd.service", "/usr/lib/systemd/system/systemd-timesyncd.service")
    apply(image, "--set", "Network.Link=enp1s0", "--set", "Network.NTP=192.0.2.123")
    assert "NTP=192.0.2.123\n" in image.read("etc/systemd/timesyncd.conf.d/50-firstboot.conf")
    apply(image, "--set", "Network.Link=enp1s0", "--set", "Network.NTP=")
    assert not image.exists("etc/systemd/timesyncd.conf.d/50-firstboot.conf")


@case.variants(("link",), ("text",), ("none",))
def test_name_servers_where_nobody_makes_resolv_conf(was):
    image = Image()
    if was == "link":
        image.link("etc/resolv.conf", "/run/elsewhere/resolv.conf")
    elif was == "text":
        image.write("etc/resolv.conf", "nameserver 198.51.100.53\n")
    apply(image, "--set", "Network.Link=enp1s0", "--set", "Network.DNS=192.0.2.53", "--set", "Network.Domains=example.com")
    text = image.read("etc/resolv.conf")
    assert not os.path.islink(f"{image.path}/etc/resolv.conf") and "nameserver 192.0.2.53\n" in text and "example.com" in text, text
    apply(image, "--set", "Network.Link=enp1s0", "--set", "Network.DNS=198.51.100.1")
    apply(image, "--set", "Network.Link=enp1s0", "--set", "Network.DNS=", "--set", "Network.Domains=")
    if was == "link":
        assert os.readlink(f"{image.path}/etc/resolv.conf") == "/run/elsewhere/resolv.conf"
    elif was == "text":
        assert image.read("etc/resolv.conf") == "nameserver 198.51.100.53\n"
    else:
        assert not image.exists("etc/resolv.conf")


def test_name_servers_where_resolved_is_there():
    image = Image()
    image.link("etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf")
    image.write("usr/share/dbus-1/system-services/org.freedesktop.resolve1.service", "")
    whole(image)
    assert os.readlink(f"{image.path}/etc/resolv.conf") == "../run/systemd/resolve/stub-resolv.conf"


def test_the_link_that_the_url_names():
    image = Image()
    apply(image, "--set", "Network.Link=enp1s0", "--set", "Network.Advertise=yes")
    assert image.read("etc/firstboot/firstboot.conf.d/90-advertised.conf") == "[Web]\nInterface=enp1s0\n"
    assert check(image, "--set", "Network.Link=enp1s0").stdout == "unchanged\n"


# -- as the machine does it when it runs ---------------------------------------------------------


def test_networkd_takes_what_was_written():
    """The files of the image on this machine: networkd sets the link up, firstbootd has the settings for its own."""
    image = Image()
    apply(image, "--answers", answers("[Network]\nLink=enp1s0\nDHCP=no\nIPv6AcceptRA=no\nAddress=192.0.2.77/24\n"
                                      "Gateway=192.0.2.1\nMTU=1400\n"))
    subprocess.run(f"cp -a {image.path}/etc/systemd/network/. /etc/systemd/network/ && "
                   f"cp -a {image.path}/var/lib/firstboot/network {image.path}/var/lib/firstboot/history /var/lib/firstboot/ && "
                   "networkctl reload && networkctl reconfigure enp1s0", shell=True, check=True)
    case.until(lambda: "192.0.2.77/24" in subprocess.run(["ip", "-4", "address", "show", "dev", "enp1s0"], capture_output=True,
                                                         text=True, check=True).stdout)
    exported = firstboot("--export").stdout
    assert re.search(r"^Link=enp1s0\nDHCP=no\n.*^Address=192.0.2.77/24\n.*^MTU=1400$", exported, re.M | re.S), exported
    done = firstboot("--reconfigure", "--answers", "/run/answers.ini")
    assert done.returncode == DONE and done.stdout == "unchanged\n", done


# -- check and export ----------------------------------------------------------------------------


def test_check_changes_nothing_and_tells_all():
    image = Image()
    before = image.state()
    done = check(image, "--answers", answers(WHOLE))
    assert done.returncode == DONE and image.state() == before, done
    for path in ("/etc/hostname", "/etc/hosts", "/etc/localtime", "/etc/shadow", "/etc/systemd/network/05-firstboot-enp1s0.network",
                 "/var/lib/firstboot/network", "/var/lib/firstboot/state"):
        assert f"+++ {path}\n" in done.stdout, path
    assert "+Address=192.0.2.10/24\n" in done.stdout
    assert HASH not in done.stdout and "19000" not in done.stdout, done.stdout
    done = check(image, "--json", "--answers", answers(WHOLE))
    found = validate(done.stdout, "plan")
    assert result(done, DONE) == found
    assert HASH not in json.dumps(found) and not found["changed"] and found["manager"] == "networkd", found
    whole(image)
    assert check(image, "--answers", answers(WHOLE)).stdout == "unchanged\n"


def test_check_needs_no_right_to_write():
    image = Image()
    answers("[Host]\nHostname=box\n", mode=0o644)
    before = image.state()
    done = firstboot("--check", f"--root={image.path}", "--answers", "/run/answers.ini", user="firstboot")
    assert done.returncode == DONE and "+box\n" in done.stdout, done
    assert image.state() == before


@case.variants(("networkd",), ("NetworkManager",))
def test_an_export_fed_back_changes_nothing(manager):
    image = Image(manager=manager)
    whole(image)
    exported = firstboot("--export", f"--root={image.path}")
    assert exported.returncode == DONE and HASH not in exported.stdout, exported
    for line in "Hostname=appliance01.example.com", "Timezone=Europe/Sofia", "Keymap=us", "Address=192.0.2.10/24", "VLAN=100":
        assert f"{line}\n" in exported.stdout, line
    assert firstboot("--check", f"--root={image.path}", "--answers", "-", stdin=exported.stdout).stdout == "unchanged\n"
    twin = Image("/run/twin", manager)
    apply(twin, "--answers", "-", stdin=exported.stdout)
    for folder in "etc/systemd/network", PROFILES:
        names = os.listdir(f"{image.path}/{folder}") if image.exists(folder) else []
        assert names == (os.listdir(f"{twin.path}/{folder}") if twin.exists(folder) else [])
        for name in names:
            assert image.read(f"{folder}/{name}") == twin.read(f"{folder}/{name}")


# -- who sets up the links -----------------------------------------------------------------------


def manager_of(image):
    """What the settings would be written for."""
    done = check(image, "--set", "Network.Link=enp1s0")
    assert done.returncode == DONE, done
    return ("networkd" if "/etc/systemd/network" in done.stdout else "NetworkManager") + (", remark" if done.stderr else "")


def test_the_manager():
    image = Image(manager=None)
    assert manager_of(image) == "networkd, remark"
    image.write(NM, "")
    assert manager_of(image) == "NetworkManager"
    image.write(NETWORKD, "")
    assert manager_of(image) == "NetworkManager"
    image.link(WANTED, "/" + NETWORKD)
    assert manager_of(image) == "networkd"
    image.link("etc/systemd/system/systemd-networkd.service", "/dev/null")
    assert manager_of(image) == "NetworkManager"
    image.link("etc/systemd/system/NetworkManager.service", "/dev/null")
    assert manager_of(image) == "networkd, remark"


def test_presets_rule_the_first_start_alone():
    image = Image(manager="NetworkManager")
    image.write(NETWORKD, "")
    image.write("etc/machine-id", "uninitialized\n")
    assert manager_of(image) == "networkd"  # no preset forbids it
    image.write("usr/lib/systemd/system-preset/90-default.preset", "# all\ndisable systemd-networkd.service\nenable *\n")
    assert manager_of(image) == "NetworkManager"
    image.write("etc/systemd/system-preset/10-ours.preset", "enable systemd-network*\n")
    assert manager_of(image) == "networkd"
    image.write("etc/systemd/system-preset/05-first.preset", "disable *\n")
    assert manager_of(image) == "NetworkManager"
    image.remove("etc/systemd/system-preset/05-first.preset")
    image.write("etc/machine-id", "0123456789abcdef0123456789abcdef\n")
    assert manager_of(image) == "NetworkManager"
    image.remove("etc/machine-id")
    assert manager_of(image) == "networkd"
    image.write("etc/systemd/system-preset/90-default.preset", "")  # hides the other of its name
    image.remove("etc/systemd/system-preset/10-ours.preset")
    assert manager_of(image) == "networkd"


# -- what is refused -----------------------------------------------------------------------------


@case.variants(("/", "runs"), ("/.", "runs"), ("/nonexistent", "No such file"), ("/etc/passwd", "no folder"), ("/var", "no folder etc"))
def test_what_is_no_image(path, words):
    for mode in ["--reconfigure", "--set", "Host.Hostname=box"], ["--check", "--set", "Host.Hostname=box"], ["--export"]:
        refused(firstboot(*mode, f"--root={path}"), USAGE, path, words)


def test_the_running_machine_by_another_name():
    os.makedirs("/run/again", exist_ok=True)
    subprocess.run(["mount", "--bind", "/", "/run/again"], check=True)
    try:
        before = state("/etc")
        refused(firstboot("--reconfigure", "--root=/run/again", "--set", "Host.Hostname=box"), USAGE, "runs")
        assert state("/etc") == before
    finally:
        subprocess.run(["umount", "/run/again"], check=True)


def test_one_that_is_read_only():
    image = Image()
    subprocess.run(["mount", "--bind", image.path, image.path], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", image.path], check=True)
    try:
        refused(firstboot("--reconfigure", f"--root={image.path}", "--set", "Host.Hostname=box"), FAILED, "read-only")
        assert check(image, "--set", "Host.Hostname=box").returncode == DONE
    finally:
        subprocess.run(["umount", image.path], check=True)


def test_one_that_is_not_ours():
    image = Image()
    done = firstboot("--reconfigure", f"--root={image.path}", "--set", "Host.Hostname=box", user="firstboot")
    refused(done, NOT_PERMITTED, "may not write")


def test_a_tree_of_its_caller_needs_no_root():
    image = Image()
    uid = int(subprocess.run(["id", "-u", "firstboot"], capture_output=True, text=True, check=True).stdout)
    subprocess.run(["chown", "-R", f"{uid}:{uid}", image.path], check=True)
    done = apply(image, "--answers", "-", stdin=WHOLE, user="firstboot")
    assert "Done" in done.stdout, done
    assert HASH in image.read("etc/shadow") and image.read("var/lib/firstboot/state") == "claimed\n"
    assert apply(image, "--answers", "-", stdin=WHOLE, user="firstboot").stdout == "unchanged\n"


def test_root_leaves_the_tree_its_owner():
    image = Image()
    subprocess.run(["chown", "-R", "1234:1234", image.path], check=True)
    whole(image)
    others = {path: value[1:3] for path, value in image.state().items() if value[1:3] != (1234, 1234)}
    assert not others, others
    assert image.read("var/lib/firstboot/state") == "claimed\n"


@case.variants(("Network.Link=52:54:00:12:34:56", "name"), ("Network.Link=first", "name"), ("Host.Timezone=Europe/Atlantis", "Atlantis"),
               ("Host.Hostname=-", "-"))
def test_answers_that_do_not_fit(setting, word):
    image = Image()
    before = image.state()
    more = ["--set", "Network.DHCP=yes"] if "Network" in setting else []
    done = apply(image, "--set", setting, *more, "--set", "Root.SSHAuthorizedKey=" + KEY, status=INVALID)
    assert word in done.stderr and "othing was changed" in done.stderr, done
    assert image.state() == before


def test_all_that_does_not_fit_is_told_at_once():
    image = Image()
    done = apply(image, "--set", "Host.Timezone=Europe/Atlantis", "--set", "Network.Link=first", "--set", "Network.DHCP=yes",
                 status=INVALID)
    assert "Atlantis" in done.stderr and "Link=first" in done.stderr, done
    found = result(firstboot("--check", f"--root={image.path}", "--json", "--set", "Host.Timezone=Europe/Atlantis"), INVALID)
    assert len(found["problems"]) == 1 and "Atlantis" in found["problems"][0]["message"], found


def test_a_keymap_that_the_image_lacks():
    image = Image()
    image.write("usr/share/keymaps/i386/qwerty/us.map.gz", "")
    apply(image, "--set", "Host.Keymap=us")
    done = apply(image, "--set", "Host.Keymap=xx", status=INVALID)
    assert '"xx"' in done.stderr, done


def test_no_line_for_root():
    image = Image()
    image.write("etc/shadow", "bin:*:19000:0:99999:7:::\n", 0o640)
    done = apply(image, "--answers", answers(WHOLE), status=INVALID)
    assert "/etc/shadow" in done.stderr, done
    image.write("etc/passwd", f"root:{OTHER_HASH}:0:0:root:/root:/bin/sh\n")
    done = apply(image, "--answers", answers(WHOLE), status=INVALID)
    assert "/etc/passwd" in done.stderr and OTHER_HASH not in done.stderr, done


def test_a_change_that_was_cut_off():
    image = Image()
    image.write("var/lib/firstboot/journal", "x\n", 0o600)
    done = apply(image, "--set", "Network.Link=enp1s0", status=INVALID)
    assert "/var/lib/firstboot/journal" in done.stderr, done


def test_the_passwords_are_locked():
    image = Image()
    image.write("etc/.pwd.lock", "", 0o600)
    before = image.state()
    with open(f"{image.path}/etc/.pwd.lock", "r+", encoding="ascii") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)  # until any descriptor of it is closed
        done = apply(image, "--answers", answers(WHOLE), status=FAILED)
        assert check(image, "--answers", answers(WHOLE)).returncode == DONE
    assert "/etc/.pwd.lock" in done.stderr and image.state() == before, done
    whole(image)


# -- hostile trees -------------------------------------------------------------------------------


WRITTEN = ("etc/hostname", "etc/hosts", "etc/shadow", "etc/vconsole.conf", "root/.ssh/authorized_keys", "var/lib/firstboot/network",
           "etc/systemd/network/05-firstboot-enp1s0.network")
OUTSIDE = "/run/outside"


def outside():
    """Files that a tree could lead to, as they are."""
    subprocess.run(["rm", "-rf", OUTSIDE], check=True)
    os.makedirs(OUTSIDE)
    for name in "file", "passwd", "shadow", "hosts":
        with open(f"{OUTSIDE}/{name}", "w", encoding="ascii") as file:
            file.write("root:x:0:0::\n")
    return state("/etc", OUTSIDE)


def attack(image, status):
    """All settings, on a tree that leads out. Nothing there is touched, none of it half done."""
    before = state("/etc", OUTSIDE)
    inside = image.state()
    done = apply(image, "--answers", answers(WHOLE), status=status)
    assert state("/etc", OUTSIDE) == before
    if status != DONE:
        found = image.state()
        for values in inside, found:
            values.pop(f"{image.path}/etc/.pwd.lock", None)
        for path in set(found) - set(inside):  # folders and the lock file are left behind
            assert os.path.isdir(path), path
        for path, value in inside.items():
            if not path.endswith("/."):
                assert found[path] == value, path
        assert done.stderr.count("\n") == 1, done
    return done


@case.variants(*[(name,) for name in WRITTEN])
def test_a_link_in_the_place_of_a_file(name):
    outside()
    for target in f"{OUTSIDE}/file", "/etc/passwd", "../" * 20 + OUTSIDE[1:] + "/file":
        image = Image()
        image.link(name, target)
        done = attack(image, FAILED)
        assert name in done.stderr, done


@case.variants(("etc",), ("root",), ("root/.ssh",), ("var/lib/firstboot",), ("var/lib",), ("etc/systemd",), ("etc/systemd/network",))
def test_a_link_in_the_place_of_a_folder(name):
    outside()
    image = Image()
    if os.path.isdir(f"{image.path}/{name}"):
        os.rename(f"{image.path}/{name}", f"{image.path}/moved")
    image.link(name, OUTSIDE)
    attack(image, USAGE if name == "etc" else FAILED)
    assert sorted(os.listdir(OUTSIDE)) == ["file", "hosts", "passwd", "shadow"]


@case.variants(*[(name,) for name in WRITTEN])
def test_no_file_in_the_place_of_a_file(name):
    outside()
    image = Image()
    full = f"{image.path}/{name}"
    os.makedirs(os.path.dirname(full), exist_ok=True)
    if image.exists(name):
        image.remove(name)
    os.mkfifo(full)
    attack(image, FAILED)
    os.unlink(full)
    os.mkdir(full)
    attack(image, FAILED)
    os.rmdir(full)
    image.write(name, "x" * (2 * 1024 * 1024))
    attack(image, FAILED)
    image.write(name, "a\0b\n")
    attack(image, FAILED)


def test_what_is_only_read_leads_nowhere_else():
    """Presets, zones and maps may be links, which lead within the tree."""
    outside()
    image = Image()
    image.link("usr/share/zoneinfo/Europe/Sofia", "/usr/share/zoneinfo/America/New_York")
    image.link("etc/machine-id", f"{OUTSIDE}/file")
    image.link("usr/share/systemd/kbd-model-map", "/proc/self/root/etc/passwd")
    whole(image)
    image.link("usr/share/zoneinfo/Europe/Berlin", f"{OUTSIDE}/../../usr/share/zoneinfo/Europe/Berlin")
    assert "Berlin" in apply(image, "--set", "Host.Timezone=Europe/Berlin", status=INVALID).stderr
    os.mkfifo(f"{image.path}/usr/share/zoneinfo/Pipe")
    assert "Pipe" in apply(image, "--set", "Host.Timezone=Pipe", status=INVALID).stderr


def test_settings_that_another_hand_has_garbled():
    image = Image()
    image.write("var/lib/firstboot/network", "[Link]\nName=../../x\n", 0o600)
    done = attack(image, FAILED)
    assert "/var/lib/firstboot/network" in done.stderr, done


def test_a_disk_that_is_full():
    """What was written before is taken back."""
    image = Image("/run/small-source")
    os.makedirs("/run/small", exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k,nr_inodes=200", "small", "/run/small"], check=True)
    try:
        subprocess.run(["cp", "-a", f"{image.path}/.", "/run/small/"], check=True)
        image.path = "/run/small"
        with open("/run/small/ballast", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        os.truncate("/run/small/ballast", os.path.getsize("/run/small/ballast") - 3 * 4096)
        contents = {path: value[5] for path, value in image.state().items() if value[5]}
        done = apply(image, "--answers", answers(WHOLE), status=FAILED)
        assert "No space left" in done.stderr and "Nothing was changed" in done.stderr, done
        found = {path: value[5] for path, value in image.state().items() if value[5] and not path.endswith(".pwd.lock")}
        assert found == contents, set(found.items()) ^ set(contents.items())
    finally:
        subprocess.run(["umount", "/run/small"], check=True)


if __name__ == "__main__":
    MACHINE = state("/etc")
    os.makedirs(OUTSIDE, exist_ok=True)
    case.run(dict(globals()))
