#include "tag_song.h"

#include "aura/base/text.h"

namespace aura::app {

catalogue::Song song_of(const audio::Tags& tags) {
  catalogue::Song song;
  song.song = tags.title;
  song.artist = tags.artist;
  song.year = tags.year;
  if (!tags.genre.empty()) {
    song.genre = tags.genre;
    cut_utf8(*song.genre, catalogue::kMaxGenreBytes);
  }
  if (!tags.isrc.empty()) song.isrc = tags.isrc;
  return song;
}

}  // namespace aura::app
