// From the bytes of a queue file to change records, or the reason why they are refused.
//
// A record needs `objectId`: a string, or a number whose value is an integer from 0 on. 1000.0 is
// 1000; with a minus sign it is none, -0 neither. Of all digits, leading zeros are stripped. It is
// refused when it is empty, has white space, stands twice in one record, or evidently is no id
// (core/records/object_id).
//
// Known fields are checked for type (HubSpot's OpenAPI file,
// MarketingEventPublicUpdateRequestFullV2 and PropertyValue); unknown ones are passed on. Numbers
// stay as they came, digit by digit. A surrogate that stands alone becomes U+FFFD and is counted.
// `null` is a value. `"$hubspool"` is ours and never sent. Pure. One decoder a thread.
#pragma once

#include "core/records/decode_options.hpp"
#include "core/records/decoded_block.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace hubspool {

class change_decoder {
public:
    explicit change_decoder(decode_options options);
    ~change_decoder();

    // Decodes one object (the text of a piece; need not be padded) and appends it to
    // `block.records` with its strings in `block.arena` and its keys in `block.keys`, or to
    // `block.bad`. Ordinal, offset and line are the caller's. A block is filled by one decoder,
    // and before the next one is begun. `refusal`: it is a bad one for this reason, and only whose
    // it is is read.
    void decode(std::string_view text, std::uint64_t offset, std::uint64_t ordinal,
                std::uint64_t line, decoded_block& block, std::string_view refusal = {});
    // The same, but for text that may be something else: false, with nothing appended, unless it is
    // one JSON object.
    bool decode_if_object(std::string_view text, std::uint64_t offset, std::uint64_t ordinal,
                          std::uint64_t line, decoded_block& block);

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace hubspool
