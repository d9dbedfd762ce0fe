// Random deaths, retries, strikes, drops and holds of dead letters, and restarts, beside a plain
// map.
#include "state/state_builders.hpp"
#include "support/random_rounds.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace hubspool {
namespace {

using first_record = std::pair<std::uint64_t, std::uint64_t>; // number, ordinal

struct modelled_letter {
    std::uint64_t row = 0;
    std::vector<dead_letter::value> values;
    std::set<first_record> lines; // without a fate so far
    std::optional<wall_time> dropped, held, retried, struck;
    std::uint64_t struck_batch = 0;
    std::optional<arrival> again;

    bool is_open() const { return !dropped && !struck; }
};

class letter_model : public ::testing::TestWithParam<int> {
protected:
    void SetUp() override { ASSERT_TRUE(works(store_->begin_run(1, "queue-a"))); }

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    dead_letter_box box() {
        auto made = dead_letter_box::open(where_, dead_letter_box::access::change);
        EXPECT_TRUE(works(made));
        return std::move(*made);
    }

    // Of up to three records of a few files, whose names other letters may have, too.
    dead_letter any_letter() {
        const std::uint64_t ordinal = ++ordinals_;
        dead_letter letter = make_letter(9, 100 * ordinal, ordinal);
        letter.batch = batch_;
        for (std::uint64_t n = below(4); n > 0; --n) {
            const order_key key{1000 + below(5), 1 + below(4), below(6)};
            letter.values.push_back({below(2) == 0 ? field_kind::property : field_kind::custom,
                                     "f" + std::to_string(n), key, 0});
        }
        return letter;
    }
    void commit(batch_outcome outcome) {
        ASSERT_TRUE(works(store_->commit({.outcomes = {outcome}})));
        for (const dead_letter& letter : outcome.dead_letters) {
            const auto [at, is_new] = letters_.try_emplace(letter.at);
            if (!is_new) continue;
            at->second.values = letter.values;
            for (const dead_letter::value& value : letter.values)
                at->second.lines.emplace(value.key.number, value.key.ordinal);
        }
    }
    batch_outcome next_outcome() {
        now_ += milliseconds(1 + below(1000));
        batch_outcome outcome;
        outcome.batch = ++batch_;
        outcome.finished = now_;
        return outcome;
    }

    void die() {
        batch_outcome outcome = next_outcome();
        for (std::uint64_t n = 1 + below(3); n > 0; --n)
            outcome.dead_letters.push_back(any_letter());
        for (const dead_letter& letter : outcome.dead_letters)
            outcome.records.add({9, letter.records.front().ordinal, fate::dead});
        commit(outcome);
    }
    // Recovery reads a file again, and finds bad what was bad before.
    void die_again_after_a_crash() {
        if (letters_.empty()) return;
        store_.reset();
        store_ = opened(where_);
        batch_outcome outcome = next_outcome();
        dead_letter same = any_letter();
        same.at = any_known();
        outcome.dead_letters = {same};
        commit(outcome);
    }
    // Some records were sent once more, and this became of them.
    void settle() {
        batch_outcome outcome = next_outcome();
        for (std::uint64_t n = 1 + below(5); n > 0; --n) {
            const record_name of{1 + below(4), below(6)};
            const fate became = static_cast<fate>(below(4));
            const std::uint64_t ordinal = ++ordinals_;
            outcome.records.add({9, ordinal, became});
            outcome.retries.push_back({of, 9, ordinal, became});
            std::optional<arrival> as;
            if (became == fate::dead) {
                dead_letter again = make_letter(9, 100 * ordinal, ordinal);
                again.values = {{field_kind::property, "f", {1000, of.number, of.ordinal}, 0}};
                as = again.at;
                outcome.dead_letters.push_back(again);
            }
            settle_in_model({of.number, of.ordinal}, as);
        }
        commit(outcome);
    }
    void settle_in_model(const first_record& line, std::optional<arrival> again) {
        for (auto& [at, letter] : letters_) {
            if (letter.lines.erase(line) == 0) continue;
            if (again) letter.again = again;
            if (!letter.lines.empty()) continue;
            letter.struck = now_;
            letter.struck_batch = batch_;
        }
    }

    arrival any_known() {
        return std::next(letters_.begin(), static_cast<std::ptrdiff_t>(below(letters_.size())))
            ->first;
    }
    // Each once, open or not.
    std::vector<modelled_letter*> some_letters(std::vector<std::uint64_t>& rows) {
        std::vector<modelled_letter*> chosen;
        for (auto& [at, letter] : letters_)
            if (letter.row != 0 && below(5) == 0) chosen.push_back(&letter);
        for (const modelled_letter* const letter : chosen) rows.push_back(letter->row);
        return chosen;
    }
    void drop() {
        std::vector<std::uint64_t> rows;
        now_ += milliseconds(1000); // names the file
        std::uint64_t expected = 0;
        for (modelled_letter* const letter : some_letters(rows)) {
            if (!letter->is_open()) continue;
            letter->dropped = now_;
            letter->lines.clear();
            ++expected;
        }
        const auto done = value_of(box().drop(rows, now_));
        EXPECT_EQ(done.letters, expected);
        EXPECT_EQ(lines_of(done.file).size(), expected);
    }
    void hold_or_release() {
        std::vector<std::uint64_t> rows;
        const auto since = below(2) == 0 ? std::optional(now_) : std::nullopt;
        std::uint64_t expected = 0;
        for (modelled_letter* const letter : some_letters(rows)) {
            if (!letter->is_open() || letter->held.has_value() == since.has_value()) continue;
            letter->held = since;
            ++expected;
        }
        EXPECT_EQ(value_of(box().hold(rows, since)), expected);
    }
    void note_retried() {
        std::vector<std::uint64_t> rows;
        std::uint64_t expected = 0;
        for (modelled_letter* const letter : some_letters(rows)) {
            if (!letter->is_open()) continue;
            letter->retried = now_;
            ++expected;
        }
        EXPECT_EQ(value_of(box().note_retried(rows, "retry.ndjson", now_)), expected);
    }

    letter_sums modelled_sums() const {
        letter_sums sums;
        for (const auto& [at, letter] : letters_) {
            sums.dropped += letter.dropped ? 1 : 0;
            sums.struck += letter.struck && !letter.again ? 1 : 0;
            sums.died_again += letter.struck && letter.again ? 1 : 0;
            sums.open += letter.is_open() ? 1 : 0;
            sums.retried += letter.is_open() && letter.retried ? 1 : 0;
            sums.held += letter.is_open() && letter.held ? 1 : 0;
        }
        return sums;
    }
    void expect_as_modelled() {
        ASSERT_EQ(value_of(store_->load_books(0)).letters, modelled_sums());
        std::size_t seen = 0;
        std::uint64_t row_before = UINT64_MAX;
        ASSERT_TRUE(works(box().visit([&](const kept_dead_letter& kept) {
            ++seen;
            EXPECT_LT(kept.row, row_before) << "from new to old";
            row_before = kept.row;
            const auto known = letters_.find(kept.letter.at);
            EXPECT_NE(known, letters_.end());
            if (known == letters_.end()) return false;
            known->second.row = kept.row;
            expect_same(kept, known->second);
            return true;
        })));
        ASSERT_EQ(seen, letters_.size());
    }
    static void expect_same(const kept_dead_letter& kept, const modelled_letter& known) {
        EXPECT_EQ(kept.letter.values, known.values);
        EXPECT_EQ(kept.letter.content.empty(), known.dropped.has_value());
        EXPECT_EQ(kept.dropped, known.dropped);
        EXPECT_EQ(kept.held, known.held);
        EXPECT_EQ(kept.retried, known.retried);
        EXPECT_EQ(kept.retry_name, known.retried ? "retry.ndjson" : "");
        EXPECT_EQ(kept.struck, known.struck);
        EXPECT_EQ(kept.struck_batch, known.struck_batch);
        EXPECT_EQ(kept.again, known.again);
        EXPECT_EQ(kept.is_open(), known.is_open());
    }

    temp_dir directory_;
    std::string where_ = directory_.path().string();
    std::unique_ptr<state_store> store_ = opened(where_);
    std::map<arrival, modelled_letter> letters_;
    std::mt19937_64 random_{static_cast<std::uint64_t>(GetParam())};
    wall_time now_ = at_ms(1'000'000);
    std::uint64_t batch_ = 0, ordinals_ = 0;
};

TEST_P(letter_model, what_becomes_of_each_letter_is_as_the_map_says) {
    for (int step = 0; step < testing::random_rounds(60); ++step) {
        switch (below(8)) {
        case 0:
        case 1: die(); break;
        case 2:
        case 3: settle(); break;
        case 4: drop(); break;
        case 5: hold_or_release(); break;
        case 6: note_retried(); break;
        default: die_again_after_a_crash(); break;
        }
        expect_as_modelled();
        if (HasFailure()) FAIL() << "step " << step;
    }
}

TEST_P(letter_model, letter_is_done_when_all_its_records_are_in_any_order) {
    for (int i = 0; i < 10; ++i) die();
    expect_as_modelled();
    std::vector<first_record> records;
    for (std::uint64_t number = 1; number <= 4; ++number)
        for (std::uint64_t ordinal = 0; ordinal < 6; ++ordinal)
            records.emplace_back(number, ordinal);
    std::shuffle(records.begin(), records.end(), random_);
    for (const auto& [number, ordinal] : records) {
        batch_outcome outcome = next_outcome();
        outcome.records.add({9, ++ordinals_, fate::superseded});
        outcome.retries = {{{number, ordinal}, 9, ordinals_, fate::superseded}};
        settle_in_model({number, ordinal}, std::nullopt);
        commit(outcome);
        ASSERT_EQ(value_of(store_->load_books(0)).letters, modelled_sums());
    }
    expect_as_modelled();
    for (const auto& [at, letter] : letters_)
        EXPECT_EQ(letter.is_open(), letter.values.empty()) << "no key, no line, no strike";
}

INSTANTIATE_TEST_SUITE_P(seeds, letter_model, ::testing::Range(1, 6));

} // namespace
} // namespace hubspool
