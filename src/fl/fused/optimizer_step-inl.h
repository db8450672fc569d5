// One vector of parameters and one step, each a function that returns what it stores; included once per instruction
// set.
#if defined(MLAASIM_FL_FUSED_OPTIMIZER_STEP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MLAASIM_FL_FUSED_OPTIMIZER_STEP_INL_H_
#undef MLAASIM_FL_FUSED_OPTIMIZER_STEP_INL_H_
#else
#define MLAASIM_FL_FUSED_OPTIMIZER_STEP_INL_H_
#endif

#include <hwy/highway.h>

#include "fl/fused/kernels.hpp"
#include "fl/fused/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {
struct PlainStep {
    Vector rate;
    explicit PlainStep(const StepRule& rule) : rate{hn::Set(Floats(), rule.rate)} {}
    HWY_INLINE Vector operator()(const StepState& state, std::size_t at, Vector gradient) const {
        const Floats d;
        const Vector w = hn::NegMulAdd(rate, gradient, hn::Load(d, state.before + at));
        hn::Store(w, d, state.parameters + at);
        return w;
    }
};

struct AnyStep {
    const StepRule& rule;
    explicit AnyStep(const StepRule& r) : rule{r} {}
    HWY_INLINE Vector operator()(const StepState& state, std::size_t at, Vector gradient) const {
        const Floats d;
        Vector w = hn::Load(d, state.before + at);
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
        return w;
    }
};

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
