#include "cli/fates/place_finder.hpp"

#include "app/options.hpp"
#include "spool/reading/file_reader.hpp"

#include <algorithm>

namespace hubspool {

namespace {

void describe(const decoded_block& block, std::uint64_t ordinal, record_place& place) {
    const auto record =
        std::ranges::lower_bound(block.records, ordinal, {}, &decoded_record::ordinal);
    if (record != block.records.end() && record->ordinal == ordinal) {
        place.line = record->line;
        place.object_id = block.text(record->object_id);
        place.reference = block.text(record->reference);
        return;
    }
    for (const bad_record& bad : block.bad) {
        if (ordinal < bad.ordinal || ordinal - bad.ordinal >= bad.count) continue;
        place.line = bad.line;
        place.object_id = bad.object_id;
        place.reference = bad.reference;
        place.bad = bad.reason;
        return;
    }
}

} // namespace

result<record_place> place_finder::find(std::uint64_t file, std::uint64_t ordinal) {
    const auto known = know(file);
    if (!known) return known.error();
    record_place place;
    if (!(*known)->row) return place;
    place.file = (*known)->row->name;
    const auto block = block_of(file, **known, ordinal);
    if (!block) return block.error();
    if (*block != nullptr) describe(**block, ordinal, place);
    return place;
}

result<const decoded_block*> place_finder::find_block(std::uint64_t file, std::uint64_t ordinal) {
    const auto known = know(file);
    if (!known) return known.error();
    const decoded_block* const none = nullptr;
    if (!(*known)->row) return none;
    return block_of(file, **known, ordinal);
}

result<place_finder::known_file*> place_finder::know(std::uint64_t file) {
    const auto found = files_.find(file);
    if (found != files_.end()) return &found->second;
    // Where their blocks begin is found again.
    if (files_.size() == files_max) files_.clear();
    auto row = feed_.find_file(file);
    if (!row) return row.error();
    known_file& known = files_[file];
    known.row = std::move(*row);
    if (known.row) known.begins.front().dialect = known.row->watermark.dialect;
    return &known;
}

// Null: the file is gone, or ends before.
result<const decoded_block*> place_finder::block_of(std::uint64_t file, known_file& known,
                                                    std::uint64_t ordinal) {
    const auto above = std::ranges::upper_bound(known.begins, ordinal, {}, &read_point::ordinal);
    auto place = static_cast<std::size_t>(above - known.begins.begin() - 1);
    while (true) {
        auto block = read(file, known, place);
        if (!block || *block == nullptr || ordinal < (*block)->to.ordinal) return block;
        ++place;
    }
}

// False: the file is not kept any more.
result<bool> place_finder::go_to(const block_name& name, known_file& known) {
    // Blocks of a reading that began elsewhere may end elsewhere.
    if (reader_ && next_ == name && reader_->at() == known.begins[name.second]) return true;
    reader_.reset();
    const claimed_file claimed = file_of(*known.row);
    auto opened = queue_.open_kept(claimed, known.row->settled);
    if (!opened) return opened.error();
    if (!*opened) {
        // It may have moved since its row was read.
        auto row = feed_.find_file(name.first);
        if (!row) return row.error();
        if (!*row || (*row)->settled == known.row->settled) return false;
        known.row = std::move(*row);
        return go_to(name, known);
    }
    file_reader_options how = make_reader_options(options_);
    how.quiet_period = milliseconds(0);
    reader_ =
        file_reader::make((*opened)->descriptor.release(), claimed, known.begins[name.second], how);
    next_ = name;
    return true;
}

result<const decoded_block*> place_finder::read(std::uint64_t file, known_file& known,
                                                std::size_t place) {
    const decoded_block* const none = nullptr;
    if (const auto kept = places_.find({file, place}); kept != places_.end()) {
        blocks_.splice(blocks_.begin(), blocks_, kept->second);
        return &std::as_const(blocks_.front().block);
    }
    if (place >= known.begins.size()) return none;
    const auto is_there = go_to({file, place}, known);
    if (!is_there) return is_there.error();
    auto block = *is_there ? reader_->next() : std::nullopt;
    next_.second = place + 1;
    if (!block) {
        reader_.reset();
        return none;
    }
    if (place + 1 == known.begins.size() && block->to.offset > known.begins[place].offset)
        known.begins.push_back(block->to);
    blocks_.push_front({{file, place}, std::move(*block)});
    places_[{file, place}] = blocks_.begin();
    if (blocks_.size() > blocks_max) {
        places_.erase(blocks_.back().name);
        blocks_.pop_back();
    }
    return &std::as_const(blocks_.front().block);
}

} // namespace hubspool
