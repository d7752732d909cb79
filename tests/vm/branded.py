#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A vendor's image, made by configuration and one step with every kind of field; its copies are set up on tty1 and on ttyS0.

    branded.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run

The image is made as README.md says, on a machine that runs the stock one with our packages. What the program of the step has been
given is looked at: it keeps it.
"""
import base64
import io
import json
import pathlib
import re
import shutil
import sys
import tarfile
import time

import lan
import suite
from serial import FirstConsole, SerialConsole, add_serial, add_virtio
from suite import equal, expect, look, test

BRAND = pathlib.Path(__file__).with_name('branded')
EXAMPLE = '/usr/share/doc/firstboot/examples/steps.d'
NAME, PASSWORD, KEY = 'appliance01', 'a quiet green lamp 7', 'ACME-12345678'
GIVEN = {'Organisation': 'Acme GmbH', 'Edition': 'enterprise', 'Generations': 14, 'Room': 50 << 30, 'Copy': True,
         'Server': 'vault.example.com', 'From': '192.0.2.7', 'Portal': 'https://r.example.com/'}

# Of the languages, those whose letters the kernel's own font has, and all.
IN_FONT = ['Deutsch', 'English', 'Español', 'Français', 'Italiano', 'Português']
LANGUAGES = sorted([*IN_FONT, 'Polski', 'Български', '日本語'])

# What each page has, in the customer's language.
ENGLISH = {
    'licence': 'You may use this appliance on one machine', 'card': 'Which network card', 'method': 'get its address',
    'hostname': 'What is this appliance called', 'password': r'Password +\[', 'step': r'Backup \d of \d',
    'labels': ['This appliance can keep backups', 'Organisation', 'Edition', 'Licence key', 'Backups to keep', 'Room for them',
               'Copy them to another machine', 'Name of that machine', 'Address that it knows us by', 'Where to send reports'],
    'review': 'Apply', 'done': 'is set up', 'start': 'Settings',
}
GERMAN = {
    'licence': 'Sie dürfen diese Appliance auf einem Rechner benutzen', 'card': 'Welche Netzwerkkarte',
    'method': 'Adresse', 'hostname': 'Wie heißt diese Appliance', 'password': r'Kennwort +\[', 'step': r'Sicherung \d von \d',
    'labels': ['Dieses Gerät kann Sicherungen', 'Organisation', 'Ausgabe', 'Lizenzschlüssel', 'Anzahl der Sicherungen', 'Platz dafür',
               'Auf einen anderen Rechner', 'Name dieses Rechners', 'Adresse, unter der er uns kennt', 'Wohin Berichte gehen'],
    'review': 'Anwenden', 'done': 'eingerichtet', 'start': 'Einstellungen',
}


# -- the packager --

def brand(vm):
    """Copy the vendor's files into the machine."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode='w') as archive:
        for path in sorted(BRAND.iterdir()):
            archive.add(path, path.name)
    vm.run(f'mkdir -p /usr/share/acme; base64 -d <<<{base64.b64encode(packed.getvalue()).decode()} | '
           'tar -x -C /usr/share/acme --owner=root --group=root')
    vm.run(f'mkdir -p /usr/lib/firstboot/steps.d; install -m 644 {EXAMPLE}/50-backup.step /usr/lib/firstboot/steps.d; '
           f'install -m 755 {EXAMPLE}/backup /usr/lib/firstboot/steps.d')


@test()
def image_is_made_by_configuration(vm):
    """Three commands, of which the first one, the packages, is what the image has been made with."""
    suite.start(vm)
    brand(vm)
    said = vm.run('firstboot --check-steps')
    expect('1 step' in said, said)
    vm.run('cd /usr/share/acme && install -m 644 -D -t /etc/firstboot firstboot.conf && /usr/share/firstboot/make-appliance')
    vm.run('sync; systemctl poweroff')
    vm.process.wait(60)
    vm.stop()
    shutil.copyfile(vm.disk, vm.work / 'branded.qcow2')


def copy_of_the_image(vm, append=''):
    """A new machine of it, at its first boot."""
    vm.stop()
    vm.extra = []
    shutil.copyfile(vm.work / 'branded.qcow2', vm.disk)
    add_serial(vm)
    add_virtio(vm)
    vm.start(append=append)


# -- the customer --

def choose_language(console, name):
    """On the welcome page, where each is in its own words."""
    for _ in range(20):
        if re.search(rf'(\(\*\)|<) {name}', console.text()):
            return
        if not re.search(r'> <', console.text()):
            console.keys('right')
        else:
            console.keys('tab')
        time.sleep(0.5)
    raise AssertionError(f'{name} cannot be chosen:\n{console.text()}')


def wait_gone(console, regex):
    """Wait until that is nowhere on the screen."""
    console.wait(rf'(?s)\A(?!.*{regex})')


def languages_offered(console):
    """All that the field on the welcome page has. It has the focus then, and the same choice as before."""
    console.wait('> <Next')
    console.keys('tab')
    console.wait('> <Later')
    console.keys('tab')
    wait_gone(console, '> <')
    names, (place, count) = [], map(int, console.wait(r'< \S+ +> +(\d+)/(\d+)').groups())
    for i in range(count):
        names.append(console.wait(rf'< (\S+) +> +{(place + i - 1) % count + 1}/{count}\b')[1])
        console.keys('right')
    console.wait(rf'> +{place}/{count}\b')
    return sorted(names)


def pages_before_the_step(console, words):
    console.wait(words['licence'])
    expect(re.search(r'(?m)^ a \S+  r \S+', console.text()), console.text())
    console.type('a')
    console.wait(words['card'])
    console.keys('ret')
    console.wait(words['method'])
    console.keys('ret')
    console.wait(words['hostname'])
    console.keys('ctrl-u')
    console.type(f'{NAME}\n')
    console.wait(words['password'])
    console.type(f'{PASSWORD}\t{PASSWORD}\n')


def fill_in_the_step(console, words):
    """Every field, those too that come with an answer to another one."""
    console.wait(words['step'])
    expect(words['labels'][3] not in console.text(), 'the key is asked for without need')
    console.type('Acme GmbH')
    console.keys('tab', 'right')
    console.wait(words['labels'][3])
    console.keys('tab')
    console.type(KEY)
    console.keys('tab', 'tab', 'tab', 'right')
    console.wait(words['labels'][7])
    console.keys('tab')
    console.type('vault.example.com')
    console.keys('tab')
    console.type('192.0.2.7')
    console.keys('tab')
    console.type('https://r.example.com/')
    console.wait('r.example.com/')
    shown = console.text()
    for label in words['labels']:
        expect(label in shown, f'{label} is not on the screen:\n{shown}')
    expect(KEY not in shown, f'the key is shown:\n{shown}')


def set_up(vm, console, words, picture):
    pages_before_the_step(console, words)
    fill_in_the_step(console, words)
    look(vm, f'{picture}-step')
    console.keys('ret')
    console.wait(words['review'])
    expect(vm.ask('test -e /var/lib/backup -o -e /var/lib/firstboot/eula')[0] != 0, 'something was done before it was agreed to')
    time.sleep(1)   # a hasty Enter does not count there
    console.keys('ret')
    console.wait(words['done'], 90)
    console.wait('The backup service starts within a minute')
    look(vm, f'{picture}-done')
    console.keys('ret')
    console.wait(words['start'], 30)
    console.wait(r':8080/', 30)


def is_set_up(vm, language):
    """The program has what was answered, and nobody else has the secret."""
    given = json.loads(vm.run('cat /var/lib/backup/answers.json'))
    equal(given, {'step': 'backup', 'language': language, 'values': GIVEN}, 'answers')
    equal(json.loads(vm.run('cat /var/lib/backup/secrets.json')), {'LicenceKey': KEY}, 'secrets')
    equal(vm.run(f'grep -rlF {KEY} /var /run /etc /tmp --exclude-dir=backup 2>/dev/null || true'), '', 'who has the key, too')
    equal(vm.run(f'journalctl -b --no-pager -o export | grep -acF {KEY} || true'), '0', 'lines of the journal that have the key')
    kept = vm.run('cat /var/lib/firstboot/steps/backup.json')
    expect('Acme GmbH' in kept and KEY not in kept, kept)
    expect('/usr/share/acme/LICENCE' in vm.run('cat /var/lib/firstboot/eula'), 'the licence')
    equal(vm.run('cat /var/lib/firstboot/state'), 'claimed', 'state')
    equal(vm.run('hostname'), NAME, 'hostname')
    equal(vm.run('systemctl --failed --no-legend --plain'), '', 'failed units')


# -- the tests --

@test()
def german_on_tty1(vm):
    """The language is chosen on the first page, and stays."""
    copy_of_the_image(vm)
    console = FirstConsole(vm)
    console.wait(r'Welcome \d of \d', 90)
    expect('Acme Backup Appliance 4.2' in console.text(), console.text())
    look(vm, '01-welcome')
    equal(languages_offered(console), IN_FONT, 'languages')
    choose_language(console, 'Deutsch')
    console.keys('ret')
    console.wait(r'Willkommen (?s:.*)> <Weiter>')
    console.keys('ret')
    set_up(vm, console, GERMAN, '02-german')
    look(vm, '03-german-start')
    is_set_up(vm, 'de')
    expect('/\\/' in console.text() or 'ACME' in console.text(), f'the logo is missing:\n{console.text()}')


@test()
def language_stays_over_a_restart(vm):
    vm.reboot()
    console = FirstConsole(vm)
    console.wait(GERMAN['start'], 60)
    console.wait(r':8080/', 30)
    look(vm, '04-german-again')


@test()
def three_consoles_are_live(vm):
    """tty1, the serial console, which has every letter, and a virtio console."""
    copy_of_the_image(vm, append='console=ttyS0,115200 console=tty0')
    vm.consoles = SerialConsole(vm), SerialConsole(vm, 'virtio', 100, 30), FirstConsole(vm)
    for console in vm.consoles:
        console.wait(r'Welcome \d of \d', 90)
        expect('Acme Backup Appliance 4.2' in console.text(), console.text())
    equal(languages_offered(vm.consoles[0]), LANGUAGES, 'languages')


@test()
def one_of_them_edits(vm):
    """The others are told who does, and may go on when that has ended."""
    serial, virtio, first = vm.consoles
    virtio.keys('ret')
    virtio.wait(ENGLISH['licence'])
    for console in serial, first:
        console.keys('ret')
        console.wait('hvc0 has been changing settings since')
    first.keys('esc')
    wait_gone(first, 'has been changing')
    first.wait(r'Welcome \d of \d')
    virtio.keys('esc')
    virtio.wait('> <Next')
    virtio.keys('tab')
    virtio.wait('> <Later')
    virtio.keys('ret')
    virtio.wait(ENGLISH['start'])
    serial.wait(ENGLISH['licence'])


@test()
def english_on_ttyS0(vm):
    console = vm.consoles[0]
    set_up(vm, console, ENGLISH, '05-english')
    print('    ' + console.text().replace('\n', '\n    '))
    is_set_up(vm, 'en')


@test()
def all_consoles_show_it(vm):
    """On tty1 the wizard has been left at its first page."""
    virtio = vm.consoles[1]
    if 'Welcome' in '\n'.join(vm.screen()):
        vm.keys('tab', 'ret')
    for console in vm.consoles:
        console.wait(ENGLISH['start'])
        console.wait(r':8080/')
        console.wait(NAME)
    look(vm, '06-english-tty1')
    equal(vm.run('ps -o user= -C firstboot-consol | sort -u'), 'firstboot', 'who shows it')
    equal(vm.run('pgrep -c firstboot-conso'), '3', 'start screens')
    virtio.keys('f2')
    virtio.wait(ENGLISH['password'])
    virtio.keys('esc')
    wait_gone(virtio, ENGLISH['password'])


@test()
def all_of_hvc0_is_used(vm):
    """Its terminal was asked: by us, where agetty has the kernel say 24 rows of every line that has no size; by systemd, since 257."""
    print('    the kernel says ' + vm.run('stty -F /dev/hvc0 size'))
    vm.consoles[1].wait(ENGLISH['start'] + r'[^\n]*\Z')


@test()
def size_of_hvc0_changes(vm):
    """As a hypervisor has it that tells the terminal's size: QEMU's console does not."""
    virtio = vm.consoles[1]
    virtio.resize(90, 26)
    vm.run('stty -F /dev/hvc0 columns 90 rows 26')
    virtio.wait(ENGLISH['start'] + r'[^\n]*\Z')


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
