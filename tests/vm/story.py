#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The story of an appliance: powered on, set up at its console, used, rebooted, mistreated.

    story.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run
"""
import base64
import itertools
import re
import statistics
import struct
import sys
import time
import urllib.request

import lan
import suite
from suite import decode, equal, expect, look, reboot, test, wait_words, words

ADDRESS, PREFIX, PORT, NAME, PASSWORD = '192.0.2.10', 24, 8080, 'appliance01', 'a quiet green lamp 7'
URL = f'http://{ADDRESS}:{PORT}/'
DASHBOARD = r'Log in'

# What the customer waits for on the screen, then presses (a list) or types (a text).
WIZARD = [
    ('welcome', r'Welcome \d of', ['ret']),
    ('card', r'Which network card', ['ret']),
    ('method', r'How does \w+ get its address', ['down', 'ret']),
    ('address', r'IP address', ['ctrl-u']),
    ('address', r'IP address +\[ +\]', f'{ADDRESS}/{PREFIX}\t'),
    ('gateway', r'Gateway', ['ctrl-u']),
    ('gateway', r'Gateway +\[ +\]', '192.0.3.1\n'),
    ('gateway-refused', r'192\.0\.3\.1 is outside', ['ctrl-u']),
    ('gateway-refused', r'Gateway +\[ +\]', f'{lan.ADDRESS}\n'),
    ('hostname', r'What is this appliance called', f'{NAME}\n'),
    ('password', r'Choose the password', 'short\tshort\n'),
    ('password-refused', r'at least 12', f'{PASSWORD}\t{PASSWORD}\n'),
    ('review', rf'(?s)now +new.*{re.escape(ADDRESS)}.*{NAME}.*root.s password', ['ret']),
    ('applying', r'(?s)working .*waiting', []),
    ('done', rf'(?s)is set up.*{re.escape(URL)}.*Press Enter', ['ret']),
]

def dashboard(vm, seconds=30):
    vm.wait(DASHBOARD, seconds)
    vm.wait(r'F8/8', seconds)


def addresses(vm):
    """The global addresses that the machine's kernel has."""
    return re.findall(r'inet6? (\S+)/\d+', vm.run('ip -o addr show scope global'))


def urls(vm):
    return re.findall(r'https?://[^\s|]+', '\n'.join(
        line for line in vm.screen() if f':{PORT}/' in line))


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.read().decode()


# -- the story, one thing after the other --

@test()
def wizard_comes_up_on_tty1(vm):
    vm.start()
    vm.wait(WIZARD[0][1], 60)
    equal(vm.run('cat /sys/class/tty/tty0/active'), 'tty1', 'active console')
    equal(vm.run('ps -o user= -C firstboot-consol'), 'firstboot', 'who shows it')
    vm.run('systemctl is-system-running --wait || systemctl --failed; true', 60)
    look(vm, '01-wizard')
    vm.save('unclaimed')


@test()
def wizard_sets_the_machine_up(vm):
    for name, text, keys in WIZARD:
        vm.wait(text, 90)
        if name == 'review':
            expect(ADDRESS not in addresses(vm), f'{ADDRESS} is there before it was agreed to')
            time.sleep(1)  # a held or hasty Enter does not count there
        look(vm, f'02-{name}')
        for key in [keys] if isinstance(keys, str) else keys:
            vm.keys(key) if isinstance(keys, list) else vm.type(key)
    dashboard(vm, 60)
    look(vm, '03-dashboard')


@test()
def url_is_what_the_kernel_has(vm):
    equal(urls(vm), [URL], 'URLs on the screen')
    expect(ADDRESS in addresses(vm), f'{ADDRESS} is not in the kernel: {addresses(vm)}')
    equal(vm.run('hostname'), NAME, 'hostname')
    expect(re.search(rf'127\.0\.1\.1\s+{NAME}', vm.run('cat /etc/hosts')), 'hosts out of step')
    equal(vm.run('cat /var/lib/firstboot/state'), 'claimed', 'state')


@test()
def history_says_where_it_was_set(vm):
    entry = vm.run('/usr/lib/firstboot-test/netset history').split('\n')[0]
    expect(re.fullmatch(rf'\d+ \d+ tty1: \S+ {re.escape(ADDRESS)}/{PREFIX}', entry), entry)


@test()
def another_host_gets_the_page(vm):
    status, page = fetch(urls(vm)[0])
    equal(status, 200, 'HTTP status')
    expect('It works' in page, page)
    vm.save('claimed')


@test()
def wrong_password_leads_back(vm):
    ask_for_login(vm)
    look(vm, '04-login')
    vm.type('not the password\n')
    dashboard(vm)       # "Login incorrect" stands there for a second only
    expect('authentication failure' in vm.run('journalctl -b -t login --no-pager'), 'nobody tried')
    expect('session opened for user root' not in vm.run('journalctl -b -t login --no-pager'),
           'root was logged in')


@test()
def root_logs_in(vm):
    plant_leftovers(vm)
    log_in(vm)
    vm.type('clear; id -u; cat /proc/self/loginuid; echo; tty; logname\n')
    vm.wait(r'(?m)^0\n0\n/dev/tty1\nroot$', 20)
    look(vm, '06-root')
    equal(vm.run('pgrep -u firstboot || echo none'), 'none', 'processes of firstboot')
    equal(vm.run('stat -c %U:%a /dev/tty1'), 'root:600', 'owner of tty1')
    sessions = vm.run('loginctl list-sessions --no-legend')
    expect(re.search(r'root\s+seat0\s+(\d+\s+\S+\s+)?tty1', sessions), f'no session of root on tty1: {sessions}')
    expect(re.search(r'root\s+tty1', vm.run('who')), 'no record of root in utmp')
    expect(vm.run('cut -f1 /proc/sys/kernel/printk') != '1', 'root sees no kernel messages')


@test()
def logout_leads_back(vm):
    vm.type('exit\n')
    dashboard(vm)
    equal(vm.run('stat -c %U /dev/tty1'), 'firstboot', 'owner of tty1')


@test()
def end_of_file_leads_back(vm):
    ask_for_login(vm)
    vm.keys('ctrl-d')
    dashboard(vm)


@test()
def doing_nothing_leads_back(vm):
    vm.run("sed -i 's/^LOGIN_TIMEOUT.*/LOGIN_TIMEOUT 5/' /etc/login.defs")
    ask_for_login(vm)
    dashboard(vm)


@test()
def reboot_leads_to_the_dashboard(vm):
    reboot(vm)
    dashboard(vm, 60)
    look(vm, '07-after-reboot')
    vm.wait(re.escape(URL), 30)
    url_is_what_the_kernel_has(vm)
    another_host_gets_the_page(vm)
    log_in(vm)
    vm.type('clear; id -u\n')
    vm.wait(r'(?m)^0$', 20)
    vm.type('exit\n')
    dashboard(vm)
    print('    boot: ' + vm.run('systemd-analyze').split('\n')[0])
    waited_for = vm.run('systemd-analyze critical-chain --fuzz=1h --no-pager getty@tty1.service')
    print('    ' + '\n    '.join(waited_for.split('\n')[2:6]))
    expect('systemd-user-sessions.service' in waited_for and 'online' not in waited_for,
           f'the screen waited for the network: {waited_for}')


def ask_for_login(vm):
    dashboard(vm)
    vm.keys('8')
    vm.wait(r'Password:', 20)


def log_in(vm):
    ask_for_login(vm)
    vm.type(PASSWORD + '\n')
    vm.wait(r'root@\S+:~#', 20)


def plant_leftovers(vm):
    """Processes of the account that ignore every signal that can be: in its session, and outside."""
    stay = "setsid setpriv --reuid firstboot --regid firstboot --clear-groups " \
        "bash -c 'trap \"\" HUP TERM INT; while :; do sleep 1; done' >/dev/null 2>&1 </dev/null & "
    vm.run(stay + 'inside=$!; ' + stay +
           'echo $inside > /sys/fs/cgroup/$(cut -d: -f3 '
           '/proc/$(pgrep -o -u firstboot firstboot-conso)/cgroup)/cgroup.procs')
    expect(int(vm.run('pgrep -c -u firstboot')) >= 3, 'the leftovers are not there')


# -- each from a snapshot --

@test(start='unclaimed')
def dhcp_address_is_on_the_dashboard(vm):
    vm.run('echo claimed >/var/lib/firstboot/state; systemctl restart getty@tty1')
    dashboard(vm)
    vm.wait(r'192\.0\.2\.1\d\d:8080')
    look(vm, '08-dhcp')
    equal(urls(vm)[0].split(':')[1][2:] in addresses(vm), True, 'the kernel has the URL\'s address')


@test()
def unplugged_and_plugged(vm):
    vm.plug(0, False)
    vm.wait(r'no cable', 10)
    look(vm, '09-unplugged')
    expect(not urls(vm), f'URLs without a cable: {urls(vm)}')
    vm.plug(0, True)
    vm.wait(r'192\.0\.2\.1\d\d:8080', 20)


@test(start='claimed')
def held_ctrl_c_does_nothing(vm):
    before = vm.run('pgrep -o -u firstboot firstboot-conso')
    vm.hold('ctrl', 'c', 30)
    equal(vm.run('systemctl is-active getty@tty1'), 'active', 'getty@tty1')
    dashboard(vm, 5)
    equal(vm.run('pgrep -o -u firstboot firstboot-conso'), before, 'process')


@test()
def held_ctrl_c_while_it_starts(vm):
    """Before the program has the terminal, Ctrl-C ends login: that must not use up the restarts."""
    vm.run('systemd-run --quiet sh -c "for i in \\$(seq 20); do '
           'pkill -KILL -u firstboot firstboot-conso; sleep 1; done"')
    vm.hold('ctrl', 'c', 30)
    dashboard(vm, 10)


@test()
def second_console_asks_for_a_login(vm):
    vm.keys('alt-f2')
    vm.wait(r'login:', 20, tty=2)
    equal(vm.run('cat /sys/class/tty/tty0/active'), 'tty2', 'active console')
    vm.keys('alt-f1')
    dashboard(vm)


@test()
def crash_brings_it_back(vm):
    for signal in 'SEGV', 'KILL', 'HUP', 'TERM':
        pid = vm.run('pgrep -o -u firstboot firstboot-conso')
        vm.run(f'kill -{signal} {pid}')
        started = time.monotonic()
        while vm.run('pgrep -o -u firstboot firstboot-conso || echo none') in (pid, 'none'):
            shown = '\n'.join(vm.screen())
            expect(not re.search(r'[#$] $', shown, re.M), f'a prompt: {shown}')
            expect(time.monotonic() - started < 10, f'not back after {signal}')
        dashboard(vm, 5)
        print(f'    back {time.monotonic() - started:.1f} s after {signal}')
    equal(vm.run('find / -xdev -name "core*" -type f -newer /proc/1 -path "*firstboot*"'), '', 'core')


@test()
def crash_loop_never_gives_up(vm):
    vm.run('for i in $(seq 12); do pkill -KILL -u firstboot firstboot-conso; sleep 0.5; done', 60)
    equal(vm.run('systemctl is-failed getty@tty1 || true') in ('active', 'activating'), True, 'state')
    dashboard(vm)


@test()
def kernel_messages_stay_off_the_screen(vm):
    before = vm.screen()
    vm.run('for level in 1 2 3 4 6; do echo "<$level>a kernel message" >/dev/kmsg; done; sleep 1')
    equal(vm.screen(), before, 'the screen')


@test()
def missing_program_is_never_a_shell(vm):
    vm.run('mv /usr/libexec/firstboot/firstboot-console{,.away}; pkill -u firstboot; sleep 5', 30)
    expect(not re.search(r'[#$] ?$', '\n'.join(vm.screen()).rstrip()), 'a prompt')
    vm.run('mv /usr/libexec/firstboot/firstboot-console{.away,}')
    dashboard(vm, 10)


@test()
def account_gets_no_further(vm):
    for command in 'su -c id', 'su', 'runuser -u nobody -- su -s /bin/sh -c id':
        status, _ = vm.ask(f'{command} firstboot </dev/null', 10)
        expect(status != 0, f'{command} firstboot went through')
    equal(vm.run('systemctl is-active user@$(id -u firstboot) || true'), 'inactive', 'user manager')
    equal(vm.run('getent shadow firstboot').split(':')[1], '!*', 'password of firstboot')


# Who else writes on the console.
WRITERS = {
    'kernel': 'echo "<0>a dying disk" >/dev/kmsg',
    'wall': 'wall the power goes',
    'tty': 'echo straight to the terminal >/dev/tty1',
    # as PID 1 does while the machine starts
    'console': r'printf "\r\033[K[ *** ] A start job is running for ever\r\n" >/dev/console',
}
# It forwards what the others say, too.
JOURNAL = {'journald': 'logger the roof is on fire'}
FORWARD = r"""mkdir -p /run/systemd/journald.conf.d
printf '[Journal]\nForwardToConsole=yes\nTTYPath=/dev/tty1\n' >/run/systemd/journald.conf.d/console.conf
systemctl restart systemd-journald"""


def write_over_it(vm, what, writers):
    """Each is seen to damage the screen before it is whole again."""
    commands = ' '.join(f"'{command}'" for command in writers.values())
    # Where the journal goes to the console, what services say of themselves damages it, too: that is waited for.
    for _ in range(5):
        answers = vm.run(f'/usr/lib/firstboot-test/vcswait --whole {commands}', 60)
        if writers is not JOURNAL or 'damaged before' not in answers:
            break
        time.sleep(2)
    times = dict(zip(writers, answers.split('\n'), strict=True))
    print(f'    {what}, ms: {times}')
    for who, took in times.items():
        expect(took.isdigit() and int(took) <= 2000, f'{what}, {who}: {took}')


@test(start='claimed')
def text_of_others_goes(vm):
    """Whoever writes on the console, and whatever it shows."""
    for writers in WRITERS, JOURNAL:
        if writers is JOURNAL:
            vm.run(FORWARD)
        for name, keys, shows in (('dashboard', ['esc'], DASHBOARD), ('menu', ['f10'], 'What shall be done'),
                                  ('form', ['esc', 'f2'], "Root's password")):
            vm.keys(*keys)
            vm.wait(shows)
            write_over_it(vm, name, writers)


@test(start='claimed')
def text_of_others_goes_behind_another_console(vm):
    """Who comes back to the start screen finds it whole, and sees what has changed meanwhile."""
    dashboard(vm)
    time.sleep(2)
    before = vm.screen()
    vm.keys('alt-f2')
    vm.wait(r'login:', 30, tty=2)
    for who in 'wall', 'tty', 'console':
        vm.run(WRITERS[who])
    vm.plug(1, False)
    vm.keys('alt-f1')
    vm.wait('no cable')
    vm.plug(1, True)
    vm.wait('no cable', gone=True)
    end = time.monotonic() + 10
    while vm.screen() != before:
        expect(time.monotonic() < end, '\n'.join(['it was', *before, 'and is', *vm.screen()]))
        time.sleep(0.2)
    look(vm, '08-back-from-tty2')


@test(start='unclaimed')
def keyboard_is_as_configured_from_the_first_key(vm):
    """A German keyboard has z where QEMU's has y. Its unit has the name that Debian's has, and is slow."""
    vm.run(r"""cat >/run/systemd/system/keyboard-setup.service <<'E'
[Service]
Type=oneshot
StandardInput=tty
TTYPath=/dev/tty7
ExecStart=sh -c 'sleep 2; printf "keycode 21 = z\nkeycode 44 = y\n" | loadkeys -'
RemainAfterExit=yes
E
systemctl daemon-reload; systemctl stop getty@tty1
systemctl start --no-block keyboard-setup; systemctl start getty@tty1""")
    vm.wait(WIZARD[0][1])
    begun, loaded = (int(vm.run(f'systemctl show -P {what}')) for what in (
        'ExecMainStartTimestampMonotonic getty@tty1', 'ExecMainExitTimestampMonotonic keyboard-setup'))
    expect(begun > loaded > 0, f'the getty came {(loaded - begun) / 1e6} s before the keyboard')
    for _, text, keys in WIZARD[:4]:
        vm.wait(text)
        vm.keys(*keys)
    vm.type('yz')
    vm.wait(r'IP address +\[zy')


FONT_UNIT = """[Service]
Type=oneshot
ExecStart=sh -c 'sleep 2; setfont -C /dev/tty1 /run/wanted.psf'
"""
LINES, HALVES = range(0x2500, 0x2580), (0x2580, 0x2584, 0x2588)


def without(font, characters):
    """A font of psf(5), version 1 or 2, whose table says that it has no glyph for these."""
    if font[:2] == b'\x36\x04':
        count, size, start, width = (512 if font[2] & 1 else 256), font[3], 4, 2
        gone = [c.to_bytes(2, 'little') for c in characters]
    else:
        start, _, count, size = struct.unpack_from('<IIII', font, 8)
        width, gone = 0, [chr(c).encode() for c in characters]
    at = start + count * size
    glyphs, table = font[:at], font[at:]
    if width:
        units = [table[i:i + 2] for i in range(0, len(table), 2)]
        return glyphs + b''.join(unit for unit in units if unit not in gone)
    for one in gone:
        table = table.replace(one, b'')
    return glyphs + table


@test(start='unclaimed')
def font_is_as_configured_on_the_first_screen(vm):
    """Its unit has the name that Debian's has, and is slow. Frames and the picture of the URL are drawn with what the font has."""
    vm.run(f"""cat >/run/systemd/system/console-setup.service <<'E'
{FONT_UNIT}E
systemctl daemon-reload; setfont -C /dev/tty1 -O /run/kernels.psf""")
    kernels = base64.b64decode(vm.run('base64 -w0 /run/kernels.psf'))
    for name, lacks, frame, picture in (('whole', (), '─{20}', True), ('no-lines', LINES, r'-{20}', True),
                                        ('no-halves', HALVES, '─{20}', False)):
        vm.run(f'systemctl stop getty@tty1; base64 -d >/run/wanted.psf <<<{base64.b64encode(without(kernels, lacks)).decode()}; '
               'systemctl start --no-block console-setup; systemctl start getty@tty1', 60)
        vm.wait(WIZARD[0][1], 90)
        begun, loaded = (int(vm.run(f'systemctl show -P {what}')) for what in (
            'ExecMainStartTimestampMonotonic getty@tty1', 'ExecMainExitTimestampMonotonic console-setup'))
        expect(begun > loaded > 0, f'{name}: the getty came {(loaded - begun) / 1e6} s before the font')
        vm.wait(frame)
        look(vm, f'08-font-{name}')
        missing = set(map(ord, ''.join(vm.screen()))) & set(lacks)
        equal(missing, set(), f'{name}: what stands on the screen and is not in the font')
        vm.keys('tab', 'ret')
        wait_words(vm, rf'http://192\.0\.2\.1\d\d:{PORT}/')
        time.sleep(1)
        shown = '\n'.join(vm.screen())
        look(vm, f'08-font-{name}-start')
        expect(bool(re.search('[█▀▄]{10}', shown)) == picture, f'{name}:\n{shown}')
        expect(bool(re.search(frame, shown)), f'{name}:\n{shown}')
        if picture:
            equal(decode(vm.pictures / f'08-font-{name}-start.png'), re.search(r'http://\S+:\d+/', words(vm)).group(), 'QR')


@test(start='claimed')
def restart_is_forbidden_and_forced(vm):
    """What holds a lock of logind's is named; Enter alone goes back, and it can be done all the same."""
    dashboard(vm)
    vm.run('systemd-run --quiet systemd-inhibit --what=shutdown --who=acme-backup --why="A backup is being written" sleep 1000')
    vm.run('for i in $(seq 50); do systemd-inhibit --list | grep -q acme-backup && break; sleep 0.2; done')
    before = vm.run('cat /proc/sys/kernel/random/boot_id')
    for force in False, True:
        vm.keys('f10')
        vm.wait('What shall be done')
        vm.keys('1')
        vm.keys('ret')
        vm.wait('"acme-backup" forbids it now: A backup is being written')
        look(vm, '09-restart-forbidden')
        vm.keys(*(['tab', 'ret'] if force else ['ret']))
        if not force:
            dashboard(vm)
    vm.wait("Root's password")
    vm.type(f'{PASSWORD}\n')
    equal(vm.process.wait(60), 0, 'qemu')
    vm.start()
    expect(vm.run('cat /proc/sys/kernel/random/boot_id') != before, 'no restart')
    dashboard(vm, 60)


@test(start='claimed')
def last_line_of_a_unit_that_failed(vm):
    """firstbootd reads the journal in its sandbox, and only of the unit that its own configuration names."""
    vm.run('mkdir -p /etc/firstboot/firstboot.conf.d /run/systemd/system; '
           'printf "[Web]\\nUnit=acme-web.service\\n" >/etc/firstboot/firstboot.conf.d/60-unit.conf; '
           'printf "[Service]\\nExecStart=sh -c \'echo cannot bind to port 443; exit 3\'\\n" >/run/systemd/system/acme-web.service; '
           'systemctl stop firstbootd; systemctl daemon-reload; systemctl start acme-web.service || true; '
           'for i in $(seq 50); do systemctl is-failed -q acme-web.service && break; sleep 0.2; done')
    said = vm.run('busctl call org.firstboot.Firstboot1 /org/firstboot/Firstboot1 org.firstboot.Firstboot1 GetWebUnitLog')
    expect('cannot bind to port 443' in said, said)
    vm.run('rm /etc/firstboot/firstboot.conf.d/60-unit.conf /run/systemd/system/acme-web.service; systemctl daemon-reload')


@test(start='claimed')
def details_tell_what_sits_on_what(vm):
    """A VLAN on a bond of a card, which takes the bond's address: as a tree, with the card's own address, its speed and duplex."""
    dashboard(vm)
    card = vm.run("ip -br link | awk '/52:54:00:12:34:57/ { print $1 }'")
    vm.run('modprobe bonding max_bonds=0; modprobe 8021q; ip link add bond7 type bond mode active-backup; '
           f'ip link set {card} down; ip link set {card} master bond7; '
           f'ip link set bond7 up; ip link set {card} up; ip link add link bond7 name office type vlan id 10; ip link set office up')
    vm.keys('f5')
    vm.wait(r'lines 1 to')
    time.sleep(2)
    text = whole(vm)
    tree = re.search(r'\n bond7  up.*?(?=\n \S|\Z)', text, re.S)
    expect(tree, text)
    port, vlan = (re.search(rf'\n   {name}  .*?(?=\n   \S|\Z)', tree.group(), re.S) for name in (card, 'office'))
    expect(port and vlan, text)
    expect(re.search(r'Sits on +bond7  VLAN 10$', vlan.group(), re.M), vlan.group())
    mac = vm.run(f'cat /sys/class/net/{card}/address')
    for line in (rf'^   {card}  up 1 Gb/s, full duplex$', rf'MAC +{mac}$', '52:54:00:12:34:57  permanent, of the hardware$', 'Port of +bond7$'):
        expect(re.search(line, port.group(), re.M), f'{line} is not in {port.group()}')


def whole(vm):
    """The text that the screen shows a page of, by paging through it."""
    lines = {}
    while True:
        screen = vm.screen()
        first, last, total = map(int, re.search(r'lines (\d+) to (\d+) of (\d+)', screen[0]).groups())
        lines.update(zip(range(first, last + 1), screen[1:]))
        if last == total:
            return '\n'.join(['', *(lines[n] for n in sorted(lines))])
        vm.keys('pgdn')
        vm.wait(rf'lines (?!{first} to)')


@test(start='claimed')
def power_off_shows_how_far_it_is(vm):
    """PID 1's messages are kept off the start screen, but not while the machine goes down."""
    dashboard(vm)
    first = last = lit_pixels(vm)
    vm.run('busctl call org.firstboot.Firstboot1 /org/firstboot/Firstboot1 '
           'org.firstboot.Firstboot1 Power sb poweroff false')
    end = time.monotonic() + 60
    while vm.process.poll() is None and time.monotonic() < end:
        time.sleep(0.2)
        try:
            last = lit_pixels(vm)
        except (ValueError, OSError):
            break       # qemu ended meanwhile
    equal(vm.process.wait(10), 0, 'qemu')
    # A line of text has more than 3000 lit bytes; the cursor alone has less than 100.
    expect(len(last) > 3000 and last != first, f'{len(last)} lit bytes when the machine went off')
    print(f'    {len(last)} lit bytes at the end')


def lit_pixels(vm):
    """Where the monitor is not black."""
    path = vm.work / 'screen.ppm'
    vm.qmp('screendump', filename=str(path))
    data = path.read_bytes()
    return frozenset(i for i, byte in enumerate(data[data.index(b'255\n') + 4:]) if byte)


def attributes(vm):
    """The colours of tty1's cells, and the number of columns."""
    data = base64.b64decode(vm.run('base64 -w0 /dev/vcsa1'))
    return data[5::2], data[1]


@test(start='claimed')
def first_words_stand_where_the_start_screen_does(vm):
    """Nothing jumps when it takes over: product and colours are there already. agetty is kept from going on meanwhile."""
    vm.run('printf "#!/bin/sh\\nexec sleep 1000\\n" >/root/agetty; chmod 755 /root/agetty; mkdir -p /etc/firstboot/firstboot.conf.d')
    for theme, look_name in ('', 'normal'), ('[Theme]\nText=white blue\nBar=black cyan\n', 'coloured'):
        vm.run(f'printf "{theme}" >/etc/firstboot/firstboot.conf.d/60-theme.conf; mount --bind /root/agetty /sbin/agetty; '
               'systemctl restart getty@tty1')
        vm.wait(FIRST_WORDS)
        before, (cells, columns) = vm.screen(), attributes(vm)
        look(vm, f'10-first-words-{look_name}')
        equal(before, [' Acme Backup Appliance 4.2', '', f'  {FIRST_WORDS} ...'] + [''] * (len(before) - 3), 'the first words')
        vm.run('umount /sbin/agetty; systemctl restart getty@tty1')
        dashboard(vm)
        look(vm, f'10-then-{look_name}')
        expect(vm.screen()[0].startswith(before[0] + '  ') and FIRST_WORDS not in '\n'.join(vm.screen()), '\n'.join(vm.screen()))
        equal(attributes(vm)[0][:columns], cells[:columns], f'colours of the first row, {look_name}')
        equal(attributes(vm)[0][2 * columns + 2:2 * columns + 8], cells[2 * columns + 2:2 * columns + 8], f'colours of words, {look_name}')
        equal(attributes(vm)[0][-1], cells[-1], f'colours of the ground, {look_name}')
    ask_for_login(vm)
    expect(FIRST_WORDS not in '\n'.join(vm.screen()), '\n'.join(vm.screen()))
    equal(set(attributes(vm)[0]), {7}, "colours of root's login")


@test(start='claimed')
def measurements(vm):
    """Printed; what is judged is that the console says something no later than a stock one."""
    print('    ' + vm.run('systemd-analyze security firstbootd.service --no-pager | tail -1'))
    print('    memory of the start screen, in kB: ' + vm.run(
        "awk '/^(Pss|Anonymous):/ { printf \"%s %s \", $1, $2 }' $(dirname $(grep -lx firstboot-conso /proc/[0-9]*/comm))/smaps_rollup"))
    ours = [startup(vm, f':{PORT}/') for _ in range(5)]
    first, prompt = in_turn(vm)
    autologin_getty(vm)
    report('getty restarted', first, 'to its first words', {PROMPT: prompt})
    report('getty restarted', ours, 'to the URL', {
        'to the line of an account that is logged in by itself': [startup(vm, LINE) for _ in range(5)], PROMPT: prompt})
    vm.run('rm /etc/systemd/system/getty@tty1.service.d/20-line.conf')
    reboot(vm)
    stock, stock_chain = since_getty(vm, 'login:'), critical_chain(vm)
    vm.run(OUR_GETTY)
    reboot(vm)
    vm.wait(re.escape(URL), 30)
    report('boot', [since_getty(vm, FIRST_WORDS)], 'to its first words', {PROMPT: [stock]})
    report('boot', [since_getty(vm, 'F8/8')], 'to the start screen', {PROMPT: [stock]})
    report('boot', [since_getty(vm, f':{PORT}/')],
           'to the URL of a fixed address, which the kernel first checks for duplicates', {PROMPT: [stock]})
    print('    what the getty waited for, with the start screen and in a stock one:')
    for left, right in itertools.zip_longest(critical_chain(vm), stock_chain, fillvalue=''):
        print(f'    {left:60}{right}')
    expect(is_in_time(first, prompt), f'the first words came later than a stock login prompt: after {first} ms, and that after {prompt} ms')


# Under emulation two medians may be so far apart without being different.
FIRST_WORDS, SLACK = 'Opening the start screen', 1.2


def is_in_time(first, prompt):
    return statistics.median(first) <= statistics.median(prompt) * SLACK


def in_turn(vm):
    """How long each takes, one after the other, so that both have the same neighbours; where these are loud, of more starts. The stock
    getty is what is left."""
    first, prompt = [], []
    while len(first) < 5 or (len(first) < 15 and not is_in_time(first, prompt)):
        vm.run(f'{OUR_GETTY}; systemctl daemon-reload')
        first.append(startup(vm, FIRST_WORDS))
        stock_getty(vm)
        prompt.append(startup(vm, 'login:'))
    return first, prompt


OUR_GETTY = 'rm -f /etc/systemd/system/getty@tty1.service.d/10-firstboot.conf'
PROMPT, LINE = 'to a stock login prompt', 'the shell has begun'


def report(when, ours, what, others):
    a = statistics.median(ours)
    for other, values in others.items():
        b = statistics.median(values)
        print(f'    {when}: getty start {what} {a:.0f} ms, {other} {b:.0f} ms: {a / b:.1f}')


def critical_chain(vm):
    """What the getty waited for at this boot, from the last to the first."""
    return vm.run('systemd-analyze critical-chain --no-pager getty@tty1.service').split('\n')[3:]


def stock_getty(vm):
    """Take our drop-in away, as an administrator would."""
    vm.run('mkdir -p /etc/systemd/system/getty@tty1.service.d; '
           'ln -s /dev/null /etc/systemd/system/getty@tty1.service.d/10-firstboot.conf; '
           'systemctl daemon-reload')


def autologin_getty(vm):
    """The least that a login without a password can be: PAM, a session of logind's, a shell that prints a line."""
    vm.run(f"""printf '#!/bin/sh\\necho {LINE}\\nexec sleep inf\\n' >/usr/local/bin/line
chmod 755 /usr/local/bin/line
useradd -s /usr/local/bin/line line
printf '[Service]\\nExecStart=\\nExecStart=-/sbin/agetty --autologin line --noclear %%I linux\\n' \\
    >/etc/systemd/system/getty@tty1.service.d/20-line.conf
systemctl daemon-reload""")


def startup(vm, text):
    """Milliseconds from a start of getty@tty1 to a text on its screen."""
    vm.run(f'systemctl stop getty@tty1; printf "\\033c" >/dev/tty1; '
           f'/usr/lib/firstboot-test/vcswait "{text}" >/run/shown & '
           f'systemctl start getty@tty1; wait $!', 40)
    return since_getty(vm, text, '/run/shown')


def since_getty(vm, text, file='/run/shown-at-boot'):
    """Milliseconds from the last start of getty@tty1 to the first time that its screen had a text."""
    shown = vm.run(f'grep -F "{text}" {file}').split()[-1]
    begun = vm.run('systemctl show -P ExecMainStartTimestampMonotonic getty@tty1')
    return (int(shown) - int(begun)) / 1000


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
