#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The vendor's part of the wizard: its licence, its steps, which pages there are and in which order."""

import contextlib
import json
import os
import re
import shutil
import subprocess

import case
import vendor
from machine import allow_ptys, claim, configure, console, end, unclaim, wait_lease
from pages import agree, copies, give_password, replace, start
from term import Term

SIZES = [(80, 24), (40, 12)]
PLACE = r"Name of the place( +\[|\W*$)"
KEYMAPS = "/usr/share/kbd/keymaps/i386"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjVsQVQWtpaMUBMDWY1W me@desk"
STATE = "/var/lib/firstboot"


def forget():
    """What earlier cases have left."""
    unclaim()
    shutil.rmtree(f"{STATE}/steps", ignore_errors=True)
    shutil.rmtree("/run/seen", ignore_errors=True)
    for path in (f"{STATE}/eula", "/run/fail", "/run/hold", "/root/.ssh/authorized_keys"):
        if os.path.exists(path):
            os.remove(path)


def wizard(steps="welcome hostname", more="", columns=80, rows=24):
    forget()
    configure(f"[Wizard]\nSteps={steps}\n{more}")
    end("firstbootd")
    return start(columns, rows)


def site(columns=80, rows=24, more=""):
    """The page of the step, in a wizard that has little else."""
    t = wizard("welcome site password", more, columns, rows)
    t.press("enter")
    t.wait_for("Name of the place")
    return t


def to(t, label):
    """Go to the field that has this label beside it or above it."""
    for _ in range(24):
        t.read(0.1)
        row = t.row_of(label)
        if row >= 0 and t.cursor[0] - row in (0, 1):
            return
        t.press("tab")
    raise AssertionError(f"no way to {label}:\n{t.text()}")


def to_token(t):
    """Answer the page from its top as far as its secret, which only who wants backups is asked for."""
    t.type("Sofia")
    to(t, "Backup  ")
    t.press("space")
    to(t, "Backup server")
    t.type("backup")
    to(t, "Token")


def to_review(t):
    """From the page of the step over root's password to the review."""
    t.press("enter")
    t.wait_for(r"Again +\[")
    give_password(t)
    t.wait_for("<Apply>")


def done(t, seconds=30):
    agree(t)
    t.wait_for("This appliance is set up", seconds)


def kept(name="site"):
    with open(f"{STATE}/steps/{name}.json", encoding="utf-8") as f:
        return f.read()


vendor.add_step()
wait_lease()


# -- which pages there are

@case.variants(
    ("welcome hostname time", (r"Hostname 2 of 6", r"Time zone 3 of 6", r"Site 4 of 6", r"Password 5 of 6")),
    ("welcome site time password", (r"Site 2 of 5", r"Time zone 3 of 5", r"Password 4 of 5")),
    ("hostname", (r"Hostname 1 of 4", r"Site 2 of 4", r"Password 3 of 4")))
def test_the_order_is_that_of_the_configuration(steps, titles):
    forget()
    configure(f"[Wizard]\nSteps={steps}\n")
    with Term(["firstboot"]) as t:
        if steps.startswith("welcome"):
            t.wait_for("Welcome 1 of")
            t.press("enter")
        for title in titles:
            t.wait_for(title)
            if "Hostname" in title:
                replace(t, "appliance01")
            if "Site" in title:
                t.type("Here")
            t.press("enter")
            if "Time" in title:
                t.wait_for("Time servers")
                t.press("enter")


def test_a_name_that_no_step_has_is_passed_over():
    with wizard("welcome nework hostname") as t:
        t.press("enter")
        t.wait_for("Hostname 2 of 5")


def test_welcome_says_what_will_be_asked():
    with wizard("welcome time") as t:
        assert t.sees("its time zone") and t.sees("- Site") and not t.sees("- its name"), t.text()


def test_skip_leaves_a_page_out():
    with wizard("welcome hostname site", "Skippable=hostname site\n") as t:
        t.press("enter")
        t.wait_for(r"Hostname +\[")
        assert t.sees("<.Skip.>"), t.text()
        replace(t, "appliance01")
        t.press("f6")
        t.wait_for("Name of the place")
        t.type("x")
        t.press("f6")
        t.wait_for(r"Again +\[")
        give_password(t)
        t.wait_for("<Apply>")
        assert not t.sees("Hostname") and not t.sees("Site"), t.text()
        done(t)
    assert not os.path.exists(f"{STATE}/steps/site.json")


def test_without_skippable_there_is_no_skip():
    with site() as t:
        assert not t.sees("Skip"), t.text()
        t.press("f6")
        t.read(0.5)
        assert t.sees("Name of the place"), t.text()


def test_the_network_is_left_as_it_is():
    with wizard("welcome network hostname", "Skippable=network site\n") as t:
        t.press("enter")
        t.wait_for("Which network card")
        t.press("tab", "enter")
        t.wait_for("What else")
        t.type("S")
        t.press("enter")
        t.wait_for(r"Hostname +\[")


def test_a_vlan_that_is_kept_stays_known_behind_skip():
    vendor.write("/var/lib/firstboot/network", "# Network settings of firstboot; not to be edited.\n\n[Link]\nName=enp2s0.7\nKind=vlan\nId=7\n"
                 "Port=enp2s0\n\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=automatic\n")
    try:
        with wizard("welcome network hostname", "Skippable=network site\n") as t:
            t.press("enter")
            for _ in range(2):
                t.wait_for("Which network card")
                t.press("tab", "enter")
                t.wait_for("What else")
                t.wait_for("Remove")
                t.type("S")
                t.press("enter")
                t.wait_for(r"Hostname +\[")
                t.press("escape")
    finally:
        os.remove("/var/lib/firstboot/network")


def test_what_answers_have_brought_is_not_asked_for():
    vendor.write("/run/firstboot-headless/given", "TAKEN=1\nWHAT=2\nSOURCE=a test\nSTEPS=site\n")
    try:
        with wizard("welcome hostname time site password") as t:
            t.press("enter")
            t.wait_for("Time zone 3 of 6")
            t.press("enter")
            t.wait_for("Time servers")
            t.press("enter")
            t.wait_for("Password 5 of 6")
            give_password(t)
            t.wait_for(r"Hostname, Site: given by a\W+test")
            t.press("escape")
            t.wait_for("Password 5 of 6")
            t.press("escape")
            t.wait_for("Site 4 of 6")
    finally:
        shutil.rmtree("/run/firstboot-headless")


def test_the_audit_says_what_is_wrong():
    configure("[Wizard]\nSteps=welcome nework site\nSkippable=password\n")
    vendor.add_step("60-broken.step", "[Step]\nTitle=Broken\nColour=red\n", None)
    said = subprocess.run(["firstboot", "--audit"], capture_output=True, text=True, check=False).stdout
    os.remove(f"{vendor.STEPS}/60-broken.step")
    said = " ".join(said.split())
    for words in ('Steps=: "nework" is no step', 'Skippable=: "password" cannot be left out', "60-broken.step:3"):
        assert words in said, f"{words}:\n{said}"


# -- licence

def licence(columns=80, rows=24, text=vendor.LICENCE):
    path = vendor.add_licence(text=text)
    return wizard("welcome eula site password", f"EULA={path}\nSkippable=site\n", columns, rows)


@case.variants(*SIZES)
def test_the_licence_is_read_and_agreed_to(columns, rows):
    with licence(columns, rows) as t:
        t.press("enter")
        t.wait_for("The licence of Acme")
        t.press("end")
        t.wait_for("Paragraph 30")
        t.press("enter")
        t.read(0.3)
        assert t.sees("Paragraph 30"), "Enter alone has agreed"
        t.type("a")
        t.wait_for("Name of the place")
        t.press("f6")
        t.wait_for(r"Again +\[")
        assert not os.path.exists(f"{STATE}/eula"), "noted before the review"
        give_password(t)
        t.wait_for("Apply")
        seen = t.text()
        for _ in range(8):
            t.press("pagedown")
            seen += t.text()
        assert re.search(r"Licence", seen) and re.search(r"agreed to", seen), seen
        done(t)
    assert "eula.txt" in open(f"{STATE}/eula", encoding="utf-8").read()


def test_another_licence_is_asked_for_again():
    with licence() as t:
        path = "/usr/share/acme/eula.txt"
        with open(path, encoding="utf-8") as f:
            kept = json.dumps({"file": path, "time": "2026-11-22T00:00:00Z", "text": f.read()}, ensure_ascii=False, separators=(",", ":"))
        vendor.write(f"{STATE}/eula", kept)
    with Term(["firstboot"]) as t:
        t.wait_for("1 of 4")
        t.press("enter")
        t.wait_for("Name of the place")
    vendor.write(path, "Another licence.\n")
    with Term(["firstboot"]) as t:
        t.wait_for("1 of 5")
        t.press("enter")
        t.wait_for("Another licence")


def test_refusal_leads_back_to_the_start():
    with licence() as t:
        t.press("enter")
        t.wait_for("The licence of Acme")
        t.type("r")
        t.wait_for("Without your agreement")
        t.press("enter")
        t.wait_for("Welcome 1 of")
    assert not os.path.exists(f"{STATE}/eula")


def test_the_licence_in_the_language_of_the_screens():
    with licence() as t:
        vendor.write("/usr/share/acme/eula.de.txt", "Die Lizenz von Acme.\n")
        configure(open("/etc/firstboot/firstboot.conf.d/50-test.conf", encoding="utf-8").read() +
                  "[Console]\nLanguage=de\n")
    with Term(["firstboot"]) as t:
        t.wait_for("1 von 5")
        t.press("enter")
        t.wait_for("Die Lizenz von Acme")
    os.remove("/usr/share/acme/eula.de.txt")


def test_steps_are_in_the_language_that_is_chosen():
    vendor.add_step(text=vendor.SITE.replace("Title=Site\n", "Title=Site\nTitle[de]=Standort\n")
                    .replace("Label=Seats\n", "Label=Seats\nLabel[de]=Sitze\n"))
    try:
        with wizard("welcome site password") as t:
            t.wait_for("- Site")
            t.press("up", "left", "enter")
            t.wait_for("- Standort")
            t.press("enter")
            t.wait_for(r"Standort 2 von 4")
            t.wait_for(r"Sitze +\[10 ")
            t.type("Sofia")
            to(t, "Sitze")
            replace(t, "25")
            t.press("enter")
            t.wait_for("Noch einmal")
            t.press("escape", "escape")
            t.wait_for("- Standort")
            t.press("up", "right", "enter")
            t.wait_for("- Site")
            t.press("enter")
            t.wait_for(r"Seats +\[25 ")
            assert t.sees(r"\[Sofia "), t.text()
    finally:
        vendor.add_step()
        with contextlib.suppress(FileNotFoundError):
            os.remove("/etc/firstboot/firstboot.conf.d/91-language.conf")


def test_a_licence_that_is_not_there_is_said():
    with licence() as t:
        os.remove("/usr/share/acme/eula.txt")
        t.press("enter")
        t.wait_for(r"cannot be\W+read")
        t.press("enter")
        t.wait_for("Welcome 1 of")


KINDS = {"signs": "tabs\tand\x0c other \x1b[2Jsigns\r\n" * 3, "one word": "x" * 5000, "umlauts": "äöü " * 900,
         "wide": "漢字" * 900, "nothing": ""}


@case.variants(*((kind,) for kind in KINDS))
def test_licences_of_any_kind_are_shown(kind):
    with licence(text="First words\n" + KINDS[kind]) as t:
        t.press("enter")
        t.wait_for("First words")
        for _ in range(30):
            t.press("pagedown")
        assert t.sees("a Agree"), t.text()


# -- fields

@case.variants(*SIZES)
def test_every_kind_of_field_reaches_the_program(columns, rows):
    with site(columns, rows) as t:
        t.type("Sofia")
        to(t, "Seats")
        replace(t, "42")
        to(t, "Kind")
        t.press("right", "right")
        to(t, "Backup  ")
        t.press("left")
        to(t, "Backup server")
        t.type("backup.example.com")
        to(t, "Token")
        t.type("geheimnis")
        to(t, "Gate")
        t.type("192.0.2.99")
        to(t, "Page")
        t.type("https://example.com/a")
        to(t, "Room for backups")
        replace(t, "20G")
        to_review(t)
        assert not os.path.exists("/run/seen/values"), "run before the review"
        done(t)
        if columns == 80:
            t.wait_for("Site: The site is registered as A-17")
        assert not copies(t.pid, "geheimnis"), copies(t.pid, "geheimnis")
    assert vendor.received() == {"step": "site", "language": "en", "values": {
        "place": "Sofia", "seats": 42, "kind": "shop", "backup": True, "target": "backup.example.com",
        "gate": "192.0.2.99", "page": "https://example.com/a", "room": 20 << 30}}, vendor.received()
    assert vendor.received("secrets")["token"] == "geheimnis"
    assert "geheimnis" not in kept()


def test_the_login_shell_of_the_console_asks_as_well():
    forget()
    allow_ptys()
    path = vendor.add_licence()
    configure(f"[Wizard]\nSteps=welcome eula site password\nEULA={path}\n")
    end("firstbootd")
    with console() as t:
        t.wait_for("Welcome 1 of")
        t.press("enter")
        t.wait_for("The licence of Acme")
        t.type("a")
        t.wait_for("Name of the place")
        to_token(t)
        t.type("geheimnis")
        to_review(t)
        done(t)
        t.wait_for("registered as A-17")
    assert vendor.received("secrets")["token"] == "geheimnis"


def test_a_field_that_is_emptied_has_no_default():
    with site() as t:
        t.type("Sofia")
        to(t, "Seats")
        t.press("ctrl-u")
        to_review(t)
        done(t)
    assert vendor.received()["values"]["seats"] is None, vendor.received()


def test_fields_come_and_go():
    with site() as t:
        assert not t.sees("Backup server"), t.text()
        to(t, "Backup  ")
        t.press("space")
        t.wait_for("Backup server")
        assert t.sees("Token"), t.text()
        t.press("space")
        t.wait_gone("Backup server")
        assert not t.sees("Token"), t.text()
        # What is not seen is not missing.
        to(t, PLACE)
        t.type("Sofia")
        to_review(t)
        done(t)
    assert "target" not in vendor.received()["values"] and not os.path.exists("/run/seen/secrets")


@case.variants(("Seats", "0", "1"), ("Seats", "many", "number"), ("Gate", "192.0.2", "address"), ("Page", "ftp://x", "http"),
               ("Room for backups", "5X", r"size|5G|bytes"), ("Room for backups", "1M", "1G"), (PLACE, "ab", "3"),
               (PLACE, "", "empty"))
def test_a_refused_value_stays_with_its_message(label, value, words):
    with site() as t:
        t.type("Sofia")
        to(t, label)
        replace(t, value)
        t.press("enter")
        t.wait_for("! ")
        row = t.row_of(label)
        assert t.cursor[0] == row, t.text()
        assert value in t.lines()[row], t.text()
        assert re.search(words, " ".join(t.lines()[row + 1:row + 4])), t.text()


def test_the_review_shows_labels_and_no_secret():
    with site() as t:
        to_token(t)
        t.type("geheimnis")
        assert not t.sees("geheim") and t.sees(r"\*{9}"), t.text()
        to_review(t)
        seen = t.text()
        for _ in range(6):
            t.press("pagedown")
            seen += t.text()
        for words in ("Site: Name", "Sofia", "An office", "yes", "5G", "Site: Token", "set"):
            assert words in seen, f"{words}:\n{seen}"
        assert "geheim" not in seen, seen


def test_going_back_keeps_what_was_typed():
    with site() as t:
        to_token(t)
        t.type("geheimnis")
        t.press("enter")
        t.wait_for(r"Again +\[")
        t.press("escape")
        t.wait_for(r"Name of the place +\[Sofia ")
        assert t.sees(r"Backup server +\[backup "), t.text()
        assert not t.sees(r"\*{9}"), t.text()
        to_review(t)
        done(t)
    assert vendor.received("secrets")["token"] == "geheimnis"


def with_token(t, token):
    """The page of the step with a secret, to the password."""
    to_token(t)
    t.type(token)
    t.press("enter")
    t.wait_for(r"Again +\[")


def test_a_secret_that_is_typed_again_replaces_the_first():
    with site() as t:
        with_token(t, "geheimnis")
        t.press("escape")
        t.wait_for(r"Name of the place +\[Sofia ")
        to(t, "Token")
        t.type("ein-anderes")
        to_review(t)
        done(t)
    assert vendor.received("secrets")["token"] == "ein-anderes"


RELAY = """[Step]
Title=Relay
Apply=site

[Field host]
Type=text
Label=Relay host
Required=yes

[Field pin]
Type=secret
Label=Pin
"""


def relay():
    """The page of a step with a secret that need not be."""
    t = Term(["firstboot", "--reconfigure", "relay"])
    t.wait_for("Relay host")
    return t


def apply_relay(t):
    t.press("enter")
    t.wait_for("<Apply>")
    agree(t)
    t.wait_for("The new settings are in force", 30)
    return vendor.received("secrets")


def test_a_secret_that_need_not_be_is_emptied_on_purpose():
    vendor.add_step("60-relay.step", RELAY)
    forget()
    claim()
    end("firstbootd")
    try:
        with relay() as t:
            t.type("mail")
            to(t, "Pin")
            t.type("-")         # as good as any, while there is none
            assert apply_relay(t) == {"pin": "-"}
        with relay() as t:
            t.wait_for("It is not kept here")
            t.press("enter")
            t.wait_for("Nothing would change")
            t.press("enter")
            t.wait_for("Relay host")
            to(t, "Pin")
            t.type("geheim")
            t.press("enter")
            t.wait_for("<Apply>")
            t.press("escape")
            t.wait_for("typed it already")
            to(t, "Pin")
            t.type("-")
            t.press("enter")
            t.wait_for(r"Relay: Pin +none +emptied")
            assert not copies(t.pid, "geheim"), copies(t.pid, "geheim")
            t.press("escape")
            t.wait_for(r"Pin +\[\* ")
            assert apply_relay(t) == {"pin": ""}
    finally:
        os.remove(f"{vendor.STEPS}/60-relay.step")


def not_locked(pid, word):
    """Where the memory of a process holds word, and may be swapped out or dumped."""
    flags = {}
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as smaps:
        for line in smaps:
            if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
                place = line.split()[0]
            elif line.startswith("VmFlags:"):
                flags[place] = line.split()[1:]
    return [found for found in copies(pid, word) if not {"lo", "dd"} <= set(flags[found.split()[0]])]


def test_a_secret_lies_in_locked_memory_alone():
    with site() as t:
        with_token(t, "geheimnis-von-acme")
        assert not not_locked(t.pid, "geheimnis-von"), not_locked(t.pid, "geheimnis-von")
        give_password(t)
        t.wait_for("<Apply>")
        assert len(copies(t.pid, "geheimnis-von")) == 1, copies(t.pid, "geheimnis-von")
        open("/run/hold", "w", encoding="ascii").close()
        agree(t)
        t.wait_for("Measuring the room", 30)
        assert not not_locked(t.pid, "geheimnis-von"), not_locked(t.pid, "geheimnis-von")
        os.remove("/run/hold")
        t.wait_for("This appliance is set up", 30)
        assert not copies(t.pid, "geheimnis-von"), copies(t.pid, "geheimnis-von")
    assert vendor.received("secrets")["token"] == "geheimnis-von-acme"


def test_no_secret_stays_in_memory():
    with site() as t:
        to_token(t)
        t.type("geheimnis-von-acme")
        t.press("enter")
        t.wait_for(r"Again +\[")
        t.press("escape", "escape", "escape")
        t.wait_for("F2/2")
        assert not copies(t.pid, "geheimnis-von"), copies(t.pid, "geheimnis-von")


# -- apply

def test_progress_is_shown_while_the_program_runs():
    with site() as t:
        t.type("Sofia")
        to_review(t)
        open("/run/hold", "w", encoding="ascii").close()
        agree(t)
        t.wait_for(r"working +Site: Measuring the room")
        t.wait_for(r"\[#+ +\] +40 %")
        t.wait_for(r"\(([6-9]|\d\d+) s\)", 30)
        assert not t.sees("up to a minute"), "its program may take an hour"
        os.remove("/run/hold")
        t.wait_for("This appliance is set up", 30)
        t.wait_for("registered as A-17")


def test_a_program_that_fails_says_why_and_is_tried_again():
    with site() as t:
        t.type("Sofia")
        to_review(t)
        open("/run/fail", "w", encoding="ascii").close()
        agree(t)
        t.wait_for("The room is locked", 20)
        t.wait_for("failed +Site")
        assert not t.sees("root's password set"), "the later steps were done"
        os.remove("/run/fail")
        agree(t)
        t.wait_for("This appliance is set up", 30)
    assert vendor.received()["values"]["place"] == "Sofia"


def test_back_from_a_failure_to_other_values():
    with site() as t:
        t.type("Sofia")
        to_review(t)
        open("/run/fail", "w", encoding="ascii").close()
        agree(t)
        t.wait_for("The room is locked", 20)
        os.remove("/run/fail")
        t.read(1)
        t.press("escape")
        t.wait_for("<Apply>")
        t.press("escape")
        t.wait_for(r"typed\W+one already")
        t.press("escape")
        t.wait_for(r"Name of the place +\[Sofia ")
        replace(t, "Plovdiv")
        t.press("enter")
        t.wait_for(r"typed\W+one already")
        t.press("enter", "enter")
        t.wait_for("Plovdiv")
        done(t)
    assert vendor.received()["values"]["place"] == "Plovdiv"


# -- on a machine that is set up

def test_the_menu_has_the_steps_and_begins_with_what_is_in_force():
    with site() as t:
        t.type("Sofia")
        to_review(t)
        done(t)
    with Term(["firstboot"]) as t:
        t.wait_for("F2/2")
        t.press("f2")
        t.wait_for("What shall be changed")
        t.press("end")
        t.wait_for("a +Site")
        t.type("a")
        t.press("enter")
        t.wait_for(r"Name of the place +\[Sofia ")
        t.press("enter")
        t.wait_for("Nothing would change")
        t.press("enter")
        t.wait_for(r"Name of the place +\[Sofia ")
        replace(t, "Varna")
        t.press("enter")
        t.wait_for(r"Site: Name.*Sofia +Varna")
        agree(t)
        t.wait_for("The new settings are in force", 30)
        assert t.sees("registered as A-17"), t.text()
    assert vendor.received()["values"]["place"] == "Varna"


def test_a_step_that_is_done_can_be_left_as_it_is():
    with site() as t:
        to_token(t)
        t.type("geheimnis")
        to_review(t)
        done(t)
    os.remove("/run/seen/values")
    with Term(["firstboot", "--reconfigure", "site"]) as t:
        t.wait_for(r"Backup server +\[backup ")
        t.wait_for("type it again")
        t.press("f6")
        t.wait_for("Nothing would change")
    assert not os.path.exists("/run/seen/values")


def test_another_program_gets_what_is_in_force():
    with site() as t:
        t.type("Sofia")
        to_review(t)
        done(t)
    os.remove("/run/seen/values")
    with open(f"{vendor.STEPS}/site", "a", encoding="utf-8") as f:
        f.write("\n# The next version\n")
    with Term(["firstboot", "--reconfigure", "site"]) as t:
        t.wait_for(r"Name of the place +\[Sofia ")
        t.press("enter")
        t.wait_for("Site +done +done again")
        agree(t)
        t.wait_for("The new settings are in force", 30)
    assert vendor.received()["values"]["place"] == "Sofia"


def test_reconfigure_takes_the_name_of_a_step():
    claim()
    with Term(["firstboot", "--reconfigure", "site"]) as t:
        t.wait_for("Site 1 of 2")
        t.wait_for("Name of the place")
    with Term(["firstboot", "--reconfigure", "nosuch"]) as t:
        t.wait_for("is no page of settings")


def test_a_key_beside_the_password():
    with wizard("welcome ssh-keys password", "Skippable=site\n") as t:
        t.press("enter")
        t.wait_for(r"Public key +\[")
        t.type("nonsense")
        t.press("enter")
        t.wait_for("! ")
        replace(t, KEY)
        t.press("enter")
        t.wait_for(r"Again +\[")
        give_password(t)
        t.wait_for("Name of the place")
        t.press("f6")
        t.wait_for("root's SSH key")
        done(t)
    assert KEY.split()[1] in open("/root/.ssh/authorized_keys", encoding="ascii").read()


def test_the_time_zone_is_set_after_the_review():
    before = os.readlink("/etc/localtime")
    wanted = "Europe/Paris" if "Sofia" in before else "Europe/Sofia"
    with wizard("welcome time password", "Skippable=site\n") as t:
        t.press("enter")
        t.wait_for(r"Time zone +\[")
        replace(t, wanted)
        t.press("enter")
        t.wait_for(r"Time servers +\[")
        t.press("enter")
        t.wait_for(r"Again +\[")
        give_password(t)
        t.wait_for("Name of the place")
        t.press("f6")
        t.wait_for(rf"Time zone .* {wanted}")
        assert not t.sees("enp1s0"), t.text()
        assert os.readlink("/etc/localtime") == before
        done(t)
    assert os.readlink("/etc/localtime").endswith(wanted)


def test_time_servers_are_set_with_the_time_zone():
    with wizard("welcome time password", "Skippable=site\n") as t:
        t.press("enter")
        t.wait_for(r"Time zone +\[")
        t.press("enter")
        t.wait_for(r"Which servers shall tell the time on enp1s0\?")
        replace(t, "time_1")
        t.press("enter")
        t.wait_for("! .*time_1")
        t.press("escape")
        t.wait_for(r"Time zone +\[")
        t.press("enter")
        t.wait_for(r"Time servers +\[time_1")
        replace(t, "192.0.2.123 time.example.com")
        t.press("enter")
        t.wait_for(r"Again +\[")
        give_password(t)
        t.wait_for("Name of the place")
        t.press("f6")
        t.wait_for(r"enp1s0 time +automatic +192.0.2.123")
        done(t, 60)
    lines = open("/etc/systemd/network/05-firstboot-enp1s0.network", encoding="utf-8").read().splitlines()
    assert "NTP=192.0.2.123" in lines and "NTP=time.example.com" in lines, lines


def test_the_keyboard_is_tried_before_the_password():
    os.makedirs(KEYMAPS)
    for name in ("us", "de", "fr"):
        open(f"{KEYMAPS}/{name}.map.gz", "w", encoding="ascii").close()
    try:
        with wizard("welcome keyboard password", "Skippable=site\n") as t:
            t.press("enter")
            t.wait_for(r"Layout +\[")
            replace(t, "fr")
            t.press("enter")
            t.wait_for(r"Try it +\[")
            assert "KEYMAP=fr" in open("/etc/vconsole.conf", encoding="ascii").read()
            t.press("escape")
            t.wait_for(r"Layout +\[fr ")
            assert not os.path.exists("/etc/vconsole.conf"), "what was tried is still in force"
            t.press("enter")
            t.wait_for(r"Try it +\[")
            t.type("qwertz")
            t.press("enter")
            t.wait_for(r"Again +\[")
    finally:
        shutil.rmtree("/usr/share/kbd")


case.run(globals())
