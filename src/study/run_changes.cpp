#include "study/run_changes.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "sim/scenario_text/parse.hpp"
#include "study/differing_options.hpp"
#include "study/option_values.hpp"
#include "study/recorded_run.hpp"
#include "study/study_folder.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

constexpr const char* resolved_at_start = "data.source";

std::string value_text(const std::optional<std::string>& value) { return value ? sim::shown(*value) : "not there"; }

void expect_no_difference(const fs::path& trace, const OptionValues& then, const OptionValues& now) {
    const std::vector<DifferingOption> differing = differing_options(std::array{&then, &now});
    if (differing.empty()) {
        return;
    }
    const DifferingOption& first = differing.front();
    const std::string others = differing.size() == 1 ? "" : fmt::format(", and {} more differ", differing.size() - 1);
    throw sim::InputError(
        {.file = trace.string(),
         .what = fmt::format("the folder holds a run of another scenario: {} was {}, and is {}{}", first.path,
                             value_text(first.values[0]), value_text(first.values[1]), others),
         .expected = "the same scenario",
         .hint = "undo the change, or choose another folder with --output"});
}

}  // namespace

void expect_same_run(const fs::path& folder, const std::string& scenario_yaml) {
    if (is_study_folder(folder)) {
        throw sim::InputError({.file = folder.string(),
                               .what = "the folder holds a study, and this is a scenario",
                               .expected = "an empty folder, or one of the same run",
                               .hint = "choose another folder with --output"});
    }
    const fs::path trace = folder / "trace.h5";
    std::error_code ignored;
    if (!fs::exists(trace, ignored)) {
        return;
    }
    OptionValues then = read_run(trace).options;
    OptionValues now = option_values(sim::parse_options({scenario_yaml, "the scenario"}));
    then.erase(resolved_at_start);
    now.erase(resolved_at_start);
    expect_no_difference(trace, then, now);
}

}  // namespace mlaasim::study
