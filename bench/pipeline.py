"""The measuring part of pipeline.sh, which prepares all that it needs and cleans up after it.

  pipeline.py AURA SERVED_URL SERVERS JOBS RUNS SHORT_TRACK...

SERVERS are the process ids of the database and of the web server, with a comma between. They share the CPUs that the
workers have, so that a second thread brings a second CPU, and nothing else.
"""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

from measure import CPUS, family_of, give_each_job_a_user, jobs_an_hour_since, last_run, machine, table, write_json

AURA, SERVED_URL = sys.argv[1:3]
SERVERS = [int(pid) for pid in sys.argv[3].split(",")]
JOBS, RUNS = int(sys.argv[4]), int(sys.argv[5])
SHORT_TRACKS = sys.argv[6:]
LONG_TRACKS = ["ten_minutes.mp3", "ten_minutes.flac"]
COUNTS = [1, 2, 4]
STARTS = 20


def aura(*arguments):
    return subprocess.run([AURA, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def fill_queue(tracks, jobs):
    urls = [f"{SERVED_URL}/{tracks[i % len(tracks)]}" for i in range(jobs)]
    aura("enqueue", *urls, "--title", "Benchmark", "--artist", "AURA")
    give_each_job_a_user()


def threads_of(pids):
    return [int(thread.name) for pid in pids for thread in Path("/proc").glob(f"{pid}/task/[0-9]*")]


def drain(replicas, threads, while_running=lambda workers: None):
    """Has so many workers, on as many CPUs as they have threads, empty the queue."""
    cpus = CPUS[: replicas * threads]
    for thread in threads_of(set.union(*map(family_of, SERVERS))):
        with suppress(ProcessLookupError):  # it has ended
            os.sched_setaffinity(thread, cpus)
    environment = {**os.environ, "WORKER_THREADS": str(threads), "LOG_LEVEL": "WARNING", "PORT": "0"}
    workers = [
        subprocess.Popen(
            [AURA, "worker", "--drain"], env=environment, preexec_fn=lambda: os.sched_setaffinity(0, cpus)
        )
        for _ in range(replicas)
    ]
    while_running(workers)
    if any(worker.wait() != 0 for worker in workers):
        sys.exit("pipeline.py: a worker failed")


def jobs_an_hour(replicas, threads):
    """From the first claim to the last outcome: a worker that finds the queue empty may wait for another's jobs."""
    before = last_run()
    fill_queue(SHORT_TRACKS, JOBS)
    drain(replicas, threads)
    return jobs_an_hour_since(before, JOBS)


def memory_mb(pids, figure):
    """`figure` of /proc/PID/smaps_rollup, summed over those processes that are still there."""
    total_kb = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue  # it has ended
        total_kb += sum(int(line.split()[1]) for line in lines if line.startswith(f"{figure}:"))
    return total_kb / 1024


def peak_memory():
    """Of a worker with two threads and all its processes, on tracks of ten minutes: summed shares, summed sizes."""
    peak = {"Pss": 0.0, "Rss": 0.0}

    def watch(workers):
        while workers[0].poll() is None:
            pids = family_of(workers[0].pid)
            for figure in peak:
                peak[figure] = max(peak[figure], memory_mb(pids, figure))
            time.sleep(0.02)

    fill_queue(LONG_TRACKS, 8)
    drain(1, 2, watch)
    return peak


def start_to_ready_ms():
    """Of a worker whose database is as it should be, to the line in which it says so."""
    start = time.monotonic()
    worker = subprocess.Popen([AURA, "worker"], env={**os.environ, "PORT": "0"}, stderr=subprocess.PIPE, text=True)
    is_ready = any(" ready " in line for line in worker.stderr)
    ms = (time.monotonic() - start) * 1000
    worker.terminate()
    worker.communicate()
    if not is_ready:
        sys.exit("pipeline.py: a worker did not get ready")
    return ms


def draw(figures, path):
    try:
        import matplotlib
    except ImportError:
        print("Without matplotlib there is no picture.")
        return
    matplotlib.use("svg")
    matplotlib.rcParams["svg.fonttype"] = "none"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for name, marker, label in (("threads", "o", "threads of one replica"), ("replicas", "s", "replicas of one thread")):
        axes.plot(COUNTS, figures[name], marker=marker, label=label)
    ideal = [figures["threads"][0] * min(count, len(CPUS)) for count in COUNTS]
    axes.plot(COUNTS, ideal, linestyle=":", color="grey", label=f"in proportion to CPUs ({len(CPUS)} here)")
    axes.set(xlabel="threads in all", ylabel="three-minute tracks an hour", xticks=COUNTS, ylim=(0, None))
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


def main():
    measured = {name: [[] for _ in COUNTS] for name in ("threads", "replicas")}
    memory = []
    for number in range(1, RUNS + 1):
        print(f"run {number} of {RUNS}", file=sys.stderr)
        for i, count in enumerate(COUNTS):
            measured["threads"][i].append(jobs_an_hour(1, count))
            measured["replicas"][i].append(jobs_an_hour(count, 1))
        memory.append(peak_memory())
    figures = {name: [median(runs) for runs in by_count] for name, by_count in measured.items()}

    print(f"{machine()}, PostgreSQL and web server on the same CPUs; medians of {RUNS} runs of {JOBS} jobs.\n")
    table(
        ["three-minute tracks an hour", *[f"{count} in all" for count in COUNTS], "two ÷ one"],
        [
            [label, *[f"{value:.0f}" for value in figures[name]], f"{figures[name][1] / figures[name][0]:.2f}"]
            for name, label in (("threads", "threads of one replica"), ("replicas", "replicas of one thread"))
        ],
    )
    peaks = {figure: median(peak[figure] for peak in memory) for figure in ("Pss", "Rss")}
    table(
        ["peak MB, two threads on tracks of ten minutes, all processes", ""],
        [
            ["what they share counted once (PSS)", f"{peaks['Pss']:.0f}"],
            ["what they share counted in each (RSS)", f"{peaks['Rss']:.0f}"],
        ],
    )
    starts = [start_to_ready_ms() for _ in range(STARTS)]
    table([f"of {STARTS} workers", "median", "slowest"], [["ms from start to ready", f"{median(starts):.0f}", f"{max(starts):.0f}"]])
    draw(figures, "pipeline.svg")
    write_json(
        "pipeline.json", {"counts": COUNTS, "jobs_an_hour": measured, "peak_mb": memory, "start_to_ready_ms": starts}
    )


if __name__ == "__main__":
    main()
