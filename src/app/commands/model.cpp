// `mlaasim model export`: a trained model out of a trace, for PyTorch and others.
#include <fmt/core.h>

#include <boost/program_options.hpp>
#include <filesystem>
#include <optional>
#include <utility>

#include "app/commands/path_arguments.hpp"
#include "app/commands/subcommand.hpp"
#include "sim/core/counted.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "study/model_export.hpp"
#include "study/report/run_trace.hpp"
#include "study/whole_file.hpp"

namespace mlaasim::app {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using study::ModelFormat;

constexpr const char* usage = "mlaasim model export TRACE|DIR [--format npz|safetensors] [--service S] [--output FILE]";

po::options_description model_options() {
    po::options_description options;
    options.add_options()("format", po::value<std::string>()->value_name("FORMAT"),
                          "npz or safetensors; default: as the ending of the output file says, else npz")(
        "service", po::value<std::uint32_t>()->value_name("S"),
        "a service's own model, where the members of the composition vote")(
        "output,o", po::value<std::string>()->value_name("FILE"), "default: model.npz beside the trace");
    return options;
}

constexpr std::pair<std::string_view, ModelFormat> formats[] = {{"npz", ModelFormat::npz},
                                                                {"safetensors", ModelFormat::safetensors}};

std::optional<ModelFormat> format_named(std::string_view word) {
    for (const auto& [name, format] : formats) {
        if (name == word) {
            return format;
        }
    }
    return std::nullopt;
}

ModelFormat format_of(const PathArguments& given) {
    if (const auto word = given.value<std::string>("format")) {
        const std::optional<ModelFormat> format = format_named(*word);
        if (!format) {
            throw sim::InputError(sim::Problem{.what = "--format is " + *word, .expected = "npz or safetensors"});
        }
        return *format;
    }
    if (const auto output = given.value<std::string>("output")) {
        const std::string ending = fs::path{*output}.extension().string();
        const std::optional<ModelFormat> format = format_named(ending.empty() ? ending : ending.substr(1));
        if (!format) {
            throw sim::InputError({.what = "--output is " + *output + ", and its ending says no format",
                                   .expected = "a name that ends with .npz or .safetensors",
                                   .hint = "or say which with --format"});
        }
        return *format;
    }
    return ModelFormat::npz;
}

int export_model(const Arguments& arguments) {
    const PathArguments given{arguments, model_options(), usage};
    const ModelFormat format = format_of(given);
    const fs::path trace = study::trace_in(given.path());
    const auto number = given.value<std::uint32_t>("service");
    const study::StoredModel model =
        study::read_model(trace, number ? std::optional{sim::ServiceId{*number}} : std::nullopt);
    const std::string name = number ? fmt::format("model-of-service-{}", *number) : "model";
    const fs::path beside = trace.parent_path() / (name + (format == ModelFormat::npz ? ".npz" : ".safetensors"));
    const fs::path output = given.value<std::string>("output").value_or(beside.string());
    study::write_whole_file(output, study::model_file(model, format));
    fmt::print("{}: {} after round {}, {}\n{}\n", sim::escaped(output.string()),
               number ? fmt::format("the model of service {}", *number) : "the composition's model",
               model.round.value(),
               sim::counted(static_cast<std::int64_t>(model.description.parameters.size()), "array"),
               study::pytorch_text(model.description));
    return static_cast<int>(sim::ExitCode::success);
}

int model(const Arguments& arguments) {
    if (arguments.empty() || arguments.front() != "export") {
        throw sim::InputError(sim::Problem{
            .what = arguments.empty() ? "model needs an action" : "unknown action \"" + arguments.front() + "\"",
            .expected = usage});
    }
    return export_model({arguments.begin() + 1, arguments.end()});
}

}  // namespace

Subcommand model_subcommand() {
    return {.word = "model",
            .usage = usage,
            .about =
                "Writes the model that serves after the last round as arrays that NumPy and PyTorch read, and\n"
                "prints the PyTorch module that takes them. TRACE is a trace.h5, DIR the folder that holds it.\n",
            .forms = {{.second_word = "export",
                       .operands = {Operand::trace_file},
                       .purpose = "the trained model of a trace, for PyTorch and others",
                       .options = model_options()}},
            .carry_out = OnRankZero{model}};
}

}  // namespace mlaasim::app
