// Files that are no scenario or no trace are refused at once, and what a scenario says can't reach into the terminal.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class ScenarioFiles : public ::testing::Test {
protected:
    std::string file(const std::string& name, const std::string& text) {
        write_text(folder_ / name, text);
        return path(name);
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

    /// A file of this kind without anybody at its other end.
    std::string pipe_of_nobody() {
        EXPECT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
        return path("pipe");
    }
    std::string socket_of_nobody() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path("socket").copy(address.sun_path, sizeof address.sun_path - 1);
        const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
        EXPECT_EQ(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        ::close(descriptor);
        return path("socket");
    }
    std::string sparse_file() {
        const std::string sparse = file("sparse", "");
        fs::resize_file(sparse, std::uintmax_t{3} << 30U);
        return sparse;
    }

    TemporaryFolder folder_;
};

/// Refused long before a time in which gigabytes could be read, or a writer waited for.
void expect_refused_at_once(const Arguments& command, const std::vector<std::string>& words) {
    const Outcome outcome = Program{command}.wait(20s);
    EXPECT_EQ(outcome.exit_code, 2) << outcome;
    EXPECT_EQ(outcome.output, "");
    for (const std::string& word : words) {
        EXPECT_NE(outcome.errors.find(word), std::string::npos) << "expected: " << word << "\n" << outcome;
    }
    EXPECT_EQ(outcome.errors.find("bug"), std::string::npos) << outcome;
}

TEST_F(ScenarioFiles, WhatIsNoFileOfADiskIsNoScenario) {
    const std::vector<std::pair<std::string, std::string>> others{
        {pipe_of_nobody(), "this is a pipe"},
        {socket_of_nobody(), "this is a socket"},
        {"/dev/zero", "this is a device"},
        {"/dev/tty", "this is a device"},
        {"/proc/self/mem", "this is a file of the kernel"},
        {"/proc/self/status", "this is a file of the kernel"},
        {folder_.path().string(), "this is a folder"},
    };
    for (const auto& [name, kind] : others) {
        for (const char* command : {"check", "describe", "run"}) {
            expect_refused_at_once(mlaasim({command, name}), {name + ": " + kind, "a scenario's YAML file"});
        }
    }
    expect_refused_at_once(mlaasim({"run", path("pipe")}, Ranks{2}), {path("pipe") + ": this is a pipe"});
}

TEST_F(ScenarioFiles, WhatIsNoFileOfADiskIsNoTrace) {
    const std::string pipe = pipe_of_nobody();
    for (const std::string& name : {pipe, std::string{"/dev/zero"}, std::string{"/proc/self/mem"}}) {
        expect_refused_at_once(mlaasim({"trace", "info", name}), {name + ": this is a", "a trace.h5 file"});
        expect_refused_at_once(mlaasim({"trace", "verify", name}), {name + ": this is a"});
        expect_refused_at_once(mlaasim({"trace", "csv", name, "rounds"}), {name + ": this is a"});
        expect_refused_at_once(mlaasim({"compare", name, name}), {name + ": this is a", "a trace.h5 file"});
    }
    fs::create_directory(folder_ / "out");
    fs::rename(pipe, folder_ / "out" / "trace.h5");
    const std::string scenario = file("tiny.yaml",
                                      "name: tiny\nrounds: 1\ndata: {source: synthetic_digits, "
                                      "synthetic_train: 400, synthetic_test: 100}\n"
                                      "services: {count: 4}\nadaptation: {every: 0}\n");
    expect_refused_at_once(simulate(scenario, folder_ / "out", Ranks::alone, {"--resume"}),
                           {path("out/trace.h5") + ": this is a pipe"});
}

TEST_F(ScenarioFiles, AHugeFileIsNotRead) {
    expect_refused_at_once(mlaasim({"check", sparse_file()}),
                           {path("sparse") + ": the scenario has 3221225472 bytes", "at most 1048576 bytes"});
    const std::string most = "name: long\n#" + std::string((1U << 20U) - 12, ' ');
    ASSERT_EQ(most.size(), 1U << 20U);
    EXPECT_EQ(run(mlaasim({"check", file("most.yaml", most)})).exit_code, 0);
    expect_refused_at_once(mlaasim({"check", file("more.yaml", most + " ")}), {"has 1048577 bytes"});
}

TEST_F(ScenarioFiles, StandardInputIsReadAsADash) {
    const auto shell = [](const std::string& command) { return run({"bash", "-c", command}); };
    const std::string program{MLAASIM_PROGRAM};
    const std::string text = "name: piped\\nadaptation: {every: 0}\\n";
    const Outcome piped = shell("printf '" + text + "' | " + program + " check -");
    EXPECT_EQ(piped.exit_code, 0) << piped;
    EXPECT_EQ(piped.all(), "-: ok\n");
    const Outcome mistaken = shell("printf '" + text + "rouds: 3\\n' | " + program + " check -");
    EXPECT_EQ(mistaken.exit_code, 2) << mistaken;
    EXPECT_NE(mistaken.errors.find("-:3: rouds is not a known key"), std::string::npos) << mistaken;
    const Outcome endless = shell(program + " check - </dev/zero");
    EXPECT_EQ(endless.exit_code, 2) << endless;
    EXPECT_NE(endless.errors.find("more than 1048576 bytes"), std::string::npos) << endless;
    const Outcome substituted = shell(program + " check <(printf '" + text + "')");
    EXPECT_EQ(substituted.exit_code, 2) << substituted;
    EXPECT_NE(substituted.errors.find("this is a pipe"), std::string::npos) << substituted;
    EXPECT_NE(substituted.errors.find("from a pipe, a scenario is read as -"), std::string::npos) << substituted;
}

TEST_F(ScenarioFiles, AnEmptyScenarioIsRefused) {
    for (const char* text : {"", "\n\n", "# nothing but a comment\n", "{}\n", "null\n", "~\n", "---\n", "[]\n"}) {
        const std::string empty = file("empty.yaml", text);
        expect_refused_at_once(mlaasim({"check", empty}), {empty + ": the scenario is empty", "quickstart.yaml"});
    }
    // What --set adds makes no scenario of it.
    const std::string comment = file("empty.yaml", "# comment\n");
    expect_refused_at_once(mlaasim({"check", comment, "--set", "rounds=3"}), {comment + ": the scenario is empty"});
    expect_refused_at_once(simulate(file("empty.yaml", ""), folder_ / "out", Ranks{2}), {"the scenario is empty"});
    EXPECT_FALSE(fs::exists(folder_ / "out"));
}

TEST_F(ScenarioFiles, AName) {
    const auto check = [&](const std::string& name) {
        return mlaasim({"check", file("named.yaml", "adaptation: {every: 0}\nname: " + name + "\n")});
    };
    const std::string place = path("named.yaml") + ":2: name is ";
    expect_refused_at_once(check("\"a\\0b\""), {place + "\"a\\x00b\", which holds a control character"});
    expect_refused_at_once(check("\"\\e[31mred\""), {place + "\"\\x1b[31mred\""});
    expect_refused_at_once(check("\"bell\\a\""), {place + "\"bell\\x07\""});
    expect_refused_at_once(check("\"two\\nlines\""), {place + "\"two\\nlines\""});
    expect_refused_at_once(check("\"\\x9b31m\""), {place + "\"\\u009b31m\""});
    expect_refused_at_once(check("\"\\u202etxt\""), {place + "\"\\u202etxt\""});
    expect_refused_at_once(check("a/b"), {place + "\"a/b\" (expected a name that can be a folder"});
    expect_refused_at_once(check(std::string(201, 'n')), {"of 201 bytes (expected at most 200 bytes"});
    EXPECT_EQ(run(check(std::string(200, 'n'))).exit_code, 0);
    EXPECT_EQ(run(check("Größe 模型")).exit_code, 0);
}

/// Whatever a scenario or an argument holds, messages print no control character of it.
TEST_F(ScenarioFiles, MessagesAreEscaped) {
    const std::string scenario = file("odd.yaml", "\"k\\e]0;x\\a\": 1\nmodel: {kind: \"\\e[2J\"}\nrounds: \"\\x9b\"\n");
    const Outcome outcome = run(mlaasim({"check", scenario, "--set", "engine=\x1b[31m", "--set", "a\xC2\x9B=1"}));
    EXPECT_EQ(outcome.exit_code, 2) << outcome;
    const Outcome checked = run(mlaasim({"check", scenario}));
    const Outcome absent = run(mlaasim({"check", path("\x1b[31m.yaml")}));
    for (const Outcome& printed : {outcome, checked, absent}) {
        EXPECT_EQ(printed.exit_code, 2) << printed;
        for (const char* control : {"\x1b", "\a", "\xC2\x9B"}) {
            EXPECT_EQ(printed.errors.find(control), std::string::npos) << printed;
        }
    }
    const std::string played = file("played.yaml",
                                    "rounds: 1\ndata: {source: synthetic_digits, synthetic_train: 400, "
                                    "synthetic_test: 100}\nservices: {count: 4}\nadaptation: {every: 0}\n");
    const Outcome traced = run(simulate(played, folder_ / "\x1b[31m", Ranks::alone));
    EXPECT_EQ(traced.exit_code, 0) << traced;
    EXPECT_NE(traced.output.find("/\\x1b[31m/trace.h5"), std::string::npos) << traced;
    EXPECT_EQ(traced.all().find('\x1b'), std::string::npos) << traced;
}

}  // namespace
}  // namespace mlaasim::testing
