// Makes change records, many and quickly, and knows what must come of them. Pure; seeded.
//
// Each value ends in '#' and the number of its record (a date and a flag are made from it), so that
// the simulator can see a value going backwards.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace hubspool::simulator {

struct generator_options {
    std::uint64_t records = 1000;
    std::uint64_t objects = 100;
    std::uint64_t seed = 1;
    std::uint64_t bad_every = 0; // 0: no record is bad
    std::uint64_t first_id = 1000000;
};

class generator {
public:
    explicit generator(const generator_options& options);

    // Appends the next record and a newline. The first `objects` good records name each object
    // once.
    void append_record(std::string& out);
    // Appends what is to be in the portal once all that was made is delivered: a line an object, as
    // comparison.hpp reads it. Objects of which no good record was made are left out.
    void append_expected(std::string& out) const;
    std::uint64_t bad_records() const { return bad_; }

private:
    enum field { event_name, event_type, start, cancelled, description, seats, room, fields };

    std::uint64_t next_object();
    void append_bad(std::string& out);
    void append_good(std::string& out, std::uint64_t object);

    generator_options options_;
    std::mt19937_64 random_;
    std::vector<std::uint32_t> first_round_;
    std::vector<std::array<std::uint64_t, fields>> newest_; // record number by object, 0: never set
    std::uint64_t made_ = 0;
    std::uint64_t bad_ = 0;
};

} // namespace hubspool::simulator
