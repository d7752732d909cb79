#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who can reach firstbootd on the bus, and what they can send there."""
import contextlib
import fcntl
import os
import pathlib
import pwd
import re
import signal
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'bus'))

import machine
import raw
from abuse import case, main
from bus import BOND, SEALS, STATIC, Bus, Refused, connection, device, family, index, link, secret, with_secret
from test_firstbootd import (GOOD, KEPT, addresses, change, configure, daemon_pid, fixed, has_lease, pending, read_file, run,
                             set_network, status, stop_daemon, ui_uid, wait, waiting)

DASHBOARD = r'(?s)https?://\S+.*F2/2 Settings'
POLICY = '/usr/share/dbus-1/system.d/org.firstboot.Firstboot1.conf'
CALLS = ('GetState', 'GetStatus', 'BeginEdit', 'ListHistory', 'GetIdentity', 'Complete', 'RequestLogin', 'WatchFirewall')
OTHERS = ('www-data', 'nobody', 'bob')


# -- the machine -----------------------------------------------------------------------------------


def refused(names, function, *arguments, **named):
    """It must answer with one of these errors; its sentence."""
    try:
        function(*arguments, **named)
    except Refused as refusal:
        assert refusal.name in names, refusal
        return refusal.message
    raise AssertionError(f'{arguments} was taken')


def reload_bus():
    run('busctl', 'call', 'org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'ReloadConfig')


@contextlib.contextmanager
def open_policy():
    """As if the bus let everybody in."""
    original = read_file(POLICY)
    pathlib.Path(POLICY).write_text(original.replace('<deny send_destination="org.firstboot.Firstboot1" send_broadcast="false"/>',
                                                     '<allow send_destination="org.firstboot.Firstboot1"/>'))
    reload_bus()
    try:
        yield
    finally:
        pathlib.Path(POLICY).write_text(original)
        reload_bus()


def uid_of(name):
    return pwd.getpwnam(name).pw_uid


def traces():
    """All that a caller might change."""
    return [read_file(path) if os.path.exists(path) else None
            for path in ('/etc/hostname', '/etc/hosts', '/etc/shadow', '/var/lib/firstboot/state', '/var/lib/firstboot/network',
                         '/run/firstboot/next-login', KEPT)] + [pending()]


@contextlib.contextmanager
def nothing_changes():
    """firstbootd lives on as the same process, and leaves everything as it is."""
    with connection() as bus:
        bus.call('GetState', returns='sbb')
        before, pid = traces(), daemon_pid()
        yield pid
        bus.call('GetState', returns='sbb')
        assert daemon_pid() == pid, 'firstbootd has ended'
        assert traces() == before, (before, traces())


def claimed():
    """A machine that somebody owns, and a firstbootd without a past."""
    machine.claim()
    stop_daemon()


def unclaimed():
    """A machine that nobody owns: with a password for root it would be taken for somebody's."""
    subprocess.run(['chpasswd', '-e'], input='root:!*\n', text=True, check=True)
    pathlib.Path(machine.STATE).write_text('unclaimed\n')
    stop_daemon()


# -- 42: callers -----------------------------------------------------------------------------------


@case(42, 'bob, www-data and nobody call every kind of method: refused by the bus, and by firstbootd where the bus lets them in')
def strangers():
    claimed()
    with nothing_changes():
        for name in OTHERS:
            with connection(uid_of(name)) as bus:
                for member in CALLS:
                    refused(['AccessDenied'], bus.call, member)
        with open_policy():
            for name in OTHERS:
                with connection(uid_of(name)) as bus:
                    for member in CALLS:
                        assert 'account' in refused(['NotPermitted'], bus.call, member)
                    refused(['NotPermitted'], bus.call, 'SetHostname', 's', 'forged')
                    refused(['NotPermitted'], with_secret, bus, 'SetRootPassword', GOOD)


@case(42, 'root of a user namespace, and one who says to be root without being it: nobody for the bus')
def not_really_root():
    claimed()
    call = ['busctl', 'call', raw.NAME, raw.PATH, raw.NAME, 'SetHostname', 's', 'forged']
    with nothing_changes(), open_policy():
        for account in ('nobody', 'firstboot'):
            inside = subprocess.run(['setpriv', f'--reuid={account}', '--clear-groups', 'unshare', '--user', '--map-root-user', *call],
                                    capture_output=True, text=True, check=False)
            assert inside.returncode != 0, (account, inside)
        with raw.Raw(uid_of('nobody'), claimed=0) as liar:
            assert b'REJECTED' in liar.read(1), 'the bus believes it'
        with raw.Raw(uid_of('nobody')) as honest:
            honest.send(raw.message('SetHostname', 's', raw.text('forged')))
            assert b'NotPermitted' in honest.read(1)


# A service of the vendor's that trusts whoever is on the machine.
TRUSTING = '''<busconfig><policy context="default">
<allow own="com.example.Trusting"/><allow send_destination="com.example.Trusting"/>
</policy></busconfig>'''


def asks(account, *words):
    """What an account is told that calls this."""
    done = subprocess.run(['setpriv', f'--reuid={account}', '--clear-groups', 'busctl', '--timeout=2', 'call', *words], capture_output=True,
                          text=True, check=False)
    return done.stdout + done.stderr


@case(42, 'the accounts of the console and of the prober call other services: no method of theirs, bob is let in; what the screen shows can be read')
def other_services():
    policy = pathlib.Path('/etc/dbus-1/system.d/com.example.Trusting.conf')
    policy.write_text(TRUSTING)
    reload_bus()
    networkd = ('org.freedesktop.network1', '/org/freedesktop/network1')
    hostnamed = ('org.freedesktop.hostname1', '/org/freedesktop/hostname1')
    calls = ((*networkd, 'org.freedesktop.network1.Manager', 'ListLinks'), (*networkd, 'org.freedesktop.network1.Manager', 'Reload'),
             (*hostnamed, 'org.freedesktop.hostname1', 'SetHostname', 'sb', 'forged', 'false'), (*hostnamed, 'org.freedesktop.DBus.Peer', 'Ping'),
             ('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'StartServiceByName', 'su', hostnamed[0], '0'),
             ('com.example.Trusting', '/', 'com.example.Trusting', 'OpenDoor'), ('com.example.Trusting', '/', 'org.freedesktop.DBus.Peer', 'Ping'))
    with raw.Raw(uid_of('nobody')) as owner:
        owner.send(raw.message('RequestName', 'su', raw.padded(raw.text('com.example.Trusting'), 4) + bytes(4), interface='org.freedesktop.DBus',
                               destination='org.freedesktop.DBus', path='/org/freedesktop/DBus'))
        for call in calls:
            for account in 'firstboot', 'firstboot-prober':
                said = asks(account, *call)
                assert 'Access denied' in said, (account, call, said)
            assert 'Access denied' not in asks('bob', *call), call
    policy.unlink()
    reload_bus()
    path = f'/org/freedesktop/network1/link/_3{index("enp1s0")}'
    said = asks('firstboot', networkd[0], path, 'org.freedesktop.DBus.Properties', 'Get', 'ss', 'org.freedesktop.network1.Link', 'AdministrativeState')
    assert 'configured' in said, said


@case(42, 'the console and root: the console needs the password on a claimed machine, root does not')
def the_two():
    claimed()
    with connection(ui_uid()) as console, connection() as root:
        assert console.call('GetState', returns='sbb') == ['claimed', False, True]
        for member, signature, *values in (('SetHostname', 's', 'forged'), ('Complete', ''), ('BeginEdit', ''), ('ListHistory', ''),
                                           ('GetSettings', 't', 0), ('RenewIdentity', 'u', 3), ('Power', 'sb', 'reboot', False),
                                           ('Confirm', 't', 1), ('Revert', 't', 1)):
            assert 'password' in refused(['NotPermitted'], console.call, member, signature, *values)
        refused(['NotPermitted'], with_secret, console, 'SetRootPassword', GOOD)
        refused(['NotPermitted'], with_secret, console, 'SaveReport', 'text')
        refused(['NotPermitted'], change, console, [link('enp1s0', fixed())])
        refused(['AccessDenied'], console.call, 'FollowLeases')
        assert root.call('GetState', returns='sbb') == ['claimed', True, True]


# -- 43: callers that are gone ---------------------------------------------------------------------


@case(43, '10 000 callers without a right are gone as soon as they have asked, or a moment later: nothing is done for any')
def gone_at_once():
    claimed()
    order = raw.message('SetHostname', 's', raw.text('forged'))
    orders = order + raw.message('Complete', serial=3) + raw.message('RenewIdentity', 'u', struct.pack('<I', 3), serial=4)
    with nothing_changes() as pid, open_policy():
        files = len(os.listdir(f'/proc/{pid}/fd'))
        for i in range(10000):
            uid = (ui_uid(), 65534)[i % 2]
            caller = raw.Raw(uid)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                caller.send((order, orders)[i // 2 % 2])
            if i % 50 == 0:
                time.sleep(0.002)
            caller.close()
        # It is through with all of them when it answers.
        with connection() as root:
            root.call('GetStatus', returns='ttsst')
        # One more is the journal's.
        wait(lambda: len(os.listdir(f'/proc/{pid}/fd')) <= files + 1, 10, 'no descriptor is left')


@case(43, 'callers with the right who are gone before the answer: their ticket and their edit lock end with them')
def gone_with_a_right():
    claimed()
    bus = Bus(ui_uid())
    with_secret(bus, 'Authenticate', machine.PASSWORD, 'b')
    bus.call('BeginEdit', returns='bst')
    bus.send('SetHostname', 's', 'gone-before')
    bus.close()
    with connection() as root, connection(ui_uid()) as other:
        wait(lambda: root.call('GetStatus', returns='ttsst')[3] == '', 5, 'nobody edits')
        assert other.call('GetState', returns='sbb') == ['claimed', False, True]
        refused(['NotPermitted'], other.call, 'SetHostname', 's', 'forged')


# -- 44: wrong messages ----------------------------------------------------------------------------


@case(44, 'every method with arguments of other types, none, and too many; methods and properties that there are not')
def wrong_types():
    unclaimed()
    with nothing_changes(), connection() as root:
        xml = root.call('Introspect', interface=b'org.freedesktop.DBus.Introspectable', returns='s')[0]
        ours = re.search(r'<interface name="org.firstboot.Firstboot1">.*?</interface>', xml, re.S).group()
        methods = re.findall(r'<method name="(\w+)">(.*?)</method>|<method name="(\w+)"/>', ours, re.S)
        assert len(methods) > 20
        for name, body, bare in methods:
            taken = ''.join(re.findall(r'type="([^"]+)" (?:name="\w+" )?direction="in"', body))
            for signature, values in (('', ()), ('i', (1,)), ('s', ('x',)), ('as', (['x'],)), ('tt', (1, 2)), ('a(is)', ([(1, 'x')],)),
                                      ('sss', ('x', 'y', 'z')), ('ayay', (b'x', b'y'))):
                if signature != taken:
                    refused(['InvalidArgs'], root.call, name or bare, signature, *values)
    with nothing_changes(), connection(ui_uid()) as console:
        for member in ('Shell', 'Run', 'Exec', 'getstate', 'A' * 255):
            refused(['UnknownMethod'], console.call, member, 's', 'id')
        for member, signature, values in (('Get', 'ss', (raw.NAME, 'Password')), ('GetAll', 's', ('org.example.None',))):
            refused(['UnknownProperty', 'UnknownInterface'], console.call, member, signature, *values,
                    interface=b'org.freedesktop.DBus.Properties')
        refused(['InvalidArgs', 'UnknownProperty'], console.call, 'Set', 'sss', raw.NAME, 'Claimed', 'no',
                interface=b'org.freedesktop.DBus.Properties')
        for path in ('/', '/org/firstboot', '/org/firstboot/Firstboot1/x', '/etc/shadow'):
            with raw.Raw(ui_uid()) as other:
                other.send(raw.message('Complete', path=path))
                assert b'UnknownObject' in other.read(0.3) or b'UnknownMethod' in other.read(0.3), path


def nested(depth, signature='v'):
    """A value in so many variants."""
    body = b'\1s\0' + b'\0' + raw.text('x')
    for _ in range(depth):
        body = b'\1v\0' + body
    return raw.message('SetHostname', signature, body)


@case(44, 'bodies that are no bodies: 128 levels, lengths that lie, NUL and broken UTF-8 in texts, 16 MiB, 1 GiB announced')
def broken_bodies():
    unclaimed()
    bad = (nested(128), nested(10), raw.message('SetHostname', 's', b'\xff\xff\xff\x7fx\0'), raw.message('SetHostname', 's', b'\1\0'),
           raw.message('SetHostname', 's', raw.text(b'a\0b')), raw.message('SetHostname', 's', raw.text(b'\xff\xfe')),
           raw.message('SetHostname', 's', raw.text(b'\xed\xa0\x80')), raw.message('Confirm', 't', b'\0' * 7),
           raw.message('SetHostname', '(' * 40 + 's' + ')' * 40, b''), raw.message('SetHostname', 'a' * 40 + 's', b'\0' * 4),
           raw.message('Authenticate', 'h', struct.pack('<I', 7)), raw.message('Authenticate', 'h', struct.pack('<I', 0), fds=3),
           struct.pack('<cBBBIII', b'l', 1, 0, 1, 1 << 30, 2, 0), b'B' + os.urandom(400), b'\0' * 64, os.urandom(4096))
    with nothing_changes() as pid:
        before = status(pid, 'VmRSS')
        for data in bad:
            with raw.Raw(ui_uid()) as caller:
                caller.send(data)
                answer = caller.read(0.3)
                assert b'forged' not in answer
        for size in (17 << 10, 1 << 20, 16 << 20):
            with connection(ui_uid()) as console:
                refused(['Refused', 'TooSoon', 'LimitsExceeded'], console.call, 'SetHostname', 's', 'x' * size)
        if 'libasan' not in read_file(f'/proc/{pid}/maps'):
            assert status(pid, 'VmRSS') - before < 40960, f'{before} kB before, {status(pid, "VmRSS")} now'


@case(44, 'calls as fast as the bus takes them, for two seconds: others are still answered, and memory stays bounded')
def flood():
    claimed()
    with nothing_changes() as pid:
        before = status(pid, 'VmRSS')
        child = os.fork()
        if child == 0:
            caller, end, n = raw.Raw(ui_uid()), time.monotonic() + 2, 0
            calls = b''.join(raw.message('SetHostname', 's', raw.text('forged'), serial=i + 2, flags=1) for i in range(200))
            while time.monotonic() < end:
                with contextlib.suppress(BlockingIOError):
                    caller.send(calls)
                    n += 200
            os._exit(0 if n >= 2000 else 1)
        slowest = 0.0
        with connection() as root:
            end = time.monotonic() + 2
            while time.monotonic() < end:
                begun = time.monotonic()
                root.call('GetState', returns='sbb')
                slowest = max(slowest, time.monotonic() - begun)
        assert os.waitpid(child, 0)[1] == 0, 'no flood'
        print(f'root waited for {slowest:.2f} s at most')
        assert slowest < 10, f'root waited for {slowest:.1f} s'
        if 'libasan' not in read_file(f'/proc/{pid}/maps'):
            # The most that waits is 65 536 messages, while the bus is asked who has sent the first.
            assert status(pid, 'VmRSS') - before < 131072, f'{before} kB before, {status(pid, "VmRSS")} now'


@case(44, 'more changes than are taken in a minute, questions without end, and answers that nobody fetches')
def too_often():
    claimed()
    with nothing_changes() as pid, connection(ui_uid()) as console:
        with_secret(console, 'Authenticate', machine.PASSWORD, 'b')
        names = set()
        for _ in range(40):
            with contextlib.suppress(Refused):
                console.call('BeginEdit', returns='bst')
                continue
            names.add('TooSoon')
        assert names == {'TooSoon'}
        console.call('Lock')
        for _ in range(300):
            console.send('WatchFirewall')
            console.send('GetInhibitors', 's', 'reboot')
        with connection() as root:
            root.call('GetState', returns='sbb')
        assert len(os.listdir(f'/proc/{pid}/fd')) < 200
    stop_daemon()


@case(44, 'secrets in what is no sealed memory: a pipe, /dev/zero, files, O_PATH, 2 GiB, shrunk meanwhile, more descriptors than asked')
def broken_memfds():
    unclaimed()
    readable, writable = os.pipe()
    os.write(writable, GOOD.encode())
    with nothing_changes() as pid, connection() as bus, contextlib.ExitStack() as stack:
        files = len(os.listdir(f'/proc/{pid}/fd'))
        opened = [stack.enter_context(open(path, 'rb')).fileno() for path in ('/dev/zero', '/dev/null', '/etc/shadow')]
        opened += [readable, os.open('/etc/shadow', os.O_PATH), os.open('/etc', os.O_RDONLY)]
        big = os.memfd_create('big', os.MFD_ALLOW_SEALING)
        os.truncate(big, 2 << 30)
        fcntl.fcntl(big, fcntl.F_ADD_SEALS, SEALS)
        opened += [big, os.open(f'/proc/self/fd/{stack.enter_context(secret(GOOD))}', os.O_PATH)]
        for member in ('SetRootPassword', 'CheckPassword', 'SaveReport'):
            for fd in opened:
                refused(['Refused'], bus.call, member, 'h', fd)
            for missing in (fcntl.F_SEAL_WRITE, fcntl.F_SEAL_SHRINK, fcntl.F_SEAL_GROW, fcntl.F_SEAL_SEAL):
                refused(['Refused'], bus.call, member, 'h', stack.enter_context(secret(GOOD, SEALS & ~missing)))
        # Shrunk while it is looked at: without seals it is not looked at.
        racing = stack.enter_context(secret(GOOD, 0))
        for size in (3, 400, 0) * 20:
            bus.send('SetRootPassword', 'h', racing)
            os.ftruncate(racing, size)
        with raw.Raw() as many:
            many.send(raw.message('GetState', fds=16), [readable] * 16)
            many.read(0.5)
        wait(lambda: len(os.listdir(f'/proc/{pid}/fd')) <= files, 10, 'no descriptor is left')


# -- 45: text that would be lines ------------------------------------------------------------------

SIOCSIFNAME = 0x8923
LINES = ('x\n[Route]\nGateway=192.0.2.66', 'x\r', '\n', '[Match]', '#x', ';x', 'x\\', '%n', '%n%n', 'x\u2028y', 'x\u0085y', 'a b', 'x\ty',
         '\x1b[2Jx', 'x\x7f', '$(id)', ';reboot', '../../x', '*', '!x', 'x=y', '"x"', '\u202ex', 'ü', 'x' * 300)


@case(45, 'text with line ends, sections, specifiers, continuations and controls in every field of SetNetwork and SetHostname')
def lines_in_fields():
    unclaimed()
    with nothing_changes(), connection() as bus:
        for text in LINES:
            places = [[link('enp1s0', fixed(), domains=[text])], [link('enp1s0', fixed(), ntp=[text])],
                      [link(text, fixed(), ifindex=index('enp1s0'))],
                      [link('bond0', fixed(), ifindex=0, made_of=device(BOND, [text]))],
                      [link(text, fixed(), ifindex=0, made_of=device(BOND, ['enp1s0']))]]
            for links in places:
                refused(['Refused'], change, bus, links)
            refused(['Refused'], change, bus, [link('enp1s0', fixed())], advertised=text)
            refused(['Refused'], bus.call, 'SetHostname', 's', text)
        for text in (b'x\0y', b'\0', b'\xff'):
            with raw.Raw() as caller:
                caller.send(raw.message('SetHostname', 's', raw.text(text)))
                assert caller.is_cut_off(), 'the bus passes it on'
    assert not os.listdir('/etc/systemd/network') and not pending()


@case(45, 'what is accepted renders to one [Network] section and no control character, with every list full')
def accepted_text():
    unclaimed()
    with connection() as bus:
        full = link('enp1s0', family(STATIC, [f'192.0.2.{i}/24' for i in range(10, 18)], '192.0.2.1'), dns=[f'192.0.2.{i}' for i in range(50, 58)],
                    domains=[f'd{i}.' + '.'.join(['a' * 60] * 3) + '.example' for i in range(8)], ntp=[f't{i}.example.com' for i in range(4)],
                    routes=[(f'10.{i}.0.0/16', '192.0.2.2', 100 + i) for i in range(16)])
        change(bus, [full], 2)
        text = read_file(KEPT)
        assert text.count('[Network]') == text.count('[Match]') == 1 and text.count('Domains=') == 8 and text.count('[Route]') == 16
        assert all(' ' <= c <= '~' or c == '\n' for c in text)
        change(bus, [], 3)
        assert not os.path.exists(KEPT)
    wait(has_lease, 20, 'DHCP is back')


# -- 46: names of interfaces -----------------------------------------------------------------------


def plug_in(*names):
    """Cards whose cables end in the namespace "peer"."""
    lines = ''.join(f'link add {name} type veth peer name p-{i}-{os.getpid()} netns peer\n' for i, name in enumerate(names))
    subprocess.run(['ip', '-batch', '-'], input=lines, text=True, check=True)


def pull_out(*names):
    for name in names:
        subprocess.run(['ip', 'link', 'delete', name], stderr=subprocess.DEVNULL, check=False)


def add_card(name):
    """A card of any name that the kernel takes, and its index: ip(8) would refuse some."""
    plug_in('odd0')
    number = index('odd0')
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFNAME, struct.pack('16s16s8x', b'odd0', name.encode()))
    run('ip', '-n', 'peer', 'link', 'set', f'p-0-{os.getpid()}', 'name', f'odd{number}')
    return number


def remove_card(number):
    """By its index: some names are not for a command line."""
    with subprocess.Popen(['python3', '-c', DELETE, str(number)]) as process:
        assert process.wait() == 0


DELETE = '''
import socket, struct, sys
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.send(struct.pack('<IHHII', 32, 17, 5, 1, 0) + struct.pack('<BxHiII', 0, 0, int(sys.argv[1]), 0, 0))
answer = s.recv(4096)
sys.exit(0 if struct.unpack_from('<i', answer, 16)[0] == 0 else 1)
'''

# No '%': the kernel takes that for a pattern of its own, and gives a number for it or refuses.
ODD = ('\x1b[2J\x1b[Hgone', '*', '!en', '...', '-rf', '[Match]', 'x;reboot', '$(id)', "a'b\"", '\x7f\x9b', 'é\u202e', 'a\\nb')


HARMLESS = ('...', '-rf')  # as file names and in Name=


def shows(t, *words):
    """The screen shows the URL in whole, and these words."""
    t.wait_for(DASHBOARD)
    for word in words:
        t.wait_for(word)


@case(46, 'cards called ESC, *, !, ..., -rf, [Match] and such: the screen stands, and no setting is taken for them by their own name')
def odd_names():
    unclaimed()
    machine.allow_ptys()
    machine.claim()
    numbers = []
    with connection() as bus:
        try:
            for name in ODD:
                numbers.append(add_card(name))
                if name not in HARMLESS:
                    refused(['Refused'], change, bus, [link(name, fixed('198.51.100.9/24', ''), ifindex=numbers[-1])])
            with machine.console() as t:
                shows(t)
                rows = [row for row in t.screen.display if '://' in row]
                assert any(re.search(r'https?://\S+', row) for row in rows), rows
                assert not t.status, t.status
        finally:
            for number in numbers:
                remove_card(number)
    assert not os.listdir('/etc/systemd/network') and not pending()


@case(46, 'a name of 15 characters is taken; another name of a card (altname) and an alias of 255 bytes of ESC are not, and do no harm')
def long_and_other_names():
    unclaimed()
    plug_in('abcdefghijklmno')
    run('ip', 'link', 'property', 'add', 'dev', 'abcdefghijklmno', 'altname', 'othername')
    run('ip', 'link', 'set', 'dev', 'abcdefghijklmno', 'alias', '\x1b[2J\x1b]0;x\x07' * 17)
    run('ip', 'link', 'set', 'abcdefghijklmno', 'up')
    run('ip', '-n', 'peer', 'link', 'set', f'p-0-{os.getpid()}', 'up')
    number = index('abcdefghijklmno')
    try:
        with connection() as bus:
            assert 'no longer called' in refused(['Refused'], change, bus, [link('othername', fixed('198.51.100.9/24', ''), ifindex=number)])
            txid = change(bus, [link('abcdefghijklmno', fixed('198.51.100.9/24', ''))])[0]
            assert '198.51.100.9/24' in addresses('abcdefghijklmno')
            bus.call('Revert', 't', txid)
        machine.allow_ptys()
        machine.claim()
        with machine.console() as t:
            shows(t, 'abcdefghijklmno')
    finally:
        pull_out('abcdefghijklmno')


@case(46, 'a card renamed, exchanged with another, or pulled between the look and the change, and in the middle of it')
def renamed():
    unclaimed()
    plug_in('swap0', 'swap1')
    number = index('swap0')
    with connection() as bus:
        try:
            for old, new in (('swap0', 'spare'), ('swap1', 'swap0'), ('spare', 'swap1')):
                run('ip', 'link', 'set', old, 'name', new)
            assert 'no longer called' in refused(['Refused'], change, bus, [link('swap0', fixed('198.51.100.9/24', ''), ifindex=number)])
            run('ip', 'link', 'delete', 'swap1')
            refused(['Refused'], change, bus, [link('swap1', fixed('198.51.100.9/24', ''), ifindex=number)])
            run('ip', 'link', 'set', 'swap0', 'up')
            child = os.fork()
            if child == 0:
                with connection() as other:
                    try:
                        txid = change(other, [link('swap0', fixed('198.51.100.9/24', '198.51.100.1'))])[0]
                        other.call('Revert', 't', txid)
                    except Refused as refusal:
                        os._exit(0 if refusal.name == 'Failed' else 1)
                    os._exit(0)
            time.sleep(0.5)
            run('ip', 'link', 'delete', 'swap0')
            assert os.waitpid(child, 0)[1] == 0
        finally:
            pull_out('swap0', 'swap1', 'spare')
        assert waiting(bus)[0] == 0 and not pending()
    assert not os.listdir('/etc/systemd/network')


@case(46, '500 cards: the screen comes within 5 s, and the settings of one can be changed')
def five_hundred():
    unclaimed()
    machine.allow_ptys()
    many = [f'many{i}' for i in range(500)]
    plug_in(*many)
    try:
        machine.claim()
        begun = time.monotonic()
        with machine.console() as t:
            t.wait_for(DASHBOARD, 5)
            assert time.monotonic() - begun < 5
        with connection() as bus:
            txid = set_network(bus, fixed())[0]
            assert '192.0.2.10/24' in addresses()
            bus.call('Revert', 't', txid)
    finally:
        subprocess.run(['ip', '-batch', '-'], input=''.join(f'link delete {name}\n' for name in many), text=True, check=True)
    wait(has_lease, 20, 'DHCP is back')


# -- 35: another firstbootd, or none ---------------------------------------------------------------


def wants_to_change(t):
    """Ask for the settings and show root's password; what the screen says then."""
    t.wait_for(DASHBOARD)
    t.type('2')


@contextlib.contextmanager
def activation(command):
    """The bus starts this in the place of firstbootd."""
    path = '/usr/share/dbus-1/system-services/org.firstboot.Firstboot1.service'
    original = read_file(path)
    stop_daemon()
    pathlib.Path(path).write_text(re.sub(r'(?m)^Exec=.*$', f'Exec={command}', original))
    reload_bus()
    try:
        yield
    finally:
        pathlib.Path(path).write_text(original)
        reload_bus()


FAKE = '''
import os, sys
sys.path.insert(0, {folder!r})
import raw
bus = raw.Raw()
bus.send(raw.message("RequestName", "su", raw.padded(raw.text("org.firstboot.Firstboot1"), 4) + b"\\0\\0\\0\\0",
                     interface="org.freedesktop.DBus", destination="org.freedesktop.DBus", path="/org/freedesktop/DBus"))
import struct
while data := bus.socket.recv(1 << 16):
    at = 0
    while at + 16 <= len(data):
        _, kind, _, _, size, serial, fields = struct.unpack_from("<cBBBIII", data, at)
        head = data[at:at + 16 + fields + (-fields % 8)]
        sender = head.find(b":1.")
        if kind == 1 and sender >= 0:
            name = head[sender:head.index(b"\\0", sender)]
            reply = bytes([5, 1, ord("u"), 0]) + struct.pack("<I", serial) + bytes([6, 1, ord("s"), 0]) + raw.text(name)
            body = raw.padded(raw.text(b"\\x1b[2Junclaimed; all is yours"), 4) + struct.pack("<II", 1, 1)
            reply += b"\\0" * (-len(reply) % 8) + bytes([8, 1, ord("g"), 0]) + b"\\x03sbb\\0"
            bus.send(raw.padded(struct.pack("<cBBBIII", b"l", 2, 1, 1, len(body), 9, len(reply)) + reply) + body)
        at += 16 + fields + (-fields % 8) + size
'''


def status_only(t):
    """Nothing can be changed, and the screen still shows the address and lives."""
    wants_to_change(t)
    time.sleep(1)
    t.wait_for(r'\S')
    screen = '\n'.join(t.screen.display)
    assert not re.search(r'Which network card|What is this appliance called|Choose the password', screen), screen
    return screen


@case(35, 'no firstbootd: it cannot be started, or ends at once; the screen shows the status and takes no change')
def dead():
    machine.allow_ptys()
    claimed()
    for command in ('/usr/bin/false', '/nonexistent'):
        with activation(command), machine.console() as t:
            status_only(t)
    stop_daemon()


@case(35, 'firstbootd stopped in its tracks: the screen shows the status, follows the address, and lives on')
def hung():
    machine.allow_ptys()
    claimed()
    with connection() as bus:
        bus.call('GetState', returns='sbb')
    pid = daemon_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        with machine.console() as t:
            t.wait_for(r'https?://\S+', 10)
            run('ip', 'address', 'add', '198.51.100.77/24', 'dev', 'enp2s0')
            t.wait_for(r'198\.51\.100\.77', 5)
            t.type('2')
            time.sleep(2)
            screen = '\n'.join(t.screen.display)
            assert not re.search(r'Which network card|What is this appliance called', screen), screen
    finally:
        run('ip', 'address', 'del', '198.51.100.77/24', 'dev', 'enp2s0')
        os.kill(pid, signal.SIGCONT)


@case(35, 'another program of root\'s has the name and answers garbage, that all is open: no page that changes something comes')
def garbage():
    machine.allow_ptys()
    claimed()
    script = pathlib.Path('/run/fake-firstbootd')
    script.write_text('#!/usr/bin/python3\n' + FAKE.format(folder=str(pathlib.Path(raw.__file__).parent)))
    script.chmod(0o755)
    with activation(script), machine.console() as t:
        screen = status_only(t)
        assert 'yours' not in screen, screen
    subprocess.run(['pkill', '-f', '^/usr/bin/python3 /run/fake-firstbootd'], check=False)


@case(35, 'nobody but root can have the name: the console\'s account and others are refused it')
def name_taken():
    stop_daemon()
    for name in ('firstboot', *OTHERS):
        result = subprocess.run(['setpriv', f'--reuid={uid_of(name)}', '--clear-groups', 'busctl', 'call', 'org.freedesktop.DBus', '/',
                                 'org.freedesktop.DBus', 'RequestName', 'su', raw.NAME, '0'], text=True, capture_output=True, check=False)
        assert result.returncode != 0 and 'denied' in result.stderr, result


# -- 48: two at once -------------------------------------------------------------------------------


@case(48, 'a second one who wants to change settings is told who does so, and can when that has ended; nobody changes between')
def two_at_once():
    unclaimed()
    machine.allow_ptys()
    machine.claim()
    with connection() as first, connection(ui_uid()) as second:
        assert first.call('BeginEdit', returns='bst')[0] == 1
        with_secret(second, 'Authenticate', machine.PASSWORD, 'b')
        granted, editor, _ = second.call('BeginEdit', returns='bst')
        assert not granted and 'root' in editor, editor
        for call in (lambda: second.call('SetHostname', 's', 'second'), lambda: with_secret(second, 'SetRootPassword', GOOD),
                     lambda: change(second, [link('enp1s0', fixed())]), lambda: second.call('RenewIdentity', 'u', 0)):
            assert 'somebody else (root' in refused(['Busy'], call)
        first.call('EndEdit')
        assert second.call('BeginEdit', returns='bst')[0] == 1
        second.call('Lock')


@case(48, 'two changes of the network at once, and one while another waits: one is tried, the other told')
def two_changes():
    unclaimed()
    with connection() as first, connection() as second:
        child = os.fork()
        if child == 0:
            with connection() as other:
                txid = set_network(other, fixed('192.0.2.30/24'))[0]
                other.call('Revert', 't', txid)
            os._exit(0)
        time.sleep(0.4)
        assert 'under way' in refused(['Busy'], set_network, first, fixed())
        assert os.waitpid(child, 0)[1] == 0
        txid = set_network(first, fixed())[0]
        assert 'not yet been kept' in refused(['Busy'], set_network, second, fixed('192.0.2.11/24'))
        refused(['Refused'], second.call, 'Confirm', 't', txid ^ 2)
        first.call('Revert', 't', txid)
        refused(['Refused'], second.call, 'Confirm', 't', txid)
    wait(has_lease, 20, 'DHCP is back')


if __name__ == '__main__':
    run('useradd', '--no-create-home', 'bob')
    configure()
    wait(has_lease, 15, 'a DHCP lease')
    sys.exit(main())
