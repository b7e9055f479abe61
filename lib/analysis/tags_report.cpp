#include "tags_report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <string_view>
#include <utility>

#include "aura/models/tag_list.h"

namespace aura::analysis {
namespace {

using models::ScoredTag;

/// The highest score of the tags with this name in a column, as over the whole track.
double score_in(const Taggram& taggram, std::size_t column, std::string_view name) {
  const auto uses = models::tag_uses();
  int score = 0;
  for (std::size_t tag = 0; tag < uses.size(); ++tag) {
    if (uses[tag].name == name)
      score = std::max(score, int{taggram.scores[column * uses.size() + tag]});
  }
  return score / 255.0;
}

Json list(std::span<const ScoredTag> tags, const Taggram& taggram) {
  Json array = Json::array();
  for (const auto& [name, score] : tags) {
    Json over_time = Json::array();
    for (std::size_t column = 0; column < taggram.starts_s.size(); ++column)
      over_time.push_back(rounded(score_in(taggram, column, name), 2));
    array.push_back({{"name", name}, {"score", rounded(score, 3)}, {"over_time", over_time}});
  }
  return array;
}

bool is_unclear(const models::TagSummary& summary) {
  return summary.genre.empty() && summary.mood.empty() && summary.instruments.empty() &&
         summary.era.empty();
}

bool has_voice(const models::TagSummary& summary) {
  return summary.voice >= models::kLeastTagScore;
}

std::string two_decimals(float score) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(score));
  return text.data();
}

std::string line(std::string_view label, const std::string& text) {
  constexpr std::size_t kWidth = 18;  // as of the other lines of a report
  std::string padded(label);
  padded.resize(kWidth, ' ');
  return "  " + padded + text + "\n";
}

std::string tag_line(std::string_view label, std::span<const ScoredTag> tags) {
  std::string text;
  for (const auto& [name, score] : tags)
    text += (text.empty() ? "" : ", ") + std::string(name) + " (" + two_decimals(score) + ")";
  return line(label, text.empty() ? "unclear" : text);
}

}  // namespace

bool has_tags(const Measurements& measured) noexcept {
  return measured.tags && measured.tags->patches > 0;
}

Json tags_json(const Tags& tags) {
  const auto summary = models::summarise(tags.scores);
  Json starts = Json::array();
  for (const double start_s : tags.taggram.starts_s) starts.push_back(rounded(start_s, 1));
  return {{"genre", list(summary.genre, tags.taggram)},
          {"mood", list(summary.mood, tags.taggram)},
          {"instruments", list(summary.instruments, tags.taggram)},
          {"era", list(summary.era, tags.taggram)},
          {"starts", std::move(starts)},
          {"model", tags.tagging.model},
          {"patches", tags.patches},
          {"unclear", is_unclear(summary)}};
}

Json vocals_json(const Tags& tags) {
  const auto summary = models::summarise(tags.scores);
  return {{"present", has_voice(summary)},
          {"score", rounded(summary.voice, 3)},
          {"voice", summary.sings.empty() ? Json(nullptr) : Json(summary.sings)}};
}

std::string tags_text(const Tags& tags) {
  const auto summary = models::summarise(tags.scores);
  auto text = tag_line("Genre", summary.genre) + tag_line("Mood", summary.mood) +
              tag_line("Instruments", summary.instruments);
  if (!summary.era.empty()) text += tag_line("Era", summary.era);
  const auto score = " (" + two_decimals(summary.voice) + ")";
  const auto voice =
      summary.sings.empty() ? std::string("a voice") : std::string(summary.sings) + " voice";
  text += line("Voice", (has_voice(summary) ? voice : "none heard") + score);
  return text +
         line("Tags", "hints by " + tags.tagging.model + ", from " + std::to_string(tags.patches) +
                          (tags.patches == 1 ? " patch" : " patches") + " of three seconds");
}

}  // namespace aura::analysis
