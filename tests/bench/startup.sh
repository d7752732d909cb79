#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The startup screen that appliances commonly have: what firstboot replaces.
title="Appliance"
address=$(ip -4 addr show scope global | sed -n 's/.*inet \([0-9.]*\).*/\1/p' | head -n 1)
host=$(hostname)
. /etc/os-release
if [ -z "$address" ]; then
	text="No network address yet."
else
	text="Web access URL: https://$address/"
fi
dialog --clear --backtitle "$title $host ($PRETTY_NAME)" --title "Welcome" \
	--msgbox "$text" 12 70
