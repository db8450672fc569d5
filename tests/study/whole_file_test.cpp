// Errors of files that can't be written: they name the file that was asked for, and say what to do.
#include "study/whole_file.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "support/program.hpp"

namespace mlaasim::study {
namespace {

std::string message_of(const std::filesystem::path& file) {
    try {
        write_whole_file(file, "text");
    } catch (const sim::InputError& error) {
        return error.what();
    }
    return "";
}

TEST(WholeFile, ErrorsNameTheFileThatWasAskedFor) {
    const mlaasim::testing::TemporaryFolder folder;
    const std::filesystem::path lost = folder / "none/x.html";
    EXPECT_EQ(message_of(lost), lost.string() +
                                    ": cannot write the file: its folder does not exist (expected a file in a folder "
                                    "that exists). Hint: make the folder: mkdir -p " +
                                    lost.parent_path().string());
    std::filesystem::create_directory(folder / "taken");
    EXPECT_EQ(message_of(folder / "taken"), (folder / "taken").string() +
                                                ": cannot write the file: this is a folder (expected the name of a "
                                                "file). Hint: name a file in the folder");
    EXPECT_EQ(message_of(folder / "x"), "");
    const std::string below_a_file = message_of(folder / "x/y");
    EXPECT_TRUE(below_a_file.starts_with((folder / "x/y").string() + ": cannot write the file: ")) << below_a_file;
}

}  // namespace
}  // namespace mlaasim::study
