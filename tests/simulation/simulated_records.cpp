#include "simulation/simulated_records.hpp"

#include "core/coded_fields.hpp"

#include <algorithm>
#include <utility>

namespace hubspool::simulation {

simulated_records::simulated_records(const record_options& options, std::mt19937_64& random) {
    const auto chance = [&](double share) {
        return std::uniform_real_distribution<double>(0, 1)(random) < share;
    };
    const auto age = [&]() -> std::optional<std::int64_t> {
        if (options.dated_share == 0 || !chance(options.dated_share)) return std::nullopt;
        return static_cast<std::int64_t>(random() % 90'000) - 20'000;
    };
    std::uint64_t number = 0;
    for (std::uint32_t i = 0; i < options.files; ++i) {
        file f;
        f.in = chance(0.5) ? lane::live : lane::bulk;
        f.age_ms = age();
        for (std::uint32_t j = 0; j < options.records_a_file; ++j) {
            record r;
            r.number = ++number;
            r.object = std::to_string(random() % options.objects + 100);
            for (const char* const name : {"eventName", "eventType", "eventUrl"})
                if (chance(0.5)) r.fields.emplace_back(name);
            r.bad = chance(options.bad_share);
            r.age_ms = age();
            if (options.values != 0) r.own_value = 1 + random() % options.values;
            f.records.push_back(std::move(r));
        }
        files_.push_back(std::move(f));
        if (options.replay_share > 0 && chance(options.replay_share))
            add_replay(random() % files_.size());
    }
}

void simulated_records::add_replay(std::size_t of) {
    file again = files_[of];
    again.in = lane::bulk;
    // A replay of a replay keeps the base.
    again.base = again.base.value_or(of);
    files_.push_back(std::move(again));
}

void simulated_records::insert_file(std::size_t arrived, file what) {
    files_.insert(files_.begin() + static_cast<std::ptrdiff_t>(arrived), std::move(what));
    for (file& each : files_)
        if (each.base && *each.base >= arrived) ++*each.base;
}

void simulated_records::add_file() {
    record r;
    r.number = 1000000 + files_.size();
    r.object = std::to_string(9000000 + files_.size());
    r.fields = {"eventName"};
    files_.push_back({lane::live, {std::move(r)}, {}});
}

namespace {

as_of_ms before(const claim& as, std::int64_t age_ms) {
    return as.base.came - static_cast<as_of_ms>(age_ms);
}

} // namespace

decoded_block simulated_records::block_of(const file& from, const claim& as, std::size_t index) {
    const record& r = from.records[index];
    decoded_block block;
    block.file = as.own.number;
    block.order = {as.own.stamp, as.base.stamp, as.own.number};
    if (from.base) block.order.base = file_base{as.base.stamp, as.base.number};
    if (from.age_ms) block.order.as_of = std::min(as.base.stamp, before(as, *from.age_ms));
    block.lane = from.in;
    const std::uint64_t offset = index * 100;
    if (r.bad) {
        bad_record bad;
        bad.offset = offset;
        bad.ordinal = index;
        bad.line = index + 1;
        bad.reason = "bad";
        block.bad.push_back(bad);
        return block;
    }
    decoded_record d;
    d.offset = offset;
    d.ordinal = index;
    d.line = index + 1;
    if (r.age_ms) d.as_of = before(as, *r.age_ms);
    if (r.order != order_key{}) block.carried.push_back({index, r.order, r.as_newest});
    d.object_id = {0, static_cast<std::uint32_t>(r.object.size())};
    block.arena.append(r.object);
    d.fields.begin = d.object_id.size;
    const std::string value = std::to_string(r.value());
    for (const std::string& name : r.fields)
        testing::put_field(block.arena, block.keys, {field_kind::property, name, value});
    d.fields.size = static_cast<std::uint32_t>(block.arena.size()) - d.fields.begin;
    block.records.push_back(d);
    return block;
}

// Once more from the rules, not from the block.
order_key simulated_records::key_of(const file& from, const claim& as, std::size_t index) {
    const record& r = from.records[index];
    const order_key newest{as.base.stamp, as.base.number, index};
    if (r.as_newest) return newest;
    if (r.order != order_key{}) return std::min(r.order, newest);
    const std::optional<std::int64_t>& own = r.age_ms;
    const std::optional<std::int64_t>& age = own ? own : from.age_ms;
    const as_of_ms as_of = age ? std::min(as.base.stamp, before(as, *age)) : as.base.stamp;
    return {as_of, as.base.number, index};
}

} // namespace hubspool::simulation
