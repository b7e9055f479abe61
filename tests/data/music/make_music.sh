#!/bin/bash
# Makes the test music anew, with Debian 12 packages only:
#   apt-get install fluidsynth fluid-soundfont-gm ffmpeg python3
#   tests/data/music/make_music.sh
# Writes the six tracks and truth.csv beside itself.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
soundfont=/usr/share/sounds/sf2/FluidR3_GM.sf2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What each file is encoded as: between them the codecs, rates and channel counts that uploads have.
declare -A encoding=(
  [northbound.mp3]="-ar 44100 -ac 2 -c:a libmp3lame -q:a 4"
  [night_train.ogg]="-ar 44100 -ac 2 -c:a libvorbis -q:a 4"
  [lake_waltz.wav]="-ar 22050 -ac 1 -c:a pcm_s16le"
  [slow_harbour.m4a]="-ar 48000 -ac 2 -c:a aac -b:a 128k"
  [corner_table.flac]="-ar 44100 -ac 1 -c:a flac -sample_fmt s16"
  [mirror_ball.opus]="-ar 48000 -ac 2 -c:a libopus -b:a 96k"
)
ffmpeg=(ffmpeg -hide_banner -nostdin -y)

mean_volume_db() {
  "${ffmpeg[@]}" -i "$1" -af volumedetect -f null - 2>&1 | sed -n 's/.*mean_volume: \(.*\) dB/\1/p'
}

python3 "$here/make_music.py" "$work" | while IFS=';' read -r file seconds; do
  name=${file%.*}
  fluidsynth -ni -q -g 0.4 -r 44100 -O float -T wav -F "$work/$name.wav" "$soundfont" "$work/$name.mid"
  # A mean of -16 dB under a limiter, as finished music has; the last chord fades within half a second.
  gain=$(awk -v mean="$(mean_volume_db "$work/$name.wav")" 'BEGIN { print -16 - mean }')
  fade=$(awk -v end="$seconds" 'BEGIN { print end - 0.5 }')
  # shellcheck disable=SC2086  # the encoding is a list of arguments
  "${ffmpeg[@]}" -loglevel error -i "$work/$name.wav" -t "$seconds" \
    -af "volume=${gain}dB,alimiter=level=0:limit=0.84:attack=3:release=60,afade=t=out:st=$fade:d=0.5" \
    -map_metadata -1 -fflags +bitexact ${encoding[$file]} "$here/$file"
done
