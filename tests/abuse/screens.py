# SPDX-License-Identifier: LGPL-2.1-or-later
"""The screens of the console, and how one comes to each from the one that it starts with.

A way is a function that is given the terminal. SCREENS are those of an appliance that somebody has set up,
WIZARD those of one that nobody owns yet, PLAIN those of a terminal that cannot move its cursor.
"""
import contextlib
import os
import signal

import machine
import pages

DASHBOARD = 'F2/2 Settings'
PASSWORD_FIELD = r'Password +\['


def ask_password(t):
    t.press('f2')
    t.wait_for(PASSWORD_FIELD)
    t.read(0.3)  # what was typed ahead is thrown away


def to_settings(t):
    ask_password(t)
    t.type(machine.PASSWORD)
    t.press('enter')
    t.wait_for('What shall be changed', 20)


def choose(key, pattern):
    """One entry of the settings' menu."""
    def go(t):
        to_settings(t)
        t.type(key)
        t.press('enter')
        t.wait_for(pattern)
    return go


def to_method(t):
    choose('1', 'Which network card')(t)
    t.wait_for('enp1s0')
    t.press('enter')
    t.wait_for('How does enp1s0')


def to_fields(t):
    to_method(t)
    t.press('home', 'down', 'enter')
    t.wait_for(r'IP address +\[')


def to_zones(t):
    choose('7', r'Time zone +\[')(t)
    t.press('f6')
    t.wait_for('Aden to')


def to_power(t):
    t.press('f10')
    t.wait_for('What shall be done')
    t.read(0.3)


def to_restart(t):
    to_power(t)
    t.type('1')
    t.press('enter')
    t.wait_for('Restart the appliance')
    t.read(0.3)


def to_details(t):
    t.press('f5')
    t.wait_for(r'lines 1 to \d+ of \d+')


def to_tests(t):
    to_details(t)
    t.type('t')
    t.wait_for('What shall be tested')


def to_host(t):
    to_tests(t)
    t.type('3')
    t.press('enter')
    t.wait_for(r'Host +\[')


def to_report(t):
    to_details(t)
    t.type('r')
    t.wait_for('s Save', 15)


# Its name, the way to it, and what is seen there.
SCREENS = [
    ('start screen', lambda t: None, DASHBOARD),
    ('password', ask_password, PASSWORD_FIELD),
    ('settings', to_settings, 'What shall be changed'),
    ('network card', choose('1', 'Which network card'), 'Which network card'),
    ('method', to_method, 'How does enp1s0'),
    ('addresses', to_fields, r'IP address +\['),
    ('hostname', choose('2', r'Hostname +\['), r'Hostname +\['),
    ('new password', choose('3', r'Again +\['), r'Again +\['),
    ('history', choose('4', 'have not been changed yet'), 'have not been changed yet'),
    ('identity', choose('5', 'Which network card'), 'Which network card'),
    ('emergency', choose('6', 'When nothing else helps'), 'When nothing else helps'),
    ('time zone', choose('7', r'Time zone +\['), r'Time zone +\['),
    ('list of time zones', to_zones, 'Aden to'),
    ('keyboard', choose('8', 'no keyboard layouts'), 'no keyboard layouts'),
    ('power', to_power, 'What shall be done'),
    ('restart', to_restart, 'Restart the appliance'),
    ('details', to_details, r'lines 1 to \d+ of \d+'),
    ('tests', to_tests, 'What shall be tested'),
    ('host', to_host, r'Host +\['),
    ('report', to_report, 's Save'),
]

WIZARD = [
    ('welcome', lambda t: None, 'Welcome'),
    ('first network card', pages.to_card, 'Which network card'),
    ('first method', pages.to_method, 'How does enp1s0'),
    ('first addresses', pages.to_fields, r'IP address +\['),
    ('first hostname', pages.to_hostname, r'Hostname +\['),
    ('first password', pages.to_password, r'Again +\['),
    ('review', pages.to_review, '<Apply>'),
]

PLAIN = [('plain lines', lambda t: None, 'Choice:')]


def restart_firstbootd():
    """End it where it runs: it would let one account try so often within a minute, and is started when it is asked."""
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            if os.readlink(f'/proc/{pid}/exe').endswith('/firstbootd'):
                os.kill(int(pid), signal.SIGTERM)
        except OSError:
            pass


@contextlib.contextmanager
def shown(screen, phase='claimed', **options):
    """A console that shows this one of them."""
    restart_firstbootd()
    machine.claim() if phase == 'claimed' else machine.unclaim()
    first = 'Welcome' if phase == 'unclaimed' else 'Choice:' if options.get('term') == 'dumb' else DASHBOARD
    with machine.console(**options) as t:
        t.wait_for(first)
        t.read(0.3)
        screen[1](t)
        yield t


def every():
    """Each of them in turn: its name, what is seen there, and its terminal."""
    for phase, screens, options in (('claimed', SCREENS, {}), ('unclaimed', WIZARD, {}), ('claimed', PLAIN, {'term': 'dumb'})):
        for screen in screens:
            print(f'    {screen[0]}', flush=True)
            with shown(screen, phase, **options) as t:
                yield screen[0], screen[2], t


def stays(t, pattern):
    """It runs, was not stopped, and the same screen is there when it is drawn again."""
    t.read(0.2)
    assert not t._reap(), f'it has ended ({t.status})'
    with open(f'/proc/{t.pid}/stat', encoding='ascii') as stat:
        state = stat.read().rsplit(')', 1)[1].split()[0]
    assert state in 'SR', f'its state is {state}'
    t.press('ctrl-l')
    t.wait_for(pattern)
