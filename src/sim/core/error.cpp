#include "sim/core/error.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sim/core/printable.hpp"

namespace mlaasim::sim {
namespace {

std::string join(const std::vector<Problem>& problems) {
    std::string text;
    for (const Problem& problem : problems) {
        text += (text.empty() ? "" : "\n") + problem.message();
    }
    return text;
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn a into b (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before_last = std::exchange(last, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = a[i - 1] == b[j - 1];
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
    }
    return row.back();
}

}  // namespace

std::string Problem::message() const {
    std::string text;
    if (!file.empty()) {
        text += file + (line > 0 ? ":" + std::to_string(line) : "") + ": ";
    }
    text += what;
    if (!expected.empty()) {
        text += " (expected " + expected + ")";
    }
    if (!hint.empty()) {
        text += ". Hint: " + hint;
    }
    return escaped(text);
}

InputError::InputError(Problem problem) : InputError(std::vector<Problem>{std::move(problem)}) {}

InputError::InputError(std::vector<Problem> problems)
    : std::runtime_error(join(problems)), problems_(std::move(problems)) {}

ContractViolation::ContractViolation(std::string_view condition, std::string_view why, std::source_location where)
    : std::logic_error(std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": " +
                       where.function_name() + ": broken " + std::string(condition) + ": " + std::string(why)) {}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
    std::string best;
    // A third of the word may be wrong, but of two letters at most one.
    std::size_t best_distance = word.size() < 4 ? 1 : std::max<std::size_t>(2, word.size() / 3);
    for (const std::string& candidate : known) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance || (distance == best_distance && best.empty())) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace mlaasim::sim
