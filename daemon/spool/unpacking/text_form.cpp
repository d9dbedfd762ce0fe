#include "spool/unpacking/text_form.hpp"

#include <fmt/core.h>

namespace hubspool {

text_form text_form_of(std::string_view beginning) {
    const packing packed = packing_of(beginning);
    if (packed != packing::none) return {packed};
    return {packed, utf16_of(beginning)};
}

std::string about_file(const text_form& form, const std::string& sentence) {
    if (form.is_plain() || sentence.empty()) return sentence;
    if (form.packed == packing::none) return fmt::format("is in UTF-16, and its text {}", sentence);
    return fmt::format("is compressed with {}, and its text{} {}", to_string(form.packed),
                       form.utf16 ? ", which is in UTF-16," : "", sentence);
}

} // namespace hubspool
