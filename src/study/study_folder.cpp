#include "study/study_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "sim/core/error.hpp"
#include "sim/storage/stored_values.hpp"
#include "study/damage.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

std::int64_t last_round(const fs::path& trace) {
    const std::vector<double> rounds =
        reading(trace, [&] { return sim::read_values(trace, "rounds").numbers("round"); });
    return rounds.empty() ? 0 : static_cast<std::int64_t>(rounds.back());
}

std::string first_line(const fs::path& file) {
    std::ifstream text{file};
    std::string line;
    std::getline(text, line);
    return line;
}

}  // namespace

bool is_played(const fs::path& folder) {
    const int descriptor = ::open((folder / ".lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0) {
        return false;
    }
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0;
    ::close(descriptor);
    return held;
}

fs::path folder_of(const fs::path& study, const StoredPoint& point) { return study / "points" / point.name; }
fs::path trace_of(const fs::path& study, const StoredPoint& point) { return folder_of(study, point) / "trace.h5"; }
fs::path log_of(const fs::path& study, const StoredPoint& point) { return folder_of(study, point) / "log.txt"; }
fs::path failure_of(const fs::path& study, const StoredPoint& point) { return folder_of(study, point) / "failed.txt"; }

std::string_view word_of(PointState state) {
    switch (state) {
        case PointState::missing: return "missing";
        case PointState::running: return "running";
        case PointState::interrupted: return "interrupted";
        case PointState::complete: return "complete";
        case PointState::failed: break;
    }
    return "failed";
}

PointStatus status_of_run(const fs::path& folder, std::int64_t rounds) {
    PointStatus status;
    const fs::path trace = folder / "trace.h5";
    const fs::path failure = folder / "failed.txt";
    std::error_code ignored;
    if (fs::exists(trace, ignored)) {
        status.state = PointState::interrupted;
        try {
            status.round = last_round(trace);
        } catch (const sim::InputError& error) {
            return {.state = PointState::failed, .failure = error.what()};
        }
        if (status.round >= rounds) {
            status.state = PointState::complete;
            return status;
        }
    }
    if (is_played(folder)) {
        status.state = PointState::running;
    } else if (fs::exists(failure, ignored)) {
        status.state = PointState::failed;
        status.failure = first_line(failure);
    }
    return status;
}

PointStatus status_of(const fs::path& study, const StoredPoint& point) {
    return status_of_run(folder_of(study, point), point.rounds);
}

std::vector<std::string> last_lines(const fs::path& file, std::size_t count) {
    constexpr std::streamoff most_bytes = 16 * 1024;
    std::ifstream stream{file, std::ios::binary | std::ios::ate};
    if (!stream) {
        return {};
    }
    const std::streamoff size = stream.tellg();
    stream.seekg(std::max<std::streamoff>(0, size - most_bytes));
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(std::min(count, lines.size())));
    return lines;
}

}  // namespace mlaasim::study
