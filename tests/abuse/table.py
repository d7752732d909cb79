#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The table of abuse: for each group its number, what was tried and the outcome. A group without any case has failed.

    table.py OUTCOMES    lines of JSON, as abuse.py writes them; ends with "N passed, N failed"
"""
import collections
import json
import pathlib
import re
import sys


def groups():
    """The groups by number: where and what."""
    found = {}
    for line in (pathlib.Path(__file__).parent / 'groups.txt').read_text(encoding='utf-8').splitlines():
        match = re.fullmatch(r' ?(\d+) (\S)  (.*)', line)
        if match:
            found[int(match[1])] = match[3]
    return found


def main():
    outcomes = collections.defaultdict(list)
    with open(sys.argv[1], encoding='utf-8') as file:
        for line in file:
            entry = json.loads(line)
            outcomes[entry['number']].append(entry)
    counts = collections.Counter()
    known = groups()
    for number, what in known.items():
        print(f'{number:2}  {what}')
        for entry in outcomes[number]:
            counts[entry['outcome']] += 1
            print(f'      {entry["outcome"]:9}  {entry["tried"]} {entry["why"]}'.rstrip())
        if not outcomes[number]:
            counts['failed'] += 1
            print('      failed     nothing is tried')
    strange = sorted(set(outcomes) - set(known))
    if strange:
        counts['failed'] += 1
        print(f'no such groups: {strange}')
    print(f'not tried: {counts["not tried"]}')
    print(f'{counts["passed"]} passed, {counts["failed"]} failed')
    return 0 if counts['passed'] and not counts['failed'] else 1


if __name__ == '__main__':
    sys.exit(main())
