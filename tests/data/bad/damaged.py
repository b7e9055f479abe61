"""Real tracks cut off, damaged, or with junk around them."""

import random

from sources import TRACKS, mp3, noise, seed, small, track

SEEDS = ("clip.wma", "clip.wv", "clip.ac3", "clip.aac", "clip.m4a", "video.mp4", "video.mkv", "video.avi", "video.ts",
         "video.flv")


def overwritten(data, at, size):
    return data[:at] + noise(size, at)[: len(data) - at] + data[at + size :]


def with_flipped_bits(data, one_in):
    """`data` with one bit in so many bytes flipped, the first 16 KB aside."""
    result = bytearray(data)
    source = random.Random(one_in)
    for at in range(16384, len(data), one_in):
        result[min(at + source.randrange(one_in), len(data) - 1)] ^= 1 << source.randrange(8)
    return bytes(result)


def files():
    for extension in TRACKS:
        data = track(extension)
        yield f"cut_in_header.{extension}", data[:30]
        yield f"cut_behind_header.{extension}", data[:600]
        yield f"cut_in_middle.{extension}", data[: len(data) // 2]
        yield f"last_byte_missing.{extension}", data[:-1]
        yield f"hit_in_header.{extension}", overwritten(data, 8, 24)
        yield f"hit_in_middle.{extension}", overwritten(data, len(data) // 2, 6000)
        yield f"zeros_in_middle.{extension}", data[: len(data) // 2] + bytes(8000) + data[len(data) // 2 + 8000 :]
        yield f"hole_in_middle.{extension}", data[: len(data) // 2] + data[len(data) // 2 + 8001 :]
        yield f"bits_flipped.{extension}", with_flipped_bits(data, 20_000)
        yield f"start_missing.{extension}", data[len(data) // 3 :]
        yield f"junk_before.{extension}", noise(3000, "before") + data
        yield f"junk_behind.{extension}", data + noise(30_000, "behind")
    yield "much_junk_before.mp3", noise(300_000, "much") + track("mp3")
    yield "zeros_before.mp3", bytes(100_000) + track("mp3")
    yield "page_before.mp3", b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n" + track("mp3")
    yield "zeros_behind.flac", track("flac") + bytes(100_000)
    yield "half_zeros.wav", track("wav")[:300_000] + bytes(len(track("wav")) - 300_000)
    yield "text_conversion.mp3", mp3().replace(b"\n", b"\r\n")
    yield "utf8_conversion.mp3", mp3().decode("latin-1").encode("utf-8")
    for name in SEEDS:
        data = seed(name)
        yield f"cut_{name}", data[: len(data) * 2 // 3]
        yield f"hit_{name}", overwritten(data, len(data) // 2, 600)
    yield "cut.webm", small("opus.webm")[:3000]
