// Answers made of HubSpot's own schemas: each member present, absent, null, of another type, and
// members that no schema names. Whatever comes, no input is lost, none is called delivered that
// `results` does not name, and none is called dead that no error names.
#include "core/judged_answer.hpp"
#include "support/openapi_schema.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdlib>
#include <random>
#include <set>

namespace hubspool::testing {
namespace {

namespace dom = simdjson::dom;
using openapi::openapi_file;
using openapi::openapi_schema;
using openapi::schema_problem;

const std::vector<std::string> sent_ids{"51", "52", "53", "54"};

class answer_generator {
public:
    answer_generator(std::uint64_t seed, std::size_t inputs) : random_(seed), inputs_(inputs) {}

    std::string make(const openapi_schema& schema, const std::string& name = "") {
        std::string out;
        append(out, schema, name);
        return out;
    }
    bool chance(double share) { return std::uniform_real_distribution<>(0, 1)(random_) < share; }
    template <class List>
    const typename List::value_type& one_of(const List& list) {
        return list[random_() % list.size()];
    }

private:
    void append(std::string& out, const openapi_schema& schema, const std::string& name) {
        if (chance(0.02)) {
            out += "null";
        } else if (chance(0.03)) {
            static const std::vector<std::string> others{"1",  "-7",     "1.5", "true", "\"text\"",
                                                         "[]", "[null]", "{}",  "[{}]", "[\"51\"]"};
            out += one_of(others);
        } else if (schema.type == "object") {
            append_object(out, schema, name);
        } else if (schema.type == "array") {
            append_list(out, random_() % 5, [&] { append(out, *schema.items, name); });
        } else if (schema.type == "integer") {
            out += std::to_string(random_() % 1000);
        } else if (schema.type == "boolean") {
            out += chance(0.5) ? "true" : "false";
        } else {
            append_text(out, schema, name);
        }
    }

    void append_object(std::string& out, const openapi_schema& schema, const std::string& name) {
        bool first = true;
        const auto member = [&](const std::string& key) {
            out += (first ? "\"" : ",\"") + key + "\":";
            first = false;
        };
        out += '{';
        if (schema.additional != nullptr) {
            static const std::vector<std::string> keys{
                "ids", "id", "objectId", "objectIds", "ID", "propertyName", "limit"};
            std::set<std::string> chosen; // each once: of doubled keys readers take different ones
            for (std::size_t i = random_() % 3; i > 0; --i) chosen.insert(one_of(keys));
            for (const std::string& key : chosen) {
                member(key);
                append(out, *schema.additional, name);
            }
        }
        for (const auto& [key, of] : schema.properties) {
            if (chance(schema.required.contains(key) ? 0.05 : 0.4)) continue;
            member(key);
            append(out, *of, key);
        }
        if (chance(0.1)) {
            member("brandNew");
            out += R"({"ids":["51"],"objectId":"52"})";
        }
        out += '}';
    }

    template <class Each>
    void append_list(std::string& out, std::size_t count, Each each) {
        out += '[';
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0) out += ',';
            each();
        }
        out += ']';
    }

    void append_text(std::string& out, const openapi_schema& schema, const std::string& name) {
        static const std::vector<std::string> messages{
            "No marketing event found", "Property values were not valid: [\\\"52\\\"]",
            "The maximum number of inputs supported in a batch is 3. Please reduce",
            "Duplicate IDs found in batch input: [51]. IDs must be unique", ""};
        static const std::vector<std::string> categories{"OBJECT_NOT_FOUND", "VALIDATION_ERROR",
                                                         "CONFLICT", "MISSING_SCOPES", ""};
        out += '"';
        if (name == "objectId" || name == "context")
            out += chance(0.9) ? sent_ids[random_() % inputs_] : "999";
        else if (name == "message")
            out += one_of(messages);
        else if (name == "category")
            out += one_of(categories);
        else if (!schema.values.empty() && chance(0.95))
            out += chance(0.7) ? "COMPLETE"
                               : one_of(std::vector(schema.values.begin(), schema.values.end()));
        else
            out += "text";
        out += '"';
    }

    std::mt19937_64 random_;
    std::size_t inputs_;
};

// What the answer says, read by nothing of ours.
struct said {
    std::set<std::string> in_results, in_errors;
    bool has_errors = false;

    explicit said(const std::string& body) {
        dom::parser parser;
        dom::element all;
        if (parser.parse(body).get(all) != simdjson::SUCCESS) return;
        dom::array list;
        if (all["results"].get(list) == simdjson::SUCCESS)
            for (dom::element each : list) add(in_results, each["objectId"]);
        if (all["errors"].get(list) == simdjson::SUCCESS) has_errors = list.size() > 0;
        find_contexts(all);
    }

private:
    static void add(std::set<std::string>& to, simdjson::simdjson_result<dom::element> id) {
        dom::element value;
        if (id.get(value) == simdjson::SUCCESS) add(to, value);
    }
    static void add(std::set<std::string>& to, dom::element value) {
        if (value.is_string()) to.emplace(value.get_string().value());
        if (value.is_uint64()) to.insert(std::to_string(value.get_uint64().value()));
        dom::array list;
        if (value.get(list) != simdjson::SUCCESS) return;
        for (dom::element each : list) add(to, each);
    }
    void find_contexts(dom::element in) {
        dom::array list;
        if (in.get(list) == simdjson::SUCCESS)
            for (dom::element each : list) find_contexts(each);
        dom::object members;
        if (in.get(members) != simdjson::SUCCESS) return;
        for (const auto [key, value] : members) {
            if (key == "context")
                for (const char* name : {"id", "ids", "objectId", "objectIds"})
                    add(in_errors, value[name]);
            find_contexts(value);
        }
    }
};

struct tally {
    int delivered = 0, dead_among_others = 0, dead_alone = 0, answers = 0;
};

void check(const response_verdict& verdict, const std::vector<std::string>& ids,
           const std::string& body, int status, tally& seen) {
    const said truth(body);
    ASSERT_EQ(verdict.inputs.size(), ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        switch (verdict.inputs[i].fate) {
        case delivered:
            ++seen.delivered;
            ASSERT_TRUE(truth.in_results.contains(ids[i])) << ids[i] << " is not in results";
            ASSERT_TRUE(status >= 200 && status < 300);
            break;
        case dead:
            if (ids.size() > 1) {
                ++seen.dead_among_others;
                ASSERT_TRUE(truth.in_errors.contains(ids[i])) << ids[i] << " is named by no error";
            } else {
                ++seen.dead_alone;
                ASSERT_TRUE(status >= 400 || truth.has_errors) << "nothing was held against it";
            }
            break;
        case again:
        case suspect:
        case contradicted:
        case solo: break;
        }
    }
}

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(response_mapper_schema, generated_answers_lose_no_input_and_blame_none_that_is_not_named) {
    const openapi_file schemas(HUBSPOT_SCHEMAS);
    static const std::vector<std::pair<int, std::string>> kinds{
        {200, "BatchResponseMarketingEventPublicDefaultResponseV2"},
        {200, "BatchResponseMarketingEventPublicDefaultResponseV2WithErrors"},
        {207, "BatchResponseMarketingEventPublicDefaultResponseV2WithErrors"},
        {400, "Error"},
        {401, "Error"},
        {403, "Error"},
        {404, "Error"},
        {409, "Error"},
        {413, "Error"},
        {422, "Error"},
        {423, "Error"},
        {429, "Error"},
        {477, "Error"},
        {500, "Error"},
        {503, "Error"}};
    const std::uint64_t only = number_from("HUBSPOOL_SEED", 0);
    const std::uint64_t last =
        only != 0 ? only : number_from("HUBSPOOL_SEEDS", testing::random_rounds(20'000));
    tally seen;
    for (std::uint64_t seed = only != 0 ? only : 1; seed <= last; ++seed) {
        const std::size_t inputs = seed % 3 == 0 ? 1 : sent_ids.size();
        answer_generator generator(seed, inputs);
        const auto& [status, schema] = generator.one_of(kinds);
        const std::string body = generator.make(schemas.at(schema));
        SCOPED_TRACE("HUBSPOOL_SEED=" + std::to_string(seed) + ": " + std::to_string(status) + " " +
                     body);
        const std::vector<std::string> ids(sent_ids.begin(),
                                           sent_ids.begin() + static_cast<std::ptrdiff_t>(inputs));
        std::vector<sent_input> batch;
        for (const std::string& id : ids) batch.push_back({id, nullptr});
        check(map_response(answered(status, body), batch, {}, sent_at), ids, body, status, seen);
        if (::testing::Test::HasFatalFailure()) return;
        ++seen.answers;
    }
    if (only != 0) return;
    // The generator reaches what it is about.
    EXPECT_GT(seen.delivered, seen.answers / 20);
    EXPECT_GT(seen.dead_among_others, seen.answers / 100);
    EXPECT_GT(seen.dead_alone, seen.answers / 100);
}

TEST(response_mapper_schema, whole_answer_of_the_schema_delivers_every_input) {
    const openapi_file schemas(HUBSPOT_SCHEMAS);
    const std::string body =
        R"({"completedAt":"2026-11-24T00:00:01Z","startedAt":"2026-11-24T00:00:00Z","status":"COMPLETE",)"
        R"("requestedAt":"2026-11-24T00:00:00Z","links":{"self":"x"},"results":[{"objectId":"51",)"
        R"("createdAt":"2026-11-24T00:00:00Z","updatedAt":"2026-11-24T00:00:00Z","eventName":"a",)"
        R"("customProperties":[{"name":"a","value":"b"}],"appInfo":{"id":"1","name":"n"}}]})";
    dom::parser parser;
    EXPECT_EQ(schema_problem(schemas.at("BatchResponseMarketingEventPublicDefaultResponseV2"),
                             parser.parse(body)),
              "");
    EXPECT_EQ(fates(sent_batch{"51"}.judge(answered(200, body))), std::vector{delivered});
}

} // namespace
} // namespace hubspool::testing
