// Files arrive, are claimed, read, sent, applied late or lost, answered or not, committed late,
// moved; the process is killed at any moment, also within its start, and starts again. The machine
// may lose its power then, or the database be lost, or replaced by an older copy. Engine, books and
// the plan of a start are the real ones.
//
// Checked at every step: at most one request in flight names an object; nothing older is applied
// over what was acknowledged; the rate, as the server counts arrivals; a delivered record was in an
// applied request; no record is settled twice. At the end: every record has one fate, the books
// balance, cur/ is empty, the portal holds the newest values, the innocent live.
#pragma once

#include "core/books/group_commit.hpp"
#include "core/books/queue_books.hpp"
#include "core/engine/engine.hpp"
#include "simulation/day_calendar.hpp"
#include "simulation/simulated_directory.hpp"
#include "simulation/simulated_server.hpp"
#include "simulation/simulated_store.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace hubspool::simulation {

struct breach : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct world_options {
    std::uint64_t seed = 1;
    std::uint32_t files = 6, records_a_file = 8, objects = 6;
    double kill_share = 0.02;  // of steps, while faults are on
    double bad_share = 0.03;   // of records, found while decoding
    double power_share = 0.1;  // of kills that are losses of power
    double database_share = 0; // of other kills, after which the database is lost or an old copy
    double trim_share = 0.02;  // of steps
    std::uint64_t frontier_ahead = 1; // numbers
    bool rows_by_mark = false;        // see simulated_store
    milliseconds faults_for = std::chrono::minutes(3);
    milliseconds patience = std::chrono::hours(30); // simulated
    server_options server;
    engine_options engine;
    bool feed_controls =
        false; // new objects keep coming, a minute apart, as long as something is pending
    bool portal_mended_at_resume = false; // all_unknown until somebody says resume
    std::optional<day_plan> day;          // quota, tokens, migration and outages by the clock
};

struct world_report {
    std::uint64_t delivered = 0, superseded = 0, dead = 0, requests = 0, kills = 0, databases = 0;
    std::set<std::string> dead_objects;
    std::uint64_t requests_at_park = 0; // when suspect_data came
    std::uint64_t most_in_window_missing = 0;
    boot_time ended = {};
    // With a day_plan:
    std::uint64_t tokens = 0, refused = 0, probes = 0; // connections refused; requests while parked
    std::vector<boot_time> sends;
    std::vector<boot_time> starts; // of the process
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
    // What the state thread is told.
    struct started {
        file_row row;
    };
    struct block_read {
        std::uint64_t file = 0;
        read_point from;
    };
    struct read_to_end {
        std::uint64_t file = 0, records_in = 0;
    };
    using told = std::variant<started, block_read, read_to_end, position, batch_outcome>;
    // What it does next.
    enum class turn : std::uint8_t { take, commit, note, tell, move };

    void make_files();
    void start();
    bool start_state(start_plan& plan, files_at_start& found);
    void start_engine(const start_plan& plan, files_at_start found);
    milliseconds slot_life() const;
    void add_sending(event::run_before& left) const;
    void kill();
    void copy_database();
    void lose_database();
    void claim_some();
    void read_some();
    void begin_file();
    decoded_block block_of(std::uint64_t number, std::size_t index) const;
    void happened(event::any what);
    void follow_engine();
    void act(action::send_request& a);
    void act(action::connect& a);
    void act(action::end_request& a);
    void act(action::persist_outcome& a);
    void act(action::persist_day_count& a) { day_asked_ = a.count; }
    // Parks are not restored here, and what is logged nobody reads.
    template <class Other>
    void act(Other&) {}
    wire& wire_of(std::uint64_t batch);
    void server_turn();
    void answer(wire& w);
    void state_turn();
    void take_told();
    void take(started& m);
    void take(block_read& m) { books_.block_read(m.file, m.from, {}); }
    void take(read_to_end& m);
    void take(position frontier);
    void take(batch_outcome& m);
    void commit();
    void tell();
    void move_one();
    void trim();
    bool state_is_busy() const;
    void settle(const settled_record& r);
    wall_time wall_now() const {
        return calendar_ ? calendar_->wall(now_) : wall_time(now_.time_since_epoch());
    }
    bool chance(double share) {
        return std::uniform_real_distribution<double>(0, 1)(random_) < share;
    }
    moment at_now() {
        return {now_, wall_now(), std::uniform_real_distribution<double>(0, 1)(random_)};
    }
    boot_time next_event();
    bool done() const;
    void check_end() const;
    void check_books() const;
    void operate();
    void feed();
    bool file_arrives();

    void pass_day();
    void commit_day();
    bool connections_fail() const;
    void meet_the_day(wire& w);
    void check_parks(std::size_t inputs);
    boot_time next_of_day() const;

    world_options options_;
    std::mt19937_64 random_;
    simulated_server server_;
    boot_time now_{std::chrono::hours(1)};
    boot_time faults_end_;
    std::vector<file> files_; // in the order in which they arrive
    std::size_t arrived_ = 0;

    std::unique_ptr<engine> engine_;
    boot_time engine_waits_ = {}; // as it said last
    std::uint64_t life_ = 0;
    std::vector<std::shared_ptr<wire>> wires_;

    // The intake.
    std::uint64_t next_number_ = 1;
    std::deque<std::pair<std::uint64_t, std::uint64_t>> to_read_; // number, ordinal to begin with
    std::uint64_t reading_ = 0; // the file that the state thread was told of last
    position start_frontier_, frontier_asked_;
    bool passed_ = false;

    // The state thread.
    queue_books books_;
    std::set<std::uint64_t> in_books_; // their numbers, for rows_by_mark
    std::deque<told> told_;
    turn next_turn_ = turn::move;
    std::optional<group_commit> gathered_;
    group_commit::durable durable_; // not told yet
    run_mark mark_;
    boot_time resumed_at_ = {};
    boot_time fed_at_ = {};
    std::optional<day_calendar> calendar_;
    std::uint64_t token_ = 0; // in the file
    boot_time token_due_ = {};
    std::optional<day_count> day_asked_;

    // Durable.
    simulated_directory queue_;
    simulated_store store_;
    std::vector<simulated_store::image> copies_;
    std::uint64_t state_ids_ = 0;
    day_count day_durable_;
    // By arrival and ordinal; with a lost database the last one.
    std::map<std::pair<std::size_t, std::uint64_t>, fate> fates_;
    boot_time hold_until_ = {}; // `sending` is gone
    std::uint64_t last_batch_ = 0;
    std::vector<std::pair<boot_time, std::uint32_t>> releases_;
    object_values acknowledged_;
    world_report report_;
};

} // namespace hubspool::simulation
