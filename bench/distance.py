"""The measuring part of distance.sh, which prepares all that it needs and cleans up after it.

  distance.py AURA SERVED_URL JOBS RUNS ROUND_TRIP_MS TRACK...
"""

import asyncio
import os
import subprocess
import sys
import threading
from contextlib import suppress
from statistics import median
from urllib.parse import parse_qs, urlsplit

from measure import give_each_job_a_user, jobs_an_hour_since, last_run, machine, table, write_json

AURA, SERVED_URL = sys.argv[1:3]
JOBS, RUNS, ROUND_TRIP_MS = map(int, sys.argv[3:6])
TRACKS = sys.argv[6:]
THREADS = 2


class Proxy:
    """Stands between workers and the server's Unix socket. Holds back all data for half a round trip each way.

    Does not limit how much is under way, and counts the round trips: a client speaks after its server has spoken.
    """

    def __init__(self, server_socket, round_trip_s):
        self.server_socket = server_socket
        self.half_s = round_trip_s / 2
        self.round_trips = 0
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait()

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._link, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    async def _link(self, client_reader, client_writer):
        server_reader, server_writer = await asyncio.open_unix_connection(self.server_socket)
        server_spoke_last = True

        def note_client():
            nonlocal server_spoke_last
            self.round_trips += server_spoke_last
            server_spoke_last = False

        def note_server():
            nonlocal server_spoke_last
            server_spoke_last = True

        await asyncio.gather(
            self._forward(client_reader, server_writer, note_client),
            self._forward(server_reader, client_writer, note_server),
        )

    async def _forward(self, reader, writer, note):
        under_way = asyncio.Queue()
        delivering = asyncio.create_task(self._deliver(under_way, writer))
        data = b"first"
        while data:
            try:
                data = await reader.read(65536)
            except OSError:
                data = b""
            if data:
                note()
            under_way.put_nowait((self.loop.time() + self.half_s, data))
        await delivering

    async def _deliver(self, under_way, writer):
        with suppress(OSError):
            while True:
                due, data = await under_way.get()
                if due > self.loop.time():
                    await asyncio.sleep(due - self.loop.time())
                if not data:
                    break
                writer.write(data)
                await writer.drain()
        writer.close()


def jobs_an_hour(proxy):
    """From the first claim to the last outcome. Also returns the round trips a job, start and end of the worker too."""
    before = last_run()
    urls = [f"{SERVED_URL}/{TRACKS[i % len(TRACKS)]}" for i in range(JOBS)]
    subprocess.run([AURA, "enqueue", *urls, "--title", "T", "--artist", "A"], check=True, stdout=subprocess.DEVNULL)
    give_each_job_a_user()
    database = urlsplit(os.environ["DATABASE_URL"])
    far_url = f"postgresql://{database.username}@127.0.0.1:{proxy.port}{database.path}?sslmode=disable"
    environment = {**os.environ, "DATABASE_URL": far_url, "WORKER_THREADS": str(THREADS), "LOG_LEVEL": "WARNING", "PORT": "0"}
    trips = proxy.round_trips
    subprocess.run([AURA, "worker", "--drain"], check=True, env=environment)
    trips = proxy.round_trips - trips
    return jobs_an_hour_since(before, JOBS), trips / JOBS


def main():
    folder = parse_qs(urlsplit(os.environ["DATABASE_URL"]).query)["host"][0]
    proxies = {ms: Proxy(f"{folder}/.s.PGSQL.5432", ms / 1000) for ms in (0, ROUND_TRIP_MS)}
    measured = {ms: [] for ms in proxies}
    for number in range(1, RUNS + 1):
        print(f"run {number} of {RUNS}", file=sys.stderr)
        for ms, proxy in proxies.items():
            measured[ms].append(jobs_an_hour(proxy))
    hourly = {ms: median(jobs for jobs, _ in runs) for ms, runs in measured.items()}
    trips = {ms: median(trips for _, trips in runs) for ms, runs in measured.items()}

    print(f"{machine()}, PostgreSQL, proxy and web server on the same CPUs; medians of {RUNS} runs of {JOBS} jobs.\n")
    table(
        [f"round trip to the database, {THREADS} threads", *[f"{ms} ms" for ms in proxies], "far ÷ near"],
        [
            ["three-minute tracks an hour", *[f"{value:.0f}" for value in hourly.values()], f"{hourly[ROUND_TRIP_MS] / hourly[0]:.2f}"],
            ["round trips a job", *[f"{value:.1f}" for value in trips.values()], ""],
        ],
    )
    write_json("distance.json", {"round_trip_ms": ROUND_TRIP_MS, "jobs_an_hour_and_trips_a_job": measured})


if __name__ == "__main__":
    main()
