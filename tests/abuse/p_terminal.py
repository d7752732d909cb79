#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a person does to the start screen with a terminal."""
import sys
import time

import machine
from abuse import case, main

DASHBOARD = 'F2/2 Settings'


@case(4, 'the line hangs up while the start screen is shown: the program ends within a second')
def hang_up():
    machine.allow_ptys()
    machine.claim()
    with machine.console() as t:
        t.wait_for(DASHBOARD)
        begun = time.monotonic()
        t.close()
        assert time.monotonic() - begun < 1, 'it lives on'


if __name__ == '__main__':
    sys.exit(main())
