// The vectors of this instruction set, and how many of them its registers hold; included once per instruction set.
#if defined(MLAASIM_FL_FUSED_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MLAASIM_FL_FUSED_VECTOR_INL_H_
#undef MLAASIM_FL_FUSED_VECTOR_INL_H_
#else
#define MLAASIM_FL_FUSED_VECTOR_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Widest vectors of at most 16 floats, the padding of every row.
using Floats = hn::CappedTag<float, HWY_TARGET == HWY_SCALAR ? 1 : 16>;
using Vector = hn::Vec<Floats>;

/// How many vectors the registers hold, which is what tiles of accumulators are cut to.
enum class Registers {
    many,  ///< 32: tiles of 16 to 28
    some,  ///< 16, a product being added in one instruction: tiles of 12
    few,   ///< 16, of which a product needs one before it is added: tiles of 8
};
#if HWY_ARCH_X86
constexpr Registers registers = HWY_TARGET <= HWY_AVX3   ? Registers::many
                                : HWY_TARGET == HWY_AVX2 ? Registers::some
                                                         : Registers::few;
#else
constexpr Registers registers = HWY_ARCH_ARM_A64 != 0 ? Registers::many : Registers::few;
#endif

/// The number for this instruction set.
constexpr int by_registers(int many, int some, int few) {
    return registers == Registers::many ? many : registers == Registers::some ? some : few;
}

/// Keeps a loaded vector in its register. With AVX2, GCC reads it anew from memory for each product: in a tile of 3 x 4
/// that is 16 loads instead of 7 beside 12 products, for which the processor has time for 12.
HWY_INLINE void keep_in_register([[maybe_unused]] Vector& vector) {
#if HWY_TARGET == HWY_AVX2
    asm("" : "+x"(vector.raw));
#endif
}

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
