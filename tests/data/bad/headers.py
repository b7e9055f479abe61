"""Headers that state what can't be, and sound that is hardly any."""

import math
import struct

from containers import U32_MAX, aiff, au, box, caf, extended, full_box, id3, mov, rf64, riff_chunk, u32, w64, wav, \
    wav_format
from sources import mp3, noise, pcm, tone

INFINITE = b"\x7f\xff\x80" + bytes(7)
NOT_A_NUMBER = b"\x7f\xff\xc0" + bytes(7)
FLOAT = 3


def floats(values):
    return pcm(values, "f")


def wav_files():
    sound = pcm(tone())
    yield "no_data_size.wav", wav(data_size=0)
    yield "data_size_unknown.wav", wav(riff_size=U32_MAX, data_size=U32_MAX)
    yield "data_size_2_gb.wav", wav(data_size=0x7FFFFFFF)
    yield "data_size_too_small.wav", wav(data_size=len(sound) - 10_000)
    yield "data_size_odd.wav", wav(sound + b"\1")
    yield "riff_size_0.wav", wav(riff_size=0)
    yield "big_endian.wav", b"RIFX" + wav()[4:]
    for rate_hz in (0, 1, 999, 2_822_401, 0x7FFFFFFF, U32_MAX):
        yield f"rate_{rate_hz}.wav", wav(rate_hz=rate_hz)
    yield "rate_768000.wav", wav(pcm(tone(rate_hz=768_000)), rate_hz=768_000)
    for channels in (0, 255, 1000, 65535):
        yield f"channels_{channels}.wav", wav(channels=channels)
    yield "64_channels.wav", wav(pcm(tone(channels=64)), channels=64)
    for bits in (0, 1, 7, 12, 255, 65535):
        yield f"depth_{bits}.wav", wav(bits=bits)
    yield "depth_64.wav", wav(pcm((value << 48 for value in tone()), "q"), bits=64)
    yield "block_align_0.wav", wav(align=0)
    yield "block_align_65535.wav", wav(align=65535)
    yield "unknown_codec.wav", wav(tag=0x4242)
    yield "codec_is_mp3.wav", wav(mp3(), tag=0x55, channels=2, rate_hz=44100, bits=0, align=1)
    yield "codec_is_mp3_but_pcm.wav", wav(tag=0x55)
    yield "codec_is_adpcm.wav", wav(tag=2, bits=4, align=36, extra=struct.pack("<HHH", 32, 65535, 0xFFFF))
    guid = b"\xff" * 16
    yield "unknown_guid.wav", wav(tag=0xFFFE, extra=struct.pack("<HHI", 22, 16, 4) + guid)
    yield "extra_size_lies.wav", wav(tag=0xFFFE, extra=struct.pack("<H", 65535))
    yield "no_format.wav", b"RIFF" + u32(0) + b"WAVE" + riff_chunk(b"data", sound)
    yield "no_data.wav", b"RIFF" + u32(0) + b"WAVE" + riff_chunk(b"fmt ", wav_format())
    yield "format_of_2_bytes.wav", b"RIFF" + u32(0) + b"WAVE" + riff_chunk(b"fmt ", b"\1\0") + riff_chunk(b"data", sound)
    yield "format_behind_data.wav", wav()[:12] + riff_chunk(b"data", sound) + riff_chunk(b"fmt ", wav_format())
    yield "two_formats.wav", wav(before=riff_chunk(b"fmt ", wav_format(channels=2, rate_hz=96000)))
    yield "chunk_size_negative.wav", wav(before=b"junk\xf8\xff\xff\xff")
    yield "two_files.wav", wav() + wav(pcm(tone(rate_hz=48000, channels=2)), rate_hz=48000, channels=2)


def sounds():
    """Headers are in order here; the sound is odd."""
    rate_hz = 22050
    soft = [value / 32768 for value in tone()]
    yield "one_sample.wav", wav(pcm([1000]))
    yield "five_samples.wav", wav(pcm([0, 1000, 0, -1000, 0]))
    yield "0.3_seconds.wav", wav(pcm(tone(0.3)))
    yield "almost_a_second.wav", wav(pcm(tone(0.999)))
    yield "one_second.wav", wav(pcm(tone(1)))
    yield "silence.wav", wav(bytes(3 * rate_hz * 2))
    yield "silence_but_one_click.wav", wav(pcm([0] * rate_hz + [32767] + [0] * rate_hz))
    yield "dc.wav", wav(pcm([20_000] * 3 * rate_hz))
    yield "full_scale_dc.wav", wav(pcm([-32768] * 3 * rate_hz))
    yield "clipped.wav", wav(pcm(32767 if value > 0 else -32768 for value in tone(3)))
    yield "white_noise.wav", wav(noise(3 * rate_hz * 2, "white"))
    yield "last_bit.wav", wav(pcm(i & 1 for i in range(3 * rate_hz)))
    yield "nyquist.wav", wav(pcm([30_000, -30_000] * rate_hz))
    yield "opposite_channels.wav", wav(pcm(v for value in tone(2) for v in (value, -value)), channels=2)
    yield "not_a_number.wav", wav(floats([math.nan] * 3 * rate_hz), tag=FLOAT, bits=32)
    yield "some_not_numbers.wav", wav(floats(soft[:-3] + [math.nan, math.inf, -math.inf]), tag=FLOAT, bits=32)
    yield "infinite.wav", wav(floats([math.inf, -math.inf] * rate_hz), tag=FLOAT, bits=32)
    yield "huge_floats.wav", wav(floats([3e38, -3e38] * rate_hz), tag=FLOAT, bits=32)
    yield "large_floats.wav", wav(floats([9e6, -9e6] * rate_hz), tag=FLOAT, bits=32)
    yield "denormal.wav", wav(floats([1e-45, -1e-45] * rate_hz), tag=FLOAT, bits=32)
    yield "huge_doubles.wav", wav(pcm([1e308, -1e308] * rate_hz, "d"), tag=FLOAT, bits=64)
    yield "integers_as_floats.wav", wav(tag=FLOAT, bits=32)
    yield "over_full_scale.wav", wav(floats([8 * value for value in soft]), tag=FLOAT, bits=32)
    yield "audible_at_the_end.wav", wav(bytes(4 * rate_hz * 2) + pcm(tone(0.1)))


def others():
    yield "plain.aiff", aiff()
    yield "little_endian.aiff", aiff(data=pcm(tone()), compression=b"sowt")
    yield "unknown_codec.aiff", aiff(compression=b"zzzz")
    for name, rate in (("0", bytes(10)), ("infinite", INFINITE), ("not_a_number", NOT_A_NUMBER),
                       ("negative", b"\xc0" + extended(22050)[1:]), ("2_to_the_60", extended(1 << 60))):
        yield f"rate_{name}.aiff", aiff(rate)
    yield "channels_0.aiff", aiff(channels=0)
    yield "channels_32767.aiff", aiff(channels=32767)
    yield "depth_0.aiff", aiff(bits=0)
    yield "depth_16000.aiff", aiff(bits=16000)
    yield "frames_4_billion.aiff", aiff(frames=U32_MAX)
    yield "frames_0.aiff", aiff(frames=0)
    yield "sound_size_lies.aiff", aiff(data_size=U32_MAX)
    yield "sound_size_0.aiff", aiff(data_size=0)
    yield "plain.au", au()
    yield "size_unknown.au", au(size=U32_MAX)
    yield "size_lies.au", au(size=0x7FFFFFF0)
    yield "offset_behind_the_file.au", au(offset=U32_MAX)
    yield "rate_4_ghz.au", au(rate_hz=U32_MAX)
    yield "channels_4_billion.au", au(channels=U32_MAX)
    yield "unknown_codec.au", au(encoding=4242)
    yield "plain.rf64.wav", rf64()
    yield "size_lies.rf64.wav", rf64(data_size=1 << 62)
    yield "size_negative.rf64.wav", rf64(data_size=(1 << 64) - 2)
    yield "plain.w64", w64()
    yield "size_lies.w64", w64(data_size=1 << 62)
    yield "size_negative.w64", w64(data_size=(1 << 64) - 8)
    yield "size_0.w64", w64(data_size=0)
    yield "plain.caf", caf()
    yield "rate_infinite.caf", caf(rate_hz=math.inf)
    yield "rate_not_a_number.caf", caf(rate_hz=math.nan)
    yield "channels_4_billion.caf", caf(channels=U32_MAX)
    yield "packets_of_0_bytes.caf", caf(packet_bytes=0)
    yield "size_unknown.caf", caf(data_size=-1)
    yield "size_lies.caf", caf(data_size=1 << 62)


def mov_files():
    deep = b""
    for _ in range(5000):
        deep = box(b"moov", deep)
    yield "plain.mov", mov()
    yield "nested_5000_deep.m4a", mov() + deep
    yield "box_of_0_bytes.m4a", mov()[:20] + u32(0) + mov()[24:]
    yield "box_of_2_to_the_63.m4a", box(b"ftyp", b"M4A " + u32(0)) + u32(1) + b"moov" + b"\x7f" + b"\xff" * 7
    yield "endless_boxes.m4a", mov() + u32(8) + (u32(8) + b"free") * 100_000
    yield "timescale_0.m4a", mov(timescale=0)
    yield "channels_0.m4a", mov(channels=0)
    yield "rate_0.m4a", mov(rate_hz=0)
    yield "samples_4_billion.m4a", mov(samples=U32_MAX)
    for name in (b"stts", b"stsc", b"stco", b"co64", b"ctts"):
        yield f"{name.decode()}_says_4_billion.m4a", mov(tables={name: full_box(name, u32(U32_MAX, 1, 1, 1))})
    yield "stsz_says_4_billion.m4a", mov(tables={b"stsz": full_box(b"stsz", u32(0, U32_MAX, 2, 2))})
    yield "sample_of_4_gb.m4a", mov(tables={b"stsz": full_box(b"stsz", u32(U32_MAX, 1))})
    yield "chunks_behind_the_file.m4a", mov(tables={b"stco": full_box(b"stco", u32(1, 0xFFFFFF00))})
    loop = full_box(b"elst", u32(20_000), u32(22050, 0, 0x10000) * 20_000)
    yield "twenty_thousand_edits.m4a", mov(edits=box(b"edts", loop))
    yield "edit_before_the_start.m4a", mov(edits=box(b"edts", full_box(b"elst", u32(1, 22050, 0x80000001, 0x10000))))
    yield "edit_of_nothing.m4a", mov(edits=box(b"edts", full_box(b"elst", u32(1, 0, 0xFFFFFFFF, 0))))
    yield "no_track.m4a", box(b"ftyp", b"M4A " + u32(0)) + box(b"moov", full_box(b"mvhd", bytes(96)))


def files():
    yield from wav_files()
    yield from sounds()
    yield from others()
    yield from mov_files()
    yield "tag_before.wav", id3() + wav()
