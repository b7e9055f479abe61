"""Tags and cover art that are huge, lie or are meant to do harm."""

import struct
import zlib

from containers import box, flac, flac_constant_frame, full_box, id3, id3_frame, ogg_page, opus_head, picture, \
    riff_chunk, u32, wav
from sources import mp3, noise, seed, track


def png(width, height, data):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + data


def in_flac(kind, body, size=None):
    """track.flac with one more block of metadata behind the first."""
    data = track("flac")
    size = len(body) if size is None else size
    return data[:42] + bytes([kind]) + size.to_bytes(3, "big") + body + data[42:]


def with_meta(body):
    """clip.m4a, whose index stands last, with more behind it."""
    return seed("clip.m4a") + box(b"moov", box(b"udta", full_box(b"meta", body)))


def files():
    sound = mp3()
    yield "tag_says_200_mb.mp3", id3(size=200 << 20) + sound
    yield "tag_covers_the_sound.mp3", id3(size=len(sound)) + sound
    yield "tag_ends_behind_the_file.mp3", id3(id3_frame(b"TIT2", b"\0Song"), size=len(sound) + 1000) + sound
    yield "tag_size_not_synchsafe.mp3", b"ID3\3\0\0\xff\xff\xff\xff" + sound
    yield "tag_of_unknown_version.mp3", b"ID3\xfe\xfe\xff\0\0\0\x0a" + bytes(10) + sound
    yield "thousand_tags.mp3", id3(id3_frame(b"TIT2", b"\0Song")) * 1000 + sound
    yield "tag_in_tag.mp3", id3(id3(id3(id3_frame(b"TIT2", b"\0Song")))) + sound
    yield "frame_says_2_gb.mp3", id3(id3_frame(b"TIT2", b"\0Song", size=0x7FFFFFFF)) + sound
    yield "frame_says_4_gb.mp3", id3(id3_frame(b"TIT2", b"\0Song", size=0xFFFFFFFF)) + sound
    bomb = zlib.compress(bytes(1 << 20))
    yield "frame_inflates_to_4_gb.mp3", id3(id3_frame(b"TIT2", u32(0xFFFFFFFF) + bomb, flags=0x80)) + sound
    yield "hundred_thousand_frames.mp3", id3(id3_frame(b"TXXX", b"\0a\0b") * 100_000) + sound
    yield "ten_thousand_chapters.mp3", id3(*(
        id3_frame(b"CHAP", b"%d\0" % i + u32(i, i + 1, 0xFFFFFFFF, 0xFFFFFFFF)) for i in range(10_000))) + sound
    yield "text_without_end.mp3", id3(id3_frame(b"TIT2", b"\1\xff\xfe" + b"A" * 1001)) + sound
    yield "escapes_in_title.mp3", id3(id3_frame(b"TIT2", b"\3\x1b[31m\n\r\x07%s%n")) + sound
    yield "private_2_mb.mp3", id3(id3_frame(b"PRIV", b"x\0" + noise(2 << 20, "private"))) + sound
    yield "unsynchronised.mp3", id3(id3_frame(b"APIC", b"\xff\0" * 5000), flags=0x80) + sound
    yield "cover_5_mb.mp3", id3(picture(b"\xff\xd8\xff\xe0" + noise(5 << 20, "cover"))) + sound
    yield "cover_of_4_gigapixels.mp3", id3(picture(png(65535, 65535, b""), b"image/png")) + sound
    yield "cover_bomb.mp3", id3(picture(png(30000, 30000, zlib.compress(bytes(4 << 20))), b"image/png")) + sound
    yield "cover_without_end.mp3", id3(id3_frame(b"APIC", b"\0image/jpeg", size=900)) + sound
    yield "cover_is_a_track.mp3", id3(picture(sound)) + sound
    yield "cover_of_no_bytes.mp3", id3(picture(b"")) + sound
    yield "hundred_covers.mp3", id3(picture(b"\xff\xd8\xff\xe0" + noise(999, "c")) * 100) + sound
    yield "cover_is_a_page.mp3", id3(picture(b"<svg onload='alert(1)'/>", b"image/svg+xml")) + sound
    yield "tag_behind_lies.mp3", sound + b"TAG" + b"\xff" * 125
    yield "ape_tag_lies.mp3", sound + b"APETAGEX" + struct.pack("<IIII", 2000, 0xFFFFFFFF, 0xFFFFFFFF, 0) + bytes(8)
    yield "lame_tag_says_hours.mp3", xing(b"Xing" + u32(1, 100_000_000)) + sound
    yield "xing_tag_without_frames.mp3", xing(b"Xing" + u32(15, 0, 0) + bytes(100) + u32(0)) + sound
    yield "padding_beyond_sound.mp3", xing(b"Xing" + u32(1, 58) + b"LAME3.100" + bytes(12) + b"\xff" * 3) + sound
    yield "picture_block_lies.flac", in_flac(6, u32(3, 0xFFFFFFFF) + b"image/png")
    yield "picture_block_2_mb.flac", in_flac(6, u32(3, 9) + b"image/png" + u32(0, 1, 1, 24, 0, 2 << 20) + bytes(2 << 20))
    yield "comments_lie.flac", in_flac(4, struct.pack("<III", 0, 0xFFFFFFFF, 0xFFFFFFFF))
    yield "block_ends_behind_the_file.flac", in_flac(2, b"", size=0xFFFFFF)
    yield "cue_sheet_lies.flac", in_flac(5, bytes(395) + b"\xff" + b"\xff" * 50)
    yield "seek_table_lies.flac", in_flac(3, b"\xff" * 18 * 500)
    yield "million_blocks.flac", flac(
        b"".join(flac_constant_frame(i, 4096) for i in range(4)), metadata=b"\2\0\0\0" * 300_000)
    tags = b"OpusTags" + struct.pack("<I", 0xFFFFFFFF)
    pages = ogg_page([opus_head()], 0, 0, flags=2) + ogg_page([tags], 0, 1)
    yield "comments_lie.opus", pages + ogg_page([b"\x18"] * 100, 288_000, 2, flags=4)
    yield "comments_lie.m4a", with_meta(box(b"ilst", box(b"covr", u32(0xFFFFFFFF) + b"data" + u32(13, 0))))
    yield "chapters_lie.m4a", seed("clip.m4a") + box(b"udta", full_box(b"chpl", u32(0xFFFFFFFF)))
    yield "list_chunk_lies.wav", wav(before=riff_chunk(b"LIST", b"INFOINAM", size=0x7FFFFFF0))
    yield "xmp_lies.wav", wav(behind=riff_chunk(b"_PMX", b"<x:xmpmeta/>", size=0xFFFFFFFF))
    yield "million_chunks.wav", wav(before=riff_chunk(b"junk", b"") * 300_000)


def xing(tag):
    """A frame of no sound that holds a tag: MPEG 1, layer III, 128 kbit/s, 44.1 kHz, stereo."""
    return (b"\xff\xfb\x90\x64" + bytes(32) + tag).ljust(417, b"\0")
