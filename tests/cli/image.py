# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images for the tests of --root: the tree of a small machine, and one of the distribution's own files."""

import hashlib
import os
import shutil
import stat
import subprocess

NETWORKD = "usr/lib/systemd/system/systemd-networkd.service"
NM = "usr/lib/systemd/system/NetworkManager.service"
WANTED = "etc/systemd/system/multi-user.target.wants/systemd-networkd.service"
HASH = "$6$abcdefghijklmnop$" + "a" * 86
OTHER_HASH = "$6$ponmlkjihgfedcba$" + "b" * 86
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJzJcS3eyjJ4TP2oPDcXJkMvVGeF2rEBcXB0TsoG4fCw operator@example.com"
ZONES = ("Europe/Sofia", "America/New_York", "Etc/UTC")


class Image:
    """A tree below path, made anew."""

    def __init__(self, path="/run/image", manager="networkd"):
        self.path = path
        shutil.rmtree(path, ignore_errors=True)
        for folder in ("etc", "root", "usr/share/zoneinfo", "var/lib/firstboot"):
            os.makedirs(f"{path}/{folder}")
        os.chmod(f"{path}/root", 0o700)
        os.chmod(f"{path}/var/lib/firstboot", 0o700)
        self.write("etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        self.write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nbin:*:2:2:bin:/bin:/bin/sh\n")
        self.write("etc/shadow", "root:!*:19000:0:99999:7:::\nbin:*:19000:0:99999:7:::\n", 0o640)
        os.chown(f"{path}/etc/shadow", 0, 42)
        self.write("etc/hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost\n192.0.2.7 nas\n")
        self.write("var/lib/firstboot/state", "unclaimed\n", 0o600)
        for zone in ZONES:
            os.makedirs(os.path.dirname(f"{path}/usr/share/zoneinfo/{zone}"), exist_ok=True)
            shutil.copy(f"/usr/share/zoneinfo/{zone}", f"{path}/usr/share/zoneinfo/{zone}", follow_symlinks=True)
        self.unit(manager)

    def unit(self, manager):
        if manager == "networkd":
            self.write(NETWORKD, "[Unit]\n")
            self.link(WANTED, "/" + NETWORKD)
        elif manager == "NetworkManager":
            self.write(NM, "[Unit]\n")

    def write(self, name, text, mode=0o644):
        full = f"{self.path}/{name}"
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(full, mode)

    def link(self, name, target):
        full = f"{self.path}/{name}"
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if os.path.lexists(full):
            os.unlink(full)
        os.symlink(target, full)

    def read(self, name):
        with open(f"{self.path}/{name}", encoding="utf-8") as file:
            return file.read()

    def exists(self, name):
        return os.path.lexists(f"{self.path}/{name}")

    def remove(self, name):
        os.unlink(f"{self.path}/{name}")

    def stat(self, name):
        return os.lstat(f"{self.path}/{name}")

    def state(self, *folders):
        """Everything there is, with its contents, owners, modes and times."""
        return state(*(f"{self.path}/{folder}" for folder in folders or ("",)))


def state(*folders):
    """What is below folders of this machine: a change of anything there is another answer."""
    found = {}
    for top in folders:
        for folder, _, names in os.walk(top):
            for name in [".", *names]:
                path = os.path.join(folder, name)
                st = os.lstat(path)
                content = ""
                if stat.S_ISLNK(st.st_mode):
                    content = os.readlink(path)
                elif stat.S_ISREG(st.st_mode):
                    with open(path, "rb") as file:
                        content = hashlib.sha256(file.read()).hexdigest()
                found[path] = (st.st_mode, st.st_uid, st.st_gid, st.st_mtime_ns, st.st_ino, content)
    return found


def debian(path="/run/debian"):
    """What this distribution has in /etc, and what of /usr is looked at."""
    image = Image(path, None)
    shutil.rmtree(f"{path}/etc")
    for folder in ("etc", "usr/lib/systemd", "usr/share/zoneinfo", "usr/share/systemd"):
        os.makedirs(os.path.dirname(f"{path}/{folder}"), exist_ok=True)
        subprocess.run(["cp", "-a", "--remove-destination", f"/{folder}/.", f"{path}/{folder}/"], check=True)
    return image


def answers(text, path="/run/answers.ini", mode=0o600):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def unused_hash(password):
    """A hash that crypt(5) makes of a password."""
    return subprocess.run(["openssl", "passwd", "-6", "-salt", "abcdefgh", password], check=True, capture_output=True,
                          text=True).stdout.strip()
