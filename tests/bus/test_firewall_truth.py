#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is said of the firewall against what it does: rules by chance, real packets.

usage: test_firewall_truth.py [--build DIR] [--rulesets N] [--seed N] [--show]

Each ruleset is loaded with nft(8) in a network namespace, judged, and tried with connections from some senders in another
namespace to ports that listen. "lets it in" must let in every sender, "closed" none. "from some only" and "not known" claim
nothing that a try could prove wrong; how often they come is bounded instead (see LIMITS), else a judge that never says
anything would pass.
"""

import argparse
import ctypes
import os
import random
import re
import select
import socket
import subprocess
import sys
import time

from driver import TOP, Driver

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
PORTS = [22, 80, 443, 8443]
ADDRESSES = {4: "10.0.0.1", 6: "fd00::1"}
SENDERS = {4: ["10.0.0.2", "10.0.0.77", "10.9.0.3"], 6: ["fd00::2", "fd00::77", "fd00:9::3"]}
MACS = {"m0": "52:54:00:00:00:01", "p0": "52:54:00:00:00:02"}
# Shares of all verdicts. Of the rules made here a sixth asks for the sender or for chance, and what decides is mostly another one.
# A tenth of the rulesets has what cannot be judged on purpose: a question for a socket, or (libnftables 1.0 does not tell the
# device) a chain at ingress; a quarter sends some port to another machine.
LIMITS = {"SOME": 0.35, "UNKNOWN": 0.15}


# -- rules by chance -----------------------------------------------------------------------------


class Maker:
    """Makes rulesets out of a sequence of random numbers."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def some(self, values, least=1):
        return self.r.sample(values, self.r.randint(least, len(values)))

    def ports(self):
        r = self.r
        return r.choice([
            lambda: str(r.choice(PORTS)),
            lambda: "{ " + ", ".join(map(str, self.some(PORTS))) + " }",
            lambda: "{ 1-100, 8000-9000 }",
            lambda: f"{r.choice([1, 79, 80, 81])}-{r.choice([442, 443, 8442, 8443, 65535])}",
            lambda: "@ports",
        ])()

    def port_match(self, header):
        r = self.r
        return f"{header} dport " + r.choice([
            lambda: self.ports(),
            lambda: self.ports(),
            lambda: "!= " + self.ports(),
            lambda: f"{r.choice(['<', '>', '<=', '>='])} {r.choice(PORTS)}",
            lambda: f"& 1 == {r.choice([0, 1])}",
        ])()

    def address(self, family):
        r = self.r
        if family == 4:
            return r.choice(["10.0.0.1", "10.0.0.0/24", "10.0.0.0/8", "192.0.2.0/24", "10.0.0.0-10.0.0.9", "{ 10.0.0.1, 192.0.2.1 }",
                             "{ 10.0.0.0/25, 192.0.2.0-192.0.2.9 }", "@addresses4"])
        return r.choice(["fd00::1", "fd00::/64", "fd00::/16", "2001:db8::/32", "fd00::-fd00::9", "{ fd00::1, 2001:db8::1 }",
                         "{ fd00::/80, 2001:db8::/32 }", "@addresses6"])

    def sender(self, family):
        if family == 4:
            return self.r.choice(["10.0.0.2", "10.0.0.0/26", "10.9.0.0/16", "127.0.0.0/8", "192.0.2.0/24", "{ 10.0.0.77, 10.9.0.3 }",
                                  "@addresses4", "0.0.0.0-9.255.255.255"])
        return self.r.choice(["fd00::2", "fd00::/122", "fd00:9::/64", "::1", "2001:db8::/32", "{ fd00::77, fd00:9::3 }", "@addresses6"])

    def match(self, family, raw):
        """One match, for the families of a table and the time before or behind conntrack."""
        r = self.r
        of = family or r.choice([4, 6])
        word = "ip" if of == 4 else "ip6"
        negated = r.choice(["", "", "!= "])
        if r.random() < 1 / 6:
            return r.choice([
                lambda: f"{word} saddr {negated}{self.sender(of)}",
                lambda: f"{word} saddr . tcp dport {{ {'10.0.0.2' if of == 4 else 'fd00::2'} . {r.choice(PORTS)} }}",
                lambda: f"tcp sport {negated}1-{r.choice([10000, 30000, 65535])}",
                lambda: "limit rate 1/second burst 1 packets",
                lambda: f"{'ip ttl' if of == 4 else 'ip6 hoplimit'} {r.choice(['<', '>'])} {r.choice([1, 63, 64, 200])}",
                lambda: f"meta length {r.choice(['<', '>'])} 60",
                lambda: f"fib saddr . iif oif {r.choice(['missing', 'exists'])}",
                lambda: "numgen inc mod 2 0",
            ])()
        return r.choice([
            lambda: self.port_match(r.choice(["tcp", "tcp", "tcp", "th"])),
            lambda: self.port_match("tcp"),
            lambda: f"udp dport {self.ports()}",
            lambda: f"{word} daddr {negated}{self.address(of)}",
            lambda: f"{word} daddr . tcp dport {negated}{{ {ADDRESSES[of]} . {r.choice(PORTS)}, {self.other(of)} . 1-65535 }}",
            lambda: f"iifname {r.choice(['', '', '!= '])}{r.choice([chr(34) + 'm0' + chr(34), 'lo', chr(34) + 'm*' + chr(34), '{ m0, eth0 }', chr(34) + 'eth*' + chr(34)])}",
            lambda: f"iif {negated}{r.choice(['m0', 'lo'])}",
            lambda: f"iifname . tcp dport {{ m0 . {r.choice(PORTS)}, lo . 22 }}",
            lambda: f"iiftype {negated}{r.choice(['ether', 'loopback'])}",
            lambda: f"iifgroup {negated}{r.choice(['0', '7'])}",
            lambda: f"meta l4proto {negated}{r.choice(['tcp', 'udp', '{ tcp, udp }', 'ipv6-icmp'])}",
            lambda: f"meta protocol {negated}{r.choice(['ip', 'ip6', '{ ip, arp }', '{ ip, ip6 }'])}",
            lambda: "meta nfproto ipv4" if not family else "meta l4proto 6",
            lambda: f"ct state {r.choice(['new', 'established,related', 'invalid', 'untracked', '{ new, untracked }', 'invalid,untracked', '!= new', '!= { established, related }', 'new,established'])}",
            lambda: r.choice(["tcp flags syn", "tcp flags & (fin|syn|rst|ack) == syn", "tcp flags & (fin|syn) == (fin|syn)", "tcp flags ! syn",
                              "tcp flags & (fin|syn|rst|psh|ack|urg) == 0x0", "tcp flags & ack != 0", "tcp flags & (syn|ack) != syn"]),
            lambda: f"fib daddr type {r.choice(['local', '!= local', '{ local, broadcast }', 'multicast', '!= { local, multicast }'])}",
            lambda: f"fib daddr . iif type {negated}local",
            lambda: f"meta mark {r.choice(['', '!= '])}{r.choice([0, 1, 2])}",
            lambda: f"meta mark & {r.choice([1, 2])} == {r.choice([0, 1, 2])}",
            lambda: f"ct mark {r.choice(['', '!= '])}{r.choice([0, 1, 2])}",
            lambda: f"meta pkttype {negated}{r.choice(['host', 'broadcast', '{ broadcast, multicast }'])}",
            lambda: "ct status dnat",
            lambda: "ct direction original",
            lambda: f"ct original {word} daddr {ADDRESSES[of]}" if not raw else "ct state new",
            lambda: f"{'ip protocol' if of == 4 else 'ip6 nexthdr'} {negated}{r.choice(['tcp', 'udp', '{ tcp, udp }'])}",
            lambda: "ip frag-off & 0x1fff != 0" if of == 4 else "exthdr frag exists",
            lambda: "icmp type echo-request" if of == 4 else "icmpv6 type echo-request",
            lambda: f"tcp dport {self.ports()} ct state new",
            lambda: f"{word} daddr {ADDRESSES[of]} tcp dport {self.ports()}",
        ])()

    @staticmethod
    def other(family):
        return "192.0.2.1" if family == 4 else "2001:db8::1"

    def verdict(self, targets):
        r = self.r
        if targets and r.random() < 0.35:
            return f"{r.choice(['jump', 'jump', 'goto'])} {r.choice(targets)}"
        return r.choice(["accept", "accept", "accept", "drop", "drop", "reject", "return", "continue"])

    def map(self, targets):
        r = self.r
        verdicts = [self.verdict(targets) for _ in range(3)]
        verdicts = [v if v != "reject" else "drop" for v in verdicts]
        default = [f", * : {verdicts[2]}"] if r.random() < 0.4 else [""]
        return r.choice([
            lambda: f"tcp dport vmap {{ {r.choice([22, 80])} : {verdicts[0]}, 400-9000 : {verdicts[1]}{default[0]} }}",
            lambda: f"iifname vmap {{ m0 : {verdicts[0]}, lo : {verdicts[1]} }}",
            lambda: f"ct state vmap {{ established : {verdicts[0]}, new : {verdicts[1]}, invalid : {verdicts[2]} }}",
            lambda: f"meta l4proto . tcp dport vmap {{ tcp . 443 : {verdicts[0]}, udp . 443 : {verdicts[1]}{default[0]} }}",
            lambda: f"meta mark vmap {{ 0 : {verdicts[0]}, 1 : {verdicts[1]} }}",
            lambda: "tcp dport vmap @verdicts",
        ])()

    def rule(self, family, raw, targets):
        r = self.r
        matches = [self.match(family, raw) for _ in range(r.choice([0, 1, 1, 1, 2]))]
        if not matches and r.random() < 0.7:
            matches = [self.match(family, raw)]
        extra = r.choice(["", "", "", "counter", "meta priority set 0", "meta mark set 1", "meta mark set meta mark | 2",
                          "meta mark set 2" if raw else "ct mark set 1", "notrack" if raw else "meta mark set ct mark",
                          "meta mark set tcp dport map { 22 : 1, 443 : 2 }"])
        tail = self.map(targets) if r.random() < 0.15 else self.verdict(targets) if r.random() < 0.85 else ""
        return " ".join(filter(None, [*matches, extra, tail, 'comment "x y"' if r.random() < 0.1 else ""])) or "counter"

    def nat_rule(self, family):
        r = self.r
        of = family or r.choice([4, 6])
        word = "ip" if of == 4 else "ip6"
        own = ADDRESSES[of] if of == 4 else f"[{ADDRESSES[of]}]"
        action = r.choice([f"redirect to :{r.choice(PORTS)}", "redirect to tcp dport map { 80 : 443, 22 : 8443 }", "accept", "return",
                           f"dnat {word} to {own}:{r.choice(PORTS)}", f"dnat {word} to {self.other(of)}"])
        match = f"{'meta nfproto ipv4 ' if of == 4 and not family else 'meta nfproto ipv6 ' if not family else ''}tcp dport {r.choice(PORTS)}"
        return f"{match} {action}" if r.random() < 0.8 else f"{self.match(family, False)} {match} {action}"

    def table(self, number):
        """A table with sets, chains that are called, and base chains."""
        r = self.r
        kind, family = r.choice([("inet", None), ("inet", None), ("ip", 4), ("ip6", 6)])
        lines = [f"table {kind} t{number} {{"]
        lines.append(f"set ports {{ type inet_service; flags interval; elements = {{ {', '.join(map(str, self.some(PORTS)))}, 5000-6000 }}; }}")
        if family != 6:
            lines.append("set addresses4 { type ipv4_addr; flags interval; elements = { 10.0.0.0/29, 192.0.2.0/24 }; }")
        if family != 4:
            lines.append("set addresses6 { type ipv6_addr; flags interval; elements = { fd00::/125, 2001:db8::/32 }; }")
        called = [f"c{i}" for i in range(r.randint(0, 4))]
        lines.append(f"map verdicts {{ type inet_service : verdict; elements = {{ {r.choice(PORTS)} : {self.verdict([]).replace('reject', 'drop')} }}; }}")
        for i in reversed(range(len(called))):
            lines.append(f"chain {called[i]} {{")
            lines += [self.rule(family, False, called[i + 1:]) for _ in range(r.randint(0, 4))]
            lines.append("}")
        for i in range(r.choice([1, 1, 2, 3])):
            hook, place = r.choice([("input", 0), ("input", 0), ("input", 0), ("input", 10), ("input", -5), ("prerouting", -300), ("prerouting", -150)])
            lines.append(f"chain b{i} {{ type filter hook {hook} priority {place}; policy {r.choice(['accept', 'accept', 'drop'])};")
            lines += [self.rule(family, place == -300, called if place != -300 else []) for _ in range(r.randint(1, 6))]
            lines.append("}")
        if r.random() < 0.3:
            lines.append(f"chain nat {{ type nat hook prerouting priority {r.choice([-100, -100, -110])};")
            lines += [self.nat_rule(family) for _ in range(r.randint(1, 3))]
            lines.append("}")
        lines.append("}")
        if r.random() < 0.04:
            lines += [f"table netdev t{number} {{", f"chain ingress {{ type filter hook ingress device {r.choice(['m0', 'm0', 'lo'])} priority 0;",
                      f"tcp dport {{ {', '.join(map(str, self.some(PORTS)))} }} {r.choice(['drop', 'accept'])}", "}", "}"]
        return lines

    def ruleset(self):
        tables = [line for i in range(self.r.choice([1, 1, 1, 2, 3])) for line in self.table(i)]
        if self.r.random() < 1 / 12:
            tables += ["table inet odd {", "chain input { type filter hook input priority 20;",
                       f"tcp dport {self.r.choice(PORTS)} socket transparent 1 drop", "}", "}"]
        return "\n".join(tables) + "\n"


# -- packets -------------------------------------------------------------------------------------


def ip(text):
    subprocess.run(["ip", "-batch", "-"], input=text, text=True, check=True)


def connect_all(tries, port, seconds):
    """Connect at once from each (family, sender) to each port: which of them could. port: the first of the sender's own."""
    pending, done = {}, []
    for number, (family, sender, target) in enumerate(tries):
        sock = socket.socket(socket.AF_INET if family == 4 else socket.AF_INET6, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        sock.bind((sender, port + number))
        # No TIME-WAIT: the numbers come again one day.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sock.connect_ex((ADDRESSES[family], target))
        pending[sock.fileno()] = (sock, number)
    poller = select.poll()
    for fd in pending:
        poller.register(fd, select.POLLOUT)
    end = time.monotonic() + seconds
    while pending and (left := end - time.monotonic()) > 0:
        for fd, _ in poller.poll(left * 1000):
            sock, number = pending.pop(fd)
            poller.unregister(fd)
            if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                done.append(number)
            sock.close()
    for sock, _ in pending.values():
        sock.close()
    return done


class Peer:
    """The other machine: a process in a namespace of its own."""

    def __init__(self):
        self.ask, question = os.pipe()[::-1]
        answer, self.answer = os.pipe()[::-1]
        self.ask, self.answer = os.fdopen(self.ask, "w"), os.fdopen(self.answer)
        self.pid = os.fork()
        if self.pid == 0:
            self.ask.close()
            self.answer.close()
            try:
                self.serve(os.fdopen(question), os.fdopen(answer, "w"))
            finally:
                os._exit(0)
        os.close(question)
        os.close(answer)
        assert self.answer.readline() == "ready\n"
        ip(f"link add m0 address {MACS['m0']} type veth peer name p0 address {MACS['p0']} netns {self.pid}\naddress add 10.0.0.1/24 dev m0\naddress add fd00::1/64 dev m0 nodad\n"
           "link set lo up\nlink set m0 up\nroute add 10.9.0.0/16 dev m0\nroute add fd00:9::/32 dev m0\n")
        self.tell("up")
        assert self.answer.readline() == "up\n"
        # Each knows the other's MAC for good: a ruleset may drop what asks for it, and an entry grows old on a busy machine.
        ip("".join(f"neigh replace {a} lladdr {MACS['p0']} dev m0 nud permanent\n" for senders in SENDERS.values() for a in senders))

    def tell(self, line):
        print(line, file=self.ask, flush=True)

    @staticmethod
    def serve(questions, answers):
        if LIBC.unshare(CLONE_NEWNET) != 0:
            return
        print("ready", file=answers, flush=True)
        for line in questions:
            if line == "up\n":
                ip("link set lo up\nlink set p0 up\n" + "".join(f"address add {a}/{'64 dev p0 nodad' if ':' in a else '24 dev p0'}\n"
                                                              for senders in SENDERS.values() for a in senders)
                   + "".join(f"neigh replace {a} lladdr {MACS['m0']} dev p0 nud permanent\n" for a in ADDRESSES.values()))
                print("up", file=answers, flush=True)
                continue
            print(connect_all(*eval(line)), file=answers, flush=True)

    def connect(self, *tries):
        self.tell(repr(tries))
        return eval(self.answer.readline())


def listen():
    sockets = []
    for port in PORTS:
        sock = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=4096)
        sockets.append(sock)
    return sockets


# -- the comparison ------------------------------------------------------------------------------


class Judge(Driver):
    """A running test-firewall."""


def load(rules):
    """Load a ruleset but for the rules that nft refuses, as those that ask for two protocols at once; the rest, or None."""
    for _ in range(20):
        loaded = subprocess.run(["nft", "-f", "-"], input="flush ruleset\n" + rules, text=True, stderr=subprocess.PIPE, check=False)
        if loaded.returncode == 0:
            return rules
        wrong = {int(line) for line in re.findall(r"^/dev/stdin:(\d+):", loaded.stderr, re.M)}
        rules = "".join(line + "\n" for number, line in enumerate(rules.splitlines(), 2)
                        if number not in wrong or line.startswith(("table", "chain", "set", "map", "}")))
    return None


def compare(said, targets, came):
    """What was said wrongly."""
    for (family, target), answer in zip(targets, said, strict=True):
        verdict = answer.split()[0]
        senders = [(family, sender, target) in came for sender in SENDERS[family]]
        if verdict in ("OPEN", "NONE") and not all(senders) or verdict == "CLOSED" and any(senders):
            yield f"{ADDRESSES[family]} port {target}: said \"{answer}\", let in {dict(zip(SENDERS[family], senders))}"


def try_ruleset(judge, peer, port):
    """Lines of what was said wrongly, and all verdicts."""
    targets = [(family, target) for family in (4, 6) for target in PORTS]
    said = judge.tell(f"{socket.if_nametoindex('m0')} " + " ".join(f"{ADDRESSES[f]} {t}" for f, t in targets))
    tries = [(f, sender, t) for f, t in targets for sender in SENDERS[f]]
    # A machine that has much to do may take its time: what is wrong is tried again with more of it.
    for seconds in (0.1, 1.5):
        came = {tries[number] for number in peer.connect(tries, port, seconds)}
        wrong = list(compare(said, targets, came))
        if not wrong:
            break
        port += len(tries)
    return wrong, said


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default=os.path.join(TOP, "build"))
    parser.add_argument("--rulesets", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print each ruleset")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        os.execvp("unshare", ["unshare", "--net", "--mount", sys.executable, os.path.abspath(__file__), "--inside", *sys.argv[1:]])
    # The links of this namespace.
    subprocess.run(["mount", "-t", "sysfs", "-o", "ro", "sysfs", "/sys"], check=True)
    Judge.find(options.build, "test-firewall")
    peer, judge, sockets = Peer(), Judge(), listen()
    counts, failed, refused = {}, 0, 0
    time.sleep(0.3)
    for number in range(options.rulesets):
        seed = options.seed * 100000 + number
        rules = load(Maker(seed).ruleset())
        if not rules:
            refused += 1
            continue
        wrong, verdicts = try_ruleset(judge, peer, 10000 + number % 1000 * 48)
        for answer in verdicts:
            verdict = answer.split()[0]
            counts[verdict] = counts.get(verdict, 0) + 1
        if options.show:
            print(rules, *verdicts, sep="\n")
        if wrong:
            failed += 1
            print(f"FAIL ruleset {number} of seed {options.seed}", *wrong, rules, sep="\n", flush=True)
    judge.close()
    for sock in sockets:
        sock.close()
    total = sum(counts.values())
    print(f"{options.rulesets - refused} rulesets, {refused} that nft refused; verdicts:",
          ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items())))
    for verdict, limit in LIMITS.items():
        if counts.get(verdict, 0) > limit * total:
            failed += 1
            print(f"FAIL too many verdicts {verdict}: the limit is {limit:.0%}")
    for verdict in ("OPEN", "CLOSED"):
        if counts.get(verdict, 0) < 0.15 * total:
            failed += 1
            print(f"FAIL too few verdicts {verdict}")
    if options.rulesets - refused < 200 and options.rulesets >= 250:
        failed += 1
        print("FAIL too few rulesets")
    print(f"{max(options.rulesets - refused - failed, 0)} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
