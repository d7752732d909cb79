#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Network changes that are cut off. firstbootd is killed on entering a system call that changes a file or talks to a
manager, the next one, and so on until it comes through; each time it is started again, and what it found must have
ended with the old settings whole or the new ones whole: files, kernel and history.

usage: test_powercut.py [--build DIR] [--jobs N] [--nm] [SCENARIO...]

With --nm NetworkManager sets up the links, else systemd-networkd.

The points of a scenario are dealt out to sandboxes side by side. A call that only reads is none: an openat() that
creates nothing, a write() to what is no file. The calls of the start, before a scenario begins, are another one's.
The last lines are "tried N points, old M, new K" and "N passed, N failed".
"""

import argparse
import concurrent.futures
import glob
import ipaddress
import json
import os
import re
import signal
import subprocess
import sys
import time

from bus import NAME, OFF, REPLACE, SET, STATIC, UNSAFE, Bus, Refused, family, link

DAEMON = "/usr/libexec/firstboot/firstbootd"
STATE = "/var/lib/firstboot"
JOURNAL = f"{STATE}/journal"
FOLLOWED = f"{STATE}/resolv.conf.follow"
SERVICE_FILE = "/usr/share/dbus-1/system-services/org.firstboot.Firstboot1.service"
PREFIX, OPTIONS, LOG = "/run/powercut.prefix", "/run/powercut.options", "/run/powercut.strace"
CALLS = ["openat", "write", "fchmod", "fsync", "renameat", "unlinkat", "mkdirat", "sendmsg", "sendto"]
KEPT_OUTCOMES = {"kept-proven", "kept-unproven", "recovered-new"}
OLD_OUTCOMES = {"recovered-old", "taken-back", "expired", "failed"}


# -- settings ------------------------------------------------------------------------------------


def fixed(ifname, address, gateway="", dns=()):
    """A fixed address, and nothing else, so that there is nothing to wait for."""
    return link(ifname, family(STATIC, [address], gateway), family(OFF), dns=dns)


def automatic(ifname):
    return link(ifname, family(), family(OFF))


def ten():
    return fixed("enp1s0", "192.0.2.10/24", "192.0.2.1", ["192.0.2.1"])


def eleven():
    return fixed("enp1s0", "192.0.2.11/24", "192.0.2.1", ["192.0.2.2"])


def ten_alone():
    """As ten(), but without a way out: nothing that is new has to be asked for."""
    return fixed("enp1s0", "192.0.2.10/24", "", ["192.0.2.2"])


# name: old links, new links, how the change ends, from where on it is cut off, how many sandboxes
SCENARIOS = {
    "fixed": ([ten], [eleven], "Confirm", "start", 6),
    "to-dhcp": ([ten], [lambda: automatic("enp1s0")], "Confirm", "start", 5),
    "two-links": ([ten, lambda: fixed("enp2s0", "198.51.100.10/24")],
                  [eleven, lambda: fixed("enp2s0", "198.51.100.11/24")], "Confirm", "start", 6),
    "given-back": ([ten, lambda: fixed("enp2s0", "198.51.100.10/24")], [ten], "Confirm", "start", 4),
    "unsafe": ([ten], [eleven], "unsafe", "start", 3),
    "take-back": ([ten], [ten_alone], "Revert", "end", 2),
    "kept-in-vain": ([ten], [ten_alone], "in vain", "end", 2),
    "expiry": ([ten], [ten_alone], "expire", "end", 2),
    "terminated": ([ten], [ten_alone], "terminate", "end", 2),
    "recover-old": ([ten], [eleven], "trying", "recovery", 1),
    "recover-new": ([ten], [eleven], "keeping", "recovery", 2),
}


# -- the machine ---------------------------------------------------------------------------------


def run(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout


def read_file(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write_file(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def wait(condition, seconds, what, pause=0.01):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not so within {seconds} s: {what}")
        time.sleep(pause)


def expected(links):
    """The same of what a set asks for; a card that is not in it asks the network by itself."""
    found = {"enp1s0": (["lease"], ["192.0.2.1"]), "enp2s0": ([], [])}
    for _, ifname, _, (method, addresses, gateway, _), *_ in links:
        if method == STATIC:
            found[ifname] = ([f"{ipaddress.ip_address(a)}/{n}" for a, n in addresses],
                             [str(ipaddress.ip_address(gateway))] if gateway else [])
    return found


def kernel():
    """Addresses and gateways of the cards; of a lease it does not matter which it is."""
    found = {}
    for ifname in ("enp1s0", "enp2s0"):
        info = json.loads(run("ip", "-json", "-4", "address", "show", "dev", ifname, "scope", "global"))
        addresses = {"lease" if a.get("dynamic") else f"{a['local']}/{a['prefixlen']}"
                     for i in info for a in i.get("addr_info", [])}
        routes = json.loads(run("ip", "-json", "-4", "route", "show", "default", "dev", ifname) or "[]")
        found[ifname] = sorted(addresses), sorted({r.get("gateway", "") for r in routes})
    return found


class Networkd:
    """What the manager of the links has of ours."""

    snapshots = True    # a change that was cut off can be made by its files alone

    def paths(self):
        """Where the name servers are the lease's, they come with it."""
        if os.path.exists(FOLLOWED):
            return glob.glob("/etc/systemd/network/*") + [FOLLOWED]
        return glob.glob("/etc/systemd/network/*") + glob.glob(f"{STATE}/resolv.conf.*") + ["/etc/resolv.conf"]

    def provisional(self):
        return glob.glob("/run/systemd/network/*firstboot*") + glob.glob("/etc/systemd/network/*.aside")

    def forget(self):
        """After a failure: let nothing of it be found by the next point."""
        for path in leftovers():
            os.unlink(path)
        run("networkctl", "reload")


class NetworkManager:
    snapshots = False

    def paths(self):
        return glob.glob("/etc/NetworkManager/system-connections/*")

    def provisional(self):
        found = glob.glob("/run/NetworkManager/system-connections/firstboot-*")
        checkpoints = run("busctl", "get-property", "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager",
                          "org.freedesktop.NetworkManager", "Checkpoints").split()[1]
        return found + ([f"{checkpoints} checkpoints"] if checkpoints != "0" else [])

    def forget(self):
        for path in (JOURNAL, *glob.glob("/run/NetworkManager/system-connections/firstboot-*")):
            if os.path.exists(path):
                os.unlink(path)
        run("nmcli", "connection", "reload")


MANAGER = NetworkManager() if "--nm" in sys.argv else Networkd()


def files():
    """What is kept, and what follows from it."""
    return {path: read_file(path) for path in [*MANAGER.paths(), f"{STATE}/network"] if os.path.exists(path)}


def leftovers():
    """What a change must not leave."""
    found = MANAGER.provisional()
    for folder in ("/etc", "/etc/systemd/network", "/run/systemd/network", STATE, f"{STATE}/history"):
        found += [path for path in glob.glob(f"{folder}/.*") if re.search(r"\.[0-9a-f]{16}$", path)]
    return found + ([JOURNAL] if os.path.exists(JOURNAL) else [])


def history():
    """The numbers of the entries, and the last one's outcome."""
    ids = sorted(int(name) for name in os.listdir(f"{STATE}/history")) if os.path.isdir(f"{STATE}/history") else []
    last = re.search(r"(?m)^Outcome=(.*)$", read_file(f"{STATE}/history/{ids[-1]}")).group(1) if ids else ""
    return ids, last


# -- firstbootd ----------------------------------------------------------------------------------


def install_wrapper():
    """Let the bus start firstbootd below whatever PREFIX says."""
    write_file("/run/powercut", f"#!/bin/sh\nexec $(cat {PREFIX}) {DAEMON} $(cat {OPTIONS}) 2>>/run/powercut.log\n")
    os.chmod("/run/powercut", 0o755)
    text = re.sub(r"(?m)^Exec=.*$", "Exec=/run/powercut", read_file(SERVICE_FILE))
    write_file(SERVICE_FILE, text)
    run("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig")


def daemon_pids():
    found = []
    for path in glob.glob("/proc/[0-9]*/exe"):
        try:
            if os.readlink(path).startswith(DAEMON):
                found.append(int(path.split("/")[2]))
        except OSError:
            pass
    return found


def stop_daemon(number=signal.SIGTERM):
    for pid in daemon_pids():
        os.kill(pid, number)
    wait(lambda: not daemon_pids() and not has_name(), 10, "firstbootd ends")


def has_name():
    """Does the bus still know firstbootd?"""
    return "true" in run("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", "s",
                         NAME.decode())


class Cut(Exception):
    """firstbootd was killed."""


def call(bus, member, *arguments, **named):
    try:
        return bus.call(member, *arguments, **named)
    except Refused as refused:
        if refused.name in ("NoReply", "Disconnected", "ChildExited", "ChildSignaled", "ExecFailed", "Failed") and \
                not daemon_pids():
            raise Cut from refused
        raise


def settle(seconds=15):
    """Wait for the end of what firstbootd found at its start."""
    end = time.monotonic() + seconds
    while os.path.exists(JOURNAL):
        if not daemon_pids():
            raise Cut
        if time.monotonic() > end:
            raise AssertionError("the journal stays")
        time.sleep(0.01)


# -- a scenario ----------------------------------------------------------------------------------


class Scenario:
    def __init__(self, name):
        self.old, self.new, self.end, self.begin, _ = SCENARIOS[name]
        self.bus = Bus()
        self.confirmed = False
        self.fault = self.waiting = None
        write_file(PREFIX, "")
        write_file(OPTIONS, "--idle-seconds=600" + (" --confirm-seconds=1" if self.end == "expire" else ""))
        install_wrapper()
        self.states, self.snapshot = {}, None
        for state, links in (("old", self.old), ("new", self.new), ("old", self.old)):
            call(self.bus, "SetNetwork", SET + "uu", [make() for make in links], "", REPLACE | UNSAFE, 0, returns="tbts")
            self.states[state] = files(), expected([make() for make in links])
            self.settle_kernel(state)
        if self.states["old"][0] == self.states["new"][0] or self.states["old"][1] == self.states["new"][1]:
            raise AssertionError(f"old and new are the same: {self.states}")
        if self.begin == "recovery":
            self.set_network()
            self.snapshot = self.take_snapshot()
        if self.end == "in vain":
            stop_daemon()
            self.fault = self.find_fault()
        stop_daemon(signal.SIGKILL if self.begin == "recovery" else signal.SIGTERM)

    def take_snapshot(self):
        """The files of a change that is cut off while it waits, or as soon as it is to be kept."""
        paths = [JOURNAL, *glob.glob("/run/systemd/network/*firstboot*"), *self.states["old"][0]]
        found = {path: read_file(path) for path in paths}
        found[JOURNAL] = re.sub(r"^Phase=.*", f"Phase={self.end}", found[JOURNAL])
        return found

    def set_network(self, flags=REPLACE):
        return call(self.bus, "SetNetwork", SET + "uu", [make() for make in self.new], "", flags, 0, returns="tbts")[0]

    def find_fault(self):
        """What has the disk fail as soon as the journal says that the change is kept: the word is there, not its place."""
        write_file(PREFIX, f"strace -f -qq -o {LOG} -e trace=fsync,renameat")
        change = self.set_network()
        call(self.bus, "Confirm", "t", change)
        write_file(PREFIX, "")
        calls = re.findall(r"(?m)^\d+ +(fsync|renameat)\((.*)$", read_file(LOG))
        journals = [i for i, (name, rest) in enumerate(calls) if name == "renameat" and '"journal")' in rest]
        assert len(journals) == 2, calls
        number = 1 + sum(name == "fsync" for name, _ in calls[:journals[1]])
        stop_daemon()
        call(self.bus, "SetNetwork", SET + "uu", [make() for make in self.old], "", REPLACE | UNSAFE, 0, returns="tbts")
        return f"-e inject=fsync:error=EIO:when={number}"

    def trace(self, options, calls):
        """Let firstbootd run below strace."""
        more = f",fsync {self.fault}" if self.fault else ""
        write_file(PREFIX, f"strace -f -qq {options} -e trace={calls}{more}")

    def calls(self):
        """Those to be killed at; one call has one fault at a time."""
        return [name for name in CALLS if not self.fault or name != "fsync"]

    def begin_state(self):
        """The old settings, or the files of a change that was cut off."""
        if not MANAGER.snapshots:
            call(self.bus, "SetNetwork", SET + "uu", [make() for make in self.old], "", REPLACE | UNSAFE, 0, returns="tbts")
            stop_daemon()
        now, wanted = files(), self.states["old"][0]
        for path in [p for p in now if p not in wanted]:
            os.unlink(path)
        for path, text in (self.snapshot or wanted).items():
            if now.get(path) != text:
                write_file(path, text)
        if now != wanted:
            run("networkctl", "reload")
        self.settle_kernel("old")
        for path in glob.glob(f"{STATE}/history/*"):
            os.unlink(path)
        self.confirmed = False
        self.waiting = None

    def settle_kernel(self, state):
        if self.snapshot and state == "old" and os.path.exists(JOURNAL):
            return
        try:
            wait(lambda: kernel() == self.states[state][1], 12, f"the kernel is {state}: {self.states[state][1]}", 0.05)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {kernel()}") from None

    def go_through(self, at_begin=lambda: None):
        """The whole change; raises Cut where firstbootd is killed."""
        call(self.bus, "GetStatus", returns="ttsst")
        if self.begin == "recovery":
            settle()
            return
        if self.begin == "start":
            at_begin()
        change = self.set_network(REPLACE | (UNSAFE if self.end == "unsafe" else 0))
        if self.end == "in vain":
            self.keep_in_vain(change)
        if self.begin == "end":
            at_begin()
        if self.end in ("Confirm", "Revert", "in vain"):
            self.confirmed = self.end == "Confirm"
            call(self.bus, "Confirm" if self.confirmed else "Revert", "t", change)
        elif self.end == "expire":
            settle()
        elif self.end == "terminate":
            for pid in daemon_pids():
                os.kill(pid, signal.SIGTERM)
            wait(lambda: not daemon_pids(), 10, "firstbootd ends")
            if os.path.exists(JOURNAL):
                raise Cut

    def keep_in_vain(self, change):
        try:
            call(self.bus, "Confirm", "t", change)
        except Refused as refused:
            assert refused.name == "Failed" and "Input/output error" in refused.message, refused
        else:
            raise AssertionError("kept, although the disk failed")
        self.waiting = files(), MANAGER.provisional()

    def ends_as(self):
        """Which of the two it is now, whole. What the disk says must come true in the kernel and in the history."""
        now = files()
        states = [state for state, (wanted, _) in self.states.items() if wanted == now]
        if not states:
            raise AssertionError(f"neither old nor new: {now}")
        if leftovers():
            raise AssertionError(f"left over: {leftovers()}")
        self.settle_kernel(states[0])
        if os.path.exists(FOLLOWED):
            call(self.bus, "FollowLeases")
            assert "nameserver 192.0.2.1\n" in read_file("/etc/resolv.conf"), read_file("/etc/resolv.conf")
        return states[0]

    def check_history(self, state, journaled, untouched):
        ids, last = history()
        if journaled and not ids:
            raise AssertionError("the history does not say how it ended")
        if len(ids) > 1:
            raise AssertionError(f"the history has {len(ids)} entries of one change")
        if state == "new" and last not in KEPT_OUTCOMES or state == "old" and ids and last not in OLD_OUTCOMES:
            raise AssertionError(f"{state}, and the history says {last!r}")
        if state == "new" and self.end == "in vain" and not untouched:
            raise AssertionError("new, although it was being taken back")
        if state == "new" and self.end not in ("Confirm", "unsafe", "keeping", "in vain"):
            raise AssertionError("new, although nobody has confirmed")
        if state == "new" and self.end == "Confirm" and not self.confirmed:
            raise AssertionError("new before Confirm")

    def try_point(self, syscall, number):
        """Kill at that call, start again, check. Returns (came through, old or new)."""
        self.begin_state()
        self.trace(f"-o /dev/null -e inject={syscall}:signal=SIGKILL:when={number}", syscall)
        through = True
        try:
            self.go_through()
        except Cut:
            through = False
        write_file(PREFIX, "")
        if through:
            stop_daemon(signal.SIGKILL)
        wait(lambda: not daemon_pids() and not has_name(), 5, "firstbootd is gone")
        journaled = os.path.exists(JOURNAL)
        # How many calls a change makes depends on when the manager speaks: it may be cut before it is told that it was kept in vain.
        untouched = self.waiting in (None, (files(), MANAGER.provisional()))
        call(self.bus, "GetStatus", returns="ttsst")
        settle()
        state = self.ends_as()
        self.check_history(state, journaled or through, untouched)
        stop_daemon()
        return through, state

    def count_calls(self):
        """The numbers of the calls that are points, by name: of a run that is only looked at."""
        counts, start = {}, {}

        def lines():
            return re.findall(r"(?m)^\d+ +(\w+)\((.*)$", read_file(LOG))

        def note():
            start.update({name: sum(call == name for call, _ in lines()) for name in self.calls()})

        self.begin_state()
        self.trace(f"-y -s 0 -o {LOG}", ",".join(self.calls()))
        self.go_through(note)
        write_file(PREFIX, "")
        for name in self.calls():
            numbers = [i for i, (_, rest) in enumerate(((c, r) for c, r in lines() if c == name), 1) if is_point(name, rest)]
            counts[name] = [i for i in numbers if i > start.get(name, 0)]
        stop_daemon()
        return counts


def is_point(name, arguments):
    """Does this call change a file or talk to somebody?"""
    if name == "openat":
        return "O_CREAT" in arguments
    if name == "write":
        return re.match(r"\d+</(etc|run|var)/", arguments) is not None
    return True


def points_of(counts, part, parts):
    """This part's share of the points: (name, number), and the names whose end this part has to look for."""
    points = [(name, number) for name in counts for number in counts[name]]
    ends = [name for i, name in enumerate(counts) if i % parts == part]
    return points[part::parts], [(name, counts[name][-1] + 1 if counts[name] else 1) for name in ends]


def inside(name, part, parts):
    """In a sandbox: one part of a scenario."""
    scenario = Scenario(name)
    result = {"old": 0, "new": 0, "failures": []}

    def attempt(syscall, number):
        try:
            through, state = scenario.try_point(syscall, number)
            result[state] += not through
            return through
        except (AssertionError, Refused, Cut, subprocess.CalledProcessError) as error:
            log = read_file("/run/powercut.log")[-600:] if os.path.exists("/run/powercut.log") else ""
            result["failures"].append(f"{name}, {syscall} number {number}: {error!r} {log}")
            write_file(PREFIX, "")
            stop_daemon(signal.SIGKILL)
            MANAGER.forget()
            return len(result["failures"]) > 3

    points, ends = points_of(scenario.count_calls(), part, parts)
    for syscall, number in points:
        if len(result["failures"]) <= 3:
            attempt(syscall, number)
    for syscall, number in ends:
        while not attempt(syscall, number):
            number += 1
    print(json.dumps(result))


def outside(arguments):
    """Run every part of every scenario in a sandbox of its own."""
    here = os.path.dirname(os.path.realpath(__file__))
    names = arguments.scenario or [name for name in SCENARIOS
                                   if MANAGER.snapshots or SCENARIOS[name][3] != "recovery"]
    jobs = [(name, part, SCENARIOS[name][4]) for name in names for part in range(SCENARIOS[name][4])]
    options = []
    if arguments.nm:
        options = ["--nm"]
        os.environ["SANDBOX_NM"] = run(f"{here}/../lib/network-manager").strip()

    def job(what):
        name, part, parts = what
        done = subprocess.run([f"{here}/../lib/sandbox", "--build", arguments.build, "--dhcp", *options, "--",
                               sys.executable, __file__, "--inside", name, str(part), str(parts), *options],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        last = done.stdout.strip().rsplit("\n", 1)[-1]
        if done.returncode == 0 and last.startswith("{"):
            return name, json.loads(last)
        return name, {"old": 0, "new": 0, "failures": [f"{name}: part {part} broke: {done.stdout[-2000:]}"]}

    totals = {name: {"old": 0, "new": 0, "failures": []} for name, _, _ in jobs}
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for name, result in pool.map(job, jobs):
            for key, value in result.items():
                totals[name][key] += value
    bad = 0
    for name, total in totals.items():
        points = total["old"] + total["new"]
        failed = bool(total["failures"]) or points == 0
        bad += failed
        print("FAIL" if failed else "ok  ", f"{name}: tried {points} points, old {total['old']}, new {total['new']}")
        print(*total["failures"][:5], sep="\n", end="\n" if total["failures"] else "")
    old, new = (sum(t[k] for t in totals.values()) for k in ("old", "new"))
    print(f"tried {old + new} points, old {old}, new {new}")
    print(f"{len(totals) - bad} passed, {bad} failed")
    return bad > 0


def main():
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return 0
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../build"))
    parser.add_argument("--jobs", type=int, default=17)
    parser.add_argument("--nm", action="store_true")
    parser.add_argument("scenario", nargs="*", choices=[[], *SCENARIOS])
    return outside(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
