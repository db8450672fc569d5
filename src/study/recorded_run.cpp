#include "study/recorded_run.hpp"

#include <algorithm>

#include "sim/scenario_text/parse.hpp"
#include "sim/storage/stored_values.hpp"
#include "sim/storage/trace_file.hpp"
#include "study/damage.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

/// "[2, 7, 11]"
std::string list_of(const std::vector<sim::OptionsNode>& values) {
    std::string text;
    for (const sim::OptionsNode& value : values) {
        text += (text.empty() ? "" : ", ") + value.text;
    }
    return "[" + text + "]";
}

void flatten(const sim::OptionsNode& node, const std::string& path, OptionValues& flat) {
    using Kind = sim::OptionsNode::Kind;
    const auto is_plain = [](const sim::OptionsNode& value) { return value.kind == Kind::scalar; };
    if (node.children.empty() || (node.kind == Kind::sequence && std::ranges::all_of(node.children, is_plain))) {
        flat[path] = is_plain(node) ? node.text : list_of(node.children);
        return;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const std::string key = node.keys.empty() ? std::to_string(i) : node.keys[i];
        flatten(node.children[i], path.empty() ? key : path + "." + key, flat);
    }
}

RecordedRun read_trace(const fs::path& file) {
    RecordedRun run{.file = file, .header = sim::read_header(file), .options = {}};
    flatten(sim::parse_options({.text = run.header.scenario_yaml, .file = file.string()}), "", run.options);
    const std::vector<double> rounds = sim::read_values(file, "rounds").numbers("round");
    run.last_round = rounds.empty() ? 0 : static_cast<std::uint32_t>(rounds.back());
    return run;
}

}  // namespace

RecordedRun read_run(const fs::path& file) {
    return reading(file, [&] { return read_trace(file); });
}

}  // namespace mlaasim::study
