#include <algorithm>
#include <cmath>
#include <utility>

#include "aura/catalogue/similar.h"

namespace aura::catalogue {
namespace {

constexpr std::size_t kNeighbours = 10;

/// Returns the third standardised moment of `counts`; 0 if all are equal.
double skew_of(const std::vector<double>& counts) {
  const auto n = static_cast<double>(counts.size());
  double mean = 0;
  for (const double count : counts) mean += count;
  mean /= n;
  double second = 0;
  double third = 0;
  for (const double count : counts) {
    second += std::pow(count - mean, 2) / n;
    third += std::pow(count - mean, 3) / n;
  }
  return second > 0 ? third / std::pow(second, 1.5) : 0;
}

}  // namespace

HubStats measure_hubs(const analysis::Space& space, std::span<const std::vector<float>> rows) {
  std::vector<std::vector<float>> placed;
  std::vector<analysis::Crowd> crowds;
  for (const auto& row : rows) {
    placed.push_back(space.place(row));
    crowds.push_back(space.crowd(placed.back()));
  }
  std::vector<double> found(rows.size());
  std::vector<std::pair<double, std::size_t>> others;  // minus the similarity, and which
  for (std::size_t i = 0; i < rows.size(); ++i) {
    others.clear();
    for (std::size_t j = 0; j < rows.size(); ++j) {
      if (j == i) continue;
      others.emplace_back(-analysis::Space::similarity(analysis::distance(placed[i], placed[j]),
                                                       crowds[i], crowds[j]),
                          j);
    }
    const auto count = std::min(kNeighbours, others.size());
    std::partial_sort(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(count),
                      others.end());
    for (std::size_t j = 0; j < count; ++j) ++found[others[j].second];
  }
  if (rows.empty()) return {};
  return {.skew = skew_of(found),
          .never_returned = static_cast<double>(std::ranges::count(found, 0.0)) /
                            static_cast<double>(rows.size())};
}

}  // namespace aura::catalogue
