#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot --audit: an image that is closed has no finding, and each way to open it has its own."""

import os
import re
import shutil
import subprocess
import tempfile

import case

PROGRAM = "usr/libexec/firstboot/firstboot-console"
DROPIN = "systemd/system/getty@tty1.service.d/10-firstboot.conf"
HARDENING = "/usr/share/firstboot/hardening"
COPIED = ["etc/passwd", "etc/group", "etc/shadow", "etc/login.defs", "etc/shells", "etc/pam.d/firstboot", PROGRAM,
          "usr/share/dbus-1/system.d/org.firstboot.Firstboot1.conf", "usr/share/polkit-1/rules.d/10-firstboot.rules",
          "usr/lib/firstboot/firstboot.conf", "etc/ssh/sshd_config.d/50-firstboot.conf", "var/lib/firstboot/state"]
# What pam-auth-update makes of the package's profile.
PROFILE = "/usr/share/pam-configs/firstboot"
UNITS = [unit + ".service" for unit in ("getty@", "serial-getty@", "container-getty@", "console-getty")]


def audit(root):
    """Exit status, and the findings as (rule, cause). What is worth knowing is no finding."""
    done = subprocess.run(["firstboot", "--audit", f"--root={root}"], capture_output=True, text=True, timeout=10, check=False)
    assert not done.stderr, done
    found = re.findall(r"^([a-z-]+): (.+)\n    \S.*$", done.stdout, re.M)
    assert re.search(rf"^{len(found)} findings?\.$", done.stdout, re.M), done.stdout
    return done.returncode, found


class Tree:
    """A small image that is whole and closed."""

    def __init__(self):
        self.root = tempfile.mkdtemp(dir="/run")
        for path in COPIED:
            self.make(path)
            shutil.copy2("/" + path, f"{self.root}/{path}")
        for folder in sorted(os.listdir(HARDENING)):
            if os.path.isdir(f"{HARDENING}/{folder}"):
                subprocess.run(["cp", "-a", f"{HARDENING}/{folder}/.", f"{self.root}/etc/"], check=True)
        for unit in UNITS:
            self.write(f"usr/lib/systemd/system/{unit}", "[Service]\nExecStart=-/sbin/agetty -\nImportCredential=agetty.*\nImportCredential=login.*\n")
        self.make("usr/lib/" + DROPIN)
        source = next(p for p in ("/usr/lib/", "/lib/") if os.path.exists(p + DROPIN))
        shutil.copy2(source + DROPIN, f"{self.root}/usr/lib/{DROPIN}")
        self.write("usr/sbin/sshd", "")
        self.write("etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n")
        self.write("usr/bin/crontab", "")
        self.write("usr/bin/at", "")
        self.write("etc/at.deny", "bin\n")
        self.write("etc/machine-id", "uninitialized\n")
        for service in "cron", "atd":
            self.write(f"etc/pam.d/{service}", "@include common-auth\n@include common-account\n")
        with open(PROFILE, encoding="utf-8") as f:
            line = f.read().split("Account:\n")[1].strip()
        self.write("etc/pam.d/common-account", "account [success=1 default=ignore] pam_unix.so\naccount requisite pam_deny.so\n"
                   f"account required pam_permit.so\naccount {line}\n")
        self.write("usr/lib/polkit-1/polkitd", "")
        self.write("etc/default/grub", 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"\n')

    def make(self, path):
        os.makedirs(os.path.dirname(f"{self.root}/{path}"), exist_ok=True)

    def write(self, path, text, mode=0o644):
        self.make(path)
        with open(f"{self.root}/{path}", "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(f"{self.root}/{path}", mode)

    def edit(self, path, pattern, replacement):
        with open(f"{self.root}/{path}", encoding="utf-8") as f:
            text = f.read()
        changed, n = re.subn(pattern, replacement, text, flags=re.M)
        assert n, f"{pattern} is not in {path}"
        self.write(path, changed, os.stat(f"{self.root}/{path}").st_mode & 0o7777)

    def remove(self, path):
        os.unlink(f"{self.root}/{path}")

    def chmod(self, path, mode):
        os.chmod(f"{self.root}/{path}", mode)

    def chown(self, path, uid):
        os.chown(f"{self.root}/{path}", uid, uid)

    def link(self, path, target):
        self.make(path)
        os.symlink(target, f"{self.root}/{path}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)


SHADOW = r"^firstboot:[^:]*:([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):"
SYSTEMD = "etc/systemd/"

# The rules that find it, and what was done to the image.
DAMAGES = {
    "no account": ("account", lambda t: (t.edit("etc/passwd", r"^firstboot:.*\n", ""),)),
    "uid 0": ("account", lambda t: t.edit("etc/passwd", r"^(firstboot:[^:]*):\d+", r"\1:0")),
    "a shell for a shell": ("account", lambda t: t.edit("etc/passwd", r"^(firstboot:.*):[^:]*$", r"\1:/bin/bash")),
    "no shell at all": ("account", lambda t: t.edit("etc/passwd", r"^(firstboot:.*):[^:]*$", r"\1:")),
    "no program": ("account-shell", lambda t: t.remove(PROGRAM)),
    "program not executable": ("account-shell", lambda t: t.chmod(PROGRAM, 0o644)),
    "program set-uid": ("account-shell", lambda t: t.chmod(PROGRAM, 0o4755)),
    "program for all to write": ("account-shell owner", lambda t: t.chmod(PROGRAM, 0o777)),
    "program of another's": ("account-shell owner", lambda t: t.chown(PROGRAM, 1000)),
    "program in shells": ("account-shell", lambda t: t.write("etc/shells", f"/bin/sh\n/{PROGRAM}\n")),
    "empty password": ("account-password", lambda t: t.edit("etc/shadow", SHADOW, r"firstboot::\1:\2:\3:\4:\5:\6:")),
    "a password": ("account-password", lambda t: t.edit("etc/shadow", SHADOW, r"firstboot:$y$j9T$x$y:\1:\2:\3:\4:\5:\6:")),
    "a password that ages": ("account-aging", lambda t: t.edit("etc/shadow", SHADOW, r"firstboot:!*:\1:\2:90:\4:\5:\6:")),
    "a password to be changed": ("account-aging", lambda t: t.edit("etc/shadow", SHADOW, r"firstboot:!*:0:\2:\3:\4:\5:\6:")),
    "an account that expires": ("account-aging", lambda t: t.edit("etc/shadow", SHADOW, r"firstboot:!*:\1:\2:\3:\4:\5:1:")),
    "in a group": ("account-groups", lambda t: t.edit("etc/group", r"^(tty:.*)$", r"\1firstboot")),
    "in a group, not alone": ("account-groups", lambda t: t.edit("etc/group", r"^(tty:.*)$", r"\1bob,firstboot,eve")),
    "a home that it may write": ("account-home", lambda t: (t.write("home/f/x", ""), t.chown("home/f", 999),
                                 t.edit("etc/passwd", r"^(firstboot:.*):[^:]*:([^:]*)$", r"\1:/home/f:\2"))),
    "a key for ssh": ("account-home image-keys", lambda t: (t.write("home/f/.ssh/authorized_keys", ""),
                      t.edit("etc/passwd", r"^(firstboot:.*):[^:]*:([^:]*)$", r"\1:/home/f:\2"))),
    "jobs": ("account-jobs", lambda t: t.edit("etc/pam.d/common-account", ".*pam_succeed_if.*\n", "")),
    "jobs of another": ("account-jobs", lambda t: t.edit("etc/pam.d/common-account", "user = firstboot", "user = bob")),
    "jobs in spite of a list": ("account-jobs", lambda t: (no_profile(t), t.write("etc/at.deny", "firstboot\n"),
                                t.write("etc/cron.deny", "# firstboot\nbob\n"))),
    "jobs of cron, allowed": ("account-jobs", lambda t: (no_profile(t), t.write("etc/at.deny", "firstboot\n"), t.write("etc/cron.allow", "firstboot\n"),
                              t.write("etc/cron.deny", "firstboot\n"))),
    "jobs after what suffices": ("account-jobs", lambda t: t.edit("etc/pam.d/common-account", "^", "account sufficient pam_unix.so\n")),
    "jobs let through by the first line": ("account-jobs", lambda t: (red_hat(t), t.write("etc/security/access.conf", "+:ALL:LOCAL\n"))),
    "jobs with no pam_access": ("account-jobs", lambda t: (red_hat(t), t.write("etc/pam.d/atd", "account include system-auth\n"))),
    "lingering": ("account-linger", lambda t: t.write("var/lib/systemd/linger/firstboot", "")),
    "ssh": ("account-ssh", lambda t: t.remove("etc/ssh/sshd_config.d/50-firstboot.conf")),
    "ssh without include": ("account-ssh", lambda t: t.write("etc/ssh/sshd_config", "#Include /etc/ssh/sshd_config.d/*.conf\n")),
    "ssh behind a match": ("account-ssh", lambda t: t.write("etc/ssh/sshd_config.d/50-firstboot.conf", "Match User bob\nDenyUsers firstboot\n")),
    "polkit, hidden": ("account-polkit", lambda t: t.write("etc/polkit-1/rules.d/10-firstboot.rules", "")),
    "polkit": ("account-polkit", lambda t: t.remove("usr/share/polkit-1/rules.d/10-firstboot.rules")),
    "sudo": ("account-sudo sudo-nopasswd", lambda t: t.write("etc/sudoers.d/90-x", "firstboot ALL=(ALL) NOPASSWD: ALL\n")),
    "another getty": ("getty", lambda t: t.write(SYSTEMD + "system/getty@tty1.service.d/20-x.conf", "[Service]\nExecStart=\nExecStart=/sbin/agetty tty1\n")),
    "another getty for all": ("getty", lambda t: t.write(SYSTEMD + "system/getty@.service.d/90-x.conf", "[Service]\nExecStart=\nExecStart=/sbin/getty tty1\n")),
    "masked drop-in": ("getty", lambda t: t.link(SYSTEMD + "system/getty@tty1.service.d/10-firstboot.conf", "/dev/null")),
    "start limit": ("getty", lambda t: t.edit("usr/lib/" + DROPIN, "^StartLimitIntervalSec=0", "StartLimitIntervalSec=10")),
    "credentials": ("getty-credentials", lambda t: t.remove(SYSTEMD + "system/serial-getty@.service.d/50-firstboot-credentials.conf")),
    "credentials again": ("getty-credentials", lambda t: t.write(SYSTEMD + "system/serial-getty@.service.d/90-x.conf", "[Service]\nImportCredential=login.*\n")),
    "autologin of root": ("getty-autologin", lambda t: t.write(SYSTEMD + "system/serial-getty@.service.d/90-x.conf",
                          "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin root %I\n")),
    "autologin on one": ("getty-autologin", lambda t: t.write(SYSTEMD + "system/getty@tty3.service.d/x.conf",
                         "[Service]\nExecStart=\nExecStart=-/sbin/agetty -a bob %I\n")),
    "a unit of one's own": ("getty-autologin", lambda t: t.write(SYSTEMD + "system/serial-getty@ttyS0.service", "[Service]\nExecStart=/bin/login -f root\n")),
    "a shell on another": ("getty-autologin", lambda t: t.write(SYSTEMD + "system/getty@tty3.service.d/x.conf", "[Service]\nExecStart=\nExecStart=/bin/bash\n")),
    "another shell": ("login-fallback", lambda t: t.write("etc/login.defs", "LOGIN_SHELL_FALLBACK yes\n")),
    "no policy of the bus": ("service-files", lambda t: t.remove("usr/share/dbus-1/system.d/org.firstboot.Firstboot1.conf")),
    "no PAM": ("service-files", lambda t: t.remove("etc/pam.d/firstboot")),
    "no state": ("claim", lambda t: t.remove("var/lib/firstboot/state")),
    "a state for all to write": ("claim owner", lambda t: t.chmod("var/lib/firstboot/state", 0o666)),
    "a state of nonsense": ("claim", lambda t: t.write("var/lib/firstboot/state", "maybe\n", 0o600)),
    "root without a password": ("root-password", lambda t: t.edit("etc/shadow", "^root:[^:]*", "root:")),
    "root with the vendor's": ("root-password", lambda t: t.edit("etc/shadow", "^root:[^:]*", "root:$y$j9T$x$y")),
    "a line not understood": ("configuration", lambda t: t.write("etc/firstboot/firstboot.conf", "[Web]\nPort=many\n")),
    "colours that are hard to read": ("configuration", lambda t: t.write("etc/firstboot/firstboot.conf.d/x.conf", "[Theme]\nText=red black\n")),
    "a picture that is too large": ("configuration", lambda t: (t.write("usr/share/acme/logo", "x" * 61 + "\n"),
                                    t.write("etc/firstboot/firstboot.conf", "[Product]\nLogo=/usr/share/acme/logo\n"))),
    "a step that nobody has": ("configuration", lambda t: t.write("etc/firstboot/firstboot.conf", "[Wizard]\nSteps=welcome password licence\n")),
    "a licence that is not there": ("configuration", lambda t: t.write("etc/firstboot/firstboot.conf", "[Wizard]\nEULA=/usr/share/acme/LICENCE\n")),
    "a step with a fault": ("configuration", lambda t: t.write("etc/firstboot/steps.d/50-licence.step", "[Step]\nTitle=Licence\nNonsense=1\n")),
    "a step without its program": ("configuration", lambda t: t.write("etc/firstboot/steps.d/50-licence.step", "[Step]\nTitle=Licence\nApply=none\n")),
    "a step's program for all to write": ("owner configuration", lambda t: (
        t.write("etc/firstboot/steps.d/50-a.step", "[Step]\nTitle=A\nApply=a\n"), t.write("usr/lib/firstboot/steps.d/a", "#!/bin/sh\n", 0o757))),
    "configuration of others": ("owner configuration", lambda t: (t.write("etc/firstboot/firstboot.conf", ""), t.chown("etc/firstboot/firstboot.conf", 1000))),
    "configuration for all to write": ("owner configuration", lambda t: t.write("etc/firstboot/firstboot.conf.d/x.conf", "", 0o666)),
    "a folder for all to write": ("owner configuration", lambda t: t.chmod("usr/lib/firstboot", 0o777)),
    "a password of another's": ("image-passwords", lambda t: t.edit("etc/shadow", r"\Z", "bob:$y$j9T$x$y:20000:0:99999:7:::\n")),
    "no password of another's": ("image-passwords", lambda t: t.edit("etc/shadow", r"\Z", "bob::20000:0:99999:7:::\n")),
    "a key of root's": ("image-keys", lambda t: t.write("root/.ssh/authorized_keys", "ssh-ed25519 x\n")),
    "a host key": ("image-identity", lambda t: t.write("etc/ssh/ssh_host_ed25519_key", "x", 0o600)),
    "a machine-id": ("image-identity", lambda t: t.write("etc/machine-id", "0123456789abcdef0123456789abcdef\n")),
    "a machine-id of D-Bus": ("image-identity", lambda t: t.write("var/lib/dbus/machine-id", "0123456789abcdef0123456789abcdef\n")),
    "a random seed": ("image-identity", lambda t: t.write("var/lib/systemd/random-seed", "x")),
    "sudo without a password": ("sudo-nopasswd", lambda t: t.write("etc/sudoers.d/bob", "bob ALL=(ALL) NOPASSWD: ALL\n")),
    "sudo for all": ("sudo-nopasswd", lambda t: t.write("etc/sudoers", "Defaults !authenticate\n")),
    "two roots": ("other-roots", lambda t: t.edit("etc/passwd", r"\Z", "toor:x:0:0::/root:/bin/sh\n")),
    "other terminals": ("other-terminals", lambda t: t.write(SYSTEMD + "logind.conf.d/90-x.conf", "[Login]\nNAutoVTs=6\n")),
    "a login that is left": ("idle-logout", lambda t: t.write(SYSTEMD + "logind.conf.d/90-x.conf", "[Login]\nStopIdleSessionSec=infinity\n")),
    "Ctrl-Alt-Del": ("ctrl-alt-del", lambda t: t.remove(SYSTEMD + "system/ctrl-alt-del.target")),
    "Ctrl-Alt-Del, seven times": ("ctrl-alt-del", lambda t: t.remove(SYSTEMD + "system.conf.d/50-firstboot-ctrl-alt-del.conf")),
    "SysRq": ("sysrq", lambda t: t.write("etc/sysctl.d/90-x.conf", "kernel.sysrq=438\n")),
    "SysRq, nobody says": ("sysrq", lambda t: t.remove("etc/sysctl.d/50-firstboot-sysrq.conf")),
    "debug shell": ("debug-shell", lambda t: (t.remove(SYSTEMD + "system/debug-shell.service"),
                    t.link(SYSTEMD + "system/sysinit.target.wants/debug-shell.service", "/usr/lib/systemd/system/debug-shell.service"))),
    "debug shell by the kernel": ("kernel-arguments", lambda t: t.write("etc/default/grub", 'GRUB_CMDLINE_LINUX="quiet systemd.debug-shell=1"\n')),
    "another init": ("kernel-arguments", lambda t: t.write("boot/loader/entries/a.conf", "options root=/dev/vda init=/bin/sh\n")),
    "single, by GRUB": ("kernel-arguments", lambda t: t.write("boot/grub/grub.cfg", "menuentry 'single' {\n  linux /vmlinuz root=/dev/vda ro single\n}\n")),
    "a credential by GRUB": ("kernel-arguments", lambda t: t.write("boot/grub2/grubenv", "kernelopts=root=/dev/vda systemd.set_credential=login.noauth:yes\n")),
    "a shell of dracut's": ("kernel-arguments", lambda t: t.write("etc/dracut.conf.d/x.conf", 'kernel_cmdline+=" rd.shell=1 "\n')),
    "a shell in the initramfs": ("initramfs", lambda t: (t.write("usr/sbin/update-initramfs", ""), t.remove("etc/initramfs-tools/conf.d/50-firstboot-initramfs"))),
    "a shell in dracut's initramfs": ("initramfs", lambda t: (t.write("usr/bin/dracut", ""), t.remove("etc/dracut.conf.d/50-firstboot-initramfs.conf"))),
    "rescue without a password, by the manager": ("rescue", lambda t: t.write(SYSTEMD + "system.conf.d/x.conf",
                                                  "[Manager]\nDefaultEnvironment=A=b SYSTEMD_SULOGIN_FORCE=1\n")),
    "rescue without a password": ("rescue", lambda t: t.write(SYSTEMD + "system/rescue.service.d/x.conf", "[Service]\nEnvironment=SYSTEMD_SULOGIN_FORCE=1\n")),
}


def no_profile(tree):
    tree.edit("etc/pam.d/common-account", ".*pam_succeed_if.*\n", "")


def red_hat(tree):
    """Cron and at as on Red Hat's."""
    no_profile(tree)
    for service in "crond", "atd":
        tree.write(f"etc/pam.d/{service}", "account required pam_access.so\naccount include system-auth\n")
    tree.remove("etc/pam.d/cron")
    tree.write("etc/pam.d/system-auth", "account required pam_unix.so\n")
    tree.write("etc/security/access.d/50-firstboot.conf", "# jobs\n-:firstboot:cron crond at atd\n")


def nothing(_):
    """Leave it as it is."""


# What is closed all the same.
CLOSED = {
    "as the package has it": nothing,
    "jobs refused by lists": lambda t: (no_profile(t), t.write("etc/cron.deny", "firstboot\n"), t.write("etc/at.allow", "root\n")),
    "jobs refused as on Red Hat's": red_hat,
    "makers of an initramfs": lambda t: (t.write("usr/bin/dracut", ""), t.write("usr/sbin/update-initramfs", "")),
    "an entry of GRUB's": lambda t: t.write("boot/grub/grub.cfg", "set superusers=root\npassword_pbkdf2 root x\n linux /vmlinuz ro quiet init=/sbin/init\n"),
    "a machine in use": lambda t: (t.write("var/lib/firstboot/state", "claimed\n", 0o600), t.write("etc/ssh/ssh_host_rsa_key", "x"),
                                   t.write("root/.ssh/authorized_keys", "x"), t.edit("etc/shadow", "^root:[^:]*", "root:$y$j9T$x$y")),
}

# What is worth knowing.
NOTED = {
    "no way in": ("shell: with Shell=off", lambda t: t.write("etc/firstboot/firstboot.conf", "[Console]\nShell=off\n")),
    "no shell": ("shell: with Shell=restricted", lambda t: t.write("etc/firstboot/firstboot.conf", "[Console]\nShell=restricted\n")),
    "GRUB without a password": ("boot-loader: whoever sits", lambda t: t.write("boot/grub/grub.cfg", "linux /vmlinuz ro quiet\n")),
}


@case.variants(*[(name,) for name in CLOSED])
def test_a_closed_image_has_no_finding(name):
    with Tree() as tree:
        CLOSED[name](tree)
        assert audit(tree.root) == (0, [])


@case.variants(*[(name,) for name in NOTED])
def test_what_is_worth_knowing_is_no_finding(name):
    noted, change = NOTED[name]
    with Tree() as tree:
        change(tree)
        done = subprocess.run(["firstboot", "--audit", f"--root={tree.root}"], capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 0 and f"({noted}" in done.stdout, done


def test_links_of_an_image_lead_into_it():
    """What stands here at their target says nothing of it."""
    with Tree() as tree:
        tree.write("opt/sudoers", "bob ALL=(ALL) NOPASSWD: ALL\n")
        tree.link("etc/sudoers", "/opt/sudoers")
        assert audit(tree.root) == (1, [("sudo-nopasswd", "/etc/sudoers:1 makes somebody root without a password.")])


@case.variants(*[(name,) for name in DAMAGES])
def test_damage_is_found(name):
    rule, damage = DAMAGES[name]
    with Tree() as tree:
        damage(tree)
        status, found = audit(tree.root)
    assert status == 1 and {r for r, _ in found} == set(rule.split()), (status, found)


def test_what_is_wrong_has_its_file_line_and_rule():
    with Tree() as tree:
        tree.write("usr/lib/firstboot/firstboot.conf.d/10-acme.conf",
                   "[Product]\nNmae=Acme\n[Wizard]\nSteps=welcome nothing\nSkippable=password\n[Theme]\nBar=white\n\nText=yellow red\n")
        tree.write("etc/firstboot/firstboot.conf", "[Wizard]\nEULA=/none\n")
        found = [cause for rule, cause in audit(tree.root)[1] if rule == "configuration"]
    dropin = "/usr/lib/firstboot/firstboot.conf.d/10-acme.conf"
    assert found == [
        f"{dropin}:2: There is no key Nmae= in section [Product]. Is Name= meant?",
        f"{dropin}:7: Bar= takes two colours, of the text and behind it: black, red, green, yellow, blue, magenta, cyan or white, "
        "the first perhaps as bright-white.",
        f"{dropin}:9: Text=yellow red is too hard to read: the contrast of the two is less than 4.5 to 1.",
        f'{dropin}:4: Steps=: "nothing" is no step, neither built in nor in steps.d.',
        f'{dropin}:5: Skippable=: "password" cannot be left out.',
        "/etc/firstboot/firstboot.conf:2: EULA=/none is not there, so nobody can agree to it, and nobody can set this appliance up.",
    ], found


def test_every_rule_has_its_damage():
    empty = tempfile.mkdtemp(dir="/run")
    rules = {rule for rule, _ in audit(empty)[1]}
    assert rules <= set(" ".join(rule for rule, _ in DAMAGES.values()).split()), rules


def test_a_file_that_cannot_be_read_is_a_finding():
    with Tree() as tree:
        tree.remove("etc/shadow")
        tree.make("etc/shadow/x")
        status, found = audit(tree.root)
    assert status == 1 and all("/etc/shadow cannot be read" in cause for _, cause in found) and found, found


def test_this_machine_needs_no_root_option():
    done = subprocess.run(["firstboot", "--audit"], capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 1 and "ctrl-alt-del: " in done.stdout and "account: " not in done.stdout, done


@case.variants(("--root=/mnt",), ("--audit", "word"), ("--audit", "--status"))
def test_wrong_use(*arguments):
    done = subprocess.run(["firstboot", *arguments], capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 2 and not done.stdout and done.stderr.count("\n") == 1, done


if __name__ == "__main__":
    case.run(globals())
