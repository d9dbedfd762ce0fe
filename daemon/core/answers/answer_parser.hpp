// From the bytes of an answer to its body. Pure.
#pragma once

#include "core/answers/answer_body.hpp"

#include <string_view>

namespace hubspool {

// `text` must outlive what is returned. Any bytes are a valid body.
answer_body parse_answer(std::string_view text);

} // namespace hubspool
