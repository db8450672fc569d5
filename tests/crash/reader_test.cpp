// A trace that is read while its run goes on: neither side notices the other.
#include <gtest/gtest.h>
#include <hdf5.h>

#include "crash/crash_scenario.hpp"

namespace mlaasim::testing {
namespace {

/// trace.h5 as any HDF5 program opens it.
class Reader {
public:
    explicit Reader(const std::filesystem::path& folder)
        : file_{H5Fopen((folder / "trace.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT)} {}
    ~Reader() {
        if (opened()) {
            H5Fclose(file_);
        }
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    [[nodiscard]] bool opened() const { return file_ >= 0; }
    /// Rounds that the trace holds; -1 when it can't be read.
    [[nodiscard]] hssize_t rounds() const {
        const hid_t table = H5Dopen2(file_, "rounds", H5P_DEFAULT);
        const hid_t type = H5Dget_type(table);
        const hid_t space = H5Dget_space(table);
        const hssize_t rows = H5Sget_simple_extent_npoints(space);
        std::vector<char> values(static_cast<std::size_t>(std::max<hssize_t>(rows, 0)) * H5Tget_size(type));
        const bool read = H5Dread(table, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0;
        H5Sclose(space);
        H5Tclose(type);
        H5Dclose(table);
        return read ? rows : -1;
    }

private:
    hid_t file_;
};

TEST(Reader, HoldsTheTraceOpenToTheEnd) {
    const TemporaryFolder folder;
    Program program{crash_run(folder.path(), Ranks{2})};
    ASSERT_TRUE(program.prints(third_round)) << program.wait();
    const Reader reader{folder.path()};
    ASSERT_TRUE(reader.opened());
    const hssize_t rounds = reader.rounds();
    EXPECT_GE(rounds, 0);
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(reader.rounds(), rounds);
    EXPECT_EQ(digests(folder.path()), undisturbed());
}

TEST(Reader, OpensTheTraceAgainAndAgain) {
    const TemporaryFolder folder;
    Program program{crash_run(folder.path(), Ranks{2})};
    ASSERT_TRUE(program.prints(third_round)) << program.wait();
    int openings = 0;
    hssize_t before = 0;
    while (program.running()) {
        const Reader reader{folder.path()};
        ASSERT_TRUE(reader.opened());
        std::this_thread::sleep_for(std::chrono::milliseconds{openings % 20});
        const hssize_t rounds = reader.rounds();
        ASSERT_GE(rounds, before);
        before = rounds;
        ++openings;
    }
    EXPECT_GE(openings, 3);
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(digests(folder.path()), undisturbed());
}

}  // namespace
}  // namespace mlaasim::testing
