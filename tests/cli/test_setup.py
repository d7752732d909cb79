#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A vendor's licence and steps without a screen: [Eula] and [Step NAME] by --check, --reconfigure, --export and --status."""

import json
import os
import shutil
import subprocess

import answers
import cli
from answers import check, reconfigure, write
from cli import DONE, FAILED, INVALID, firstboot

import case
from machine import STATE, as_firstboot, claim, end, unclaim
from term import Term

FOLDER = os.path.dirname(STATE)
VENDOR = "/usr/lib/firstboot"
STEPS = f"{VENDOR}/steps.d"
EULA = "/usr/share/acme/eula.txt"
SEEN = "/var/lib/acme"  # what the programs were given
CONF = "/etc/firstboot/firstboot.conf.d/80-steps.conf"
HASH = "$6$saltsaltsaltsalt$eRYUJ6lhzzVzjCNQCoxjgjcAB5G7Z1TiNqnBgcrn6JyVvYQsSNpTrLhNZNZDzNQbEvxD1nTUiXsvr0FWPVMZM."

LICENCE = """[Step]
Title=Licence
Text=Which licence has this appliance?
Apply=licence
[Field Edition]
Type=choice
Label=Edition
Choice=free Free
Choice=full Full
Default=free
[Field Seats]
Type=number
Label=Seats
Min=1
Max=500
Default=5
[Field Key]
Type=secret
Label=Licence key
Min=4
Required=yes
VisibleIf=Edition=full
[Field Cache]
Type=size
Label=Cache
Default=1G
[Field Updates]
Type=switch
Label=Look for updates
Default=yes
"""
BACKUP = """[Step]
Title=Backup
Apply=backup
Skippable=yes
[Field Target]
Type=hostname
Label=Where to
Required=yes
[Field Note]
Type=text
Label=Note
"""
PROGRAM = """#!/usr/bin/python3
import json, os, sys
given = json.load(sys.stdin)
fd = os.environ.get("FIRSTBOOT_SECRETS_FD")
if fd:
    given["secrets"] = json.loads(os.read(int(fd), 65536))
os.makedirs("/var/lib/acme", exist_ok=True)
with open("/var/lib/acme/" + given["step"], "a") as f:
    print(json.dumps(given), file=f)
print("PROGRESS=50")
if given["values"].get("Note") == "break":
    print("MESSAGE=The target has no room.")
    sys.exit(1)
print("MESSAGE=" + given["step"] + " is set up.")
"""
WHOLE = "[Step licence]\nEdition=full\nKey=a #1; b\nSeats=20\nCache=512M\nUpdates=off\n"


def put(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)


def vendor(eula=False):
    """A machine whose vendor has two steps, neither of them done."""
    clear()
    put(f"{STEPS}/50-licence.step", LICENCE)
    put(f"{STEPS}/60-backup.step", BACKUP)
    for name in "licence", "backup":
        put(f"{STEPS}/{name}", PROGRAM, 0o755)
    if eula:
        put(EULA, "Be nice.\n")
        configure(f"EULA={EULA}\n")


def configure(text):
    """What the vendor says of the wizard, known to whoever is asked from now on."""
    put(CONF, "[Wizard]\n" + text)
    end("firstbootd")


def clear():
    for path in f"{FOLDER}/steps", SEEN, STEPS, os.path.dirname(EULA):
        shutil.rmtree(path, ignore_errors=True)
    for path in f"{FOLDER}/eula", CONF:
        if os.path.exists(path):
            os.unlink(path)
    end("firstbootd")


def given(step):
    """What the program of a step was given, each time."""
    try:
        with open(f"{SEEN}/{step}", encoding="utf-8") as f:
            return [json.loads(line) for line in f]
    except FileNotFoundError:
        return []


def problems(text, *arguments):
    """What is wrong with answers, as (line, message)."""
    done = check(text, "--json", *arguments)
    assert done.returncode == INVALID, done
    found = cli.validate(done.stdout, "plan")
    return [(p["line"], p["message"]) for p in found["problems"]]


# -- what is checked --


def test_check_shows_the_call():
    vendor()
    done = check(WHOLE)
    assert done.returncode == DONE, done
    assert done.stdout.splitlines() == ["call org.firstboot.Firstboot1 RunStep licence", "     Edition=full", "     Seats=20",
                                        "     Cache=536870912", "     Updates=false", "     Key is given, and a secret"], done
    found = cli.validate(check(WHOLE, "--json").stdout, "plan")
    assert found["changes"] == [{"kind": "call", "service": "org.firstboot.Firstboot1", "method": "RunStep", "argument": "licence",
                                 "values": {"Edition": "full", "Seats": 20, "Cache": 512 << 20, "Updates": False},
                                 "secrets": ["Key"], "part": "step"}], found
    assert not given("licence") and not os.path.exists(f"{FOLDER}/steps")


def test_defaults_are_filled_in():
    vendor()
    found = cli.validate(check("[Step licence]\n", "--json").stdout, "plan")
    assert found["changes"][0]["values"] == {"Edition": "free", "Seats": 5, "Cache": 1 << 30, "Updates": True}, found
    assert found["changes"][0]["secrets"] == [], found


def test_problems_have_their_lines():
    vendor()
    assert problems("[Step licence]\nEdition=fulll\nSeats=0\nCache=lots\nColour=red\nSeat=1\n[Step backups]\n[Step x]\n") == [
        (2, "Edition=: fulll is none of the choices, which are: free, full"),
        (3, "Seats=: 0 is too small: 1 is the least that is taken."),
        (4, "Cache=: lots is no size: type a whole number with K, M, G or T behind it. Good would be 512M."),
        (5, "The step licence has no field Colour=."),
        (6, "The step licence has no field Seat=. Is Seats= meant?"),
        (7, "There is no step backups on this appliance. Is [Step backup] meant?"),
        (8, "There is no step x on this appliance. There are: licence, backup."),
    ]


def test_what_is_missing_is_told_of_the_section():
    vendor()
    assert problems("\n[Step backup]\nNote=x\n[Step licence]\nEdition=full\n") == [
        (2, 'Target=: "Where to" must not be left empty.'), (4, 'Key=: "Licence key" must not be left empty.')]


def test_what_is_not_asked_is_no_fault():
    vendor()
    found = cli.validate(check("[Step licence]\nKey=ab\n", "--json").stdout, "plan")
    assert found["changes"][0]["secrets"] == [], found


def test_secrets_come_from_a_closed_file():
    vendor()
    done = firstboot("--check", "--answers", write(WHOLE, 0o644))
    assert done.returncode == INVALID and ":3: Key= is a secret: nobody but the owner" in done.stderr, done
    assert "a #1" not in done.stderr, done
    done = firstboot("--check", "--set", "Step licence.Edition=full", "--set", "Step licence.Key=abcde")
    assert done.returncode == INVALID and "--set: Key= is a secret, and is not taken from a command line" in done.stderr, done
    assert "abcde" not in done.stderr, done
    # Nothing else of it is anybody's business.
    assert firstboot("--check", "--answers", write("[Step licence]\nSeats=7\n", 0o644)).returncode == DONE


def test_a_program_that_cannot_be_run():
    vendor()
    os.chmod(f"{STEPS}/licence", 0o777)
    found = problems("[Host]\nTimezone=UTC\n[Step licence]\n")
    assert [line for line, _ in found] == [3] and f"{STEPS}/licence" in found[0][1], found


def test_anybody_may_check():
    vendor()
    path = write("[Step licence]\nSeats=7\n", 0o644, 65534)
    done = subprocess.run(as_firstboot("firstboot", "--check", "--answers", path), capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=30)
    assert done.returncode == DONE and "RunStep licence" in done.stdout, done


# -- what is done --


def test_the_program_gets_the_values():
    vendor()
    done = reconfigure(WHOLE)
    assert done.returncode == DONE and done.stdout == "Done: Licence.\nlicence: licence is set up.\n", done
    assert len(given("licence")) == 1, given("licence")
    seen = given("licence")[0]
    assert seen["values"] == {"Edition": "full", "Seats": 20, "Cache": 512 << 20, "Updates": False}, seen
    assert seen["secrets"] == {"Key": "a #1; b"}, seen
    with open(f"{FOLDER}/steps/licence.json", encoding="utf-8") as f:
        assert json.load(f) == seen["values"]
    clear()


def test_json_has_the_message():
    vendor()
    found = cli.result(reconfigure("[Step licence]\n[Step backup]\nTarget=backup.example.com\n", "--json"), DONE)
    assert found["changed"] and found["steps"] == [{"name": "licence", "unchanged": False, "message": "licence is set up."},
                                                   {"name": "backup", "unchanged": False, "message": "backup is set up."}], found
    assert [c["argument"] for c in found["changes"]] == ["licence", "backup"], found


def on_a_terminal(text, *arguments):
    """Doing the steps of these answers, of which standard output goes into a file."""
    return Term(["sh", "-c", f"firstboot --reconfigure --answers {write(text)} {' '.join(arguments)} >/run/out"], columns=100)


def test_progress_on_a_terminal():
    vendor()
    put(f"{STEPS}/backup", "#!/bin/sh\necho STATUS=Copying\necho PROGRESS=50\nwhile [ ! -e /run/go ]; do sleep 0.05; done\n"
                           "echo STATUS=Testing\necho MESSAGE=Well\n", 0o755)
    text = "[Step licence]\n[Step backup]\nTarget={}.example.com\n"
    with on_a_terminal(text.format("a")) as t:
        t.wait_for(r"^working +Backup: Copying: 50 %$", 60)
        put("/run/go", "")
        assert t.wait_exit(60) == 0, t.text()
        for line in "working +Licence: 50 %", "done +Licence: licence is set up.", "working +Backup: Testing: 50 %", "done +Backup: Well":
            assert t.sees(f"^{line}$"), (line, t.text())
    assert answers.read("/run/out") == "Done: Licence, Backup.\nlicence: licence is set up.\nbackup: Well\n"
    # For those who read no lines, and where nobody looks.
    for target, option in ("b", "--quiet"), ("c", "--json"):
        with on_a_terminal(text.format(target), option) as t:
            assert t.wait_exit(60) == 0 and not t.sees("working"), t.text()
    assert not reconfigure(text.format("d")).stderr
    os.unlink("/run/go")
    clear()


def test_the_order_is_the_wizards():
    vendor()
    text = "[Step licence]\n[Step backup]\nTarget=a.example.com\n"
    configure("Steps=welcome backup password\n")
    assert [c["argument"] for c in cli.validate(check(text, "--json").stdout, "plan")["changes"]] == ["backup", "licence"]


def test_nothing_is_done_twice():
    vendor()
    text = "[Step backup]\nTarget=Backup.example.com\nNote=at night # not by day\n"
    answers.done(reconfigure(text), "Done: Backup.")
    for _ in range(2):
        assert reconfigure(text).stdout == "unchanged\n"
        assert check(text).stdout == "unchanged\n"
    assert len(given("backup")) == 1
    # What is not named stays as it was.
    answers.done(reconfigure("[Step backup]\nTarget=other.example.com\n"))
    assert given("backup")[1]["values"] == {"Target": "other.example.com", "Note": "at night # not by day"}, given("backup")
    # One value by the command line is enough, too.
    answers.done(firstboot("--reconfigure", "--set", "step backup.Note="))
    assert given("backup")[2]["values"] == {"Target": "other.example.com", "Note": ""}, given("backup")


def test_another_program_is_given_the_same_again():
    vendor()
    text = "[Step backup]\nTarget=a.example.com\n"
    answers.done(reconfigure(text), "Done: Backup.")
    put(f"{STEPS}/backup", PROGRAM + "# The next version\n", 0o755)
    assert "RunStep backup" in check(text).stdout
    # Who does not name the step leaves it as it was, and it is done.
    assert reconfigure("[Host]\n").stdout == "unchanged\n"
    status = json.loads(firstboot("--status", "--json").stdout)
    assert [step["done"] for step in status["setup"]["steps"]] == [False, True], status["setup"]
    answers.done(reconfigure(text), "Done: Backup.")
    assert reconfigure(text).stdout == "unchanged\n"
    assert len(given("backup")) == 2
    # Answers that were kept before anybody noted what the program was.
    os.unlink(f"{FOLDER}/steps/backup.digest")
    put(f"{STEPS}/60-backup.step", BACKUP.replace("Where to", "Where"))
    assert reconfigure(text).stdout == "unchanged\n"
    clear()


def test_secrets_are_compared_by_nobody():
    vendor()
    answers.done(reconfigure(WHOLE))
    answers.done(reconfigure(WHOLE), "Done: Licence.")
    assert len(given("licence")) == 2
    # Without it nothing is to be done; where something is, it has to be given.
    assert reconfigure(WHOLE.replace("Key=a #1; b\n", "")).stdout == "unchanged\n"
    assert problems("[Step licence]\nSeats=21\n") == [(1, 'Key=: "Licence key" must not be left empty.')]


def test_a_failure_names_what_was_done():
    vendor()
    text = "[Host]\nTimezone=UTC\n[Step licence]\n[Step backup]\nTarget=a.example.com\nNote=break\n"
    subprocess.run(["ln", "-sf", "../usr/share/zoneinfo/Europe/Sofia", "/etc/localtime"], check=True)
    done = reconfigure(text, "--json")
    found = cli.result(done, FAILED)
    assert "The target has no room." in found["message"], found
    assert "Done before that: time zone, Licence. Not done: Backup." in found["message"], found
    assert found["changed"] and [c["argument"] for c in found["changes"] if c["part"] == "step"] == ["licence"], found
    assert not os.path.exists(f"{FOLDER}/steps/backup.json")
    # The rest is done by the next run.
    answers.done(reconfigure(text.replace("break", "x")), "Done: Backup.")
    assert len(given("licence")) == 1


# -- the licence text --


def test_acceptance_is_kept():
    vendor(eula=True)
    text = "[Eula]\nAccept=yes\n"
    assert check(text).stdout == f"call org.firstboot.Firstboot1 AcceptEula {EULA}\n"
    answers.done(reconfigure(text), "Done: licence.")
    with open(f"{FOLDER}/eula", encoding="utf-8") as f:
        kept = json.load(f)
    assert kept["file"] == EULA and kept["text"] == "Be nice.\n", kept
    assert reconfigure(text).stdout == "unchanged\n"
    os.unlink(f"{FOLDER}/eula")
    os.unlink(EULA)
    assert problems("[Host]\nTimezone=UTC\n" + text) == [(4, f"The licence text {EULA} is not there, so that nobody can have accepted it.")]
    clear()


def test_another_text_is_accepted_anew():
    vendor(eula=True)
    text = "[Eula]\nAccept=yes\n"
    answers.done(reconfigure(text), "Done: licence.")
    assert licence_is_accepted()
    put(EULA, "Be nicer.\n")
    assert not licence_is_accepted()
    assert "[Eula]" not in firstboot("--export").stdout
    assert check(text).stdout == f"call org.firstboot.Firstboot1 AcceptEula {EULA}\n"
    answers.done(reconfigure(text), "Done: licence.")
    assert licence_is_accepted() and reconfigure(text).stdout == "unchanged\n"
    assert "[Eula]" in firstboot("--export").stdout
    clear()


def licence_is_accepted():
    return json.loads(firstboot("--status", "--json").stdout)["setup"]["eula"]["accepted"]


def test_acceptance_of_nothing_changes_nothing():
    clear()
    assert reconfigure("[Eula]\nAccept=yes\n").stdout == "unchanged\n"


# -- the end of the setup --


LOGIN = f"[Root]\nPasswordHash={HASH}\n"


def claimed():
    return json.loads(firstboot("--status", "--json").stdout)["claimed"]


@case.variants(("", ["licence of this appliance", '"Licence"']), ("[Eula]\nAccept=yes\n", ['"Licence"']),
               ("[Step licence]\n", ["licence of this appliance"]))
def test_the_setup_does_not_end_before_it_is_settled(text, words):
    vendor(eula=True)
    unclaim()
    try:
        assert "Complete" not in check(LOGIN + text).stdout
        found = cli.result(reconfigure(LOGIN + text, "--json"), DONE)
        assert len(found["warnings"]) == len(words), found
        for word, warning in zip(words, found["warnings"]):
            assert word in warning, found
        assert claimed() is False
        # With the rest it does, whether now or later.
        text = LOGIN + "[Eula]\nAccept=yes\n[Step licence]\n"
        assert "Firstboot1 Complete" in check(text).stdout
        found = cli.result(reconfigure(text, "--json"), DONE)
        assert not found["warnings"] and claimed() is True, found
    finally:
        clear()
        claim()


# -- what is told --


def test_export_and_back():
    vendor(eula=True)
    answers.done(reconfigure(WHOLE + "[Step backup]\nTarget=a.example.com\nNote=a # b\n[Eula]\nAccept=yes\n"))
    text = firstboot("--export").stdout
    assert "\n[Eula]\nAccept=yes\n" in text, text
    assert text.endswith("\n[Step licence]\nEdition=full\nSeats=20\nCache=536870912\nUpdates=no\n"
                         "\n[Step backup]\nTarget=a.example.com\nNote=a # b\n"), text
    assert "a #1" not in text
    assert reconfigure(text).stdout == "unchanged\n"
    cli.validate(firstboot("--export", "--json").stdout, "export")


def test_status():
    vendor(eula=True)
    setup = cli.validate(firstboot("--status", "--json").stdout, "status")["setup"]
    assert setup == {"eula": {"file": EULA, "accepted": False}, "steps": [
        {"name": "licence", "title": "Licence", "skippable": False, "done": False},
        {"name": "backup", "title": "Backup", "skippable": True, "done": False}]}, setup
    configure(f"EULA={EULA}\nSkippable=licence\n")
    answers.done(reconfigure("[Eula]\nAccept=yes\n[Step backup]\nTarget=a.example.com\n"))
    setup = cli.validate(firstboot("--status", "--json").stdout, "status")["setup"]
    assert setup["eula"]["accepted"] and [(s["skippable"], s["done"]) for s in setup["steps"]] == [(True, False), (True, True)], setup
    clear()
    setup = cli.validate(firstboot("--status", "--json").stdout, "status")["setup"]
    assert setup == {"eula": None, "steps": []}, setup


if __name__ == "__main__":
    claim()
    case.run(dict(globals()))
