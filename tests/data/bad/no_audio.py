"""What is no audio at all, under the names of audio files."""

import gzip
import struct

from sources import noise, track


def files():
    yield "empty.mp3", b""
    yield "one_byte.wav", b"R"
    yield "one_null.flac", b"\0"
    yield "text.mp3", b"This is my song.\nLa la la.\n" * 20
    yield "utf16.mp3", "This is my song.\n".encode("utf-16")
    yield "error_page.mp3", b"<!DOCTYPE html><html><head><title>404</title></head><body>Not found</body></html>"
    yield "error.m4a", b'{"error": "link expired"}'
    yield "denied.ogg", b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'
    yield "script.wav", b"#!/bin/sh\ncat /etc/passwd\n"
    yield "gzip.mp3", gzip.compress(track("mp3")[:20000], mtime=0)
    yield "zip.flac", b"PK\3\4\x14\0\0\0\x08\0" + noise(3000, "zip")
    yield "pdf.ogg", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n" + noise(3000, "pdf")
    yield "program.wav", b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHI", 2, 62, 1) + noise(4000, "elf")
    yield "picture.flac", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0" + noise(2000, "png")
    yield "photo.mp3", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + noise(4000, "jpeg")
    yield "notes.mp3", b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\x0c\0\x90\x3c\x40\x60\x80\x3c\x40\0\xff\x2f\0"
    yield "project.wav", b"FLhd\6\0\0\0\0\0\1\0\x60\0FLdt" + noise(3000, "project")
    yield "sqlite.m4a", b"SQLite format 3\0" + bytes(4080)
    for extension in ("mp3", "wav", "flac", "ogg", "m4a"):
        yield f"random.{extension}", noise(200_000, extension)
    yield "zeros.mp3", bytes(1 << 20)
    yield "ones.mp3", b"\xff" * (1 << 20)
    yield "false_syncs.mp3", b"\xff\xfb\x90\x64" * 100_000
    yield "false_syncs_in_noise.mp3", b"".join(b"\xff\xfb" + noise(30, i) for i in range(10_000))
    yield "false_syncs.aac", b"\xff\xf1\x50\x80\x00\xff\xfc" * 50_000
    yield "false_syncs.ac3", b"\x0b\x77\0\0\0\x40" * 50_000
    yield "false_syncs.flac", b"fLaC" + b"\xff\xf8\xc9\x18" * 50_000
    yield "false_pages.ogg", b"OggS\0\2" * 50_000
    yield "only_signature.flac", b"fLaC"
    yield "only_signature.ogg", b"OggS"
    yield "only_signature.wav", b"RIFF\x24\0\0\0WAVE"
    yield "only_signature.mkv", b"\x1a\x45\xdf\xa3"
    yield "only_tag.mp3", b"ID3\3\0\0\0\0\0\0"
