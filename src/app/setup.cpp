#include "app/setup.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <sstream>

#include "app/process.hpp"
#include "app/version.hpp"
#include "fl/engine.hpp"
#include "fl/local_training.hpp"
#include "sim/error.hpp"
#include "sim/sha256.hpp"
#include "sim/trace_hdf5.hpp"

namespace mlaasim::app {
namespace {

/// Gives the findings of a lower layer the scenario file's name, when they have no place yet.
template <class Step>
void in_file(const std::string& file, Step step) {
    try {
        step();
    } catch (const sim::InputError& error) {
        std::vector<sim::Problem> problems = error.problems();
        for (sim::Problem& problem : problems) {
            if (problem.file.empty()) {
                problem.file = file;
            }
        }
        throw sim::InputError(std::move(problems));
    }
}

/// What LibTorch's kernels and the fused ones run on; the bits of a run hold on these.
std::string instruction_sets() {
    return fl::torch_instruction_set() + ", fused kernels " + fl::fused_instruction_set();
}

void check_same_machine_kind(const sim::Communicator& communicator) {
    const std::string mine = fl::torch_version() + " on " + instruction_sets() + ", mlaasim " + program_version();
    std::string roots = mine;
    communicator.broadcast(roots);
    agree(communicator, [&] {
        if (mine != roots) {
            throw sim::InputError(
                {.what = process_name() + " runs " + mine + ", but rank 0 runs " + roots,
                 .expected = "the same libraries and instruction set on every rank, or results would differ",
                 .hint = "run on nodes of one kind, or set ATEN_CPU_CAPABILITY to what all of them have"});
        }
    });
}

}  // namespace

void print_error(const std::string& message) {
    std::istringstream lines{message};
    for (std::string line; std::getline(lines, line);) {
        fmt::print(stderr, "mlaasim: error: {}\n", line);
    }
    std::fflush(stderr);
}

void agree(const sim::Communicator& communicator, const std::function<void()>& step) {
    std::string message;
    try {
        step();
    } catch (const sim::InputError& error) {
        message = error.what();
    }
    // The largest of -rank over the failed ranks names the lowest of them.
    const std::int64_t none = -static_cast<std::int64_t>(communicator.size());
    const std::int64_t failed =
        communicator.maximum(message.empty() ? none : -static_cast<std::int64_t>(communicator.rank()));
    if (failed == none) {
        return;
    }
    if (-failed == communicator.rank()) {
        print_error(message);
    }
    communicator.barrier();
    throw SetupFailed{static_cast<int>(sim::ExitCode::input)};
}

Setup set_up(const RunRequest& request, const sim::Communicator& communicator) {
    std::string text;
    agree(communicator, [&] {
        if (communicator.is_root()) {
            text = read_scenario_text(request.scenario_file);
        }
    });
    communicator.broadcast(text);
    Setup setup;
    agree(communicator, [&] {
        setup.scenario = read_scenario(sim::OptionsDocument{text, request.scenario_file, request.overrides});
    });
    check_same_machine_kind(communicator);

    // One rank per node decodes the data into the node's cache; the others find it there.
    sim::ResolvedData resolved;
    std::unique_ptr<sim::MappedDataset> data;
    agree(communicator, [&] {
        resolved = sim::resolve_data(setup.scenario.data, request.data_folder);
        if (communicator.is_first_on_node()) {
            data = sim::open_data(resolved);
        }
    });
    agree(communicator, [&] {
        if (data == nullptr) {
            data = sim::open_data(resolved);
        }
        in_file(request.scenario_file, [&] { setup.world = std::make_unique<World>(setup.scenario, std::move(data)); });
    });

    setup.header = {.program_version = program_version(),
                    .git_commit = git_commit(),
                    .scenario_yaml = to_yaml(setup.scenario),
                    .seed = setup.scenario.random_seed().value,
                    .instruction_set = instruction_sets(),
                    .library_versions = library_versions()};
    sim::Sha256 digest;
    digest.update(setup.header.scenario_yaml);
    digest.update(resolved.cache_file.filename().string());
    setup.header.scenario_digest = digest.hex();
    return setup;
}

std::string library_versions() {
    return fmt::format("{}; {}; {}", fl::torch_version(), sim::hdf5_version(), sim::MpiScope::library_version());
}

std::string version_text() {
    return fmt::format("mlaasim {} (commit {})\n{} on {}\n{}\n{}\n", program_version(), git_commit(),
                       fl::torch_version(), instruction_sets(), sim::hdf5_version(), sim::MpiScope::library_version());
}

}  // namespace mlaasim::app
