"""Workers, and a web server for the tracks that they are to analyse."""

import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

AURA = os.environ["AURA"]
MUSIC = pathlib.Path(os.environ["MUSIC"])
PATIENCE_S = 60  # for what takes a second


class Tracks:
    """Serves the sample tracks as /NAME, half an hour of one as /long.mp3 and what is told to fail with 404."""

    def __init__(self):
        self.failing = set()
        self.gate = threading.Event()  # until it is set, /long.mp3 stops halfway
        self._folder = tempfile.TemporaryDirectory()
        long_track = pathlib.Path(self._folder.name) / "long.mp3"
        subprocess.run(["ffmpeg", "-v", "error", "-stream_loop", "95", "-i", MUSIC / "northbound.mp3", "-c", "copy",
                        "-map_metadata", "-1", long_track], check=True)
        tracks = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.strip("/")
                file = long_track if name == "long.mp3" else MUSIC / name
                if name in tracks.failing or not file.is_file():
                    self.send_error(404)
                    return
                data = file.read_bytes()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                half = len(data) // 2
                self.wfile.write(data[:half])
                if name == "long.mp3":
                    self.wfile.flush()
                    tracks.gate.wait()
                self.wfile.write(data[half:])

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, name):
        return f"http://127.0.0.1:{self._server.server_port}/{name}"

    def close(self):
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()


class Worker:
    """A worker with its web page at `url`, which is stopped by close()."""

    def __init__(self, **settings):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self._folder = tempfile.mkdtemp()  # without a .env
        self._log = open(pathlib.Path(self._folder) / "log", "w+")
        environment = {**os.environ, "PORT": str(port), "AURA_ALLOW_HOSTS": "127.0.0.1", "SHUTDOWN_GRACE": "1", **settings}
        self._process = subprocess.Popen([AURA, "worker"], cwd=self._folder, env=environment, stderr=self._log)
        deadline = time.monotonic() + PATIENCE_S
        while not self._is_ready():
            has_ended = self._process.poll() is not None
            if has_ended or time.monotonic() > deadline:
                self._log.seek(0)
                told = self._log.read()
                self.close()
                raise RuntimeError(f"the worker {'has ended' if has_ended else 'is not ready in time'}: {told}")
            time.sleep(0.05)

    def _is_ready(self):
        try:
            return json.load(urllib.request.urlopen(f"{self.url}/readyz", timeout=PATIENCE_S))["ready"]
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def close(self):
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        self._log.close()
        shutil.rmtree(self._folder)
