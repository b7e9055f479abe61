"""AURA's features as librosa has them, with its functions at their defaults."""

import librosa
import numpy as np

SAMPLE_RATE_HZ = 22050


def extract_features(y, on_progress=lambda percent: None):
    sr = SAMPLE_RATE_HZ
    tempo, _ = librosa.beat.beat_track(y=y, sr=sr)
    on_progress(30)
    values = {
        "tempo": np.atleast_1d(tempo)[0],  # since librosa 0.10.2 an array
        "spectral_centroid_mean": np.mean(librosa.feature.spectral_centroid(y=y, sr=sr)),
        "spectral_rolloff_mean": np.mean(librosa.feature.spectral_rolloff(y=y, sr=sr)),
        "zcr_mean": np.mean(librosa.feature.zero_crossing_rate(y)),
    }
    on_progress(40)
    for i, row in enumerate(librosa.feature.mfcc(y=y, sr=sr, n_mfcc=13)):
        values[f"mfcc_{i}_mean"] = np.mean(row)
    values["rms_mean"] = np.mean(librosa.feature.rms(y=y))
    on_progress(50)
    return {name: float(value) for name, value in values.items()}
