#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A vendor's steps and its licence text, by firstbootd and firstboot-step: to be run inside tests/lib/sandbox.

usage: test_steps.py Steps | Licence
"""

import contextlib
import glob
import json
import os
import re
import signal
import stat
import subprocess
import sys
import time

import test_firstbootd
from bus import SEALS, secret, with_secret
from steps import ANSWERS, EVERY, FOLDER, GIVEN, KEPT, SHELL, TEXT, answers, clear, definition, get_changed, get_setup, listen, progress, run_step
from steps import start_step, write_program, write_step
from test_firstbootd import Bus, Case, claimed, read_file, run, stop_daemon, ui_uid, vendor_says, wait, write_file

TOKEN = "hunter2-" + os.urandom(8).hex()     # no source of any test has it
STEP_SERVICE = "/usr/share/dbus-1/system-services/org.firstboot.Step1.service"
STATE = "/var/lib/firstboot/state"
EULA = "/usr/share/acme/eula.txt"
PASSWORD = "correct horse battery"
# Tells what it was started with, and how often.
TELLS = SHELL + """
cat >/run/told.stdin
[ -z "$FIRSTBOOT_SECRETS_FD" ] || cat <&"$FIRSTBOOT_SECRETS_FD" >/run/told.secrets
env >/run/told.env
ls /proc/self/fd >/run/told.fds
cut -d' ' -f5-7 /proc/self/stat >/run/told.stat
readlink /proc/self/cwd >/run/told.cwd
grep -E '^Sig(Blk|Ign)' /proc/self/status >/run/told.signals
tr '\\0' '\\n' </proc/$$/cmdline >/run/told.arguments
echo >>/run/told.times
"""


def told(what):
    return read_file(f"/run/told.{what}")


def times():
    return len(told("times")) if os.path.exists("/run/told.times") else 0


def pids(word):
    """The processes that have this among their arguments."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if word.encode() in open(path, "rb").read().split(b"\0") and int(path.split("/")[2]) != os.getpid():
                found.append(int(path.split("/")[2]))
    return found


def step_pid():
    return (pids("/usr/libexec/firstboot/firstboot-step") or [None])[0]


def everywhere(needle):
    """The files, arguments and environments that have this text."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline") + glob.glob("/proc/[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if needle.encode() in open(path, "rb").read():
                found.append(path)
    for folder in ("/etc", "/run", "/tmp", "/var/lib/firstboot", "/var/log", "/dev/shm"):
        listed = subprocess.run(["grep", "-rlsaF", "--devices=skip", "--exclude=told.secrets", needle, folder], text=True, stdout=subprocess.PIPE, check=False)
        found += listed.stdout.splitlines()
    return found


class Steps(Case):
    def setUp(self):
        super().setUp()
        # One that a test before has left waiting.
        self.go()
        wait(lambda: not test_firstbootd.service_is_trying(self.bus), what="the end of a program")
        clear()
        for path in glob.glob("/run/told.*"):
            os.unlink(path)
        self.step("word", fields=TEXT)

    def go(self):
        """Let a program that waits go on."""
        write_file("/run/told.go", "")

    def step(self, name="word", program=TELLS, fields="", **words):
        """A step with a program of its name."""
        write_step(f"50-{name}.step", definition(apply=name, fields=fields, **words))
        write_program(name, program)

    def says(self, program, **words):
        """What a step with this program ends with."""
        self.step(program=SHELL + program, fields=TEXT, **words)
        return run_step(self.bus, "word", {"word": "x"})[1]

    def fails(self, words, program, **named):
        self.step(program=SHELL + program, fields=TEXT, **named)
        return self.refused("Failed", words, run_step, self.bus, "word", {"word": "x"})

    # -- what a program gets --

    def test_every_kind(self):
        write_step("50-every.step", EVERY)
        write_program("every", TELLS)
        self.assertEqual(run_step(self.bus, "every", ANSWERS, {"token": TOKEN}), [1, ""])
        self.assertEqual(json.loads(told("stdin")), {"step": "every", "language": "en", "values": GIVEN})
        self.assertEqual(json.loads(told("secrets")), {"token": TOKEN})
        self.assertEqual(get_setup(self.bus)[1], {"every": GIVEN})

    def test_defaults_and_what_is_not_asked(self):
        write_step("50-every.step", EVERY)
        write_program("every", TELLS)
        run_step(self.bus, "every", {"name": "ab", "server": "192.0.2.7"}, {"token": TOKEN})
        expected = {"name": "ab", "seats": 5, "edition": "small", "backup": False, "cache": 512 << 20}
        values = json.loads(told("stdin"))["values"]
        self.assertEqual({key: value for key, value in values.items() if value != ""}, expected)
        self.assertNotIn("server", values)
        self.assertFalse(os.path.exists("/run/told.secrets"))

    def test_surroundings(self):
        run_step(self.bus, "word", {"word": "x"})
        self.assertEqual({line.split("=")[0] for line in told("env").splitlines()} - {"PWD", "OLDPWD", "SHLVL", "_"}, {"PATH", "LANG"})
        self.assertEqual(told("fds").split(), ["0", "1", "2", "3"])     # the last is ls's own
        self.assertEqual(told("cwd"), "/\n")
        self.assertEqual(told("arguments").split(), ["/bin/sh", f"{FOLDER}/word"])
        group, session, terminal = (int(number) for number in told("stat").split())
        self.assertEqual((group, terminal), (session, 0))
        self.assertNotEqual(session, os.getsid(0))
        self.assertEqual([line.split()[1] for line in told("signals").splitlines()], ["0" * 16] * 2)

    def test_secrets_are_on_their_descriptor_alone(self):
        write_step("50-every.step", EVERY)
        write_program("every", TELLS + "echo STATUS=waiting\nwhile [ ! -e /run/told.go ]; do sleep 0.05; done\nfalse\n")
        with answers(ANSWERS, {"token": TOKEN}) as fds:
            self.bus.send("RunStep", "shh", "every", *fds)
        wait(lambda: os.path.exists("/run/told.times"), what="the program")
        self.assertIn("FIRSTBOOT_SECRETS_FD=3\n", told("env"))
        self.assertEqual(told("fds").split(), ["0", "1", "2", "3", "4"])
        self.assertEqual(everywhere(TOKEN), [])
        self.go()
        wait(lambda: not test_firstbootd.service_is_trying(self.bus), what="its end")
        self.assertEqual(everywhere(TOKEN), [])

    def test_a_secret_among_the_values(self):
        """Whoever sends it in the wrong one of the two does not have it kept."""
        write_step("50-every.step", EVERY)
        write_program("every", TELLS)
        run_step(self.bus, "every", {**ANSWERS, "token": TOKEN})
        self.assertEqual(json.loads(told("secrets")), {"token": TOKEN})
        self.assertEqual(everywhere(TOKEN), [])

    def test_language(self):
        write_step("50-word.step", definition(apply="word", fields=TEXT, extra="Title[de]=Ein Schritt"))
        write_program("word", TELLS + "exit 3\n")
        stop_daemon()
        self.addCleanup(stop_daemon)
        with vendor_says("[Console]\nLanguage=de\n"):
            language = "de" if os.path.exists("/usr/share/locale/de/LC_MESSAGES/firstboot.mo") else "en"
            text = self.refused("Failed", "", run_step, self.bus, "word", {"word": "x"})
            self.assertEqual(json.loads(told("stdin"))["language"], language)
            self.assertIn("Ein Schritt" if language == "de" else "A step", text)

    # -- what it says --

    def test_last_word(self):
        self.assertEqual(self.says("echo MESSAGE=one; echo MESSAGE=two; echo STATUS=no"), "two")
        self.assertEqual(run_step(self.bus, "word", {"word": "x"}), [0, ""])     # not run: the answers are those of before

    def test_why_it_failed(self):
        self.assertIn("has failed: The disk is full.", self.fails("A step", "echo STATUS=trying; echo MESSAGE='The disk is full.'; exit 1"))
        self.fails("has failed: trying", "echo STATUS=trying; exit 1")
        self.fails("exit status, 7", "exit 7")
        self.fails("signal 9", "kill -9 $$")
        self.fails("has failed: unfinished", "printf MESSAGE=unfinished; exit 1")
        self.fails("has failed: a b [2J??", "printf 'MESSAGE=a\\tb\\033[2J\\377\\376\\n'; exit 1")
        self.assertEqual(get_setup(self.bus)[1], {})

    def test_long_words(self):
        text = self.fails("has failed: ää", "printf MESSAGE=; for i in $(seq 1000); do printf ä; done; exit 1", title="T" * 60)
        self.assertLess(len(text.encode()), 512)

    def test_progress(self):
        listen(self.bus)
        self.says("echo PROGRESS=5; echo STATUS=first; sleep 0.3; echo PROGRESS=50; sleep 0.3; echo PROGRESS=101; echo STATUS=last; sleep 0.3; echo PROGRESS=100")
        seen = progress(self.bus)
        self.assertEqual(seen[-1], (100, "last"))
        self.assertIn((50, "first"), seen)
        self.assertEqual([percent for percent, _ in seen], sorted(percent for percent, _ in seen))
        self.step(program=SHELL + "echo STATUS=only", fields=TEXT)
        run_step(self.bus, "word", {"word": "y"})
        self.assertEqual(progress(self.bus), [(0xffffffff, "only")])

    def test_progress_without_end(self):
        listen(self.bus)
        self.says("i=0; while [ $i -lt 20000 ]; do echo PROGRESS=$((i / 200)); i=$((i + 1)); done; sleep 0.2")
        seen = progress(self.bus)
        self.assertLess(len(seen), 200)
        self.assertEqual(seen[-1][0], 99)

    def test_huge_output(self):
        self.assertEqual(self.says("head -c 100000000 /dev/zero; yes | head -c 30000000; echo MESSAGE=done"), "done")
        status = read_file(f"/proc/{step_pid()}/status")
        self.assertLess(int(re.search(r"VmHWM:\s+(\d+)", status).group(1)), 40000)
        self.assertLess(read_file("/run/dbus.log").count("word: y"), 1100)

    # -- how it ends --

    def test_time_limit(self):
        began = time.monotonic()
        self.fails("within 1 s,", "trap '' TERM; (trap '' TERM; exec sleep 4711) & sleep 4711", seconds=1)
        self.assertLess(time.monotonic() - began, 5)
        wait(lambda: pids("4711") == [], what="the end of all of it")

    def test_what_is_left_running_ends(self):
        self.assertEqual(self.says("sleep 4712 & echo MESSAGE=done"), "done")
        wait(lambda: pids("4712") == [], what="the end of all of it")

    def test_who_has_left_does_not_hold_up(self):
        began = time.monotonic()
        self.assertEqual(self.says("setsid sleep 4713 & echo MESSAGE=done; sleep 0.1"), "done")
        self.assertLess(time.monotonic() - began, 5)
        for pid in pids("4713"):
            os.kill(pid, signal.SIGKILL)

    def test_who_has_left_and_talks_on(self):
        self.assertEqual(self.says("echo MESSAGE=done; setsid sh -c 'exec yes' & sleep 0.2"), "done")
        for pid in pids("yes"):
            os.kill(pid, signal.SIGKILL)

    def test_input_is_not_read(self):
        self.assertEqual(self.says("exec <&-; echo MESSAGE=done"), "done")

    # -- which programs are run --

    def not_run(self, words, name="word"):
        self.refused("Failed", words, run_step, self.bus, name, {"word": "x"})
        self.assertEqual((times(), get_setup(self.bus)[1]), (0, {}))

    def test_programs_that_others_may_write(self):
        program = f"{FOLDER}/word"
        os.chown(program, 0, 1)
        for mode in (0o777, 0o775, 0o757):
            os.chmod(program, mode)
            self.not_run("Others than root")
        os.chmod(program, 0o755)
        os.chown(program, ui_uid(), 0)
        self.not_run("Others than root")
        os.chown(program, 0, 0)
        os.chmod(FOLDER, 0o777)
        self.refused("Refused", "no step", run_step, self.bus, "word", {"word": "x"})
        os.chmod(FOLDER, 0o755)
        self.assertEqual(times(), 0)

    def test_programs_that_are_none(self):
        program = f"{FOLDER}/word"
        os.chmod(program, 0o644)
        self.not_run("x")
        os.unlink(program)
        self.not_run("no program")
        os.mkdir(program)
        self.not_run("regular")
        os.rmdir(program)
        os.symlink("/bin/true", program)
        self.not_run("regular")
        os.unlink(program)
        write_program("word", "#!/nonexistent/sh\n")
        self.not_run("No such file")
        write_program("word", "no program at all\n")
        self.not_run("Exec format error")

    def test_a_step_of_etc_has_the_vendor_s_program(self):
        os.makedirs("/etc/firstboot/steps.d")
        write_file("/etc/firstboot/steps.d/50-word.step", definition(title="Ours", apply="word", fields=TEXT))
        write_file("/etc/firstboot/steps.d/60-other.step", definition(apply="/etc/firstboot/steps.d/other", fields=TEXT))
        write_file("/etc/firstboot/steps.d/other", TELLS)
        os.chmod("/etc/firstboot/steps.d/other", 0o755)
        run_step(self.bus, "word", {"word": "x"})
        self.assertEqual(times(), 1)
        self.refused("Refused", "no step", run_step, self.bus, "other", {"word": "x"})

    def test_the_definition_is_another_one_meanwhile(self):
        """firstboot-step asks the file again: by what firstbootd has read it is not to be led."""
        wait(lambda: step_pid() is None, what="its end")
        original = read_file(STEP_SERVICE)
        write_file("/run/told.new", definition(apply="word", fields=TEXT + "Min=5\n"))
        write_program("word", TELLS)
        write_file("/run/told.wrapper", f"#!/bin/sh\ncp /run/told.new {FOLDER}/50-word.step\nexec /usr/libexec/firstboot/firstboot-step\n")
        os.chmod("/run/told.wrapper", 0o755)
        write_file(STEP_SERVICE, re.sub("(?m)^Exec=.*", "Exec=/run/told.wrapper", original))
        reload = ("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig")
        run(*reload)
        try:
            self.refused("Refused", "too short", run_step, self.bus, "word", {"word": "x"})
            wait(lambda: step_pid() is None, what="its end")
            self.step(fields=TEXT)
            write_file("/run/told.new", definition(fields=TEXT))
            self.refused("Refused", "no such step", run_step, self.bus, "word", {"word": "x"})
        finally:
            write_file(STEP_SERVICE, original)
            run(*reload)
        self.assertEqual((times(), get_setup(self.bus)[1]), (0, {}))

    # -- what is sent --

    def test_wrong_answers(self):
        write_step("50-every.step", EVERY)
        write_program("every", TELLS)
        for change, word in (({"name": ""}, "empty"), ({"name": "x"}, "too short"), ({"seats": 501}, "too large"), ({"seats": "many"}, "number"),
                             ({"edition": "huge"}, "choices"), ({"server": "host"}, "address"), ({"mail": "-x-"}, ""), ({"portal": "ftp://x"}, "link"),
                             ({"cache": 5}, "too small"), ({"colour": "red"}, "colour"), ({"name": "a\nb"}, "character"), ({"name": ["x"]}, ""),
                             ({"name": {"x": "y"}}, "")):
            with self.subTest(change=change):
                self.refused("Refused", ["not done", word], run_step, self.bus, "every", {**ANSWERS, **change}, {"token": TOKEN})
        self.refused("Refused", "Token", run_step, self.bus, "every", ANSWERS)
        self.refused("Refused", "too short", run_step, self.bus, "every", ANSWERS, {"token": "abc"})
        self.refused("Refused", "no step", run_step, self.bus, "nothing", {})
        self.refused("Refused", "no step", run_step, self.bus, "../../etc/passwd", {})
        self.assertEqual(times(), 0)

    def test_what_is_no_object(self):
        for text in ("", "[]", "x", "{", '{"word":"x"} {}', '{"word":"x"}\0', b'{"word":"\xff"}', "{" * 60000, '{"word":"' + "x" * 70000 + '"}'):
            with self.subTest(text=text[:20]):
                self.refused("Refused", "not done", run_step, self.bus, "word", text)
        for seals in (0, SEALS & ~0x8):
            with secret('{"word":"x"}', seals) as fd, secret("{}") as none:
                self.refused("Refused", "sealed", self.bus.call, "RunStep", "shh", "word", fd, none, returns="bs")
                self.refused("Refused", "sealed", self.bus.call, "RunStep", "shh", "word", none, fd, returns="bs")
        self.refused("InvalidArgs", "", self.bus.call, "RunStep", "s", "word")
        self.assertEqual(times(), 0)

    # -- what is kept --

    def test_the_same_again_runs_nothing(self):
        self.assertEqual(run_step(self.bus, "word", {"word": "x"}), [1, ""])
        self.assertEqual(run_step(self.bus, "word", {"word": " x "}), [0, ""])
        self.assertEqual(times(), 1)
        self.assertEqual(run_step(self.bus, "word", {"word": "y"}), [1, ""])
        stop_daemon()
        self.assertEqual(run_step(self.bus, "word", {"word": "y"}), [0, ""])
        self.assertEqual(times(), 2)
        self.assertEqual(get_setup(self.bus)[1], {"word": {"word": "y"}})

    def test_another_program_gets_the_same_again(self):
        run_step(self.bus, "word", {"word": "x"})
        before = os.stat(f"{FOLDER}/word")
        write_program("word", TELLS.replace("env >", "env>>"))
        self.assertEqual(os.stat(f"{FOLDER}/word").st_size, before.st_size)
        os.utime(f"{FOLDER}/word", ns=(before.st_atime_ns, before.st_mtime_ns))
        # It is done, whatever has become of it; nothing runs by itself.
        self.assertEqual((get_setup(self.bus)[1], get_changed(self.bus), times()), ({"word": {"word": "x"}}, ["word"], 1))
        self.assertEqual(run_step(self.bus, "word", {"word": "x"}), [1, ""])
        self.assertEqual((get_changed(self.bus), times()), ([], 2))
        self.assertEqual(run_step(self.bus, "word", {"word": "x"}), [0, ""])

    def test_another_file_of_the_step(self):
        run_step(self.bus, "word", {"word": "x"})
        self.step(fields=TEXT, title="Another")
        self.assertEqual(get_changed(self.bus), ["word"])
        self.assertEqual(run_step(self.bus, "word", {"word": "x"}), [1, ""])
        self.assertEqual((get_changed(self.bus), times()), ([], 2))
        # Nothing would be run.
        write_step("50-word.step", definition(fields=TEXT))
        self.assertEqual(get_changed(self.bus), [])
        self.assertEqual(run_step(self.bus, "word", {"word": "x"}), [0, ""])

    def test_a_failure_keeps_what_was_done_before(self):
        run_step(self.bus, "word", {"word": "x"})
        self.fails("exit status, 3", "exit 3")
        self.assertEqual((get_setup(self.bus)[1], get_changed(self.bus)), ({"word": {"word": "x"}}, ["word"]))
        self.step(fields=TEXT)
        self.assertEqual(get_changed(self.bus), [])

    def test_what_a_step_was_made_of_is_not_known(self):
        """As in a record of before, or where there is no program any more."""
        run_step(self.bus, "word", {"word": "x"})
        self.assertEqual(stat.S_IMODE(os.stat(f"{KEPT}/word.digest").st_mode), 0o600)
        os.unlink(f"{KEPT}/word.digest")
        self.step(fields=TEXT, title="Another")
        self.assertEqual((get_changed(self.bus), run_step(self.bus, "word", {"word": "x"})), ([], [0, ""]))
        run_step(self.bus, "word", {"word": "y"})
        os.unlink(f"{FOLDER}/word")
        self.assertEqual((get_changed(self.bus), run_step(self.bus, "word", {"word": "y"})), ([], [0, ""]))

    def test_a_program_of_any_length(self):
        """Whoever asks what is done has firstbootd read so much of it and no more."""
        run_step(self.bus, "word", {"word": "x"})
        os.truncate(f"{FOLDER}/word", 1 << 40)
        began = time.monotonic()
        self.assertEqual(get_changed(self.bus), ["word"])
        self.assertLess(time.monotonic() - began, 20)

    def test_with_secrets_it_runs_again(self):
        write_step("50-every.step", EVERY)
        write_program("every", TELLS)
        for _ in range(2):
            self.assertEqual(run_step(self.bus, "every", ANSWERS, {"token": TOKEN})[0], 1)
        self.assertEqual(times(), 2)

    def test_what_is_kept_is_root_s_alone(self):
        run_step(self.bus, "word", {"word": "x"})
        for path, mode in ((f"{KEPT}/word.json", 0o600), (KEPT, 0o700)):
            status = os.stat(path)
            self.assertEqual((status.st_uid, stat.S_IMODE(status.st_mode)), (0, mode))
        self.assertEqual(json.loads(read_file(f"{KEPT}/word.json")), {"word": "x"})

    def test_kept_answers_that_do_not_fit_any_more(self):
        run_step(self.bus, "word", {"word": "x"})
        for text in ('{"word":"x","other":"y"}', "[]", "", "x" * 100):
            write_file(f"{KEPT}/word.json", text)
            self.assertEqual(get_setup(self.bus)[1], {})
        self.assertEqual(run_step(self.bus, "word", {"word": "x"})[0], 1)

    def test_without_a_program(self):
        write_step("50-word.step", definition(fields=TEXT))
        self.assertEqual(run_step(self.bus, "word", {"word": "x"}), [1, ""])
        self.assertEqual(run_step(self.bus, "word", {"word": "x"}), [0, ""])
        self.assertEqual(get_setup(self.bus)[1], {"word": {"word": "x"}})

    def test_it_cannot_be_kept(self):
        write_file(KEPT, "")
        try:
            self.refused("Failed", ["was done", "again"], run_step, self.bus, "word", {"word": "x"})
        finally:
            os.unlink(KEPT)
        self.assertEqual(times(), 1)

    # -- who, and what else is under way --

    def test_other_accounts(self):
        other = self.connect(65534)
        for member, signature, values in (("GetSetup", "", ()), ("AcceptEula", "s", (EULA,))):
            self.refused("AccessDenied", "", other.call, member, signature, *values)
        self.refused("AccessDenied", "", run_step, other, "word", {"word": "x"})
        console = self.connect(ui_uid())
        with claimed():
            self.refused("NotPermitted", "password", run_step, console, "word", {"word": "x"})
            self.refused("NotPermitted", "password", console.call, "AcceptEula", "s", EULA)
            self.assertEqual(get_setup(console), (0, {}))
        self.assertEqual(run_step(console, "word", {"word": "x"}), [1, ""])
        # Not even the console's account reaches it.
        for uid in (ui_uid(), 65534):
            result = subprocess.run(["setpriv", "--reuid", str(uid), "--clear-groups", "busctl", "--system", "call", "org.firstboot.Step1",
                                     "/org/firstboot/Step1", "org.freedesktop.DBus.Peer", "Ping"], text=True, capture_output=True, check=False)
            self.assertIn("Access denied", result.stderr)

    def test_one_at_a_time(self):
        self.step(program=TELLS + "while [ ! -e /run/told.go ]; do sleep 0.05; done\n", fields=TEXT)
        other = self.connect(0)
        start_step(self.bus, "word", {"word": "x"})
        wait(lambda: times() == 1, what="the program")
        self.refused("Busy", "under way", run_step, other, "word", {"word": "y"})
        self.refused("Busy", "under way", other.call, "SetHostname", "s", "name")
        self.refused("Busy", "under way", other.call, "Complete")
        self.assertEqual(get_setup(other), (0, {}))
        self.assertEqual(other.call("GetState", returns="sbb")[0], "unclaimed")
        result = subprocess.run(["busctl", "introspect", "org.firstboot.Step1", "/org/firstboot/Step1"], text=True, capture_output=True, check=True)
        self.assertIn(".Run", result.stdout)
        self.go()
        wait(lambda: get_setup(other)[1] == {"word": {"word": "x"}}, what="its end")

    def test_who_asked_has_gone(self):
        self.step(program=TELLS + "sleep 1\n", fields=TEXT)
        leaver = Bus()
        start_step(leaver, "word", {"word": "x"})
        wait(lambda: times() == 1, what="the program")
        leaver.close()
        wait(lambda: get_setup(self.bus)[1] == {"word": {"word": "x"}}, what="its end")

    def test_firstboot_step_is_killed(self):
        self.step(program=SHELL + "kill -9 $PPID\nsleep 0.2\n", fields=TEXT)
        self.refused("Failed", ["not known", "again"], run_step, self.bus, "word", {"word": "x"})
        self.step(fields=TEXT)
        self.assertEqual(run_step(self.bus, "word", {"word": "x"}), [1, ""])

    def test_firstbootd_is_killed(self):
        self.step(program=TELLS + "while [ ! -e /run/told.go ]; do sleep 0.05; done\n", fields=TEXT)
        start_step(self.bus, "word", {"word": "x"})
        wait(lambda: times() == 1, what="the program")
        stop_daemon(signal.SIGKILL)
        self.refused("Busy", "another step", run_step, self.connect(0), "word", {"word": "x"})
        self.go()
        wait(lambda: step_pid() is None, what="its end")
        # What came of it nobody knows, so it is done again.
        self.assertEqual(get_setup(self.connect(0)), (0, {}))
        self.assertEqual(run_step(self.connect(0), "word", {"word": "x"}), [1, ""])
        self.assertEqual(times(), 2)


class Licence(Case):
    def setUp(self):
        super().setUp()
        clear()
        os.makedirs(os.path.dirname(EULA), exist_ok=True)
        write_file(EULA, "You \"shall\" not.\n")
        write_file(EULA.replace(".txt", ".de.txt"), "Sie dürfen nicht.\n")
        write_file(STATE, "unclaimed\n")
        with contextlib.suppress(FileNotFoundError):
            os.unlink("/var/lib/firstboot/eula")
        stop_daemon()

    def tearDown(self):
        stop_daemon()

    def kept(self):
        return json.loads(read_file("/var/lib/firstboot/eula"))

    def test_accepted(self):
        with vendor_says(f"[Wizard]\nEULA={EULA}\n"):
            self.assertEqual(get_setup(self.bus)[0], 0)
            self.bus.call("AcceptEula", "s", EULA)
            self.assertEqual(get_setup(self.bus)[0], 1)
            kept = self.kept()
            self.assertEqual((kept["file"], kept["text"]), (EULA, "You \"shall\" not.\n"))
            self.assertRegex(kept["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertEqual(stat.S_IMODE(os.stat("/var/lib/firstboot/eula").st_mode), 0o600)
            self.bus.call("AcceptEula", "s", EULA.replace(".txt", ".de.txt"))
            self.assertEqual(self.kept()["text"], "Sie dürfen nicht.\n")
            self.assertEqual(get_setup(self.bus)[0], 1)

    def test_what_is_no_text_of_the_vendor_s(self):
        with vendor_says(f"[Wizard]\nEULA={EULA}\n"):
            for path in ("/etc/passwd", "", EULA + "/../eula.txt", "/usr/share/acme/eula.de/../eula.txt", "eula.txt"):
                self.refused("Refused", "not accepted", self.bus.call, "AcceptEula", "s", path)
            self.refused("Failed", "not accepted", self.bus.call, "AcceptEula", "s", EULA.replace(".txt", ".fr.txt"))
            self.assertEqual(get_setup(self.bus)[0], 0)
        stop_daemon()
        self.refused("Refused", "not accepted", self.bus.call, "AcceptEula", "s", EULA)

    def test_another_text_than_was_accepted(self):
        with vendor_says(f"[Wizard]\nEULA={EULA}\n"):
            self.bus.call("AcceptEula", "s", EULA)
        stop_daemon()
        with vendor_says("[Wizard]\nEULA=/usr/share/acme/terms.txt\n"):
            self.assertEqual(get_setup(self.bus)[0], 0)
        for text in ("", "accepted\n", '{"file":7}', '["file"]'):
            write_file("/var/lib/firstboot/eula", text)
            stop_daemon()
            with vendor_says(f"[Wizard]\nEULA={EULA}\n"):
                self.assertEqual(get_setup(self.bus)[0], 0)

    def test_a_text_that_changes_where_it_is(self):
        german = EULA.replace(".txt", ".de.txt")
        with vendor_says(f"[Wizard]\nEULA={EULA}\n"):
            self.bus.call("AcceptEula", "s", EULA)
            # Other translations are not what was read.
            write_file(german, "Sie dürfen gar nichts.\n")
            self.assertEqual(get_setup(self.bus)[0], 1)
            for text in ("You \"shall\" not!\n", "You \"shall\" not.\n\n", "You \"shall\" not.", "", "You shall not.\n"):
                write_file(EULA, text)
                self.assertEqual(get_setup(self.bus)[0], 0, text)
            self.refused("Refused", ["not finished", "licence"], self.bus.call, "Complete")
            self.bus.call("AcceptEula", "s", EULA)
            self.assertEqual(get_setup(self.bus)[0], 1)
            write_file(EULA, "x" * (512 * 1024 + 1))
            self.assertEqual(get_setup(self.bus)[0], 0)
            os.unlink(EULA)
            self.assertEqual(get_setup(self.bus)[0], 1)
            # A record without its text.
            write_file("/var/lib/firstboot/eula", json.dumps({"file": german, "time": "2026-11-22T00:00:00Z"}, separators=(",", ":")))
            self.assertEqual(get_setup(self.bus)[0], 1)
            write_file("/var/lib/firstboot/eula", '{"file":"' + german + '","time":"","text":"Sie \\u00')
            self.assertEqual(get_setup(self.bus)[0], 0)

    def test_odd_text(self):
        for text, kept in ((b"a\xffb\n", "a?b\n"), (b"", ""), (b"a/\\\"\t\r\f\b\x01\x1f\x7f\n\xc3\xa4", "a/\\\"\t\r\f\b\x01\x1f\x7f\n\xe4"), (b"x" * (512 * 1024), "x" * (512 * 1024))):
            open(EULA, "wb").write(text)
            with vendor_says(f"[Wizard]\nEULA={EULA}\n"):
                self.bus.call("AcceptEula", "s", EULA)
                self.assertEqual(self.kept()["text"], kept)
                self.assertEqual(get_setup(self.bus)[0], 1)
        for text in (b"x" * (512 * 1024 + 1), b"a\0b"):
            open(EULA, "wb").write(text)
            with vendor_says(f"[Wizard]\nEULA={EULA}\n"):
                self.refused("Failed", "not accepted", self.bus.call, "AcceptEula", "s", EULA)

    def test_the_end_of_the_set_up(self):
        with_secret(self.bus, "SetRootPassword", PASSWORD)
        write_step("50-one.step", definition(title="One thing", fields=TEXT))
        write_step("60-two.step", definition(title="Two things", apply="two"))
        write_program("two", SHELL)
        write_step("70-three.step", definition(title="Three", fields=TEXT, extra="Skippable=yes"))
        write_step("80-four.step", definition(title="Four", fields=TEXT))
        write_step("90-text.step", definition(title="To be read"))
        console = self.connect(ui_uid())
        with vendor_says(f"[Wizard]\nEULA={EULA}\nSkippable=time four\n"):
            stop_daemon()
            self.refused("Refused", ["not finished", "licence"], console.call, "Complete")
            console.call("AcceptEula", "s", EULA)
            self.refused("Refused", ["not finished", "One thing"], console.call, "Complete")
            run_step(console, "one", {"word": ""})
            self.refused("Refused", ["not finished", "Two things"], console.call, "Complete")
            run_step(console, "two")
            console.call("Complete")
            self.assertEqual(read_file(STATE), "claimed\n")
            # It is somebody's; what lacks is no reason to say otherwise.
            write_step("95-new.step", definition(title="New", fields=TEXT))
            self.bus.call("Complete")


if __name__ == "__main__":
    sys.exit(test_firstbootd.main())
