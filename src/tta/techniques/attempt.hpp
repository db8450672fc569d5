// An adaptation that is taken back when nothing can come of it.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/core/aligned.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {

enum class AttemptOutcome : std::uint8_t {
    adapted,
    few_samples,   ///< fewer than the technique can adapt on
    not_finite,    ///< a value of the stream is not finite
    all_constant,  ///< no sample differs from another, nor within itself
    diverged,      ///< a parameter is not finite, or out of all proportion to those of the source
};
/// "adapted", "few samples", ...
[[nodiscard]] std::string_view name_of(AttemptOutcome outcome);

/// Adapts the parameters in place. They and the memory are as they were before unless the outcome is `adapted`.
/// `bound`: a parameter beyond this magnitude has diverged (fl::divergence_bound). Precondition: the model has what the
/// technique needs.
[[nodiscard]] AttemptOutcome attempt(const Technique& technique, const fl::Model& model,
                                     sim::AlignedVector<float>& parameters, Memory& memory, const Stream& stream,
                                     double bound);

}  // namespace mlaasim::tta
