// Softmax, cross-entropy and arg max of rows of logits.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "fl/fused/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fl/fused/softmax.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "fl/fused/lane_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, HWY_TARGET == HWY_SCALAR ? 1 : 16>;
using Vector = hn::Vec<Floats>;

/// exp(row - largest) into `exponentials` (padded), which may be the row itself, 0 behind the classes; returns their
/// sum.
HWY_INLINE float Exponentials(const float* row, std::size_t classes, float largest, float* exponentials) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    Vector sum = hn::Zero(d);
    for (std::size_t c = 0; c < classes; c += lanes) {
        const auto used = hn::FirstN(d, classes - c);
        const Vector value = hn::IfThenElseZero(used, hn::Exp(d, hn::Sub(hn::Load(d, row + c), hn::Set(d, largest))));
        sum = hn::Add(sum, value);
        hn::Store(value, d, exponentials + c);
    }
    return SumLanes(d, sum);
}

/// True when the row holds a NaN or an infinity, which Highway's Exp would turn into numbers.
HWY_INLINE bool IsBroken(const float* row, std::size_t classes) {
    return !std::isfinite(std::accumulate(row, row + classes, 0.0F));
}

double SoftmaxCrossEntropy(Rows logits, std::size_t n, std::size_t classes, const std::int64_t* labels) {
    const Floats d;
    const float share = 1.0F / static_cast<float>(n);
    double loss = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        float* const row = logits.values + i * logits.stride;
        const auto label = static_cast<std::size_t>(labels[i]);
        if (IsBroken(row, classes)) {
            std::fill_n(row, classes, std::numeric_limits<float>::quiet_NaN());
            loss = std::numeric_limits<double>::quiet_NaN();
            continue;
        }
        const float largest = *std::max_element(row, row + classes);
        const float truth = row[label];
        const float sum = Exponentials(row, classes, largest, row);
        loss += static_cast<double>(std::log(sum) + largest - truth);
        const Vector factor = hn::Set(d, share / sum);
        for (std::size_t c = 0; c < classes; c += hn::Lanes(d)) {
            hn::Store(hn::Mul(factor, hn::Load(d, row + c)), d, row + c);
        }
        row[label] -= share;
    }
    return loss;
}

/// With p = softmax(z) and H = -sum p ln p: dH/dz = -p (ln p + H).
void EntropyGradient(Rows logits, std::size_t n, std::size_t classes, float share) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t i = 0; i < n; ++i) {
        float* const row = logits.values + i * logits.stride;
        if (IsBroken(row, classes)) {
            std::fill_n(row, classes, std::numeric_limits<float>::quiet_NaN());
            continue;
        }
        const Vector largest = hn::Set(d, *std::max_element(row, row + classes));
        Vector sum = hn::Zero(d);
        Vector products = hn::Zero(d);
        for (std::size_t c = 0; c < classes; c += lanes) {
            const Vector below = hn::IfThenElseZero(hn::FirstN(d, classes - c), hn::Sub(hn::Load(d, row + c), largest));
            const Vector value = hn::IfThenElseZero(hn::FirstN(d, classes - c), hn::Exp(d, below));
            sum = hn::Add(sum, value);
            products = hn::MulAdd(value, below, products);
        }
        const float total = SumLanes(d, sum);
        // ln p + H = z - largest - sum p (z - largest): the logarithm of the total falls out.
        const Vector mean = hn::Set(d, SumLanes(d, products) / total);
        const Vector factor = hn::Set(d, -share / total);
        for (std::size_t c = 0; c < classes; c += lanes) {
            const Vector below = hn::Sub(hn::Load(d, row + c), largest);
            const Vector gradient = hn::Mul(hn::Mul(factor, hn::Exp(d, below)), hn::Sub(below, mean));
            hn::Store(hn::IfThenElseZero(hn::FirstN(d, classes - c), gradient), d, row + c);
        }
    }
}

void Softmax(Rows logits, std::size_t n, std::size_t classes, float* HWY_RESTRICT probabilities) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t i = 0; i < n; ++i) {
        float* const row = logits.values + i * logits.stride;
        float* const to = probabilities + i * classes;
        if (IsBroken(row, classes)) {
            std::fill_n(to, classes, std::numeric_limits<float>::quiet_NaN());
            continue;
        }
        const Vector factor = hn::Set(d, 1.0F / Exponentials(row, classes, *std::max_element(row, row + classes), row));
        for (std::size_t c = 0; c < classes; c += lanes) {
            hn::Store(hn::Mul(factor, hn::Load(d, row + c)), d, row + c);
        }
        std::copy_n(row, classes, to);
    }
}

void Classify(ConstRows logits, std::size_t n, std::size_t classes, const std::int64_t* labels, float* losses,
              std::uint32_t* predictions) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t i = 0; i < n; ++i) {
        const float* const row = logits.values + i * logits.stride;
        const float* const largest = std::max_element(row, row + classes);
        Vector sum = hn::Zero(d);
        for (std::size_t c = 0; c < classes; c += lanes) {
            const Vector value = hn::Exp(d, hn::Sub(hn::Load(d, row + c), hn::Set(d, *largest)));
            sum = hn::Add(sum, hn::IfThenElseZero(hn::FirstN(d, classes - c), value));
        }
        losses[i] = IsBroken(row, classes) ? std::numeric_limits<float>::quiet_NaN()
                                           : std::log(SumLanes(d, sum)) + *largest - row[labels[i]];
        predictions[i] = static_cast<std::uint32_t>(largest - row);
    }
}

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mlaasim::fl::fused {

HWY_EXPORT(SoftmaxCrossEntropy);
HWY_EXPORT(EntropyGradient);
HWY_EXPORT(Softmax);
HWY_EXPORT(Classify);

double softmax_cross_entropy(Rows logits, std::size_t n, std::size_t classes, const std::int64_t* labels) {
    return HWY_DYNAMIC_DISPATCH(SoftmaxCrossEntropy)(logits, n, classes, labels);
}

void entropy_gradient(Rows logits, std::size_t n, std::size_t classes, float share) {
    HWY_DYNAMIC_DISPATCH(EntropyGradient)(logits, n, classes, share);
}

void softmax(Rows logits, std::size_t n, std::size_t classes, float* probabilities) {
    HWY_DYNAMIC_DISPATCH(Softmax)(logits, n, classes, probabilities);
}

void classify(ConstRows logits, std::size_t n, std::size_t classes, const std::int64_t* labels, float* losses,
              std::uint32_t* predictions) {
    HWY_DYNAMIC_DISPATCH(Classify)(logits, n, classes, labels, losses, predictions);
}

}  // namespace mlaasim::fl::fused
#endif
