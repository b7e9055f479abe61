#!/usr/bin/env python3
"""Writes reference.json: what librosa 0.10.1 makes of signals that the C++ tests build again.

    python3 -m venv /tmp/librosa
    /tmp/librosa/bin/pip install 'librosa==0.10.1' 'numpy<2' 'scipy<1.13'
    /tmp/librosa/bin/python tests/data/librosa/make_reference.py

Each signal is a formula in double precision, cast to float32 at the end; tests/dsp/signals.cpp holds
the same formulas under the same names. Change one, change the other, run this again.
"""

import json
import pathlib
import warnings

import librosa
import numpy as np

SAMPLE_RATE_HZ = 22050


def seconds(length):
    return np.arange(length) / SAMPLE_RATE_HZ


def tone(frequency_hz, time_s):
    return np.sin(2 * np.pi * frequency_hz * time_s)


def noise(length):
    """White, uniform in [-1, 1): the sample's index through the finaliser of MurmurHash3."""
    h = np.arange(1, length + 1, dtype=np.uint32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h / 2.0**31 - 1.0


def clicks(length, bpm):
    """One sample of 1.0 at each beat, the first at time zero."""
    signal = np.zeros(length)
    beats = int(length / SAMPLE_RATE_HZ * bpm / 60) + 1
    at = np.floor(np.arange(beats) * 60 * SAMPLE_RATE_HZ / bpm).astype(int)
    signal[at[at < length]] = 1.0
    return signal


def music(length, bpm):
    """Kick on each beat, snare on every second, hat on the off-beats, bass and a triad by the bar."""
    time_s = seconds(length)
    hiss = noise(length)
    beat = time_s * bpm / 60
    since_beat_s = (beat - np.floor(beat)) * 60 / bpm
    off_beat = beat + 0.5
    since_off_beat_s = (off_beat - np.floor(off_beat)) * 60 / bpm
    bar = np.floor(beat / 4).astype(int)
    since_bar_s = (beat / 4 - bar) * 240 / bpm
    root_hz = np.array([55.0, 65.4, 49.0, 73.4])[bar % 4]
    backbeat = np.floor(beat).astype(int) % 2 == 1

    kick = 0.5 * np.exp(-12 * since_beat_s) * tone(52, since_beat_s)
    snare = 0.2 * backbeat * np.exp(-20 * since_beat_s) * hiss
    hat = 0.1 * np.exp(-60 * since_off_beat_s) * hiss
    bass = 0.15 * tone(root_hz, since_bar_s)
    chord = np.exp(-1.5 * since_bar_s) * (
        0.06 * tone(4 * root_hz, since_bar_s)
        + 0.06 * tone(5 * root_hz, since_bar_s)
        + 0.06 * tone(6 * root_hz, since_bar_s)
    )
    return kick + snare + hat + bass + chord


def signals():
    sr = SAMPLE_RATE_HZ
    time_s = seconds(3 * sr)
    yield "silence", np.zeros(sr)
    yield "dc", np.full(sr, 0.5)
    yield "impulse", np.eye(1, 4 * sr, 2 * sr)[0]
    yield "sine", 0.5 * tone(440, time_s)
    yield "sine_between_bins", 0.5 * tone(1005.2, time_s)
    yield "sine_clipped", np.clip(4 * tone(220, time_s), -1, 1)
    yield "sine_fading_out", np.exp(-20 * time_s) * tone(440, time_s)
    yield "chirp", 0.5 * np.sin(2 * np.pi * (50 * time_s + 1600 * time_s**2))
    yield "noise", 0.3 * noise(5 * sr)
    yield "noise_faint", 1e-5 * noise(2 * sr)
    yield "noise_bursts", noise(6 * sr) * (np.floor(seconds(6 * sr) * 2) % 2 == 1)
    yield "clicks_90", clicks(15 * sr, 90)
    yield "clicks_120", clicks(15 * sr, 120)
    yield "music_74", music(30 * sr, 74)
    yield "music_100", music(30 * sr, 100)
    yield "music_128", music(30 * sr, 128)
    yield "music_174", music(30 * sr, 174)
    yield "music_128_long", music(600 * sr, 128)
    for length in (1, 5, 511, 512, 1000, 2048, 2049):
        yield f"noise_{length}_samples", 0.3 * noise(length)


def mean(rows):
    return float(np.mean(rows, dtype=np.float64))


def features(y):
    tempo, _ = librosa.beat.beat_track(y=y, sr=SAMPLE_RATE_HZ)
    mfcc = librosa.feature.mfcc(y=y, sr=SAMPLE_RATE_HZ, n_mfcc=13)
    return {
        "tempo_bpm": float(tempo),
        "spectral_centroid_mean_hz": mean(librosa.feature.spectral_centroid(y=y, sr=SAMPLE_RATE_HZ)),
        "spectral_rolloff_mean_hz": mean(librosa.feature.spectral_rolloff(y=y, sr=SAMPLE_RATE_HZ)),
        "zcr_mean": mean(librosa.feature.zero_crossing_rate(y)),
        "mfcc_mean": [mean(row) for row in mfcc],
        "rms_mean": mean(librosa.feature.rms(y=y)),
    }


def checks(y):
    """What lies between the samples and the features, for the tests of the single kernels."""
    frame = 100
    log_mel = librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=SAMPLE_RATE_HZ))
    onset = librosa.onset.onset_strength(y=y, sr=SAMPLE_RATE_HZ, aggregate=np.median)
    tempogram = librosa.feature.tempogram(onset_envelope=onset, sr=SAMPLE_RATE_HZ, win_length=344)
    return {
        "frame": frame,
        "frames": log_mel.shape[1],
        "rms": float(librosa.feature.rms(y=y)[0, frame]),
        "zcr": float(librosa.feature.zero_crossing_rate(y)[0, frame]),
        "spectral_centroid_hz": float(librosa.feature.spectral_centroid(y=y)[0, frame]),
        "spectral_rolloff_hz": float(librosa.feature.spectral_rolloff(y=y)[0, frame]),
        "magnitude": np.abs(librosa.stft(y))[::8, frame].astype(float).tolist(),
        "log_mel_db": log_mel[:, frame].astype(float).tolist(),
        "mfcc_mean": features(y)["mfcc_mean"],
        "onset_envelope": onset.astype(float).tolist(),
        "mean_tempogram": tempogram.mean(axis=1).tolist(),
        "tempo_bpm": features(y)["tempo_bpm"],
    }


def mel_filterbank():
    weights = librosa.filters.mel(sr=SAMPLE_RATE_HZ, n_fft=2048).astype(float)
    return {
        "row_sums": weights.sum(axis=1).tolist(),
        "peaks": weights.max(axis=1).tolist(),
        "peak_bins": weights.argmax(axis=1).tolist(),
    }


def main():
    warnings.filterwarnings("ignore", message="n_fft=.* is too large")
    reference = {"librosa": librosa.__version__, "sample_rate_hz": SAMPLE_RATE_HZ}
    reference["mel_filterbank"] = mel_filterbank()
    reference["signals"] = {}
    for name, signal in signals():
        y = signal.astype(np.float32)
        reference["signals"][name] = {"samples": len(y), "features": features(y)}
        if name == "music_128":
            reference["checks"] = {"signal": name} | checks(y)
    path = pathlib.Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(reference, indent=1) + "\n")


if __name__ == "__main__":
    main()
