#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the start screen says of the web interface of a machine that boots: its unit, its servers, its firewall, its QR code.

    web.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run
"""
import base64
import pathlib
import re
import sys

import lan
import suite
from suite import decode, equal, expect, look, test, wait_words, words

SERVER = pathlib.Path(__file__).resolve().parents[1] / 'lib/webserver.py'
PORT = 8443
LIMIT = 5           # that an answer may take before it is none; include/webcheck.h
SOON = 1            # what is promised
TRIES = 3           # an emulated machine stands still now and then, where others work beside it
STOPPED = f'nothing listens on port {PORT}: acme-web\\.service is stopped'
ANSWERING = r'answering \(acme-web\.service, since \d\d:\d\d\)'
CLOSED = rf'answers, but the firewall \(inet test input\) lets nobody in on port {PORT}'

UNIT = f"""[Service]
EnvironmentFile=/run/acme
ExecStart=/usr/bin/python3 /run/webserver.py $KIND --address $ADDRESS --port {PORT}
StandardOutput=truncate:/run/ready
"""

# Each server: its kind, where it listens, how the sentence about it begins on the screen, all of it, and what it takes to know.
SERVERS = {
    'plain': ('plain', '::', 'speaks HTTP, not', rf'speaks HTTP, not HTTPS, on port {PORT}', SOON),
    'self-signed': ('tls', '::', 'answering (acme-web', ANSWERING + r'(?!,)', SOON),
    'another name': ('tls-other-name', '::', 'answering (acme-web',
                     ANSWERING + r', but its certificate is for other\.example\.com, not for 192\.0\.2\.1\d\d: browsers will warn', SOON),
    'hanging': ('hanging', '::', 'accepts connections, but', 'accepts connections, but does not answer', LIMIT + SOON),
    '500': ('tls-500', '::', 'answers with an error', r'answers with an error \(HTTP 500\)', SOON),
    'garbage': ('tls-garbage', '::', 'answers with something', 'answers with something else than HTTP', SOON),
    '1 byte a second': ('tls-slow', '::', 'begins to answer', 'begins to answer, but does not come to the point within 5 s', LIMIT + SOON),
    'loopback': ('tls', '127.0.0.1', 'listens on 127.0.0.1', r'listens on 127\.0\.0\.1 only: other machines cannot reach it', SOON),
}


def lag(vm, begins, script):
    """Change what is true; how many seconds later the machine's screen has a row that says so."""
    answer = vm.run(f"/usr/lib/firstboot-test/vcswait '{begins}' >/run/shown & waiter=$!\n{script}\ncut -d' ' -f1 /proc/uptime\n"
                    'wait $waiter; tail -n 1 /run/shown', 60)
    changed, shown = answer.split('\n')
    return max(0, int(shown.split()[-1]) / 1e6 - float(changed))


def tell(vm, name, limit, begins, sentence, change, undo):
    """Change what is true: all of the sentence comes, and begins in time."""
    for left in reversed(range(TRIES)):
        took = lag(vm, begins, change)
        wait_words(vm, sentence)
        print(f'    {name}: {took:.2f} s')
        if took < limit:
            return
        expect(left, f'{name}: {took} s')
        undo(vm)


def start_server(kind, address='::'):
    """As a script: until it listens."""
    return (f'printf "KIND={kind}\\nADDRESS={address}\\n" >/run/acme; rm -f /run/ready; systemctl start acme-web\n'
            'until grep -q ready /run/ready 2>/dev/null; do sleep 0.02; done')


def stop_server(vm):
    vm.run('systemctl stop acme-web')
    wait_words(vm, STOPPED)


def put(vm, path, text):
    vm.run(f"base64 -d >{path} <<'end'\n{base64.b64encode(text.encode()).decode()}\nend")


@test()
def nothing_listens(vm):
    suite.start(vm)
    put(vm, '/run/webserver.py', SERVER.read_text())
    put(vm, '/run/systemd/system/acme-web.service', UNIT)
    vm.run('mkdir -p /etc/firstboot/firstboot.conf.d; '
           f'printf "[Web]\\nScheme=https\\nPort={PORT}\\nUnit=acme-web.service\\n" >/etc/firstboot/firstboot.conf.d/60-unit.conf; '
           'systemctl is-system-running --wait || true; sleep 2; echo claimed >/var/lib/firstboot/state; systemctl daemon-reload; '
           'systemctl stop firstbootd; systemctl restart getty@tty1', 120)
    wait_words(vm, STOPPED)
    vm.save('stopped')


@test()
def each_server_is_told_of(vm):
    for name, (kind, address, begins, sentence, limit) in SERVERS.items():
        tell(vm, name, limit, begins, sentence, start_server(kind, address), stop_server)
        stop_server(vm)


@test()
def closed_port_is_told_of(vm):
    def close(vm):
        vm.run(closing)
        wait_words(vm, CLOSED)

    def open_again(vm):
        vm.run(opening)
        wait_words(vm, ANSWERING + '(?!,)')
    closing = f"nft 'table inet test {{ chain input {{ type filter hook input priority 0; iif != lo tcp dport {PORT} drop; }}; }}'"
    opening = 'nft delete table inet test'
    vm.run(start_server('tls'))
    wait_words(vm, ANSWERING)
    tell(vm, 'closed', SOON, 'answers, but the', CLOSED, closing, open_again)
    tell(vm, 'open again', SOON, 'answering (acme-web', ANSWERING + '(?!,)', opening, close)
    stop_server(vm)


@test(start='stopped')
def unit_is_followed(vm):
    """Whom it waits for, that it starts, and since when it is there."""
    put(vm, '/run/systemd/system/acme-db.service', '[Service]\nType=oneshot\nExecStart=sleep 10\n')
    vm.run('mkdir -p /run/systemd/system/acme-web.service.d; printf "KIND=tls\\nADDRESS=::\\n" >/run/acme')
    put(vm, '/run/systemd/system/acme-web.service.d/slow.conf',
        '[Unit]\nRequires=acme-db.service\nAfter=acme-db.service\n[Service]\nExecStartPre=sleep 10\n')
    vm.run('systemctl daemon-reload; systemctl start --no-block acme-web')
    wait_words(vm, rf'nothing listens on port {PORT} yet: acme-web\.service waits for acme-db\.service since \d\d:\d\d')
    look(vm, '01-waits')
    wait_words(vm, rf'nothing listens on port {PORT} yet: acme-web\.service is starting since \d\d:\d\d')
    wait_words(vm, ANSWERING)
    since = vm.run('date -d "$(systemctl show -P ActiveEnterTimestamp acme-web)" +%H:%M')
    wait_words(vm, rf'acme-web\.service, since {since}\)')


LICENSED = f"""[Service]
ExecStart=sh -c 'test -e /run/licence || {{ echo there is no licence; exit 3; }}; \\
 exec openssl s_server -accept {PORT} -cert /run/acme.pem -www -quiet'
"""


@test(start='stopped')
def fails_and_returns(vm):
    """A unit that serves TLS: what systemd, its journal and a browser would say stands on the screen."""
    put(vm, '/run/systemd/system/acme-web.service', LICENSED)
    vm.run('touch /run/licence; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=acme '
           '-keyout /run/acme.pem -out /run/acme.pem 2>/dev/null; systemctl daemon-reload; systemctl start acme-web')
    answering = ANSWERING + ', but its certificate is for acme'
    wait_words(vm, answering)
    wait_words(vm, re.escape(vm.run('openssl x509 -in /run/acme.pem -noout -fingerprint -sha256')[-95:-48]))
    url = re.search(rf'https://192\.0\.2\.1\d\d:{PORT}/', words(vm)).group()
    look(vm, '02-answers')
    equal(decode(vm.pictures / '02-answers.png'), url, 'QR')
    vm.run('rm /run/licence; systemctl restart acme-web')
    wait_words(vm, r'acme-web\.service failed at \d\d:\d\d with exit status 3: "there is no licence"')
    look(vm, '02-failed')
    vm.run('touch /run/licence; systemctl restart acme-web')
    wait_words(vm, answering)


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
