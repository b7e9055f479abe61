#!/bin/bash
# Makes the files of seeds/ anew from the test music (Debian 12: apt-get install ffmpeg): 1.2 seconds of one track in
# containers that make.py can't write by itself.
set -euo pipefail
cd "$(dirname "$0")/seeds"

encode() {
  ffmpeg -hide_banner -nostdin -y -loglevel error -ss 5 -t 1.2 -i ../../music/northbound.mp3 "${@:1:$#-1}" \
    -map_metadata -1 -fflags +bitexact -flags:a +bitexact -flags:v +bitexact "${!#}"
}

encode -ac 1 -c:a wmav2 -b:a 48k clip.wma
encode -ac 1 -ar 8000 -c:a wavpack -sample_fmt s16p clip.wv
encode -ac 1 -c:a ac3 -b:a 48k clip.ac3
encode -ac 1 -c:a aac -b:a 48k clip.aac
encode -ac 1 -c:a aac -b:a 48k clip.m4a
encode -map 0:a -map 0:a -ac 1 -c:a aac -b:a 48k two_tracks.mp4

picture=(-f lavfi -i testsrc=size=32x32:rate=5:duration=1.2 -map 1:v -map 0:a -ac 1)
encode "${picture[@]}" -c:v mpeg4 -c:a aac -b:a 48k video.mp4
encode "${picture[@]}" -c:v mpeg4 -c:a libvorbis -q:a 0 video.mkv
encode "${picture[@]}" -c:v mpeg4 -q:v 31 -c:a libmp3lame -b:a 48k video.avi
encode "${picture[@]}" -c:v mpeg1video -r 25 -c:a mp2 -b:a 48k video.ts
encode "${picture[@]}" -c:v flv -ar 22050 -c:a libmp3lame -b:a 48k video.flv
