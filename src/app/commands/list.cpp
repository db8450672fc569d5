// The subcommands, each in the file of its name.
#include "app/commands/subcommand.hpp"

namespace mlaasim::app {

Subcommand run_subcommand();
Subcommand check_subcommand();
Subcommand describe_subcommand();
Subcommand plan_subcommand();
Subcommand sweep_subcommand();
Subcommand collect_subcommand();
Subcommand submit_subcommand();
Subcommand status_subcommand();
Subcommand compare_subcommand();
Subcommand calibrate_subcommand();
Subcommand diff_subcommand();
Subcommand show_subcommand();
Subcommand explain_subcommand();
Subcommand report_subcommand();
Subcommand watch_subcommand();
Subcommand schema_subcommand();
Subcommand kinds_subcommand();
Subcommand trace_subcommand();
Subcommand data_subcommand();
Subcommand model_subcommand();
Subcommand completion_subcommand();
Subcommand manual_subcommand();

std::vector<Subcommand> subcommands() {
    // clang-format off
    return {
        run_subcommand(),
        check_subcommand(),
        describe_subcommand(),
        plan_subcommand(),
        sweep_subcommand(),
        collect_subcommand(),
        submit_subcommand(),
        status_subcommand(),
        compare_subcommand(),
        calibrate_subcommand(),
        diff_subcommand(),
        show_subcommand(),
        explain_subcommand(),
        report_subcommand(),
        watch_subcommand(),
        schema_subcommand(),
        kinds_subcommand(),
        trace_subcommand(),
        data_subcommand(),
        model_subcommand(),
        completion_subcommand(),
        manual_subcommand(),
    };
    // clang-format on
}

}  // namespace mlaasim::app
