#include "did_you_mean.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>

#include "aura/base/error.h"
#include "aura/base/text.h"

namespace aura::app {
namespace {

/// How many letters to insert, delete, replace or swap with their neighbours.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t is_other = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + is_other});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = last;
    last = row;
  }
  return last[b.size()];
}

/// Returns the most similar of `names`; nothing if none is similar enough to be meant.
std::optional<std::string> most_similar(std::string_view word,
                                        const std::vector<std::string>& names) {
  constexpr std::size_t kLongest = 30;  // no name has more
  if (word.size() > kLongest) return std::nullopt;
  const auto least = std::ranges::min_element(
      names, {}, [&](const std::string& name) { return edits_between(word, name); });
  if (least == names.end() ||
      edits_between(word, *least) > std::max<std::size_t>(1, word.size() / 3))
    return std::nullopt;
  return *least;
}

}  // namespace

std::vector<std::string> check_commands(const CLI::App& app, std::vector<std::string> arguments) {
  const CLI::App* at = &app;
  for (auto& word : arguments) {
    const auto commands = at->get_subcommands([](const CLI::App* /*any*/) { return true; });
    if (commands.empty() || word.starts_with('-')) break;
    if (at == &app && word == "analyse") word = "analyze";
    const auto named = std::ranges::find(commands, word, &CLI::App::get_name);
    if (named != commands.end()) {
      at = *named;
      continue;
    }
    std::vector<std::string> names;
    names.reserve(commands.size());
    for (const auto* command : commands) names.push_back(command->get_name());
    const auto meant = most_similar(word, names);
    throw ConfigError("there is no command " + one_line(word, 40) +
                      (meant ? ": did you mean " + *meant + "?" : "") + " (see --help)");
  }
  return arguments;
}

std::string similar_option(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  std::vector<std::string> names;
  for (const auto* option : at->get_options())
    names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
  for (const auto& word : at->remaining()) {
    if (!word.starts_with("--") || word.size() == 2) continue;
    const auto name = std::string_view(word).substr(2, word.find('=') - 2);
    if (const auto meant = most_similar(name, names)) return ": did you mean --" + *meant + "?";
  }
  return {};
}

}  // namespace aura::app
