// How the text of a file is written: as it is, packed, or in UTF-16.
#pragma once

#include "spool/unpacking/unpacker.hpp"
#include "spool/unpacking/utf16_decoder.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

struct text_form {
    packing packed = packing::none;
    std::optional<utf16_order> utf16 = {}; // of the text; not known before it is unpacked

    // The bytes of the file are those of its text.
    bool is_plain() const { return packed == packing::none && !utf16; }
};

// So many first bytes of a file tell it.
inline constexpr std::size_t form_told_by = std::max(packing_bytes, utf16_told_by);
text_form text_form_of(std::string_view beginning);

// A sentence of core/records/foreign_form about the text of a file, about the file.
std::string about_file(const text_form& form, const std::string& sentence);

} // namespace hubspool
