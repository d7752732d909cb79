# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot as a program calls it: without a terminal, its streams as they come, its JSON held against the schema."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "console"))

import jsonschema  # noqa: E402

from machine import as_firstboot  # noqa: E402

SCHEMAS = "/usr/share/firstboot/schema"

# Whoever runs in the background of a shell without job control has this ignored, and so would have its children.
signal.signal(signal.SIGINT, signal.default_int_handler)

DONE, FAILED, USAGE, INVALID, NOT_PERMITTED, NO_SERVICE, TAKEN_BACK = range(7)


def firstboot(*arguments, stdin=None, user=None, timeout=30, **options):
    """Run it without a terminal: nothing can be read from standard input, unless a text is given for it."""
    argv = ["firstboot", *arguments]
    if user == "firstboot":
        argv = as_firstboot(*argv)
    source = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run(argv, capture_output=True, text=True, timeout=timeout, check=False, **source, **options)


def firstboot_closed(*arguments, closed, timeout=30):
    """With some of its streams closed (0, 1, 2)."""
    redirections = " ".join(f"{fd}{'<' if fd == 0 else '>'}&-" for fd in closed)
    return subprocess.run(["sh", "-c", f'exec firstboot "$@" {redirections}', "sh", *arguments], capture_output=True, text=True,
                          timeout=timeout, check=False, stdin=subprocess.DEVNULL)


def firstboot_full(*arguments, timeout=30):
    """With a standard output that is a full disk."""
    with open("/dev/full", "w", encoding="ascii") as full:
        return subprocess.run(["firstboot", *arguments], stdout=full, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                              timeout=timeout, check=False)


def one_sentence(text):
    """Is it one line of reason?"""
    return re.fullmatch(r"firstboot: [^\n]+[.)]\n", text) is not None


def refused(done, status, *words):
    """It ended with this status, nothing on standard output and one line of reason, which names these words."""
    assert done.returncode == status, done
    assert not done.stdout and one_sentence(done.stderr), done
    for word in words:
        assert word in done.stderr, (word, done.stderr)


def schema(name):
    with open(f"{SCHEMAS}/{name}.schema.json", encoding="utf-8") as f:
        return json.load(f)


def validate(text, name):
    """The one object in text, which fits data/schema/NAME.schema.json."""
    assert text.isascii() and text.endswith("\n"), text
    found = json.loads(text)
    rules = schema(name)
    jsonschema.Draft202012Validator.check_schema(rules)
    jsonschema.validate(found, rules, cls=jsonschema.Draft202012Validator)
    return found


def result(done, status=None):
    """The outcome that --json tells, which agrees with the exit status and what is on standard error."""
    found = validate(done.stdout, "result")
    assert found["status"] == done.returncode, (found, done)
    assert status is None or done.returncode == status, (found, done)
    assert (done.returncode != 0 or bool(found["warnings"])) == bool(re.search(r"^firstboot: .", done.stderr, re.M)), done
    return found


@contextlib.contextmanager
def moved(path):
    """While this file or folder is away."""
    os.rename(path, path + ".away")
    try:
        yield
    finally:
        os.rename(path + ".away", path)


@contextlib.contextmanager
def started(*arguments, **options):
    """A firstboot that runs on; ended at the end, if it has not ended itself."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    with subprocess.Popen(["firstboot", *arguments], **options) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
