"""The fingerprints section of run.sh: how surely recordings are recognised, and what that costs.

  fingerprints.py AURA_BENCH_FINGERPRINTS FOLDER MP3 TRACK...

FOLDER keeps the variants of each TRACK that are made, one by one: other encodings, levels, starts. No two tracks may be of
one recording. MP3, a file of three minutes, is what the cost is measured with.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from measure import machine, run, table, write_json

BENCH = sys.argv[1]
FOLDER = Path(sys.argv[2])
MP3 = sys.argv[3]
TRACKS = [Path(track) for track in sys.argv[4:]]
RUNS = 5

# name -> suffix, and FFmpeg's options of the output
VARIANTS = {
    "MP3, 64 kbit/s": ("64k.mp3", ["-c:a", "libmp3lame", "-b:a", "64k"]),
    "Opus, 48 kbit/s": ("48k.opus", ["-c:a", "libopus", "-b:a", "48k"]),
    "9 dB louder": ("loud.wav", ["-af", "volume=9dB", "-c:a", "pcm_s16le"]),
    "9 dB softer": ("soft.wav", ["-af", "volume=-9dB", "-c:a", "pcm_s16le"]),
    "first 2 s cut off": ("cut.wav", ["-ss", "2", "-c:a", "pcm_s16le"]),
    "3 % faster": ("fast.wav", ["-af", "aresample=44100,asetrate=44100*1.03,aresample=44100", "-c:a", "pcm_s16le"]),
}


def variants_of(number, track):
    """suffix -> file, made if need be; tracks may share a name, so each has a number."""
    files = {suffix: FOLDER / f"{number:04d}.{track.stem}.{suffix}" for suffix, _ in VARIANTS.values()}
    if not all(file.exists() for file in files.values()):
        unfinished = {suffix: FOLDER / f"unfinished.{suffix}" for suffix in files}
        outputs = [word for suffix, options in VARIANTS.values() for word in [*options, unfinished[suffix]]]
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", track, *outputs], check=True)
        for suffix, file in files.items():
            unfinished[suffix].rename(file)
    return files


def fingerprints(name, files):
    """A file with a line for each of `files`."""
    lines = FOLDER / f"{name}.json"
    lines.write_text(run([BENCH, *files]).output)
    return lines


def compared(one, other):
    """[(i, j, bit error, taken for one)], and the CPU seconds of a pair."""
    *pairs, cost_s = run([BENCH, "--compare", one, other]).output.splitlines()
    return [(int(i), int(j), float(error), same == "1") for i, j, error, same in map(str.split, pairs)], float(cost_s)


def recognised(originals, name, suffix, files):
    pairs, _ = compared(originals, fingerprints(suffix, files))
    own = [(error, same) for i, j, error, same in pairs if i == j]
    others = [(error, same) for i, j, error, same in pairs if i != j]
    return {
        "variant": name,
        "recordings": len(own),
        "recognised": sum(same for _, same in own),
        "median_error": median(error for error, _ in own),
        "largest_error": max(error for error, _ in own),
        "others": len(others),
        "taken_for_one": sum(same for _, same in others),
        "least_error_of_others": min(error for error, _ in others),
    }


def cost():
    """CPU seconds of decoding MP3 by FFmpeg, its start taken off, and of its fingerprint; medians."""
    decoding, start, fingerprint = [], [], []
    for _ in range(RUNS):
        decoding.append(run(["ffmpeg", "-v", "fatal", "-threads", "1", "-i", MP3, "-f", "null", "-"]).cpu_s)
        start.append(run(["ffmpeg", "-v", "fatal", "-threads", "1", "-t", "0.1", "-i", MP3, "-f", "null", "-"]).cpu_s)
        fingerprint.append(json.loads(run([BENCH, MP3]).output)["cpu_s"])
    return median(decoding) - median(start), median(fingerprint)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    originals = fingerprints("originals", TRACKS)
    pairs, pair_s = compared(originals, originals)
    pairs.sort(key=lambda pair: pair[2])
    files = [variants_of(number, track) for number, track in enumerate(TRACKS)]
    variants = [
        recognised(originals, name, suffix, [of_track[suffix] for of_track in files])
        for name, (suffix, _) in VARIANTS.items()
    ]
    decode_s, fingerprint_s = cost()

    print(f"{machine()}; {len(TRACKS)} tracks.\n")
    table(
        ["variant", "recordings", "recognised", "median bit error", "largest"],
        [
            [row["variant"], str(row["recordings"]), f"{row['recognised'] / row['recordings']:.1%}",
             f"{row['median_error']:.3f}", f"{row['largest_error']:.3f}"]
            for row in variants
        ],
    )
    rows = [["original and original", len(pairs), sum(same for *_, same in pairs), pairs[0][2]]]
    rows += [[f"original and {row['variant']}", row["others"], row["taken_for_one"], row["least_error_of_others"]] for row in variants]
    table(
        ["different tracks", "pairs", "taken for one", "least bit error"],
        [[what, str(count), str(wrong), f"{least:.3f}"] for what, count, wrong, least in rows],
    )
    print("The most alike:")
    for i, j, error, _ in pairs[:5]:
        print(f"  {error:.3f} {TRACKS[i]} {TRACKS[j]}")
    print(
        f"\nA pair takes {1e6 * pair_s:.0f} µs. The fingerprint of a three-minute MP3 takes {1000 * fingerprint_s:.1f} ms, "
        f"FFmpeg decodes it in {1000 * decode_s:.1f} ms: a ratio of {fingerprint_s / decode_s:.3f} (target: at most 0.15)."
    )
    write_json(
        FOLDER / "fingerprints.json",
        {"variants": variants, "pairs": len(pairs), "taken_for_one": rows[0][2], "least_error": pairs[0][2],
         "pair_s": pair_s, "fingerprint_s": fingerprint_s, "decode_s": decode_s},
    )


main()
