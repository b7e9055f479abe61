#include "parts_of.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "ogg_page.h"
#include "window.h"

namespace aura::audio {
namespace {

constexpr std::size_t kMostLinks = 1000;

/// Returns the first place from `at` on where a page may begin, or `end`.
std::uint64_t next_capture(Window& file, std::uint64_t at, std::uint64_t end) {
  while (at < end) {
    const auto bytes = file.bytes(at, Window::kStep);
    if (const auto found = bytes.find(kOggCapture); found != std::string_view::npos)
      return at + found;
    if (bytes.size() < kOggCapture.size()) break;
    at += bytes.size() - kOggCapture.size() + 1;
  }
  return end;
}

/// A link of a chain: its place, and the streams that begin in it.
struct Link {
  std::uint64_t at;
  std::vector<std::uint32_t> serials{};
  bool has_data =
      false;  // a page that begins no stream; the first pages of all streams come before

  bool has(std::uint32_t serial) const {
    return std::find(serials.begin(), serials.end(), serial) != serials.end();
  }
  void add(std::uint32_t serial) {
    constexpr std::size_t kMost = 64;
    if (serials.size() < kMost && !has(serial)) serials.push_back(serial);
  }
};

std::vector<Stretch> links_of(Window& file, const Stretch& all) {
  const auto end = all.at + all.size;
  std::vector<Link> links{{all.at}};
  for (auto at = all.at; at < end;) {
    const auto page = ogg_page(file.bytes(at, kOggHeadBytes + kMaxOggSegments));
    if (!page) {
      at = next_capture(file, at + 1, end);
      continue;
    }
    auto* link = &links.back();
    if (page->begins_stream) {
      if (link->has_data) {
        if (links.size() == kMostLinks) break;
        link = &links.emplace_back(Link{at});
      }
      link->add(page->serial);
    } else if (links.size() > 1 && !link->has(page->serial) &&
               links[links.size() - 2].has(page->serial)) {
      // The earlier stream goes on, so this is no new link: another stream began late.
      const auto late = std::move(link->serials);
      links.pop_back();
      for (const auto serial : late) links.back().add(serial);
    } else {
      link->has_data = true;
    }
    at += page->bytes;
  }
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const auto next = i + 1 < links.size() ? links[i + 1].at : end;
    stretches.push_back({links[i].at, next - links[i].at});
  }
  return stretches;
}

}  // namespace

std::vector<Part> parts_of(const Spool& spool) {
  auto stretches = sound_of(spool);
  Window file(spool);
  if (stretches.size() != 1 || !file.holds(stretches.front().at, kOggCapture)) return {stretches};
  std::vector<Part> parts;
  for (const auto& link : links_of(file, stretches.front())) parts.push_back({link});
  return parts;
}

}  // namespace aura::audio
