#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What else the start screen follows: keys that are others than at the last start, and who knows the machine's name."""

import os
import re
import signal
import subprocess
import sys
import uuid

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))

import case
from machine import run
from network import firstbootd
from proof import (ADDRESS, PORT, SOON, await_proof, await_words, begin, dns, fingerprint, host_keys, make_host_key,
                   remove_host_keys, screen, words)
from webserver import WebServer

BOOT_FILE = "/proc/sys/kernel/random/boot_id"
CHANGED = "changed since the last start"
NAME = "appliance01.example.com"
URL = f"https://{NAME}:{PORT}/"


class Boots:
    """The machine is started again as often as somebody says so: with another boot id, which firstbootd reads anew."""

    def __enter__(self):
        subprocess.run(["rm", "-f", "/var/lib/firstboot/keys"], check=True)
        with open("/run/boot_id", "w", encoding="ascii") as f:
            f.write(f"{uuid.uuid4()}\n")
        run("mount", "--bind", "/run/boot_id", BOOT_FILE)
        return self

    def again(self):
        with open("/run/boot_id", "w", encoding="ascii") as f:
            f.write(f"{uuid.uuid4()}\n")
        pid = firstbootd()
        os.kill(pid, signal.SIGTERM)
        case.until(lambda: not os.path.exists(f"/proc/{pid}"))

    def __exit__(self, *_):
        run("umount", BOOT_FILE)


def await_marks(t, changed):
    """Wait until of certificate and host keys exactly these have the mark."""
    shown = {"Certificate": rf"SHA256 {fingerprint()},? self-signed, valid to \d{{4}}-\d\d-\d\d",
             **{kind: rf"{kind} {re.escape(digest)}" for kind, digest in host_keys()}}
    for name, pattern in shown.items():
        await_words(t, rf"{pattern},? *{CHANGED}" if name in changed else rf"{pattern}(?!,? *{CHANGED})", 3 * SOON)
    assert words(t).count(CHANGED) == len(changed), t.text()


@case.variants(("dumb",), ("linux",))
def test_marks(term):
    """A certificate and host keys that are others than at the last start say so, on every screen until the next start."""
    remove_host_keys()
    for kind in ("ed25519", "ecdsa"):
        make_host_key(kind)
    with Boots() as boots:
        with WebServer("tls", port=PORT):
            with screen(term) as t:
                await_marks(t, set())
                t.read(SOON)
                await_marks(t, set())
            boots.again()
            with screen(term) as t:
                await_marks(t, set())
                t.read(SOON)
                await_marks(t, set())
                for end in ("", ".pub"):
                    os.unlink("/etc/ssh/ssh_host_ed25519_key" + end)
                make_host_key("ed25519")
                await_marks(t, {"ED25519"})
        with WebServer("tls", port=PORT):
            with screen(term) as t:
                await_marks(t, {"Certificate", "ED25519"})
                t.read(SOON)
                await_marks(t, {"Certificate", "ED25519"})
                assert run("firstboot", "--status").count(CHANGED) == 2
            boots.again()
            with screen(term) as t:
                await_marks(t, set())
                t.read(SOON)
                await_marks(t, set())


def put(text, replace):
    """Another /etc/resolv.conf: written into, or a new one in its place."""
    path = "/etc/resolv.conf"
    with open(path + ".new" if replace else path, "w", encoding="ascii") as f:
        f.write(text)
    if replace:
        os.rename(path + ".new", path)


def await_no_name(t):
    case.until(lambda: t.read(0.02) and URL not in t.text(), 2 * SOON)


def test_resolver():
    """Another name server in /etc/resolv.conf is asked at once, however it got there; one that knows better when somebody doubts."""
    put("nameserver 127.0.0.1\n", True)
    server = dns({NAME: ADDRESS, "appliance02.local": ADDRESS})
    run("hostname", NAME)
    try:
        with WebServer("tls", port=PORT), screen() as t:
            await_proof(t, "answering")
            t.read(SOON)
            assert URL not in t.text(), t.text()
            for replace in (True, False):
                put("nameserver 192.0.2.1\n", replace)
                await_words(t, re.escape(URL), 2 * SOON)
                put("nameserver 127.0.0.1\n", replace)
                await_no_name(t)
            put("nameserver 192.0.2.1\n", True)
            await_words(t, re.escape(URL), 2 * SOON)
            run("hostname", "appliance02")
            await_words(t, rf"https://appliance02\.local:{PORT}/", 2 * SOON)
            run("hostname", NAME)
            await_words(t, re.escape(URL), 2 * SOON)
            server.kill()
            server.wait()
            server = dns({NAME: "192.0.2.1"})
            t.read(10.5)
            assert URL in t.text(), t.text()
            t.type("\f")  # Ctrl-L
            await_no_name(t)
    finally:
        server.kill()
        server.wait()
        run("hostname", "localhost")


begin()
case.run(globals())
