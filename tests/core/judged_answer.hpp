// A batch as it was sent, and an answer to it, for the tests of the verdicts.
#pragma once

#include "coded_fields.hpp"
#include "core/answers/response_mapper.hpp"
#include "core/json/json_text.hpp"
#include "support/api_answer.hpp"
#include "support/printing.hpp"

#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::testing {

inline constexpr boot_time sent_at{milliseconds(5'000'000)};

class sent_batch {
public:
    sent_batch(std::initializer_list<std::string> ids)
        : ids_(ids), fields_(std::make_shared<std::deque<field_set>>(ids.size())) {}

    // `value` is JSON.
    sent_batch& custom(std::size_t input, std::string_view name, std::string_view value) {
        std::string escaped, attributes = R"("value":)";
        append_json_escaped(escaped, name);
        attributes.append(value).append("}");
        return put(input, {field_kind::custom, escaped, attributes});
    }
    sent_batch& property(std::size_t input, std::string_view name, std::string_view value) {
        return put(input, {field_kind::property, name, value});
    }

    response_verdict judge(const api_response& response, mapper_options options = {}) const {
        std::vector<sent_input> inputs;
        for (std::size_t i = 0; i < ids_.size(); ++i) inputs.push_back({ids_[i], &(*fields_)[i]});
        return map_response(response, inputs, options, sent_at);
    }

private:
    sent_batch& put(std::size_t input, const field& f) {
        coded_fields().put(f.name, f.value, f.kind).merge_into((*fields_)[input], 0);
        return *this;
    }

    std::vector<std::string> ids_;
    std::shared_ptr<std::deque<field_set>> fields_; // which cannot be copied
};

inline api_response answered(int status, std::string body,
                             std::string content_type = "application/json;charset=utf-8") {
    return api_answer(status, std::move(body), std::move(content_type));
}

inline std::vector<input_fate> fates(const response_verdict& verdict) {
    std::vector<input_fate> all;
    for (const input_verdict& input : verdict.inputs) all.push_back(input.fate);
    return all;
}

inline constexpr auto delivered = input_fate::delivered;
inline constexpr auto dead = input_fate::dead;
inline constexpr auto again = input_fate::again;
inline constexpr auto suspect = input_fate::suspect;
inline constexpr auto contradicted = input_fate::contradicted;
inline constexpr auto solo = input_fate::solo;

} // namespace hubspool::testing
