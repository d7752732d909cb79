#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What may happen to a change of the network, over systemd-networkd and over NetworkManager alike.

usage: test_scenarios.py [--build DIR] [--nm] [--jobs N] [SCENARIO...]

Each scenario has a sandbox of its own. It begins with settings that are kept, tries others through
firstbootd while something happens, and ends with the old ones whole or the new ones whole: in the
kernel, in the manager's files and in the history, and once more after a reboot.
"""

import argparse
import concurrent.futures
import contextlib
import dataclasses
import glob
import ipaddress
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
import typing

from bus import OFF, STATIC, Bus, Refused, family, index, link
from test_firstbootd import (ADDRESSES, EDIT_RULE, EXPIRED, FAILED, KEPT_PROVEN, KEPT_UNPROVEN, RECOVERED_OLD, TAKEN_BACK, WRITING,
                             change, check_logs, configure, daemon_pid, fixed, history, mac_of_peer, read_file, run, stop_daemon, wait)

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STATE = "/var/lib/firstboot"
SECONDS = 20  # for what must come


# -- the managers --------------------------------------------------------------------------------


class Manager:
    """What is different from one manager to the other."""

    name = kept_folder = pending_pattern = pid_file = ""
    state = ()  # what a reboot clears

    def pid(self):
        return int(read_file(self.pid_file))

    def runs(self):
        return "true" in run("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", "s", self.name)

    def kill(self):
        os.kill(self.pid(), signal.SIGKILL)
        wait(lambda: not self.runs(), SECONDS, "the manager ends")

    def start(self):
        self.launch()
        wait(self.runs, SECONDS, "the manager comes")

    def launch(self):
        raise NotImplementedError

    def kept(self):
        """The links with settings of ours on the disk."""
        found = [re.fullmatch(r"(?:05-)?firstboot-(.+)\.(?:network|nmconnection)", name) for name in os.listdir(self.kept_folder)]
        return sorted(match.group(1) for match in found if match)

    def pending(self):
        """What is left of a change that is over."""
        return [path for path in glob.glob(self.pending_pattern) if not self.is_kept(path)] + glob.glob(f"{STATE}/journal")

    def is_kept(self, path):
        return False


class Networkd(Manager):
    name = "org.freedesktop.network1"
    kept_folder = "/etc/systemd/network"
    pending_pattern = "/run/systemd/network/*firstboot*"
    pid_file = "/run/networkd.pid"
    state = ("/run/systemd/network/*", "/run/systemd/netif/*/*")

    def launch(self):
        with open("/run/networkd.log", "a", encoding="utf-8") as log:
            process = subprocess.Popen(["/lib/systemd/systemd-networkd"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       start_new_session=True, env={**os.environ, "SYSTEMD_LOG_TARGET": "console"})
        with open(self.pid_file, "w", encoding="ascii") as file:
            file.write(str(process.pid))
        threading.Thread(target=process.wait, daemon=True).start()


def settings_of(path):
    """The lines of a profile that are no remarks of NetworkManager for itself."""
    with contextlib.suppress(FileNotFoundError):
        return re.sub(r"(?ms)^\[\.nmmeta\].*?(?=^\[|\Z)|^timestamp=.*?\n", "", read_file(path)).strip()
    return None


class NetworkManager(Manager):
    name = "org.freedesktop.NetworkManager"
    kept_folder = "/etc/NetworkManager/system-connections"
    pending_pattern = "/run/NetworkManager/system-connections/firstboot-*"
    pid_file = "/run/NetworkManager.pid"
    state = ("/run/NetworkManager/*",)

    def is_kept(self, path):
        """A profile in memory may stay where the disk did not take it and has the same."""
        return settings_of(path) == settings_of(f"{self.kept_folder}/{os.path.basename(path)}")

    def launch(self):
        run("start-NetworkManager")


class Machine:
    """The sandbox with one of them."""

    def __init__(self, manager):
        self.manager = manager
        self.bus = Bus()
        self.noted = {}  # what a scenario has to remember

    def reboot(self):
        """The disk stays."""
        stop_daemon(signal.SIGKILL)
        self.manager.kill()
        for pattern in self.manager.state:
            for path in glob.glob(pattern):
                shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
        for one in json.loads(run("ip", "-json", "link")):
            if one["ifname"] != "lo":
                run("ip", "address", "flush", "dev", one["ifname"])
                run("ip", "link", "set", one["ifname"], "down")
        self.manager.start()
        self.bus.call("GetState", returns="sbb")

    def links(self, wish):
        return wish(self) if callable(wish) else [one() for one in wish]


# -- the kernel ----------------------------------------------------------------------------------


def in_kernel(ifname, version):
    """[addresses, gateways] of one family; which address a lease has does not matter."""
    info = json.loads(run("ip", "-json", f"-{version}", "address", "show", "dev", ifname, "scope", "global") or "[]")
    found = {"lease" if a.get("dynamic") else f"{a['local']}/{a['prefixlen']}"
             for one in info for a in one.get("addr_info", []) if a}
    routes = json.loads(run("ip", "-json", f"-{version}", "route", "show", "default", "dev", ifname) or "[]")
    return [sorted(found), sorted({r.get("gateway", "") for r in routes})]


def asked_for(one, version):
    """The same as a link of a set asks for; None where the network decides."""
    ifname, (method, addresses, gateway, _) = one[1], one[3 if version == 4 else 4]
    if method == STATIC:
        return [sorted(f"{ipaddress.ip_address(a)}/{n}" for a, n in addresses), [str(ipaddress.ip_address(gateway))] if gateway else []]
    if method == OFF:
        return [[], []]
    if version == 4:
        return [["lease"], ["192.0.2.1"]] if ifname == "enp1s0" else [[], []]
    return None


def differences(links):
    """What the kernel has otherwise than a set asks for; cards that are not in it are automatic."""
    links = {one[1]: one for one in [link("enp1s0"), link("enp2s0"), *links] if index(one[1])}
    found = {}
    for ifname, one in links.items():
        for version in (4, 6):
            wanted = asked_for(one, version)
            if wanted is not None and in_kernel(ifname, version) != wanted:
                found[f"{ifname} IPv{version}"] = in_kernel(ifname, version), "not", wanted
    return found


def in_force(links, what):
    """Wait until the kernel has it, and see that this is no moment on the way to something else."""
    try:
        wait(lambda: not differences(links), SECONDS)
        time.sleep(0.5)
        wait(lambda: not differences(links), SECONDS)
    except AssertionError:
        raise AssertionError(f"{what}: {differences(links)}") from None


# -- what may happen -----------------------------------------------------------------------------


def at_peer(*command):
    return lambda machine: run("ip", "-n", "peer", *command)


def unplug(machine):
    run("ip", "-n", "peer", "link", "set", "peer0", "down")


def plug_in(machine):
    run("ip", "-n", "peer", "link", "set", "peer0", "up")


def kill_manager(machine):
    machine.manager.kill()


def restart_manager(machine):
    machine.manager.kill()
    machine.manager.start()


def kill_manager_for_a_second(machine):
    machine.manager.kill()
    time.sleep(1)
    machine.manager.start()


def kill_daemon(machine):
    owner = machine.bus.owner()
    os.kill(daemon_pid(), signal.SIGKILL)
    # The bus may take it for alive for a moment more.
    wait(lambda: owner not in run("busctl", "list", "--unique", "--no-legend"), SECONDS, "firstbootd ends")


def kill_bus(machine):
    """Everybody is cut off; systemd starts another one for whoever comes next."""
    pid = daemon_pid()
    os.kill(int(read_file("/run/dbus.pid")), signal.SIGKILL)
    wait(lambda: not os.path.exists(f"/proc/{pid}"), SECONDS, "firstbootd ends by itself")
    os.unlink("/run/dbus/system_bus_socket")
    with open("/run/dbus.log", "ab") as log:
        process = subprocess.Popen(["dbus-daemon", "--system", "--nofork", "--nopidfile", "--nosyslog"],
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    with open("/run/dbus.pid", "w", encoding="ascii") as file:
        file.write(str(process.pid))
    wait(lambda: os.path.exists("/run/dbus/system_bus_socket"), SECONDS, "the bus comes")
    # Not every manager comes to the new one by itself.
    restart_manager(machine)
    machine.bus = Bus()


def read_only(machine):
    run("mount", "--bind", "/etc", "/etc")
    run("mount", "-o", "remount,ro,bind", "/etc")


def writable(machine):
    run("umount", "/etc")


def fill(folder):
    """Let a folder be on a disk without room."""
    size = 256 * 1024
    shutil.copytree(folder, "/run/old" + folder)
    run("mount", "-t", "tmpfs", "-o", f"size={size},mode={os.stat(folder).st_mode & 0o777:o}", "full", folder)
    shutil.copytree("/run/old" + folder, folder, dirs_exist_ok=True)
    for name in os.listdir(folder):
        os.chmod(f"{folder}/{name}", os.stat(f"/run/old{folder}/{name}").st_mode & 0o777)
    with open(f"{folder}/filler", "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass

def make_room(folder):
    os.unlink(f"{folder}/filler")


def overwrite(machine):
    """Another program's settings in the place of ours."""
    run("ip", "address", "flush", "dev", "enp1s0", "scope", "global")
    run("ip", "address", "add", "203.0.113.77/24", "dev", "enp1s0")
    run("ip", "route", "add", "default", "via", "203.0.113.1", "dev", "enp1s0")


def hot_add(machine):
    run("ip", "link", "add", "enp3s0", "type", "veth", "peer", "name", "peer2", "netns", "peer")
    run("ip", "-n", "peer", "address", "add", "203.0.113.1/24", "dev", "peer2")
    run("ip", "-n", "peer", "link", "set", "peer2", "up")


def rename(machine):
    """Between what a page has read and what it sends; the card's name goes to another one."""
    page = fixed("198.51.100.10/24", "198.51.100.1")
    read = index("enp2s0")
    run("ip", "link", "set", "enp2s0", "down")
    run("ip", "link", "set", "enp2s0", "name", "lan0")
    refused("no network card called enp2s0", link("enp2s0", page, ifindex=read))
    run("ip", "link", "add", "enp2s0", "type", "veth", "peer", "name", "other0")
    refused("no longer called enp2s0", link("enp2s0", page, ifindex=read))
    refused("no longer called lan0", link("lan0", page, ifindex=index("enp2s0")))
    run("ip", "link", "delete", "enp2s0")


def refused(words, *links):
    try:
        change(Bus(), links)
    except Refused as refusal:
        assert words in refusal.message and "not changed" in refusal.message, refusal.message
    else:
        raise AssertionError(f"not refused: {words}")


def add_many(machine):
    lines = "".join(f"link add many{i} type veth peer name far{i} netns peer\n" for i in range(200))
    subprocess.run(["ip", "-batch", "-"], input=lines, text=True, check=True)
    machine.noted["began"] = time.monotonic()


def tell_time(machine):
    seconds = time.monotonic() - machine.noted["began"]
    print(f"      with {len(os.listdir('/sys/class/net'))} interfaces: tried, proven and kept in {seconds:.1f} s")
    assert seconds < 15, seconds


# -- the table -----------------------------------------------------------------------------------


@dataclasses.dataclass
class Scenario:
    """From the settings before to those that are wished."""

    wish: typing.Any  # links to be made, or how to make them
    before: typing.Any = ()
    options: tuple = ()  # of firstbootd
    prepare: typing.Callable | None = None
    at: tuple = ()  # (step, what happens then)
    answer: tuple = ("proven", "")  # how, and words that the note or the refusal has
    meanwhile: typing.Callable | None = None  # while the change waits
    end: str = "Confirm"  # "": by itself
    end_refused: str = ""  # words of a Confirm that does not succeed; it is taken back then
    after: typing.Callable | None = None  # before one looks
    outcome: int | None = KEPT_PROVEN  # in the history, None: it has no place there


def ten():
    return link("enp1s0", fixed(), family(OFF))


def eleven():
    return link("enp1s0", fixed("192.0.2.11/24"), family(OFF))


def second(address="198.51.100.10/24"):
    return link("enp2s0", fixed(address, "198.51.100.1"), family(OFF))


def at_lease(machine):
    """Fixed to the very address of the lease."""
    info = json.loads(run("ip", "-json", "-4", "address", "show", "dev", "enp1s0", "scope", "global"))
    address = info[0]["addr_info"][0]
    assert address["dynamic"]
    return [link("enp1s0", fixed(f"{address['local']}/{address['prefixlen']}"), family(OFF))]


def elsewhere():
    return link("enp1s0", fixed("203.0.113.10/24", "203.0.113.1"), family(OFF))


def refused_by(words, **more):
    return {"answer": ("refused", words), "end": "", "outcome": None, **more}


ETC_FULL = {"prepare": lambda m: fill(m.manager.kept_folder), "after": lambda m: run("umount", m.manager.kept_folder)}

SCENARIOS = {
    "dhcp-to-static-same-address": Scenario(at_lease),
    "static-to-dhcp": Scenario([lambda: link("enp1s0")], [ten]),
    "static-to-other-subnet": Scenario([elsewhere], [ten], prepare=at_peer("address", "add", "203.0.113.1/24", "dev", "peer0")),
    "wrong-gateway": Scenario([lambda: link("enp1s0", fixed("192.0.2.11/24", "192.0.2.250"), family(OFF))], [ten],
                              options=("--confirm-seconds=2",), answer=("unproven", "192.0.2.250"), end="", outcome=EXPIRED),
    "no-cable": Scenario([ten, second], [ten], options=("--confirm-seconds=2",), prepare=at_peer("link", "set", "peer1", "down"),
                         answer=("unproven", "enp2s0 has no cable"), end="", after=at_peer("link", "set", "peer1", "up"),
                         outcome=EXPIRED),
    "rival": Scenario([eleven], [ten], prepare=at_peer("address", "add", "192.0.2.11/24", "dev", "peer0"), **refused_by("{mac}")),
    "unplugged-while-tried": Scenario([eleven], [ten], at=(WRITING, unplug), answer=("unproven", "enp1s0"), meanwhile=plug_in,
                                      outcome=KEPT_UNPROVEN),
    "unplugged-while-it-waits": Scenario([eleven], [ten], meanwhile=unplug, end="Revert", after=plug_in, outcome=TAKEN_BACK),
    "manager-killed-while-tried": Scenario([eleven], [ten], at=(WRITING, kill_manager_for_a_second),
                                           # NetworkManager forgets that it was asked, where it was killed while it began.
                                           **refused_by("ended|could not set up", outcome=FAILED)),
    "manager-killed-while-it-waits": Scenario([eleven], [ten], meanwhile=restart_manager),
    "manager-killed-then-taken-back": Scenario([eleven, second], [ten], meanwhile=restart_manager, end="Revert",
                                               outcome=TAKEN_BACK),
    "firstbootd-killed-while-tried": Scenario([eleven], [ten], at=(ADDRESSES, kill_daemon), answer=("cut off", ""), end="",
                                              outcome=RECOVERED_OLD),
    "firstbootd-killed-while-it-waits": Scenario([eleven], [], meanwhile=kill_daemon, end="", outcome=RECOVERED_OLD),
    "bus-killed-while-tried": Scenario([eleven], [ten], at=(ADDRESSES, kill_bus), answer=("cut off", ""), end="",
                                       outcome=RECOVERED_OLD),
    "bus-killed-while-it-waits": Scenario([eleven, second], [ten], meanwhile=kill_bus, end="", outcome=RECOVERED_OLD),
    "read-only-etc": Scenario([eleven], [ten], prepare=read_only, end_refused="disk|Read-only", after=writable,
                              outcome=TAKEN_BACK),
    "full-etc": Scenario([eleven], [ten], end_refused="disk|No space", outcome=TAKEN_BACK, **ETC_FULL),
    "full-var": Scenario([eleven], [ten], prepare=lambda m: fill(STATE), after=lambda m: make_room(STATE),
                         **refused_by("No space left")),
    "full-var-while-it-waits": Scenario([eleven], [ten], meanwhile=lambda m: fill(STATE), end_refused="No space left",
                                        after=lambda m: make_room(STATE), outcome=None),
    "ipv6-only": Scenario([lambda: link("enp1s0", family(OFF), family(STATIC, ["2001:db8::10/64"], "2001:db8::1"),
                                        dns=["2001:db8::1"])]),
    "two-interfaces": Scenario([eleven, lambda: second("198.51.100.11/24")], [ten, second]),
    "hot-added-interface": Scenario([lambda: link("enp3s0", fixed("203.0.113.10/24", "203.0.113.1"), family(OFF))], [ten],
                                    prepare=hot_add),
    "renamed-interface": Scenario([lambda: link("lan0", fixed("198.51.100.10/24", "198.51.100.1"), family(OFF))], [],
                                  prepare=rename),
    "200-interfaces": Scenario([eleven], [ten], prepare=add_many, after=tell_time),
    "the-same-again": Scenario([ten, second], [ten, second], prepare=overwrite),
}


# -- the course ----------------------------------------------------------------------------------


@contextlib.contextmanager
def happening(machine, step, what):
    """Let it happen when firstbootd begins the step, in another thread than who waits for the answer."""
    listener, caught = Bus(), []
    listener.listen(EDIT_RULE)

    def follow():
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if any(signal[0] == "Step" and signal[2] == step for signal in listener.signals(0.003)):
                try:
                    what(machine)
                except Exception as error:
                    caught.append(error)
                return
        caught.append(AssertionError(f"step {step} did not come"))

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    assert not caught, caught


def try_it(machine, scenario, links):
    """The number of the change, None when it is over. The answer is as it must be."""
    how, words = scenario.answer
    words = words.format(mac=mac_of_peer())
    try:
        with happening(machine, *scenario.at) if scenario.at else contextlib.nullcontext():
            txid, proven, _, note = change(machine.bus, links)
    except Refused as refusal:
        expected = {"refused": ["Failed"], "cut off": ["NoReply", "Disconnected"]}.get(how, [])
        assert refusal.name in expected and re.search(words, refusal.message), refusal
        return None
    assert how == ("proven" if proven else "unproven") and words in note, (proven, note)
    assert txid and (how != "proven" or note == ""), note
    return txid


def end_it(machine, scenario, txid):
    """Keep it, take it back, or let be."""
    if scenario.end_refused:
        try:
            machine.bus.call("Confirm", "t", txid)
        except Refused as refusal:
            assert refusal.name == "Failed" and re.search(scenario.end_refused, refusal.message), refusal
        else:
            raise AssertionError("it was kept")
        machine.bus.call("Revert", "t", txid)
    elif scenario.end:
        machine.bus.call(scenario.end, "t", txid, returns="s")


def look(machine, scenario, links, what):
    """It is whole everywhere."""
    in_force(links, what)
    wait(lambda: not machine.manager.pending(), SECONDS, f"{what}: {machine.manager.pending()}")
    assert machine.manager.kept() == sorted(one[1] for one in links), (what, machine.manager.kept())
    noted = machine.bus.call("GetSettings", "t", 0, returns="a(is(yasqy)(ya(ayy)ayb)(ya(ayy)ayb)aayasasua(ayyayu)bb)s")[0]
    assert sorted(one[1:] for one in noted) == sorted(one[1:] for one in links), (what, noted)
    if scenario.outcome is not None:
        assert history(machine.bus)[0][2] == scenario.outcome, (what, history(machine.bus)[0])


def play(machine, scenario):
    """All of it."""
    configure(*scenario.options)
    in_force([], "a lease at the beginning")
    before = machine.links(scenario.before)
    if before:
        txid, proven, _, note = change(machine.bus, before)
        assert proven, note
        machine.bus.call("Confirm", "t", txid, returns="s")
        in_force(before, "before")
    if scenario.prepare:
        scenario.prepare(machine)
    wish = machine.links(scenario.wish)
    txid = try_it(machine, scenario, wish)
    if scenario.meanwhile:
        scenario.meanwhile(machine)
    end_it(machine, scenario, txid)
    if scenario.after:
        scenario.after(machine)
    new = scenario.end == "Confirm" and not scenario.end_refused
    whole = {one[1]: one for one in [*before, *(wish if new else [])]}
    # A firstbootd that was killed is followed by another one, which ends what is left.
    machine.bus.call("GetState", returns="sbb")
    for what in ("in the end", "after a reboot"):
        look(machine, scenario, list(whole.values()), what)
        machine.reboot()
    in_force(list(whole.values()), "after another reboot")


# -- one beside the other ------------------------------------------------------------------------


def run_inside(name, manager):
    """One scenario, in its sandbox."""
    try:
        play(Machine(manager), SCENARIOS[name])
    except Exception:
        traceback.print_exc(file=sys.stdout)
        print(run("ip", "address"), run("ip", "route"), *map(read_file, glob.glob("/run/dbus.log")), sep="")
        return 1
    found = check_logs()
    print(*found, sep="\n", end="")
    return len(found) > 0


def run_outside(name, options):
    """Its sandbox: (name, did it pass, what it said, seconds)."""
    began = time.monotonic()
    # On a busy machine what is to happen at a step may come after it.
    tries = 3 if SCENARIOS[name].at else 1
    flags = ["--nm"] if options.nm else []
    said = ""
    for _ in range(tries):
        result = subprocess.run([os.path.join(TOP, "tests/lib/sandbox"), "--dhcp", *flags, "--build", os.path.abspath(options.build),
                                 "--", os.path.abspath(__file__), "--inside", *flags, name],
                                text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        said += result.stdout
        if result.returncode == 0:
            break
        said += "-- that was a try of its own\n"
    return name, result.returncode == 0, said, time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=os.path.join(TOP, "build"))
    parser.add_argument("--nm", action="store_true")
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("scenarios", nargs="*")
    options = parser.parse_args()
    if options.inside:
        return run_inside(options.scenarios[0], NetworkManager() if options.nm else Networkd())
    if options.nm:
        os.environ["SANDBOX_NM"] = run(os.path.join(TOP, "tests/lib/network-manager")).strip()
    chosen, failed = options.scenarios or list(SCENARIOS), 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run_outside, name, options) for name in chosen]):
            name, passed, said, seconds = done.result()
            failed += not passed
            print(f"{'ok  ' if passed else 'FAIL'} {name} ({seconds:.1f} s)", said.rstrip(), sep="\n" if said else "", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
