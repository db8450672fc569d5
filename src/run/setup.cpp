#include "run/setup.hpp"

#include <fmt/core.h>

#include <cstdlib>

#include "fl/engine.hpp"
#include "run/memory_needs.hpp"
#include "run/model_description.hpp"
#include "run/notices.hpp"
#include "run/scenario_checks.hpp"
#include "run/scenario_warnings.hpp"
#include "run/version.hpp"
#include "run/versions.hpp"
#include "sim/core/error.hpp"
#include "sim/core/sha256.hpp"

namespace mlaasim::run {

void apply_instruction_set() {
    if (const char* const set = std::getenv("MLAASIM_INSTRUCTION_SET"); set != nullptr && *set != '\0') {
        fl::choose_instruction_set(set);
    }
}

Setup set_up(const RunRequest& request, const sim::Communicator& communicator) {
    communicator.begin("reading of the scenario");
    std::string text;
    agree(communicator, [&] {
        apply_instruction_set();
        if (communicator.is_root()) {
            text = read_scenario_text(request.scenario_file);
        }
    });
    communicator.broadcast(text);
    // Where the data lies is rank 0's to say: environments may differ.
    std::string scenario_folder = request.places.scenario_folder.string();
    std::string data_folder = request.places.data_folder.string();
    communicator.broadcast(scenario_folder);
    communicator.broadcast(data_folder);
    Setup setup;
    std::unique_ptr<sim::OptionsDocument> document;
    agree(communicator, [&] {
        document = std::make_unique<sim::OptionsDocument>(text, request.scenario_file, request.overrides);
        setup.scenario = read_scenario(*document, {scenario_folder, data_folder});
    });
    if (communicator.is_root()) {
        print_warnings(scenario_warnings(setup.scenario, *document));
    }
    expect_same(communicator, library_versions() + " on " + processor(), "runs",
                "the same libraries, instruction set and maker of processor on every rank, or results would differ",
                "run on nodes of one kind; where only instruction sets differ, set ATEN_CPU_CAPABILITY and "
                "MLAASIM_INSTRUCTION_SET to what all of them have");

    // One rank per node decodes the data into the node's cache; the others find it there.
    communicator.begin("opening of the data");
    sim::ResolvedData resolved;
    std::unique_ptr<sim::MappedDataset> data;
    agree(communicator, [&] {
        resolved = sim::resolve_data(setup.scenario.data, data_folder);
        check_memory(setup.scenario, resolved.source, *document);
        if (communicator.is_first_on_node()) {
            data = sim::open_data(resolved, print_note, static_cast<unsigned>(communicator.ranks_on_node()));
        }
    });
    agree(communicator, [&] {
        if (data == nullptr) {
            data = sim::map_checked_data(resolved);
        }
    });
    setup.scenario.data.source = resolved.source;
    setup.header.data = std::string{resolved.source.word()} + " SHA-256 " + data->content();
    // Nodes may hold other files under the same name, or generate other digits with other mathematics libraries.
    expect_same(communicator, setup.header.data, "has the data", "the same data on every rank",
                "give every node the same files; a data cache can be deleted and is made again");
    communicator.begin("making of services and clients");
    agree(communicator, [&] {
        try {
            setup.world = std::make_unique<World>(setup.scenario, std::move(data));
        } catch (const sim::InputError& error) {
            throw located(error, *document);
        }
    });

    setup.header.model = sim::to_json(description_of(setup.world->model(), setup.world->data()));
    setup.header.program_version = program_version();
    setup.header.git_commit = git_commit();
    setup.header.scenario_yaml = to_yaml(setup.scenario);
    setup.header.seed = setup.scenario.random_seed().value;
    setup.header.instruction_set = instruction_sets();
    setup.header.library_versions = library_versions();
    sim::Sha256 digest;
    digest.update(setup.header.scenario_yaml);
    digest.update(setup.header.data);
    setup.header.scenario_digest = digest.hex();
    return setup;
}

}  // namespace mlaasim::run
