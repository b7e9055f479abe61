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

# What players and shops know and few tests have: containers in pieces, several tracks, rare codings.
encode -ac 1 -c:a aac -b:a 48k -movflags +empty_moov+default_base_moof -frag_duration 300000 fragmented.m4a
encode -ac 1 -c:a aac -b:a 48k -movflags +dash+delay_moov -frag_duration 300000 dash.mp4
encode -ac 1 -c:a aac -b:a 48k -movflags +empty_moov+default_base_moof -frag_duration 300000 -output_ts_offset 97000 \
  -copyts live.mp4
other=(-f lavfi -i sine=300:d=1.2 -ac 1 -c:a aac -b:a 48k)
encode "${other[@]}" -map 0:a -map 1:a -disposition:a:0 default -disposition:a:1 0 first_default.m4a
encode "${other[@]}" -map 1:a -map 0:a -disposition:a:0 visual_impaired+descriptions -disposition:a:1 default \
  description_first.mp4
encode "${other[@]}" -map 1:a -map 0:a -ac:a:0 6 -b:a:0 96k -disposition:a:0 comment -disposition:a:1 default \
  commentary_first.mkv
chapters=$(printf ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=A\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=500\nEND=1200\ntitle=B\n' | base64 -w 0)
ffmpeg -hide_banner -nostdin -y -loglevel error -ss 5 -t 1.2 -i ../../music/northbound.mp3 \
  -f ffmetadata -i "data:text/plain;base64,$chapters" -map 0:a -map_metadata 1 -map_chapters 1 -ac 1 -c:a aac -b:a 48k \
  -fflags +bitexact -flags:a +bitexact chapters.m4b
encode -ac 1 -ar 8000 -c:a alac -sample_fmt s16p alac.caf
encode -ac 1 -c:a libopus -b:a 48k opus.caf
encode -ac 1 -c:a libopus -b:a 48k -mapping_family 255 family_255.opus
encode -ac 1 -ar 8000 -c:a flac -f ogg flac.oga
ffmpeg -hide_banner -nostdin -loglevel error -ss 5 -t 1.2 -i ../../music/northbound.mp3 -ac 1 -ar 8000 -c:a flac \
  -map_metadata -1 -fflags +bitexact -flags:a +bitexact -f flac - >total_unknown.flac
encode -ac 1 -af lowpass=300,volume=0.1 -ar 352800 -c:a flac -compression_level 12 rate_352800.flac
encode -ac 1 -ar 11999 -c:a flac -strict -2 rate_11999.flac
encode -ac 1 -c:a libmp3lame -b:a 48k -write_xing 0 mp3.wav
encode -ac 2 -ar 48000 -c:a dca -strict -2 -b:a 320k clip.dts
ffmpeg -hide_banner -nostdin -y -loglevel error -i clip.dts -c copy -f spdif clip.spdif
for coding in pcm_f32be pcm_f64be pcm_alaw pcm_mulaw adpcm_ima_qt pcm_s24be; do
  encode -ac 1 -ar 8000 -c:a "$coding" -f aiff "$coding.aiff"
done
encode -ac 1 -c:a libopus -b:a 48k -live 1 live.webm
encode -ac 2 -c:a libopus -b:a 64k -live 1 live_stereo.webm
encode -ac 1 -ar 8000 -c:a g726 -b:a 32k g726.wav
encode -ac 1 -ar 16000 -c:a g722 g722.wav
encode -ac 1 -ar 8000 -c:a g723_1 -b:a 6300 g723_1.wav

# By programs that no other test needs (Debian 12: apt-get install lame libjmac-java musepack-tools wavpack speex twolame).
encode -ac 2 -c:a pcm_s16le clip.wav
mpcenc --silent --overwrite --quality 3 clip.wav clip.mpc
twolame --quiet -b 64 -m mono clip.wav clip.mp2
lame --quiet --freeformat -b 400 clip.wav free_format.mp3
encode -ac 1 -ar 8000 -c:a pcm_s16le clip.wav
wavpack -q -y -b256 clip.wav -o hybrid.wv
speexenc --quiet clip.wav clip.spx
ape() { java -jar /usr/share/java/jmac.jar "$@" >/dev/null; }
ape c2 clip.wav clip.ape
PYTHONPATH=.. python3 -B - <<'END'
import pathlib
from containers import wav
from sources import pcm, tone
pathlib.Path("clip.wav").write_bytes(wav(pcm([value for left in tone() for value in (left, left // 2)]), channels=2))
END
ape c4 clip.wav tone.ape
encode -ac 4 -ar 8000 -c:a pcm_s16le clip.wav
wavpack -q -y clip.wav -o four_channels.wv
rm clip.wav
