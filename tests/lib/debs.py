# SPDX-License-Identifier: LGPL-2.1-or-later
"""The .deb packages: how they are built, and the same ones with a later version."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
NAMES = ("firstboot", "firstboot-console")
# What a package is not made of.
APART = (".ci/", "tests/")


def run(*argv, **kw):
    """Run a command and give back what it printed; what a failed one printed is the failure's message."""
    done = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **kw)
    assert done.returncode == 0, f"{' '.join(map(str, argv))}: {done.returncode}\n{done.stdout[-6000:]}"
    return done.stdout


def build(source, *options):
    """Build the packages of a source tree into the folder that it lies in."""
    shutil.copytree(source / "data/packaging/debian", source / "debian", symlinks=True)
    # The unit tests have a suite of their own.
    wanted = f"nocheck noautodbgsym parallel={os.cpu_count()}"
    return run("dpkg-buildpackage", "-us", "-uc", *options, cwd=source, env={**os.environ, "DEB_BUILD_OPTIONS": wanted})


def sources():
    """The files of the checkout that packages are made of, as they are now."""
    listed = subprocess.run(["git", "-C", TOP, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], check=True, stdout=subprocess.PIPE)
    names = [name for name in listed.stdout.decode().split("\0") if name and not name.startswith(APART)]
    return sorted(TOP / name for name in names if (TOP / name).is_file())


def build_checkout(where):
    """The packages of the checkout into a folder, committed or not."""
    with tempfile.TemporaryDirectory() as work:
        source = pathlib.Path(work) / "firstboot"
        for path in sources():
            target = source / path.relative_to(TOP)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target, follow_symlinks=False)
        build(source, "-b")
        for package in pathlib.Path(work).glob("*.deb"):
            shutil.copy(package, where)


def package(name, where):
    """The file of a package in a folder."""
    found = list(pathlib.Path(where).glob(f"{name}_*.deb"))
    assert len(found) == 1, found
    return found[0]


def later(name, where, target):
    """The same package with a higher version, into another folder."""
    target.mkdir(exist_ok=True)
    old = package(name, where)
    version = old.name.split("_")[1]
    raised = re.sub(r"-1$", "-2", version)
    assert raised != version, version
    new = target / f"{name}_{raised}.deb"
    with tempfile.TemporaryDirectory() as work:
        run("dpkg-deb", "-R", old, work)
        control = pathlib.Path(work) / "DEBIAN/control"
        control.write_text(control.read_text().replace(version, raised))
        run("dpkg-deb", "--root-owner-group", "-b", work, new)
    return new
