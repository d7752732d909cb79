# SPDX-License-Identifier: LGPL-2.1-or-later
"""The archive that packages are made from."""

import hashlib
import shutil
import tarfile
import time

from packaging import ARCHIVE, BUILD, HERE, NAME, WORK, case, folder, run

SOURCE = HERE.parents[1]


def sum_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_two_runs_make_the_same_archive():
    again = BUILD / "meson-dist" / ARCHIVE.name
    time.sleep(1.1)     # a time of its own in every file that is not told one
    run("meson", "dist", "-C", BUILD, "--no-tests", "--allow-dirty")
    found = sum_of(again)
    shutil.move(again, folder("again"))
    assert found == sum_of(ARCHIVE)


def test_another_clone_makes_the_same_archive():
    clone = WORK / "clone"
    run("git", "clone", "--quiet", "--no-local", "--depth=1", f"file://{SOURCE}", clone)
    run("meson", "setup", clone / "build", clone, "--prefix=/usr", "--libexecdir=libexec", umask=0o077)
    run("meson", "dist", "-C", clone / "build", "--no-tests", umask=0o077)
    assert sum_of(clone / "build/meson-dist" / ARCHIVE.name) == sum_of(ARCHIVE)


def test_archive_is_one_folder_as_old_as_the_commit():
    committed = int(run("git", "-C", SOURCE, "log", "-1", "--format=%ct"))
    with tarfile.open(ARCHIVE) as archive:
        members = archive.getmembers()
    assert {m.name.split("/")[0] for m in members} == {NAME}
    assert {m.mtime for m in members} == {committed}
    assert not [m.name for m in members if "/.git/" in m.name or m.name.startswith(f"{NAME}/build")]
    assert not [m.name for m in members if m.mode & 0o022]


if __name__ == "__main__":
    case.run(dict(globals()))
