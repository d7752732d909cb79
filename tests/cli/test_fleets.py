#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples for fleets, each with the engine that it is for: Ansible, cloud-init, QEMU, libvirt's and OVF's rules."""

import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree

from cli import DONE, firstboot

import case
from machine import addresses, run, unclaim, wait_lease

EXAMPLES = "/usr/share/doc/firstboot/examples"
ENGINES = os.environ["ENGINES"]
STATE = "/var/lib/firstboot/state"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVe/Qq4s2i9mldsrxA8H42N8Stlv9M8Z6HkE8skCymy operator"
PLAY = "/run/play"


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def write(path, text, mode=0o600):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)


# -- QEMU and libvirt ---------------------------------------------------------------------------


def arguments(how, path):
    return run(f"{EXAMPLES}/qemu/answers", how, path).splitlines()


ANSWERS = "[Host]\nHostname=appliance07\n"


@case.variants(("smbios",), ("fw_cfg",), ("volume",))
def test_qemu_takes_the_arguments(how):
    """A name with a comma, which would be the end of a value; the machine stands still before its first instruction."""
    path = "/run/qemu/answers, of a.ini"
    write(path, ANSWERS)
    words = arguments(how, path)
    assert not any("appliance07" in word for word in words), words
    done = subprocess.run(["qemu-system-x86_64", "-nodefaults", "-display", "none", "-machine", "q35", "-accel", "tcg", "-S",
                           "-monitor", "stdio", *words], input="info status\nquit\n", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and "VM status: paused" in done.stdout and not done.stderr, done
    for name in os.listdir("/run/qemu"):
        assert os.stat(f"/run/qemu/{name}").st_mode & 0o077 == 0, name


def test_the_volume_of_qemu_has_its_label_and_the_file():
    write("/run/qemu/a.ini", ANSWERS)
    arguments("volume", "/run/qemu/a.ini")
    assert "FIRSTBOOT" in run("blkid", "-p", "/run/qemu/a.ini.iso")
    run("xorriso", "-osirrox", "on", "-indev", "/run/qemu/a.ini.iso", "-extract", "/answers.ini", "/run/qemu/extracted")
    assert read("/run/qemu/extracted") == ANSWERS


def test_what_qemu_is_not_handed_is_refused():
    write("/run/qemu/a.ini", ANSWERS)
    for words in (), ("smbios",), ("smbios", "/nonexistent"), ("floppy", "/run/qemu/a.ini"):
        done = subprocess.run([f"{EXAMPLES}/qemu/answers", *words], capture_output=True, text=True, check=False)
        assert done.returncode == 2 and done.stderr and not done.stdout, done


def test_libvirt_knows_the_machine():
    run("xmllint", "--noout", "--relaxng", f"{ENGINES}/usr/share/libvirt/schemas/domain.rng", f"{EXAMPLES}/libvirt/appliance.xml")
    assert "name='opt/io.systemd.credentials/firstboot.answers'" in read(f"{EXAMPLES}/libvirt/appliance.xml")


# -- OVF ----------------------------------------------------------------------------------------

OVF = "{http://schemas.dmtf.org/ovf/envelope/1}"
TYPES = {"uint8", "sint8", "uint16", "sint16", "uint32", "sint32", "uint64", "sint64", "string", "boolean", "real32", "real64"}
# What somebody may type into the fields, by the whole names of the properties.
TYPED = {
    "firstboot.host.hostname": "appliance08.example.com", "firstboot.host.timezone": "Europe/Sofia", "firstboot.host.keymap": "us",
    "firstboot.network.link": "enp2s0", "firstboot.network.address": "198.51.100.8/24 2001:db8:1::8/64",
    "firstboot.network.gateway": "198.51.100.1", "firstboot.network.dns": "198.51.100.53 198.51.100.54",
    "firstboot.network.domains": "example.com example.net", "firstboot.network.ntp": "ntp.example.com",
    "firstboot.root.sshauthorizedkey": KEY,
}
KEYS = ("Hostname", "Timezone", "Keymap", "Link", "Address", "Gateway", "DNS", "Domains", "NTP", "SSHAuthorizedKey")


def properties():
    """Each property of the descriptor by its whole name."""
    tree = xml.etree.ElementTree.parse(f"{EXAMPLES}/ovf/appliance.ovf")
    for section in tree.iter(f"{OVF}ProductSection"):
        for found in section.iter(f"{OVF}Property"):
            yield f"{section.get(OVF + 'class')}.{found.get(OVF + 'key')}", found


def test_ovf_follows_its_rules():
    """Those of DSP0243 about sections and properties."""
    run("xmllint", "--noout", f"{EXAMPLES}/ovf/appliance.ovf")
    tree = xml.etree.ElementTree.parse(f"{EXAMPLES}/ovf/appliance.ovf")
    assert tree.getroot().tag == f"{OVF}Envelope"
    classes = [section.get(f"{OVF}class") for section in tree.iter(f"{OVF}ProductSection")]
    assert len(classes) == len(set(classes)) and all(re.fullmatch(r"[^:]+", name) for name in classes), classes
    sections = [*tree.iter(f"{OVF}ProductSection"), *tree.iter(f"{OVF}VirtualHardwareSection")]
    assert all(section[0].tag == f"{OVF}Info" for section in sections)
    names = [name for name, _ in properties()]
    assert len(names) == len(set(names)) == len(TYPED), names
    for name, found in properties():
        assert re.fullmatch(r"[^.:]+", found.get(f"{OVF}key")), name
        assert found.get(f"{OVF}type") in TYPES and found.get(f"{OVF}userConfigurable") in ("true", "false"), name
        assert re.fullmatch(r"(MinLen\(\d+\)|MaxLen\(\d+\)|ValueMap\{.*\})( .*)?", found.get(f"{OVF}qualifiers")), name
        assert found.find(f"{OVF}Label").text and found.find(f"{OVF}Description").text, name
        assert set(found.attrib) <= {OVF + word for word in ("key", "type", "qualifiers", "value", "userConfigurable")}, name


def test_ovf_asks_for_what_answers_have():
    """Each property has the name of an answer in lower case, and none is a secret."""
    assert [name for name, _ in properties()] == list(TYPED)
    # Whether this machine has any keyboard layouts is not what this is about.
    write("/usr/share/kbd/keymaps/us.map", "", 0o644)
    text = ""
    for name, value in TYPED.items():
        _, section, key = name.split(".")
        assert "password" not in name
        key = next(known for known in KEYS if known.lower() == key)
        text += "" if f"[{section.capitalize()}]" in text else f"[{section.capitalize()}]\n"
        text += "".join(f"{key}={one}\n" for one in ([value] if key == "SSHAuthorizedKey" else value.split()))
    done = firstboot("--check", "--answers", "-", stdin=text)
    assert done.returncode == DONE, (text, done)
    assert "198.51.100.8/24" in done.stdout and "appliance08" in done.stdout, done


# -- cloud-init ---------------------------------------------------------------------------------

# The modules that the example needs: others would look at the disks of this machine.
CLOUD = """datasource_list: [NoCloud]
cloud_init_modules: [bootcmd, write-files, set_hostname, update_hostname]
cloud_config_modules: [runcmd]
cloud_final_modules: [scripts-user]
"""
SEED = "/var/lib/cloud/seed/nocloud"
ANSWER_FILE = "/etc/firstboot/answers.ini"


def cloud_init(*words):
    done = subprocess.run(["cloud-init", *words], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done
    return done.stdout + done.stderr


def seed(stage):
    """A machine that finds the example, in this stage of cloud-init's."""
    shutil.rmtree("/var/lib/cloud", ignore_errors=True)
    shutil.rmtree(os.path.dirname(ANSWER_FILE), ignore_errors=True)
    shutil.copytree(f"{EXAMPLES}/cloud-init", SEED)
    write("/etc/cloud/cloud.cfg.d/90-test.cfg", CLOUD)
    metadata = read(f"{SEED}/meta-data")
    assert re.search(r"^dsmode: local$", metadata, re.M)
    write(f"{SEED}/meta-data", metadata if stage == "local" else re.sub(r"(?m)^dsmode.*\n", "", metadata))


def test_cloud_init_knows_the_user_data():
    said = cloud_init("schema", "--config-file", f"{EXAMPLES}/cloud-init/user-data")
    assert "Valid" in said, said


@case.variants(("local",), ("net",))
def test_cloud_init_writes_the_answers(stage):
    """Before the unattended start looks for them, or once the network is there; the network is firstboot's in any case."""
    seed(stage)
    before = addresses("enp1s0", 4), run("hostname")
    cloud_init("init", "--local")
    assert os.path.exists(ANSWER_FILE) == (stage == "local")
    cloud_init("init")
    assert os.stat(ANSWER_FILE).st_mode & 0o777 == 0o600
    assert read(ANSWER_FILE).startswith("[Host]\nHostname=appliance01.example.com\n")
    assert not os.listdir("/etc/systemd/network") and before == (addresses("enp1s0", 4), run("hostname"))
    done = firstboot("--check", "--answers", ANSWER_FILE)
    assert done.returncode == DONE, done


def test_cloud_init_has_them_taken():
    """By the command of the example, in its last stage; the second time there is nothing to do."""
    for changed in True, False:
        seed("net")
        for words in ("init", "--local"), ("init",), ("modules", "--mode=config"):
            cloud_init(*words)
        said = cloud_init("modules", "--mode=final")
        assert ("unchanged" in said.lower()) != changed, said
        assert addresses("enp1s0", 4) == ["192.0.2.10"] and run("hostname") == "appliance01.example.com\n"
        assert read(STATE) == "claimed\n" and KEY.split()[1] in read("/root/.ssh/authorized_keys")


# -- Ansible ------------------------------------------------------------------------------------


def inventory(settings, **variables):
    """One appliance, this machine, with these settings of the role's."""
    variables = {"ansible_connection": "local", "ansible_python_interpreter": "/usr/bin/python3", **variables}
    lines = "".join(f"      {name}: {value}\n" for name, value in variables.items())
    write(f"{PLAY}/inventory.yml", f"appliances:\n  hosts:\n    appliance01:\n{lines}{settings}")


def ansible(*words, inside=()):
    """Play the example's playbook: what it says, and its recapitulation."""
    done = subprocess.run([*inside, "ansible-playbook", "-i", f"{PLAY}/inventory.yml", f"{EXAMPLES}/ansible/appliances.yml", *words],
                          capture_output=True, text=True, timeout=300, check=False, stdin=subprocess.DEVNULL,
                          env={**os.environ, "HOME": "/root", "ANSIBLE_NOCOLOR": "1", "ANSIBLE_HOST_KEY_CHECKING": "no", "LC_ALL": "C.UTF-8"})
    recap = dict(re.findall(r"(\w+)=(\d+)", done.stdout[done.stdout.rindex("PLAY RECAP"):])) if "PLAY RECAP" in done.stdout else {}
    assert bool(done.returncode) == (recap.get("failed") != "0" or recap.get("unreachable") != "0"), done
    return done.stdout + done.stderr, {name: int(count) for name, count in recap.items()}


def fixed(address, hostname="appliance11"):
    return f"""      firstboot_host: {{Hostname: {hostname}}}
      firstboot_networks: [{{Link: enp1s0, DHCP: false, Address: [{address}/24], Gateway: 192.0.2.1, DNS: 192.0.2.1}}]
"""


def test_ansible_says_what_it_would_do():
    inventory(fixed("192.0.2.11"))
    before = addresses("enp1s0", 4), run("hostname"), os.listdir("/etc/systemd/network")
    said, recap = ansible("--check", "--diff")
    assert recap["changed"] == 1 and recap["failed"] == 0, said
    assert re.search(r"^\+.*192\.0\.2\.11/24", said, re.M) and "appliance11" in said, said
    assert before == (addresses("enp1s0", 4), run("hostname"), os.listdir("/etc/systemd/network"))


def test_ansible_does_it_once():
    inventory(fixed("192.0.2.11"))
    said, recap = ansible()
    assert recap["changed"] == 1 and recap["failed"] == 0, said
    assert addresses("enp1s0", 4) == ["192.0.2.11"] and run("hostname") == "appliance11\n"
    for words in (), ("--check", "--diff"):
        said, recap = ansible(*words)
        assert recap["changed"] == 0 and recap["failed"] == 0, said


def test_ansible_tells_what_is_wrong():
    """Each mistake with its line, and nothing is changed."""
    inventory(fixed("192.0.2.300", hostname="-x"))
    for words in (), ("--check",):
        said, recap = ansible(*words)
        assert recap["failed"] == 1 and recap["changed"] == 0, said
        assert "192.0.2.300" in said and re.search(r":2: .*-x", said), said
    assert addresses("enp1s0", 4) == ["192.0.2.11"] and run("hostname") == "appliance11\n"


def test_ansible_has_answers_to_steps():
    inventory("      firstboot_steps: {licence: {Seats: 5, Updates: true}}\n")
    said, recap = ansible("--check")
    assert recap["failed"] == 1 and re.search(r":1: There is no step licence", said), said


def test_ansible_takes_no_second_line():
    inventory('      firstboot_host: {Hostname: "a\\nTimezone=Europe/Sofia"}\n')
    said, recap = ansible()
    assert recap["failed"] == 1 and "line break" in said, said


def test_ansible_keeps_the_secret():
    """Not even when it tells everything."""
    secret = run("openssl", "passwd", "-6", "-salt", "firstboot", "a quiet green lamp 7").strip()
    inventory(f"      firstboot_root: {{PasswordHash: '{secret}', SSHAuthorizedKey: ['{KEY}']}}\n")
    said, recap = ansible("-vvvv")
    assert recap["changed"] == 1 and secret not in said and secret[-20:] not in said, said
    assert secret in read("/etc/shadow") and KEY in read("/root/.ssh/authorized_keys")
    said, recap = ansible()
    assert recap["changed"] == 0 and recap["failed"] == 0, said


def test_ansible_says_that_it_was_taken_back():
    """A gateway that nobody has: nobody confirms, and nothing is left of it."""
    inventory(fixed("192.0.2.12").replace("Gateway: 192.0.2.1,", "Gateway: 192.0.2.77,") + "      firstboot_timeout: 10\n")
    said, recap = ansible()
    assert recap["failed"] == 1 and "192.0.2.77" in said, said
    assert '"exit_status": 6' in said and "firstboot_found_at" in said, said
    case.until(lambda: addresses("enp1s0", 4) == ["192.0.2.11"])


# -- Ansible over ssh, from the other end of the cable ------------------------------------------

PEER = ("ip", "netns", "exec", "peer")


def start_sshd():
    """One that lets the test's own key in."""
    if not os.path.exists("/run/key"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/run/key")
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/run/host_key")
        with open("/root/.ssh/authorized_keys", "a", encoding="ascii") as f:
            f.write(read("/run/key.pub"))
        run("useradd", "--system", "--no-create-home", "--home-dir", "/run/sshd", "--shell", "/usr/sbin/nologin", "sshd")
        os.makedirs("/run/sshd", exist_ok=True)
        run("/usr/sbin/sshd", "-f", "/dev/null", "-h", "/run/host_key", "-o", "PermitRootLogin=prohibit-password",
            "-o", "PidFile=/run/sshd.pid", "-o", "Subsystem=sftp internal-sftp")


def over_ssh(settings, where, found):
    inventory(settings, ansible_connection="ssh", ansible_user="root", ansible_host=where, firstboot_found_at=found,
              ansible_ssh_private_key_file="/run/key", firstboot_timeout=30,
              ansible_ssh_common_args="'-F /dev/null -o UserKnownHostsFile=/dev/null'")


def test_ansible_moves_the_address_that_it_uses():
    start_sshd()
    over_ssh(fixed("192.0.2.21"), "192.0.2.21", "192.0.2.11")
    said, recap = ansible(inside=PEER)
    assert recap["failed"] == 0 and recap["changed"] == 1, said
    assert addresses("enp1s0", 4) == ["192.0.2.21"]
    assert json.loads(firstboot("--status", "--json").stdout)["pending"] is None
    said, recap = ansible(inside=PEER)
    assert recap["changed"] == 0 and recap["failed"] == 0, said


def test_ansible_goes_back_where_nobody_answers():
    """The inventory has another address than the answers: it is taken back, and told."""
    start_sshd()
    over_ssh(fixed("192.0.2.31"), "192.0.2.41", "192.0.2.21")
    said, recap = ansible(inside=PEER)
    assert recap["failed"] == 1 and recap["unreachable"] == 0, said
    assert "taken back" in said, said
    case.until(lambda: addresses("enp1s0", 4) == ["192.0.2.21"])


# -- what a hypervisor makes of the OVF descriptor; the last one, since it begins with a new machine -------


ENVIRONMENT = "http://schemas.dmtf.org/ovf/environment/1"
# Not these: nobody answers as a name or time server here, and the sandbox may have no keyboard layouts.
LEFT_OUT = {"firstboot.host.keymap": "", "firstboot.network.dns": "null", "firstboot.network.ntp": "",
            "firstboot.network.address": "198.51.100.8/24"}


def test_ovf_sets_a_machine_up():
    """The properties as VMware hands them over, by the unattended start; the program of its tools is ours."""
    unclaim()
    for path in "/root/.ssh/authorized_keys", "/var/lib/firstboot/logins", ANSWER_FILE:
        if os.path.exists(path):
            os.unlink(path)
    values = {**TYPED, **LEFT_OUT}
    lines = "".join(f'<Property oe:key="{name}" oe:value="{values[name]}"/>' for name, _ in properties())
    write("/run/ovfenv.xml", f'<Environment xmlns="{ENVIRONMENT}" xmlns:oe="{ENVIRONMENT}"><PropertySection>{lines}</PropertySection>'
                             "</Environment>\n")
    write("/usr/bin/vmware-rpctool", "#!/bin/sh\ncat /run/ovfenv.xml\n", 0o755)
    done = firstboot("--unattended", timeout=120)
    assert done.returncode == DONE, done
    assert addresses("enp2s0", 4) == ["198.51.100.8"] and run("hostname") == "appliance08.example.com\n", done
    assert read(STATE) == "claimed\n" and KEY.split()[1] in read("/root/.ssh/authorized_keys"), done


if __name__ == "__main__":
    # Only this machine, which is thrown away, has the engines installed.
    subprocess.run(["cp", "-a", f"{ENGINES}/.", "/"], check=True)
    wait_lease()
    case.run(dict(globals()))
