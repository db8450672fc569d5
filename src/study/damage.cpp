#include "study/damage.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "sim/storage/trace_file.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

/// What every HDF5 file begins with ("HDF5 File Format Specification", II.A).
constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";

bool is_hdf5(const fs::path& file) {
    std::array<char, signature.size()> beginning{};
    std::ifstream stream{file, std::ios::binary};
    return stream.read(beginning.data(), beginning.size()) &&
           std::string_view{beginning.data(), beginning.size()} == signature;
}

/// What `sim::verify` finds; nothing when the trace is whole.
std::optional<std::string> damage_of(const fs::path& file) {
    try {
        sim::verify(file);
        return std::nullopt;
    } catch (const sim::InputError& error) {
        constexpr std::string_view prefix = "damaged: ";
        const std::string& what = error.problems().front().what;
        return what.starts_with(prefix) ? what.substr(prefix.size()) : what;
    }
}

/// False also when the trace says nothing that can be read.
bool has_unknown_schema(const sim::InputError& error) {
    return error.problems().front().what.starts_with("the trace has schema version");
}

std::string whole_copy(const fs::path& file) {
    const fs::path next = file.string() + ".next";
    std::error_code ignored;
    if (!fs::exists(next, ignored) || damage_of(next)) {
        return "use an undamaged copy, or play the run again";
    }
    const std::optional<sim::Checkpoint> checkpoint = sim::read_checkpoint(next);
    return fmt::format("{} beside it is whole, up to round {}", next.filename().string(),
                       checkpoint ? checkpoint->round.value() : 0);
}

}  // namespace

void throw_as_damage(const fs::path& file, const sim::InputError& error) {
    if (!is_hdf5(file) || has_unknown_schema(error)) {
        throw error;
    }
    const std::optional<std::string> damage = damage_of(file);
    if (!damage) {
        throw error;
    }
    throw sim::InputError({.file = file.string(),
                           .what = fmt::format("the trace is damaged ({})", *damage),
                           .hint = fmt::format("mlaasim trace verify {}; {}", file.string(), whole_copy(file))});
}

}  // namespace mlaasim::study
