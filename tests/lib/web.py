#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The appliance's web interface: one page, on the scheme and port of firstboot.conf."""

import configparser
import http.server
import socket
import ssl
import subprocess
import sys
import tempfile

PAGE = b"<!doctype html><title>Acme Backup Appliance</title><p>It works.\n"


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)


def tls_context():
    with tempfile.TemporaryDirectory() as folder:
        key, cert = folder + "/key", folder + "/cert"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "365", "-subj", "/CN=appliance", "-keyout", key, "-out", cert],
            check=True, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        return context


def main():
    conf = configparser.ConfigParser(interpolation=None)
    conf.read(sys.argv[1])
    web = conf["Web"]
    https = web.get("Scheme", "https") == "https"
    server = Server(("::", web.getint("Port", 0) or (443 if https else 80)), Handler)
    if https:
        # Each in its own thread: one that says nothing must not keep the others waiting.
        server.socket = tls_context().wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


main()
