# SPDX-License-Identifier: LGPL-2.1-or-later
"""Red Hat's packages, as far as a Debian machine can tell.

They are built from the spec with stand-ins for Red Hat's macros, checked by rpmlint, and installed into an empty file system
without what they require (--nodeps). Their scripts run in a Debian 12, which has the systemd of EL 9.
"""

import os
import re
import shutil

from packaging import (ARCHIVE, DROPINS, HERE, NAME, VERSION, WORK, account, case, console_taken, debian_root, files, folder,
                       meson_install, run, same, tree)

PLACE = WORK / "rpm"
OWN = ("firstboot", "firstboot-prober")
# What rpm adds to what meson installs: links for debuggers, licence and README.
PAPERS = ("usr/lib/.build-id/", "usr/share/licenses/", "usr/share/doc/firstboot/README.md")
NOTED = "var/lib/rpm"
# Folders that other packages of Red Hat own.
SHARED = ("usr/share/man", "usr/share/locale", "usr/share/selinux", "usr/share/licenses", "usr/share/bash-completion")
MODULE = "usr/share/selinux/packages/firstboot.cil"
ISSUES = "etc/issue.d"
ACCOUNTS = {f"etc/{name}" for name in ("passwd", "shadow", "group", "gshadow", ".pwd.lock")}


def rpmbuild(*arguments):
    spec = PLACE / "firstboot.spec"
    run("rpmbuild", "--nodeps", "--noclean", "--without", "check", "--load", HERE / "macros.el", "--define", f"_topdir {PLACE}",
        "--define", f"_smp_mflags -j{os.cpu_count()}", *arguments, spec)


def build():
    """The packages of the archive, and those of a later release, into PLACE/RPMS."""
    (PLACE / "SOURCES").mkdir(parents=True)
    shutil.copy(ARCHIVE, PLACE / "SOURCES")
    run("tar", "-C", PLACE, "--strip-components=4", "-xf", ARCHIVE, f"{NAME}/data/packaging/rpm/firstboot.spec")
    rpmbuild("-ba")
    # The same files once more, as a package with a higher release.
    root = next((PLACE / "BUILDROOT").iterdir())
    root.rename(root.with_name(root.name.replace(".el9", ".el9.1")))
    rpmbuild("-bb", "--short-circuit", "--define", "dist .el9.1")


def package(name, dist="el9"):
    found = list((PLACE / "RPMS").glob(f"*/{name}-{VERSION}-1.{dist}.[!0-9]*.rpm"))
    assert len(found) == 1, found
    return found[0]


def rpm(root, *arguments):
    """rpm for a root, with its database where Red Hat has it."""
    return run("rpm", "--root", root, "--define", f"_dbpath /{NOTED}", *arguments)


def empty_root(name):
    root = folder(name)
    rpm(root, "--initdb")
    return root


def debian(name):
    """A Debian 12 with a database of rpm's."""
    root = debian_root(name)
    rpm(root, "--initdb")
    return root


def files_only(root, *arguments):
    """Without what it requires, and without its scripts: there is no shell."""
    return rpm(root, "--nodeps", "--noscripts", *arguments)


def scripted(root, *arguments):
    """With its scripts, which must not fail: rpm itself only warns."""
    said = rpm(root, "--nodeps", *arguments)
    assert "scriptlet failed" not in said and "warning" not in said, said


def listed(root):
    """The files of an empty root, without rpm's and the package's papers."""
    return {name: what for name, what in files(root).items() if not name.startswith((*PAPERS, NOTED))}


def test_rpmlint_finds_no_error_and_no_warning():
    said = run("rpmlint", "--config", HERE / "rpmlint.toml", package("firstboot"), package("firstboot-console"), *PLACE.glob("SRPMS/*.rpm"),
               PLACE / "firstboot.spec")
    assert re.search(r" 0 errors, 0 warnings", said), said


def test_base_package_is_what_meson_installs():
    root = empty_root("rpm-files")
    files_only(root, "-i", package("firstboot"))
    same(listed(root), {name: what for name, what in MESON.items() if not name.startswith(DROPINS)})
    assert not console_taken(root)


def test_console_package_is_the_override_alone():
    root = empty_root("rpm-console")
    files_only(root, "-i", package("firstboot-console"))
    same(listed(root), {n: w for n, w in MESON.items() if n.startswith(DROPINS)})


def test_module_is_put_into_the_policy_and_taken_out():
    """By stand-ins that note how they were called, where there is a targeted policy."""
    root = debian("rpm-selinux")
    (root / "etc/selinux/targeted/policy").mkdir(parents=True)
    for name in "semodule", "selinuxenabled", "load_policy":
        (root / "usr/sbin" / name).write_text(f'#!/bin/sh\necho {name} "$@" >>/var/called\n')
        (root / "usr/sbin" / name).chmod(0o755)
    called = root / "var/called"
    scripted(root, "-i", package("firstboot"))
    install, *rest = called.read_text().splitlines()
    assert re.fullmatch(rf"semodule --noreload --store=targeted --install=/{MODULE}", install) and "load_policy" in rest, (install, rest)
    called.write_text("")
    scripted(root, "-U", package("firstboot", "el9.1"))
    assert "--remove" not in called.read_text(), called.read_text()
    called.write_text("")
    scripted(root, "-e", "firstboot")
    assert called.read_text().splitlines()[0] == "semodule --noreload --store=targeted --remove=firstboot", called.read_text()


def test_console_package_requires_its_base():
    assert f"firstboot = {VERSION}-1.el9" in run("rpm", "-qp", "--requires", package("firstboot-console")).splitlines()
    assert "firstboot-console" not in run("rpm", "-qp", "--requires", "--recommends", package("firstboot"))


def test_pam_is_in_the_words_of_red_hat():
    assert "etc/security/access.d/50-firstboot.conf" in MESON and not [name for name in MESON if "pam-configs" in name]
    root = empty_root("rpm-pam")
    files_only(root, "-i", package("firstboot"))
    assert "system-auth" in (root / "etc/pam.d/firstboot").read_text()
    assert "CAP_DAC_OVERRIDE" in (root / "usr/lib/systemd/system/firstboot-password.service").read_text()


def test_rpm_verifies_what_it_has_installed():
    root = empty_root("rpm-verify")
    files_only(root, "-i", package("firstboot"), package("firstboot-console"))
    verify = ("--nodeps", "-V", "firstboot", "firstboot-console")
    assert rpm(root, *verify) == ""
    (root / "usr/libexec/firstboot/firstboot-getty").chmod(0o777)
    try:
        rpm(root, *verify)
    except AssertionError as told:
        assert "firstboot-getty" in str(told)
    else:
        raise AssertionError("rpm has not seen the mode")


def test_what_is_set_in_etc_is_configuration():
    marked = {line.lstrip("/") for line in run("rpm", "-qp", "--configfiles", package("firstboot")).splitlines()}
    assert marked == {name for name in MESON if name.startswith("etc/")}


def test_removal_leaves_an_empty_root_empty():
    root = empty_root("rpm-removal")
    files_only(root, "-i", package("firstboot"), package("firstboot-console"))
    files_only(root, "-e", "firstboot-console")
    assert not console_taken(root) and not any((root / dropin).exists() for dropin in DROPINS)
    files_only(root, "-e", "firstboot")
    assert not [name for name in files(root) if not name.startswith(NOTED)]


def test_scripts_make_the_accounts_and_the_state():
    root = debian("rpm-scripts")
    scripted(root, "-i", package("firstboot"), package("firstboot-console"))
    for name in OWN:
        fields = account(root, name)
        assert fields and fields[8].startswith("!"), (name, fields)
    assert (root / "var/lib/firstboot").stat().st_mode & 0o7777 == 0o700
    assert not list((root / "var/lib/firstboot").iterdir())     # without a state file it counts as claimed
    assert sorted(console_taken(root)) == [f"{dropin}/10-firstboot.conf" for dropin in DROPINS]


def test_upgrade_keeps_what_the_machine_is():
    root = debian("rpm-upgrade")
    scripted(root, "-i", package("firstboot"), package("firstboot-console"))
    (root / "var/lib/firstboot/state").write_text("claimed\n")
    with open(root / "etc/pam.d/firstboot", "a", encoding="ascii") as f:
        f.write("# ours\n")
    before = tree(root, "etc", "usr", "var")
    scripted(root, "-U", package("firstboot", "el9.1"), package("firstboot-console", "el9.1"))
    assert rpm(root, "-q", "firstboot", "firstboot-console").count(".el9.1") == 2
    same(tree(root, "etc", "usr", "var"), before)


def test_removal_gives_the_console_back():
    root = debian("rpm-remove")
    before = tree(root, "etc", "usr", "var")
    scripted(root, "-i", package("firstboot"), package("firstboot-console"))
    accounts = {name: account(root, name) for name in OWN}
    scripted(root, "-e", "firstboot-console")
    assert not console_taken(root)
    scripted(root, "-e", "firstboot")
    after = tree(root, "etc", "usr", "var")
    left = {name for name in {**before, **after} if before.get(name) != after.get(name) and not name.startswith(SHARED)} - ACCOUNTS - {ISSUES}
    assert not left, left
    # As Red Hat's guidelines have it the accounts stay: locked, with a shell that is no more.
    for name, fields in accounts.items():
        assert account(root, name) == fields and fields[8].startswith("!")
        assert not (root / fields[6].lstrip("/")).exists() or fields[6].endswith("nologin"), fields


if __name__ == "__main__":
    build()
    MESON = meson_install(next(PLACE.glob(f"BUILD/{NAME}/_rpmbuild")), "rpm-meson")
    case.run(dict(globals()))
