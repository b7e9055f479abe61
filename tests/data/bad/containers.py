"""Containers written by hand, each field of which can be made to lie."""

import functools
import struct

from sources import pcm, tone

U32_MAX = 0xFFFFFFFF


def riff_chunk(name, data, size=None):
    return name + struct.pack("<I", len(data) if size is None else size) + data + b"\0" * (len(data) % 2)


def wav_format(tag=1, channels=1, rate_hz=22050, bits=16, align=None, extra=b""):
    align = (channels * bits + 7) // 8 % 65536 if align is None else align
    fields = (tag, channels, rate_hz, rate_hz * align & U32_MAX, align, bits)
    return struct.pack("<HHIIHH", *fields) + extra


def wav(data=None, before=b"", behind=b"", riff_size=None, data_size=None, **fmt):
    """A WAV file of `data` (default: a tone); chunks `before` and `behind` the sound."""
    data = pcm(tone()) if data is None else data
    chunks = riff_chunk(b"fmt ", wav_format(**fmt)) + before + riff_chunk(b"data", data, data_size) + behind
    size = 4 + len(chunks) if riff_size is None else riff_size
    return b"RIFF" + struct.pack("<I", size) + b"WAVE" + chunks


def rf64(data_size=None):
    data = pcm(tone())
    size = len(data) if data_size is None else data_size
    ds64 = struct.pack("<QQQI", 72 + len(data), size, size // 2, 0)
    chunks = riff_chunk(b"ds64", ds64) + riff_chunk(b"fmt ", wav_format()) + riff_chunk(b"data", data, U32_MAX)
    return b"RF64" + struct.pack("<I", U32_MAX) + b"WAVE" + chunks


def w64(data_size=None):
    tail = bytes.fromhex("f3acd3118cd100c04f8edb8a")

    def chunk(name, data, size=None):
        size = 24 + len(data) if size is None else size
        return name + tail + struct.pack("<Q", size) + data + b"\0" * (-len(data) % 8)

    chunks = b"wave" + tail + chunk(b"fmt ", wav_format()) + chunk(b"data", pcm(tone()), data_size)
    return b"riff" + bytes.fromhex("2e91cf11a5d628db04c10000") + struct.pack("<Q", 24 + len(chunks)) + chunks


def extended(value):
    """A whole number as the 80-bit float that AIFF has rates in."""
    if value == 0:
        return bytes(10)
    exponent = value.bit_length() - 1
    return struct.pack(">HQ", 16383 + exponent, value << (63 - exponent))


def aiff(rate=None, channels=1, bits=16, frames=None, data=None, data_size=None, compression=None):
    data = pcm(tone(), big_endian=True) if data is None else data
    frames = len(data) // 2 if frames is None else frames
    comm = struct.pack(">HIH", channels, frames, bits) + (extended(22050) if rate is None else rate)
    if compression:
        comm += compression + b"\0\0"

    def chunk(name, body, size=None):
        return name + struct.pack(">I", len(body) if size is None else size) + body

    sound = struct.pack(">II", 0, 0) + data
    chunks = chunk(b"COMM", comm) + chunk(b"SSND", sound, data_size)
    return b"FORM" + struct.pack(">I", 4 + len(chunks)) + (b"AIFC" if compression else b"AIFF") + chunks


def au(rate_hz=22050, channels=1, encoding=3, size=None, offset=24):
    data = pcm(tone(), big_endian=True)
    size = len(data) if size is None else size
    return b".snd" + struct.pack(">IIIII", offset, size, encoding, rate_hz, channels) + data


def caf(rate_hz=22050.0, channels=1, packet_bytes=2, data_size=None):
    data = pcm(tone(), big_endian=True)
    desc = struct.pack(">d4sIIIII", rate_hz, b"lpcm", 0, packet_bytes, 1, channels, 16)
    size = 4 + len(data) if data_size is None else data_size
    return (
        b"caff\0\1\0\0" + b"desc" + struct.pack(">q", len(desc)) + desc
        + b"data" + struct.pack(">q", size) + bytes(4) + data
    )


def box(name, *parts):
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def full_box(name, *parts):
    return box(name, bytes(4), *parts)


def u32(*values):
    return struct.pack(f">{len(values)}I", *values)


SELF_CONTAINED = struct.pack(">I", 12) + b"url " + u32(1)


def mov(data=None, samples=None, chunks=1, rate_hz=22050, timescale=22050, channels=1, reference=SELF_CONTAINED,
        tables=None, edits=b""):
    """A QuickTime file of 16-bit sound, all of `chunks` of which are the same bytes. `tables` replaces boxes of the
    sample table."""
    data = pcm(tone()) if data is None else data
    each = len(data) // 2
    count = each * chunks if samples is None else samples
    ftyp = box(b"ftyp", b"qt  ", u32(0), b"qt  ")
    sound = bytes(6) + b"\0\1" + struct.pack(">HHIHHHHI", 0, 0, 0, channels, 16, 0, 0, (rate_hz & 0xFFFF) << 16)
    found = {
        b"stsd": full_box(b"stsd", u32(1), box(b"sowt", sound)),
        b"stts": full_box(b"stts", u32(1, count, 1)),
        b"stsc": full_box(b"stsc", u32(1, 1, each, 1)),
        b"stsz": full_box(b"stsz", u32(2, count)),
        b"stco": full_box(b"stco", u32(chunks), u32(len(ftyp) + 8) * chunks),
    } | (tables or {})
    stbl = box(b"stbl", *found.values())
    dinf = box(b"dinf", full_box(b"dref", u32(1), reference))
    minf = box(b"minf", full_box(b"smhd", u32(0)), dinf, stbl)
    mdhd = full_box(b"mdhd", u32(0, 0, timescale, count, 0))
    hdlr = full_box(b"hdlr", b"mhlrsoun", bytes(12), b"\0")
    matrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    tkhd = box(b"tkhd", u32(7, 0, 0, 1, 0, count, 0, 0, 0, 0x01000000), matrix, u32(0, 0))
    mvhd = full_box(b"mvhd", u32(0, 0, rate_hz, count, 0x10000, 0x01000000, 0, 0), matrix, bytes(24), u32(2))
    trak = box(b"trak", tkhd, edits, box(b"mdia", mdhd, hdlr, minf))
    return ftyp + box(b"mdat", data) + box(b"moov", mvhd, trak)


def synchsafe(size):
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def id3_frame(name, data, size=None, flags=0):
    return name + struct.pack(">IH", len(data) if size is None else size, flags) + data


def id3(*frames, size=None, flags=0, version=3):
    body = b"".join(frames)
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(body) if size is None else size) + body


def picture(data, mime=b"image/jpeg"):
    """An ID3 frame with cover art."""
    return id3_frame(b"APIC", b"\0" + mime + b"\0\3\0" + data)


@functools.lru_cache(maxsize=None)
def crc_table(bits, polynomial):
    top = 1 << (bits - 1)
    table = []
    for byte in range(256):
        value = byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & (2 * top - 1)
        table.append(value)
    return table


def crc(data, bits, polynomial):
    """A CRC as Ogg and FLAC have it: no reflection, nothing at either end."""
    table = crc_table(bits, polynomial)
    value = 0
    for byte in data:
        value = value << 8 & (1 << bits) - 1 ^ table[value >> (bits - 8) ^ byte]
    return value


def ogg_page(packets, granule, number, serial=1, flags=0):
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    body = bytes([len(lacing)]) + lacing + b"".join(packets)
    head = b"OggS\0" + struct.pack("<BqII", flags, granule, serial, number)
    return head + struct.pack("<I", crc(head + bytes(4) + body, 32, 0x04C11DB7)) + body


def opus_head(channels=1, pre_skip=0, gain=0, mapping=0):
    return b"OpusHead\1" + struct.pack("<BHIhB", channels, pre_skip, 48000, gain, mapping)


OPUS_TAGS = b"OpusTags" + struct.pack("<I4sI", 4, b"none", 0)


def flac(frames, rate_hz=8000, channels=1, bits=16, block=65535, samples=0, metadata=b""):
    """A FLAC file; `metadata` is that of blocks behind the first, none of them the last."""
    packed = rate_hz << 44 | (channels - 1) << 41 | (bits - 1) << 36 | samples
    info = struct.pack(">HH6xQ", block, block, packed) + bytes(16)
    padding = b"\x81\0\0\0"
    return b"fLaC\0" + len(info).to_bytes(3, "big") + info + metadata + padding + frames


def flac_constant_frame(number, block=65535, value=0):
    """A block of one value, mono, 16 bits, in 14 bytes."""
    coded = bytes([number]) if number < 128 else bytes([0xC0 | number >> 6, 0x80 | number & 0x3F])
    head = b"\xff\xf8\x70\x00" + coded + struct.pack(">H", block - 1)
    frame = head + bytes([crc(head, 8, 0x07)]) + b"\0" + struct.pack(">h", value)
    return frame + struct.pack(">H", crc(frame, 16, 0x8005))
