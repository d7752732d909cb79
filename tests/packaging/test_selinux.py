# SPDX-License-Identifier: LGPL-2.1-or-later
"""The SELinux module, against Debian's policy, whose getty and bus are those of Red Hat's.

It is compiled with the whole of the policy; tests/abuse/v_selinux.py has it in force. The type of services without a policy is Red
Hat's alone, so it is declared here, with what the policies of both have of it.
"""

import bz2
import os
import pathlib
import re

from packaging import HERE, case, folder, run

POLICY = os.environ["PACKAGING_POLICY"]
MODULE = HERE.parents[1] / "data/selinux/firstboot.cil"
SERVICE = """(type unconfined_service_t)
(roletype system_r unconfined_service_t)
(typeattributeset domain (unconfined_service_t))
(typetransition init_t bin_t process unconfined_service_t)
"""
# Where rpm puts what, and what it then is.
LABELS = {
    "/usr/libexec/firstboot/firstboot-getty": "bin_t",
    "/usr/libexec/firstboot/firstboot-console": "bin_t",
    "/usr/bin/firstboot": "bin_t",
    "/usr/lib/firstboot/firstboot.conf": "lib_t",
    "/usr/lib/firstboot/steps.d/50-backup": "lib_t",
    "/etc/firstboot/firstboot.conf": "etc_t",
    "/etc/pam.d/firstboot": "etc_t",
    "/var/lib/firstboot/state": "var_lib_t",
    "/usr/sbin/agetty": "getty_exec_t",
    "/usr/bin/login": "login_exec_t",
}
PLACE = folder("selinux")


def env():
    return {**os.environ, "LD_LIBRARY_PATH": f"{POLICY}/usr/lib/x86_64-linux-gnu"}


def policy():
    """The modules of Debian's policy, in the language of ours."""
    for packed in sorted(pathlib.Path(POLICY, "usr/share/selinux/default").glob("*.pp.bz2")):
        module = PLACE / packed.name.removesuffix(".bz2")
        module.write_bytes(bz2.decompress(packed.read_bytes()))
        run(f"{POLICY}/usr/libexec/selinux/hll/pp", module, module.with_suffix(".cil"), env=env())
    return sorted(PLACE.glob("*.cil"))


def compile_policy(*more, modules=None):
    return run(f"{POLICY}/usr/bin/secilc", "--mls", "true", "-o", PLACE / "policy", "-f", PLACE / "contexts", *(modules or MODULES), *more,
               env=env())


def written(name, lines):
    path = PLACE / name
    path.write_text(lines)
    return path


def allows(rule, *more, modules=None):
    """Whether a policy has a rule: it is refused then if it must never have it."""
    try:
        compile_policy(*more, written("never", f"(neverallow {rule})\n"), modules=modules)
    except AssertionError as error:
        assert "neverallow" in str(error), error
        return True
    return False


def red_hat():
    """The modules, with the one type that a service without a policy can have."""
    modules = [path for path in MODULES if "(typetransition init_t bin_t process " not in path.read_text()]
    base, = set(MODULES) - set(modules)
    changed = written("changed", re.sub(r"\(typetransition init_t bin_t process .*", "", base.read_text()))
    return [changed, *modules, written("service", SERVICE)]


def text():
    return "\n".join(path.read_text() for path in MODULES)


def test_bus_hands_descriptors_on_by_the_module_alone():
    rule = "system_dbusd_t tty_device_t (chr_file (ioctl))"
    assert allows(rule, MODULE) and not allows(rule)


def test_what_a_service_starts_on_a_terminal_is_a_getty():
    rule = "unconfined_service_t getty_t (process (transition))"
    assert allows(rule, MODULE, modules=red_hat()) and not allows(rule, modules=red_hat())


def test_from_the_getty_on_login_is_the_policys_own():
    """What the module relies on: the getty starts login in its domain, and a session's shell may be a program of any kind."""
    assert "(typetransition getty_t login_exec_t process local_login_t)" in text()
    assert "(allow unconfined_t bin_t (file (entrypoint)))" in text()


def test_files_have_the_labels_that_the_spec_says():
    compile_policy()
    for path, label in LABELS.items():
        said = run(f"{POLICY}/usr/sbin/matchpathcon", "-m", "file", "-f", PLACE / "contexts", "-P", "/", path, env=env())
        assert f":{label}:" in said, said


if __name__ == "__main__":
    MODULES = policy()
    case.run(dict(globals()))
