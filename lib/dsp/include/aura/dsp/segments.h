#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace aura::dsp {

/// Returns where the segments of `features` [dimensions][columns] begin: those for which the
/// squared distances of all columns from the means of their segments, plus `penalty` a segment, add
/// up to the least. (See Jackson et al., "An algorithm for optimal partitioning of data on an
/// interval", 2005.) The first begins at 0; all have at least `least` columns, unless there are
/// fewer than `least` in all. Empty without columns. Takes time in proportion to the square of the
/// columns. Thread-safe.
std::vector<std::size_t> segments_of(const Eigen::MatrixXf& features, double penalty,
                                     std::size_t least);

/// Returns for each column of `means` [dimensions][segments] a label from 0, numbered in the order
/// of first use. Joins the two nearest groups of segments, as their sizes `weights` have it, until
/// all means of groups are `apart` or more. Thread-safe.
std::vector<std::size_t> labels_of(const Eigen::MatrixXf& means, const Eigen::VectorXf& weights,
                                   float apart);

}  // namespace aura::dsp
