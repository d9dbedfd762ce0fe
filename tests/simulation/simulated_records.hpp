// What producers write: files of records. Each sets some fields of one object to its own number, so
// the newest value of a field is the largest.
#pragma once

#include "core/records/decoded_block.hpp"
#include "core/words/lane.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace hubspool::simulation {

struct record_options {
    std::uint32_t files = 6, records_a_file = 8, objects = 6;
    double bad_share = 0.03; // of records, found while decoding
};

class simulated_records {
public:
    struct record {
        std::uint64_t number = 0; // of all records: the value of its fields
        std::string object;
        std::vector<std::string> fields;
        bool bad = false;
    };
    struct file {
        lane in = lane::live;
        std::vector<record> records;
    };

    simulated_records(const record_options& options, std::mt19937_64& random);

    const std::vector<file>& files() const { return files_; } // in the order in which they arrive
    // One more, with one record of an object of its own.
    void add_file();
    // One record of a file, which has this number by now.
    decoded_block block_of(const file& from, std::uint64_t number, std::size_t index) const;

private:
    std::vector<file> files_;
};

} // namespace hubspool::simulation
