#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The hand-off to root's login, root's shell behind it, and who gets either, on a virtual machine."""
import re
import sys
import time

from abuse import case, machine_main

PASSWORD = 'a quiet green lamp 7'
DASHBOARD = r'F2/2 Settings'
LOGIN = r'Password:'
PROMPT = r'root@\S+:~#'
FLAG = '/run/firstboot/next-login'
CONSOLE = '/usr/libexec/firstboot/firstboot-console'
EIO, EACCES, EPERM = 5, 13, 1
CONF = '/etc/firstboot/firstboot.conf.d/70-test.conf'


def equal(got, wanted, what):
    assert got == wanted, f'{what}: {got!r} instead of {wanted!r}'


def start_screen(vm, other_than='none', seconds=90):
    """Wait for the process of a start screen."""
    end = time.monotonic() + seconds
    while (pid := vm.run('pgrep -o -u firstboot firstboot-conso || echo none')) in (other_than, 'none'):
        assert time.monotonic() < end, f'no start screen but {other_than}'
        time.sleep(0.3)
    return pid


def dashboard(vm, seconds=90):
    vm.wait(DASHBOARD, seconds)


def home(vm):
    """Begin at the start screen, whatever the case before has left."""
    if not re.search(DASHBOARD, '\n'.join(vm.screen())):
        vm.run('systemctl restart getty@tty1')
    dashboard(vm)


def ask_for_login(vm):
    home(vm)
    vm.keys('8')
    vm.wait(LOGIN, 90)


def log_in(vm):
    ask_for_login(vm)
    vm.type(PASSWORD + '\n')
    vm.wait(PROMPT, 90)


def log_out(vm):
    vm.type('exit\n')
    dashboard(vm)


def type_as_root(vm, text):
    """Faster than a keyboard: into the terminal's input."""
    vm.run(f"printf '%s' '{text}' | /usr/lib/firstboot-test/leftover type")


def sessions_of_root(vm):
    """How many sessions of root's were opened on the console until now."""
    return int(vm.run('journalctl -b -t login --no-pager -q | grep -c "session opened for user root" || true'))


def vendor_says(vm, text):
    vm.run(f"mkdir -p {CONF.rsplit('/', 1)[0]}; printf '[Console]\\n{text}' >{CONF}; systemctl restart getty@tty1")


def nothing_was_opened(vm, before):
    """The start screen is there again, nobody else."""
    dashboard(vm)
    equal(sessions_of_root(vm), before, 'sessions of root')
    equal(vm.run('stat -c %U /dev/tty1'), 'firstboot', 'owner of tty1')
    assert not re.search(r'[#$] *$', '\n'.join(vm.screen()).rstrip(), re.M), vm.screen()


@case(26, "root's session has its own number, record, terminal, scope and loginuid")
def whose_session(vm):
    vm.start()
    vm.wait(rf'Welcome \d of|{DASHBOARD}', 150)
    vm.run(f"echo 'root:{PASSWORD}' | chpasswd; echo claimed >/var/lib/firstboot/state; systemctl stop firstbootd; systemctl restart getty@tty1")
    dashboard(vm)
    vm.save('claimed')
    before = vm.run('loginctl list-sessions --no-legend | grep firstboot').split()[0]
    log_in(vm)
    vm.type('clear; id -u; cat /proc/self/loginuid; echo; tty; logname\n')
    vm.wait(r'(?m)^0\n0\n/dev/tty1\nroot$', 60)
    vm.type('cat /proc/self/cgroup >/run/scope\n')
    session = vm.run('loginctl list-sessions --no-legend | grep tty1').split()
    assert session[2] == 'root' and session[0] != before, session
    assert f'session-{session[0]}.scope' in vm.run('sleep 1; cat /run/scope'), 'another scope'
    assert 'user-0.slice' in vm.run('cat /run/scope'), 'another slice'
    assert re.search(r'root\s+tty1', vm.run('who')), 'no record in utmp'
    owner, mode = vm.run('stat -c "%U %a" /dev/tty1').split()
    assert owner == 'root' and mode in ('600', '620'), (owner, mode)
    equal(vm.run('pgrep -u firstboot || echo none'), 'none', 'processes of the account')
    log_out(vm)


@case(30, "root's shell: no core, umask 077, fixed PATH, a time limit that cannot be taken back; ssh-like shells have none")
def limits(vm):
    log_in(vm)
    type_as_root(vm, 'clear; umask; ulimit -c; ulimit -Hc; echo t$TMOUT; echo $PATH; TMOUT=0\n')
    vm.wait(r'(?m)^0077\n0\n0\nt600\n/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n.*readonly', 60)
    # Another login shell of root's has nothing of it, on a terminal or not, nor has another account's.
    for command in 'bash -lc', 'sh -lc', 'script -qc "bash -l" /dev/null <<<', 'su -l -s /bin/sh nobody -c':
        said = vm.run(f"{command} 'echo t$TMOUT; umask; exit' </dev/null" if '<<<' not in command else f"{command} 'echo t$TMOUT; umask; exit'")
        assert re.search(r'(?m)^t\r?$', said) and '0077' not in said and 'firstboot' not in said, f'{command}: {said}'
    log_out(vm)
    equal(vm.run('ls /run/firstboot | grep root-session || echo none'), 'none', 'the mark of the session')


@case(30, "root's shell waits without a key: logind ends the session, whatever the shell has undone; the start screen comes back")
def idle_logout(vm):
    vm.run('mkdir -p /etc/systemd/logind.conf.d; '
           "sed 's/15min/8s/' /usr/share/firstboot/hardening/idle-logout/systemd/logind.conf.d/*.conf "
           '>/etc/systemd/logind.conf.d/50-firstboot-idle-logout.conf; systemctl restart systemd-logind')
    try:
        log_in(vm)
        vm.type('exec env -u TMOUT sh -c "trap : HUP TERM INT; while :; do sleep 1; done"\n')
        begun = time.monotonic()
        vm.wait(DASHBOARD, 120)
        print(f'    back after {time.monotonic() - begun:.0f} s')
        vm.run('journalctl -b -t systemd-logind --no-pager | grep -q "of user .root. is idle, stopping"')
        # The start screen's own session is ended likewise, and comes back.
        screen = start_screen(vm)
        start_screen(vm, other_than=screen)
        vm.run('journalctl -b -t systemd-logind --no-pager | grep -q "of user .firstboot. is idle, stopping"')
        dashboard(vm)
    finally:
        vm.run('rm /etc/systemd/logind.conf.d/50-firstboot-idle-logout.conf; systemctl restart systemd-logind', 120)


@case(5, 'another console is switched to while settings are open: the right has ended, and what was typed is gone')
def switch_locks(vm):
    home(vm)
    vm.keys('f2')
    vm.wait(r'Password +\[', 60)
    time.sleep(0.5)
    vm.type(PASSWORD + '\n')
    vm.wait(r'What shall be changed', 60)
    vm.type('2\n')
    vm.wait(r'Hostname +\[', 60)
    vm.type('halftyped')
    vm.keys('alt-f2')
    vm.wait(r'login:', 20, tty=2)
    vm.run('for i in $(seq 50); do journalctl -b -t firstbootd --no-pager | grep -qi "given back" && break; sleep 0.1; done; '
           'journalctl -b -t firstbootd --no-pager | grep -i "given back"')
    vm.keys('alt-f1')
    dashboard(vm)
    vm.keys('f2')
    vm.wait(r'Password +\[', 60)
    # Half a password goes likewise.
    vm.type('half')
    vm.keys('alt-f2', 'alt-f1')
    dashboard(vm)


@case(38, 'the right is open, the start screen shown, and another console is switched to and back: the password is asked for')
def switch_on_the_start_screen(vm):
    home(vm)
    vm.keys('f2')
    vm.wait(r'Password +\[', 60)
    time.sleep(0.5)
    vm.type(PASSWORD + '\n')
    vm.wait(r'What shall be changed', 60)
    vm.keys('esc')
    dashboard(vm)
    vm.keys('f2')
    vm.wait(r'What shall be changed')
    vm.keys('esc')
    dashboard(vm)
    vm.keys('alt-f2')
    time.sleep(0.5)
    vm.keys('alt-f1')
    dashboard(vm)
    vm.keys('f2')
    vm.wait(r'Password +\[', 60)
    vm.keys('esc')
    dashboard(vm)


@case(27, 'wrong passwords, an empty one, 4 KiB, Ctrl-D, Ctrl-C, Ctrl-Z and nothing at all at root\'s prompt')
def wrong_passwords(vm):
    before = sessions_of_root(vm)
    for what in 'wrong one\n', 'wrong two\n', 'wrong three\n', '\n', 'x' * 4000 + '\n':
        ask_for_login(vm)
        type_as_root(vm, what)
        nothing_was_opened(vm, before)
    for key in 'ctrl-d', 'ctrl-c', 'ctrl-z':
        ask_for_login(vm)
        vm.keys(key)
        if key == 'ctrl-z':     # nobody is there whom it could bring back to
            time.sleep(1)
            equal(sessions_of_root(vm), before, 'sessions of root')
            vm.keys('ctrl-d', 'ctrl-c')
        nothing_was_opened(vm, before)
    vm.run("sed -i 's/^LOGIN_TIMEOUT.*/LOGIN_TIMEOUT 4/' /etc/login.defs")
    ask_for_login(vm)
    nothing_was_opened(vm, before)
    vm.run("sed -i 's/^LOGIN_TIMEOUT.*/LOGIN_TIMEOUT 60/' /etc/login.defs")
    failures = int(vm.run('journalctl -b -t login --no-pager -q | grep -c "authentication failure" || true'))
    assert failures >= 4, f'{failures} failures were noted'


@case(27, 'where login asks for another name: "-froot", "-p", "-h x", "firstboot"')
def strange_names(vm):
    before = sessions_of_root(vm)
    vm.run("sed -i 's/^LOGIN_RETRIES.*/LOGIN_RETRIES 3/' /etc/login.defs")
    try:
        for name in '-froot', '-f root', '-p', '-h x', 'firstboot':
            ask_for_login(vm)
            type_as_root(vm, 'wrong\n')
            vm.wait(r'(?m)login: *$', 60)
            type_as_root(vm, name + '\n')
            time.sleep(2)
            shown = '\n'.join(vm.screen())
            assert not re.search(PROMPT, shown) and sessions_of_root(vm) == before, f'{name}: {shown}'
            vm.keys('ctrl-d')
            time.sleep(0.5)
            if not re.search(DASHBOARD, '\n'.join(vm.screen())):
                vm.run('pkill -x login; true')
            nothing_was_opened(vm, before)
    finally:
        vm.run("sed -i 's/^LOGIN_RETRIES.*/LOGIN_RETRIES 1/' /etc/login.defs")


@case(28, "root's session ends: exit, Ctrl-D, kill -9 of the shell, exec true, a crash of login")
def ends(vm):
    for how in 'exit\n', '\x04', 'kill -9 $$\n', 'exec true\n', None:
        log_in(vm)
        if how:
            vm.type(how) if '$' not in how else type_as_root(vm, how)
        else:
            vm.run('pkill -SEGV -x login')
        dashboard(vm)
        equal(vm.run('stat -c %U /dev/tty1'), 'firstboot', f'owner of tty1 after {how!r}')


@case(28, 'login crashes while it asks for the password, and agetty cannot be started')
def crashes(vm):
    before = sessions_of_root(vm)
    for signal in 'SEGV', 'KILL':
        ask_for_login(vm)
        vm.run(f'pkill -{signal} -x login')
        nothing_was_opened(vm, before)
    vm.run('mount --bind /bin/false /sbin/agetty; pkill -x login; sleep 4; umount /sbin/agetty')
    nothing_was_opened(vm, before)


@case(29, 'the order for root\'s login: taken once, also when asked twice or when the start screen is killed behind it; old ones and '
          'links, folders, pipes and a reboot bring no login')
def flag(vm):
    before = sessions_of_root(vm)
    call = 'setpriv --reuid firstboot --regid firstboot --clear-groups busctl call org.firstboot.Firstboot1 ' \
           '/org/firstboot/Firstboot1 org.firstboot.Firstboot1 RequestLogin'
    home(vm)
    vm.run(f'{call}; {call}; pkill -KILL -u firstboot firstboot-conso')
    vm.wait(LOGIN, 60)
    equal(vm.run(f'[ -e {FLAG} ] && echo there || echo gone'), 'gone', 'the flag')
    vm.keys('ctrl-d')
    nothing_was_opened(vm, before)
    vm.run('pkill -KILL -u firstboot firstboot-conso; sleep 2')
    nothing_was_opened(vm, before)
    stale = 'echo $(( $(cut -d. -f1 /proc/uptime) * 1000000 - 61000000 ))'
    for plant in (f': >{FLAG}', f'{stale} >{FLAG}', f'ln -s /run/elsewhere {FLAG}', f'mkfifo {FLAG}', f'mkdir {FLAG}'):
        vm.run(f'cut -d. -f1 /proc/uptime >/run/elsewhere; {plant}; pkill -KILL -u firstboot firstboot-conso; sleep 2')
        nothing_was_opened(vm, before)
        vm.run(f'rmdir {FLAG} 2>/dev/null; [ ! -e {FLAG} ]')
    vm.run(call)
    vm.reboot()
    dashboard(vm, 90)
    equal(vm.run(f'[ -e {FLAG} ] && echo there || echo gone'), 'gone', 'the flag after a reboot')


@case(31, 'no login is wanted: the keys lead to none, and firstbootd refuses the account whatever the screen says', start='claimed')
def lockdown(vm):
    before = sessions_of_root(vm)
    for mode in 'off', 'restricted':
        vendor_says(vm, f'Shell={mode}\\n')
        vm.wait(r'F8/8 Rescue' if mode == 'restricted' else DASHBOARD, 60)
        time.sleep(1)
        vm.keys('f8', '8')
        time.sleep(2)
        assert not re.search(LOGIN + ' *$', '\n'.join(vm.screen())), vm.screen()
        status, said = vm.ask('setpriv --reuid firstboot --regid firstboot --clear-groups busctl call org.firstboot.Firstboot1 '
                              '/org/firstboot/Firstboot1 org.firstboot.Firstboot1 RequestLogin')
        assert status != 0 and b'Nobody logs in' in said, said
        equal(vm.run(f'[ -e {FLAG} ] && echo there || echo gone'), 'gone', 'the flag')
        vm.run('pkill -KILL -u firstboot firstboot-conso; sleep 2')
        nothing_was_opened(vm, before)


@case(31, 'the rescue menu of a machine without a login: behind the password, every page, and no other process')
def rescue(vm):
    vendor_says(vm, 'Shell=restricted\\n[Web]\\nUnit=test-web.service\\n')
    vm.wait(r'F8/8 Rescue', 60)
    vm.keys('f8')
    vm.wait(r'Password +\[', 60)
    time.sleep(0.5)
    vm.type(PASSWORD + '\n')
    vm.wait(r'What is wanted', 60)
    for key, text in (('1', r'enp\w+ +up'), ('2', r'Journal of test-web\.service'), ('3', 'What shall be tested'),
                      ('4', 'Support report'), ('5', 'When nothing else helps'), ('6', r'Again +\['), ('7', 'What shall be done')):
        vm.keys(key, 'ret')
        vm.wait(text, 60)
        vm.picture(vm.pictures / f'rescue-{key}.png')
        equal(vm.run('pgrep -u firstboot | wc -l'), '1', f'processes of the account on page {key}')
        time.sleep(0.5)
        vm.keys('esc')
        vm.wait(r'What is wanted', 60)
    vm.keys('esc')
    dashboard(vm)
    vm.run(f'rm {CONF}')


@case(25, "leftovers of the account in root's session: forked twice, in a session of their own, with the terminal by SCM_RIGHTS, deaf "
          'to signals, and one of another account', start='claimed')
def leftovers(vm):
    vm.run('install -d -m 1777 /run/leftover; install -m 666 /dev/null /run/leftover/log; '
           'systemd-run --quiet --uid=nobody --unit=other /usr/lib/firstboot-test/leftover receive; '
           'for i in $(seq 50); do [ -S /run/leftover/other ] && break; sleep 0.1; done; '
           f'mount --bind /usr/lib/firstboot-test/leftover {CONSOLE}; systemctl restart getty@tty1')
    kinds = {'fork', 'double-fork', 'setsid', 'passed', 'other'}
    end = time.monotonic() + 90
    while set(re.findall(r'(?m)^(\S+) write 0 ', vm.run('cat /run/leftover/log'))) != kinds:
        assert time.monotonic() < end, vm.run('cat /run/leftover/log')
        time.sleep(0.3)
    log = vm.run('cat /run/leftover/log')
    # What is tried does work while nobody stops it.
    for who, what in (('fork', 'TIOCSTI'), ('fork', 'TIOCLINUX'), ('fork', 'reopen'), ('double-fork', 'TIOCSTI')):
        assert re.search(rf'(?m)^{who} {what} 0 ', log), f'{who} cannot {what} even before:\n{log}'
    vm.run(f'umount -l {CONSOLE}; touch /run/leftover/go')
    vm.wait(LOGIN, 60)
    equal(vm.run('pgrep -u firstboot || echo none'), 'none', 'processes of the account')
    equal(vm.run('systemctl is-active other'), 'active', 'who is of another account')
    time.sleep(1)
    vm.type(PASSWORD + '\n')
    vm.wait(PROMPT, 60)
    vm.type('clear; tty\n')
    vm.wait(r'/dev/tty1', 60)
    time.sleep(2)
    shown = '\n'.join(vm.screen())
    assert 'LEFTOVER' not in shown and 'xxx' not in shown, shown
    log = vm.run('cat /run/leftover/log')
    # How each attempt ended last: those of the account while they died, the other one until now.
    last = {tuple(line.split()[:2]): int(line.split()[2]) for line in log.splitlines()}
    for (who, what), code in last.items():
        if who == 'other' or what == 'vcs':
            assert code in (EIO, EACCES, EPERM), f'{who} {what}: {code}\n{log}'
    equal(last['other', 'write'], EIO, 'writing with the descriptor of before')
    equal(last['other', 'reopen'], EACCES, 'opening the terminal anew')
    print('    ' + ', '.join(f'{what} {code}' for (who, what), code in last.items() if who == 'other'))
    vm.run('systemctl kill --signal=KILL other')      # deaf to anything else
    log_out(vm)


if __name__ == '__main__':
    sys.exit(machine_main())
