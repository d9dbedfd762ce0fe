// The short way from the text of an answer to its results, for answers of success as they mostly
// come. An answer is as long as the request, and nearly all are of that kind.
//
// Its tokens are gone through once (core/json/json_tokens.hpp), without building a tree. Whatever
// is not plain is left to the tree: escapes, fractions, keys that stand twice, anything that tells
// of an error. What is taken here is just what the tree would give. Pure.
#pragma once

#include "core/answers/answer_body.hpp"

#include <simdjson.h>

#include <string_view>

namespace hubspool {

// False, with `body` as it was, for what is not plain. The body's views look into `text`.
bool read_plain_answer(simdjson::dom::parser& parser, std::string_view text, answer_body& body);

} // namespace hubspool
