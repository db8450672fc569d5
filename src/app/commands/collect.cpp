// `mlaasim collect`: the results of a study, as far as it is played.
#include "app/commands/subcommand.hpp"
#include "app/sweep_end.hpp"
#include "sim/core/error.hpp"
#include "study/results.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim collect DIR";

int collect_of(const Arguments& arguments) {
    if (arguments.size() != 1 || arguments.front().starts_with("-")) {
        throw sim::InputError({.what = "collect takes one folder",
                               .expected = usage,
                               .hint = "that is the folder into which mlaasim sweep plays a study"});
    }
    const std::filesystem::path folder{arguments.front()};
    const study::StoredStudy study = study::read_study(folder);
    const study::Results results = study::write_results(folder, study);
    print_results(folder, study, results);
    print_failures(folder, results.points);
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand collect_subcommand() {
    return {
        .word = "collect",
        .usage = usage,
        .about = "At any time, also while points run. Failed points are listed with the last lines of their logs.\n",
        .forms = {{.operands = {Operand::study_folder},
                   .purpose = "write the results of a study, as far as it is played"}},
        .carry_out = OnRankZero{collect_of}};
}

}  // namespace mlaasim::app
