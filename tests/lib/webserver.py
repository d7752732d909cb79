#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Web servers for tests: good ones, broken ones and hostile ones.

usage: tests/lib/webserver.py KIND [--address ADDRESS] [--port PORT] [--name NAME]... [--netns NAME] [--device DEVICE]

Listens on ADDRESS (default "::", which takes IPv4 too; "::only" does not) and PORT (0, the default: one that is free), says
"ready PORT FINGERPRINT" on standard output once it does, and serves until it is killed. FINGERPRINT is that of the
certificate as `openssl x509 -fingerprint -sha256` prints it, or "-". NAME is a name or an address for the certificate of the
kinds that have one, else ADDRESS and the addresses of this machine are in it. KINDS below says what there is.

From a test: with WebServer("tls", address="192.0.2.10", port=8443) as server: ... server.fingerprint
"""

import argparse
import contextlib
import ctypes
import ipaddress
import json
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import warnings

PAGE = b"<!doctype html><title>Acme Backup Appliance</title><p>It works.\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(PAGE)
DAY = 86400


# -- how a connection is served, over TLS or not -----------------------------------------------------------------------

def request(stream):
    """What is asked, up to the empty line; b"" once it is no HTTP, as a TLS handshake is none."""
    data = b""
    while b"\r\n\r\n" not in data and len(data) < 65536:
        more = stream.recv(4096)
        data += more
        if not more or not data[:1].isalpha():
            break
    return data if data[:1].isalpha() else b""


def serve_page(stream):
    if request(stream):
        stream.sendall(HEAD + PAGE)
    else:
        stream.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def serve_echo(stream):
    """Tells on standard output what was asked."""
    asked = request(stream)
    print("asked " + json.dumps(asked.decode("latin-1")), flush=True)
    stream.sendall(HEAD + PAGE)


def serve_500(stream):
    request(stream)
    stream.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")


def serve_redirect(stream):
    request(stream)
    stream.sendall(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n")


def serve_garbage(stream):
    request(stream)
    stream.sendall(bytes(range(256)) * 16)


def serve_nuls(stream):
    request(stream)
    stream.sendall(b"HTTP/1.1 \0" + bytes(4096))


def serve_slow(stream):
    """A byte a second."""
    request(stream)
    for byte in HEAD + PAGE:
        stream.sendall(bytes([byte]))
        time.sleep(1)


def serve_nothing(stream):
    """Accepts, says nothing."""
    time.sleep(3600)


def serve_close(stream):
    """Closes as soon as it was asked."""
    request(stream)


def serve_reset(stream):
    request(stream)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def serve_half(stream):
    """Closes its half in the middle of the status line, and keeps the connection."""
    request(stream)
    stream.sendall(b"HTTP/1.1 2")
    stream.shutdown(socket.SHUT_WR)
    time.sleep(3600)


def serve_informed(stream):
    """An answer of which only the status is still to come."""
    request(stream)
    stream.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n" + HEAD + PAGE)


def serve_old(stream):
    """HTTP/1.0, without a reason phrase, before it was asked."""
    stream.sendall(b"HTTP/1.0 401\r\n\r\n")
    request(stream)


def serve_headers(stream):
    """Headers without an end."""
    request(stream)
    stream.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        stream.sendall(b"X-Padding: " + b"x" * 8192 + b"\r\n")


def serve_line(stream):
    """A status line without an end."""
    request(stream)
    stream.sendall(b"HTTP/1.1 200 ")
    while True:
        stream.sendall(b"O" * 8192)


def serve_body(stream):
    """A body of 1 GiB."""
    request(stream)
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (1 << 30))
    for _ in range(1 << 14):
        stream.sendall(bytes(1 << 16))


# -- how a connection begins -------------------------------------------------------------------------------------------

def plain(server, connection):
    return connection


def tls(server, connection):
    return server.context.wrap_socket(connection, server_side=True)


def ssh(server, connection):
    """A server that talks first, and not HTTP."""
    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    return connection


def alert(server, connection):
    """Refuses the handshake as TLS does (handshake_failure)."""
    connection.recv(4096)
    connection.sendall(bytes.fromhex("15030300020228"))
    return connection


def mute(server, connection):
    """Takes the connection, and no handshake."""
    return connection


# What the kinds are made of: how the connection begins, how it goes on, and what its certificate is.
KINDS = {
    "plain": (plain, serve_page, None),
    "echo": (plain, serve_echo, None),
    "500": (plain, serve_500, None),
    "redirect": (plain, serve_redirect, None),
    "garbage": (plain, serve_garbage, None),
    "nuls": (plain, serve_nuls, None),
    "ssh": (ssh, serve_nothing, None),
    "slow": (plain, serve_slow, None),
    "hanging": (mute, serve_nothing, None),
    "closing": (plain, serve_close, None),
    "reset": (plain, serve_reset, None),
    "half": (plain, serve_half, None),
    "informed": (plain, serve_informed, None),
    "old": (plain, serve_old, None),
    "headers": (plain, serve_headers, None),
    "line": (plain, serve_line, None),
    "body": (plain, serve_body, None),
    "alert": (alert, serve_nothing, None),
    "tls": (tls, serve_page, {}),
    "tls-echo": (tls, serve_echo, {}),
    "tls-other-name": (tls, serve_page, {"names": ["other.example.com"]}),
    "tls-other-address": (tls, serve_page, {"names": ["203.0.113.7"]}),
    "tls-no-names": (tls, serve_page, {"names": []}),
    "tls-nobody": (tls, serve_page, {"names": [], "subject": "/O=Acme"}),
    "tls-expired": (tls, serve_page, {"days": (-20, -10)}),
    "tls-future": (tls, serve_page, {"days": (10, 20)}),
    "tls-signed": (tls, serve_page, {"signed": True}),
    "tls-huge": (tls, serve_page, {"names": [f"host{i}.{'x' * 60}.example.com" for i in range(1000)]}),
    "tls-hostile-name": (tls, serve_page, {"names": [], "subject": "/CN=\\e[2J\x1b[31mevil\x07"}),
    "tls-old": (tls, serve_page, {"version": ssl.TLSVersion.TLSv1}),
    "tls-500": (tls, serve_500, {}),
    "tls-garbage": (tls, serve_garbage, {}),
    "tls-slow": (tls, serve_slow, {}),
    "tls-hanging": (tls, serve_nothing, {}),
    "tls-closing": (tls, serve_close, {}),
    "tls-body": (tls, serve_body, {}),
}


# -- certificates ------------------------------------------------------------------------------------------------------

def own_addresses():
    """Those of this network namespace, loopback last."""
    links = json.loads(subprocess.run(["ip", "-json", "address"], check=True, text=True, stdout=subprocess.PIPE).stdout)
    found = [a["local"] for link in links for a in link.get("addr_info", []) if "local" in a]
    return sorted(found, key=lambda address: ipaddress.ip_address(address).is_loopback)


def alternative(name):
    """A name as subjectAltName has it."""
    with contextlib.suppress(ValueError):
        return f"IP:{ipaddress.ip_address(name)}"
    return f"DNS:{name}"


def openssl(*arguments, **more):
    return subprocess.run(["openssl", *arguments], check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          **more).stdout


def stamp(days):
    """So many days from now, as `openssl ca` has it."""
    return time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() + days * DAY))


def make_certificate(folder, names, days=(-1, 365), signed=False, subject="/CN=appliance"):
    """A key and its certificate, by itself or by an authority of its own; the paths of the two."""
    key, cert, query, conf = (os.path.join(folder, name) for name in ("key", "cert", "query", "conf"))
    with open(conf, "w", encoding="ascii") as file:
        file.write("[req]\ndistinguished_name=dn\nstring_mask=utf8only\n[dn]\n[ext]\nbasicConstraints=CA:FALSE\n")
        if names:
            file.write("subjectAltName=@names\n[names]\n")
            for i, (kind, value) in enumerate(alternative(name).split(":", 1) for name in names):
                file.write(f"{kind}.{i}={value}\n")
        file.write(f"[ca]\ndefault_ca=self\n[self]\ndatabase={folder}/index\nserial={folder}/serial\nnew_certs_dir={folder}\n"
                   "default_md=sha256\npolicy=any\nx509_extensions=ext\nunique_subject=no\n[any]\ncommonName=optional\n")
    with open(folder + "/index", "w", encoding="ascii"), open(folder + "/serial", "w", encoding="ascii") as serial:
        serial.write("%032x\n" % int.from_bytes(os.urandom(15), "big"))
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", *new_key, "-new", "-config", conf, "-subj", subject, "-utf8", "-keyout", key, "-out", query)
    if signed:
        openssl("req", *new_key, "-x509", "-config", conf, "-subj", "/CN=Example CA", "-keyout", folder + "/ca.key",
                "-out", folder + "/ca.cert")
        signer = ["-keyfile", folder + "/ca.key", "-cert", folder + "/ca.cert"]
    else:
        signer = ["-selfsign", "-keyfile", key]
    openssl("ca", "-batch", "-notext", "-preserveDN", "-config", conf, "-startdate", stamp(days[0]), "-enddate", stamp(days[1]),
            *signer, "-in", query, "-out", cert)
    return key, cert


# -- serving -----------------------------------------------------------------------------------------------------------

class Server:
    """A listening socket of one kind."""

    def __init__(self, kind, address, port, names, device):
        self.begin, self.go_on, wishes = KINDS[kind]
        self.context, self.fingerprint = None, "-"
        if wishes is not None:
            self.make_context(**{"names": names or ([address] if address.strip(":") not in ("", "only", "0.0.0.0") else [])
                                 + own_addresses(), **wishes})
        only6 = address == "::only"
        host = ipaddress.ip_address("::" if only6 else address.split("%")[0])
        self.listener = socket.socket(socket.AF_INET6 if host.version == 6 else socket.AF_INET)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if host.version == 6:
            self.listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only6)
        if device:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
        self.listener.bind(socket.getaddrinfo("::" if only6 else address, port, type=socket.SOCK_STREAM)[0][4])
        self.listener.listen(128)

    def make_context(self, version=None, **certificate):
        with tempfile.TemporaryDirectory() as folder:
            key, cert = make_certificate(folder, **certificate)
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            if version:
                self.context.set_ciphers("DEFAULT:@SECLEVEL=0")
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    self.context.minimum_version = self.context.maximum_version = version
            self.context.load_cert_chain(cert, key)
            self.fingerprint = openssl("x509", "-in", cert, "-noout", "-fingerprint", "-sha256").strip().split("=")[1]

    def serve(self, connection):
        # Whoever asks may go at any time.
        with contextlib.suppress(OSError), self.begin(self, connection) as stream:
            self.go_on(stream)

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()


def enter(netns):
    """Go into a network namespace that `ip netns` made."""
    with open(f"/run/netns/{netns}", encoding="ascii") as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0x40000000) < 0:
            raise OSError(ctypes.get_errno(), netns)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--address", default="::")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--name", action="append", default=[])
    parser.add_argument("--netns")
    parser.add_argument("--device")
    arguments = parser.parse_args()
    if arguments.netns:
        enter(arguments.netns)
    server = Server(arguments.kind, arguments.address, arguments.port, arguments.name, arguments.device)
    print("ready", server.listener.getsockname()[1], server.fingerprint, flush=True)
    server.run()


class WebServer:
    """A server as a process of its own; ready when this returns."""

    def __init__(self, kind, address="::", port=0, names=(), netns=None, device=None):
        options = [f"--name={name}" for name in names]
        options += [f"--{option}={value}" for option, value in (("netns", netns), ("device", device)) if value]
        self.process = subprocess.Popen([sys.executable, __file__, kind, f"--address={address}", f"--port={port}", *options],
                                        stdout=subprocess.PIPE, text=True)
        words = self.process.stdout.readline().split()
        assert words[:1] == ["ready"], f"the web server {kind} on {address} port {port} did not start"
        self.port, self.fingerprint = int(words[1]), words[2]

    def asked(self):
        """The next request that one of the kinds "echo" was sent."""
        line = self.process.stdout.readline()
        assert line.startswith("asked "), line
        return json.loads(line[6:])

    def stop(self):
        """SIGSTOP: the kernel still takes connections, nobody answers."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


if __name__ == "__main__":
    main()
