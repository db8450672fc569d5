// What of a window's features no mix of the classes explains: so much has the stream drifted, whatever its classes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/random.hpp"
#include "tta/whitening.hpp"

namespace mlaasim::tta {

/// What no mix of classes explains of a window (ClassMixes).
struct Drift {
    std::vector<double> vector{};  ///< whitened
    std::vector<double> mix{};     ///< pi, of the classes that the clean samples have
};

/// Class means of clean samples, on the scale on which samples vary within a class (Whitening). A window of clean
/// samples has its mean features near the mix of class means that its classes are mixed in. With w the whitened mean
/// features of a window and M the whitened class means, its drift is
///     w - M pi,   pi = argmin |w - M pi| over all mixes of classes (pi >= 0, sum 1).
class ClassMixes {
public:
    /// Of labelled samples, of which the even ones are fitted to. Nothing where those are too few, or features are no
    /// numbers.
    [[nodiscard]] static std::optional<ClassMixes> fit(const Features& clean, std::span<const std::int64_t> labels,
                                                       std::size_t classes);

    /// Numbers of a feature row.
    [[nodiscard]] std::size_t width() const { return whitening_.width(); }
    /// Whitened mean features of samples [first, first + count); count > 0.
    [[nodiscard]] std::vector<double> mean_of(const Features& samples, std::size_t first, std::size_t count) const;
    [[nodiscard]] Drift drift(std::span<const double> mean) const;
    /// The labels that the shares of a mix are of.
    [[nodiscard]] std::span<const std::size_t> classes() const { return classes_; }
    /// The mix of classes of samples that have all moved alike, whatever they have moved by: the pi of
    ///     z ~ sum over classes c of pi_c N(M_c + d, v I)
    /// that EM finds most likely for their whitened features z, of its ends from equal classes and from mostly one, for
    /// each class.
    /// 512 of the samples are looked at, at most. Precondition: there are samples, whose features are finite.
    [[nodiscard]] std::vector<double> mix_of_moved(const Features& samples) const;
    /// The 99 % quantile of |drift|^2 of clean windows: 200 of so many samples, drawn with replacement from the odd
    /// samples, with this mix of classes.
    [[nodiscard]] double clean_distance(std::span<const double> mix, std::size_t samples,
                                        sim::RandomStream random) const;

private:
    explicit ClassMixes(Whitening whitening) : whitening_{std::move(whitening)} {}

    Whitening whitening_;
    std::vector<std::size_t> classes_{};                      ///< with samples
    std::vector<std::vector<double>> means_{};                ///< of them, whitened
    std::vector<double> products_{};                          ///< of each of them with each
    std::vector<std::vector<std::vector<double>>> others_{};  ///< odd samples of them, whitened; or the class mean
};

}  // namespace mlaasim::tta
