#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The table of options beside what is said of it: --help, firstboot(1), the completion of bash, and its functions at work."""

import gzip
import os
import re
import shlex
import subprocess

from cli import firstboot

import case
from test_options import GOES_WITH, MODES, STANDS_ALONE

HERE = os.path.dirname(os.path.abspath(__file__))
COMPLETION = "/usr/share/bash-completion/completions/firstboot"
SCRIPT = """
. /usr/share/bash-completion/bash_completion
. {file}
COMP_WORDS=({words}) COMP_CWORD={at} COMP_LINE={line} COMP_POINT={point} COMP_TYPE=9 COMP_KEY=9
compopt() {{ :; }}
_firstboot firstboot {cur} {prev}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def complete(line):
    """What bash offers for the last word of a line."""
    # As bash splits it: = stands by itself.
    words = [part for word in line.split(" ") for part in (re.split(r"(=)", word) if "=" in word else [word])]
    if "=" in words and words[-1] == "" and words[-2] == "=":
        words.pop()
    script = SCRIPT.format(file=COMPLETION, words=" ".join(map(shlex.quote, words)), at=len(words) - 1, line=shlex.quote(line),
                           point=len(line), cur=shlex.quote(words[-1]), prev=shlex.quote(words[-2] if len(words) > 1 else ""))
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL)
    assert not done.stderr, done
    return sorted(filter(None, done.stdout.split("\n")))


def entries():
    """The options of the table, with what they are called in help and the modes that they go with."""
    with open(f"{HERE}/../../src/cli/options_table.c", encoding="utf-8") as f:
        table = f.read().split("option_entries[] = {")[1].split("\n};")[0]
    found = re.findall(r'\.name = "([a-z-]+)"', table)
    assert len(found) == len(set(found)) > 15, found
    return [f"--{name}" for name in found]


def manual():
    for path in "/usr/share/man/man1/firstboot.1", "/usr/share/man/man1/firstboot.1.gz":
        if os.path.exists(path):
            with (gzip.open if path.endswith("gz") else open)(path, "rt", encoding="utf-8") as f:
                return f.read()
    raise AssertionError("there is no manual page")


def test_the_tests_know_all_options():
    named = {option.split("=")[0] for option in GOES_WITH} | set(MODES)
    assert named == set(entries()), named ^ set(entries())


def test_help_has_all_options():
    assert re.findall(r"^  (--[a-z-]+)", firstboot("--help").stdout, re.M) == entries()


def test_manual_has_all_options_and_no_other():
    text = manual()
    described = set(re.findall(r"^\.It Fl -([a-z-]+)", text, re.M))
    assert {f"--{name}" for name in described} == set(entries()), described ^ {name[2:] for name in entries()}
    for name in re.findall(r"(?:Fl|,) -([a-z-]{2,})", text):
        assert f"--{name}" in entries(), name


def test_manual_has_all_statuses_and_schemas():
    text = manual()
    statuses = text.split(".Sh EXIT STATUS")[1].split(".Sh")[0]
    assert re.findall(r"^\.It (?:Li )?(\d)", statuses, re.M) == list("0123456"), statuses
    for name in os.listdir("/usr/share/firstboot/schema"):
        assert name in text, name


def test_manual_is_clean():
    """By mandoc, whose remarks about pages of others that are not installed here say nothing of this one."""
    done = subprocess.run(["mandoc", "-Tlint", f"{HERE}/../../data/man/firstboot.1"], capture_output=True, text=True, timeout=20, check=False)
    said = [line for line in (done.stdout + done.stderr).split("\n") if line and "not found: Xr" not in line and "mandoc.db" not in line]
    assert not said, said


def test_completion_of_modes():
    assert complete("firstboot ") == sorted(MODES + STANDS_ALONE)
    assert complete("firstboot --re") == ["--reconfigure", "--report", "--restore", "--revert"]


def test_completion_of_what_goes_together():
    for mode in MODES:
        goes = sorted(option.split("=")[0] for option, modes in GOES_WITH.items() if mode in modes)
        assert complete(f"firstboot {mode} -") == goes, mode


def test_completion_of_pages():
    pages = complete("firstboot --reconfigure ")
    # The refusal of a page lists them all.
    said = firstboot("--reconfigure", "no-such-page").stderr
    assert sorted(re.search(r"there are: (.*)\.$", said.strip()).group(1).split(", ")) == pages
    assert complete("firstboot --reconfigure ho") == ["hostname"]


def test_completion_of_arguments():
    os.makedirs("/run/completion/folder", exist_ok=True)
    with open("/run/completion/file.ini", "w", encoding="ascii"):
        pass
    assert complete("firstboot --reconfigure --answers /run/completion/") == ["/run/completion/file.ini", "/run/completion/folder"]
    assert "-" in complete("firstboot --check --answers ")
    assert complete("firstboot --check --root /run/completion/") == ["/run/completion/folder"]
    assert complete("firstboot --check --root=/run/completion/") == ["/run/completion/folder"]
    assert "60" in complete("firstboot --restore 3 --timeout ")
    assert complete("firstboot --check --set Host.H") == ["Host.Hostname="]


def test_completion_knows_all_keys():
    """Those of answers, but for the one that a command line must not hold."""
    keys = set()
    for name in "answers_host.c", "answers_link.c", "answers_servers.c":
        with open(f"{HERE}/../../src/core/{name}", encoding="utf-8") as f:
            keys |= {f"{section}.{key}=" for section, key in re.findall(r'^\t\{ "(\w+)", "(\w+)",', f.read(), re.M)}
    assert len(keys) > 20 and complete("firstboot --check --set ") == sorted(keys - {"Root.PasswordHash="}), keys


if __name__ == "__main__":
    case.run(dict(globals()))
