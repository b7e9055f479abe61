"""Prints what AURA's rhythm, key and sections cost together, as a share of decoding the same file.

  accuracy_cost.py AURA_BENCH_PARTS RUNS FILE...

Decoding is `ffmpeg -threads 1 -f null`, less its start: the CPU seconds that FFmpeg takes for a second and a half of silence.
"""

import json
import sys
from pathlib import Path
from statistics import median

from measure import machine, run, table, write_json

PARTS, RUNS, FILES = sys.argv[1], int(sys.argv[2]), sys.argv[3:]


def decoding_s(path):
    decode = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-i", path, "-map", "0:a:0", "-f", "null", "-"]
    return median(run(decode).cpu_s for _ in range(RUNS))


def main():
    silence = Path("silence.wav").resolve()
    run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-t", "1.5", "-i", "anullsrc=r=44100:cl=stereo", silence])
    start_s = decoding_s(silence)
    rows, shares = [], {}
    for line in run([PARTS, str(RUNS), *FILES]).output.splitlines():
        costs = json.loads(line)
        music_s = median(one - other for one, other in zip(costs["with"], costs["without"]))
        decode_s = decoding_s(costs["file"]) - start_s
        name = Path(costs["file"]).name
        shares[name] = music_s / decode_s
        rows.append([name, f"{decode_s:.3f}", f"{median(costs['without']):.3f}", f"{music_s:.4f}", f"{shares[name]:.3f}"])
    print(f"{machine()}; medians of {RUNS} runs.\n")
    table(["CPU seconds", "FFmpeg decodes", "AURA without these parts", "rhythm, key and sections", "÷ decoding"], rows)
    values = sorted(shares.values())
    print(f"Median share of decoding: {median(values):.3f} ({values[0]:.3f} to {values[-1]:.3f}).")
    write_json("accuracy_cost.json", {"shares": shares, "median": median(values)})


main()
