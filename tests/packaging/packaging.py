# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of both package kinds need: the archive, file systems to install into, and what lies in them."""

import hashlib
import os
import pathlib
import stat
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ("console", "lib")]

import case  # noqa: E402,F401 (for the tests)
import debs  # noqa: E402,F401
from debs import run  # noqa: E402

BUILD = pathlib.Path(os.environ["PACKAGING_BUILD"])
BASE = pathlib.Path(os.environ["PACKAGING_BASE"])
WORK = pathlib.Path(os.environ["PACKAGING_WORK"])
ARCHIVE = pathlib.Path(os.environ["PACKAGING_ARCHIVE"])
NAME = ARCHIVE.name.removesuffix(".tar.xz")
VERSION = NAME.removeprefix("firstboot-")
# Of the consoles: what firstboot-console brings, and nothing else does.
DROPINS = tuple(f"usr/lib/systemd/system/{unit}.service.d" for unit in ("getty@tty1", "serial-getty@hvc0", "serial-getty@ttyS0"))


def folder(name):
    """A new folder below the work folder."""
    path = WORK / name
    path.mkdir(mode=0o755)
    return path


def unpack(where):
    """The archive's source tree, below a folder."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(where)
    return where / NAME


def debian_root(name):
    """A Debian 12 that may be written, without anything of ours; nothing that its packages bring is started."""
    top = folder(name)
    for part in "upper", "work", "root":
        (top / part).mkdir()
    root = top / "root"
    run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={BASE},upperdir={top}/upper,workdir={top}/work", root)
    run("mount", "-t", "proc", "proc", root / "proc")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "run", root / "run")
    run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmp", root / "tmp")
    for device in "null", "urandom":
        (root / "dev" / device).touch()
        run("mount", "--bind", f"/dev/{device}", root / "dev" / device)
    # The base leaves manual pages out of every package.
    (root / "etc/dpkg/dpkg.cfg.d/99mmdebstrap").unlink()
    return root


def merged(path):
    """A path as it is where /lib is a link, without compression of manual pages."""
    path = str(path).lstrip("/")
    if path.startswith("lib/"):
        path = "usr/" + path
    return path.removesuffix(".gz") if "/man/" in path else path


def digest(path):
    """What stands for the contents of a file; programs are stripped, and manual pages compressed."""
    data = path.read_bytes()
    if data.startswith(b"\x7fELF"):
        return "program"
    if data.startswith(b"\x1f\x8b"):
        data = run_bytes("gzip", "-dc", path)
    return hashlib.sha256(data).hexdigest()


def run_bytes(*argv):
    return subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE, check=True).stdout


def entry(path):
    """Kind, mode, owner and contents of one file."""
    info = path.lstat()
    if stat.S_ISLNK(info.st_mode):
        what = os.readlink(path)
    else:
        what = digest(path) if stat.S_ISREG(info.st_mode) else ""
    return f"{stat.filemode(info.st_mode)} {info.st_uid}:{info.st_gid} {what}"


def files(top):
    """All files below a folder, and what they are; no folders."""
    return {merged(path.relative_to(top)): entry(path) for path in sorted(top.rglob("*"))
            if path.is_symlink() or not path.is_dir()}


def tree(root, *tops):
    """Everything below these folders of a root, folders too, but for what package managers note for themselves."""
    noted = ("var/lib/dpkg", "var/lib/apt", "var/cache", "var/log", "var/lib/pam", "var/lib/rpm", "var/lib/systemd/catalog")
    found = {}
    for top in tops:
        for path in sorted((root / top).rglob("*")):
            name = str(path.relative_to(root))
            if not name.startswith(noted) and not name.endswith("-") and name != "etc/ld.so.cache":
                found[name] = entry(path)
    return found


def meson_install(builddir, name):
    """What "meson install" of a build folder installs."""
    top = folder(name)
    run("meson", "install", "-C", builddir, "--no-rebuild", "--quiet", "--destdir", top)
    return files(top)


def same(found, expected):
    """Two file lists are equal; what differs is told."""
    lines = [f"{name}: {found.get(name)} instead of {expected.get(name)}"
             for name in sorted({**found, **expected}) if found.get(name) != expected.get(name)]
    assert not lines, "\n".join(lines)


def account(root, name):
    """The fields of an account in passwd and shadow, or None."""
    lines = [line.split(":") for file in ("passwd", "shadow") for line in (root / "etc" / file).read_text().splitlines()]
    found = [fields for fields in lines if fields[0] == name]
    return found[0] + found[1] if found else None


def console_taken(root):
    """Every drop-in of a getty that a unit folder of a root has, or a program of ours in a unit of a getty."""
    folders = [root / d / "systemd/system" for d in ("usr/lib", "etc", "run", "usr/local/lib")]
    units = [path for top in folders if top.is_dir() for path in top.rglob("*") if "getty" in str(path) and path.is_file()]
    return [str(path.relative_to(root)) for path in units
            if "firstboot" in path.name or "firstboot" in path.read_text() or "autologin" in path.read_text()]
