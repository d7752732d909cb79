# SPDX-License-Identifier: LGPL-2.1-or-later
"""An appliance on a virtual machine, for those who try to get past its console."""
import re

PASSWORD = 'a quiet green lamp 7'
WIZARD = r'Welcome \d of'
DASHBOARD = r'F8/8 Log in'
CONSOLE = '/usr/libexec/firstboot/firstboot-console'
# What may run on tty1 while nobody has given root's password.
# The last is what PID 1 calls its child until that has become the getty.
OURS = {'login', 'agetty', 'firstboot-getty', 'firstboot-conso', '(ot-getty)'}


def expect(truth, what):
    if not truth:
        raise AssertionError(what)


def equal(got, wanted, what):
    expect(got == wanted, f'{what}: {got!r} instead of {wanted!r}')


def switch_on(vm, append=''):
    """Until the wizard is there and nothing is left to be started."""
    vm.start(append=append)
    vm.wait(WIZARD, 180)
    vm.run('systemctl is-system-running --wait || systemctl --failed; true', 120)


def claim(vm):
    """As if somebody had set it up."""
    vm.run(f'echo "root:{PASSWORD}" | chpasswd; echo claimed >/var/lib/firstboot/state; systemctl restart getty@tty1')
    vm.wait(DASHBOARD, 90)


def harden(vm, *folders):
    """Copy folders of the hardening as its README says, and let them count."""
    for folder in folders or ['*']:
        vm.run(f'for f in /usr/share/firstboot/hardening/{folder}/; do cp -a $f. /etc/; done')
    vm.run('systemctl daemon-reexec; systemctl restart systemd-logind; sysctl -q -p /etc/sysctl.d/50-firstboot-sysrq.conf 2>/dev/null; true', 120)


def as_account(command, account='firstboot'):
    """A shell command as the account, without what it gets from no_new_privs."""
    quoted = command.replace("'", "'\\''")
    return (f"setpriv --reuid {account} --regid {account} --clear-groups env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "
            f"sh -c '{quoted}' </dev/null")


def in_session(vm, command):
    """The same inside of the session on tty1, which polkit and logind then take it to belong to: (status, output)."""
    quoted = as_account(command)
    status, output = vm.ask(
        'c=$(cut -d: -f3 /proc/$(pgrep -o -u firstboot firstboot-conso)/cgroup); '
        f'(echo $BASHPID >/sys/fs/cgroup$c/cgroup.procs; export XDG_RUNTIME_DIR=/run/user/$(id -u firstboot); {quoted})', 90)
    return status, output.decode(errors='replace')


def processes(vm, tty='tty1'):
    """Names of the processes that have this terminal."""
    return set(vm.run(f'ps -o comm= -t {tty} || true').split())


def no_shell(vm):
    """Nothing of a shell is on tty1, and nothing of the account's but the start screen."""
    strange = processes(vm) - OURS
    expect(not strange, f'on tty1 runs {strange}')
    strange = set(vm.run('ps -o comm= -u firstboot || true').split()) - OURS
    expect(not strange, f'as firstboot runs {strange}')
    shown = '\n'.join(vm.screen()).rstrip()
    expect(not re.search(r'[#$] ?$', shown), f'a prompt: {shown}')


# What pam_motd(8) runs as root at a login whose home has no .hushlogin: none of it reads the terminal.
MOTD = re.compile(r'root +\S+ (.*update-motd\.d\b.*|uname -\w+)')


def watch(vm, seconds):
    """For so long: the names of all processes that were on tty1 or the account's, but for root's message of the day."""
    columns = '-o user= -o comm= -o args='
    script = (f'end=$((SECONDS+{seconds})); while [ $SECONDS -lt $end ]; do ps -w -w {columns} -t tty1; ps -w -w {columns} -u firstboot 2>/dev/null; '
              'sleep 0.1; done | sort -u')
    lines = vm.run(script, seconds + 30).splitlines()
    return {line.split()[1] for line in lines if line.strip() and not MOTD.fullmatch(line.rstrip())}


def screen_pid(vm):
    """The process of the start screen, 0 where there is none."""
    return int(vm.run('pgrep -o -u firstboot firstboot-conso || echo 0'))
