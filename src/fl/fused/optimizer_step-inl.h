// One vector of parameters and one step; included once per instruction set.
#if defined(MLAASIM_FL_FUSED_OPTIMIZER_STEP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MLAASIM_FL_FUSED_OPTIMIZER_STEP_INL_H_
#undef MLAASIM_FL_FUSED_OPTIMIZER_STEP_INL_H_
#else
#define MLAASIM_FL_FUSED_OPTIMIZER_STEP_INL_H_
#endif

#include <hwy/highway.h>

#include "fl/fused/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Widest vectors of at most 16 floats, the padding of every row.
using Floats = hn::CappedTag<float, HWY_TARGET == HWY_SCALAR ? 1 : 16>;
using Vector = hn::Vec<Floats>;

/// Registers enough for tiles of 24 to 28 accumulators, or of 12.
#if HWY_ARCH_X86
constexpr bool many_registers = HWY_TARGET <= HWY_AVX3;
#else
constexpr bool many_registers = HWY_ARCH_ARM_A64 != 0;
#endif

struct PlainStep {
    Vector rate;
    explicit PlainStep(const StepRule& rule) : rate{hn::Set(Floats(), rule.rate)} {}
    HWY_INLINE void operator()(const StepState& state, std::size_t at, Vector gradient) const {
        const Floats d;
        hn::Store(hn::NegMulAdd(rate, gradient, hn::Load(d, state.parameters + at)), d, state.parameters + at);
    }
};

struct AnyStep {
    const StepRule& rule;
    explicit AnyStep(const StepRule& r) : rule{r} {}
    HWY_INLINE void operator()(const StepState& state, std::size_t at, Vector gradient) const {
        const Floats d;
        Vector w = hn::Load(d, state.parameters + at);
        if (rule.proximal > 0.0F) {
            gradient = hn::MulAdd(hn::Set(d, rule.proximal), hn::Sub(w, hn::Load(d, state.start + at)), gradient);
        }
        if (rule.weight_decay > 0.0F) {
            gradient = hn::MulAdd(hn::Set(d, rule.weight_decay), w, gradient);
        }
        Vector direction = gradient;
        if (rule.has_first) {
            direction = hn::MulAdd(hn::Set(d, rule.first_decay), hn::Load(d, state.first + at),
                                   hn::Mul(hn::Set(d, rule.first_gain), gradient));
            hn::Store(direction, d, state.first + at);
        }
        if (rule.has_second) {
            const Vector squares = hn::MulAdd(hn::Set(d, rule.second_decay), hn::Load(d, state.second + at),
                                              hn::Mul(hn::Set(d, rule.second_gain), hn::Mul(gradient, gradient)));
            hn::Store(squares, d, state.second + at);
            direction = hn::Div(direction, hn::MulAdd(hn::Sqrt(squares), hn::Set(d, rule.inverse_correction),
                                                      hn::Set(d, rule.epsilon)));
        }
        w = hn::NegMulAdd(hn::Set(d, rule.rate), direction, w);
        hn::Store(w, d, state.parameters + at);
    }
};

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
