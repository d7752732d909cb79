# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a vendor leaves in an image: a licence, steps and their programs."""

import json
import os

STEPS = "/usr/lib/firstboot/steps.d"
SEEN = "/run/seen"  # what the programs received

LICENCE = "The licence of Acme.\n\n" + "".join(f"Paragraph {n}: you may use it. " * 6 + "\n\n" for n in range(1, 31))

SITE = """[Step]
Title=Site
Text=Where does this appliance stand?
Apply=site
TimeoutSec=20

[Field place]
Type=text
Label=Name of the place
Help=As on its door.
Min=3
Max=20
Required=yes

[Field seats]
Type=number
Label=Seats
Min=1
Max=500
Default=10

[Field kind]
Type=choice
Label=Kind
Choice=office An office
Choice=plant A plant
Choice=shop A shop
Default=office

[Field backup]
Type=switch
Label=Backup
Default=no

[Field target]
Type=hostname
Label=Backup server
Required=yes
VisibleIf=backup=yes

[Field token]
Type=secret
Label=Token
Required=yes
Min=4
VisibleIf=backup=yes

[Field gate]
Type=address
Label=Gate

[Field page]
Type=url
Label=Page

[Field room]
Type=size
Label=Room for backups
Min=1G
Max=4T
Default=5G
"""

# Keeps what it was given, tells how far it is, and fails where it is told to.
PROGRAM = """#!/bin/sh
mkdir -p /run/seen
cat >/run/seen/$$.values
[ -z "$FIRSTBOOT_SECRETS_FD" ] || cat <&$FIRSTBOOT_SECRETS_FD >/run/seen/$$.secrets
mv /run/seen/$$.values /run/seen/values
[ ! -e /run/seen/$$.secrets ] || mv /run/seen/$$.secrets /run/seen/secrets
echo PROGRESS=40
echo STATUS=Measuring the room
while [ -e /run/hold ]; do sleep 0.1; done
echo PROGRESS=100
if [ -e /run/fail ]; then
	echo MESSAGE=The room is locked.
	exit 1
fi
echo MESSAGE=The site is registered as A-17.
"""


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)


def add_step(name="50-site.step", text=SITE, program="site"):
    if program:
        write(f"{STEPS}/{program}", PROGRAM, 0o755)
    write(f"{STEPS}/{name}", text)


def add_licence(path="/usr/share/acme/eula.txt", text=LICENCE):
    write(path, text)
    return path


def received(what="values"):
    with open(f"{SEEN}/{what}", encoding="utf-8") as f:
        return json.load(f)
