// Gradients of fully connected layers. Products are tiles of accumulators in registers, each summed over its whole
// length in one order; gradients go from the registers straight into the update.
#include "fl/fused/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fl/fused/linear.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "fl/fused/optimizer_step-inl.h"
#include "fl/fused/row_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {

// c[m][j] = sum over k of a(m, k) b[k][j]: a's elements are broadcast, b's rows are read along j.

/// Elements of a matrix by two strides.
struct Strided {
    const float* values;
    std::size_t row;
    std::size_t column;
};

template <int R, int V, class Epilogue>
HWY_INLINE void RankTile(const Strided& a, const float* HWY_RESTRICT b, std::size_t b_stride, std::size_t length,
                         std::size_t m, std::size_t j, const Epilogue& epilogue) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    Vector sums[R][V];
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
            sums[r][v] = hn::Zero(d);
        }
    }
    // What the sums will meet comes into the cache while they are made.
    if constexpr (requires { epilogue.prepare(m, j); }) {
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) {
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) {
                epilogue.prepare(m + static_cast<std::size_t>(r), j + static_cast<std::size_t>(v) * lanes);
            }
        }
    }
    const float* HWY_RESTRICT from = a.values + m * a.row;
    const float* HWY_RESTRICT row = b + j;
    for (std::size_t k = 0; k < length; ++k) {
        Vector vectors[V];
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
            vectors[v] = hn::Load(d, row + static_cast<std::size_t>(v) * lanes);
        }
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) {
            const Vector factor = hn::Set(d, from[static_cast<std::size_t>(r) * a.row]);
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) {
                sums[r][v] = hn::MulAdd(factor, vectors[v], sums[r][v]);
            }
        }
        from += a.column;
        row += b_stride;
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
            epilogue(m + static_cast<std::size_t>(r), j + static_cast<std::size_t>(v) * lanes, sums[r][v]);
        }
    }
}

template <int V, class Epilogue>
HWY_INLINE void RankRows(const Strided& a, std::size_t rows, const float* b, std::size_t b_stride, std::size_t length,
                         std::size_t j, const Epilogue& epilogue) {
    std::size_t m = 0;
    for (; m + 4 <= rows; m += 4) {
        RankTile<4, V>(a, b, b_stride, length, m, j, epilogue);
    }
    for (; m < rows; ++m) {
        RankTile<1, V>(a, b, b_stride, length, m, j, epilogue);
    }
}

template <class Epilogue>
HWY_INLINE void RankProduct(const Strided& a, std::size_t rows, const float* b, std::size_t b_stride,
                            std::size_t columns, std::size_t length, const Epilogue& epilogue) {
    constexpr int most = by_registers(6, 3, 2);
    const std::size_t lanes = hn::Lanes(Floats());
    std::size_t j = 0;
    for (; j + most * lanes <= columns; j += most * lanes) {
        RankRows<most>(a, rows, b, b_stride, length, j, epilogue);
    }
    if constexpr (most > 4) {
        for (; j + 4 * lanes <= columns; j += 4 * lanes) {
            RankRows<4>(a, rows, b, b_stride, length, j, epilogue);
        }
    }
    for (; j + 2 * lanes <= columns; j += 2 * lanes) {
        RankRows<2>(a, rows, b, b_stride, length, j, epilogue);
    }
    for (; j < columns; j += lanes) {
        RankRows<1>(a, rows, b, b_stride, length, j, epilogue);
    }
}

void LinearBackward(ConstRows dy, std::size_t n, const float* weight, std::size_t in, std::size_t out,
                    const float* activation, Rows dx) {
    const Floats d;
    const Strided gradient{dy.values, dy.stride, 1};
    if (activation == nullptr) {
        RankProduct(gradient, n, weight, in, in, out, [&](std::size_t m, std::size_t j, Vector value) {
            hn::Store(value, d, dx.values + m * dx.stride + j);
        });
        return;
    }
    RankProduct(gradient, n, weight, in, in, out, [&](std::size_t m, std::size_t j, Vector value) {
        const auto passes = hn::Gt(hn::Load(d, activation + m * dx.stride + j), hn::Zero(d));
        hn::Store(hn::IfThenElseZero(passes, value), d, dx.values + m * dx.stride + j);
    });
}

/// What an update does with a vector of gradients.
template <class Step>
struct Stepped {
    const Step& step;
    const StepState& state;

    HWY_INLINE void prepare(std::size_t at) const { hwy::Prefetch(state.before + at); }
    HWY_INLINE void operator()(std::size_t at, Vector gradient) const { step(state, at, gradient); }
};
template <class Step>
struct SteppedAndAdded {
    const Step& step;
    const StepState& state;
    RowSum& sum;

    HWY_INLINE void prepare(std::size_t at) const {
        hwy::Prefetch(state.before + at);
        sum.prepare(at);
    }
    HWY_INLINE void operator()(std::size_t at, Vector gradient) const { sum.add(at, step(state, at, gradient)); }
};

/// The same for a matrix of `columns`.
template <class Each>
struct Matrix {
    const Each& each;
    std::size_t columns;

    HWY_INLINE void prepare(std::size_t m, std::size_t j) const { each.prepare(m * columns + j); }
    HWY_INLINE void operator()(std::size_t m, std::size_t j, Vector gradient) const { each(m * columns + j, gradient); }
};

template <class Weight, class Bias>
HWY_INLINE void Gradients(ConstRows dy, std::size_t n, ConstRows x, std::size_t in, std::size_t out,
                          const Weight& weight, const Bias& bias) {
    const Floats d;
    RankProduct({dy.values, 1, dy.stride}, out, x.values, x.stride, in, n, Matrix<Weight>{weight, in});
    for (std::size_t j = 0; j < out; j += hn::Lanes(d)) {
        Vector sum = hn::Zero(d);
        for (std::size_t i = 0; i < n; ++i) {
            sum = hn::Add(sum, hn::Load(d, dy.values + i * dy.stride + j));
        }
        bias(j, sum);
    }
}

template <class Step>
HWY_INLINE void UpdateWith(const Step& step, ConstRows dy, std::size_t n, ConstRows x, std::size_t in, std::size_t out,
                           const StepState& weight, const StepState& bias, const LinearAddition* addition) {
    if (addition == nullptr) {
        Gradients(dy, n, x, in, out, Stepped<Step>{step, weight}, Stepped<Step>{step, bias});
        return;
    }
    RowSum weights{addition->weight};
    RowSum biases{addition->bias};
    Gradients(dy, n, x, in, out, SteppedAndAdded<Step>{step, weight, weights},
              SteppedAndAdded<Step>{step, bias, biases});
    weights.finish();
    biases.finish();
}

void LinearUpdate(ConstRows dy, std::size_t n, ConstRows x, std::size_t in, std::size_t out, const StepRule& rule,
                  const StepState& weight, const StepState& bias, const LinearAddition* addition) {
    if (rule.plain()) {
        UpdateWith(PlainStep{rule}, dy, n, x, in, out, weight, bias, addition);
    } else {
        UpdateWith(AnyStep{rule}, dy, n, x, in, out, weight, bias, addition);
    }
}

void StepParameters(const StepRule& rule, const StepState& state, const float* gradient, std::size_t count) {
    const Floats d;
    const AnyStep step{rule};
    for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
        step(state, i, hn::Load(d, gradient + i));
    }
}

void AddRow(const float* row, std::size_t count, const Addition& addition) {
    const Floats d;
    RowSum sum{addition};
    for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
        sum.add(i, hn::Load(d, row + i));
    }
    sum.finish();
}

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mlaasim::fl::fused {

HWY_EXPORT(LinearBackward);
HWY_EXPORT(LinearUpdate);
HWY_EXPORT(StepParameters);
HWY_EXPORT(AddRow);

void linear_backward(ConstRows dy, std::size_t n, const float* weight, std::size_t in, std::size_t out,
                     const float* activation, Rows dx) {
    HWY_DYNAMIC_DISPATCH(LinearBackward)(dy, n, weight, in, out, activation, dx);
}

void linear_update(ConstRows dy, std::size_t n, ConstRows x, std::size_t in, std::size_t out, const StepRule& rule,
                   const StepState& weight, const StepState& bias, const LinearAddition* addition) {
    HWY_DYNAMIC_DISPATCH(LinearUpdate)(dy, n, x, in, out, rule, weight, bias, addition);
}

void step_parameters(const StepRule& rule, const StepState& state, const float* gradient, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(StepParameters)(rule, state, gradient, count);
}

void add_row(const float* row, std::size_t count, const Addition& addition) {
    HWY_DYNAMIC_DISPATCH(AddRow)(row, count, addition);
}

}  // namespace mlaasim::fl::fused
#endif
