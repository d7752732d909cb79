#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot(1)'s command line: each option, what goes with what, and the sentence for what does not."""

import json
import re

import cli
from cli import DONE, INVALID, NOT_PERMITTED, USAGE, firstboot, refused

import case
from machine import allow_ptys, as_firstboot, claim, wait_lease
from term import Term

ANSWERS = ["--answers", "/nonexistent"]


def test_help():
    done = firstboot("--help")
    assert done.returncode == DONE and not done.stderr, done
    assert firstboot("-h").stdout == done.stdout
    assert all(len(line) < 80 for line in done.stdout.split("\n")), done.stdout
    for option in "reconfigure", "status", "check", "export", "confirm", "revert", "history", "restore", "json", "root":
        assert re.search(rf"^  --{option}\b", done.stdout, re.M), option
    for status in range(7):
        assert re.search(rf"\b{status} \w", done.stdout), status


def test_version():
    done = firstboot("--version")
    assert done.returncode == DONE and re.fullmatch(r"firstboot \d+\.\d+\.\d+\n", done.stdout), done
    assert firstboot("-V").stdout == done.stdout


@case.variants(("--nonsense",), ("-x",), ("word",), ("--status", "word"), ("--reconfigure", "disk"), ("--dry-run",),
               ("--history", "7", "8"), ("--confirm", "7"), ("--check", "network"))
def test_what_is_not_understood_is_refused(*arguments):
    refused(firstboot(*arguments), USAGE, arguments[-1])


@case.variants(("--statsu", "--status"), ("--HISTROY", "--history"), ("status", "--status"), ("--no-rolback", "--no-rollback"))
def test_the_option_that_may_be_meant_is_named(word, meant):
    refused(firstboot(word), USAGE, f'"{word}"', f"; {meant} may be meant.")


@case.variants(("--stat", "--status"), ("--js", "--json"), ("--answer=/x", "--answers"), ("--se", "--set", "Host.Hostname=a"),
               ("--vers=1", "--version"), ("--re", "--re"))
def test_a_name_is_written_in_full(word, name, *more):
    """Else a later version, with further options, would read a script another way."""
    refused(firstboot("--check", "--set=Host.Hostname=a", word, *more), USAGE, word.split("=")[0], name)


def test_what_stands_as_an_argument_is_no_option():
    done = firstboot("--check", "--set", "--stat")
    assert done.returncode == INVALID and "SECTION.KEY=VALUE" in done.stderr, done


@case.variants(("--status=yes", "--status"), ("--json=1", "--json"), ("--reconfigure=network", "--reconfigure"))
def test_no_argument_where_none_is_taken(argument, name):
    refused(firstboot(argument), USAGE, name, "no argument")


@case.variants(("--answers",), ("--set",), ("--root",), ("--timeout",))
def test_an_argument_where_one_is_needed(name):
    refused(firstboot("--reconfigure", name), USAGE, name, "needs")


@case.variants(("--answers=",), ("--root=",))
def test_an_empty_name_is_none(argument):
    refused(firstboot("--check", "--set", "Host.Hostname=a", argument), USAGE, argument[:-1], "needs")


@case.variants(("--status", "--version"), ("--reconfigure", "--check"), ("--confirm", "--revert"), ("--history", "--restore"),
               ("--export", "--audit"), ("--report", "--help"), ("--unattended", "--status"))
def test_two_things_to_be_done(first, second):
    refused(firstboot(first, second), USAGE, first, second)
    refused(firstboot(second, first), USAGE, first, second)


def test_the_same_thing_twice_is_one():
    assert firstboot("--version", "--version").returncode == DONE


# Each option that says how, and what it goes with.
GOES_WITH = {
    "--watch": ["--status"],
    "--answers=/nonexistent": ["--reconfigure", "--check"],
    "--set=Host.Hostname=a": ["--reconfigure", "--check"],
    "--root=/nonexistent": ["--reconfigure", "--check", "--check-steps", "--export", "--audit"],
    "--timeout=60": ["--reconfigure", "--restore"],
    "--no-rollback": ["--reconfigure", "--restore"],
    "--json": ["--status", "--reconfigure", "--check", "--check-steps", "--export", "--confirm", "--revert", "--history", "--restore"],
    "--plain": ["--reconfigure"],
    "--quiet": ["--reconfigure", "--check", "--check-steps", "--confirm", "--revert", "--restore"],
}
# What goes with the start screen, too, which has no option.
STANDS_ALONE = ["--plain"]
MODES = ["--status", "--report", "--reconfigure", "--check", "--export", "--confirm", "--revert", "--history", "--restore",
         "--check-steps", "--unattended", "--audit", "--help", "--version"]


def test_what_does_not_go_together_names_both():
    for option, modes in GOES_WITH.items():
        name = option.split("=")[0]
        for mode in MODES:
            if mode in modes:
                continue
            done = firstboot(mode, option)
            assert done.returncode == USAGE and cli.one_sentence(done.stderr), (mode, option, done)
            assert name in done.stderr and mode in done.stderr, (mode, option, done)
            # And what it does go with.
            for other in modes:
                assert other in done.stderr, (other, done.stderr)


def test_what_does_not_stand_alone():
    for option, modes in GOES_WITH.items():
        if option in STANDS_ALONE:
            continue
        done = firstboot(option)
        assert done.returncode == USAGE and cli.one_sentence(done.stderr), done
        for name in (option.split("=")[0], *modes):
            assert name in done.stderr, (name, done.stderr)


@case.variants(("--json",), ("--quiet",), ("--timeout=60",), ("--no-rollback",), ("--root=/nonexistent",))
def test_what_goes_with_answers_alone(option):
    done = firstboot("--reconfigure", option)
    assert done.returncode == USAGE and cli.one_sentence(done.stderr), done
    for name in option.split("=")[0], "--reconfigure", "--answers":
        assert name in done.stderr, done.stderr


@case.variants(("--timeout=60",), ("--no-rollback",))
def test_what_an_image_has_no_use_for(option):
    refused(firstboot("--reconfigure", *ANSWERS, "--root=/nonexistent", option), USAGE, option.split("=")[0], "--root")


@case.variants(("--answers", "a"), ("--root", "/a"), ("--timeout", "60"))
def test_once_is_enough(option, value):
    more = [] if option == "--answers" else ANSWERS
    refused(firstboot("--reconfigure", *more, option, value, option, value), USAGE, option, "once")


def test_pages_and_answers():
    refused(firstboot("--reconfigure", "hostname", *ANSWERS), USAGE, "hostname", "--answers")
    refused(firstboot("--reconfigure", "hostname", "--set", "Host.Hostname=a"), USAGE, "hostname", "--set")


def test_check_needs_answers():
    refused(firstboot("--check"), USAGE, "--check", "--answers", "--set")


def test_too_many_sets():
    refused(firstboot("--check", *["--set=Host.Hostname=a"] * 65), USAGE, "--set", "64")


@case.variants(("9",), ("3601",), ("0",), ("-1",), ("+60",), ("60s",), ("",), ("1e2",), (" 60",), ("99999999999999999999",))
def test_a_timeout_has_limits(value):
    refused(firstboot("--restore", "1", f"--timeout={value}"), USAGE, f'"{value}"', "10", "3600")


@case.variants(("x",), ("0",), ("-1",), ("+1",), ("1.5",), ("99999999999999999999",))
def test_a_change_has_a_number(value):
    for mode in "--history", "--restore":
        refused(firstboot(f"{mode}={value}"), USAGE, f'"{value}"')
        if not value.startswith("-"):
            refused(firstboot(mode, value), USAGE, f'"{value}"')


def test_restore_needs_a_number():
    refused(firstboot("--restore"), USAGE, "--restore", "--history")


@case.variants(("--status", "--json", "--nonsense"), ("--json",), ("--json", "--audit"), ("--reconfigure", "--json"))
def test_a_program_is_refused_in_json(*arguments):
    found = cli.result(firstboot(*arguments), USAGE)
    assert found["result"] == "usage" and not found["changed"] and found["message"].endswith("."), found


def test_json_is_ascii_whatever_was_typed():
    done = firstboot("--json", "\u202e\x1b[31m\U0001f600\udcff")
    assert "\x1b" not in done.stdout and "\x1b" not in done.stderr, done
    found = cli.result(done, USAGE)
    assert json.loads(done.stdout) == found


@case.variants((), ("--reconfigure",), ("--reconfigure", "network"), ("--reconfigure", "history"))
def test_a_terminal_is_needed(*arguments):
    refused(firstboot(*arguments), USAGE, "terminal")


def test_only_root_changes_settings():
    with Term(as_firstboot("firstboot", "--reconfigure")) as t:
        assert t.wait_exit(5) == NOT_PERMITTED
        assert t.sees("Only root")


if __name__ == "__main__":
    allow_ptys()
    claim()
    wait_lease()
    case.run(dict(globals()))
