#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The back end for NetworkManager against the real one, each test in a sandbox of its own. What is the same for every
manager is in test_scenarios.py.

usage: test_nm.py [--build DIR] [TEST...]
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback

import test_sysstate

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEADER = "# Network settings of firstboot; not to be edited.\n"
OLD, NEW, NONE = "/run/old", "/run/new", "/run/none"
BACKEND = None
ETC, RUN = "/etc/NetworkManager/system-connections", "/run/NetworkManager/system-connections"


# -- the machine ---------------------------------------------------------------------------------


def run(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def wait(condition, what, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not so within {seconds} s: {what}"
        time.sleep(0.05)


def addresses(ifname="enp1s0", family=4):
    """The global addresses that the kernel has."""
    links = json.loads(run("ip", "-json", f"-{family}", "address", "show", "dev", ifname))
    return [f"{a['local']}/{a['prefixlen']}" for link in links for a in link.get("addr_info", []) if a["scope"] == "global"]


def default_routes(ifname="enp1s0", family=4):
    routes = json.loads(run("ip", "-json", f"-{family}", "route", "show", "default", "dev", ifname))
    return [route.get("gateway") for route in routes]


def has_lease(ifname="enp1s0"):
    return any(a.startswith("192.0.2.1") and len(a) == len("192.0.2.1xx/24") for a in addresses(ifname))


def profiles():
    """Where the profiles of ours are: on the disk, in memory."""
    def ours(folder):
        return sorted(name for name in os.listdir(folder) if name.startswith("firstboot-"))
    return ours(ETC), ours(RUN)


def on_disk(*ifnames):
    return [f"firstboot-{ifname}.nmconnection" for ifname in ifnames]


def active(ifname="enp1s0"):
    out = run("nmcli", "-t", "-f", "GENERAL.CONNECTION", "device", "show", ifname)
    return out.strip().split(":", 1)[1]


def checkpoints():
    return run("busctl", "get-property", "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager",
               "org.freedesktop.NetworkManager", "Checkpoints").split()[1]


def manager_pid():
    with open("/run/NetworkManager.pid", encoding="ascii") as file:
        return int(file.read())


def has_manager():
    return "true" in run("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", "s",
                         "org.freedesktop.NetworkManager")


def kill_manager(number=signal.SIGKILL):
    os.kill(manager_pid(), number)
    wait(lambda: not has_manager(), "NetworkManager ends")


def start_manager():
    run("start-NetworkManager")


def restart_manager():
    kill_manager()
    start_manager()
    wait(lambda: subprocess.run(["nmcli", "-t", "general"], capture_output=True).returncode == 0, "NetworkManager is there")


def reboot():
    """What a reset leaves: the disk alone."""
    kill_manager()
    run("rm", "-rf", "/run/NetworkManager")
    for ifname in ("enp1s0", "enp2s0"):
        run("ip", "address", "flush", "dev", ifname)
        run("ip", "link", "set", ifname, "down")
    start_manager()
    wait(lambda: subprocess.run(["nmcli", "-t", "general"], capture_output=True).returncode == 0, "NetworkManager is there")


# -- settings ------------------------------------------------------------------------------------


def link(ifname="enp1s0", v4="automatic", v6="automatic", gateway=None, gateway6=None, onlink=False, dns=(), domains=(), mtu=0,
         routes=()):
    """A link's settings as text (settings.h). v4, v6: a method, or addresses."""
    lines = ["", "[Link]", f"Name={ifname}"] + ([f"MTUBytes={mtu}"] if mtu else [])
    for section, method, via in (("IPv4", v4, gateway), ("IPv6", v6, gateway6)):
        fixed = not isinstance(method, str)
        lines += ["", f"[{section}]", f"Method={'static' if fixed else method}"]
        lines += [f"Address={address}" for address in method] if fixed else []
        lines += [f"Gateway={via}"] if via else []
        lines += ["GatewayOnLink=yes"] if via and onlink else []
    if dns or domains:
        lines += ["", "[Network]"] + [f"DNS={server}" for server in dns] + [f"Domains={domain}" for domain in domains]
    for destination, via, metric in routes:
        lines += ["", "[Route]", f"Destination={destination}", f"Gateway={via}"] + ([f"Metric={metric}"] if metric else [])
    return "\n".join(lines) + "\n"


def fixed(address="192.0.2.10/24", gateway="192.0.2.1", **more):
    return link(v4=[address], gateway=gateway, **more)


def write_set(path, *links):
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEADER + "".join(links))


def step(name, expect="ok", old=OLD, new=NEW):
    """One step of the back end. Returns its sentence."""
    result = subprocess.run([BACKEND, name, old, new], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    outcome, _, sentence = result.stdout.partition(" ")
    assert outcome == expect and result.returncode == (expect != "ok"), f"{name}: {result.stdout}"
    return sentence.strip()


def in_force(addrs, ifname="enp1s0", gateway="192.0.2.1"):
    wait(lambda: addresses(ifname) == addrs, f"{addrs} on {ifname}, not {addresses(ifname)}")
    wait(lambda: default_routes(ifname) == ([gateway] if gateway else []), f"the route by {gateway}, not {default_routes(ifname)}")


def settle_on(*links):
    """The settings that are kept when a test begins."""
    write_set(NEW, *links)
    step("try", old=NONE)
    step("keep", old=NONE)
    write_set(OLD, *links)


# -- the tests -----------------------------------------------------------------------------------


def test_dhcp_to_static_same_address():
    before = addresses()
    write_set(NEW, fixed(before[0], dns=["192.0.2.53"], domains=["example.net"]))
    step("try", old=NONE)
    in_force(before)
    assert profiles() == ([], on_disk("enp1s0")), profiles()
    assert checkpoints() == "1"
    step("keep", old=NONE)
    assert profiles() == (on_disk("enp1s0"), []), profiles()
    assert checkpoints() == "0"
    assert addresses() == before and active() == "firstboot-enp1s0"
    # No lease is behind it any more.
    assert "valid_lft forever" in run("ip", "-4", "address", "show", "dev", "enp1s0")
    with open("/etc/resolv.conf", encoding="utf-8") as file:
        text = file.read()
    assert "nameserver 192.0.2.53" in text and "example.net" in text and "2001:db8::1" not in text, text


def test_taken_back_leaves_nothing():
    before = active()
    write_set(NEW, fixed())
    step("try", old=NONE)
    in_force(["192.0.2.10/24"])
    step("take-back", old=NONE)
    wait(has_lease, "the lease")
    assert profiles() == ([], []) and active() == before and checkpoints() == "0"
    step("take-back", old=NONE)
    assert has_lease() and active() == before


def test_previous_profile_that_does_not_start_by_itself():
    run("nmcli", "connection", "add", "type", "ethernet", "con-name", "by-hand", "ifname", "enp1s0", "autoconnect", "no",
        "ipv4.method", "manual", "ipv4.addresses", "192.0.2.77/24")
    run("nmcli", "connection", "up", "by-hand")
    write_set(NEW, fixed())
    step("try", old=NONE)
    in_force(["192.0.2.10/24"])
    step("take-back", old=NONE)
    in_force(["192.0.2.77/24"], gateway=None)
    assert active() == "by-hand"


def test_try_does_not_survive_a_reboot():
    settle_on(fixed())
    write_set(NEW, fixed("192.0.2.99/24"))
    step("try")
    in_force(["192.0.2.99/24"])
    reboot()
    in_force(["192.0.2.10/24"])
    step("take-back")
    in_force(["192.0.2.10/24"])
    assert profiles() == (on_disk("enp1s0"), []), profiles()


def test_kept_by_a_later_boot():
    settle_on(fixed())
    write_set(NEW, fixed("192.0.2.99/24"), link("enp2s0", v4=["198.51.100.10/24"]))
    step("try")
    reboot()
    step("keep")
    in_force(["192.0.2.99/24"])
    in_force(["198.51.100.10/24"], "enp2s0", None)
    assert profiles() == (on_disk("enp1s0", "enp2s0"), []), profiles()


def test_nobody_answers():
    """firstbootd is no more: NetworkManager goes back by itself, and a later firstbootd has nothing to do."""
    settle_on(fixed())
    write_set(NEW, fixed("192.0.2.99/24", "192.0.2.254"), link("enp2s0", v4=["198.51.100.10/24"]))
    step("try")
    in_force(["192.0.2.99/24"], gateway="192.0.2.254")
    wait(lambda: addresses() == ["192.0.2.10/24"] and not addresses("enp2s0"), "NetworkManager takes it back", 40)
    step("take-back")
    in_force(["192.0.2.10/24"])
    assert profiles() == (on_disk("enp1s0"), []), profiles()


def test_no_cable():
    settle_on(fixed())
    run("ip", "-n", "peer", "link", "set", "peer0", "down")
    wait(lambda: "NO-CARRIER" in run("ip", "link", "show", "enp1s0"), "the cable is out")
    write_set(NEW, fixed("192.0.2.99/24"))
    step("try")
    step("keep")
    run("ip", "-n", "peer", "link", "set", "peer0", "up")
    in_force(["192.0.2.99/24"])


def test_manager_killed_midway_taken_back():
    settle_on(fixed())
    write_set(NEW, fixed("192.0.2.99/24"), link("enp2s0", v4=["198.51.100.10/24"]))
    step("try")
    in_force(["192.0.2.99/24"])
    kill_manager()
    timer = threading.Timer(1, start_manager)
    timer.start()
    step("take-back")
    in_force(["192.0.2.10/24"])
    wait(lambda: not addresses("enp2s0"), "the address goes")
    assert profiles() == (on_disk("enp1s0"), []), profiles()


def test_manager_gone():
    kill_manager()
    write_set(NEW, fixed())
    for name in ("try", "keep", "take-back"):
        assert "NetworkManager" in step(name, "failed", old=NONE)


def test_two_links_and_one_leaves():
    before = active("enp2s0")
    settle_on(fixed(), link("enp2s0", v4=["198.51.100.10/24"], v6="off"))
    in_force(["192.0.2.10/24"])
    in_force(["198.51.100.10/24"], "enp2s0", None)
    write_set(NEW, fixed())
    step("try")
    in_force(["192.0.2.10/24"])
    wait(lambda: not addresses("enp2s0"), "enp2s0 is given back")
    assert active("enp2s0") == before
    step("take-back")
    in_force(["198.51.100.10/24"], "enp2s0", None)
    step("try")
    step("keep")
    wait(lambda: not addresses("enp2s0"), "enp2s0 is given back")
    assert profiles() == (on_disk("enp1s0"), []), profiles()
    assert active("enp2s0") == before


def test_everything_of_a_link():
    write_set(NEW, link(v4=["192.0.2.10/24", "192.0.2.11/24", "203.0.113.5/32"], gateway="198.51.100.77", onlink=True, mtu=1400,
                        v6="off", routes=[("10.1.0.0/16", "192.0.2.7", 50), ("10.2.0.0/16", "192.0.2.8", 0)]))
    step("try", old=NONE)
    wait(lambda: sorted(addresses()) == ["192.0.2.10/24", "192.0.2.11/24", "203.0.113.5/32"], "three addresses")
    routes = run("ip", "-4", "route", "show", "dev", "enp1s0")
    assert "default via 198.51.100.77 proto static" in routes and "onlink" in routes, routes
    assert "10.1.0.0/16 via 192.0.2.7 proto static metric 50" in routes and "10.2.0.0/16 via 192.0.2.8" in routes, routes
    assert "198.51.100.77 " not in [line[:14] for line in routes.splitlines()], routes
    assert "mtu 1400" in run("ip", "link", "show", "enp1s0")
    assert "inet6" not in run("ip", "address", "show", "dev", "enp1s0")


def test_unchanged_links_are_left_alone():
    settle_on(fixed(), link("enp2s0", v4=["198.51.100.10/24"], v6="off"))
    in_force(["198.51.100.10/24"], "enp2s0", None)
    with open("/run/NetworkManager.log", encoding="utf-8") as log:
        log.seek(0, os.SEEK_END)
        write_set(NEW, fixed("192.0.2.99/24"), link("enp2s0", v4=["198.51.100.10/24"], v6="off"))
        step("try")
        step("keep")
        in_force(["192.0.2.99/24"])
        assert "(enp2s0)" not in log.read()


def test_survives_a_restart():
    settle_on(fixed())
    restart_manager()
    time.sleep(1)
    in_force(["192.0.2.10/24"])
    assert active() == "firstboot-enp1s0"


def test_refused():
    """What NetworkManager does not take is said in a sentence; nothing is changed."""
    write_set(NEW, link("enp9s9", v4=["192.0.2.10/24"]))
    sentence = step("try", "failed", old=NONE)
    assert "enp9s9" in sentence, sentence
    step("take-back", old=NONE)
    assert profiles() == ([], []) and has_lease()


def test_owner():
    assert run(BACKEND, "owner", "enp1s0").splitlines()[0] == "2"
    run("nmcli", "device", "set", "enp1s0", "managed", "no")
    assert run(BACKEND, "owner", "enp1s0").splitlines()[0] == "0"


def test_owner_too_busy_to_answer():
    """Where it alone runs, it is NetworkManager's all the same."""
    pid = manager_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        assert run(BACKEND, "owner", "enp1s0").splitlines()[0] == "2"
    finally:
        os.kill(pid, signal.SIGCONT)
    kill_manager()
    assert run(BACKEND, "owner", "enp1s0").splitlines()[0] == "0"


# -- what the pages are shown --------------------------------------------------------------------


def test_state_of_a_link():
    """sysstate.h tells the same of NetworkManager's links as of networkd's."""
    test_sysstate.Watcher.program = os.path.join(os.path.dirname(BACKEND), "test-sysstate")
    watcher = test_sysstate.Watcher()
    number = test_sysstate.index("enp1s0")
    watcher.ask(f"query {number}")
    # Asked once: what follows is NetworkManager's own news.
    wait(lambda: watcher.one(f"link {number}", "administrative") == "configured", "an answer")
    wait(lambda: any(line.startswith("2001:db8::") and line.endswith(" NDisc") for line in watcher.ask(f"link {number}")["origin"]),
         "the router's prefix")
    state, settings = watcher.ask(f"link {number}"), watcher.ask(f"inforce {number}")
    assert state["known"] == ["1"] and state["dhcp4"] == ["1"] and state["server"] == ["192.0.2.1"], state
    assert f"{addresses()[0].split('/')[0]} DHCPv4" in state["origin"], state
    assert settings["v4-method"] == ["auto"] and settings["v4-gateway"] == ["192.0.2.1"], settings
    assert {"192.0.2.1 DHCPv4", "2001:db8::1 NDisc"} <= set(state["dns"]), state
    assert "192.0.2.1" in settings["dns"] and settings["domain"] == ["example.com"], settings
    write_set(NEW, fixed(v6="off", dns=["192.0.2.53"], domains=["example.net"]))
    step("try", old=NONE)
    step("keep", old=NONE)
    wait(lambda: watcher.one(f"link {number}", "file") == f"{ETC}/firstboot-enp1s0.nmconnection", "the file")
    wait(lambda: watcher.ask(f"inforce {number}").get("dns") == ["192.0.2.53"], "the new settings")
    state = watcher.ask(f"link {number}")
    assert state["origin"] == ["192.0.2.10 static"] and state["dns"] == ["192.0.2.53 static"], state
    settings = watcher.ask(f"inforce {number}")
    assert settings["v4-address"] == ["192.0.2.10/24"] and settings["domain"] == ["example.net"], settings
    assert settings["v4-method"] == ["static"] and settings["v6-method"] == ["off"], settings
    kill_manager()
    wait(lambda: watcher.one(f"link {number}", "known") == "0", "its loss")
    start_manager()
    wait(lambda: watcher.one(f"link {number}", "administrative") == "configured", "its return")
    watcher.close()


# -- one after the other -------------------------------------------------------------------------


def run_inside(name, build):
    """One test, in its sandbox."""
    global BACKEND
    BACKEND = os.path.join(build, "tests/bus/test-backend")
    wait(has_lease, "a DHCP lease")
    try:
        globals()[name]()
    except Exception:
        traceback.print_exc()
        print(run("nmcli", "connection"), run("ip", "address"), run("ip", "route"), sep="")
        return 1
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=os.path.join(TOP, "build"))
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    build = os.path.abspath(options.build)
    if options.inside:
        return run_inside(options.inside, build)
    if not os.access(os.path.join(build, "tests/bus/test-backend"), os.X_OK):
        sys.exit("test-backend is missing: build first")
    chosen = options.tests or [name for name in globals() if name.startswith("test_") and callable(globals()[name])]
    failed = 0
    os.environ["SANDBOX_NM"] = run(os.path.join(TOP, "tests/lib/network-manager")).strip()
    for name in chosen:
        result = subprocess.run([os.path.join(TOP, "tests/lib/sandbox"), "--nm", "--dhcp", "--no-install", "--",
                                 os.path.abspath(__file__), "--inside", name, "--build", build],
                                text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        failed += result.returncode != 0
        print(f"{'FAIL' if result.returncode else 'ok  '} {name}", result.stdout if result.returncode else "",
              sep="\n" if result.returncode else "", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
