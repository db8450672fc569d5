// 64-byte aligned memory, so that no kernel's result depends on where a buffer happens to lie.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

namespace mlaasim::sim {

/// Alignment of every tensor, layer and row that is handed to a numeric kernel, in bytes.
inline constexpr std::size_t kernel_alignment = 64;

/// `count` floats rounded up so that the next row starts on the kernel alignment again.
[[nodiscard]] constexpr std::size_t padded_floats(std::size_t count) {
    constexpr std::size_t step = kernel_alignment / sizeof(float);
    return (count + step - 1) / step * step;
}

/// Standard allocator on `kernel_alignment`.
template <class T>
struct AlignedAllocator {
    using value_type = T;

    AlignedAllocator() = default;
    template <class U>
    explicit AlignedAllocator(const AlignedAllocator<U>& /*other*/) {}

    [[nodiscard]] T* allocate(std::size_t n) {
        return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{kernel_alignment}));
    }
    void deallocate(T* p, std::size_t /*n*/) { ::operator delete (p, std::align_val_t{kernel_alignment}); }

    friend bool operator==(AlignedAllocator, AlignedAllocator) { return true; }
};

/// A vector whose first element lies on `kernel_alignment`.
template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace mlaasim::sim
