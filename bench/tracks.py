"""The tracks section of run.sh: what features cost beside other libraries, and analysis beside FFmpeg's decoding.

  tracks.py AURA AURA_BENCH_FEATURES RUNS LIBROSA_PYTHON ESSENTIA_PYTHON TRACK...

Run in a folder that it may fill. A Python of '-' is one that is missing. All on one core; CPU seconds; medians of RUNS.
"""

import json
import sys
from pathlib import Path
from statistics import median

from measure import ONE_THREAD_EACH, machine, run, table, write_json

AURA, BENCH_FEATURES = sys.argv[1:3]
RUNS = int(sys.argv[3])
PYTHONS = dict(zip(("librosa", "essentia"), sys.argv[4:6]))
TRACKS = [Path(track) for track in sys.argv[6:]]
BENCH = Path(__file__).parent
SILENCE = Path("silence.wav")  # of which a second and a half: what is left is the start of a process
FFMPEG = ["ffmpeg", "-v", "fatal", "-threads", "1"]
TO_SOXR = ["-af", "aresample=22050:resampler=soxr", "-ac", "1"]


def decode_s(track, *to):
    return run([*FFMPEG, "-i", track, *to, "-f", "null", "-"]).cpu_s


def start_up_s(*to):
    return decode_s(SILENCE, *to)


def write_samples(track):
    """The track as the libraries get it, at 22,050 Hz, and beside it at 44,100."""
    for rate, suffix in (("22050", ".f32"), ("44100", ".f32.44100")):
        run([*FFMPEG, "-y", "-i", track, "-ac", "1", "-ar", rate, "-f", "f32le", track.name + suffix])
    return track.name + ".f32"


def measure_features(command, runs, samples):
    return json.loads(run([*command, str(runs), samples], **ONE_THREAD_EACH).output)


def measure(track):
    """Median CPU seconds, by what took them; everything in turns, so that a slow moment of the machine meets all."""
    samples = write_samples(track)
    took = {}

    def note(what, *seconds):
        took.setdefault(what, []).extend(seconds)

    for _ in range(RUNS):
        note("decode", max(decode_s(track) - start_up_s(), 1e-3))
        note("ffmpeg_soxr", decode_s(track, *TO_SOXR))
        note("ffmpeg_start", start_up_s(*TO_SOXR))
        note("analyze", run([AURA, "analyze", "--json", track]).cpu_s)
        note("start", run([AURA, "analyze", "--json", SILENCE]).cpu_s)
        ours = measure_features([BENCH_FEATURES], 5, samples)
        note("features", *ours["cpu_s"])
        note("with_rhythm", *ours["with_rhythm_cpu_s"])
        for peer, python in PYTHONS.items():
            if python != "-":
                note(peer, *measure_features([python, BENCH / "features_peer.py", peer], 1, samples)["cpu_s"])
    middle = {what: median(seconds) for what, seconds in took.items()}
    return {
        **middle,
        "analyze_alone": middle["analyze"] - middle["start"],
        "decode_soxr": max(middle["ffmpeg_soxr"] - middle["ffmpeg_start"], 1e-3),
    }


TARGETS = [  # what, numerator, denominator, the target's sense and value
    ("librosa's features ÷ ours", "librosa", "features", ">=", 40),
    ("Essentia's features and rhythm ÷ ours", "essentia", "with_rhythm", ">=", 25),
    ("our features ÷ FFmpeg's decoding", "features", "decode", "<=", 0.20),
    ("`aura analyze` ÷ FFmpeg's decoding and soxr, starts taken off both", "analyze_alone", "decode_soxr", "<=", 1.25),
    ("the same with the starts of both, as whole processes", "analyze", "ffmpeg_soxr", "<=", 1.25),
    ("the same with the start of `aura` alone", "analyze", "decode_soxr", "<=", 1.25),
]


def main():
    run([*FFMPEG, "-y", "-f", "lavfi", "-t", "1.5", "-i", "anullsrc=r=44100", SILENCE])
    took = {track.name: measure(track) for track in TRACKS}
    names = {"decode": "FFmpeg decodes", "decode_soxr": "and soxr", "ffmpeg_start": "its start", "analyze": "`aura analyze`", "start": "its start", "features": "our features", "with_rhythm": "and rhythm",
             "librosa": "librosa's", "essentia": "Essentia's"}
    measured = set.intersection(*map(set, took.values()))
    columns = [what for what in names if what in measured]

    print(f"{machine()}; {run(['ffmpeg', '-version']).output.split()[2]} FFmpeg; medians of {RUNS} runs.\n")
    table(["CPU seconds a track", *(names[what] for what in columns)],
          [[name, *(f"{by_what[what]:.3f}" for what in columns)] for name, by_what in took.items()])

    rows, ratios = [], {}
    for what, over, under, sense, target in TARGETS:
        if over not in measured:
            rows.append([what, f"{sense} {target}", "not measured: the peer is missing", ""])
            continue
        each = [by_what[over] / by_what[under] for by_what in took.values()]
        ratios[what] = {"target": f"{sense} {target}", "median": median(each), "each": each}
        rows.append([what, f"{sense} {target}", f"{median(each):.2f}", f"{min(each):.2f} to {max(each):.2f}"])
    table(["ratio", "target", "median", "range"], rows)
    write_json("tracks.json", {"cpu_s": took, "ratios": ratios})


if __name__ == "__main__":
    main()
