#include "tta/techniques/attempt.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::tta {
namespace {

std::span<const float> values_of(const sim::SampleBlock& samples, std::size_t i) {
    return {samples.sample(i), samples.shape().size()};
}

template <class Holds>
bool for_all(const sim::SampleBlock& samples, Holds holds) {
    for (std::size_t i = 0; i < samples.count(); ++i) {
        if (!std::ranges::all_of(values_of(samples, i), holds)) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::string_view name_of(AttemptOutcome outcome) {
    switch (outcome) {
        case AttemptOutcome::adapted: return "adapted";
        case AttemptOutcome::few_samples: return "few samples";
        case AttemptOutcome::not_finite: return "not finite";
        case AttemptOutcome::all_constant: return "constant samples";
        case AttemptOutcome::diverged: return "diverged";
    }
    sim::expects(false, "every outcome has a name");
    return {};
}

AttemptOutcome attempt(const Technique& technique, const fl::Model& model, sim::AlignedVector<float>& parameters,
                       Memory& memory, const Stream& stream, double bound) {
    if (stream.samples.count() == 0 || stream.samples.count() < static_cast<std::size_t>(technique.fewest_samples())) {
        return AttemptOutcome::few_samples;
    }
    if (!for_all(stream.samples, [](float value) { return std::isfinite(value); })) {
        return AttemptOutcome::not_finite;
    }
    const float first = *stream.samples.sample(0);
    if (for_all(stream.samples, [&](float value) { return value == first; })) {
        return AttemptOutcome::all_constant;
    }
    sim::AlignedVector<float> adapted = parameters;
    Memory remembered = memory;
    technique.adapt(model, adapted, remembered, stream);
    if (fl::FixedPointSum::judge(adapted, bound) != fl::FixedPointSum::Outcome::added ||
        !std::ranges::all_of(remembered, [](double number) { return std::isfinite(number); })) {
        return AttemptOutcome::diverged;
    }
    parameters = std::move(adapted);
    memory = std::move(remembered);
    return AttemptOutcome::adapted;
}

}  // namespace mlaasim::tta
