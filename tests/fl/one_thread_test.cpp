// Every test of this program runs its kernels the way the program does.
#include <gtest/gtest.h>

#include <cstdlib>

#include "fl/local_training.hpp"
#include "fl/torch.hpp"

namespace mlaasim::fl {
namespace {

class OneThread : public ::testing::Environment {
public:
    void SetUp() override {
#if defined(__x86_64__)
        setenv("MKL_CBWR", __builtin_cpu_supports("avx2") != 0 ? "AVX2" : "COMPATIBLE", 1);
#endif
        use_one_thread();
    }
};

const auto* const environment = ::testing::AddGlobalTestEnvironment(new OneThread);  // GoogleTest owns it

TEST(TorchRuntime, OneThread) {
    EXPECT_EQ(at::get_num_threads(), 1);
    EXPECT_EQ(at::get_num_interop_threads(), 1);
}

TEST(TorchRuntime, NamesItselfAndItsInstructionSet) {
    EXPECT_TRUE(torch_version().starts_with("LibTorch ")) << torch_version();
    EXPECT_FALSE(torch_instruction_set().empty());
}

}  // namespace
}  // namespace mlaasim::fl
