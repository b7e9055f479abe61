#!/usr/bin/env python3
"""The worker that AURA takes the place of, as the reference that it is measured against: the same table, the
same features, the same scoring, with requests, librosa and psycopg2, one job at a time.

  DATABASE_URL=postgresql://... python_worker.py [--drain]

It is at its best here: warm before it takes its first job, from one job straight to the next, and free of what
the real one has besides (leases, retries, a shutdown in good order). With --drain it ends once nothing is
queued, and prints as JSON what the jobs took: wall clock and CPU seconds, its own and its children's (librosa
decodes M4A through the ffmpeg program).
"""

import json
import os
import sys
import tempfile
import time
import warnings

import librosa
import numpy as np
import psycopg2
import requests
from psycopg2.extras import Json, RealDictCursor

from librosa_features import SAMPLE_RATE_HZ, extract_features

POLL_INTERVAL_S = 5

CLAIM = """
UPDATE "AuraAnalysis" SET "status" = 'processing', "progress" = 0, "updatedAt" = now() AT TIME ZONE 'UTC'
WHERE "id" = (SELECT "id" FROM "AuraAnalysis" WHERE "status" = 'queued' ORDER BY "createdAt" LIMIT 1
              FOR UPDATE SKIP LOCKED)
RETURNING "id", "audioUrl", "lyricsText"
"""
PROGRESS = """
UPDATE "AuraAnalysis" SET "progress" = %s, "updatedAt" = now() AT TIME ZONE 'UTC' WHERE "id" = %s
"""
COMPLETE = """
UPDATE "AuraAnalysis" SET "status" = 'completed', "progress" = 100, "hitFactor" = %(hit_factor)s,
  "audioScore" = %(audio)s, "lyricsScore" = %(lyrics)s, "brandScore" = %(brand)s, "marketScore" = %(market)s,
  "recommendations" = %(recommendations)s, "similarHits" = %(similar_hits)s, "fullReport" = %(report)s,
  "modelVersion" = %(model_version)s, "processingTime" = %(ms)s, "errorMessage" = NULL,
  "completedAt" = now() AT TIME ZONE 'UTC', "updatedAt" = now() AT TIME ZONE 'UTC'
WHERE "id" = %(id)s
"""
FAIL = """
UPDATE "AuraAnalysis" SET "status" = 'failed', "errorMessage" = %s, "updatedAt" = now() AT TIME ZONE 'UTC'
WHERE "id" = %s
"""


def cpu_seconds():
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


def fetch(session, url, file):
    with session.get(url, stream=True, timeout=60) as response:
        response.raise_for_status()
        for chunk in response.iter_content(1 << 20):
            file.write(chunk)
    file.flush()


def score(features, lyrics):
    audio = 70
    if 90 <= features["tempo"] <= 130:
        audio += 15
    elif 80 <= features["tempo"] <= 140:
        audio += 10
    if features["rms_mean"] > 0.08:
        audio += 10
    scores = {
        "audio": min(100, audio),
        "lyrics": min(100, 50 + len(lyrics.split()) // 10) if lyrics else 50,
        "brand": 75,
        "market": 70,
    }
    weights = {"audio": 35, "lyrics": 25, "brand": 20, "market": 20}
    return scores, sum(weights[name] * scores[name] for name in weights) // 100


def recommend(features, scores, hit_factor, lyrics):
    rules = [
        (scores["audio"] < 70, "production", "high", "Work on the production before release."),
        (features["tempo"] < 80, "arrangement", "medium", "Try a faster version."),
        (features["tempo"] > 140, "arrangement", "low", "Leave room, so that the melody can be followed."),
        (lyrics and scores["lyrics"] < 60, "lyrics", "medium", "Develop the lyrics."),
        (hit_factor >= 75, "marketing", "high", "Plan a release campaign."),
    ]
    return [{"type": kind, "note": note, "priority": priority} for holds, kind, priority, note in rules if holds]


def process(job, session, cursor, spent):
    """Runs one job up to its row. Adds the CPU seconds of decoding and of the features to `spent`, by URL."""
    start = time.monotonic()

    def progress(percent):
        cursor.execute(PROGRESS, (percent, job["id"]))

    with tempfile.NamedTemporaryFile() as file:
        fetch(session, job["audioUrl"], file)
        progress(10)
        cpu = [cpu_seconds()]
        y, _ = librosa.load(file.name, sr=SAMPLE_RATE_HZ, mono=True)
    cpu.append(cpu_seconds())
    progress(20)
    features = extract_features(y, progress)
    cpu.append(cpu_seconds())
    spent.append({"url": job["audioUrl"], "decode_s": cpu[1] - cpu[0], "features_s": cpu[2] - cpu[1]})
    progress(60)
    scores, hit_factor = score(features, job["lyricsText"])
    progress(70)
    recommendations = recommend(features, scores, hit_factor, job["lyricsText"])
    progress(80)
    similar_hits = []
    progress(90)
    report = {
        "hit_factor": hit_factor,
        "scores": scores,
        "recommendations": recommendations,
        "similar_hits": similar_hits,
        "model_version": "AURA-v2.1",
        "features": features,
    }
    row = {
        **scores,
        "id": job["id"],
        "hit_factor": hit_factor,
        "recommendations": Json(recommendations),
        "similar_hits": Json(similar_hits),
        "report": Json(report),
        "model_version": report["model_version"],
        "ms": round((time.monotonic() - start) * 1000),
    }
    cursor.execute(COMPLETE, row)


def warm_up():
    """Has librosa load and compile what it does when first used."""
    clicks = librosa.clicks(times=np.arange(0, 20, 0.5), sr=44100, length=20 * 44100)
    extract_features(librosa.resample(clicks, orig_sr=44100, target_sr=SAMPLE_RATE_HZ), lambda percent: None)


def main():
    drain = sys.argv[1:] == ["--drain"]
    # librosa's way of saying that it turns to the ffmpeg program.
    warnings.filterwarnings("ignore", message="PySoundFile failed")
    warnings.filterwarnings("ignore", message=".*__audioread_load", category=FutureWarning)
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    cursor = connection.cursor(cursor_factory=RealDictCursor)
    session = requests.Session()
    warm_up()

    start, cpu_start = time.monotonic(), cpu_seconds()
    spent = []
    while True:
        cursor.execute(CLAIM)
        job = cursor.fetchone()
        if job is None:
            if drain:
                break
            time.sleep(POLL_INTERVAL_S)
            continue
        try:
            process(job, session, cursor, spent)
        except Exception as error:  # one bad track must not end the worker
            cursor.execute(FAIL, (str(error).split("\n")[0], job["id"]))
    print(json.dumps({"wall_s": time.monotonic() - start, "cpu_s": cpu_seconds() - cpu_start, "jobs": spent}))


if __name__ == "__main__":
    main()
