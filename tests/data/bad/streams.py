"""Streams that change, videos, and files of many hours in few bytes."""

import struct

from containers import OPUS_TAGS, U32_MAX, box, flac, flac_constant_frame, full_box, mov, ogg_page, opus_head, u32, wav
from sources import mp3, mp3_frames, pcm, seed, small, tone, track


def opus(packets_a_page, pages, packet=b"\x18", granule=None, **head):
    """Pages of Opus packets, of which the shortest of 60 ms is one byte: 0x18, silence."""
    result = [ogg_page([opus_head(**head)], 0, 0, flags=2), ogg_page([OPUS_TAGS], 0, 1)]
    for page in range(pages):
        at = (page + 1) * packets_a_page * 2880 if granule is None else granule
        result.append(ogg_page([packet] * packets_a_page, at, page + 2, flags=4 if page + 1 == pages else 0))
    return b"".join(result)


def changing():
    frames = mp3_frames(track("mp3"))[1:60]
    other = small("no_length.mp3")
    yield "rate_changes.mp3", mp3() + other * 2 + mp3()
    yield "rate_changes_often.mp3", (b"".join(frames[:5]) + other[:400]) * 20
    yield "channels_change.mp3", mp3() + small("no_length.mp3") * 3
    yield "bitrate_lies.mp3", b"".join(bytes([f[0], f[1], f[2] & 0x0F | 0xE0, f[3]]) + f[4:] for f in frames)
    yield "free_bitrate.mp3", b"".join(bytes([f[0], f[1], f[2] & 0x0F, f[3]]) + f[4:] for f in frames)
    yield "chained.ogg", small("vorbis.ogg") * 3
    yield "chained_other_rate.ogg", small("vorbis.ogg") + track("ogg")
    yield "chained_other_codec.ogg", small("vorbis.ogg") + small("opus.opus") * 2
    yield "chained.opus", small("opus.opus") * 4
    yield "chained.flac", small("16_bit.flac") + small("24_bit.flac")
    yield "chained.m4a", seed("clip.m4a") + small("aac.m4a")
    yield "rate_changes.aac", seed("clip.aac") + small("adts.aac") * 2
    yield "two_songs.wav", wav(behind=wav(pcm(tone(rate_hz=8000)), rate_hz=8000))
    yield "flac_in_ogg_name.ogg", track("flac")[:200_000]
    yield "wav_named.mp3", wav()
    yield "mp3_named.wav", mp3()
    yield "no_extension", mp3()


def videos():
    yield "video.mp4", seed("video.mp4")
    yield "video.mkv", seed("video.mkv")
    yield "video.avi", seed("video.avi")
    yield "video.ts", seed("video.ts")
    yield "video.flv", seed("video.flv")
    yield "video_without_sound.mp4", small("no_sound.mp4")
    yield "video_without_sound.mp3", small("no_sound.mp4")
    yield "two_tracks.mp4", seed("two_tracks.mp4")
    yield "clip.wma", seed("clip.wma")
    yield "clip.wv", seed("clip.wv")
    yield "clip.ac3", seed("clip.ac3")
    yield "size_unknown.mkv", seed("video.mkv").replace(b"\x18\x53\x80\x67\x01", b"\x18\x53\x80\x67\xff", 1)
    yield "nested_5000_deep.mkv", seed("video.mkv") + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" * 5000
    yield "picture_of_4_gigapixels.mp4", seed("video.mp4").replace(b"\0\x20\0\x20\0\x48", b"\xff\xff\xff\xff\0\x48")
    yield "sound_is_encrypted.m4a", seed("clip.m4a").replace(b"mp4a", b"enca")


def hours():
    """All longer than the longest track that the test allows."""
    yield "four_hours.flac", flac(b"".join(flac_constant_frame(i) for i in range(4 * 3600 * 8000 // 65535)))
    yield "four_hours.opus", opus(255, 4 * 3600 * 1000 // 60 // 255)
    yield "hours_of_one_second.mov", mov(pcm(tone(1)), chunks=4 * 3600)
    yield "hours_of_few_samples.mov", mov(pcm(tone(1)[:500]), chunks=400_000)
    yield "ten_minutes_at_1000_hz.wav", wav(b"\x80" * 600_000, rate_hz=1000, bits=8)


def false_hours():
    """What their headers state is hours; what they hold is seconds or nothing."""
    yield "says_hours.flac", flac(b"".join(flac_constant_frame(i) for i in range(2)), samples=(1 << 36) - 1)
    yield "frames_out_of_order.flac", flac(b"".join(flac_constant_frame(i * 7 % 50) for i in range(4)))
    yield "says_hours.opus", opus(100, 1, granule=1 << 62)
    yield "time_runs_backwards.opus", opus(50, 2, granule=-5)
    yield "pre_skip_beyond_sound.opus", opus(10, 1, pre_skip=65535)
    yield "loud.opus", opus(100, 1, gain=32767)
    yield "quiet.opus", opus(100, 1, gain=-32768)
    yield "channels_255.opus", opus(100, 1, channels=255, mapping=255)
    yield "packets_of_no_bytes.opus", opus(100, 1, packet=b"")
    yield "packets_of_noise.opus", opus(10, 3, packet=bytes(range(250)))
    forever = u32(1, U32_MAX, U32_MAX)
    yield "each_sample_for_days.mov", mov(tables={b"stts": full_box(b"stts", forever)})
    yield "says_hours.mov", mov(samples=22050 * 36000)
    yield "fragments_without_end.mp4", mov() + box(b"moof", box(b"traf", full_box(b"trun", u32(U32_MAX)))) * 1000
    yield "streamed.wav", wav(data_size=U32_MAX, riff_size=struct.unpack("<I", b"\xff" * 4)[0])


def files():
    yield from changing()
    yield from videos()
    yield from hours()
    yield from false_hours()
