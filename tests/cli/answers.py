# SPDX-License-Identifier: LGPL-2.1-or-later
"""Answer files for the tests, and what the machine has before and after."""

import contextlib
import ctypes
import hashlib
import json
import os
import re
import tempfile

from cli import firstboot
from machine import run

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS test@example.com"
STATIC = """[Network]
Link=enp1s0
DHCP=no
Address=192.0.2.10/24
Gateway=192.0.2.1
DNS=192.0.2.1
Domains=example.com
"""
DHCP = """[Network]
Link=enp1s0
DHCP=yes
DNS=
Domains=
NTP=
Route=
MTU=
"""
SILENT_GATEWAY = "192.0.2.200"  # nobody has it


def write(text, mode=0o600, owner=0):
    """A file with these answers; its path."""
    fd, path = tempfile.mkstemp(suffix=".ini", dir="/root" if owner == 0 else "/tmp")
    with os.fdopen(fd, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)
    os.chown(path, owner, owner)
    return path


def check(text, *arguments, **options):
    return firstboot("--check", "--answers", write(text), *arguments, **options)


def reconfigure(text, *arguments, timeout=120, **options):
    return firstboot("--reconfigure", "--answers", write(text), *arguments, timeout=timeout, **options)


def done(result, *words):
    """It succeeded and said these words."""
    assert result.returncode == 0, result
    for word in words:
        assert word in result.stdout, (word, result)
    return result


def snapshot(*folders):
    """What each file below the folders holds: its path, and a hash or where a link leads."""
    found = {}
    for folder in folders:
        for top, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(top, name)
                with contextlib.suppress(OSError):
                    if os.path.islink(path):
                        found[path] = os.readlink(path)
                    elif os.path.isfile(path):
                        with open(path, "rb") as f:
                            found[path] = hashlib.sha256(f.read()).hexdigest()
    return found


def differences(before, after):
    """The paths that differ."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def read(path):
    try:
        with open(path, encoding="utf-8") as f:
            return f.read()
    except FileNotFoundError:
        return ""


def patch(text, diff):
    """What the hunks of diff -u make of a text."""
    old, new, at = text.splitlines(True), [], 0
    for line in diff.splitlines(True):
        hunk = re.match(r"@@ -(\d+)(?:,(\d+))? ", line)
        if hunk:
            start = int(hunk[1]) - (1 if hunk[2] != "0" else 0)
            new += old[at:start]
            at = start
        elif line[0] == "\\":
            new[-1] = new[-1].rstrip("\n")
        elif line[0] == "+":
            new.append(line[1:])
        else:
            assert old[at].rstrip("\n") == line[1:].rstrip("\n"), (old[at], line)
            if line[0] == " ":
                new.append(old[at])
            at += 1
    return "".join(new + old[at:])


def addresses(ifname="enp1s0", family=4):
    links = json.loads(run("ip", "-json", f"-{family}", "address", "show", "dev", ifname))
    return [f"{a['local']}/{a['prefixlen']}" for link in links for a in link.get("addr_info", []) if a["scope"] == "global"]


def hash_of(password, prefix="$y$"):
    crypt = ctypes.CDLL("libcrypt.so.1")
    crypt.crypt.restype = crypt.crypt_gensalt.restype = ctypes.c_char_p
    salt = crypt.crypt_gensalt(prefix.encode(), ctypes.c_ulong(0), None, 0)
    return crypt.crypt(password.encode(), salt).decode()
