// What the machine can do at best, on the same data: the ceilings that scripts/bench compares with.
//
//   bench_ceilings parse FILE       simdjson's parser over FILE, touching every field
//   bench_ceilings files DIR N      rename, open, read, rename, remove N files of one record
//
// Prints the CPU seconds and the seconds that it took.
#include <simdjson.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::size_t touch(simdjson::dom::element value) {
    std::size_t sum = 1;
    simdjson::dom::object object;
    simdjson::dom::array array;
    std::string_view text;
    if (value.get_object().get(object) == simdjson::SUCCESS) {
        for (const auto [key, member] : object) sum += key.size() + touch(member);
    } else if (value.get_array().get(array) == simdjson::SUCCESS) {
        for (const simdjson::dom::element item : array) sum += touch(item);
    } else if (value.get_string().get(text) == simdjson::SUCCESS) {
        sum = text.size();
    }
    return sum;
}

bool parse(const std::string& path) {
    simdjson::dom::parser parser;
    parser.threaded = false; // one core
    simdjson::dom::document_stream stream;
    simdjson::padded_string text;
    if (simdjson::padded_string::load(path).get(text) || parser.parse_many(text).get(stream))
        return false;
    std::size_t sum = 0;
    for (const auto document : stream) {
        if (document.error()) return false;
        sum += touch(document.value_unsafe());
    }
    return sum > 0;
}

bool pass_files(const std::filesystem::path& directory, int n_files) {
    char content[4096];
    for (int i = 0; i < n_files; ++i) {
        const std::string name = std::to_string(i);
        const std::filesystem::path claimed = directory / "cur" / name;
        std::filesystem::rename(directory / "new" / name, claimed);
        const int file = ::open(claimed.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0 || ::read(file, content, sizeof content) < 0 || ::close(file) != 0)
            return false;
        std::filesystem::rename(claimed, directory / "done" / name);
        std::filesystem::remove(directory / "done" / name);
    }
    return true;
}

bool measure_files(const std::filesystem::path& directory, int n_files, double& began) {
    for (const char* name : {"new", "cur", "done"})
        std::filesystem::create_directories(directory / name);
    for (int i = 0; i < n_files; ++i)
        std::ofstream(directory / "new" / std::to_string(i)) << "{\"objectId\":\"" << i << "\"}\n";
    ::sync(); // as a producer's are: what was never on the disk is removed for nothing
    began = cpu_seconds();
    return true;
}

} // namespace

int main(int argc, char** argv) {
    double began = cpu_seconds();
    if (argc == 4 && std::strcmp(argv[1], "files") == 0)
        measure_files(argv[2], std::atoi(argv[3]), began);
    const auto start = std::chrono::steady_clock::now();
    const bool done = argc == 3 && std::strcmp(argv[1], "parse") == 0 ? parse(argv[2])
                      : argc == 4 && std::strcmp(argv[1], "files") == 0
                          ? pass_files(argv[2], std::atoi(argv[3]))
                          : false;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (!done) {
        std::fprintf(stderr, "bench_ceilings: parse FILE | files DIR N\n");
        return 2;
    }
    std::printf("%.6f %.6f\n", cpu_seconds() - began, took.count());
    return 0;
}
