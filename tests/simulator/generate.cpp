// hubspool-generate: writes change records as NDJSON, and what must come of them.
#include "simulator/generator.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

using hubspool::simulator::generator;
using hubspool::simulator::generator_options;

constexpr std::size_t write_bytes = 1U << 20;

class output_file {
public:
    explicit output_file(const std::string& path)
        : path_(path), file_(std::fopen(path.c_str(), "w"), &std::fclose) {
        if (!file_) throw std::runtime_error(path_ + ": cannot be written");
    }
    void write(std::string& bytes) {
        if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size() ||
            std::fflush(file_.get()) != 0)
            throw std::runtime_error(path_ + ": cannot be written");
        bytes.clear();
    }

private:
    std::string path_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

void write_records(generator& records, const std::string& path, std::uint64_t count) {
    output_file file(path);
    std::string text;
    for (std::uint64_t i = 0; i < count; ++i) {
        records.append_record(text);
        if (text.size() >= write_bytes) file.write(text);
    }
    file.write(text);
}

// One file is called as it was asked; several are numbered so that their names sort in order.
void write_all(generator& records, const std::string& out, std::uint64_t count,
               std::uint64_t files) {
    for (std::uint64_t i = 0; i < files; ++i) {
        const auto share = count * (i + 1) / files - count * i / files;
        write_records(records, files == 1 ? out : fmt::format("{}-{:05}.ndjson", out, i + 1),
                      share);
    }
}

} // namespace

int main(int argc, char** argv) {
    generator_options options;
    std::string out;
    std::string expected;
    std::uint64_t files = 1;
    CLI::App app("Writes change records as NDJSON, and what must come of them.");
    app.add_option("--records", options.records)->capture_default_str();
    app.add_option("--objects", options.objects)
        ->capture_default_str()
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100000000}));
    app.add_option("--first-id", options.first_id)->capture_default_str();
    app.add_option("--seed", options.seed);
    app.add_option("--bad-every", options.bad_every, "every so manieth record is bad; 0: none");
    app.add_option("--out", out, "file; with --files the start of their names")->required();
    app.add_option("--files", files)->check(CLI::Range(1, 10000000));
    app.add_option("--expected", expected, "file for the final value of every field");
    CLI11_PARSE(app, argc, argv);
    try {
        generator records(options);
        write_all(records, out, options.records, files);
        if (!expected.empty()) {
            std::string text;
            records.append_expected(text);
            output_file(expected).write(text);
        }
        fmt::print("{} records, {} of them bad, {} objects, {} files\n", options.records,
                   records.bad_records(), options.objects, files);
    } catch (const std::exception& error) {
        fmt::print(stderr, "hubspool-generate: {}\n", error.what());
        return 1;
    }
    return 0;
}
