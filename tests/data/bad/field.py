"""Odd files that programs and shops do write. Most are whole, and must be read without a word; the rest must be called what
they are."""

import struct

import musepack
from containers import riff_chunk, wav, wav_format
from sources import mp3, pcm, seed, small, tone, track

ID3V1 = b"TAG" + b"A title".ljust(125, b"\0")


def id3v2(body=b"TIT2\0\0\0\x02\0\0\0T", padding=0):
    size = len(body) + padding
    return b"ID3\3\0\0" + bytes(size >> shift & 127 for shift in (21, 14, 7, 0)) + body + bytes(padding)


def ape(value=b"-6.5 dB"):
    item = struct.pack("<II", len(value), 0) + b"REPLAYGAIN_TRACK_GAIN\0" + value

    def head(flags):
        return b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, flags) + bytes(8)

    return head(0xA0000000) + item + head(0x80000000)


def pages(ogg):
    at = 0
    while at < len(ogg):
        size = 27 + ogg[at + 26] + sum(ogg[at + 27 : at + 27 + ogg[at + 26]])
        yield ogg[at : at + size]
        at += size


def checked(page):
    """`page` with its checksum: CRC-32 without reflection, from 0 on."""
    crc = 0
    page = page[:22] + bytes(4) + page[26:]
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc >> 31 else 0)) & 0xFFFFFFFF
    return page[:22] + struct.pack("<I", crc) + page[26:]


def later(ogg, samples):
    """With every time stamp but those of headers moved."""
    for page in pages(ogg):
        stamp = struct.unpack("<q", page[6:14])[0]
        yield checked(page[:6] + struct.pack("<q", stamp + samples) + page[14:]) if stamp > 0 else page


def without_end(ogg):
    *first, last = pages(ogg)
    return b"".join(first) + checked(last[:5] + bytes([last[5] & ~4]) + last[6:])


def extensible(bits, valid, mask, channels=2, rate_hz=22050):
    guid = bytes.fromhex("0100000000001000800000aa00389b71")
    return wav_format(0xFFFE, channels, rate_hz, bits, extra=struct.pack("<HHI", 22, valid, mask) + guid)


def riff(*chunks, size=None):
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def waves():
    plain = riff_chunk(b"fmt ", wav_format())
    sound = pcm(tone())
    data = riff_chunk(b"data", sound)
    yield "zoom_list_of_zeros.wav", riff(plain, riff_chunk(b"LIST", bytes(393164)), data)
    yield "broadcast.wav", riff(riff_chunk(b"bext", bytes(602)), plain, data, b"iXML\x09\0\0\0<BWFXML/>",
                                riff_chunk(b"id3 ", id3v2()), riff_chunk(b"LIST", b"INFOINAM\2\0\0\0T\0"))
    yield "odd_chunk_padded.wav", riff(plain, riff_chunk(b"junk", b"abc"), data)
    # No program that was tried reads this: FFmpeg, SoX, Python's wave.
    yield "odd_chunk_unpadded.wav", riff(plain, b"junk\3\0\0\0abc", data)
    ds64 = riff_chunk(b"ds64", struct.pack("<QQQI", len(sound) + 100, len(sound), len(sound) // 2, 0))
    for name in (b"BW64", b"RF64"):
        yield name.decode().lower() + ".wav", (name + b"\xff\xff\xff\xffWAVE" + ds64 + plain + b"data\xff\xff\xff\xff"
                                               + sound)
    stereo = pcm(tone(channels=2))
    for name, mask in (("mask_0", 0), ("mask_too_many", 0x3F), ("mask_too_few", 4)):
        yield name + ".wav", riff(riff_chunk(b"fmt ", extensible(16, 16, mask)), riff_chunk(b"data", stereo))
    values = tone(channels=2)
    in_24 = b"".join(struct.pack("<i", value << 8)[:3] for value in values)
    in_32 = pcm([value << 16 for value in values], "i")
    for valid in (0, 16, 20):
        yield f"valid_{valid}_in_24.wav", riff(riff_chunk(b"fmt ", extensible(24, valid, 3)), riff_chunk(b"data", in_24))
    for valid in (0, 16, 24, 32):
        yield f"valid_{valid}_in_32.wav", riff(riff_chunk(b"fmt ", extensible(32, valid, 3)), riff_chunk(b"data", in_32))
    for bits in (16, 20):
        yield f"{bits}_in_blocks_of_6.wav", riff(riff_chunk(b"fmt ", wav_format(1, 2, bits=bits, align=6)),
                                                 riff_chunk(b"data", in_24))
    yield "recorder_died.wav", riff(plain, b"data\0\0\0\0", sound, size=0)
    yield "size_of_sound_only.wav", riff(plain, data, size=len(sound))
    yield "fact_lies.wav", riff(plain, riff_chunk(b"fact", struct.pack("<I", 5)), data)
    big = struct.pack(">HHIIHH", 1, 1, 22050, 44100, 2, 16)
    body = b"WAVEfmt " + struct.pack(">I", 16) + big + b"data" + struct.pack(">I", len(sound)) + pcm(tone(), big_endian=True)
    yield "rifx.wav", b"RIFX" + struct.pack(">I", len(body)) + body
    surround = wav_format(1, 2, 48000)
    for name in ("dts", "spdif"):
        yield f"{name}.wav", riff(riff_chunk(b"fmt ", surround), riff_chunk(b"data", seed("clip." + name)))
    yield "mp3_in.wav", seed("mp3.wav")
    yield "mp3_in_wav.mp3", seed("mp3.wav")
    for name in ("g722", "g723_1", "g726"):
        yield name + ".wav", seed(name + ".wav")


def aiffs():
    for name in ("adpcm_ima_qt", "pcm_alaw", "pcm_f32be", "pcm_f64be", "pcm_mulaw", "pcm_s24be"):
        yield name + ".aiff", seed(name + ".aiff")
    good = seed("pcm_s24be.aiff")
    tag = id3v2()
    tag = b"ID3 " + struct.pack(">I", len(tag)) + tag + bytes(len(tag) % 2)
    for name, body in (("first", tag + good[12:]), ("behind", good[12:] + tag)):
        yield f"id3_{name}.aiff", b"FORM" + struct.pack(">I", 4 + len(body)) + good[8:12] + body


def mp4s():
    for name in ("fragmented.m4a", "dash.mp4", "live.mp4", "first_default.m4a", "description_first.mp4",
                 "commentary_first.mkv", "chapters.m4b"):
        yield name, seed(name)
    two = seed("first_default.m4a")
    for which in (0, 1):  # as the spatial sound of telephones beside the plain one
        at = [i for i in range(len(two)) if two[i : i + 4] == b"mp4a"][which]
        yield f"apac_{which}.m4a", two[:at] + b"apac" + two[at + 4 : at + 20] + b"\0\5" + two[at + 22 :]
    aac = small("adts.aac") * 3
    at = 0
    dressed = b""
    for number in range(10_000):
        if at >= len(aac):
            break
        if number % 20 == 0:
            dressed += id3v2(b"PRIV\0\0\0\x35\0\0com.apple.streaming.transportStreamTimestamp\0" + struct.pack(">Q", number))
        size = (aac[at + 3] & 3) << 11 | aac[at + 4] << 3 | aac[at + 5] >> 5
        dressed += aac[at : at + size]
        at += size
    yield "hls_packed.aac", dressed


def oggs():
    opus = small("opus.opus") * 3
    one = seed("family_255.opus")
    yield "family_255.opus", one
    for gain in (-2048, 1536):
        head, *rest = pages(one)
        at = head.index(b"OpusHead") + 16
        yield f"gain_{gain}.opus", checked(head[:at] + struct.pack("<h", gain) + head[at + 2 :]) + b"".join(rest)
    yield "chained_same.opus", opus
    yield "no_end.opus", without_end(one)
    yield "no_end.ogg", without_end(small("vorbis.ogg"))
    yield "late_stamps.opus", b"".join(later(one, 48000 * 3600))
    yield "late_stamps.ogg", b"".join(later(small("vorbis.ogg"), 44100 * 3600))
    first, second, *rest = pages(track("opus"))
    yield "joined_late.opus", first + second + b"".join(later(b"".join(rest[1:]), 48000 * 3600))
    flac = seed("flac.oga")
    yield "flac.oga", flac
    yield "chained.oga", flac + flac
    yield "channels_change.oga", flac + small("vorbis.ogg") + one
    yield "clip.spx", seed("clip.spx")


def flacs():
    good = seed("rate_11999.flac")
    yield "rate_11999.flac", good
    yield "rate_352800.flac", seed("rate_352800.flac")
    yield "total_unknown.flac", seed("total_unknown.flac")
    samples = (good[21] & 15) << 32 | struct.unpack(">I", good[22:26])[0]
    for name, stated in (("double", 2 * samples), ("half", samples // 2), ("0", 0)):
        yield f"total_{name}.flac", good[:21] + bytes([good[21] & 0xF0]) + struct.pack(">I", stated) + good[26:]
    tags = id3v2() + id3v2(padding=2000)
    for name, content in (("id3v2", id3v2() + good), ("id3v2_twice", tags + good), ("id3v1", id3v2() + good + ID3V1),
                          ("ape", good + ape()), ("ape_and_id3v1", good + ape() + ID3V1)):
        yield f"tag_{name}.flac", content
    yield "much_padding.flac", good[:4] + bytes([good[4] & 0x7F]) + good[5:42] + b"\1\x3f\xff\xff" + bytes(0x3FFFFF) + good[42:]


def others():
    yield "clip.mp2", seed("clip.mp2")
    yield "free_format.mp3", seed("free_format.mp3")
    info = small("plain.mp3")
    at = info.index(b"Info") + 8
    yield "xing_says_0_frames.mp3", info[:at] + bytes(4) + info[at + 4 :] + mp3()
    for name, tag in (("ape", ape()), ("ape_and_id3v1", ape() + ID3V1), ("id3v1", ID3V1)):
        yield f"tag_{name}.mp3", mp3() + tag
        yield f"tag_{name}.wv", seed("clip.wv") + tag
    yield "joined_with_tags.mp3", id3v2() + mp3() + ape() + ID3V1 + id3v2(padding=1000) + mp3()
    yield "clip.mpc", seed("clip.mpc")
    yield "sv7.mpc", musepack.sv7()
    yield "clip.ape", seed("clip.ape")
    yield "tone.ape", seed("tone.ape")
    yield "hybrid.wv", seed("hybrid.wv")
    yield "four_channels.wv", seed("four_channels.wv")
    yield "alac.caf", seed("alac.caf")
    yield "opus.caf", seed("opus.caf")
    live = seed("live.webm")
    yield "live.webm", live
    yield "live_twice.webm", live + live
    yield "live_channels_change.webm", live + seed("live_stereo.webm")


def sounds():
    for rate_hz in (7350, 8000, 11025, 96000):
        yield f"tone_at_{rate_hz}.wav", wav(pcm(tone(rate_hz=rate_hz)), rate_hz=rate_hz)
    music = tone()
    yield "inverted.wav", wav(pcm([v for value in music for v in (value, -value)]), channels=2)
    yield "nearly_inverted.wav", wav(pcm([v for value in music for v in (value, -value * 97 // 100)]), channels=2)
    yield "one_sided.wav", wav(pcm([v for value in music for v in (value, 0)]), channels=2)


def files():
    yield from waves()
    yield from aiffs()
    yield from mp4s()
    yield from oggs()
    yield from flacs()
    yield from others()
    yield from sounds()
