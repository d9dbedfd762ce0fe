// What producers write: files of records. Each sets some fields of one object to its own number.
// Whose is the newest the keys tell.
#pragma once

#include "core/records/decoded_block.hpp"
#include "core/words/lane.hpp"
#include "core/words/order_key.hpp"

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace hubspool::simulation {

struct record_options {
    std::uint32_t files = 6, records_a_file = 8, objects = 6;
    double bad_share = 0.03; // of records, found while decoding
    // Of records and of files: they have an as_of of their own, up to some minutes before they
    // come, or after.
    double dated_share = 0;
    double replay_share = 0;  // of files, behind which one of those so far comes once more
    std::uint64_t values = 0; // 0: each record sets another one, else one of so many
};

// What the name of a claimed file tells.
struct claim {
    struct moment {
        std::uint64_t number = 0;
        as_of_ms stamp = 0, came = 0; // came: the ctime, not above the stamp
    };
    moment own;
    moment base; // of a replay: of the first one; else its own
};

class simulated_records {
public:
    struct record {
        std::uint64_t number = 0; // of all records: the value of its fields, if it has none
        std::uint64_t own_value = 0;
        std::string object;
        std::vector<std::string> fields;
        bool bad = false;
        std::optional<std::int64_t> age_ms = {}; // how long before its file came it was so
        order_key order = {};                    // that it brings along; {}: none
        bool as_newest = false;                  // which only tells what record it was

        std::uint64_t value() const { return own_value != 0 ? own_value : number; }
    };
    struct file {
        lane in = lane::live;
        std::vector<record> records;
        std::optional<std::int64_t> age_ms = {}; // of records without their own
        std::optional<std::size_t> base = {};    // of a replay: which one it carries once more
    };

    simulated_records(const record_options& options, std::mt19937_64& random);

    const std::vector<file>& files() const { return files_; } // in the order in which they arrive
    // One more, with one record of an object of its own.
    void add_file();
    // One more: the records of that one, in the bulk lane.
    void add_replay(std::size_t of);
    // As the one that arrives next, when `arrived` have.
    void insert_file(std::size_t arrived, file what);
    // One record of a file, which has this number and stamp by now.
    static decoded_block block_of(const file& from, const claim& as, std::size_t index);
    static order_key key_of(const file& from, const claim& as, std::size_t index);

private:
    std::vector<file> files_;
};

} // namespace hubspool::simulation
