#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The console's account before PAM, as programs of every kind ask it."""
import ctypes
import os
import pathlib
import subprocess
import sys

from abuse import case, main

ACCESS = pathlib.Path(__file__).parents[2] / 'data/security/50-firstboot.conf.in'
PASSWORD = 'a word of 3 parts'
SUCCESS, PROMPT_ECHO_OFF = 0, 1
TTY = 3     # item of PAM


class Message(ctypes.Structure):
    _fields_ = [('style', ctypes.c_int), ('text', ctypes.c_char_p)]


class Response(ctypes.Structure):
    _fields_ = [('text', ctypes.c_void_p), ('code', ctypes.c_int)]


CONVERSE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.POINTER(Message)),
                            ctypes.POINTER(ctypes.POINTER(Response)), ctypes.c_void_p)


class Conversation(ctypes.Structure):
    _fields_ = [('function', CONVERSE), ('data', ctypes.c_void_p)]


pam = ctypes.CDLL('libpam.so.0')
libc = ctypes.CDLL('libc.so.6')
libc.calloc.restype = ctypes.c_void_p
libc.strdup.restype = ctypes.c_void_p


def ask(service, user, password='', tty=None):
    """What pam_authenticate and pam_acct_mgmt say, 0 for yes."""
    def converse(n, messages, responses, _):
        answers = ctypes.cast(libc.calloc(n, ctypes.sizeof(Response)), ctypes.POINTER(Response))
        for i in range(n):
            if messages[i].contents.style == PROMPT_ECHO_OFF:
                answers[i].text = libc.strdup(password.encode())
        responses[0] = answers
        return SUCCESS
    conversation, handle = Conversation(CONVERSE(converse), None), ctypes.c_void_p()
    assert pam.pam_start(service.encode(), user.encode(), ctypes.byref(conversation), ctypes.byref(handle)) == SUCCESS
    if tty:
        pam.pam_set_item(handle, TTY, tty.encode())
    answer = pam.pam_authenticate(handle, 0), pam.pam_acct_mgmt(handle, 0)
    pam.pam_end(handle, 0)
    return answer


def stack(service, text):
    pathlib.Path(f'/etc/pam.d/{service}').write_text(text, encoding='utf-8')


def prepare():
    subprocess.run(['pam-auth-update', '--package'], check=True, capture_output=True, env={**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'})
    subprocess.run(['useradd', '-m', '-s', '/bin/bash', 'bob'], check=True, capture_output=True)
    subprocess.run(['chpasswd'], input=f'bob:{PASSWORD}\n', text=True, check=True)


@case(20, 'an FTP server\'s service of PAM with an empty password, the account\'s name and root\'s: refused twice over, another user is not')
def ftp():
    prepare()
    stack('ftp-test', '@include common-auth\nauth required pam_shells.so\n@include common-account\n')
    assert ask('ftp-test', 'bob', PASSWORD) == (SUCCESS, SUCCESS)
    for password in '', 'firstboot', PASSWORD:
        authenticated, account = ask('ftp-test', 'firstboot', password)
        assert authenticated != SUCCESS and account != SUCCESS, (password, authenticated, account)


@case(17, 'services of PAM that ask for no password (su by root, cron, at, ssh with a key): all but login are refused')
def services():
    permit = 'auth sufficient pam_permit.so\n@include common-account\n'
    for service in 'su-test', 'cron', 'atd', 'sshd', 'systemd-user', 'login':
        stack(service, permit)
        assert ask(service, 'bob') == (SUCCESS, SUCCESS), service
        account = ask(service, 'firstboot')[1]
        assert (account == SUCCESS) == (service == 'login'), (service, account)


@case(19, 'jobs of cron and at as Red Hat\'s PAM judges them: refused, another user\'s are not')
def jobs_on_red_hat():
    folder = pathlib.Path('/etc/security/access.d')
    folder.mkdir(exist_ok=True)
    (folder / '50-firstboot.conf').write_text(ACCESS.read_text(encoding='utf-8').replace('@user@', 'firstboot'), encoding='utf-8')
    for service, tty in ('crond', 'cron'), ('atd', None), ('atd', 'atd'):
        stack(service, 'auth sufficient pam_permit.so\naccount required pam_access.so\naccount required pam_unix.so\n')
        assert ask(service, 'bob', tty=tty)[1] == SUCCESS, service
        assert ask(service, 'firstboot', tty=tty)[1] != SUCCESS, service
    # The start screen's own login is not meant.
    stack('login', 'auth sufficient pam_permit.so\naccount required pam_access.so\naccount required pam_unix.so\n')
    assert ask('login', 'firstboot', tty='/dev/tty1')[1] == SUCCESS


if __name__ == '__main__':
    sys.exit(main())
