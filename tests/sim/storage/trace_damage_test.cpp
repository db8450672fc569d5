// A damaged trace is refused, whatever was damaged, and a run that is resumed ends with the right bits or not at all.
#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/resource.h>

#include <algorithm>
#include <random>

#include "sim/core/error.hpp"
#include "sim/storage/trace_file.hpp"
#include "sim/trace_samples.hpp"

namespace mlaasim::sim {
namespace {

using namespace testing;

constexpr std::uint32_t rounds = 6;

#if H5_VERSION_GE(1, 12, 0)
using ObjectInfo = H5O_info1_t;
#else
using ObjectInfo = H5O_info_t;
#endif

/// All that a program that knows nothing of traces reads of a file: names, types, shapes, values and attributes, in
/// HDF5's own words. It lists the file as h5py does, by H5Ovisit. Empty when something can't be read.
class Dump {
public:
    static std::string of(const std::filesystem::path& path) {
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
        const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
        if (file < 0) {
            return "";
        }
        Dump dump;
        dump.attributes(file);
        const auto take = [](hid_t root, const char* name, const ObjectInfo*, void* self) -> herr_t {
            return static_cast<Dump*>(self)->object(root, name) ? 0 : -1;
        };
        dump.whole_ = H5Ovisit1(file, H5_INDEX_NAME, H5_ITER_INC, take, &dump) >= 0 && dump.whole_;
        dump.whole_ = H5Fclose(file) >= 0 && dump.whole_;
        return dump.whole_ ? dump.text_ : "";
    }

private:
    bool object(hid_t root, const char* name) {
        const hid_t id = H5Oopen(root, name, H5P_DEFAULT);
        if (id < 0) {
            return false;
        }
        text_ += name;
        attributes(id);
        if (H5Iget_type(id) == H5I_DATASET) {
            const hid_t type = H5Dget_type(id);
            const hid_t space = H5Dget_space(id);
            const std::size_t bytes = described(type, space);
            std::string values(bytes, '\0');
            whole_ = whole_ && bytes <= H5Dget_storage_size(id) &&
                     (bytes == 0 || H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
            text_ += values;
            H5Sclose(space);
            H5Tclose(type);
        }
        return H5Oclose(id) >= 0 && whole_;
    }

    /// Adds type and shape; returns how many bytes the values have.
    std::size_t described(hid_t type, hid_t space) {
        std::size_t size = 0;
        whole_ = whole_ && H5Tencode(type, nullptr, &size) >= 0;
        std::string encoded(size, '\0');
        whole_ = whole_ && H5Tencode(type, encoded.data(), &size) >= 0;
        text_ += encoded;
        std::array<hsize_t, H5S_MAX_RANK> shape{};
        const int rank = H5Sget_simple_extent_dims(space, shape.data(), nullptr);
        std::size_t bytes = H5Tget_size(type);
        for (int d = 0; d < rank; ++d) {
            text_ += "," + std::to_string(shape.at(static_cast<std::size_t>(d)));
            if (__builtin_mul_overflow(bytes, shape.at(static_cast<std::size_t>(d)), &bytes)) {
                whole_ = false;
            }
        }
        whole_ = whole_ && rank >= 0;
        return bytes;
    }

    void attributes(hid_t object) {
        const auto take = [](hid_t owner, const char* name, const H5A_info_t*, void* self) -> herr_t {
            static_cast<Dump*>(self)->attribute(owner, name);
            return 0;
        };
        hsize_t next = 0;
        whole_ = H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &next, take, this) >= 0 && whole_;
    }

    void attribute(hid_t owner, const char* name) {
        const hid_t id = H5Aopen(owner, name, H5P_DEFAULT);
        const hid_t type = H5Aget_type(id);
        const hid_t space = H5Aget_space(id);
        text_ += name;
        const std::size_t bytes = described(type, space);
        std::string values(std::min<std::size_t>(bytes, 1U << 20U), '\0');
        whole_ = whole_ && bytes == values.size() && H5Aread(id, type, values.data()) >= 0;
        if (whole_ && H5Tis_variable_str(type) > 0) {
            const char* text = nullptr;
            std::copy_n(values.data(), sizeof text, reinterpret_cast<char*>(&text));
            text_ += text == nullptr ? "" : text;
        } else {
            text_ += values;
        }
        H5Sclose(space);
        H5Tclose(type);
        H5Aclose(id);
    }

    std::string text_{};
    bool whole_ = true;
};

enum Finding : int { unseen = 10, refused = 11, missed = 12, same_end = 13, other_end = 14 };

/// Runs `work` in a child that can neither take the machine's memory nor run for ever.
int guarded(const std::function<int()>& work) {
    return wait_for(start_child([&] {
        const rlimit memory{std::uintmax_t{4} << 30U, std::uintmax_t{4} << 30U};
        const rlimit seconds{20, 20};
        ::setrlimit(RLIMIT_AS, &memory);
        ::setrlimit(RLIMIT_CPU, &seconds);
        return work();
    }));
}

bool is_refused(const std::filesystem::path& trace) {
    try {
        verify(trace);
    } catch (const InputError&) {
        return true;
    }
    return false;
}

/// Writes `bytes` with one bit turned over.
void write_flipped(const std::filesystem::path& file, std::string bytes, std::uint64_t bit) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
}

class TraceDamage : public ::testing::Test {
protected:
    void SetUp() override {
        TraceFile trace = TraceFile::create(folder_.path(), sample_header());
        play(trace, 0, rounds);
        whole_ = content(folder_.trace());
    }

    TraceFolder folder_;
    std::string whole_;
};

TEST_F(TraceDamage, EveryBitThatAReaderSeesTurnedOverIsRefused) {
    const std::string expected = Dump::of(folder_.trace());
    ASSERT_FALSE(expected.empty());
    std::mt19937_64 random{20'261'124};
    const TraceFolder other;
    int seen = 0;
    while (seen < 1000) {
        const std::uint64_t bit = random() % (8 * whole_.size());
        write_flipped(other.trace(), whole_, bit);
        const int dumped = guarded([&] { return Dump::of(other.trace()) == expected ? unseen : refused; });
        if (exited_with(dumped, unseen)) {
            continue;
        }
        ++seen;
        const int verified = guarded([&] { return is_refused(other.trace()) ? refused : missed; });
        ASSERT_TRUE(exited_with(verified, refused))
            << "bit " << bit % 8 << " of byte " << bit / 8 << ": status " << verified;
    }
}

/// The heap of texts has no checksum, and HDF5 1.10 crashes when a size in it is wrong.
TEST_F(TraceDamage, NoBitOfTheHeapOfTextsEndsTheProgram) {
    const std::size_t heap = whole_.find("GCOL");
    ASSERT_NE(heap, std::string::npos);
    const std::size_t text = whole_.find(sample_header().git_commit, heap);
    ASSERT_NE(text, std::string::npos);
    const TraceFolder other;
    const auto status_of = [&](std::size_t byte, unsigned bit) {
        write_flipped(other.trace(), whole_, 8 * byte + bit);
        return guarded([&] { return is_refused(other.trace()) ? refused : missed; });
    };
    for (unsigned bit = 0; bit < 8; ++bit) {
        // The signature and the heap's size; number and size of an object: what comes between them is not read.
        for (std::size_t byte = heap; byte < heap + 16; ++byte) {
            const int status = status_of(byte, bit);
            EXPECT_TRUE(exited_with(status, refused) ||
                        (exited_with(status, missed) && byte < heap + 8 && byte > heap + 4))
                << "bit " << bit << " of byte " << byte - heap << " of the heap: status " << status;
        }
        for (const std::size_t back : {16U, 15U, 8U, 7U, 6U, 5U, 4U, 3U, 2U, 1U}) {
            const int status = status_of(text - back, bit);
            EXPECT_TRUE(exited_with(status, refused))
                << "bit " << bit << ", " << back << " bytes before the text: " << status;
        }
    }
}

TEST_F(TraceDamage, NoResumeEndsWithOtherBits) {
    const Digests expected = undisturbed(rounds + 3);
    std::mt19937_64 random{7};
    int resumed = 0;
    for (int flips = 0; flips < 200; ++flips) {
        const TraceFolder other;
        const std::uint64_t bit = random() % (8 * whole_.size());
        write_flipped(other.trace(), whole_, bit);
        const int status = guarded([&]() -> int {
            try {
                resume_and_play(other.path(), rounds + 3);
            } catch (const InputError&) {
                return refused;
            }
            return !is_refused(other.trace()) && digests(other.trace()) == expected ? same_end : other_end;
        });
        ASSERT_TRUE(exited_with(status, refused) || exited_with(status, same_end))
            << "bit " << bit % 8 << " of byte " << bit / 8 << ": status " << status;
        resumed += exited_with(status, same_end) ? 1 : 0;
    }
    // Here and there a file has room for more: a bit does no harm there.
    EXPECT_GT(resumed, 0);
}

TEST_F(TraceDamage, BytesAfterTheEndAndMissingBytesAreRefused) {
    std::ofstream{folder_.trace(), std::ios::binary | std::ios::app} << "more";
    EXPECT_TRUE(is_refused(folder_.trace()));
    std::ofstream{folder_.trace(), std::ios::binary | std::ios::trunc} << whole_.substr(0, whole_.size() - 1);
    EXPECT_TRUE(is_refused(folder_.trace()));
}

/// The message that refuses to resume the trace in the folder.
std::string refusal(const std::filesystem::path& folder) {
    try {
        static_cast<void>(TraceFile::resume(folder));
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST_F(TraceDamage, TheCommitBeforeIsOfferedWhenItIsWhole) {
    const std::size_t value = whole_.find(sample_header().git_commit);
    ASSERT_NE(value, std::string::npos);
    write_flipped(folder_.trace(), whole_, 8 * value);
    const std::string offered = refusal(folder_.path());
    EXPECT_NE(offered.find(folder_.trace().string()), std::string::npos) << offered;
    EXPECT_NE(offered.find("trace.h5.next (up to round 5)"), std::string::npos) << offered;

    std::filesystem::rename(folder_.path() / "trace.h5.next", folder_.trace());
    resume_and_play(folder_.path(), rounds);
    EXPECT_EQ(digests(folder_.trace()), undisturbed(rounds));

    write_flipped(folder_.trace(), whole_, 8 * value);
    std::ofstream{folder_.path() / "trace.h5.next"} << "litter";
    const std::string neither = refusal(folder_.path());
    EXPECT_NE(neither.find("can't be used either"), std::string::npos) << neither;
}

}  // namespace
}  // namespace mlaasim::sim
