// A queue, a state and a configuration of its own for one test, and the program run over it in this
// process, with what it printed.
#pragma once

#include "cli/commands/command_line.hpp"
#include "spool/queue_directory.hpp"
#include "state/state_store.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace hubspool {

class cli_fixture : public ::testing::Test {
protected:
    struct ended {
        int exit_code = -1;
        std::string out, err;
    };

    cli_fixture() {
        write("token", "secret-token-of-the-test\n");
        ::chmod(dir_.file("token").c_str(), 0640);
        write("hubspool.yaml", "queue:\n    directory: " + queue() +
                                   "\n    reserve: 0\nstate:\n    directory: " + state() +
                                   "\napi:\n    token_file: " + dir_.file("token") + "\n");
    }

    std::string queue() const { return dir_.file("queue"); }
    std::string state() const { return dir_.file("state"); }
    std::string config() const { return dir_.file("hubspool.yaml"); }

    std::string write(const std::string& name, const std::string& content) const {
        std::ofstream(dir_.file(name), std::ios::binary) << content;
        return dir_.file(name);
    }

    // As the daemon makes it at its first start; nobody holds the lock afterwards.
    void make_queue() const {
        auto made = queue_directory::open({queue(), milliseconds(0)});
        if (!made) throw std::runtime_error(made.error().message);
    }
    std::unique_ptr<state_store> open_state() const {
        auto opened = state_store::open(state(), state_store::access::read_write);
        if (!opened) throw std::runtime_error(opened.error().message);
        return std::move(*opened);
    }
    static std::vector<std::string> names_in(const std::string& directory) {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(directory))
            names.push_back(entry.path().filename().string());
        return names;
    }

    // The words behind `hubspool`.
    static ended hubspool(std::vector<std::string> words) {
        words.insert(words.begin(), "hubspool");
        std::vector<char*> argv;
        for (std::string& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
        ended got;
        got.exit_code = run_command_line(static_cast<int>(words.size()), argv.data());
        got.out = ::testing::internal::GetCapturedStdout();
        got.err = ::testing::internal::GetCapturedStderr();
        return got;
    }
    // The same with this test's configuration.
    ended over(std::vector<std::string> words) const {
        words.insert(words.end(), {"-c", config()});
        return hubspool(std::move(words));
    }
    // The same with `input` on standard input.
    ended fed(const std::string& input, const std::vector<std::string>& words) const {
        const int kept = ::dup(STDIN_FILENO);
        if (std::freopen(write("input", input).c_str(), "r", stdin) == nullptr)
            throw std::runtime_error("cannot feed standard input");
        const ended got = over(words);
        ::dup2(kept, STDIN_FILENO);
        ::close(kept);
        return got;
    }

    temp_dir dir_;
};

// What the tests put into the state: file 1 whole, with a dead letter; file 2 half settled.
inline commit_unit some_history() {
    commit_unit unit;
    file_row whole;
    whole.number = 1;
    whole.name = "orders.ndjson";
    whole.size = 300;
    whole.records_in = 3;
    whole.counts = {1, 1, 1};
    whole.settled = wall_time(std::chrono::hours(24 * 365 * 50));
    file_row half;
    half.number = 2;
    half.name = "more.ndjson";
    half.lane = lane::bulk;
    half.size = 500;
    half.records_in = 5;
    half.counts = {2, 0, 0};
    half.remark = "2 of its texts were mended";
    unit.files = {whole, half};

    batch_outcome outcome;
    outcome.batch = 7;
    outcome.inputs = 4;
    outcome.delivered = 3;
    outcome.dead_lettered = 1;
    outcome.http_status = 207;
    outcome.status = "COMPLETE";
    outcome.reason = "VALIDATION_ERROR";
    outcome.words = "property nope does not exist";
    outcome.finished = wall_time(std::chrono::hours(24 * 365 * 50));
    outcome.records = {{1, 0, fate::delivered},
                       {1, 1, fate::superseded},
                       {1, 2, fate::dead},
                       {2, 0, fate::delivered},
                       {2, 1, fate::delivered}};
    dead_letter letter;
    letter.at = {1, 200};
    letter.object_id = "42";
    letter.category = "VALIDATION_ERROR";
    letter.reason = "property nope does not exist";
    letter.content = "{\"objectId\":\"42\",\"nope\":1}\n\x1b[2J";
    letter.batch = 7;
    letter.records = {{1, {}, 27, 1, 1, 2, ""}, {1, 200, 27, 2, 1, 3, "crm-42"}};
    outcome.dead_letters = {letter};
    unit.outcomes = {outcome};
    unit.totals = totals{};
    unit.totals->records_in = 8;
    unit.totals->requests = 1;
    return unit;
}

} // namespace hubspool
