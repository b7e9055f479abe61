#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace aura::models {

/// What a tag of musicnn is about.
enum class TagGroup {
  kGenre,
  kMood,
  kInstruments,
  kEra,
  kVoice,    ///< somebody sings or speaks
  kDropped,  ///< not used; `note` says why
};

/// How AURA uses a tag of musicnn.
struct TagUse {
  std::string_view tag;  ///< as the network names it
  TagGroup group;
  std::string_view name;  ///< as AURA shows it; empty if it is dropped, or if any voice has it
  std::string_view note;  ///< why it is dropped
};

/// A tag of a track, as AURA shows it.
struct ScoredTag {
  std::string_view name;
  float score;  ///< 0 to 1

  bool operator==(const ScoredTag&) const = default;
};

/// The tags of a track by group, each with the best first. A group is empty if it is unclear.
struct TagSummary {
  std::vector<ScoredTag> genre;
  std::vector<ScoredTag> mood;
  std::vector<ScoredTag> instruments;
  std::vector<ScoredTag> era;
  float voice = 0;         ///< the highest score of MTT's tags about voices
  std::string_view sings;  ///< "female" or "male"; empty if no voice is heard or it is unclear
};

/// A tag with a lower score is not shown: the networks give such scores to anything.
inline constexpr float kLeastTagScore = 0.15F;
/// The tags of one sex need so many times the score of the other's to tell who sings.
inline constexpr float kClearVoice = 1.5F;
/// Tags of a group at most.
inline constexpr std::size_t kMostTags = 5;

// All functions here are thread-safe.

/// Returns how AURA uses the tags of both networks, in the order of Tagger::tags().
std::span<const TagUse> tag_uses() noexcept;

/// Returns the tags that are worth showing of `scores`, Tagger::kTags of them. If both networks
/// have a tag of one name, the higher score counts.
TagSummary summarise(std::span<const float> scores);

}  // namespace aura::models
