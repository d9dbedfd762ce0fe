// A ledger beside a state that commits, and a map that knows what it should say.
#pragma once

#include "state/ledger/ledger.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace hubspool {

class ledger_fixture : public ::testing::Test {
protected:
    // Object, kind, name, and whether it is a doubt.
    using known_keys = std::map<std::tuple<std::string, field_kind, std::string, bool>, order_key>;

    std::string where() const { return directory.path().string(); }
    std::string file() const { return where() + "/ledger.db"; }
    void SetUp() override { ASSERT_TRUE(works(store->begin_run(1, "queue-a"))); }

    void reopen_ledger(std::size_t most_held = ledger::held_max) {
        known = std::make_unique<ledger>(
            where(), [this](const std::string& words) { told.push_back(words); }, most_held);
    }

    static settled_change change_of(const std::string& id, const std::string& name,
                                    const order_key& key, fate of = fate::delivered) {
        return {id, of, false, {{field_kind::property, name, key}}};
    }
    void commit(const std::vector<settled_change>& changes, commit_unit unit = {}) {
        batch_outcome& outcome = unit.outcomes.emplace_back();
        outcome.batch = ++batches;
        outcome.finished = at_ms(static_cast<std::int64_t>(batches));
        for (const settled_change& change : changes) {
            outcome.changes.add(change);
            const bool counts = is_at_hubspot(change.fate) || change.doubt;
            for (const settled_field& field : change.fields) {
                if (!counts || field.key == order_key{}) continue;
                order_key& known_key =
                    expected[{change.object_id, field.kind, field.name, change.doubt}];
                known_key = std::max(known_key, field.key);
            }
        }
        ASSERT_TRUE(works(store->commit(unit)));
    }
    // As many batches of a few objects and fields, in no order of their keys.
    void commit_at_random(int count) {
        for (; count > 0; --count) {
            std::vector<settled_change> changes;
            for (std::uint64_t n = 1 + below(5); n > 0; --n) {
                settled_change change{std::to_string(below(40)), fate::delivered, false, {}};
                const std::uint64_t kind = below(8);
                if (kind == 0) change.fate = fate::dead;
                if (kind == 1) change = {change.object_id, fate::dead, true, {}};
                if (kind == 2) change.fate = fate::unchanged;
                for (std::uint64_t f = below(4); f > 0; --f)
                    change.fields.push_back(
                        {below(2) == 0 ? field_kind::property : field_kind::custom,
                         "f" + std::to_string(below(5)),
                         {1000 + below(20), 1 + below(9), below(1000)},
                         {1 + below(2), below(5)}});
                changes.push_back(std::move(change));
            }
            commit(changes);
        }
    }
    std::uint64_t below(std::uint64_t bound) { return random() % bound; }

    std::vector<ledger_entry> looked_up(const std::vector<std::string>& ids) {
        auto found = known->look_up(ids);
        EXPECT_TRUE(works(found));
        return found ? found->entries : std::vector<ledger_entry>(ids.size());
    }
    order_key acknowledged(const std::string& id, const std::string& name) {
        const auto found = looked_up({id});
        for (const ledger_field& f : found.at(0).fields)
            if (f.field.name == name) return f.acknowledged;
        return {};
    }
    // All that it knows, without doubts that have ended.
    void expect_as_expected() {
        std::set<std::string> named;
        for (int i = 0; i < 40; ++i) named.insert(std::to_string(i));
        for (const auto& [field, key] : expected) named.insert(std::get<0>(field));
        const std::vector<std::string> ids(named.begin(), named.end());
        known_keys all;
        for (const ledger_entry& entry : looked_up(ids)) {
            for (const ledger_field& f : entry.fields) {
                if (f.acknowledged != order_key{})
                    all[{entry.object_id, f.field.kind, f.field.name, false}] = f.acknowledged;
                if (f.acknowledged < f.doubt)
                    all[{entry.object_id, f.field.kind, f.field.name, true}] = f.doubt;
            }
        }
        known_keys without_ended = expected;
        std::erase_if(without_ended, [&](const auto& e) {
            auto key = e.first;
            if (!std::get<3>(key)) return false;
            std::get<3>(key) = false;
            const auto at = expected.find(key);
            return at != expected.end() && at->second >= e.second;
        });
        EXPECT_EQ(all, without_ended);
    }

    temp_dir directory;
    std::unique_ptr<state_store> store = opened(where());
    std::vector<std::string> told;
    std::unique_ptr<ledger> known = std::make_unique<ledger>(
        where(), [this](const std::string& words) { told.push_back(words); });
    known_keys expected;
    std::uint64_t batches = 0;
    std::mt19937_64 random{20261130};
};

} // namespace hubspool
