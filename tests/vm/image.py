#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make the appliance image that the vm suite boots: Debian with the project's packages, as a packager would.

    image.py BUILDDIR [SUITE]    prints the folder that holds root.ext4, vmlinuz and initrd
    image.py --base [SUITE]      prints the folder whose root/ is the distribution alone

SUITE is Debian's release, bookworm by default; packages that were built on bookworm are for trixie, too. They are
those of the checkout as it is now, committed or not; of BUILDDIR only programs of the tests are taken.
With "-nm" behind it, NetworkManager sets up the links, as on Rocky and Alma: no systemd-networkd,
no systemd-resolved. With "-aloud" it has what reads a console to people: brltty, and the kernel with speakup, which Debian's
for clouds lacks. With "-cloud" cloud-init is there, and what waits for the network, as in images for clouds. With "-selinux" Debian's
SELinux policy is in it and every file has its label; the kernel's command line decides whether it is in force.

Needs root. Everything lies in ${XDG_CACHE_HOME:-~/.cache}/firstboot-tests, named by a hash of what
it is made of: base-HASH (Debian, half a minute to two), debs-HASH (our packages, a minute) and image-HASH (seconds).
"""
import fcntl
import hashlib
import lzma
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))
import debs  # noqa: E402

CACHE = pathlib.Path(os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache') / 'firstboot-tests'
# busybox: the web server and the initrd. tiny-initramfs only satisfies the kernel's dependency.
PACKAGES = '''
    systemd systemd-sysv systemd-resolved dbus udev libpam-systemd login passwd util-linux
    iproute2 kmod polkitd kbd procps ncurses-base busybox-static
    linux-image-cloud-amd64 tiny-initramfs
    libexpat1 libinih1 libjson-c5 libncursesw6 libnl-3-200 libnl-route-3-200 libpam-modules libpwquality1
    libnftables1 libqrencode4 libseccomp2 libssl3 openssl cracklib-runtime strace nftables python3
    openssh-server openssh-client cron at sudo pkexec auditd dbus-broker
'''.split()
# Where systemd-resolved is installed, its tmpfiles.d makes NetworkManager leave the name servers to it.
NM_PACKAGES = [p for p in PACKAGES if p != 'systemd-resolved'] + ['network-manager']
ALOUD_PACKAGES = [p for p in PACKAGES if p != 'linux-image-cloud-amd64'] + ['linux-image-amd64', 'brltty']
# Of that kernel's drivers, what the machine has none of: more than half of the image, and a graphical screen.
ALOUD_LEFT_OUT = [f'--dpkgopt=path-exclude=/lib/modules/*/kernel/{d}/*' for d in (
    'sound', *(f'drivers/{d}' for d in 'gpu media infiniband iio scsi usb staging net/ethernet net/wireless'.split()))]
CLOUD_PACKAGES = [*PACKAGES, 'cloud-init']
SELINUX_PACKAGES = [*PACKAGES, 'selinux-policy-default']
# Costs time under emulation and has nothing to do with what is tested.
MASKED = '''
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer
    e2scrub_reap.service fstrim.timer systemd-pstore.service systemd-hwdb-update.service
    ldconfig.service systemd-journal-catalog-update.service
'''.split()
# There for those tests that start them.
DISABLED = 'ssh.service ssh.socket cron.service atd.service auditd.service dbus-broker.service'.split()
MODULES = 'virtio_pci virtio_blk virtio_console ext4 crc32c_generic'.split()


def run(*argv, **kw):
    """Run a command; what it prints is shown only when it fails."""
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kw)
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors='replace'))
        raise SystemExit(f'image: {argv[0]} failed ({done.returncode})')
    return done.stdout.decode(errors='replace')


def files_hash(paths):
    """Hash of names, modes and contents of files of the checkout."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f'{path.relative_to(debs.TOP)} {path.stat().st_mode & 0o111:o}\n'.encode() + path.read_bytes())
    return digest.hexdigest()


def tree_hash(*roots):
    """Hash of names, modes and contents below folders."""
    digest = hashlib.sha256()
    for root in map(pathlib.Path, roots):
        for path in sorted(root.rglob('*')):
            mode = path.lstat().st_mode
            digest.update(f'{path.relative_to(root)} {mode:o}\n'.encode())
            if stat.S_ISLNK(mode):
                digest.update(os.readlink(path).encode())
            elif stat.S_ISREG(mode):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def make_whole(final, make):
    """The folder final as make(folder) makes it, or nothing."""
    work = pathlib.Path(tempfile.mkdtemp(prefix='new-', dir=CACHE))
    work.chmod(0o755)
    try:
        make(work)
        work.rename(final)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def cached(kind, key, make):
    """The folder CACHE/KIND-KEY, made by make(folder) when it is missing; older ones go, but for those of the last
    two hours: machines may run on them."""
    CACHE.mkdir(parents=True, exist_ok=True)
    final = CACHE / f'{kind}-{key[:16]}'
    if not final.exists():
        with open(CACHE / f'.{final.name}', 'wb') as lock:  # another run may be about to make the same
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not final.exists():
                make_whole(final, make)
    os.utime(final)
    by_age = sorted(CACHE.glob(f'{kind}-*'), key=lambda p: p.stat().st_mtime)
    for old in by_age[:-6]:
        if time.time() - old.stat().st_mtime > 7200:
            shutil.rmtree(old, ignore_errors=True)
    return final


def make_base(suite, packages, work):
    """The distribution's packages, with the settings that every image shares."""
    root = work / 'root'
    run('mmdebstrap', '--mode=root', '--variant=minbase', '--include=' + ','.join(packages),
        *(f'--dpkgopt=path-exclude=/usr/share/{d}/*' for d in ('doc', 'man', 'locale')),
        *(ALOUD_LEFT_OUT if packages == ALOUD_PACKAGES else []), suite, str(root))
    (root / 'etc/fstab').write_text('')
    (root / 'etc/hostname').unlink(missing_ok=True)
    (root / 'etc/hosts').write_text('127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n')
    (root / 'etc/machine-id').write_text('uninitialized\n')
    for unit in MASKED:
        (root / 'etc/systemd/system' / unit).symlink_to('/dev/null')
    # The first boot enables what no preset forbids.
    (root / 'etc/systemd/system-preset').mkdir(exist_ok=True)
    (root / 'etc/systemd/system-preset/00-tests.preset').write_text(''.join(f'disable {unit}\n' for unit in DISABLED))
    run('systemctl', f'--root={root}', 'disable', *DISABLED)
    for key in (root / 'etc/ssh').glob('ssh_host_*'):   # each machine makes its own
        key.unlink()
    choose_manager(root, packages == NM_PACKAGES)
    if packages == CLOUD_PACKAGES:
        run('systemctl', f'--root={root}', 'enable', 'systemd-networkd-wait-online.service')
    if packages == SELINUX_PACKAGES:
        (root / 'etc/selinux/config').write_text('SELINUX=enforcing\nSELINUXTYPE=default\n')
    # As an appliance ships: root is locked until the customer has chosen a password.
    run('usermod', f'--root={root}', '--password', '!*', 'root')


def choose_manager(root, nm):
    """Who sets up the links, and stands behind the name servers."""
    networkd = ['systemd-networkd.service', 'systemd-networkd.socket', 'systemd-resolved.service']
    resolv = root / 'etc/resolv.conf'
    resolv.unlink(missing_ok=True)
    if nm:
        # Not only disabled: the first boot takes Debian's presets.
        run('systemctl', f'--root={root}', 'mask', *networkd, 'NetworkManager-wait-online.service')
        run('systemctl', f'--root={root}', 'enable', 'NetworkManager.service')
        return
    resolv.symlink_to('../run/systemd/resolve/stub-resolv.conf')
    run('systemctl', f'--root={root}', 'enable', *networkd)
    run('systemctl', f'--root={root}', 'disable', 'systemd-networkd-wait-online.service')


def module_files(modules, names):
    """Files of kernel modules with what they need, in the order of loading."""
    needs = dict(line.split(':', 1) for line in (modules / 'modules.dep').read_text().splitlines())
    order = []
    for name in names:
        for path, deps in needs.items():
            if path.removesuffix('.xz').endswith(f'/{name}.ko'):
                order += [p for p in [*reversed(deps.split()), path] if p not in order]
    return [modules / p for p in order]


def make_initrd(root, kernel, target):
    """Load the modules for the disk, mount it, go there."""
    with tempfile.TemporaryDirectory() as tmp:
        top = pathlib.Path(tmp)
        for d in 'bin dev proc sys root m'.split():
            (top / d).mkdir()
        shutil.copy(root / 'bin/busybox', top / 'bin')
        shutil.copy(HERE / 'guest/init', top)
        (top / 'init').chmod(0o755)
        for i, path in enumerate(module_files(root / 'lib/modules' / kernel, MODULES)):
            opener = lzma.open if path.suffix == '.xz' else open
            with opener(path, 'rb') as module:
                (top / f'm/{i:02}-{path.name.removesuffix(".xz")}').write_bytes(module.read())
        names = '\0'.join(str(p.relative_to(top)) for p in sorted(top.rglob('*'))).encode()
        with open(target, 'wb') as out:
            subprocess.run(['cpio', '-o', '-0', '-H', 'newc', '--quiet', '--owner=0:0'], input=names,
                           stdout=out, cwd=top, check=True)


def install(root, packages):
    """Our packages, of which nothing is left out as it is of Debian's, and the same with a later version to upgrade to."""
    place = root / 'usr/lib/firstboot-test/packages'
    shutil.copytree(packages, place)
    (root / 'etc/dpkg/dpkg.cfg.d/99mmdebstrap').unlink(missing_ok=True)
    run('chroot', str(root), 'sh', '-c', 'exec dpkg --install /usr/lib/firstboot-test/packages/*.deb',
        env={'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'DEBIAN_FRONTEND': 'noninteractive', 'LC_ALL': 'C.UTF-8'})
    for name in debs.NAMES:
        debs.later(name, packages, place / 'later')


def label(root):
    """Where there is a policy, give every file the label that it says."""
    contexts = '/etc/selinux/default/contexts/files/file_contexts'
    if (root / contexts[1:]).exists():
        # It writes by way of /proc, and -m: to this machine's kernel no file system has labels.
        run('unshare', '--mount', '--propagation', 'private', 'sh', '-c',
            f'mount -t proc proc "$0/proc" && chroot "$0" setfiles -F -m -e /proc {contexts} /', str(root))


def make_image(base, packages, netset, work):
    """The base with our packages, the guest agent and a vendor's choices; it belongs to nobody yet."""
    root = work / 'root'
    run('cp', '-a', str(base / 'root'), str(root))
    run('sh', '-c', 'tar -c -C "$0" --owner=0 --group=0 . | tar -x -C "$1" --keep-directory-symlink', str(HERE / 'guest/root'), str(root))
    install(root, packages)
    for name in 'vcswait', 'leftover':
        run('gcc', '-O2', '-static', '-o', str(root / 'usr/lib/firstboot-test' / name), str(HERE / f'{name}.c'))
    shutil.copy(netset, root / 'usr/lib/firstboot-test/netset')
    run('systemctl', f'--root={root}', 'enable', 'test-agent.service', 'test-watch.service',
        'test-web.service')
    run(str(root / 'usr/share/firstboot/make-appliance'), str(root))
    kernel = sorted((root / 'lib/modules').iterdir())[-1].name
    shutil.copy(root / f'boot/vmlinuz-{kernel}', work / 'vmlinuz')
    make_initrd(root, kernel, work / 'initrd')
    label(root)
    run('mke2fs', '-q', '-t', 'ext4', '-E', 'lazy_itable_init=1,lazy_journal_init=1', '-d',
        str(root), str(work / 'root.ext4'), '1200M')
    shutil.rmtree(root)


def distribution(suite='bookworm'):
    """The folder whose root/ has the packages of the distribution, and nothing of the project."""
    release, _, kind = suite.partition('-')
    packages, more = {'': (PACKAGES, ['']), 'nm': (NM_PACKAGES, ['wait-online masked']), 'aloud': (ALOUD_PACKAGES, ALOUD_LEFT_OUT),
                      'cloud': (CLOUD_PACKAGES, ['']), 'selinux': (SELINUX_PACKAGES, [''])}[kind]
    return cached('base', hashlib.sha256(' '.join([release, *packages, *MASKED, *DISABLED, *more]).encode()).hexdigest(),
                  lambda work: make_base(release, packages, work))


def build(builddir, suite='bookworm'):
    """The image for the checkout."""
    sources = debs.sources()
    recipe = files_hash([HERE / n for n in ('image.py', 'vcswait.c', 'leftover.c')] + [pathlib.Path(debs.__file__)])
    packages = cached('debs', files_hash(sources), debs.build_checkout)
    base = distribution(suite)
    netset = pathlib.Path(builddir) / 'tests/lib/netset'
    key = hashlib.sha256((recipe + base.name + packages.name + tree_hash(HERE / 'guest')).encode() + netset.read_bytes())
    return cached('image', key.hexdigest(), lambda work: make_image(base, packages, netset, work))


if __name__ == '__main__':
    if len(sys.argv) not in (2, 3):
        raise SystemExit('usage: image.py BUILDDIR|--base [SUITE]')
    print(distribution(*sys.argv[2:]) if sys.argv[1] == '--base' else build(*sys.argv[1:]))
