#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is said of the rules that real programs make, against what they do: firewalld, ufw, iptables, podman's netavark, nft.

usage: tests/lib/sandbox --no-install -- test_firewall_programs.py [--record DIR] BUILD UNPACKED [CASE...]

UNPACKED is what tests/lib/unpacked has made of the packages. Each case is judged, tried with connections as in
test_firewall_truth.py, and must come to what tests/unit/firewall/verdicts says. --record writes the rulesets as that folder
has them for test-firewall.c.
"""

import argparse
import glob
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import traceback

import test_firewall_truth as truth
from driver import TOP, wait

FOLDER = os.path.join(TOP, "tests/unit/firewall")
LETTERS = {"O": "OPEN", "C": "CLOSED", "S": "SOME", "?": "UNKNOWN", "-": "NONE"}

# A machine that is nobody's server: it lets in answers and the shell from its own network.
WORKSTATION = """
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		iif lo accept
		ct state established,related accept
		ct state invalid counter drop
		meta l4proto { icmp, ipv6-icmp } accept
		ip saddr 10.0.0.0/24 tcp dport 22 ct state new accept
		ip6 saddr fe80::/10 tcp dport 22 ct state new accept
		counter reject with icmpx admin-prohibited
	}
	chain forward { type filter hook forward priority filter; policy drop; }
	chain output { type filter hook output priority filter; policy accept; }
}
"""
# A server with sets, verdict maps, a chain for each protocol, and limits for the shell.
SERVER = """
table inet filter {
	set blocked { type ipv4_addr; flags interval, timeout; elements = { 10.9.0.0/16 timeout 1h } }
	set services { type inet_service; flags interval; elements = { 80, 443, 9000-9100 } }
	map ways { type inet_proto : verdict; elements = { tcp : jump tcp_in, udp : jump udp_in } }
	chain tcp_in {
		tcp flags & (fin | syn | rst | ack) != syn ct state new drop
		tcp dport 22 limit rate over 10/minute burst 50 packets drop
		tcp dport 22 accept
		tcp dport @services accept
	}
	chain udp_in { udp dport { 53, 123 } accept; }
	chain input {
		type filter hook input priority filter; policy drop;
		ct state vmap { established : accept, related : accept, invalid : drop }
		iifname "lo" accept
		ip saddr @blocked tcp dport 443 drop
		meta l4proto vmap @ways
		log prefix "dropped: " flags all counter
	}
}
table ip raw {
	chain prerouting { type filter hook prerouting priority raw; fib saddr . iif oif missing drop; }
}
"""
# The outside's port 443 is a program's 8443, and that is not open by itself.
REDIRECT = """
table inet nat {
	chain prerouting { type nat hook prerouting priority dstnat; tcp dport 443 redirect to :8443; }
}
table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iif lo accept
		tcp dport 22 accept
		tcp dport 8443 ct original proto-dst 443 accept
	}
}
"""
# Chains that build on each other, listed the other way round: who takes them in another order opens nothing.
ORDER = """
table inet order {
	chain last { type filter hook input priority 10; policy drop; meta l4proto ipv6-icmp accept; meta mark 2 accept; }
	chain middle { type filter hook input priority -5; meta mark 1 tcp dport 8443 meta mark set 2; }
	chain nat { type nat hook prerouting priority dstnat; tcp dport 443 redirect to :8443; }
	chain first { type filter hook prerouting priority mangle; tcp dport 443 meta mark set 1; }
}
"""
IPTABLES = ["-P INPUT DROP", "-A INPUT -i lo -j ACCEPT", "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
            "-A INPUT -p tcp --dport 22 -m state --state NEW -j ACCEPT", "-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT"]
MULTIPORT = ["-P INPUT DROP", "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
             "-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT", "-A INPUT -j REJECT"]
# What dockerd sets up for one bridge and one published port, 80.
DOCKER = ["-N DOCKER", "-N DOCKER-USER", "-P FORWARD DROP", "-A FORWARD -j DOCKER-USER", "-A DOCKER-USER -j RETURN",
          "-A FORWARD -o enp2s0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "-A FORWARD -o enp2s0 -j DOCKER",
          "-A DOCKER -d 172.17.0.2/32 ! -i enp2s0 -o enp2s0 -p tcp -m tcp --dport 80 -j ACCEPT", "-t nat -N DOCKER",
          "-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
          "-t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER",
          "-t nat -A POSTROUTING -s 172.17.0.0/16 ! -o enp2s0 -j MASQUERADE", "-t nat -A DOCKER -i enp2s0 -j RETURN",
          "-t nat -A DOCKER ! -i enp2s0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80"]

RICH = "--add-rich-rule=rule family=ipv4 source address=10.0.0.0/24 service name=https accept"
# The program, and what it is told.
CASES = {
    "empty": ("nft", []),
    "nft-workstation": ("nft", [WORKSTATION]),
    "nft-server": ("nft", [SERVER]),
    "nft-redirect": ("nft", [REDIRECT]),
    "nft-order": ("nft", [ORDER]),
    "firewalld-public": ("firewalld", []),
    "firewalld-https": ("firewalld", [["--add-service=https"]]),
    "firewalld-rich": ("firewalld", [[RICH]]),
    "firewalld-source": ("firewalld", [["--zone=trusted", "--add-source=10.9.0.0/16"]]),
    "firewalld-zones": ("firewalld", [["--zone=internal", "--change-interface=m0"], ["--zone=internal", "--add-service=https"],
                                      ["--zone=trusted", "--change-interface=enp1s0"]]),
    "firewalld-forward": ("firewalld", [["--add-forward-port=port=443:proto=tcp:toport=8443"]]),
    "firewalld-logged": ("firewalld", [["--set-log-denied=all"], ["--add-service=https"]]),
    "firewalld-panic": ("firewalld", [["--add-service=https"], ["--panic-on"]]),
    "ufw": ("ufw", ["allow 22/tcp"]),
    "ufw-https": ("ufw", ["allow 22/tcp", "allow 443/tcp"]),
    "ufw-web": ("ufw", ["limit ssh", "allow from 10.0.0.0/24 to any port 8443 proto tcp", "allow WWW\\ Full"]),
    "iptables": ("iptables", IPTABLES),
    "iptables-multiport": ("iptables", MULTIPORT),
    "iptables-docker": ("iptables", DOCKER),
    "netavark": ("netavark", []),
}


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}: {done.stdout}"
    return done.stdout


# -- programs ------------------------------------------------------------------------------------


def start_nft(told):
    for text in told:
        run("nft", "-f", "-", input=text)


def start_firewalld(told):
    shutil.rmtree("/etc/firewalld")
    shutil.copytree(os.path.join(unpacked, "etc/firewalld"), "/etc/firewalld")
    with open("/run/firewalld.log", "wb") as log:
        process = subprocess.Popen(["firewalld", "--nofork", "--nopid"], stdout=log, stderr=log)
    wait(lambda: subprocess.run(["firewall-cmd", "--state"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                check=False).returncode == 0, "firewalld's start")
    for options in told:
        run("firewall-cmd", *options)
    return process


def start_ufw(told):
    for path in glob.glob("/usr/share/ufw/*.rules") + ["/usr/share/ufw/ufw.conf"]:
        shutil.copy(path, "/etc/ufw/")
    run("ufw", "--force", "enable")
    for words in told:
        run("ufw", *shlex.split(words))


def start_iptables(told):
    for command in ("iptables", "ip6tables"):
        for words in told:
            if command == "iptables" or "172.17" not in words and "127.0" not in words:
                run(command, *words.split())


def start_netavark(_):
    """A container with a published port, 80."""
    run("ip", "netns", "add", "box")
    network = {"name": "podman", "id": "1" * 64, "driver": "bridge", "network_interface": "podman0", "internal": False,
               "subnets": [{"subnet": "10.88.0.0/16", "gateway": "10.88.0.1"}], "ipv6_enabled": False, "dns_enabled": False,
               "ipam_options": {"driver": "host-local"}, "created": "2024-01-01T00:00:00Z", "options": {}}
    request = {"container_id": "2" * 64, "container_name": "box", "network_info": {"podman": network},
               "networks": {"podman": {"interface_name": "eth0", "static_ips": ["10.88.0.2"]}},
               "port_mappings": [{"container_port": 80, "host_port": 80, "host_ip": "", "protocol": "tcp", "range": 1}]}
    run("/usr/lib/podman/netavark", "--config", "/run/netavark", "setup", "/run/netns/box", input=json.dumps(request))


STARTS = {"nft": start_nft, "firewalld": start_firewalld, "ufw": start_ufw, "iptables": start_iptables, "netavark": start_netavark}


def install():
    """Put the programs into the sandbox, with what their packages' scripts would do."""
    run("cp", "-a", f"{unpacked}/.", "/")
    for family in ("iptables", "ip6tables"):
        for ending in ("", "-save", "-restore"):
            link = f"/usr/sbin/{family}{ending}"
            if os.path.lexists(link):
                os.unlink(link)
            os.symlink("xtables-nft-multi", link)
    actions = "/usr/share/polkit-1/actions/org.fedoraproject.FirewallD1"
    if not os.path.exists(actions + ".policy"):
        os.symlink(actions + ".server.policy.choice", actions + ".policy")


# -- cases ---------------------------------------------------------------------------------------


def read_verdicts():
    """What is to be said: a letter for each port and family."""
    with open(os.path.join(FOLDER, "verdicts"), encoding="utf-8") as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return {name: [LETTERS[letter] for letter in four + six] for name, four, six in lines}


def record(name, folder):
    """Write the ruleset, an entry a line."""
    entries = json.loads(run("nft", "-j", "-n", "list", "ruleset"))["nftables"]
    for entry in entries:
        for body in entry.values():
            body.pop("handle", None)
    with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
        lines = ",\n".join(json.dumps(entry) for entry in entries)
        file.write(f'{{"nftables": [\n{lines}\n]}}\n')


def try_case(name, number, expected):
    program, told = CASES[name]
    process = None
    try:
        process = STARTS[program](told)
        wrong, said = truth.try_ruleset(judge, peer, 10000 + number * 96)
        if options.record:
            record(name, options.record)
        assert not wrong, "\n".join(wrong)
        said = [answer.split()[0] for answer in said]
        assert said == expected, f"said {said}\nexpected {expected}"
    finally:
        if process:
            process.terminate()
            process.wait(20)
        run("nft", "flush", "ruleset")


def main():
    install()
    expected, failed = read_verdicts(), 0
    assert set(expected) == set(CASES), "the verdicts are not those of the cases"
    names = options.cases or list(CASES)
    for number, name in enumerate(names):
        began = time.monotonic()
        try:
            try_case(name, number, expected[name])
            print(f"ok   {name} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"FAIL {name}", flush=True)
            traceback.print_exc()
    judge.close()
    print(f"{len(names) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record")
    parser.add_argument("build")
    parser.add_argument("unpacked")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    unpacked = options.unpacked
    truth.Judge.find(options.build, "test-firewall")
    peer, judge, sockets = truth.Peer(), truth.Judge(), truth.listen()
    time.sleep(0.3)
    sys.exit(main())
