#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""--check-steps: a vendor's steps on the machine that builds a package, in an image, and on the machine that runs."""

import os
import shutil
import tempfile

import cli
from cli import DONE, FAILED, INVALID, firstboot, refused

import case

EXAMPLES = "/usr/share/doc/firstboot/examples/steps.d"
FOLDER = "usr/lib/firstboot/steps.d"
GOOD = "[Step]\nTitle=Backup\nApply=backup\n"
BAD = "[Step]\nTitle=Backup\n[Field A]\nType=colour\nLabel=A\nMin=x\n[Fields]\n"


class Tree:
    """An image with steps; its owner is who runs this."""

    def __init__(self):
        self.root = tempfile.mkdtemp(prefix="steps-")
        os.chmod(self.root, 0o755)

    def __enter__(self):
        return self

    def __exit__(self, *why):
        shutil.rmtree(self.root)

    def write(self, name, text, mode=0o644, folder=FOLDER):
        path = f"{self.root}/{folder}/{name}"
        os.makedirs(os.path.dirname(path), 0o755, exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, mode)
        return path


def test_the_example_is_valid():
    done = firstboot("--check-steps", f"{EXAMPLES}/50-backup.step")
    assert done.returncode == DONE and done.stdout == "1 step is valid.\n" and not done.stderr, done
    with Tree() as tree:
        shutil.copytree(EXAMPLES, f"{tree.root}/{FOLDER}")
        done = firstboot("--check-steps", "--root", tree.root)
        assert done.returncode == DONE and done.stdout == "1 step is valid.\n", done


def test_all_that_is_wrong_is_said():
    with Tree() as tree:
        path, good = tree.write("50-a.step", BAD), tree.write("60-b.step", GOOD)
        done = firstboot("--check-steps", path, good)
        assert done.returncode == INVALID and not done.stdout, done
        assert done.stderr.split("\n") == [
            f"{path}:4: Type= takes text, number, choice, switch, secret, address, hostname, url or size.",
            f"{path}:6: Min= takes a whole number.",
            f"{path}:7: There is no section [Fields]: they are [Step] and [Field NAME].",
            "firstboot: The steps are not valid: 3 things are wrong with them.", ""], done.stderr
        # Anybody may ask, of a file that anybody wrote.
        os.chmod(path, 0o666)
        again = firstboot("--check-steps", path, good, user="firstboot")
        assert again.returncode == INVALID and again.stderr == done.stderr, again


def test_as_json():
    with Tree() as tree:
        path = tree.write("50-a.step", BAD)
        found = cli.result(firstboot("--check-steps", "--json", path), INVALID)
        assert [(each["file"], each["line"]) for each in found["problems"]] == [(path, 4), (path, 6), (path, 7)], found
        found = cli.result(firstboot("--check-steps", "--json", tree.write("60-b.step", GOOD)), DONE)
        assert found["message"] == "1 step is valid." and not found["problems"] and not found["changed"], found


def test_quiet():
    with Tree() as tree:
        done = firstboot("--check-steps", "--quiet", tree.write("60-b.step", GOOD))
        assert done.returncode == DONE and not done.stdout and not done.stderr, done
        assert firstboot("--check-steps", "--quiet", tree.write("50-a.step", BAD)).stderr.count("\n") == 4


def test_an_image_with_its_programs():
    with Tree() as tree:
        tree.write("50-backup.step", GOOD)
        done = firstboot("--check-steps", "--root", tree.root)
        assert done.returncode == INVALID, done
        assert done.stderr.startswith(f"/{FOLDER}/50-backup.step: There is no program /{FOLDER}/backup.\n"), done
        program = tree.write("backup", "#!/bin/sh\n")
        assert "lacks x" in firstboot("--check-steps", "--root", tree.root).stderr
        os.chmod(program, 0o755)
        assert firstboot("--check-steps", "--root", tree.root).stdout == "1 step is valid.\n"
        # So is it of a file that goes into the image.
        new = tree.write("new.step", GOOD.replace("backup", "other"), folder="build")
        assert firstboot("--check-steps", new).returncode == DONE
        assert "There is no program" in firstboot("--check-steps", "--root", tree.root, new).stderr
        os.chmod(os.path.dirname(program), 0o777)
        assert "Others than root may write it, so it is not read." in firstboot("--check-steps", "--root", tree.root).stderr


def test_what_is_said_of_steps_that_are_not_there():
    with Tree() as tree:
        tree.write("50-a.step", "[Step]\nTitle=A\n")
        tree.write("firstboot.conf", "[Wizard]\nSteps=welcome a network hostname password\n", folder="etc/firstboot")
        assert firstboot("--check-steps", "--root", tree.root).stdout == "1 step is valid.\n"
        tree.write("firstboot.conf", "[Wizard]\nSteps=welcome backup network hostname password\n", folder="etc/firstboot")
        done = firstboot("--check-steps", "--root", tree.root)
        assert done.returncode == INVALID and "backup" in done.stderr.split("\n")[0], done


def test_what_the_administrator_changes_counts():
    with Tree() as tree:
        tree.write("50-a.step", BAD)
        tree.write("60-b.step", "[Step]\nTitle=B\n")
        tree.write("50-a.step", "", folder="etc/firstboot/steps.d")
        assert firstboot("--check-steps", "--root", tree.root).stdout == "1 step is valid.\n"
        os.symlink("/dev/null", f"{tree.root}/etc/firstboot/steps.d/60-b.step")
        assert firstboot("--check-steps", "--root", tree.root).stdout == f"There are no steps of a vendor in {tree.root}.\n"


def test_the_machine_itself():
    os.makedirs(f"/{FOLDER}", 0o755, exist_ok=True)
    try:
        assert firstboot("--check-steps").stdout == "There are no steps of a vendor on this machine.\n"
        shutil.copy(f"{EXAMPLES}/50-backup.step", f"/{FOLDER}")
        refused_step = firstboot("--check-steps")
        assert refused_step.returncode == INVALID and "There is no program" in refused_step.stderr, refused_step
        shutil.copy(f"{EXAMPLES}/backup", f"/{FOLDER}")
        assert firstboot("--check-steps").stdout == "1 step is valid.\n"
    finally:
        shutil.rmtree(f"/{FOLDER}")


def test_a_folder_that_is_not_there():
    refused(firstboot("--check-steps", "--root=/nonexistent"), FAILED, "/nonexistent")
    done = firstboot("--check-steps", "/nonexistent.step")
    assert done.returncode == INVALID and done.stderr.startswith("/nonexistent.step: The file cannot be read: "), done


if __name__ == "__main__":
    case.run(dict(globals()))
