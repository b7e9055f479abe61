"""The measuring part of busy.sh, which prepares all that it needs and cleans up after it.

  busy.py AURA MUSIC JOBS
"""

import http.server
import json
import os
import resource
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

from measure import family_of, give_each_job_a_user

AURA, MUSIC = sys.argv[1:3]
JOBS = int(sys.argv[3])
THREADS = 2
DOWNLOAD_S = 2.0
WORK_CPU_S = 0.5
PIECES = 20
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def make_track(seconds):
    track = Path("busy.mp3")
    command = ["ffmpeg", "-v", "error", "-y", "-stream_loop", "-1", "-i", MUSIC, "-t", str(seconds), "-b:a", "128k", track]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return track


def cpu_of_analysis(track):
    """CPU seconds that the track takes in a process of its own, whose start counts too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([AURA, "analyze", "--json", track], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def long_enough():
    """A track that takes as much work as it should."""
    seconds = 180.0
    for _ in range(2):
        seconds *= WORK_CPU_S / cpu_of_analysis(make_track(seconds))
    return make_track(seconds), seconds


def serve(content):
    """A web server whose every reply takes DOWNLOAD_S; returns the address of its file."""

    class Slow(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            start = time.monotonic()
            self.send_response(200)
            self.send_header("Content-Type", "audio/mpeg")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            for piece in range(PIECES):
                time.sleep(max(0.0, start + DOWNLOAD_S * (piece + 1) / PIECES - time.monotonic()))
                self.wfile.write(content[len(content) * piece // PIECES : len(content) * (piece + 1) // PIECES])

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/busy.mp3"


def cpu_of_worker(pid):
    """CPU seconds of a worker, its process for starting decoders and those, ended or not."""
    used = 0.0
    for member in family_of(pid):
        try:
            stat = Path(f"/proc/{member}/stat").read_text()
        except OSError:
            continue  # it has ended
        used += sum(map(int, stat.rpartition(")")[2].split()[11:15])) / TICKS_A_SECOND
    return used


def work_off(url):
    """Has a worker do the jobs. Returns when threads began and ended one, and the CPU seconds in between."""
    subprocess.run([AURA, "enqueue", *[url] * JOBS, "--title", "T", "--artist", "A"], check=True, stdout=subprocess.DEVNULL)
    give_each_job_a_user()
    environment = {
        **os.environ,
        "WORKER_THREADS": str(THREADS),
        "AURA_ALLOW_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
        "PORT": "0",
    }
    worker = subprocess.Popen([AURA, "worker", "--drain"], env=environment, stderr=subprocess.PIPE, text=True)
    began, ended, cpu = {}, {}, {}
    for line in worker.stderr:
        event = json.loads(line)
        if event["message"] == "measuring begins":
            began[event["jobId"]] = datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
            cpu[event["jobId"]] = cpu_of_worker(worker.pid)
        elif event["message"] == "measuring has ended":
            ended[event["jobId"]] = datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
        elif event["level"] in ("WARNING", "ERROR"):
            sys.exit(f"busy.py: {line}")
    if worker.wait() != 0 or len(ended) != JOBS:
        sys.exit(f"busy.py: the worker ended with {worker.returncode} after {len(ended)} jobs")
    return began, ended, max(cpu.values()) - min(cpu.values())


def main():
    track, seconds = long_enough()
    began, ended, cpu_s = work_off(serve(track.read_bytes()))
    # From the first job's start to the last one's: before there is nothing to do yet, and after no more.
    first, last = min(began.values()), max(began.values())
    at_work_s = sum(min(ended[job], last) - began[job] for job in began)
    print(f"| {JOBS} jobs of {seconds:.0f} s of MP3, {THREADS} threads | |")
    print("|---|---:|")
    print(f"| seconds from the first job's start to the last one's | {last - first:.1f} |")
    print(f"| CPU seconds a job | {cpu_s / (JOBS - 1):.2f} |")
    print(f"| threads at work | {at_work_s / (last - first) / THREADS:.1%} |")
    print(f"| CPU seconds of worker and decoders ÷ 2 × seconds | {cpu_s / (last - first) / THREADS:.1%} |")


if __name__ == "__main__":
    main()
