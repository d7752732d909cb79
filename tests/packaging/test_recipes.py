# SPDX-License-Identifier: LGPL-2.1-or-later
"""What makes an image an appliance: the steps are done in a Debian 12, and the recipes read by the programs they are for.

Kickstart's validator and osbuild are not to be had on Debian: of the fragment the %post section is run, of the blueprint the unit
is verified and run, and both are held to the form that they must have.
"""

import os
import re
import shutil
import subprocess
import tomllib

from packaging import ARCHIVE, NAME, WORK, account, case, debian_root, folder, run

KS_COMMANDS = ("rootpw", "firstboot")


def install(root):
    """The project as meson puts it into a root, without a package."""
    run("meson", "install", "-C", os.environ["PACKAGING_BUILD"], "--no-rebuild", "--quiet", "--destdir", root.parent / "tree")
    run("sh", "-c", 'tar -c -C "$0" --owner=0 --group=0 . | tar -x -C "$1" --keep-directory-symlink', root.parent / "tree", root)


def image(name):
    """A Debian 12 with the project, a key for root and what a machine has after its first boot."""
    root = debian_root(name)
    install(root)
    (root / "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    for path in "etc/ssh/ssh_host_rsa_key", "root/.ssh/authorized_keys", "var/lib/firstboot/state", "var/lib/firstboot/journal":
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("a machine's own\n")
    run("usermod", f"--root={root}", "--password", "$y$j9T$aaaa$bbbb", "root")
    return root


def chroot(root, script, **kw):
    return run("chroot", root, "sh", "-c", script, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}, **kw)


def is_appliance(root):
    """Nobody owns it, nobody can log in, and nothing of one machine is left."""
    state = root / "var/lib/firstboot/state"
    assert state.read_text() == "unclaimed\n" and state.stat().st_mode & 0o7777 == 0o600
    assert state.parent.stat().st_mode & 0o7777 == 0o700 and list(state.parent.iterdir()) == [state]
    assert account(root, "root")[8].startswith("!")
    assert not (root / "root/.ssh/authorized_keys").exists() and not list((root / "etc/ssh").glob("ssh_host_*"))
    assert (root / "etc/machine-id").read_text() == ""
    assert re.findall(r"^LOGIN_RETRIES.*", (root / "etc/login.defs").read_text(), re.M) == ["LOGIN_RETRIES 1"]


def test_make_appliance_from_outside():
    root = image("outside")
    run(RECIPES / "make-appliance", root)
    is_appliance(root)
    run(RECIPES / "make-appliance", root)     # once more does no harm
    is_appliance(root)


def test_make_appliance_refuses_what_has_no_firstboot():
    root = folder("bare")
    done = subprocess.run([RECIPES / "make-appliance", root], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "there is no firstboot" in done.stderr and not list(root.iterdir()), done


def kickstart():
    """The commands, and the sections by name, of the fragment."""
    text = (RECIPES / "kickstart/firstboot.ks").read_text()
    sections = re.findall(r"^%(packages|post)\b([^\n]*)\n(.*?)^%end$", text, re.M | re.S)
    rest = re.sub(r"^%(packages|post)\b.*?^%end$", "", text, flags=re.M | re.S)
    commands = [line.split() for line in rest.splitlines() if line.strip() and not line.startswith("#")]
    return commands, {name: (options, body) for name, options, body in sections}


def test_kickstart_is_in_form():
    commands, sections = kickstart()
    assert [c[0] for c in commands] == list(KS_COMMANDS) and not [c for c in commands if c[0].startswith("%")]
    assert sections["packages"][1].split() == ["firstboot", "firstboot-console"]
    assert "--erroronfail" in sections["post"][0]


def test_kickstart_post_makes_an_appliance():
    root = image("kickstart")
    chroot(root, kickstart()[1]["post"][1])
    is_appliance(root)


def test_mkosi_takes_its_configuration():
    said = run("mkosi", "-C", RECIPES / "mkosi", "summary")
    for name, value in {"Distribution": "debian", "Release": "bookworm", "Output Format": "gpt_ext4", "Bootable": "yes"}.items():
        assert re.search(rf"^ *{name}: {value}\b", said, re.M), (name, said)
    assert re.search(r"^ *Packages: systemd\n(?: +[\w.-]+\n)*? +libpwquality1$", said, re.M), said
    assert re.search(r"^ *Postinstall Script: .*/mkosi\.postinst$", said, re.M), said


def test_packer_takes_its_template():
    place = folder("packer")
    for name in "image", "key":
        (place / name).write_text("")
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place / "login")
    template = RECIPES / "packer/appliance.pkr.hcl"
    given = {"image": place / "image", "image_checksum": "none", "packages": place, "key": place / "login"}
    said = run("packer", "validate", *(f"-var={name}={value}" for name, value in given.items()), template, env=packer_env(place))
    assert "Error" not in said, said
    run("packer", "fmt", "-check", template, env=packer_env(place))


def packer_env(place):
    """Packer asks nobody, and leaves nothing behind."""
    return {**os.environ, "CHECKPOINT_DISABLE": "1", "PACKER_CONFIG_DIR": str(place), "PACKER_NO_COLOR": "1"}


def blueprint():
    return tomllib.loads((RECIPES / "osbuild/appliance.toml").read_text())


def test_blueprint_is_in_form():
    found = blueprint()
    assert set(found) == {"name", "description", "version", "packages", "customizations"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", found["version"])
    assert {"firstboot", "firstboot-console"} <= {p["name"] for p in found["packages"]}
    assert set(found["customizations"]) == {"services", "directories", "files"}
    for file in found["customizations"]["files"]:
        assert set(file) == {"path", "mode", "data"} and file["path"].startswith("/etc/"), file


def test_blueprint_unit_makes_a_machine_unclaimed():
    file, = [f for f in blueprint()["customizations"]["files"] if f["path"].endswith(".service")]
    name = os.path.basename(file["path"])
    assert name.removesuffix(".service") in blueprint()["customizations"]["services"]["enabled"]
    root = debian_root("blueprint")
    install(root)
    (root / file["path"].lstrip("/")).write_text(file["data"])
    chroot(root, f"systemctl enable {name} && systemd-analyze verify --man=no {name}")
    (root / "var/lib/firstboot").mkdir(mode=0o700)      # PID 1's part
    command, = re.findall(r"^ExecStart=(.*)", file["data"], re.M)
    chroot(root, f"umask {re.search(r'^UMask=(.*)', file['data'], re.M)[1]}; {command}")
    state = root / "var/lib/firstboot/state"
    assert state.read_text() == "unclaimed\n" and state.stat().st_mode & 0o7777 == 0o600


def test_recipes_do_the_same_steps():
    """The fragment of kickstart has make-appliance's steps, in its order and its words."""
    steps = (RECIPES / "make-appliance").read_text().replace('${root:+--root "$root"} ', "").replace('$root', "")
    plain = steps.replace('"', "").splitlines()
    body = kickstart()[1]["post"][1]
    for line in body.replace('"', "").splitlines():
        assert line in plain, line


if __name__ == "__main__":
    run("tar", "-C", WORK, "-xf", ARCHIVE, f"{NAME}/data/packaging")
    RECIPES = WORK / NAME / "data/packaging"
    assert shutil.which("mkosi") and shutil.which("packer")
    case.run(dict(globals()))
