"""The measuring part of compare.sh, which prepares all that it needs and cleans up after it.

  compare.py AURA SERVED_FOLDER SERVED_URL RUNS COPIES
"""

import json
import os
import platform
import sys
from pathlib import Path
from statistics import median

import psycopg2

from measure import CPUS, ONE_THREAD_EACH, give_each_job_a_user, machine, run, table

AURA, SERVED_FOLDER, SERVED_URL = sys.argv[1:4]
RUNS, COPIES = int(sys.argv[4]), int(sys.argv[5])
PYTHON_WORKER = Path(__file__).with_name("python_worker.py")
TRACKS = sorted(path.name for path in Path(SERVED_FOLDER).iterdir())


def fill_queue(database):
    with database.cursor() as cursor:
        cursor.execute('DELETE FROM "AuraAnalysis"')
    urls = [f"{SERVED_URL}/{name}" for name in TRACKS] * COPIES
    run([AURA, "enqueue", *urls, "--title", "Benchmark", "--artist", "AURA"])
    give_each_job_a_user()
    return len(urls)


def read_features(database):
    """The features in the queue's rows, by track. Ends the run if a job has no result."""
    with database.cursor() as cursor:
        cursor.execute('SELECT "audioUrl", "status", "errorMessage", "fullReport" FROM "AuraAnalysis"')
        rows = cursor.fetchall()
    for url, status, message, _ in rows:
        if status != "completed":
            sys.exit(f"compare.py: {url} is {status}: {message}")
    return {url.rpartition("/")[2]: report["features"] for url, _, _, report in rows}


def drain_with_aura(database, threads):
    jobs = fill_queue(database)
    usage = run([AURA, "worker", "--drain"], cpus=threads, WORKER_THREADS=str(threads), LOG_LEVEL="WARNING", PORT="0")
    return {
        "jobs_an_hour": jobs / usage.wall_s * 3600,
        "cpu_s": usage.cpu_s / jobs,
        "peak_mb": usage.peak_mb,
    }, read_features(database)


def drain_with_python(database):
    jobs = fill_queue(database)
    usage = run([sys.executable, PYTHON_WORKER, "--drain"], **ONE_THREAD_EACH)
    took = json.loads(usage.output)
    by_track = {
        name: [job for job in took["jobs"] if job["url"].endswith("/" + name)] for name in TRACKS
    }
    return {
        "jobs_an_hour": jobs / took["wall_s"] * 3600,
        "cpu_s": took["cpu_s"] / jobs,
        "peak_mb": usage.peak_mb,
    }, by_track, read_features(database)


def largest_difference(ours, theirs):
    """The largest relative difference of a feature on any track, and which it is."""
    return max(
        (abs(ours[track][name] / value - 1), name, track)
        for track in theirs
        for name, value in theirs[track].items()
        if value
    )


def describe_machine():
    ffmpeg = run(["ffmpeg", "-version"]).output.split()[2]
    versions = run([AURA, "--version"]).output.strip(), f"FFmpeg {ffmpeg}", f"Python {platform.python_version()}"
    print(f"{machine()}; {', '.join(versions)}; medians of {RUNS} runs, {COPIES} jobs a track in each.\n")


def main():
    database = psycopg2.connect(os.environ["DATABASE_URL"])
    database.autocommit = True
    ffmpeg_s = {name: [] for name in TRACKS}
    aura_s = {name: [] for name in TRACKS}
    aura_mb = {name: [] for name in TRACKS}
    python_decode_s = {name: [] for name in TRACKS}
    python_features_s = {name: [] for name in TRACKS}
    thread_counts = [threads for threads in (1, 2) if threads <= len(CPUS)]
    drained = {worker: [] for worker in ["python", *thread_counts]}
    difference = None

    for number in range(1, RUNS + 1):
        print(f"run {number} of {RUNS}", file=sys.stderr)
        for name in TRACKS:
            path = Path(SERVED_FOLDER, name)
            ffmpeg_s[name].append(
                run(["ffmpeg", "-v", "error", "-threads", "1", "-i", path, "-f", "null", "-"]).cpu_s
            )
            usage = run([AURA, "analyze", "--json", path])
            aura_s[name].append(usage.cpu_s)
            aura_mb[name].append(usage.peak_mb)
        for threads in thread_counts:
            took, our_features = drain_with_aura(database, threads)
            drained[threads].append(took)
        took, by_track, their_features = drain_with_python(database)
        drained["python"].append(took)
        for name, jobs in by_track.items():
            python_decode_s[name] += [job["decode_s"] for job in jobs]
            python_features_s[name] += [job["features_s"] for job in jobs]
        difference = largest_difference(our_features, their_features)

    describe_machine()
    rows = []
    for name in TRACKS:
        ffmpeg, aura = median(ffmpeg_s[name]), median(aura_s[name])
        decode, features = median(python_decode_s[name]), median(python_features_s[name])
        rows.append([
            name, f"{ffmpeg:.2f}", f"{aura:.2f}", f"{aura / ffmpeg:.2f}", f"{decode:.2f}", f"{features:.2f}",
            f"{(decode + features) / aura:.1f}", f"{median(aura_mb[name]):.0f}",
        ])
    table(
        ["CPU seconds a track", "FFmpeg decodes", "`aura analyze`", "÷ FFmpeg", "Python: load", "Python: features",
         "Python ÷ `aura analyze`", "`aura`, its largest process, MB"],
        rows,
    )

    def middle(worker, what):
        return median(took[what] for took in drained[worker])

    labels = {"python": "`python_worker.py`, 1 core"}
    for threads in thread_counts:
        labels[threads] = f"`aura worker`, WORKER_THREADS={threads}, {threads} core{'s' * (threads > 1)}"
    table(
        ["through the queue", "jobs an hour", "÷ the Python worker's", "CPU seconds a job", "largest process, MB"],
        [
            [label, f"{middle(worker, 'jobs_an_hour'):.0f}",
             f"{middle(worker, 'jobs_an_hour') / middle('python', 'jobs_an_hour'):.1f}",
             f"{middle(worker, 'cpu_s'):.2f}", f"{middle(worker, 'peak_mb'):.0f}"]
            for worker, label in labels.items()
        ],
    )
    print(f"Largest difference of a feature between the two workers' rows: {difference[0]:.2g} of its value "
          f"({difference[1]} of {difference[2]}).")


if __name__ == "__main__":
    main()
