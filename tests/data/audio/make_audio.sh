#!/bin/bash
# Makes the small files of this folder anew from the test music (Debian 12: apt-get install ffmpeg):
# half a second of one track in the containers and codecs that uploads come in.
set -euo pipefail
cd "$(dirname "$0")"
music=../music/northbound.mp3

encode() {
  ffmpeg -hide_banner -nostdin -y -loglevel error -ss 5 -t "${seconds:-0.5}" -i "$music" "${@:1:$#-1}" \
    -map_metadata -1 -fflags +bitexact -flags:a +bitexact -flags:v +bitexact "${!#}"
}

encode -c:a libmp3lame -b:a 128k plain.mp3
encode -ac 1 -ar 22050 -c:a libmp3lame -b:a 48k -write_xing 0 no_length.mp3
# FFmpeg does not trim the end of a stream that is one Ogg page long: one second, as its muxer makes them.
seconds=1.2 encode -c:a libvorbis -q:a 2 vorbis.ogg
encode -c:a libopus -b:a 64k opus.opus
encode -c:a flac -sample_fmt s16 16_bit.flac
encode -ar 96000 -ac 1 -c:a flac -sample_fmt s32 -bits_per_raw_sample 24 24_bit.flac
encode -c:a aac -b:a 96k aac.m4a
encode -c:a alac -sample_fmt s16p alac.m4a
encode -c:a aac -b:a 96k adts.aac
encode -c:a libopus -b:a 64k opus.webm
encode -ar 22050 -ac 1 -c:a pcm_s16le 16_bit.wav

picture=(-f lavfi -i testsrc=size=64x64:rate=5:duration=0.4)
encode "${picture[@]}" -map 0:a -map 1:v -c:v mjpeg -frames:v 1 -disposition:v attached_pic \
  -c:a libmp3lame -b:a 128k cover.mp3
encode "${picture[@]}" -map 1:v -map 0:a -c:v mpeg4 -c:a aac -b:a 96k video.mp4
encode "${picture[@]}" -map 1:v -c:v mpeg4 no_sound.mp4
