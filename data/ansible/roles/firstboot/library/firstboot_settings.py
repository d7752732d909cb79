#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bring an appliance to an answer file, by its command firstboot(1)."""

import ipaddress
import json
import os
import time

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r'''
module: firstboot_settings
short_description: Bring an appliance to an answer file
description:
  - Hands an answer file, firstboot.answers(5), to firstboot(1) on its standard input, and tells what it changed.
  - In check mode nothing is changed; with C(--diff) every file is shown that would be.
options:
  answers:
    description: The text of the answer file.
    type: str
  confirm:
    description: Instead keep the change of the network that waits for that, or soon will.
    type: bool
    default: false
  job:
    description: The file of Ansible's job that makes the change to be confirmed.
    type: path
  timeout:
    description: Seconds until a change of the network that was not confirmed is taken back, or for which one is waited for.
    type: int
  connection:
    description: The address that the appliance is reached at, where sudo(8) keeps that from firstboot(1).
    type: str
  program:
    description: The command.
    type: path
    default: /usr/bin/firstboot
'''

EXAMPLES = r'''
- name: Give the appliance its name
  firstboot_settings:
    answers: |
      [Host]
      Hostname=appliance01.example.com
'''

RETURN = r'''
reason:
  description: One sentence of what was done, or why not.
  returned: always
  type: str
exit_status:
  description: That of firstboot(1).
  returned: always
  type: int
result:
  description: The object that firstboot(1) printed, see result.schema.json.
  returned: always
  type: dict
'''

# What helps with an exit status, beyond the reason.
ADVICE = {
    6: 'If the new address is right, make it the ansible_host of the inventory, and the old one firstboot_found_at.',
}


def arguments(params, check):
    """The words behind the command."""
    if params['confirm']:
        return ['--confirm', '--json']
    words = ['--check' if check else '--reconfigure', '--answers', '-', '--json']
    return words + ([] if check or params['timeout'] is None else [f"--timeout={params['timeout']}"])


def environment(params):
    """firstboot asks before it keeps a change of the address that a connection comes in by."""
    try:
        address = ipaddress.ip_address(params['connection'] or '')
    except ValueError:
        return {}
    return {'SSH_CONNECTION': os.environ.get('SSH_CONNECTION') or f'{address} 0 {address} 22'}


def has_ended(path):
    """Is this job of Ansible's at its end? It writes its result there."""
    try:
        with open(path, encoding='utf-8') as file:
            return 'exit_status' in json.load(file)
    except (OSError, TypeError, ValueError):
        return False


def run(module):
    """Run it: the command, its exit status, and what it said. What is to be confirmed may still be under way."""
    params = module.params
    command = [params['program'], *arguments(params, module.check_mode)]
    end = time.monotonic() + (params['timeout'] or 0 if params['confirm'] else 0)
    while True:
        status, output, complaint = module.run_command(command, data=params['answers'] or '', environ_update=environment(params))
        if status == 0 or has_ended(params['job']) or time.monotonic() >= end:
            return ' '.join(command), status, output, complaint
        time.sleep(1)


def reason_of(status, complaint):
    """Why it failed: each problem of the answers with its line, what was doubtful, and the reason."""
    return '\n'.join([complaint.strip(), *filter(None, [ADVICE.get(status)])])


def difference(change):
    """One file with its changed lines, or one call."""
    if change.get('kind') == 'call':
        return f"call {change['service']} {change['method']} {change['argument']}\n"
    names = [change['path'] if change['action'] != nothing else '/dev/null' for nothing in ('create', 'remove')]
    return f"--- {names[0]}\n+++ {names[1]}\n{change['diff']}"


def differences(result):
    """What Ansible shows for --diff."""
    return [{'prepared': difference(change)} for change in result['changes']]


def main():
    """Run it, and tell the end in Ansible's words."""
    module = AnsibleModule(supports_check_mode=True, mutually_exclusive=[['answers', 'confirm']], argument_spec={
        'answers': {'type': 'str', 'no_log': True},
        'confirm': {'type': 'bool', 'default': False},
        'job': {'type': 'path'},
        'timeout': {'type': 'int'},
        'connection': {'type': 'str'},
        'program': {'type': 'path', 'default': '/usr/bin/firstboot'},
    })
    command, status, output, complaint = run(module)
    try:
        result = json.loads(output)
    except ValueError:
        module.fail_json(msg=f'{command} ended with {status} and no result: {complaint.strip()}')
    for warning in result['warnings']:
        module.warn(warning)
    changed = bool(result['changes']) if module.check_mode else result['changed']
    ended = {'changed': changed, 'result': result, 'exit_status': status, 'reason': result['message']}
    if status and not has_ended(module.params['job']):
        module.fail_json(msg=reason_of(status, complaint), **ended)
    module.exit_json(diff=differences(result), **ended)


if __name__ == '__main__':
    main()
