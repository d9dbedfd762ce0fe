// Random records, from their text to the pending set, beside a model made of maps.
#include "core/json/json_text.hpp"
#include "core/pending/block_merge.hpp"
#include "core/pending/change_joins.hpp"
#include "core/records/change_json.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool {

namespace {

struct written_record {
    std::string text;
    std::string object_id;
    bool good = true;
    record_ref ref;
    std::string reference;
    std::map<std::pair<field_kind, std::string>, std::string> fields;
    arrival at() const { return {ref.file, ref.ordinal}; }
    std::optional<as_of_ms> as_of; // its own
};

std::string escaped(const std::string& text) {
    std::string out;
    append_json_escaped(out, text);
    return out;
}

// Writes records, some of them such as nobody expects, and knows what they mean.
class writer {
public:
    explicit writer(unsigned seed) : random_(seed), many_names_(seed % 8 == 0) {}

    std::uint64_t below(std::uint64_t n) { return random_() % n; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }

    written_record record() {
        written_record r;
        r.object_id = std::to_string(below(7));
        std::vector<std::string> members{R"("objectId":)" + id_of(r.object_id)};
        if (one_in(4)) {
            r.reference = name();
            members.push_back(R"("$hubspool":{"id":)" + quoted(r.reference) + "}");
        }
        const std::uint64_t n = one_in(many_names_ ? 2 : 10) ? below(80) : below(5);
        for (std::uint64_t i = 0; i < n; ++i) {
            const std::string key = one_in(40) ? "" : name();
            const std::string json = value();
            r.fields[{field_kind::property, escaped(key)}] = json; // of equal keys the last
            members.push_back(quoted(key) + ":" + cut_off(json));
        }
        for (std::uint64_t lists = one_in(20) ? 2 : below(2); lists > 0; --lists) {
            std::erase_if(r.fields,
                          [](const auto& f) { return f.first.first == field_kind::custom; });
            members.push_back(R"("customProperties":[)" + custom_properties(r) + "]");
        }
        if (one_in(8)) {
            members.push_back(defect());
            r.good = false;
        }
        for (const std::string& member : members) r.text += (r.text.empty() ? "{" : ",") + member;
        r.text += "}";
        r.ref.fieldless = r.fields.empty();
        return r;
    }

private:
    std::string id_of(const std::string& id) {
        if (one_in(2)) return id;
        return (one_in(3) ? "\"00" : "\"") + id + "\"";
    }
    std::string name() {
        static const std::vector<std::string> odd{"a",
                                                  "b",
                                                  "ab",
                                                  "quo\"te",
                                                  "back\\slash",
                                                  "tab\t",
                                                  "\x01",
                                                  "\xc3\xa9t\xc3\xa9",
                                                  "objectid",
                                                  "name",
                                                  "value",
                                                  "eight888",
                                                  "sixteen_sixteen_",
                                                  "seventeen_seven_7"};
        if (many_names_ && !one_in(3)) return "many" + std::to_string(below(9000));
        if (one_in(10)) return std::string(250 + below(10), 'l') + std::to_string(below(2));
        return odd[below(odd.size())];
    }
    // Of equal strings one may have escapes that it does not need.
    std::string quoted(const std::string& text) {
        if (!one_in(6) || text.empty()) return "\"" + escaped(text) + "\"";
        if (static_cast<unsigned char>(text[0]) >= 0x80) return "\"" + escaped(text) + "\"";
        constexpr std::string_view hex = "0123456789abcdef";
        const auto first = static_cast<unsigned char>(text[0]);
        return std::string("\"\\u00") + hex[first >> 4] + hex[first & 15] +
               escaped(text.substr(1)) + "\"";
    }
    // What becomes U+FFFD may have been a surrogate that stood alone.
    std::string cut_off(std::string json) {
        static constexpr std::string_view replacement = "\xef\xbf\xbd";
        const std::size_t at = json.find(replacement);
        if (at != std::string::npos && one_in(2)) json.replace(at, replacement.size(), "\\udbff");
        return json;
    }
    // As it is sent.
    std::string value() {
        static constexpr std::array<const char*, 6> numbers = {
            "1.10", "100000.00", "-0", "1E400", "12345678901234567.89", "12345678901234567890123"};
        switch (below(10)) {
        case 0: return "null";
        case 6: return numbers[below(numbers.size())];
        case 7: return "[" + std::string(numbers[below(numbers.size())]) + ",\"\xef\xbf\xbd\"]";
        case 1: return std::to_string(random_());
        case 2: return R"({"k":[1,{"k":"\u0001"}],"k":-1})";
        case 3: return "\"" + escaped(name()) + "\"";
        case 4: return "\"" + std::string(100 + below(60), 'v') + "\"";
        case 5: return "\"" + std::string(below(4), 'w') + "\"";
        default: return std::to_string(below(100));
        }
    }
    std::string custom_properties(written_record& r) {
        std::string list;
        for (std::uint64_t i = one_in(10) ? below(70) : below(4); i > 0; --i) {
            const std::string key = name();
            const std::string json = one_in(3) ? "1" : std::to_string(below(1'000'000));
            const std::string n = "\"name\":\"" + escaped(key) + "\"";
            std::string& element = r.fields[{field_kind::custom, escaped(key)}];
            if (!list.empty()) list += ",";
            if (one_in(5)) {
                const std::string value = "\"value\":" + json + ",";
                const std::string other = "\"x\":\"" + escaped(key) + "\"}";
                list.append("{").append(value).append(n).append(",").append(other);
                element = value + other;
            } else {
                element = "\"value\":" + json + "}";
                list += (one_in(5) ? "{\"value\":[],\"name\":" : "{\"name\":") + quoted(key) +
                        ",\"value\":" + json + (one_in(9) ? "," + n : "") + "}";
            }
        }
        return list;
    }
    std::string defect() {
        switch (below(5)) {
        case 0: return R"("eventName":5)";
        case 1: return R"("customProperties":[{"name":"late","value":1},{"name":"a"}])";
        case 2: return R"("objectId":1,"objectId":1)";
        case 3: return R"("$hubspool":{"other":1})";
        default: return R"("unquoted":abc)";
        }
    }

    std::mt19937_64 random_;
    bool many_names_;
};

using change_model = std::vector<const written_record*>;

class merge_model {
public:
    explicit merge_model(unsigned seed)
        : write_(seed), change_bytes_max_(300 + seed % 7 * 3000),
          dated_one_in_(seed % 3 == 0 ? 2 : 1000) {}

    void block() {
        decoded_block block;
        block.file = write_.one_in(4) ? 1 + write_.below(newest_file_) : ++newest_file_;
        block.order = {100 + block.file, 100 + block.file, block.file};
        std::vector<const written_record*> good;
        for (std::uint64_t i = write_.below(60); i > 0; --i) {
            written_record& r = all_.emplace_back(write_.record());
            place_next(r, block.file);
            decoder_.decode(r.text, *r.ref.offset, r.ref.ordinal, r.ref.line, block);
            if (!r.good) continue;
            if (write_.one_in(dated_one_in_)) r.as_of = write_.below(200);
            block.records.back().as_of = r.as_of;
            r.ref.key = block.order.key(r.as_of, r.ref.ordinal);
            good.push_back(&r);
        }
        ASSERT_EQ(block.records.size(), good.size());
        decoded_block moved = std::move(block);
        block_merge merge(set_, moved);
        const bool gaps = write_.one_in(4);
        std::uint64_t skip = 0;
        for (std::size_t i = 0; i < good.size(); ++i) {
            if (gaps && skip == 0 && write_.one_in(10)) skip = write_.below(40);
            if (skip > 0) {
                --skip; // settled before a restart
                continue;
            }
            bool is_new = false;
            const object_index index = merge.add(i, {}, is_new);
            std::vector<change_model>& changes = objects_[good[i]->object_id];
            EXPECT_EQ(is_new, changes.empty());
            if (set_.at(index).changes.size() > changes.size()) changes.emplace_back();
            changes.back().push_back(good[i]);
        }
    }

    // What sending does to them.
    void disturb() {
        for (auto& [id, changes] : objects_) {
            object_index index = 0;
            if (changes.empty() || !set_.find(id, index)) continue;
            pending_object& object = set_.at(index);
            switch (write_.below(6)) {
            case 0: object.frozen = true; break;
            case 1: {
                object.frozen = false;
                change_joins(set_).merge_following(index);
                if (object.changes.size() == changes.size()) break;
                changes[0].insert(changes[0].end(), changes[1].begin(), changes[1].end());
                changes.erase(changes.begin() + 1);
                break;
            }
            case 2: drop_head(id, index); break;
            default: break;
            }
        }
    }

    void drop_all() {
        for (auto& [id, changes] : objects_) {
            object_index index = 0;
            while (!changes.empty()) {
                ASSERT_TRUE(set_.find(id, index));
                drop_head(id, index);
            }
        }
        EXPECT_EQ(set_.bytes(), 0U);
        EXPECT_EQ(set_.records(), 0U);
        EXPECT_EQ(set_.objects(), 0U);
    }

    void check() const {
        std::size_t bytes = 0;
        for (const auto& [id, changes] : objects_) {
            object_index index = 0;
            ASSERT_EQ(set_.find(id, index), !changes.empty());
            if (changes.empty()) continue;
            const pending_object& object = set_.at(index);
            bytes += pending_set::object_bytes + id.size();
            ASSERT_EQ(object.changes.size(), changes.size());
            for (std::size_t i = 0; i < changes.size(); ++i) {
                check(object.changes[i], changes[i]);
                bytes += object.changes[i].bytes();
            }
        }
        EXPECT_EQ(set_.bytes() - set_.idle_bytes(), bytes);
    }

private:
    void place_next(written_record& r, std::uint64_t file) {
        record_ref& last = last_[file];
        r.ref.file = file;
        r.ref.ordinal = last.line == 0 ? 0 : last.ordinal + 1;
        r.ref.line = last.line + 1 + (write_.one_in(3) ? write_.below(3) : 0);
        r.ref.offset = last.offset.value_or(0) + 1 + write_.below(300);
        last = r.ref;
    }
    void drop_head(const std::string& id, object_index index) {
        std::vector<change_model>& changes = objects_[id];
        changes.erase(changes.begin());
        EXPECT_EQ(set_.drop_head(index), changes.empty());
    }

    void check(const pending_change& change, const change_model& expected) const {
        check_records(change, expected);
        std::map<std::pair<field_kind, std::string>, std::uint32_t> owners;
        for (std::uint32_t i = 0; i < expected.size(); ++i)
            for (const auto& [key, value] : expected[i]->fields) {
                const auto [owner, fresh] = owners.emplace(key, i);
                if (!fresh && expected[owner->second]->ref.key < expected[i]->ref.key)
                    owner->second = i;
            }
        std::size_t json_bytes = 0;
        std::set<std::pair<field_kind, std::string>> met;
        change.fields.for_each([&](const field& f, std::uint32_t owner) {
            const std::pair key(f.kind, std::string(f.name));
            EXPECT_TRUE(met.insert(key).second) << "twice: " << f.name;
            ASSERT_TRUE(owners.contains(key)) << f.name;
            EXPECT_EQ(owner, owners[key]) << f.name;
            EXPECT_EQ(f.value, expected[owners[key]]->fields.at(key)) << f.name;
            const bool is_custom = f.kind == field_kind::custom;
            const std::string_view beside = is_custom ? R"({"name":"",,)" : R"("":,)";
            json_bytes += f.name.size() + f.value.size() + beside.size();
        });
        EXPECT_EQ(met.size(), owners.size());
        EXPECT_EQ(change.fields.count(), owners.size());
        EXPECT_EQ(change.fields.json_bytes(), json_bytes);
        if (expected.size() > 1) {
            EXPECT_LE(json_bytes, change_bytes_max_);
        }
    }
    static void check_records(const pending_change& change, const change_model& expected) {
        ASSERT_EQ(change.records.count(), expected.size());
        std::size_t i = 0;
        arrival newest;
        change.records.for_each([&](const record_ref& record) {
            const written_record& r = *expected.at(i++);
            EXPECT_EQ((arrival{record.file, record.ordinal}), r.at());
            EXPECT_EQ(record.line, r.ref.line);
            EXPECT_EQ(record.key, r.ref.key);
            EXPECT_EQ(record.fieldless, r.ref.fieldless);
            EXPECT_EQ(record.reference, r.reference);
            if (record.offset) {
                EXPECT_EQ(*record.offset, *r.ref.offset);
            }
            newest = std::max(newest, arrival{r.ref.file, *r.ref.offset});
        });
        EXPECT_EQ(change.records.newest(), newest);
    }

    writer write_;
    change_decoder decoder_{decode_options{}};
    std::size_t change_bytes_max_;
    std::uint64_t dated_one_in_; // records have an as_of of their own
    pending_set set_{change_bytes_max_};
    std::deque<written_record> all_;
    std::map<std::uint64_t, record_ref> last_; // by file
    std::map<std::string, std::vector<change_model>> objects_;
    std::uint64_t newest_file_ = 1;
};

} // namespace

TEST(merge_model, random_records_become_the_changes_that_maps_make_of_them) {
    for (unsigned seed = 0; seed < testing::random_rounds(12U) && !HasFailure(); ++seed) {
        SCOPED_TRACE(::testing::Message() << "seed " << seed);
        merge_model model(seed);
        for (int step = 0; step < 30 && !HasFailure(); ++step) {
            model.block();
            model.check();
            model.disturb();
            model.check();
        }
        model.drop_all();
    }
}

} // namespace hubspool
