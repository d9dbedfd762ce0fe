// Files arrive, are claimed, read, sent, applied late or lost, answered or not, committed late,
// moved; operators pause and resume; the process is stopped, or killed at any moment, also within
// its start, and starts again. The machine may lose its power then, or the database be lost, or
// replaced by an older copy; dead letters are sent once more, with their keys. Engine, books and
// the plan of a start are the real ones, and the engine's actions are all that is carried out.
//
// Checked at every step: at most one request in flight names an object; no value is applied over an
// acknowledged one of a larger key; what was superseded is older than what was acknowledged; the
// rate, as the server counts arrivals; a delivered record was in an applied request; no record is
// settled twice; nothing is sent in a pause, and a pause that returned before something came to
// idleness holds it; a replaced token is taken up. At the end: a drain ends when all is settled,
// and only then as done; every record has one fate, the books balance, cur/ is empty, the portal
// holds the newest values, the innocent live.
#pragma once

#include "app/recovery.hpp"
#include "core/engine/engine.hpp"
#include "core/reading/lane_turns.hpp"
#include "simulation/breach.hpp"
#include "simulation/day_calendar.hpp"
#include "simulation/simulated_directory.hpp"
#include "simulation/simulated_ledger.hpp"
#include "simulation/simulated_records.hpp"
#include "simulation/simulated_server.hpp"
#include "simulation/simulated_state_thread.hpp"
#include "simulation/simulated_store.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace hubspool::simulation {

struct world_options {
    std::uint64_t seed = 1;
    record_options records;
    double kill_share = 0.02;  // of steps, while faults are on
    double power_share = 0.1;  // of kills that are losses of power
    double database_share = 0; // of other kills, after which the database is lost or an old copy
    double trim_share = 0.02;  // of steps
    double ledger_share = 0;   // of steps, while faults are on: the ledger is lost, or a copy
    double pause_share = 0;    // of steps, while faults are on; a resume follows
    double stop_share = 0;     // of steps, while faults are on: a signal, and a new start
    drain_patience patience_of_drain = {}; // with engine.drain
    bool starts_again = true;              // what has ended, and not as done
    std::optional<lane> only = {}; // that drains read, until one is done; the next one reads both
    double retry_share = 0;        // of steps, while faults are on: a dead letter is sent once more
    std::uint64_t frontier_ahead = 1; // numbers
    bool rows_by_mark = false;        // see simulated_store
    // Whose frontiers a start waits for: less than both only to show that the simulation finds what
    // comes of it.
    enum class wait_for : std::uint8_t { both, one, none } frontiers = wait_for::both;
    // The same: that a start which finds its database lost makes durable what has left cur/.
    bool syncs_moves = true;
    // The same of what keeps a change from being skipped as unchanged.
    bool ledger_learns_unchanged = true, tells_horizon = true, tells_what_was_read = true;
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
    std::uint64_t overtaken = 0; // of superseded
    std::uint64_t unchanged = 0;
    std::uint64_t retries = 0, retried_lines = 0, retried_well = 0; // of letters; of their lines
    std::uint64_t delivered = 0, superseded = 0, dead = 0, requests = 0, kills = 0, databases = 0;
    std::set<std::string> dead_objects;
    std::uint64_t requests_at_park = 0; // when suspect_data came
    std::uint64_t most_in_window_missing = 0;
    boot_time ended = {};
    // With a day_plan:
    std::uint64_t tokens = 0, refused = 0, probes = 0; // connections refused; requests while parked
    std::vector<boot_time> sends;
    std::vector<drain_end> ends; // of its processes that were not killed
    std::uint64_t pauses = 0, rests = 0;
    day_calendar::seen day;
};

class simulated_world {
public:
    explicit simulated_world(world_options options);
    // Throws breach.
    world_report run();

private:
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
    void start();
    bool start_state(recovered& found);
    void start_engine(recovered found);
    milliseconds slot_life() const;
    sending_leftovers in_sending() const;
    void stop_and_start();
    void forget();
    void kill();
    void copy_database();
    void lose_database();
    void claim_some();
    void read_some();
    std::optional<lane> lane_to_read();
    void read_of(lane of);
    void begin_file(lane of);
    std::uint64_t unread_from() const;
    void look_at_frontiers();
    // There is something to read in it, and it is not left alone.
    bool has_to_read(lane of) const;
    bool is_before_frontier(lane of) const;
    bool is_all_read() const { return !has_to_read(lane::live) && !has_to_read(lane::bulk); }
    const simulated_records::file& file_of(std::uint64_t number) const {
        return records_.files()[queue_.arrival_of(number)];
    }
    void happened(event::any what);
    void follow_engine();
    void act(action::send_request& a);
    void act(action::connect& a);
    void act(action::end_request& a);
    void act(action::persist_outcome& a);
    void act(action::persist_day_count& a) { state_->tell(day_counted{a.count}); }
    void act(action::persist_parks& a);
    void act(action::look_around& a);
    void act(action::ask_operators&) { state_->tell(request_wanted{}); }
    void act(action::note_files&) { noted_ = {file_token_, asked_}; }
    void act(action::begin_rest&);
    void act(action::stop_reading&) { reads_ = false; }
    void act(action::close_books&) { ended_ = true; }
    void act(action::look_up& a);
    // What is logged or published nobody reads; and nobody asks for the account here.
    void act(action::log_warning&) {}
    void act(action::publish_status&) {}
    void act(action::give_back_memory&) {}
    void act(action::cut_connections&) {}
    void act(action::ask_account&) { throw breach("ASKED for the account"); }
    void act(action::judge_credential&) {}
    // follow_engine() has heard the one, and stop_and_start() asks for the other.
    void act(action::wait_until&) {}
    void act(action::finished&) {}
    wire& wire_of(std::uint64_t batch);
    void server_turn();
    void answer(wire& w);
    void answer_lookup();
    void check_letter(const dead_letter& letter);
    void retry();
    void check_retries(const batch_outcome& outcome);
    void check_final(const std::string& id, const std::string& name, std::uint64_t want) const;
    void check_final_value(const std::string& id, const std::string& name,
                           std::uint64_t want) const;
    // Then a value does not tell its record, and only what stands there at the end is looked at.
    bool values_repeat() const { return options_.records.values != 0; }
    const order_key& key_of(std::uint64_t value) const { return keys_.at(value); }
    bool has_larger_key(std::uint64_t value, std::uint64_t than) const;
    bool is_newer(std::uint64_t value, std::uint64_t than) const;
    void committed(const commit_unit& unit);
    wall_time wall_now() const {
        return calendar_ ? calendar_->wall(now_) : wall_time(now_.time_since_epoch());
    }
    bool chance(double share) {
        return std::uniform_real_distribution<double>(0, 1)(random_) < share;
    }
    moment at_now() {
        return {now_, wall_now(), std::uniform_real_distribution<double>(0, 1)(random_)};
    }
    boot_time engine_wakes() const;
    boot_time next_event();
    void pass_time();
    bool done() const;
    void check_end() const;
    void check_books() const;
    void check_forgotten(std::size_t arrival) const;
    void check_superseded(const settled_record& settled) const;
    order_key horizon_of_lost() const;
    void operate();
    void ask_for(bool paused);
    void look_in_rest();
    void check_pause() const;
    void check_ended(const action::finished& ended) const;
    void check_standing();
    void feed();
    bool file_arrives();

    quota_day today() const;
    void pass_day();
    void take_up_token();
    bool connections_fail() const;
    void meet_the_day(wire& w);
    void check_parks(std::size_t inputs);
    boot_time next_of_day() const;

    world_options options_;
    std::mt19937_64 random_;
    simulated_server server_;
    boot_time now_{std::chrono::hours(1)};
    boot_time faults_end_;
    simulated_records records_;
    std::size_t arrived_ = 0;

    std::unique_ptr<engine> engine_;
    boot_time engine_waits_ = {};               // as it said last
    std::uint64_t life_ = 0, sent_in_life_ = 0; // requests
    std::vector<std::shared_ptr<wire>> wires_;

    // The intake.
    std::uint64_t next_number_ = 1;
    std::vector<std::string> asked_about_; // by the engine, of the ledger
    // Number, and ordinal to begin with.
    per_lane<std::deque<std::pair<std::uint64_t, std::uint64_t>>> to_read_;
    per_lane<std::uint64_t> reading_; // the files that the state thread was told of last
    frontiers start_read_to_, frontiers_asked_;
    std::optional<lane> only_ = options_.only; // that this process reads
    bool passed_ = false, reads_ = true, reading_more_ = false, all_read_ = false;
    struct files_of_others {
        std::uint64_t token = 0;
        operator_request asked;
        bool operator==(const files_of_others&) const = default;
    } noted_;
    std::optional<files_of_others> at_rest_with_;

    // People.
    operator_request asked_;
    boot_time asked_at_ = {};
    boot_time resumes_at_ = {}; // {}: they will not
    bool must_hold_ = false;    // idle, and a pause had returned by then

    bool ended_ = false; // but for the books
    boot_time settled_at_ = boot_time::max();
    boot_time fed_at_ = {};
    std::optional<day_calendar> calendar_;
    std::optional<simulated_state_thread> state_;
    std::uint64_t token_ = 0, file_token_ = 0; // that is sent, and that lies in the file
    boot_time token_due_ = {}, token_written_ = {};

    // Durable.
    simulated_directory queue_;
    simulated_store store_;
    // Records that were in time, by arrival and ordinal.
    std::map<std::pair<std::size_t, std::uint64_t>, arrival> accepted_;
    simulated_ledger ledger_;
    std::uint64_t epochs_ = 0;
    std::map<std::uint64_t, order_key> keys_; // of values, as their files were claimed last
    std::vector<dead_letter> letters_;        // of merged changes
    std::vector<simulated_store::image> copies_;
    std::uint64_t state_ids_ = 0;
    // By arrival and ordinal; with a lost database the last one.
    std::map<std::pair<std::size_t, std::uint64_t>, fate> fates_;
    // Had left cur/ when the database was lost: nothing tells of their fates any more.
    std::set<std::size_t> forgotten_;
    boot_time hold_until_ = {}; // `sending` is gone
    std::uint64_t last_batch_ = 0;
    std::vector<std::pair<boot_time, std::uint32_t>> releases_;
    object_values acknowledged_;
    world_report report_;
};

} // namespace hubspool::simulation
