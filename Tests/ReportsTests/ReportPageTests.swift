import Foundation
import FoundationXML
import Plots
import TestSupport
import Testing
import Tracking

@testable import Reports

@Suite(.enabled(if: (try? Gnuplot()) != nil, "there is no gnuplot"))
struct ReportPageTests {
    private func withPage(_ body: (String) throws -> Void) throws {
        try SmallSweep.with { store in
            try body(
                ReportPage(
                    store.study(named: SmallSweep.name), SmallSweep.runs(store), in: store
                ).html(hasPaper: true))
        }
    }

    @Test func `the page is well-formed`() throws {
        try withPage { page in
            #expect(page.hasPrefix("<!DOCTYPE html>\n"))
            let parser = XMLParser(data: Data(page.utf8))
            #expect(
                parser.parse(), "\(parser.lineNumber): \(String(describing: parser.parserError))")
            #expect(!page.contains("{{") && !page.contains("}}"))
        }
    }

    @Test func `the page asks nothing of any other place`() throws {
        try withPage { page in
            #expect(!page.contains("src=") && !page.contains("@import") && !page.contains("<link"))
            #expect(!page.contains("<script"))
            for link in page.matches(of: /(?:href=["']|url\()(.)/) { #expect(link.output.1 == "#") }
            // Names of SVG's namespaces are no places.
            let addresses = page.matches(of: /https?:[^"'\s<]*/).map { String($0.output) }
            #expect(Set(addresses).allSatisfy { $0.hasPrefix("http://www.w3.org/") })
        }
    }

    @Test func `ids of several pictures differ`() throws {
        try withPage { page in
            let ids = page.matches(of: /\sid=["']([^"']*)["']/).map { String($0.output.1) }
            #expect(ids.contains { $0.hasPrefix("f1-") } && ids.contains { $0.hasPrefix("f2-") })
            #expect(Set(ids).count == ids.count)
            for use in page.matches(of: /href=["']#([^"']*)["']/) {
                #expect(ids.contains(String(use.output.1)))
            }
        }
    }

    @Test func `legends are text beside the pictures, not in them`() throws {
        try withPage { page in
            #expect(
                page.contains(
                    "<li><span style=\"color:#7F7F7F\" aria-hidden=\"true\">■</span> Base model</li>"
                ))
            let pictures = page.matches(of: /<svg.*?<\/svg>/.dotMatchesNewlines())
            #expect(!pictures.isEmpty)
            // Where there is no legend, gnuplot names plots in titles only.
            for picture in pictures {
                let texts = picture.output.replacing("<title>Base model</title>", with: "")
                #expect(!texts.contains("Base model"))
            }
        }
    }

    @Test func `names are escaped, and the numbers stand there`() throws {
        try withPage { page in
            #expect(page.contains("<h1>a&lt;b &amp; c_d</h1>"))
            #expect(page.contains("small &lt;model&gt;"))
            #expect(page.contains("targets: [V] # &lt;all&gt;"))
            #expect(page.contains("<td class=\"\">75.0, 100.0</td>"))
            #expect(page.contains("<td class=\"\">50.0 (50.00 q)</td>"))
            #expect(page.contains("<td class=\"gain\">+25.0, +50.0</td>"))
            #expect(page.contains("<td class=\"loss\">-50.0, 0.0</td>"))
            #expect(page.contains("<td class=\"\">70.21 (0.18 r)</td>"))
            // The forgetting report: the 7-shot loss is the difference turned round; of two seeds there is
            // no test.
            #expect(page.contains("<td>+25.0<br/><small>"))
            #expect(page.contains("<summary>Humanities, 1 subject</summary>"))
            // By subject: the mean of both seeds.
            #expect(page.contains("<th scope=\"row\">philosophy</th><td>2</td>"))
            #expect(page.contains("<td>87.5</td>"))
            #expect(page.contains("effectiveRank"))
            #expect(
                page.contains(
                    "<tr><th scope=\"row\">ZS on V</th><td>2</td><td>1.50</td><td>1.50</td>"
                        + "<td>1.50</td></tr>"))
            #expect(!page.contains("<h2>How settings were chosen</h2>"))
            #expect(page.contains("3 runs: 1 of the base model; 2 that are reported."))
            #expect(page.contains("<dt>prompt hash</dt><dd>123</dd>"))
            #expect(page.contains("Begun 2023-11-14 22:13 UTC, ended 2023-11-14 22:17 UTC."))
        }
    }

    @Test func `a run alone has a page too`() throws {
        try SmallSweep.with { store in
            let run = try SmallSweep.runs(store)[0]
            let page = try ReportPage(nil, [run], in: store).html()
            #expect(page.contains("<h1>Run \(run.id.prefix(8))</h1>"))
            #expect(!page.contains("<h2>Forgetting</h2>"))
            #expect(XMLParser(data: Data(page.utf8)).parse())
        }
    }
}
