// A test that lacks a program skips, and fails where MLAASIM_REQUIRE has its word.
#include "support/needs.hpp"

#include <gtest/gtest-spi.h>

#include <cstdlib>
#include <string>

namespace mlaasim::testing {
namespace {

/// MLAASIM_REQUIRE with another value for a while.
class Required {
public:
    explicit Required(const char* words) : before_{std::getenv(name) != nullptr ? std::getenv(name) : ""} {
        ::setenv(name, words, 1);
    }
    ~Required() { ::setenv(name, before_.c_str(), 1); }
    Required(const Required&) = delete;
    Required& operator=(const Required&) = delete;

private:
    static constexpr const char* name = "MLAASIM_REQUIRE";
    std::string before_;
};

void test_without_slurm() { SKIP_WITHOUT("slurm", "there is no slurmctld"); }

TEST(Needs, AreWordsBetweenCommas) {
    const Required required{"browser,slurm"};
    EXPECT_TRUE(is_required("browser"));
    EXPECT_TRUE(is_required("slurm"));
    EXPECT_FALSE(is_required("slur"));
    EXPECT_FALSE(is_required("python"));
}

TEST(Needs, FailATestThatLacksWhatIsRequired) {
    const Required required{"slurm"};
    EXPECT_FATAL_FAILURE(test_without_slurm(), "there is no slurmctld, and MLAASIM_REQUIRE demands");
}

TEST(Needs, SkipATestThatLacksWhatIsNotRequired) {
    ::testing::TestPartResultArray results;
    {
        const Required required{"browser"};
        const ::testing::ScopedFakeTestPartResultReporter reporter{
            ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results};
        test_without_slurm();
    }
    ASSERT_EQ(results.size(), 1);
    EXPECT_TRUE(results.GetTestPartResult(0).skipped());
}

}  // namespace
}  // namespace mlaasim::testing
