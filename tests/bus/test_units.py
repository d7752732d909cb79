#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What depends on PID 1, journald and logind, against the real ones: the vendor's unit as it is followed, its journal and noted
keys by firstbootd in its sandbox, and what keeps the machine from shutting down.

usage: test_units.py [--build DIR] [TEST...]
"""

import contextlib
import ctypes
import glob
import os
import pwd
import signal
import socket
import subprocess
import sys
import time

from bus import Refused, connection, packed
from driver import TOP, Driver, enter, run_tests, wait

UNIT = "acme-web.service"
UNITS = "/run/systemd/system/"


class Watcher(Driver):
    """A running test-unit, of the console's account or another one."""

    def __init__(self, unit=UNIT, account="firstboot", **environment):
        self.process = subprocess.Popen(["setpriv", "--reuid", account, "--clear-groups", self.program, unit],
                                        env=os.environ | environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        bufsize=1)

    def ask(self, question="facts"):
        return dict(line.partition(" ")[::2] for line in self.tell(question))

    def is_in(self, phase, seconds=5, **others):
        """Wait for a phase, and for what else is known then."""
        wanted = {"phase": phase} | {key: str(value) for key, value in others.items()}
        try:
            wait(lambda: wanted.items() <= self.ask().items(), f"{wanted}", seconds, 0.01)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {self.ask()}") from None
        return self.ask()

    def is_quiet(self, seconds=1.5):
        """Nothing wakes it up but the questions."""
        before = int(self.ask("counts")["wakeups"])
        time.sleep(seconds)
        after = int(self.ask("counts")["wakeups"])
        assert after - before <= 1, f"{after - before} wake-ups in {seconds} s"


def run(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def write_unit(name, service="", unit="", section="Service"):
    """Put a unit there, as its vendor would."""
    text = "[Unit]\nDefaultDependencies=no\n" + unit + (f"\n[{section}]\n{service}\n" if service else "")
    with open(UNITS + name, "w", encoding="utf-8") as file:
        file.write(text)
    systemctl("daemon-reload")


def systemctl(*words):
    run("systemctl", *words)


def begin(*units):
    systemctl("--no-block", "start", *units)


def shown(name, key):
    return run("systemctl", "show", "--value", "-p", key, name).strip()


def clear():
    """No unit of a test, running or failed."""
    names = [os.path.basename(path) for path in glob.glob(UNITS + "*") if os.path.isfile(path) or os.path.islink(path)]
    if names:
        subprocess.run(["systemctl", "kill", "--signal=KILL", *names], stderr=subprocess.DEVNULL, check=False)
        subprocess.run(["systemctl", "stop", *names], stderr=subprocess.DEVNULL, check=False)
        subprocess.run(["systemctl", "reset-failed", *names], stderr=subprocess.DEVNULL, check=False)
    for name in names:
        os.unlink(UNITS + name)
    systemctl("daemon-reload")


def is_now(facts, seconds=4):
    """Both clocks say that it was a moment ago."""
    assert 0 <= time.time() - int(facts["since"]) / 1e6 < seconds, facts
    assert 0 <= time.monotonic() - int(facts["monotonic"]) / 1e6 < seconds, facts


# -- the unit ------------------------------------------------------------------------------------


def test_missing_until_it_is_installed(watcher):
    watcher.is_in("missing", name=UNIT)
    watcher.is_quiet()
    write_unit(UNIT, "ExecStart=sleep 100")
    watcher.is_in("inactive", since=0)
    watcher.is_quiet()
    begin(UNIT)
    is_now(watcher.is_in("active"))
    os.unlink(UNITS + UNIT)
    systemctl("daemon-reload")
    watcher.is_in("active")
    systemctl("stop", UNIT)
    watcher.is_in("missing")


def test_masked(watcher):
    write_unit(UNIT, "ExecStart=sleep 100")
    watcher.is_in("inactive")
    os.unlink(UNITS + UNIT)
    os.symlink("/dev/null", UNITS + UNIT)
    systemctl("daemon-reload")
    watcher.is_in("missing")


def test_that_cannot_be_read(watcher):
    write_unit(UNIT, "Type=simple")
    watcher.is_in("failed", result="bad-setting", code=0)


def test_starting_active_and_stopping(watcher):
    write_unit(UNIT, "ExecStartPre=sleep 1\nExecStart=sleep 100\nExecReload=sleep 1\nExecStop=sleep 1")
    begin(UNIT)
    is_now(watcher.is_in("starting"))
    facts = watcher.is_in("active")
    is_now(facts)
    assert facts["monotonic"] == shown(UNIT, "ActiveEnterTimestampMonotonic"), facts
    watcher.is_quiet()
    systemctl("--no-block", "reload", UNIT)
    assert watcher.is_in("reloading")["monotonic"] == facts["monotonic"]
    assert watcher.is_in("active")["monotonic"] == facts["monotonic"]
    systemctl("--no-block", "stop", UNIT)
    is_now(watcher.is_in("stopping"))
    watcher.is_in("inactive")
    watcher.is_quiet()


def test_waiting_for_another(watcher):
    write_unit("slow.service", "Type=oneshot\nExecStart=sleep 2")
    write_unit("middle.target", unit="Requires=slow.service\nAfter=slow.service\n")
    write_unit(UNIT, "ExecStart=sleep 100", unit="Requires=middle.target\nAfter=middle.target\n")
    begin(UNIT)
    watcher.is_in("waiting", waits="slow.service")
    # Its job may be known before it has begun.
    wait(lambda: watcher.ask()["monotonic"] != "0", "slow.service has begun")
    facts = watcher.ask()
    is_now(facts)
    assert facts["monotonic"] == shown("slow.service", "InactiveExitTimestampMonotonic"), facts
    watcher.is_in("active", waits="")


def test_waiting_for_one_after_the_other(watcher):
    write_unit("first.service", "Type=oneshot\nExecStart=sleep 1")
    write_unit("second.service", "Type=oneshot\nExecStart=sleep 1", unit="After=first.service\n")
    write_unit(UNIT, "ExecStart=sleep 100", unit="After=second.service\n")
    begin("first.service", "second.service", UNIT)
    watcher.is_in("waiting", waits="first.service")
    watcher.is_in("waiting", waits="second.service")
    watcher.is_in("active", waits="")
    # Other jobs are no news any more.
    write_unit("other.service", "Type=oneshot\nExecStart=true")
    time.sleep(0.3)
    before = int(watcher.ask("counts")["wakeups"])
    systemctl("start", "other.service")
    assert int(watcher.ask("counts")["wakeups"]) - before <= 1


def test_found_waiting(watcher):
    write_unit("slow.service", "Type=oneshot\nExecStart=sleep 2")
    write_unit(UNIT, "ExecStart=sleep 100", unit="After=slow.service\n")
    begin("slow.service", UNIT)
    later = Watcher()
    later.is_in("waiting", waits="slow.service")
    later.is_in("active", waits="")
    later.close()


def test_failed_with_its_last_line(watcher):
    write_unit(UNIT, "ExecStart=sh -c 'echo begun; echo cannot bind to port 8443; exit 3'")
    begin(UNIT)
    is_now(watcher.is_in("failed", result="exit-code", code=1, status=3, log="cannot bind to port 8443"))
    watcher.is_quiet()
    # The next start has said nothing yet: what the last one said is not its word.
    write_unit(UNIT, "ExecStart=sh -c 'exit 4'")
    begin(UNIT)
    facts = watcher.is_in("failed", status=4)
    wait(lambda: watcher.ask()["log"] != "", "PID 1's word")
    assert "port" not in watcher.ask()["log"] and UNIT in watcher.ask()["log"], (facts, watcher.ask())


def test_killed(watcher):
    write_unit(UNIT, "ExecStart=sh -c 'echo ready; exec sleep 100'")
    begin(UNIT)
    watcher.is_in("active", log="")
    # Until then it is a copy of the manager, which takes the signal in its own way.
    wait(lambda: open(f"/proc/{shown(UNIT, 'MainPID')}/comm", encoding="ascii").read() == "sleep\n", "its last program")
    systemctl("kill", "--signal=SEGV", UNIT)
    facts = watcher.is_in("failed", status=11, log="ready")
    assert (facts["code"], facts["result"]) in (("2", "signal"), ("3", "core-dump")), facts


def test_program_missing(watcher):
    write_unit(UNIT, "ExecStart=/usr/bin/acme-webd")
    begin(UNIT)
    watcher.is_in("failed", result="exit-code", status=203)
    wait(lambda: "No such file" in watcher.ask()["log"] or "acme-webd" in watcher.ask()["log"], "why")


def test_command_before_it_fails(watcher):
    write_unit(UNIT, "ExecStartPre=-sh -c 'exit 4'\nExecStartPre=sh -c 'echo no certificate; exit 5'\nExecStart=sleep 100")
    begin(UNIT)
    watcher.is_in("failed", result="exit-code", code=1, status=5, log="no certificate")
    write_unit(UNIT, "ExecStart=sleep 100\nExecStartPost=sh -c 'kill -KILL $$$$'")
    begin(UNIT)
    watcher.is_in("failed", result="signal", code=2, status=9)
    write_unit(UNIT, "ExecStartPre=true\nExecStart=sh -c 'exit 6'")
    begin(UNIT)
    watcher.is_in("failed", result="exit-code", code=1, status=6)


def test_too_slow(watcher):
    write_unit(UNIT, "Type=notify\nTimeoutStartSec=1\nExecStart=sleep 100")
    begin(UNIT)
    watcher.is_in("failed", result="timeout")


def test_restarting_by_itself(watcher):
    write_unit(UNIT, "ExecStart=sh -c 'echo try; exit 7'\nRestart=always\nRestartSec=2")
    begin(UNIT)
    first = watcher.is_in("restarting", result="exit-code", status=7, log="try")
    is_now(first)
    wait(lambda: watcher.ask()["phase"] == "restarting" and watcher.ask()["monotonic"] != first["monotonic"], "one more try")
    watcher.is_in("restarting", log="try")


def test_dependency_failed(watcher):
    write_unit("base.service", "Type=oneshot\nExecStart=false")
    write_unit(UNIT, "ExecStart=sleep 100", unit="Requires=base.service\nAfter=base.service\n")
    begin(UNIT)
    wait(lambda: shown("base.service", "ActiveState") == "failed", "failure")
    watcher.is_in("inactive")


def test_manager_is_executed_anew(watcher):
    write_unit(UNIT, "ExecStart=sleep 100")
    begin(UNIT)
    watcher.is_in("active")
    systemctl("daemon-reexec")
    watcher.is_in("active", 15)
    systemctl("stop", UNIT)
    watcher.is_in("inactive")
    begin(UNIT)
    watcher.is_in("active")
    watcher.is_quiet()


def test_jobs_of_all_units(watcher):
    """What the dashboard looks for a new listener after: without Unit= it knows no unit's name."""
    def jobs():
        return int(watcher.ask("jobs")["jobs"])

    def heard(before):
        wait(lambda: jobs() > before, "the job's end", 1, 0.01)

    jobs()
    time.sleep(0.2)
    before = jobs()
    run("systemd-run", "--quiet", "--unit=acme-other", "true")
    heard(before)
    systemctl("daemon-reexec")
    time.sleep(0.5)
    before = jobs()
    run("systemd-run", "--quiet", "--scope", "--unit=acme-container", "true")
    heard(before)


def test_another_name(watcher):
    write_unit("real-web.service", "ExecStart=sleep 100")
    os.symlink(UNITS + "real-web.service", UNITS + UNIT)
    systemctl("daemon-reload")
    watcher.is_in("inactive", name=UNIT)
    begin("real-web.service")
    watcher.is_in("active", name=UNIT)
    systemctl("stop", UNIT)
    watcher.is_in("inactive", name=UNIT)


def test_other_kinds(watcher):
    write_unit("acme.target")
    write_unit("acme.socket", "ListenStream=/run/nowhere/\0/x".replace("\0", "x" * 150), section="Socket")
    target, listener = Watcher("acme.target"), Watcher("acme.socket")
    target.is_in("inactive")
    begin("acme.target")
    is_now(target.is_in("active"))
    write_unit("acme.socket", "ListenStream=/dev/null/x\nService=acme-web.service", section="Socket")
    write_unit(UNIT, "ExecStart=sleep 100")
    subprocess.run(["systemctl", "start", "acme.socket"], stderr=subprocess.DEVNULL, check=False)
    listener.is_in("failed", result="resources", code=0)
    target.close()
    listener.close()


def test_no_manager(watcher):
    with subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1", "--address=unix:path=/run/private-bus"],
                          stdout=subprocess.PIPE, text=True) as daemon:
        # A session's bus takes its own account alone.
        lonely = Watcher(account="root", DBUS_SYSTEM_BUS_ADDRESS=daemon.stdout.readline().strip())
        lonely.is_in("unknown")
        time.sleep(0.3)
        lonely.is_quiet(2)
        assert lonely.ask("counts")["changes"] == "0"
        lonely.close()
        daemon.terminate()


# -- firstbootd ----------------------------------------------------------------------------------


def console():
    """A connection of the console's account."""
    return connection(pwd.getpwnam("firstboot").pw_uid)


def log_of(script):
    """The line that firstbootd tells after this unit has failed."""
    write_unit(UNIT, f"ExecStart={script}")
    subprocess.run(["systemctl", "start", UNIT], stderr=subprocess.DEVNULL, check=False)
    wait(lambda: shown(UNIT, "ActiveState") == "failed", "failure")
    with console() as bus:
        return bus.call("GetWebUnitLog", returns="s")[0]


def test_odd_lines(watcher):
    with open("/run/odd", "wb") as file:
        file.write(b"fine\n \x1b[2J\x1b[31mred\x07 \xff\xfe \xc3\xa4rger\r\n\n\n")
    assert log_of("sh -c 'cat /run/odd; exit 1'") == " [2J [31mred  ?? ärger".lstrip()
    assert log_of("sh -c 'printf %%01000d 7; exit 1'") == "0" * 255
    assert log_of("/usr/bin/python3 -c 'print(\"é\" * 200); exit(1)'") == "é" * 127 + "?"


def journal():
    """What who has the right to change the machine is told of the unit's journal."""
    with connection(0) as bus:
        return [text for _, text in bus.call("GetWebUnitJournal", returns="a(ts)")[0]]


def test_many_lines(watcher):
    log_of("/usr/bin/python3 -c 'print(\"one\", \"two\" + chr(27) + \"[2J\", \"  three\" + chr(13), sep=chr(10)); exit(1)'")
    lines = journal()
    ours = [line for line in lines if not line.startswith(UNIT)]
    assert any("three" in line for line in ours) and any(line == "one" for line in ours), lines
    assert not any(ord(c) < 32 for line in lines for c in line), lines
    assert any("Failed with result" in line for line in lines), lines
    log_of("sh -c 'seq 1 500; exit 1'")
    lines = journal()
    assert len(lines) == 200 and "500" in lines, lines[-5:]
    state = "/var/lib/firstboot/state"
    before = open(state, encoding="ascii").read()
    try:
        with console() as bus:
            open(state, "w", encoding="ascii").write("claimed\n")
            bus.call("GetWebUnitJournal", returns="a(ts)")
            raise AssertionError("anybody may read it")
    except Refused as refused:
        assert refused.name == "NotPermitted", refused
    finally:
        open(state, "w", encoding="ascii").write(before)


def test_forged_lines(watcher):
    line = log_of("sh -c 'echo truth; exit 1'")
    assert line == "truth", line
    uid = str(pwd.getpwnam("firstboot").pw_uid)
    subprocess.run(["setpriv", "--reuid", uid, "--clear-groups", "logger", "--journald"], check=True, text=True,
                   input=f"MESSAGE=a lie\nUNIT={UNIT}\n_SYSTEMD_UNIT={UNIT}\nPRIORITY=3\n")
    time.sleep(0.3)
    with console() as bus:
        assert bus.call("GetWebUnitLog", returns="s") == ["truth"]


def test_keys_in_the_sandbox(watcher):
    keys = [("tls", "SHA256 3F:A9"), ("ssh ED25519", "SHA256:Yx0")]
    with console() as bus:
        assert bus.call("NoteKeys", "a(ss)", keys, returns="ab") == [[0, 0]]
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip().replace("-", "")
        text = open("/var/lib/firstboot/keys", encoding="ascii").read()
        assert f"BOOT={boot}\n" in text, text
        # As another boot has left it.
        open("/var/lib/firstboot/keys", "w", encoding="ascii").write(text.replace(boot, "0" * 32).replace("3F", "3E"))
        assert bus.call("NoteKeys", "a(ss)", keys, returns="ab") == [[1, 0]]
        assert bus.call("NoteKeys", "a(ss)", [], returns="ab") == [[]]
        for bad in ([("tls", "x")] * 13, [("", "x")], [("x" * 32, "x")], [("x", "x" * 96)], [("a\nKEY=b", "x")], [("ä", "x")]):
            try:
                bus.call("NoteKeys", "a(ss)", bad, returns="ab")
                raise AssertionError(f"{bad} was taken")
            except Refused as refusal:
                assert refusal.name == "Refused", refusal


def test_many_questions(watcher):
    """So many a minute, and changes are still taken."""
    systemctl("restart", "firstbootd.service")
    with console() as bus:
        names = []
        for _ in range(260):
            try:
                bus.call("NoteKeys", "a(ss)", [], returns="ab")
            except Refused as refusal:
                names.append(refusal.name)
        assert names == ["TooSoon"] * 20, names
        try:
            bus.call("Confirm", "t", 1, returns="s")
        except Refused as refusal:
            assert refusal.name == "Refused", refusal
    systemctl("restart", "firstbootd.service")


def rules(text):
    subprocess.run(["nft", "-f", "-"], input="flush ruleset\n" + text + "\n", check=True, text=True)


def test_the_firewall_from_the_sandbox(watcher):
    """All that the verdict needs can be had behind the unit's walls."""
    chain = "type filter hook input priority 0; policy"
    with console() as bus:
        def judge():
            return bus.call("JudgePort", "iayq", 1, packed("127.0.0.1"), 443, returns="usq")[:2]
        rules("")
        assert judge() == [1, ""], judge()
        fd = bus.call("WatchFirewall", returns="h")[0]
        rules(f"table inet f {{\nchain in {{ {chain} accept;\ntcp dport 443 iiftype loopback drop\n}}\n}}")
        assert os.read(fd, 100), "no word of the change"
        os.close(fd)
        assert judge() == [4, "inet f in"], judge()
        rules(f"table inet f {{\nchain in {{ {chain} drop;\ntcp dport 443 accept\n}}\n}}")
        assert judge() == [2, "inet f in"], judge()
        rules("")
        # The kernel makes a table of the old iptables for who asks for it (IPT_SO_GET_INFO), and keeps it.
        question, size = ctypes.create_string_buffer(b"filter", 84), ctypes.c_uint32(84)
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as sock:
            made = ctypes.CDLL(None).getsockopt(sock.fileno(), socket.SOL_IP, 64, question, ctypes.byref(size)) == 0
        assert judge()[0] == (0 if made else 1), judge()


# -- shutting down -------------------------------------------------------------------------------


@contextlib.contextmanager
def inhibitor(what="shutdown", mode="block", who="acme-backup", why="A backup is being written"):
    before = run("systemd-inhibit", "--list", "--no-legend")
    process = subprocess.Popen(["systemd-inhibit", f"--what={what}", f"--mode={mode}", f"--who={who}", f"--why={why}", "sleep", "100"])
    try:
        wait(lambda: run("systemd-inhibit", "--list", "--no-legend") != before, "the lock")
        yield
    finally:
        process.terminate()
        process.wait()


def stand_in_for_reboot():
    """Restarts and power cuts leave a file in place of shutting down."""
    for what in ("reboot", "poweroff"):
        write_unit(f"told-{what}.service", f"Type=oneshot\nExecStart=touch /run/told-{what}")
        write_unit(f"{what}.target", unit=f"Wants=told-{what}.service\nAllowIsolate=yes\n")
        with contextlib.suppress(OSError):
            os.unlink(f"/run/told-{what}")


def was_told(what):
    return os.path.exists(f"/run/told-{what}")


def refused(name, bus, *arguments):
    try:
        bus.call("Power", "sb", *arguments)
    except Refused as refusal:
        assert refusal.name == name, refusal
        return refusal.message
    raise AssertionError(f"{arguments} was not refused")


def test_nothing_in_the_way(watcher):
    stand_in_for_reboot()
    with console() as bus:
        assert bus.call("GetInhibitors", "s", "reboot", returns="bs") == [0, ""]
        bus.call("Power", "sb", "reboot", False)
        wait(lambda: was_told("reboot"), "the restart")
        assert not was_told("poweroff")


def test_a_lock_forbids_it(watcher):
    stand_in_for_reboot()
    with console() as bus, inhibitor(), inhibitor("sleep", who="other"), inhibitor("sleep:shutdown", "delay", "saver", "Saving"):
        for what in ("reboot", "poweroff"):
            blocked, text = bus.call("GetInhibitors", "s", what, returns="bs")
            assert blocked and '"acme-backup" forbids it now: A backup is being written.' in text, text
            assert '"saver" may delay it a little: Saving.' in text and "other" not in text, text
            assert "A backup is being written" in refused("Busy", bus, what, False)
        time.sleep(0.3)
        assert not was_told("reboot") and not was_told("poweroff")
        bus.call("Power", "sb", "reboot", True)
        wait(lambda: was_told("reboot"), "the restart all the same", 10)


def test_only_a_delay(watcher):
    stand_in_for_reboot()
    with console() as bus, inhibitor(mode="delay"):
        assert bus.call("GetInhibitors", "s", "poweroff", returns="bs")[0] == 0
        bus.call("Power", "sb", "poweroff", False)
        wait(lambda: was_told("poweroff"), "the end", 10)


def test_somebody_edits(watcher):
    stand_in_for_reboot()
    with console() as bus, connection() as root:
        root.call("BeginEdit", returns="bst")
        blocked, text = bus.call("GetInhibitors", "s", "reboot", returns="bs")
        assert blocked and "has been changing settings since" in text, text
        assert "changing settings" in refused("Busy", bus, "reboot", False)
        assert root.call("GetInhibitors", "s", "reboot", returns="bs") == [0, ""]
        root.call("EndEdit")
        assert bus.call("GetInhibitors", "s", "reboot", returns="bs") == [0, ""]


def test_login_manager_hangs(watcher):
    stand_in_for_reboot()
    pid = int(shown("systemd-logind.service", "MainPID"))
    os.kill(pid, signal.SIGSTOP)
    try:
        with console() as bus:
            blocked, text = bus.call("GetInhibitors", "s", "reboot", returns="bs")
            assert blocked and "does not answer" in text, text
            bus.call("Power", "sb", "reboot", True)
            wait(lambda: was_told("reboot"), "the restart by PID 1")
    finally:
        os.kill(pid, signal.SIGCONT)


def main():
    options = enter(lambda build: [os.path.join(TOP, "tests/lib/booted"), "--build", build, "--"])
    Watcher.find(options.build, "test-unit")
    os.makedirs("/etc/firstboot/firstboot.conf.d", exist_ok=True)
    with open("/etc/firstboot/firstboot.conf.d/10-unit.conf", "w", encoding="ascii") as file:
        file.write(f"[Web]\nUnit={UNIT}\n")
    return run_tests(Watcher, globals(), options.tests, before=clear)


if __name__ == "__main__":
    sys.exit(main())
