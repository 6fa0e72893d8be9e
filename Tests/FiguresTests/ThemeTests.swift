import Foundation
import Testing

@testable import Figures

/// What a figure looks like on paper and on slides.
@Suite struct ThemeTests {
    private func figure(_ theme: Theme.Look = .paper) throws -> Figure {
        var figure = try KaplanMeierFigure(
            curves: SampleData.threeGroups, logRankP: 0.01, title: "A <title> & \"more\"", table: .extended
        ).figure()
        figure.theme = theme
        return figure
    }

    private func svg(_ figure: Figure) throws -> String {
        let folder = try TemporaryFolder()
        try figure.write(to: folder.file("x.svg"))
        return String(decoding: try folder.bytes("x.svg"), as: UTF8.self)
    }

    private func luminance(_ red: Double, _ green: Double, _ blue: Double) -> Double {
        func linear(_ value: Double) -> Double {
            value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255)
    }

    @Test func anSVGHasATitleAndADescription() throws {
        let figure = try figure()
        let text = try svg(figure)
        #expect(text.contains("<title>A &lt;title&gt; &amp; \"more\"</title>"))
        let start = try #require(text.range(of: "<desc>")).upperBound
        let end = try #require(text.range(of: "</desc>")).lowerBound
        #expect(text[start..<end].contains("Stage III: 66 patients"))
        #expect(!text.contains("Produced by GNUPLOT"))
        #expect(
            text.ranges(of: "<desc>").count == 1
                && text.firstMatch(of: /<title>.*<\/title>/)?.0.contains("A &lt;title") == true)
        // Text stays text, in one font, of 6 and 7 points.
        #expect(text.contains("<text>Log-rank p = 0.010</text>"))
        let families = Set(text.matches(of: /font-family="([^"]*)"/).map { String($0.1) })
        #expect(families == ["Arial"])
        let sizes = Set(text.matches(of: /<g [^>]*font-size="([\d.]+)"/).compactMap { Double($0.1) }.map { $0 * 0.75 })
        #expect(sizes.allSatisfy { $0 > 5.9 && $0 < 7.1 }, "\(sizes)")
    }

    @Test func everyFontOfAPDFIsEmbedded() throws {
        let folder = try TemporaryFolder()
        try figure().write(to: folder.file("x"), format: .pdf)
        let pdf = try folder.bytes("x.pdf")
        // Cairo names subsets ABCDEF+Font; an embedded font has a descriptor with a file. Objects may be compressed,
        // and then only the size tells.
        let text = String(decoding: pdf, as: UTF8.self)
        if text.contains("/FontDescriptor") { #expect(text.contains("/FontFile")) }
        #expect(pdf.count > 5000)
    }

    @Test(arguments: [Theme.Look.talk, .dark]) func slidesAreTheSameLayoutEnlarged(look: Theme.Look) throws {
        let (paper, slide) = (try svg(figure()), try svg(figure(look)))
        func size(_ text: String) throws -> [Double] {
            let found = try #require(text.firstMatch(of: /width="(\d+)" height="(\d+)"/))
            return [try #require(Double(found.1)), try #require(Double(found.2))]
        }
        for (small, large) in zip(try size(paper), try size(slide)) { #expect(abs(large / small - 2.5) < 0.02) }
        func fonts(_ text: String) -> [Double] {
            text.matches(of: /<g [^>]*font-size="([\d.]+)"/).compactMap { Double($0.1) }
        }
        let (small, large) = (fonts(paper), fonts(slide))
        #expect(small.count == large.count && !small.isEmpty)
        for (small, large) in zip(small, large) { #expect(abs(large / small - 2.5) < 0.02) }
        #expect(large.min()! * 0.75 > 14.9)
        #expect(paper.matches(of: /<text>/).count == slide.matches(of: /<text>/).count)
    }

    /// By the definition of WCAG 2, with the colours read from the script.
    @Test func onDarkEverythingHasContrast() throws {
        let script = GnuplotScript.render(try figure(.dark), output: "x.svg")
        let background = try #require(script.firstMatch(of: /background rgb '#(\w{6})'/)).1
        func channels(_ hex: Substring) -> (Double, Double, Double) {
            let value = Int(hex.suffix(6), radix: 16) ?? 0
            return (Double(value >> 16), Double(value >> 8 & 255), Double(value & 255))
        }
        func contrast(_ hex: Substring) -> Double {
            let (ours, behind) = (channels(hex), channels(background))
            return (luminance(ours.0, ours.1, ours.2) + 0.05) / (luminance(behind.0, behind.1, behind.2) + 0.05)
        }
        for match in script.matches(of: /tc rgb '#(\w+)'/) { #expect(contrast(match.1) >= 4.5, "\(match.0)") }
        for match in script.matches(of: /lc rgb '#(\w+)'/) { #expect(contrast(match.1) >= 2.9, "\(match.0)") }
    }

    @Test func aMarkerIsAsLargeOnASlideAsItsLayoutSays() throws {
        let map = try EmbeddingFigure(SampleData.map(patients: 30)).figure()
        var slide = map
        slide.theme = .talk
        func sizes(_ figure: Figure) throws -> [Double] {
            try svg(figure).matches(of: /xlink:href='#gpPt\d+' transform='translate\([^)]*\) scale\(([\d.]+)\)'/)
                .compactMap { Double($0.1) }
        }
        let (small, large) = (try sizes(map), try sizes(slide))
        #expect(!small.isEmpty && small.count == large.count)
        for (small, large) in zip(small, large) { #expect(abs(large / small - 2.5) < 0.1) }
    }

    /// Curve and sample of one cause are dashed alike, in each group, though the other cause has the same colour.
    @Test func aLegendsDashesReachTheSVG() throws {
        let text = try svg(
            try CumulativeIncidenceFigure(groups: SampleData.incidences("second"), table: .none).figure())
        for color in ["rgb(  0, 114, 178)", "rgb(213,  94,   0)"] {
            let dashed = text.ranges(of: "<path stroke='\(color)' stroke-dasharray=").count
            #expect(dashed == 2, "\(color)")
        }
    }
}
