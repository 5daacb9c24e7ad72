#include "output/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <ostream>

namespace kencrypt::output {
namespace {

// The parts differ in brightness too, and every bar says its numbers in words: colour alone tells nothing to many.
constexpr std::string_view kHead = R"(<style>
body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid #d5d9de; text-align: right; vertical-align: top; }
th.w, td.w { text-align: left; overflow-wrap: anywhere; }
.bar { display: flex; align-items: center; gap: .6rem; margin: .25rem 0; break-inside: avoid; }
.bar b { flex: 0 0 14rem; font-weight: 400; text-align: right; overflow-wrap: anywhere; }
.bar svg { flex: 1; height: 1rem; border: 1px solid #767c85; }
.p0 { fill: #1a7f37; } .p1 { fill: #bf8700; } .p2 { fill: #b3261e; } .p3 { fill: #c9ced6; }
.legend svg { width: .9rem; height: .9rem; vertical-align: -.1rem; } .legend span { margin-right: 1.2rem; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } tr { break-inside: avoid; } thead { display: table-header-group; } }
</style>
)";

constexpr unsigned kBarLength = 1000;  // of an SVG's own units

void write_row(std::ostream& out, const std::vector<std::string>& cells, std::size_t words, std::string_view element) {
  out << "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i)
    out << fmt::format("<{0}{1}>{2}</{0}>", element, i < words ? R"( class="w")" : "", escape_html(cells[i]));
  out << "</tr>\n";
}

void write_legend(std::ostream& out, const std::vector<std::string>& legend) {
  out << R"(<p class="legend">)";
  for (std::size_t i = 0; i < legend.size(); ++i)
    out << fmt::format(R"(<span><svg viewBox="0 0 1 1"><rect class="p{}" width="1" height="1"/></svg> {}</span>)", i,
                       escape_html(legend[i]));
  out << "</p>\n";
}

std::string describe(const std::vector<std::string>& legend, const HtmlBar& bar) {
  std::string text;
  for (std::size_t i = 0; i < bar.parts.size(); ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", bar.parts[i], legend[i]);
  return text;
}

void write_bar(std::ostream& out, const std::vector<std::string>& legend, const HtmlBar& bar) {
  const std::string words = escape_html(describe(legend, bar));
  out << fmt::format(R"(<div class="bar"><b>{}</b><svg viewBox="0 0 {} 10" preserveAspectRatio="none" role="img" )"
                     R"(aria-label="{}"><title>{}</title>)",
                     escape_html(bar.label), kBarLength, words, words);
  const double total =
      std::max(static_cast<double>(bar.whole), std::accumulate(bar.parts.begin(), bar.parts.end(), 0.0));
  double at = 0;
  for (std::size_t i = 0; i < bar.parts.size(); ++i) {
    if (bar.parts[i] == 0) continue;
    const double length = kBarLength * static_cast<double>(bar.parts[i]) / total;
    out << fmt::format(R"(<rect class="p{}" x="{:.2f}" width="{:.2f}" height="10"/>)", i, at, length);
    at += length;
  }
  out << "</svg></div>\n";
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    }
  }
  return safe;
}

void begin_html(std::ostream& out, std::string_view title) {
  const std::string safe = escape_html(title);
  out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width\">\n"
      << "<title>" << safe << "</title>\n"
      << kHead << "</head>\n<body>\n<h1>" << safe << "</h1>\n";
}

void end_html(std::ostream& out) { out << "</body>\n</html>\n"; }

void write_html_heading(std::ostream& out, std::string_view text) { out << "<h2>" << escape_html(text) << "</h2>\n"; }

void write_html_paragraph(std::ostream& out, std::string_view text) { out << "<p>" << escape_html(text) << "</p>\n"; }

void write_html_list(std::ostream& out, const std::vector<std::string>& items) {
  if (items.empty()) return;
  out << "<ul>\n";
  for (const std::string& item : items) out << "<li>" << escape_html(item) << "</li>\n";
  out << "</ul>\n";
}

void write_html_table(std::ostream& out, const HtmlTable& table) {
  out << "<table>\n<thead>\n";
  write_row(out, table.headers, table.words, "th");
  out << "</thead>\n<tbody>\n";
  for (const auto& row : table.rows) write_row(out, row, table.words, "td");
  out << "</tbody>\n</table>\n";
}

void write_html_bars(std::ostream& out, const std::vector<std::string>& legend, const std::vector<HtmlBar>& bars) {
  write_legend(out, legend);
  for (const HtmlBar& bar : bars) write_bar(out, legend, bar);
}

}  // namespace kencrypt::output
