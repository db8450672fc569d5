#include "study/recorded_run.hpp"

#include "sim/scenario_text/parse.hpp"
#include "sim/storage/stored_values.hpp"
#include "sim/storage/trace_file.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

void flatten(const sim::OptionsNode& node, const std::string& path, OptionValues& flat) {
    if (node.children.empty()) {
        flat[path] = node.kind == sim::OptionsNode::Kind::scalar ? node.text : "[]";
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const std::string key = node.keys.empty() ? std::to_string(i) : node.keys[i];
        flatten(node.children[i], path.empty() ? key : path + "." + key, flat);
    }
}

}  // namespace

RecordedRun read_run(const fs::path& file) {
    RecordedRun run{.file = file, .header = sim::read_header(file), .options = {}};
    flatten(sim::parse_options({.text = run.header.scenario_yaml, .file = file.string()}), "", run.options);
    const std::vector<double> rounds = sim::read_values(file, "rounds").numbers("round");
    run.last_round = rounds.empty() ? 0 : static_cast<std::uint32_t>(rounds.back());
    return run;
}

}  // namespace mlaasim::study
