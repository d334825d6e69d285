#include <algorithm>
#include <fmt/core.h>
#include <iterator>
#include <map>

#include "app/inspect/graph_picture.hpp"
#include "base/amount.hpp"

namespace pegkit::app::inspect {
namespace {

constexpr int line_height = 18, box_width = 600, column_gap = 130, row_gap = 26, margin = 30,
              title_height = 40;

std::string escaped(const std::string& text, const char* special) {
  std::string out;
  for (char c : text) {
    if (std::string_view(special).find(c) == std::string_view::npos)
      out += c;
    else if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += fmt::format("\\{}", c);
  }
  return out;
}

std::string xml(const std::string& text) {
  return escaped(text, "&<>");
}

std::string dot_label(const std::string& text) {
  return escaped(text, "\\\"{}|<>&");
}

std::string amount_text(const std::optional<Sat>& amount) {
  return amount ? format_btc(*amount) : "";
}

std::string joined(std::initializer_list<std::string> parts, const char* between) {
  std::string out;
  for (const std::string& part : parts)
    if (!part.empty()) out += (out.empty() ? "" : between) + part;
  return out;
}

std::string heading(const GraphBox& box) {
  return box.count > 1 ? fmt::format("{} × {}", box.name, box.count) : box.name;
}

/// "320 vB, fee 0.00000640 BTC"
std::string size_text(const GraphBox& box) {
  std::string size = box.vsize ? fmt::format("{}{} vB", box.fee ? "" : "at most ", *box.vsize) : "";
  return joined({size, box.fee ? "fee " + format_btc(*box.fee) : ""}, ", ");
}

std::string input_text(const GraphBox::Input& input) {
  return joined({input.coin, amount_text(input.amount),
                 input.after ? fmt::format("after {} blocks", input.after) : "", input.by},
                " · ");
}

std::string output_text(const GraphBox::Output& output) {
  return joined({output.text, amount_text(output.amount)}, " · ");
}

/// The position of a box and its rows in the drawing.
struct Place {
  int x, y, height;
  int input_y(std::size_t i) const { return y + (3 + static_cast<int>(i)) * line_height - line_height / 3; }
  int output_y(const GraphBox& box, std::size_t i) const { return input_y(box.inputs.size() + i); }
};

std::vector<Place> places(const std::vector<GraphBox>& boxes) {
  std::map<int, int> next;  // of each column
  std::vector<Place> out;
  for (const GraphBox& box : boxes) {
    int rows = 2 + static_cast<int>(box.inputs.size() + box.outputs.size());
    int& y = next.try_emplace(box.column, margin + title_height).first->second;
    out.push_back({margin + box.column * (box_width + column_gap), y, rows * line_height + line_height / 2});
    y += out.back().height + row_gap;
  }
  return out;
}

class Svg {
 public:
  Svg(const std::vector<GraphBox>& boxes, const std::string& title)
      : boxes_(boxes), title_(title), places_(places(boxes)) {}

  std::string draw() {
    int width = 0, height = 0;
    for (const Place& place : places_) {
      width = std::max(width, place.x + box_width + margin);
      height = std::max(height, place.y + place.height + margin);
    }
    add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" "
        "fill=\"white\"/>\n",
        width, height);
    text(margin, margin + 4, title_, "font-size=\"15\" font-weight=\"bold\"");
    for (std::size_t i = 0; i < boxes_.size(); ++i)
      for (std::size_t j = 0; j < boxes_[i].inputs.size(); ++j) edge(i, j);
    for (std::size_t i = 0; i < boxes_.size(); ++i) box(i);
    return out_ + "</svg>\n";
  }

 private:
  template <class... T>
  void add(fmt::format_string<T...> format, T&&... values) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<T>(values)...);
  }
  void text(int x, int y, const std::string& words, const char* more = "") {
    add("<text x=\"{}\" y=\"{}\" {}>{}</text>\n", x, y, more, xml(words));
  }
  void edge(std::size_t to, std::size_t input) {
    const GraphBox::Input& coin = boxes_[to].inputs[input];
    auto found = std::ranges::find(boxes_, coin.from, &GraphBox::name);
    if (coin.from.empty() || found == boxes_.end()) return;
    const Place& from = places_[static_cast<std::size_t>(found - boxes_.begin())];
    int x1 = from.x + box_width, y1 = from.output_y(*found, coin.output);
    int x2 = places_[to].x, y2 = places_[to].input_y(input), bend = column_gap / 2;
    add("<path d=\"M{} {} C{} {} {} {} {} {}\" fill=\"none\" stroke=\"{}\"{}/>\n", x1, y1, x1 + bend, y1,
        x2 - bend, y2, x2, y2, boxes_[to].happened ? "#2a7" : "#888",
        coin.after ? " stroke-dasharray=\"5 3\"" : "");
  }
  void box(std::size_t i) {
    const GraphBox& one = boxes_[i];
    const Place& place = places_[i];
    add("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\" fill=\"{}\" stroke=\"#444\"/>\n",
        place.x, place.y, box_width, place.height, one.happened ? "#dff5e6" : "#f6f6f2");
    int left = place.x + 10, right = place.x + box_width - 10;
    text(left, place.y + line_height, heading(one), "font-weight=\"bold\"");
    text(right, place.y + line_height, joined({size_text(one), one.state}, " · "), "text-anchor=\"end\"");
    text(left, place.y + 2 * line_height - 3, one.txid, "font-size=\"9\" fill=\"#666\"");
    for (std::size_t j = 0; j < one.inputs.size(); ++j)
      text(left, place.input_y(j) + 4, input_text(one.inputs[j]));
    for (std::size_t j = 0; j < one.outputs.size(); ++j)
      text(right, place.output_y(one, j) + 4, output_text(one.outputs[j]),
           "text-anchor=\"end\" fill=\"#05a\"");
  }

  const std::vector<GraphBox>& boxes_;
  const std::string& title_;
  std::vector<Place> places_;
  std::string out_;
};

std::string dot_rows(const std::vector<std::string>& rows, char port) {
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i)
    out += fmt::format("{}<{}{}> {}", out.empty() ? "" : "|", port, i, dot_label(rows[i]));
  return out;
}

}  // namespace

std::string boxes_svg(const std::vector<GraphBox>& boxes, const std::string& title) {
  return Svg(boxes, title).draw();
}

std::string boxes_dot(const std::vector<GraphBox>& boxes, const std::string& title) {
  std::string out = fmt::format(
      "digraph graph_of_a_deposit {{\n  rankdir=LR;\n  label=\"{}\";\n  node [shape=record, "
      "fontname=\"sans-serif\"];\n",
      dot_label(title));
  for (const GraphBox& box : boxes) {
    std::vector<std::string> in, made;
    for (const auto& input : box.inputs) in.push_back(input_text(input));
    for (const auto& output : box.outputs) made.push_back(output_text(output));
    std::string top = dot_label(joined({heading(box), size_text(box), box.state}, " · "));
    out += fmt::format("  \"{}\" [label=\"{{{}|{{{{{}}}|{{{}}}}}}}\"{}];\n", box.name, top, dot_rows(in, 'i'),
                       dot_rows(made, 'o'), box.happened ? ", style=filled, fillcolor=\"#dff5e6\"" : "");
  }
  for (const GraphBox& box : boxes)
    for (std::size_t i = 0; i < box.inputs.size(); ++i)
      if (const auto& coin = box.inputs[i]; !coin.from.empty())
        out += fmt::format("  \"{}\":o{} -> \"{}\":i{}{};\n", coin.from, coin.output, box.name, i,
                           coin.after ? " [style=dashed]" : "");
  return out + "}\n";
}

}  // namespace pegkit::app::inspect
