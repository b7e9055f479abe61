#!/usr/bin/env python3
"""Counts how well the rules of lib/analysis/ADVICE.md name made faults, and how often they blame finished music.

    judge.py AURA FILE...

Masters each FILE as finished music is (44.1 kHz, stereo, 24 bits, -14 LUFS, peaks below -1.5 dBTP), which is a clean
track. Then makes faults of the clean tracks, one each, and has `AURA analyze` name them. Give lossless stereo music
that chose no limit. Needs ffmpeg. Prints a table; exits with 1 if a fault is missed or a clean track is blamed.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

LOSSLESS = ["-c:a", "pcm_s24le"]
CLEAN = ["-af", "aresample=44100,aformat=channel_layouts=stereo,loudnorm=I=-14:TP=-1.5:LRA=11,aresample=44100", *LOSSLESS]
# What the contract demands of music that is slow or fast is no blame.
NO_BLAME = {"tempo_slow", "tempo_fast", "campaign"}


def filtered(graph, codec="pcm_s24le", *options):
    return [["-af", graph, *options, "-c:a", codec]]


def through(name, *options, rate="44100"):
    """As a lossy or a lower copy, and back."""
    return [[name, *options], ["-ar", rate, *LOSSLESS]]


# Left is the middle, right the middle 37 ms later less a part of it: a correlation of about -0.37.
PHASE = ("asplit=3[a][b][c];[a]pan=mono|c0=0.5*c0+0.5*c1[l];[b]pan=mono|c0=-0.2*c0-0.2*c1[i];"
         "[c]pan=mono|c0=0.5*c0+0.5*c1,adelay=37[d];[i][d]amix=inputs=2:normalize=0[r];"
         "[l][r]join=inputs=2:channel_layout=stereo")

# (rule, the steps of FFmpeg that make it)
FAULTS = [
    ("true_peak_over", filtered("volume=4dB", "pcm_f32le")),
    ("true_peak_over", filtered("volume=6dB", "pcm_f32le")),
    ("true_peak", filtered("alimiter=level_in=1.5:limit=0.97:level=0,volume=-0.2dB")),
    ("clipping", filtered("volume=9dB", "pcm_s16le")),
    ("clipping", filtered("volume=14dB", "pcm_s16le")),
    ("loudness_high", filtered("alimiter=level_in=8:limit=0.8:level=0:attack=1:release=20")),
    ("loudness_high", filtered("alimiter=level_in=20:limit=0.8:level=0:attack=1:release=20")),
    ("dynamics_low", filtered("asoftclip=type=tanh:threshold=0.1:oversample=4,volume=-6dB")),
    ("loudness_low", filtered("volume=-12dB")),
    ("loudness_low", filtered("volume=-20dB")),
    ("one_sided", filtered("pan=stereo|c0=c0|c1=0*c0")),
    ("one_sided", filtered("pan=stereo|c0=0.03*c0|c1=c1")),
    ("inverted", filtered("pan=stereo|c0=c0|c1=-1*c1")),
    ("phase", filtered(PHASE)),
    ("balance", filtered("pan=stereo|c0=c0|c1=0.45*c1")),
    ("balance", filtered("pan=stereo|c0=0.35*c0|c1=c1")),
    ("mono", filtered("pan=mono|c0=0.5*c0+0.5*c1")),
    ("mono", filtered("pan=stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0+0.5*c1")),
    ("stereo_narrow", filtered("pan=stereo|c0=0.505*c0+0.495*c1|c1=0.495*c0+0.505*c1")),
    ("dc_offset", filtered("volume=-3dB,dcshift=0.02")),
    ("dc_offset", filtered("volume=-3dB,dcshift=-0.05")),
    ("bandwidth", through("a.mp3", "-c:a", "libmp3lame", "-b:a", "128k")),
    ("bandwidth", through("a.m4a", "-c:a", "aac", "-b:a", "96k")),
    ("bandwidth", through("a.wav", "-ar", "32000")),
    ("bandwidth", through("a.ogg", "-c:a", "libvorbis", "-q:a", "1")),
    ("sample_rate", [["-ar", "22050", *LOSSLESS]]),
    ("bit_depth", [["-c:a", "pcm_u8"]]),
    ("silence_start", filtered("adelay=2500:all=1")),
    ("silence_end", filtered("apad=pad_dur=9")),
    ("range_wide", filtered("volume='if(lt(t,15),0.1,1)':eval=frame")),
]


def ffmpeg(source, options, target):
    subprocess.run(["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-i", source, "-map", "0:a", "-map_metadata", "-1",
                    *options, target], check=True)


def make(clean, steps, folder):
    """The file with the fault."""
    path = clean
    for number, step in enumerate(steps):
        name = f"{number}.wav"
        if not step[0].startswith("-"):
            name, *step = step
            name = f"{number}{name}"
        ffmpeg(path, step, folder / name)
        path = folder / name
    return path


def advice_on(aura, path):
    done = subprocess.run([aura, "analyze", "--json", path], check=True, stdout=subprocess.PIPE)
    report = json.loads(done.stdout)
    return {piece["id"]: piece["evidence"]["value"] for piece in report["recommendations"]}


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    aura, files = sys.argv[1], sys.argv[2:]
    named = blamed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        clean = folder / "clean.wav"
        for number, file in enumerate(files):
            ffmpeg(file, CLEAN, clean)
            blame = {rule: value for rule, value in advice_on(aura, clean).items() if rule not in NO_BLAME}
            blamed += bool(blame)
            told = f"clean {pathlib.Path(file).name}: {blame or 'no advice'}"
            if number < len(FAULTS):
                rule, steps = FAULTS[number]
                found = advice_on(aura, make(clean, steps, folder))
                named += rule in found
                told += f"\n{'named' if rule in found else 'MISSED'} {rule}: {found}"
            print(told, flush=True)
    faults = min(len(files), len(FAULTS))
    print(f"named {named} of {faults} faults; blamed {blamed} of {len(files)} clean tracks")
    sys.exit(named < faults or blamed > 0)


if __name__ == "__main__":
    main()
