// What the tests of reading a file share.
#pragma once

#include "spool/reading/file_reader.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

using ::testing::HasSubstr;

struct outcome {
    std::vector<decoded_block> blocks;
    file_end end;

    std::vector<std::string> ids() const {
        std::vector<std::string> all;
        for (const auto& block : blocks)
            for (const auto& record : block.records) all.emplace_back(block.text(record.object_id));
        return all;
    }
    std::vector<bad_record> bad() const {
        std::vector<bad_record> all;
        for (const auto& block : blocks) all.insert(all.end(), block.bad.begin(), block.bad.end());
        return all;
    }
    std::string kept() const { return end.keep_because.value_or(""); }
};

// One line for each ordinal, in order: what became of it, and where it stands.
inline std::vector<std::string> ledger(const outcome& o, std::uint64_t first = 0) {
    std::vector<std::string> lines(o.end.records_in - first);
    const auto put = [&](std::uint64_t ordinal, std::string line) {
        ASSERT_GE(ordinal, first);
        ASSERT_LT(ordinal, o.end.records_in);
        ASSERT_EQ(lines[ordinal - first], "") << "ordinal " << ordinal << " is there twice";
        lines[ordinal - first] = std::move(line);
    };
    for (const auto& block : o.blocks) {
        for (const auto& r : block.records)
            put(r.ordinal, std::string(block.text(r.object_id)) + " at " +
                               std::to_string(r.offset) + " line " + std::to_string(r.line));
        for (const auto& b : block.bad)
            for (std::uint64_t i = 0; i < b.count; ++i)
                put(b.ordinal + i, b.count > 1 ? "range"
                                               : "bad at " + std::to_string(b.offset) + " line " +
                                                     std::to_string(b.line) + " size " +
                                                     std::to_string(b.size));
    }
    return lines;
}

class file_reader_test : public ::testing::Test {
protected:
    std::string write(std::string_view bytes) {
        const std::string path = directory.file("input");
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }
    std::unique_ptr<file_reader> open(const std::string& path, read_point from = {},
                                      int flags = O_RDONLY) {
        const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
        EXPECT_GE(fd, 0);
        return file_reader::make(fd, file_, from, options);
    }
    static outcome drain(file_reader& reader) {
        outcome o;
        while (auto block = reader.next()) o.blocks.push_back(std::move(*block));
        EXPECT_FALSE(reader.next());
        o.end = reader.end();
        return o;
    }
    outcome read(std::string_view bytes) { return drain(*open(write(bytes))); }

    temp_dir directory;
    claimed_file file_{7, lane::bulk, "a", 0, {1'796'000'400'000, 1'796'000'000'000, 7}};
    file_reader_options options{.block_bytes = 256,
                                .record_bytes_max = 128,
                                .bad_records_max = 10000,
                                .quiet_period = milliseconds(40),
                                .decode = {}};
};

inline std::string ndjson(int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += "{\"objectId\":" + std::to_string(i) + "}\n";
    return bytes;
}

} // namespace hubspool
