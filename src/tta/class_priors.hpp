// How common each class is in a stream without labels, from what a classifier says of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlaasim::tta {

/// Black-box shift estimation (Lipton, Wang and Smola, ICML 2018): where only the mix of classes pi has changed, the
/// shares q of the predicted classes are q = A pi, with A(j, y) the share of class y that is predicted as j, counted on
/// clean samples. This is the pi, with no share below 0, of greatest likelihood of the predictions: A^-1 q where that
/// is a distribution, found by 1,000 steps of expectation maximisation from equal shares.
///
/// `confusion`: counts on clean samples, row = true class, column = predicted class; every cell counts .5 more, so that
/// classes without a sample have a row. `predicted`: counts in the stream. Equal shares when nothing was predicted.
[[nodiscard]] std::vector<double> class_priors(std::span<const std::int64_t> confusion,
                                               std::span<const std::int64_t> predicted);

}  // namespace mlaasim::tta
