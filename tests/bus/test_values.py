#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The values of values.txt: what an answer file may say beside what the kernel, systemd-networkd, hostnamed, timedated,
localed, libcrypt and OpenSSH themselves take.

usage: tests/lib/sandbox --no-install -- test_values.py BUILD [FIELD...]
       ... test_values.py BUILD --print [FIELD...]     the rows as they would be today, with the reasons that they have
"""

import collections
import ctypes
import fcntl
import os
import re
import socket
import struct
import subprocess
import sys
import time

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "values.txt")
NETWORK = "/etc/systemd/network/"
CARD = "enp2s0"
AT_LEAST = 300  # of each field
MANY = 20
IFNAMSIZ, SIOCSIFNAME = 16, 0x8923
# What a sweep puts into the place of {}: all of ASCII that is printed, but what goes on in the next line, divides a list, or
# begins a comment.
SWEPT = [chr(c) for c in range(0x21, 0x7f) if chr(c) not in "\\,;#"]

Row = collections.namedtuple("Row", "value verdicts reason")


# -- who takes a value

def firstboot(section, key):
    def judge(values):
        text = "".join(f"{section}\t{key}\t{value}\n" for value in values)
        out = subprocess.run([PROGRAM], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout.decode()
        return [line.split("\t")[0] == "yes" for line in out.splitlines()]
    return judge


def log():
    with open("/run/networkd.log", encoding="utf-8", errors="replace") as file:
        return file.read()


def reload():
    """Have networkd read its files, and return what it says of them; it notices a key that it does not know in the last one."""
    before = len(log())
    with open(f"{NETWORK}90-last.network", "w", encoding="ascii") as file:
        file.write("[Match]\nName=none0\n[Network]\nColour=red\n")
    subprocess.run(["networkctl", "reload"], check=True)
    for _ in range(100):
        said = log()[before:]
        if "90-last.network:4:" in said:
            os.unlink(f"{NETWORK}90-last.network")
            return said
        time.sleep(0.05)
    raise AssertionError(f"networkd does not read the files:\n{said}")


def networkd(section, key):
    """Values have sections of their own in files of some each, since networkd bounds its lists; a complaint names the line."""
    def judge(values):
        at, taken, names = {}, [True] * len(values), []
        for begin in range(0, len(values), MANY):
            names.append(f"50-values-{begin}.network")
            lines = ["[Match]", "Name=none0"]
            for i, value in enumerate(values[begin:begin + MANY], begin):
                lines += [f"[{section}]", f"{key}={value}"]
                at[names[-1], len(lines)] = i
            with open(NETWORK + names[-1], "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
        said = reload()
        for name in names:
            os.unlink(NETWORK + name)
        for name, line in re.findall(r"(50-values-\d+\.network):(\d+):", said):
            taken[at[name, int(line)]] = False
        # A section that is left out is named by its first line.
        for name, line in re.findall(r"(50-values-\d+\.network).*from line (\d+)", said):
            taken[at[name, int(line) + (section != "Network")]] = False
        return taken
    return judge


def networkd_files(section, key, head):
    """The same where a file has one value: it is left out as a whole."""
    def judge(values):
        for i, value in enumerate(values):
            with open(f"{NETWORK}50-value-{i}.netdev", "w", encoding="utf-8") as file:
                file.write(head.replace("#", str(i)) + f"[{section}]\n{key}={value}\n")
        said = reload()
        for i in range(len(values)):
            os.unlink(f"{NETWORK}50-value-{i}.netdev")
        refused = set(re.findall(r"50-value-(\d+)\.netdev:.*gnoring", said))
        return [str(i) not in refused for i in range(len(values))]
    return judge


def rename(values):
    """The kernel's own rule for the name of an interface; one with % is a pattern to it."""
    taken, ours = [], socket.if_nametoindex(CARD)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for value in values:
            name = value.encode()
            try:
                if len(name) >= IFNAMSIZ or socket.if_indextoname(ours) == value:
                    raise OSError
                fcntl.ioctl(sock, SIOCSIFNAME, struct.pack("16s16s8x", socket.if_indextoname(ours).encode(), name))
                taken.append(True)
            except OSError:
                taken.append(False)
            now = socket.if_indextoname(ours)
            if now != CARD:
                fcntl.ioctl(sock, SIOCSIFNAME, struct.pack("16s16s8x", now.encode(), CARD.encode()))
    return taken


def kernel(*command, undo=()):
    """A command of ip(8) for each value; {} in it is the value, an argument of several words where it has blanks."""
    def judge(values):
        taken = []
        for value in values:
            words = []
            for word in command:
                words += value.split() if word == "{}*" else [word.replace("{}", value)]
            done = subprocess.run(["ip", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            taken.append(done.returncode == 0)
            for line in undo if done.returncode == 0 else ():
                subprocess.run(["ip", *(word.replace("{}", value) for word in line)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, check=False)
        return taken
    return judge


def bus(service, path, interface, method, signature, *more):
    """A call on the bus for each value, its first argument."""
    def judge(values):
        return [subprocess.run(["busctl", "--system", "--quiet", "call", service, path, interface, method, signature, "--", value, *more],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
                for value in values]
    return judge


def localed(values):
    """It takes only what is there: a layout of each name that a file can have."""
    folder = "/usr/share/keymaps/values/"
    os.makedirs(folder, exist_ok=True)
    for value in values:
        if "/" not in value and value not in (".", ".."):
            with open(f"{folder}{value}.map", "w", encoding="utf-8"):
                pass
    return bus("org.freedesktop.locale1", "/org/freedesktop/locale1", "org.freedesktop.locale1", "SetVConsoleKeyboard", "ssbb",
               "", "false", "false")(values)


def openssh(values):
    """Whether ssh-keygen finds a key in the line, and says what it is."""
    return [subprocess.run(["ssh-keygen", "-l", "-f", "-"], input=value.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           check=False).returncode == 0 for value in values]


def libcrypt(values):
    """0: a hash that crypt(3) makes, and would make today."""
    check = ctypes.CDLL("libcrypt.so.1").crypt_checksalt
    return [check(value.encode()) == 0 for value in values]


FIELDS = {
    "hostname": {"firstboot": firstboot("Host", "Hostname"),
                 "hostnamed": bus("org.freedesktop.hostname1", "/org/freedesktop/hostname1", "org.freedesktop.hostname1",
                                  "SetStaticHostname", "sb", "false")},
    "zone": {"firstboot": firstboot("Host", "Timezone"),
             "timedated": bus("org.freedesktop.timedate1", "/org/freedesktop/timedate1", "org.freedesktop.timedate1",
                              "SetTimezone", "sb", "false")},
    "keymap": {"firstboot": firstboot("Host", "Keymap"), "localed": localed},
    "key": {"firstboot": firstboot("Root", "SSHAuthorizedKey"), "openssh": openssh},
    "hash": {"firstboot": firstboot("Root", "PasswordHash"), "libcrypt": libcrypt},
    "interface": {"firstboot": firstboot("Network", "Link"),
                  "kernel": rename},
    "MAC": {"firstboot": firstboot("Network", "Link"), "networkd": networkd("Match", "MACAddress"),
            "kernel": kernel("link", "set", "dev", CARD, "address", "{}")},
    "address": {"firstboot": firstboot("Network", "Address"), "networkd": networkd("Network", "Address"),
                "kernel": kernel("address", "add", "{}", "dev", CARD, undo=[("address", "flush", "dev", CARD)])},
    "prefix": {"firstboot": firstboot("Network", "Address"), "networkd": networkd("Network", "Address"),
               "kernel": kernel("address", "add", "{}", "dev", CARD, undo=[("address", "flush", "dev", CARD)])},
    "gateway": {"firstboot": firstboot("Network", "Gateway"), "networkd": networkd("Network", "Gateway"),
                "kernel": kernel("route", "replace", "default", "via", "{}", "dev", CARD, "onlink")},
    "route": {"firstboot": firstboot("Network", "Route"), "networkd": networkd("Route", "Destination"),
              "kernel": kernel("route", "replace", "{}*", "dev", CARD, undo=[("route", "flush", "dev", CARD)])},
    "DNS": {"firstboot": firstboot("Network", "DNS"), "networkd": networkd("Network", "DNS")},
    "domain": {"firstboot": firstboot("Network", "Domains"), "networkd": networkd("Network", "Domains")},
    "NTP": {"firstboot": firstboot("Network", "NTP"), "networkd": networkd("Network", "NTP")},
    "VLAN": {"firstboot": firstboot("Network", "VLAN"), "networkd": networkd_files("VLAN", "Id", "[NetDev]\nKind=vlan\nName=v#\n")},
    "MTU": {"firstboot": firstboot("Network", "MTU"), "networkd": networkd("Link", "MTUBytes"),
            "kernel": kernel("link", "set", "dev", CARD, "mtu", "{}")},
    "DHCP": {"firstboot": firstboot("Network", "DHCP"), "networkd": networkd("Network", "DHCP")},
}


# -- the table

def unescape(text):
    return re.sub(r"\\x([0-9a-f]{2})|\\(\d+)\*(.)", lambda m: chr(int(m[1], 16)) if m[1] else m[3] * int(m[2]), text)


def read_table():
    """{field: [Row]}, {reason: sentence}"""
    table, reasons, field = {}, {}, None
    with open(TABLE, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if not line or line.startswith("##"):
                continue
            if line.startswith("reason "):
                name, text = line.removeprefix("reason ").split(": ", 1)
                reasons[name] = text
            elif re.fullmatch(r"\[\w+\]", line):
                field = table.setdefault(line.strip("[]"), [])
            else:
                value, verdicts, reason = (line.split("\t") + ["", ""])[:3]
                field.append(Row(value, dict(v.split("=", 1) for v in verdicts.split(" ") if v), reason))
    return table, reasons


def expand(value):
    return [unescape(value.replace("{}", c)) for c in SWEPT] if "{}" in value else [unescape(value)]


def ranges(characters):
    """Characters as in brackets of a shell: "-./0-9a-z"."""
    text, left = "", sorted(characters)
    while left:
        n = 1
        while n < len(left) and ord(left[n]) == ord(left[0]) + n:
            n += 1
        text += left[0] + "-" + left[n - 1] if n > 3 else "".join(left[:n])
        left = left[n:]
    return text or "none"


def verdict(row, taken):
    return ranges([c for c, t in zip(SWEPT, taken) if t]) if "{}" in row.value else "yes" if taken[0] else "no"


def measure(field, rows):
    """What each says today of each row, and how many values these are."""
    values = [expand(row.value) for row in rows]
    flat = [value for some in values for value in some]
    found = [{} for _ in rows]
    for who, judge in FIELDS[field].items():
        taken = judge(flat)
        assert len(taken) == len(flat), f"{field}: {who} has judged {len(taken)} of {len(flat)}"
        at = 0
        for i, some in enumerate(values):
            found[i][who] = verdict(rows[i], taken[at:at + len(some)])
            at += len(some)
    return found, len(set(flat))


def print_table(table):
    with open(TABLE, encoding="utf-8") as file:
        print(file.read().split("\n\n[", 1)[0])
    for field, rows in table.items():
        print(f"\n[{field}]")
        found, _ = measure(field, rows)
        for row, verdicts in zip(rows, found):
            reason = row.reason if len(set(verdicts.values())) > 1 else ""
            print("\t".join([row.value, " ".join(f"{who}={what}" for who, what in verdicts.items()), reason]).rstrip("\t"))


def check_field(field, rows, reasons):
    """The complaints about a field."""
    wrong = []
    found, n = measure(field, rows)
    for row, verdicts in zip(rows, found):
        if verdicts != row.verdicts:
            wrong.append(f"{row.value}: the table says {row.verdicts}, but it is {verdicts}")
        if (len(set(verdicts.values())) > 1) != (row.reason in reasons):
            wrong.append(f"{row.value}: {verdicts} needs a reason, and no other row one")
    print(f"     {field}: {n} values, {sum(len(set(v.values())) > 1 for v in found)} rows with a reason", flush=True)
    return wrong, n


def start(daemon, name):
    """The bus cannot start it without a manager."""
    subprocess.Popen([f"/lib/systemd/systemd-{daemon}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        out = subprocess.run(["busctl", "--system", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", "s",
                              name], stdout=subprocess.PIPE, check=False).stdout
        if b"true" in out:
            return
        time.sleep(0.05)
    raise AssertionError(f"{daemon} does not come")


def main():
    table, reasons = read_table()
    wanted = [word for word in sys.argv[2:] if not word.startswith("-")] or list(table)
    start("timedated", "org.freedesktop.timedate1")
    start("localed", "org.freedesktop.locale1")
    subprocess.run(["ip", "link", "set", "dev", CARD, "up"], check=True)
    # networkd shall leave the card alone that names and addresses are tried on.
    with open(NETWORK + "10-leave.network", "w", encoding="ascii") as file:
        file.write("[Match]\nMACAddress=52:54:00:12:34:57\n[Link]\nUnmanaged=yes\n")
    subprocess.run(["networkctl", "reload"], check=True)
    if "--print" in sys.argv:
        print_table({field: table[field] for field in wanted})
        return False
    assert set(table) == set(FIELDS), set(table) ^ set(FIELDS)
    failed = 0
    for field in wanted:
        wrong, n = check_field(field, table[field], reasons)
        if n < AT_LEAST:
            wrong.append(f"{n} values are too few")
        failed += bool(wrong)
        print(f"{'FAIL' if wrong else 'ok  '} {field}", *wrong, sep="\n     ", flush=True)
    used = {row.reason for rows in table.values() for row in rows}
    if set(reasons) != used - {""}:
        failed += 1
        print(f"FAIL reasons: {set(reasons) ^ (used - {''})}")
    print(f"{len(wanted) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    PROGRAM = os.path.join(sys.argv[1], "tests/bus/test-values")
    sys.exit(main())
