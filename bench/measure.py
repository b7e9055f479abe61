"""What the measuring programs share: running a command on given cores, medians, tables, JSON."""

import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

CPUS = sorted(os.sched_getaffinity(0))
ONE_THREAD_EACH = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


@dataclass
class Usage:
    output: str
    wall_s: float
    cpu_s: float  # with the children it waited for
    peak_mb: float


def run(command, cpus=1, **environment):
    """Runs a command on the first `cpus` CPUs to its end and says what it took."""
    pinned = ["taskset", "-c", ",".join(map(str, CPUS[:cpus])), *map(str, command)]
    start = time.monotonic()
    with open("messages.log", "w+") as messages:
        process = subprocess.Popen(
            pinned, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=messages, env={**os.environ, **environment}
        )
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall_s = time.monotonic() - start
        if process.returncode != 0:
            messages.seek(0)
            sys.exit(f"{Path(sys.argv[0]).name}: {' '.join(pinned)} failed:\n{messages.read()}")
    return Usage(output, wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def query(sql):
    psql = ["psql", "--no-psqlrc", "-At", os.environ["DATABASE_URL"], "-c", sql]
    return subprocess.run(psql, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def give_each_job_a_user():
    """So that no job gets what was downloaded or measured for another: the benchmarks run with CACHE=user."""
    query("""UPDATE "AuraAnalysis" SET "userId" = "id" WHERE "status" = 'queued'""")


def last_run():
    return query("SELECT coalesce(max(id), 0) FROM aura.run")


def jobs_an_hour_since(before, jobs):
    """From the first claim to the last outcome of the runs after the run `before`. Ends the program if a job is left."""
    completed, seconds = query(
        "SELECT count(*) FILTER (WHERE state = 'completed'), extract(epoch FROM max(ended_at) - min(started_at)) "
        f"FROM aura.run WHERE id > {before}"
    ).split("|")
    if int(completed) != jobs:
        sys.exit(f"{Path(sys.argv[0]).name}: not all jobs were completed: see aura status")
    return jobs / float(seconds) * 3600


def family_of(pid):
    """A process, its children and theirs."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
    family = {pid}
    for _ in range(2):
        family |= {child for child, parent in parents.items() if parent in family}
    return family


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|---" + "|---:" * (len(header) - 1) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def machine():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    return f"{len(CPUS)} cores, {model}"


def write_json(path, figures):
    """The figures of a section, with the machine that they hold for."""
    Path(path).write_text(json.dumps({"machine": machine(), "load": os.getloadavg()[0], **figures}, indent=1) + "\n")
