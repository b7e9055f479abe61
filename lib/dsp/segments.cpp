#include "aura/dsp/segments.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace aura::dsp {

std::vector<std::size_t> segments_of(const Eigen::MatrixXf& features, double penalty,
                                     std::size_t least) {
  const Eigen::Index columns = features.cols();
  if (columns == 0) return {};
  const auto shortest =
      std::min(static_cast<Eigen::Index>(std::max<std::size_t>(least, 1)), columns);
  // Sums over the columns before each.
  Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(features.rows(), columns + 1);
  Eigen::VectorXd squares = Eigen::VectorXd::Zero(columns + 1);
  for (Eigen::Index t = 0; t < columns; ++t) {
    sums.col(t + 1) = sums.col(t) + features.col(t).cast<double>();
    squares(t + 1) = squares(t) + features.col(t).cast<double>().squaredNorm();
  }
  // The least cost of the columns before each, and where their last segment begins.
  Eigen::VectorXd cost =
      Eigen::VectorXd::Constant(columns + 1, std::numeric_limits<double>::infinity());
  cost(0) = 0;
  std::vector<Eigen::Index> last(static_cast<std::size_t>(columns) + 1, 0);
  Eigen::VectorXd options(columns + 1);
  for (Eigen::Index end = shortest; end <= columns; ++end) {
    const Eigen::Index count = end - shortest + 1;
    // The squared distances from a mean are the squares less the square of the sum over the size.
    for (Eigen::Index begin = 0; begin < count; ++begin) {
      options(begin) =
          cost(begin) - squares(begin) -
          (sums.col(end) - sums.col(begin)).squaredNorm() / static_cast<double>(end - begin);
    }
    Eigen::Index best = 0;
    cost(end) = options.head(count).minCoeff(&best) + squares(end) + penalty;
    last[static_cast<std::size_t>(end)] = best;
  }
  std::vector<std::size_t> begins;
  for (Eigen::Index end = columns; end > 0;) {
    end = last[static_cast<std::size_t>(end)];
    begins.push_back(static_cast<std::size_t>(end));
  }
  std::reverse(begins.begin(), begins.end());
  return begins;
}

std::vector<std::size_t> labels_of(const Eigen::MatrixXf& means, const Eigen::VectorXf& weights,
                                   float apart) {
  const auto count = means.cols();
  Eigen::MatrixXf groups = means;
  Eigen::VectorXf sizes = weights;
  std::vector<Eigen::Index> group_of(static_cast<std::size_t>(count));
  std::iota(group_of.begin(), group_of.end(), 0);
  constexpr float kNever = std::numeric_limits<float>::infinity();
  // Only of a later group to an earlier one.
  Eigen::MatrixXf distance = Eigen::MatrixXf::Constant(count, count, kNever);
  for (Eigen::Index i = 0; i < count; ++i) {
    for (Eigen::Index j = 0; j < i; ++j)
      distance(i, j) = (groups.col(i) - groups.col(j)).squaredNorm();
  }
  while (count > 1) {
    Eigen::Index later = 0;
    Eigen::Index earlier = 0;
    if (distance.minCoeff(&later, &earlier) >= apart * apart) break;
    const float size = sizes(later) + sizes(earlier);
    groups.col(earlier) =
        (sizes(earlier) * groups.col(earlier) + sizes(later) * groups.col(later)) / size;
    sizes(earlier) = size;
    std::replace(group_of.begin(), group_of.end(), later, earlier);
    distance.row(later).setConstant(kNever);
    distance.col(later).setConstant(kNever);
    for (Eigen::Index i = 0; i < count; ++i) {
      float& between = i < earlier ? distance(earlier, i) : distance(i, earlier);
      if (between < kNever) between = (groups.col(i) - groups.col(earlier)).squaredNorm();
    }
  }
  // A group has the number of its first segment, so that numbers come in order.
  std::vector<std::size_t> labels;
  std::vector<Eigen::Index> seen;
  for (const auto group : group_of) {
    auto found = std::find(seen.begin(), seen.end(), group);
    if (found == seen.end()) found = seen.insert(seen.end(), group);
    labels.push_back(static_cast<std::size_t>(found - seen.begin()));
  }
  return labels;
}

}  // namespace aura::dsp
