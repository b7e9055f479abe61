#include "aura/models/tag_list.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "aura/models/tagger.h"

namespace aura::models {
namespace {

using enum TagGroup;

constexpr std::string_view kFemale = "female";
constexpr std::string_view kMale = "male";

constexpr std::array<TagUse, Tagger::kTags> kUses{{
    // MSD
    {"rock", kGenre, "rock", ""},
    {"pop", kGenre, "pop", ""},
    {"alternative", kGenre, "alternative", ""},
    {"indie", kGenre, "indie", ""},
    {"electronic", kGenre, "electronic", ""},
    {"female vocalists", kVoice, kFemale, ""},
    {"dance", kGenre, "dance", ""},
    {"00s", kEra, "2000s", ""},
    {"alternative rock", kGenre, "alternative rock", ""},
    {"jazz", kGenre, "jazz", ""},
    {"beautiful", kDropped, "", "an opinion"},
    {"metal", kGenre, "metal", ""},
    {"chillout", kMood, "chillout", ""},
    {"male vocalists", kVoice, kMale, ""},
    {"classic rock", kGenre, "classic rock", ""},
    {"soul", kGenre, "soul", ""},
    {"indie rock", kGenre, "indie rock", ""},
    {"Mellow", kMood, "mellow", ""},
    {"electronica", kGenre, "electronica", ""},
    {"80s", kEra, "1980s", ""},
    {"folk", kGenre, "folk", ""},
    {"90s", kEra, "1990s", ""},
    {"chill", kMood, "chillout", ""},
    {"instrumental", kDropped, "", "says that no voice is heard, which it often gets wrong"},
    {"punk", kGenre, "punk", ""},
    {"oldies", kDropped, "", "an era without years"},
    {"blues", kGenre, "blues", ""},
    {"hard rock", kGenre, "hard rock", ""},
    {"ambient", kGenre, "ambient", ""},
    {"acoustic", kInstruments, "acoustic", ""},
    {"experimental", kGenre, "experimental", ""},
    {"female vocalist", kVoice, kFemale, ""},
    {"guitar", kInstruments, "guitar", ""},
    {"Hip-Hop", kGenre, "hip-hop", ""},
    {"70s", kEra, "1970s", ""},
    {"party", kMood, "party", ""},
    {"country", kGenre, "country", ""},
    {"easy listening", kGenre, "easy listening", ""},
    {"sexy", kDropped, "", "an opinion"},
    {"catchy", kDropped, "", "an opinion"},
    {"funk", kGenre, "funk", ""},
    {"electro", kGenre, "electro", ""},
    {"heavy metal", kGenre, "heavy metal", ""},
    {"Progressive rock", kGenre, "progressive rock", ""},
    {"60s", kEra, "1960s", ""},
    {"rnb", kGenre, "R&B", ""},
    {"indie pop", kGenre, "indie pop", ""},
    {"sad", kMood, "sad", ""},
    {"House", kGenre, "house", ""},
    {"happy", kMood, "happy", ""},
    // MTT
    {"guitar", kInstruments, "guitar", ""},
    {"classical", kGenre, "classical", ""},
    {"slow", kDropped, "", "AURA measures the tempo"},
    {"techno", kGenre, "techno", ""},
    {"strings", kInstruments, "strings", ""},
    {"drums", kInstruments, "drums", ""},
    {"electronic", kGenre, "electronic", ""},
    {"rock", kGenre, "rock", ""},
    {"fast", kDropped, "", "AURA measures the tempo"},
    {"piano", kInstruments, "piano", ""},
    {"ambient", kGenre, "ambient", ""},
    {"beat", kDropped, "", "too general"},
    {"violin", kInstruments, "violin", ""},
    {"vocal", kVoice, "", ""},
    {"synth", kInstruments, "synth", ""},
    {"female", kVoice, kFemale, ""},
    {"indian", kGenre, "indian", ""},
    {"opera", kGenre, "opera", ""},
    {"male", kVoice, kMale, ""},
    {"singing", kVoice, "", ""},
    {"vocals", kVoice, "", ""},
    {"no vocals", kDropped, "", "says that no voice is heard, which it often gets wrong"},
    {"harpsichord", kInstruments, "harpsichord", ""},
    {"loud", kDropped, "", "AURA measures the loudness"},
    {"quiet", kDropped, "", "AURA measures the loudness"},
    {"flute", kInstruments, "flute", ""},
    {"woman", kVoice, kFemale, ""},
    {"male vocal", kVoice, kMale, ""},
    {"no vocal", kDropped, "", "says that no voice is heard, which it often gets wrong"},
    {"pop", kGenre, "pop", ""},
    {"soft", kMood, "soft", ""},
    {"sitar", kInstruments, "sitar", ""},
    {"solo", kDropped, "", "too general"},
    {"man", kVoice, kMale, ""},
    {"classic", kDropped, "", "between classical music and classic rock"},
    {"choir", kInstruments, "choir", ""},
    {"voice", kVoice, "", ""},
    {"new age", kGenre, "new age", ""},
    {"dance", kGenre, "dance", ""},
    {"male voice", kVoice, kMale, ""},
    {"female vocal", kVoice, kFemale, ""},
    {"beats", kDropped, "", "too general"},
    {"harp", kInstruments, "harp", ""},
    {"cello", kInstruments, "cello", ""},
    {"no voice", kDropped, "", "says that no voice is heard, which it often gets wrong"},
    {"weird", kDropped, "", "an opinion"},
    {"country", kGenre, "country", ""},
    {"metal", kGenre, "metal", ""},
    {"female voice", kVoice, kFemale, ""},
    {"choral", kInstruments, "choir", ""},
}};

void add(std::vector<ScoredTag>& tags, std::string_view name, float score) {
  const auto same = std::find_if(tags.begin(), tags.end(),
                                 [&](const ScoredTag& tag) { return tag.name == name; });
  if (same == tags.end()) {
    tags.push_back({name, score});
  } else {
    same->score = std::max(same->score, score);
  }
}

/// The highest score of the tags of both networks about voices with this name.
float highest(std::span<const float> scores, std::string_view name) {
  float score = 0;
  for (std::size_t i = 0; i < kUses.size(); ++i) {
    if (kUses[i].group == kVoice && kUses[i].name == name) score = std::max(score, scores[i]);
  }
  return score;
}

/// The name of the voice that sings, if it is clear.
std::string_view singer(std::span<const float> scores) {
  const float female = highest(scores, kFemale);
  const float male = highest(scores, kMale);
  if (std::max(female, male) < kLeastTagScore) return {};
  if (female >= kClearVoice * male) return kFemale;
  return male >= kClearVoice * female ? kMale : std::string_view();
}

}  // namespace

std::span<const TagUse> tag_uses() noexcept {
  return kUses;
}

TagSummary summarise(std::span<const float> scores) {
  assert(scores.size() == kUses.size());
  TagSummary summary;
  for (std::size_t i = 0; i < kUses.size(); ++i) {
    const TagUse& use = kUses[i];
    // MSD's tags about voices hold for most songs of its time.
    if (use.group == kVoice && i >= Musicnn::kTags)
      summary.voice = std::max(summary.voice, scores[i]);
    if (scores[i] < kLeastTagScore) continue;
    if (use.group == kGenre) add(summary.genre, use.name, scores[i]);
    if (use.group == kMood) add(summary.mood, use.name, scores[i]);
    if (use.group == kInstruments) add(summary.instruments, use.name, scores[i]);
    if (use.group == kEra) add(summary.era, use.name, scores[i]);
  }
  if (summary.voice >= kLeastTagScore) summary.sings = singer(scores);
  for (auto* tags : {&summary.genre, &summary.mood, &summary.instruments, &summary.era}) {
    std::stable_sort(tags->begin(), tags->end(),
                     [](const ScoredTag& a, const ScoredTag& b) { return a.score > b.score; });
    if (tags->size() > kMostTags) tags->resize(kMostTags);
  }
  return summary;
}

}  // namespace aura::models
