# SPDX-License-Identifier: LGPL-2.1-or-later
"""Debian's packages: built, checked by lintian, installed into a Debian 12, upgraded, removed and purged."""

import os
import re
import shutil

from packaging import (ARCHIVE, DROPINS, VERSION, WORK, account, case, console_taken, debian_root, debs, merged, meson_install, run,
                       same, tree, unpack)

PLACE = WORK / "deb"
PURGED = ("etc", "usr", "var", "opt", "srv", "root", "home")
OWN = ("firstboot", "firstboot-prober")
PAPERS = ("usr/share/lintian/", *(f"usr/share/doc/{name}/{paper}" for name in ("firstboot", "firstboot-console")
                                  for paper in ("changelog", "copyright")))
ACCOUNTS = {f"etc/{name}" for name in ("passwd", "shadow", "group", "gshadow")}
PAM = {f"etc/pam.d/common-{name}" for name in ("account", "auth", "password", "session", "session-noninteractive")}


def build():
    """The packages of the archive, into PLACE."""
    PLACE.mkdir()
    source = unpack(PLACE)
    shutil.copy(ARCHIVE, PLACE / f"firstboot_{VERSION}.orig.tar.xz")
    debs.build(source)
    return source


def package(name):
    return debs.package(name, PLACE)


def later(name):
    return debs.later(name, PLACE, WORK / "later")


def apt(root, *arguments, packages=()):
    """apt-get inside a root, without a network: what a package needs must be there already."""
    for path in packages:
        shutil.copy(path, root / "tmp")
    return run("chroot", root, "apt-get", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", "-o", "APT::Sandbox::User=root",
               *arguments, *(f"/tmp/{path.name}" for path in packages),
               env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"})


def brought(root, before):
    """What is new in /etc and /usr of a root, without Debian's papers; nothing that was there has changed."""
    after = tree(root, "etc", "usr")
    changed = {name for name in before if after.get(name) != before[name]} - ACCOUNTS - PAM
    assert not changed, changed
    return {merged(name): what for name, what in after.items()
            if name not in before and what[0] != "d" and not name.startswith(PAPERS)}


def made(root):
    """The links that tmpfiles.d makes outside of what a boot throws away."""
    fields = [line.split() for line in lines_of(root, "usr/lib/tmpfiles.d/firstboot.conf") if line.startswith("L")]
    return {f[1].lstrip("/"): f"lrwxrwxrwx 0:0 {f[6]}" for f in fields if not f[1].startswith("/run/")}


def lines_of(root, name):
    return (root / name).read_text().splitlines()


def test_lintian_finds_no_error_and_no_warning():
    changes = next(PLACE.glob("*.changes"))
    said = run("lintian", "--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0", changes)
    assert not re.search(r"^[EW]: ", said, re.M), said


def test_overrides_of_lintian_are_needed():
    said = run("lintian", "--allow-root", "--show-overrides", "--fail-on", "none", next(PLACE.glob("*.changes")))
    assert "unused-override" not in said and "mismatched-override" not in said, said


def test_base_package_is_what_meson_installs():
    root = debian_root("files")
    before = tree(root, "etc", "usr")
    apt(root, "install", packages=[package("firstboot")])
    same(brought(root, before), {name: what for name, what in MESON.items() if not name.startswith(DROPINS)} | made(root))
    assert not console_taken(root)


def test_console_package_is_the_override_alone():
    root = debian_root("console-files")
    apt(root, "install", packages=[package("firstboot")])
    before = tree(root, "etc", "usr")
    apt(root, "install", packages=[package("firstboot-console")])
    same(brought(root, before), {name: what for name, what in MESON.items() if name.startswith(DROPINS)})
    assert sorted(console_taken(root)) == [f"{dropin}/10-firstboot.conf" for dropin in DROPINS]
    program = re.search(r"^ExecStart=-(\S+)", (root / DROPINS[0] / "10-firstboot.conf").read_text(), re.M)[1]
    assert os.access(root / program.lstrip("/"), os.X_OK), program


def test_accounts_are_locked_and_pam_knows_them():
    root = debian_root("accounts")
    apt(root, "install", packages=[package("firstboot")])
    for name in OWN:
        fields = account(root, name)
        assert fields and int(fields[2]) < 1000 and fields[8].startswith("!"), (name, fields)
    assert os.access(root / account(root, "firstboot")[6].lstrip("/"), os.X_OK)
    assert os.access(root / account(root, "firstboot")[5].lstrip("/"), os.R_OK | os.X_OK)
    assert [line for line in lines_of(root, "etc/pam.d/common-account") if "user = firstboot " in line]


def commands(text, indent):
    """The three commands of a text, from the one that installs the packages on."""
    return re.search(rf"(?:^{indent}\S.*\n){{3}}", text[re.search(rf"^{indent}apt-get install", text, re.M).start():], re.M)[0].split("\n")[:3]


def test_three_commands_make_an_appliance():
    """Those of README.md, which firstboot(8) has, too; only that no network is asked."""
    wanted = [line.strip() for line in commands((debs.TOP / "README.md").read_text(), "    ")]
    assert [line.strip() for line in commands((debs.TOP / "data/man/firstboot.8").read_text(), "")] == wanted
    root = debian_root("commands")
    for name in debs.NAMES:
        shutil.copy(package(name), root / "tmp")
    (root / "tmp/firstboot.conf").write_text("[Product]\nName=Acme Backup Appliance\n")
    first, *rest = wanted
    first = first.replace("apt-get install", "apt-get -y -o APT::Sandbox::User=root install")
    run("chroot", root, "sh", "-ec", "cd /tmp\n" + "\n".join([first, *rest]),
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"})
    assert (root / "etc/firstboot/firstboot.conf").read_text().startswith("[Product]")
    assert (root / "var/lib/firstboot/state").read_text() == "unclaimed\n" and console_taken(root)
    assert "LOGIN_RETRIES 1" in lines_of(root, "etc/login.defs") and account(root, "root")[8].startswith("!")


def test_a_machine_is_not_given_away():
    root = debian_root("state")
    apt(root, "install", packages=[package("firstboot"), package("firstboot-console")])
    state = root / "var/lib/firstboot"
    assert state.stat().st_mode & 0o7777 == 0o700 and state.stat().st_uid == 0
    assert not list(state.iterdir())     # without a state file it counts as claimed


def test_units_of_the_boot_are_wanted():
    root = debian_root("units")
    apt(root, "install", packages=[package("firstboot")])
    wanted = {name for name in MESON if ".wants/" in name}
    assert len(wanted) >= 3
    for name in wanted:
        link = root / name
        assert (link.parent / os.readlink(link)).is_file(), name
    assert not [path for path in (root / "etc/systemd/system").rglob("*firstboot*")]
    assert "firstboot" not in run("chroot", root, "systemctl", "list-unit-files", "--state=bad,masked")


def test_upgrade_keeps_what_the_machine_is():
    root = debian_root("upgrade")
    apt(root, "install", packages=[package("firstboot"), package("firstboot-console")])
    (root / "var/lib/firstboot/state").write_text("claimed\n")
    (root / "etc/firstboot").mkdir()
    (root / "etc/firstboot/firstboot.conf").write_text("[Product]\nName=Acme\n")
    with open(root / "etc/pam.d/firstboot", "a", encoding="ascii") as f:
        f.write("# ours\n")
    before, claimed = tree(root, "etc", "usr", "var"), console_taken(root)
    said = apt(root, "install", packages=[later("firstboot"), later("firstboot-console")])
    assert f"firstboot ({VERSION}-2)" in said, said
    same(tree(root, "etc", "usr", "var"), before)
    assert console_taken(root) == claimed != []


def test_removal_gives_the_console_back():
    root = debian_root("remove")
    apt(root, "install", packages=[package("firstboot")])
    before = tree(root, *PURGED)
    apt(root, "install", packages=[package("firstboot-console")])
    apt(root, "remove", "firstboot-console")
    assert not console_taken(root)
    same(tree(root, *PURGED), before)
    apt(root, "install", packages=[package("firstboot-console")])
    apt(root, "remove", "firstboot")     # and what depends on it
    assert not console_taken(root)
    assert not list(root.glob("usr/libexec/firstboot*"))
    assert not [line for line in lines_of(root, "etc/pam.d/common-account") if "firstboot" in line]


def test_purge_leaves_nothing():
    root = debian_root("purge")
    before = tree(root, *PURGED)
    apt(root, "install", packages=[package("firstboot"), package("firstboot-console")])
    (root / "var/lib/firstboot/state").write_text("claimed\n")
    apt(root, "purge", "firstboot", "firstboot-console")
    same(tree(root, *PURGED), before)
    assert not any(account(root, name) for name in OWN) and not console_taken(root)


def test_purge_after_removal_leaves_nothing():
    root = debian_root("remove-purge")
    before = tree(root, *PURGED)
    apt(root, "install", packages=[package("firstboot")])
    apt(root, "remove", "firstboot")
    apt(root, "purge", "firstboot")
    same(tree(root, *PURGED), before)


if __name__ == "__main__":
    SOURCE = build()
    MESON = meson_install(next(SOURCE.glob("obj-*")), "deb-meson")
    case.run(dict(globals()))
