#include "song_text.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "aura/base/text.h"
#include "aura/catalogue/import_rows.h"

namespace aura::app {
namespace {

using Json = nlohmann::ordered_json;
using catalogue::Song;
using catalogue::SongFacts;

constexpr std::size_t kName = 32;
constexpr std::size_t kFact = 10;
constexpr std::size_t kId = 8;

std::string number(const char* format, double value) {
  char text[40];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

template <typename Value>
void set_if(Json& json, const char* key, const std::optional<Value>& value) {
  if (value) json[key] = *value;
}

void set_facts(Json& json, const SongFacts& facts) {
  set_if(json, "tempo", facts.tempo_bpm);
  set_if(json, "key", facts.key);
  set_if(json, "loudness", facts.loudness_lufs);
}

std::string names(const Song& song) {
  return fit(song.artist, kName) + " " + fit(song.song, kName) + " " +
         fit(song.year ? std::to_string(*song.year) : "", 5);
}

std::string facts_text(const SongFacts& facts) {
  return fit(facts.tempo_bpm ? number("%.1f BPM", *facts.tempo_bpm) : "", kFact) + " " +
         fit(facts.key.value_or(""), kFact) + " " +
         fit(facts.loudness_lufs ? number("%.1f LUFS", *facts.loudness_lufs) : "", kFact);
}

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string names_heading() {
  return fit("ARTIST", kName) + " " + fit("SONG", kName) + " YEAR  ";
}

std::string facts_heading() {
  return fit("TEMPO", kFact) + " " + fit("KEY", kFact) + " " + fit("LOUDNESS", kFact);
}

bool is_inside_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

}  // namespace

std::string fit(const std::string& text, std::size_t width) {
  auto line = one_line(text);
  std::size_t characters = 0;
  std::size_t end = 0;  // of the character before the last that fits
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (is_inside_character(line[i])) continue;
    if (++characters == width) end = i;
    if (characters > width) return line.substr(0, end) + "…";
  }
  return line + std::string(width - characters, ' ');
}

std::string origin_text(const std::string& origin) {
  if (catalogue::is_url_origin(origin)) return redact_url(origin);
  const bool is_path = origin.starts_with('/');
  return one_line(is_path ? std::filesystem::path(origin).lexically_normal().string() : origin,
                  catalogue::kMaxOriginBytes);
}

std::string list_heading() {
  return trimmed(fit("ID", kId) + names_heading() + facts_heading() + " GENRE");
}

std::string list_line(const catalogue::CatalogueRow& row) {
  return trimmed(fit(std::to_string(row.id), kId) + names(row.song) + " " + facts_text(row.facts) +
                 " " + one_line(row.song.genre.value_or(""), 40));
}

Json to_json(const catalogue::CatalogueRow& row) {
  Json json{{"id", row.id}, {"song", row.song.song}, {"artist", row.song.artist}};
  set_if(json, "year", row.song.year);
  set_if(json, "genre", row.song.genre);
  set_if(json, "isrc", row.song.isrc);
  set_if(json, "spotifyUrl", row.song.spotify_url);
  set_if(json, "imageUrl", row.song.image_url);
  set_facts(json, row.facts);
  json["origin"] = origin_text(row.song.origin);
  return json;
}

std::string hits_heading() {
  return trimmed("SIMILARITY  " + names_heading() + facts_heading());
}

std::string hit_line(const catalogue::SimilarHit& hit) {
  return trimmed(fit(number("%.3f", hit.similarity), 10) + "  " + names(hit.song) + " " +
                 facts_text(hit.facts));
}

std::string file_hits_heading() {
  return "SIMILARITY  " + facts_heading() + " FILE";
}

std::string file_hit_line(const catalogue::SimilarHit& hit, const std::string& path) {
  return fit(number("%.3f", hit.similarity), 10) + "  " + facts_text(hit.facts) + " " +
         one_line(path, 4000);
}

Json to_json(const catalogue::SimilarHit& hit) {
  Json json{{"song", hit.song.song}, {"artist", hit.song.artist}};
  set_if(json, "year", hit.song.year);
  json["similarity"] = hit.similarity;
  set_if(json, "spotifyUrl", hit.song.spotify_url);
  set_if(json, "imageUrl", hit.song.image_url);
  set_facts(json, hit.facts);
  return json;
}

}  // namespace aura::app
