#include "sim/trace/docs.hpp"

#include <gtest/gtest.h>

#include "sim/trace_samples.hpp"

namespace mlaasim::sim {
namespace {

TEST(TraceDocs, TheReferenceInTheRepositoryIsTheGeneratedOne) {
    EXPECT_EQ(testing::content(std::filesystem::path{MLAASIM_SOURCE_DIR} / "docs" / "trace.md"), trace_markdown())
        << "run: mlaasim trace schema > docs/trace.md";
}

}  // namespace
}  // namespace mlaasim::sim
