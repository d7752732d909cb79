# SPDX-License-Identifier: LGPL-2.1-or-later
"""A vendor's steps, and doing them on the bus."""

import contextlib
import json
import os
import shutil

from bus import NAME, secret

FOLDER = "/usr/lib/firstboot/steps.d"
KEPT = "/var/lib/firstboot/steps"
SHELL = "#!/bin/sh\n"
# One field of each kind; the secret and the address are asked where "backup" is on.
EVERY = """
[Step]
Title=Every kind
Title[de]=Von allem eines
Apply=every
[Field name]
Type=text
Label=Name
Min=2
Max=40
Required=yes
[Field seats]
Type=number
Label=Seats
Min=1
Max=500
Default=5
[Field edition]
Type=choice
Label=Edition
Choice=small Small
Choice=large Large
Default=small
[Field backup]
Type=switch
Label=Backup
Default=no
[Field token]
Type=secret
Label=Token
Min=4
Required=yes
VisibleIf=backup=yes
[Field server]
Type=address
Label=Server
VisibleIf=backup=yes
[Field mail]
Type=hostname
Label=Mail
[Field portal]
Type=url
Label=Portal
[Field cache]
Type=size
Label=Cache
Min=1M
Default=512M
"""
ANSWERS = {"name": "Ärger & \"Söhne\"", "seats": 12, "edition": "large", "backup": True, "server": "2001:DB8::7", "mail": "Mail.Example.com",
           "portal": "https://portal.example.com/x?y=1", "cache": 5 << 30}
# As its program gets them.
GIVEN = {"name": "Ärger & \"Söhne\"", "seats": 12, "edition": "large", "backup": True, "server": "2001:db8::7", "mail": "mail.example.com",
         "portal": "https://portal.example.com/x?y=1", "cache": 5 << 30}


def definition(title="A step", apply=None, seconds=None, fields="", extra=""):
    """The text of a step's file."""
    lines = ["[Step]", f"Title={title}"]
    lines += [f"Apply={apply}"] if apply else []
    lines += [f"TimeoutSec={seconds}"] if seconds else []
    return "\n".join(lines) + f"\n{extra}\n{fields}\n"


TEXT = "[Field word]\nType=text\nLabel=Word\n"


def write_step(name, text):
    os.makedirs(FOLDER, exist_ok=True)
    with open(f"{FOLDER}/{name}", "w", encoding="utf-8") as file:
        file.write(text)


def write_program(name, text, mode=0o755):
    write_step(name, text)
    os.chmod(f"{FOLDER}/{name}", mode)


def clear():
    for folder in (FOLDER, KEPT, "/etc/firstboot/steps.d"):
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def answers(values, secrets):
    """The two memory files."""
    def text(what):
        return what if isinstance(what, (str, bytes)) else json.dumps(what)
    with secret(text(values)) as first, secret(text(secrets)) as second:
        yield first, second


def run_step(bus, name, values=None, secrets=None):
    """[changed, text]"""
    with answers({} if values is None else values, {} if secrets is None else secrets) as fds:
        return bus.call("RunStep", "shh", name, *fds, returns="bs")


def start_step(bus, name, values=None, secrets=None):
    """Call it, and do not wait for the answer."""
    with answers({} if values is None else values, {} if secrets is None else secrets) as fds:
        bus.send("RunStep", "shh", name, *fds)


def get_setup(bus):
    """Whether the licence is accepted, and what was answered to each step that is done."""
    accepted, steps, _ = bus.call("GetSetup", returns="ba(ss)as")
    return accepted, {name: json.loads(values) for name, values in steps}


def get_changed(bus):
    """The steps of which the vendor has made something else since they were done."""
    return bus.call("GetSetup", returns="ba(ss)as")[2]


def listen(bus):
    bus.listen(f"type='signal',sender='{NAME.decode()}'")


def progress(bus, seconds=0.3):
    """(percent, text) of each signal."""
    return [signal[3:] for signal in bus.signals(seconds) if signal[0] == "StepProgress"]
