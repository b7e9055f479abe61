#include "aura/models/tag_list.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "aura/models/tagger.h"

namespace aura::models {
namespace {

/// The scores of a track that has these tags; `half` is 0 for MSD and 1 for MTT.
struct Scores {
  std::vector<float> values = std::vector<float>(Tagger::kTags, 0.01F);

  Scores& with(std::size_t half, std::string_view tag, float score) {
    const auto uses = tag_uses().subspan(half * Musicnn::kTags, Musicnn::kTags);
    const auto found =
        std::find_if(uses.begin(), uses.end(), [&](const TagUse& use) { return use.tag == tag; });
    REQUIRE(found != uses.end());
    values[half * Musicnn::kTags + static_cast<std::size_t>(found - uses.begin())] = score;
    return *this;
  }
};

TEST_CASE("tag list: each tag has a name, or a reason why it is dropped") {
  REQUIRE(tag_uses().size() == Tagger::kTags);
  for (const TagUse& use : tag_uses()) {
    INFO(use.tag);
    CHECK_FALSE(use.tag.empty());
    CHECK(use.note.empty() == (use.group != TagGroup::kDropped));
    if (use.group == TagGroup::kVoice) {
      CHECK((use.name.empty() || use.name == "female" || use.name == "male"));
    } else {
      CHECK(use.name.empty() == (use.group == TagGroup::kDropped));
    }
  }
}

TEST_CASE("tag list: tags are sorted into groups, the best first") {
  const auto summary = summarise(Scores()
                                     .with(0, "folk", 0.3F)
                                     .with(0, "jazz", 0.6F)
                                     .with(0, "Mellow", 0.2F)
                                     .with(0, "60s", 0.16F)
                                     .with(1, "piano", 0.4F)
                                     .with(1, "female voice", 0.25F)
                                     .values);
  CHECK(summary.genre == std::vector<ScoredTag>{{"jazz", 0.6F}, {"folk", 0.3F}});
  CHECK(summary.mood == std::vector<ScoredTag>{{"mellow", 0.2F}});
  CHECK(summary.era == std::vector<ScoredTag>{{"1960s", 0.16F}});
  CHECK(summary.instruments == std::vector<ScoredTag>{{"piano", 0.4F}});
  CHECK(summary.voice == 0.25F);
}

TEST_CASE(
    "tag list: a tag of both networks has the higher score, and one name stands for two tags") {
  const auto summary = summarise(Scores()
                                     .with(0, "rock", 0.3F)
                                     .with(1, "rock", 0.5F)
                                     .with(1, "choir", 0.4F)
                                     .with(1, "choral", 0.2F)
                                     .values);
  CHECK(summary.genre == std::vector<ScoredTag>{{"rock", 0.5F}});
  CHECK(summary.instruments == std::vector<ScoredTag>{{"choir", 0.4F}});
}

TEST_CASE("tag list: low scores and dropped tags leave groups empty") {
  const auto summary = summarise(Scores()
                                     .with(0, "rock", 0.149F)
                                     .with(0, "beautiful", 0.9F)
                                     .with(1, "no vocals", 0.9F)
                                     .with(0, "female vocalists", 0.9F)
                                     .values);
  CHECK(summary.genre.empty());
  CHECK(summary.mood.empty());
  CHECK(summary.instruments.empty());
  CHECK(summary.era.empty());
  // MSD's tags about voices don't count.
  CHECK(summary.voice == 0.01F);
}

TEST_CASE("tag list: says who sings if a voice is heard and one sex is clear") {
  const auto sings = [](const Scores& scores) { return summarise(scores.values).sings; };
  CHECK(sings(Scores().with(1, "vocals", 0.4F)).empty());
  CHECK(sings(Scores().with(1, "woman", 0.2F)) == "female");
  CHECK(sings(Scores().with(1, "male vocal", 0.2F)) == "male");
  CHECK(sings(Scores().with(1, "singing", 0.2F).with(0, "female vocalists", 0.3F)) == "female");
  // No voice is heard: MSD alone says so.
  CHECK(sings(Scores().with(0, "female vocalists", 0.9F)).empty());
  CHECK(sings(Scores().with(1, "female", 0.29F).with(1, "man", 0.2F)).empty());
  CHECK(sings(Scores().with(1, "female", 0.31F).with(1, "man", 0.2F)) == "female");
}

TEST_CASE("tag list: a group has five tags at most") {
  CHECK(summarise(std::vector<float>(Tagger::kTags, 0.5F)).genre.size() == kMostTags);
}

}  // namespace
}  // namespace aura::models
