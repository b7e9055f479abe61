#!/usr/bin/env python3
"""Records what curl makes of the replies in odd_replies.json beside this file, in their field "curl".

    tests/fetch/odd_replies.py [--check]

A server on 127.0.0.1 answers /a with the reply, byte for byte, and closes the connection. It answers any other path
with that path, so that a redirect tells where it led. With --check, changes nothing, prints each answer that differs
from the recorded one, and ends with status 1 if there is any. The answers in the file are those of curl 7.88.1.
"""
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

TABLE = pathlib.Path(__file__).with_suffix(".json")


def bytes_of(reply, port):
    """As odd_replies_test.cpp reads them: a character is a byte; [text, count] is a text repeated."""
    parts = [reply] if isinstance(reply, str) else reply
    text = "".join(part if isinstance(part, str) else part[0] * part[1] for part in parts)
    return text.replace("{port}", str(port)).encode("latin-1")


def receive_request(connection):
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            return None
        received += more
    return received.split(b" ")[1]


class Server:
    """Answers one connection after another with `reply`. With a certificate, speaks TLS."""

    def __init__(self, certificate=None):
        self.reply, self.cut = b"", False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            try:
                if self.tls:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                path = receive_request(connection)
                if path == b"/a":
                    connection.sendall(self.reply)
                elif path:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(path) + path)
                if self.tls and not self.cut:
                    connection.unwrap()
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            except OSError:
                pass  # The client has gone.
            finally:
                connection.close()


def ask_curl(url, ca_file, out):
    out.write_bytes(b"")
    # --fail: a status from 400 on is no file. What is compressed is not asked for, and not undone.
    command = ["curl", "-q", "--silent", "--fail", "--location", "--max-redirs", "5", "--max-time", "5", "--noproxy", "*",
               "--cacert", ca_file, "--header", "Accept-Encoding: identity", "--output", out, url]
    status = subprocess.run(command, check=False).returncode
    return f"exit {status}" if status else "delivers " + out.read_bytes().decode("latin-1")


def main():
    entries = json.loads(TABLE.read_text())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        certificate = folder / "server.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificate, "-out", folder / "ca.pem"],
                       check=True, capture_output=True)
        certificate.write_bytes(certificate.read_bytes() + (folder / "ca.pem").read_bytes())
        plain, secure = Server(), Server(certificate)
        differ = False
        for entry in entries:
            server = secure if "tls" in entry else plain
            server.reply, server.cut = bytes_of(entry["reply"], server.port), entry.get("tls") == "cut"
            scheme = "https" if "tls" in entry else "http"
            answer = ask_curl(f"{scheme}://127.0.0.1:{server.port}/a", folder / "ca.pem", folder / "out")
            if answer != entry.get("curl"):
                print(f"{entry['name']}: {answer}, not {entry.get('curl')}")
                differ = True
            entry["curl"] = answer
    if sys.argv[1:] == ["--check"]:
        sys.exit(differ)
    TABLE.write_text(json.dumps(entries, indent=1) + "\n")


if __name__ == "__main__":
    main()
