# SPDX-License-Identifier: LGPL-2.1-or-later
# What the build and the suites need, by Debian package name; sourced by tests/run and tests/try.

packages_build="gcc libc6-dev meson ninja-build pkg-config gettext libdbus-1-dev libexpat1-dev libinih-dev libjson-c-dev
	libncurses-dev libnftables-dev libnl-3-dev libpam0g-dev libpwquality-dev libqrencode-dev libseccomp-dev libssl-dev libsystemd-dev systemd
	cracklib-runtime libcrypt-dev openssh-client"
# Debian 12 has these in the packages of the programs.
[ "$(. /etc/os-release; echo "${VERSION_ID-}")" = 12 ] || packages_build="$packages_build systemd-dev"
packages_sandbox="dbus nftables openssl systemd systemd-container iproute2 dnsmasq-base strace util-linux login passwd python3 procps"
packages_console="python3-pyte ncurses-term ncurses-base zbar-tools iputils-ping"
packages_cli="$packages_console python3-jsonschema bash-completion mandoc ansible-core libxml2-utils xorriso qemu-system-x86 seabios"
packages_sanitize="valgrind"
packages_bench="$packages_sandbox dialog"
# The fuzzers: clang with its runtime libraries, which it recommends only.
packages_fuzz="clang libclang-rt-dev openssl python3 util-linux"
packages_vm="mmdebstrap qemu-system-x86 qemu-utils seabios cpio dosfstools e2fsprogs mtools xorriso zstd dnsmasq-base iproute2 openssl util-linux python3
	procps python3-pyte zbar-tools git debhelper dpkg-dev fakeroot pkgconf"
# Both kinds of packages are built by their own tools, and linted; what Debian's build itself needs is in its control file.
packages_packaging="$packages_vm lintian mkosi packer rpm rpmlint xz-utils"

# Install those of the named packages that are missing.
packages_install() {
	missing=
	for package in "$@"; do
		dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	[ "$(id -u)" = 0 ] || {
		echo "missing packages:$missing (run as root to have them installed)" >&2
		return 1
	}
	echo "installing$missing" >&2
	# shellcheck disable=SC2086 # a list of words
	{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing; } >&2
}
