#include "song_json.h"

#include <cmath>

namespace aura::http {
namespace {

/// The database holds them in single precision.
double in_hundredths(double value) {
  return std::round(value * 100) / 100;
}

template <typename Value>
void add(Json& json, const char* name, const std::optional<Value>& value) {
  if (value) json[name] = *value;
}

void add_number(Json& json, const char* name, const std::optional<double>& value) {
  if (value) json[name] = in_hundredths(*value);
}

}  // namespace

Json to_json(catalogue::RowId id, const catalogue::Song& song, const catalogue::SongFacts& facts) {
  Json json{{"id", id}, {"song", song.song}, {"artist", song.artist}, {"year", nullptr}};
  add(json, "year", song.year);
  add(json, "genre", song.genre);
  add(json, "isrc", song.isrc);
  add(json, "spotifyUrl", song.spotify_url);
  add(json, "imageUrl", song.image_url);
  add_number(json, "tempo", facts.tempo_bpm);
  add(json, "key", facts.key);
  add_number(json, "loudness", facts.loudness_lufs);
  return json;
}

}  // namespace aura::http
