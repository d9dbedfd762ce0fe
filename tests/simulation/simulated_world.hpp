// Files arrive, are read, sent, applied late or lost, answered or not, committed late; the process
// is killed at any moment and starts again. The engine in it is the real one.
//
// Checked at every step: at most one request in flight names an object; nothing older is applied
// over what was acknowledged; the rate, as the server counts arrivals; a delivered record was in an
// applied request. At the end: every record has one fate, the portal holds the newest values, the
// innocent live.
#pragma once

#include "core/dispatcher.hpp"
#include "simulation/day_calendar.hpp"
#include "simulation/simulated_server.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace hubspool::simulation {

struct breach : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct world_options {
    std::uint64_t seed = 1;
    std::uint32_t files = 6, records_a_file = 8, objects = 6;
    double kill_share = 0.02; // of steps, while faults are on
    double bad_share = 0.03;  // of records, found while decoding
    milliseconds faults_for = std::chrono::minutes(3);
    milliseconds patience = std::chrono::hours(30); // simulated
    server_options server;
    dispatcher_options engine;
    bool feed_controls =
        false; // new objects keep coming, a minute apart, as long as something is pending
    bool portal_mended_at_resume = false; // all_unknown until somebody says resume
    std::optional<day_plan> day;          // quota, tokens, migration and outages by the clock
};

struct world_report {
    std::uint64_t delivered = 0, superseded = 0, dead = 0, requests = 0, kills = 0;
    std::set<std::string> dead_objects;
    std::uint64_t requests_at_park = 0; // when suspect_data came
    std::uint64_t most_in_window_missing = 0;
    boot_time ended = {};
    // With a day_plan:
    std::uint64_t tokens = 0, refused = 0, probes = 0; // connections refused; requests while parked
    std::vector<boot_time> sends;
    day_calendar::seen day;
};

class simulated_world {
public:
    explicit simulated_world(world_options options);
    // Throws breach.
    world_report run();

private:
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
    struct wire { // a request that the server has, whether or not the engine still waits for it
        object_values inputs;
        exchange_plan plan;
        std::uint64_t batch = 0;
        std::uint64_t life = 0; // of the process that sent it
        boot_time sent = {};
        std::vector<std::uint64_t> hashes;
        std::uint64_t token = 0;
        bool applied = false, ended = false;
    };
    struct unwritten { // an outcome on its way into the state
        batch_outcome outcome;
        std::uint64_t life = 0;
    };

    void make_files();
    void start();
    void kill();
    void read_some();
    decoded_block block_of(std::uint64_t number, std::size_t index) const;
    void send();
    void server_turn();
    void answer(wire& w);
    void commit_one();
    void settle(const settled_record& r, fate as);
    bool chance(double share) {
        return std::uniform_real_distribution<double>(0, 1)(random_) < share;
    }
    moment at_now() {
        return {now_, calendar_ ? calendar_->wall(now_) : wall_time(now_.time_since_epoch()),
                std::uniform_real_distribution<double>(0, 1)(random_)};
    }
    boot_time next_event();
    bool done() const;
    void check_end() const;
    void operate();
    void feed();
    bool file_arrives();

    void begin_day();
    void pass_day();
    void commit_day();
    bool connection_fails();
    void meet_the_day(wire& w);
    void check_parks(const std::vector<park>& parks, std::size_t inputs);
    boot_time next_of_day() const;

    world_options options_;
    std::mt19937_64 random_;
    simulated_server server_;
    boot_time now_{std::chrono::hours(1)};
    boot_time faults_end_;
    std::vector<file> files_; // number is index + 1
    std::size_t arrived_ = 0;

    std::unique_ptr<dispatcher> engine_;
    std::uint64_t life_ = 0;
    std::size_t read_file_ = 0, read_record_ = 0; // what is read next
    position frontier_asked_;
    bool passed_ = false;
    std::vector<std::shared_ptr<wire>> wires_;
    std::vector<unwritten> uncommitted_;
    boot_time resumed_at_ = {};
    boot_time fed_at_ = {};
    std::optional<day_calendar> calendar_;
    std::uint64_t token_ = 0; // in the file
    boot_time token_due_ = {};
    std::optional<day_count> day_asked_;

    // Durable.
    position frontier_;
    day_count day_durable_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, fate> fates_; // (file, ordinal)
    std::uint64_t last_batch_ = 0;
    std::vector<std::pair<boot_time, std::uint32_t>> releases_;
    object_values acknowledged_;
    world_report report_;
};

} // namespace hubspool::simulation
